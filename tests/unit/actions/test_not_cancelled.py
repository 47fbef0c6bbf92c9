"""Nothing is cancelled by words that say it shall not be, however a region says no."""

import asyncio
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.booking import ValidateBookingForm
from actions.orders import Cancel
from actions.phrases import KEEPS, calls_off
from bot.understanding.answers import yes_no
from tests.unit.actions.standing import CLEANING, MEALS, FakeBackend, slots_after, tracker

pytestmark = pytest.mark.unit

NEGATED = [
    "不取消",
    "不要取消",
    "不用取消了",
    "不必退了",
    "先别取消",
    "别给我取消",
    "别把那单退了",
    "莫把我的饭退了",
    "没说取消",
    "不是要取消",
    "不想退",
    "没有要取消",
    "甭取消",
    "甭给退了",
    "嫑取消",
    "免取消",
    "毋免取消",
    "毋通取消",
    "毋好取消",
    "毋是欲取消",
    "莫共伊取消",
    "无欲取消",
    "无爱退",
    "毋爱取消",
    "毋使取消",
    "毋好帮涯退",
    "莫取消矣",
    "莫忙取消",
    "先莫退",
    "不消取消",
    "莫给我取消",
    "唔好取消",
    "唔好帮我取消",
    "唔使取消",
    "唔系取消",
    "冇话取消",
    "咪取消",
    "先唔好取消住",
    "唔想退",
    "不是不要",
    "冇话唔要",
    "毋是无爱",
]
"""No to a cancelling, in the words of every variety."""
MEANT = [
    "取消吧",
    "要不取消吧",
    "要不退了吧",
    "能不能取消",
    "可不可以退掉",
    "可唔可以取消",
    "不得不取消",
    "免啦取消",
    "不要了取消",
    "毋免来矣退掉",
    "唔要喇取消佢",
    "不来了取消",
    "不用了，退了吧",
    "无闲取消",
    "走不动取消吧",
    "着取消",
]
"""Words that do cancel, be there a no in them."""


def cancelling(text: str, yes_no: str | None = None, act: str = "cancel_order") -> Any:
    """What an answer to "cancel the meal?" makes of it: True, False, or None where it is asked."""
    heard = {"heard_yes_no": yes_no} if yes_no else {}
    given: dict[str, Any] = {"change": "cancel", "order": ["333333"], **heard}
    return slots_after(FakeBackend(MEALS), tracker(text, act, "confirmed", **given)).get(
        "confirmed"
    )


@pytest.mark.parametrize("act", ["cancel_order", "affirm", "deny", "reschedule_order", "complain"])
@pytest.mark.parametrize("text", NEGATED)
def test_a_negated_cancelling_keeps_the_order(text: str, act: str) -> None:
    assert cancelling(text, "yes", act) is False


@pytest.mark.parametrize("frame", ["等一下{}照来好", "哎呀我新妇讲{}啦", "{}还是要的", "嗯{}"])
@pytest.mark.parametrize("text", NEGATED)
def test_it_does_so_whatever_is_said_around_it(text: str, frame: str) -> None:
    assert cancelling(frame.format(text), "yes") is False


@pytest.mark.parametrize("text", NEGATED)
def test_a_negated_cancelling_calls_nothing_off(text: str) -> None:
    assert KEEPS.search(text)
    assert not calls_off(text)


@pytest.mark.parametrize("text", MEANT)
def test_a_cancelling_with_a_no_beside_it_is_one(text: str) -> None:
    assert calls_off(text)
    assert cancelling(text) is True


@pytest.mark.parametrize("text", ["不用了照旧来", "毋免矣照原来", "唔使喇，照嚟", "不要了还是要吧"])
def test_a_no_that_may_be_to_the_cancelling_cancels_nothing(text: str) -> None:
    assert cancelling(text) is not True


@pytest.mark.parametrize(
    "text", ["对取消，别的照旧", "着退啦，其他的照来", "系，取消呢个，下个照旧"]
)
def test_what_stays_beside_it_keeps_nothing(text: str) -> None:
    assert cancelling(text, "yes") is True


@pytest.mark.parametrize("text", NEGATED)
def test_who_comes_to_say_that_it_stays_is_not_asked_which_to_cancel(text: str) -> None:
    line = tracker(f"明天那顿饭{text}", "cancel_order", change="cancel")
    after = slots_after(FakeBackend(MEALS, CLEANING), line)
    assert after.get("requested_slot") is None
    assert after.get("order") is None


@pytest.mark.parametrize("text", NEGATED)
def test_a_negated_cancelling_drops_no_draft(text: str) -> None:
    line = tracker(text, "cancel_order", "confirmed", service="meals", date="2026-03-11")
    line.active_loop = {"name": "booking_form"}
    backend = FakeBackend()
    assert asyncio.run(Cancel(backend).run(CollectingDispatcher(), line, {})) == []


@pytest.mark.parametrize("text", NEGATED)
def test_a_negated_cancelling_at_the_read_back_of_a_booking_is_no_no(text: str) -> None:
    draft = {"service": "meals", "date": "2026-03-11", "time": "12:00", "address": "和平路18号302"}
    line = tracker(text, "deny", "confirmed", heard_yes_no="no", **draft)
    line.active_loop = {"name": "booking_form"}
    backend = FakeBackend()
    events = asyncio.run(ValidateBookingForm(backend).run(CollectingDispatcher(), line, {}))
    after = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    assert after["service"] == "meals"
    assert after["requested_slot"] == "confirmed"


def moving(text: str) -> Any:
    """What an answer to "move the meal to Friday?" makes of it."""
    said = yes_no(text, "confirm")
    heard = {"heard_yes_no": said} if said else {}
    given: dict[str, Any] = {"order": ["333333"], "date": "2026-03-13", "time": "noon", **heard}
    line = tracker(text, "reschedule_order", "confirmed", change="move", **given)
    return slots_after(FakeBackend(MEALS), line).get("confirmed")


@pytest.mark.parametrize(
    "text",
    [
        "不改了",
        "别改了",
        "先别改",
        "莫改",
        "免改啦",
        "毋免改矣",
        "毋好改",
        "唔好改喇照旧",
        "甭改咧",
    ],
)
def test_a_negated_move_leaves_the_order_where_it_stands(text: str) -> None:
    assert moving(text) is False


@pytest.mark.parametrize("text", ["对，不用改", "对对就这个不改了", "系，唔使改", "好，改吧"])
def test_who_finds_the_new_day_right_has_it_moved(text: str) -> None:
    assert moving(text) is True
