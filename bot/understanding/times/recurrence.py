"""Recurrences: the RRULE (RFC 5545, lunar ones RFC 7529) and the first day of one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.understanding.times import calendars, model, resolve
from bot.understanding.times.moment import Moment

_DAY_NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def rrule(repeat: model.Repeat) -> str:
    """The rule's value, without the prefix ``RRULE:``."""
    parts = [f"FREQ={repeat.freq}"]
    if repeat.interval > 1:
        parts.append(f"INTERVAL={repeat.interval}")
    lunar = repeat.lunar
    if repeat.freq == "YEARLY":
        month, day, lunar = _day_of_year(repeat.on)
        if month is not None:
            parts += [f"BYMONTH={month}", f"BYMONTHDAY={day}"]
    if repeat.month_days:
        parts.append("BYMONTHDAY=" + ",".join(map(str, repeat.month_days)))
    if repeat.weekdays:
        days = [_DAY_NAMES[day - 1] for day in repeat.weekdays]
        if repeat.nths:
            days = [f"{nth}{day}" for nth in repeat.nths for day in days]
        parts.append("BYDAY=" + ",".join(days))
    return ";".join((["RSCALE=CHINESE"] if lunar else []) + parts)


def _day_of_year(on: model.Day | None) -> tuple[int | None, int | None, bool]:
    """Month, day and whether they are lunar; nothing where the day moves in both calendars."""
    if isinstance(on, model.MonthDay | model.LunarDay):
        return on.month, on.day, isinstance(on, model.LunarDay)
    if isinstance(on, model.Named) and on.day.startswith(("lunar:", "solar:")):
        month, _, day = on.day.partition(":")[2].partition("-")
        return int(month), int(day), on.day.startswith("lunar:")
    return None, None, False


def first_day(
    repeat: model.Repeat, base: date | None, at: Moment | None, now: datetime
) -> date | None:
    """The first day of a recurrence, from `base` (the day it begins, or today) on.

    None where the rule leaves the day open (每个礼拜来一次).
    """
    if repeat.freq == "YEARLY":
        if repeat.on is None:
            return None
        first = resolve.resolve(repeat.on, now).first
        if first is not None and first < now.date():  # just past: next year's
            later = now + timedelta(days=resolve.JUST_PAST + 1)
            first = resolve.resolve(repeat.on, later).first
        return first
    if base is None or (repeat.freq != "DAILY" and not repeat.weekdays and not repeat.month_days):
        return None
    day = base
    if day == now.date() and (at.ends if at else resolve.TOO_LATE) <= now.time():
        day += timedelta(days=1)
    while not _falls_on(repeat, day):
        day += timedelta(days=1)
    return day


def _falls_on(repeat: model.Repeat, day: date) -> bool:
    if repeat.freq == "DAILY":
        return True
    if repeat.nths:
        weekday = repeat.weekdays[0]
        named = (calendars.nth_weekday(day.year, day.month, nth, weekday) for nth in repeat.nths)
        return day in named
    if repeat.weekdays:
        return day.isoweekday() in repeat.weekdays
    if repeat.lunar:
        return calendars.lunar_day_of(day) in repeat.month_days
    last = calendars.month_end(day.year, day.month).day
    return day.day in {d if d > 0 else last + 1 + d for d in repeat.month_days}
