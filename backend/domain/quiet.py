"""Hours in which nobody's telephone is to ring for anything but an emergency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from anban.errors import Rejected

RINGING = frozenset({"sms", "wechat", "mini", "telegram", "voice_call"})
"""channels that make a sound; mail and programs wait by themselves"""


@dataclass(frozen=True)
class QuietHours:
    """From one time of the day to another, over midnight too."""

    start: time
    end: time

    def ends(self, now: datetime) -> datetime | None:
        """Return when it may ring again; None where it may now."""
        local = now.timetz().replace(tzinfo=None)
        over_midnight = self.start > self.end
        quiet = (
            local >= self.start or local < self.end
            if over_midnight
            else self.start <= local < self.end
        )
        if not quiet:
            return None
        end = now.replace(hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0)
        return end if end > now else end + timedelta(days=1)


def quiet_hours(text: str, field: str = "quiet_hours") -> QuietHours | None:
    """Return the hours that 22:00-07:00 names; None for an empty text.

    Raises:
        Rejected: it names none.
    """
    if not text.strip():
        return None
    try:
        start, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError as error:
        raise Rejected("应写成 22:00-07:00 这样，没有就留空", field) from error
    return None if start == end else QuietHours(start, end)
