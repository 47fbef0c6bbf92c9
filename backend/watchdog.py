"""Sees that no emergency lies unheld. Shares no code with the job engine, on purpose.

A process of its own, plain SQL over one plain connection opened anew for each look, and its own
sending: nothing that breaks the API, the ladder or the workers breaks this. It looks for

- an emergency nobody holds (`watchdog_unheld`, each minute anew),
- a rung overdue by half its limit (`watchdog_overdue`),
- a job of the emergency queue that is stuck or has failed (`watchdog_job`),
- a sender that fails (`watchdog_sender`),

and alarms the desk (an event in its feed, its other contacts) and, while nobody holds it, the next
contact of the ladder whom nothing has reached yet.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import uuid
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import psycopg
from psycopg.rows import dict_row

from backend.config import BackendConfig
from backend.domain.ladder import FAMILY, nearest
from backend.domain.times import CHINA
from backend.domain.words import EMERGENCIES, POSTS
from backend.notices.links import links_of
from backend.notices.ports import Message, Notifier, NotNow, Refused
from backend.notices.sentences import Cry, emergency_wording, with_link
from backend.notices.smtp import SmtpNotifier
from backend.notices.webhook import TIMEOUT, WebhookNotifier
from backend.store.database import libpq_url
from backend.store.outbox import FEED
from backend.store.vault import Vault

logger = logging.getLogger(__name__)

EVERY_SECONDS = 10.0
EVENT = "emergency_unheld"
BEAT = "watchdog"
"""under this name /readyz sees that it looks"""

# Each finds (emergency, key): what has a key already has been alarmed about.
_FINDINGS = {
    "unheld": """
        SELECT id, 'unheld:' || id || ':' || floor(extract(epoch FROM now() - unheld_at) / 60)
        FROM emergencies WHERE status = 'open' AND unheld_at < now()""",
    "overdue": """
        SELECT e.id, 'overdue:' || r.id FROM rungs r JOIN emergencies e ON e.id = r.emergency_id
        WHERE e.status = 'open' AND r.begun_at IS NULL AND r.overdue_at < now()""",
    "job": """
        SELECT e.id, 'job:' || j.id FROM procrastinate_jobs j
        LEFT JOIN notices n ON n.id = j.args->>'notice_id'
        LEFT JOIN rungs r ON r.id = j.args->>'rung_id'
        JOIN emergencies e ON e.id = coalesce(n.emergency_id, r.emergency_id)
        CROSS JOIN LATERAL (SELECT greatest(j.scheduled_at, max(v.at)) AS since
                            FROM procrastinate_events v WHERE v.job_id = j.id) AS last
        WHERE j.queue_name = 'emergencies' AND (e.status = 'open' OR r.id IS NULL)
          AND (j.status = 'failed'
               OR j.status = 'todo' AND last.since < now() - interval '10 seconds'
               OR j.status = 'doing' AND last.since < now() - interval '40 seconds')""",
    "sender": """
        SELECT e.id, 'sender:' || n.id FROM notices n
        JOIN rungs r ON r.id = n.rung_id JOIN emergencies e ON e.id = n.emergency_id
        WHERE e.status = 'open' AND n.channel <> 'desk' AND (n.status = 'failed'
          OR n.status = 'pending' AND (r.begun_at < now() - interval '15 seconds'
            OR (SELECT count(*) FROM deliveries d WHERE d.notice_id = n.id) >= 2))""",
}

_CLAIM = """
INSERT INTO emergency_events (id, emergency_id, key, event, at)
VALUES (%s, %s, %s, %s, now()) ON CONFLICT (key) DO NOTHING RETURNING id
"""

_EMERGENCY = """
SELECT e.id, e.status, e.kind, e.text, e.location, e.phone, e.raised_at, e.elder_id,
       o.name, o.address, o.phone AS elder_phone, o.locality, o.estate
FROM emergencies e LEFT JOIN elders o ON o.id = e.elder_id WHERE e.id = %s
"""

_CONTACTS = """
SELECT c.id, c.channel, c.address, c.post, c.area, m.relation, EXISTS (
         SELECT 1 FROM notices n WHERE n.emergency_id = %(emergency)s AND n.contact_id = c.id
         AND n.status = 'delivered') AS reached
