"""From an hour as it was said to HH:MM, and whether a moment is past."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.understanding.times import model

_PART_ENDS = {"dawn": 6, "morning": 12, "noon": 14, "afternoon": 19, "evening": 24, "midnight": 24}
"""Hour at which a part of the day is over."""
_LATE_HOURS = {
    "dawn": (24, 24),
    "morning": (24, 24),
    "noon": (13, 14),
    "afternoon": (13, 19),
    "evening": (17, 24),
    "midnight": (20, 24),
}
"""Of the hours from 13 on those that a part of the day has."""
_SPOKEN = {"dawn": "morning", "midnight": "evening"}
"""Parts that the answer has no word of its own for."""


@dataclass(frozen=True)
class Moment:
    """A time of day, as the answer gives it."""

    time: str
    """HH:MM, or morning|noon|afternoon|evening."""
    ends: dt.time
    """When it is past: the time itself, or the end of that part of the day."""
    doubt: str | None = None
    days: int = 0
    """1 where it falls on the next day (晚上十二点)."""


def of_part(name: str) -> Moment:
    """A part of the day."""
    hour = _PART_ENDS[name]
    ends = dt.time(23, 59) if hour == 24 else dt.time(hour)
    doubt = "half-of-day" if name == "midnight" else None
    return Moment(_SPOKEN.get(name, name), ends, doubt)


def of_clock(clock: model.Clock, part: str | None, day: dt.date | None, now: dt.datetime) -> Moment:
    """An hour of the clock, put into the half of the day it must belong to.

    Without a part of the day one to five are afternoon, nine to twelve (and shortly before)
    daytime; six, seven and eight are open, unless only one of the two is still ahead today.

    Args:
        clock: what was said.
        part: the part of the day that goes with it, or None.
        day: the day it is for, or None where that is not known.
        now: the local time of the call.
    """
    if clock.hour > 12 or part is None:
        hour, doubt = _without_part(clock, day, now)
        if part is not None and not _LATE_HOURS[part][0] <= clock.hour <= _LATE_HOURS[part][1]:
            doubt = "conflict"  # 早上二十点
    else:
        hour, doubt = _with_part(clock.hour, part)
    days, hour = divmod(hour, 24)
    said = dt.time(hour, clock.minute)
    return Moment(said.strftime("%H:%M"), said, doubt, days)


def _without_part(
    clock: model.Clock, day: dt.date | None, now: dt.datetime
) -> tuple[int, str | None]:
    hour = clock.hour
    if hour > 12 or hour == 0:
        return hour, "half-of-day" if hour in (0, 24) else None
    if 1 <= hour <= 5:
        return hour + 12, None
    if day == now.date() and hour < 12 and dt.time(hour, clock.minute) <= now.time():
        return hour + 12, None if hour < 9 else "half-of-day"
    nearly_nine = hour == 8 and clock.minute >= 45
    return hour, "half-of-day" if hour < 9 and not nearly_nine else None


def _with_part(hour: int, part: str) -> tuple[int, str | None]:
    """The hour of 24 and why it is doubtful; 24 and more is the next day."""
    if part == "dawn":
        return hour % 12, None
    if part == "morning":
        return hour, None if 4 <= hour <= 11 else "conflict"
    if part == "noon":
        return (hour, None) if hour >= 10 else (hour + 12, None if hour <= 3 else "conflict")
    if part == "afternoon":
        if hour in (10, 11):
            return hour, "conflict"  # 十一点半过昼: nobody means the night
        return (12, None) if hour == 12 else (hour + 12, None if hour <= 8 else "conflict")
    if 4 <= hour <= 11:
        return hour + 12, None
    return 24 + hour % 12, "half-of-day"
