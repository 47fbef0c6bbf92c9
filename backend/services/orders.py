"""Orders: placed once, changed by the rules, and the family told in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from anban.errors import Conflict, NotFound, Rejected
from backend.domain.orders import (
    Booking,
    ChangeOrder,
    OrderBooked,
    PlaceOrder,
    Standing,
    changed,
    checked,
    fingerprint,
)
from backend.domain.phones import normal_phone
from backend.domain.words import ORDER_STATUSES
from backend.services import check_ins
from backend.services.catalogue import best_offer
from backend.services.conversations import finish_draft, speaks_as
from backend.services.people import bound_members, elder, elders_of_phone, unverified_elder
from backend.services.telling import notices, tell_of_order
from backend.services.work import Filter, Work, add_numbered, audit, locked
from backend.store.alarms import Notice
from backend.store.people import Elder, FamilyMember
from backend.store.services import IdempotencyKey, Order, OrderEvent, Provider
from backend.store.talks import Conversation

ORDERERS = frozenset({"elder", "family", "unknown", "desk"})
"""what `ordered_by` may say where it is no family member's id"""


@dataclass(frozen=True)
class Outcome:
    """An order and who is being told about what was just done to it."""

    order: Order
    notices: Sequence[Notice]
    repeated: bool = False
    """True where the very same request had been obeyed before"""


async def place_order(work: Work, key: str, command: PlaceOrder) -> Outcome:
    """Write an order, its first event and the family's notices; all or nothing.

    Raises:
        Rejected: a field is wrong.
        NotFound: there is no such elder.
        Conflict: the key was used for something else.
    """
    digest = fingerprint(command)
    done = await _done_before(work, key, digest)
    if done is not None:
        return done
    booking = checked(command, work.now)
    talk = await work.session.get(Conversation, command.conversation)
    person = await _whose(work, command, talk)
    by, member_id = await _orderer(work, command.ordered_by, talk, person.id)
    order = await _written(work, command, booking, person, by)
    event = await note_event(work, order, OrderBooked().event, command.conversation, None)
    told = await tell_of_order(work, person, order, event, member_id)
    await finish_draft(work, command.conversation)
    _remember(work, key, digest, order, event)
    await audit(work, "create", [f"order:{order.id}"])
    return Outcome(order, told)


async def change_order(
    work: Work, key: str, order: str, command: ChangeOrder, by: str | None = None
) -> Outcome:
    """Move, cancel or finish an order; the family is told, but for whoever did it.

    `by` is as `ordered_by`; without it whoever speaks in the conversation has done it.

    Raises:
        NotFound: there is no such order.
        Rejected: a field is wrong.
        Conflict: it is over already, or the key was used for something else.
    """
    row = await order_of(work, order, for_update=True)
    digest = fingerprint(command, row.id)
    done = await _done_before(work, key, digest)
    if done is not None:
        return done
    standing = Standing(row.status, row.day, row.time, row.address)
    after, happened = changed(standing, command, work.now)
    if happened is None:
        return Outcome(row, [])
    row.status, row.day, row.time = after.status, after.day, after.time
    row.address, row.updated_at = after.address, work.now
    event = await note_event(work, row, happened.event, command.conversation, command.reason)
    person = await elder(work, row.elder_id)
    talk = await work.session.get(Conversation, command.conversation or "")
    _, member_id = await _orderer(work, by, talk, person.id)
    told = await tell_of_order(work, person, row, event, member_id)
    if row.status == "finished":
        await check_ins.after_service(work, row)
    _remember(work, key, digest, row, event)
    await audit(work, "update", [f"order:{row.id}"])
    return Outcome(row, told)


async def order_of(work: Work, order: str, *, for_update: bool = False) -> Order:
    """Return an order by id or number.

    Raises:
        NotFound: there is none.
    """
    query = select(Order).where(or_(Order.id == order, Order.number == order))
    if for_update:
        query = query.with_for_update(of=Order)
    row = await work.session.scalar(query)
    if row is None:
        raise NotFound("没有这个单号")
    return row


