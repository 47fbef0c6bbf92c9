"""A small classifier beside the emergency signs: how much a line sounds like a cry for help.

Linear voices over characters, fuzzy syllables and what the signs found: one for danger as such, one
for each kind of emergency, one for each sort of ordinary talk; how they are heard together is
calibrated to a likelihood. It needs no library: the weights are a table
(nlu_data/lexicon/emergency_hunch.tsv) learnt by ``python -m bot.understanding.learn_hunch``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations

from bot.understanding import lexicon
from bot.understanding.normalise import normalise
from bot.understanding.pinyin import fuzzy_class, syllables
from bot.understanding.trie import Trie

TABLE = "emergency_hunch.tsv"
"""File of the weights, in the lexicon folder."""
VOICES, BIAS, JOIN = "(voices)", "(bias)", "(join)"
"""Rows of the table that are no feature: the voices' names in order, their constants, and how the
constant, danger, kinds and talk are added up."""
DANGER, TALK = "danger", "talk:"
"""Name of the first voice, and what the names of the voices of ordinary talk begin with."""
LONGEST = 200
"""Characters of a line that are looked at."""
LOUD, MARK = 3.0, 0.5
"""Length of a line's vector of characters and syllables, and how much a sign's mark counts."""
UNIT = 0.05
"""What a weight of one in the table stands for."""
PARTICLES = str.maketrans(
    "哩矣咧嘞喇咯囉拢攏佇伫喺无冇讲嘅恁汝袂", "了了了了了了了都都在在在没没说的你你不"
)
"""Small words of the south as standard ones; too short to be told apart by the dialect words."""
NUMBER = re.compile("[0-9零一二三四五六七八九幺]{5,}")
"""A telephone number or the like, which is one symbol: its digits say nothing about danger."""
FAINT, APART = -4.0, 1.0
"""A kind that is heard less loudly, or hardly louder than the next, is as often wrong as right."""
UNKNOWN = "unspecified"
"""The kind of a cry that does not tell what it is about."""
SIZES = (1, 2, 3)
"""Lengths of the runs of characters and of syllables."""
HINTS, HINTED = "emergency_hints.tsv", 0.75
"""File of the words that count beside one another, and the length of a line's vector of them."""


@dataclass(frozen=True)
class Hunch:
    """What the classifier makes of a line."""

    likelihood: float
    """How likely the line is a cry for help, 0 to 1."""
    kinds: Mapping[str, float]
    """Each kind of emergency and how loudly it is heard, from minus to plus some ten."""

    def kind(self, favoured: str | None = None, favour: float = 0.0) -> str:
        """The kind heard loudest; the favoured one is taken for `favour` louder.

        Where none is more than faint it is the favoured one. Any other that is faint, or hardly
        louder than the next, is not named: wrong first aid harms.
        """
        loudness = {name: loud + favour * (name == favoured) for name, loud in self.kinds.items()}
        loudest, *others = sorted(loudness, key=lambda name: loudness[name], reverse=True)
        if self.kinds[loudest] < FAINT:
            return favoured or UNKNOWN
        apart = loudness[loudest] - max((loudness[name] for name in others), default=FAINT)
        return loudest if loudest == favoured or apart >= APART else UNKNOWN


def _runs(symbols: Sequence[str], joint: str) -> Iterator[str]:
    bounded = ("^", *symbols, "$")
    for size in SIZES:
        for at in range(len(bounded) - size + 1):
            yield joint.join(bounded[at : at + size])


def features(text: str) -> frozenset[str]:
    """What of a line is weighed, punctuation left out.

    Runs of its characters, as said and in standard words, and of its fuzzy syllables (after ``~``).
    """
    heard = _spoken(text)[:LONGEST]
    standard = _standard(text).translate(PARTICLES)
    found = set(_runs(heard, ""))
    if standard != heard:
        found.update(_runs(standard, ""))
    found.update("~" + run for run in _runs(tuple(map(fuzzy_class, syllables(heard))), " "))
    return frozenset(found)


def hints(text: str) -> frozenset[str]:
    """Which sorts of telling words a line has (after ``+``), and which pairs of sorts.

    So that a word that was never learnt in a cry for help counts like others of its sort.
    """
    heard = _standard(text)
    written, sounded = _hinted()
    sorts = {sort for _, _, found in written.longest(heard) for sort in found}
    classes = tuple(map(fuzzy_class, syllables(heard)))
    sorts |= {f"~{sort}" for _, _, found in sounded.all(classes) for sort in found - sorts}
    return frozenset(
        {f"+{sort}" for sort in sorts} | {f"+{a} {b}" for a, b in combinations(sorted(sorts), 2)}
    )


