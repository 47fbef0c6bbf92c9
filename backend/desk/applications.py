"""/desk/applications: what waits for one's post, decided in plain form, and the form to print."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from anban.errors import BackendError, Rejected, Unavailable
from backend.api.surroundings import Around
from backend.desk.room import SAFE, Desk, Signed, pages_of
from backend.desk.routes import Acting, Looking, Room
from backend.desk.sheets import Paper, Sheet, Step
from backend.domain.applications import POSTS, Route, State, standing
from backend.domain.phones import masked
from backend.domain.times import CHINA
from backend.services import applications
from backend.services.agents import DESK
from backend.services.applications import PHONE, Correct, Decide
from backend.services.people import elder
from backend.services.work import Filter, Work
from backend.store.applications import Application

router = APIRouter(prefix="/desk/applications", include_in_schema=False)

_FIELD = "field "
"""what the names of form fields begin with, in the form that corrects them"""
_MOST = 100
"""applications on one page"""
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
    """Show what waits for one's post and place; the desk's own people see all that is open."""
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
    agent = signed.agent
    try:
        if agent.post not in POSTS:
            raise Rejected("值班员不审批申请，应由社区、街道或民政的同事来办", "post")
        async with around.work(room.clock(), signed.actor) as work:
            command = Decide(
                *(application_id, agent.name, agent.post, decision, comment, stage),
                area=agent.area,
            )
            await applications.decide(work, command)
    except BackendError as error:
        return await _page(room, around, signed, str(error))
    return await _page(room, around, signed, "已经记下")


@router.post("/{application_id}/correction")
async def correct(
    request: Request, room: Room, around: Around, signed: Acting, application_id: str
) -> HTMLResponse:
    """Hand in again what was sent back: fields of the form, and papers that are there now."""
    form = await request.form(max_files=0, max_fields=100)
    told = [
        (name, value.strip()[:500]) for name, value in form.multi_items() if isinstance(value, str)
    ]
    fields = {name.removeprefix(_FIELD): value for name, value in told if name.startswith(_FIELD)}
    papers = [value for name, value in told if name == "paper"]
    try:
        if not _corrects(signed):
            raise Rejected("补正由社区或者值班台的同事来办", "post")
        async with around.work(room.clock(), signed.actor) as work:
            row = await applications.application(work, application_id)
            known = applications.form_of(row)
            changed = {name: value for name, value in fields.items() if name in known and value}
            by, area = signed.agent.name, signed.agent.area
            command = Correct(application_id, changed, papers, by=by, area=area)
            await applications.correct(work, command)
    except BackendError as error:
        return await _page(room, around, signed, str(error))
    return await _page(room, around, signed, "已经补正，再交上去了")


@router.post("/{application_id}/phone")
async def phone(room: Room, around: Around, signed: Acting, application_id: str) -> HTMLResponse:
    """Show the number of an applicant in full; who looked is written down."""
    try:
        async with around.work(room.clock(), signed.actor) as work:
            number = await applications.phone(work, application_id, signed.agent.area)
    except BackendError as error:
        return await _page(room, around, signed, str(error))
    return room.page("_phone.html", number=number)


@router.get("/{application_id}/print")
async def printed(room: Room, around: Around, signed: Looking, application_id: str) -> HTMLResponse:
    """Show the form as it is printed, as many times as it has copies."""
    try:
        async with around.work(room.clock(), signed.actor) as work:
            row = await applications.looked_at(work, application_id, signed.agent.area)
            route = applications.known_route(work, row.scheme)
            shown = await _shown(work, row)
    except BackendError as error:
        return await _page(room, around, signed, str(error))
    shown["fields"] = applications.form_of(row)
    forms, copies = (route.forms, route.copies) if route else ((), 1)
    return room.page("application_print.html", one=shown, forms=forms, copies=copies)


@router.get("/{application_id}/forms.pdf")
async def forms(room: Room, around: Around, signed: Looking, application_id: str) -> Response:
    """Give the forms as PDF to print and to sign, with the letter of commitment."""
    try:
        font = around.config.form_font
        if font is None:
            raise Unavailable("这台机器上没有中文字体，请先用“打印申请表”")
        async with around.work(room.clock(), signed.actor) as work:
            row = await applications.looked_at(work, application_id, signed.agent.area)
            sheet = await _sheet(work, row)
        printed = await asyncio.to_thread(_printed, sheet, font)
    except BackendError as error:
        return await _page(room, around, signed, str(error))
    head = {"Content-Disposition": f'inline; filename="{sheet.number}.pdf"', **SAFE}
    return Response(printed, media_type="application/pdf", headers=head)


def _printed(sheet: Sheet, font: Path) -> bytes:
    from backend.desk.forms import pdf

    return pdf(sheet, font)


async def _sheet(work: Work, row: Application) -> Sheet:
    """What the forms of an application hold; what was decided before a correction is not told."""
    route = applications.known_route(work, row.scheme)
    person = await elder(work, row.elder_id)
    decided: dict[str, Step] = {}
    for one in row.events:
        if one.event in ("filed", "corrected"):
            decided.clear()
            continue
        opinion = "：".join(told for told in (_EVENTS[one.event], one.comment) if told)
        day = f"{one.at.astimezone(CHINA):%Y-%m-%d}"
        decided[one.stage] = Step(_stage_name(route, one.stage), opinion, one.by, day)
    stages = route.stages if route else ()
    return Sheet(
        number=row.number,
        elder=person.name or "老人",
        name=route.name if route else row.scheme,
        source=route.source if route else "",
        forms=route.forms if route else (),
        copies=route.copies if route else 1,
        keepers=route.keepers if route else (),
        fields=applications.form_of(row),
        papers=tuple(Paper(one["says"], one["given"]) for one in row.papers),
        steps=tuple(decided.get(one.id, Step(one.name)) for one in stages),
    )


def _corrects(signed: Signed) -> bool:
    """Whether somebody's post helps old people to hand in again what was sent back."""
    return signed.agent.post in (DESK, "community")


