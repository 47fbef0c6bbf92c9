"""/desk/families: who asks to be bound to an elder, and what each relative may know."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, HTTPException
from fastapi.responses import HTMLResponse

from anban.errors import BackendError, Rejected
from backend.api.surroundings import Around
from backend.desk.board import CHANNELS
from backend.desk.room import Desk, Signed, pages_of
from backend.desk.routes import Acting, Looking, Room
from backend.domain.applications import POSTS
from backend.domain.consents import BY_COMMUNITY, CONSENTS, in_words
from backend.domain.names import hidden
from backend.domain.phones import masked
from backend.domain.times import CHINA
from backend.services import binding, families
from backend.services.agents import DESK
from backend.services.families import Asked, Relative
from backend.services.work import Work, audit
from backend.store.people import ConsentChange, Elder

_POSTS = (DESK, "community")
_ROLES = {"family": "家人", "guardian": "监护人", "neighbour": "邻居"}
_WAYS = {
    "number": "老人给的绑定码",
    "community": "社区核对",
    "register": "登记",
    "revoked": "解除绑定",
    "phone": "电话里",
    "mini": "小程序",
    "desk": "值班台",
}
_DECIDED = {"approved": "同意", "refused": "不同意"}
Change = Callable[[Work], Awaitable[str]]
"""changes something and returns what to say of it"""


def _here(signed: Looking) -> Signed:
    if signed.agent.post not in _POSTS:
        raise HTTPException(403, "家人绑定由社区和值班台来办")
    return signed


router = APIRouter(prefix="/desk/families", include_in_schema=False, dependencies=[Depends(_here)])


@router.get("")
async def page(room: Room, around: Around, signed: Looking) -> HTMLResponse:
    """Show what waits for a decision in one's place, and what was decided lately."""
    return await _page(room, around, signed)


@router.post("/search")
async def search(
    room: Room,
    around: Around,
    signed: Acting,
    phone: Annotated[str, Form(max_length=32)] = "",
) -> HTMLResponse:
    """Show an elder's family by the elder's number, which stands in no address."""
    return await _page(room, around, signed, phone=phone)


@router.post("/requests/{request_id}/names")
async def names(room: Room, around: Around, signed: Acting, request_id: str) -> HTMLResponse:
    """Show the names and the number of a request in full; who looked is written down."""
    try:
        async with around.work(room.clock(), signed.actor) as work:
            one = await families.request_of(work, request_id, signed.agent.area)
            await audit(work, "reveal_names", [f"binding_request:{request_id}"])
            elder = one.elder.name if one.elder else "（登记里没有）"
            shown = f"{one.request.name or '没有写名字'}；老人 {elder}，{one.request.elder_phone}"
    except BackendError as error:
        shown = str(error)
    return room.page("_phone.html", number=shown)


@router.post("/requests/{request_id}/decision")
async def decide(
    room: Room,
    around: Around,
    signed: Acting,
    request_id: str,
    decision: Annotated[Literal["approve", "refuse"], Form()],
    role: Annotated[Literal["family", "guardian", "neighbour"], Form()] = "family",
    consents: Annotated[list[str] | None, Form()] = None,
    checked: Annotated[bool, Form()] = False,
) -> HTMLResponse:
    """Decide on a request; a yes needs a word that it was verified with the elder."""
    approve = decision == "approve"

    async def change(work: Work) -> str:
        await families.request_of(work, request_id, signed.agent.area)
        if approve and not checked:
            raise Rejected("先问过老人本人或者上门核对过，再打勾同意", "checked")
        kinds = [] if role == "neighbour" else consents or []
        await binding.decide(
            work, request_id, approve=approve, by=_by(signed), role=role, consents=kinds
        )
        return "已经绑定，会告诉申请的人" if approve else "已经记下：不同意"

    return await _changed(room, around, signed, change)


@router.post("/members/{member_id}/names")
async def member_names(room: Room, around: Around, signed: Acting, member_id: str) -> HTMLResponse:
    """Show a relative's name and number in full; who looked is written down."""
    try:
        async with around.work(room.clock(), signed.actor) as work:
            row, _ = await families.relative_of(work, member_id, signed.agent.area)
            await audit(work, "reveal_names", [f"family_member:{member_id}"])
            shown = f"{row.name} {row.phone or '没有登记电话'}"
    except BackendError as error:
        shown = str(error)
    return room.page("_phone.html", number=shown)


