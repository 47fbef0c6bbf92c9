"""Climbing the ladder of an emergency, and telling those who were told how it goes on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from backend.domain.consents import overridden
from backend.domain.ladder import FAMILY, Ladder, Step, first_step, nearest, round_steps
from backend.domain.words import EMERGENCY_NEWS, POSTS
from backend.notices.sentences import cry_of, emergency_wording
from backend.services.telling import DESK_SCREEN, write_notice
from backend.services.ways import CALL, ensure_alarm_ways, family_contacts
from backend.services.work import Work, audit
from backend.store.alarms import Emergency, EmergencyEvent, LadderRung, Notice
from backend.store.database import utc_now
from backend.store.outbox import CLIMB, EMERGENCIES, NOTE_WAYS, NOTICES, announce, defer
from backend.store.people import Contact, Elder

DESK_ID = "desk"
"""id of the desk's own page as a contact; it is made when it is first needed"""


async def begin(work: Work, row: Emergency, wait: timedelta) -> None:
    """Write the first rung: begun now, or after `wait` by a job."""
    ladder = await _ladder(work, row)
    (rung,) = await _write_rungs(work, row, [first_step(ladder, utc_now() + wait)])
    row.unheld_at = rung.due_at + ladder.unheld
    if wait:
        await _schedule(work, rung)
    else:
        await _climb(work, row, rung)


async def begin_now(work: Work, row: Emergency) -> None:
    """Begin the first rung of an emergency that was waiting to be confirmed."""
    rung = await work.session.scalar(
        select(LadderRung).where(
            LadderRung.emergency_id == row.id, LadderRung.round == 1, LadderRung.number == 0
        )
    )
    if rung is None:
        await begin(work, row, timedelta())
    elif rung.begun_at is None:
        await _climb(work, row, rung)


async def tell_newly_known(work: Work, row: Emergency) -> None:
    """Tell whom the begun rungs would have told, had the elder been known then."""
    rungs = await work.session.scalars(
        select(LadderRung)
        .where(LadderRung.emergency_id == row.id, LadderRung.begun_at.is_not(None))
        .order_by(LadderRung.round.desc(), LadderRung.number)
    )
    found = rungs.all()
    for rung in found:
        if rung.round == found[0].round:
            await _tell(work, row, rung)


async def hurry(work: Work, row: Emergency) -> None:
    """Begin the next rung of an open emergency now and a level louder, whenever it was due."""
    if row.status != "open":
        return
    rung = await work.session.scalar(
        select(LadderRung)
        .where(LadderRung.emergency_id == row.id, LadderRung.begun_at.is_(None))
        .order_by(LadderRung.round, LadderRung.number)
        .limit(1)
    )
    if rung is not None:
        rung.loudness = (await _ladder(work, row)).louder(rung.loudness)
        await _climb(work, row, rung)


async def climb(work: Work, rung_id: str) -> bool:
    """Begin a rung whose time has come, unless it is begun, or somebody holds the emergency."""
    row = await work.session.scalar(
        select(Emergency)
        .join(LadderRung, LadderRung.emergency_id == Emergency.id)
        .where(LadderRung.id == rung_id)
        .with_for_update(of=Emergency)
    )
    rung = await work.session.get(LadderRung, rung_id)
    if row is None or rung is None or row.status != "open" or rung.begun_at is not None:
        return False
    await _climb(work, row, rung)
    return True


async def tell_the_told(
    work: Work,
    row: Emergency,
    event: str,
    by: str = "",
    *,
    said: str | None = None,
    without: str | None = None,
) -> None:
    """Tell everybody an alarm was sent to how it goes on; the desk's page sees it by itself.

    Args:
        work: the transaction.
        row: the emergency.
        event: emergency_update, emergency_silent, emergency_line_dead, emergency_acknowledged,
            emergency_closed, emergency_false_alarm.
        by: who did it.
        said: what was said now; by default what was said first.
        without: a contact who need not be told, having done it.
    """
    alarmed = select(Notice.contact_id).where(
        Notice.emergency_id == row.id,
        or_(Notice.tried_at.is_not(None), Notice.status == "pending"),
    )
    contacts = await work.session.scalars(
        select(Contact)
        .where(Contact.id.in_(alarmed), Contact.id != (without or ""), Contact.enabled)
        .where(Contact.channel != DESK_SCREEN)
        .options(joinedload(Contact.member))
    )
    elder = await _elder(work, row)
    wording = emergency_wording(event, cry_of(row, elder, said), by)
    for contact in contacts.all():
        behind = None
        if event in EMERGENCY_NEWS and contact.channel == CALL:
            # one line at a time: the call that is under way tells this as well
            behind = await _last_alarm(work, row, contact)
        await write_notice(work, event, contact, wording, elder, emergency=row, behind=behind)


async def _last_alarm(work: Work, row: Emergency, contact: Contact) -> str | None:
    """Return the id of the alarm that a contact was sent last."""
    return await work.session.scalar(
        select(Notice.id)
        .where(Notice.emergency_id == row.id, Notice.contact_id == contact.id)
        .where(Notice.rung_id.is_not(None))
        .order_by(Notice.created_at.desc())
        .limit(1)
    )


async def withdraw(work: Work, row: Emergency, contacts: Collection[str] | None = None) -> None:
    """Let alarms that have not gone out yet stay in: of some contacts, or all of them."""
    query = update(Notice).where(
        Notice.emergency_id == row.id, Notice.status == "pending", Notice.rung_id.is_not(None)
    )
    if contacts is not None:
        query = query.where(Notice.contact_id.in_(contacts))
    await work.session.flush()
    await work.session.execute(query.values(status="withdrawn"))


