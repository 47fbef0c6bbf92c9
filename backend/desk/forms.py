"""Application forms as PDF: pre-filled, in as many copies as are asked for, with the letter.

The documents name the forms and do not show them: these carry what the stages decide by, and say
where the office's own printed form goes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fpdf import FPDF

from backend.desk.sheets import Sheet

MARGIN: Final = 20.0
WIDTH: Final = 170.0
"""millimetres of an A4 sheet between the margins"""
ROW: Final = 10.0
LABEL: Final = 38.0
BODY, SMALL, TITLE = 12.0, 9.5, 20.0
"""points; elders read the body"""
SHORT: Final = 8
"""characters up to which two fields share a row"""
SURVEY: Final = "摸底表"
"""in the name of a form that nobody decides on"""
COLLECTED: Final = 2
"""the simplified Chinese face in Noto's collections of Chinese, Japanese and Korean"""
_FACE = "form"
_PAIRS = ("姓名", "性别", "出生年份", "年龄", "电话")
"""fields that come first, two in a row"""
_TO_FILL = ("身份证号", "户籍所在地", "家属姓名和电话")
"""asked for on every form and never over the telephone: written by hand"""
_OFFICIAL = "本表按文件要求预填；民政部门另有印好的表样的，抄到那一张上。"
_SURVEYED = (
    ("居住情况", ("独居", "和老伴住", "和子女住", "住机构")),
    ("身体情况", ("能自理", "要人帮一些", "要人照顾")),
    ("家庭情况", ("特困", "低保", "低保边缘", "一般")),
    ("想要的服务", ("上门", "助餐", "日托", "其他")),
)


class Form(FPDF):
    """Sheets with the application, the copy and its keeper at the foot."""

    foot = ""

    def footer(self) -> None:
        """Write the foot of a sheet."""
        self.set_y(-14)
        self.set_font(_FACE, size=SMALL)
        self.cell(0, 5, self.foot, align="C")


def pdf(sheet: Sheet, font: Path) -> bytes:
    """The forms of an application as a PDF with the font embedded, all copies in one file.

    Takes up to a second, most of it to read the font; importing this module takes seconds, so
    that only who prints does.

    Args:
        sheet: what the forms hold.
        font: TrueType or OpenType, with the characters of names.
    """
    paper = _new(font)
    paper.set_title(f"{sheet.elder} {sheet.name} {sheet.number}")
    for copy in range(sheet.copies):
        for form in sheet.forms or (f"{sheet.name}申请表",):
            _form(paper, sheet, form, copy)
        if sheet.commits:
            _letter(paper, sheet, copy)
    return bytes(paper.output())


def _new(font: Path) -> Form:
    paper = Form(format="A4")
    paper.set_margins(MARGIN, 18, MARGIN)
    paper.set_auto_page_break(auto=True, margin=18)
    face = COLLECTED if font.suffix == ".ttc" else 0
    paper.add_font(_FACE, fname=font, collection_font_number=face)
    paper.set_font(_FACE, size=BODY)
    return paper


def _begin(paper: Form, sheet: Sheet, title: str, copy: int) -> None:
    keeper = sheet.keepers[copy] if copy < len(sheet.keepers) else ""
    kept = f"（{keeper}存）" if keeper else ""
    which = f"一式{sheet.copies}份，第{copy + 1}份{kept}" if sheet.copies > 1 else ""
    paper.add_page()
    # the foot of the sheet before is written where this one begins
    paper.foot = "　".join(one for one in (f"申请号 {sheet.number}", title, which) if one)
    paper.set_font(_FACE, size=TITLE if len(title) <= 18 else TITLE - 3)
    paper.multi_cell(0, 11, title, align="C", new_x="LMARGIN", new_y="NEXT")
    paper.set_font(_FACE, size=SMALL)
    paper.cell(WIDTH / 2, 7, f"申请号 {sheet.number}")
    paper.cell(WIDTH / 2, 7, which, align="R", new_x="LMARGIN", new_y="NEXT")
    paper.set_font(_FACE, size=BODY)


def _form(paper: Form, sheet: Sheet, title: str, copy: int) -> None:
    survey = SURVEY in title
    _begin(paper, sheet, title, copy)
    pairs = [(name, sheet.fields.get(name, "")) for name in _PAIRS]
    rest = [(name, told) for name, told in sheet.fields.items() if name not in _PAIRS]
    _in_pairs(paper, [one for one in pairs if one[1] or one[0] != "年龄"])
    for name in _TO_FILL:
        _row(paper, name, "")
    for name, told in rest:
        _row(paper, name, told)
    if survey:
        for name, choices in _SURVEYED:
            _choices(paper, name, [(one, False) for one in choices])
    else:
        _row(paper, "申请项目", sheet.name)
        _row(paper, "依据", sheet.source)
        if sheet.papers:
            _choices(paper, "材料", [(one.says, one.given) for one in sheet.papers])
    _box(paper, "申请人", "以上所填都是真的。", "申请人签字（按手印）：", "", "")
    if not survey:
        for step in sheet.steps:
            _box(paper, step.name, step.opinion, "经办人（盖章）：", step.by, step.day)
    paper.set_font(_FACE, size=SMALL)
    paper.multi_cell(
        0,
        6,
        "本表按文件要求预填；民政部门另有印好的表样的，抄到那一张上。",
        new_x="LMARGIN",
        new_y="NEXT",
    )
    paper.set_font(_FACE, size=BODY)


