"""Placing the calls on which Anban asks: within hours, often enough, to nobody who said no."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from anban.errors import Unavailable
from backend.config import BackendConfig, TelephoneConfig
from backend.domain.call_outs import (
    CALLING,
    CARE,
    DEVICE_CHECK,
    LONGEST_CALL,
    REACHED,
    REMINDER,
    UNREACHABLE,
)
from backend.domain.check_ins import CARE_AGAIN, DEVICE_AGAIN, DONE, GIVEN_UP, NOT_ALLOWED, WAITING
from backend.domain.times import CHINA
from backend.services import call_outs, check_ins, do_not_call
from backend.services.people import elder
from backend.services.work import Work
from backend.store.database import Database, utc_now
from backend.store.hotline import CallOut, CarePlan, CheckIn
from backend.telephone.call_backs import NO_LINE_AGAIN, again
from backend.telephone.ports import Line, message_call

logger = logging.getLogger(__name__)

PURPOSE = "check_in"
"""how voice leads such a call"""
DEVICE_ATTEMPTS = 2


async def place(
    config: BackendConfig, database: Database, line: Line, check_in_id: str, due: str
) -> None:
    """Call once, if that is still to be done; where it was in vain, have it tried again.

    Args:
        config: the backend's.
        database: where the call and its attempts are.
        line: places it.
        check_in_id: which one.
        due: when it was due as this was planned; a call that was moved since is not made now.
    """
    telephone = config.telephone
    if telephone is None:
        return
    begun = await _begun(config, telephone, database, check_in_id, due)
    if begun is None:
        return
    call_id, phone = begun
    try:
        outcome = await line.place(message_call(call_id, phone, caller=phone), PURPOSE)
    except Unavailable as error:
        logger.warning("check-in %s: %s", check_in_id, error)
        outcome = UNREACHABLE
    async with database.transaction() as session:
        work = Work(session, datetime.now(CHINA), config, actor="worker")
        await call_outs.end(work, call_id, outcome)
        await _after(work, telephone, await session.get_one(CheckIn, check_in_id))


async def _begun(
    config: BackendConfig,
    telephone: TelephoneConfig,
    database: Database,
    check_in_id: str,
    due: str,
) -> tuple[str, str] | None:
    """Write down the attempt; None where the call is over, must not be made, or has to wait."""
    async with database.transaction() as session:
        work = Work(session, datetime.now(CHINA), config, actor="worker")
        row = await session.scalar(
            select(CheckIn).where(CheckIn.id == check_in_id).with_for_update()
        )
        if row is None or row.status != WAITING or row.due_at != datetime.fromisoformat(due):
            return None
        if not await _may_call(work, row):
            await check_ins.settle(work, row, NOT_ALLOWED)
            return None
        agreed = row.kind in (DEVICE_CHECK, REMINDER)  # to the minute, or it is urgent
        if not agreed and not telephone.rules.allowed(work.now):
            await check_ins.later(work, row, telephone.rules.next_allowed(work.now))
            return None
        made = await _made(work, row)
        if made and made[-1].outcome == CALLING:
            if utc_now() - made[-1].placed_at < LONGEST_CALL:
                await check_ins.later(work, row, utc_now() + NO_LINE_AGAIN)
                return None
            made[-1].outcome = UNREACHABLE
        phone = (await elder(work, row.elder_id)).phone or ""
        call = await call_outs.begin_check_in(work, row, phone, len(made) + 1)
        return call.id, phone


async def _may_call(work: Work, row: CheckIn) -> bool:
    """Return whether this elder may be called: who may be in danger always may."""
    phone = (await elder(work, row.elder_id)).phone
    if not phone or row.kind == DEVICE_CHECK:
        return bool(phone)
    if row.kind == CARE and await work.session.get(CarePlan, row.elder_id) is None:
        return False
    return not await do_not_call.holds(work, phone)


async def _after(work: Work, telephone: TelephoneConfig, row: CheckIn) -> None:
    """What an attempt means for the call."""
    made = await _made(work, row)
    last = made[-1]
    if _spoke(row, last):
        await check_ins.settle(work, row, DONE)
        return
    in_vain = [one for one in made if one.outcome != UNREACHABLE]
    attempts = DEVICE_ATTEMPTS if row.kind == DEVICE_CHECK else telephone.rules.attempts
    if len(in_vain) >= attempts:
        await check_ins.settle(work, row, GIVEN_UP)
        return
    await check_ins.later(work, row, last.placed_at + _wait(telephone, row.kind, made))


def _spoke(row: CheckIn, call: CallOut) -> bool:
    """Return whether a person was spoken with: picking up and hanging up again says nothing."""
    return call.outcome in REACHED and call.answered_at is not None and bool(row.answers)


def _wait(telephone: TelephoneConfig, kind: str, made: Sequence[CallOut]) -> timedelta:
    if kind == DEVICE_CHECK:
        return DEVICE_AGAIN
    if made[-1].outcome == UNREACHABLE:
        return again(telephone, made)
    return CARE_AGAIN if kind == CARE else telephone.rules.again


async def _made(work: Work, row: CheckIn) -> Sequence[CallOut]:
    return await call_outs.attempts(work, CallOut.check_in_id == row.id)
