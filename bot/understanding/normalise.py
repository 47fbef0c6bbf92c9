"""Standard Mandarin beside what was really said.

Traditional characters become simplified ones and regional words their standard meaning
(nlu_data/lexicon/dialect.tsv). The original stays with the result, and every changed stretch can be
found in it, since an address, a name or a complaint is passed on in the speaker's own words.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache

import zhconv

from bot.understanding import lexicon
from bot.understanding.trie import Trie

KEEPS_ZHU = ("名", "作", "称", "述", "者", "书")
"""After 著 these keep it; elsewhere traditional 著 is the particle 着."""


@dataclass(frozen=True)
class Replacement:
    """One regional word and what it became."""

    start: int
    """First character in the normalised text."""
    end: int
    """One past the last character in the normalised text."""
    original_start: int
    """First character in the original."""
    original_end: int
    """One past the last character in the original."""
    word: str
    """The regional word, in simplified characters."""
    meaning: str
    """Its standard meaning."""
    region: str
    """Where the word is at home."""


@dataclass(frozen=True)
class Normalised:
    """A text in standard Mandarin, aligned with what was said."""

    original: str
    """What was said, untouched."""
    text: str
    """The same in standard words and simplified characters."""
    spans: tuple[Replacement, ...]
    """The stretches that differ by a regional word, from left to right."""

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of `text` stands in `original`; replaced words count as wholes."""
        return self._shift(start, False), self._shift(end, True)

    def _shift(self, at: int, closing: bool) -> int:
        offset = 0
        for span in self.spans:
            if at >= span.end:
                offset = span.original_end - span.end
            elif at > span.start or (at == span.start and not closing):
                return span.original_end if closing else span.original_start
            else:
                break
        return at + offset


@dataclass(frozen=True)
class _Entry:
    word: str
    meaning: str
    region: str
    not_after: tuple[str, ...]
    not_before: tuple[str, ...]
    only_region: bool

    def fits(self, text: str, start: int, end: int) -> bool:
        """Whether the neighbouring characters allow the regional reading."""
        before, after = text[:start], text[end:]
        return not before.endswith(self.not_after) and not after.startswith(self.not_before)


@cache
def _entries() -> Trie[tuple[_Entry, ...]]:
    grouped: dict[str, list[_Entry]] = {}
    for row in lexicon.rows("dialect.tsv"):
        entry = _Entry(
            word=row["word"],
            meaning=row["meaning"],
            region=row["region"],
            not_after=lexicon.pieces(row["not_after"]),
            not_before=lexicon.pieces(row["not_before"]),
            only_region=row["only_region"] == "yes",
        )
        grouped.setdefault(entry.word, []).append(entry)
    return Trie((word, tuple(entries)) for word, entries in grouped.items())


@lru_cache(maxsize=16384)
def _plain_character(character: str) -> str:
    if "\uff10" <= character <= "\uff5a" and character.isalnum():
        return chr(ord(character) - 0xFEE0)
    simplified = str(zhconv.convert(character, "zh-hans"))
    return simplified if len(simplified) == 1 else character


def simplify(text: str) -> str:
    """Simplified characters and half-width digits; the length does not change."""
    plain = "".join(map(_plain_character, text))
    if "著" not in plain:
        return plain
    return "".join(
        "着"
        if one == "著"
        and not plain.startswith(KEEPS_ZHU, at + 1)
        and plain[at - 1 : at] not in set("原名显土编专巨")
        else one
        for at, one in enumerate(plain)
    )


def guess_region(text: str) -> str | None:
    """The region whose words the text shows most of; None with under two, or on a tie.

    Only words that cannot be taken for ordinary Mandarin count.
    """
    counts: Counter[str] = Counter()
    plain = simplify(text)
    for start, end, entries in _entries().longest(plain):
        regions = {
            entry.region
            for entry in entries
            if not entry.only_region and entry.fits(plain, start, end)
        }
        counts.update(regions)
    ranked = counts.most_common(2)
    if not ranked or ranked[0][1] < 2 or (len(ranked) > 1 and ranked[1][1] == ranked[0][1]):
        return None
    return ranked[0][0]


@lru_cache(maxsize=2048)
def normalise(text: str, region: str | None = None) -> Normalised:
    """The text in standard Mandarin, beside the original.

    Args:
        text: what was said or typed.
        region: where the speaker comes from, if known; else it is guessed from the words.
    """
    plain = simplify(text)
    home = region or guess_region(plain)
    out: list[str] = []
    spans: list[Replacement] = []
    at = length = 0
    for start, end, entries in _entries().longest(plain):
        entry = _choose(entries, plain, start, end, home)
        if entry is None:
            continue
        out.append(plain[at:start])
        length += start - at
        out.append(entry.meaning)
        grown = length + len(entry.meaning)
        spans.append(
            Replacement(length, grown, start, end, entry.word, entry.meaning, entry.region)
        )
        at, length = end, grown
    out.append(plain[at:])
    return Normalised(text, "".join(out), tuple(spans))


def _choose(
    entries: tuple[_Entry, ...], text: str, start: int, end: int, home: str | None
) -> _Entry | None:
    """The reading that fits here, one of the speaker's own region first."""
    fitting = [
        entry
        for entry in entries
        if entry.fits(text, start, end) and (not entry.only_region or entry.region == home)
    ]
    return min(fitting, key=lambda entry: entry.region != home, default=None)
