"""On which days an order comes that comes again and again (RFC 5545; lunar ones as RFC 7529)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from lunar_python import Lunar, LunarYear, Solar

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NEW_MOON = date(2000, 2, 5).toordinal()
"""the first day of a lunar month"""
_MONTH = 29.530_588_85
"""days from new moon to new moon"""
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)\Z")


def falls_on(first: date, rule: str | None, day: date) -> bool:
    """Return whether an order is due on a day.

    Args:
        first: its first day, which always counts.
        rule: the recurrence as `backend.domain.times.recurrence` lets it pass; None for once.
        day: the day that is asked about.
    """
    if day == first:
        return True
    if rule is None or day < first:
        return False
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    until = parts.get("UNTIL", "")[:8]
    if until and day.strftime("%Y%m%d") > until:
        return False
    if not _matches(first, parts, day):
        return False
    count = parts.get("COUNT", "")
    return not count.isdigit() or _which(first, parts, day) <= int(count)


def _which(first: date, parts: Mapping[str, str], day: date) -> int:
    """Return the how manieth a day is, the first being 1."""
    between = (first + timedelta(days=n) for n in range(1, (day - first).days + 1))
    return 1 + sum(_matches(first, parts, one) for one in between)


@dataclass(frozen=True)
class _Spot:
    """A day in its calendar."""

    year: int
    month: int
    """counted through the leap months of a lunar year"""
    day: int
    length: int
    """days of the month"""
    named: int
    """the month as it is called"""
    months: int
    """since some beginning that is the same for all days"""


def _spot(day: date, lunar: bool) -> _Spot:
    if not lunar:
        following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        length = (following - timedelta(days=1)).day
        months = day.year * 12 + day.month
        return _Spot(day.year, day.month, day.day, length, day.month, months)
    there: Lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    # a table holds months of the years beside it, too
    known = LunarYear.fromYear(there.getYear()).getMonths()
    own = [month for month in known if month.getYear() == there.getYear()]
    index = next(n for n, month in enumerate(own) if month.getMonth() == there.getMonth())
    begin = day.toordinal() - there.getDay() + 1
    months = round((begin - _NEW_MOON) / _MONTH)
    length = own[index].getDayCount()
    return _Spot(there.getYear(), index, there.getDay(), length, abs(there.getMonth()), months)


def _matches(first: date, parts: Mapping[str, str], day: date) -> bool:
    lunar = parts.get("RSCALE") == "CHINESE"
    begun, here = _spot(first, lunar), _spot(day, lunar)
    if not _in_step(first, begun, day, here, parts):
        return False
    months = _numbers(parts.get("BYMONTH", ""))
    if months and here.named not in months:
        return False
    freq, days = parts["FREQ"], parts.get("BYMONTHDAY", "")
    if freq == "YEARLY" and not months and here.named != begun.named:
        return False
    if days and not {here.day, here.day - here.length - 1} & _numbers(days):
        return False
    if parts.get("BYDAY"):
        return _on_weekday(day, here, parts)
    if freq == "WEEKLY":
        return day.weekday() == first.weekday()
    return bool(days) or freq == "DAILY" or here.day == begun.day


def _in_step(first: date, begun: _Spot, day: date, here: _Spot, parts: Mapping[str, str]) -> bool:
    """Return whether a day lies in a week, month or year that counts."""
    every = max(int(parts["INTERVAL"]) if parts.get("INTERVAL", "").isdigit() else 1, 1)
    passed = {
        "DAILY": (day - first).days,
        "WEEKLY": (day.toordinal() - 1) // 7 - (first.toordinal() - 1) // 7,
        "MONTHLY": here.months - begun.months,
        "YEARLY": here.year - begun.year,
    }
    return passed[parts["FREQ"]] % every == 0


def _on_weekday(day: date, here: _Spot, parts: Mapping[str, str]) -> bool:
    wanted = [found for one in parts["BYDAY"].split(",") if (found := _DAY.match(one))]
    from_start, from_end = (here.day - 1) // 7 + 1, -((here.length - here.day) // 7 + 1)
    for found in wanted:
        if found[2] != _DAYS[day.weekday()]:
            continue
        if found[1] is None or int(found[1]) in (from_start, from_end):
            return not parts.get("BYSETPOS") or _in_position(day, here, parts)
    return False


def _in_position(day: date, here: _Spot, parts: Mapping[str, str]) -> bool:
    """Return whether a day is the first, last … of the days of its month that count."""
    start = day - timedelta(days=here.day - 1)
    names = {found[2] for one in parts["BYDAY"].split(",") if (found := _DAY.match(one))}
    month = (start + timedelta(days=n) for n in range(here.length))
    counted = [one for one in month if _DAYS[one.weekday()] in names]
    place = counted.index(day)
    return bool({place + 1, place - len(counted)} & _numbers(parts["BYSETPOS"]))


def _numbers(text: str) -> set[int]:
    return {int(one) for one in text.split(",") if re.fullmatch(r"[+-]?\d{1,3}", one)}
