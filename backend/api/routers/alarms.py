"""/v1/handoffs, /v1/notices."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from backend.api.schemas import (
    HandoffNew,
    HandoffOut,
    NoticeOut,
    Page,
)
from backend.api.surroundings import Unit, Wanted
from backend.services import handoffs, telling
from backend.services.handoffs import CreateHandoff

router = APIRouter()


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
