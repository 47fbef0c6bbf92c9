"""Conversations: who is speaking, what was left unfinished, what must outlive the process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from anban.errors import NotFound
from backend.domain.callers import DRAFT_KEEPS, draft_is_free
from backend.domain.consents import may
from backend.domain.phones import caller_phone
from backend.domain.words import OPEN_ORDER_STATUSES
from backend.services.people import (
    bound_members,
    elder_by_phone,
    elder_of_account,
    members_of_account,
)
from backend.services.work import Work, audit
from backend.store.people import Elder, FamilyMember
from backend.store.services import Order
from backend.store.talks import Conversation

MOST_OPEN_ORDERS = 20


@dataclass(frozen=True)
class OpenConversation:
    """A channel says that somebody is speaking."""

    id: str
    channel: str
    phone: str | None = None
    elder_id: str | None = None
    account: str | None = None
    """the address of the account that speaks, on channels that have accounts"""


@dataclass(frozen=True)
class Opened:
    """A conversation and what is known of the person."""

    row: Conversation
    member: FamilyMember | None
    elder: Elder | None
    members: Sequence[FamilyMember]
    """as whom a relative speaks, one for each elder"""
    estates: Sequence[str]
    draft: Conversation | None
    """the earlier conversation whose draft is offered"""
    open_orders: Sequence[Order]
    speaking: Mapping[str, float]


async def open_conversation(work: Work, command: OpenConversation) -> Opened:
    """Note that a conversation begins or goes on, and find out who it is; idempotent.

    A withheld or unusable number is an unknown caller, and is served all the same.
    """
    row = await _row(work, command)
    members, elder, is_elder = await _people(work, row, command)
    member = None if is_elder or not members else members[0]
    row.caller_role = "elder" if is_elder else "family" if member else "unknown"
    row.elder_id = elder.id if elder else None
    row.family_member_id = member.id if member else None
    draft = await _offered_draft(work, row)
    await work.session.flush()
    seen = {one.id: one for one in [*(one.elder for one in members), *([elder] if elder else [])]}
    await audit(work, "read", [f"elder:{elder_id}" for elder_id in seen])
    return Opened(
        row=row,
        member=member,
        elder=elder,
        members=members,
        estates=await _estates(work, elder),
        draft=draft,
        open_orders=await _open_orders(work, list(seen)),
        speaking=(elder.speaking if is_elder and elder else None) or row.speaking,
    )


async def spoken_for(work: Work, conversation_id: str) -> dict[str, str]:
    """Return the elders for whom the caller may speak, and who that is then, in words.

    The elder; and family whom the elder has accepted and lets know of orders.

    Raises:
        NotFound: nobody opened the conversation.
    """
    row = await conversation(work, conversation_id)
    if row.account_index is not None:
        members = await members_of_account(work, row.id)
        own = await elder_of_account(work, row.id)
    else:
        members = await bound_members(work, row.phone)
        own = await elder_by_phone(work, row.phone)
        if own is None and row.caller_role == "elder" and row.elder_id is not None:
            own = await work.session.get(Elder, row.elder_id)  # whom the channel has logged in
    found = {one.elder_id: f"{one.relation}{one.name}" or "家人" for one in members}
    return found | ({own.id: own.name or "老人"} if own else {})


async def who_may_know(work: Work, conversation_id: str, elder_id: str, what: str) -> Elder:
    """Return an elder of whom a conversation's caller may know something.

    Raises:
        NotFound: nobody opened the conversation, or the caller may not.
    """
    row = await conversation(work, conversation_id)
    member = await speaks_as(work, row, elder_id)
    own = row.caller_role == "elder" and row.elder_id == elder_id
    if not own and (member is None or not may(member.role, member.consents, what)):
        raise NotFound("老人还没有同意让您知道")
    found = await work.session.get(Elder, elder_id)
    if found is None:
        raise NotFound("没有这位老人")
    return found


async def speaks_as(work: Work, row: Conversation, elder_id: str) -> FamilyMember | None:
    """Return as whose relative a conversation's caller speaks for an elder; None: not as one."""
    if row.elder_id == elder_id and row.caller_role == "elder":
        return None
    if row.account_index is not None:
        members = await members_of_account(work, row.id)
    else:
        members = await bound_members(work, row.phone)
    return next((one for one in members if one.elder_id == elder_id), None)


async def _row(work: Work, command: OpenConversation) -> Conversation:
    fresh = {
        "id": command.id,
        "channel": command.channel,
        "caller_role": "unknown",
        "started_at": work.now,
        "updated_at": work.now,
        "speaking": {},
    }
    await work.session.execute(insert(Conversation).values(fresh).on_conflict_do_nothing())
    row = await conversation(work, command.id)
    phone = caller_phone(command.phone)
    if phone is not None:
        row.phone = row.phone_index = phone
    if command.account is not None:
        row.account_index = command.account
    row.updated_at = work.now
    row.ended_at = row.end_reason = None
    return row


