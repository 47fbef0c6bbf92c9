"""The hotline as `make hotline` plays it, and the calls that Anban places to ask how people are."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
import pytest
import pytest_asyncio

from anban import asterisk, wiring
from anban.errors import SettingsError, Unavailable
from anban.hotline import WAIT_S, House, opened, scenes
from anban.phones import Phone
from anban.settings import Settings
from backend.client import CallOut, CheckIn, Elder, Emergency
from backend.domain.signatures import signature
from tests.lacking import lacking
from tests.waiting import until

from .helpers import new_number

pytestmark = [
    pytest.mark.integration,
    pytest.mark.rasa,
    pytest.mark.speech,
    pytest.mark.asyncio(loop_scope="module"),
]
HELLO = "喂，你好。"
RECORDED = (
    "您好这里是语音信箱您拨打的用户现在无法接听您的电话请在提示音之后留言我们会尽快与您联系谢谢"
)
"""Longer than any hello, and without a pause."""
LATELY = datetime.now(wiring.TIMEZONE).replace(hour=9, minute=30) - timedelta(days=3)
"""What is planned from here on is due by now."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[House]:
    settings = Settings()
    folder = settings.models_dir.parent / "asterisk"
    try:
        asterisk.install(folder, settings.debian_mirror, print)
    except (SettingsError, Unavailable, OSError) as missing:
        lacking(f"no hotline without Asterisk: {missing}")
    async with opened(folder, print) as found:
        yield found


async def test_overflow_hand_back_a_cry_and_a_promise_kept(house: House):
    played = await scenes(house)
    # A loaded machine is slow: it is enough that nobody waits for minutes.
    assert 0 < played.answered < 20
    assert 0 < played.joined < 30
    assert 0 <= played.put_through < played.joined
    assert 0 < played.acknowledged < 90
    assert 0 < played.called_back < 90


@dataclass(frozen=True)
class Called:
    """Somebody whom Anban calls, and what they answer: a line by the key of a sentence of ours."""

    house: House
    elder: Elder
    phone: Phone
    lines: Mapping[str, str]

    async def answer(self) -> None:
        """Pick up, say hello, and answer to the end of the call, or until help is under way."""
        talk = await self.phone.answer(WAIT_S)
        async with self.house.events(await until("the call", self.call_id)) as events:
            await talk.say(await self.house.line(HELLO))
            line = ""
            async for event in events:
                self.house.show(event)
                if event["event"] == "reply_text":
                    line = self.lines.get(event["key"], line)
                elif event["event"] == "listening" and line:
                    await talk.say(await self.house.line(line))
                elif event["event"] == "emergency":
                    break
        await talk.hang_up()

    async def call_id(self) -> str | None:
        """The UUID of the call that they are in."""
        channels = (await self.house.http.get("/ari/channels")).json()
        ours = (one["id"] for one in channels if f"Local/{self.elder.phone}@dial" in one["name"])
        return next((one for one in ours if not one.endswith("-2")), None)

    async def check_in(self, status: str) -> CheckIn:
        """The row of what was asked, once it stands there."""

        async def stands() -> CheckIn | None:
            found = await self.house.backend.check_ins(elder_id=self.elder.id, status=status)
            return found[0] if found else None

        async def seen() -> list[CheckIn]:
            return await self.house.backend.check_ins(elder_id=self.elder.id)

        return await until(f"the call is {status}", stands, seen, WAIT_S)

    async def outcome(self, outcome: str) -> None:
        """Wait until an attempt that ended so stands in the rows."""
        asked = {row.id for row in await self.house.backend.check_ins(elder_id=self.elder.id)}

        async def rows() -> list[CallOut]:
            return [one for one in await self.house.backend.call_outs() if one.check_in_id in asked]

        async def stands() -> bool:
            return outcome in [one.outcome for one in await rows()]

        await until(f"the call was {outcome}", stands, rows, WAIT_S)


