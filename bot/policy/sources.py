"""Compares claims with the documents they rest on: each sentence, and every figure of a fact."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.policy.copies import Copy, Pin, digest
from bot.policy.facts import Fact, Value
from bot.policy.readings import Claim, Read, by_folder, claims, readings

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
    """A claim that its document does not bear out."""

    claim: str
    why: str
    expected: str = ""
    found: str = ""

    def __str__(self) -> str:
        told = (f"; expected: {self.expected}; found: {self.found}") if self.expected else ""
        return f"{self.claim}: {self.why}{told}"


@dataclass(frozen=True)
class Checked:
    """The outcome for all claims."""

    claims: int
    """compared with their documents"""
    facts: int
    figures: int
    findings: tuple[Finding, ...]
    absent: tuple[str, ...]
    """documents that are not here"""
    others: tuple[str, ...]
    """documents that are not the copies the claims were taken from"""
    repaired: tuple[Fact, ...]


def check(localities: Path, documents: Path) -> Checked:
    """Compares every claim that rests on a document with it.

    Each must have been read by a second reader as it is now, and the sentence it rests on must
    stand in its section as it was read. A fact's figures and values must stand there too.

    Args:
        localities: folder of what is claimed, and of the second readers' records.
        documents: folder of the source files.

    Raises:
        SettingsError: names the file and what is wrong.
    """
    records = readings(localities)
    findings: list[Finding] = []
    absent: list[str] = []
    others: list[str] = []
    compared: list[Claim] = []
    for folder, of_one in by_folder(claims(localities)).items():
        record = records.get(folder)
        findings += _unread(folder, of_one, record.claims if record else {})
        source = of_one[0].document
        path = documents / source.source
        if not path.is_file():
            absent.append(source.source)
            continue
        content = path.read_bytes()
        same = hashlib.sha256(content).hexdigest() == source.sha256
        if not same:
            others.append(source.source)
        text = content.decode("utf-8", errors="replace")
        copy = Copy(text, source.sections)
        findings += [
            Finding(f"{folder} {name}", "this section does not open where it did", words, "nothing")
            for name, words in copy.lost
        ]
        for claim in of_one:
            pins = record.claims[claim.id].pins if record and claim.id in record.claims else ()
            found, stands = _stand(claim, pins, copy)
            findings += found
            if claim.fact and not found:
                exact = "\n".join(text[start:end] for start, end in claim.spans)
                findings += _untrue(claim.fact, exact if same else stands, text)
        compared += of_one
    facts = [one.fact for one in compared if one.fact]
    figures = sum(len(_FIGURE.findall(fact.says)) for fact in facts)
    return Checked(
        len(compared),
        len(facts),
        figures,
        findings=tuple(findings),
        absent=tuple(absent),
        others=tuple(others),
        repaired=tuple(fact for fact in facts if fact.repaired),
    )


def _unread(folder: str, of_one: Sequence[Claim], read: Mapping[str, Read]) -> Iterator[Finding]:
    """Claims that no second reader has compared as they are now, and records of none."""
    for claim in of_one:
        if claim.id not in read:
            yield Finding(claim.id, "no second reader has compared it")
        elif read[claim.id].claim != digest(claim.text):
            yield Finding(claim.id, "changed since a second reader compared it")
    for id in sorted(set(read) - {claim.id for claim in of_one}):
        yield Finding(id, f"{folder} has a second reader's record of it, and no such claim")


def _stand(claim: Claim, pins: Sequence[Pin], copy: Copy) -> tuple[list[Finding], str]:
    """What has become of the sentences a claim rests on, and the sentences.

    One of them stands in the section that is cited; others may say of what it speaks.
    """
    places = [(pin, copy.find(pin)) for pin in pins]
    findings = [
        Finding(claim.id, "its sentence has changed", "、".join(pin.terms), copy.nearest(pin))
        for pin, at in places
        if at is None
    ]
    here = [(at, pin.length) for pin, at in places if at is not None]
    stands = "\n".join(copy.text(at, length) for at, length in here)
    if here and not any(copy.within(claim.section, at, length) for at, length in here):
        expected = f"{claim.section}: {'、'.join(pins[0].terms)}"
        findings.append(Finding(claim.id, "stands in another section", expected, stands))
    return findings, stands


def _untrue(fact: Fact, source: str, text: str) -> Iterator[Finding]:
    """What a fact says that its source does not, and what it says in the document's words."""
    for why in _faults(fact, source):
        yield Finding(fact.id, why)
    for run in copied(fact.says, text, fact.document.title):
        yield Finding(fact.id, f"in the document's own words: {run}")


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


def _faults(fact: Fact, source: str) -> list[str]:
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