@router.post("/members/{member_id}/consents")
async def change_consents(
    room: Room,
    around: Around,
    signed: Acting,
    member_id: str,
    consents: Annotated[list[str] | None, Form()] = None,
    checked: Annotated[bool, Form()] = False,
) -> HTMLResponse:
    """Set what a relative may know, on the elder's word."""

    async def change(work: Work) -> str:
        await families.relative_of(work, member_id, signed.agent.area)
        _ensure_said(checked)
        await binding.change_consents(work, member_id, consents or [], way="desk", by=_by(signed))
        return "已经改好"

    return await _changed(room, around, signed, change, member_id)


@router.post("/members/{member_id}/revocation")
async def revoke(
    room: Room,
    around: Around,
    signed: Acting,
    member_id: str,
    checked: Annotated[bool, Form()] = False,
) -> HTMLResponse:
    """End a binding on the elder's word: the relative sees nothing and is told nothing any more."""

    async def change(work: Work) -> str:
        await families.relative_of(work, member_id, signed.agent.area)
        _ensure_said(checked)
        await binding.revoke(work, member_id, _by(signed))
        return "已经解除，这位家人什么都看不到了"

    return await _changed(room, around, signed, change, member_id)


def _ensure_said(checked: bool) -> None:
    if not checked:
        raise Rejected("这要老人本人说了算：问过老人，再打勾", "checked")


def _by(signed: Signed) -> str:
    post = "值班员" if signed.agent.post == DESK else signed.agent.area + POSTS[signed.agent.post]
    return f"{post} {signed.agent.name}"


async def _changed(
    room: Desk, around: Around, signed: Signed, change: Change, member_id: str = ""
) -> HTMLResponse:
    try:
        async with around.work(room.clock(), signed.actor) as work:
            said, wrong = await change(work), False
    except BackendError as error:
        said, wrong = str(error), True
    return await _page(room, around, signed, said, wrong=wrong, member_id=member_id)


async def _page(
    room: Desk,
    around: Around,
    signed: Signed,
    said: str = "",
    *,
    wrong: bool = False,
    phone: str = "",
    member_id: str = "",
) -> HTMLResponse:
    area = signed.agent.area
    async with around.work(room.clock(), signed.actor) as work:
        waiting = [_asked(one) for one in await families.waiting(work, area)]
        decided = [_asked(one) for one in await families.decided(work, area)]
        elder = None
        try:
            elder = await _elder(work, area, phone, member_id)
        except BackendError as error:
            said, wrong = said or str(error), True
        found = await families.relatives(work, elder) if elder else []
    return room.page(
        "families.html",
        agent=signed.agent.name,
        area=area,
        nav=pages_of(signed.agent.post, "/desk/families"),
        csrf=room.sessions.csrf(signed.cookie),
        kinds=CONSENTS,
        usual=BY_COMMUNITY,
        roles=_ROLES,
        waiting=waiting,
        decided=decided,
        elder=hidden(elder.name) or "老人" if elder else "",
        elder_phone=masked(elder.phone) if elder else "",
        relatives=[_relative(one) for one in found],
        said=said,
        wrong=wrong,
    )


async def _elder(work: Work, area: str, phone: str, member_id: str) -> Elder | None:
    if member_id:
        return await families.elder_of_relative(work, member_id, area)
    return await families.elder_of(work, phone, area) if phone.strip() else None


def _asked(one: Asked) -> dict[str, object]:
    row = one.request
    return {
        "id": row.id,
        "name": hidden(row.name) or "没有写名字的人",
        "relation": row.relation or "家人",
        "elder": hidden(one.elder.name) if one.elder else "",
        "phone": masked(row.elder_phone),
        "channel": CHANNELS.get(one.channel, "小程序"),
        "at": f"{row.created_at.astimezone(CHINA):%m-%d %H:%M}",
        "decided": _DECIDED.get(row.status, ""),
        "decided_at": f"{row.decided_at.astimezone(CHINA):%m-%d %H:%M}" if row.decided_at else "",
        "by": row.decided_by or "",
    }


def _relative(one: Relative) -> dict[str, object]:
    row = one.member
    return {
        "id": row.id,
        "name": hidden(row.name),
        "relation": row.relation or "家人",
        "role": _ROLES.get(row.role, row.role),
        "neighbour": row.role == "neighbour",
        "bound": "绑定了账号" if row.bound else "没有绑定账号",
        "over": f"{row.revoked_at.astimezone(CHINA):%Y-%m-%d} 解除" if row.revoked_at else "",
        "consents": list(row.consents),
        "history": [_change(change) for change in one.history],
    }


def _change(change: ConsentChange) -> dict[str, str]:
    return {
        "at": f"{change.at.astimezone(CHINA):%Y-%m-%d %H:%M}",
        "knows": in_words(change.consents) or "只有呼救",
        "way": _WAYS.get(change.way, CHANNELS.get(change.way, change.way)),
        "by": change.by,
    }
