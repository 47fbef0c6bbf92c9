"""/desk/applications: what waits for one's post, decided in plain form, and the form to print."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse

from anban.errors import BackendError, Rejected
from backend.api.surroundings import Around
from backend.desk.room import Desk, Signed
from backend.desk.routes import Acting, Looking, Room
from backend.domain.applications import POSTS, State, standing
from backend.domain.times import CHINA
from backend.services import applications
from backend.services.applications import Decide
from backend.services.people import elder
from backend.services.work import Filter, Work
from backend.store.applications import Application

router = APIRouter(prefix="/desk/applications", include_in_schema=False)

_EVENTS = {
    "filed": "申请",
    "pass": "通过",
    "return": "退回补正",
    "reject": "不批准",
    "corrected": "补正后再交",
    "withdrawn": "撤回",
}


@router.get("")
async def waiting(room: Room, around: Around, signed: Looking) -> HTMLResponse:
    """Show what waits for one's post; the desk's own people see all that is open."""
    return await _page(room, around, signed)


@router.post("/{application_id}/decision")
async def decide(
    room: Room,
    around: Around,
    signed: Acting,
    application_id: str,
    decision: Annotated[Literal["pass", "return", "reject"], Form()],
    stage: Annotated[str, Form(max_length=64)],
    comment: Annotated[str, Form(max_length=500)] = "",
) -> HTMLResponse:
    """Decide in the name of one's post; the page afterwards says how it went."""
    post = signed.agent.post
    try:
        if post not in POSTS:
            raise Rejected("值班员不审批申请，应由社区、街道或民政的同事来办", "post")
        async with around.work(room.clock(), signed.actor) as work:
            await applications.decide(
                work, Decide(application_id, signed.agent.name, post, decision, comment, stage)
            )
    except BackendError as error:
        return await _page(room, around, signed, str(error))
    return await _page(room, around, signed, "已经记下")


@router.get("/{application_id}/print")
async def printed(room: Room, around: Around, signed: Looking, application_id: str) -> HTMLResponse:
    """Show the form as it is printed, as many times as it has copies."""
    async with around.work(room.clock(), signed.actor) as work:
        row = await applications.application(work, application_id)
        route = applications.route_of(work, row.scheme)
        shown = await _shown(work, row)
    return room.page("application_print.html", one=shown, forms=route.forms, copies=route.copies)


async def _page(room: Desk, around: Around, signed: Signed, said: str = "") -> HTMLResponse:
    post = signed.agent.post
    async with around.work(room.clock(), signed.actor) as work:
        wanted = Filter(status="open", limit=100)
        rows = await applications.applications(work, wanted, post=post if post in POSTS else None)
        items = [await _shown(work, row) for row in rows]
    return room.page(
        "applications.html",
        agent=signed.agent.name,
        post=POSTS.get(post, "值班台"),
        may_decide=post in POSTS,
        csrf=room.sessions.csrf(signed.cookie),
        items=items,
        said=said,
    )


async def _shown(work: Work, row: Application) -> dict[str, object]:
    route = applications.route_of(work, row.scheme)
    person = await elder(work, row.elder_id)
    return {
        "id": row.id,
        "number": row.number,
        "elder": person.name or "老人",
        "name": route.name,
        "source": route.source,
        "stage": row.stage,
        "standing": standing(route, State(row.status, row.stage)),
        "fields": applications.form_of(row),
        "papers": row.papers,
        "history": [
            {
                "at": f"{one.at.astimezone(CHINA):%Y-%m-%d %H:%M}",
                "event": _EVENTS[one.event],
                "stage": route.stage(one.stage).name,
                "by": one.by,
                "comment": one.comment,
            }
            for one in row.events
        ],
    }
