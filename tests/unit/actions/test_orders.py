"""Calling off orders that stand: which ones a line means, and what counts as a yes."""

import asyncio

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.orders import ChangeOrder
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


def test_an_order_that_is_not_clear_is_asked_for() -> None:
    after = slots_after(
        FakeBackend(CLEANING, MEALS), tracker("有一单不要了", "cancel_order", change="cancel")
    )
    assert (after["requested_slot"], after["order"]) == ("order", [])


@pytest.mark.parametrize("text", ["全部退了", "两样都退", "都不要了", "拢总毋免"])
def test_all_orders_can_be_cancelled_at_once(text: str) -> None:
    after = slots_after(
        FakeBackend(CLEANING, MEALS), tracker(text, "cancel_order", change="cancel")
    )
    assert after["order"] == ["111111", "333333"]


def test_all_of_one_service_leaves_the_others() -> None:
    line = tracker(
        "打扫的都不要了", "cancel_order", change="cancel", heard_service={"service": "cleaning"}
    )
    after = slots_after(FakeBackend(CLEANING, SECOND_CLEANING, MEALS), line)
    assert after["order"] == ["111111", "222222"]


@pytest.mark.parametrize(("text", "number"), [("后一次的", "222222"), ("头一趟的", "111111")])
def test_the_place_in_the_row_names_an_order(text: str, number: str) -> None:
    line = tracker(text, "book", "order", change="cancel", heard_service={"service": "cleaning"})
    after = slots_after(FakeBackend(CLEANING, SECOND_CLEANING), line)
    assert after["order"] == [number]


@pytest.mark.parametrize("text", ["对，不要了", "不用来了", "取消", "剃头的不要咧饭照送"])
def test_not_wanting_it_is_a_yes_to_cancelling(text: str) -> None:
    line = tracker(text, "deny", "confirmed", change="cancel", order=["111111"], heard_yes_no="no")
    assert slots_after(FakeBackend(CLEANING), line)["confirmed"] is True


@pytest.mark.parametrize("text", ["不取消", "没说要退", "别退，留着"])
def test_wanting_to_keep_it_is_a_no_to_cancelling(text: str) -> None:
    line = tracker(
        text, "cancel_order", "confirmed", change="cancel", order=["111111"], heard_yes_no="no"
    )
    assert slots_after(FakeBackend(CLEANING), line)["confirmed"] is False


def test_one_that_cannot_be_cancelled_is_named_and_the_earlier_ones_stay_cancelled() -> None:
    backend = FakeBackend(CLEANING, MEALS, stuck="333333")
    line = tracker(
        "对", "affirm", None, change="cancel", confirmed=True, order=["111111", "333333"]
    )
    dispatcher = CollectingDispatcher()
    asyncio.run(ChangeOrder(backend).run(dispatcher, line, {}))
    said = [message["response"] for message in dispatcher.messages]
    assert backend.cancelled == ["111111"]
    assert said == ["utter_order_cancelled", "utter_order_refused"]


@pytest.mark.parametrize("asked", [None, "confirmed"])
def test_the_order_that_is_turned_away_goes_and_the_wanted_one_stays(asked: str | None) -> None:
    line = tracker(
        "送饭不要了打扫照来",
        "cancel_order",
        asked,
        change="cancel",
        order=["111111"] if asked else None,
        heard_service={"service": "cleaning"},
        heard_yes_no="yes",
    )
    after = slots_after(FakeBackend(CLEANING, MEALS), line)
    assert (after["order"], after["confirmed"]) == (["333333"], None)


def test_the_day_before_the_refusal_is_the_one_that_goes() -> None:
    line = tracker("十七号那次不要了十号的照来", "cancel_order", change="cancel")
    after = slots_after(FakeBackend(CLEANING, SECOND_CLEANING), line)
    assert after["order"] == ["222222"]


@pytest.mark.parametrize(
    ("text", "confirmed"),
    [("对，取消打扫，送饭照旧", True), ("打扫照旧", False), ("对，送饭照旧", True)],
)
def test_keeping_another_order_is_no_no_to_cancelling(text: str, confirmed: bool) -> None:
    said = "yes" if text.startswith("对") else None
    line = tracker(
        text, "affirm", "confirmed", change="cancel", order=["111111"], heard_yes_no=said
    )
    assert slots_after(FakeBackend(CLEANING, MEALS), line)["confirmed"] is confirmed


