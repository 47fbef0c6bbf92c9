"""/desk/visits: who goes to the elders' homes, who does which order, and what each visit shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from anban.errors import BackendError
from backend.api.surroundings import Around
from backend.desk.room import Desk, Signed, pages_of
from backend.desk.routes import Acting, Looking, OnDuty, Room
from backend.domain.phones import masked
from backend.domain.times import CHINA, said_day, said_time
from backend.domain.visits import FINISHED, FLAGS, NOT_ENDED, UNDER_WAY
from backend.domain.words import SERVICES
from backend.services import unfinished, visits, workers
from backend.services.visits import Case
from backend.services.work import Work
from backend.store.people import Elder
from backend.store.services import Order
from backend.store.visits import Worker

router = APIRouter(prefix="/desk/visits", include_in_schema=False, dependencies=[OnDuty])

_LATELY = timedelta(days=3)
_PLACES = {None: "还没有问过", True: "同意记位置", False: "不同意记位置"}
Change = Callable[[Work], Awaitable[str]]
"""changes something and returns what to say of it"""


@router.get("")
async def page(room: Room, around: Around, signed: Looking) -> HTMLResponse:
    """Show visits that need a look, orders to give, and all workers."""
    return await _page(room, around, signed)


@router.post("/workers")
async def add_worker(
    room: Room,
    around: Around,
    signed: Acting,
    name: Annotated[str, Form(min_length=1, max_length=64)],
    phone: Annotated[str, Form(max_length=32)] = "",
    area: Annotated[str, Form(max_length=128)] = "",
) -> HTMLResponse:
    """Add a worker."""

    async def change(work: Work) -> str:
        values = {"name": name.strip(), "phone": phone.strip() or None, "area": area.strip()}
        await workers.create_worker(work, values)
        return f"已经登记{name.strip()}，下一步给绑定码"

    return await _changed(room, around, signed, change)


@router.post("/workers/{worker_id}/code")
async def make_code(room: Room, around: Around, signed: Acting, worker_id: str) -> HTMLResponse:
    """Make the number that binds a worker's account; it is shown this once."""

    async def change(work: Work) -> str:
        code, _ = await workers.make_code(work, worker_id)
        person = await workers.worker(work, worker_id)
        return f"{person.name}的绑定码：{code}。只显示这一次，24 小时内在小程序里用一次"

    return await _changed(room, around, signed, change)


@router.post("/workers/{worker_id}/unbind")
async def unbind(room: Room, around: Around, signed: Acting, worker_id: str) -> HTMLResponse:
    """End a worker's account: a telephone was lost."""

    async def change(work: Work) -> str:
        person = await workers.unbind(work, worker_id)
        return f"{person.name}的账号已经解除绑定"

    return await _changed(room, around, signed, change)


@router.post("/workers/{worker_id}/active")
async def set_active(
    room: Room, around: Around, signed: Acting, worker_id: str, active: Annotated[bool, Form()]
) -> HTMLResponse:
    """Let a worker in or out."""

    async def change(work: Work) -> str:
        person = await workers.change_worker(work, worker_id, {"active": active})
        return f"{person.name}已经{'启用' if active else '停用'}"

    return await _changed(room, around, signed, change)


@router.post("/orders/{order_id}/worker")
async def assign(
    room: Room,
    around: Around,
    signed: Acting,
    order_id: str,
    worker_id: Annotated[str, Form(max_length=64)] = "",
) -> HTMLResponse:
    """Give an order to a worker, or to nobody."""

    async def change(work: Work) -> str:
        order = await visits.assign(work, order_id, worker_id or None)
        whom = f"派给{order.worker}了" if order.worker else "收回来了"
        return f"单号 {order.number} {whom}"

    return await _changed(room, around, signed, change)


@router.post("/{visit_id}/outcome")
async def look_into(
    room: Room,
    around: Around,
    signed: Acting,
    visit_id: str,
    outcome: Annotated[str, Form(max_length=500)] = "",
    home: Annotated[bool, Form()] = False,
) -> HTMLResponse:
    """Write down what came of a look at a visit; `home`: the place was the elder's home."""

    async def change(work: Work) -> str:
        await visits.looked_into(work, visit_id, signed.agent.name, outcome)
        if home:
            await visits.home_is_there(work, visit_id)
            return "已经记下，签到的地方记作老人家"
        return "已经记下"

    return await _changed(room, around, signed, change)


@router.post("/{visit_id}/end")
async def end(
    room: Room,
    around: Around,
    signed: Acting,
    visit_id: str,
    done: Annotated[bool, Form()],
    outcome: Annotated[str, Form(max_length=500)] = "",
) -> HTMLResponse:
    """End a visit that its worker did not end: done, or not done and to be ordered anew."""

    async def change(work: Work) -> str:
        await unfinished.end_by_desk(work, visit_id, signed.agent.name, outcome, done=done)
        return "已经记下做完了" if done else "已经记下没有做，单子还在，可以改派、改时间或者取消"

    return await _changed(room, around, signed, change)


