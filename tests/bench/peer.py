"""The same calls led by Anban's session and by a pipecat pipeline: the same engines, the same wait.

Both take AudioSocket calls in a process of their own and hear and speak with the default engines in
worker processes; both wait 0.8 s behind the last word, and a mind that takes no time answers every
turn with a sentence from the cache, so that what differs is how turns are led. pipecat is no part
of Anban: it is put into a folder beside it (``uv pip install --target``), for this alone.
"""

from __future__ import annotations

import asyncio
import multiprocessing as mp
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from anban import wiring
from anban.settings import Settings
from anban.spoken_leg import CALLER_VOICES
from bot.familiar import STRANGER, Familiar
from bot.sentences import Reply
from channels.phone.audiosocket import (
    IDENTITY,
    SLIN8,
    TERMINATE,
    AudioSocketLeg,
    message,
    read_message,
)
from channels.phone.audiosocket import read_identity as identity
from channels.phone.leg import FRAME, FRAME_S, CallInfo
from tests.bench.figures import Samples
from tests.bench.line import AUDIBLE
from voice import asr
from voice.audio import Pcm16, for_phone
from voice.config import SessionConfig
from voice.hearing import Ears
from voice.session import CallSession
from voice.tts import Speaker, create_speaker

LINE = "我想请人明天上午来家里打扫卫生，麻烦你了。"
REPLY = "好的，请问您住在哪里？"
TURNS = 4
APART_S = 1.3
"""Callers begin one after the other."""
GREETED_S = 6.0
PATIENT_S = 15.0
"""An answer that has not begun by then never came."""
QUIET_S = 1.5
"""So long it is quiet before a caller speaks again."""

Server = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Led:
    """How one of the two led calls.

    Attributes:
        name: anban or pipecat.
        calls: how many at once.
        replies: the caller's last sound to the first of the reply, in seconds.
        unanswered: turns without a reply.
        cores_per_call: share of one core that a call took outside the engines.
    """

    name: str
    calls: int
    replies: Samples = field(default_factory=Samples)
    unanswered: int = 0
    cores_per_call: float = 0.0


def measure(settings: Settings, pipecat: Path, crowds: Sequence[int] = (1, 8)) -> list[Led]:
    """Both, for each number of calls at once.

    Args:
        settings: where the engines' weights are.
        pipecat: the folder it was put into.
        crowds: how many calls at once.
    """
    return [
        _lead(name, settings, pipecat, calls) for calls in crowds for name in ("anban", "pipecat")
    ]


def _lead(name: str, settings: Settings, pipecat: Path, calls: int) -> Led:
    spawn = mp.get_context("spawn")
    here, there = spawn.Pipe()
    server = spawn.Process(target=_serve, args=(name, settings, str(pipecat), there))
    server.start()
    port, sounds = here.recv()
    before = _now_and_cpu(here)
    replies = asyncio.run(_call_all(port, sounds, calls))
    after = _now_and_cpu(here)
    here.send("end")
    server.join(30)
    cpu, took = after[1] - before[1], after[0] - before[0]
    found = Led(name, calls, cores_per_call=cpu / took / calls)
    for reply in replies:
        if reply is None:
            found.unanswered += 1
        else:
            found.replies.add(reply)
    return found


def _now_and_cpu(pipe: Connection) -> tuple[float, float]:
    pipe.send("time")
    now, cpu = pipe.recv()
    return now, cpu


def _serve(name: str, settings: Settings, pipecat: str, pipe: Connection) -> None:
    """One of the two, in a process of its own."""
    asyncio.run(_take_calls(name, settings, pipecat, pipe))


