"""Lines that end a booking, need no agent, or only name what is ordered."""

import asyncio
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.booking import ValidateBookingForm
from actions.orders import Cancel
from actions.phrases import CALLED_OFF, settles_it_at_home
from bot.errands import takes_its_end
from tests.unit.actions.standing import FakeBackend, tracker

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("text", ["好", "行吧", "就这", "就这个谢谢", "做得", "就礼拜五谢谢"])
def test_a_mere_yes_ends_no_booking(text: str) -> None:
    assert not takes_its_end(text)


@pytest.mark.parametrize("text", ["做得就恁样多谢", "好就这样谢谢", "知道了谢谢啊", "就按呢多谢"])
def test_who_lets_it_be_and_thanks_ends_it(text: str) -> None:
    assert takes_its_end(text)


@pytest.mark.parametrize(
    "text", ["让你们领导自己跟我说", "我要跟真人打电话", "帮我找客服", "叫人来跟我说"]
)
def test_who_wants_one_of_ours_is_not_left_to_their_own(text: str) -> None:
    assert not settles_it_at_home(text)


@pytest.mark.parametrize(
    "text", ["我给我姑打电话让她自己跟你们说", "算了我问我妈，我跟她打个电话", "等佢自己打俾你哋"]
)
def test_who_will_ask_their_own_people_wants_no_agent(text: str) -> None:
    assert settles_it_at_home(text)


def test_only_what_is_not_wanted_at_all_is_called_off() -> None:
    assert not CALLED_OFF.search("唔爱恁早来")
    assert CALLED_OFF.search("剃头个唔爱哩")
    assert CALLED_OFF.search("洗身唔爱")


HAIRCUT = ("111111", "haircut", "2026-03-11", "10:00")


def led_to(action: Action, line: Tracker) -> list[str]:
    """The actions and forms that a line leads to."""
    events = asyncio.run(action.run(CollectingDispatcher(), line, {}))
    return [event["name"] for event in events if event["event"] == "followup"]


def change(text: str, confidence: float) -> str | None:
    """What becomes of an order by a line that the classifier takes for calling it off."""
    line = tracker(text, "cancel_order")
    line.latest_message["intent"]["confidence"] = confidence
    events = asyncio.run(Cancel(FakeBackend(HAIRCUT)).run(CollectingDispatcher(), line, {}))
    return next(event["value"] for event in events[::-1] if event.get("name") == "change")


@pytest.mark.parametrize(
    ("text", "confidence"), [("礼拜三剃头的不要了，有事", 0.5), ("礼拜三剃头剃不成了", 0.9)]
)
def test_what_is_surely_called_off_is_not_moved(text: str, confidence: float) -> None:
    assert change(text, confidence) == "cancel"


def test_whom_the_day_does_not_suit_is_asked_for_another() -> None:
    assert change("礼拜三剃头剃不成了家里来客", 0.5) == "move"


def names_haircut(text: str, service: str = "haircut", **slots: Any) -> list[str]:
    named = {"service": service, "score": 1.0}
    line = tracker(text, "book", heard_service=named, **slots)
    line.latest_message["metadata"]["ask"] = "other"
    return led_to(ValidateBookingForm(FakeBackend(HAIRCUT)), line)


@pytest.mark.parametrize("text", ["再订个剃头", "剃头", "另外那个剃头再来一次"])
def test_who_orders_again_is_not_told_of_the_order_that_stands(text: str) -> None:
    assert "action_order_status" not in names_haircut(text)


def test_an_order_that_is_only_named_is_told() -> None:
    assert names_haircut("剃头彼张") == ["action_order_status"]
    assert names_haircut("洗衫彼张", "laundry") == []


def test_how_somebody_lives_goes_on_from_an_answer_on_policy() -> None:
    told = "洗身着人帮，食饭自家会食"
    assert names_haircut(told, "bathing", policy_topic="meals") == ["action_ask_policy"]
    assert names_haircut(told, "bathing") == []
