"""Short answers told by their sound: whether an utterance of a syllable or two is a yes or a no.

Whisper writes by the words around a word, and a single syllable has none; but what its encoder made
of the sound still tells them apart. The frames that hold speech are averaged in a few parts, one
behind the other, and small networks that learn_short.py learnt from many answers and other words
say how likely each answer is; those that mean yes are added up, and those that mean no.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from voice.asr.base import Reading
from voice.audio import PcmF
from voice.turn.words import is_no, is_yes

Floats: TypeAlias = npt.NDArray[np.float32]

TABLE = Path(__file__).with_name("short.npz")
LONGEST_S = 2.6
"""Longer utterances, silence at their ends included, are no short answers."""
WINDOW = 300
"""Frames of the spectrogram that are encoded, 100 a second; so short a window costs a tenth."""
PARTS = 4
"""Parts of an utterance that are looked at apart."""
_HUM = 8
"""Bands of the spectrogram that hold the hum of a room, and no telephone passes."""
_LOUD = 0.4
"""Where between the quietest and the loudest of it an utterance begins and ends."""
_SMOOTH = np.ones(5) / 5
YES, NO = "对", "不"
"""How a yes and a no are told."""


def features(spectrogram: Floats, frames: Floats) -> Floats:
    """What an utterance is judged by.

    Args:
        spectrogram: Whisper's, (bands, frames of 10 ms), of the utterance alone.
        frames: what the encoder made of it, (frames of 20 ms, width).
    """
    loud = np.convolve(spectrogram[_HUM:, :WINDOW].mean(0), _SMOOTH, "same")
    quiet, peak = np.percentile(loud, (10, 97))
    sounding = np.flatnonzero(loud > quiet + _LOUD * (peak - quiet))
    begin, end = (sounding[0], sounding[-1] + 1) if len(sounding) else (0, len(loud))
    first, last = begin // 2, max(begin // 2 + PARTS, -(-end // 2))
    edges = np.linspace(first, last, PARTS + 1).round().astype(int)
    parts = [frames[a:b].mean(0) for a, b in itertools.pairwise(edges)]
    return np.concatenate([*parts, [np.log(end - begin)]]).astype(np.float32)


def hear(model: Any, *utterances: PcmF) -> Floats:
    """The features of utterances (16 kHz), one row each; several at once cost less.

    Args:
        model: faster-whisper's; only its features and its encoder are used.
        utterances: none longer than ``LONGEST_S``.
    """
    spectrograms = [model.feature_extractor(pcm)[:, :WINDOW] for pcm in utterances]
    padded = [np.pad(one, ((0, 0), (0, WINDOW - one.shape[-1]))) for one in spectrograms]
    encoded = np.asarray(model.encode(np.stack(padded)))
    return np.stack([features(*one) for one in zip(spectrograms, encoded, strict=True)])


class ShortAnswers:
    """Tells short answers by what was learnt of them.

    Args:
        table: the file that learn_short.py wrote.
    """

    def __init__(self, table: Path = TABLE) -> None:
        with np.load(table) as kept:
            self._first = kept["first"].astype(np.float32)
            self._first_bias = kept["first_bias"]
            self._second = kept["second"].astype(np.float32)
            self._second_bias = kept["second_bias"]
            words = kept["words"].tolist()
        self._sides = np.array([[is_yes(word), is_no(word)] for word in words], np.float32)

    def tell(self, heard: Floats) -> tuple[Reading, Reading]:
        """How likely a yes and a no are, the likelier first; the rest is something else."""
        hidden = np.maximum(heard @ self._first + self._first_bias, 0)
        sums = np.einsum("nh,nhw->nw", hidden, self._second) + self._second_bias
        shares = np.exp(sums - sums.max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        yes, no = (shares.mean(0) @ self._sides).tolist()
        found = Reading(YES, yes), Reading(NO, no)
        return found if yes >= no else found[::-1]
