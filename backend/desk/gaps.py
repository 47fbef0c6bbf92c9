"""/desk/gaps: what people asked about policy and no document answered, counted for the county."""

from __future__ import annotations

from itertools import groupby

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse

from backend.api.surroundings import Around
from backend.desk.room import pages_of
from backend.desk.routes import Looking, Room
from backend.services import policy
from backend.services.agents import DESK

router = APIRouter(prefix="/desk/gaps", include_in_schema=False)

_READERS = (DESK, "county")
_MOST = 1000
"""rows on the page: topics of a place in a month"""


@router.get("")
async def page(room: Room, around: Around, signed: Looking, place: str = "") -> HTMLResponse:
    """Show the counts by month, the most asked for first; a place leaves out all others."""
    if signed.agent.post not in _READERS:
        raise HTTPException(403, "这一页由民政和值班台来看")
    async with around.work(room.clock(), signed.actor) as work:
        rows = await policy.counted_gaps(work, locality=place, limit=_MOST)
    months = [(month, list(of_one)) for month, of_one in groupby(rows, lambda row: row.month)]
    return room.page(
        "gaps.html",
        agent=signed.agent.name,
        nav=pages_of(signed.agent.post, "/desk/gaps"),
        csrf=room.sessions.csrf(signed.cookie),
        place=place,
        places=sorted({row.locality for row in rows} - {""}),
        months=[(month, sum(row.count for row in of_one), of_one) for month, of_one in months],
    )
