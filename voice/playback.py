"""What a call is saying just now: rendered clause by clause, queued, lowered, stopped, counted.

The line reports a mark for each clause, so it is known what was heard; between marks the frames of
the line are counted along.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import structlog

from anban.errors import SpeechError
from channels.phone.leg import FRAME, CallLeg, MarkReached
from voice.audio import PHONE_RATE, Pcm16, for_phone, to_int16, without_lead
from voice.tts.base import Speech
from voice.tts.speaker import Speaker
from voice.turn.barge_in import Verdict

log = structlog.get_logger(__name__)

DUCKED = 10 ** (-12 / 20)
"""Loudness while the caller speaks over us and it is not clear yet that they mean it (-12 dB)."""
SLOWEST, FASTEST = 0.65, 1.1
"""Speaking rates that can still be followed."""
BACK_S = 0.6
"""So much is said again where we go on after a hold, for it was spoken over."""
LONGEST_HOLD_S = 6.0
"""Nobody is left in silence for longer, whatever becomes of the words we wait for."""
LOUDEST_DB = 8.0
"""More would only press the loud parts together."""


@dataclass(frozen=True)
class Line:
    """One sentence to be said."""

    text: str
    """Written form."""
    interruptible: bool = True
    """Whether the caller's speech may stop it."""
    asks: bool = False
    """Whether it asks something, so that a short answer over it is one."""


@dataclass
class _Piece:
    """A clause on its way to the caller's ear."""

    line: Line
    pcm: Pcm16
    text: str
    at: int = 0
    """Samples that have been played."""
    since: int = 0
    """Sample at which it was begun anew after a hold."""

    @property
    def played(self) -> str:
        """Its words that were heard."""
        return self.text[: round(len(self.text) * self.at / max(1, len(self.pcm)))]


