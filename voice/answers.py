"""A short answer to a yes-or-no question, told from several hearings of it.

A recogniser knows words by those around them, and a single syllable has none: 行 is written 醒 or
形, 要 is written yo. But it also tells what else it may have been, and how likely each is. Those
that sound like a yes are added up, and those that sound like a no, once as it hears by itself and
once with the usual answers in mind. What one hearing is sure of and the other does not gainsay is
the answer; anything else is asked for again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin

from voice.asr.base import Hearings, Reading
from voice.turn.words import bare

YES = ("对", "好", "嗯", "是的", "要", "行", "可以", "好的", "是", "对的", "成", "没错", "好啊",
       "同意", "愿意", "对了", "好了", "行了", "要的")  # fmt: skip
NO = ("不要", "不用", "不是", "没有", "不", "不行", "不对", "别", "不用了", "不好", "没", "不要了",
      "不是的", "不可以")  # fmt: skip
HUMMED = {"n": "en", "nn": "en", "nnn": "en", "m": "en", "mm": "en", "hm": "en", "yo": "yao"}
"""Sounds that are written in Latin letters."""

ELSE = 0.3
"""How likely something else is said to a yes-or-no question than a recogniser believes, which does
not know what was asked."""
SURE = 0.7
"""Share of all that was heard without hints from which it is believed, where the hinted hearing
does not say the contrary (``AGAINST``)."""
SURE_HINTED = 0.8
"""The same with hints, where the hearing without them holds at most ``DOUBT`` of the contrary."""
AGAINST, DOUBT = 0.5, 0.2
TRACE = 0.002
"""The least that the hearing without hints must hold of it then: hints alone turn 疼 into 行."""
FAINT = 0.02
"""Probability below which a hearing says nothing: everything is as unlikely."""


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    text: str
    """The likeliest of the words that sound so."""
    share: float
    """Its side's share of what was heard, 0..1."""


@dataclass(frozen=True)
class _Side:
    share: float
    mass: float
    word: str

    def certain(self, share: float) -> bool:
        return self.share >= share and self.mass >= FAINT


def settle(heard: Hearings) -> Answer | None:
    """The answer that two hearings of one utterance agree upon; None where they do not."""
    plain, hinted = _weigh(heard.plain), _weigh(heard.hinted)
    for side, other in ((0, 1), (1, 0)):
        if plain[side].certain(SURE) and hinted[other].share <= AGAINST:
            return Answer(plain[side].word, plain[side].share)
        known = plain[side].mass >= TRACE and plain[other].share <= DOUBT
        if known and hinted[side].certain(SURE_HINTED):
            return Answer(hinted[side].word, hinted[side].share)
    return None


def _weigh(readings: Sequence[Reading]) -> tuple[_Side, _Side]:
    """The yes and the no in a hearing."""
    words: tuple[dict[str, float], ...] = ({}, {})
    other = 0.0
    for reading in readings:
        sound = _sound(reading.text)
        for found, sounds in zip(words, _sides(), strict=True):
            if sound in sounds:
                found[sounds[sound]] = found.get(sounds[sound], 0.0) + reading.probability
                break
        else:
            other += reading.probability * ELSE
    masses = [sum(found.values()) for found in words]
    whole = sum(masses) + other or 1.0
    yes, no = (
        _Side(mass / whole, mass, max(found, key=lambda word: found[word], default=""))
        for mass, found in zip(masses, words, strict=True)
    )
    return yes, no


@lru_cache(maxsize=1)
def _sides() -> tuple[dict[str, str], dict[str, str]]:
    """Words by their sound."""
    return _by_sound(YES), _by_sound(NO)


def _by_sound(words: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        found.setdefault(_sound(word), word)
    return found


def _sound(text: str) -> str:
    """Syllables without tones; what is only said twice or thrice (对对对) counts once."""
    syllables = tuple(HUMMED.get(sound, sound) for sound in lazy_pinyin(bare(text).lower()))
    for size in (1, 2):
        count = len(syllables) // size
        if count > 1 and syllables == syllables[:size] * count:
            syllables = syllables[:size]
    return " ".join(syllables)
