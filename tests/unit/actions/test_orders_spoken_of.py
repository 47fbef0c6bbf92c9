"""Orders that stand and are spoken of as made: not placed again, called off or moved as said."""

import asyncio
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.booking import ValidateBookingForm, answered
from actions.just_said import change_of_told
from actions.orders import ValidateChangeForm
from actions.phrases import calls_off, calls_off_one
from actions.placed import only_keeps
from bot.understanding.services import find_service, segments, turned_away
from bot.understanding.times import parse_when
from tests.unit.actions.standing import CLEANING, MEALS, NOW, FakeBackend, tracker
from tests.unit.actions.test_just_said import TOLD
from tests.unit.actions.test_placed import turn

pytestmark = pytest.mark.unit

BATHING = ("444444", "bathing", "2026-03-12", "15:00")
ESCORT = ("555555", "escort", "2026-03-13", "08:30")


def booked(text: str, *orders: tuple[str, str, str, str], **slots: Any) -> list[str]:
    """What a line leads to that the classifier takes for a booking: actions, and the change."""
    found, when = find_service(text), parse_when(text, NOW)
    heard: dict[str, Any] = {}
    if found:
        heard["heard_service"] = {"service": found.service, "score": found.score}
    if when:
        heard["heard_when"] = {**when.as_dict(), "reason": when.reason, "said": when.span}
    line = tracker(text, "book", **heard, **slots)
    form = ValidateBookingForm(FakeBackend(*orders))  # type: ignore[arg-type]
    events = asyncio.run(form.run(CollectingDispatcher(), line, {}))
    led = [event["name"] for event in events if event["event"] == "followup"]
    changes = [event.get("value") for event in events if event.get("name") == "change"]
    return [*led, *(change for change in changes if change)]


@pytest.mark.parametrize(
    "text",
    [
        "莫派男师傅来",
        "别来太早",
        "毋通来伤晏",
        "不用送到楼上",
        "免您行遮远",
        "不去县医院了去中医院",
        "莫喊来早哩",
        "剃头的别叫他来这么早",
    ],
)
def test_how_it_is_to_be_done_calls_nothing_off(text: str) -> None:
    assert not calls_off(text)


@pytest.mark.parametrize(
    "text",
    [
        "后日彼顿饭免恁送",
        "那个剃头的不用叫他来",
        "洗被子那单用不着了",
        "水管好了别叫师傅白跑",
        "洗身个你等莫喊来哩",
        "腿好了不去看咧",
        "彼个扫厝的毋通来",
    ],
)
def test_whoever_need_not_come_is_called_off(text: str) -> None:
    assert calls_off(text)


@pytest.mark.parametrize("text", ["不用了谢谢", "不要了", "冇喇唔使喇"])
def test_a_bare_no_after_what_was_told_calls_nothing_off(text: str) -> None:
    assert not calls_off_one(text)
    assert change_of_told(turn(text), TOLD) is None


@pytest.mark.parametrize("text", ["不去看咧", "那个不要了", "退了吧", "那单用不着了"])
def test_who_was_told_of_an_order_calls_that_one_off(text: str) -> None:
    assert change_of_told(turn(text), TOLD) == "cancel"


def test_a_yes_that_calls_it_off_is_no_yes() -> None:
    assert answered(turn("要得退嘛", yes_no="yes")) == "no"
    assert answered(turn("要得", yes_no="yes")) == "yes"


def test_an_order_asked_for_beside_the_one_that_stands_is_booked() -> None:
    assert booked("明天再来打扫一次", CLEANING) == []
    assert booked("叫个人明天来打扫", CLEANING) == []
    assert booked("三月十一号晚上送饭", MEALS) == []
    assert booked("从明天起每天九点打扫", CLEANING) == []


@pytest.mark.parametrize("text", ["明天九点打扫", "明天打扫的", "不是订了个打扫么"])
def test_an_order_that_stands_already_is_told(text: str) -> None:
    assert booked(text, CLEANING) == ["action_order_status"]


def test_an_hour_that_makes_it_the_order_that_stands_places_no_second_one() -> None:
    begun = {"service": "cleaning", "date": "2026-03-10"}
    assert booked("上午九点那个", CLEANING, asked="time", **begun) == ["action_order_status"]
    assert booked("下午三点", CLEANING, asked="time", **begun) == []


