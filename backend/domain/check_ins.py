"""Calls on which Anban asks: what was found, and when it is for people to look."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from backend.domain.call_outs import CARE, DEVICE_CHECK, REMINDER, SATISFACTION

OK: Final = "ok"
WORRY: Final = "worry"
UNCLEAR: Final = "unclear"
SILENT: Final = "silent"
FINDINGS: Final = (OK, WORRY, UNCLEAR, SILENT)
"""all is well; somebody should look; said, and not understood; nothing was said"""

QUESTIONS: Final[dict[str, tuple[str, ...]]] = {
    CARE: ("health", "medicine", "meals", "visit"),
    SATISFACTION: ("satisfied",),
    DEVICE_CHECK: ("danger",),
    REMINDER: ("taken",),
}
"""what is asked on a call, in order; `visit` only after a service lately"""
REFUSAL: Final = "refusal"
"""what is written down where somebody wants no more calls"""
ASKED: Final = frozenset(name for names in QUESTIONS.values() for name in (*names, "sure", "wrong"))
"""and what may be asked besides: really nothing? what was wrong?"""

WAITING: Final = "waiting"
DONE: Final = "done"
GIVEN_UP: Final = "given_up"
NOT_ALLOWED: Final = "not_allowed"
STATUSES: Final = (WAITING, DONE, GIVEN_UP, NOT_ALLOWED)
"""to be made; somebody was spoken with; nobody answered as often as is tried; the number is on the
list of those who are not to be called, or the elder has not agreed"""

CARE_AGAIN: Final = timedelta(hours=1)
"""between two attempts at a care call: an elder may be out for a while"""
DEVICE_AGAIN: Final = timedelta(seconds=20)
"""between two attempts after an alarm"""
SATISFIED_AFTER: Final = timedelta(hours=1)
"""so long after a service somebody is asked how it was"""
LATELY: Final = timedelta(days=30)
"""a service in this time is asked about on a care call"""
FURTHEST: Final = 92
"""days between two care calls at most"""


def next_care(after: datetime, every_days: int, at: time) -> datetime:
    """Return when the next care call is due.

    Args:
        after: the last one, or when the elder agreed (local time).
        every_days: days between two.
        at: the time of day the elder likes.
    """
    day = after + timedelta(days=every_days)
    return day.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
