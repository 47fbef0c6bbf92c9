"""A line to our own session logic: real frames, real voice activity, a mind that follows a script.

What the caller hears and when is taken off the wire; what the session decides comes with the same
clock, since both sides run in this process.
"""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from anban import wiring
from bot.danger import is_cry, may_be_danger
from bot.familiar import STRANGER, Familiar
from bot.sentences import Reply
from channels.phone.audiosocket import (
    IDENTITY,
    SLIN8,
    TERMINATE,
    AudioSocketLeg,
    message,
    read_identity,
    read_message,
)
from channels.phone.leg import FRAME, FRAME_S, RATE, CallInfo
from voice.asr.base import Transcript
from voice.audio import Pcm16, PcmF, to_float
from voice.config import SessionConfig
from voice.hearing import Ears
from voice.ports import CallEvent
from voice.session import CallSession
from voice.tts import Speech

AUDIBLE = 30.0
"""Mean amplitude of a frame that is sound (-61 dB full scale)."""


class Script:
    """Mind and mouth: each turn is answered with the next question, spoken beforehand.

    Args:
        sound: what every sentence sounds like, 8 kHz.
        ask: what each question asks for.
        talkative: whether turns are answered with sound; else with nothing.
    """

    name = "script"
    rate = 1.0
    busy = False

    def __init__(self, sound: Pcm16, ask: str, *, talkative: bool = True) -> None:
        self._sound = sound
        self._ask = ask
        self._talkative = talkative
        self.told: list[str] = []
        """Turns that reached the mind."""

    async def stream(self, text: str, rate: float | None = None) -> AsyncIterator[Speech]:
        """The sound of every text."""
        yield Speech(to_float(self._sound), RATE, self.name, cached=True, text=text)

    async def begin(self, conversation: str, **_: Any) -> Sequence[Reply]:
        """The first question."""
        return [Reply(QUESTION, ask=self._ask)]

    async def say(self, conversation: str, text: str, **_: Any) -> Sequence[Reply]:
        """The next one."""
        if not text:
            return []
        self.told.append(text)
        return [Reply(QUESTION, ask=self._ask)] if self._talkative else []

    async def key(self, conversation: str, digit: str, **_: Any) -> Sequence[Reply]:
        """Keys say nothing."""
        return []

    def familiar(self, conversation: str) -> Familiar:
        """A stranger."""
        return STRANGER

    def likely(self, conversation: str) -> Sequence[str]:
        """Nothing is spoken ahead."""
        return ()

    def cut_short(self, conversation: str, unheard: Sequence[Reply]) -> None:
        """Nothing to remember."""

    async def end(self, conversation: str, reason: str) -> None:
        """Nothing to close."""


class Instant:
    """A recogniser that takes no time."""

    name = "none"

    async def transcribe(self, pcm: PcmF, **_: Any) -> Transcript:
        """The same words, whatever was said."""
        return Transcript("明天上午来打扫卫生", 0.9, self.name, 0.0)


QUESTION = "明天上午九点有人到您家里打扫卫生，大概要两个小时，费用是六十元，您看好不好？"


def _now() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Line:
    """The caller's end of a call.

    Attributes:
        events: what the session told, each with its time (the loop's clock).
        sounded: when each audible frame arrived.
    """

    writer: asyncio.StreamWriter
    script: Script
    events: list[tuple[float, CallEvent]] = field(default_factory=list)
    sounded: list[float] = field(default_factory=list)
    _queue: list[Pcm16] = field(default_factory=list)
    _sent: asyncio.Event = field(default_factory=asyncio.Event)

    async def speak(self, pcm: Pcm16) -> tuple[float, float]:
        """Say something; when its first and its last frame went out."""
        padded = np.concatenate([pcm, np.zeros(-len(pcm) % FRAME, np.int16)])
        self._sent.clear()
        self._queue = list(padded.reshape(-1, FRAME))
        began = _now()
        await self._sent.wait()
        return began, _now()

    def since(self, moment: float, *names: str) -> list[tuple[float, CallEvent]]:
        """Events of those names after a moment."""
        return [(at, event) for at, event in self.events if at >= moment and event.event in names]

    async def until(self, moment: float, *names: str, limit_s: float = 8.0) -> bool:
        """Wait for an event after a moment; whether it came."""
        end = _now() + limit_s
        while not self.since(moment, *names):
            if _now() > end:
                return False
            await asyncio.sleep(FRAME_S)
        return True

    async def until_sounding(self, seconds: float, limit_s: float = 8.0) -> bool:
        """Wait until Anban has been heard for so long; whether it came to that."""
        end, before = _now() + limit_s, len(self.sounded)
        while (len(self.sounded) - before) * FRAME_S < seconds:
            if _now() > end:
                return False
            await asyncio.sleep(FRAME_S)
        return True

    async def _send(self) -> None:
        due, silent = _now(), np.zeros(FRAME, np.int16)
        while True:
            due += FRAME_S
            await asyncio.sleep(max(0.0, due - _now()))
            frame = self._queue.pop(0) if self._queue else silent
            self.writer.write(message(SLIN8, frame.astype("<i2").tobytes()))
            if not self._queue:
                self._sent.set()

    async def _receive(self, reader: asyncio.StreamReader) -> None:
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                kind, payload = await read_message(reader)
                if kind == SLIN8 and np.abs(np.frombuffer(payload, "<i2")).mean() > AUDIBLE:
                    self.sounded.append(_now())


@asynccontextmanager
async def call(ears: Ears, script: Script, config: SessionConfig) -> AsyncIterator[Line]:
    """A call that has been answered; it is hung up at the end."""
    events: list[tuple[float, CallEvent]] = []

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        leg = AudioSocketLeg(CallInfo(await read_identity(reader)), reader, writer)
        session = CallSession(
            leg,
            script,
            ears,
            script,  # type: ignore[arg-type]
            wiring.sentences(),
            config,
            watcher=lambda event: events.append((_now(), event)),
            urgent=may_be_danger,
            cry=is_cry,
        )
        await session.run()

    ours, theirs = socket.socketpair()
    led = asyncio.create_task(lead(*await asyncio.open_connection(sock=ours)))
    reader, writer = await asyncio.open_connection(sock=theirs)
    writer.write(message(IDENTITY, uuid.uuid4().bytes))
    line = Line(writer, script, events)
    helpers = [asyncio.create_task(line._send()), asyncio.create_task(line._receive(reader))]
    try:
        yield line
    finally:
        for helper in helpers:
            helper.cancel()
        writer.write(message(TERMINATE))
        writer.close()
        await asyncio.wait({led}, timeout=20)
