"""/v1/mini/work: what the mini-program shows to whoever goes to the elders' homes."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request

from backend.api.mini_schemas import WorkerBrief
from backend.api.routers.mini import Unit, Who, may_try, note_try, own_key
from backend.api.routers.orders import RequestKey
from backend.api.surroundings import Around
from backend.api.work_schemas import (
    ArrivalNew,
    BindingByDesk,
    BoundOut,
    DayOut,
    LeavingNew,
    PlacesNew,
    StopOut,
)
from backend.domain.places import in_gcj02, map_url, position
from backend.domain.times import said_time
from backend.domain.visits import FINISHED, UNSEEN
from backend.domain.words import SERVICES
from backend.services import visits, workers
from backend.services.visits import Report, Stop
from backend.store.people import Elder

router = APIRouter(prefix="/mini/work", tags=["mini-program"])


@router.post("/binding")
async def bind(
    work: Unit, around: Around, request: Request, who: Who, body: BindingByDesk
) -> BoundOut:
    """Make the account a worker's by the number the desk gave; a wrong number is no error."""
    if not may_try(around, request):
        return BoundOut(status=workers.TOO_MANY)
    status = await workers.bind(work, who, body.code)
    if status == workers.WRONG:
        note_try(around, request)
    return BoundOut(status=status)


@router.put("/places")
async def answer_about_places(work: Unit, who: Who, body: PlacesNew) -> WorkerBrief:
    """Say whether one's check-ins may be noted with their place; one can work either way."""
    row = await workers.answer_about_places(work, who, body.agreed)
    return WorkerBrief.model_validate(row)


@router.get("")
async def day(work: Unit, who: Who) -> DayOut:
    """Show one's visits of today, and those still under way, by the time agreed."""
    person = await workers.own(work, who)
    stops = await visits.day_of(work, who)
    return DayOut(name=person.name, places=person.places, stops=[_shown(one) for one in stops])


@router.post("/{order}/{day}/arrival")
async def arrive(
    work: Unit, who: Who, key: RequestKey, order: str, day: date, body: ArrivalNew
) -> StopOut:
    """Check in; however far from the home it is taken. The same key again changes nothing."""
    fix = body.place.fix() if body.place else None
    return _shown(await visits.arrive(work, who, own_key(who, key), order, day, body.at, fix))


@router.post("/{order}/{day}/leaving")
async def leave(
    work: Unit, who: Who, key: RequestKey, order: str, day: date, body: LeavingNew
) -> StopOut:
    """Check out: what was done, and a picture of it. The same key again changes nothing."""
    fix = body.place.fix() if body.place else None
    report = Report(body.note, body.differs, body.picture())
    stop = await visits.leave(work, who, own_key(who, key), order, day, body.at, fix, report)
    return _shown(stop)


def _shown(stop: Stop) -> StopOut:
    order, elder, visit = stop.order, stop.elder, stop.visit
    over = stop.status == FINISHED
    address = order.address or elder.address
    known = position(elder.position) if address == elder.address and not over else None
    home = in_gcj02(known) if known else None
    return StopOut(
        order_id=order.id,
        number=order.number,
        day=stop.day,
        service=order.service,
        name=SERVICES[order.service],
        when=said_time(order.time) or "时间没有说定",
        elder=elder.name or "老人",
        phone=None if over else elder.phone,
        address=None if over else address,
        latitude=home.latitude if home else None,
        longitude=home.longitude if home else None,
        map_url=None if over else map_url(home, address, "老人家"),
        needs=[] if over else _needs(stop, elder),
        status=stop.status,
        arrived_at=visit.arrived_at if visit else None,
        left_at=visit.left_at if visit else None,
        far=visit is not None and "too_far" in visit.flags,
        photo_wanted=order.service not in UNSEEN,
        note=(visit.note if visit else None) or "",
        differs=(visit.differs if visit else None) or "",
    )


def _needs(stop: Stop, elder: Elder) -> list[str]:
    """Return what one should know before one rings the bell."""
    order = stop.order
    known = (
        (order.person and order.person != elder.name, f"为{order.person}订的"),
        (order.hospital, f"去{order.hospital}"),
        (order.note, f"交代：{order.note}"),
        (elder.hearing, f"听力：{elder.hearing}"),
        (elder.dialect, f"说{elder.dialect}"),
        (elder.lives_alone, "一个人住"),
    )
    return [said for holds, said in known if holds]
