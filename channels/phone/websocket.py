"""Calls over a WebSocket that somebody has opened to us, in one of the dialects."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Protocol

import structlog
from starlette.websockets import WebSocketDisconnect

from anban.errors import ChannelError
from channels.phone.dialects import LONGEST, Dialect, Key, Message, Over, Said, Sound
from channels.phone.leg import CallInfo, Pcm16
from channels.phone.paced import PacedLeg

log = structlog.get_logger(__name__)

HELLO_S = 10.0
"""Time for the message that begins the call."""
UNSENT_MESSAGES = 50
"""Messages (1 s) the peer may leave unread before we drop frames."""
PARTING_S = 2.0
"""Time for the last words of a call to leave."""
LOST = (WebSocketDisconnect, RuntimeError, OSError)
"""What Starlette and the system raise for a peer that is gone."""


class Socket(Protocol):
    """The connection, as Starlette gives it."""

    async def receive(self) -> Any:
        """The next message: ``{"type", "text" | "bytes"}``."""

    async def send_text(self, data: str) -> None:
        """Send a text."""

    async def send_bytes(self, data: bytes) -> None:
        """Send bytes."""

    async def close(self, code: int = 1000) -> None:
        """Close it."""


class Gone(ChannelError):
    """The peer has closed the connection."""


async def receive(socket: Socket) -> Message:
    """The next message.

    Raises:
        Gone: there is none any more.
        ChannelError: it is longer than any call's is.
    """
    try:
        found = await socket.receive()
    except RuntimeError as error:  # Starlette's word for reading after the end
        raise Gone("the connection is closed") from error
    if found["type"] != "websocket.receive":
        raise Gone("the connection is closed")
    message: Message | None = found.get("bytes")
    message = found.get("text", "") if message is None else message
    if len(message or "") > LONGEST:
        raise ChannelError("a message that is too long")
    return message or ""


async def read_start(socket: Socket, dialect: Dialect) -> CallInfo:
    """Who calls: what the message that begins the call says.

    Raises:
        ChannelError: it did not come in time, or made no sense.
    """
    try:
        async with asyncio.timeout(HELLO_S):
            while True:
                said = dialect.read(await receive(socket))
                if isinstance(said, CallInfo):
                    return said
    except TimeoutError as late:
        raise ChannelError(f"no beginning of a call within {HELLO_S:g} s") from late


class WebSocketLeg(PacedLeg):
    """One call over an open connection whose beginning has been read."""

    def __init__(self, info: CallInfo, socket: Socket, dialect: Dialect) -> None:
        super().__init__(info)
        self._socket = socket
        self._dialect = dialect
        self._unsent: asyncio.Queue[Message | None] = asyncio.Queue()
        self._sending = asyncio.create_task(self._write())
        self._receiving = asyncio.create_task(self._receive())

    async def closed(self) -> None:
        """Wait until the connection has been let go of."""
        await asyncio.wait({self._sending})

    async def _receive(self) -> None:
        try:
            while True:
                message = await receive(self._socket)
                self._sign_of_life()
                if self._take(self._dialect.read(message)):
                    return self._close("hangup")
        except Gone:
            self._close("hangup")
        except ChannelError as broken:
            log.warning("leg_broken", call_id=self.info.call_id, why=str(broken))
            self._close("broken")
        except OSError:
            self._close("lost")

    def _take(self, said: Said | None) -> bool:
        """Take what was said; whether it was the end."""
        if isinstance(said, Sound):
            self._heard(said.pcm, said.rate)
        elif isinstance(said, Key):
            self._pressed(said.digit)
        return isinstance(said, Over)

    def _send(self, frame: Pcm16) -> None:
        if self._unsent.qsize() < UNSENT_MESSAGES:
            self._unsent.put_nowait(self._dialect.sound(frame))

    def _flush(self) -> None:
        self._say(self._dialect.flush())

    def _refer(self, target: str) -> None:
        self._say(self._dialect.refer(target))

    def _part(self, reason: str) -> None:
        if reason == "ended":
            self._say(self._dialect.hang_up())
        self._unsent.put_nowait(None)
        asyncio.get_running_loop().call_later(PARTING_S, self._sending.cancel)
        if self._receiving is not asyncio.current_task():
            self._receiving.cancel()

    def _say(self, message: Message | None) -> None:
        if message is not None:
            self._unsent.put_nowait(message)

    async def _write(self) -> None:
        """Send one message after the other; after the last one the connection is closed."""
        try:
            with suppress(*LOST):
                while (message := await self._unsent.get()) is not None:
                    if isinstance(message, bytes):
                        await self._socket.send_bytes(message)
                    else:
                        await self._socket.send_text(message)
            self._close("lost")  # means nothing where it is closed already
        finally:
            with suppress(*LOST, TimeoutError):
                async with asyncio.timeout(PARTING_S):
                    await self._socket.close()
