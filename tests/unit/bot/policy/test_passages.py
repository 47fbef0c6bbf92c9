"""An operator's documents: what is mended, what is reported, and how they are cut."""

from __future__ import annotations

import pytest
from docx import Document

from anban.errors import SettingsError
from bot.policy.passages import LONGEST, _paragraphs, cut, read_document

pytestmark = pytest.mark.unit


def kinds(text: str) -> list[str]:
    return [one.kind for one in cut(text).damage]


@pytest.mark.parametrize(
    ("damaged", "right"),
    [
        ("按甲政发〔201412号办。", "按甲政发〔2014〕12号办。"),
        ("按甲政办发〔2021]7号办。", "按甲政办发〔2021〕7号办。"),
        ("按甲政综 2014 33号办。", "按甲政综〔2014〕33号办。"),
        ("自20193月起办。", "自2019年3月起办。"),
        ("采取托\n7、管等方式。", "采取托管等方式。"),
        ("每个街 12 道设一个站。", "每个街道设一个站。"),
        ("发放补 贴。", "发放补贴。"),
    ],
)
def test_a_loss_that_leaves_no_doubt_is_mended(damaged, right):
    imported = cut(damaged)
    assert "".join(one.text for one in imported.passages) == right


def test_a_mended_number_is_reported_with_what_was_found():
    (damage,) = cut("第一行。\n按甲政发〔201412号办。").damage
    assert (damage.kind, damage.line) == ("bracket", 2)
    assert "〔201412号" in damage.found
    assert "〔2014〕12号" in damage.repaired


def test_a_whole_number_and_a_whole_date_are_left_alone():
    text = "按甲政发〔2014〕12号，自2019年3月5日起，每月发30元，共12个月。"
    imported = cut(text)
    assert imported.damage == ()
    assert imported.passages[0].text == text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("浏览量：12\n正文。", "web_noise"),
        ("甲\ufffd县发放补贴。", "unreadable"),
        ("某某民政局\n202167", "date_run_together"),
        ("正文很长" * 400 + "。", "run_together"),
        ("甲县文件汇编\n一。\n甲县文件汇编\n二。\n甲县文件汇编\n三。", "repeated_header"),
        ("这是一份写到一半就断掉了的文件它的最后一句话没有写完就这样断在了当中没有标点", "cut_off"),
    ],
)
def test_damage_that_cannot_be_mended_is_reported(text, kind):
    assert kind in kinds(text)


@pytest.mark.parametrize(
    ("damaged", "number"),
    [
        ("每月发□□元补贴。", 2),
        ("甲县\ufffd发放补贴30元。", 2),
        ("201767", 2),
        ("每月发补贴30元" * 250 + "。", 2),
    ],
)
def test_a_line_that_stays_damaged_is_reported_and_never_quoted(damaged, number):
    imported = cut(f"第一行说的是对象。\n{damaged}\n第三行说的是办法。")
    assert [one.text for one in imported.passages] == ["第一行说的是对象。", "第三行说的是办法。"]
    assert [one.line for one in imported.damage if one.unsound] == [number]


@pytest.mark.parametrize("after", ["", "\n\n  \n", "\n1 / 37\n×\n下载文档，备案号：甲\n保存成功"])
def test_where_a_copy_breaks_off_its_last_line_is_not_quoted(after):
    end = "这份文件写到第四十项就断掉了它的最后一句话没有写完就这样断在了当中后面没有"
    imported = cut(f"一、标准\n每月发30元。\n{end}{after}")
    assert end not in [one.text for one in imported.passages]
    (broken,) = [one for one in imported.damage if one.kind == "cut_off"]
    assert broken.line == 3


def test_a_figure_that_stands_apart_is_no_page_number():
    imported = cut("甲县 24 小时有人接电话，为 65 岁以上老人服务。")
    assert [one.text for one in imported.passages] == [
        "甲县 24 小时有人接电话，为 65 岁以上老人服务。"
    ]
    assert imported.damage == ()


