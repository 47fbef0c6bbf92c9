"""Moving orders that stand: which one, and to what day and hour."""

import asyncio

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.orders import ValidateChangeForm
from tests.unit.actions.standing import (
    CLEANING,
    MEALS,
    SECOND_CLEANING,
    FakeBackend,
    day,
    slots_after,
    tracker,
)

pytestmark = pytest.mark.unit


def test_who_corrects_the_new_day_twice_has_not_given_up() -> None:
    line = tracker(
        "礼拜四下午三点",
        "give_time",
        "confirmed",
        change="move",
        order=["111111"],
        date="2026-03-11",
        heard_when={"date": "2026-03-12", "time": "15:00", "ask": False},
    )
    line.active_loop = {"name": "change_form"}
    line.slots["retry"] = 1.0
    backend = FakeBackend(CLEANING)
    events = asyncio.run(ValidateChangeForm(backend).run(CollectingDispatcher(), line, {}))
    slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    assert (slots["requested_slot"], slots["retry"], slots["time"]) == ("confirmed", 0.0, "15:00")


def test_a_move_finds_the_order_by_its_old_day() -> None:
    line = tracker(
        "十七号的改到十八号",
        "reschedule_order",
        change="move",
        heard_when=day("2026-03-18"),
        heard_service={"service": "cleaning"},
    )
    after = slots_after(FakeBackend(CLEANING, SECOND_CLEANING), line)
    assert (after["order"], after["date"]) == (["222222"], "2026-03-18")


def test_the_day_in_a_yes_to_cancelling_moves_nothing() -> None:
    line = tracker(
        "对只退十号的",
        "affirm",
        "confirmed",
        change="cancel",
        order=["111111"],
        heard_yes_no="yes",
        heard_when=day("2026-03-10"),
    )
    after = slots_after(FakeBackend(CLEANING, MEALS), line)
    assert (after["confirmed"], after["order"]) == (True, ["111111"])


def test_a_move_takes_the_day_behind_the_verb_where_others_are_named() -> None:
    doubtful = {**day("2026-03-11"), "ask": True, "reason": "two-days"}
    line = tracker(
        "后天那个打扫改到礼拜五，后天我要去喝喜酒",
        "reschedule_order",
        change="move",
        heard_when=doubtful,
        heard_service={"service": "cleaning"},
    )
    assert slots_after(FakeBackend(CLEANING, MEALS), line)["date"] == "2026-03-13"


def test_a_further_wish_does_not_move_the_order_to_cancel() -> None:
    line = tracker(
        "再一个礼拜五要个车",
        "book",
        "confirmed",
        change="cancel",
        order=["111111"],
        heard_when=day("2026-03-13"),
        heard_service={"service": "transport"},
    )
    after = slots_after(FakeBackend(CLEANING), line)
    assert (after["change"], after["order"]) == ("cancel", ["111111"])


@pytest.mark.parametrize(
    ("text", "heard", "moved"),
    [
        ("改去礼拜二，我仔礼拜六先走", "2026-03-14", "2026-03-10"),
        ("改到礼拜四不行礼拜五吧", "2026-03-13", "2026-03-13"),
    ],
)
def test_the_day_right_behind_the_word_for_a_move_is_the_new_one(
    text: str, heard: str, moved: str
) -> None:
    line = tracker(
        text, "reschedule_order", "date", change="move", order=["222222"], heard_when=day(heard)
    )
    assert slots_after(FakeBackend(SECOND_CLEANING), line)["date"] == moved


def test_a_move_to_where_the_order_stands_asks_for_the_new_day() -> None:
    line = tracker(
        "十号那个打扫要改", "reschedule_order", change="move", heard_when=day("2026-03-10")
    )
    after = slots_after(FakeBackend(CLEANING), line)
    assert (after["requested_slot"], after["date"]) == ("date", None)


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("打扫那单早一天来行不", ("2026-03-09", "09:00")),
        ("彼个摒扫的往后推两天", ("2026-03-12", "09:00")),
        ("打扫嗰单迟半个钟头先嚟", ("2026-03-10", "09:30")),
        ("搞卫生的推后一个礼拜嘛", ("2026-03-17", "09:00")),
    ],
)
def test_an_order_is_moved_by_a_step(text: str, to: tuple[str, str]) -> None:
    cleaning = {"service": "cleaning"}
    line = tracker(text, "reschedule_order", change="move", heard_service=cleaning)
    after = slots_after(FakeBackend(CLEANING, MEALS), line)
    assert (after["date"], after["time"], after["requested_slot"]) == (*to, "confirmed")