FROM contacts c LEFT JOIN family_members m ON m.id = c.family_member_id
WHERE c.enabled AND c.channel = ANY(%(channels)s) AND (c.post IS NOT NULL OR m.elder_id = %(elder)s)
ORDER BY c.priority, c.created_at
"""

_NOTICE = """
INSERT INTO notices (id, event, elder_id, emergency_id, contact_id, post, channel, recipient,
                     subject, text, status, created_at, tried_at)
VALUES (%(id)s, %(event)s, %(elder_id)s, %(emergency_id)s, %(contact_id)s, %(post)s, %(channel)s,
        %(recipient)s, %(subject)s, %(text)s, %(status)s, now(), %(tried_at)s)
"""

_DELIVERY = """
INSERT INTO deliveries (id, notice_id, at, channel, receipt, error)
VALUES (%s, %s, now(), %s, %s, %s)
"""

_BEAT = """
INSERT INTO worker_beats (name, seen_at) VALUES (%s, now())
ON CONFLICT (name) DO UPDATE SET seen_at = now()
"""


_Row = dict[str, Any]
_Connection = psycopg.AsyncConnection[_Row]


@dataclass(frozen=True)
class Finding:
    """Something that is alarming about an emergency."""

    emergency_id: str
    reason: str
    """unheld, overdue, job or sender"""


class Watchdog:
    """Looks at the database and alarms.

    Args:
        config: the database, the keys of personal data, the ladders.
        notifiers: the senders by channel, of its own.
    """

    def __init__(self, config: BackendConfig, notifiers: Mapping[str, Notifier]) -> None:
        self._config = config
        self._notifiers = notifiers
        self._vault = Vault(config.encryption_keys, config.index_key)
        self._links = links_of(config)

    async def look(self) -> list[Finding]:
        """Look once, and alarm about what has not been alarmed about.

        Raises:
            psycopg.Error: the database cannot be reached.
        """
        connection = await psycopg.AsyncConnection.connect(
            libpq_url(self._config.database_url),
            autocommit=True,
            connect_timeout=3,
            row_factory=dict_row,
        )
        async with connection:
            await connection.execute(_BEAT, (BEAT,))
            found = await self._findings(connection)
            for emergency_id in dict.fromkeys(one.emergency_id for one in found):
                await self._alarm(connection, emergency_id)
        return found

    async def _findings(self, connection: _Connection) -> list[Finding]:
        claimed = []
        for reason, query in _FINDINGS.items():
            cursor = await connection.execute(query)
            for emergency_id, key in [tuple(row.values()) for row in await cursor.fetchall()]:
                event = f"watchdog_{reason}"
                values = (_new_id(), emergency_id, f"watchdog:{_short(key)}", event)
                if await (await connection.execute(_CLAIM, values)).fetchone():
                    logger.critical("emergency %s: %s", emergency_id, event)
                    await self._announce(connection, emergency_id, event)
                    claimed.append(Finding(emergency_id, reason))
        return claimed

    async def _alarm(self, connection: _Connection, emergency_id: str) -> None:
        """Tell the desk, and the next contact unless somebody holds it."""
        row = await (await connection.execute(_EMERGENCY, (emergency_id,))).fetchone()
        assert row is not None
        desk, climbing = await self._on_the_ladder(connection, row)
        for contact in desk:
            await self._tell(connection, row, contact)
        if row["status"] != "open":
            return
        unreached = [contact for contact in climbing if not contact["reached"]]
        for contact in unreached or climbing[::-1]:
            if await self._tell(connection, row, contact):
                return
        logger.critical("emergency %s: the watchdog reached nobody", emergency_id)

    async def _on_the_ladder(
        self, connection: _Connection, row: _Row
    ) -> tuple[list[_Row], list[_Row]]:
        """Return the desk's contacts, and everybody else's in the order of the ladder."""
        values = {
            "emergency": row["id"],
            "elder": row["elder_id"],
            "channels": list(self._notifiers),
        }
        contacts = await (await connection.execute(_CONTACTS, values)).fetchall()
        ladder = self._config.ladders.of(row["locality"])
        order = dict.fromkeys(who for rung in ladder.rungs for who in rung.who)
        desk = _serving(contacts, "desk", row)
        return desk, [
            contact
            for who in order
            if who != "desk"
            for contact in _serving(contacts, None if who == FAMILY else who, row)
        ]

    async def _tell(self, connection: _Connection, row: _Row, contact: _Row) -> bool:
        """Send one alarm and write down what came of it; return whether it was received."""
        wording = emergency_wording(EVENT, self._cry(row))
        notice_id = _new_id()
        url = self._links.url(notice_id)
        message = Message(
            id=notice_id,
            event=EVENT,
            address=self._vault.open(contact["address"]),
            subject=wording.subject,
            text=with_link(wording.text, url),
            created_at=datetime.now(CHINA),
            facts={
                "emergency_id": row["id"],
                "elder_id": row["elder_id"],
                "post": contact["post"],
                "acknowledge_url": url,
            },
            urgent=True,
        )
        receipt, error, tried_at = None, None, datetime.now(CHINA)
        notice = {
            "id": notice_id,
            "event": EVENT,
            "elder_id": row["elder_id"],
            "emergency_id": row["id"],
            "contact_id": contact["id"],
            "post": contact["post"],
            "channel": contact["channel"],
            "recipient": POSTS.get(contact["post"] or "", contact["relation"] or ""),
            "subject": self._vault.seal(wording.subject),
            "text": self._vault.seal(wording.text),
            "status": "failed",
            "tried_at": tried_at,
        }
        await connection.execute(_NOTICE, notice)  # before it goes out, so that its link works
        try:
            receipt = (await self._notifiers[contact["channel"]].send(message)).id
        except (Refused, NotNow) as refusal:
            error = str(refusal)
        except Exception as trouble:  # noqa: BLE001 - a broken sender must not stop the others
            error = f"the sender broke: {type(trouble).__name__}"
        delivery = (_new_id(), notice_id, contact["channel"], receipt, error)
        await connection.execute(_DELIVERY, delivery)
        if receipt:
            delivered = "UPDATE notices SET status = 'delivered' WHERE id = %s"
            await connection.execute(delivered, (notice_id,))
        await self._announce(connection, row["id"], "delivery")
        return receipt is not None

    async def _announce(self, connection: _Connection, emergency_id: str, event: str) -> None:
        payload = json.dumps({"emergency_id": emergency_id, "event": event})
        await connection.execute("SELECT pg_notify(%s, %s)", (FEED, payload))

    def _cry(self, row: _Row) -> Cry:
        def opened(*names: str) -> str | None:
            return next((self._vault.open(row[name]) for name in names if row[name]), None)

        return Cry(
            elder=(opened("name") or "老人") if row["elder_id"] else "未登记的来电人",
            kind=EMERGENCIES[row["kind"]],
            said=opened("text") or "",
            location=opened("location", "address") or "未说明",
            phone=opened("phone", "elder_phone"),
            at=row["raised_at"].astimezone(CHINA),
        )


def _serving(contacts: Sequence[_Row], post: str | None, row: _Row) -> list[_Row]:
    """Return the contacts of a post that serve where the elder lives; None is the family."""
    of_post = [contact for contact in contacts if contact["post"] == post]
    if post is None:
        return of_post
    areas = {contact["area"] for contact in of_post}
    area = nearest(areas, row["locality"] or "", row["estate"] or "")
    return [contact for contact in of_post if contact["area"] == area]


def _new_id() -> str:
    return str(uuid.uuid4())


def _short(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:40]


async def watch(
    config: BackendConfig,
    every: float = EVERY_SECONDS,
    senders: Mapping[str, Notifier] | None = None,
) -> None:
    """Look again and again until the process is stopped; `senders` are those beside its own."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=TIMEOUT, trust_env=False))
        notifiers: dict[str, Notifier] = {"webhook": WebhookNotifier(config.webhook_secret, http)}
        if config.smtp is not None:
            notifiers["email"] = SmtpNotifier(config.smtp)
        notifiers |= senders or {}
        watchdog = Watchdog(config, notifiers)
        while True:
            try:
                await watchdog.look()
            except psycopg.Error as error:
                logger.critical("the watchdog cannot see the database: %s", type(error).__name__)
            await asyncio.sleep(every)
