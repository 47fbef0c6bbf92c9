"""Visits: orders given to workers, checked in and out of, and what the desk sees of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, case, delete, func, or_, select

from anban.errors import Conflict, NotFound, Rejected
from backend.domain.occurrences import falls_on
from backend.domain.orders import ChangeOrder
from backend.domain.places import Position, position, written
from backend.domain.times import CHINA
from backend.domain.visits import (
    FINISHED,
    NOT_ENDED,
    PLANNED,
    UNDER_WAY,
    UNSEEN,
    Fix,
    Plan,
    Press,
    arrived,
    is_proven,
    left,
    merged,
    window,
)
from backend.domain.words import OPEN_ORDER_STATUSES
from backend.notices.sentences import order_wording, visit_wording
from backend.services import check_ins, orders, unfinished, workers
from backend.services.accounts import AccountName
from backend.services.people import elder
from backend.services.telling import tell_of_visit, write_notice
from backend.services.ways import own_ways
from backend.services.work import Work, audit
from backend.store.database import utc_now
from backend.store.outbox import FORGET_VISIT, NOTICES, defer
from backend.store.people import Elder
from backend.store.services import Order
from backend.store.visits import MissedVisit, Visit, VisitPhoto, Worker

KEPT = timedelta(days=90)
"""so long after the arrival a visit's picture and places are there, as recordings of calls are"""
AHEAD = timedelta(days=14)
"""orders so far ahead can be given to somebody on the desk's page"""
MOST = 200


@dataclass(frozen=True)
class Stop:
    """A visit of a worker's day, begun or not."""

    order: Order
    elder: Elder
    day: date
    visit: Visit | None
    photo: bool = False

    @property
    def status(self) -> str:
        """planned, under_way or finished."""
        return self.visit.status if self.visit else PLANNED


@dataclass(frozen=True)
class Report:
    """What a worker sends when leaving."""

    note: str = ""
    differs: str = ""
    photo: bytes | None = None


# giving orders to workers


async def assign(work: Work, order: str, worker_id: str | None) -> Order:
    """Give an order to a worker, or to nobody.

    Raises:
        NotFound: there is no such order or worker.
        Conflict: the order is over, the worker is not active, or somebody is at it.
    """
    row = await orders.order_of(work, order, for_update=True)
    if row.status not in OPEN_ORDER_STATUSES:
        raise Conflict("这个单子已经结束，不能再派")
    if row.worker_id == worker_id:
        return row
    person = await workers.worker(work, worker_id) if worker_id else None
    if person is not None and not person.active:
        raise Conflict("这位服务人员已经停用")
    await unfinished.end_overdue(work)
    busy = select(Visit.id).where(Visit.order_id == row.id, Visit.status == UNDER_WAY)
    if await work.session.scalar(busy):
        raise Conflict("已经有人在做这一单，做完才能改派")
    row.worker_id, row.worker = (person.id, person.name) if person else (None, None)
    row.updated_at = work.now
    given = f"worker:{person.id}" if person else "worker:nobody"
    await audit(work, "assign", [f"order:{row.id}", given])
    return row


async def to_assign(work: Work) -> list[tuple[Order, Elder]]:
    """Return open orders of the next days with their elders: those of nobody first, by day."""
    today = work.now.astimezone(CHINA).date()
    found = await work.session.execute(
        select(Order, Elder)
        .join(Elder, Elder.id == Order.elder_id)
        .where(
            Order.status.in_(OPEN_ORDER_STATUSES),
            or_(Order.day >= today, Order.recurring.is_not(None)),
            Order.day <= today + AHEAD,
        )
        .order_by(Order.worker_id.is_not(None), Order.day, Order.created_at)
        .limit(MOST)
    )
    rows = [(order, person) for order, person in found]
    await audit(work, "read", [f"order:{order.id}" for order, _ in rows])
    return rows


# the worker's day


async def day_of(work: Work, who: AccountName) -> list[Stop]:
    """Return a worker's visits of today, and those still under way, by the time agreed.

    Raises:
        NotFound: it is no worker's account.
    """
    person = await workers.own(work, who)
    today = work.now.astimezone(CHINA).date()
    stops = await _planned(work, today, person.id)
    shown = {(stop.order.id, stop.day) for stop in stops}
    rows = await work.session.scalars(
        select(Visit).where(
            Visit.worker_id == person.id,
            or_(Visit.day == today, Visit.status == UNDER_WAY),
        )
    )
    for row in rows:
        if (row.order_id, row.day) not in shown:
            order = await work.session.get_one(Order, row.order_id)
            stops.append(await _stop(work, order, row.day, row))
    mine = [one for one in stops if one.visit is None or one.visit.worker_id == person.id]
    await audit(work, "read", [f"order:{one.order.id}" for one in mine])
    return sorted(mine, key=lambda one: (one.day, window(one.day, one.order.time)))


