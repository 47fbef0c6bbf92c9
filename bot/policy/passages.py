"""An operator's own documents: their text, cut into passages, and what is damaged in them.

Scans and web copies lose brackets of document numbers, gain page numbers inside words, run lines
together and repeat headers. What can be put right without guessing is put right; all of it is
reported, and a line that stays damaged becomes no passage, so that nobody reads it aloud.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup
from docx import Document as read_docx
from docx.opc.exceptions import PackageNotFoundError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from anban.errors import SettingsError

LONGEST = 300
"""Characters of a passage; longer paragraphs are cut at the end of a sentence."""
RUN_TOGETHER = 1500
"""Characters from which a line is taken for several that ran together."""
REPEATED = 3
"""Times from which a short line is taken for a header."""

_MEASURE = "岁周元万亿千百个家名人年月日天小分平张所台支次项类种户间处位条份级层倍度米公斤顿餐期号"
"""What counts and measures begin with: a number before one of these may well be a figure."""
_REPAIRS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("bracket", re.compile(r"〔((?:19|20)\d\d)\s*(\d{1,4})(?=\s*号)"), r"〔\1〕\2"),
    ("bracket", re.compile(r"[〔\[［]((?:19|20)\d\d)[\]］)〕]\s*(?=\d{1,4}\s*号)"), r"〔\1〕"),
    (
        "bracket",
        re.compile(r"(?<=[\u4e00-\u9fff])\s*((?:19|20)\d\d)\s+(\d{1,4})\s*(?=号)"),
        r"〔\1〕\2",
    ),
    ("month", re.compile(r"(?<!\d)((?:19|20)\d\d)(1[0-2]|[1-9])(?=月)"), r"\1年\2"),
    ("page_number", re.compile(r"(?<=[\u4e00-\u9fff]) *\n *\d{1,3}、(?=[\u4e00-\u9fff])"), ""),
    (
        "page_number",
        re.compile(rf"(?<=[\u4e00-\u9fff]) \d{{1,3}} (?![{_MEASURE}])(?=[\u4e00-\u9fff])"),
        "",
    ),
    ("space", re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000](?=[\u4e00-\u9fff])"), ""),
)
"""Kind of damage, its look, and what it becomes. All but intact square brackets are losses."""
_SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "web_noise",
        re.compile(r"浏览量|二维码|备案号|版权所有|点击下载|阅读已结束|关注我们|QQ[:：]"),
    ),
    ("unreadable", re.compile(r"\ufffd|□{2,}")),
    ("date_run_together", re.compile(r"^\s*(?:19|20)\d{4,5}\s*$")),
)
_LONE_NUMBER = re.compile(rf"(?<=[\u4e00-\u9fff]) \d{{1,3}} (?=[{_MEASURE}])")
"""A figure in a clean text; where page numbers stand inside words, it may be one of these."""
UNSOUND = frozenset(
    ("unreadable", "date_run_together", "run_together", "cut_off", "doubtful_number")
)
"""Kinds of damage that stay in a line: it is reported and never quoted."""
FULL = 0.85
"""Share of the longest line of a printed text from which a line may go on in the next."""
A_TRACE = 4
"""Characters up to which the end of a copy is a page mark or a stamp and no text."""
_HEADING = re.compile(
    r"^\s*(第[一二三四五六七八九十百]+[章条]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d+[.、．])"
)
_ENDS = "。！？；）)”》.:："
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SENTENCE = re.compile(r"[^。！？；]*[。！？；]|[^。！？；]+$")


@dataclass(frozen=True)
class Damage:
    """One damaged place."""

    kind: str
    """bracket, month, page_number, space, web_noise, repeated_header, or one of `UNSOUND`"""
    line: int
    found: str
    repaired: str = ""
    """what it was taken for; empty where it was left as it is"""

    @property
    def unsound(self) -> bool:
        """Whether its line cannot be quoted."""
        return self.kind in UNSOUND


@dataclass(frozen=True)
class Passage:
    """A piece of a document that can be found and cited."""

    text: str
    section: str
    """its headings, from the widest: 三（二）1"""
    line: int


@dataclass(frozen=True)
class Imported:
    """A document cut into passages."""

    passages: tuple[Passage, ...]
    damage: tuple[Damage, ...]


def read_document(path: Path) -> str:
    """The text of a txt, docx, pdf or html file, one paragraph a line.

    Raises:
        SettingsError: it cannot be read, is of another kind, or holds no text (a scan).
    """
    readers = {
        ".txt": _plain,
        ".md": _plain,
        ".docx": _docx,
        ".pdf": _pdf,
        ".html": _html,
        ".htm": _html,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise SettingsError(f"{path.name}: right are {', '.join(sorted(readers))}")
    try:
        text = reader(path)
    except (OSError, UnicodeDecodeError, PackageNotFoundError, PyPdfError, KeyError) as error:
        raise SettingsError(f"{path.name}: cannot be read ({type(error).__name__})") from None
    if not text.strip():
        raise SettingsError(f"{path.name}: holds no text; a scan must go through recognition first")
    return text


def _plain(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _docx(path: Path) -> str:
    document = read_docx(str(path))
    lines = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        lines += [" | ".join(cell.text for cell in row.cells) for row in table.rows]
    return "\n".join(lines)


def _pdf(path: Path) -> str:
    lines = [line for page in PdfReader(path).pages for line in page.extract_text().split("\n")]
    return "\n".join(_paragraphs([line.strip() for line in lines]))


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Lines of a printed page put together again: a full line without an end goes on."""
    full = FULL * max(map(len, lines), default=0)
    text = ""
    for line in lines:
        if text and _HEADING.match(line):
            yield text
            text = ""
        text += line
        if len(line) < full or line[-1] in _ENDS:
            yield text
            text = ""
    if text:
        yield text


