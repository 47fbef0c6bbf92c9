"""Who belongs to an elder: by a number the elder gives, or by the community's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from anban.errors import Conflict, NotFound, Rejected, Unavailable
from backend.domain.consents import CONSENTS, defaults, in_words
from backend.domain.numbers import LENGTH, LONGER, speakable_number
from backend.domain.phones import normal_phone
from backend.notices.sentences import binding_wording, consents_wording, newcomer_wording
from backend.services.accounts import AccountName, account, members, own_contacts
from backend.services.people import create_contact, elder, elder_by_phone
from backend.services.telling import write_notice
from backend.services.ways import family_contacts, first_ways, own_ways
from backend.services.work import TRIES, Filter, Work, audit
from backend.store.accounts import Account, BindingCode, BindingRequest
from backend.store.database import utc_now
from backend.store.people import ConsentChange, Contact, Elder, FamilyMember

LIFETIMES = {"call": timedelta(minutes=30), "letter": timedelta(days=30), "own": timedelta(days=30)}
LENGTHS = {"call": LENGTH, "letter": LONGER, "own": LONGER}
PAGES = ("mini", "web")
"""channels where whoever says 本人 needs a number made for that (`own`)"""
HERSELF = "本人"
"""the relation of an elder to an account of their own"""
CLAIMS_HERSELF = "一个自称是老人本人的账号"
"""who the family reads of then: whoever has the number can say so"""
WRONG_CODES = 5
"""wrong numbers an account may try in a day"""
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Outcome:
    """What became of a number that somebody sent."""

    status: str
    """bound, wrong or too_many"""
    elder: Elder | None = None
    member: FamilyMember | None = None
    """None where the elder has bound an account of their own"""


async def make_code(
    work: Work,
    elder_id: str,
    way: str,
    role: str = "family",
    consents: Sequence[str] | None = None,
) -> tuple[str, BindingCode]:
    """Make a number for an elder to pass on; it works once, and is stored as a keyed hash only.

    What it lets somebody know is said with it; else it is `backend.domain.consents.defaults`.

    Raises:
        NotFound: there is no such elder.
        Rejected: a consent is not known.
    """
    await elder(work, elder_id)
    consents = defaults(role, "number") if consents is None else consents
    ensure_consents(consents)
    for _ in range(TRIES):
        code = speakable_number(work.choose, LENGTHS[way])
        row = BindingCode(
            elder_id=elder_id,
            code_index=code,
            way=way,
            role=role,
            consents=list(consents),
            created_at=utc_now(),
            expires_at=utc_now() + LIFETIMES[way],
        )
        try:
            async with work.session.begin_nested():
                work.session.add(row)
        except IntegrityError:
            continue
        await audit(work, "binding_code", [f"elder:{elder_id}"])
        return code, row
    raise Unavailable("暂时没有空余的绑定码")


def ensure_consents(consents: Sequence[str]) -> None:
    """Refuse kinds of data there are none of.

    Raises:
        Rejected: names `consents`.
    """
    if unknown := set(consents) - set(CONSENTS):
        raise Rejected(f"没有这种：{'、'.join(sorted(unknown))}", "consents")


async def bind(
    work: Work,
    who: AccountName,
    code: str,
    *,
    name: str = "",
    relation: str = "",
    phone: str | None = None,
) -> Outcome:
    """Bind an account to the elder who gave it a number.

    A wrong number is an outcome and no error, so that it is counted.

    Args:
        work: the transaction.
        who: the account.
        code: the number.
        name: of the person.
        relation: of the person to the elder; 本人 is the elder.
        phone: where the person can be called, where none is registered.

    Raises:
        Rejected: the phone is no phone.
    """
    phone = normal_phone(phone, "phone") if phone else None
    row = await account(work, who)
    if tried_too_often(row):
        return Outcome("too_many")
    found = await work.session.scalar(
        select(BindingCode)
        .where(BindingCode.code_index == code, BindingCode.expires_at > utc_now())
        .with_for_update()
    )
    if found is None or found.used_at is not None or not _fits(found, who, relation):
        note_wrong(row)
        return Outcome("wrong")
    found.used_at = utc_now()
    row.wrong_codes, row.wrong_since = 0, None
    person = await elder(work, found.elder_id)
    if relation == HERSELF:
        own = await _ensure_contact(work, who, elder_id=person.id)
        await audit(work, "bind", [f"elder:{person.id}"])
        await _tell_family(work, person, CLAIMS_HERSELF, own)
        return Outcome("bound", person)
    newcomer = FamilyMember(
        name=name, relation=relation or "家人", role=found.role, consents=list(found.consents)
    )
    member = await _bound(work, who, person, newcomer, "number")
    if phone and not member.phone:
        member.phone = member.phone_index = phone
    return Outcome("bound", person, member)


def _fits(code: BindingCode, who: AccountName, relation: str) -> bool:
    """Return whether a number is for who uses it: one for a family makes nobody the elder."""
    if code.way == "own":
        return relation == HERSELF
    return relation != HERSELF or who.channel not in PAGES


def tried_too_often(row: Account) -> bool:
    """Return whether an account has tried as many wrong numbers as it may in a day."""
    if row.wrong_since is not None and utc_now() - row.wrong_since > A_DAY:
        row.wrong_codes, row.wrong_since = 0, None
    return row.wrong_codes >= WRONG_CODES


def note_wrong(row: Account) -> None:
    """Count a wrong number that an account tried."""
    row.wrong_codes += 1
    row.wrong_since = row.wrong_since or utc_now()


async def _bound(
    work: Work, who: AccountName, person: Elder, newcomer: FamilyMember, way: str
) -> FamilyMember:
    """Return the member an account is bound as.

    A registered one of the same name is taken up as it is, with its role and its consents; a
    number adds what the elder lets its bearer know.
    """
    for known in await members(work, who):
        if known.elder_id == person.id:
            return known
    registered = await work.session.scalars(
        select(FamilyMember)
        .where(FamilyMember.elder_id == person.id, FamilyMember.revoked_at.is_(None))
        .order_by(FamilyMember.created_at)
    )
    name = newcomer.name
    member = next((one for one in registered if name and one.name == name), None)
    if member is None:
        member = newcomer
        member.elder_id, member.created_at = person.id, work.now
        work.session.add(member)
    elif way == "number" and member.role != "neighbour":
        known_kinds = {*member.consents, *newcomer.consents}
        member.consents = [kind for kind in CONSENTS if kind in known_kinds]
    member.bound = True
    await work.session.flush()
    note_consents(work, member, way, HERSELF if way == "number" else "")
    added = await _ensure_contact(work, who, member_id=member.id)
    member.elder = person
    await audit(work, "bind", [f"elder:{person.id}", f"family_member:{member.id}"])
    await _tell_family(work, person, member.relation + member.name, added)
    await _tell_elder(work, person, member)
    return member


async def _tell_family(work: Work, person: Elder, newcomer: str, added: Contact) -> None:
    """Tell the family: whoever talks old people out of their money asks them for numbers too.

    Also who was bound is told, by their other ways: somebody else may have used their name.
    """
    wording = newcomer_wording(person, newcomer)
    family = await family_contacts(work, person.id, "order_notices")
    others = [contact for contact in family if contact.id != added.id]
    for contact in first_ways(work, others):
        await write_notice(work, "binding_made", contact, wording, person)


async def _tell_elder(work: Work, person: Elder, member: FamilyMember) -> None:
    """Tell the elder who was bound and what they may know, and how to change that."""
    knows = in_words(member.consents) or "只有紧急的事"
    wording = consents_wording(person, member.relation + member.name, knows)
    for contact in await own_ways(work, person.id):
        await write_notice(work, "consents_given", contact, wording, person)


def note_consents(work: Work, member: FamilyMember, way: str, by: str) -> None:
    """Write down what somebody may know from now on, by whose word and how it came."""
    kinds = list(member.consents)
    changed = ConsentChange(
        family_member_id=member.id, consents=kinds, way=way, by=by, at=utc_now()
    )
    work.session.add(changed)


async def consent_history(work: Work, member_id: str) -> Sequence[ConsentChange]:
    """Return what a family member was let know, the latest first.

    Raises:
        NotFound: there is no such person.
    """
    await _member(work, member_id)
    query = select(ConsentChange).where(ConsentChange.family_member_id == member_id)
    ordered = query.order_by(ConsentChange.at.desc(), ConsentChange.id)
    return (await work.session.scalars(ordered)).all()


async def _ensure_contact(
    work: Work, who: AccountName, *, member_id: str | None = None, elder_id: str | None = None
) -> Contact:
    known = await work.session.scalar(
        select(Contact).where(
            Contact.family_member_id == member_id if member_id else Contact.elder_id == elder_id,
            Contact.channel == who.channel,
            Contact.address_index == who.address,
        )
    )
    if known is not None:
        known.enabled = True
        return known
    values = {"channel": who.channel, "address": who.address}
    owner = {"family_member_id": member_id, "elder_id": elder_id}
    return await create_contact(work, {**values, **owner})


async def request(
    work: Work, who: AccountName, *, elder_phone: str, name: str, relation: str
) -> BindingRequest:
    """Write down that somebody says they belong to an elder; the community decides.

    Whoever asks does not learn whether there is such an elder.

    Raises:
        Rejected: the phone is no phone.
    """
    phone = normal_phone(elder_phone, "elder_phone")
    meant = await elder_by_phone(work, phone)
    row = await account(work, who)
    waiting = await work.session.scalars(
        select(BindingRequest).where(
            BindingRequest.account_id == row.id, BindingRequest.status == "waiting"
        )
    )
    for known in waiting:
        if known.elder_phone == phone:
            return known
    asked = BindingRequest(
        account_id=row.id,
        elder_id=meant.id if meant else None,
        elder_phone=phone,
        name=name,
        relation=relation,
        role="family",
        status="waiting",
        created_at=work.now,
    )
    work.session.add(asked)
    await work.session.flush()
    return asked


async def requests(work: Work, wanted: Filter) -> Sequence[BindingRequest]:
    """List requests, the oldest first."""
    query = select(BindingRequest).order_by(BindingRequest.created_at, BindingRequest.id)
    if wanted.elder_id:
        query = query.where(BindingRequest.elder_id == wanted.elder_id)
    if wanted.status:
        query = query.where(BindingRequest.status == wanted.status)
    return (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()


async def decide(
    work: Work,
    request_id: str,
    *,
    approve: bool,
    by: str,
    role: str = "family",
    consents: Sequence[str] | None = None,
) -> BindingRequest:
    """Approve or refuse a request for the elder; whoever asked is told.

    What the elder was asked about is said as `consents`; else it is what the community's word
    opens (`backend.domain.consents.defaults`).

    Raises:
        NotFound: there is no such request.
        Conflict: it is decided otherwise, or there is no elder to bind to.
    """
    consents = defaults(role, "community") if consents is None else consents
    ensure_consents(consents)
    row = await work.session.get(BindingRequest, request_id, with_for_update=True)
    if row is None:
        raise NotFound("没有这条绑定申请")
    status = "approved" if approve else "refused"
    if row.status != "waiting":
        if row.status != status:
            raise Conflict("这条绑定申请已经有结果了")
        return row
    if approve and row.elder_id is None:  # they may have been registered since
        meant = await elder_by_phone(work, row.elder_phone)
        row.elder_id = meant.id if meant else None
    if approve and row.elder_id is None:
        raise Conflict("登记里没有这位老人，先登记老人再批准")
    row.status, row.decided_at, row.decided_by, row.role = status, work.now, by, role
    if approve and row.elder_id is not None:
        asker = await work.session.get_one(Account, row.account_id)
        who = AccountName(asker.channel, asker.address)
        newcomer = FamilyMember(
            name=row.name, relation=row.relation or "家人", role=role, consents=list(consents)
        )
        member = await _bound(work, who, await elder(work, row.elder_id), newcomer, "community")
        if member.role != "guardian":
            member.role = role
        contact = await _ensure_contact(work, who, member_id=member.id)
        contact.member = member
        wording = binding_wording(member.elder)
        await write_notice(work, "binding_approved", contact, wording, member.elder)
    return row


async def change_consents(
    work: Work, member_id: str, consents: Sequence[str], *, way: str, by: str
) -> FamilyMember:
    """Set what the elder lets a family member know.

    Args:
        work: the transaction.
        member_id: whom.
        consents: the kinds of data.
        way: the channel it was said by, or desk.
        by: who said so: 本人, or a name at the desk.

    Raises:
        NotFound: there is no such person.
        Rejected: a consent is not known.
    """
    ensure_consents(consents)
    member = await _member(work, member_id)
    member.consents = [kind for kind in CONSENTS if kind in consents]
    note_consents(work, member, way, by)
    await audit(work, "consent", [f"family_member:{member.id}"])
    return member


async def revoke(work: Work, member_id: str, by: str = HERSELF) -> FamilyMember:
    """End a binding for the elder: the person sees nothing and is told nothing any more.

    Raises:
        NotFound: there is no such person.
    """
    member = await _member(work, member_id)
    member.bound, member.revoked_at = False, utc_now()
    member.consents = []
    note_consents(work, member, "revoked", by)
    ways = await work.session.scalars(select(Contact).where(Contact.family_member_id == member.id))
    for contact in ways:
        contact.enabled = False
    await audit(work, "revoke", [f"family_member:{member.id}"])
    return member


async def unbind(work: Work, who: AccountName) -> list[str]:
    """End the bindings of an account at its owner's own wish; return the elders' names.

    Telephones and mail addresses the elder has registered for the person stay.
    """
    bound = await members(work, who)
    for contact in await own_contacts(work, who):
        contact.enabled = contact.post is not None
    for member in bound:
        await audit(work, "unbind", [f"family_member:{member.id}"])
    return [member.elder.name for member in bound]


async def _member(work: Work, member_id: str) -> FamilyMember:
    member = await work.session.get(FamilyMember, member_id)
    if member is None:
        raise NotFound("没有这位家人")
    return member
