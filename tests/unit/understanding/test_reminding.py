"""When somebody wants to be reminded: what is understood, and what is left open."""

from datetime import date, datetime

import pytest

from bot.understanding.reminding import DAILY, ONCE, Reminding, reminding

pytestmark = pytest.mark.unit

NOW = datetime(2026, 7, 8, 10, 5)


@pytest.mark.parametrize("text", ["", "嗯", "你们真好", "提醒我吃药", "血压药老是忘记吃"])
def test_nothing_is_read_where_nothing_is_said(text: str) -> None:
    assert not reminding(text, NOW)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("早上七点晚上九点", ("07:00", "21:00")),
        ("清早六点半同埋夜晚八点", ("06:30", "20:00")),
        ("朝七点夜九点", ("07:00", "21:00")),
        ("早起六点跟晚黑九点", ("06:00", "21:00")),
        ("晚上八点早上八点", ("08:00", "20:00")),
        ("早上八点，不对，早上九点", ("09:00",)),
        ("晌午十二点半吃了饭再打", ("12:30",)),
    ],
)
def test_each_time_of_a_line_is_read_by_itself(text: str, times: tuple[str, ...]) -> None:
    assert reminding(text, NOW, "time").times == times


def test_parts_of_the_day_and_meals_are_only_proposed() -> None:
    assert reminding("早晚各一次", NOW, "time").parts == ("07:30", "20:00")
    assert reminding("三餐饭后", NOW, "time").parts == ("07:30", "12:00", "18:30")
    assert reminding("三餐饭后", NOW, "time").times == ()


def test_days_and_the_first_day() -> None:
    assert reminding("从后天开始天天都要", NOW, "date") == Reminding(
        rule=DAILY, first=date(2026, 7, 10)
    )
    weekly = reminding("每个星期天上午九点", NOW)
    assert (weekly.rule, weekly.first) == ("FREQ=WEEKLY;BYDAY=SU", date(2026, 7, 12))
    assert reminding("每天早上八点", NOW).first is None, "nobody said from when on"
    assert reminding("就明天提醒一次", NOW).rule == ONCE
    assert reminding("昨天开始的", NOW, "date").first is None
