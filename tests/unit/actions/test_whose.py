"""Orders of several elders: all are told by name, one that is named counts alone."""

import asyncio
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.booking import ValidateBookingForm
from actions.draft import Draft, with_profile
from actions.orders import AskChangeConfirmed, OrderStatus
from actions.turn import Turn
from backend.client import Order
from tests.unit.actions.standing import tracker

pytestmark = pytest.mark.unit

ELDERS = [
    {"id": "e1", "name": "林秀英", "gender": "女", "bond": "女儿", "address": "和平路18号"},
    {"id": "e2", "name": "陈大福", "gender": "男", "bond": "女儿", "address": "中山路5号"},
]


class FakeBackend:
    """One order for each elder."""

    async def orders(self, *, elder_id: str, **_: Any) -> list[Order]:
        return [_order(elder_id)]

    async def order(self, number: str, **_: Any) -> Order:
        return _order(number)


def _order(elder_id: str) -> Order:
    day = {"e1": "2026-03-10", "e2": "2026-03-11"}[elder_id]
    return Order(elder_id, elder_id, elder_id, "meals", day, "confirmed", "noon")


def line(text: str, act: str, elder: int | None = None, **slots: Any) -> Tracker:
    said = tracker(text, act, **slots)
    facts = {"role": "family", "elder": None if elder is None else ELDERS[elder], "elders": ELDERS}
    said.latest_message["metadata"] |= facts
    return said


def said(action: Any, given: Tracker) -> list[tuple[str, str | None]]:
    dispatcher = CollectingDispatcher()
    asyncio.run(action.run(dispatcher, given, {}))
    return [(one["response"], one.get("elder")) for one in dispatcher.messages]


def test_the_orders_of_all_are_told_by_name():
    told = said(OrderStatus(FakeBackend()), line("订了些什么", "order_status", elder=0))
    assert [one for one in told if one[0] == "utter_order_line_of"] == [
        ("utter_order_line_of", "林秀英"),
        ("utter_order_line_of", "陈大福"),
    ]


def test_of_one_that_is_named_the_others_orders_are_not_told():
    told = said(OrderStatus(FakeBackend()), line("我爸订了些什么", "order_status", elder=1))
    assert next(one[0] for one in told) == "utter_order_line"
    assert "utter_orders_count" not in [one[0] for one in told]


def test_whose_order_is_cancelled_is_read_back():
    given = line("取消", "cancel_order", change="cancel", order=["e2"])
    assert said(AskChangeConfirmed(FakeBackend()), given)[0] == (
        "utter_read_back_cancel_of",
        "陈大福",
    )


def test_a_booking_begins_with_the_question_whom_it_is_for():
    given = line("订个送餐", "book")
    given.active_loop = {}
    assert said(ValidateBookingForm(FakeBackend()), given)[0][0] == "utter_ask_which_elder"


def test_a_draft_for_another_elder_takes_that_ones_address():
    begun = with_profile(Draft(service="meals"), Turn.of(line("订送餐", "book", elder=0)))
    assert (begun.person, begun.address) == ("林秀英", "和平路18号")
    other = with_profile(begun, Turn.of(line("给我爸订", "book", elder=1)))
    assert (other.person, other.address) == ("陈大福", "中山路5号")
