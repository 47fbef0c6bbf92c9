"""Reminders of medicine: at which times of which days an elder is reminded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from anban.errors import Rejected
from backend.domain.occurrences import falls_on

MOST: Final = 6
"""times a day"""
EARLIEST, LATEST = "05:00", "23:00"
"""nobody agrees to be called at night by a word misheard"""
FURTHEST: Final = 400
"""days that are looked ahead; a rule that never comes again is over"""


def times_of_day(times: Sequence[str]) -> list[str]:
    """Return the times in order, each once.

    Raises:
        Rejected: there is none, there are too many, or one cannot be; names `times`.
    """
    found = sorted(set(times))
    if not 1 <= len(found) <= MOST:
        raise Rejected(f"一天应提醒 1 到 {MOST} 次", "times")
    for one in found:
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", one, re.ASCII):
            raise Rejected("时间不对，应写成 08:00 这样", "times")
        if not EARLIEST <= one <= LATEST:
            raise Rejected(f"应在 {EARLIEST} 到 {LATEST} 之间", "times")
    return found


def next_time(first: date, rule: str, times: Sequence[str], after: datetime) -> datetime | None:
    """Return the first moment after another at which somebody is reminded; None: never again.

    Args:
        first: the first day.
        rule: on which days (`backend.domain.times.recurrence`).
        times: at which times of them, in order.
        after: local time.
    """
    day = max(first, after.date())
    for _ in range(FURTHEST):
        if falls_on(first, rule, day):
            for at in times:
                moment = datetime.combine(day, time.fromisoformat(at), after.tzinfo)
                if moment > after:
                    return moment
        day += timedelta(days=1)
    return None
