"""What somebody's own account shows: the elder's family, or the elders one belongs to.

Whoever asks sees what the elder agreed to and nothing else. An emergency is shown in full to all
who belong to the elder (PIPL, article 13, 4), neighbours included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from anban.errors import Conflict, NotFound
from backend.domain.consents import may, overridden
from backend.domain.devices import Location
from backend.domain.orders import ChangeOrder, PlaceOrder
from backend.domain.places import Position
from backend.domain.words import ACCOUNT_CHANNELS, LIVE_EMERGENCY_STATUSES
from backend.services import binding, emergencies, orders
from backend.services.accounts import AccountName, members, own_contacts
from backend.services.people import elder as elder_of
from backend.services.work import Work, audit
from backend.store.alarms import Emergency
from backend.store.devices import Device
from backend.store.people import Contact, Elder, FamilyMember
from backend.store.services import Order
from backend.store.talks import Conversation

EMERGENCIES_SHOWN = timedelta(days=7)
"""how long one that is over stays on the page"""
ORDERS_SHOWN = 30


@dataclass(frozen=True)
class Bond:
    """An elder and what somebody is to them."""

    elder: Elder
    member: FamilyMember | None
    """None where it is the elder"""

    def may(self, what: str) -> bool:
        """Return whether the elder lets this person know something (`backend.domain.consents`)."""
        return self.member is None or may(self.member.role, self.member.consents, what)


@dataclass(frozen=True)
class Today:
    """Signs of an elder's day; each is None where there is none today."""

    spoke_at: datetime | None
    device_at: datetime | None
    visit: Order | None
    """the next one, or the one that was today"""


async def bonds(work: Work, who: AccountName) -> list[Bond]:
    """Return the elder whose own account it is, and the elders it belongs to: one may be both."""
    own = {contact.elder_id for contact in await own_contacts(work, who) if contact.elder_id}
    found = [Bond(await elder_of(work, elder_id), None) for elder_id in sorted(own)]
    family = await members(work, who)
    return found + [Bond(one.elder, one) for one in family if one.elder_id not in own]


async def bond(work: Work, who: AccountName, elder_id: str) -> Bond:
    """Return what an account is to an elder.

    Raises:
        NotFound: nothing, which is all that a stranger learns.
    """
    for one in await bonds(work, who):
        if one.elder.id == elder_id:
            await audit(work, "read", [f"elder:{elder_id}"])
            return one
    raise NotFound("您还没有绑定这位老人")


async def own_bond(work: Work, who: AccountName) -> Bond:
    """Return the elder whose own account it is.

    Raises:
        NotFound: it is nobody's own.
    """
    for one in await bonds(work, who):
        if one.member is None:
            return one
    raise NotFound("这不是老人本人的账号")


# the elder's day


async def today(work: Work, elder: Elder) -> Today:
    """Return the signs of an elder's day."""
    midnight = work.now.replace(hour=0, minute=0, second=0, microsecond=0)
    spoke = select(func.max(Conversation.updated_at)).where(
        Conversation.elder_id == elder.id,
        Conversation.caller_role == "elder",
        Conversation.updated_at >= midnight,
    )
    seen = select(func.max(Device.seen_at)).where(
        Device.elder_id == elder.id, Device.seen_at >= midnight
    )
    visit = (
        select(Order)
        .where(
            Order.elder_id == elder.id, Order.day >= work.now.date(), Order.status != "cancelled"
        )
        .order_by(Order.day, Order.created_at)
        .limit(1)
    )
    return Today(
        spoke_at=await work.session.scalar(spoke),
        device_at=await work.session.scalar(seen),
        visit=await work.session.scalar(visit),
    )


async def orders_of(work: Work, elder: Elder) -> Sequence[Order]:
    """Return an elder's orders: those to come in their order, then those that are over."""
    found = await work.session.scalars(
        select(Order)
        .where(Order.elder_id == elder.id)
        .order_by(Order.day.desc(), Order.created_at.desc())
        .limit(ORDERS_SHOWN)
    )
    rows = found.all()
    await audit(work, "read", [f"order:{row.id}" for row in rows])
    open_ones = [row for row in rows if row.status in ("placed", "confirmed")]
    over = [row for row in rows if row.status not in ("placed", "confirmed")]
    return [*reversed(open_ones), *over]


