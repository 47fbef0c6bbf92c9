"""Looks for signs in what was heard: words as written, by sound, and by fuzzy sound.

The words and the patterns made of them are data: nlu_data/lexicon/emergency_words.tsv and
emergency.tsv. This module knows how to look; what a find means is judged in emergency.py.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations

from bot.understanding import lexicon
from bot.understanding.pinyin import fuzzy_class, readings
from bot.understanding.trie import Trie

GAP = 6
"""Most characters between two elements of a pattern that names no other distance."""
BY_SOUND = {2: 0.6, 3: 0.6}
"""Doubt of a word heard by sound with every character wrong, by its length; longer ones: LONG."""
BY_FUZZY_SOUND = {2: 1.1, 3: 0.9}
"""The same for fuzzy sound."""
SOUNDED_GUARDS = {"mask": 4, "news": 3}
"""Guards whose words are also known by sound, and from how many characters on."""
BY_SOUND_ROW = "(by sound)"
"""Name of the row of emergency_words.tsv with the short words that are known by sound."""
LONG = (0.2, 0.35)
"""Doubt of words of four and more characters, by sound and by fuzzy sound."""
NOTHING_LEFT = 0.85
"""Doubt of a word of two characters that are both wrong: it counts only beside a surer one."""
SURE_WORD = 0.4
"""How much a word of two or more characters, heard as written, takes off a pattern's doubt."""
SURE_CHARACTER = 0.2
"""The same for a single character."""
MOST_MATCHES = 24
"""Matches of one pattern that are looked at in one text."""
NEGATORS = lexicon.pieces(
    "没|没有|没得|莫得|冇|无|未|唔|毋|不|不是|毋是|唔系|并没|并没有|从没|"
    "从来没|别|莫|勿|没再|没有再|不会|不会再|没怎么|不怎么|不太|没什么|没啥|"
    "没有什么|冇乜|冇再|吂|还没|还没有|不算|不觉得|没觉得|没感觉|没有哪里|没哪里|"
    "没得哪个|没有哪个|没人|冇人"
)
"""Words that deny what follows them."""
WAIVERS = lexicon.pieces("不要|不用|不必|不需要|别|莫|莫要|唔使|唔好|毋免|毋通|甭|要不要")
"""What calls a cry for help off, standing right before it; 没人 before one does not deny it."""
AFTER_NEGATION = ("", "被", "有", "让", "叫", "给", "再", "真", "怎么", "什么", "太", "很", "大")
"""What may stand between a negator and the word it denies."""


@dataclass(frozen=True)
class Hit:
    """One word of a concept in a text."""

    start: int
    end: int
    word: str
    """The word as the list writes it."""
    doubt: float
    """0 for a word heard as written, more the less it sounds like it."""


@dataclass(frozen=True)
class Pattern:
    """One row of emergency.tsv."""

    kind: str
    strength: str
    region: str
    sign: str
    orders: tuple[tuple[str, ...], ...]
    """The orders in which the elements may come; an element is named as the table writes it."""
    gap: int
    """Most characters between two elements."""
    order: int
    """Causes come before effects: of several signs the lowest order names the kind."""


@dataclass(frozen=True)
class Found:
    """A pattern in a text."""

    pattern: Pattern
    start: int
    end: int
    doubt: float
    """Below 0.35 taken as heard, below 0.8 doubtful, above not taken."""


@dataclass(frozen=True)
class _Word:
    concept: str
    word: str


