"""The calendars behind the words: lunar months, solar terms, festivals, public holidays.

Lunar months and solar terms come from lunar_python; festivals from nlu_data/lexicon/festivals.tsv;
public holidays from nlu_data/lexicon/holidays.tsv, which ends with the last year announced.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from lunar_python import Lunar, LunarYear, Solar

from bot.understanding import lexicon

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class LunarMonth:
    """A month of the lunar calendar."""

    year: int
    month: int
    leap: bool
    first: date
    days: int

    def day(self, day: int) -> date | None:
        """The date of its day `day`; None where it has no such day."""
        return self.first + timedelta(days=day - 1) if 1 <= day <= self.days else None


@cache
def lunar_months(year: int) -> tuple[LunarMonth, ...]:
    """The twelve or thirteen months of a lunar year."""
    return tuple(
        LunarMonth(
            year=year,
            month=abs(month.getMonth()),
            leap=month.getMonth() < 0,
            first=_julian_date(month.getFirstJulianDay()),
            days=month.getDayCount(),
        )
        for month in LunarYear.fromYear(year).getMonths()
        if month.getYear() == year
    )


def _julian_date(day: float) -> date:
    solar = Solar.fromJulianDay(day)
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def lunar_month_of(day: date) -> LunarMonth:
    """The lunar month that `day` lies in."""
    return next(
        month
        for year in (day.year, day.year - 1)
        for month in reversed(lunar_months(year))
        if month.first <= day
    )


def lunar_day_of(day: date) -> int:
    """The day of the lunar month."""
    return (day - lunar_month_of(day).first).days + 1


def lunar_months_from(day: date) -> Iterator[LunarMonth]:
    """The lunar month of `day` and those after it, for some three years."""
    this = lunar_month_of(day)
    for year in range(this.year, this.year + 4):
        yield from (month for month in lunar_months(year) if month.first >= this.first)


@cache
def solar_terms(year: int) -> dict[str, date]:
    """The days on which the 24 solar terms of a solar year begin."""
    table = Lunar.fromYmd(year, 6, 1).getJieQiTable()
    found = {}
    for name, solar in table.items():
        if not name.isascii() and solar.getYear() == year:
            found[name] = date(solar.getYear(), solar.getMonth(), solar.getDay())
    found["冬至"] = _term(table, "DONG_ZHI")
    found["大雪"] = _term(Lunar.fromYmd(year + 1, 6, 1).getJieQiTable(), "DA_XUE")
    return found


def _term(table: dict[str, Solar], name: str) -> date:
    solar = table[name]
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


@cache
def named_day(rule: str, year: int) -> date | None:
    """The day that a rule of festivals.tsv names, in a solar (for lunar rules: lunar) year.

    Raises:
        ValueError: the rule is not one of those that festivals.tsv explains.
    """
    kind, _, value = rule.partition(":")
    if kind == "eve":
        return lunar_months(year + 1)[0].first - ONE_DAY
    if kind == "little":
        return named_day("lunar:12-23", year)
    if kind == "lunar":
        wanted, day = map(int, value.split("-"))
        return next(m.day(day) for m in lunar_months(year) if m.month == wanted and not m.leap)
    if kind == "solar":
        wanted, day = map(int, value.split("-"))
        return date(year, wanted, day)
    if kind == "nth":
        wanted, nth, weekday = map(int, value.split("-"))
        return nth_weekday(year, wanted, nth, weekday)
    if kind == "term":
        name, _, days = value.partition(":")
        return solar_terms(year)[name] + timedelta(days=int(days or 0))
    if kind == "fu":
        return _dog_days(year, value)
    if kind == "nine":
        nines = 9 if value == "over" else int(value) - 1
        return solar_terms(year - 1)["冬至"] + timedelta(days=9 * nines)
    raise ValueError(f"festivals.tsv: {rule} is no rule")


def _dog_days(year: int, which: str) -> date:
    """First day of a dog-day period: the third 庚 day from 夏至 on, ten days later, after 立秋."""
    terms = solar_terms(year)
    first = _stem_day(terms["夏至"]) + timedelta(days=20)
    third = _stem_day(terms["立秋"])
    return {
        "1": first,
        "2": first + timedelta(days=10),
        "3": third,
        "over": third + timedelta(days=10),
    }[which]


def _stem_day(day: date) -> date:
    """The first 庚 day on or after `day`; 2000-01-07 was a 甲 day, 庚 is six stems on."""
    return day + timedelta(days=(6 - (day - date(2000, 1, 7)).days) % 10)


def nth_weekday(year: int, month: int, nth: int, weekday: int) -> date | None:
    """The nth (-1: the last) `weekday` (1 to 7) of a month; None where there is none."""
    if nth == -1:
        last = month_end(year, month)
        return last - timedelta(days=(last.isoweekday() - weekday) % 7)
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (nth - 1))
    return day if day.month == month else None


def month_end(year: int, month: int) -> date:
    """The last day of a solar month."""
    return date(year + month // 12, month % 12 + 1, 1) - ONE_DAY


def add_months(day: date, months: int) -> tuple[int, int]:
    """Year and month, so many months from the month of `day`."""
    total = day.year * 12 + day.month - 1 + months
    return total // 12, total % 12 + 1


# --- public holidays ---------------------------------------------------------------------------

HOLIDAY_NAMES = {
    "solar:1-1": "元旦",
    "lunar:1-1": "春节",
    "eve": "春节",
    "term:清明": "清明",
    "solar:5-1": "劳动节",
    "lunar:5-5": "端午",
    "lunar:8-15": "中秋",
    "solar:10-1": "国庆",
}
"""Rules of festivals.tsv that have days off -> the name in holidays.tsv."""


@dataclass(frozen=True)
class Holiday:
    """A stretch of days off."""

    names: tuple[str, ...]
    first: date
    last: date
    workdays: tuple[date, ...]
    """Weekend days that are worked instead."""


@cache
def holidays() -> tuple[Holiday, ...]:
    """Every public holiday that holidays.tsv knows, in order."""
    return tuple(
        Holiday(
            names=tuple(row["holiday"].split()),
            first=date.fromisoformat(row["first"]),
            last=date.fromisoformat(row["last"]),
            workdays=tuple(map(date.fromisoformat, row["workdays"].split())),
        )
        for row in lexicon.rows("holidays.tsv")
    )


def holiday_from(day: date, name: str | None) -> Holiday | None:
    """The holiday of that name (or any) that `day` lies in, else the next; None if not known."""
    for holiday in holidays():
        if holiday.last >= day and (name is None or name in holiday.names):
            return holiday if (holiday.first - day).days < 366 else None
    return None


def makeup_days(day: date, name: str | None = None) -> tuple[date, ...]:
    """The weekend days from `day` on that are worked for the next holiday (of that name)."""
    for holiday in holidays():
        ahead = tuple(one for one in holiday.workdays if one >= day)
        if ahead and (name is None or name in holiday.names):
            return ahead
    return ()


def is_known(year: int) -> bool:
    """Whether the holidays of a year have been announced."""
    return any(holiday.last.year == year for holiday in holidays())


def is_workday(day: date) -> bool:
    """Whether offices work on `day`, as far as holidays.tsv knows."""
    if any(day in holiday.workdays for holiday in holidays()):
        return True
    off = any(holiday.first <= day <= holiday.last for holiday in holidays())
    return day.isoweekday() < 6 and not off


def workday_after(day: date) -> date:
    """The first working day after `day`."""
    day += ONE_DAY
    while not is_workday(day):
        day += ONE_DAY
    return day
