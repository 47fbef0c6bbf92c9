"""/desk: log in, see, take, close. Every change answers with the board as it is afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Cookie, Depends, FastAPI, Form, Header, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from anban.errors import BackendError, Unavailable
from backend.api.surroundings import Around, Surroundings
from backend.config import DeskConfig
from backend.desk.room import Desk, LoggedOut, Signed, pages_of
from backend.desk.sessions import COOKIE, Clock
from backend.domain.times import CHINA
from backend.feed import Feed
from backend.services import agents, desk, emergencies
from backend.services.work import Work

TICK_SECONDS = 5.0
"""how often a page hears from us, and at the latest sees a change"""

router = APIRouter(prefix="/desk", include_in_schema=False)

_STATIC = {path.name: path for path in Path(__file__).with_name("static").iterdir()}
_LOGIN = "/desk/login"


def _now() -> datetime:
    return datetime.now(CHINA)


def install(app: FastAPI, config: DeskConfig, clock: Clock = _now) -> None:
    """Put the desk into an application of `backend.api.create_app`."""
    app.state.desk = Desk(config, clock)
    app.add_exception_handler(LoggedOut, _logged_out)
    app.include_router(router)
    # they need this module's parts
    from backend.desk.applications import router as applications
    from backend.desk.assessments import router as assessments
    from backend.desk.families import router as families
    from backend.desk.gaps import router as gaps
    from backend.desk.visits import router as visits

    app.include_router(applications)
    app.include_router(assessments)
    app.include_router(gaps)
    app.include_router(families)
    app.include_router(visits)


def _desk_of(request: Request) -> Desk:
    found = request.app.state.desk
    assert isinstance(found, Desk)
    return found


Room = Annotated[Desk, Depends(_desk_of)]


async def _signed(
    room: Room, around: Around, anban_desk: Annotated[str | None, Cookie()] = None
) -> Signed:
    return await room.signed(around, anban_desk)


Looking = Annotated[Signed, Depends(_signed)]
"""an agent who may look"""


async def _acting(
    room: Room, signed: Looking, x_anban_csrf: Annotated[str | None, Header()] = None
) -> Signed:
    if not room.sessions.is_own(signed.cookie, x_anban_csrf):
        raise HTTPException(403, "这个请求不是从值班台页面发出的")
    return signed


Acting = Annotated[Signed, Depends(_acting)]
"""an agent who changes something from our own page"""


def _on_duty(signed: Looking) -> Signed:
    if signed.agent.post != agents.DESK:
        raise HTTPException(403, "告急由值班台处理")
    return signed


OnDuty = Depends(_on_duty)
"""lets only the desk's own people pass: emergencies and telephone numbers are theirs"""


async def _logged_out(request: Request, error: Exception) -> Response:
    """Send whoever is not logged in to the log-in page: a browser by 303, htmx by its header."""
    if "HX-Request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": f"{_LOGIN}?expired=1"})
    again = "?expired=1" if COOKIE in request.cookies else ""
    return RedirectResponse(f"{_LOGIN}{again}", 303)


@router.get("/static/{name}")
async def static(name: str) -> Response:
    """Give a style sheet or script."""
    if name not in _STATIC:
        raise HTTPException(404)
    return FileResponse(_STATIC[name], headers={"Cache-Control": "no-cache"})


# logging in


@router.get("/login")
async def login_page(room: Room, expired: bool = False) -> HTMLResponse:
    """Show the log-in form."""
    said = "登录已经过期，请重新登录" if expired else ""
    return room.page("login.html", said=said, login="")


@router.post("/login")
async def log_in(
    request: Request,
    room: Room,
    around: Around,
    login: Annotated[str, Form(max_length=64)],
    password: Annotated[str, Form(max_length=256)],
) -> Response:
    """Check a password and begin a session."""
    if not _from_here(request):
        raise HTTPException(403, "这个请求不是从值班台页面发出的")
    address = request.client.host if request.client else ""
    if not room.may_try(login, address):
        return room.page("login.html", 429, said="试得太多了，请过一分钟再试", login=login)
    try:
        async with around.work(room.clock()) as work:
            agent = await agents.known_agent(work, login, password)
    except Unavailable as error:
        return room.page("login.html", 503, said=str(error), login=login)
    if agent is None:
        room.note_failure(login, address)
        return room.page("login.html", 401, said="登录名或密码不对", login=login)
    answer = RedirectResponse("/desk", 303)
    answer.set_cookie(
        COOKIE,
        room.sessions.cookie(agent),
        max_age=int(room.config.session_lifetime.total_seconds()),
        path="/desk",
        secure=room.config.secure_cookie,
        httponly=True,
        samesite="strict",
    )
    return answer


