"""Handing work to the workers inside one's own transaction: both are committed, or neither."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

NOTICES = "notices"
EMERGENCIES = "emergencies"
ALARM_CALLS = "alarm_calls"
"""alarms by telephone, which last minutes too: they hold up no other alarm"""
CALLS = "calls"
"""calls that last minutes; only where we can telephone"""
QUEUES = (NOTICES, EMERGENCIES, ALARM_CALLS)

DELIVER_NOTICE = "deliver_notice"
DELIVER_ALARM = "deliver_alarm"
CLIMB = "climb"
CALL_BACK = "call_back"
CHECK_IN = "check_in"
FIND_ELDER = "find_elder"
FORGET_VISIT = "forget_visit"
LOOK_AFTER_VISITS = "look_after_visits"
NOTE_WAYS = "note_ways"
REMIND = "remind"

FEED = "anban_emergencies"
"""the channel of LISTEN on which changes of emergencies are announced"""

_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW("
    "CAST(:queue AS varchar), CAST(:task AS varchar), 0, CAST(:lock AS text), NULL, "
    "CAST(:args AS jsonb), CAST(:at AS timestamptz))]::procrastinate_job_to_defer_v1[])"
)

_ANNOUNCE = text("SELECT pg_notify(:channel, :payload)")


async def defer(
    session: AsyncSession,
    task: str,
    queue: str,
    args: dict[str, Any],
    *,
    lock: str | None = None,
    at: datetime | None = None,
) -> None:
    """Write a job in the session's transaction.

    Args:
        session: the transaction.
        task: the task's name.
        queue: the queue it is for.
        args: its arguments; ids only, since they are stored in the clear.
        lock: of jobs with the same lock only one runs at a time.
        at: not before this moment.
    """
    values = {"queue": queue, "task": task, "lock": lock, "args": json.dumps(args), "at": at}
    await session.execute(_DEFER, values)


async def announce(session: AsyncSession, emergency_id: str, event: str) -> None:
    """Tell whoever watches the feed that an emergency has changed, once this is committed."""
    payload = json.dumps({"emergency_id": emergency_id, "event": event})
    await session.execute(_ANNOUNCE, {"channel": FEED, "payload": payload})
