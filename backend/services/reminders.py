"""Reminders of medicine: agreed to, carried out by a call or a message, told and ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from anban.errors import NotFound
from backend.domain.reminders import next_time, times_of_day
from backend.domain.times import CHINA, ensure_ahead, recurrence, service_date
from backend.notices.sentences import phrase, reminder_wording
from backend.services.check_ins import plan_reminder
from backend.services.handoffs import CreateHandoff, create_handoff
from backend.services.people import elder
from backend.services.telling import write_notice
from backend.services.ways import own_ways
from backend.services.work import Filter, Work, audit, locked
from backend.store.database import utc_now
from backend.store.hotline import Reminder
from backend.store.outbox import NOTICES, REMIND, defer

TOO_LATE = timedelta(hours=1)
"""a reminder that comes later than this, the machine having been down, is left out: a second dose
so soon before the next one does harm"""


@dataclass(frozen=True)
class SetReminder:
    """The wish to be reminded, as it arrived."""

    first: str
    rule: str
    times: Sequence[str]
    conversation: str
    said: str = ""


async def set_reminder(work: Work, elder_id: str, command: SetReminder) -> Reminder:
    """Write a reminder and its first job; the same wish in one conversation is one reminder.

    Raises:
        NotFound: there is no such elder.
        Rejected: the day, the rule or the times cannot be; names the field.
    """
    person = await elder(work, elder_id)
    rule, times = recurrence(command.rule), times_of_day(command.times)
    first = service_date(command.first)
    ensure_ahead(first, times[-1], work.now)
    await locked(work, f"reminder:{command.conversation}")
    known = await work.session.scalar(
        select(Reminder).where(
            Reminder.elder_id == person.id,
            Reminder.conversation_id == command.conversation,
            Reminder.first == first,
            Reminder.rule == rule,
            Reminder.times == times,
            Reminder.ended_at.is_(None),
        )
    )
    if known is not None:
        return known
    row = Reminder(
        elder_id=person.id,
        conversation_id=command.conversation,
        first=first,
        rule=rule,
        times=times,
        said=command.said,
        created_at=work.now,
    )
    work.session.add(row)
    await work.session.flush()
    await audit(work, "create", [f"reminder:{row.id}"])
    await _plan(work, row, work.now)
    return row


async def reminders(work: Work, wanted: Filter) -> Sequence[Reminder]:
    """List reminders that stand, the earliest made first."""
    query = select(Reminder).where(Reminder.ended_at.is_(None))
    if wanted.elder_id:
        query = query.where(Reminder.elder_id == wanted.elder_id)
    if wanted.since:
        query = query.where(Reminder.created_at >= wanted.since)
    query = query.order_by(Reminder.created_at, Reminder.id)
    rows = (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()
    await audit(work, "read", [f"reminder:{row.id}" for row in rows])
    return rows


async def end(work: Work, reminder_id: str) -> Reminder:
    """End a reminder: it comes no more. One that has ended stays so.

    Raises:
        NotFound: there is none with this id.
    """
    row = await work.session.get(Reminder, reminder_id, with_for_update=True)
    if row is None:
        raise NotFound("没有这个提醒")
    if row.ended_at is None:
        row.ended_at, row.next_at = work.now, None
        await audit(work, "end", [f"reminder:{row.id}"])
    return row


async def ring(work: Work, reminder_id: str, due: str) -> None:
    """Remind the elder, and plan the next time; nothing where it ended, or was planned anew."""
    row = await work.session.get(Reminder, reminder_id, with_for_update=True)
    if row is None or row.ended_at is not None or row.next_at is None:
        return
    if row.next_at != datetime.fromisoformat(due):
        return
    if utc_now() - row.next_at <= TOO_LATE:
        await _remind(work, row)
    await _plan(work, row, max(work.now, row.next_at))


async def _remind(work: Work, row: Reminder) -> None:
    """By a call where we can telephone and may, else by the elder's own way, else by people."""
    if await plan_reminder(work, row.elder_id):
        return
    person = await elder(work, row.elder_id)
    for way in await own_ways(work, row.elder_id):
        await write_notice(work, "reminder", way, reminder_wording(person), person)
        return
    story = phrase("reminding", "unreached")
    about = CreateHandoff(f"reminder:{row.id}", "reminder", story, person.id, person.phone)
    await create_handoff(work, about)


async def _plan(work: Work, row: Reminder, after: datetime) -> None:
    due = next_time(row.first, row.rule, row.times, after.astimezone(CHINA))
    row.next_at = due
    if due is None:
        row.ended_at = work.now
        return
    await work.session.flush()
    args = {"reminder_id": row.id, "due": due.isoformat()}
    await defer(work.session, REMIND, NOTICES, args, at=due)
