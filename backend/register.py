"""Filling the register from files: shared by the demo county and by scenarios."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from backend.config import BackendConfig
from backend.domain.times import CHINA
from backend.services.work import Work
from backend.store.database import Database
from backend.store.people import Contact, FamilyMember


@asynccontextmanager
async def register(config: BackendConfig, now: datetime | None = None) -> AsyncIterator[Work]:
    """Give one transaction on the register, with a connection of its own."""
    database = Database(config)
    try:
        async with database.transaction() as session:
            yield Work(session, now or datetime.now(CHINA), config, actor="register")
    finally:
        await database.close()


def fixed_id(*parts: object) -> str:
    """Return an id that is the same at every load."""
    return str(uuid5(NAMESPACE_URL, "anban:" + ":".join(map(str, parts))))


async def ensure_webhook(work: Work, member: FamilyMember, url: str, priority: int = 1) -> None:
    """Let a family member be told by webhook at `url`; an older address is replaced."""
    contact = await work.session.scalar(
        select(Contact).where(Contact.family_member_id == member.id, Contact.channel == "webhook")
    )
    if contact is None:
        contact = Contact(
            family_member_id=member.id,
            channel="webhook",
            address=url,
            priority=priority,
            created_at=work.now,
        )
        work.session.add(contact)
    contact.address = url
    await work.session.flush()
