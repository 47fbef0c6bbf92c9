"""Tickets: a person will call back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from backend.domain.handoffs import HALF_HOUR, promised_at
from backend.domain.phones import caller_phone, normal_phone
from backend.domain.words import HANDOFF_STATUSES
from backend.services.people import elder_by_phone, elders_of_phone
from backend.services.work import Filter, Work, add_numbered, audit, locked
from backend.store.outbox import CALL_BACK, CALLS, defer
from backend.store.people import Elder
from backend.store.talks import Conversation, Handoff


@dataclass(frozen=True)
class CreateHandoff:
    """Somebody wants to speak with a person."""

    conversation: str
    reason: str
    summary: str = ""
    elder_id: str | None = None
    phone: str | None = None


async def create_handoff(work: Work, command: CreateHandoff) -> tuple[Handoff, bool]:
    """Write a ticket and return it and whether it is new; one open ticket a conversation."""
    await locked(work, f"handoff:{command.conversation}")
    row = await work.session.scalar(
        select(Handoff).where(
            Handoff.conversation_id == command.conversation, Handoff.status == "open"
        )
    )
    if row is not None:
        row.summary = command.summary or row.summary
        return row, False
    talk = await work.session.get(Conversation, command.conversation)
    phone = caller_phone(command.phone) or (talk.phone if talk is not None else None)
    row = Handoff(
        conversation_id=command.conversation,
        elder_id=await _elder_id(work, command.elder_id, talk, phone),
        phone=phone,
        phone_index=phone,
        reason=command.reason,
        summary=command.summary,
        status="open",
        promised_at=promised_at(work.now, work.config.working_hours),
        created_at=work.now,
    )
    await add_numbered(work, row)
    await audit(work, "create", [f"handoff:{row.id}"])
    await _promise(work, row)
    return row, True


async def _promise(work: Work, row: Handoff) -> None:
    """Have the call placed in the half hour before it is due, where we can telephone."""
    if work.config.telephone is not None and row.phone:
        args = {"handoff_id": row.id}
        await defer(work.session, CALL_BACK, CALLS, args, at=row.promised_at - HALF_HOUR)


async def _elder_id(
    work: Work, elder_id: str | None, talk: Conversation | None, phone: str | None
) -> str | None:
    named = await work.session.get(Elder, elder_id or "")
    if named is not None:
        return named.id
    if talk is not None and talk.elder_id is not None:
        return talk.elder_id
    own = await elder_by_phone(work, phone)
    return own.id if own is not None else None


async def handoffs(work: Work, wanted: Filter) -> Sequence[Handoff]:
    """List tickets, the latest first."""
    wanted.ensure_status(HANDOFF_STATUSES)
    query = select(Handoff).order_by(Handoff.created_at.desc(), Handoff.id)
    exact = {
        Handoff.elder_id: wanted.elder_id,
        Handoff.status: wanted.status,
        Handoff.conversation_id: wanted.conversation,
    }
    for column, value in exact.items():
        if value:
            query = query.where(column == value)
    if wanted.phone:
        phone = normal_phone(wanted.phone)
        own = Handoff.phone_index == phone
        query = query.where(or_(own, Handoff.elder_id.in_(elders_of_phone(phone))))
    if wanted.since:
        query = query.where(Handoff.created_at >= wanted.since)
    return (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()
