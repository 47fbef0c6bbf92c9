"""/v1/call-outs and /v1/transfers: calls that we place, and callers handed to an agent."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from backend.api.hotline_schemas import (
    Answering,
    CallOutOut,
    Meeting,
    Pressing,
    ScriptOut,
    Settling,
    SummaryOut,
    Telling,
    TransferOut,
)
from backend.api.schemas import Page
from backend.api.surroundings import Unit, Wanted
from backend.services import call_outs, inbound, transfers

router = APIRouter(tags=["hotline"])


@router.get("/call-outs")
async def list_call_outs(
    work: Unit,
    wanted: Wanted,
    emergency_id: Annotated[str | None, Query(max_length=64)] = None,
    handoff_id: Annotated[str | None, Query(max_length=64)] = None,
) -> Page[CallOutOut]:
    """List attempts to call somebody, the latest first; `status` is an outcome."""
    rows = await call_outs.call_outs(work, wanted, emergency_id=emergency_id, handoff_id=handoff_id)
    items = [CallOutOut.model_validate(row) for row in rows]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@router.post("/call-outs/{call_id}/answered")
async def answered(work: Unit, call_id: str, body: Answering) -> ScriptOut:
    """Say that somebody, or a machine, has picked up; learn what is to be said as things stand."""
    script = await call_outs.answered(work, call_id, machine=body.machine)
    return ScriptOut.model_validate(script)


@router.post("/call-outs/{call_id}/heard")
async def heard(work: Unit, call_id: str) -> CallOutOut:
    """Say that a person has heard the message to its end."""
    return CallOutOut.model_validate(await call_outs.heard(work, call_id))


@router.post("/call-outs/{call_id}/key")
async def pressed(work: Unit, call_id: str, body: Pressing) -> ScriptOut:
    """Bring a key; 1 acknowledges the emergency the call is about."""
    return ScriptOut.model_validate(await call_outs.pressed(work, call_id, body.digit))


@router.post("/call-outs/{call_id}/agent")
async def met(work: Unit, call_id: str, body: Meeting) -> SummaryOut:
    """Say that an agent is there for a call-back; learn what they should know."""
    return SummaryOut(id=call_id, summary=await call_outs.met(work, call_id, body.agent))


@router.post("/conversations/{conversation_id}/transfers", status_code=201)
async def offer(work: Unit, conversation_id: str, body: Meeting) -> SummaryOut:
    """Say that an agent is free for a caller; the desk shows what they should know."""
    row = await transfers.offer(work, conversation_id, body.agent)
    return SummaryOut(id=row.id, summary=row.summary)


@router.get("/transfers")
async def list_transfers(work: Unit, wanted: Wanted) -> Page[TransferOut]:
    """List transfers, the latest first."""
    rows = await transfers.transfers(work, wanted)
    items = [TransferOut.model_validate(row) for row in rows]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@router.post("/transfers/{transfer_id}/settle")
async def settle(work: Unit, transfer_id: str, body: Settling) -> TransferOut:
    """Say what came of a transfer; once they are connected the caller's ticket is done."""
    return TransferOut.model_validate(await transfers.settle(work, transfer_id, body.outcome))


@router.post("/inbound-calls/{call_id}", status_code=204)
async def told(work: Unit, call_id: UUID, body: Telling) -> None:
    """Say what becomes of a call that came in: the hotline's figures are made of it."""
    word = inbound.Word(body.what, body.agent, body.why, timedelta(seconds=body.ago))
    await inbound.told(work, str(call_id), word)
