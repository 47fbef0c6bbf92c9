"""Calls that come over a WebSocket: Asterisk's chan_websocket, FreeSWITCH, media streams."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from fastapi import FastAPI, WebSocket

from anban.errors import ChannelError
from channels.phone.dialects import DIALECTS
from channels.phone.leg import CallInfo
from channels.phone.websocket import LOST, WebSocketLeg, read_start

if TYPE_CHECKING:
    from voice.server import VoiceServer

log = structlog.get_logger(__name__)

REFUSED, UNKNOWN, BUSY, BROKEN = 4401, 4404, 4409, 4400
"""Why a connection is closed: no token, no such dialect, connected already, no call."""
SUBPROTOCOLS = ("media", "audio.drachtio.org")
"""Those that exchanges ask for; the first one asked for is taken."""


def add_legs(app: FastAPI, server: VoiceServer, knows: Callable[[str], bool]) -> None:
    """Open ``/legs/NAME``; the token comes as bearer, as a password or as ``?token=``.

    Args:
        app: the voice process's HTTP side.
        server: leads the calls.
        knows: whether a token is the right one.
    """

    @app.websocket("/legs/{name}")
    async def leg(socket: WebSocket, name: str) -> None:
        """One call; ``?call_id=``, ``caller`` and ``called`` say who it is, where they can."""
        if not knows(token_of(socket)):
            await socket.close(REFUSED)
            return
        if name not in DIALECTS:
            await socket.close(UNKNOWN)
            return
        asked = socket.scope.get("subprotocols") or ()
        await socket.accept(next((one for one in asked if one in SUBPROTOCOLS), None))
        await serve(server, socket, name)


async def serve(server: VoiceServer, socket: WebSocket, name: str) -> None:
    """Lead the call of an accepted connection."""
    dialect = DIALECTS[name](known_of(socket))
    try:
        info = await read_start(socket, dialect)
    except ChannelError as broken:
        log.warning("leg_refused", leg=name, why=str(broken))
        await _close(socket, BROKEN)
        return
    call = server.admit(info)
    if call is None:
        await _close(socket, BUSY)
        return
    line = WebSocketLeg(call.info, socket, dialect)
    await server.conduct(call, line)
    await line.closed()


async def _close(socket: WebSocket, code: int) -> None:
    try:
        await socket.close(code)
    except LOST:
        return  # the peer was quicker


def token_of(socket: WebSocket) -> str:
    """The token a connection brings."""
    kind, _, given = socket.headers.get("authorization", "").partition(" ")
    if kind == "Bearer":
        return given
    if kind == "Basic":
        try:
            return base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return socket.query_params.get("token", "")


def known_of(socket: WebSocket) -> CallInfo | None:
    """Who calls, where the address says so."""
    given = socket.query_params
    try:
        call_id = str(UUID(given.get("call_id", "")))
    except ValueError:
        return None
    return CallInfo(call_id, given.get("caller") or None, given.get("called") or None)
