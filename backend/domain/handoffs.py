"""When a person will call back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

HALF_HOUR = timedelta(minutes=30)
"""what a promise is rounded to; within the last one before it is due, somebody calls back"""


@dataclass(frozen=True)
class WorkingHours:
    """When people are at the desk."""

    start: time = time(8, 30)
    end: time = time(17, 30)
    weekdays: frozenset[int] = frozenset(range(5))
    """Monday is 0"""


def promised_at(now: datetime, hours: WorkingHours) -> datetime:
    """Return the end of the next full half hour of work: by then somebody has called back.

    At 10:10 on a working day that is 11:00; on Friday at 17:20 it is Monday at 9:00.
    """
    slot = _rounded_up(now)
    while not _works(slot, hours):
        slot += HALF_HOUR
    return slot + HALF_HOUR


def _rounded_up(moment: datetime) -> datetime:
    whole = moment.replace(minute=0, second=0, microsecond=0)
    while whole < moment:
        whole += HALF_HOUR
    return whole


def _works(slot: datetime, hours: WorkingHours) -> bool:
    end = (slot + HALF_HOUR).time()
    fits = hours.start <= slot.time() < end <= hours.end
    return slot.weekday() in hours.weekdays and fits
