"""What is said of an order that was carried out; a bad word is looked into by people."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from anban.errors import Conflict, Rejected
from backend.notices.sentences import phrase
from backend.services.handoffs import CreateHandoff, create_handoff
from backend.services.orders import order_of
from backend.services.people import elder
from backend.services.work import Filter, Work, audit, locked
from backend.store.services import Order, Rating

BAD = 2
"""stars up to which a rating is looked into"""
LONGEST = 1000
"""characters of what was said that are kept"""


async def rate(
    work: Work, order: str, conversation: str, stars: int | None, said: str, *, bad: bool = False
) -> Rating:
    """Write down what is said of an order, by id or number; the last stars and all words count.

    Args:
        work: the transaction.
        order: its id or number.
        conversation: where it was said.
        stars: 1 to 5, or None where only words were said.
        said: the words.
        bad: whether something was wrong, whatever the stars.

    Raises:
        NotFound: there is no such order.
        Conflict: it was not carried out.
        Rejected: there are no such stars.
    """
    if stars is not None and not 1 <= stars <= 5:
        raise Rejected("应为 1 到 5 颗星", "stars")
    found = await order_of(work, order)
    if found.status != "finished":
        raise Conflict("这一单还没有做完，做完了再评")
    await locked(work, f"rating:{found.id}")
    row = await work.session.get(Rating, found.id)
    if row is None:
        row = Rating(order_id=found.id, said="", conversation_id=conversation)
        work.session.add(row)
    row.stars = stars if stars is not None else row.stars
    row.said = _together(row.said, said)
    row.conversation_id, row.at = conversation, work.now
    await work.session.flush()
    await audit(work, "update", [f"rating:{found.id}"])
    if bad or (row.stars is not None and row.stars <= BAD):
        await _follow_up(work, row, found)
    return row


async def ratings(work: Work, wanted: Filter) -> Sequence[Rating]:
    """List ratings of an elder's orders, or of all, the latest first."""
    query = select(Rating).join(Order, Order.id == Rating.order_id)
    if wanted.elder_id:
        query = query.where(Order.elder_id == wanted.elder_id)
    if wanted.since:
        query = query.where(Rating.at >= wanted.since)
    query = query.order_by(Rating.at.desc(), Rating.order_id)
    rows = (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()
    await audit(work, "read", [f"rating:{row.order_id}" for row in rows])
    return rows


async def _follow_up(work: Work, row: Rating, order: Order) -> None:
    """One case of one rating; what is said later stands with it."""
    person = await elder(work, order.elder_id)
    story = phrase("rating", "bad", number=order.number, said=row.said)
    about = CreateHandoff(f"rating:{order.id}", "complaint", story, person.id, person.phone)
    case, _ = await create_handoff(work, about)
    row.case_id = row.case_id or case.id


def _together(before: str, said: str) -> str:
    lines = [line for line in (before, said) if line]
    return "；".join(dict.fromkeys(lines))[:LONGEST]
