"""Claims beside their documents: what is borne out, and that each kind of change is found."""

from __future__ import annotations

import hashlib
import os
from datetime import date
from pathlib import Path

import pytest

from anban.errors import SettingsError
from bot.policy.copies import Copy
from bot.policy.readings import RECORD, Reading, claims, read, readings, write
from bot.policy.sources import check

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[4]
SOURCE = """甲县办法
一、标准
(一)每月发30元，每千人26.5张床。甲府〔20214号定下。
(二)给低保对象、特困人员、重度残疾人买服务。住机构的不再享受。
二、申请
由村里初审；镇里审核。村里各建两个站。
2021年5月4日
"""
FACTS = """
[document]
locality = "甲县"
title = "甲县办法"
number = "甲府〔2021〕4号"
year = 2021
called = "甲县2021年的办法"
source = "a.txt"
sha256 = "{sha}"
sections = [
  ["一", "一、标准"], ["一（一）", "(一)每月"], ["一（二）", "(二)给低保"], ["二", "二、申请"],
]

[[fact]]
id = "fee"
section = "一（一）"
topic = "money"
kinds = ["amount"]
audience = ["elder"]
says = "{fee}"
asks = ["发多少"]
values = [{{ kind = "amount", value = {value}, unit = "元/月" }}]
spans = {fee_at}

[[fact]]
id = "beds"
section = "{section}"
topic = "beds"
kinds = ["count"]
audience = ["official"]
says = "千人床位{beds}。"
asks = ["多少床"]
{more}
spans = {beds_at}
"""
RULES = """
[document]
locality = "甲县"
title = "甲县办法"
number = "甲府〔2021〕4号"
year = 2021
called = "甲县2021年的办法"
[[scheme]]
id = "jia.buy"
name = "政府购买的服务"
section = "一（二）"
spans = {buy}
gives = "服务"
must = [{{ tests = ["low_income"], says = "低保对象", spans = {low} }}]
none = [{{ tests = ["institution_benefit"], says = "住机构的不享受", spans = {out} }}]
"""
ROUTES = """
locality = "甲县"
[[route]]
scheme = "jia.buy"
name = "政府购买的服务"
source = "甲县办法 二"
section = "二"
spans = {all}
stages = [
  {{ id = "village", name = "村初审", post = "community", spans = {village} }},
  {{ id = "town", name = "镇审核", post = "street", spans = {town} }},
]
"""


def at(words: str) -> str:
    start = SOURCE.index(words)
    return str([[start, start + len(words)]])


class County:
    """A folder of one locality's claims, and one of documents."""

    def __init__(self, folder: Path, **facts: str) -> None:
        self.localities, self.documents = folder / "localities", folder / "documents"
        place = self.localities / "jia"
        place.mkdir(parents=True)
        self.documents.mkdir()
        given = {
            "fee": "每月发30元。",
            "value": "30",
            "fee_at": at("每月发30元"),
            "section": "一（一）",
            "beds": "26.5张",
            "more": "",
            "beds_at": at("26.5张床"),
        }
        sha = hashlib.sha256(SOURCE.encode()).hexdigest()
        filled = FACTS.format(sha=sha, **{**given, **facts})
        (place / "facts.toml").write_text(filled, encoding="utf-8")
        rules = RULES.format(buy=at("买服务"), low=at("低保对象"), out=at("住机构的不再享受"))
        (place / "rules.toml").write_text(rules, encoding="utf-8")
        ways = ROUTES.format(all=at("二、申请"), village=at("村里初审"), town=at("镇里审核"))
        (place / "applications.toml").write_text(ways, encoding="utf-8")
        self.copy(SOURCE)
        copy = Copy(SOURCE, claims(self.localities)[0].document.sections)
        of_one = {one.id: read(one, copy) for one in claims(self.localities)}
        write(place / RECORD, Reading("second reader", date(2021, 6, 1), "all", of_one))

    def copy(self, text: str) -> None:
        (self.documents / "a.txt").write_text(text, encoding="utf-8")

    def findings(self) -> list[str]:
        return [str(one) for one in check(self.localities, self.documents).findings]

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.localities / "jia" / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def county(tmp_path):
    return County(tmp_path)


