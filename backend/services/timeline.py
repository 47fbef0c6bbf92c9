"""Everything that was told about emergencies, and one emergency's story in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from backend.services.work import Work
from backend.store.alarms import Emergency, EmergencyEvent, LadderRung, Notice


@dataclass(frozen=True)
class Told:
    """Rungs and notices (with their deliveries) by emergency, each in order."""

    rungs: Mapping[str, Sequence[LadderRung]]
    notices: Mapping[str, Sequence[Notice]]


@dataclass(frozen=True)
class Happening:
    """One line of the story."""

    at: datetime
    what: str
    """an event, or told, delivered, not_delivered, next"""
    who: str = ""
    text: str = ""
    channel: str | None = None
    receipt: str | None = None
    error: str | None = None


async def everything_told(work: Work, emergency_ids: Sequence[str]) -> Told:
    """Return what was told about some emergencies; of one moment the family comes first."""
    rungs = await work.session.scalars(
        select(LadderRung)
        .where(LadderRung.emergency_id.in_(emergency_ids))
        .order_by(LadderRung.round, LadderRung.number)
    )
    notices = await work.session.scalars(
        select(Notice)
        .where(Notice.emergency_id.in_(emergency_ids))
        .options(selectinload(Notice.deliveries))
        .order_by(Notice.created_at, Notice.post.nulls_first(), Notice.id)
    )
    by_rung, by_notice = defaultdict(list), defaultdict(list)
    for rung in rungs:
        by_rung[rung.emergency_id].append(rung)
    for notice in notices:
        by_notice[notice.emergency_id or ""].append(notice)
    return Told(by_rung, by_notice)


async def timeline(work: Work, row: Emergency) -> list[Happening]:
    """Return what happened to an emergency, and what comes next while nobody holds it."""
    told = await everything_told(work, [row.id])
    events = await work.session.scalars(
        select(EmergencyEvent).where(EmergencyEvent.emergency_id == row.id)
    )
    story = [Happening(one.at, one.event, text=one.detail or "") for one in events]
    for notice in told.notices.get(row.id, ()):
        story += _of_notice(notice)
    if row.status == "open":
        story += [
            Happening(rung.due_at, "next", ",".join(rung.who))
            for rung in told.rungs.get(row.id, ())
            if rung.begun_at is None
        ]
    return sorted(story, key=lambda one: one.at)


def _of_notice(notice: Notice) -> Iterator[Happening]:
    yield Happening(
        notice.created_at, "told", notice.recipient, notice.subject, channel=notice.channel
    )
    for one in notice.deliveries:
        what = "delivered" if one.receipt else "not_delivered"
        yield Happening(
            one.at,
            what,
            notice.recipient,
            channel=one.channel,
            receipt=one.receipt,
            error=one.error,
        )
