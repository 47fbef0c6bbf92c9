"""/v1/emergencies, /v1/handoffs, /v1/notices."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from backend.api.schemas import (
    Closing,
    EmergencyNew,
    EmergencyOut,
    HandoffNew,
    HandoffOut,
    NoticeBrief,
    NoticeOut,
    Page,
    Person,
)
from backend.api.surroundings import Unit, Wanted
from backend.domain.emergencies import RaiseEmergency
from backend.services import emergencies, handoffs, telling
from backend.services.handoffs import CreateHandoff
from backend.services.work import Filter, Work
from backend.store.alarms import Emergency

router = APIRouter()


@router.post("/emergencies", status_code=201, tags=["emergencies"])
async def raise_emergency(work: Unit, body: EmergencyNew, response: Response) -> EmergencyOut:
    """Raise an emergency; the row and the family's alarms are one commit.

    The same key, and a further sign in the same conversation, answer 200 with the live one.
    """
    command = RaiseEmergency(**body.model_dump())
    row, is_new = await emergencies.raise_emergency(work, command)
    if not is_new:
        response.status_code = 200
    return await _shown(work, row)


@router.get("/emergencies", tags=["emergencies"])
async def list_emergencies(work: Unit, wanted: Wanted) -> Page[EmergencyOut]:
    """List emergencies, the latest first (without their notices)."""
    rows = await emergencies.emergencies(work, wanted)
    items = [EmergencyOut.model_validate(row) for row in rows]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@router.get("/emergencies/{emergency_id}", tags=["emergencies"])
async def show_emergency(work: Unit, emergency_id: str) -> EmergencyOut:
    """Show one emergency with its notices."""
    return await _shown(work, await emergencies.emergency(work, emergency_id))


@router.post("/emergencies/{emergency_id}/acknowledge", tags=["emergencies"])
async def acknowledge(work: Unit, emergency_id: str, body: Person) -> EmergencyOut:
    """Say that a person holds it; 409 where somebody else does."""
    return await _shown(work, await emergencies.acknowledge(work, emergency_id, body.by))


@router.post("/emergencies/{emergency_id}/close", tags=["emergencies"])
async def close(work: Unit, emergency_id: str, body: Closing) -> EmergencyOut:
    """End it; those who were told are told this too."""
    row = await emergencies.close(work, emergency_id, body.by, body.outcome)
    return await _shown(work, row)


async def _shown(work: Work, row: Emergency) -> EmergencyOut:
    await work.session.flush()
    told = await telling.notices(work, Filter(limit=200), emergency_id=row.id)
    shown = EmergencyOut.model_validate(row)
    shown.notices = [NoticeBrief.model_validate(notice) for notice in told]
    return shown


@router.post("/handoffs", status_code=201, tags=["handoffs"])
async def create_handoff(work: Unit, body: HandoffNew, response: Response) -> HandoffOut:
    """Ask for a person; a conversation has at most one open ticket (200 for a repeat)."""
    row, is_new = await handoffs.create_handoff(work, CreateHandoff(**body.model_dump()))
    if not is_new:
        response.status_code = 200
    return HandoffOut.model_validate(row)


@router.get("/handoffs", tags=["handoffs"])
async def list_handoffs(work: Unit, wanted: Wanted) -> Page[HandoffOut]:
    """List tickets, the latest first."""
    rows = await handoffs.handoffs(work, wanted)
    items = [HandoffOut.model_validate(row) for row in rows]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@router.get("/notices", tags=["notices"])
async def list_notices(
    work: Unit,
    wanted: Wanted,
    order_id: Annotated[str | None, Query(max_length=64)] = None,
    emergency_id: Annotated[str | None, Query(max_length=64)] = None,
) -> Page[NoticeOut]:
    """List notices with their deliveries, the latest first."""
    rows = await telling.notices(work, wanted, order_id=order_id, emergency_id=emergency_id)
    items = [NoticeOut.model_validate(row) for row in rows]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@router.get("/notices/{notice_id}", tags=["notices"])
async def show_notice(work: Unit, notice_id: str) -> NoticeOut:
    """Show one notice with every attempt to deliver it and its receipt."""
    return NoticeOut.model_validate(await telling.notice(work, notice_id))