def test_claims_that_their_document_bears_out_have_no_finding(county):
    checked = check(county.localities, county.documents)
    assert checked.findings == ()
    assert (checked.claims, checked.facts, checked.others) == (8, 2, ())


@pytest.mark.parametrize(
    ("old", "new", "claim", "expected", "found"),
    [
        pytest.param("30元", "300元", "jia.fee", "每月发30元", "每月发300元", id="a figure"),
        pytest.param("26.5张", "265张", "jia.beds", "26.5张", "265张", id="a decimal point"),
        pytest.param(
            *("低保对象、", "", "rule.jia.buy.must.low_income", "低保对象", "特困人员"),
            id="one of a list",
        ),
        pytest.param(
            *("不再享受", "可以享受", "rule.jia.buy.none.institution_benefit"),
            *("住机构的不", "住机构的可以享受"),
            id="a denial",
        ),
        pytest.param(
            "镇里审核", "县里审核", "route.jia.buy.town", "审核", "县里审核", id="who decides"
        ),
        pytest.param(
            "由村里初审；", "", "route.jia.buy.village", "初审", "", id="a stage left out"
        ),
        pytest.param(
            "每月发30元", "每月发3\ufffd元", "jia.fee", "30元", "每月发3", id="unreadable"
        ),
        pytest.param(
            "每月发30元", "每月发 7 30元", "jia.fee", "30元", "每月发7", id="a page number"
        ),
    ],
)
def test_a_change_of_the_document_is_found_with_what_was_expected(
    county, old, new, claim, expected, found
):
    assert old in SOURCE
    county.copy(SOURCE.replace(old, new))
    lines = [line for line in county.findings() if line.startswith(f"{claim}: ")]
    assert len(lines) == 1
    assert "its sentence has changed" in lines[0]
    told, _, stands = lines[0].partition("; found: ")
    assert expected in told
    assert found in stands


def test_a_sentence_that_moved_to_another_section_is_found(county):
    sentence = "住机构的不再享受。"
    county.copy(SOURCE.replace(sentence, "").replace("二、申请\n", f"二、申请\n有站。{sentence}"))
    assert any(
        "institution_benefit: stands in another section; expected: 一（二）" in line
        for line in county.findings()
    )


def test_a_copy_that_breaks_off_is_found_for_all_that_is_gone(county):
    county.copy(SOURCE[: SOURCE.index("二、申请")])
    found = county.findings()
    assert any(line.startswith("jia 二: this section does not open") for line in found)
    assert {line.partition(": ")[0] for line in found} >= {
        "route.jia.buy.village",
        "route.jia.buy.town",
    }
    assert not any(line.startswith("jia.fee") for line in found)


@pytest.mark.parametrize(
    "copy",
    [
        SOURCE.replace("每月发", "每月\n  发").replace("\n由", " 由"),
        SOURCE.replace("，", ",").replace("；", ";").replace("30", "３０"),
        f"另有网站的文字。\n{SOURCE}",
    ],
    ids=["wrapped otherwise", "full and half width", "something before it"],
)
def test_a_copy_that_says_the_same_is_another_copy_and_no_finding(county, copy):
    county.copy(copy)
    checked = check(county.localities, county.documents)
    assert checked.findings == ()
    assert checked.others == ("a.txt",)


@pytest.mark.parametrize(
    ("name", "old", "new", "claim"),
    [
        ("facts.toml", "每月发30元。", "每月都发30元。", "jia.fee"),
        ("facts.toml", "value = 30", "value = 20", "jia.fee"),
        ("rules.toml", '["low_income"]', '["destitute"]', "rule.jia.buy.must.destitute"),
        ("rules.toml", "住机构的不享受", "住机构的减半", "rule.jia.buy.none.institution_benefit"),
        ("applications.toml", 'post = "street"', 'post = "county"', "route.jia.buy.town"),
    ],
)  # fmt: skip
def test_a_claim_that_was_changed_must_be_read_again(county, name, old, new, claim):
    county.edit(name, old, new)
    assert any(line.startswith(f"{claim}: ") for line in county.findings())


