"""/desk/assessments: what old people told of their daily life, and what an assessor finds."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from anban.errors import BackendError, Rejected
from backend.api.surroundings import Around
from backend.desk.room import Desk, Signed, pages_of
from backend.desk.routes import Acting, Looking, Room
from backend.domain.times import CHINA
from backend.services import assessments
from backend.services.agents import ASSESSOR, DESK
from backend.services.assessments import Assess
from backend.services.people import elder
from backend.services.work import Filter, Work
from backend.store.assessments import Assessment

router = APIRouter(prefix="/desk/assessments", include_in_schema=False)

_MOST = 100
"""assessments on one page"""
_LONGEST = 500


@router.get("")
async def waiting(room: Room, around: Around, signed: Looking) -> HTMLResponse:
    """Show what waits for an assessor of one's place."""
    return await _page(room, around, signed)


@router.post("/{assessment_id}/finding")
async def assess(
    request: Request, room: Room, around: Around, signed: Acting, assessment_id: str
) -> HTMLResponse:
    """Say what is so, item by item; the page afterwards says how it went."""
    agent = signed.agent
    try:
        if agent.post != ASSESSOR:
            raise Rejected("评估由评估员来确认", "post")
        form = await request.form(max_files=0, max_fields=100)
        async with around.work(room.clock(), signed.actor) as work:
            items = assessments.questions(work).items
            told = {one.id: str(form.get(one.id, "")) for one in items}
            answers = {id: int(points) for id, points in told.items() if points.isdecimal()}
            comment = str(form.get("comment", ""))[:_LONGEST]
            command = Assess(assessment_id, agent.name, answers, comment, area=agent.area)
            await assessments.assess(work, command)
    except BackendError as error:
        return await _page(room, around, signed, str(error))
    return await _page(room, around, signed, "已经记下")


async def _page(room: Desk, around: Around, signed: Signed, said: str = "") -> HTMLResponse:
    agent = signed.agent
    items: list[dict[str, object]] = []
    async with around.work(room.clock(), signed.actor) as work:
        if agent.post in (ASSESSOR, DESK):
            wanted = Filter(status="waiting", limit=_MOST)
            rows = await assessments.assessments(work, wanted, area=agent.area)
            items = [await _shown(work, row) for row in rows]
    return room.page(
        "assessments.html",
        agent=agent.name,
        nav=pages_of(agent.post, "/desk/assessments"),
        area=agent.area,
        may_assess=agent.post == ASSESSOR,
        csrf=room.sessions.csrf(signed.cookie),
        items=items,
        said=said,
    )


async def _shown(work: Work, row: Assessment) -> dict[str, object]:
    asked = assessments.questions(work)
    person = await elder(work, row.elder_id)
    score = asked.score(row.answers)
    return {
        "id": row.id,
        "elder": person.name or "老人",
        "born": person.birth_year,
        "address": person.address or "",
        "told_by": row.told_by,
        "at": f"{row.updated_at.astimezone(CHINA):%Y-%m-%d %H:%M}",
        "source": asked.source,
        "points": score.points,
        "most": score.most,
        "band": asked.band(score),
        "unanswered": score.unanswered,
        "items": [
            {"id": one.id, "name": one.name, "levels": one.levels, "told": row.answers.get(one.id)}
            for one in asked.items
        ],
    }
