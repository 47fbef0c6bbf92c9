"""/v1/accounts, /v1/binding-…: accounts of WeChat and Telegram, and whom they belong to."""

from __future__ import annotations

from fastapi import APIRouter, Response

from backend.api.account_schemas import (
    AccountBody,
    Answered,
    ArrivalOut,
    Arriving,
    Binding,
    BoundOut,
    CodeNew,
    CodeOut,
    ConsentChange,
    ConsentChanged,
    ConsentHistory,
    Credit,
    CreditOut,
    Deciding,
    Going,
    Report,
    Reported,
    RequestNew,
    RequestOut,
    RequestTaken,
    UnboundOut,
)
from backend.api.emergency_schemas import EmergencyOut
from backend.api.routers.emergencies import shown
from backend.api.schemas import FamilyMemberOut, Page
from backend.api.surroundings import Unit, Wanted
from backend.services import accounts, binding, receipts

router = APIRouter(tags=["accounts"])


@router.post("/accounts/arrivals")
async def arrive(work: Unit, body: Arriving) -> ArrivalOut:
    """Say that a message came in: opens its conversation for whoever the account belongs to."""
    found = await accounts.arrive(work, body.who(), body.key, body.conversation)
    return ArrivalOut.model_validate(found)


@router.post("/accounts/answered", status_code=204, response_class=Response)
async def answered(work: Unit, body: Answered) -> None:
    """Say that a message has been answered: from now on it is a repeat."""
    await accounts.answered(work, body.key)


@router.post("/accounts/left", status_code=204, response_class=Response)
async def left(work: Unit, body: AccountBody) -> None:
    """Say that somebody unfollowed or blocked us."""
    await accounts.left(work, body.who())


@router.post("/accounts/credits")
async def top_up(work: Unit, body: Credit) -> CreditOut:
    """Add subscription messages that the person has allowed."""
    left = await accounts.top_up(work, body.who(), body.template, body.count, body.key)
    return CreditOut(left=left)


@router.post("/notices/reports")
async def report(work: Unit, body: Report) -> Reported:
    """Write down what a carrier says later; where the person has not got it, go the next way."""
    known = await receipts.report(
        work, body.channel, body.receipt, reached=body.reached, detail=body.detail
    )
    return Reported(known=known)


@router.post("/accounts/acknowledgements")
async def acknowledge(work: Unit, body: Going) -> EmergencyOut:
    """Let the account's person hold an emergency they were told of; 409 where somebody else does.

    Without `emergency_id` it is the latest that nobody holds. 404 where they were told of none.
    """
    row = await accounts.acknowledge(work, body.who(), body.emergency_id)
    return (await shown(work, [row]))[0]


@router.post("/accounts/bindings")
async def bind(work: Unit, body: Binding) -> BoundOut:
    """Bind an account to the elder who gave it a number."""
    done = await binding.bind(work, body.who(), body.code, name=body.name, relation=body.relation)
    out = BoundOut(status=done.status)
    if done.elder is not None:
        out.elder_id, out.elder, out.role = done.elder.id, done.elder.name, "elder"
    if done.member is not None:
        out.role, out.consents = done.member.role, done.member.consents
        out.family_member_id = done.member.id
    return out


@router.post("/accounts/unbindings")
async def unbind(work: Unit, body: AccountBody) -> UnboundOut:
    """End the bindings of an account at its owner's own wish."""
    return UnboundOut(elders=await binding.unbind(work, body.who()))


@router.post("/binding-codes", status_code=201)
async def make_code(work: Unit, body: CodeNew) -> CodeOut:
    """Make a number for an elder to pass on, for half an hour (call) or thirty days (letter)."""
    code, row = await binding.make_code(work, **body.model_dump())
    return CodeOut(code=code, expires_at=row.expires_at)


@router.post("/binding-requests", status_code=201)
async def request(work: Unit, body: RequestNew) -> RequestTaken:
    """Write down that somebody says they belong to an elder."""
    row = await binding.request(
        work, body.who(), elder_phone=body.elder_phone, name=body.name, relation=body.relation
    )
    return RequestTaken(id=row.id, status=row.status)


@router.get("/binding-requests")
async def list_requests(work: Unit, wanted: Wanted) -> Page[RequestOut]:
    """List requests, the oldest first; `status` waiting, approved or refused."""
    rows = await binding.requests(work, wanted)
    items = [RequestOut.model_validate(row) for row in rows]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@router.post("/binding-requests/{request_id}/decision")
async def decide(work: Unit, request_id: str, body: Deciding) -> RequestOut:
    """Approve or refuse a request; whoever asked is told of a yes."""
    row = await binding.decide(work, request_id, **body.model_dump())
    return RequestOut.model_validate(row)


@router.put("/family-members/{member_id}/consents")
async def change_consents(work: Unit, member_id: str, body: ConsentChange) -> FamilyMemberOut:
    """Set what the elder lets a family member know."""
    row = await binding.change_consents(work, member_id, body.consents, way=body.way, by=body.by)
    return FamilyMemberOut.model_validate(row)


@router.get("/family-members/{member_id}/consents")
async def consent_history(work: Unit, member_id: str) -> ConsentHistory:
    """List what somebody was let know, by whom and how; the latest first."""
    rows = await binding.consent_history(work, member_id)
    return ConsentHistory(items=[ConsentChanged.model_validate(row) for row in rows])


@router.delete("/family-members/{member_id}/binding")
async def revoke(work: Unit, member_id: str) -> FamilyMemberOut:
    """End a binding for the elder: the person sees nothing and is told nothing any more."""
    return FamilyMemberOut.model_validate(await binding.revoke(work, member_id))
