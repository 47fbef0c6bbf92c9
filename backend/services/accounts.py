"""WeChat and Telegram accounts: who writes, what was answered already, who goes to help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, case, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from anban.errors import NotFound
from backend.domain.words import LIVE_EMERGENCY_STATUSES
from backend.services import conversations, emergencies
from backend.services.conversations import OpenConversation
from backend.services.work import Work
from backend.store.accounts import Account, Received
from backend.store.alarms import Emergency, Notice
from backend.store.base import new_id
from backend.store.database import utc_now
from backend.store.people import Contact, FamilyMember

RECEIVED_KEPT = timedelta(days=3)
"""how long the keys of answered messages are kept; WeChat repeats for seconds, Telegram a day"""
REPLY_WINDOW = timedelta(hours=48)
"""so long after somebody wrote an official account may write to them freely"""


@dataclass(frozen=True)
class AccountName:
    """An account as its channel names it."""

    channel: str
    address: str


@dataclass(frozen=True)
class Arrival:
    """A message has come in."""

    repeated: bool
    """it was answered already"""
    role: str
    """elder, family or unknown"""
    elder_ids: tuple[str, ...]
    """whom the account may speak for"""
    alarms: tuple[str, ...]
    """live emergencies it was told of, those nobody holds first"""


async def arrive(work: Work, who: AccountName, key: str, conversation: str) -> Arrival:
    """Note that a message came in, and say whose account it is and whether it is a repeat."""
    row = await account(work, who)
    row.followed, row.heard_at = True, utc_now()
    opened = await conversations.open_conversation(
        work, OpenConversation(conversation, who.channel, account=who.address)
    )
    known = [*(one.elder for one in opened.members), *([opened.elder] if opened.elder else [])]
    return Arrival(
        repeated=await work.session.get(Received, key) is not None,
        role=opened.row.caller_role,
        elder_ids=tuple(sorted({elder.id for elder in known})),
        alarms=tuple(row.id for row in await alarms(work, who)),
    )


async def answered(work: Work, key: str) -> None:
    """Note that a message has been answered."""
    await work.session.execute(delete(Received).where(Received.at < utc_now() - RECEIVED_KEPT))
    values = {"key": key, "at": utc_now()}
    await work.session.execute(insert(Received).values(values).on_conflict_do_nothing())


async def account(work: Work, who: AccountName) -> Account:
    """Return the row of an account, made where there is none, locked until the commit."""
    values = {
        "id": new_id(),
        "channel": who.channel,
        "address": who.address,
        "address_index": who.address,
        "followed": True,
        "credits": {},
        "wrong_codes": 0,
        "created_at": work.now,
    }
    await work.session.execute(insert(Account).values(values).on_conflict_do_nothing())
    row = await work.session.scalar(_account(who).with_for_update())
    assert row is not None
    return row


async def left(work: Work, who: AccountName) -> None:
    """Note that somebody unfollowed or blocked us: nothing reaches them there."""
    (await account(work, who)).followed = False


async def top_up(
    work: Work, who: AccountName, template: str, count: int, key: str | None = None
) -> int:
    """Add subscription messages that the person has allowed; return how many there are now.

    The same key adds once. A count of 0 says that the person allows none any more.
    """
    row = await account(work, who)
    had = row.credits.get(template, 0)
    if key is not None and not await _first(work, key):
        return had
    row.credits = {**row.credits, template: had + count if count else 0}
    return row.credits[template]


async def _first(work: Work, key: str) -> bool:
    """Note that something came; return whether it did for the first time."""
    values = {"key": key, "at": utc_now()}
    noted = insert(Received).values(values).on_conflict_do_nothing().returning(Received.key)
    return await work.session.scalar(noted) is not None


async def has_credit(session: AsyncSession, who: AccountName, template: str) -> bool:
    """Return whether a subscription message may be sent."""
    row = await session.scalar(_account(who))
    return row is not None and row.credits.get(template, 0) > 0


async def spend(session: AsyncSession, who: AccountName, template: str) -> None:
    """Note that a subscription message was sent."""
    row = await session.scalar(_account(who).with_for_update())
    if row is not None:
        row.credits = {**row.credits, template: max(row.credits.get(template, 0) - 1, 0)}


async def use_up(session: AsyncSession, who: AccountName, template: str) -> None:
    """Note that WeChat knows of no more subscription messages."""
    row = await session.scalar(_account(who).with_for_update())
    if row is not None:
        row.credits = {**row.credits, template: 0}


async def may_write(session: AsyncSession, who: AccountName, now: datetime) -> bool:
    """Return whether somebody wrote lately enough to be written to freely, and has not left."""
    row = await session.scalar(_account(who))
    if row is None or row.heard_at is None or not row.followed:
        return False
    return now - row.heard_at < REPLY_WINDOW


async def own_contacts(work: Work, who: AccountName) -> Sequence[Contact]:
    """Return the contacts that are this account: one for each elder, and of posts on duty."""
    found = await work.session.scalars(
        select(Contact)
        .where(_is(who), Contact.enabled)
        .options(joinedload(Contact.member).joinedload(FamilyMember.elder))
        .order_by(Contact.created_at)
    )
    return found.all()


async def alarms(work: Work, who: AccountName) -> Sequence[Emergency]:
    """Return the live emergencies that the account's person was told of, whatever the way."""
    people = select(Contact.family_member_id).where(_is(who), Contact.enabled)
    ways = select(Contact.id).where(
        or_(_is(who), Contact.family_member_id.in_(people)), Contact.enabled
    )
    told = select(Notice.emergency_id).where(Notice.contact_id.in_(ways))
    found = await work.session.scalars(
        select(Emergency)
        .where(Emergency.id.in_(told), Emergency.status.in_(LIVE_EMERGENCY_STATUSES))
        .order_by(case((Emergency.status == "open", 0), else_=1), Emergency.raised_at.desc())
    )
    return found.all()


async def acknowledge(work: Work, who: AccountName, emergency_id: str | None = None) -> Emergency:
    """Let the account's person hold an emergency: the one named, else the latest nobody holds.

    Raises:
        NotFound: the account was told of no live emergency, or not of this one.
        Conflict: somebody else holds it.
    """
    told = [row for row in await alarms(work, who) if emergency_id in (None, row.id)]
    if not told:
        raise NotFound("现在没有需要您处理的呼救")
    by = select(Notice.contact_id).where(Notice.emergency_id == told[0].id)
    ways = set(await work.session.scalars(by))
    own = await own_contacts(work, who)
    reached = [one for one in own if one.id in ways]
    contact = _of_elder(reached or own, told[0].elder_id)
    return await emergencies.acknowledge(
        work, told[0].id, contact_id=contact.id, channel=who.channel
    )


async def members(work: Work, who: AccountName) -> Sequence[FamilyMember]:
    """Return whom the account is bound as, one for each elder."""
    found = await work.session.scalars(
        select(FamilyMember)
        .join(Contact)
        .where(_is(who), Contact.enabled, FamilyMember.bound)
        .options(selectinload(FamilyMember.elder))
        .order_by(FamilyMember.created_at)
    )
    return found.all()


def _of_elder(contacts: Sequence[Contact], elder_id: str | None) -> Contact:
    fitting = (one for one in contacts if one.member and one.member.elder_id == elder_id)
    return next(fitting, contacts[0])


def _account(who: AccountName) -> Select[Account]:
    return select(Account).where(
        Account.channel == who.channel, Account.address_index == who.address
    )


def _is(who: AccountName) -> ColumnElement[bool]:
    return (Contact.channel == who.channel) & (Contact.address_index == who.address)
