"""Delivering one notice: sent, and what came back written down."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.notices.ports import Message, Notifier, NotNow, Refused
from backend.store.alarms import Delivery, Notice
from backend.store.database import Database, utc_now
from backend.store.people import Contact
from backend.store.services import Order

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Outgoing:
    channel: str
    enabled: bool
    message: Message


async def deliver(
    database: Database, notifiers: Mapping[str, Notifier], notice_id: str, *, last_try: bool
) -> bool:
    """Deliver a notice, unless it is delivered or given up already.

    The sending happens outside any transaction. If this process dies between the sending and the
    writing down, the notice is sent again with the same id: at least once.

    Args:
        database: where the notice is.
        notifiers: the senders by channel.
        notice_id: which one.
        last_try: whether a failure now is final.

    Returns:
        Whether it is delivered.

    Raises:
        NotNow: it could not be delivered now; the job is to be tried again.
        Unavailable: the database went away; likewise.
    """
    outgoing = await _outgoing(database, notice_id)
    if outgoing is None:
        return False
    notifier = notifiers.get(outgoing.channel)
    if notifier is None or not outgoing.enabled:
        reason = "the contact is switched off" if notifier else "no sender is set up here"
        await _note(database, notice_id, outgoing.channel, "failed", error=reason)
        return False
    try:
        receipt = await notifier.send(outgoing.message)
    except Refused as error:
        await _note(database, notice_id, outgoing.channel, "failed", error=str(error))
        return False
    except NotNow as error:
        status = "failed" if last_try else "pending"
        await _note(database, notice_id, outgoing.channel, status, error=str(error))
        if last_try:
            logger.error("notice %s given up: %s", notice_id, error)
            return False
        raise
    await _note(database, notice_id, outgoing.channel, "delivered", receipt=receipt.id)
    return True


async def _outgoing(database: Database, notice_id: str) -> _Outgoing | None:
    async with database.transaction() as session:
        notice = await session.get(Notice, notice_id)
        if notice is None or notice.status != "pending":
            return None
        contact = await session.get_one(Contact, notice.contact_id)
        return _Outgoing(
            channel=notice.channel,
            enabled=contact.enabled,
            message=await _message(session, notice, contact),
        )


async def _message(session: AsyncSession, notice: Notice, contact: Contact) -> Message:
    number = await session.scalar(select(Order.number).where(Order.id == notice.order_id))
    return Message(
        id=notice.id,
        event=notice.event,
        address=contact.address,
        subject=notice.subject,
        text=notice.text,
        created_at=notice.created_at,
        facts={
            "order_id": notice.order_id,
            "order_number": number,
            "emergency_id": notice.emergency_id,
            "elder_id": notice.elder_id,
        },
    )


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
        notice = await session.get_one(Notice, notice_id)
        notice.status = status
        session.add(
            Delivery(
                notice_id=notice_id, at=utc_now(), channel=channel, receipt=receipt, error=error
            )
        )
