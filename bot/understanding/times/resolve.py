"""From what was said to days: `resolve` finds them, `fits` checks a day against a second naming."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.understanding.times import calendars, model

FAR = 300
"""Days ahead from which the next such day is not believed and the one just past is meant."""
MOST = 400
"""Days ahead beyond which a date is not meant: 二月二十九号 in a common year."""
JUST_PAST = 65
"""How many days back a day may lie that is taken for just past."""
_MAY_BE_MISSED = (29, 31)
"""Days that people take a month to have (二十九号, said in a February of 28 days).

On the last day of a month the next one is meant, as the day to come would be called tomorrow.
"""
_NEXT_DAYS = 3
"""Of days further ahead nobody loses count after midnight."""
_EVE = 3
"""Days before a feast that are told of it."""
TOO_LATE = time(18)
"""From this hour on nothing that is said without a time begins on the day of the call."""
SMALL_HOURS = 4
"""Before this hour 明天 may be the day that has just begun."""
_MONTHS = (None, *range(1, 13))


@dataclass(frozen=True)
class Days:
    """Which day or days, or why that is not known."""

    first: date | None
    last: date | None
    doubt: str | None = None
    """Why to ask, as in `When.reason`."""

    def is_same(self, other: Days) -> bool:
        """Whether both are the same days, however sure."""
        return (self.first, self.last) == (other.first, other.last)

    @property
    def single(self) -> bool:
        """Whether it is one day."""
        return self.first is not None and self.first == self.last


def one(day: date | None, doubt: str | None = None) -> Days:
    """One day; where it does not exist, nothing but the doubt."""
    return Days(day, day, doubt if day is not None else doubt or "no-such-day")


def resolve(said: model.Day, now: datetime) -> Days:
    """The day or days meant by `said` at the local time `now`; none in a thirteenth month."""
    if getattr(said, "month", None) not in _MONTHS:
        return one(None)
    return _RESOLVERS[type(said)](said, now)


def _upcoming(candidates: Iterator[date | None], today: date) -> Days:
    """The first candidate from today on; one just past where the next is a year away.

    Candidates come in order and begin before today.
    """
    past: date | None = None
    for day in candidates:
        if day is None:
            continue
        if day < today:
            past = day
            continue
        far = (day - today).days > FAR
        if far and past is not None and (today - past).days <= JUST_PAST:
            return one(past, "past")
        return one(day, "no-such-day" if (day - today).days > MOST else None)
    return one(None)


def _stretch(days: Days, length: int | None) -> Days:
    """From a first day, `length` more days (十五六号: one more)."""
    if not length or days.first is None:
        return days
    return Days(days.first, days.first + timedelta(days=length), "vague")


# --- counted from today ------------------------------------------------------------------------


def _offset(said: model.Offset, now: datetime) -> Days:
    doubt = said.doubt
    if 0 < said.days <= _NEXT_DAYS and now.hour < SMALL_HOURS:
        doubt = doubt or "after-midnight"
    return one(now.date() + timedelta(days=said.days), doubt)


def _ahead(said: model.Ahead, now: datetime) -> Days:
    first = _step(now.date(), said.unit, said.count, said.weekday)
    if said.most is None:
        return one(first)
    last = _step(now.date(), said.unit, said.most, said.weekday)
    return Days(first, last, "vague")


def _step(today: date, unit: str, count: int, weekday: int | None) -> date:
    if unit in ("month", "year"):
        year, month = calendars.add_months(today, count * (12 if unit == "year" else 1))
        return date(year, month, min(today.day, calendars.month_end(year, month).day))
    if weekday is not None:
        today = _monday(today) + timedelta(days=weekday - 1)
    return today + timedelta(days=count * (7 if unit == "week" else 1))


def _someday(_: model.Someday, __: datetime) -> Days:
    return Days(None, None, "vague")


# --- weeks -------------------------------------------------------------------------------------


def _monday(day: date) -> date:
    return day - timedelta(days=day.isoweekday() - 1)


def _weekday(said: model.Weekday, now: datetime) -> Days:
    """This week's where it is not past, else next week's; another week's where it is named."""
    today = now.date()
    day = _monday(today) + timedelta(days=said.weekday - 1)
    if said.weeks is not None:
        return one(day + timedelta(weeks=said.weeks), said.doubt)
    if said.again:
        return one(day + timedelta(weeks=2), "vague")
    if day < today:
        return one(day + timedelta(weeks=1), "past" if said.this else said.doubt)
    return one(day, said.doubt)


def _weeks(said: model.Weeks, now: datetime) -> Days:
    monday = _monday(now.date()) + timedelta(weeks=said.weeks)
    first, last = (monday + timedelta(days=day - 1) for day in (said.first, said.last))
    if first <= now.date() <= last:
        first = now.date() + calendars.ONE_DAY * (now.time() >= TOO_LATE and now.date() < last)
    return Days(first, last, "vague" if said.vague else None)


