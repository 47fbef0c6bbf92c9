"""Calls of ours over direct SIP, with no exchange: to telephones that are other programs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from anban.errors import Unavailable
from anban.stage import free_ports
from backend.config import TelephoneConfig
from backend.telephone import direct
from backend.telephone.direct import DirectLine
from backend.telephone.ports import call_back, message_call
from channels.phone.sip import SipConfig
from channels.phone.sip_trunk import NotReached, SipTrunk, TrunkLine
from tests.fakes.telephones import telephone, unanswered
from tests.unit.voice.test_message import FakeCallOuts
from tests.waiting import until
from voice.server import VoiceServer

from .test_asterisk import WORDS, hotline, installed
from .test_server import HEADERS, TOKEN, running

pytestmark = pytest.mark.integration
__all__ = ["installed"]
NUMBER = "13900002002"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "ASK_SECONDS", 0.05)


@dataclass
class House:
    voice: VoiceServer
    line: DirectLine

    async def message(self) -> str:
        return await self.line.place(message_call(str(uuid4()), NUMBER), "message")


@asynccontextmanager
async def house(trunk: str, ring_s: float = 30.0, **more: object) -> AsyncIterator[House]:
    """Voice with a way out, and the worker's side of it."""
    sip, low = free_ports(2)
    way = SipTrunk("12349", trunk, ring_s=ring_s, **more)
    low = min(low, 60_000)
    config = SipConfig(f"127.0.0.1:{sip}", trunk=way, rtp_ports=f"{low}-{low + 100}")
    async with (
        running(sip=config, call_outs=FakeCallOuts(), sentences=WORDS.__getitem__) as voice,
        httpx.AsyncClient(timeout=10) as http,
    ):
        yield House(voice, DirectLine(TelephoneConfig("", "", "", voice.url), TOKEN, http))


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("486 Busy Here", "busy"),
        ("603 Decline", "busy"),
        ("404 Not Found", "no_answer"),
        ("480 Temporarily Unavailable", "no_answer"),
        ("503 Service Unavailable", "unreachable"),
        ("", "no_answer"),
    ],
    ids=["busy", "declined", "unknown", "away", "no line", "rings on"],
)
async def test_what_comes_of_a_call_that_nobody_answers(tmp_path: Path, status, outcome):
    patience = 30.0 if status else 1.0
    async with unanswered(tmp_path, status) as at, house(at, patience) as found:
        assert await found.message() == outcome
        assert found.voice.call_outs.told is None, "nobody has heard anything"


async def test_where_nothing_answers_at_all_there_is_no_line():
    (port,) = free_ports(1)
    async with house(f"127.0.0.1:{port}", 1.0) as found:
        assert await found.message() in ("unreachable", "no_answer")


async def test_who_answers_hears_it_and_presses_a_key(tmp_path: Path):
    async with (
        telephone(tmp_path, NUMBER, answers="manual") as phone,
        house(phone.address) as found,
    ):
        desk = found.voice.call_outs
        calling = asyncio.create_task(found.message())
        await phone.until("CALL_INCOMING")
        await phone.do("accept")
        await until("somebody is there", lambda: desk.told is not None)
        await phone.do("sndcode", "1")
        assert await calling == "answered"
        assert desk.keys == ["1"]
        await phone.until("CALL_CLOSED")


async def test_who_hangs_up_at_once_has_answered_and_heard_nothing(tmp_path: Path):
    async with (
        telephone(tmp_path, NUMBER, answers="manual") as phone,
        house(phone.address) as found,
    ):
        calling = asyncio.create_task(found.message())
        await phone.until("CALL_INCOMING")
        await phone.do("accept")
        await phone.until("CALL_ESTABLISHED")
        await phone.do("hangup")
        assert await calling == "answered"
        assert found.voice.call_outs.heard == 0


async def test_a_recorded_voice_is_told_once_and_no_person(tmp_path: Path):
    async with (
        telephone(tmp_path, NUMBER, hello_s=30.0) as phone,
        house(phone.address) as found,
    ):
        assert await found.message() == "answered"  # of the line; the backend was told what it is
        assert found.voice.call_outs.told is True
        assert found.voice.call_outs.heard == 0