def test_a_record_of_a_claim_that_is_gone_is_found(county):
    county.edit("rules.toml", "none = [", "#")
    assert any("no such claim" in line for line in county.findings())


@pytest.mark.parametrize(
    ("name", "spans"), [("rules.toml", at("低保对象")), ("applications.toml", at("镇里审核"))]
)
def test_a_rule_or_stage_without_its_place_is_refused(county, name, spans):
    county.edit(name, f", spans = {spans}", "")
    with pytest.raises(SettingsError, match=f"{name}: .*spans is missing"):
        county.findings()


def test_a_record_that_is_none_is_refused(county):
    (county.localities / "jia" / RECORD).write_text("by = 1", encoding="utf-8")
    with pytest.raises(SettingsError, match=RECORD):
        readings(county.localities)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"fee": "每月发50元。"}, "figures that are not in its span: 50"),
        ({"value": "3"}, "amount 3 is not in its span"),
        (
            {"beds": "甲府〔2021〕4号", "beds_at": at("甲府〔20214号"),
             "more": 'repaired = { found = "甲府〔20219号", read = "甲府〔2021〕4号" }'},
            "the damaged 甲府〔20219号 is not in its span",
        ),
    ],
)  # fmt: skip
def test_what_a_fact_says_that_its_source_does_not_is_found(tmp_path, facts, why):
    assert any(why in line for line in County(tmp_path, **facts).findings())


@pytest.mark.parametrize(
    "facts",
    [
        {"beds": "两个站", "beds_at": at("两个站"), "section": "二",
         "more": 'values = [{ kind = "count", value = 2 }]'},
        {"beds": "甲府〔2021〕4号", "beds_at": at("甲府〔20214号"),
         "more": 'repaired = { found = "甲府〔20214号", read = "甲府〔2021〕4号" }'},
    ],
)  # fmt: skip
def test_a_numeral_in_words_and_a_repaired_number_bear_a_fact_out(tmp_path, facts):
    assert County(tmp_path, **facts).findings() == []


def test_an_absent_document_is_said_not_failed(county):
    checked = check(county.localities, county.documents / "nowhere")
    assert (checked.absent, checked.findings) == (("a.txt",), ())


# the project's own claims


def shared_documents() -> Path:
    documents = Path(os.environ.get("ANBAN_SHARED", "../shared")) / "policies"
    if not documents.is_dir():
        pytest.skip("ANBAN_SHARED has no policies")
    return documents


def test_every_claim_of_the_project_was_read_by_a_second_reader_as_it_is_now(tmp_path):
    checked = check(ROOT / "localities", tmp_path)
    assert checked.findings == ()
    assert {one.by for one in readings(ROOT / "localities").values()} == {"second reader"}


@pytest.mark.shared
def test_every_claim_of_the_project_is_borne_out_by_its_document():
    checked = check(ROOT / "localities", shared_documents())
    assert (checked.findings, checked.others, checked.absent) == ((), (), ())
    assert checked.claims > 500


@pytest.mark.shared
def test_no_claim_of_the_project_is_borne_out_by_a_copy_that_lacks_a_letter_of_it():
    documents = shared_documents()
    records = readings(ROOT / "localities")
    for claim in claims(ROOT / "localities")[::9]:
        text = (documents / claim.document.source).read_text("utf-8")
        start, end = claim.spans[0]
        middle = next(one for one in range((start + end) // 2, end) if not text[one].isspace())
        copy = Copy(text[:middle] + text[middle + 1 :], claim.document.sections)
        pins = records[claim.folder].claims[claim.id].pins
        assert any(copy.find(pin) is None for pin in pins), claim.id
