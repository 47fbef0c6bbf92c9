"""Direct SIP against a telephone in a process of its own: all that a leg promises, on the wire."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from anban.phones import tone
from anban.settings import ROOT
from anban.stage import free_ports
from channels.phone import paced, sip
from channels.phone.leg import AudioIn, Closed, KeyPressed, LegEvent
from channels.phone.sip import SipConfig, SipDoor, SipLeg
from tests.waiting import until
from voice.audio import wav_bytes

from .test_server import TOKEN, running, speech

pytestmark = pytest.mark.integration
CALLER, CALLED = "13800001001", "12349"


@dataclass
class Peer:
    """The telephone, and what it has told."""

    process: asyncio.subprocess.Process
    told: list[dict] = field(default_factory=list)

    async def do(self, what: str, **more: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": what, **more}).encode() + b"\n")
        await self.process.stdin.drain()

    async def until(self, event: str) -> dict:
        def found() -> dict | None:
            return next((one for one in self.told if one["event"] == event), None)

        return await until(event, found, lambda: self.told)

    async def read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.told.append(json.loads(line))


@dataclass
class Up:
    """A call between the two."""

    leg: SipLeg
    peer: Peer
    events: list[LegEvent]
    reading: asyncio.Task[None]

    @property
    def keys(self) -> str:
        return "".join(one.digit for one in self.events if isinstance(one, KeyPressed))

    async def hears(self) -> None:
        """We hear the telephone from here on."""
        before = len(self.events)

        async def heard() -> bool:
            await self.peer.do("say")
            return any(isinstance(one, AudioIn) and one.pcm.any() for one in self.events[before:])

        await until("we hear the telephone", heard)

    async def is_heard(self) -> None:
        """The telephone hears us from here on."""
        self.peer.told.clear()

        async def heard() -> bool:
            await self.leg.play(tone(0.2))
            return any(one["event"] == "heard" for one in self.peer.told)

        await until("the telephone hears us", heard)

    async def closed(self) -> str:
        """How the call ended."""
        async with asyncio.timeout(60):
            await self.reading
        last = self.events[-1]
        assert isinstance(last, Closed)
        return last.reason


@asynccontextmanager
async def peer(exchange: str, keys: str) -> AsyncIterator[Peer]:
    (port,) = free_ports(1)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.softphone", f"127.0.0.1:{port}", CALLER, exchange, keys,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    found = Peer(process)
    reading = asyncio.create_task(found.read())
    try:
        await found.until("ready")
        yield found
    finally:
        process.kill()
        await process.wait()
        await reading


@asynccontextmanager
async def up(keys: str = "rtpevent") -> AsyncIterator[Up]:
    """A telephone calls us, and we are talking."""
    (port,) = free_ports(1)
    legs: asyncio.Queue[SipLeg] = asyncio.Queue()
    over = asyncio.Event()
    events: list[LegEvent] = []

    async def lead(leg: SipLeg) -> None:
        legs.put_nowait(leg)
        await over.wait()

    async def read(leg: SipLeg) -> None:
        async for event in leg.events():
            events.append(event)

    door = SipDoor(
        SipConfig(f"127.0.0.1:{port}", trust_numbers=True, rtp_ports="41500-41600"), lead
    )
    await door.open()
    try:
        async with peer(f"127.0.0.1:{port}", keys) as phone:
            await phone.do("dial", to=CALLED)
            async with asyncio.timeout(60):
                leg = await legs.get()
            yield Up(leg, phone, events, asyncio.create_task(read(leg)))
    finally:
        over.set()
        await door.close()


async def test_who_calls_whom_is_known_and_both_hear_each_other():
    async with up() as call:
        assert (call.leg.info.caller, call.leg.info.called) == (CALLER, CALLED)
        await call.hears()
        await call.is_heard()


@pytest.mark.parametrize(
    ("keys", "how"), [("rtpevent", "press"), ("info", "press"), ("rtpevent", "tones")],
    ids=["RFC 4733", "SIP INFO", "in the sound"],
)  # fmt: skip
async def test_keys_arrive_once_each_and_in_order(keys, how):
    async with up(keys) as call:
        await call.hears()
        for number, digit in enumerate("10#", start=1):
            await call.peer.do(how, digit=digit)
            await until(f"key {digit}", lambda: len(call.keys) >= number, lambda: call.keys)  # noqa: B023
        await call.hears()
        assert call.keys == "10#"


async def test_a_hold_is_silent_both_ways_and_over_when_they_are_back():
    async with up() as call:
        await call.hears()
        await call.peer.do("hold")
        await until("we are held", lambda: call.leg._held)
        await call.leg.play(tone(1.0), "line")
        heard = len(call.events)
        await call.peer.do("say")
        await call.peer.do("press", digit="5")
        await asyncio.sleep(0.5)
        assert len(call.events) - heard <= 1, "a key at most"
        await call.peer.do("resume")
        await until("what waited is said", lambda: "line" in marks(call.events))
        await call.hears()
        await call.is_heard()


async def test_they_hang_up():
    async with up() as call:
        await call.hears()
        await call.peer.do("hang_up")
        assert await call.closed() == "hangup"


async def test_we_hang_up():
    async with up() as call:
        await call.hears()
        await call.leg.hangup()
        assert await call.closed() == "ended"
        await call.peer.until("closed")


async def test_we_give_the_call_to_somebody_else():
    async with up() as call:
        await call.hears()
        await call.leg.transfer("8001")
        assert (await call.peer.until("refer"))["to"].startswith("sip:8001")
        assert await call.closed() == "transferred"


@pytest.mark.parametrize("first", ["the stack", "we"])
async def test_a_telephone_that_is_gone_without_a_word_is_let_go_as_silent(monkeypatch, first):
    monkeypatch.setattr(sip, "SILENT_PEER_S", 1.0)  # the stack counts whole seconds
    monkeypatch.setattr(paced, "SILENT_PEER_S", 60.0 if first == "the stack" else 0.5)
    async with up() as call:
        os.kill(call.peer.process.pid, signal.SIGSTOP)
        assert await call.closed() == "silent"


def marks(events: list[LegEvent]) -> list[str]:
    """Marks that were reached."""
    return [one.mark for one in events if hasattr(one, "mark")]


async def test_an_announced_call_is_known_by_its_announcement_and_led_to_its_end(tmp_path: Path):
    """`anban call --leg sip` in a process of its own."""
    (port,) = free_ports(1)
    config = SipConfig(f"127.0.0.1:{port}", rtp_ports="41700-41800")
    async with running("我要打扫", sip=config) as voice:
        recording = tmp_path / "turn.wav"
        recording.write_bytes(wav_bytes(speech(), 8000))
        environment = {
            "ANBAN_SIP_LISTEN": f"127.0.0.1:{port}",
            "ANBAN_VOICE_PORT": voice.url.rpartition(":")[2],
            "ANBAN_SERVICE_TOKEN": TOKEN,
        }
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "anban", "call", str(recording), "--phone", CALLER,
            "--leg", "sip", "--json", cwd=ROOT, env={**os.environ, **environment},
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, _ = await child.communicate()
        events = [json.loads(line) for line in said.decode().splitlines()]
        assert child.returncode == 0
        assert voice.mind.phone == CALLER, "the announcement says who calls"
        assert [one["text"] for one in events if one["event"] == "transcript"] == ["我要打扫"]
        assert events[-1]["event"] == "hangup"