async def _planned(work: Work, day: date, worker_id: str | None = None) -> list[Stop]:
    """Return what is given to a worker, or to any, for a day."""
    query = select(Order).where(
        Order.status.in_(OPEN_ORDER_STATUSES),
        Order.worker_id == worker_id if worker_id else Order.worker_id.is_not(None),
        or_(Order.day == day, (Order.day < day) & Order.recurring.is_not(None)),
    )
    rows = (await work.session.scalars(query)).all()
    due = [row for row in rows if falls_on(row.day, row.recurring, day)]
    return [await _stop(work, row, day, await _visit(work, row.id, day)) for row in due]


async def _stop(work: Work, order: Order, day: date, visit: Visit | None) -> Stop:
    person = await elder(work, order.elder_id)
    photo = visit is not None and await _has_photo(work, visit.id)
    return Stop(order, person, day, visit, photo)


async def _visit(work: Work, order_id: str, day: date) -> Visit | None:
    return await work.session.scalar(
        select(Visit).where(Visit.order_id == order_id, Visit.day == day)
    )


async def _has_photo(work: Work, visit_id: str) -> bool:
    found = select(VisitPhoto.visit_id).where(VisitPhoto.visit_id == visit_id)
    return await work.session.scalar(found) is not None


# checking in and out


async def arrive(
    work: Work, who: AccountName, key: str, order: str, day: date, at: datetime, fix: Fix | None
) -> Stop:
    """Check in: the visit is under way, and family and elder are told; the same key again is it.

    A place that is far from the home is taken and flagged.

    Raises:
        NotFound: it is no worker's account, or the visit is not theirs.
        Conflict: it is not due on that day, was checked in already, or the order is over.
        Rejected: the telephone's clock cannot be right.
    """
    person = await workers.own(work, who)
    row = await orders.order_of(work, order, for_update=True)
    known = await _visit(work, row.id, day)
    if known is not None:
        return await _again(work, row, known, person, known.arrival_key == key, "已经签到过了")
    if row.worker_id != person.id:
        raise NotFound("这次上门没有派给您")
    if row.status not in OPEN_ORDER_STATUSES:
        raise Conflict("这个单子已经取消或完成，不用去了")
    fix = fix if person.places else None
    client = await elder(work, row.elder_id)
    judged = arrived(_plan(row, client, day), Press(at, work.now, fix))
    if not falls_on(row.day, row.recurring, day):
        raise Conflict("这个单子改了日子，请看最新的安排")
    visit = Visit(
        order_id=row.id,
        day=day,
        worker_id=person.id,
        status=UNDER_WAY,
        flags=merged(judged.flags),
        arrived_at=judged.at,
        arrival_came_at=work.now,
        arrival_place=_stored(fix),
        arrival_metres=judged.metres,
        arrival_key=key,
    )
    work.session.add(visit)
    await work.session.flush()
    await unfinished.came_after_all(work, row.id, day)
    proven = is_proven(judged.flags, judged.metres)
    await _tell(work, row, client, visit, "visit_begun" if proven else "visit_reported")
    # a leaving follows within hours, if it follows
    args = {"visit_id": visit.id}
    await defer(work.session, FORGET_VISIT, NOTICES, args, at=utc_now() + KEPT)
    await audit(work, "arrive", [f"visit:{visit.id}", f"order:{row.id}"])
    return Stop(row, client, day, visit)


