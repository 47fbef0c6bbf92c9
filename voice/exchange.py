"""The exchange's doors: it says who calls and who is free, and asks where a call goes next.

They are made for a dialplan (deploy/asterisk/extensions.conf): forms in, one word out.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID, uuid4

import structlog
from fastapi import APIRouter, FastAPI, Form
from fastapi.responses import PlainTextResponse

from anban.errors import AnbanError
from voice.telling import Word
from voice.whisper import Meeting

if TYPE_CHECKING:
    from voice.server import VoiceServer

log = structlog.get_logger(__name__)

GONE, NO, YES, CONNECT, HANG_UP, QUEUE = "gone", "no", "yes", "connect", "hangup", "queue"
MANDARIN = "cmn"
PARTED = "parted"
"""Why a call comes to Anban once more: its caller could not be joined with the agent."""
Given = Annotated[str, Form(max_length=40)]
Told = Annotated[Literal["arrived", "answered", "joined", "parted", "ended"], Form()]
Ago = Annotated[float, Form(allow_inf_nan=False, description="seconds since it came true")]
LONGEST_AGO_S = 86_400.0


def add_exchange(app: FastAPI, server: VoiceServer, guarded: list[Any]) -> None:
    """Open the doors on the voice process's HTTP side."""
    router = APIRouter(
        prefix="/exchange/calls", dependencies=guarded, default_response_class=PlainTextResponse
    )

    @router.post("", status_code=201)
    async def announce(
        call_id: Annotated[UUID, Form()],
        caller: Given = "",
        called: Given = "",
        why: Given = "",
        now: Annotated[datetime | None, Form()] = None,
    ) -> str:
        """Say who will be connected, and that a place in the queue is kept for them."""
        server.calls.announce(str(call_id), caller, called, now, place=True, back=why == PARTED)
        server.tell(Word(str(call_id), "overflow", why=why))
        return "ok"

    @router.post("/{call_id}/told")
    async def told(call_id: UUID, what: Told, agent: Given = "", ago: Ago = 0) -> str:
        """Say what becomes of a call: arrived, answered, joined, parted or ended."""
        ago = min(max(ago, 0.0), LONGEST_AGO_S)  # a clock may have been set meanwhile
        server.tell(Word(str(call_id), what, agent=agent, ago=ago))
        return "ok"

    @router.post("/{call_id}/colleague")
    async def colleague(call_id: UUID, agent: Given = "") -> str:
        """Say that an agent is there; the answer is the UUID to connect the agent's sound with."""
        return await meet(server, str(call_id), agent)

    @router.get("/{call_id}/next")
    async def next_step(call_id: UUID) -> str:
        """Ask what comes now that the sound has ended; a call that broke goes to the queue."""
        call = server.calls.get(str(call_id))
        if call is None or call.broken:
            return QUEUE
        joined = call.meeting is not None and call.meeting.connected
        return CONNECT if joined else HANG_UP

    @router.get("/{call_id}/wish")
    async def wish(call_id: UUID) -> str:
        """Ask whether a place is waited in: not after a no, unless a person is asked for since."""
        call = server.calls.get(str(call_id))
        if call is None or call.over:
            return GONE
        refused = call.meeting is not None and call.meeting.declined
        wants = call.session is not None and call.session.wants_person
        return NO if refused and not wants else YES

    @router.get("/{call_id}/language")
    async def language(call_id: UUID) -> str:
        """Ask what the caller speaks (ISO 639-3), so that an agent who does is rung first."""
        call = server.calls.get(str(call_id))
        session = call.session if call is not None else None
        return (session.language if session is not None else None) or MANDARIN

    app.include_router(router)


async def meet(server: VoiceServer, call_id: str, agent: str) -> str:
    """Bring an agent and a call together; return the id of the agent's own call, or `gone`."""
    call = server.calls.get(call_id)
    if call is None or call.over:
        return GONE
    call.meeting = meeting = Meeting(agent)
    if call.purpose == "call_back" and server.call_outs is not None:
        try:
            meeting.tell(await server.call_outs.call_agent(call_id, agent))
        except AnbanError as trouble:
            log.error("call_back_not_told", call_id=call_id, why=type(trouble).__name__)
            meeting.tell("")
    elif call.session is not None:
        call.session.colleague(meeting)
    else:
        return GONE
    own = str(uuid4())
    whisper = server.calls.announce(own, purpose="whisper" if call.session else "call_back_whisper")
    whisper.meeting = meeting
    server.spawn(meeting.arrival())
    return own
