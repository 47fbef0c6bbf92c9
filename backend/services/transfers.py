"""Callers whom an agent takes over from Anban."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from anban.errors import NotFound, Rejected
from backend.domain.call_outs import CONNECTED, GONE, JOINING, LONGEST_CALL, OFFERED, TRANSFERS
from backend.services.summaries import summary
from backend.services.work import Filter, Work, audit
from backend.store.database import utc_now
from backend.store.hotline import Transfer
from backend.store.outbox import announce
from backend.store.people import Elder
from backend.store.talks import Conversation, Handoff


async def offer(work: Work, conversation_id: str, agent: str) -> Transfer:
    """Write down that an agent is free for a caller, with what they should know.

    The desk shows it as soon as this is committed.

    Args:
        work: the transaction.
        conversation_id: the call, which the backend may not have heard of.
        agent: the agent's name on the exchange.
    """
    talk = await work.session.get(Conversation, conversation_id)
    elder = await work.session.get(Elder, talk.elder_id) if talk and talk.elder_id else None
    row = Transfer(
        conversation_id=conversation_id,
        elder_id=elder.id if elder else None,
        phone=talk.phone if talk else None,
        agent=agent,
        summary=await summary(work, conversation_id, elder),
        outcome=OFFERED,
        offered_at=work.now,
    )
    work.session.add(row)
    await work.session.flush()
    await audit(work, "create", [f"transfer:{row.id}"])
    await announce(work.session, "", "transfer")
    return row


async def settle(
    work: Work, transfer_id: str, outcome: str, at: datetime | None = None
) -> Transfer:
    """Write down what came of it; once they are really joined nobody need call back any more.

    The first word counts, but for `joining`: the exchange says whether the two were joined.

    Args:
        work: the transaction.
        transfer_id: which one.
        outcome: what came of it.
        at: when it came true by the clock on the wall; None is now.

    Raises:
        NotFound: there is no such transfer.
        Rejected: there is no such outcome.
    """
    row = await work.session.scalar(
        select(Transfer).where(Transfer.id == transfer_id).with_for_update()
    )
    if row is None:
        raise NotFound("没有这次转接")
    if outcome not in TRANSFERS or outcome == OFFERED:
        raise Rejected(f"没有这种结果，应为：{'、'.join(TRANSFERS[1:])}", "outcome")
    if row.outcome not in (OFFERED, JOINING):
        return row
    row.outcome, row.settled_at = outcome, work.now
    if outcome == JOINING:
        row.agreed_at = row.agreed_at or at or utc_now()
    if outcome == CONNECTED:
        row.joined_at = at or utc_now()
        await work.session.execute(
            update(Handoff)
            .where(Handoff.conversation_id == row.conversation_id, Handoff.status == "open")
            .values(status="done")
        )
    await announce(work.session, "", "transfer")
    return row


async def joined(
    work: Work, conversation_id: str, at: datetime, *, really: bool
) -> Transfer | None:
    """Take the exchange's word on whether a caller and an agent were joined at a time.

    It is meant for the last agent who had been offered by then: a word that comes late says
    nothing of a later one. (On a test clock agents may all be offered later than any word.)
    """
    row = await work.session.scalar(
        select(Transfer)
        .where(Transfer.conversation_id == conversation_id)
        .order_by((Transfer.offered_at <= at).desc(), Transfer.offered_at.desc())
        .limit(1)
    )
    return await settle(work, row.id, CONNECTED if really else GONE, at) if row else None


async def under_way(work: Work, conversation_id: str) -> bool:
    """Return whether a caller is just being handed to an agent."""
    query = select(Transfer.id).where(
        Transfer.conversation_id == conversation_id,
        Transfer.outcome.in_((OFFERED, JOINING)),
        Transfer.offered_at > utc_now() - LONGEST_CALL,
    )
    return await work.session.scalar(query.limit(1)) is not None


async def transfers(work: Work, wanted: Filter) -> Sequence[Transfer]:
    """List transfers, the latest first."""
    query = select(Transfer).order_by(Transfer.offered_at.desc(), Transfer.id)
    if wanted.elder_id:
        query = query.where(Transfer.elder_id == wanted.elder_id)
    if wanted.conversation:
        query = query.where(Transfer.conversation_id == wanted.conversation)
    if wanted.since:
        query = query.where(Transfer.offered_at >= wanted.since)
    return (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()
