"""A cry of each kind, over chat and over a telephone line, down to the row and the family."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uvicorn

from anban import wiring
from anban.call import CallPlan, Recordings, place_call
from anban.stage import free_ports
from tests.unit.bot.fakes import CRIES
from tests.unit.voice.fakes import FakeRecognizer, FakeSpeaker, LoudnessVad
from voice.audio import PHONE_RATE
from voice.config import AsrConfig, SessionConfig, TtsConfig, TurnConfig, VoiceConfig
from voice.server import VoiceServer
from voice.tts.base import Speech

from .helpers import Family, House, Talker, until

pytestmark = [
    pytest.mark.integration,
    pytest.mark.rasa,
    pytest.mark.asyncio(loop_scope="session"),
]

TURN = np.full(6400, 8000, np.int16)
"""Something loud for 0.8 s; what is understood of it the test says."""


SILENCES = ("utter_emergency_hear_me", "utter_emergency_silent", "utter_emergency_still_here")


class FastSpeaker(FakeSpeaker):
    """Each character sounds for 20 ms."""

    async def stream(self, text: str, rate: float | None = None, voice: str | None = None) -> Any:
        self.said.append(text)
        yield Speech(np.full(len(text) * 160, 0.1, np.float32), PHONE_RATE, "fake")


@asynccontextmanager
async def telephone(
    house: House, *heard: str, turn: TurnConfig | None = None
) -> AsyncIterator[VoiceServer]:
    """A voice process on this house's dialogue; only ears and mouth are not real."""
    settings = house.stage.settings
    mind = wiring.dialogue(settings)
    http_port, line_port = free_ports(2)
    config = VoiceConfig(
        session=SessionConfig(
            asr=AsrConfig(models_dir=Path("none")),
            tts=TtsConfig(models_dir=Path("none"), cache_dir=Path("none"), voice="none"),
            turn=turn or TurnConfig(),
        ),
        token=settings.service_token,
        http_port=http_port,
        audiosocket_host="127.0.0.1",
        audiosocket_port=line_port,
    )
    voice = VoiceServer(
        config,
        mind,
        wiring.sentences(),
        urgent=mind.in_danger,
        recognizer=FakeRecognizer(*heard),  # type: ignore[arg-type]
        speaker=FastSpeaker(),  # type: ignore[arg-type]
        background=FastSpeaker(),  # type: ignore[arg-type]
        vad=LoudnessVad,  # type: ignore[arg-type]
    )
    server = uvicorn.Server(uvicorn.Config(voice.app, port=http_port, log_config=None))

    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield voice
    finally:
        server.should_exit = True
        await serving
        await mind.close()


async def rang(
    house: House, phone: str, *heard: str, turn: TurnConfig | None = None
) -> list[dict[str, Any]]:
    """Rings up, says the lines (an empty one is silence), hangs up; gives what happened."""
    said = [line for line in heard if line]
    async with telephone(house, *said, turn=turn) as voice:
        plan = CallPlan(
            caller=Recordings([TURN if line else TURN[:0] for line in heard]),
            phone=phone,
            voice_url=f"http://127.0.0.1:{voice.config.http_port}",
            token=voice.config.token,
            port=voice.config.audiosocket_port,
        )
        return [event async for event in place_call(plan)]


async def arrived(house: House, family: Family, kind: str) -> None:
    """One row of that kind, and the daughter knows."""
    found = await until(lambda: house.emergencies(family.phone), 10, "the emergency is written")
    assert [(one.kind, one.status) for one in found] == [(kind, "open")]
    await until(lambda: house.received(family.elder), 20, "the daughter was told")


async def answered(talker: Talker, text: str) -> str:
    """What is said to a cry; one that is asked about is confirmed."""
    said = await talker.say(text)
    return said.text if "我听到了" in said.text else (await talker.say("要")).text


@pytest.mark.parametrize(("text", "kind"), CRIES.items(), ids=CRIES.values())
async def test_a_cry_over_chat(house: House, family: Family, text: str, kind: str):
    said = await answered(house.call(family.phone, channel="web"), text)
    assert "女儿" in said
    card = wiring.sentences().first_aid(kind, text)
    assert card is None or card.steps[0] in said
    await arrived(house, family, kind)


@pytest.mark.parametrize(("text", "kind"), CRIES.items(), ids=CRIES.values())
async def test_a_cry_over_the_telephone(house: House, family: Family, text: str, kind: str):
    events = await rang(house, family.phone, text, "要快点来人")
    said = [event["text"] for event in events if event["event"] == "reply_text"]
    assert any("我听到了" in line for line in said)
    assert any("女儿" in line for line in said)
    assert [event for event in events if event["event"] == "emergency"]
    await arrived(house, family, kind)


async def test_a_caller_who_falls_silent_makes_the_next_rung_begin_and_the_line_stays_open(
    house: House, family: Family
):
    soon = TurnConfig(silence_ladder_s=(1.0, 1.0, 1.0, 1.0))
    cry = "救命啊我摔倒了起不来"
    events = await rang(house, family.phone, cry, "", "", "", "", turn=soon)
    keys = [event.get("key") for event in events if event["event"] == "reply_text"]
    assert list(dict.fromkeys(key for key in keys if key in SILENCES)) == list(SILENCES)
    assert events[-1]["by"] == "caller", "we never hang up on it"
    (found,) = await house.emergencies(family.phone)
    early = [rung for rung in found.rungs if rung.begun_at and rung.begun_at < rung.due_at]
    assert (early[0].round, early[0].number, early[0].loudness) == (1, 1, 2)
    received = await until(lambda: told_of_silence(house, family), 20, "the daughter was told")
    assert "叫不应" in received[0]["notice"]["text"]


async def told_of_silence(house: House, family: Family) -> list[dict[str, Any]]:
    received = await house.received(family.elder)
    return [kept for kept in received if kept["notice"]["event"] == "emergency_silent"]


async def test_a_cry_of_an_unknown_number_over_the_telephone(house: House):
    events = await rang(house, "13811112222", "救命啊我摔倒了起不来", "我在和平小区门口")
    keys = [event.get("key") for event in events if event["event"] == "reply_text"]
    assert "utter_emergency_where" in keys
    (found,) = await house.emergencies("13811112222")
    assert found.location == "我在和平小区门口"
