"""Visits that did not end, and visits that never were: each is a case until somebody handled it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import or_, select, update

from anban.errors import Conflict, NotFound, Rejected
from backend.domain.occurrences import falls_on
from backend.domain.orders import ChangeOrder
from backend.domain.times import CHINA, said_day, said_time
from backend.domain.visits import FINISHED, LONGEST, NOT_ENDED, UNDER_WAY, merged
from backend.domain.words import OPEN_ORDER_STATUSES, SERVICES
from backend.services import orders
from backend.services.handoffs import CreateHandoff, create_handoff
from backend.services.people import elder
from backend.services.work import Work, audit
from backend.store.services import Order
from backend.store.talks import Handoff
from backend.store.visits import MissedVisit, Visit, Worker

LOOKED_BACK = timedelta(days=7)
"""so far back a visit of an order that comes once is missed; an older one was before our time"""
REPEATED_BACK = timedelta(days=2)
"""the same of one that comes again: it may have been given to the worker only since"""


async def look_after(work: Work) -> None:
    """Close visits nobody has ended, and write down those nobody came to."""
    await end_overdue(work)
    await note_missed(work)


async def end_overdue(work: Work) -> list[Visit]:
    """Close visits under way for longer than any lasts: the order is free again, the desk looks."""
    rows = await work.session.scalars(
        select(Visit)
        .where(Visit.status == UNDER_WAY, Visit.arrived_at < work.now - LONGEST)
        .with_for_update(skip_locked=True)
    )
    found = list(rows)
    for row in found:
        row.status, row.flags = NOT_ENDED, merged(row.flags, ["not_ended"])
        begun = row.arrived_at.astimezone(CHINA)
        story = f"{begun.month}月{begun.day}日{begun:%H:%M}签到，一直没有说做完"
        order = await work.session.get_one(Order, row.order_id)
        await _case(work, f"visit:{row.id}", "visit_not_ended", order, row.worker_id, story)
    return found


async def note_missed(work: Work) -> list[MissedVisit]:
    """Write down visits of the last days that were given to somebody and that nobody came to."""
    today = work.now.astimezone(CHINA).date()
    found = []
    for days in range(1, LOOKED_BACK.days + 1):
        day = today - timedelta(days=days)
        found += [await _missed(work, order, day) for order in await _not_come_to(work, day, today)]
    return found


async def _not_come_to(work: Work, day: date, today: date) -> list[Order]:
    """Return the orders given to somebody of which a day's visit is neither there nor missed."""
    once = (Order.day == day) & Order.recurring.is_(None)
    again = (Order.day <= day) & Order.recurring.is_not(None)
    visited = select(Visit.order_id).where(Visit.day == day)
    noted = select(MissedVisit.order_id).where(MissedVisit.day == day)
    rows = await work.session.scalars(
        select(Order).where(
            Order.status.in_(OPEN_ORDER_STATUSES),
            Order.worker_id.is_not(None),
            or_(once, again) if today - day <= REPEATED_BACK else once,
            Order.id.not_in(visited),
            Order.id.not_in(noted),
        )
    )
    return [
        row
        for row in rows
        if falls_on(row.day, row.recurring, day) and row.created_at.astimezone(CHINA).date() <= day
    ]


async def _missed(work: Work, order: Order, day: date) -> MissedVisit:
    row = MissedVisit(order_id=order.id, day=day, worker_id=order.worker_id, noticed_at=work.now)
    work.session.add(row)
    await work.session.flush()
    story = f"{said_day(day)}{said_time(order.time)}没有人签到"
    await _case(work, f"missed:{row.id}", "visit_missed", order, order.worker_id, story)
    return row


async def _case(
    work: Work, about: str, reason: str, order: Order, worker_id: str | None, story: str
) -> None:
    """Write a ticket: somebody has to ring up the worker, and the elder where need be."""
    person = await elder(work, order.elder_id)
    worker = await work.session.get(Worker, worker_id) if worker_id else None
    who = worker.name if worker else "服务人员"
    summary = (
        f"{person.name or '老人'}的{SERVICES[order.service]}，单号{order.number}，{who}：{story}"
    )
    await create_handoff(work, CreateHandoff(about, reason, summary, elder_id=person.id))


async def waiting(work: Work) -> Sequence[MissedVisit]:
    """Return the visits nobody came to that nobody has handled, the latest first."""
    found = await work.session.scalars(
        select(MissedVisit)
        .where(MissedVisit.handled_at.is_(None))
        .order_by(MissedVisit.day.desc(), MissedVisit.id)
    )
    return found.all()


async def came_after_all(work: Work, order_id: str, day: date) -> None:
    """A check-in that was kept for want of a network has come: it was not missed."""
    missed = await work.session.scalars(
        update(MissedVisit)
        .where(
            MissedVisit.order_id == order_id,
            MissedVisit.day == day,
            MissedVisit.handled_at.is_(None),
        )
        .values(handled_at=work.now, handled_by="", outcome="签到后来送到了")
        .returning(MissedVisit.id)
    )
    for id in missed.all():
        await settled(work, f"missed:{id}")


# what the desk does


async def handle_missed(work: Work, missed_id: str, by: str, outcome: str) -> MissedVisit:
    """Write down what became of a visit nobody came to.

    Raises:
        NotFound: there is none with this id.
        Rejected: there is no word on what became of it.
    """
    row = await work.session.get(MissedVisit, missed_id)
    if row is None:
        raise NotFound("没有这次上门")
    if not outcome.strip():
        raise Rejected("请写一句处理的结果", "outcome")
    row.handled_by, row.handled_at, row.outcome = by, work.now, outcome.strip()
    await settled(work, f"missed:{row.id}")
    await audit(work, "look_into", [f"missed_visit:{row.id}"])
    return row


async def end_by_desk(work: Work, visit_id: str, by: str, outcome: str, *, done: bool) -> Visit:
    """End a visit the worker did not end: done, so the order is finished, or not done.

    Of one that was not done the order stays open: it can be moved, given to somebody else or
    cancelled.

    Raises:
        NotFound: there is no such visit.
        Conflict: it is ended already.
        Rejected: there is no word on what became of it.
    """
    row = await work.session.get(Visit, visit_id, with_for_update=True)
    if row is None:
        raise NotFound("没有这次上门")
    if row.status == FINISHED:
        raise Conflict("这次上门已经做完了")
    if not outcome.strip():
        raise Rejected("请写一句处理的结果", "outcome")
    row.seen_by, row.seen_at, row.outcome = by, work.now, outcome.strip()
    row.status = FINISHED if done else NOT_ENDED
    row.flags = merged(row.flags, ["not_ended"])
    order = await work.session.get_one(Order, row.order_id)
    if done and order.recurring is None and order.status in OPEN_ORDER_STATUSES:
        command = ChangeOrder(status="finished")
        await orders.change_order(work, f"visit:{row.id}", order.id, command, "desk")
    await settled(work, f"visit:{row.id}")
    await audit(work, "end_visit", [f"visit:{row.id}", f"order:{order.id}"])
    return row


async def settled(work: Work, about: str) -> None:
    """Close the ticket of a visit, or of one that was missed: what it was for is handled."""
    await work.session.execute(
        update(Handoff)
        .where(Handoff.conversation_id == about, Handoff.status == "open")
        .values(status="done")
    )