async def leave(
    work: Work,
    who: AccountName,
    key: str,
    order: str,
    day: date,
    at: datetime,
    fix: Fix | None,
    report: Report,
) -> Stop:
    """Check out: the visit is finished, and so is an order that comes once; the same key is it.

    Raises:
        NotFound: it is no worker's account, or the visit is not theirs.
        Conflict: nobody has checked in, or it is finished already.
        Rejected: the telephone's clock cannot be right, or the picture is none.
    """
    person = await workers.own(work, who)
    row = await orders.order_of(work, order, for_update=True)
    visit = await _visit(work, row.id, day)
    if visit is None:
        if row.worker_id != person.id:
            raise NotFound("这次上门没有派给您")
        raise Conflict("还没有签到，先签到再做完")
    if visit.status == FINISHED:
        return await _again(work, row, visit, person, visit.leaving_key == key, "已经做完了")
    if visit.worker_id != person.id:
        raise NotFound("这次上门没有派给您")
    if visit.status == NOT_ENDED:
        await unfinished.settled(work, f"visit:{visit.id}")
    fix = fix if person.places else None
    client = await elder(work, row.elder_id)
    judged = left(_plan(row, client, day), visit.arrived_at, Press(at, work.now, fix))
    visit.left_at, visit.leaving_came_at = judged.at, work.now
    visit.leaving_place, visit.leaving_metres = _stored(fix), judged.metres
    visit.leaving_key, visit.status = key, FINISHED
    visit.note, visit.differs = report.note or None, report.differs or None
    await _keep_photo(work, visit, report.photo)
    changed = _is_changed(row, visit)
    visit.flags = merged(
        visit.flags,
        judged.flags,
        ["differs"] if report.differs else [],
        [] if report.photo or row.service in UNSEEN else ["no_photo"],
        ["order_changed"] if changed else [],
    )
    if changed:
        await _tell(work, row, client, visit, "visit_finished")
    else:
        await _finish(work, row, client, visit)
    await audit(work, "leave", [f"visit:{visit.id}", f"order:{row.id}"])
    return Stop(row, client, day, visit, report.photo is not None)


async def _again(
    work: Work, order: Order, visit: Visit, person: Worker, same: bool, refusal: str
) -> Stop:
    """Answer a press that came before; another one than that is refused."""
    if visit.worker_id != person.id:
        raise NotFound("这次上门没有派给您")
    if not same:
        raise Conflict(refusal)
    return await _stop(work, order, visit.day, visit)


def _is_changed(order: Order, visit: Visit) -> bool:
    """Return whether an order has become another one since the check-in."""
    moved = order.recurring is None and order.day != visit.day
    return moved or order.status not in OPEN_ORDER_STATUSES


async def _finish(work: Work, order: Order, client: Elder, visit: Visit) -> None:
    """Finish what comes once; what comes again is told and asked about by itself."""
    if order.recurring is not None:
        await _tell(work, order, client, visit, "visit_finished")
        await check_ins.after_service(work, order)
        return
    command = ChangeOrder(status="finished")
    outcome = await orders.change_order(work, f"visit:{visit.id}", order.id, command, "desk")
    wording = order_wording("order_finished", client, outcome.order, None)
    for way in await own_ways(work, client.id):
        await write_notice(work, "order_finished", way, wording, client, order=order)


async def _tell(work: Work, order: Order, client: Elder, visit: Visit, event: str) -> None:
    at = (visit.left_at or visit.arrived_at).astimezone(CHINA)
    happened = await orders.note_event(work, order, event)
    wording = visit_wording(event, client, order, visit.day, at)
    await tell_of_visit(work, client, order, happened, wording)


def _plan(order: Order, client: Elder, day: date) -> Plan:
    at_home = order.address in (None, client.address)
    return Plan(order.service, day, order.time, position(client.position) if at_home else None)


def _stored(fix: Fix | None) -> dict[str, object] | None:
    if fix is None:
        return None
    return {"place": written(fix.position), "accuracy": round(fix.accuracy)}


async def _keep_photo(work: Work, visit: Visit, photo: bytes | None) -> None:
    if photo is None:
        return
    from backend.services.photos import kept_form  # 26 MB that no worker needs

    image = await asyncio.to_thread(kept_form, photo)
    work.session.add(VisitPhoto(visit_id=visit.id, image=image, at=work.now))
    await work.session.flush()


# the desk's look


@dataclass(frozen=True)
class Case:
    """A visit as the desk sees it."""

    stop: Stop
    worker: Worker
    overdue: bool
    """it should have begun and has not"""
    missed: MissedVisit | None = None
    """that nobody came on an earlier day, which nobody has handled yet"""


