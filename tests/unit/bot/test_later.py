"""What else was wanted in a line, and what only looks so."""

from typing import Any

import pytest

from bot.components.later import not_served

pytestmark = pytest.mark.unit


def parsed(
    served: str, *wishes: tuple[str, str], parts: tuple[tuple[str, str], ...] = ()
) -> dict[str, Any]:
    value = [{"service": service, "text": text} for service, text in parts]
    return {
        "intent": {"name": served},
        "acts": [{"act": act, "confidence": 0.95, "text": text} for act, text in wishes],
        "entities": [{"entity": "parts", "value": value}] if parts else [],
    }


def test_a_second_wish_is_kept() -> None:
    line = parsed(
        "cancel_order", ("cancel_order", "后天的不要了"), ("ask_policy", "再问下高龄补贴")
    )
    assert not_served(line) == ["再问下高龄补贴"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("book", "明天来洗衣服"), ("reschedule_order", "明天不成后天吧")),
        (("book", "来个人打扫"), ("cancel_order", "哎呀先不要")),
        (("order_status", "我的饭订了没"), ("book", "饭几点送来")),
        (("cancel_order", "有一单不要了"), ("book", "修灯那张")),
        (("book", "我要订饭"), ("help_menu", "你们还管什么")),
    ],
)
def test_what_only_belongs_to_the_first_wish_is_none(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    assert not_served(parsed(first[0], first, second)) == []


def test_another_order_that_is_called_off_is_one() -> None:
    line = parsed("book", ("book", "后天来修灯"), ("cancel_order", "打扫不要了"))
    assert not_served(line) == ["打扫不要了"]


TWO = (("haircut", "后天剃头"), ("laundry", "礼拜一洗衣服"))


def test_the_second_booking_of_a_line_is_kept() -> None:
    line = parsed("book", ("book", "后天剃头"), parts=TWO)
    assert not_served(line, "haircut") == ["礼拜一洗衣服"]
    assert not_served(line) == ["礼拜一洗衣服"]


def test_an_answer_about_two_bookings_tells_of_the_other_one_too() -> None:
    assert not_served(parsed("give_time", parts=TWO), "laundry") == ["后天剃头"]
    assert not_served(parsed("give_time", parts=TWO)) == []


@pytest.mark.parametrize("act", ["cancel_order", "reschedule_order", "order_status"])
def test_orders_that_stand_are_not_booked_anew(act: str) -> None:
    assert not_served(parsed(act, (act, "剃头不要了洗衣服照旧"), parts=TWO)) == []


def test_an_answer_about_the_order_to_change_books_nothing() -> None:
    assert not_served(parsed("book", ("book", "修灯那张"), parts=TWO), changing=True) == []
    both = parsed("cancel_order", ("cancel_order", "打扫不要了"), ("book", "再给我订个午饭"))
    assert not_served(both, changing=True) == ["再给我订个午饭"]