def test_of_a_line_that_also_books_only_the_move_moves() -> None:
    parts = [
        {"service": "cleaning", "text": "打扫挪到十二号", "when": day("2026-03-12")},
        {"service": "shopping", "text": "还有明天买菜", "when": day("2026-03-03")},
    ]
    line = tracker(
        "打扫挪到十二号还有明天买菜",
        "reschedule_order",
        change="move",
        heard_parts=parts,
        heard_when=day("2026-03-03"),
    )
    after = slots_after(FakeBackend(CLEANING, MEALS), line)
    assert (after["order"], after["date"]) == (["111111"], "2026-03-12")


def test_the_same_day_again_leaves_the_hour_to_be_asked() -> None:
    line = tracker(
        "日子不改还是十号",
        "give_time",
        "date",
        change="move",
        order=["111111"],
        heard_when=day("2026-03-10"),
    )
    after = slots_after(FakeBackend(CLEANING), line)
    assert (after["requested_slot"], after["date"]) == ("time", "2026-03-10")


@pytest.mark.parametrize(
    "text", ["打扫那个挪到下午三点", "摒扫的改到下晡四点半", "打扫改到三点二十"]
)
def test_the_hour_behind_the_word_for_a_move_is_no_day(text: str) -> None:
    line = tracker(
        text,
        "reschedule_order",
        change="move",
        heard_service={"service": "cleaning"},
        heard_when={**day("2026-03-10"), "date": None, "time": "15:00"},
    )
    after = slots_after(FakeBackend(CLEANING), line)
    assert (after["date"], after["time"]) == (None, "15:00")


def test_an_order_keeps_its_hour_where_a_part_of_the_day_only_repeats_it() -> None:
    line = tracker(
        "打扫可以早一天来不",
        "reschedule_order",
        change="move",
        heard_when={**day("2026-03-10"), "date": None, "time": "morning"},
    )
    after = slots_after(FakeBackend(CLEANING), line)
    assert (after["date"], after["time"]) == ("2026-03-09", "09:00")


def test_how_punctual_somebody_shall_be_moves_no_order() -> None:
    line = tracker(
        "后天上午来修灯，晚一刻钟我就走了",
        "reschedule_order",
        change="move",
        heard_service={"service": "repair"},
        heard_when=day("2026-03-11"),
    )
    events = asyncio.run(ValidateChangeForm(FakeBackend(MEALS)).run(None, line, {}))
    assert [event["name"] for event in events if event["event"] == "followup"] == ["booking_form"]


@pytest.mark.parametrize(
    "text", ["陪诊能不能换个医院，我想去中医院", "打扫的地址改一下", "门牌错了"]
)
def test_another_place_for_an_order_is_a_persons_and_is_never_met_with_silence(text: str) -> None:
    backend = FakeBackend(CLEANING)
    said = CollectingDispatcher()
    line = tracker(text, "reschedule_order", change="move")
    events = asyncio.run(ValidateChangeForm(backend).run(said, line, {}))
    after = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    assert after["requested_slot"] is None
    assert [one["response"] for one in said.messages][-1] == "utter_anything_else"
    assert backend.tickets == ["change_order"]


def test_a_day_tells_which_order_is_called_off_and_moves_none() -> None:
    line = tracker(
        "十一号那个", "give_time", "order", change="cancel", heard_when=day("2026-03-11")
    )
    after = slots_after(FakeBackend(CLEANING, MEALS), line)
    assert (after["change"], after["order"]) == ("cancel", ["333333"])


def test_what_was_taken_for_a_move_is_called_off_once_that_is_said() -> None:
    line = tracker("头一张退了", "cancel_order", "order", change="move")
    after = slots_after(FakeBackend(CLEANING, SECOND_CLEANING), line)
    assert (after["change"], after["order"]) == ("cancel", ["111111"])
