"""``POST /cloud/aliyun``: the HTTP callback of Aliyun's voice service (智能语音交互).

The cloud hears and speaks; for each thing that happens on a call it asks what to do next. Fields of
a form, in the address or in the body: ``call_id``, ``timestamp`` (ms), ``content_type`` and
``content`` (JSON). The answer is JSON with an ``action``. That a call is over stands in its record
(VoiceReport), which the cloud posts to a second address. Sources: Aliyun's pages "首次呼入回调",
"后续呼入回调", "智能语音交互呼出回调HTTP接口", "SmartCall" and "VoiceReport".

The cloud does not sign its callbacks, so the address itself carries the proof, a signature of the
account's name. A gateway of one's own may sign each request instead (``X-Anban-Signature``, as
devices do).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from bot.dialogue import Dialogue, Reply, new_conversation

logger = logging.getLogger(__name__)

CHANNEL, CLOUD = "phone", "aliyun"
LONGEST_BODY, LONGEST_RECORDS = 64_000, 4_000_000
"""Bytes; a callback is a few hundred, like a record, of which many may come at once."""
WINDOW_S = 300.0
"""How far the timestamp of a signed request may be from our clock."""
SILENCE_MS = 8_000
"""The cloud reports silence after so long."""
PAUSE_MS = 1_000
"""The cloud takes a turn to be over after a pause of so long: old people speak slowly."""
LONGEST_CALL_S = 1_800
WRONG_ADDRESS = "wrong address: `anban channels` prints the right one"
EARLY_MEDIA = "early_media"
"""What is being played while it still rings: the words are the network's."""
KEYS = frozenset("0123456789*#")
SPOILT = str.maketrans(dict.fromkeys('@=:"${}^*¥', " "))
"""Characters that the cloud does not take in what it is to say."""
UNANSWERED = ("timebreak", "parallel_transfer")
"""The caller speaks while we do, which the cloud decides by itself; how a transfer stands."""


class Unusable(ValueError):
    """A callback that makes no sense; says which field and what would be right."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field


def signature(secret: str, account: str) -> str:
    """The last part of the address that an account's callbacks go to."""
    return hmac.new(secret.encode(), f"aliyun:{account}".encode(), hashlib.sha256).hexdigest()[:40]


