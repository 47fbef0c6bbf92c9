"""When somebody may be called, how often, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

EMERGENCY: Final = "emergency"
CALL_BACK: Final = "call_back"
SATISFACTION: Final = "satisfaction"
CARE: Final = "care"
DEVICE_CHECK: Final = "device_check"
REMINDER: Final = "reminder"
CHECK_INS: Final = (SATISFACTION, CARE, DEVICE_CHECK, REMINDER)
"""calls on which Anban asks: after a service, how an elder is, whether an alarm means anything,
whether a medicine that an elder wants to be reminded of is taken"""
PURPOSES: Final = (EMERGENCY, CALL_BACK, *CHECK_INS)

CALLING: Final = "calling"
ANSWERED: Final = "answered"
HELD: Final = "acknowledged"
MACHINE: Final = "machine"
BUSY: Final = "busy"
NO_ANSWER: Final = "no_answer"
UNREACHABLE: Final = "unreachable"
NO_AGENT: Final = "no_agent"
OUTCOMES: Final = (CALLING, ANSWERED, HELD, MACHINE, BUSY, NO_ANSWER, UNREACHABLE, NO_AGENT)
"""under way; a person heard it; and pressed the key; a machine did; what the network said (a number
that it cannot reach answers as little as one that rings); we had no line; no agent was free"""
REACHED: Final = frozenset((ANSWERED, HELD))
IN_VAIN: Final = frozenset((BUSY, NO_ANSWER, MACHINE))
"""it rang where it should, and may not be tried for ever"""

OFFERED: Final = "offered"
JOINING: Final = "joining"
CONNECTED: Final = "connected"
GONE: Final = "gone"
TRANSFERS: Final = (OFFERED, JOINING, CONNECTED, "declined", GONE)
"""asked; let go to the agent; really joined, as the exchange says; the caller did not want to; the
caller or the agent hung up, or the two were not joined"""

LONGEST_CALL = timedelta(minutes=10)
"""a call that has been under way for longer was lost with the worker that placed it"""


@dataclass(frozen=True)
class CallRules:
    """When and how often people are called who are in no danger."""

    start: time = time(8)
    end: time = time(21)
    """not before, not after"""
    attempts: int = 3
    """calls that nobody answered, until it is given up"""
    again: timedelta = timedelta(minutes=10)
    """between two of those"""
    agent_again: timedelta = timedelta(seconds=30)
    """between two looks for a free agent"""

    def allowed(self, now: datetime) -> bool:
        """Return whether somebody may be called now (local time)."""
        return self.start <= now.time() < self.end

    def next_allowed(self, now: datetime) -> datetime:
        """Return the first moment from `now` on at which somebody may be called."""
        if self.allowed(now):
            return now
        day = now if now.time() < self.start else now + timedelta(days=1)
        return day.replace(hour=self.start.hour, minute=self.start.minute, second=0, microsecond=0)