def test_who_says_at_the_read_back_that_none_is_wanted_means_the_order_that_stands() -> None:
    begun = {"service": "bathing", "date": "2026-03-12", "time": "15:00"}
    no = {"heard_yes_no": "no"}
    off = tracker("对不用来了", "deny", "confirmed", **begun, **no)
    form = ValidateBookingForm(FakeBackend(BATHING))  # type: ignore[arg-type]
    events = asyncio.run(form.run(CollectingDispatcher(), off, {}))
    assert [event["value"] for event in events if event.get("name") == "change"][-1] == "cancel"


def test_another_hour_for_the_one_that_stands_moves_it() -> None:
    assert booked("明天打扫那单下午三点才有人在", CLEANING) == ["change_form", "move"]
    assert booked("明天下午三点打扫", CLEANING) == []


def test_what_reminds_of_an_order_turns_no_service_away() -> None:
    assert turned_away("不是洗衣服是打扫嘛") == {"laundry"}
    assert turned_away("不是订打扫吗明天别来了") == set()


def cancelled(text: str, *orders: tuple[str, str, str, str], **slots: Any) -> list[str]:
    """The numbers of the orders that a line means which calls some off."""
    line = tracker(text, "cancel_order", change="cancel", **slots)
    form = ValidateChangeForm(FakeBackend(*orders))  # type: ignore[arg-type]
    events = asyncio.run(form.run(CollectingDispatcher(), line, {}))
    return next((e["value"] for e in events[::-1] if e.get("name") == "order"), None) or []


def test_one_of_two_is_called_off_where_the_other_stays() -> None:
    assert cancelled("打扫不要了洗澡照旧", CLEANING, BATHING) == ["111111"]
    assert segments("剪头毛免来洗身躯照来") == (
        ("haircut", "剪头毛免来"),
        ("bathing", "洗身躯照来"),
    )


def test_a_yes_that_names_what_was_read_is_no_other_order() -> None:
    asked = {"asked": "confirmed", "order": ["111111"], "heard_yes_no": "yes"}
    for text in ("系打扫唔使洗身照嚟", "对打扫不要洗澡要来", "对不要打扫不要动洗澡"):
        assert cancelled(text, CLEANING, BATHING, **asked) == ["111111"]


def test_two_of_three_are_called_off_together() -> None:
    orders = (CLEANING, MEALS, BATHING)
    assert cancelled("打扫佮送饭拢免来", *orders) == ["111111", "333333"]
    assert cancelled("打扫唔爱咯唔系唔系打扫爱留紧系送饭唔爱", *orders) == ["333333"]
    assert cancelled("送饭跟打扫这两样都退了洗澡的要来", *orders) == ["111111", "333333"]
    assert cancelled("两个都退", *orders, asked="confirmed", order=["111111", "333333"]) == [
        "111111",
        "333333",
    ]


def test_two_that_nobody_named_are_not_all_three() -> None:
    assert cancelled("两个都退", CLEANING, MEALS, BATHING) == []


def test_who_lets_a_move_be_and_names_its_day_keeps_it_there() -> None:
    when = {"date": "2026-03-12", "time": None, "ask": False, "reason": None, "said": "礼拜四"}
    line = tracker(
        "算了算了还是不改了就礼拜四",
        "reschedule_order",
        "confirmed",
        change="move",
        order=["444444"],
        date="2026-03-14",
        heard_when=when,
    )
    form = ValidateChangeForm(FakeBackend(BATHING))  # type: ignore[arg-type]
    events = asyncio.run(form.run(CollectingDispatcher(), line, {}))
    assert next(e["value"] for e in events if e.get("name") == "confirmed") is False


@pytest.mark.parametrize("text", ["本来想退了不过想想还是照来", "原本打算不要了后来想想照旧吧"])
def test_a_second_thought_keeps_the_order(text: str) -> None:
    assert only_keeps(turn(text))
    assert not only_keeps(turn("照旧来吧哎算了不要了"))


def test_a_move_that_is_called_off_at_its_read_back_is_read_back_as_that() -> None:
    line = tracker(
        "那天也不行还是退了吧",
        "cancel_order",
        "confirmed",
        change="move",
        order=["444444"],
        date="2026-03-14",
        heard_yes_no="no",
    )
    form = ValidateChangeForm(FakeBackend(BATHING))  # type: ignore[arg-type]
    events = asyncio.run(form.run(CollectingDispatcher(), line, {}))
    after = {event["name"]: event.get("value") for event in events if event["event"] == "slot"}
    assert (after["change"], after["requested_slot"]) == ("cancel", "confirmed")
