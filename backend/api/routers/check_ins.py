"""/v1/check-ins, /v1/elders/…/care-plan, /v1/do-not-call: calls on which Anban asks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from backend.api.hotline_schemas import (
    Agreement,
    Answer,
    CarePlanOut,
    CheckInOut,
    NotCalledOut,
    Refusal,
    TalkOut,
)
from backend.api.schemas import Page
from backend.api.surroundings import Unit, Wanted
from backend.services import check_ins, do_not_call

router = APIRouter(tags=["hotline"])
Kind = Annotated[str | None, Query(max_length=32)]


@router.get("/check-ins")
async def list_check_ins(work: Unit, wanted: Wanted, kind: Kind = None) -> Page[CheckInOut]:
    """List calls on which Anban asks, the latest due first."""
    rows = await check_ins.check_ins(work, wanted, kind)
    items = [CheckInOut.model_validate(row) for row in rows]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@router.get("/call-outs/{call_id}/talk")
async def talk(work: Unit, call_id: str) -> TalkOut:
    """Say what is asked on a call that is under way."""
    return TalkOut.model_validate(await check_ins.talk(work, call_id))


@router.post("/call-outs/{call_id}/answers")
async def answer(work: Unit, call_id: str, body: Answer) -> CheckInOut:
    """Take an answer; what worries is a case, or an emergency, at once."""
    row = await check_ins.answer(work, call_id, body.question, body.text, body.finding)
    return CheckInOut.model_validate(row)


@router.post("/call-outs/{call_id}/refusal")
async def refused(work: Unit, call_id: str) -> CheckInOut:
    """Take the word of whoever was called that they are not to be called any more."""
    return CheckInOut.model_validate(await check_ins.refused(work, call_id))


@router.put("/elders/{elder_id}/care-plan")
async def agree(work: Unit, elder_id: str, body: Agreement) -> CarePlanOut:
    """Write down that an elder has agreed to be called regularly."""
    plan = await check_ins.agree(work, elder_id, body.every_days, body.at, body.agreed_by)
    return CarePlanOut.model_validate(plan)


@router.delete("/elders/{elder_id}/care-plan", status_code=204)
async def withdraw(work: Unit, elder_id: str) -> None:
    """End an elder's regular calls."""
    await check_ins.withdraw(work, elder_id)


@router.get("/do-not-call")
async def list_not_called(work: Unit, wanted: Wanted) -> Page[NotCalledOut]:
    """List the numbers that nobody in no danger is called at."""
    items = [NotCalledOut.model_validate(row) for row in await do_not_call.numbers(work, wanted)]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@router.post("/do-not-call", status_code=204)
async def do_not(work: Unit, body: Refusal) -> None:
    """Put a number on that list."""
    await do_not_call.add(work, body.phone, body.reason)


@router.delete("/do-not-call/{phone}", status_code=204)
async def may_call_again(work: Unit, phone: str) -> None:
    """Take a number off it."""
    await do_not_call.remove(work, phone)