async def _take_calls(name: str, settings: Settings, pipecat: str, pipe: Connection) -> None:
    config = wiring.voice_config(settings).session
    chain = asr.create_chain(config.asr)
    async with _mouth(config) as speaker:
        await chain.start()
        sounds = []
        for voice in CALLER_VOICES:
            speech = await speaker.say(LINE, 0.95, voice)
            sounds.append(for_phone(speech.pcm, speech.sample_rate))
        await speaker.say(REPLY)
        if name == "anban":
            lead = _anban(Ears(chain, config.asr.processes), speaker, config)
        else:
            sys.path.append(pipecat)
            from tests.bench.pipecat_calls import answering

            lead = answering(chain, speaker, REPLY, config.turn.end_silence_s)
        server = await asyncio.start_server(lead, "127.0.0.1", 0)
        pipe.send((server.sockets[0].getsockname()[1], sounds))
        while await asyncio.to_thread(pipe.recv) != "end":
            pipe.send((time.perf_counter(), time.process_time()))
        server.close()
        await chain.close()


@asynccontextmanager
async def _mouth(config: SessionConfig) -> AsyncIterator[Speaker]:
    speaker = create_speaker(replace(config.tts, budget_s=120.0))
    await speaker.start()
    try:
        yield speaker
    finally:
        await speaker.close()


class _Mind:
    """Answers every turn at once."""

    async def begin(self, conversation: str, **_: Any) -> Sequence[Reply]:
        return [Reply(REPLY, ask="address")]

    async def say(self, conversation: str, text: str, **_: Any) -> Sequence[Reply]:
        return [Reply(REPLY, ask="service")] if text else []

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


def _anban(ears: Ears, speaker: Speaker, config: SessionConfig) -> Server:
    sentences = wiring.sentences()

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        leg = AudioSocketLeg(CallInfo(await identity(reader)), reader, writer)
        session = CallSession(leg, _Mind(), ears, speaker, sentences, config)  # type: ignore[arg-type]
        await session.run()

    return lead


async def _call_all(port: int, sounds: Sequence[Pcm16], calls: int) -> list[float | None]:
    lines = (_Caller(sounds[number % len(sounds)]) for number in range(calls))
    made = [line.call(port, number * APART_S) for number, line in enumerate(lines)]
    return [reply for replies in await asyncio.gather(*made) for reply in replies]


class _Caller:
    """Speaks, waits for the answer, and speaks again."""

    def __init__(self, line: Pcm16) -> None:
        loud = np.flatnonzero(np.abs(line) > 300)
        line = line[loud[0] : loud[-1]]
        self._line = np.pad(line, (0, -len(line) % FRAME)).reshape(-1, FRAME)
        self._queue: list[Pcm16] = []
        self._spoke = 0.0
        self._heard: list[float] = []

    async def call(self, port: int, wait_s: float) -> list[float | None]:
        """One call; the time to each reply."""
        await asyncio.sleep(wait_s)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(message(IDENTITY, uuid.uuid4().bytes))
        work = [asyncio.create_task(self._send(writer)), asyncio.create_task(self._receive(reader))]
        await asyncio.sleep(GREETED_S)
        replies = [await self._turn() for _ in range(TURNS)]
        writer.write(message(TERMINATE))
        for task in work:
            task.cancel()
        writer.close()
        return replies

    async def _turn(self) -> float | None:
        while self._heard and time.perf_counter() - self._heard[-1] < QUIET_S:
            await asyncio.sleep(FRAME_S)
        self._queue = list(self._line)
        while self._queue:
            await asyncio.sleep(FRAME_S / 4)
        spoke = self._spoke
        while time.perf_counter() - spoke < PATIENT_S:
            replies = [at for at in self._heard if at > spoke]
            if replies:
                return replies[0] - spoke
            await asyncio.sleep(FRAME_S)
        return None

    async def _send(self, writer: asyncio.StreamWriter) -> None:
        due, silent = time.perf_counter(), np.zeros(FRAME, np.int16)
        while True:
            frame = self._queue.pop(0) if self._queue else silent
            writer.write(message(SLIN8, frame.astype("<i2").tobytes()))
            if frame is not silent:
                self._spoke = time.perf_counter()
            due += FRAME_S
            await asyncio.sleep(max(0.0, due - time.perf_counter()))

    async def _receive(self, reader: asyncio.StreamReader) -> None:
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                kind, payload = await read_message(reader)
                if kind == SLIN8 and np.abs(np.frombuffer(payload, "<i2")).mean() > AUDIBLE:
                    self._heard.append(time.perf_counter())
