"""Forms as PDF: as many copies as are asked for, filled in, with the font inside."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from backend.desk.forms import pdf
from backend.desk.sheets import Paper, Sheet, Step
from tests.fakes.font import square_font

pytestmark = pytest.mark.unit
SHEET = Sheet(
    number="SQ0007",
    elder="那顺",
    name="居家上门服务",
    source="方案四（一）4",
    forms=("居家养老服务申请表", "老年人摸底表"),
    copies=3,
    keepers=("社区", "镇办", "民政"),
    fields={"姓名": "那顺", "电话": "13800001001", "住址": "小黑河镇西二道河村8号" * 6},
    papers=(Paper("独居证明", True), Paper("承诺书", False)),
    steps=(Step("社区初审", "通过：情况属实", "小王", "2026-11-20"), Step("街道审核")),
)


@pytest.fixture(scope="module")
def font(tmp_path_factory):
    return square_font(tmp_path_factory.mktemp("font") / "squares.ttf")


def pages(sheet, font):
    found = PdfReader(BytesIO(pdf(sheet, font)))
    return [page.extract_text() for page in found.pages]


def test_each_copy_has_the_forms_and_the_letter_and_names_who_keeps_it(font):
    sheets = pages(SHEET, font)
    titles = ["居家养老服务申请表", "老年人摸底表", "承诺书"]
    assert [title in text for title, text in zip(titles * 3, sheets, strict=True)] == [True] * 9
    for at, keeper in enumerate(("社区", "镇办", "民政")):
        for text in sheets[3 * at : 3 * at + 3]:
            # in the head and at the foot
            assert text.count(f"第{at + 1}份（{keeper}存）") == 2


def test_what_is_known_is_filled_in_and_what_was_decided_stands_in_its_box(font):
    form, survey, letter, *_ = pages(SHEET, font)
    for told in (
        "13800001001",
        "小黑河镇",
        "情况属实",
        "小王",
        "2026-11-20",
        "街道审核",
        "独居证明",
    ):
        assert told in form
    assert "社区初审" not in survey
    assert "那顺申请居家上门服务" in letter


def test_no_letter_where_none_is_asked_for_and_a_form_where_none_is_named(font):
    plain = replace(SHEET, papers=(), forms=(), copies=1, keepers=())
    (only,) = pages(plain, font)
    assert "居家上门服务申请表" in only
    assert "一式" not in only


def test_the_font_is_inside_and_only_what_is_used_of_it(font):
    made = pdf(SHEET, font)
    assert len(made) < 100_000 < font.stat().st_size
    (held,) = PdfReader(BytesIO(made)).pages[0]["/Resources"]["/Font"].values()
    described = held.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
    assert "/FontFile2" in described.get_object()


def test_a_long_story_goes_on_on_the_next_sheet(font):
    long = replace(SHEET, fields={"情况": "一个人住，腿脚不便。" * 150}, copies=1)
    assert len(pages(long, font)) > 3
