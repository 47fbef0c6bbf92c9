"""Questions on policy that no document answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from backend.services.work import Filter, Work, audit
from backend.store.policy import PolicyGap


@dataclass(frozen=True)
class ReportGap:
    """A question was declined."""

    conversation: str
    question: str
    about: str
    locality: str = ""


async def report_gap(work: Work, command: ReportGap) -> PolicyGap:
    """Write a question down for the county."""
    row = PolicyGap(
        conversation_id=command.conversation,
        locality=command.locality,
        about=command.about,
        question=command.question,
        created_at=work.now,
    )
    work.session.add(row)
    await work.session.flush()
    await audit(work, "create", [f"policy_gap:{row.id}"])
    return row


async def gaps(work: Work, wanted: Filter) -> Sequence[PolicyGap]:
    """List what was declined, the latest first."""
    query = select(PolicyGap).order_by(PolicyGap.created_at.desc(), PolicyGap.id)
    if wanted.conversation:
        query = query.where(PolicyGap.conversation_id == wanted.conversation)
    if wanted.since:
        query = query.where(PolicyGap.created_at >= wanted.since)
    return (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()


@dataclass(frozen=True)
class GapCount:
    """How often one thing was asked of one place in a month, and no document answered."""

    month: str
    """2026-11, by the county's clock"""
    locality: str
    """empty where the place was not known"""
    about: str
    count: int


async def counted_gaps(
    work: Work, *, since: datetime | None = None, locality: str = "", limit: int, offset: int = 0
) -> Sequence[GapCount]:
    """Count what was declined: the latest month first, in it the most asked for.

    No question, no conversation and nobody who asked is told.

    Args:
        work: the unit of work.
        since: only what was declined from then on.
        locality: only of this place; empty: of all.
        limit: rows at most.
        offset: rows left out at the beginning.
    """
    month = func.to_char(func.timezone("Asia/Shanghai", PolicyGap.created_at), "YYYY-MM")
    times = func.count()
    query = (
        select(month, PolicyGap.locality, PolicyGap.about, times)
        .group_by(month, PolicyGap.locality, PolicyGap.about)
        .order_by(month.desc(), times.desc(), PolicyGap.locality, PolicyGap.about)
    )
    if since:
        query = query.where(PolicyGap.created_at >= since)
    if locality:
        query = query.where(PolicyGap.locality == locality)
    rows = await work.session.execute(query.limit(limit).offset(offset))
    return [GapCount(*row) for row in rows]