async def somebody(house: House, lines: Mapping[str, str] | None = None) -> Called:
    """An elder with a telephone, whose lines are at hand once it rings."""
    for text in (HELLO, *(lines or {}).values()):
        await house.line(text)
    number = new_number()
    elder = await house.elder("林秀英", number)
    return Called(house, elder, await house.network.subscriber(number), lines or {})


async def agrees(called: Called) -> None:
    """They want a call every two days; one is due."""
    await called.house.backend.agree_to_care_calls(
        called.elder.id, every_days=2, at="10:00", agreed_by="本人，电话里", now=LATELY
    )


async def test_who_feels_ill_on_a_care_call_is_a_case_for_people(house: House):
    lines = {
        "utter_check_in_health": "身体不好，头晕，没有力气。",
        "utter_check_in_medicine": "药按时吃了。",
        "utter_check_in_meals": "饭吃得好。",
    }
    called = await somebody(house, lines)
    await agrees(called)
    await called.answer()
    row = await called.check_in("done")
    assert {one["question"]: one["finding"] for one in row.answers}["health"] == "worry"
    cases = await house.backend.handoffs(elder_id=called.elder.id, status="open")
    assert row.case_id in [case.id for case in cases]
    await called.outcome("answered")


async def test_who_was_served_well_is_asked_once_and_left_in_peace(house: House):
    called = await somebody(house, {"utter_check_in_satisfied": "很满意，打扫得很干净。"})
    placed = await house.backend.place_order(
        "served", elder_id=called.elder.id, service="cleaning", conversation="c", now=LATELY,
        date=f"{LATELY + timedelta(days=1):%F}", time="09:00",
    )  # fmt: skip
    tomorrow = LATELY + timedelta(days=1)
    await house.backend.change_order("done", placed.id, status="finished", now=tomorrow)
    await called.answer()
    row = await called.check_in("done")
    assert [one["finding"] for one in row.answers] == ["ok"]
    assert row.case_id is None


async def test_a_cry_on_the_call_after_a_devices_alarm_is_an_emergency_for_certain(house: House):
    called = await somebody(house, {"utter_check_in_danger": "我摔倒了，起不来，快来人。"})
    backend, settings = house.backend, house.settings
    device = {"id": "R-1", "kind": "movement", "elder_id": called.elder.id}
    auth = {"Authorization": f"Bearer {settings.service_token}"}
    async with httpx.AsyncClient(base_url=settings.backend_url, timeout=30) as http:
        secret = (await http.post("/v1/devices", json=device, headers=auth)).json()["secret"]
        body, stamp = b'{"event_id":"e1","type":"no_movement"}', str(round(time.time()))
        signed = {"X-Anban-Device": "R-1", "X-Anban-Timestamp": stamp,
                  "X-Anban-Signature": signature(secret, stamp, body)}  # fmt: skip
        taken = await http.post("/v1/devices/events", content=body, headers=signed)
        assert taken.status_code == 201, taken.text
    await called.answer()

    async def certain() -> bool:
        return "certain" in [one.certainty for one in await raised()]

    async def raised() -> list[Emergency]:
        return await backend.emergencies(elder_id=called.elder.id)

    await until("the emergency is certain", certain, raised, WAIT_S)


async def test_busy_nobody_and_a_recorded_voice_are_told_apart_and_tried_again(house: House):
    recorded = await house.line(RECORDED)
    busy, nobody, machine = everybody = [await somebody(house) for _ in range(3)]

    async def speaks_on() -> None:
        talk = await machine.phone.answer(WAIT_S)
        await talk.say(recorded)
        await talk.ended()

    for called in everybody:
        await agrees(called)
    speaking = asyncio.create_task(speaks_on())
    await (await busy.phone.rings(WAIT_S)).reject()
    await busy.outcome("busy")
    await machine.outcome("machine")
    await nobody.outcome("no_answer")
    await speaking
    for called in everybody:
        assert (await called.check_in("waiting")).answers is None
