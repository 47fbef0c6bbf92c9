"""Emergencies: written at once, told at once, and on and on until a person holds them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload

from anban.errors import NotFound, Rejected
from backend.domain.emergencies import (
    CALLER_SILENT,
    LINE_DEAD,
    Known,
    RaiseEmergency,
    belongs,
    ensure_closable,
    ensure_holdable,
    ensure_known,
    joined_certainty,
    joined_kind,
)
from backend.domain.phones import caller_phone, normal_phone
from backend.domain.words import EMERGENCY_STATUSES, LIVE_EMERGENCY_STATUSES
from backend.services.escalation import (
    begin,
    begin_now,
    hurry,
    note,
    person_of,
    tell_newly_known,
    tell_the_told,
    withdraw,
)
from backend.services.finding import later as find_elder_later
from backend.services.people import (
    bound_members,
    elder_by_phone,
    elders_of_phone,
    kin_by_phone,
    members_of_account,
)
from backend.services.telling import DESK_SCREEN
from backend.services.work import Filter, Work, audit, locked
from backend.store.alarms import Delivery, Emergency, EmergencyEvent, Notice
from backend.store.database import utc_now
from backend.store.people import Contact, Elder
from backend.store.talks import Conversation

LONGEST_TEXT = 2000
"""characters kept of what was said; a longer text is cut and never refused"""
_NOTED = {CALLER_SILENT: "silent", LINE_DEAD: "line_dead"}
"""the event that a sign is written down as; any other is a `sign`"""
SEEN = "on the desk's screen"
"""the receipt of the desk's own page"""


async def raise_emergency(work: Work, command: RaiseEmergency) -> tuple[Emergency, bool]:
    """Write an emergency and its first rung; return it and whether it is new.

    The same key is the same sign. A further sign joins a live emergency where it belongs to it
    (`backend.domain.emergencies.belongs`), else it is one of its own that names the earlier one.
    A certain one climbs its first rung in this transaction; a possible one after `possible_wait`,
    unless it has been confirmed or closed by then.

    Raises:
        Rejected: there is no such kind or certainty.
    """
    ensure_known(command)
    await locked(work, f"emergency:{command.conversation or command.key}")
    known = await by_key(work, command.key)
    if known is not None:
        return known, False
    elder_id, phone = await _elder_id(work, command), caller_phone(command.phone)
    if elder_id or phone:
        await locked(work, f"emergency-of:{elder_id or phone}")
    live = await _live(work, command, elder_id, phone)
    for row, known_row in live:
        if belongs(known_row, command.kind, elder_id, work.now):
            await _join(work, row, command, elder_id)
            return row, False
    row = await _written(work, command, elder_id, live[0][0].id if live else None)
    await _note_sign(work, row, command, "raised")
    certain = row.certainty == "certain"
    await begin(work, row, timedelta() if certain else work.config.possible_wait)
    return row, True


async def locate(work: Work, key: str, location: str) -> None:
    """Add a position to the cry with a key; one that is over is left as it is.

    Raises:
        NotFound: the cry has not arrived yet.
    """
    row = await by_key(work, key)
    if row is None:
        raise NotFound("这次呼救还没有送到")
    row = await emergency(work, row.id, for_update=True)
    own = f"{key}-where"
    if row.status not in LIVE_EMERGENCY_STATUSES or await by_key(work, own) is not None:
        return
    told = RaiseEmergency(
        key=own,
        channel=row.channel,
        kind=row.kind,
        certainty=row.certainty,
        text=row.text,
        conversation=row.conversation_id,
        location=location,
    )
    await _join(work, row, told, None)


async def acknowledge(
    work: Work,
    emergency_id: str,
    *,
    by: str | None = None,
    contact_id: str | None = None,
    channel: str = "desk",
) -> Emergency:
    """Note that a person holds it: the ladder stops, those who were told learn who.

    The one door for every channel: the desk, a link, WeChat, Telegram, key 1 on a call-out.

    Args:
        work: the transaction.
        emergency_id: which one.
        by: the person's name; by default what the contact is called.
        contact_id: the contact who answered, where one did.
        channel: desk, link, wechat, telegram, call …

    Raises:
        NotFound: there is no such emergency or contact.
        Conflict: somebody else holds it, or it is over.
        Rejected: neither a person nor a contact is named.
    """
    row = await emergency(work, emergency_id, for_update=True)
    by = by or await _name_of(work, contact_id)
    if not ensure_holdable(row.status, row.acknowledged_by, by):
        return row
    row.status, row.acknowledged_by, row.acknowledged_at = "acknowledged", by, work.now
    row.acknowledged_channel, row.acknowledged_contact_id = channel, contact_id
    await withdraw(work, row)
    await note(work, row, "acknowledged", by)
    await tell_the_told(work, row, "emergency_acknowledged", by, without=contact_id)
    return row