async def cases(work: Work, since: date) -> list[Case]:
    """Return the visits since a day, today's that are due, and those nobody came to.

    What needs a look comes first.
    """
    await unfinished.look_after(work)
    today = work.now.astimezone(CHINA).date()
    rows = await work.session.scalars(
        select(Visit)
        .where(or_(Visit.day >= since, _unseen()))
        .order_by(case((_unseen(), 0), else_=1), Visit.day.desc(), Visit.arrived_at.desc())
        .limit(MOST)
    )
    found = [
        await _case(work, await _stop(work, await _order(work, row), row.day, row))
        for row in rows.all()
    ]
    known = {(one.stop.order.id, one.stop.day) for one in found}
    for stop in await _planned(work, today):
        if (stop.order.id, stop.day) not in known:
            found.append(await _case(work, stop))
    for row in await unfinished.waiting(work):
        order = await work.session.get_one(Order, row.order_id)
        if row.worker_id is not None:
            person = await work.session.get_one(Worker, row.worker_id)
            found.append(Case(await _stop(work, order, row.day, None), person, True, row))
    visits = [f"visit:{one.stop.visit.id}" for one in found if one.stop.visit]
    await audit(work, "read", visits)
    return sorted(found, key=_urgency)


def _unseen() -> ColumnElement[bool]:
    return Visit.seen_at.is_(None) & (func.cardinality(Visit.flags) > 0)


async def _order(work: Work, row: Visit) -> Order:
    return await work.session.get_one(Order, row.order_id)


async def _case(work: Work, stop: Stop) -> Case:
    worker_id = stop.visit.worker_id if stop.visit else stop.order.worker_id
    person = await work.session.get_one(Worker, worker_id)
    overdue = stop.visit is None and work.now > window(stop.day, stop.order.time)[1]
    return Case(stop, person, overdue)


def _urgency(one: Case) -> tuple[bool, bool, float]:
    visit = one.stop.visit
    open_flags = visit is not None and bool(visit.flags) and visit.seen_at is None
    begins = window(one.stop.day, one.stop.order.time)[0]
    return (not one.overdue, not open_flags, -begins.timestamp())


async def visit(work: Work, visit_id: str) -> Visit:
    """Return a visit.

    Raises:
        NotFound: there is none with this id.
    """
    row = await work.session.get(Visit, visit_id)
    if row is None:
        raise NotFound("没有这次上门")
    return row


async def looked_into(work: Work, visit_id: str, by: str, outcome: str) -> Visit:
    """Write down that somebody looked into what was flagged, and what came of it.

    Raises:
        NotFound: there is no such visit.
        Rejected: there is no word on what came of it.
    """
    row = await visit(work, visit_id)
    if not outcome.strip():
        raise Rejected("请写一句核实的结果", "outcome")
    row.seen_by, row.seen_at, row.outcome = by, work.now, outcome.strip()
    await audit(work, "look_into", [f"visit:{row.id}"])
    return row


async def photo(work: Work, visit_id: str) -> bytes:
    """Return the picture of a visit, a JPEG; who looked at it is written down.

    Raises:
        NotFound: there is none, or no longer.
    """
    row = await work.session.get(VisitPhoto, visit_id)
    if row is None:
        raise NotFound("这次上门没有照片，或者已经过期删除了")
    await audit(work, "read_photo", [f"visit:{visit_id}"])
    return row.image


async def set_home(work: Work, elder_id: str, where: Position) -> Elder:
    """Write down where an elder's home is.

    Raises:
        NotFound: there is no such elder.
    """
    row = await elder(work, elder_id)
    row.position = written(where)
    row.updated_at = work.now
    await audit(work, "update", [f"elder:{row.id}"])
    return row


async def home_is_there(work: Work, visit_id: str) -> Elder:
    """Take the place of a check-in, which somebody has verified, as the elder's home.

    Raises:
        NotFound: there is no such visit.
        Conflict: it has no place, or was elsewhere than at the elder's home.
    """
    row = await visit(work, visit_id)
    order = await _order(work, row)
    client = await elder(work, order.elder_id)
    where = position((row.arrival_place or {}).get("place"))
    if where is None or order.address not in (None, client.address):
        raise Conflict("这次签到没有老人家的位置")
    return await set_home(work, client.id, where)


async def forget(work: Work, visit_id: str) -> None:
    """Delete a visit's picture and places; that it was, and when, stays."""
    row = await work.session.get(Visit, visit_id)
    if row is None:
        return
    row.arrival_place = row.leaving_place = None
    await work.session.execute(delete(VisitPhoto).where(VisitPhoto.visit_id == visit_id))
    await audit(work, "forget", [f"visit:{visit_id}"])
