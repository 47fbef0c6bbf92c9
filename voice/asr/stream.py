"""Utterances that an engine follows while they are spoken: only what is new is decoded.

The decoder's state lives in a worker process; the call that it belongs to sends each time what came
behind the last piece. A process that was started anew knows nothing of it, and is sent everything
once more.
"""

from __future__ import annotations

import itertools
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, runtime_checkable

from voice.asr.base import Transcript
from voice.asr.clean import judge
from voice.audio import SPEECH_RATE, PcmF
from voice.worker import Engine, WorkerPool

MOST = 64
"""Utterances that a process follows at once; of more, the oldest are forgotten."""
EDGE = 160
"""Samples at the end of a growing recording that may still change, for it was resampled."""

_utterances = itertools.count(1)


class Stream(Protocol):
    """One utterance that grows."""

    async def hear(self, pcm: PcmF) -> Transcript:
        """What is understood so far.

        Args:
            pcm: all of the utterance until now (mono floats, 16 kHz).

        Raises:
            EngineUnavailable: the engine cannot be used now.
            SpeechError: the engine refused it.
        """


@runtime_checkable
class Streaming(Protocol):
    """A recogniser that can follow an utterance."""

    def follow(self) -> Stream | None:
        """A new utterance; None where its weights hear whole ones only."""


@dataclass(frozen=True)
class Piece:
    """New sound of an utterance."""

    utterance: int
    begin: int
    """Samples that came before it."""
    pcm: PcmF


Heard: TypeAlias = tuple[str, float | None]
"""A text and its confidence; None where the engine tells none."""
State = TypeVar("State")


class Decoders(Generic[State]):
    """The utterances that one worker process follows.

    Args:
        begin: makes the decoder of a new one.
        decode: takes the decoder and what is new, and gives what is understood so far.
    """

    def __init__(
        self,
        begin: Callable[[], State],
        decode: Callable[[State, PcmF], Heard],
    ) -> None:
        self._begin = begin
        self._decode = decode
        self._known: OrderedDict[int, tuple[State, int]] = OrderedDict()

    def __call__(self, piece: Piece) -> Heard | None:
        """What is understood so far; None where what came before is not known here."""
        if piece.begin == 0:
            self._known[piece.utterance] = self._begin(), 0
        known = self._known.get(piece.utterance)
        if known is None or known[1] != piece.begin:
            return None
        state, _ = known
        self._known[piece.utterance] = state, piece.begin + len(piece.pcm)
        self._known.move_to_end(piece.utterance)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        return self._decode(state, piece.pcm)


def whole_or_pieces(whole: Callable[[PcmF], Any], pieces: Decoders[Any]) -> Engine:
    """An engine that takes whole utterances, and pieces of those that it follows."""

    def answer(request: PcmF | Piece) -> Any:
        return pieces(request) if isinstance(request, Piece) else whole(request)

    return answer


class WorkerStream:
    """An utterance that a worker follows.

    Args:
        engine: the engine's name.
        pool: its workers; each utterance stays with one of them.
        budget_s: longest wait for a piece.
        unscored: confidence where the engine tells none; ``doubts`` says so.
    """

    def __init__(self, engine: str, pool: WorkerPool, budget_s: float, unscored: float) -> None:
        self._engine = engine
        self._budget_s = budget_s
        self._unscored = unscored
        self._utterance = next(_utterances)
        self._worker = pool.workers[self._utterance % len(pool.workers)]
        self._sent = 0

    async def hear(self, pcm: PcmF) -> Transcript:
        """See ``Stream.hear``."""
        start = time.perf_counter()
        certain = pcm[: max(self._sent, len(pcm) - EDGE)]
        found = await self._send(certain)
        if found is None:
            self._sent = 0
            found = await self._send(certain)
        text, score = found or ("", None)
        return judge(
            Transcript(
                text=text,
                confidence=self._unscored if score is None else score,
                engine=self._engine,
                seconds=time.perf_counter() - start,
                audio_seconds=len(pcm) / SPEECH_RATE,
                doubts=("unscored",) if score is None else (),
            )
        )

    async def _send(self, pcm: PcmF) -> Any:
        piece = Piece(self._utterance, self._sent, pcm[self._sent :])
        found = await self._worker.call(piece, self._budget_s)
        self._sent = len(pcm)
        return found
