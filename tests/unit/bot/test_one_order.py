"""One order that is spoken of twice in a line is changed once."""

from typing import Any

import pytest

from bot.components.later import not_served

pytestmark = pytest.mark.unit


def line(text: str, served: str, *wishes: tuple[str, str]) -> dict[str, Any]:
    return {
        "text": text,
        "intent": {"name": served, "confidence": 0.95},
        "acts": [{"act": act, "confidence": 0.95, "text": words} for act, words in wishes],
        "entities": [],
    }


def test_what_is_called_off_beside_a_move_of_another_service_is_served_after_it() -> None:
    said = line(
        "打扫的挪到礼拜五，送饭的取消",
        "reschedule_order",
        ("reschedule_order", "打扫的挪到礼拜五"),
        ("cancel_order", "送饭的取消"),
    )
    assert not_served(said, changing="move") == ["送饭的取消"]


def test_of_two_orders_told_apart_by_their_days_both_are_changed() -> None:
    said = line(
        "明天的饭取消，后天的挪到礼拜天",
        "reschedule_order",
        ("reschedule_order", "后天的挪到礼拜天"),
        ("cancel_order", "明天的饭取消"),
    )
    assert not_served(said, changing="move") == ["明天的饭取消"]


def test_while_an_order_is_called_off_a_move_is_another_wish() -> None:
    said = line(
        "剃头的取消，再帮我挪一下", "cancel_order", ("reschedule_order", "再帮我挪一下日子改期")
    )
    said["acts"].append({"act": "cancel_order", "confidence": 0.9, "text": "剃头的取消"})
    assert not_served(said, changing="cancel") == ["再帮我挪一下日子改期"]


@pytest.mark.parametrize("served", ["reschedule_order", "cancel_order"])
def test_one_order_that_is_moved_is_not_changed_again(served: str) -> None:
    said = line(
        "剃头那个别来了，挪一天吧",
        served,
        ("cancel_order", "剃头那个别来了"),
        ("reschedule_order", "挪一天吧"),
    )
    assert not_served(said, changing="move") == []


def test_a_service_said_in_words_of_ones_own_is_added_to_the_booking() -> None:
    said = line("仲有礼拜日叫人嚟拖下间屋", "book", ("book", "仲有礼拜日叫人嚟拖下间屋"))
    said["entities"] = [{"entity": "service", "value": {"service": "cleaning", "score": 0.9}}]
    assert not_served(said, "bathing") == ["仲有礼拜日叫人嚟拖下间屋"]
    said["intent"]["confidence"] = 0.3
    assert not_served(said, "bathing") == []
