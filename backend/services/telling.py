"""Writing notices in the transaction of what they are about (the outbox)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from anban.errors import NotFound
from backend.domain.consents import may
from backend.domain.phones import normal_phone
from backend.domain.quiet import RINGING, quiet_hours
from backend.domain.words import NOTICE_STATUSES, POSTS
from backend.notices.sentences import Wording, order_wording
from backend.services.people import elders_of_phone
from backend.services.ways import CALL, family_contacts, first_ways, next_way, own_ways
from backend.services.work import Filter, Work
from backend.store.alarms import Delivery, Emergency, LadderRung, Notice
from backend.store.database import utc_now
from backend.store.outbox import (
    ALARM_CALLS,
    DELIVER_ALARM,
    DELIVER_NOTICE,
    EMERGENCIES,
    NOTICES,
    defer,
)
from backend.store.people import Contact, Elder
from backend.store.services import Order, OrderEvent

DESK_SCREEN = "desk"
"""the channel of the desk's own page"""


async def tell_of_order(
    work: Work, elder: Elder, order: Order, event: OrderEvent, by_member: str | None
) -> list[Notice]:
    """Write what the family is told about a change of an order: each by their first way."""
    family = await family_contacts(work, elder.id, "order_notices", without=by_member)
    written = []
    for contact in first_ways(work, family):
        whole = _may(contact, "hospital")
        wording = order_wording(event.event, elder, order, event.reason, whole=whole)
        made = write_notice(work, event.event, contact, wording, elder, order=order, change=event)
        written.append(await made)
    return written


def _may(contact: Contact, what: str) -> bool:
    """Return whether a contact may know something: only for families is that a question."""
    member = contact.member
    return member is None or may(member.role, member.consents, what)


async def tell_of_visit(
    work: Work, elder: Elder, order: Order, event: OrderEvent, wording: Wording
) -> list[Notice]:
    """Write what the family and the elder are told about a visit: each by their first way."""
    family = await family_contacts(work, elder.id, "visit_notices")
    contacts = [*first_ways(work, family), *await own_ways(work, elder.id)]
    return [
        await write_notice(work, event.event, contact, wording, elder, order=order, change=event)
        for contact in contacts
    ]


async def write_notice(
    work: Work,
    event: str,
    contact: Contact,
    wording: Wording,
    elder: Elder | None,
    *,
    order: Order | None = None,
    change: OrderEvent | None = None,
    emergency: Emergency | None = None,
    rung: LadderRung | None = None,
    behind: str | None = None,
) -> Notice:
    """Write what one contact is told, and the job that delivers it.

    What is for the desk's screen needs no job: it is announced, and delivered once it is seen.
    What is no emergency waits for the end of the contact's quiet hours. Nothing is sent while the
    notice with the id `behind` is being sent.
    """
    deliverable = contact.channel in work.config.channels
    notice = Notice(
        event=event,
        elder_id=elder.id if elder else None,
        order_id=order.id if order else None,
        order_event_id=change.id if change else None,
        emergency_id=emergency.id if emergency else None,
        rung_id=rung.id if rung else None,
        contact_id=contact.id,
        post=contact.post,
        channel=contact.channel,
        recipient=_recipient(contact),
        subject=wording.subject,
        text=wording.text,
        status="pending" if deliverable else "failed",
        created_at=work.now,
    )
    work.session.add(notice)
    await work.session.flush()
    if not deliverable:
        work.session.add(_no_sender(notice))
        return notice
    if contact.channel == DESK_SCREEN:
        return notice
    task, queue = (DELIVER_NOTICE, NOTICES) if emergency is None else (DELIVER_ALARM, EMERGENCIES)
    if emergency is not None and contact.channel == CALL:
        queue = ALARM_CALLS
    args, lock = {"notice_id": notice.id}, f"notice:{behind or notice.id}"
    quiet = _quiet_until(work, contact) if emergency is None else None
    # Work's clock is the conversation's, the job's is this machine's: the wait is the same.
    at = utc_now() + (quiet - work.now) if quiet else None
    await defer(work.session, task, queue, args, lock=lock, at=at)
    return notice


def _quiet_until(work: Work, contact: Contact) -> datetime | None:
    if contact.channel not in RINGING:
        return None
    hours = work.config.quiet_hours
    if contact.quiet_hours is not None:
        hours = quiet_hours(contact.quiet_hours)
    return hours.ends(work.now) if hours else None


async def pass_on(work: Work, failed: Notice) -> Notice | None:
    """Tell a person by their next way what could not be told by the last one.

    An emergency is told by all ways at once, so there nothing is passed on.
    """
    if failed.emergency_id is not None:
        return None
    way = await next_way(work, failed.contact_id)
    if way is None:
        return None
    return await write_notice(
        work,
        failed.event,
        way,
        Wording(failed.subject, failed.text),
        await work.session.get(Elder, failed.elder_id) if failed.elder_id else None,
        order=await work.session.get(Order, failed.order_id) if failed.order_id else None,
        change=await work.session.get(OrderEvent, failed.order_event_id)
        if failed.order_event_id
        else None,
    )


def _recipient(contact: Contact) -> str:
    if contact.post:
        return POSTS[contact.post]
    return contact.member.relation if contact.member else ""


def _no_sender(notice: Notice) -> Delivery:
    return Delivery(
        notice_id=notice.id,
        at=notice.created_at,
        channel=notice.channel,
        error=f"no sender for {notice.channel} is set up here",
    )


async def notice(work: Work, notice_id: str) -> Notice:
    """Return a notice with its deliveries.

    Raises:
        NotFound: there is none with this id.
    """
    found = await work.session.scalar(
        select(Notice).where(Notice.id == notice_id).options(selectinload(Notice.deliveries))
    )
    if found is None:
        raise NotFound("没有这条通知")
    return found


async def notices(
    work: Work,
    wanted: Filter,
    *,
    order_id: str | None = None,
    order_event_id: str | None = None,
    emergency_id: str | None = None,
) -> Sequence[Notice]:
    """List notices with their deliveries, the latest first."""
    wanted.ensure_status(NOTICE_STATUSES)
    query = (
        select(Notice)
        .options(selectinload(Notice.deliveries))
        .order_by(Notice.created_at.desc(), Notice.id)
        .limit(wanted.limit)
        .offset(wanted.offset)
    )
    exact = {
        Notice.elder_id: wanted.elder_id,
        Notice.status: wanted.status,
        Notice.order_id: order_id,
        Notice.order_event_id: order_event_id,
        Notice.emergency_id: emergency_id,
    }
    for column, value in exact.items():
        if value:
            query = query.where(column == value)
    if wanted.phone:
        query = query.where(Notice.elder_id.in_(elders_of_phone(normal_phone(wanted.phone))))
    if wanted.since:
        query = query.where(Notice.created_at >= wanted.since)
    return (await work.session.scalars(query)).all()