async def note(
    work: Work,
    row: Emergency,
    event: str,
    detail: str = "",
    *,
    key: str | None = None,
    kind: str | None = None,
    conversation: str | None = None,
) -> None:
    """Write down what happened to an emergency, and announce it to the feed."""
    work.session.add(
        EmergencyEvent(
            emergency_id=row.id,
            key=key,
            event=event,
            detail=detail,
            kind=kind,
            conversation_id=conversation,
            at=work.now,
        )
    )
    await announce(work.session, row.id, event)


def person_of(contact: Contact) -> str:
    """Return how a contact is called: 女儿陈小梅, 社区工作人员王站长."""
    if contact.post:
        return POSTS[contact.post] + (contact.name or "")
    return (contact.member.relation + contact.member.name) if contact.member else ""


async def _climb(work: Work, row: Emergency, rung: LadderRung) -> None:
    """Begin a rung; one that has nobody gives way to the next of its round at once."""
    next_rung: LadderRung | None = rung
    while next_rung is not None and not await _begun(work, row, next_rung):
        next_rung = await work.session.scalar(
            select(LadderRung).where(
                LadderRung.emergency_id == row.id,
                LadderRung.round == next_rung.round,
                LadderRung.number == next_rung.number + 1,
            )
        )


async def _begun(work: Work, row: Emergency, rung: LadderRung) -> bool:
    """Begin one rung; return whether it has somebody."""
    if rung.begun_at is not None:
        return True
    rung.begun_at = utc_now()
    if rung.number == 0:
        ladder = await _ladder(work, row)
        if row.alarmed_at is None:
            row.alarmed_at, row.unheld_at = work.now, rung.begun_at + ladder.unheld
        steps = round_steps(ladder, rung.round, rung.begun_at)
        for later in await _write_rungs(work, row, steps):
            await _schedule(work, later)
    told = await _tell(work, row, rung)
    said = f"{rung.round}.{rung.number + 1} {','.join(rung.who)}: {told}"
    await note(work, row, "rung" if told else "rung_empty", said)
    return bool(told)


async def _tell(work: Work, row: Emergency, rung: LadderRung) -> int:
    """Write the alarms of a begun rung to those who have none of it yet.

    Returns:
        How many there is a sender for.
    """
    elder = await _elder(work, row)
    had = set(
        await work.session.scalars(select(Notice.contact_id).where(Notice.rung_id == rung.id))
    )
    contacts = [one for one in await _contacts(work, elder, rung.who) if one.id not in had]
    await withdraw(work, row, [contact.id for contact in contacts])
    event = "emergency_raised" if rung.round == 1 else "emergency_again"
    wording = emergency_wording(event, cry_of(row, elder))
    await _note_overrides(work, row, contacts)
    if elder is not None and FAMILY in rung.who and CALL in work.config.channels:
        # looked into by a job: nothing that is no alarm may fail one, or hold it up
        await defer(work.session, NOTE_WAYS, NOTICES, {"emergency_id": row.id})
    alarms = [
        await write_notice(work, event, contact, wording, elder, emergency=row, rung=rung)
        for contact in contacts
    ]
    return sum(alarm.status == "pending" for alarm in alarms)


async def _note_overrides(work: Work, row: Emergency, contacts: Sequence[Contact]) -> None:
    """Write down who is told more than the elder lets them know (PIPL, article 13, 4)."""
    people = {one.member.id: one.member for one in contacts if one.member is not None}
    told = [id for id, one in people.items() if overridden(one.role, one.consents)]
    objects = [f"emergency:{row.id} family_member:{id}" for id in told]
    await audit(work, "override", objects)


async def _write_rungs(work: Work, row: Emergency, steps: Sequence[Step]) -> list[LadderRung]:
    rungs = [
        LadderRung(
            emergency_id=row.id,
            round=step.round,
            number=step.number,
            who=list(step.who),
            loudness=step.loudness,
            due_at=step.due_at,
            overdue_at=step.overdue_at,
        )
        for step in steps
    ]
    work.session.add_all(rungs)
    await work.session.flush()
    return rungs


async def _schedule(work: Work, rung: LadderRung) -> None:
    await defer(work.session, CLIMB, EMERGENCIES, {"rung_id": rung.id}, at=rung.due_at)


async def _contacts(work: Work, elder: Elder | None, who: Sequence[str]) -> list[Contact]:
    found: list[Contact] = []
    for one in who:
        if one != FAMILY:
            found += await _on_duty(work, elder, one)
        elif elder is not None:
            await ensure_alarm_ways(work, elder.id)
            found += await family_contacts(work, elder.id, None)
    return found


async def _on_duty(work: Work, elder: Elder | None, post: str) -> list[Contact]:
    if post == "desk":
        await _ensure_desk(work)
    rows = await work.session.scalars(
        select(Contact)
        .where(Contact.post == post, Contact.enabled)
        .options(joinedload(Contact.member))
        .order_by(Contact.priority, Contact.created_at)
    )
    found = rows.all()
    locality, estate = (elder.locality, elder.estate) if elder else (None, None)
    area = nearest({one.area for one in found}, locality or "", estate or "")
    return [one for one in found if one.area == area or one.channel == DESK_SCREEN]


async def _ensure_desk(work: Work) -> None:
    values = {
        "id": DESK_ID,
        "post": "desk",
        "area": "",
        "channel": DESK_SCREEN,
        "address": DESK_SCREEN,
        "priority": 1,
        "enabled": True,
        "created_at": work.now,
    }
    await work.session.execute(insert(Contact).values(values).on_conflict_do_nothing())


async def _ladder(work: Work, row: Emergency) -> Ladder:
    elder = await _elder(work, row)
    return work.config.ladders.of(elder.locality if elder else None)


async def _elder(work: Work, row: Emergency) -> Elder | None:
    return await work.session.get(Elder, row.elder_id) if row.elder_id else None
