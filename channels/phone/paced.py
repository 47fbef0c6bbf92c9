"""What all legs share: our sound goes out a frame each 20 ms, theirs comes in without gaps.

A protocol only says how a frame is sent, and tells what has come. The clock is ours: frames never
go out ahead of time, so that what is cleared is silent at once and a mark is reached when it was
sent.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

import numpy as np
import soxr
import structlog

from channels.phone.leg import (
    FRAME,
    FRAME_S,
    RATE,
    AudioIn,
    CallInfo,
    Closed,
    KeyPressed,
    LegEvent,
    MarkReached,
    Pcm16,
)

log = structlog.get_logger(__name__)

SILENT_PEER_S = 20.0
"""A peer that sends nothing for this long is gone."""
LATE_S = 0.06
"""The clock is set anew when it is later than this; frames are never sent in a burst."""
GAP_FRAMES = 3
"""Missing frames in a row after which silence is put in their place."""
BACKLOG_FRAMES = 500
"""Frames (10 s) that may wait to be read; the latest are dropped beyond it."""
KEYS = frozenset("0123456789*#")


@dataclass
class _Piece:
    pcm: Pcm16
    mark: str | None
    at: int = 0


class PacedLeg(ABC):
    """A call over any protocol; see ``CallLeg``. To be made inside a running event loop."""

    def __init__(self, info: CallInfo) -> None:
        self.info = info
        self._events: asyncio.Queue[LegEvent] = asyncio.Queue()
        self._waiting_audio = 0
        self._pieces: deque[_Piece] = deque()
        self._volume = np.float32(1.0)
        self._pending = np.zeros(0, np.int16)
        self._resamplers: dict[int, soxr.ResampleStream] = {}
        self._missing = 0
        self._held = False
        self._last_sign = asyncio.get_running_loop().time()
        self._reason: str | None = None
        self._pacing = asyncio.create_task(self._pace())
        self.late_frames = 0
        """Frames that left more than 20 ms after their time."""
        self.dropped_frames = 0
        """Incoming frames dropped because nobody read them in time."""

    # What a protocol does

    @abstractmethod
    def _send(self, frame: Pcm16) -> None:
        """Send ``FRAME`` samples; must not block."""

    def _flush(self) -> None:  # noqa: B027 - most protocols play what they get at once
        """Have the peer forget what it has not played yet."""

    @abstractmethod
    def _part(self, reason: str) -> None:
        """Tell the peer that the call is over, and let go of the line; must not block."""

    def _refer(self, target: str) -> None:  # noqa: B027 - most exchanges know it already
        """Tell the peer where the call goes next, where the protocol can."""

    # What a protocol tells

    def _sign_of_life(self) -> None:
        """Something came from the peer."""
        self._last_sign = asyncio.get_running_loop().time()

    def _hold(self, held: bool) -> None:
        """The peer holds us, or does not any more: while it does the call stands still.

        Nothing is said into a held line, and nobody is asked whether they are still there; what
        was being said begins anew once they are back.
        """
        if held == self._held:
            return
        self._held = held
        log.info("held" if held else "resumed", call_id=self.info.call_id)
        if self._pieces:
            self._pieces[0].at = 0

    def _heard(self, pcm: Pcm16, rate: int = RATE) -> None:
        """Sound came, in any amount; what comes from who holds us is their music."""
        if self._held:
            return
        sound = self._at_8k(pcm, rate)
        self._pending = np.concatenate([self._pending, sound]) if len(self._pending) else sound
        while len(self._pending) >= FRAME:
            self._missing = 0
            self._push_audio(self._pending[:FRAME])
            self._pending = self._pending[FRAME:]

    def _pressed(self, digit: str) -> None:
        """A key came."""
        if len(digit) == 1 and digit in KEYS:
            self._events.put_nowait(KeyPressed(digit))
        else:
            log.warning("odd_key", call_id=self.info.call_id)

    # What the call does

    async def events(self) -> AsyncIterator[LegEvent]:
        """See ``CallLeg.events``."""
        while True:
            event = await self._events.get()
            if isinstance(event, AudioIn):
                self._waiting_audio -= 1
            yield event
            if isinstance(event, Closed):
                return

    async def play(self, pcm: Pcm16, mark: str | None = None) -> None:
        """See ``CallLeg.play``."""
        if self._reason is None:
            self._pieces.append(_Piece(pcm, mark))

    async def clear(self) -> None:
        """See ``CallLeg.clear``."""
        if self._pieces and self._reason is None:
            self._flush()
        while self._pieces:
            self._report(self._pieces.popleft(), whole=False)

    async def volume(self, factor: float) -> None:
        """See ``CallLeg.volume``."""
        self._volume = np.float32(factor)

    async def hangup(self) -> None:
        """See ``CallLeg.hangup``."""
        self._close("ended")

    async def transfer(self, target: str) -> None:
        """See ``CallLeg.transfer``."""
        if self._reason is None:
            log.info("call_transferred", call_id=self.info.call_id)
            self._refer(target)
            self._close("transferred")

    # Within

    def _at_8k(self, pcm: Pcm16, rate: int) -> Pcm16:
        if rate == RATE:
            return pcm
        if rate not in self._resamplers:
            self._resamplers[rate] = soxr.ResampleStream(rate, RATE, 1, dtype="int16")
        return np.asarray(self._resamplers[rate].resample_chunk(pcm), dtype=np.int16)

    def _push_audio(self, pcm: Pcm16) -> None:
        if self._waiting_audio >= BACKLOG_FRAMES:
            self.dropped_frames += 1
            return
        self._waiting_audio += 1
        self._events.put_nowait(AudioIn(pcm))

    async def _pace(self) -> None:
        """Send a frame each 20 ms (silence where nothing is queued), and mind the incoming gaps."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while self._reason is None:
            due += FRAME_S
            delay = due - loop.time()
            if delay > 0:
                await asyncio.sleep(delay)
            elif delay < -LATE_S:
                due = loop.time()
            if loop.time() - due > FRAME_S:
                self.late_frames += 1
            if self._reason is not None:
                return
            self._tick(loop.time())

    def _tick(self, now: float) -> None:
        if now - self._last_sign > SILENT_PEER_S:
            log.warning("silent_peer", call_id=self.info.call_id, after_s=SILENT_PEER_S)
            return self._close("silent")
        if self._held:
            return None
        self._send(self._next_frame())
        self._missing += 1
        if self._missing > GAP_FRAMES:
            self._push_audio(np.zeros(FRAME, np.int16))

    def _next_frame(self) -> Pcm16:
        frame = np.zeros(FRAME, np.int16)
        filled = 0
        while self._pieces and filled < FRAME:
            piece = self._pieces[0]
            part = piece.pcm[piece.at : piece.at + FRAME - filled]
            frame[filled : filled + len(part)] = part
            filled += len(part)
            piece.at += len(part)
            if piece.at >= len(piece.pcm):
                self._report(self._pieces.popleft(), whole=True)
        if filled and self._volume != 1.0:
            return (frame * self._volume).astype(np.int16)
        return frame

    def _report(self, piece: _Piece, *, whole: bool) -> None:
        if piece.mark is not None:
            self._events.put_nowait(MarkReached(piece.mark, whole, piece.at / RATE))

    def _close(self, reason: str) -> None:
        if self._reason is not None:
            return
        self._reason = reason
        self._part(reason)
        if self._pacing is not asyncio.current_task():
            self._pacing.cancel()
        while self._pieces:
            self._report(self._pieces.popleft(), whole=False)
        self._events.put_nowait(Closed(reason))