def _html(path: Path) -> str:
    page = BeautifulSoup(path.read_bytes(), "html.parser")
    for part in page(["script", "style", "nav", "header", "footer"]):
        part.decompose()
    return page.get_text("\n")


def cut(text: str) -> Imported:
    """Cuts a document's text into passages, damaged lines left out, and reports its damage."""
    text, damage = _repaired(text.replace("\r\n", "\n"))
    lines = text.split("\n")
    damage += list(_signs(lines))
    if any(one.kind == "page_number" for one in damage):
        damage += _doubtful(lines)
    headers = {one.found for one in damage if one.kind == "repeated_header"}
    left_out = {one.line for one in damage if one.kind == "web_noise" or one.unsound}
    passages: list[Passage] = []
    path: list[str] = []
    for number, line in enumerate(lines, 1):
        plain = line.strip()
        if not plain or plain in headers:
            continue
        path = _section(path, plain)
        if number in left_out:
            continue
        for piece in _pieces(plain):
            passages.append(Passage(piece, "".join(path), number))
    return Imported(tuple(passages), tuple(sorted(damage, key=lambda one: one.line)))


def _repaired(text: str) -> tuple[str, list[Damage]]:
    damage: list[Damage] = []
    for kind, look, right in _REPAIRS:

        def mend(found: re.Match[str], kind: str = kind, right: str = right) -> str:
            new = found.expand(right)
            line = found.string.count("\n", 0, found.start()) + 1
            around = found.string[max(0, found.start() - 4) : found.end() + 4].replace("\n", "")
            if kind != "space" and new != found[0]:
                damage.append(Damage(kind, line, around, around.replace(found[0].strip("\n"), new)))
            return new

        text = look.sub(mend, text)
    return text, damage


def _signs(lines: list[str]) -> Iterator[Damage]:
    counts = Counter(line.strip() for line in lines)
    reported: set[str] = set()
    for number, line in enumerate(lines, 1):
        plain = line.strip()
        for kind, look in _SIGNS:
            if found := look.search(line):
                yield Damage(kind, number, found[0].strip())
        if len(plain) > RUN_TOGETHER:
            yield Damage("run_together", number, f"{plain[:20]}…")
        if 3 < len(plain) < 40 and counts[plain] >= REPEATED and plain not in reported:
            reported.add(plain)
            yield Damage("repeated_header", number, plain)
    number, last = _end(lines)
    if len(last) > 30 and last[-1] not in _ENDS:
        yield Damage("cut_off", number, f"…{last[-20:]}")


def _doubtful(lines: list[str]) -> Iterator[Damage]:
    for number, line in enumerate(lines, 1):
        for found in _LONE_NUMBER.finditer(line):
            around = line[max(0, found.start() - 4) : found.end() + 4]
            yield Damage("doubtful_number", number, around)


def _end(lines: list[str]) -> tuple[int, str]:
    """The last line of the text, with its number: what a web page has put below is none."""
    for number, line in reversed(list(enumerate(lines, 1))):
        noise = any(kind == "web_noise" and look.search(line) for kind, look in _SIGNS)
        if not noise and len(_HAN.findall(line)) > A_TRACE:
            return number, line.strip()
    return 0, ""


def _section(path: list[str], line: str) -> list[str]:
    """The headings above a line, its own last."""
    found = _HEADING.match(line)
    if found is None:
        return path
    mark = found[1]
    level = 0 if mark.startswith("第") or (mark[-1] == "、" and not mark[0].isdigit()) else 1
    level = 2 if mark[0].isdigit() else level
    label = mark.rstrip("、.．").replace("(", "（").replace(")", "）")
    return [*[*path, "", ""][:level], label]


def _pieces(line: str) -> Iterator[str]:
    if len(line) <= LONGEST:
        yield line
        return
    piece = ""
    for sentence in _SENTENCE.findall(line):
        if piece and len(piece) + len(sentence) > LONGEST:
            yield piece
            piece = ""
        piece += sentence
    if piece:
        yield piece
