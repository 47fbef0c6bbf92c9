"""``POST /v1/chat``: one line in, replies out, for the typed chat and for services."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import BaseModel, Field

from bot.dialogue import Citation, Dialogue, Reply

_COOKIE = "anban_session"
MAX_TEXT = 20_000
"""Characters a request may carry; the dialogue itself reads the first thousand."""


class ChatRequest(BaseModel):
    """One line from a person or a service."""

    conversation: str = Field(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9._:-]+$")
    text: str = Field(max_length=MAX_TEXT)
    channel: str = Field("web", max_length=20, pattern=r"^[a-z]+$")
    elder_id: str | None = Field(None, max_length=64)
    phone: str | None = Field(None, max_length=32)
    now: datetime | None = None


class CitationBody(BaseModel):
    """Where an answer stands."""

    document: str
    number: str | None = None
    section: str | None = None
    year: int | None = None
    id: str = Field("", description="opens it: /v1/sources/{id}; empty for first aid")


class ReplyBody(BaseModel):
    """One thing Anban says; ``ask`` is what it wants to know."""

    text: str
    ask: str | None = None
    quick_replies: list[str] = []
    citations: list[CitationBody] = []
    handoff: bool = False
    emergency: str | None = None
    order: str | None = None
    ends: bool = False


class ChatAnswer(BaseModel):
    """All replies to one line, in the order they are to be shown."""

    replies: list[ReplyBody]


def router(
    dialogue: Dialogue,
    *,
    service_token: str,
    session_secret: str,
    test_clock: bool,
    allow: Callable[[str], bool] = lambda who: True,
) -> APIRouter:
    """The door.

    Args:
        dialogue: the mind.
        service_token: who sends it as a bearer token may say whom a line is from.
        session_secret: signs the browser's session cookie.
        test_clock: whether a service may bring its own clock.
        allow: whether a session may send one more line now; False answers 429.

    Returns:
        Route ``/v1/chat``.
    """
    sessions = URLSafeSerializer(session_secret, salt="web-chat")
    routes = APIRouter(tags=["chat"])

    @routes.post("/v1/chat", response_model=ChatAnswer)
    async def chat(request: Request, response: Response, body: ChatRequest) -> Any:
        """Says one line to Anban. Empty text is silence, not an error."""
        token = _bearer(request)
        if token is not None:
            if not hmac.compare_digest(token.encode(), service_token.encode()):
                return _problem(401, "令牌不对", "token")
            conversation = body.conversation
        else:
            if body.phone or body.elder_id or body.now:
                field = "phone" if body.phone else "elder_id" if body.elder_id else "now"
                return _problem(403, f"浏览器会话不能带 {field}，只有服务令牌可以", field)
            session = _session(sessions, request, response)
            if not allow(session) and not dialogue.in_danger(body.text):
                return _problem(429, "您说得太快了，请稍等一下再说", None)
            conversation = f"web-{session}-{body.conversation}"
        replies = await dialogue.say(
            conversation,
            body.text,
            channel=body.channel,
            phone=body.phone,
            elder_id=body.elder_id,
            now=body.now if test_clock else None,
        )
        return ChatAnswer(replies=[reply_body(reply) for reply in replies])

    return routes


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else None


def _session(sessions: URLSafeSerializer, request: Request, response: Response) -> str:
    """The browser's own session id; a forged or missing cookie gets a new one."""
    cookie = request.cookies.get(_COOKIE)
    if cookie:
        with suppress(BadSignature):  # somebody else's, or of an old secret
            return str(sessions.loads(cookie))
    session = secrets.token_hex(8)
    response.set_cookie(
        _COOKIE, sessions.dumps(session), httponly=True, samesite="strict", max_age=86_400
    )
    return session


def _problem(status: int, detail: str, field: str | None) -> JSONResponse:
    body = {"title": "请求不能处理", "status": status, "detail": detail, "field": field}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def reply_body(reply: Reply) -> ReplyBody:
    """Return a reply as JSON shows it."""
    return ReplyBody(
        text=reply.text,
        ask=reply.ask,
        quick_replies=list(reply.quick_replies),
        citations=[_citation(found, reply.interruptible) for found in reply.citations],
        handoff=reply.handoff,
        emergency=reply.emergency,
        order=reply.order,
        ends=reply.ends,
    )


def _citation(found: Citation, to_read: bool) -> CitationBody:
    return CitationBody(
        document=found.document,
        number=found.number,
        section=found.section,
        year=found.year,
        id=found.id if to_read else "",
    )


__all__ = ["ChatAnswer", "ChatRequest", "reply_body", "router"]
