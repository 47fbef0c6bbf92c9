"""Sees that no emergency lies unheld. Shares no code with the job engine, on purpose.

Plain SQL over one plain connection, opened anew for each look: nothing that breaks the API or the
workers breaks this. What it finds goes to the log at CRITICAL, for whoever watches the logs, and
to ``emergency_events``, for whoever looks at the emergency.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from dataclasses import dataclass
from datetime import datetime

import psycopg

from backend.store.database import libpq_url

logger = logging.getLogger(__name__)

EVERY_SECONDS = 10.0
UNHELD_SECONDS = 60
"""An emergency nobody has acknowledged for so long is alarming."""
REPEAT_SECONDS = 60
"""The same finding is not written again before that."""

_UNHELD = """
SELECT e.id, e.kind, e.raised_at,
       count(n.id) FILTER (WHERE n.status = 'delivered') AS told,
       count(n.id) FILTER (WHERE n.status = 'failed') AS failed
FROM emergencies e LEFT JOIN notices n ON n.emergency_id = e.id
WHERE e.status = 'open' AND e.raised_at < now() - make_interval(secs => %(seconds)s)
  AND NOT EXISTS (SELECT 1 FROM emergency_events v WHERE v.emergency_id = e.id
                  AND v.event = 'watchdog' AND v.at > now() - make_interval(secs => %(repeat)s))
GROUP BY e.id ORDER BY e.raised_at
"""

_STUCK_JOBS = """
SELECT count(*) FROM procrastinate_jobs
WHERE queue_name = 'emergencies' AND status IN ('todo', 'doing')
  AND coalesce(scheduled_at, now()) < now() - make_interval(secs => 30)
"""

_NOTE = """
INSERT INTO emergency_events (id, emergency_id, event, at) VALUES (%s, %s, 'watchdog', now())
"""


@dataclass(frozen=True)
class Unheld:
    """An emergency nobody holds.

    Attributes:
        id: of the emergency.
        kind: fall, stroke …
        raised_at: since when.
        told: how many have been reached.
        failed: how many could not be.
    """

    id: str
    kind: str
    raised_at: datetime
    told: int
    failed: int


async def look(database_url: str, unheld_seconds: int = UNHELD_SECONDS) -> list[Unheld]:
    """Looks once; notes each finding beside its emergency.

    Raises:
        psycopg.Error: the database cannot be reached.
    """
    connection = await psycopg.AsyncConnection.connect(libpq_url(database_url), connect_timeout=3)
    async with connection:
        found = await connection.execute(
            _UNHELD, {"seconds": unheld_seconds, "repeat": REPEAT_SECONDS}
        )
        unheld = [Unheld(*row) for row in await found.fetchall()]
        for emergency in unheld:
            await connection.execute(_NOTE, (uuid.uuid4().hex, emergency.id))
        stuck = await (await connection.execute(_STUCK_JOBS)).fetchone()
    for emergency in unheld:
        logger.critical(
            "emergency %s (%s) unheld since %s: %d told, %d not reached",
            *(emergency.id, emergency.kind, emergency.raised_at.isoformat()),
            *(emergency.told, emergency.failed),
        )
    if stuck and stuck[0]:
        logger.critical("%d emergency jobs wait longer than 30 s", stuck[0])
    return unheld


async def watch(database_url: str, every: float = EVERY_SECONDS) -> None:
    """Looks again and again until the process is stopped."""
    while True:
        try:
            await look(database_url)
        except psycopg.Error as error:
            logger.critical("the watchdog cannot see the database: %s", type(error).__name__)
        await asyncio.sleep(every)