async def orders(work: Work, wanted: Filter) -> Sequence[Order]:
    """List orders, the latest first; `phone` finds those of its elder and of bound elders."""
    wanted.ensure_status(ORDER_STATUSES)
    query = select(Order).order_by(Order.created_at.desc(), Order.id)
    if wanted.elder_id:
        query = query.where(Order.elder_id == wanted.elder_id)
    if wanted.phone:
        query = query.where(Order.elder_id.in_(elders_of_phone(normal_phone(wanted.phone))))
    if wanted.status:
        query = query.where(Order.status == wanted.status)
    if wanted.since:
        query = query.where(Order.created_at >= wanted.since)
    rows = (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()
    await audit(work, "read", [f"order:{row.id}" for row in rows])
    return rows


async def _done_before(work: Work, key: str, digest: str) -> Outcome | None:
    await locked(work, f"order:{key}")
    done = await work.session.get(IdempotencyKey, key)
    if done is None:
        return None
    if done.fingerprint != digest:
        raise Conflict("这个 Idempotency-Key 已经用在别的内容上，换一个再试")
    order = await order_of(work, done.order_id)
    told = await notices(work, Filter(limit=200), order_event_id=done.order_event_id)
    return Outcome(order, told, repeated=True)


def _remember(work: Work, key: str, digest: str, order: Order, event: OrderEvent) -> None:
    work.session.add(
        IdempotencyKey(
            key=key,
            fingerprint=digest,
            order_id=order.id,
            order_event_id=event.id,
            at=work.now,
        )
    )


async def _whose(work: Work, command: PlaceOrder, talk: Conversation | None) -> Elder:
    if command.elder_id is not None:
        return await elder(work, command.elder_id)
    if command.phone is None:
        if talk is not None and talk.elder_id is not None:
            return await elder(work, talk.elder_id)
        raise Rejected("还不知道是哪位老人，应给出 elder_id，或电话和姓名", "elder_id")
    phone = normal_phone(command.phone)
    bound = [member.elder for member in await bound_members(work, phone)]
    named = [one for one in bound if one.name in {command.name, command.person}]
    if len(named or bound) == 1:
        return (named or bound)[0]
    if bound:
        raise Rejected("这个电话关联了几位老人，应说明是哪一位", "elder_id")
    return await unverified_elder(work, phone, command.name)


async def _orderer(
    work: Work, said: str | None, talk: Conversation | None, elder_id: str
) -> tuple[str, str | None]:
    """Return who ordered, and the family member's id where it is one."""
    if said is None:
        member = await speaks_as(work, talk, elder_id) if talk is not None else None
        if member is not None:
            return member.id, member.id
        return talk.caller_role if talk is not None else "unknown", None
    if said in ORDERERS:
        member = await speaks_as(work, talk, elder_id) if talk and said == "family" else None
        return said, member.id if member else None
    if await work.session.get(FamilyMember, said) is None:
        raise Rejected("应为 elder、family、unknown、desk 或一位家人的编号", "ordered_by")
    return said, said


async def _written(
    work: Work, command: PlaceOrder, booking: Booking, person: Elder, by: str
) -> Order:
    address = booking.address or person.address
    if not address:
        raise Rejected("还缺地址，应写到门牌号", "address")
    offer = await best_offer(work, booking.service, person.locality)
    order = Order(
        elder_id=person.id,
        conversation_id=command.conversation,
        ordered_by=by,
        service=booking.service,
        day=booking.day,
        time=booking.time,
        recurring=booking.recurring,
        address=address,
        person=booking.person,
        hospital=booking.hospital,
        note=booking.note,
        price=offer.price if offer else None,
        provider_id=offer.provider_id if offer else None,
        status="confirmed",
        created_at=work.now,
        updated_at=work.now,
        provider_row=await work.session.get(Provider, offer.provider_id) if offer else None,
    )
    await add_numbered(work, order)
    return order


async def note_event(
    work: Work, order: Order, name: str, conversation: str | None = None, reason: str | None = None
) -> OrderEvent:
    """Write down that something happened to an order."""
    event = OrderEvent(
        order_id=order.id, event=name, reason=reason, conversation_id=conversation, at=work.now
    )
    work.session.add(event)
    await work.session.flush()
    return event