@router.post("/missed/{missed_id}/outcome")
async def handle_missed(
    room: Room,
    around: Around,
    signed: Acting,
    missed_id: str,
    outcome: Annotated[str, Form(max_length=500)] = "",
) -> HTMLResponse:
    """Write down what became of a visit that nobody came to."""

    async def change(work: Work) -> str:
        await unfinished.handle_missed(work, missed_id, signed.agent.name, outcome)
        return "已经记下"

    return await _changed(room, around, signed, change)


@router.get("/{visit_id}/photo")
async def photo(room: Room, around: Around, signed: Looking, visit_id: str) -> Response:
    """Show the picture of a visit; who looked is written down."""
    try:
        async with around.work(room.clock(), signed.actor) as work:
            image = await visits.photo(work, visit_id)
    except BackendError as error:
        return HTMLResponse(str(error), 404)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(image, media_type="image/jpeg", headers=headers)


async def _changed(room: Desk, around: Around, signed: Signed, change: Change) -> HTMLResponse:
    try:
        async with around.work(room.clock(), signed.actor) as work:
            said = await change(work)
    except BackendError as error:
        said = str(error)
    return await _page(room, around, signed, said)


async def _page(room: Desk, around: Around, signed: Signed, said: str = "") -> HTMLResponse:
    async with around.work(room.clock(), signed.actor) as work:
        since = (work.now.astimezone(CHINA) - _LATELY).date()
        cases = [_case(one) for one in await visits.cases(work, since)]
        waiting = [_order(*one) for one in await visits.to_assign(work)]
        people = [_worker(one) for one in await workers.workers(work)]
    return room.page(
        "visits.html",
        agent=signed.agent.name,
        nav=pages_of(signed.agent.post, "/desk/visits"),
        csrf=room.sessions.csrf(signed.cookie),
        cases=cases,
        orders=waiting,
        workers=people,
        active=[one for one in people if one["active"]],
        said=said,
    )


def _case(one: Case) -> dict[str, object]:
    stop, visit = one.stop, one.stop.visit
    flags = [FLAGS[flag] for flag in visit.flags] if visit else []
    return {
        "id": visit.id if visit else "",
        "elder": stop.elder.name or "老人",
        "service": SERVICES[stop.order.service],
        "number": stop.order.number,
        "when": f"{said_day(stop.day)}{said_time(stop.order.time)}",
        "worker": one.worker.name,
        "worker_phone": masked(one.worker.phone),
        "state": _state(one),
        "missed": one.missed.id if one.missed else "",
        "endable": visit is not None and visit.status != FINISHED,
        "not_ended": visit is not None and visit.status == NOT_ENDED,
        "flags": _flags(one, flags),
        "metres": visit.arrival_metres if visit else None,
        "placed": visit is not None and visit.arrival_place is not None,
        "photo": stop.photo,
        "note": visit.note if visit else None,
        "differs": visit.differs if visit else None,
        "seen": f"{visit.seen_by}：{visit.outcome}" if visit and visit.seen_at else "",
    }


def _flags(one: Case, flags: list[str]) -> list[str]:
    if one.missed:
        return ["那天没有人签到"]
    return ["过了时间还没有人签到"] if one.overdue else flags


def _state(one: Case) -> str:
    visit = one.stop.visit
    if visit is None:
        return "没有到" if one.missed else "还没有到"
    begun = f"{visit.arrived_at.astimezone(CHINA):%H:%M} 到"
    if visit.left_at is None:
        states = {UNDER_WAY: "正在做", NOT_ENDED: "没有说做完", FINISHED: "做完了，几点走的不知道"}
        return f"{begun}，{states[visit.status]}"
    minutes = round((visit.left_at - visit.arrived_at).total_seconds() / 60)
    return f"{begun}，{visit.left_at.astimezone(CHINA):%H:%M} 走，共 {minutes} 分钟"


def _order(order: Order, elder: Elder) -> dict[str, object]:
    return {
        "id": order.id,
        "number": order.number,
        "elder": elder.name or "老人",
        "address": order.address or elder.address or "",
        "service": SERVICES[order.service],
        "when": f"{said_day(order.day)}{said_time(order.time)}{'起' if order.recurring else ''}",
        "worker_id": order.worker_id or "",
    }


def _worker(row: Worker) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "phone": masked(row.phone),
        "area": row.area,
        "active": row.active,
        "bound": f"{row.bound_at.astimezone(CHINA):%m-%d %H:%M} 绑定" if row.bound_at else "",
        "places": _PLACES[row.places],
    }
