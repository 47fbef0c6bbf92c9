"""Recordings of people that short answers are learnt from (learn_short.py).

A folder holds one file for each syllable or word, named by what is said: ``hao3.mp3``,
``bu2yao4.wav``, ``cmn-可以.mp3`` (what stands before a hyphen does not count). They are read for a
dictionary, slowly and into a good microphone; here they are said as quickly as an answer is, and in
a room.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pypinyin import Style, lazy_pinyin

from anban.errors import UnreadableAudio
from voice.audio import PHONE_RATE, PcmF, read_audio

Syllables = tuple[str, ...]

_SYLLABLE = r"(?:zh|ch|sh|[b-df-hj-np-tw-z])?[aeiouvü]{1,3}(?:ng|n|r)?[1-5]|(?:ng|n|m)[1-5]"
_PINYIN = re.compile(f"(?:{_SYLLABLE})+")
_HAN = re.compile(r"[一-鿿]+")
_HUMS = frozenset({"en", "n", "ng", "m"})
_HUM = "嗯"
"""Means the same in every tone."""
MOST_SYLLABLES = 3
"""Longer words are no short answers."""
SYLLABLE_S = (0.16, 0.5)
"""How long a syllable is held in an answer; those of a dictionary last a second."""
STRETCH = (0.4, 1.3)
"""How much shorter or longer a recording is made at most, so that it is still speech."""
TILT = (-0.4, 0.6)
"""How a microphone weighs low and high sounds: the share of the sample before in each."""
WET, DECAY_S = (0.0, 0.35), (0.04, 0.25)
"""How loud a room answers, and until when its answer has died away by two thirds."""
_WINDOW, _SEEK = 240, 80
"""Pieces that are moved to change the speed (30 ms), and how far for the best fit (10 ms)."""


@dataclass(frozen=True)
class Recording:
    """A file in which somebody says something."""

    file: Path
    syllables: Syllables
    told: str
    """The answer it is; nothing for what is none."""
    often: bool
    """Whether many people say it: an answer, or what may never be taken for one."""

    def sound(self) -> PcmF:
        """At ``PHONE_RATE``, without the silence round it.

        Raises:
            UnreadableAudio: there is none.
        """
        return trimmed(read_audio(self.file.read_bytes(), PHONE_RATE))


def said(name: str) -> Syllables | None:
    """The syllables that a file's name tells, with tones; None where it tells none."""
    word = name.rsplit("-", 1)[-1]
    if _HAN.fullmatch(word):
        return tuple(lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True))
    if _PINYIN.fullmatch(word):
        return tuple(re.findall(_SYLLABLE, word))
    return None


class Meanings:
    """What is said, told by its syllables among words that are told apart.

    Args:
        words: words, and the answer each is told as; nothing for what is none.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        answers = {word: told for word, told in words.items() if told}
        self._words = words
        self._readings = {said(word): told for word, told in [*words.items(), *answers.items()]}
        self._sounds = {_toneless(said(word) or ()) for word in answers}

    def of(self, name: str) -> str | None:
        """The answer that a recording is, by its name; nothing for what is none.

        None for what tells nothing: no name, too long, or an answer's sound in another tone, which
        with an accent is one.
        """
        word, syllables = name.rsplit("-", 1)[-1], said(name)
        if syllables is None or len(syllables) > MOST_SYLLABLES:
            return None
        bare = _toneless(syllables)
        if len(bare) == 1 and bare[0] in _HUMS:
            return self._words.get(_HUM)
        if word in self._words:
            return self._words[word]
        return self._readings.get(syllables, None if bare in self._sounds else "")


def recordings(folder: Path, words: Mapping[str, str], often: Collection[str]) -> list[Recording]:
    """What a folder holds that can be learnt from, by its names and in their order.

    Args:
        folder: the files.
        words: words, and the answer each is told as; nothing for what is none.
        often: those that many people say.

    Raises:
        UnreadableAudio: nothing in it can be learnt from.
    """
    meanings = Meanings(words)
    usual = {said(word) for word in often}
    found = []
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        told, syllables = meanings.of(file.stem), said(file.stem)
        if told is not None and syllables is not None:
            found.append(Recording(file, syllables, told, bool(told) or syllables in usual))
    if not found:
        raise UnreadableAudio(f"{folder} holds no recordings named by what is said")
    return found


def trimmed(sound: PcmF) -> PcmF:
    """A recording without the silence round it.

    Raises:
        UnreadableAudio: it is silent.
    """
    loud = np.flatnonzero(np.abs(sound) > 0.03 * np.abs(sound).max(initial=0.0))
    if not len(loud):
        raise UnreadableAudio("the recording is silent")
    return sound[loud[0] : loud[-1] + 1]


def varied(sound: PcmF, syllables: int, chance: np.random.Generator) -> PcmF:
    """The same said as an answer: as long as one, into some microphone, and in some room.

    Args:
        sound: at ``PHONE_RATE``, without the silence round it.
        syllables: how many it has.
        chance: decides.
    """
    wanted = chance.uniform(*SYLLABLE_S) * syllables * PHONE_RATE
    sound = held(sound, float(np.clip(wanted / len(sound), *STRETCH)))
    tilted = np.convolve(sound, [1.0, chance.uniform(*TILT)])
    decay = chance.uniform(*DECAY_S) * PHONE_RATE
    ages = np.arange(1, round(3 * decay))
    answer = chance.standard_normal(len(ages)) * np.exp(-ages / decay)
    answer *= chance.uniform(*WET) / np.sqrt(np.sum(answer**2))
    made: PcmF = np.convolve(tilted, np.concatenate([[1.0], answer])).astype(np.float32)
    made /= np.abs(made).max(initial=1e-6)
    return made


def held(sound: PcmF, factor: float) -> PcmF:
    """A sound so many times as long, at the same pitch: pieces moved to where they fit best."""
    step = _WINDOW // 2
    window = np.hanning(_WINDOW + 1)[:-1]
    padded = np.pad(sound, (_SEEK, _WINDOW + 2 * _SEEK + step))
    count = max(1, round(len(sound) * factor / step))
    made = np.zeros((count + 1) * step)
    follows = padded[_SEEK : _SEEK + _WINDOW]
    for number in range(count):
        place = _SEEK + min(round(number * step / factor), len(sound))
        near = padded[place - _SEEK : place + _SEEK + _WINDOW]
        shift = int(np.argmax(np.correlate(near, follows, "valid")))
        begin = place - _SEEK + shift
        made[number * step : number * step + _WINDOW] += window * padded[begin : begin + _WINDOW]
        follows = padded[begin + step : begin + step + _WINDOW]
    return made.astype(np.float32)


def _toneless(syllables: Syllables) -> Syllables:
    return tuple(syllable[:-1] for syllable in syllables)
