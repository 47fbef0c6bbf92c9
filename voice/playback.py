"""What a call is saying just now: rendered clause by clause, queued, stopped, accounted for."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import structlog

from anban.errors import SpeechError
from channels.phone.leg import CallLeg, MarkReached
from voice.audio import PHONE_RATE, Pcm16, for_phone, to_int16
from voice.tts.base import Speech
from voice.tts.speaker import Speaker

log = structlog.get_logger(__name__)

SLOWEST = 0.65
SLOWER_STEP = 0.1
LOUDEST_DB = 8.0
LOUDER_STEP_DB = 4.0


@dataclass(frozen=True)
class Line:
    """One sentence to be said."""

    text: str
    """Written form."""
    interruptible: bool = True
    """Whether the caller's speech may stop it."""


class Playback:
    """Everything said in one call goes through here, one line after the other.

    Args:
        leg: the call.
        speaker: makes sound of text.
        started: called when the first sound of a run of lines goes out.
        ended: called when the line is silent again.
    """

    def __init__(
        self,
        leg: CallLeg,
        speaker: Speaker,
        started: Callable[[], None],
        ended: Callable[[], None],
    ) -> None:
        self._leg = leg
        self._speaker = speaker
        self._started = started
        self._ended = ended
        self._open: OrderedDict[str, Line] = OrderedDict()
        self._task: asyncio.Task[None] | None = None
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._count = 0
        self._rate = speaker.rate
        self._gain_db = 0.0
        self.failed = 0
        """Lines that could not be spoken since the last one that could."""

    @property
    def active(self) -> bool:
        """Whether something is being said or rendered."""
        return bool(self._open) or (self._task is not None and not self._task.done())

    @property
    def interruptible(self) -> bool:
        """Whether what sounds now may be stopped by speech."""
        return next((line.interruptible for line in self._open.values()), True)

    def adjust(self, wishes: dict[str, str]) -> None:
        """Follow a caller's wish: ``{"rate": "slower"|"faster", "volume": "louder"|"softer"}``."""
        if wishes.get("rate") == "slower":
            self._rate = max(SLOWEST, self._rate - SLOWER_STEP)
        elif wishes.get("rate") == "faster":
            self._rate = min(1.1, self._rate + SLOWER_STEP)
        if wishes.get("volume") == "louder":
            self._gain_db = min(LOUDEST_DB, self._gain_db + LOUDER_STEP_DB)
        elif wishes.get("volume") == "softer":
            self._gain_db = max(-LOUDEST_DB, self._gain_db - LOUDER_STEP_DB)

    async def say(self, lines: list[Line]) -> bool:
        """Say lines behind what is being said; returns whether they were heard to their end."""
        if self._task is not None and not self._task.done():
            await asyncio.wait({self._task})
        self._task = asyncio.create_task(self._render(lines))
        await asyncio.wait({self._task})
        if self._task.cancelled():
            return False
        whole = self._task.exception() is None
        if not whole:
            log.error("speech_failed", why=type(self._task.exception()).__name__)
        return whole

    async def stop(self) -> None:
        """Silence within one frame; what was not heard is dropped."""
        if self._task is not None:
            self._task.cancel()
        await self._leg.clear()

    def on_mark(self, event: MarkReached) -> None:
        """A piece was played or cleared."""
        self._open.pop(event.mark, None)
        if not self._open:
            self._quiet.set()
            if self._task is None or self._task.done() or not event.whole:
                self._ended()

    async def _render(self, lines: list[Line]) -> None:
        first = True
        for line in lines:
            try:
                async for piece in self._speaker.stream(line.text, self._rate):
                    pcm = await self._shaped(piece)
                    if first:
                        self._started()
                        first = False
                    await self._queue(pcm, line)
                self.failed = 0
            except SpeechError as trouble:
                self.failed += 1
                log.error("line_not_spoken", why=str(trouble))
        while self._open:
            self._quiet.clear()
            await self._quiet.wait()
        if not first:
            self._ended()

    async def _queue(self, pcm: Pcm16, line: Line) -> None:
        self._count += 1
        mark = f"m{self._count}"
        self._open[mark] = line
        self._quiet.clear()
        await self._leg.play(pcm, mark)

    async def _shaped(self, piece: Speech) -> Pcm16:
        """The piece as the line takes it; what comes at 8 kHz is taken to be made for a line."""
        if piece.sample_rate == PHONE_RATE:
            return self._louder(to_int16(piece.pcm))
        return self._louder(await asyncio.to_thread(for_phone, piece.pcm, piece.sample_rate))

    def _louder(self, sound: Pcm16) -> Pcm16:
        if not self._gain_db:
            return sound
        louder = sound.astype(np.float32) * np.float32(10 ** (self._gain_db / 20))
        # Soft limiting: the loud parts are pressed together rather than cut off.
        limited: Pcm16 = (np.tanh(louder / 32767.0) * 32767.0).astype(np.int16)
        return limited