def _from_here(request: Request) -> bool:
    """Return whether a form was sent from our own page, as far as the browser says."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


@router.post("/logout")
async def log_out(signed: Acting) -> Response:
    """End the session in this browser."""
    answer = Response(status_code=204, headers={"HX-Redirect": _LOGIN})
    answer.delete_cookie(COOKIE, path="/desk")
    return answer


# looking


@router.get("")
async def page(room: Room, signed: Looking) -> Response:
    """Show the desk; the board comes by the feed at once. Other posts go to their own page."""
    if signed.agent.post != agents.DESK:
        own = "assessments" if signed.agent.post == agents.ASSESSOR else "applications"
        return RedirectResponse(f"/desk/{own}", 303)
    return room.page(
        "desk.html",
        agent=signed.agent.name,
        nav=pages_of(signed.agent.post, "/desk"),
        csrf=room.sessions.csrf(signed.cookie),
    )


@router.get("/feed", response_class=EventSourceResponse)
async def feed(
    room: Room, around: Around, anban_desk: Annotated[str | None, Cookie()] = None
) -> AsyncIterator[ServerSentEvent]:
    """Send the board whenever it changes, and a sign of life every few seconds.

    Events: `board` (markup), `tick` (our clock, Unix seconds), `trouble` (the database is away),
    `expired` (log in again).
    """
    shown: set[str] = set()
    last = ""
    async with _changes(around.feed) as changed:
        while not around.feed.ended.is_set():
            changed.clear()
            try:
                signed = await room.signed(around, anban_desk)
                if signed.agent.post != agents.DESK:
                    raise LoggedOut
                board = await room.board(around, signed, shown)
            except LoggedOut:
                yield ServerSentEvent(event="expired", raw_data="")
                return
            except Unavailable:
                yield ServerSentEvent(event="trouble", raw_data="")
            else:
                if board != last:
                    yield ServerSentEvent(event="board", raw_data=board)
                    last = board
                yield ServerSentEvent(event="tick", raw_data=str(room.clock().timestamp()))
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_SECONDS):
                    await changed.wait()


@asynccontextmanager
async def _changes(feed: Feed) -> AsyncIterator[asyncio.Event]:
    """Give an event that is set whenever something has changed, and when the feed ends."""
    changed = asyncio.Event()
    pump = asyncio.create_task(_pump(feed, changed))
    waker = asyncio.create_task(_wake_at_end(feed, changed))
    try:
        yield changed
    finally:
        pump.cancel()
        waker.cancel()


async def _pump(feed: Feed, changed: asyncio.Event) -> None:
    while True:
        try:
            async with feed.subscription() as changes:
                changed.set()  # what happened before we listened
                async for _ in changes:
                    changed.set()
        except Unavailable:
            await asyncio.sleep(TICK_SECONDS)


async def _wake_at_end(feed: Feed, changed: asyncio.Event) -> None:
    await feed.ended.wait()
    changed.set()


# acting

Change = Callable[[Work], Awaitable[object]]


@router.post("/emergencies/{emergency_id}/seen", dependencies=[OnDuty])
async def seen(room: Room, around: Around, signed: Acting, emergency_id: str) -> Response:
    """Note that a screen shows it: the receipt of the desk's own notice."""
    async with around.work(room.clock(), signed.actor) as work:
        await emergencies.seen(work, emergency_id, signed.agent.name)
    return Response(status_code=204)


@router.post("/emergencies/{emergency_id}/take", dependencies=[OnDuty])
async def take(room: Room, around: Around, signed: Acting, emergency_id: str) -> HTMLResponse:
    """Take it; where somebody else was quicker the page says who."""

    async def change(work: Work) -> None:
        await emergencies.acknowledge(work, emergency_id, by=signed.agent.name, channel="desk")

    return await _changed(room, around, signed, change, "已经由您接手")


@router.get("/emergencies/{emergency_id}/close", dependencies=[OnDuty])
async def close_form(
    room: Room, signed: Looking, emergency_id: str, outcome: str = "closed"
) -> HTMLResponse:
    """Show the form that closes it."""
    return room.page("_close.html", id=emergency_id, outcome=outcome)


@router.post("/emergencies/{emergency_id}/close", dependencies=[OnDuty])
async def close(
    room: Room,
    around: Around,
    signed: Acting,
    emergency_id: str,
    outcome: Annotated[Literal["closed", "false_alarm"], Form()],
    reason: Annotated[str, Form(max_length=desk.LONGEST_REASON)] = "",
    checked: Annotated[bool, Form()] = False,
) -> HTMLResponse:
    """Close it with a reason; a false alarm needs a word that somebody has made sure."""

    async def change(work: Work) -> None:
        await desk.close(work, emergency_id, signed.agent.name, outcome, reason, checked=checked)

    done = "已经结束，通知过的人会收到消息"
    return await _changed(room, around, signed, change, done, {"HX-Trigger": "dialog-done"})


@router.post("/emergencies/{emergency_id}/phone/{whose}", dependencies=[OnDuty])
async def phone(
    room: Room, around: Around, signed: Acting, emergency_id: str, whose: str
) -> HTMLResponse:
    """Show a number in full; who looked at whose is written down."""
    try:
        async with around.work(room.clock(), signed.actor) as work:
            number = await desk.phone(work, emergency_id, whose)
    except BackendError as error:
        return _failed(room, str(error))
    return room.page("_phone.html", number=number)


async def _changed(
    room: Desk,
    around: Surroundings,
    signed: Signed,
    change: Change,
    done: str,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Make a change; answer with the board afterwards, and with how it went."""
    try:
        async with around.work(room.clock(), signed.actor) as work:
            await change(work)
        board = await room.board(around, signed, set())
    except BackendError as error:
        return _failed(room, str(error))
    toast = room.rendered("_toast.html", said=done, failed=False)
    return HTMLResponse(board + toast, headers=dict(headers or {}))


def _failed(room: Desk, said: str) -> HTMLResponse:
    """Answer with what went wrong; the board stays, and changes by the feed."""
    answer = room.page("_toast.html", said=said, failed=True)
    answer.headers["HX-Reswap"] = "none"
    return answer