class Playback:
    """Everything said in one call goes through here, one line after the other.

    Args:
        leg: the call.
        speaker: makes sound of text.
        started: called when the first sound of a run of lines goes out.
        ended: called when the line is silent again.
        rendered: called when everything has been rendered and still sounds.
    """

    def __init__(
        self,
        leg: CallLeg,
        speaker: Speaker,
        started: Callable[[], None],
        ended: Callable[[], None],
        rendered: Callable[[], None] = lambda: None,
    ) -> None:
        self._leg = leg
        self._speaker = speaker
        self._started = started
        self._ended = ended
        self._rendered = rendered
        self._open: OrderedDict[str, _Piece] = OrderedDict()
        self._heard: list[tuple[Line, str]] = []
        self._task: asyncio.Task[None] | None = None
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._count = 0
        self._rate = speaker.rate
        self._gain_db = 0.0
        self._stopped = False
        self.lines: list[Line] = []
        """What is being said in this run, rendered or not."""
        self._stops = 0
        self._yields = 0
        self.closed = False
        """Whether the call is over."""
        self.ducked = False
        """Whether we speak lower just now."""
        self.held = False
        """Whether we are silent in the middle of a sentence until it is known what was said."""
        self._held_frames = 0
        self.failed = 0
        """Lines that could not be spoken since the last one that could."""

    @property
    def active(self) -> bool:
        """Whether something is being said or rendered."""
        return bool(self._open) or (self._task is not None and not self._task.done())

    @property
    def line(self) -> Line | None:
        """What sounds now."""
        if self._stopped:
            return None
        return next((piece.line for piece in self._open.values()), None)

    @property
    def rate(self) -> float:
        """The speaking rate of this call."""
        return self._rate

    @property
    def usual_rate(self) -> float:
        """The speaking rate of calls whose caller never wished for another."""
        return self._speaker.rate

    def said_so_far(self) -> str:
        """The words of this run of lines that were played, as they are read aloud."""
        return "".join(text for _, text in self._played())

    def sounding(self) -> str:
        """The words our own echo could hold: played in this run, and the clause under way."""
        under_way = [piece.text for piece in self._open.values() if piece.at]
        return "".join([text for _, text in self._heard] + under_way)

    def heard(self, line: Line) -> bool:
        """Whether at least the greater part of a line of this run was played."""
        return sum(len(text) for one, text in self._played() if one is line) > len(line.text) / 2

    def _stops_for(self, lines: list[Line]) -> int:
        """How often we were stopped in a way that drops these lines where they wait."""
        safe = not all(line.interruptible for line in lines)
        return self._stops if safe else self._stops + self._yields

    def _played(self) -> list[tuple[Line, str]]:
        return [*self._heard, *((piece.line, piece.played) for piece in self._open.values())]

    def manner(self, rate: float, volume: float) -> None:
        """Speak as this caller likes it.

        Args:
            rate: 1.0 is Anban's own pace, smaller is slower.
            volume: 1.0 is Anban's own loudness, 2.0 twice the amplitude.
        """
        self._rate = min(FASTEST, max(SLOWEST, self._speaker.rate * rate))
        wanted_db = 20 * float(np.log10(max(volume, 0.1)))
        self._gain_db = min(LOUDEST_DB, max(-LOUDEST_DB, wanted_db))

    async def say(self, lines: list[Line]) -> bool:
        """Say lines behind what is being said; returns whether they were heard to their end.

        Those that still wait when we are stopped are dropped like those that sound.
        """
        stops = self._stops_for(lines)
        while self._task is not None and not self._task.done():
            await asyncio.wait({self._task})
        if self.closed or self._stops_for(lines) != stops:
            return False
        self.lines = lines
        # Whoever waits behind us may put another task there before we look again.
        task = self._task = asyncio.create_task(self._render(lines))
        await asyncio.wait({task})
        if task.cancelled():
            return False
        whole = task.exception() is None
        if not whole:
            log.error("speech_failed", why=type(task.exception()).__name__)
        return whole

    async def stop(self, *, for_words: bool = False) -> None:
        """Silence within one frame; what was not heard is dropped.

        Args:
            for_words: whether only the caller's words stop us: a safety sentence that still waits
                is then said all the same.
        """
        self._stopped = True
        if for_words:
            self._yields += 1
        else:
            self._stops += 1
        if self._task is not None:
            self._task.cancel()
        self._drop_held()
        await self._leg.clear()
        await self.duck(on=False)

    async def close(self) -> None:
        """The call is over: nothing more is said."""
        self.closed = True
        await self.stop()

    async def duck(self, *, on: bool) -> None:
        """Lower the voice, or raise it again."""
        if on != self.ducked:
            self.ducked = on
            await self._leg.volume(DUCKED if on else 1.0)

    async def meet(self, verdict: Verdict) -> str:
        """Speak on, lower, or not for now; what is new of that (duck, hold), or empty."""
        if verdict is Verdict.GO_ON:
            await self.go_on()
        elif verdict is Verdict.HOLD and not self.held:
            await self.hold()
            return "hold" if self.held else ""
        elif verdict is Verdict.DUCK and not self.ducked and not self.held:
            await self.duck(on=True)
            return "duck"
        return ""

    async def hold(self) -> None:
        """Silence within one frame; what was not heard is kept."""
        if self.held or self._stopped:
            return
        self.held, self._held_frames = True, 0
        pieces = list(self._open.values())
        self._open.clear()  # the marks that come back cleared are nobody's
        for piece in pieces:
            self._open[self._mark()] = piece
        await self._leg.clear()

    async def go_on(self) -> None:
        """Speak up again, from a few words before the place where we were held."""
        await self._resume()
        await self.duck(on=False)

    async def _resume(self) -> None:
        if self.held:
            self.held = False
            for mark, piece in list(self._open.items()):
                piece.since = piece.at = max(0, piece.at - int(BACK_S * PHONE_RATE))
                await self._leg.play(piece.pcm[piece.at :], mark)

    def _drop_held(self) -> None:
        """The line knows nothing any more of what is held, so that no mark will tell its end."""
        if self.held:
            self.held = False
            self._heard += [(piece.line, piece.played) for piece in self._open.values()]
            self._open.clear()
            self._quiet.set()
            self._ended()

    async def mind_hold(self, *, nod: bool) -> None:
        """A frame has passed: where we are held, nobody is left in silence for long.

        Args:
            nod: whether it seems to have been no more than a nod: then we go on, still lowered,
                until its words are known.
        """
        if nod:
            await self._resume()
        self._held_frames = self._held_frames + 1 if self.held else 0
        if self._held_frames * FRAME > LONGEST_HOLD_S * PHONE_RATE:
            await self.go_on()

    def tick(self) -> Pcm16 | None:
        """A frame has passed on the line: what of ours was in it; None where we are silent."""
        for piece in () if self.held else self._open.values():
            if piece.at < len(piece.pcm):
                piece.at += FRAME
                return piece.pcm[piece.at - FRAME : piece.at]
        return None

    def on_mark(self, event: MarkReached) -> None:
        """A piece was played or cleared."""
        piece = self._open.pop(event.mark, None)
        if piece is not None:
            played = piece.since + round(event.played_s * PHONE_RATE)
            piece.at = len(piece.pcm) if event.whole else played
            self._heard.append((piece.line, piece.played))
        if not self._open:
            self._quiet.set()
            if self._task is None or self._task.done() or not event.whole:
                self._ended()

    async def _render(self, lines: list[Line]) -> None:
        first = True
        self._heard.clear()
        self._stopped = False
        await self.duck(on=False)
        for line in lines:
            try:
                async for piece in self._speaker.stream(line.text, self._rate):
                    pcm = await self._shaped(piece)
                    if first:  # somebody waits for it
                        pcm = without_lead(pcm)
                        self._started()
                        first = False
                    await self._queue(_Piece(line, pcm, piece.text or line.text))
                self.failed = 0
            except SpeechError as trouble:
                self.failed += 1
                log.error("line_not_spoken", why=type(trouble).__name__)
        self._rendered()
        while self._open:
            self._quiet.clear()
            await self._quiet.wait()
        if not first:
            self._ended()

    async def _queue(self, piece: _Piece) -> None:
        mark = self._mark()
        self._open[mark] = piece
        self._quiet.clear()
        if not self.held:  # else it is played when we go on
            await self._leg.play(piece.pcm, mark)

    def _mark(self) -> str:
        self._count += 1
        return f"m{self._count}"

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