def test_a_figure_that_may_be_a_page_number_is_not_quoted():
    text = "甲县发放补\n贴。\n每个街 12 道设一个站。\n引进或培育至少 1 家机构。\n补贴每月30元。"
    imported = cut(text)
    assert [one.text for one in imported.passages][-2:] == ["每个街道设一个站。", "补贴每月30元。"]
    assert [(one.kind, one.line) for one in imported.damage if one.unsound] == [
        ("doubtful_number", 4)
    ]


def test_nothing_is_left_of_a_copy_that_ran_together():
    imported = cut("甲县养老补贴每月30元，由民政局发。" * 200)
    assert imported.passages == ()
    assert [one.kind for one in imported.damage] == ["run_together"]


def test_the_lines_of_a_printed_page_are_put_together_again():
    page = ["一、标准", "甲县对符合条件的八十周岁以上的老人每月发", "三十元补贴。", "二、办法"]
    assert list(_paragraphs(page)) == ["一、标准", "".join(page[1:3]), "二、办法"]


def test_headers_and_noise_are_no_passages():
    imported = cut("浏览量：12\n甲县汇编\n一条。\n甲县汇编\n二条。\n甲县汇编\n三条。")
    assert [one.text for one in imported.passages] == ["一条。", "二条。", "三条。"]


def test_a_passage_knows_the_headings_above_it():
    imported = cut(
        "三、服务对象\n（二）助餐\n1.六十周岁以上。\n四、保障\n（一）经费\n经费列入预算。"
    )
    assert [one.section for one in imported.passages] == [
        "三",
        "三（二）",
        "三（二）1",
        "四",
        "四（一）",
        "四（一）",
    ]


def test_a_long_paragraph_is_cut_between_sentences():
    imported = cut("甲县每月发放补贴并按时公示。" * 60)
    assert all(len(one.text) <= LONGEST for one in imported.passages)
    assert all(one.text.endswith("。") for one in imported.passages)


def test_word_files_are_read_with_their_tables(tmp_path):
    document = Document()
    document.add_paragraph("一、对象")
    row = document.add_table(1, 2).rows[0]
    row.cells[0].text, row.cells[1].text = "甲区", "30张"
    document.save(str(tmp_path / "a.docx"))
    assert read_document(tmp_path / "a.docx") == "一、对象\n甲区 | 30张"


def test_web_pages_are_read_without_scripts_and_menus(tmp_path):
    page = "<html><script>x()</script><nav>首页</nav><p>每月发30元。</p></html>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    assert read_document(tmp_path / "a.html").split() == ["每月发30元。"]


def test_old_chinese_encodings_are_read(tmp_path):
    (tmp_path / "a.txt").write_bytes("每月发30元。".encode("gb18030"))
    assert read_document(tmp_path / "a.txt") == "每月发30元。"


def pdf(line: str) -> bytes:
    """The smallest file with one line on one page."""
    shown = f"BT /F 12 Tf 20 100 Td ({line}) Tj ET"
    parts = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R"
        "/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(shown)}>>\nstream\n{shown}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    text, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    text += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}"
    end = text.index("xref")
    return f"{text}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{end}\n%%EOF\n".encode()


def test_pdf_files_are_read(tmp_path):
    (tmp_path / "a.pdf").write_bytes(pdf("30 yuan a month"))
    assert read_document(tmp_path / "a.pdf") == "30 yuan a month"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.xyz", b"x", "right are"),
        ("a.docx", b"no word file", "cannot be read"),
        ("a.pdf", b"no pdf", "cannot be read"),
        ("a.txt", b"  \n", "no text"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, name, content, why):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingsError, match=why):
        read_document(tmp_path / name)


def test_an_absent_file_is_said(tmp_path):
    with pytest.raises(SettingsError, match=r"a\.txt: cannot be read"):
        read_document(tmp_path / "a.txt")
