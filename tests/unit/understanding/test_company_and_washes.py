"""Company at home, a wash once more, and a person called in without a service's name."""

from datetime import date, datetime

import pytest

from bot.understanding.services import find_service, orders_something
from bot.understanding.times import parse_when

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("敢有人来屋下陪涯坐下后日下昼", "companionship"),
        ("派个人来陪俺坐会儿", "companionship"),
        ("找个人陪我坐车", "transport"),
        ("阁来洗一摆", None),
        ("老了求人伺候，给我擦擦玻璃", "cleaning"),
    ],
)
def test_what_the_words_ask_for(text: str, service: str | None) -> None:
    found = find_service(text)
    assert (found.service if found else None) == service


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("我住三十二号，想找个人来给我洗洗", True),
        ("想找个人来给我讲讲政策", False),
        ("不想找人", False),
    ],
)
def test_who_calls_somebody_in_orders_something(text: str, orders: bool) -> None:
    assert orders_something(text) is orders


def test_behind_the_word_for_besides_stands_a_day_of_its_own() -> None:
    now = datetime(2026, 3, 4, 9, 10)
    besides, alone = parse_when("另外后日喊个人来", now), parse_when("外后日喊个人来", now)
    assert besides is not None
    assert alone is not None
    assert (besides.date, alone.date) == (date(2026, 3, 6), date(2026, 3, 7))
