"""How dates, times and rules are written in a reply."""

from datetime import date

import pytest

from bot import wording

pytestmark = pytest.mark.unit

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("iso", "time", "recurring", "said"),
    [
        ("2026-03-05", "14:00", None, "明天3月5日星期四下午2点"),
        ("2026-03-04", "noon", None, "今天3月4日星期三中午"),
        ("2026-03-20", "08:30", None, "3月20日星期五上午8点半"),
        ("2027-01-02", "19:15", None, "2027年1月2日星期六晚上7点一刻"),
        ("2026-03-09", "12:20", None, "3月9日星期一中午12点20分"),
        ("2026-03-05", None, "FREQ=WEEKLY;BYDAY=TU,FR", "每星期二和五，从明天3月5日星期四开始"),
        (
            "2026-03-05",
            "09:00",
            "RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=1,15",
            "每月农历初一和十五上午9点，从明天3月5日星期四开始",
        ),
        ("2026-03-05", None, "FREQ=DAILY;INTERVAL=2", "每隔1天，从明天3月5日星期四开始"),
        ("2026-03-10", None, "FREQ=MONTHLY;BYMONTHDAY=10", "每月10号，从3月10日星期二开始"),
    ],
)
def test_when(iso: str, time: str | None, recurring: str | None, said: str) -> None:
    assert wording.when(iso, time, TODAY, recurring) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "初一"), (10, "初十"), (15, "十五"), (20, "二十"), (23, "廿三"), (30, "三十")],
)
def test_lunar_days(number: int, said: str) -> None:
    rule = f"RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY={number}"
    assert wording.recurrence(rule) == f"每月农历{said}"
