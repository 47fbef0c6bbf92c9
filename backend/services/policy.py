"""Questions on policy that no document answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

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
