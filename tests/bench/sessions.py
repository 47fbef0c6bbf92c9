"""What a call costs without its engines: AudioSocket, voice activity, turn taking, playback.

Calls run in real time against a process of their own; recognition and synthesis answer at once, so
that what is left is the logic of a call. The callers speak recorded speech and are answered.
"""

from __future__ import annotations

import asyncio
import multiprocessing as mp
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from anban import wiring
from anban.settings import Settings
from bot.familiar import STRANGER, Familiar
from bot.sentences import Reply, Sentences
from channels.phone.audiosocket import IDENTITY, SLIN8, TERMINATE, AudioSocketLeg, message
from channels.phone.audiosocket import read_identity as identity
from channels.phone.leg import FRAME, FRAME_S, RATE, CallInfo
from tests.bench.line import Instant
from voice.audio import Pcm16, for_phone, silence, to_float
from voice.config import SessionConfig
from voice.hearing import Ears
from voice.session import CallSession
from voice.tts import Speech, create_speaker

LINE = "我想请人明天上午来家里打扫卫生，麻烦你了。"
PAUSE_S = 5.0
"""Silence behind the caller's line, in which Anban answers."""
PATIENT_S = 120.0
"""Time to synthesise the caller's line, which is not measured."""


@dataclass(frozen=True)
class Sessions:
    """What was measured."""

    calls: int
    seconds: float
    cores_per_call: float
    """Share of one core."""
    late_frames: int
    """Frames that left more than 20 ms after their time, of all calls."""
    frames: int
    turns: int


class _Answers(Instant):
    """Recogniser, speaker and mind that take no time."""

    rate = 1.0
    busy = False

    def __init__(self, sound: Pcm16) -> None:
        self._sound = sound
        self.turns = 0

    async def stream(self, text: str, rate: float | None = None) -> AsyncIterator[Speech]:
        yield Speech(to_float(self._sound), RATE, self.name, cached=True, text=text)

    async def begin(self, conversation: str, **_: Any) -> Sequence[Reply]:
        return [Reply(LINE, ask="date")]

    async def say(self, conversation: str, text: str, **_: Any) -> Sequence[Reply]:
        self.turns += bool(text)
        return [Reply(LINE, ask="date")]

    async def key(self, conversation: str, digit: str, **_: Any) -> Sequence[Reply]:
        return []

    def familiar(self, conversation: str) -> Familiar:
        """A stranger."""
        return STRANGER

    def likely(self, conversation: str) -> Sequence[str]:
        return ()

    def cut_short(self, conversation: str, unheard: Sequence[Reply]) -> None:
        """Nothing to remember."""

    async def end(self, conversation: str, reason: str) -> None:
        """Nothing to close."""


async def measure(settings: Settings, calls: int, seconds: float) -> Sessions:
    """Leads calls at once for so many seconds."""
    config = wiring.voice_config(settings).session
    speaker = create_speaker(replace(config.tts, budget_s=PATIENT_S))
    spoken = await speaker.say(LINE)
    await speaker.close()
    sound = for_phone(spoken.pcm, spoken.sample_rate)
    answers, sentences = _Answers(sound), wiring.sentences()
    legs: list[AudioSocketLeg] = []
    ready: list[AudioSocketLeg] = []
    over: list[AudioSocketLeg] = []

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        leg = AudioSocketLeg(CallInfo(await identity(reader)), reader, writer)
        legs.append(leg)
        session = await asyncio.to_thread(_session, leg, answers, config, sentences)
        ready.append(leg)
        await session.run()
        over.append(leg)

    server = await asyncio.start_server(lead, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    callers = mp.get_context("spawn").Process(
        target=_callers, args=(port, calls, seconds + 2, sound), daemon=True
    )
    callers.start()
    while len(ready) < calls:
        await asyncio.sleep(0.1)
    began, cpu = time.perf_counter(), time.process_time()
    late = sum(leg.late_frames for leg in legs)
    await asyncio.sleep(seconds)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    late = sum(leg.late_frames for leg in legs) - late
    while len(over) < calls:
        await asyncio.sleep(0.1)
    server.close()
    callers.join(10)
    return Sessions(
        calls, took, cpu / took / calls, late, int(took / FRAME_S) * calls, answers.turns
    )


def _session(
    leg: AudioSocketLeg, answers: _Answers, config: SessionConfig, sentences: Sentences
) -> CallSession:
    return CallSession(leg, answers, Ears(answers, 100), answers, sentences, config)  # type: ignore[arg-type]


def _callers(port: int, calls: int, seconds: float, line: Pcm16) -> None:
    """All callers, in a process of their own; each begins to speak at another time."""
    asyncio.run(_call_all(port, calls, seconds, np.concatenate([line, silence(PAUSE_S)])))


async def _call_all(port: int, calls: int, seconds: float, loop_of_sound: Pcm16) -> None:
    shifts = np.linspace(0, len(loop_of_sound), calls, endpoint=False).astype(int)
    await asyncio.gather(*(_call(port, seconds, np.roll(loop_of_sound, shift)) for shift in shifts))


async def _call(port: int, seconds: float, sound: Pcm16) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    hearing = asyncio.create_task(_swallow(reader))
    writer.write(message(IDENTITY, uuid.uuid4().bytes))
    due = time.perf_counter()
    for number in range(int(seconds / FRAME_S)):
        at = number * FRAME % (len(sound) - FRAME)
        writer.write(message(SLIN8, sound[at : at + FRAME].astype("<i2").tobytes()))
        due += FRAME_S
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
    writer.write(message(TERMINATE))
    writer.close()
    await hearing


async def _swallow(reader: asyncio.StreamReader) -> None:
    while await reader.read(65_536):
        pass