async def conversation(work: Work, conversation_id: str) -> Conversation:
    """Return a conversation, locked until the commit.

    Raises:
        NotFound: nobody opened it.
    """
    found = await work.session.scalar(
        select(Conversation).where(Conversation.id == conversation_id).with_for_update()
    )
    if found is None:
        raise NotFound("没有这次对话")
    return found


async def _people(
    work: Work, row: Conversation, command: OpenConversation
) -> tuple[Sequence[FamilyMember], Elder | None, bool]:
    """Return the family members who may be speaking, the elder, and whether it is the elder.

    An account is looked up each time, since a binding can end between two messages.
    """
    if row.account_index is not None:
        elder = await elder_of_account(work, row.id)
        members = await members_of_account(work, row.id)
        single = members[0].elder if len(members) == 1 else None
        return members, elder or single, elder is not None
    members = await bound_members(work, row.phone)
    elder = await _elder(work, command.elder_id or row.elder_id, row.phone, members)
    return members, elder, elder is not None and (not members or elder.phone == row.phone)


async def _elder(
    work: Work, elder_id: str | None, phone: str | None, members: Sequence[FamilyMember]
) -> Elder | None:
    if elder_id is not None:
        found = await work.session.get(Elder, elder_id)
        if found is not None:
            return found
    own = await elder_by_phone(work, phone)
    if own is not None:
        return own
    return members[0].elder if len(members) == 1 else None


async def _offered_draft(work: Work, row: Conversation) -> Conversation | None:
    if row.resumed_from is not None:
        earlier = await work.session.get(Conversation, row.resumed_from)
        return earlier if earlier is not None and earlier.draft is not None else None
    if row.draft is not None:
        return None
    same = [Conversation.phone_index == row.phone] if row.phone else []
    same += [Conversation.elder_id == row.elder_id] if row.elder_id else []
    if not same:
        return None
    candidates = await work.session.scalars(
        select(Conversation)
        .where(
            or_(*same),
            Conversation.id != row.id,
            Conversation.draft.is_not(None),
            Conversation.started_at <= row.started_at,
            Conversation.updated_at >= work.now - DRAFT_KEEPS,
        )
        .order_by(Conversation.updated_at.desc())
        .limit(5)
    )
    for earlier in candidates:
        ended = earlier.ended_at is not None
        if draft_is_free(row.channel, earlier.channel, ended, earlier.updated_at, work.now):
            row.resumed_from = earlier.id
            return earlier
    return None


async def _estates(work: Work, elder: Elder | None) -> Sequence[str]:
    if elder is None or elder.locality is None:
        return []
    found = await work.session.scalars(
        select(Elder.estate)
        .where(Elder.locality == elder.locality, Elder.estate.is_not(None))
        .distinct()
        .order_by(Elder.estate)
        .limit(200)
    )
    return [name for name in found if name]


async def _open_orders(work: Work, elder_ids: Sequence[str]) -> Sequence[Order]:
    if not elder_ids:
        return []
    found = await work.session.scalars(
        select(Order)
        .where(
            Order.elder_id.in_(elder_ids),
            Order.status.in_(OPEN_ORDER_STATUSES),
            or_(Order.day >= work.now.date(), Order.recurring.is_not(None)),
        )
        .order_by(Order.day, Order.created_at)
        .limit(MOST_OPEN_ORDERS)
    )
    return found.all()


async def update_conversation(
    work: Work, conversation_id: str, values: Mapping[str, Any]
) -> Conversation:
    """Keep what a channel or the dialogue wants kept.

    `draft` (None clears it) takes the place of a draft that was offered from an earlier
    conversation. `ended` ends the conversation; its draft stays, to be offered next time.
    `speaking` becomes the elder's own preference where the caller is the elder.

    Raises:
        NotFound: nobody opened it.
    """
    row = await conversation(work, conversation_id)
    row.updated_at = work.now
    if "draft" in values:
        row.draft = values["draft"]
        await _let_go(work, row)
    for name in ("last_ask", "summary", "end_reason"):
        if name in values:
            setattr(row, name, values[name])
    if values.get("ended"):
        row.ended_at = row.ended_at or work.now
    if values.get("speaking"):
        row.speaking = {**row.speaking, **values["speaking"]}
        await _remember_speaking(work, row)
    return row


async def finish_draft(work: Work, conversation_id: str) -> None:
    """Clear the draft of a conversation that has become an order, and the one it came from."""
    row = await work.session.get(Conversation, conversation_id)
    if row is not None:
        row.draft = None
        await _let_go(work, row)


async def _let_go(work: Work, row: Conversation) -> None:
    if row.resumed_from is None:
        return
    earlier = await work.session.get(Conversation, row.resumed_from)
    if earlier is not None:
        earlier.draft = None


async def _remember_speaking(work: Work, row: Conversation) -> None:
    if row.caller_role != "elder" or row.elder_id is None:
        return
    elder = await work.session.get_one(Elder, row.elder_id)
    elder.speaking = {**elder.speaking, **row.speaking}
