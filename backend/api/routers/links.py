"""/a/…: the page behind a link that acknowledges an emergency.

Opening it (GET, HEAD) changes nothing, since mail scanners and chat previews open every link; only
the button (POST) acknowledges.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates

from anban.errors import AnbanError, Conflict, NotFound, Unavailable
from backend.api.surroundings import Around, Now, Surroundings
from backend.notices.links import links_of
from backend.notices.sentences import cry_of
from backend.services import emergencies, telling
from backend.services.people import elder
from backend.services.work import Work
from backend.store.alarms import Emergency, Notice

router = APIRouter(include_in_schema=False)

_templates = Jinja2Templates(directory=Path(__file__).parents[1] / "pages")
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; frame-ancestors 'none'",
}


@router.api_route("/a/{token}", methods=["GET", "HEAD"])
async def open_link(request: Request, around: Around, now: Now, token: str) -> HTMLResponse:
    """Show who needs help and where, with one big button."""
    try:
        async with around.work(now) as work:
            facts = await _facts(work, around, token)
    except (NotFound, Unavailable) as error:
        return _refused(request, error)
    return _templates.TemplateResponse(request, "acknowledge.html", facts, headers=_HEADERS)


@router.post("/a/{token}")
async def use_link(request: Request, around: Around, now: Now, token: str) -> Response:
    """Acknowledge as the contact the link was made for, then show how it stands."""
    try:
        async with around.work(now) as work:
            notice, row = await _told(work, around, token)
            with suppress(Conflict):  # somebody else holds it, or it is over: the page says which
                contact = notice.contact_id
                await emergencies.acknowledge(work, row.id, contact_id=contact, channel="link")
    except (NotFound, Unavailable) as error:
        return _refused(request, error)
    return RedirectResponse(f"/a/{token}", 303, headers=_HEADERS)


async def _facts(work: Work, around: Surroundings, token: str) -> dict[str, object]:
    """Return what the page shows."""
    notice, row = await _told(work, around, token)
    person = await elder(work, row.elder_id) if row.elder_id else None
    return {
        "state": _state(row, notice),
        "cry": cry_of(row, person),
        "holder": row.acknowledged_by,
    }


async def _told(work: Work, around: Surroundings, token: str) -> tuple[Notice, Emergency]:
    """Return what a link was made for; the audit says that its contact looked."""
    notice = await telling.notice(work, links_of(around.config).notice_id(token))
    if notice.emergency_id is None:
        raise NotFound("这个链接不对")
    as_contact = replace(work, actor=f"contact:{notice.contact_id}")
    return notice, await emergencies.emergency(as_contact, notice.emergency_id)


def _state(row: Emergency, notice: Notice) -> str:
    if row.status == "acknowledged" and row.acknowledged_contact_id == notice.contact_id:
        return "yours"
    return row.status


def _refused(request: Request, error: AnbanError) -> HTMLResponse:
    """Say in words that it did not work, and what to do instead."""
    away = isinstance(error, Unavailable)
    facts = {"state": "away" if away else "refused", "why": str(error)}
    return _templates.TemplateResponse(
        request, "acknowledge.html", facts, status_code=503 if away else 404, headers=_HEADERS
    )
