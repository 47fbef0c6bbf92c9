"""Compares facts with the documents they rest on: every figure must stand in its span."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.policy.facts import Fact, Value

_FIGURE = re.compile(r"\d+(?:\.\d+)?")
VERBATIM = 19
"""Han characters in a row that a fact may share with its document; more is the document's words."""
LISTED = 3
"""Marks of enumeration (、) that make a run a list of names, which has no other words."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TITLE = re.compile(r"《[^》]*》")
_NOT_WORDS = re.compile(r"[\W_]+")
_NUMERALS = {**{at: (word,) for at, word in enumerate("零一二三四五六七八九十")}, 2: ("二", "两")}


@dataclass(frozen=True)
class Finding:
    """A fact that its document does not bear out."""

    fact: str
    why: str


@dataclass(frozen=True)
class Checked:
    """The outcome for all facts."""

    facts: int
    """compared with their documents"""
    figures: int
    findings: tuple[Finding, ...]
    absent: tuple[str, ...]
    """documents that are not here"""
    repaired: tuple[Fact, ...]


def check(facts: Iterable[Fact], documents: Path) -> Checked:
    """Compares every fact that names a source with it.

    Args:
        facts: what is claimed.
        documents: folder of the source files.
    """
    texts: dict[str, str | None] = {}
    findings: list[Finding] = []
    absent: list[str] = []
    repaired: list[Fact] = []
    count = figures = 0
    for fact in facts:
        known = fact.document
        if not known.source or fact.gap:
            continue
        if known.source not in texts:
            texts[known.source], why = _text(documents / known.source, known.sha256)
            if why:
                findings.append(Finding(known.source, why))
            elif texts[known.source] is None:
                absent.append(known.source)
        text = texts[known.source]
        if text is None:
            continue
        count += 1
        figures += len(_FIGURE.findall(fact.says))
        findings += [Finding(fact.id, why) for why in _faults(fact, text)]
        findings += [
            Finding(fact.id, f"in the document's own words: {run}")
            for run in copied(fact.says, text, known.title)
        ]
        if fact.repaired:
            repaired.append(fact)
    return Checked(count, figures, tuple(findings), tuple(absent), tuple(repaired))


def copied(says: str, text: str, title: str = "") -> list[str]:
    """Runs of a sentence that stand word for word in its document, longer than `VERBATIM`.

    Titles and lists of names are left out: there are no other words for them. Marks and figures
    between the characters do not break a run.

    Args:
        says: the sentence of a fact.
        text: the whole document.
        title: of the document, which may be named without its marks.
    """
    source = "".join(_HAN.findall(text))
    plain = _TITLE.sub("\n", says).replace(title, "\n") if title else _TITLE.sub("\n", says)
    found: list[str] = []
    for part in plain.split("\n"):
        at = [match.start() for match in _HAN.finditer(part)]
        start = 0
        while start + VERBATIM < len(at):
            length = _shared(part, at[start:], source)
            if length > VERBATIM:
                run = part[at[start] : at[start + length - 1] + 1]
                if run.count("、") < LISTED:
                    found.append(run)
                start += length
            start += 1
    return found


def _shared(part: str, at: list[int], source: str) -> int:
    """How many characters, from the first of these places on, stand in a row in the source."""
    length = VERBATIM + 1
    run = "".join(part[place] for place in at)
    if run[:length] not in source:
        return 0
    while length < len(run) and run[: length + 1] in source:
        length += 1
    return length


def _text(path: Path, sha256: str) -> tuple[str | None, str]:
    if not path.is_file():
        return None, ""
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        return None, "the file is not the one the facts were taken from (sha256 differs)"
    return content.decode("utf-8"), ""


def _faults(fact: Fact, text: str) -> list[str]:
    if any(end > len(text) for _, end in fact.spans):
        return ["a span lies beyond the end of the document"]
    source = "\n".join(text[start:end] for start, end in fact.spans)
    faults: list[str] = []
    if fact.repaired:
        if _plain(fact.repaired.found) not in _plain(source):
            faults.append(f"the damaged {fact.repaired.found} is not in its span")
        source = f"{source}\n{fact.repaired.read}"
    known = {float(one) for one in _FIGURE.findall(source)} | set(fact.beside)
    strange = [one for one in _FIGURE.findall(fact.says) if float(one) not in known]
    strange = [one for one in strange if float(one) != fact.document.year]
    if strange:
        faults.append(f"figures that are not in its span: {', '.join(strange)}")
    return faults + [
        f"{value.kind} {value.value} is not in its span"
        for value in fact.values
        if not _stands(value, source, fact)
    ]


def _stands(value: Value, source: str, fact: Fact) -> bool:
    plain = _plain(source)
    if isinstance(value.value, date):
        parts = (value.value.year, value.value.month, value.value.day)
        return any(form.format(*parts) in source for form in ("{}-{:02}-{:02}", "{}年{}月{}日"))
    if isinstance(value.value, str):
        return _plain(value.value) in plain or _body(value, plain)
    if value.value in fact.beside or value.value == fact.document.year:
        return True
    figures = {float(one) for one in _FIGURE.findall(source)}
    return float(value.value) in figures or _numeral(value.value, source)


def _body(value: Value, plain: str) -> bool:
    """A body is named in the source with or without its 市, 省 or 区."""
    return value.kind == "body" and _plain(str(value.value))[1:] in plain


def _numeral(number: float, source: str) -> bool:
    words = _NUMERALS.get(int(number), ()) if number == int(number) else ()
    return any(word in source for word in words)


def _plain(text: str) -> str:
    return _NOT_WORDS.sub("", text)
