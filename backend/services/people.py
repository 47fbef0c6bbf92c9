"""Elders, their families, and how these are told something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, and_, literal, select, union
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from anban.errors import Conflict, NotFound, Rejected
from backend.domain.areas import Home, holds
from backend.domain.consents import defaults, kind_of
from backend.domain.phones import normal_phone
from backend.domain.quiet import quiet_hours
from backend.domain.words import ACCOUNT_CHANNELS
from backend.services.work import Filter, Work, audit
from backend.store.database import utc_now
from backend.store.people import ConsentChange, Contact, Elder, FamilyMember
from backend.store.talks import Conversation


async def elder(work: Work, elder_id: str) -> Elder:
    """Return an elder.

    Raises:
        NotFound: there is none with this id.
    """
    row = await work.session.get(Elder, elder_id)
    if row is None:
        raise NotFound("没有这位老人")
    return row


async def elder_by_phone(work: Work, phone: str | None) -> Elder | None:
    """Return the elder with a (normal) phone number."""
    if phone is None:
        return None
    return await work.session.scalar(select(Elder).where(Elder.phone_index == phone))


async def bound_members(
    work: Work, phone: str | None, *, neighbours: bool = False
) -> Sequence[FamilyMember]:
    """Return the family members with this phone whom an elder has accepted.

    Neighbours, and whoever the elder does not let know of orders, may cry for help for an elder
    but neither see nor order anything; so they count only where `neighbours` says so.
    """
    if phone is None:
        return []
    query = _bound(neighbours).where(FamilyMember.phone_index == phone)
    return (await work.session.scalars(query)).all()


async def kin_by_phone(work: Work, phone: str | None) -> Sequence[FamilyMember]:
    """Return whoever stands with an elder under this phone, bound or not; nobody who was taken off.

    They may neither see nor order anything: it only tells for whom they cry for help.
    """
    if phone is None:
        return []
    query = select(FamilyMember).where(
        FamilyMember.phone_index == phone, FamilyMember.revoked_at.is_(None)
    )
    return (await work.session.scalars(query)).all()


async def members_of_account(
    work: Work, conversation_id: str, *, neighbours: bool = False
) -> Sequence[FamilyMember]:
    """Return whom the account that speaks in a conversation is bound as; as `bound_members`."""
    query = (
        _bound(neighbours)
        .join(Contact, Contact.family_member_id == FamilyMember.id)
        .join(Conversation, _speaks)
        .where(Conversation.id == conversation_id, Contact.enabled)
    )
    return (await work.session.scalars(query)).unique().all()


async def elder_of_account(work: Work, conversation_id: str) -> Elder | None:
    """Return the elder whose own account speaks in a conversation."""
    return await work.session.scalar(
        select(Elder)
        .join(Contact, Contact.elder_id == Elder.id)
        .join(Conversation, _speaks)
        .where(Conversation.id == conversation_id, Contact.enabled)
        .limit(1)
    )


_speaks = (Contact.address_index == Conversation.account_index) & (
    Contact.channel == Conversation.channel
)


def knows(what: str) -> ColumnElement[bool]:
    """Return the condition that a family member may know something (`backend.domain.consents`)."""
    allowed = FamilyMember.consents.contains([kind_of(what)])
    return and_(FamilyMember.role != "neighbour", allowed)


def _bound(neighbours: bool) -> Select[FamilyMember]:
    query = (
        select(FamilyMember)
        .where(FamilyMember.bound)
        .options(selectinload(FamilyMember.elder))
        .order_by(FamilyMember.created_at)
    )
    if neighbours:
        return query
    return query.where(knows("ordering"))


def elders_of_phone(phone: str) -> Select[tuple[str]]:
    """Return the query for the ids of the elder with a phone and of those bound to it."""
    own = select(Elder.id).where(Elder.phone_index == phone)
    bound = select(FamilyMember.elder_id).where(
        FamilyMember.phone_index == phone,
        FamilyMember.bound,
        knows("order_list"),
    )
    return select(union(own, bound).subquery().c.id)


async def elders_within(work: Work, area: str) -> list[str]:
    """Return the ids of the elders who live in a place (`backend.domain.areas`)."""
    known = await work.session.execute(
        select(Elder.id, Elder.locality, Elder.estate, Elder.address).where(
            literal(area).startswith(Elder.locality) | Elder.locality.startswith(area)
        )
    )
    return [id for id, *home in known if holds(area, Home(*home))]


async def elders(work: Work, wanted: Filter) -> Sequence[Elder]:
    """List elders by name of creation, newest first; `phone` is the elder's own."""
    query = select(Elder).order_by(Elder.created_at.desc(), Elder.id)
    if wanted.elder_id:
        query = query.where(Elder.id == wanted.elder_id)
    if wanted.phone:
        query = query.where(Elder.phone_index == normal_phone(wanted.phone))
    if wanted.since:
        query = query.where(Elder.updated_at >= wanted.since)
    if wanted.status:
        query = query.where(Elder.verified == _verified(wanted.status))
    rows = (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()
    await audit(work, "read", [f"elder:{row.id}" for row in rows])
    return rows


def _verified(status: str) -> bool:
    if status not in {"verified", "unverified"}:
        raise Rejected("应为 verified 或 unverified", "status")
    return status == "verified"


async def create_elder(work: Work, values: Mapping[str, Any]) -> Elder:
    """Add an elder.

    Raises:
        Rejected: the phone is wrong.
        Conflict: somebody else has this phone number.
    """
    row = Elder(created_at=work.now, updated_at=work.now, **_with_indexes(values))
    await _insert_elder(work, row)
    await audit(work, "create", [f"elder:{row.id}"])
    return row


async def unverified_elder(work: Work, phone: str, name: str | None) -> Elder:
    """Return the elder with a phone, made from what a caller says where there is none."""
    known = await elder_by_phone(work, phone)
    if known is not None:
        return known
    return await create_elder(work, {"name": name or "", "phone": phone, "verified": False})


async def update_elder(work: Work, elder_id: str, values: Mapping[str, Any]) -> Elder:
    """Change fields of an elder.

    Raises:
        NotFound, Rejected, Conflict: as above.
    """
    row = await elder(work, elder_id)
    if "address" in values and values["address"] != row.address:
        row.position = None  # it was that of the old home
    for name, value in _with_indexes(values).items():
        setattr(row, name, value)
    row.updated_at = work.now
    await _insert_elder(work, row)
    await audit(work, "update", [f"elder:{row.id}"])
    return row


def _with_indexes(values: Mapping[str, Any]) -> dict[str, Any]:
    out = dict(values)
    if out.get("phone"):
        out["phone"] = normal_phone(out["phone"])
    if "phone" in out:
        out["phone"] = out["phone"] or None
        out["phone_index"] = out["phone"]
    if "name" in out:
        out["name_index"] = out["name"]
    return out


async def _insert_elder(work: Work, row: Elder) -> None:
    try:
        async with work.session.begin_nested():
            work.session.add(row)
            await work.session.flush()
    except IntegrityError as error:
        if "phone_index" not in str(error.orig):
            raise
        raise Conflict("这个电话号码已经登记在别的老人名下") from error


async def create_family_member(work: Work, values: Mapping[str, Any]) -> FamilyMember:
    """Add somebody to an elder.

    Raises:
        NotFound: there is no such elder.
        Rejected: the phone is wrong.
    """
    await elder(work, values["elder_id"])
    indexed = _with_indexes(values)
    indexed.pop("name_index", None)
    if indexed.get("consents") is None:
        indexed["consents"] = list(defaults(indexed.get("role", "family"), "community"))
    row = FamilyMember(created_at=work.now, **indexed)
    work.session.add(row)
    await work.session.flush()
    kinds = list(row.consents)
    given = ConsentChange(family_member_id=row.id, consents=kinds, way="register", at=utc_now())
    work.session.add(given)
    await audit(work, "create", [f"family_member:{row.id}"])
    return row


async def family_members(work: Work, wanted: Filter) -> Sequence[FamilyMember]:
    """List family members of an elder, or those with a phone number."""
    query = select(FamilyMember).order_by(FamilyMember.created_at, FamilyMember.id)
    if wanted.elder_id:
        query = query.where(FamilyMember.elder_id == wanted.elder_id)
    if wanted.phone:
        query = query.where(FamilyMember.phone_index == normal_phone(wanted.phone))
    if wanted.since:
        query = query.where(FamilyMember.created_at >= wanted.since)
    rows = (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()
    await audit(work, "read", [f"family_member:{row.id}" for row in rows])
    return rows


async def create_contact(work: Work, values: Mapping[str, Any]) -> Contact:
    """Add a way of telling somebody something.

    Raises:
        NotFound: there is no such elder or family member.
        Rejected: the address does not fit the channel, it is not clear whose it is, or a channel
            without receipts is to tell somebody who is no staff.
    """
    member_id, elder_id = values.get("family_member_id"), values.get("elder_id")
    owners = [owner for owner in (member_id, elder_id, values.get("post")) if owner is not None]
    if len(owners) != 1:
        raise Rejected("应说明属于哪位家人、哪位老人或哪个岗位，三者填一个", "family_member_id")
    if member_id is not None and await work.session.get(FamilyMember, member_id) is None:
        raise NotFound("没有这位家人")
    if values["channel"] == "staff" and values.get("post") is None:
        raise Rejected("staff 只用于岗位，家人和老人请用别的方式", "channel")
    if elder_id is not None:
        await elder(work, elder_id)
    quiet_hours(values.get("quiet_hours") or "")
    address = contact_address(values["channel"], values["address"])
    row = Contact(created_at=work.now, **{**values, "address": address})
    row.address_index = address if row.channel in ACCOUNT_CHANNELS else None
    work.session.add(row)
    await work.session.flush()
    return row


def contact_address(channel: str, address: str) -> str:
    """Return the address in the form its channel needs.

    Raises:
        Rejected: it cannot be an address of this channel.
    """
    if channel in {"sms", "voice_call"}:
        return normal_phone(address, "address")
    if channel == "email" and "@" not in address[1:-1]:
        raise Rejected("邮箱不对，应写成 name@example.org 这样", "address")
    if channel == "webhook":
        _ensure_web_address(address)
    if channel == "staff" and "://" not in address:
        raise Rejected("通知地址不对，应写成 dingtalk://… 这样", "address")
    return address


def _ensure_web_address(address: str) -> None:
    right = "网址不对，应以 http:// 或 https:// 开头"
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError as error:
        raise Rejected(right, "address") from error
    if not usable:
        raise Rejected(right, "address")


async def contacts(work: Work, wanted: Filter, member_id: str | None = None) -> Sequence[Contact]:
    """List contacts: of one family member, or of an elder and the family."""
    query = select(Contact).order_by(Contact.priority, Contact.created_at, Contact.id)
    if member_id:
        query = query.where(Contact.family_member_id == member_id)
    if wanted.elder_id:
        family = select(FamilyMember.id).where(FamilyMember.elder_id == wanted.elder_id)
        query = query.where(
            (Contact.elder_id == wanted.elder_id) | Contact.family_member_id.in_(family)
        )
    rows = (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()
    await audit(work, "read", [f"contact:{row.id}" for row in rows])
    return rows
