"""A document's copy, and where in it a claim stands.

A place is kept as a pin: how many letters into the copy its sentence begins, how long it is, its
digest, and a few key terms; never the sentence. Blanks and line ends do not count, so that a
document wrapped otherwise bears the same claims out; any other change is found.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

ENDS = "。；;"
"""What ends a sentence of a document."""
TERMS, TERM = 4, 8
"""Key terms of a pin at most, and letters of a term at most."""
_FIGURE = re.compile(r"[^\W\d]{0,3}\d[\d.]*[^\W\d]{0,2}")
_WORDS = re.compile(r"[\w.]+")


@dataclass(frozen=True)
class Pin:
    """The sentence that a claim rests on."""

    at: int
    """letters of the copy before it"""
    length: int
    digest: str
    terms: tuple[str, ...]
    """what it speaks of, for the report of a change"""


def letters(text: str) -> str:
    """A text in one form of each character and without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def digest(text: str) -> str:
    """A short name of a text that another text does not have."""
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


class Copy:
    """A document as it lies here.

    Args:
        text: of the file.
        sections: names of its sections and the words each opens with, in their order.
    """

    def __init__(self, text: str, sections: Sequence[tuple[str, str]] = ()) -> None:
        found, origin = [], []
        for at, character in enumerate(text):
            for one in letters(character):
                found.append(one)
                origin.append(at)
        self.letters = "".join(found)
        self._origin = origin
        self._shift: int = 0
        self.lost = self._open(sections)
        """sections that do not open where they should: name, words"""

    def _open(self, sections: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        at, lost = 0, []
        opened: list[tuple[str, int]] = []
        for name, words in sections:
            place = self.letters.find(letters(words), at)
            if place < 0:
                lost.append((name, words))
                continue
            opened.append((name, place))
            at = place + 1
        self._sections: dict[str, tuple[int, int]] = {}
        for number, (name, start) in enumerate(opened):
            following = (at for other, at in opened[number + 1 :] if not other.startswith(name))
            self._sections[name] = (start, next(following, len(self.letters)))
        return lost

    def pin(self, start: int, end: int, claim: str) -> Pin:
        """The pin of a stretch of the file.

        Args:
            start: first character of the stretch in the file.
            end: one past its last.
            claim: what is claimed to stand there.
        """
        first, last = bisect_left(self._origin, start), bisect_left(self._origin, end)
        begin, close = self._sentence(first, last)
        stretch = self.letters[first:last]
        whole = self.letters[begin:close]
        return Pin(begin, close - begin, digest(whole), tuple(_terms(letters(claim), stretch)))

    def _sentence(self, first: int, last: int) -> tuple[int, int]:
        begin = max(self.letters.rfind(mark, 0, first) for mark in ENDS) + 1
        ends = [self.letters.find(mark, max(first, last - 1)) for mark in ENDS]
        return begin, min((one for one in ends if one >= 0), default=len(self.letters) - 1) + 1

    def find(self, pin: Pin) -> int | None:
        """Where the sentence of a pin stands now; None where it stands nowhere as it was."""
        starts: list[int] = [pin.at + self._shift, *range(len(self.letters) - pin.length + 1)]
        for start in starts:
            if digest(self.letters[start : start + pin.length]) == pin.digest:
                self._shift = start - pin.at
                return start
        return None

    def text(self, start: int, length: int) -> str:
        """A stretch of the copy."""
        return self.letters[start : start + length]

    def within(self, section: str, start: int, length: int) -> bool:
        """Whether a stretch stands in a section, or the section is not known."""
        begin, end = self._sections.get(section, (0, len(self.letters)))
        return start < end and begin < start + length

    def nearest(self, pin: Pin) -> str:
        """What now stands where a sentence was, or what speaks of the most of its terms."""
        before = self.letters[max(0, pin.at + self._shift) :][: pin.length]
        found = max(
            self._sentences(),
            key=lambda one: (sum(term in one for term in pin.terms), _like(one, before)),
            default="",
        )
        return _around(found, pin.terms)

    def _sentences(self) -> Iterator[str]:
        return (one[0] for one in re.finditer(rf"[^{ENDS}]+[{ENDS}]?", self.letters))


def _like(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).quick_ratio()


def _around(sentence: str, terms: Sequence[str], width: int = 60) -> str:
    """A sentence cut to what stands around its terms."""
    if len(sentence) <= width:
        return sentence
    places = [sentence.find(term) for term in terms if term in sentence]
    start = max(0, min(places, default=0) - width // 4)
    return f"{'…' if start else ''}{sentence[start : start + width]}…"


def _terms(claim: str, stretch: str) -> Iterator[str]:
    """Figures of a stretch, and the words it shares with its claim."""
    found = list(dict.fromkeys(one[0][-TERM:] for one in _FIGURE.finditer(stretch)))[: TERMS // 2]
    rest = claim
    while len(found) < TERMS:
        runs = [run[0] for run in _WORDS.finditer(stretch)]
        shared = max((_shared(rest, run) for run in runs), key=len, default="")[:TERM]
        if len(shared) < 2:
            break
        rest = rest.replace(shared, "\n")
        if not any(shared in one for one in found):
            found.append(shared)
    return iter(found or [stretch[:TERM]])


def _shared(one: str, other: str) -> str:
    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return one[match.a : match.a + match.size]
