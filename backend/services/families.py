"""What the page on families shows: who asks to be bound to an elder, and who may know what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Select, select

from anban.errors import NotFound, Rejected
from backend.domain.areas import Home, holds
from backend.domain.phones import normal_phone
from backend.services import binding
from backend.services.people import elder, elder_by_phone, elders_within
from backend.services.work import Work, audit
from backend.store.accounts import Account, BindingRequest
from backend.store.people import ConsentChange, Elder, FamilyMember

LATELY = timedelta(days=30)
"""so long decided requests stay on the page"""
MOST = 100


@dataclass(frozen=True)
class Asked:
    """Somebody says they belong to an elder."""

    request: BindingRequest
    elder: Elder | None
    """None where nobody in the register has the number they named"""
    channel: str
    """of the account that asks"""


@dataclass(frozen=True)
class Relative:
    """Somebody who belongs, or belonged, to an elder; and what they were let know, latest first."""

    member: FamilyMember
    history: Sequence[ConsentChange] = field(default=())


async def waiting(work: Work, area: str) -> list[Asked]:
    """Return requests that nobody has decided on, the oldest first.

    Args:
        work: the transaction.
        area: leaves those of elders who live there; "" is everywhere, also where no elder is known.
    """
    query = select(BindingRequest).where(BindingRequest.status == "waiting")
    return await _asked(work, query.order_by(BindingRequest.created_at, BindingRequest.id), area)


async def decided(work: Work, area: str) -> list[Asked]:
    """Return requests decided on lately, the latest first; `area` as in `waiting`."""
    query = select(BindingRequest).where(
        BindingRequest.status != "waiting", BindingRequest.decided_at > work.now - LATELY
    )
    return await _asked(work, query.order_by(BindingRequest.decided_at.desc()), area)


async def _asked(work: Work, query: Select[BindingRequest], area: str) -> list[Asked]:
    if area:
        query = query.where(BindingRequest.elder_id.in_(await elders_within(work, area)))
    rows = (await work.session.scalars(query.limit(MOST))).all()
    found = []
    for row in rows:
        asker = await work.session.get_one(Account, row.account_id)
        meant = await work.session.get(Elder, row.elder_id) if row.elder_id else None
        if meant is None and row.status == "waiting":  # they may have been registered since
            meant = await elder_by_phone(work, row.elder_phone)
        found.append(Asked(row, meant, asker.channel))
    await audit(work, "read", [f"binding_request:{row.id}" for row in rows])
    return found


async def request_of(work: Work, request_id: str, area: str) -> Asked:
    """Return a request to somebody whose place it is.

    Raises:
        NotFound: there is no such request.
        Rejected: it is another place's.
    """
    row = await work.session.get(BindingRequest, request_id)
    if row is None:
        raise NotFound("没有这条绑定申请")
    meant = await work.session.get(Elder, row.elder_id) if row.elder_id else None
    if area and meant is None:
        raise Rejected("登记里没有这位老人，由值班台处理", "area")
    if meant is not None:
        _ensure_own(meant, area)
    asker = await work.session.get_one(Account, row.account_id)
    return Asked(row, meant, asker.channel)


async def elder_of(work: Work, phone: str, area: str) -> Elder:
    """Return the elder with a number, to somebody whose place it is.

    Raises:
        NotFound: no elder there has it.
        Rejected: it is no number.
    """
    person = await elder_by_phone(work, normal_phone(phone))
    if person is None or not holds(area, _home(person)):
        raise NotFound("您这里没有登记这个号码的老人")
    await audit(work, "read", [f"elder:{person.id}"])
    return person


async def relatives(work: Work, person: Elder) -> list[Relative]:
    """Return who belongs to an elder, then who did, each with what they were let know."""
    found = await work.session.scalars(
        select(FamilyMember)
        .where(FamilyMember.elder_id == person.id)
        .order_by(FamilyMember.revoked_at.is_not(None), FamilyMember.created_at, FamilyMember.id)
    )
    rows = found.all()
    await audit(work, "read", [f"family_member:{row.id}" for row in rows])
    return [Relative(row, await binding.consent_history(work, row.id)) for row in rows]


async def relative_of(work: Work, member_id: str, area: str) -> tuple[FamilyMember, Elder]:
    """Return a family member and the elder, to somebody whose place it is.

    Raises:
        NotFound: there is no such person, or the binding is over.
        Rejected: it is another place's.
    """
    row = await work.session.get(FamilyMember, member_id)
    if row is None or row.revoked_at is not None:
        raise NotFound("没有这位家人，或者已经解除了")
    return row, await elder_of_relative(work, member_id, area)


async def elder_of_relative(work: Work, member_id: str, area: str) -> Elder:
    """Return the elder somebody belongs, or belonged, to.

    Raises:
        NotFound: there is no such person.
        Rejected: it is another place's.
    """
    row = await work.session.get(FamilyMember, member_id)
    if row is None:
        raise NotFound("没有这位家人")
    person = await elder(work, row.elder_id)
    _ensure_own(person, area)
    return person


def _ensure_own(person: Elder, area: str) -> None:
    if not holds(area, _home(person)):
        raise Rejected("这位老人不归您那里管", "area")


def _home(person: Elder) -> Home:
    return Home(person.locality, person.estate, person.address)
