"""A booking is not undone, nor one made, by what the same breath only tells."""

from typing import Any

import pytest

from bot.components.later import not_served

pytestmark = pytest.mark.unit


def parsed(text: str, served: str, *wishes: tuple[str, str]) -> dict[str, Any]:
    return {
        "text": text,
        "intent": {"name": served},
        "acts": [{"act": act, "confidence": 0.95, "text": words} for act, words in wishes],
        "entities": [],
    }


@pytest.mark.parametrize(
    ("text", "cancels"),
    [
        ("我开车的退休了明天喊个车接送要的不", "开车的退休了"),
        ("明天喊个车接送要的不", "车接送要的不"),
        ("给我约后天打扫成不", "打扫成不"),
    ],
)
def test_a_booking_is_not_called_off_in_its_own_breath(text: str, cancels: str) -> None:
    service = "transport" if "接送" in text else "cleaning"
    line = parsed(text, "book", ("book", text), ("cancel_order", cancels))
    assert not_served(line, service) == []


def test_an_order_that_stands_is_called_off_beside_a_booking() -> None:
    text = "明天的打扫取消掉给我约礼拜五打扫"
    line = parsed(text, "book", ("cancel_order", "明天的打扫取消掉"), ("book", "给我约礼拜五打扫"))
    assert not_served(line, "cleaning") == ["明天的打扫取消掉"]
    text = "天光日个饭唔使送另外喊个人同涯买米"
    line = parsed(text, "book", ("cancel_order", "天光日个饭唔使送"), ("book", "喊个人同涯买米"))
    assert not_served(line, "shopping") == ["饭唔使送"]
    early = "明天的饭莫送太早另外喊个人同涯买米"
    assert not_served(parsed(early, "book", ("book", early)), "shopping") == []


def test_a_day_told_by_what_was_called_off_on_it_calls_nothing_off() -> None:
    text = "再约个陪诊下周二就取消保洁那天"
    line = parsed(text, "book", ("book", "再约个陪诊"), ("cancel_order", "下周二就取消保洁"))
    assert not_served(line, "escort") == []


@pytest.mark.parametrize("told", ["赖子前日帮涯喊哩人洗身", "昨天我叫人来打扫", "上回订了个人做饭"])
def test_what_was_ordered_before_is_not_booked_again(told: str) -> None:
    line = parsed(f"{told}哪日来", "order_status", ("order_status", "哪日来"), ("book", told))
    assert not_served(line) == []


def test_a_refusal_cut_from_its_verb_still_refuses_an_agent() -> None:
    text = "算了唔使转人帮我订个人冲凉"
    line = parsed(text, "cancel_order", ("talk_to_human", "转人帮我"), ("cancel_order", "算了"))
    assert not_served(line) == []
    text = "算了转人帮我"
    line = parsed(text, "cancel_order", ("talk_to_human", "转人帮我"), ("cancel_order", "算了"))
    assert not_served(line) == ["转人帮我"]
