"""Days built from their parts, against a calendar that is walked day by day."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from lunar_python import Solar
from lunar_python.util import HolidayUtil

from bot.understanding.times import calendars, parse_when

pytestmark = pytest.mark.unit

DAY_NAMES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
DIGITS = "零一二三四五六七八九"
moments = st.datetimes(datetime(2024, 1, 1, 5), datetime(2026, 12, 1, 23)).map(
    lambda moment: moment.replace(hour=max(5, moment.hour), second=0, microsecond=0)
)
some = settings(max_examples=120, deadline=None)
WEDNESDAY = datetime(2026, 3, 4, 9, 10)


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


def ahead(now: datetime, days: int) -> list[date]:
    """Today and the days after it."""
    return [now.date() + timedelta(days=n) for n in range(days)]


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
    assume(not (now.isoweekday() == 7 and (char, weeks) == ("一", 1)))  # tomorrow, or a week on
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
    end = monthrange(now.year, now.month)[1]
    ended = now.day == end  # then the next month that has such a day is meant
    missing = number in (29, 31) and number > end and not ended
    assert (when.date, when.ask) == (walk(now, lambda d: d.day == number), missing)


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
@given(moments, st.integers(1, 6), st.integers(1, 6))
def test_a_day_turned_down_gives_way_to_the_one_named_instead(now, first, second):
    assume(first != second)
    when = parse_when(f"礼拜{DIGITS[first]}不行礼拜{DIGITS[second]}吧", now)
    assert (when.date, when.ask) == (walk(now, lambda d: d.isoweekday() == second), False)


@some
@given(moments, st.sets(st.integers(1, 6), min_size=1, max_size=3))
def test_a_weekly_recurrence_begins_on_the_first_of_its_days(now, days):
    text = "每个礼拜" + "和礼拜".join(DIGITS[day] for day in sorted(days)) + "早上八点"
    when = parse_when(text, now)
    from_today = [d for d in ahead(now, 15) if d > now.date() or now.hour < 8]
    assert when.date == next(d for d in from_today if d.isoweekday() in days)
    names = ",".join(DAY_NAMES[day - 1] for day in sorted(days))
    assert (when.recurring, when.ask) == (f"FREQ=WEEKLY;BYDAY={names}", False)


@some
@given(moments, st.integers(1, 28))
def test_a_monthly_recurrence_begins_on_the_next_such_day(now, number):
    when = parse_when(f"每个月{numeral(number)}号早上八点", now)
    from_today = [d for d in ahead(now, 40) if d > now.date() or now.hour < 8]
    assert when.date == next(d for d in from_today if d.day == number)
    assert when.recurring == f"FREQ=MONTHLY;BYMONTHDAY={number}"


@some
@given(moments, st.integers(1, 10))
def test_a_lunar_recurrence_begins_on_the_next_such_lunar_day(now, number):
    when = parse_when(f"每个月初{numeral(number)}早上八点", now)
    from_today = [d for d in ahead(now, 40) if d > now.date() or now.hour < 8]
    assert when.date == next(d for d in from_today if lunar(d)[1] == number)
    assert when.recurring == f"RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY={number}"


@some
@given(
    st.datetimes(datetime(2022, 1, 1, 9), datetime(2033, 8, 1, 9)),
    st.integers(1, 10),
)
def test_a_day_of_the_leap_month_is_the_next_such_day(now, number):
    when = parse_when(f"闰月初{numeral(number)}", now)
    days = [d for d in ahead(now, 1400) if lunar(d)[0] < 0 and lunar(d)[1] == number]
    assert when.ask or when.date == days[0]


@pytest.mark.parametrize(
    ("leap", "month"),
    [
        (date(2023, 3, 22), 2),
        (date(2025, 7, 25), 6),
        (date(2028, 6, 23), 5),
        (date(2031, 4, 22), 3),
    ],
)
def test_before_a_leap_month_the_plain_name_is_asked_about_or_the_first(leap, month):
    assert lunar(leap) == (-month, 1)
    for days_before in (60, 40, 10):
        now = datetime.combine(leap - timedelta(days=days_before), datetime.min.time())
        now = now.replace(hour=9)
        named = f"{numeral(month)}月初{numeral(5)}"
        when = parse_when(f"农历{named}", now)
        regular = [d for d in ahead(now, 70) if lunar(d) == (month, 5)]
        assert when.ask or [when.date] == regular[:1]
        assert parse_when(f"闰{named}", now).date == leap + timedelta(days=4)


@some
@given(moments)
def test_months_end_on_their_last_day(now):
    last = walk(now, lambda d: (d + timedelta(days=1)).day == 1)
    following = walk(
        datetime.combine(last + timedelta(days=1), now.time()),
        lambda d: (d + timedelta(days=1)).day == 1,
    )
    assert parse_when("这个月最后一天", now).date == last
    assert parse_when("下个月最后一天", now).date == following
    every = parse_when("每月最后一天早上", now)
    assert every.recurring == "FREQ=MONTHLY;BYMONTHDAY=-1"
    assert every.date in (last, following)


@some
@given(moments, st.integers(0, 2))
def test_a_week_runs_from_monday_to_sunday(now, weeks):
    when = parse_when(["这个", "下个", "下下个"][weeks] + "礼拜", now)
    monday = now.date() - timedelta(days=now.weekday()) + timedelta(weeks=weeks)
    last = monday + timedelta(days=6)
    tomorrow = now.hour >= 18 and now.date() < last  # what is left of today is too little
    first = max(monday, now.date() + timedelta(days=tomorrow))
    if first == last:
        assert when.date == last
    else:
        assert (when.start, when.end) == (first, last)


@some
@given(moments, st.integers(1, 4), st.integers(1, 6))
def test_the_nth_weekday_of_next_month(now, nth, weekday):
    when = parse_when(f"下个月第{DIGITS[nth]}个礼拜{DIGITS[weekday]}", now)
    first = walk(now, lambda d: d.day == 1 and d > now.date())
    days = [d for d in (first + timedelta(days=n) for n in range(31)) if d.month == first.month]
    assert when.date == [d for d in days if d.isoweekday() == weekday][nth - 1]


@some
@given(moments, st.integers(1, 20), st.integers(1, 8))
def test_a_stretch_of_numbered_days(now, first, length):
    when = parse_when(f"{numeral(first)}号到{numeral(first + length)}号", now)
    if when.ask:
        return  # it has begun already
    begin = walk(now, lambda d: d.day == first)
    assert (when.start, when.end) == (begin, begin + timedelta(days=length))


@some
@given(moments, st.sampled_from([("中秋", 8, 15), ("端午", 5, 5), ("腊八", 12, 8), ("重阳", 9, 9)]))
def test_a_feast_is_the_next_one(now, feast):
    name, month, number = feast
    when = parse_when(f"{name}那天", now)
    expected = walk(now, lambda d: lunar(d) == (month, number))
    if (expected - now.date()).days > 280:
        assert when.ask or when.date == expected
    else:
        assert (when.date, when.ask) == (expected, False)


ALPHABET = (
    "明后天下个上礼拜一二三四五六七八九十月号初点半到每过前后不是就来吧早晚的"
    "零百两几廿卅年底头尾正腊冬闰节晌晡昼工日昏刻钟殿摆拜意份整以再等隔逢那这"
)
"""What times are told with, and what it is misheard as."""


@some
@given(st.text(alphabet=ALPHABET, max_size=14), moments)
@example("慢一殿说我记一下", WEDNESDAY)
@example("延安北路一拜零八号", WEDNESDAY)
@example("十二月零号", WEDNESDAY)
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
