"""What carriers report later of messages they took: the person has it, or has not."""

from __future__ import annotations

from sqlalchemy import select

from backend.services.telling import pass_on
from backend.services.work import Work
from backend.store.alarms import Delivery, Notice
from backend.store.database import utc_now
from backend.store.outbox import announce

CONFIRMED = "confirmed"


async def report(work: Work, channel: str, receipt: str, *, reached: bool, detail: str) -> bool:
    """Write down a report; one that says no fails the notice and goes on to the next way.

    Args:
        work: the transaction.
        channel: whose receipt it is.
        receipt: what the carrier gave back when it took the message.
        reached: whether the person has it.
        detail: the carrier's own word, for example DELIVRD or "failed:user block".

    Returns:
        Whether we know of such a message.
    """
    taken = await work.session.scalar(
        select(Delivery).where(Delivery.channel == channel, Delivery.receipt == receipt)
    )
    if taken is None:
        return False
    notice = await work.session.get_one(Notice, taken.notice_id, with_for_update=True)
    said = f"{CONFIRMED} {receipt} {detail}"[:200] if reached else None
    error = None if reached else f"{channel}: not delivered ({detail})"[:200]
    known = await work.session.scalars(
        select(Delivery.receipt).where(Delivery.notice_id == notice.id)
    )
    if said in set(known) if reached else notice.status == "failed":
        return True  # a report that is repeated
    work.session.add(
        Delivery(notice_id=notice.id, at=utc_now(), channel=channel, receipt=said, error=error)
    )
    if not reached:
        notice.status = "failed"
        await pass_on(work, notice)
    if notice.emergency_id is not None:
        await announce(work.session, notice.emergency_id, "delivery")
    return True