# --- the solar calendar ------------------------------------------------------------------------


def _day_in(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= day <= calendars.month_end(year, month).day else None


def _month_day(said: model.MonthDay, now: datetime) -> Days:
    days = _stretch(_month_day_start(said, now.date()), said.last_day and said.last_day - said.day)
    return replace(days, doubt=said.doubt) if said.doubt else days


def _month_day_start(said: model.MonthDay, today: date) -> Days:
    if said.months is not None:
        year, month = calendars.add_months(today, said.months)
        return one(_day_in(year, month, said.day))
    if said.month is None:
        months = (calendars.add_months(today, ahead) for ahead in range(13))
        found = _upcoming((_day_in(year, month, said.day) for year, month in months), today)
        end = calendars.month_end(today.year, today.month).day
        missing = end > today.day and said.day > end and said.day in _MAY_BE_MISSED
        return replace(found, doubt=found.doubt or "no-such-day") if missing else found
    if said.year is not None or said.years is not None:
        year = said.year if said.year is not None else today.year + (said.years or 0)
        return one(_day_in(year, said.month, said.day))
    years = range(today.year - 1, today.year + 9)
    return _upcoming((_day_in(year, said.month, said.day) for year in years), today)


def _either_day(said: model.EitherDay, now: datetime) -> Days:
    """The solar date, unless it is past and the lunar one is ahead; to be asked about."""
    solar, lunar = (resolve(reading, now) for reading in said.readings)
    past = solar.doubt is not None or solar.first is None
    days = lunar if past and lunar.doubt is None else solar
    return days if days is lunar or days.doubt else replace(days, doubt="calendar")


def _month_of(said: Any, today: date) -> tuple[int, int]:
    """Year and month that a description names; the next such month where it names no year."""
    if said.month is None:
        return calendars.add_months(today, said.months or 0)
    if said.years is not None:
        return today.year + said.years, said.month
    return today.year + (said.month < today.month), said.month


def _month(said: model.Month, now: datetime) -> Days:
    today = now.date()
    if said.lunar:
        return _lunar_month(said, today)
    year, month = _month_of(said, today)
    end = calendars.month_end(year, month)
    spans = {
        "whole": (1, end.day),
        "start": (1, 5),
        "middle": (13, 17),
        "end": (end.day - 4, end.day),
        "ten:1": (1, 10),
        "ten:2": (11, 20),
        "ten:3": (21, end.day),
    }
    first, last = (date(year, month, day) for day in spans[said.part])
    bare = said.month is None and said.months is None
    if last < today and bare:  # 月初 said on the 20th
        return _month(replace(said, months=1), now)
    vague = "vague" if said.part in ("start", "middle", "end") else None
    return Days(max(first, today) if last >= today else first, last, vague)


def _lunar_month(said: model.Month, today: date) -> Days:
    for month in calendars.lunar_months_from(today):
        if month.month == said.month and month.leap == said.leap:
            last = month.first + timedelta(days=month.days - 1)
            first = last - timedelta(days=4) if said.part == "end" else month.first
            if said.part == "last":
                return one(last)
            if said.part == "start":
                last = max(first + timedelta(days=4), today)
            return Days(max(first, today), last, "vague" if said.part != "whole" else None)
    return one(None)


def _month_edge(said: model.MonthEdge, now: datetime) -> Days:
    year, month = _month_of(said, now.date())
    end = calendars.month_end(year, month)
    return one(_day_in(year, month, said.day if said.day > 0 else end.day + 1 + said.day))


def _nth_weekday(said: model.NthWeekday, now: datetime) -> Days:
    year, month = _month_of(said, now.date())
    return one(calendars.nth_weekday(year, month, said.nth, said.weekday))


# --- the lunar calendar ------------------------------------------------------------------------


def _lunar_day(said: model.LunarDay, now: datetime) -> Days:
    today = now.date()
    length = said.last_day and said.last_day - said.day
    days = _stretch(_lunar_start(said, today), length)
    return replace(days, doubt=said.doubt) if said.doubt else days


def _lunar_start(said: model.LunarDay, today: date) -> Days:
    this = calendars.lunar_month_of(today)
    if said.months is not None:
        following = list(calendars.lunar_months(this.year) + calendars.lunar_months(this.year + 1))
        at = following.index(this) + said.months
        day = following[at].day(said.day) if at >= 0 else None
        this_month = day is not None and said.months > 0 and day.month == today.month
        return one(day, "calendar" if this_month else None)  # 下个月初八 still in November
    if said.leap and said.month is None:
        leaps = (m.day(said.day) for m in calendars.lunar_months_from(today) if m.leap)
        return _upcoming(leaps, today)
    if said.month is None:
        return _upcoming((m.day(said.day) for m in calendars.lunar_months_from(today)), today)
    if said.years is not None:
        months = calendars.lunar_months(_lunar_year(today, said.month) + said.years)
        return one(next((m.day(said.day) for m in months if _same_month(m, said)), None))
    return _lunar_date(said, today, this.year)


def _lunar_year(today: date, month: int) -> int:
    """The lunar year that 今年 means for a month: late months may belong to the year going out."""
    return calendars.lunar_month_of(today).year if month > 10 else today.year


def _same_month(month: calendars.LunarMonth, said: model.LunarDay) -> bool:
    return month.month == said.month and month.leap == said.leap


_LEAP_NEAR = timedelta(days=300)
"""Within these a leap month that is named may be meant."""


def _lunar_date(said: model.LunarDay, today: date, year: int) -> Days:
    """The next such date; doubtful where it is missing this year or may be the leap month's."""
    months = [m for y in range(year - 1, year + 3) for m in calendars.lunar_months(y)]
    named = [m for m in months if m.month == said.month]
    regular = [m for m in named if m.leap == said.leap]
    found = _upcoming((m.day(said.day) for m in regular), today)
    if found.first is None:
        return found
    if said.leap and found.first > today + _LEAP_NEAR:
        return replace(found, doubt="conflict")  # 闰五月 in a year that has none
    far = found.first if found.doubt is None else date.max
    for month in named:
        day = month.day(said.day)
        if month.leap and not said.leap and day is not None and today <= day < far:
            return one(day, "calendar")
        last = month.first + timedelta(days=month.days - 1)
        if day is None and month.leap == said.leap and today <= last < far:
            return one(last, "no-such-day")  # 腊月三十 in a month of 29 days
    return found


def _bare_day(said: model.BareDay, now: datetime) -> Days:
    """十五那天 may be of either calendar."""
    return replace(_month_day(model.MonthDay(said.day), now), doubt="calendar")


def _named(said: model.Named, now: datetime) -> Days:
    today = now.date()
    if said.years is not None:
        month = _month_named(said.day)
        lunar = said.day.startswith(("lunar", "eve", "little"))
        year = _lunar_year(today, month) if lunar else today.year
        return _by_region(said, one(calendars.named_day(said.day, year + said.years)))
    years = range(today.year - 2, today.year + 3)
    days = (calendars.named_day(said.day, year) for year in years)
    return _by_region(said, _upcoming(days, today))


def _by_region(said: model.Named, days: Days) -> Days:
    """小年 is the 23rd in the north and the 24th in the south."""
    open_day = said.day == "little" and days.doubt is None
    return replace(days, doubt="two-days") if open_day else days


def _month_named(rule: str) -> int:
    """The month in a rule of festivals.tsv; 12 where it has none."""
    month = rule.partition(":")[2].partition("-")[0]
    return int(month) if month.isdigit() else 12


def _off_work(said: model.OffWork, now: datetime) -> Days:
    if said.edge == "makeup":
        worked = calendars.makeup_days(now.date(), said.holiday)
        several = "two-days" if len(worked) > 1 else None
        return one(worked[0], several) if worked else Days(None, None, "holiday-unknown")
    holiday = calendars.holiday_from(now.date(), said.holiday)
    if holiday is None:
        return Days(None, None, "holiday-unknown")
    if said.edge == "all":
        return Days(max(holiday.first, now.date()), holiday.last, "vague")
    edges: dict[str, Callable[[], date]] = {
        "first": lambda: holiday.first,
        "last": lambda: holiday.last,
        "before": lambda: holiday.first - calendars.ONE_DAY,
        "after": lambda: calendars.workday_after(holiday.last),
    }
    return one(edges[said.edge]())


# --- made of other descriptions ----------------------------------------------------------------


def _shifted(said: model.Shifted, now: datetime) -> Days:
    base = resolve(said.base, now)
    if base.first is None or base.last is None:
        return base
    edge = base.first if said.days < 0 else base.last
    return one(edge + timedelta(days=said.days), base.doubt)


def _blurred(said: model.Blurred, now: datetime) -> Days:
    base = resolve(said.base, now)
    if base.first is None or base.last is None:
        return base
    edge = base.last if said.days > 0 else base.first
    return one(edge + timedelta(days=said.days), "vague")


def _next_workday(said: model.NextWorkday, now: datetime) -> Days:
    base = resolve(said.base, now)
    if base.last is None:
        return base
    return one(calendars.workday_after(base.last), base.doubt)


def _following(said: model.Following, now: datetime) -> Days:
    base = resolve(said.base, now)
    if base.first is None:
        return base
    if isinstance(said.base, model.Blurred) and said.base.days < 0:
        back = (base.first.isoweekday() - said.weekday) % 7
        return one(base.first - timedelta(days=back), said.doubt)
    if base.first <= now.date() and isinstance(said.base, model.Blurred):
        return one(base.first, "vague")  # 国庆以后那个礼拜三, said on the third
    ahead = (said.weekday - base.first.isoweekday()) % 7
    return one(base.first + timedelta(days=ahead), said.doubt)


def _since(said: model.Since, now: datetime) -> Days:
    base = resolve(said.base, now)
    if base.last is None:
        return base
    days = resolve(said.day, datetime.combine(base.last, now.time()))
    if not said.sure:
        before = datetime.combine(base.last - timedelta(days=_EVE), now.time())
        eve = resolve(said.day, before)
        if eve.first is not None and eve.first < base.last:
            return eve  # 圣诞节…二十四号
    doubtful = not said.sure and days != resolve(said.day, now)
    return replace(days, doubt="two-days") if doubtful else days


def _between(said: model.Between, now: datetime) -> Days:
    first = resolve(said.first, now)
    last = resolve(said.last, now)
    if first.first is None or last.last is None:
        return Days(None, None, first.doubt or last.doubt or "vague")
    end = last.last
    if end < first.first and isinstance(said.last, model.Weekday):
        end += timedelta(weeks=1)
    elif end < first.first:
        later = datetime.combine(first.first, now.time())
        end = resolve(said.last, later).last or end
    doubt = first.doubt or last.doubt
    if end < first.first:
        return Days(None, None, "conflict")
    if (end - first.first).days > FAR:
        doubt = "conflict"
    elif end > first.first and isinstance(said.last, model.Weekday) and said.last.weeks is None:
        end = first.first + timedelta(days=(said.last.weekday - first.first.isoweekday()) % 7)
    return Days(first.first, end, doubt)


def _never(said: object, _: datetime) -> Days:
    raise ValueError(f"{said} names no day of its own")


_RESOLVERS: dict[type, Callable[[Any, datetime], Days]] = {
    model.Offset: _offset,
    model.Ahead: _ahead,
    model.Someday: _someday,
    model.Weekday: _weekday,
    model.Weeks: _weeks,
    model.MonthDay: _month_day,
    model.EitherDay: _either_day,
    model.Month: _month,
    model.MonthEdge: _month_edge,
    model.NthWeekday: _nth_weekday,
    model.LunarDay: _lunar_day,
    model.BareDay: _bare_day,
    model.Named: _named,
    model.OffWork: _off_work,
    model.Shifted: _shifted,
    model.Blurred: _blurred,
    model.Following: _following,
    model.NextWorkday: _next_workday,
    model.Since: _since,
    model.Between: _between,
    model.Shift: _never,
    model.Blur: _never,
}


_EXACTNESS: tuple[tuple[type, ...], ...] = (
    (
        model.Offset,
        model.Ahead,
        model.Shifted,
        model.Between,
        model.Following,
        model.NextWorkday,
        model.Since,
    ),
    (model.MonthDay, model.EitherDay),
    (model.LunarDay, model.MonthEdge, model.NthWeekday, model.OffWork),
    (model.Named,),
    (model.Weekday,),
    (model.BareDay,),
)


def looseness(said: model.Day) -> int:
    """How little a description fixes the day; of several names of one day the least is believed."""
    if isinstance(said, model.Weekday) and said.weeks is not None:
        return 0
    if isinstance(said, model.Named) and said.weak:
        return len(_EXACTNESS) + 1
    for rank, kinds in enumerate(_EXACTNESS):
        if isinstance(said, kinds):
            return rank
    return len(_EXACTNESS)


def fits(said: model.Day, day: date, now: datetime) -> bool:
    """Whether `day` may be called `said` as well (明天礼拜六, 二十号礼拜三, 今天三十)."""
    if isinstance(said, model.Weekday) and said.weeks is None:
        return day.isoweekday() == said.weekday
    if isinstance(said, model.BareDay):
        return said.day in (day.day, calendars.lunar_day_of(day))
    if isinstance(said, model.MonthDay) and said.bare:
        return day.day == said.day
    if isinstance(said, model.LunarDay) and said.months is None:
        return _is_lunar_day(said, day)
    if isinstance(said, model.EitherDay):
        solar, lunar = said.readings
        return (day.month, day.day) == (solar.month, solar.day) or _is_lunar_day(lunar, day)
    if isinstance(said, model.Month) and said.part == "whole" and said.month is not None:
        return said.month in (day.month, calendars.lunar_month_of(day).month)
    days = resolve(said, now)
    if days.first is None or days.last is None:
        return False
    last = days.last + calendars.ONE_DAY * (said == model.Named("little"))
    return days.first <= day <= last


def _is_lunar_day(said: model.LunarDay, day: date) -> bool:
    month = calendars.lunar_month_of(day)
    if calendars.lunar_day_of(day) != said.day:
        return False
    return said.month is None or (month.month == said.month and month.leap >= said.leap)
