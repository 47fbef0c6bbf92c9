"""What a command works with: the transaction, the clock, the configuration."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from anban.errors import Rejected, Unavailable
from backend.config import BackendConfig
from backend.domain.numbers import LENGTH, LONGER, Choose, speakable_number
from backend.store.alarms import AuditEntry
from backend.store.applications import Application
from backend.store.services import Order
from backend.store.talks import Handoff

CROWDED_AFTER = 5
"""collisions of short numbers until longer ones are given"""
TRIES = 20


@dataclass(frozen=True)
class Work:
    """One transaction and what belongs to it."""

    session: AsyncSession
    now: datetime
    """the clock of the conversation, aware, in Chinese time"""
    config: BackendConfig
    actor: str = "service"
    choose: Choose = field(default=secrets.choice)


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to, and which part of it is wanted."""

    elder_id: str | None = None
    phone: str | None = None
    status: str | None = None
    since: datetime | None = None
    conversation: str | None = None
    limit: int = 50
    offset: int = 0

    def ensure_status(self, known: Collection[str]) -> None:
        """Refuse a status there is none of.

        Raises:
            Rejected: names `status`.
        """
        if self.status and self.status not in known:
            raise Rejected(f"没有这种状态，应为：{'、'.join(known)}", "status")


async def locked(work: Work, name: str) -> None:
    """Wait until nobody else works on `name`, and keep others waiting until the commit."""
    key = func.hashtextextended(name, 0)
    await work.session.execute(select(func.pg_advisory_xact_lock(key)))


async def audit(work: Work, action: str, objects: Sequence[str]) -> None:
    """Note who saw or changed whose data; `objects` are like `elder:<id>`."""
    work.session.add_all(
        AuditEntry(actor=work.actor, action=action, object=item, at=work.now) for item in objects
    )


async def add_numbered(work: Work, row: Order | Handoff | Application) -> None:
    """Insert a row under a speakable number that nothing else has.

    Raises:
        Unavailable: no free number was found.
    """
    column = "ticket" if isinstance(row, Handoff) else "number"
    for attempt in range(TRIES):
        length = LENGTH if attempt < CROWDED_AFTER else LONGER
        setattr(row, column, speakable_number(work.choose, length))
        try:
            async with work.session.begin_nested():
                work.session.add(row)
                await work.session.flush()
        except IntegrityError as error:
            if column not in str(error.orig):
                raise
        else:
            return
    raise Unavailable("暂时没有空余的单号")
