"""Our own voice coming back: told by its shape in time and by its words.

A telephone returns a part of what it plays (the hybrid, a loudspeaker), 20-400 ms later and softer.
The shape of loudness tells it at once, the words as soon as some are recognised; either alone may
err (two voices can rise and fall together, an elder may repeat what we say), so both count.
"""

from __future__ import annotations

import math
from collections import deque
from difflib import SequenceMatcher

import numpy as np

from voice.audio import Pcm16
from voice.turn.words import bare

WINDOW = 60
"""Frames compared (1.2 s)."""
LAGS = range(1, 21)
"""Delays looked at, in frames (20-400 ms)."""
FEWEST = 40
"""Frames of our own sound that are needed for a judgement (0.8 s)."""
_FLOOR = 1.0


def level(pcm: Pcm16) -> float:
    """Loudness of a frame, as the logarithm of its mean amplitude."""
    if not len(pcm):
        return 0.0
    return math.log10(_FLOOR + float(np.abs(pcm.astype(np.float32)).sum()) / len(pcm))


class Echo:
    """Follows both directions of a line, frame by frame."""

    ALIKE = 0.9
    """Correlation from which sound alone is taken for our echo."""
    RATHER = 0.6
    """Correlation from which like words are needed too."""
    SAME_WORDS = 0.7
    """Share of the recognised characters that are those we were saying."""
    HARDLY = 0.4
    """The same for a text of at least ``MANY`` characters, which nobody says after us by chance."""
    MANY = 10
    SURELY = 0.8
    """The same where there may be danger in the words: two strangers reach it once in a hundred."""
    FEW = 4
    """Characters that are too many to be ours by chance."""

    def __init__(self) -> None:
        self._in: deque[float] = deque(maxlen=WINDOW)
        self._out: deque[float] = deque(maxlen=WINDOW + LAGS[-1])
        self._silent = 0

    def feed(self, incoming: Pcm16, playing: Pcm16 | None) -> None:
        """One frame of the caller's side and what we sent in the same 20 ms."""
        self._silent = self._silent + 1 if playing is None else 0
        if self._silent > len(LAGS):  # nothing of ours can come back
            self._in.clear()
            self._out.clear()
            return
        self._in.append(level(incoming))
        self._out.append(0.0 if playing is None else level(playing))

    def correlation(self) -> float | None:
        """How alike the last second of both sides is at the best delay; None where it is too early.

        Two strangers reach 0.58 in one of ten seconds and 0.8 in one of a hundred, an echo 0.88 in
        nine of ten (recorded speech, paired at random).
        """
        heard, said = np.array(self._in), np.array(self._out)
        if len(heard) < WINDOW or np.count_nonzero(said > 1.0) < FEWEST:
            return None
        return max(_alike(heard, said, lag) for lag in LAGS)

    def is_ours(self, text: str, saying: str, alike: float | None, *, danger: bool = False) -> bool:
        """Whether sound and words together are what we were saying ourselves.

        Where the sound cannot tell yet, the words do: nobody says after us what we have only begun.
        An elder who is asked 摔倒了吗 answers 摔倒了, so words of danger are ours only where the
        sound says so too.

        Args:
            text: what was recognised; empty where nothing is known.
            saying: what we have been saying meanwhile, as it is read aloud.
            alike: the correlation while it sounded.
            danger: whether the words may be a cry for help.
        """
        characters = len(bare(text))
        if not characters:
            return alike is not None and alike >= self.ALIKE
        if likeness(text, saying) < self.SAME_WORDS:
            return False
        if danger:
            return alike is not None and alike >= self.SURELY
        if alike is None:
            return characters >= self.FEW
        return alike >= (self.HARDLY if characters >= self.MANY else self.RATHER)


def likeness(text: str, saying: str) -> float:
    """Share of the characters of ``text`` that stand in ``saying`` in the same order."""
    heard, said = bare(text), bare(saying)
    if not heard or not said:
        return 0.0
    blocks = SequenceMatcher(None, heard, said, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(heard)


def _alike(heard: np.ndarray, said: np.ndarray, lag: int) -> float:
    end = len(said) - lag
    ours = said[max(0, end - len(heard)) : end]
    theirs = heard[len(heard) - len(ours) :]
    if len(ours) < FEWEST or np.ptp(ours) < 0.2 or np.ptp(theirs) < 0.2:
        return 0.0
    ours, theirs = ours - ours.mean(), theirs - theirs.mean()  # np.corrcoef takes ten times as long
    return float(ours @ theirs) / math.sqrt(float(ours @ ours) * float(theirs @ theirs))