async def close(
    work: Work, emergency_id: str, by: str, outcome: str, *, checked: bool = False
) -> Emergency:
    """End it as `closed` or `false_alarm`; those who were told are told this too.

    Args:
        work: the transaction.
        emergency_id: which one.
        by: who says so.
        outcome: closed or false_alarm.
        checked: that somebody asked "is it really nothing?"; a false alarm needs it.

    Raises:
        NotFound: there is no such emergency.
        Conflict: it ended otherwise already.
        Rejected: there is no such outcome, or a false alarm was not checked.
    """
    row = await emergency(work, emergency_id, for_update=True)
    if not ensure_closable(row.status, outcome, checked=checked):
        return row
    row.status, row.closed_by, row.closed_at = outcome, by, work.now
    await withdraw(work, row)
    await note(work, row, outcome, by)
    await tell_the_told(work, row, f"emergency_{outcome}", by)
    return row


async def seen(work: Work, emergency_id: str, by: str) -> Emergency:
    """Note that the desk has it on its screen: the receipt of the desk's notices.

    Raises:
        NotFound: there is no such emergency.
    """
    row = await emergency(work, emergency_id, for_update=True)
    waiting = await work.session.scalars(
        select(Notice).where(
            Notice.emergency_id == row.id,
            Notice.channel == DESK_SCREEN,
            Notice.status == "pending",
        )
    )
    found = waiting.all()
    for notice in found:
        notice.status, notice.tried_at = "delivered", utc_now()
        work.session.add(
            Delivery(notice_id=notice.id, at=utc_now(), channel=DESK_SCREEN, receipt=SEEN)
        )
    if found:
        await note(work, row, "seen", by)
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
    }
    for column, value in exact.items():
        if value:
            query = query.where(column == value)
    if wanted.conversation:
        query = query.where(Emergency.id.in_(_in_conversation(wanted.conversation)))
    if wanted.phone:
        phone = normal_phone(wanted.phone)
        own = Emergency.phone_index == phone
        query = query.where(or_(own, Emergency.elder_id.in_(elders_of_phone(phone))))
    if wanted.since:
        query = query.where(Emergency.raised_at >= wanted.since)
    rows = (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()
    await audit(work, "read", [f"emergency:{row.id}" for row in rows])
    return rows


async def live(work: Work) -> Sequence[Emergency]:
    """Return all emergencies that are not over, the latest first."""
    rows = await work.session.scalars(
        select(Emergency)
        .where(Emergency.status.in_(LIVE_EMERGENCY_STATUSES))
        .order_by(Emergency.raised_at.desc(), Emergency.id)
    )
    found = rows.all()
    await audit(work, "read", [f"emergency:{row.id}" for row in found])
    return found


async def by_key(work: Work, key: str) -> Emergency | None:
    """Return the emergency that a sign with this key raised or joined."""
    return await work.session.scalar(
        select(Emergency)
        .join(EmergencyEvent, EmergencyEvent.emergency_id == Emergency.id)
        .where(EmergencyEvent.key == key)
    )


async def _live(
    work: Work, command: RaiseEmergency, elder_id: str | None, phone: str | None
) -> list[tuple[Emergency, Known]]:
    """Return the live emergencies of this conversation, elder or phone, its own ones first."""
    heard: set[str] = set()
    if command.conversation:
        heard = set(await work.session.scalars(_in_conversation(command.conversation)))
    same: list[ColumnElement[bool]] = [Emergency.id.in_(heard)]
    if elder_id:
        same.append(Emergency.elder_id == elder_id)
    if phone:
        same.append(Emergency.phone_index == phone)
    rows = await work.session.scalars(
        select(Emergency)
        .where(Emergency.status.in_(LIVE_EMERGENCY_STATUSES), or_(*same))
        .order_by(Emergency.raised_at.desc(), Emergency.id)
        .with_for_update()
    )
    found = sorted(rows, key=lambda row: row.id not in heard)
    return [
        (row, Known(row.kind, row.status, row.elder_id, row.id in heard, row.last_sign_at))
        for row in found
    ]


def _in_conversation(conversation: str) -> Select[str]:
    """Return the query for the emergencies that were raised or heard of in a conversation."""
    return select(EmergencyEvent.emergency_id).where(EmergencyEvent.conversation_id == conversation)


async def _join(work: Work, row: Emergency, command: RaiseEmergency, elder_id: str | None) -> None:
    """Add a sign to a live emergency; those who were told learn what is new.

    New is a kind, that somebody unwell sinks to the floor, a place, a caller who has fallen
    silent, and a line that broke off while nobody holds the emergency. For a silent caller the
    ladder does not wait.
    """
    before, stranger = (row.kind, row.location), row.elder_id is None
    sinks = row.kind == "unwell" and command.kind == "fall"
    row.kind = joined_kind(row.kind, command.kind)
    row.certainty = joined_certainty(row.certainty, command.certainty)
    row.location = command.location or row.location
    row.elder_id = row.elder_id or elder_id
    row.last_sign_at = work.now
    await _note_sign(work, row, command, _NOTED.get(command.sign, "sign"))
    if row.alarmed_at is not None:
        await _tell_news(work, row, command, sinks or (row.kind, row.location) != before)
    if row.status == "open" and row.alarmed_at is not None and stranger and row.elder_id:
        await tell_newly_known(work, row)
    if row.status == "open" and row.alarmed_at is None and row.certainty == "certain":
        await begin_now(work, row)


async def _tell_news(work: Work, row: Emergency, command: RaiseEmergency, changed: bool) -> None:
    if command.sign == CALLER_SILENT:
        await tell_the_told(work, row, "emergency_silent")
        await hurry(work, row)
    elif command.sign == LINE_DEAD and row.status == "open":
        await tell_the_told(work, row, "emergency_line_dead")
    elif changed:
        await tell_the_told(work, row, "emergency_update", said=command.text)


async def _written(
    work: Work, command: RaiseEmergency, elder_id: str | None, earlier_id: str | None
) -> Emergency:
    row = Emergency(
        key=command.key,
        elder_id=elder_id,
        conversation_id=command.conversation,
        channel=command.channel,
        kind=command.kind,
        certainty=command.certainty,
        status="open",
        text=command.text[:LONGEST_TEXT],
        sign=command.sign[:LONGEST_TEXT],
        span=command.span[:LONGEST_TEXT],
        location=command.location,
        earlier_id=earlier_id,
        raised_at=work.now,
        last_sign_at=work.now,
    )
    row.phone = row.phone_index = caller_phone(command.phone)
    work.session.add(row)
    await work.session.flush()
    return row


async def _elder_id(work: Work, command: RaiseEmergency) -> str | None:
    """Return whose emergency it is; an unknown caller's is nobody's and is raised all the same.

    Nobody is asked to be bound first: a number that the register has with one elder is enough.
    """
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
    by_account = await members_of_account(work, command.conversation or "", neighbours=True)
    bound = {member.elder_id for member in [*callers, *by_account]}
    known = bound or {member.elder_id for member in await kin_by_phone(work, phone)}
    return known.pop() if len(known) == 1 else None


async def _note_sign(work: Work, row: Emergency, command: RaiseEmergency, event: str) -> None:
    await note(
        work,
        row,
        event,
        command.text[:LONGEST_TEXT],
        key=command.key,
        kind=command.kind,
        conversation=command.conversation,
    )
    if row.elder_id is None:
        await find_elder_later(work, row)


async def _name_of(work: Work, contact_id: str | None) -> str:
    if contact_id is None:
        raise Rejected("应说明是谁接手", "by")
    found = await work.session.scalar(
        select(Contact).where(Contact.id == contact_id).options(joinedload(Contact.member))
    )
    if found is None:
        raise NotFound("没有这个联系人")
    return person_of(found) or "家人"
