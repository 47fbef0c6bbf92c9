"""When an elder is reminded next, and what cannot be."""

from datetime import date, datetime

import pytest

from anban.errors import Rejected
from backend.domain.reminders import next_time, times_of_day
from backend.domain.times import CHINA

pytestmark = pytest.mark.unit

DAY = date(2026, 7, 9)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    "times",
    [[], ["8:00"], ["24:00"], ["02:00"], ["23:30"], [f"{hour:02}:00" for hour in range(8, 15)]],
)
def test_no_time_a_wrong_one_the_night_and_too_many_are_refused(times: list[str]) -> None:
    with pytest.raises(Rejected) as refused:
        times_of_day(times)
    assert refused.value.field == "times"


def test_times_are_kept_in_order_and_once() -> None:
    assert times_of_day(["20:30", "08:00", "20:30"]) == ["08:00", "20:30"]


@pytest.mark.parametrize(
    ("after", "due"),
    [
        ("2026-07-08T10:05", "2026-07-09T08:00"),
        ("2026-07-09T08:00", "2026-07-09T20:30"),
        ("2026-07-09T20:30", "2026-07-10T08:00"),
    ],
)
def test_the_next_time_is_later_than_the_last(after: str, due: str) -> None:
    assert next_time(DAY, "FREQ=DAILY", ["08:00", "20:30"], at(after)) == at(due)


def test_a_weekly_one_keeps_its_day_and_one_that_is_over_never_comes() -> None:
    sunday = date(2026, 7, 12)
    weekly = next_time(sunday, "FREQ=WEEKLY;BYDAY=SU", ["09:00"], at("2026-07-12T09:00"))
    assert weekly == at("2026-07-19T09:00")
    assert next_time(DAY, "FREQ=DAILY;COUNT=1", ["08:00"], at("2026-07-09T08:00")) is None
