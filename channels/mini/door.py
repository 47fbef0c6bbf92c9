"""The mini-program's doors into the mind: log-in, the red button, hold to talk, a typed question.

Everything else its pages show comes from the backend's own `/v1/mini`.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import Annotated, Any, Literal, Protocol

from fastapi import APIRouter, Header, Request, WebSocket
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from anban.errors import BackendError, NotNow, Refused, Unproven
from bot.dialogue import Cry, Dialogue
from channels.mini.login import Login
from channels.mini.talk import MAX_TEXT, UNKNOWN_PASS, Account, Talk, hello
from channels.ports import Household, Voice
from channels.recent import Recent
from channels.sentences import sentence
from channels.web.chat import ReplyBody, reply_body

logger = logging.getLogger(__name__)

ARRIVAL_SECONDS = 0.8
"""so long the backend may take to say who it is; a stranger is served meanwhile"""
SOS_ARRIVAL_SECONDS = 0.25
"""the same before a cry for help, which waits for nothing longer"""
LATE_SECONDS = 60
"""from then on people are told that the cry comes late"""
REMEMBERED = 5000
"""accounts whose elders are remembered, for cries while the database is away"""


class Passes(Protocol):
    """How an account shows who it is."""

    def issue(self, channel: str, address: str) -> str:
        """Return a pass."""
        ...

    def read(self, shown: str, *, however_old: bool = False) -> Account:
        """Return whose pass it is; raises Unproven."""
        ...


class SessionNew(BaseModel):
    """Somebody opens the mini-program (with WeChat's code) or its page (without)."""

    model_config = ConfigDict(extra="forbid")

    code: str | None = Field(None, max_length=200, description="from wx.login")


class SessionOut(BaseModel):
    """A pass; it is kept by the program and sent as bearer."""

    token: str


class SosNew(BaseModel):
    """The red button was pressed and confirmed."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(pattern=r"^[A-Za-z0-9-]{8,64}$", description="the same press, the same key")
    place: str | None = Field(None, max_length=200, description="where, if it is known already")
    ago: int = Field(0, ge=0, le=10**7, description="seconds since the press, by its clock")


class SosOut(BaseModel):
    """We have it: the program need not send it again."""

    taken: Literal[True] = True
    arrived: bool = Field(description="false: it lies on our disk and goes on being sent")


class LineNew(BaseModel):
    """A typed line."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=MAX_TEXT)
    about: Literal["talk", "policy"] = "talk"


class LineOut(BaseModel):
    """The answer."""

    replies: list[ReplyBody]


class Door:
    """The doors.

    Args:
        mind: the dialogue.
        household: the backend, as far as accounts go.
        voice: hears and speaks.
        passes: see ``Passes``.
        login: asks WeChat who it is; None where there is no mini-program.
        allow: whether a name may do one more thing now.
    """

    def __init__(
        self,
        mind: Dialogue,
        household: Household,
        voice: Voice,
        passes: Passes,
        *,
        login: Login | None = None,
        allow: Callable[[str], bool] = lambda name: True,
    ) -> None:
        self._mind = mind
        self._household = household
        self._voice = voice
        self._passes = passes
        self._login = login
        self._allow = allow
        self._known: Recent[str, tuple[str, tuple[str, ...]]] = Recent(REMEMBERED)

    async def close(self) -> None:
        """Close the connection to WeChat."""
        if self._login is not None:
            await self._login.close()

    def routes(self) -> APIRouter:
        """Return the routes."""
        routes = APIRouter(tags=["mini-program"])
        routes.post("/v1/mini/session", response_model=SessionOut)(self._open)
        routes.post("/v1/mini/sos", response_model=SosOut)(self._sos)
        routes.post("/v1/mini/say", response_model=LineOut)(self._line)
        routes.websocket("/v1/voice")(self._talk)
        return routes

    async def _open(self, request: Request, body: SessionNew) -> Any:
        """Give a pass: to WeChat's account where it brings a code, else to a new one of its own."""
        address = request.client.host if request.client else ""
        if not self._allow(f"session {address}"):
            return _problem(429, "打开得太频繁了，请稍等一下")
        if body.code is None:
            return SessionOut(token=self._passes.issue("web", secrets.token_hex(16)))
        if self._login is None:
            return _problem(404, "这里没有开通小程序")
        try:
            openid = await self._login.openid(body.code)
        except Refused:
            return _problem(401, "微信登录没有成功，请重新打开")
        except NotNow:
            return _problem(503, "微信现在连不上，请稍后再试")
        return SessionOut(token=self._passes.issue("mini", openid))

    async def _sos(self, body: SosNew, authorization: Annotated[str, Header()] = "") -> SosOut:
        """Cry for help. It waits for no log-in: without a good pass it is a stranger's."""
        who = self._who(authorization, however_old=True)
        who = who or Account("web", "", f"web-sos-{body.key}")
        if who.address:
            await self._arrive(who, SOS_ARRIVAL_SECONDS)
        _, elders = self._known.get(who.conversation, ("", ()))
        cry = Cry(
            key=f"{who.conversation}:{body.key}",
            channel=who.channel,
            kind="unspecified",
            certainty="certain",
            text=_cried(body.ago),
            conversation=who.conversation,
            elder_id=elders[0] if len(elders) == 1 else None,
            location=body.place,
        )
        arrived = await self._mind.cry(cry)
        return SosOut(arrived=arrived)

    async def _line(self, body: LineNew, authorization: Annotated[str, Header()] = "") -> Any:
        """Answer a typed line; questions on policy stand in a conversation of their own."""
        who = self._who(authorization)
        if who is None:
            return _problem(401, "登录已经失效，请重新打开")
        if not self._allow(who.conversation) and not self._mind.in_danger(body.text):
            return _problem(429, sentence("mini_too_fast"))
        conversation = who.conversation
        if body.about == "policy":
            conversation += "-policy"
        await self._arrive(Account(who.channel, who.address, conversation), ARRIVAL_SECONDS)
        replies = await self._mind.say(conversation, body.text, channel=who.channel)
        return LineOut(replies=[reply_body(reply) for reply in replies])

    async def _talk(self, socket: WebSocket) -> None:
        """Hold to talk, for as long as the page is open."""
        await socket.accept()
        try:
            who = self._passes.read(str((await hello(socket)).get("pass") or ""))
        except Unproven:
            await socket.close(UNKNOWN_PASS)
            return
        await self._arrive(who, ARRIVAL_SECONDS)
        await socket.send_json({"type": "ready"})
        await Talk(socket, self._mind, self._voice, who, self._allow).run()

    def _who(self, authorization: str, *, however_old: bool = False) -> Account | None:
        try:
            return self._passes.read(authorization.partition(" ")[2], however_old=however_old)
        except Unproven:
            return None

    async def _arrive(self, who: Account, seconds: float) -> None:
        """Open the account's conversation, and see whether it belongs to somebody else now."""
        try:
            async with asyncio.timeout(seconds):
                found = await self._household.arrive(
                    who.channel, who.address, who.conversation, who.conversation
                )
        except (BackendError, TimeoutError) as error:
            logger.warning("an account is not known for now: %s", type(error).__name__)
            return
        known = (found.role, found.elder_ids)
        if self._known.get(who.conversation, known) != known:
            self._mind.meet_again(who.conversation)
        self._known[who.conversation] = known


def _cried(ago: int) -> str:
    """Return how people are told of a cry that was sent so many seconds after the press."""
    if ago < LATE_SECONDS:
        return sentence("mini_cry")
    unit = "mini_minutes" if ago < 3600 else "mini_hours"
    number = ago // 60 if ago < 3600 else ago // 3600
    return sentence("mini_cry_late", ago=sentence(unit, number=str(number)))


def _problem(status: int, detail: str) -> JSONResponse:
    body = {"title": "请求不能处理", "status": status, "detail": detail, "field": None}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")
