"""Calls that this process places itself, over direct SIP: whom to call is said over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID, uuid4

import numpy as np
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field

from channels.phone.leg import CallInfo
from channels.phone.sip_trunk import NotReached
from voice.audio import ringing
from voice.calls import CallRecord
from voice.exchange import meet
from voice.joined import Lent
from voice.whisper import GONE

if TYPE_CHECKING:
    from channels.phone.sip import SipDoor, SipLeg
    from voice.server import VoiceServer

ANSWERED, NO_AGENT = "answered", "no_agent"
CALL_BACK = "call_back"
RINGS = 12
"""Of a minute of ringing, which is longer than anybody is rung."""


class Order(BaseModel):
    """A call that is to be placed."""

    call_id: UUID = Field(description="how it is to be known")
    number: Annotated[str, Field(pattern=r"^\+?[0-9*#]{2,20}$", description="whom to call")]
    purpose: Literal["message", "check_in", "call_back"] = Field(description="who leads it")
    caller: str | None = Field(None, max_length=40, description="whom to take who answers for")


def add_outbound(app: FastAPI, server: VoiceServer, guarded: list[Any]) -> None:
    """Open the doors on the voice process's HTTP side."""

    @app.post("/calls/out", status_code=202, dependencies=guarded)
    async def place(order: Order) -> dict[str, str]:
        """Place a call; what comes of it is asked at ``/calls/{call_id}/outcome``."""
        if server.sip is None or server.sip.line == "none":
            raise HTTPException(503, "there is no way out over SIP: set ANBAN_SIP_TRUNK")
        call_id = str(order.call_id)
        if server.calls.get(call_id) is not None:
            raise HTTPException(409, "this call is known already")
        call = server.calls.announce(call_id, order.caller, purpose=order.purpose)
        call.running = True
        server.spawn(lead(server, server.sip, call, order.number))
        return {"call_id": call_id}

    @app.get("/calls/{call_id}/outcome", dependencies=guarded)
    async def outcome(call_id: UUID) -> dict[str, Any]:
        """Whether a call of ours is over, and what came of it."""
        call = server.calls.get(str(call_id))
        if call is None:
            raise HTTPException(404, "no such call")
        return {"over": call.over, "outcome": call.outcome}


async def lead(server: VoiceServer, door: SipDoor, call: CallRecord, number: str) -> None:
    """Place a call and lead it to its end."""
    try:
        if call.purpose == CALL_BACK:
            call.outcome = await _bring_together(server, door, call, number)
        else:
            async with _reached(door, call.info, number) as leg:
                call.outcome = ANSWERED
                await server.conduct(call, leg)
    except NotReached as failed:
        call.outcome = failed.outcome
    finally:
        call.end()


@asynccontextmanager
async def _reached(door: SipDoor, info: CallInfo, number: str) -> AsyncIterator[SipLeg]:
    """Whoever answers at a number; the line is let go of afterwards.

    Raises:
        NotReached: nobody answered.
    """
    leg = await door.dial(info, number)
    try:
        yield leg
    finally:
        await leg.hangup()
        await leg.closed()


async def _bring_together(server: VoiceServer, door: SipDoor, call: CallRecord, number: str) -> str:
    """Call an agent, tell them what it is about, then call the number and join the two.

    Returns:
        What came of it; ``no_agent`` where none answered, or stayed.
    """
    for agent in door.agents:
        with suppress(NotReached):
            async with _reached(door, CallInfo(str(uuid4())), agent) as leg:
                theirs = Lent(leg)
                own = await meet(server, call.info.call_id, agent)
                whispered = server.admit(CallInfo(own)) if own != GONE else None
                if whispered is None:
                    return NO_AGENT
                await server.conduct(whispered, theirs)
                if call.meeting is None or not call.meeting.connected:
                    return NO_AGENT
                return await _joined(door, theirs, call.info, number)
    return NO_AGENT


async def _joined(door: SipDoor, agent: Lent, info: CallInfo, number: str) -> str:
    """Call the number while the agent hears it ring, and join the two; what came of it."""
    await agent.play(np.tile(ringing(), RINGS))
    talking = asyncio.create_task(_talk(door, agent, info, number))
    gone = asyncio.create_task(agent.over())
    await asyncio.wait({talking, gone}, return_when=asyncio.FIRST_COMPLETED)
    gone.cancel()
    if agent.joined or talking.done():
        return await talking
    talking.cancel()
    await asyncio.wait({talking})
    return NO_AGENT


async def _talk(door: SipDoor, agent: Lent, info: CallInfo, number: str) -> str:
    try:
        async with _reached(door, info, number) as leg:
            await agent.join(leg)
    except NotReached as failed:
        return failed.outcome
    return ANSWERED
