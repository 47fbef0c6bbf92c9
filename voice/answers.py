"""A short answer to a yes-or-no question, told from several hearings of it.

A recogniser knows words by those around them, and a single syllable has none: 行 is written 醒 or
形, 要 is written yo. But it also tells what else it may have been, and how likely each is. Those
that sound like a yes are added up, and those that sound like a no, once as it hears by itself and
once with the usual answers in mind. What one hearing is sure of and the other does not gainsay is
the answer; anything else is asked for again.

Where the recogniser also tells answers by their sound alone (voice/asr/short.py), that weighs with
what it wrote: each side counts by how much it sounds so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin

from voice.asr.base import Hearings, Reading
from voice.turn.words import bare, is_no, is_yes

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
SOUNDS_SURE = 0.9
"""Share by sound alone from which it is an answer whatever was written, but for the contrary."""
SOUNDS_RATHER = 0.45, 0.7
"""The same of a yes, and of a no, from which it is one where the hearing without hints says nothing
against it, and no cry for help."""
SOUNDS_LIKELY = 0.3
"""The same from which it is one where the hinted hearing holds more of it than of all else, and the
other does not say the contrary."""
SOUNDS_ELSE = 0.8
"""Share by sound alone of what is not written from which a written yes or no is doubted."""
SOUNDS_NONE = 0.75
"""The same from which no hearing makes it an answer."""
WRITTEN_SURE = 0.5
"""Confidence of a written yes or no from which it need not sound so, if only not the contrary."""
LEAST = 0.02
"""What is held possible at least, however it sounds."""


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


@dataclass(frozen=True)
class Sounding:
    """How much an utterance sounds like an answer, by its sound alone; shares, 0..1."""

    yes: float
    no: float
    word: str
    """The likeliest answer."""

    @classmethod
    def of(cls, sounds: Iterable[Reading]) -> Sounding:
        """Adds up the answers it may be."""
        found = sorted(sounds, key=lambda reading: -reading.probability)
        yes, no = (
            sum(one.probability for one in found if is_so(one.text)) for is_so in (is_yes, is_no)
        )
        word = next((one.text for one in found if is_yes(one.text) == (yes >= no)), "")
        return cls(yes, no, word)

    @property
    def answer(self) -> Answer | None:
        """What it is where its sound leaves no doubt."""
        share = max(self.yes, self.no)
        return Answer(self.word, share) if share >= SOUNDS_SURE else None

    @property
    def is_likely(self) -> bool:
        """Whether it sounds more like an answer than like anything else."""
        return self.yes + self.no > AGAINST

    def is_contrary_to(self, text: str) -> bool:
        """Whether it sounds like a no where a yes was written, or the other way round."""
        return (self.no if is_yes(text) else self.yes) > AGAINST

    def gainsays(self, text: str, confidence: float) -> bool:
        """Whether it hardly sounds like the yes or no that was written with this confidence."""
        same = self.yes if is_yes(text) else self.no
        unlike = same <= 1 - SOUNDS_ELSE and confidence < WRITTEN_SURE
        return unlike or self.is_contrary_to(text)

    def rather(self, written: tuple[_Side, _Side]) -> Answer | None:
        """What it is by its sound, where the yes and the no that were written do not gainsay it."""
        side = 0 if self.yes >= self.no else 1
        share = (self.yes, self.no)[side]
        sure = share >= SOUNDS_RATHER[side] and written[1 - side].share <= AGAINST
        return Answer(self.word, share) if sure else None

    def allows(self, side: int, contrary: _Side) -> bool:
        """Whether it may be a yes (0) or a no (1), where so much of the contrary was written."""
        same, against = (self.yes, self.no) if side == 0 else (self.no, self.yes)
        anything_else = 1 - self.yes - self.no
        rather_the_contrary = self.is_likely and against > same
        doubted = rather_the_contrary or contrary.share > AGAINST
        return not doubted and anything_else < SOUNDS_NONE

    @property
    def weights(self) -> tuple[float, float, float]:
        """How much a yes, a no and anything else count that were written."""
        shares = (self.yes, self.no, 1 - self.yes - self.no)
        yes, no, other = (math.sqrt(max(LEAST, share)) for share in shares)
        return yes, no, other


def settle(heard: Hearings, sounding: Sounding | None = None, written: str = "") -> Answer | None:
    """The answer that two hearings of one utterance agree upon; None where they do not.

    Args:
        heard: the hearings.
        sounding: what it sounds like; None where that is not known.
        written: what was written when it was heard first.
    """
    if agreed := _agreed(heard, sounding, written):
        return agreed
    weights = sounding.weights if sounding else (1.0, 1.0, 1.0)
    plain, hinted = (_weigh(found, weights) for found in (heard.plain, heard.hinted))
    for side, other in ((0, 1), (1, 0)):
        if sounding and not sounding.allows(side, _weigh(heard.plain)[other]):
            continue
        if plain[side].certain(SURE) and hinted[other].share <= AGAINST:
            return Answer(plain[side].word, plain[side].share)
        likely = sounding is not None and (sounding.yes, sounding.no)[side] >= SOUNDS_LIKELY
        known = plain[side].mass >= TRACE and plain[other].share <= DOUBT
        if known and hinted[side].certain(SURE_HINTED):
            return Answer(hinted[side].word, hinted[side].share)
        if likely and hinted[side].share > AGAINST and plain[other].share <= DOUBT:
            return Answer(hinted[side].word, hinted[side].share)
    return sounding.rather(_weigh(heard.plain)) if sounding else None


def _agreed(heard: Hearings, sounding: Sounding | None, written: str) -> Answer | None:
    """What every hearing writes first, however it sounds, if only not like the contrary.

    Its sound alone is learnt from few voices; a 行 that is written three times is one.
    """
    firsts = [found[0].text for found in (heard.plain, heard.hinted) if found]
    if len(firsts) < 2 or {_sound(first) for first in firsts} != {_sound(written)}:
        return None
    if is_yes(written) == is_no(written) or (sounding and sounding.is_contrary_to(written)):
        return None
    side = 0 if is_yes(written) else 1
    plain, hinted = (_weigh(found)[side] for found in (heard.plain, heard.hinted))
    sure = plain.certain(AGAINST) and hinted.certain(SURE_HINTED)
    return Answer(hinted.word, hinted.share) if sure else None


def _weigh(
    readings: Sequence[Reading], weights: tuple[float, float, float] = (1.0, 1.0, 1.0)
) -> tuple[_Side, _Side]:
    """The yes and the no in a hearing, and what they and anything else count."""
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
    counted = [mass * weight for mass, weight in zip(masses, weights, strict=False)]
    whole = sum(counted) + other * weights[2] or 1.0
    yes, no = (
        _Side(count / whole, mass, max(found, key=lambda word: found[word], default=""))
        for count, mass, found in zip(counted, masses, words, strict=True)
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