async def test_who_is_asked_how_they_are_is_known_by_their_number(tmp_path: Path):
    async with telephone(tmp_path, NUMBER) as phone, house(phone.address) as found:
        order = message_call(str(uuid4()), NUMBER, caller=NUMBER)
        calling = asyncio.create_task(found.line.place(order, "check_in"))
        await until("they are asked", lambda: found.voice.mind.phone)
        assert found.voice.mind.phone == NUMBER
        assert found.voice.call_outs.told is False, "their hello was heard out"
        await phone.do("hangup")
        assert await calling == "answered"
        assert found.voice.call_outs.inbound == [], "it did not come in"


async def test_a_promised_call_needs_an_agent(tmp_path: Path):
    async with unanswered(tmp_path, "486 Busy Here") as at, house(at, agents=("8001",)) as found:
        order = call_back(str(uuid4()), NUMBER)
        assert await found.line.place(order, "call_back") == "no_agent"
    async with house("127.0.0.1:9") as found:
        order = call_back(str(uuid4()), NUMBER)
        assert await found.line.place(order, "call_back") == "no_agent"


async def test_a_promised_call_joins_an_agent_with_the_elder(tmp_path: Path):
    async with (
        telephone(tmp_path, "8001", NUMBER) as phone,
        house(phone.address, agents=("8001",)) as found,
    ):
        desk, told = found.voice.call_outs, []

        async def summary(call_id: str, agent: str) -> str:
            told.append(agent)
            return "回电"

        desk.call_agent = summary
        calling = asyncio.create_task(
            found.line.place(call_back(str(uuid4()), NUMBER), "call_back")
        )
        await until("both talk", lambda: phone.events.count("CALL_ESTABLISHED") == 2)
        assert told == ["8001"]
        assert "回电" in found.voice._speaker.said, "the agent was told what it is about"
        await phone.do("hangup")
        assert await calling == "answered"
        await until("nobody is left", lambda: phone.events.count("CALL_CLOSED") == 2)


async def test_without_a_way_out_nobody_is_called():
    async with running() as voice, httpx.AsyncClient() as http:
        line = DirectLine(TelephoneConfig("", "", "", voice.url), TOKEN, http)
        with pytest.raises(Unavailable):
            await line.place(message_call(str(uuid4()), NUMBER), "message")


async def test_a_call_that_voice_has_lost_was_never_answered():
    async with running() as voice, httpx.AsyncClient() as http:
        line = DirectLine(TelephoneConfig("", "", "", voice.url), TOKEN, http)
        assert await line._followed(str(uuid4())) == "unreachable"


@pytest.mark.parametrize("number", ["", "1", "sip:a@b", "138 0000", "1380000\r\nX: y", "1" * 30])
async def test_what_is_no_number_is_not_dialled(number):
    async with house("127.0.0.1:9") as found:
        order = {"call_id": str(uuid4()), "number": number, "purpose": "message"}
        answer = await found.voice.http.post("/calls/out", json=order, headers=HEADERS)
        assert answer.status_code == 422


async def test_an_account_is_registered_and_calls_through_its_registrar(
    installed: Path, tmp_path: Path
):
    async with hotline(installed, tmp_path) as exchange:
        # one SIP stack a process: the telephones have it already, and ours is another user of it
        line = TrunkLine(
            exchange.lines.runtime, SipTrunk("agent2", f"127.0.0.1:{exchange.sip}", "a")
        )
        await line.open()
        await until("it is registered", lambda: line.state == "ready", lambda: line.state)
        call = await line.dial("*45")
        await call.hangup()
        with pytest.raises(NotReached) as failed:
            await line.dial("999")
        assert failed.value.outcome == "no_answer"
        await line.close()
        wrong = TrunkLine(
            exchange.lines.runtime, SipTrunk("agent2", f"127.0.0.1:{exchange.sip}", "wrong")
        )
        await wrong.open()
        await until("it is told", lambda: wrong.state.startswith("not registered"))
        await wrong.close()
