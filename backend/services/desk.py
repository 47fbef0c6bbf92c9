"""What the desk looks at: live emergencies with all that belongs to them, and today's history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from anban.errors import NotFound, Rejected
from backend.domain.times import CHINA
from backend.domain.words import LIVE_EMERGENCY_STATUSES
from backend.services import emergencies
from backend.services.escalation import note
from backend.services.timeline import everything_told
from backend.services.work import Work, audit
from backend.store.alarms import Emergency, EmergencyEvent, LadderRung, Notice
from backend.store.people import Elder, FamilyMember

LONGEST_HISTORY = 50
LONGEST_REASON = 500
CLOSING = "reason"
"""the event that holds why an emergency was closed"""

CALLER = "caller"
ELDER = "elder"


@dataclass(frozen=True)
class Case:
    """An emergency and all that belongs to it."""

    emergency: Emergency
    elder: Elder | None
    family: Sequence[FamilyMember]
    notices: Sequence[Notice]
    """with their deliveries, in the order they were written"""
    rungs: Sequence[LadderRung]
    """of the ladder, in order"""
    events: Sequence[EmergencyEvent]


async def live_cases(work: Work) -> list[Case]:
    """Return the emergencies that are not over: those nobody holds first, the oldest first."""
    rows = await work.session.scalars(
        select(Emergency)
        .where(Emergency.status.in_(LIVE_EMERGENCY_STATUSES))
        .order_by(Emergency.status.desc(), Emergency.raised_at, Emergency.id)
    )
    return await _cases(work, rows.all())


async def todays_cases(work: Work) -> list[Case]:
    """Return what was closed today, the latest first."""
    today = work.now.astimezone(CHINA)
    midnight = today.combine(today.date(), time(), CHINA)
    rows = await work.session.scalars(
        select(Emergency)
        .where(Emergency.closed_at >= midnight)
        .order_by(Emergency.closed_at.desc(), Emergency.id)
        .limit(LONGEST_HISTORY)
    )
    return await _cases(work, rows.all())


async def close(
    work: Work, emergency_id: str, by: str, outcome: str, reason: str, *, checked: bool
) -> Emergency:
    """Close an emergency with a reason, which stays beside it.

    Raises:
        Rejected: there is no reason, or a false alarm was not checked.
        NotFound, Conflict: as `emergencies.close` says.
    """
    if outcome == "false_alarm" and not checked:
        raise Rejected("记误报前要打过电话或派人看过，看过了请打勾", "checked")
    if not reason.strip():
        raise Rejected("请写一句是怎么处理的", "reason")
    row = await emergencies.close(work, emergency_id, by, outcome, checked=checked)
    await note(work, row, CLOSING, reason.strip())
    return row


async def phone(work: Work, emergency_id: str, whose: str) -> str:
    """Return a phone number of an emergency in full; who looked is written down.

    Args:
        work: the transaction.
        emergency_id: which one.
        whose: `caller`, `elder`, or the id of one of the family.

    Raises:
        NotFound: there is no such emergency, or no such number.
    """
    row = await work.session.get(Emergency, emergency_id)
    number = await _number(work, row, whose) if row is not None else None
    if number is None:
        raise NotFound("没有这个号码")
    await audit(work, "reveal_phone", [f"emergency:{emergency_id}", f"phone_of:{whose}"])
    return number


async def _number(work: Work, row: Emergency, whose: str) -> str | None:
    if whose == CALLER:
        return row.phone
    if row.elder_id is None:
        return None
    if whose == ELDER:
        return (await work.session.get_one(Elder, row.elder_id)).phone
    member = await work.session.get(FamilyMember, whose)
    return member.phone if member is not None and member.elder_id == row.elder_id else None


async def _cases(work: Work, rows: Sequence[Emergency]) -> list[Case]:
    ids = [row.id for row in rows]
    elder_ids = {row.elder_id for row in rows if row.elder_id}
    elders = await work.session.scalars(
        select(Elder).where(Elder.id.in_(elder_ids)).options(selectinload(Elder.family))
    )
    elder_of = {elder.id: elder for elder in elders}
    told = await everything_told(work, ids)
    events: defaultdict[str, list[EmergencyEvent]] = defaultdict(list)
    for event in await work.session.scalars(
        select(EmergencyEvent)
        .where(EmergencyEvent.emergency_id.in_(ids))
        .order_by(EmergencyEvent.at, EmergencyEvent.id)
    ):
        events[event.emergency_id].append(event)
    return [
        Case(
            emergency=row,
            elder=(elder := elder_of.get(row.elder_id or "")),
            family=elder.family if elder is not None else (),
            notices=told.notices.get(row.id, ()),
            rungs=told.rungs.get(row.id, ()),
            events=events[row.id],
        )
        for row in rows
    ]
