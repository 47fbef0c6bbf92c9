"""Delivering one notice: sent, and what came back written down."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from anban.errors import Unavailable
from backend.config import BackendConfig
from backend.domain.times import CHINA
from backend.notices.links import Links, links_of
from backend.notices.ports import Message, Notifier, NotNow, Refused, Unsure
from backend.notices.sentences import with_link
from backend.services.telling import pass_on
from backend.services.work import Work
from backend.store.alarms import Delivery, LadderRung, Notice
from backend.store.database import Database, utc_now
from backend.store.outbox import announce
from backend.store.people import Contact
from backend.store.services import Order

logger = logging.getLogger(__name__)

NOTE_SECONDS = 20.0
"""how long a receipt waits for a database that is away"""
REPEATABLE = frozenset({"webhook", "email"})
"""channels whose receivers tell a repeat by the notice's id (Idempotency-Key, Message-ID)"""
NOT_KNOWN = "what became of it is not known, so it is not sent again"


@dataclass(frozen=True)
class _Outgoing:
    channel: str
    enabled: bool
    again: bool
    """it was handed to the sender before, and what became of that is not known"""
    may_repeat: bool
    message: Message


async def deliver(
    database: Database,
    notifiers: Mapping[str, Notifier],
    notice_id: str,
    *,
    config: BackendConfig,
    last_try: bool,
) -> bool:
    """Deliver a notice, unless it is delivered, withdrawn or given up already.

    Of two workers at the same notice one sends. The sending happens outside any transaction: the
    notice is claimed before it and what became of it written down after it. Where that is not
    known (this process died in between, the database or the connection went away), urgency
    decides: what an emergency is about is sent again with the same id, since nobody must be left
    untold; so is what its receiver recognises by that id (`REPEATABLE`); anything else is not
    sent again, the person's next way takes over.

    Args:
        database: where the notice is.
        notifiers: the senders by channel.
        notice_id: which one.
        config: the backend's configuration.
        last_try: whether a failure now is final.

    Returns:
        Whether it is delivered.

    Raises:
        NotNow: it could not be delivered now; the job is to be tried again.
        Unavailable: the database went away; likewise.
    """
    async with database.alone(f"notice:{notice_id}") as alone:
        if not alone:
            raise NotNow("another worker is sending it")
        return await _deliver(database, notifiers, notice_id, config, last_try)


async def _deliver(
    database: Database,
    notifiers: Mapping[str, Notifier],
    notice_id: str,
    config: BackendConfig,
    last_try: bool,
) -> bool:
    outgoing = await _outgoing(database, notice_id, links_of(config))
    if outgoing is None:
        return False
    notifier = notifiers.get(outgoing.channel)
    if notifier is None or not outgoing.enabled:
        reason = "the contact is switched off" if notifier else "no sender is set up here"
        await _fail(database, notice_id, outgoing.channel, config, reason)
        return False
    if outgoing.again and not outgoing.may_repeat:
        await _fail(database, notice_id, outgoing.channel, config, NOT_KNOWN)
        return False
    try:
        receipt = await notifier.send(outgoing.message)
    except Unsure as error:
        if last_try or not outgoing.may_repeat:
            await _fail(database, notice_id, outgoing.channel, config, f"{error}: {NOT_KNOWN}")
            return False
        raise
    except Refused as error:
        await _fail(database, notice_id, outgoing.channel, config, str(error))
        return False
    except NotNow as error:
        if last_try:
            logger.error("notice %s given up: %s", notice_id, error)
            await _fail(database, notice_id, outgoing.channel, config, str(error))
            return False
        await _note(database, notice_id, outgoing.channel, "pending", error=str(error))
        raise
    await _note_patiently(database, notice_id, outgoing.channel, receipt.id)
    return True


async def _outgoing(database: Database, notice_id: str, links: Links) -> _Outgoing | None:
    async with database.transaction() as session:
        notice = await session.get(Notice, notice_id, with_for_update=True)
        if notice is None or notice.status != "pending":
            return None
        again = notice.claimed_at is not None
        notice.tried_at = notice.tried_at or utc_now()
        notice.claimed_at = utc_now()
        contact = await session.get_one(Contact, notice.contact_id)
        return _Outgoing(
            channel=notice.channel,
            enabled=contact.enabled,
            again=again,
            may_repeat=notice.emergency_id is not None or notice.channel in REPEATABLE,
            message=await _message(session, notice, contact, links),
        )


async def _message(
    session: AsyncSession, notice: Notice, contact: Contact, links: Links
) -> Message:
    number = await session.scalar(select(Order.number).where(Order.id == notice.order_id))
    rung = await session.get(LadderRung, notice.rung_id) if notice.rung_id else None
    url = links.url(notice.id) if rung else None
    return Message(
        id=notice.id,
        event=notice.event,
        address=contact.address,
        subject=notice.subject,
        text=with_link(notice.text, url) if url else notice.text,
        created_at=notice.created_at,
        facts={
            "order_id": notice.order_id,
            "order_number": number,
            "emergency_id": notice.emergency_id,
            "elder_id": notice.elder_id,
            "post": notice.post,
            "round": str(rung.round) if rung else None,
            "loudness": str(rung.loudness) if rung else None,
            "acknowledge_url": url,
        },
        urgent=rung is not None,
    )


@retry(
    retry=retry_if_exception_type(Unavailable),
    wait=wait_fixed(0.5),
    stop=stop_after_delay(NOTE_SECONDS),
    reraise=True,
)
async def _note_patiently(database: Database, notice_id: str, channel: str, receipt: str) -> None:
    """Write the receipt down, also after the database was away: else it would be sent again."""
    await _note(database, notice_id, channel, "delivered", receipt=receipt)


async def _fail(
    database: Database, notice_id: str, channel: str, config: BackendConfig, why: str
) -> None:
    """Write down that this way failed, and tell the person by the next one."""
    async with database.transaction() as session:
        notice = await _write(session, notice_id, channel, "failed", error=why)
        if notice.status == "failed":
            work = Work(session, datetime.now(CHINA), config, actor="worker")
            await pass_on(work, notice)


async def _note(
    database: Database,
    notice_id: str,
    channel: str,
    status: str,
    *,
    receipt: str | None = None,
    error: str | None = None,
) -> None:
    async with database.transaction() as session:
        await _write(session, notice_id, channel, status, receipt=receipt, error=error)


async def _write(
    session: AsyncSession,
    notice_id: str,
    channel: str,
    status: str,
    *,
    receipt: str | None = None,
    error: str | None = None,
) -> Notice:
    notice = await session.get_one(Notice, notice_id, with_for_update=True)
    if notice.status == "pending" or status == "delivered":  # else it was withdrawn meanwhile
        notice.status = status
    notice.claimed_at = None
    session.add(
        Delivery(notice_id=notice_id, at=utc_now(), channel=channel, receipt=receipt, error=error)
    )
    if notice.emergency_id is not None:
        await announce(session, notice.emergency_id, "delivery")
    return notice