async def book(work: Work, who: AccountName, key: str, wish: PlaceOrder) -> orders.Outcome:
    """Order a service for an elder one belongs to.

    Raises:
        NotFound: there is no such elder, or the elder did not agree to it.
        Rejected: a field is wrong.
        Conflict: the key was used for something else.
    """
    one = await _may_order(work, who, wish.elder_id or "")
    by = one.member.id if one.member else "elder"
    command = PlaceOrder(**{**vars(wish), "ordered_by": by, "elder_id": one.elder.id})
    return await orders.place_order(work, key, command)


async def cancel(work: Work, who: AccountName, key: str, order: str) -> orders.Outcome:
    """Cancel an order of an elder one belongs to.

    Raises:
        NotFound: there is no such order among theirs.
        Conflict: it is over already.
    """
    row = await orders.order_of(work, order)
    one = await _may_order(work, who, row.elder_id)
    by = one.member.id if one.member else "elder"
    return await orders.change_order(work, key, row.id, ChangeOrder(status="cancelled"), by)


async def _may_order(work: Work, who: AccountName, elder_id: str) -> Bond:
    one = await bond(work, who, elder_id)
    if not one.may("ordering"):
        raise NotFound("老人还没有同意您代订服务")
    return one


# emergencies


async def emergencies_of(work: Work, elder_ids: Sequence[str]) -> Sequence[Emergency]:
    """Return emergencies that are live or of late, the live ones first, the latest first."""
    since = work.now - EMERGENCIES_SHOWN
    found = await work.session.scalars(
        select(Emergency)
        .where(
            Emergency.elder_id.in_(elder_ids),
            Emergency.raised_at >= since,
            Emergency.alarmed_at.is_not(None),  # a possible one may yet be none
        )
        .order_by(Emergency.raised_at.desc(), Emergency.id)
    )
    rows = sorted(found.all(), key=lambda row: row.status not in ("open", "acknowledged"))
    await audit(work, "read", [f"emergency:{row.id}" for row in rows])
    return rows


async def note_overrides(work: Work, rows: Sequence[Emergency], found: Sequence[Bond]) -> None:
    """Write down which live emergencies are shown to who may else not know all that is in them."""
    lacking = {
        one.elder.id: one.member.id
        for one in found
        if one.member is not None and overridden(one.member.role, one.member.consents)
    }
    live = [row for row in rows if row.status in LIVE_EMERGENCY_STATUSES]
    shown = [(row.id, lacking[row.elder_id]) for row in live if row.elder_id in lacking]
    await audit(work, "override", [f"emergency:{id} family_member:{who}" for id, who in shown])


@dataclass(frozen=True)
class Whereabouts:
    """Where a device of an elder's was last."""

    at: datetime
    place: Position


async def last_place(work: Work, elder: Elder) -> Whereabouts | None:
    """Return where an elder's device was last; None where none tells, or none may."""
    row = await work.session.scalar(
        select(Device)
        .where(Device.elder_id == elder.id, Device.location_consent, Device.located_at.is_not(None))
        .order_by(Device.located_at.desc())
        .limit(1)
    )
    if row is None or row.located_at is None or not row.location:
        return None
    await audit(work, "read_place", [f"elder:{elder.id}"])
    fix = Location.model_validate(row.location)
    return Whereabouts(row.located_at, Position(fix.lat, fix.lng, fix.system))


async def held_by(work: Work, rows: Sequence[Emergency], found: Sequence[Bond]) -> set[str]:
    """Return the ids of those emergencies that whoever has these bonds holds."""
    own = {one.member.id for one in found if one.member is not None}
    held = await work.session.execute(
        select(Emergency.id, Contact.family_member_id)
        .join(Contact, Contact.id == Emergency.acknowledged_contact_id)
        .where(Emergency.id.in_([row.id for row in rows]))
    )
    return {id for id, member_id in held if member_id in own}


