"""/v1/visits: what became of each coming of a worker; and who does an order, and where."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from backend.api.routers.orders import shown_order
from backend.api.schemas import OrderOut
from backend.api.surroundings import Unit
from backend.api.work_schemas import (
    AssignedTo,
    EndNew,
    MissedVisitOut,
    OutcomeNew,
    PlaceNew,
    VisitOut,
)
from backend.services import unfinished, visits
from backend.services.visits import Case

router = APIRouter(tags=["visits"])
_A_WEEK = timedelta(days=7)


@router.put("/orders/{order}/worker")
async def assign(work: Unit, order: str, body: AssignedTo) -> OrderOut:
    """Give an order, by id or number, to a worker; null takes it back."""
    return shown_order(await visits.assign(work, order, body.worker_id))


@router.put("/elders/{elder_id}/position", status_code=204, response_class=Response)
async def set_home(work: Unit, elder_id: str, body: PlaceNew) -> None:
    """Say where an elder's home is; a new address forgets it."""
    await visits.set_home(work, elder_id, body.position())


@router.get("/visits")
async def list_visits(
    work: Unit, since: Annotated[date | None, Query(description="a day")] = None
) -> list[VisitOut]:
    """List visits since a day, by default of a week, and older ones nobody looked into yet."""
    found = await visits.cases(work, since or work.now.date() - _A_WEEK)
    return [_shown(one) for one in found if one.stop.visit is not None]


@router.post("/visits/{visit_id}/end", status_code=204, response_class=Response)
async def end(work: Unit, visit_id: str, body: EndNew) -> None:
    """End a visit that its worker did not end; 409 where it is finished."""
    await unfinished.end_by_desk(work, visit_id, body.by, body.outcome, done=body.done)


@router.get("/missed-visits")
async def list_missed(work: Unit) -> list[MissedVisitOut]:
    """List visits nobody came to, until somebody has handled them."""
    await unfinished.note_missed(work)
    return [MissedVisitOut.model_validate(row) for row in await unfinished.waiting(work)]


@router.post("/missed-visits/{missed_id}/outcome", status_code=204, response_class=Response)
async def handle_missed(work: Unit, missed_id: str, body: OutcomeNew) -> None:
    """Write down what became of a visit nobody came to."""
    await unfinished.handle_missed(work, missed_id, body.by, body.outcome)


@router.get("/visits/{visit_id}/photo", response_class=Response)
async def photo(work: Unit, visit_id: str) -> Response:
    """Give a visit's picture, as long as it is kept."""
    return Response(await visits.photo(work, visit_id), media_type="image/jpeg")


def _shown(one: Case) -> VisitOut:
    visit, order = one.stop.visit, one.stop.order
    assert visit is not None
    return VisitOut(
        id=visit.id,
        order_id=order.id,
        number=order.number,
        elder_id=order.elder_id,
        worker_id=visit.worker_id,
        worker=one.worker.name,
        day=visit.day,
        status=visit.status,
        flags=visit.flags,
        arrived_at=visit.arrived_at,
        arrival_metres=visit.arrival_metres,
        left_at=visit.left_at,
        leaving_metres=visit.leaving_metres,
        note=visit.note,
        differs=visit.differs,
        photo=one.stop.photo,
        seen_by=visit.seen_by,
        outcome=visit.outcome,
    )
