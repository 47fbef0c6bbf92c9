"""/v1/emergencies: raised, told, held, ended, and watched as it happens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from fastapi import APIRouter, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from backend.api.emergency_schemas import (
    Acknowledging,
    Closing,
    EmergencyNew,
    EmergencyOut,
    HappeningOut,
    RungOut,
    Seeing,
)
from backend.api.schemas import NoticeOut, Page
from backend.api.surroundings import Around, Surroundings, Unit, Wanted
from backend.domain.emergencies import RaiseEmergency
from backend.domain.times import CHINA
from backend.feed import RESYNC
from backend.services import emergencies
from backend.services.timeline import everything_told, timeline
from backend.services.work import Work
from backend.store.alarms import Emergency

router = APIRouter(tags=["emergencies"])


@router.post("/emergencies", status_code=201)
async def raise_emergency(work: Unit, body: EmergencyNew, response: Response) -> EmergencyOut:
    """Raise an emergency; the row and the first rung are one commit.

    The same key, and a further sign of a live one, answer 200 with the live one.
    """
    command = RaiseEmergency(**body.model_dump())
    row, is_new = await emergencies.raise_emergency(work, command)
    if not is_new:
        response.status_code = 200
    return await _shown(work, row)


@router.get("/emergencies")
async def list_emergencies(work: Unit, wanted: Wanted) -> Page[EmergencyOut]:
    """List emergencies, the latest first, each with everything told."""
    rows = await emergencies.emergencies(work, wanted)
    return Page(items=await shown(work, rows), limit=wanted.limit, offset=wanted.offset)


@router.get("/emergencies/events", response_class=EventSourceResponse)
async def watch_emergencies(around: Around) -> AsyncIterator[ServerSentEvent]:
    """Watch emergencies: server-sent events.

    First `snapshot` (all live ones, as in the list), and again whenever changes may have been
    missed; then one event for each change, named after what happened (raised, sign, silent,
    line_dead, rung, delivery, seen, acknowledged, closed, false_alarm, watchdog_…), with the
    emergency as it is.
    """
    async with around.feed.subscription() as changes:
        yield ServerSentEvent(event="snapshot", data=await _live(around))
        async for change in changes:
            if change == RESYNC:
                yield ServerSentEvent(event="snapshot", data=await _live(around))
            elif change.emergency_id:  # else it is another room's
                now = await _current(around, change.emergency_id)
                yield ServerSentEvent(event=change.event, data=now)


@router.get("/emergencies/{emergency_id}")
async def show_emergency(work: Unit, emergency_id: str) -> EmergencyOut:
    """Show one emergency with everything told."""
    return await _shown(work, await emergencies.emergency(work, emergency_id))


@router.get("/emergencies/{emergency_id}/timeline")
async def show_timeline(work: Unit, emergency_id: str) -> list[HappeningOut]:
    """Show what happened, in order, and what comes next unless somebody acknowledges."""
    row = await emergencies.emergency(work, emergency_id)
    return [HappeningOut.model_validate(one) for one in await timeline(work, row)]


@router.post("/emergencies/{emergency_id}/acknowledge")
async def acknowledge(work: Unit, emergency_id: str, body: Acknowledging) -> EmergencyOut:
    """Say that a person holds it; 409 where somebody else does."""
    row = await emergencies.acknowledge(work, emergency_id, **body.model_dump())
    return await _shown(work, row)


@router.post("/emergencies/{emergency_id}/seen")
async def see(work: Unit, emergency_id: str, body: Seeing) -> EmergencyOut:
    """Say that the desk's page shows it: the receipt of the desk's notices."""
    return await _shown(work, await emergencies.seen(work, emergency_id, body.by))


@router.post("/emergencies/{emergency_id}/close")
async def close(work: Unit, emergency_id: str, body: Closing) -> EmergencyOut:
    """End it; those who were told are told this too. A false alarm needs `checked`."""
    row = await emergencies.close(work, emergency_id, body.by, body.outcome, checked=body.checked)
    return await _shown(work, row)


async def shown(work: Work, rows: Sequence[Emergency]) -> list[EmergencyOut]:
    """Return emergencies with everything told, as the API shows them."""
    told = await everything_told(work, [row.id for row in rows])
    out = []
    for row in rows:
        one = EmergencyOut.model_validate(row)
        one.rungs = [RungOut.model_validate(rung) for rung in told.rungs.get(row.id, ())]
        one.notices = [NoticeOut.model_validate(notice) for notice in told.notices.get(row.id, ())]
        out.append(one)
    return out


async def _shown(work: Work, row: Emergency) -> EmergencyOut:
    return (await shown(work, [row]))[0]


async def _live(around: Surroundings) -> list[EmergencyOut]:
    async with around.work(datetime.now(CHINA), "feed") as work:
        return await shown(work, await emergencies.live(work))


async def _current(around: Surroundings, emergency_id: str) -> EmergencyOut:
    async with around.work(datetime.now(CHINA), "feed") as work:
        return await _shown(work, await emergencies.emergency(work, emergency_id))
