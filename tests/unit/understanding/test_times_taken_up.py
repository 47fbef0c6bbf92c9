"""A verb that takes a day up (约上, 捎上) before a weekday, and last week's."""

from datetime import datetime

import pytest

from bot.understanding.times import parse_when

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 4, 9, 10)  # a Wednesday


@pytest.mark.parametrize(
    "text",
    ["上礼拜六约的", "送上礼拜六那餐饭的师傅", "我约上礼拜六的打扫"],
)
def test_last_week_stays_last_week(text: str) -> None:
    when = parse_when(text, NOW)
    assert when is not None
    assert when.ask
    assert when.reason == "past"


@pytest.mark.parametrize(
    ("text", "day", "hour"),
    [
        ("剃头也约上礼拜六十点半", "2026-03-07", "10:30"),
        ("帮我订上周五上午九点", "2026-03-06", "09:00"),
        ("饭也送上星期五晌午十二点", "2026-03-06", "12:00"),
        ("菜也捎上礼拜天早上八点", "2026-03-08", "08:00"),
        ("打扫阁排上拜四下昼三点", "2026-03-05", "15:00"),
    ],
)
def test_a_weekday_behind_a_verb_that_takes_it_up_is_to_come(
    text: str, day: str, hour: str
) -> None:
    when = parse_when(text, NOW)
    assert when is not None
    assert when.date is not None
    assert (when.date.isoformat(), when.time, when.ask) == (day, hour, False)
