"""Calls over AudioSocket, with lines that Kokoro speaks and Whisper has to understand."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from anban.call import CallPlan, Event, place_call, readable
from anban.spoken_leg import Answering, spoken
from anban.wiring import clock

from .helpers import Family, House, until

pytestmark = [
    pytest.mark.integration,
    pytest.mark.rasa,
    pytest.mark.speech,
    pytest.mark.asyncio(loop_scope="session"),
]

BEGIN = {
    "menu": "喂，你好，我想找个人来家里打扫卫生。",
    "service": "打扫卫生。",
    "date": "明天。",
}
"""What he answers to each question at the beginning of a booking."""


async def called(
    house: House, phone: str, answers: dict[str, str], done: Callable[[Event], bool]
) -> list[Event]:
    """Places a call and answers what is asked until it is done; gives what happened."""
    settings = house.stage.settings
    plan = CallPlan(
        caller=Answering(
            {asked: await spoken(settings, line) for asked, line in answers.items()}, done
        ),
        phone=phone,
        voice_url=settings.voice_url,
        token=settings.service_token,
        port=settings.audiosocket_port,
    )
    return [event async for event in place_call(plan)]


def transcript(events: list[Event]) -> str:
    """A call as people read it."""
    return "\n".join(line for event in events if (line := readable(event)))


def told(events: list[Event], event: str, name: str = "text") -> str:
    return "".join(str(found[name]) for found in events if found["event"] == event)


async def test_a_spoken_call_books_one_order_and_the_family_is_told(
    spoken_house: House, family: Family
):
    events = await called(
        spoken_house,
        family.phone,
        {**BEGIN, "time": "上午九点。", "confirm": "对，就是这样。"},
        done=lambda reply: reply["key"] == "utter_order_number",
    )
    assert "林秀英" in told(events, "reply_text")
    orders = await spoken_house.orders(family.phone)
    assert len(orders) == 1, transcript(events)
    booked = orders[0]
    assert (booked.service, booked.time) == ("cleaning", "09:00")
    assert told(events, "order", "number") == booked.number
    (notice,) = await spoken_house.delivered(family.elder, "order_booked")
    assert notice.status == "delivered"
    assert events[-1] == events[-1] | {"event": "hangup", "by": "caller"}


async def test_hanging_up_in_the_middle_keeps_the_booking_for_the_next_call(
    spoken_house: House, family: Family
):
    calls = voice_log(spoken_house).count("call_ended")
    events = await called(
        spoken_house, family.phone, BEGIN, done=lambda reply: reply["ask"] == "time"
    )
    assert await spoken_house.orders(family.phone) == []

    async def ended() -> bool:
        return voice_log(spoken_house).count("call_ended") > calls

    await until(ended, 20, "voice noticed the hang-up")
    again = spoken_house.call(family.phone, now=clock().isoformat())
    offer = await again.say("")
    assert "还没订完" in offer.text, transcript(events)
    assert (await again.say("好")).ask == "time"
    assert (await again.says("上午九点", "对")).order
    assert len(await spoken_house.orders(family.phone)) == 1


def voice_log(house: House) -> str:
    return (house.stage.settings.data / "logs" / "voice.log").read_text()


async def test_a_wrong_token_cannot_announce_a_call_hear_or_speak(spoken_house: House):
    settings = spoken_house.stage.settings
    async with httpx.AsyncClient(base_url=settings.voice_url) as http:
        headers = {"Authorization": "Bearer wrong"}
        call = {"call_id": "6f1c1c80-5b3c-4c6e-9a38-0d3b8d7a5e11", "caller": "13800001001"}
        answers = [
            await http.post("/calls", json=call, headers=headers),
            await http.post("/transcribe", content=b"x", headers=headers),
            await http.post("/synthesize", json={"text": "好"}, headers=headers),
            await http.post("/synthesize", json={"text": "好"}),
        ]
    assert [answer.status_code for answer in answers] == [401] * 4
    assert all("ANBAN_SERVICE_TOKEN" in answer.json()["detail"] for answer in answers)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("救命啊，我摔倒了，起不来了。", "fall"),
        ("厨房着火了，快来人啊！", "fire_gas"),
        ("我胸口疼得厉害，喘不上气。", "chest_pain"),
    ],
    ids=["fall", "fire_gas", "chest_pain"],
)
async def test_a_spoken_cry_is_heard_written_once_and_the_family_is_told(
    spoken_house: House, family: Family, line: str, kind: str
):
    events = await called(
        spoken_house,
        family.phone,
        {"menu": line, "confirm": "要，快来人。"},
        done=lambda reply: reply["key"] == "utter_emergency_told",
    )
    assert "我听到了" in told(events, "reply_text"), transcript(events)
    (found,) = await spoken_house.emergencies(family.phone)
    assert (found.kind, found.status) == (kind, "open"), transcript(events)
    assert told(events, "emergency", "number") == found.id
    (notice,) = await spoken_house.delivered(family.elder, "emergency_raised")
    assert notice.status == "delivered"