async def _page(room: Desk, around: Around, signed: Signed, said: str = "") -> HTMLResponse:
    post, area = signed.agent.post, signed.agent.area
    decides = post in POSTS
    async with around.work(room.clock(), signed.actor) as work:
        rows: list[Application] = []
        if decides or post == DESK:
            wanted = Filter(status="open", limit=_MOST)
            mine = post if decides else None
            rows += await applications.applications(work, wanted, post=mine, area=area)
        if _corrects(signed):
            back = Filter(status="returned", limit=_MOST)
            rows += await applications.applications(work, back, area=area)
        items = [await _shown(work, row) for row in rows]
    return room.page(
        "applications.html",
        agent=signed.agent.name,
        nav=pages_of(signed.agent.post, "/desk/applications"),
        post=POSTS.get(post, "值班台"),
        area=area,
        may_decide=decides,
        csrf=room.sessions.csrf(signed.cookie),
        items=items,
        said=said,
    )


async def _shown(work: Work, row: Application) -> dict[str, object]:
    """What the page shows of an application; one whose way is gone is shown all the same."""
    route = applications.known_route(work, row.scheme)
    person = await elder(work, row.elder_id)
    fields = applications.form_of(row)
    number = fields.pop(PHONE, "")
    return {
        "id": row.id,
        "number": row.number,
        "elder": person.name or "老人",
        "name": route.name if route else row.scheme,
        "source": route.source if route else "（这一项的办法已经撤了）",
        "cited": route.cited if route else "",
        "stage": row.stage,
        "returned": row.status == "returned",
        "decidable": row.status == "open" and route is not None,
        "standing": standing(route, State(row.status, row.stage)),
        "phone": masked(number) if number else "",
        "fields": fields,
        "papers": row.papers,
        "history": [
            {
                "at": f"{one.at.astimezone(CHINA):%Y-%m-%d %H:%M}",
                "event": _EVENTS[one.event],
                "stage": _stage_name(route, one.stage),
                "by": one.by,
                "comment": one.comment,
            }
            for one in row.events
        ],
    }


def _stage_name(route: Route | None, id: str) -> str:
    at = route.stage(id) if route else None
    return at.name if at else id
