"""``POST /v1/chat/completions`` as OpenAI has it: for voice agents that take a model of one's own.

Tencent's TCCC and most others speak this. They send the whole conversation each time; we keep our
own and read the last line only, which must be the caller's. Which conversation it is says ``user``
(or ``metadata.call_id``); who calls says ``metadata.phone``. The key is the clouds' own: it opens
this door and nothing else.
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any, Literal
from uuid import uuid4

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from bot.dialogue import Dialogue, Reply, new_conversation

MODEL = "anban"
CHANNEL = "phone"
"""Whoever speaks here has called."""
LONGEST = 20_000
"""Characters of one line."""
MOST_LINES = 500


class TextPart(BaseModel):
    """A part of a line; those that are no text are passed over."""

    type: str
    text: str = Field("", max_length=LONGEST)


class ChatLine(BaseModel):
    """One line of the conversation as the other side keeps it."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: Annotated[str, Field(max_length=LONGEST)] | list[TextPart] | None = None

    def said(self) -> str:
        """Its words."""
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class Completion(BaseModel):
    """What is asked; what a model could be told besides means nothing to us."""

    model_config = ConfigDict(extra="ignore")

    messages: list[ChatLine] = Field(min_length=1, max_length=MOST_LINES)
    stream: bool = False
    user: Annotated[str, Field(max_length=120)] | None = None
    metadata: dict[str, str] = Field(default_factory=dict, max_length=16)


def router(dialogue: Dialogue, *, token: str) -> APIRouter:
    """The door.

    Args:
        dialogue: the mind.
        token: to be sent as the API key; empty: the door is shut.
    """
    routes = APIRouter(tags=["cloud"])

    @routes.post("/v1/chat/completions")
    async def complete(body: Completion, authorization: Annotated[str, Header()] = "") -> Response:
        """Answer the last line of a conversation; with ``stream`` sentence by sentence (SSE)."""
        key = authorization.removeprefix("Bearer ")
        if not token or not hmac.compare_digest(key.encode(), token.encode()):
            return _refused(401, "wrong or missing API key: send ANBAN_CLOUD_TOKEN as bearer")
        named = body.user or body.metadata.get("call_id")
        if not named:
            return _refused(400, "name the conversation: `user`, or `metadata.call_id`", "user")
        if any(line.role == "user" for line in body.messages) and body.messages[-1].role != "user":
            return _refused(400, "the last message must be the user's", "messages")
        replies = await _answered(dialogue, body, new_conversation("cloud", named))
        answer = _Answer(f"chatcmpl-{uuid4().hex}", int(time.time()))
        if body.stream:
            return StreamingResponse(answer.pieces(replies), media_type="text/event-stream")
        return JSONResponse(answer.whole(replies))

    return routes


async def _answered(dialogue: Dialogue, body: Completion, conversation: str) -> Sequence[Reply]:
    phone, last = body.metadata.get("phone"), body.messages[-1]
    if last.role != "user":  # the call has been answered, and nobody has spoken yet
        return await dialogue.begin(conversation, channel=CHANNEL, phone=phone)
    return await dialogue.say(conversation, last.said(), channel=CHANNEL, phone=phone)


class _Answer:
    """One answer in OpenAI's shapes."""

    def __init__(self, answer_id: str, created: int) -> None:
        self._head = {"id": answer_id, "created": created, "model": MODEL}

    def whole(self, replies: Sequence[Reply]) -> dict[str, Any]:
        """The answer at once; ``anban`` says what a machine may want to know of it."""
        said = "".join(reply.text for reply in replies)
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": said},
            "finish_reason": "stop",
        }
        usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
        return {
            **self._head,
            "object": "chat.completion",
            "choices": [choice],
            "usage": usage,
            "anban": _facts(replies),
        }

    async def pieces(self, replies: Sequence[Reply]) -> AsyncIterator[str]:
        """The answer sentence by sentence, so that speaking can begin with the first."""
        yield self._piece({"role": "assistant", "content": ""})
        for reply in replies:
            if reply.text:
                yield self._piece({"content": reply.text})
        yield self._piece({}, finish="stop", anban=_facts(replies))
        yield "data: [DONE]\n\n"

    def _piece(self, delta: dict[str, str], finish: str | None = None, **more: object) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        data = {**self._head, "object": "chat.completion.chunk", "choices": [choice], **more}
        return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def _facts(replies: Sequence[Reply]) -> dict[str, Any]:
    return {
        "ask": next((reply.ask for reply in reversed(replies) if reply.ask), None),
        "handoff": any(reply.handoff for reply in replies),
        "ends": any(reply.ends for reply in replies),
        "order": next((reply.order for reply in replies if reply.order), None),
        "emergency": next((reply.emergency for reply in replies if reply.emergency), None),
    }


def _refused(status: int, why: str, param: str | None = None) -> JSONResponse:
    error = {"message": why, "type": "invalid_request_error", "param": param, "code": None}
    return JSONResponse({"error": error}, status)
