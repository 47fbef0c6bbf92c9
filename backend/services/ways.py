"""Which ways a person is told by: one after the other, or several at once in an emergency."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.orm import joinedload

from backend.domain.words import UNPUSHED
from backend.services.people import create_contact, knows
from backend.services.work import Work
from backend.store.people import Contact, FamilyMember

CALL, MESSAGE = "voice_call", "sms"
LAST = 1000
"""priority of ways that are made of a telephone number: after all that were registered"""
_ORDER = (Contact.priority, Contact.created_at, Contact.id)


async def family_contacts(
    work: Work, elder_id: str, what: str | None, *, without: str | None = None
) -> Sequence[Contact]:
    """Return the enabled contacts of an elder's family, of each person in their own order.

    Args:
        work: the transaction.
        elder_id: whose family.
        what: what they are to be told (`backend.domain.consents.OPENS`): only those count whom
            the elder lets know it. None is an emergency, of which all are told, neighbours too,
            and by ways that are for emergencies only.
        without: a family member who need not be told, having done it.
    """
    query = (
        select(Contact)
        .join(FamilyMember)
        .where(
            FamilyMember.elder_id == elder_id,
            Contact.enabled,
            Contact.channel.not_in(UNPUSHED),
        )
        .options(joinedload(Contact.member))
        .order_by(*_ORDER)
    )
    if what is not None:
        query = query.where(knows(what), FamilyMember.bound, Contact.alarms_only.is_(False))
    if without:
        query = query.where(FamilyMember.id != without)
    return (await work.session.scalars(query)).all()


async def own_ways(work: Work, elder_id: str) -> list[Contact]:
    """Return the elder's own first way that there is a sender for, or nothing: many have none."""
    query = (
        select(Contact)
        .where(Contact.elder_id == elder_id, Contact.enabled, Contact.alarms_only.is_(False))
        .options(joinedload(Contact.member))
    )
    own = await work.session.scalars(query.order_by(*_ORDER))
    return [way for way in own if _usable(work, way)][:1]


def first_ways(work: Work, contacts: Sequence[Contact]) -> list[Contact]:
    """Return one contact for each person: the first in their order that there is a sender for.

    Where there is none the first of all stands for it, so that the failure is written down.
    """
    chosen: dict[str, Contact] = {}
    for contact in contacts:
        person = contact.family_member_id or contact.id
        known = chosen.get(person)
        if known is None or (not _usable(work, known) and _usable(work, contact)):
            chosen[person] = contact
    return list(chosen.values())


async def next_way(work: Work, contact_id: str) -> Contact | None:
    """Return the person's next way after one that failed; never one before it, so that it ends."""
    failed = await work.session.get(Contact, contact_id)
    if failed is None or failed.family_member_id is None:
        return None
    ways = await work.session.scalars(
        select(Contact)
        .where(
            Contact.family_member_id == failed.family_member_id,
            Contact.enabled,
            Contact.channel.not_in(UNPUSHED),
            Contact.alarms_only.is_(False),
            tuple_(*_ORDER) > tuple_(failed.priority, failed.created_at, failed.id),
        )
        .options(joinedload(Contact.member))
        .order_by(*_ORDER)
    )
    return next((way for way in ways if _usable(work, way)), None)


async def ensure_alarm_ways(work: Work, elder_id: str) -> None:
    """See that each person of the family can be alarmed in two ways, one of them a call.

    Ways are made of the registered telephone number, where there are senders for them.
    """
    members = await work.session.scalars(
        select(FamilyMember).where(
            FamilyMember.elder_id == elder_id,
            FamilyMember.phone.is_not(None),
            FamilyMember.revoked_at.is_(None),
        )
    )
    for member in members.all():
        ways = await work.session.scalars(
            select(Contact).where(Contact.family_member_id == member.id)
        )
        for channel in _lacking(work, ways.all()):
            values = {"family_member_id": member.id, "channel": channel, "address": member.phone}
            await create_contact(work, {**values, "priority": LAST, "alarms_only": True})


async def not_doubly_reached(
    work: Work, elder_id: str, contacts: Sequence[Contact]
) -> list[FamilyMember]:
    """Return the relatives whom these contacts alarm by one kind of channel only, or by no call.

    Where nothing here can telephone it is the house that lacks a way, and nobody is named.
    """
    if CALL not in work.config.channels:
        return []
    family = await work.session.scalars(
        select(FamilyMember)
        .where(FamilyMember.elder_id == elder_id, FamilyMember.revoked_at.is_(None))
        .order_by(FamilyMember.created_at)
    )
    found = []
    for member in family.all():
        own = [one for one in contacts if one.family_member_id == member.id]
        kinds = {one.channel for one in own if _usable(work, one)}
        if CALL not in kinds or len(kinds) < 2:
            found.append(member)
    return found


def _lacking(work: Work, ways: Sequence[Contact]) -> list[str]:
    """Return the channels a person needs besides; a way that is switched off stays off."""
    known = {way.channel for way in ways}
    usable = {way.channel for way in ways if way.enabled and _usable(work, way)}
    lacking = [CALL] if CALL in work.config.channels and CALL not in known else []
    enough = len(usable) + len(lacking) >= 2
    if not enough and MESSAGE in work.config.channels and MESSAGE not in known:
        lacking.append(MESSAGE)
    return lacking


def _usable(work: Work, contact: Contact) -> bool:
    return contact.channel in work.config.channels