@pytest.mark.parametrize(("act", "heard"), [("deny", "no"), ("cancel_order", None)])
def test_keeping_another_order_does_not_cancel_the_one_that_was_asked_about(
    act: str, heard: str | None
) -> None:
    line = tracker(
        "送饭别退了", act, "confirmed", change="cancel", order=["111111"], heard_yes_no=heard
    )
    assert slots_after(FakeBackend(CLEANING, MEALS), line).get("confirmed") is not True


def test_what_was_never_ordered_is_not_cancelled_in_place_of_another() -> None:
    line = tracker("理发的不要了", "cancel_order", change="cancel")
    after = slots_after(FakeBackend(CLEANING), line)
    assert (after["requested_slot"], after["order"]) == (None, None)


def test_one_of_several_to_cancel_can_be_kept() -> None:
    line = tracker(
        "送饭那单别退",
        "deny",
        "confirmed",
        change="cancel",
        order=["111111", "333333"],
        heard_yes_no="no",
    )
    after = slots_after(FakeBackend(CLEANING, MEALS), line)
    assert (after["order"], after["requested_slot"]) == (["111111"], "confirmed")


@pytest.mark.parametrize(
    "text",
    ["打扫同送饭，打扫莫来啦，送饭猶原", "送饭照旧，打扫撤了", "打扫取消送饭照送"],
)
def test_of_two_orders_the_one_that_stays_is_not_the_one_that_goes(text: str) -> None:
    line = tracker(text, "cancel_order", change="cancel", heard_service={"service": "meals"})
    assert slots_after(FakeBackend(CLEANING, MEALS), line)["order"] == ["111111"]


def test_an_answer_that_names_the_other_order_goes_over_to_it() -> None:
    line = tracker(
        "着，送饭取消打扫照旧", "cancel_order", "confirmed", change="cancel", order=["111111"]
    )
    after = slots_after(FakeBackend(CLEANING, MEALS), line)
    assert (after["order"], after["requested_slot"]) == (["333333"], "confirmed")


@pytest.mark.parametrize(
    "text", ["算了算了别退了还是来吧", "哎算啦莫取消了", "那算了唔好取消住", "算咧还是让人家来吧"]
)
def test_to_let_the_cancelling_be_keeps_the_order(text: str) -> None:
    line = tracker(
        text, "cancel_order", "confirmed", change="cancel", order=["111111"], heard_yes_no="no"
    )
    assert slots_after(FakeBackend(CLEANING), line)["confirmed"] is False


@pytest.mark.parametrize(
    "text",
    [
        "打扫那单不用来了，送饭千万唔好取消",
        "打扫的退了吧饭莫退哈",
        "彼个打扫的取消，饭毋通取消",
    ],
)
def test_what_must_not_be_cancelled_stays(text: str) -> None:
    line = tracker(text, "cancel_order", change="cancel")
    assert slots_after(FakeBackend(CLEANING, MEALS), line)["order"] == ["111111"]


@pytest.mark.parametrize(
    "text",
    [
        "十号那次打扫退了吧十七号的照旧",
        "十七号的照旧哈，十号那次取消",
        "这个礼拜二退了哇下礼拜二照常",
    ],
)
def test_the_day_of_what_stays_is_not_the_one_that_goes(text: str) -> None:
    line = tracker(text, "cancel_order", change="cancel", heard_when=day("2026-03-17"))
    after = slots_after(FakeBackend(CLEANING, SECOND_CLEANING), line)
    assert after["order"] == ["111111"]


def test_all_are_called_off_whatever_the_reason_names() -> None:
    line = tracker(
        "都退了吧，我要去养老院住一阵",
        "cancel_order",
        change="cancel",
        heard_service={"service": "respite"},
    )
    after = slots_after(FakeBackend(CLEANING, MEALS), line)
    assert after["order"] == ["111111", "333333"]


@pytest.mark.parametrize(
    "text",
    ["打扫那个不用来咧媳妇拾掇了送翻的照来", "打扫那个不用上门了那个翻照旧"],
)
def test_what_is_kept_behind_a_refusal_is_another_order_though_it_is_misheard(text: str) -> None:
    line = tracker(text, "cancel_order", "order", change="cancel")
    after = slots_after(FakeBackend(CLEANING, MEALS), line)
    assert after["order"] == ["111111"]