async def go(work: Work, who: AccountName, emergency_id: str) -> tuple[Emergency, Bond]:
    """Let the account's person hold an emergency of an elder they belong to.

    Raises:
        NotFound: it is none of theirs.
        Conflict: somebody else holds it, or it is over.
    """
    row = await emergencies.emergency(work, emergency_id)
    one = await bond(work, who, row.elder_id or "")
    if one.member is None:
        raise Conflict("这是您自己的呼救")
    contact = await work.session.scalar(
        select(Contact).where(
            Contact.family_member_id == one.member.id,
            Contact.channel == who.channel,
            Contact.address_index == who.address,
        )
    )
    held = await emergencies.acknowledge(
        work, row.id, contact_id=contact.id if contact else None, channel=who.channel
    )
    return held, one


# what the elder lets the family know


async def family(work: Work, elder: Elder) -> Sequence[FamilyMember]:
    """Return those who belong to an elder."""
    found = await work.session.scalars(
        select(FamilyMember)
        .where(FamilyMember.elder_id == elder.id, FamilyMember.revoked_at.is_(None))
        .options(selectinload(FamilyMember.elder))
        .order_by(FamilyMember.created_at, FamilyMember.id)
    )
    return found.all()


async def change_consents(
    work: Work, who: AccountName, member_id: str, consents: Sequence[str]
) -> FamilyMember:
    """Set what the account's elder lets a family member know.

    Raises:
        NotFound: it is nobody's own account, or no family member of theirs.
        Rejected: a consent is not known.
    """
    await _own_member(work, who, member_id)
    way, by = who.channel, binding.HERSELF
    return await binding.change_consents(work, member_id, consents, way=way, by=by)


async def part_with(work: Work, who: AccountName, member_id: str) -> None:
    """End a binding for the account's elder.

    Raises:
        NotFound: as above.
    """
    await _own_member(work, who, member_id)
    await binding.revoke(work, member_id)


async def _own_member(work: Work, who: AccountName, member_id: str) -> None:
    one = await own_bond(work, who)
    if member_id not in {member.id for member in await family(work, one.elder)}:
        raise NotFound("没有这位家人")


async def own_accounts(work: Work, elder: Elder) -> Sequence[Contact]:
    """Return the accounts that are the elder's own, as whoever had the number said."""
    found = await work.session.scalars(
        select(Contact)
        .where(
            Contact.elder_id == elder.id,
            Contact.channel.in_(ACCOUNT_CHANNELS),
            Contact.enabled,
        )
        .order_by(Contact.created_at, Contact.id)
    )
    return found.all()


async def end_own_account(work: Work, who: AccountName, contact_id: str) -> None:
    """End one of the elder's own accounts, from another of them.

    Raises:
        NotFound: there is no such one.
    """
    one = await own_bond(work, who)
    for contact in await own_accounts(work, one.elder):
        if contact.id == contact_id:
            contact.enabled = False
            await audit(work, "unbind", [f"elder:{one.elder.id}"])
            return
    raise NotFound("没有这个账号")


WAYS = {
    "voice_call": "电话",
    "sms": "短信",
    "wechat": "微信公众号",
    "mini": "微信小程序提醒",
    "telegram": "Telegram",
    "email": "邮件",
    "webhook": "通知接口",
}


async def reached_by(work: Work, found: Sequence[Bond], credits: Mapping[str, int]) -> list[str]:
    """Return by which ways a family is told of a cry here, as they are called; maybe none."""
    members = [one.member for one in found if one.member is not None]
    ways = await work.session.scalars(
        select(Contact.channel).where(
            Contact.family_member_id.in_([member.id for member in members]), Contact.enabled
        )
    )
    channels = set(ways.all()) & work.config.channels
    if any(member.phone for member in members):
        channels |= {"voice_call", "sms"} & work.config.channels
    if not any(credits.values()):
        channels.discard("mini")
    return [named for channel, named in WAYS.items() if channel in channels]
