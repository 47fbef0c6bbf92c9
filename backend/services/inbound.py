"""Calls that come in to the hotline, and the figures that a hotline is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from anban.errors import Rejected
from backend.domain.call_outs import CONNECTED, GONE
from backend.services import transfers
from backend.services.work import Work
from backend.store.hotline import InboundCall, Transfer
from backend.store.outbox import announce

ARRIVED: Final = "arrived"
OVERFLOW: Final = "overflow"
SERVED: Final = "served"
ANSWERED: Final = "answered"
JOINED: Final = "joined"
PARTED: Final = "parted"
ENDED: Final = "ended"
WORDS: Final = (ARRIVED, OVERFLOW, SERVED, ANSWERED, JOINED, PARTED, ENDED)
"""at the exchange; given to Anban; answered by Anban; answered by an agent; Anban's caller joined
with an agent; not joined with the agent they were let go to; over"""

DAY: Final = timedelta(hours=24)
"""what the figures count back (GB/T 33358-2016: the connect rate of any 24 hours)"""
PROMPT: Final = timedelta(seconds=15)
"""a call is to be answered within (GB/T 33358-2016)"""
PUT_THROUGH: Final = timedelta(seconds=3)
"""a caller who is let go to an agent is to be joined with them within"""
LOST_AFTER: Final = timedelta(hours=2)
"""a call whose end nobody told us of is no longer counted as waiting"""


@dataclass(frozen=True)
class Word:
    """What became of a call, as the exchange says."""

    what: str
    """one of `WORDS`"""
    agent: str = ""
    """who answered, where it was a person"""
    why: str = ""
    """why the exchange gave it to Anban: nobody, busy or long"""
    ago: timedelta = timedelta()
    """since it came true"""


async def told(work: Work, call_id: str, word: Word) -> None:
    """Take the exchange's word on what became of a call.

    Words may come late, twice and in any order: what counts is when each came true.

    Args:
        work: the transaction.
        call_id: the call's UUID.
        word: what became of it.

    Raises:
        Rejected: there is no such word.
    """
    what, at = word.what, work.now - word.ago
    if what not in WORDS:
        raise Rejected(f"没有这种情况，应为：{'、'.join(WORDS)}", "what")
    values = {"id": call_id, "arrived_at": at, "by_anban": False}
    await work.session.execute(insert(InboundCall).values(values).on_conflict_do_nothing())
    row = await work.session.get_one(InboundCall, call_id, with_for_update=True)
    row.arrived_at = min(row.arrived_at, at)  # it had arrived before anything else became of it
    if what == OVERFLOW and _sooner(at, row.overflow_at):
        row.overflow_at, row.overflow = at, word.why[:16] or None
    elif what in (SERVED, ANSWERED) and _sooner(at, row.answered_at):
        row.answered_at, row.by_anban = at, what == SERVED
    elif what == ENDED and _sooner(at, row.ended_at):
        row.ended_at = at
    agent = word.agent
    if what in (JOINED, PARTED):
        settled = await transfers.joined(work, call_id, at, really=what == JOINED)
        agent = settled.agent if settled is not None and what == JOINED else ""
    row.agent = agent[:64] or row.agent
    await announce(work.session, "", "inbound")


def _sooner(at: datetime, known: datetime | None) -> bool:
    return known is None or at < known


@dataclass(frozen=True)
class Figures:
    """The last 24 hours; shares are None where nothing was counted."""

    calls: int
    answered: int
    prompt: int
    """answered within 15 s, by a person or by Anban"""
    overflow: int
    by_anban: int
    """answered by Anban"""
    waiting: int
    """just now"""
    abandoned: int
    """over, and nobody had answered"""
    joined: int
    """callers of Anban who were really joined with an agent"""
    not_joined: int
    """whom an agent, or the caller, left on the way"""
    timed: int
    """joined, and it is known how long it took"""
    quickly: int
    """within 3 s"""
    transfer_seconds: float | None
    """half of those took no longer"""

    @property
    def quick_share(self) -> float | None:
        """Callers who were joined within 3 s, of those of whom it is known."""
        return _share(self.quickly, self.timed)

    @property
    def prompt_share(self) -> float | None:
        """Calls answered within 15 s, of all that have been answered or given up."""
        return _share(self.prompt, self.answered + self.abandoned)

    @property
    def connect_rate(self) -> float | None:
        """Calls answered, of all that have been answered or given up (goal: 95 %)."""
        return _share(self.answered, self.answered + self.abandoned)

    @property
    def overflow_share(self) -> float | None:
        """Calls that came to Anban, of all."""
        return _share(self.overflow, self.calls)

    @property
    def transfer_success(self) -> float | None:
        """Callers who were joined, of those who were to be."""
        return _share(self.joined, self.joined + self.not_joined)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


async def figures(session: AsyncSession, now: datetime) -> Figures:
    """Count the hotline's last 24 hours."""
    call = InboundCall
    prompt = call.answered_at - call.arrived_at <= PROMPT
    waits = and_(
        call.answered_at.is_(None), call.ended_at.is_(None), call.arrived_at > now - LOST_AFTER
    )
    query = select(
        func.count(),
        _counted(call.answered_at.is_not(None)),
        _counted(prompt),
        _counted(call.overflow_at.is_not(None)),
        _counted(call.by_anban.is_(True)),
        _counted(waits),
        _counted(and_(call.answered_at.is_(None), call.ended_at.is_not(None))),
    ).where(call.arrived_at > now - DAY)
    counted = (await session.execute(query)).one()
    took = Transfer.joined_at - Transfer.agreed_at
    handed = select(
        _counted(Transfer.outcome == CONNECTED),
        _counted(Transfer.outcome == GONE),
        _counted(took.is_not(None)),
        _counted(took <= PUT_THROUGH),
        func.percentile_cont(0.5).within_group(func.extract("epoch", took)),
    ).where(Transfer.offered_at > now - DAY)
    return Figures(*counted, *(await session.execute(handed)).one())


def _counted(holds: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((holds, 1)))
