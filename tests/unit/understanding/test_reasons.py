"""One's own way on a day, told as the reason why the day does not suit."""

from datetime import datetime

import pytest

from bot.understanding.reasons import ways
from bot.understanding.services import find_service
from bot.understanding.several import several
from bot.understanding.times import parse_when

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 2, 9, 10)  # a Monday


@pytest.mark.parametrize(
    "text",
    [
        "",
        "我要去赶集",
        "礼拜三我要去赶集",
        "礼拜三剃头，礼拜四我要去赶集，派个车",
        "礼拜三打扫，礼拜三还要去银行办事",
        "礼拜三打扫，不对，礼拜三我要去医院叫个车接我，礼拜四打扫",
        "礼拜三来打扫，不对，礼拜四来",
        "给我约上礼拜三来打扫",
    ],
)
def test_a_way_that_is_wished_for_or_goes_on_another_day_is_no_reason(text: str) -> None:
    assert ways(text) == ()


@pytest.mark.parametrize("text", ["礼拜三不行我要去赶集", "拜三来，毋系，拜三涯爱赴墟"])
def test_a_way_alone_is_still_what_is_spoken_of(text: str) -> None:
    found = find_service(text)
    assert found is not None
    assert found.service == "transport"


def test_a_car_asked_for_on_another_day_is_ordered() -> None:
    found = several("礼拜三打扫，礼拜四早上八点我要去赶集来个车送我", NOW)
    assert [part.service for part in found] == ["cleaning", "transport"]


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("涯爱剃头拜三来哎毋系毋系拜三涯爱赴墟拜四来", "haircut"),
        ("我要理发礼拜三来，不对不对，礼拜三我要去社保局，礼拜四来", "haircut"),
        ("俺想拾掇屋子，周三来，不对周三俺得去上坟，周四来", "cleaning"),
        ("想约个冲凉，礼拜三来，唔系，礼拜三我要去趁墟，礼拜四来", "bathing"),
        ("我欲剃头，拜三来，毋是毋是，拜三我欲去银行，拜四来", "haircut"),
        ("帮我打扫，礼拜三不得行，要去县医院，礼拜四嘛", "cleaning"),
        ("给我洗个澡，礼拜三来吧，礼拜三俺要去赶集，礼拜四来", "bathing"),
    ],
)
def test_who_goes_somewhere_on_the_first_day_orders_one_service_for_the_other(
    text: str, service: str
) -> None:
    found, when = find_service(text), parse_when(text, NOW)
    assert found is not None
    assert (found.service, found.others) == (service, frozenset())
    assert several(text, NOW) == ()
    assert when is not None
    assert when.date is not None
    assert when.date.isoformat() == "2026-03-05"


def test_a_day_that_something_is_moved_from_is_given_up_for_a_reason() -> None:
    text = "周四那个助浴能改到周六吗周四她要去打针"
    found = find_service(text)
    assert [text[start:end] for start, end in ways(text)] == ["要去打针"]
    assert found is not None
    assert (found.service, found.others) == ("bathing", frozenset())
    assert ways("周四的打扫改到周五，周四另外要去剪头发") == ()
