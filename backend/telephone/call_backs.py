"""Promised calls: an agent first, then the number, until both have spoken."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from sqlalchemy import select

from anban.errors import Unavailable
from backend.config import BackendConfig, TelephoneConfig
from backend.domain.call_outs import CALLING, IN_VAIN, LONGEST_CALL, NO_AGENT, UNREACHABLE
from backend.domain.times import CHINA
from backend.services import call_outs, transfers
from backend.services.work import Work
from backend.store.database import Database, utc_now
from backend.store.hotline import CallOut
from backend.store.outbox import CALL_BACK, CALLS, defer
from backend.store.talks import Handoff
from backend.telephone.ports import Line, call_back

logger = logging.getLogger(__name__)

NO_LINE_AGAIN = timedelta(seconds=15)
"""until an exchange that did not answer is asked again"""
MOST_DOUBLINGS = 6
"""the wait grows no more after so many attempts"""


async def keep_promise(
    config: BackendConfig, database: Database, line: Line, handoff_id: str
) -> None:
    """Call back once, if that is still to be done; where it was in vain, have it tried again."""
    telephone = config.telephone
    if telephone is None:
        return
    begun = await _begun(config, telephone, database, handoff_id)
    if begun is None:
        return
    call_id, phone = begun
    try:
        outcome = await line.place(call_back(call_id, phone), "call_back")
    except Unavailable as error:
        logger.warning("call back %s: %s", handoff_id, error)
        outcome = UNREACHABLE
    async with database.transaction() as session:
        work = Work(session, datetime.now(CHINA), config, actor="worker")
        row = await call_outs.end(work, call_id, outcome)
        ticket = await session.get_one(Handoff, handoff_id)
        if ticket.status == "open":
            made = await call_outs.attempts(work, CallOut.handoff_id == handoff_id)
            await _later(work, row.placed_at + again(telephone, made), handoff_id)


def again(telephone: TelephoneConfig, made: Sequence[CallOut]) -> timedelta:
    """Return how long to wait after these attempts: longer each time that nobody was called."""
    rules = telephone.rules
    first = {NO_AGENT: rules.agent_again, UNREACHABLE: NO_LINE_AGAIN}.get(made[-1].outcome)
    if first is None:
        return rules.again
    fruitless = takewhile(lambda row: row.outcome in (NO_AGENT, UNREACHABLE), reversed(made))
    doublings = min(len(list(fruitless)) - 1, MOST_DOUBLINGS)
    return min(first * (1 << doublings), rules.again)


async def _later(work: Work, at: datetime, handoff_id: str) -> None:
    await defer(work.session, CALL_BACK, CALLS, {"handoff_id": handoff_id}, at=at)


async def _begun(
    config: BackendConfig, telephone: TelephoneConfig, database: Database, handoff_id: str
) -> tuple[str, str] | None:
    """Write down the attempt; None where the ticket is done, given up, or has to wait."""
    now = datetime.now(CHINA)
    async with database.transaction() as session:
        work = Work(session, now, config, actor="worker")
        ticket = await session.scalar(
            select(Handoff).where(Handoff.id == handoff_id).with_for_update()
        )
        if ticket is None or ticket.status != "open" or ticket.phone is None:
            return None
        if not telephone.rules.allowed(now):
            await _later(work, telephone.rules.next_allowed(now), handoff_id)
            return None
        if await transfers.under_way(work, ticket.conversation_id):
            await _later(work, utc_now() + telephone.rules.agent_again, handoff_id)
            return None
        made = await call_outs.attempts(work, CallOut.handoff_id == handoff_id)
        if made and made[-1].outcome == CALLING:
            if utc_now() - made[-1].placed_at < LONGEST_CALL:
                await _later(work, utc_now() + NO_LINE_AGAIN, handoff_id)
                return None
            made[-1].outcome = UNREACHABLE
        in_vain = [row for row in made if row.outcome in IN_VAIN]
        if len(in_vain) >= telephone.rules.attempts:
            return None
        row = await call_outs.begin_call_back(work, ticket, ticket.phone, len(made) + 1)
        return row.id, ticket.phone