def signed_body(secret: str, timestamp: str, body: bytes) -> str:
    """What a gateway sends as ``X-Anban-Signature``."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={digest.hexdigest()}"


def router(dialogue: Dialogue, *, secret: str, clock: Callable[[], float] = time.time) -> APIRouter:
    """The door.

    Args:
        dialogue: the mind.
        secret: signs; empty: the door is shut.
        clock: Unix seconds.
    """
    routes = APIRouter(tags=["cloud"])

    @routes.post("/cloud/aliyun/{account}/{proof}")
    async def by_address(request: Request, account: str, proof: str) -> JSONResponse:
        """A callback whose address carries the proof."""
        if not _proves(secret, account, proof):
            return _failed(401, WRONG_ADDRESS)
        return await _taken(dialogue, await _body(request), request.url.query)

    @routes.post("/cloud/aliyun/{account}/{proof}/records")
    async def records(request: Request, account: str, proof: str) -> JSONResponse:
        """Records of calls, each of which is over."""
        if not _proves(secret, account, proof):
            return _failed(401, WRONG_ADDRESS)
        return await _over(dialogue, await _body(request, LONGEST_RECORDS))

    @routes.post("/cloud/aliyun")
    async def by_signature(request: Request) -> JSONResponse:
        """A callback that a gateway has signed."""
        body = await _body(request)
        given, stamp = (
            request.headers.get(f"x-anban-{name}", "") for name in ("signature", "timestamp")
        )
        wanted = signed_body(secret, stamp, body or b"")
        if not secret or not hmac.compare_digest(given.encode(), wanted.encode()):
            return _failed(401, "wrong or missing X-Anban-Signature")
        if not stamp.isdigit() or abs(clock() - int(stamp)) > WINDOW_S:
            return _failed(401, "X-Anban-Timestamp is too far from our clock")
        return await _taken(dialogue, body, "")

    return routes


def _proves(secret: str, account: str, proof: str) -> bool:
    """Whether the end of an address is ours."""
    wanted = signature(secret, account)
    return bool(secret) and hmac.compare_digest(proof.encode(), wanted.encode())


async def _body(request: Request, longest: int = LONGEST_BODY) -> bytes | None:
    """The body; None where it is longer than any that is expected."""
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > longest:
            return None
    return bytes(data)


async def _taken(dialogue: Dialogue, body: bytes | None, query: str) -> JSONResponse:
    if body is None:
        return _failed(413, "the body is longer than a callback's")
    try:
        given = _fields(body, query)
        replies = await _answered(dialogue, given)
    except Unusable as unusable:
        return _failed(400, str(unusable))
    data = {"call_id": given["call_id"], **_action(given["content_type"], replies)}
    return JSONResponse({"result": "success", "msg": "", "code": 200, "data": data})


async def _over(dialogue: Dialogue, body: bytes | None) -> JSONResponse:
    """End the conversations of calls that are over; who left one in doubt is looked after."""
    if body is None:
        return _failed(413, "the body is longer than records of calls are")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return _failed(400, "the body is JSON")
    if not isinstance(found, list):
        return _failed(400, "the body is a list of records")
    for record in found:
        if isinstance(record, dict) and record.get("call_id"):
            await dialogue.end(new_conversation(CLOUD, str(record["call_id"])), "hangup")
    return JSONResponse({"code": 0, "msg": "接收成功"})


def _fields(body: bytes, query: str) -> dict[str, Any]:
    """The callback's fields, of the body or the address.

    Raises:
        Unusable: one is missing, or ``content`` is no JSON object.
    """
    found = parse_qs(query) | parse_qs(body.decode("utf-8", "replace"))
    given: dict[str, Any] = {name: values[-1] for name, values in found.items()}
    for name in ("call_id", "content_type"):
        if not given.get(name):
            raise Unusable(name, "is missing")
    if len(given["call_id"]) > 120:
        raise Unusable("call_id", "has at most 120 characters")
    try:
        content = json.loads(given.get("content") or "{}")
    except (ValueError, RecursionError):
        raise Unusable("content", "is JSON") from None
    if not isinstance(content, dict):
        raise Unusable("content", "is a JSON object")
    return {**given, "content": {str(name).strip(): value for name, value in content.items()}}


async def _answered(dialogue: Dialogue, given: Mapping[str, Any]) -> Sequence[Reply]:
    """What the mind says; nothing where nothing is to be said.

    Raises:
        Unusable: there is no such type of callback.
    """
    kind, content = given["content_type"], given["content"]
    conversation = new_conversation(CLOUD, given["call_id"])
    if kind == "callin":
        phone = str(content.get("caller") or "") or None
        return await dialogue.begin(conversation, channel=CHANNEL, phone=phone)
    if kind == "normal":
        words = str(content.get("words") or "")
        if not words or not _by_the_caller(content):
            return ()
        return await dialogue.say(conversation, words, channel=CHANNEL)
    if kind == "mute":
        return await dialogue.say(conversation, "", channel=CHANNEL)
    if kind == "dtmf":
        digit = str(content.get("dtmf_digits") or "")[:1]
        if digit not in KEYS:
            return ()  # noInputTimeout
        return await dialogue.key(conversation, digit, channel=CHANNEL)
    if kind == "hangup":
        await dialogue.end(conversation, "hangup")
        return ()
    if kind in UNANSWERED:
        return ()
    raise Unusable("content_type", "callin, normal, timebreak, mute, dtmf or hangup")


def _by_the_caller(content: Mapping[str, Any]) -> bool:
    """Whether words are the caller's, not the cloud's own or the network's."""
    return content.get("role", "B") == "B" and content.get("current_media_code") != EARLY_MEDIA


def _action(kind: str, replies: Sequence[Reply]) -> dict[str, Any]:
    """What the cloud is to do next; a safety sentence is not interrupted."""
    said = "".join(reply.text for reply in replies).translate(SPOILT)
    if not said:
        return {"action": "donothing"}
    ends = any(reply.ends for reply in replies)
    action = "answer" if kind == "callin" else "hangup" if ends else "play"
    found: dict[str, Any] = {
        "action": action,
        "action_code": "$tts$",
        "action_code_param": json.dumps({"tts": said}, ensure_ascii=False),
        "action_code_break": all(reply.interruptible for reply in replies),
        "mute_time": SILENCE_MS,
    }
    if kind == "callin":
        found |= {
            "pause_time": PAUSE_MS,
            "session_timeout": LONGEST_CALL_S,
            "asr_base_id": "customer_service_8k",
            "record_flag": False,
        }
    return found


def _failed(status: int, why: str) -> JSONResponse:
    logger.warning("cloud callback refused: %s", why)
    return JSONResponse({"result": "fail", "msg": why, "code": status, "data": {}}, status)
