"""Calls that Anban places: what is said, the key that is pressed, and what came of each attempt."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from anban.errors import Conflict, NotFound
from backend.domain.call_outs import (
    ANSWERED,
    CALL_BACK,
    CALLING,
    EMERGENCY,
    HELD,
    IN_VAIN,
    MACHINE,
    NO_ANSWER,
    OUTCOMES,
    REACHED,
)
from backend.notices.sentences import phrase
from backend.services import alarm_calls, emergencies
from backend.services.alarm_calls import Script
from backend.services.summaries import summary
from backend.services.work import Filter, Work
from backend.store.alarms import Notice
from backend.store.database import utc_now
from backend.store.hotline import CallOut, CheckIn
from backend.store.outbox import announce
from backend.store.people import Elder
from backend.store.talks import Handoff

YES = "1"
"""the key that means: I am going"""


async def begin_alarm(work: Work, notice: Notice, phone: str) -> CallOut:
    """Write down that a contact is being called about an emergency."""
    made = await attempts(work, CallOut.notice_id == notice.id, CallOut.outcome.in_(IN_VAIN))
    return await _begun(
        work,
        CallOut(
            purpose=EMERGENCY,
            notice_id=notice.id,
            emergency_id=notice.emergency_id,
            elder_id=notice.elder_id,
            contact_id=notice.contact_id,
            phone=phone,
            attempt=len(made) + 1,
        ),
    )


async def begin_call_back(work: Work, ticket: Handoff, phone: str, attempt: int) -> CallOut:
    """Write down that a promised call is being placed."""
    return await _begun(
        work,
        CallOut(
            purpose=CALL_BACK,
            handoff_id=ticket.id,
            elder_id=ticket.elder_id,
            phone=phone,
            attempt=attempt,
        ),
    )


async def begin_check_in(work: Work, row: CheckIn, phone: str, attempt: int) -> CallOut:
    """Write down that somebody is being called to be asked something."""
    return await _begun(
        work,
        CallOut(
            purpose=row.kind,
            check_in_id=row.id,
            elder_id=row.elder_id,
            phone=phone,
            attempt=attempt,
        ),
    )


async def _begun(work: Work, row: CallOut) -> CallOut:
    row.outcome, row.placed_at = CALLING, utc_now()
    work.session.add(row)
    await work.session.flush()
    return row


async def attempts(work: Work, *which: ColumnElement[bool]) -> Sequence[CallOut]:
    """Return the attempts that conditions hold for, in order."""
    query = select(CallOut).where(*which).order_by(CallOut.placed_at)
    return (await work.session.scalars(query)).all()


async def answered(work: Work, call_id: str, *, machine: bool) -> Script:
    """Note that somebody, or a machine, has picked up; return what is to be said now.

    Raises:
        NotFound: there is no such call.
    """
    row = await call_out(work, call_id)
    row.answered_at = row.answered_at or utc_now()
    if row.outcome == CALLING and machine:
        row.outcome = MACHINE
    return await alarm_calls.message(work, row)


async def heard(work: Work, call_id: str) -> CallOut:
    """Note that a person has heard the message to its end.

    Raises:
        NotFound: there is no such call.
    """
    row = await call_out(work, call_id)
    if row.outcome == CALLING:
        row.outcome = ANSWERED
    await alarm_calls.note_news_heard(work, row)
    return row


async def pressed(work: Work, call_id: str, digit: str) -> Script:
    """Take a key; 1 acknowledges the emergency in the name of the contact who was called.

    Raises:
        NotFound: there is no such call.
    """
    row = await call_out(work, call_id)
    if row.emergency_id is None:
        return Script(())
    if digit != YES:
        told = await alarm_calls.message(work, row)
        return Script((phrase("call_emergency", "again"), *told.lines), told.keys)
    try:
        await emergencies.acknowledge(
            work, row.emergency_id, contact_id=row.contact_id, channel="call"
        )
    except Conflict:  # somebody else was quicker, or it is over: they hear which
        return await alarm_calls.message(work, row)
    whole = row.outcome == ANSWERED
    row.key, row.outcome = digit, HELD
    news = await alarm_calls.news_left(work, row, whole=whole)
    await alarm_calls.note_news_heard(work, row)
    return Script((phrase("call_emergency", "thanks"), *news))


async def met(work: Work, call_id: str, agent: str) -> str:
    """Note that an agent is there for a call-back; return what they should know.

    Raises:
        NotFound: there is no such call, or it is no call-back.
    """
    row = await call_out(work, call_id)
    ticket = await work.session.get(Handoff, row.handoff_id or "")
    if ticket is None:
        raise NotFound("没有这个回电")
    row.agent = agent
    elder = await work.session.get(Elder, row.elder_id) if row.elder_id else None
    rest = await summary(work, ticket.conversation_id, elder)
    await announce(work.session, "", "call_back")
    return phrase("call_back", "summary", number=ticket.ticket, rest=rest)


async def end(work: Work, call_id: str, outcome: str) -> CallOut:
    """Write down what came of a call; what was learnt on the call itself weighs more.

    Raises:
        NotFound: there is no such call.
    """
    row = await call_out(work, call_id)
    row.ended_at = utc_now()
    if row.outcome == CALLING:
        # Picking up is not hearing: only the line itself knows that the message was played whole.
        unheard = outcome == ANSWERED and row.purpose == EMERGENCY
        row.outcome = NO_ANSWER if unheard else outcome
    if row.handoff_id is not None and row.outcome in REACHED:
        ticket = await work.session.get_one(Handoff, row.handoff_id)
        ticket.status = "done"
    await announce(work.session, row.emergency_id or "", "call_out")
    return row


async def call_out(work: Work, call_id: str) -> CallOut:
    """Return one attempt, locked until the commit.

    Raises:
        NotFound: there is none with this id.
    """
    row = await work.session.scalar(select(CallOut).where(CallOut.id == call_id).with_for_update())
    if row is None:
        raise NotFound("没有这通电话")
    return row


async def call_outs(
    work: Work, wanted: Filter, *, emergency_id: str | None = None, handoff_id: str | None = None
) -> Sequence[CallOut]:
    """List attempts, the latest first; `wanted.status` is an outcome."""
    wanted.ensure_status(OUTCOMES)
    query = select(CallOut).order_by(CallOut.placed_at.desc(), CallOut.id)
    exact = {
        CallOut.elder_id: wanted.elder_id,
        CallOut.outcome: wanted.status,
        CallOut.emergency_id: emergency_id,
        CallOut.handoff_id: handoff_id,
    }
    for column, value in exact.items():
        if value:
            query = query.where(column == value)
    if wanted.since:
        query = query.where(CallOut.placed_at >= wanted.since)
    return (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()