class Sounds:
    """A text by characters, by syllables and by fuzzy classes, position for position."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.readings = readings(text)
        self.classes = [tuple(map(fuzzy_class, reading)) for reading in self.readings]


class WordFinder:
    """Finds the words of many concepts at once."""

    def __init__(
        self, concepts: Iterable[tuple[str, Sequence[str], bool]], short: frozenset[str]
    ) -> None:
        """Take concepts, and the two-character words that are also known by sound.

        Args:
            concepts: name, words, and whether the words count only as written.
            short: words of two characters that are looked for by sound all the same.
        """
        written: dict[str, list[_Word]] = {}
        sounded: dict[tuple[str, ...], list[_Word]] = {}
        fuzzy: dict[tuple[str, ...], list[_Word]] = {}
        for concept, words, only_written in concepts:
            for word in words:
                entry = _Word(concept, word)
                written.setdefault(word, []).append(entry)
                if only_written or len(word) < 2 or (len(word) == 2 and word not in short):
                    continue
                for reading in readings(word):
                    sounded.setdefault(reading, []).append(entry)
                    fuzzy.setdefault(tuple(map(fuzzy_class, reading)), []).append(entry)
        self._written = Trie(written.items())
        self._sounded = Trie(sounded.items())
        self._fuzzy = Trie(fuzzy.items())

    def find(self, heard: Sounds) -> dict[str, list[Hit]]:
        """All words of all concepts, by concept, from left to right, each place once."""
        best: dict[tuple[str, int, int], Hit] = {}
        for start, end, words in self._written.all(heard.text):
            for word in words:
                best[word.concept, start, end] = Hit(start, end, word.word, 0.0)
        ordinary = _ordinary_places(heard.text) | frozenset(
            at for _, start, end in best if end - start > 1 for at in range(start, end)
        )
        for reading in heard.readings:
            for start, end, words in self._sounded.all(reading):
                _keep(best, heard.text, start, end, words, (BY_SOUND, LONG[0]), ordinary)
        for classes in heard.classes:
            for start, end, words in self._fuzzy.all(classes):
                _keep(best, heard.text, start, end, words, (BY_FUZZY_SOUND, LONG[1]), ordinary)
        found: dict[str, list[Hit]] = {}
        for concept, start, end in sorted(best, key=lambda key: (key[1], key[2])):
            found.setdefault(concept, []).append(best[concept, start, end])
        return found


def _keep(
    best: dict[tuple[str, int, int], Hit],
    text: str,
    start: int,
    end: int,
    words: Iterable[_Word],
    doubts: tuple[Mapping[int, float], float],
    ordinary: frozenset[int],
) -> None:
    """Add words heard by sound where nothing surer stands and the writing makes no other sense."""
    table, long = doubts
    for word in words:
        key = word.concept, start, end
        wrong = [at for at in range(start, end) if text[at] != word.word[at - start]]
        if any(at in ordinary for at in wrong):
            continue
        if len(wrong) == end - start < 4 and table is BY_FUZZY_SOUND:
            continue
        doubt = table.get(end - start, long) * len(wrong) / (end - start)
        if len(wrong) == 2 == end - start:
            doubt = NOTHING_LEFT
        if key not in best or doubt < best[key].doubt:
            best[key] = Hit(start, end, word.word, doubt)


@cache
def _ordinary_words() -> Trie[str]:
    words: list[tuple[str, str]] = []
    for row in lexicon.rows("ordinary.tsv"):
        words += [(word, word) for word in lexicon.pieces(row["words"])]
    return Trie(words)


def _ordinary_places(text: str) -> frozenset[int]:
    """Positions that belong to a common word as written, which is not taken for another one."""
    return frozenset(
        at for start, end, _ in _ordinary_words().all(text) for at in range(start, end)
    )


def _elements(pattern: str) -> tuple[list[str], bool, int]:
    """Elements, whether any order will do, and the gap, of a pattern as the table writes it."""
    any_order = pattern.startswith("~")
    parts = pattern.removeprefix("~").split()
    gap = GAP
    if parts[-1].startswith("@"):
        gap = int(parts.pop()[1:])
    return parts, any_order, gap


@cache
def patterns() -> tuple[Pattern, ...]:
    """The patterns of emergency.tsv.

    Raises:
        ValueError: a pattern names a concept that emergency_words.tsv does not have.
    """
    known = {row["concept"] for row in lexicon.rows("emergency_words.tsv")}
    table = []
    for row in lexicon.rows("emergency.tsv"):
        elements, any_order, gap = _elements(row["pattern"])
        for name in (one for element in elements for one in _names(element)):
            if name not in known:
                raise ValueError(f"emergency.tsv: {row['pattern']!r} names {name!r}, no concept")
        orders = tuple(permutations(elements)) if any_order else (tuple(elements),)
        table.append(
            Pattern(
                row["kind"],
                row["strength"],
                row["region"],
                row["sign"],
                orders,
                gap,
                int(row["order"]),
            )
        )
    return tuple(table)


@cache
def _names(element: str) -> tuple[str, ...]:
    return tuple(one[1:-1] for one in element.split("|") if one.startswith("{"))


@cache
def finder() -> WordFinder:
    """All concepts, guards (as ``guard:name``) and words that stand in patterns (as ``=words``)."""
    concepts: list[tuple[str, Sequence[str], bool]] = []
    short: frozenset[str] = frozenset()
    for row in lexicon.rows("emergency_words.tsv"):
        words = lexicon.pieces(row["words"])
        if row["concept"] == BY_SOUND_ROW:
            short = frozenset(words)
            continue
        concepts.append((row["concept"], words, row["heard"] == "written"))
    for row in lexicon.rows("emergency_guards.tsv"):
        words = lexicon.pieces(row["words"])
        least = SOUNDED_GUARDS.get(row["guard"])
        long = [word for word in words if least and len(word) >= least]
        concepts.append((f"guard:{row['guard']}", words, True))
        concepts.append((f"guard:{row['guard']}", long, False))
    for element in {one for pattern in patterns() for one in pattern.orders[0]}:
        words = tuple(one for one in element.split("|") if not one.startswith("{"))
        concepts.append((f"={element}", words, False))
    return WordFinder(concepts, short)


def _element_hits(element: str, hits: Mapping[str, Sequence[Hit]]) -> list[Hit]:
    """Hits of an element: of its concepts and its words, from left to right."""
    found = list(hits.get(f"={element}", ()))
    for name in _names(element):
        found += hits.get(name, ())
    return sorted(found, key=lambda hit: (hit.start, hit.end))


def negated(text: str, hit: Hit, concept: str) -> bool:
    """Whether the words right before a hit deny it, or it stands in an A-not-A question."""
    before = text[max(0, hit.start - 6) : hit.start]
    if concept.startswith("cry"):
        return before.rstrip("叫打喊派拨报再你们").endswith(WAIVERS)
    if before.endswith("是不是"):
        return False
    for between in AFTER_NEGATION:
        if before.endswith(between):
            head = before.removesuffix(between)
            if head.endswith(NEGATORS):
                return not head.endswith(("是不", "差不", "差点没"))
    return text[hit.end : hit.end + 2] == "不" + text[hit.end - 1 : hit.end]


def look(text: str, hits: Mapping[str, Sequence[Hit]]) -> Iterator[Found]:
    """Every pattern that the hits of a text make up, a few matches of each."""
    usable: dict[str, list[Hit]] = {}
    for pattern in patterns():
        for order in pattern.orders:
            lists = []
            for element in order:
                if element not in usable:
                    usable[element] = _element_hits(element, hits)
                if not usable[element]:
                    break
                lists.append(usable[element])
            else:
                yield from _matches(pattern, lists)


def _matches(pattern: Pattern, lists: Sequence[Sequence[Hit]]) -> Iterator[Found]:
    """Matches of one pattern whose elements come in the order of `lists`."""
    starts = [[hit.start for hit in hits] for hits in lists]
    count = 0
    for first in lists[0]:
        for chain in _chains((first,), lists, starts, pattern.gap):
            doubt = sum(_weight(hit) for hit in chain)
            yield Found(pattern, chain[0].start, chain[-1].end, max(0.0, doubt))
            count += 1
            if count >= MOST_MATCHES:
                return


def _chains(
    chain: tuple[Hit, ...],
    lists: Sequence[Sequence[Hit]],
    starts: Sequence[Sequence[int]],
    gap: int,
) -> Iterator[tuple[Hit, ...]]:
    if len(chain) == len(lists):
        yield chain
        return
    at, end = len(chain), chain[-1].end
    for index in range(bisect_left(starts[at], end), len(lists[at])):
        hit = lists[at][index]
        if hit.start - end > gap:
            return
        yield from _chains((*chain, hit), lists, starts, gap)


def _weight(hit: Hit) -> float:
    if hit.doubt:
        return hit.doubt
    return -SURE_WORD if hit.end - hit.start > 1 else -SURE_CHARACTER