def _letter(paper: Form, sheet: Sheet, copy: int) -> None:
    """The letter of commitment of who lives alone, to be signed by hand."""
    _begin(paper, sheet, "承诺书", copy)
    paper.ln(10)
    said = (
        f"{sheet.elder}申请{sheet.name}，向社区说明并承诺：",
        "一、本人所说的居住情况和家庭情况都是真的。",
        "二、情况有了变化，本人会马上告诉社区。",
        "三、不该领的，本人会退回。",
    )
    paper.set_font(_FACE, size=BODY + 2)
    for line in said:
        paper.multi_cell(0, 11, f"　　{line}", new_x="LMARGIN", new_y="NEXT")
    paper.ln(16)
    for label in ("承诺人签字（按手印）：", "代写人（没有就空着）："):
        paper.cell(WIDTH - 60, 12, label, align="R")
        paper.cell(60, 12, "", border="B", new_x="LMARGIN", new_y="NEXT")
    paper.cell(0, 16, "　　　　年　　月　　日", align="R", new_x="LMARGIN", new_y="NEXT")
    paper.set_font(_FACE, size=BODY)


def _in_pairs(paper: Form, fields: Sequence[tuple[str, str]]) -> None:
    """Short fields side by side, a long one in a row of its own."""
    waiting: list[tuple[str, str]] = []
    for name, told in fields:
        if len(told) > SHORT * 2:
            _row(paper, name, told)
            continue
        waiting.append((name, told))
        if len(waiting) == 2:
            _pair(paper, waiting)
            waiting = []
    if waiting:
        _row(paper, *waiting[0])


def _pair(paper: Form, fields: Sequence[tuple[str, str]]) -> None:
    for name, told in fields:
        _label(paper, name, ROW)
        paper.cell(WIDTH / 2 - LABEL, ROW, f" {told}", border=1)
    paper.ln(ROW)


def _label(paper: Form, name: str, height: float) -> None:
    paper.set_fill_color(240, 240, 236)
    size = BODY if len(name) <= 8 else SMALL
    paper.set_font(_FACE, size=size)
    paper.cell(LABEL, height, name, border=1, align="C", fill=True)
    paper.set_font(_FACE, size=BODY)


def _row(paper: Form, name: str, told: str) -> None:
    """A label and what was told, as many lines as it takes."""
    room = WIDTH - LABEL
    whole = paper.multi_cell(room - 2, ROW - 3, told, dry_run=True, output="HEIGHT") if told else 0
    assert isinstance(whole, (int, float))
    height = max(ROW, whole + 3)
    if paper.will_page_break(height):
        paper.add_page()
    left, top = paper.get_x(), paper.get_y()
    _label(paper, name, height)
    paper.rect(left + LABEL, top, room, height)
    paper.set_xy(left + LABEL + 1, top + (height - (whole or ROW - 3)) / 2)
    paper.multi_cell(room - 2, ROW - 3, told)
    paper.set_xy(left, top + height)


def _choices(paper: Form, name: str, choices: Sequence[tuple[str, bool]]) -> None:
    """Boxes to tick, drawn: few fonts have them."""
    wide = max(len(told) for told, _ in choices) * 4.4 + 10
    a_line = max(1, int((WIDTH - LABEL - 4) // wide))
    height = ROW * ((len(choices) + a_line - 1) // a_line)
    if paper.will_page_break(height):
        paper.add_page()
    left, top = paper.get_x(), paper.get_y()
    _label(paper, name, height)
    paper.rect(left + LABEL, top, WIDTH - LABEL, height)
    for at, (told, ticked) in enumerate(choices):
        x, y = left + LABEL + 3 + (at % a_line) * wide, top + ROW * (at // a_line)
        paper.rect(x, y + 3, 4, 4)
        if ticked:
            paper.line(x + 0.8, y + 5, x + 1.8, y + 6.2)
            paper.line(x + 1.8, y + 6.2, x + 3.4, y + 3.8)
        paper.set_xy(x + 5, y)
        paper.cell(wide - 5, ROW, told)
    paper.set_xy(left, top + height)


def _box(paper: Form, name: str, told: str, signs: str, by: str, day: str) -> None:
    """A box in which somebody writes an opinion and signs."""
    height = 27.0
    if paper.will_page_break(height):
        paper.add_page()
    left, top = paper.get_x(), paper.get_y()
    _label(paper, name, height)
    paper.rect(left + LABEL, top, WIDTH - LABEL, height)
    paper.set_xy(left + LABEL + 2, top + 2)
    paper.multi_cell(WIDTH - LABEL - 4, 7, told[:60])
    paper.set_xy(left + LABEL + 2, top + height - 9)
    paper.cell(84, 8, f"{signs}{by}")
    paper.cell(WIDTH - LABEL - 88, 8, day or "　　　年　　月　　日", align="R")
    paper.set_xy(left, top + height)
