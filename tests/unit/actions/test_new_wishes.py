"""Wishes for a new order: what drops, corrects and confirms one, and what is none."""

import asyncio
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.booking import ValidateBookingForm
from actions.orders import ValidateChangeForm
from tests.unit.actions.standing import (
    CLEANING,
    MEALS,
    FakeBackend,
    day,
    tracker,
)

pytestmark = pytest.mark.unit


DRAFT = {"service": "cleaning", "date": "2026-03-10", "time": "09:00"}


def booked_after(line: Tracker) -> tuple[dict[str, Any], list[str]]:
    dispatcher = CollectingDispatcher()
    line.active_loop = {"name": "booking_form"}
    events = asyncio.run(ValidateBookingForm(FakeBackend()).run(dispatcher, line, {}))
    said = [message["response"] for message in dispatcher.messages]
    return {e["name"]: e["value"] for e in events if e["event"] == "slot"}, said


def followed(line: Tracker) -> list[str]:
    events = asyncio.run(ValidateBookingForm(FakeBackend()).run(CollectingDispatcher(), line, {}))
    return [event["name"] for event in events if event["event"] == "followup"]


def test_words_of_a_change_to_an_order_that_stands_are_no_new_booking() -> None:
    line = tracker("打扫的往后推两天", "book", heard_service={"service": "cleaning", "score": 1.0})
    events = asyncio.run(ValidateBookingForm(FakeBackend(CLEANING)).run(None, line, {}))
    assert [event["name"] for event in events if event["event"] == "followup"] == ["change_form"]


def test_a_read_back_that_was_never_heard_is_not_confirmed_by_repeating() -> None:
    line = tracker(
        "明天打扫",
        "book",
        "confirmed",
        service="cleaning",
        date="2026-03-10",
        time="09:00",
        heard_service={"service": "cleaning", "score": 1.0},
    )
    line.latest_message["metadata"]["ask"] = None
    events = asyncio.run(ValidateBookingForm(FakeBackend()).run(None, line, {}))
    after = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    assert (after["requested_slot"], after["confirmed"]) == ("confirmed", None)


def test_a_correction_of_the_read_back_goes_before_what_the_line_seems_to_be() -> None:
    line = tracker(
        "改七点",
        "medication_reminder",
        "confirmed",
        service="companionship",
        date="2026-03-10",
        time="06:00",
        heard_when={**day("2026-03-10"), "time": "07:00"},
    )
    events = asyncio.run(ValidateBookingForm(FakeBackend()).run(None, line, {}))
    after = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    assert (after["time"], after["requested_slot"]) == ("07:00", "confirmed")


def test_a_plain_wish_taken_for_a_move_is_booked_where_nothing_like_it_stands() -> None:
    line = tracker(
        "我们家打扫打扫礼拜三来",
        "reschedule_order",
        change="move",
        heard_service={"service": "cleaning"},
    )
    events = asyncio.run(ValidateChangeForm(FakeBackend(MEALS)).run(None, line, {}))
    assert [event["name"] for event in events if event["event"] == "followup"] == ["booking_form"]


def test_a_grumble_that_sounds_like_a_no_drops_nothing() -> None:
    after, said = booked_after(tracker("你们这记性真差", "deny", "date", service="cleaning"))
    assert (after["service"], after["requested_slot"], said) == ("cleaning", "date", [])


@pytest.mark.parametrize("text", ["不消了邻居送饭来了", "算嘞算嘞俺闺女来"])
def test_calling_it_off_is_no_complaint(text: str) -> None:
    after, said = booked_after(tracker(text, "complain", "date", heard_yes_no="no", **DRAFT))
    assert after["service"] is None
    assert said == ["utter_booking_dropped", "utter_order_done"]


def test_giving_up_at_the_read_back_is_not_asked_what_to_change() -> None:
    _, said = booked_after(
        tracker("对，不送了", "affirm", "confirmed", heard_yes_no="yes", **DRAFT)
    )
    assert said == ["utter_booking_dropped", "utter_order_done"]


def test_the_hour_is_asked_for_again_where_only_the_day_was_corrected() -> None:
    line = tracker("我礼拜四下棋", "give_time", "time", **{**DRAFT, "time": "afternoon"})
    after, _ = booked_after(line)
    assert (after["requested_slot"], after["retry"]) == ("time", 1.0)


@pytest.mark.parametrize(
    ("text", "confidence", "to"),
    [
        ("人家做饭都不要钱，俺身子硬朗，你看俺能够上不", 0.6, ["action_check_eligibility"]),
        ("我就寻思那个一键通给啥人装", 0.5, ["action_check_eligibility"]),
        ("人家做饭都不要钱，俺身子硬朗，你看俺能够上不", 0.9, []),
        ("俺要做饭的", 0.5, []),
    ],
)
def test_who_may_have_a_service_is_asked_and_books_nothing(
    text: str, confidence: float, to: list[str]
) -> None:
    line = tracker(text, "book", heard_service={"service": "meals"})
    line.latest_message["intent"]["confidence"] = confidence
    assert followed(line) == to


def test_who_says_again_what_they_want_is_not_given_up_on() -> None:
    again = tracker(
        "就是打扫卫生", "book", "date", service="cleaning", heard_service={"service": "cleaning"}
    )
    again.slots["retry"] = 1.0
    after, _ = booked_after(again)
    assert (after["requested_slot"], after["retry"]) == ("date", 1.0)
