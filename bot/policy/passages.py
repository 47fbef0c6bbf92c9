"""An operator's own documents: their text, cut into passages, and what is damaged in them.

Scans and web copies lose brackets of document numbers, gain page numbers inside words, run lines
together and repeat headers. What can be put right without guessing is put right; all of it is
reported, so that nobody reads a damaged number aloud.
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
    ("page_number", re.compile(r"(?<=[\u4e00-\u9fff]) \d{1,3} (?=[\u4e00-\u9fff])"), ""),
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
_HEADING = re.compile(
    r"^\s*(第[一二三四五六七八九十百]+[章条]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d+[.、．])"
)
_SENTENCE = re.compile(r"[^。！？；]*[。！？；]|[^。！？；]+$")


@dataclass(frozen=True)
class Damage:
    """One damaged place."""

    kind: str
    """bracket, month, page_number, space, web_noise, unreadable, date_run_together,
    run_together, repeated_header or cut_off"""
    line: int
    found: str
    repaired: str = ""
    """what it was taken for; empty where it was left as it is"""


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
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def _html(path: Path) -> str:
    page = BeautifulSoup(path.read_bytes(), "html.parser")
    for part in page(["script", "style", "nav", "header", "footer"]):
        part.decompose()
    return page.get_text("\n")


def cut(text: str) -> Imported:
    """Cuts a document's text into passages and reports its damage."""
    text, damage = _repaired(text.replace("\r\n", "\n"))
    lines = text.split("\n")
    damage += list(_signs(lines))
    headers = {one.found for one in damage if one.kind == "repeated_header"}
    noise = {one.line for one in damage if one.kind == "web_noise"}
    passages: list[Passage] = []
    path: list[str] = []
    for number, line in enumerate(lines, 1):
        plain = line.strip()
        if not plain or plain in headers or number in noise:
            continue
        path = _section(path, plain)
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
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    if len(last) > 30 and last[-1] not in "。！？；）)”》.":
        yield Damage("cut_off", len(lines), f"…{last[-20:]}")


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