@cache
def _hinted() -> tuple[Trie[frozenset[str]], Trie[frozenset[str]]]:
    """Words of emergency_hints.tsv as written and by fuzzy sound, each with its sorts."""
    written: dict[Sequence[str], set[str]] = {}
    sounded: dict[Sequence[str], set[str]] = {}
    for row in lexicon.rows(HINTS):
        for word in lexicon.pieces(row["words"]):
            written.setdefault(word, set()).add(row["hint"])
            if len(word) > 1:
                classes = tuple(map(fuzzy_class, syllables(word)))
                sounded.setdefault(classes, set()).add(row["hint"])
    return (
        Trie((word, frozenset(sorts)) for word, sorts in written.items()),
        Trie((word, frozenset(sorts)) for word, sorts in sounded.items()),
    )


@lru_cache(maxsize=64)
def _standard(text: str) -> str:
    """What is weighed of a line, in standard words."""
    return _spoken(normalise(text).text)[:LONGEST]


def _spoken(text: str) -> str:
    return NUMBER.sub("0", "".join(one for one in text if one.isalnum()))


def hear(text: str, marks: Collection[str] = ()) -> Hunch:
    """How much a line sounds like a cry for help, and like which kind.

    Args:
        text: simplified characters; beyond `LONGEST` characters it is not read.
        marks: what the signs found in it (names that emergency.py gives, beginning with ``@``).
    """
    model = _model()
    found = features(text)
    sounds = [0.0] * len(model.voices)
    for feature in found:
        for voice, weight in model.weights.get(feature, ()):
            sounds[voice] += weight
    loudness = LOUD / math.sqrt(len(found))
    sounds = [loudness * one + bias for one, bias in zip(sounds, model.bias, strict=True)]
    hinted = hints(text)
    for names, loudness in ((marks, MARK), (hinted, HINTED / math.sqrt(len(hinted) or 1))):
        for name in names:
            for voice, weight in model.weights.get(name, ()):
                sounds[voice] += loudness * weight
    kinds = {name: sounds[at] for at, name in model.kinds}
    talk = [sounds[at] for at in model.talk]
    total = sum(
        share * one
        for share, one in zip(
            model.join, (1.0, sounds[0], _together(kinds.values()), _together(talk)), strict=True
        )
    )
    return Hunch(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total)))), kinds)


def _together(sounds: Collection[float]) -> float:
    """Logarithm of the sum of exponentials: the loudest, and a little of the others."""
    top = max(sounds)
    return top + math.log(sum(math.exp(one - top) for one in sounds))


@dataclass(frozen=True)
class _Model:
    voices: tuple[str, ...]
    kinds: tuple[tuple[int, str], ...]
    talk: tuple[int, ...]
    bias: tuple[float, ...]
    join: tuple[float, ...]
    weights: Mapping[str, tuple[tuple[int, float], ...]]


def letters(voice: int) -> str:
    """How the table writes the number of a voice: a to z, then A to Z."""
    return chr(ord("a") + voice) if voice < 26 else chr(ord("A") + voice - 26)


@cache
def _model() -> _Model:
    cells = {row["feature"]: row["weights"] for row in lexicon.rows(TABLE)}
    voices = tuple(cells.pop(VOICES).split("|"))
    number = {letters(at): at for at in range(len(voices))}
    split = re.compile(r"([a-zA-Z])(-?\d+)").findall

    def weights(cell: str) -> tuple[tuple[int, float], ...]:
        return tuple((number[voice], UNIT * int(weight)) for voice, weight in split(cell))

    bias = tuple(float(one) for one in cells.pop(BIAS).split("|"))
    join = tuple(float(one) for one in cells.pop(JOIN).split("|"))
    talk = tuple(at for at, name in enumerate(voices) if name.startswith(TALK))
    kinds = tuple((at, name) for at, name in enumerate(voices) if name != DANGER and at not in talk)
    table = {feature: weights(cell) for feature, cell in cells.items()}
    return _Model(voices, kinds, talk, bias, join, table)


def warm() -> None:
    """Load the weights, so that the first line does not wait for them."""
    hear("喂")
