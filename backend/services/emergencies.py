"""Emergencies: written at once, the family told at once, held until a person says so."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from anban.errors import NotFound
from backend.domain.emergencies import (
    RaiseEmergency,
    ensure_closable,
    ensure_holdable,
    ensure_known,
    joined_certainty,
    joined_kind,
)
from backend.domain.phones import caller_phone, normal_phone
from backend.domain.words import EMERGENCY_STATUSES, LIVE_EMERGENCY_STATUSES
from backend.services.people import bound_members, elder_by_phone, elders_of_phone
from backend.services.telling import tell_of_emergency
from backend.services.work import Filter, Work, audit, locked
from backend.store.alarms import Emergency, EmergencyEvent
from backend.store.database import utc_now
from backend.store.outbox import ALARM_FAMILY, EMERGENCIES, defer
from backend.store.people import Elder
from backend.store.talks import Conversation

LONGEST_TEXT = 2000
"""characters kept of what was said; a longer text is cut and never refused"""


async def raise_emergency(work: Work, command: RaiseEmergency) -> tuple[Emergency, bool]:
    """Write an emergency and the family's alarms; return it and whether it is new.

    The same key is the same sign. A further sign in a conversation whose emergency is still live
    joins that one. A certain one is told to all family contacts in the same transaction; a
    possible one after `possible_wait`, unless it has been confirmed or closed by then.

    Raises:
        Rejected: there is no such kind or certainty.
    """
    ensure_known(command)
    await locked(work, f"emergency:{command.conversation or command.key}")
    known = await _known(work, command)
    if known is not None:
        return known, False
    emergency = await _joined(work, command)
    is_new = emergency is None
    if emergency is None:
        emergency = await _written(work, command)
    _note(work, emergency, "sign" if not is_new else "raised", command.text, command.key)
    await _alarm_or_wait(work, emergency, is_new)
    return emergency, is_new


async def alarm_family(work: Work, emergency_id: str) -> bool:
    """Tell the family of an emergency that nobody has confirmed, closed or told of yet."""
    row = await emergency(work, emergency_id, for_update=True)
    if row.status != "open" or row.alarmed_at is not None:
        return False
    await _alarm(work, row)
    return True


async def acknowledge(work: Work, emergency_id: str, by: str) -> Emergency:
    """Note that a person holds it; the family is told who.

    Raises:
        NotFound: there is no such emergency.
        Conflict: somebody else holds it, or it is over.
    """
    row = await emergency(work, emergency_id, for_update=True)
    if not ensure_holdable(row.status, row.acknowledged_by, by):
        return row
    row.status, row.acknowledged_by, row.acknowledged_at = "acknowledged", by, work.now
    _note(work, row, "acknowledged", by)
    await _tell_further(work, row, "emergency_acknowledged", by)
    return row


async def close(work: Work, emergency_id: str, by: str, outcome: str) -> Emergency:
    """End it as `closed` or `false_alarm`; those who were told are told this too.

    Raises:
        NotFound: there is no such emergency.
        Conflict: it ended otherwise already.
        Rejected: there is no such outcome.
    """
    row = await emergency(work, emergency_id, for_update=True)
    if not ensure_closable(row.status, outcome):
        return row
    row.status, row.closed_by, row.closed_at = outcome, by, work.now
    _note(work, row, outcome, by)
    await _tell_further(work, row, f"emergency_{outcome}", by)
    return row


async def emergency(work: Work, emergency_id: str, *, for_update: bool = False) -> Emergency:
    """Return an emergency.

    Raises:
        NotFound: there is none with this id.
    """
    query = select(Emergency).where(Emergency.id == emergency_id)
    row = await work.session.scalar(query.with_for_update() if for_update else query)
    if row is None:
        raise NotFound("没有这件紧急事件")
    await audit(work, "read", [f"emergency:{row.id}"])
    return row


async def emergencies(work: Work, wanted: Filter) -> Sequence[Emergency]:
    """List emergencies, the latest first."""
    wanted.ensure_status(EMERGENCY_STATUSES)
    query = select(Emergency).order_by(Emergency.raised_at.desc(), Emergency.id)
    exact = {
        Emergency.elder_id: wanted.elder_id,
        Emergency.status: wanted.status,
        Emergency.conversation_id: wanted.conversation,
    }
    for column, value in exact.items():
        if value:
            query = query.where(column == value)
    if wanted.phone:
        phone = normal_phone(wanted.phone)
        own = Emergency.phone_index == phone
        query = query.where(or_(own, Emergency.elder_id.in_(elders_of_phone(phone))))
    if wanted.since:
        query = query.where(Emergency.raised_at >= wanted.since)
    rows = (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()
    await audit(work, "read", [f"emergency:{row.id}" for row in rows])
    return rows


async def _known(work: Work, command: RaiseEmergency) -> Emergency | None:
    return await work.session.scalar(
        select(Emergency)
        .join(EmergencyEvent, EmergencyEvent.emergency_id == Emergency.id)
        .where(EmergencyEvent.key == command.key)
    )


async def _joined(work: Work, command: RaiseEmergency) -> Emergency | None:
    """Return the live emergency of the conversation, with the new sign added to it."""
    if command.conversation is None:
        return None
    row = await work.session.scalar(
        select(Emergency)
        .where(
            Emergency.conversation_id == command.conversation,
            Emergency.status.in_(LIVE_EMERGENCY_STATUSES),
        )
        .with_for_update()
    )
    if row is not None:
        row.kind = joined_kind(row.kind, command.kind)
        row.certainty = joined_certainty(row.certainty, command.certainty)
        row.location = command.location or row.location
        row.elder_id = row.elder_id or await _elder_id(work, command)
    return row


async def _written(work: Work, command: RaiseEmergency) -> Emergency:
    row = Emergency(
        key=command.key,
        elder_id=await _elder_id(work, command),
        conversation_id=command.conversation,
        channel=command.channel,
        kind=command.kind,
        certainty=command.certainty,
        status="open",
        text=command.text[:LONGEST_TEXT],
        sign=command.sign[:LONGEST_TEXT],
        span=command.span[:LONGEST_TEXT],
        location=command.location,
        raised_at=work.now,
    )
    row.phone = row.phone_index = caller_phone(command.phone)
    work.session.add(row)
    await work.session.flush()
    return row


async def _elder_id(work: Work, command: RaiseEmergency) -> str | None:
    """Return whose emergency it is; an unknown caller's is nobody's and is raised all the same."""
    named = await work.session.get(Elder, command.elder_id or "")
    if named is not None:
        return named.id
    talk = await work.session.get(Conversation, command.conversation or "")
    if talk is not None and talk.elder_id is not None:
        return talk.elder_id
    phone = caller_phone(command.phone)
    own = await elder_by_phone(work, phone)
    if own is not None:
        return own.id
    callers = await bound_members(work, phone, neighbours=True)
    bound = {member.elder_id for member in callers}
    return bound.pop() if len(bound) == 1 else None


async def _alarm_or_wait(work: Work, row: Emergency, is_new: bool) -> None:
    if row.certainty == "certain":
        if row.alarmed_at is None:
            await _alarm(work, row)
    elif is_new:
        at = utc_now() + work.config.possible_wait
        args = {"emergency_id": row.id}
        await defer(work.session, ALARM_FAMILY, EMERGENCIES, args, at=at)


async def _alarm(work: Work, row: Emergency) -> None:
    row.alarmed_at = work.now
    await work.session.flush()
    told = await tell_of_emergency(work, row, "emergency_raised")
    _note(work, row, "family_alarmed" if told else "nobody_to_alarm", str(len(told)))


async def _tell_further(work: Work, row: Emergency, event: str, by: str) -> None:
    if row.alarmed_at is not None:
        await tell_of_emergency(work, row, event, by)


def _note(work: Work, row: Emergency, event: str, detail: str = "", key: str | None = None) -> None:
    work.session.add(
        EmergencyEvent(
            emergency_id=row.id,
            key=key,
            event=event,
            detail=detail[:LONGEST_TEXT],
            at=work.now,
        )
    )
