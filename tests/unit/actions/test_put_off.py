"""Bookings that are left for another time, and orders that only seem to be booked."""

import asyncio
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.booking import ValidateBookingForm
from actions.draft import Draft, heard
from actions.handoff import PassOn
from actions.phrases import puts_it_off
from tests.unit.actions.standing import CLEANING, FakeBackend, day, tracker
from tests.unit.actions.test_bare_answers import followed
from tests.unit.actions.test_draft import turn

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "off"),
    [
        ("说不定明天下雨", False),
        ("毋通订错", False),
        ("别定时间太早", False),
        ("我想好了礼拜五", False),
        ("不定", False),
        ("你慢点说，我听着呢", False),
        ("先别定，我还没想好呢", True),
        ("毋通先订，我想好才敲予你", True),
        ("你莫忙定，我等哈再打过来", True),
        ("是送快递的，回头再说", True),
    ],
)
def test_only_who_settles_nothing_puts_it_off(text: str, off: bool) -> None:
    assert puts_it_off(text) == off


def booked(
    text: str, act: str, asked: str | None = None, **values: object
) -> tuple[list[str], list[dict[str, Any]]]:
    dispatcher = CollectingDispatcher()
    line = tracker(text, act, asked, **values)
    line.active_loop = {"name": "booking_form"} if asked else {}
    form = ValidateBookingForm(FakeBackend(CLEANING))  # type: ignore[arg-type]
    events = asyncio.run(form.run(dispatcher, line, {}))
    return [message["response"] for message in dispatcher.messages], events


def test_a_booking_that_is_put_off_is_dropped_and_nobody_is_sent_for() -> None:
    said, _ = booked("我有事，想好了再打给你", "give_time", "date", service="cleaning")
    assert said == ["utter_booking_dropped", "utter_order_done"]


def test_a_line_that_only_names_what_stands_on_its_day_books_nothing() -> None:
    found = {"service": "cleaning", "score": 1.0, "span": [4, 6]}
    _, events = booked("明天那个打扫", "book", heard_service=found, heard_when=day("2026-03-10"))
    assert followed(events) == ["action_order_status"]


def test_on_another_day_it_is_a_booking() -> None:
    found = {"service": "cleaning", "score": 1.0, "span": [4, 6]}
    _, events = booked("周五那个打扫", "book", heard_service=found, heard_when=day("2026-03-13"))
    assert followed(events) == []


def test_the_day_alone_tells_which_order_is_refused() -> None:
    _, events = booked("明日那个唔爱来哩", "book", heard_when=day("2026-03-10"))
    assert followed(events) == ["change_form"]


def test_a_yes_that_says_the_hour_again_leaves_the_day_as_it_was_read() -> None:
    draft = Draft(service="cleaning", date="2025-12-20", time="09:00")
    when = {"date": None, "time": "09:00", "ask": True, "reason": "unclear", "said": "九点"}
    said = heard(draft, turn("系前一日朝晨九点", "affirm", "confirm", when=when, yes_no="yes"))
    assert (said.draft, said.problem) == (draft, None)
    when = {**when, "time": "15:00", "ask": False, "reason": None}
    other = heard(draft, turn("系，下昼三点", "affirm", "confirm", when=when, yes_no="yes"))
    assert other.draft.time == "15:00"


@pytest.mark.parametrize(
    ("text", "form"),
    [("我说啊，来人把我的被子收去洗", True), ("我说啊，来人收被子怎么又迟到", False)],
)
def test_a_loud_order_is_no_complaint(text: str, form: bool) -> None:
    line = tracker(text, "complain", heard_when=day("2026-03-13"))
    passed = PassOn("action_complain", "utter_complaint_heard", "complaint", FakeBackend())  # type: ignore[arg-type]
    events = asyncio.run(passed.run(CollectingDispatcher(), line, {}))
    assert (followed(events) == ["booking_form"]) == form


@pytest.mark.parametrize(
    ("text", "goes_to"),
    [
        ("就是上门帮洗澡那种一个月最低多少", ["action_ask_policy"]),
        ("那给我派个人来洗澡，一次多少钱", []),
        ("洗澡", []),
    ],
)
def test_who_asks_how_much_after_an_answer_books_nothing(text: str, goes_to: list[str]) -> None:
    found = {"service": "bathing", "score": 1.0, "span": [0, 2]}
    line = tracker(text, "book", policy_topic={"question": "定额多少"}, heard_service=found)
    line.latest_message["metadata"]["ask"] = "other"
    form = ValidateBookingForm(FakeBackend())  # type: ignore[arg-type]
    events = asyncio.run(form.run(CollectingDispatcher(), line, {}))
    assert followed(events) == goes_to


@pytest.mark.parametrize(("iso", "keeps"), [("2026-03-10", True), ("2026-03-13", False)])
def test_what_stays_on_its_day_is_not_booked_again(iso: str, keeps: bool) -> None:
    found = {"service": "cleaning", "score": 1.0, "span": [0, 2]}
    line = tracker("打扫那天照来", "book", heard_service=found, heard_when=day(iso))
    line.latest_message["metadata"]["ask"] = "other"
    dispatcher = CollectingDispatcher()
    form = ValidateBookingForm(FakeBackend(CLEANING))  # type: ignore[arg-type]
    asyncio.run(form.run(dispatcher, line, {}))
    said = [message["response"] for message in dispatcher.messages]
    assert said == (["utter_nothing_to_confirm", "utter_anything_else"] if keeps else [])
