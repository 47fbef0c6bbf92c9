"""Days built from their parts, against a calendar that is walked day by day."""

from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lunar_python import Solar
from lunar_python.util import HolidayUtil

from bot.understanding.times import calendars, parse_when

pytestmark = pytest.mark.unit

DIGITS = "零一二三四五六七八九"
moments = st.datetimes(datetime(2024, 1, 1, 5), datetime(2026, 12, 1, 23)).map(
    lambda moment: moment.replace(hour=max(5, moment.hour), second=0, microsecond=0)
)
some = settings(max_examples=120, deadline=None)


def numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return DIGITS[ones]
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


@cache
def lunar(day: date) -> tuple[int, int]:
    """Month (negative in a leap month) and day."""
    found = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return found.getMonth(), found.getDay()


def walk(now: datetime, found, limit: int = 800) -> date:
    """The first day from today on that `found` accepts."""
    day = now.date()
    return next(d for d in (day + timedelta(days=n) for n in range(limit)) if found(d))


@some
@given(moments, st.sampled_from("一二三四五六日天"), st.sampled_from(["礼拜", "星期", "周", "拜"]))
def test_a_bare_weekday_is_the_first_one_from_today_on(now, char, week):
    wanted = min("一二三四五六日天".index(char) + 1, 7)
    when = parse_when(f"{week}{char}来", now)
    assert (when.date, when.ask) == (walk(now, lambda d: d.isoweekday() == wanted), False)


@some
@given(moments, st.sampled_from("一二三四五六天"), st.integers(1, 2))
def test_next_weeks_day_lies_in_that_calendar_week(now, char, weeks):
    wanted = "一二三四五六天".index(char) + 1
    monday = walk(now, lambda d: d.isoweekday() == 1 and d > now.date()) + timedelta(
        weeks=weeks - 1
    )
    when = parse_when(f"{'下' * weeks}个礼拜{char}", now)
    assert (when.date, when.ask) == (monday + timedelta(days=wanted - 1), False)


@some
@given(moments, st.integers(1, 31))
def test_a_numbered_day_is_the_next_such_day_of_a_month(now, number):
    when = parse_when(f"{numeral(number)}号上门吧", now)
    assert (when.date, when.ask) == (walk(now, lambda d: d.day == number), False)


@some
@given(moments, st.integers(1, 10))
def test_a_lunar_day_without_month_is_the_next_such_day(now, number):
    when = parse_when(f"初{numeral(number)}", now)
    assert (when.date, when.ask) == (walk(now, lambda d: lunar(d)[1] == number), False)


@some
@given(moments, st.sampled_from([1, 3, 4, 8, 9, 11, 12]), st.integers(11, 29))
def test_a_lunar_date_is_the_next_such_date(now, month, number):
    name = {1: "正月", 11: "冬月", 12: "腊月"}.get(month, f"农历{numeral(month)}月")
    when = parse_when(f"{name}{numeral(number)}", now)
    expected = walk(now, lambda d: lunar(d) == (month, number))
    if (expected - now.date()).days > 280:  # just past: asking is right
        assert when.ask or when.date == expected
    else:
        assert (when.date, when.ask) == (expected, False)


@some
@given(moments, st.integers(1, 12), st.integers(1, 28))
def test_a_full_date_is_the_next_such_date(now, month, number):
    when = parse_when(f"{numeral(month)}月{numeral(number)}号", now)
    expected = walk(now, lambda d: (d.month, d.day) == (month, number))
    if (expected - now.date()).days > 280:
        assert when.ask or when.date == expected
    else:
        assert (when.date, when.ask) == (expected, False)


@some
@given(moments, st.integers(1, 40))
def test_days_from_now_are_counted(now, days):
    when = parse_when(f"{numeral(days)}天以后", now)
    assert (when.date, when.ask) == (now.date() + timedelta(days=days), False)


@some
@given(moments, st.integers(0, 4), st.integers(0, 6))
def test_a_weekday_beside_a_day_must_be_that_days(now, offset, weekday):
    day = now.date() + timedelta(days=offset)
    word = ["今天", "明天", "后天", "大后天", "大大后天"][offset]
    when = parse_when(f"{word}礼拜{'一二三四五六天'[weekday]}", now)
    assert when.date == day
    assert when.ask == (day.weekday() != weekday)


@some
@given(moments, st.integers(4, 11), st.sampled_from([0, 30]))
def test_an_hour_of_the_morning_is_kept(now, hour, minute):
    text = f"明天早上{numeral(hour)}点{'半' if minute else ''}"
    when = parse_when(text, now)
    assert (when.time, when.ask) == (f"{hour:02}:{minute:02}", False)


@some
@given(
    st.text(
        alphabet="明后天下个上礼拜一二三四五六七八九十月号初点半到每过前后不是就来吧早晚的",
        max_size=14,
    ),
    moments,
)
def test_no_text_breaks_the_parser(text, now):
    when = parse_when(text, now)
    if when is not None:
        assert when.ask == (when.reason is not None)
        assert (when.start is None) == (when.end is None)
        assert when.date is None or when.start is None
        assert when.start is None or when.start <= when.end


def test_lunar_months_follow_each_other_without_gaps():
    months = [month for year in range(2020, 2031) for month in calendars.lunar_months(year)]
    for month, following in pairwise(months):
        assert month.first + timedelta(days=month.days) == following.first


def test_lunar_days_and_terms_agree_with_the_library_day_by_day():
    day = date(2024, 1, 1)
    while day < date(2027, 1, 1):
        month = calendars.lunar_month_of(day)
        sign = -1 if month.leap else 1
        assert (sign * month.month, calendars.lunar_day_of(day)) == lunar(day)
        day += timedelta(days=1)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_dog_days_and_nines_agree_with_the_library(year):
    for rule, name in (("fu:1", "初伏"), ("fu:2", "中伏"), ("fu:3", "末伏")):
        day = calendars.named_day(rule, year)
        fu = Solar.fromYmd(day.year, day.month, day.day).getLunar().getFu()
        assert (fu.getName(), fu.getIndex()) == (name, 1)
    day = calendars.named_day("nine:9", year)
    nine = Solar.fromYmd(day.year, day.month, day.day).getLunar().getShuJiu()
    assert (nine.getName(), nine.getIndex()) == ("九九", 1)


def test_public_holidays_agree_with_the_library():
    known = {
        date.fromisoformat(day.getDay()): day.isWork()
        for year in (2024, 2025, 2026)
        for day in HolidayUtil.getHolidays(year)
    }
    assert {day for day, work in known.items() if work} == {
        day for holiday in calendars.holidays() for day in holiday.workdays
    }
    for day, work in known.items():
        assert calendars.is_workday(day) == work
