"""What carries a call of `anban call` to Anban: AudioSocket, as of an exchange, or direct SIP."""

from __future__ import annotations

import asyncio
import struct
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol

import numpy as np
from baresip import Account, BaresipError, Call, Config, Runtime, StaleHandleError, UserAgent
from baresip.call import CallState
from baresip.errors import AudioNotActive, AudioRestarted

from anban.errors import ChannelError
from anban.phones import is_up
from channels.phone.audiosocket import DTMF, IDENTITY, SLIN8, TERMINATE, message, read_message
from channels.phone.leg import FRAME, FRAME_S
from channels.phone.sip import CALL_HEADER
from voice.audio import Pcm16

ANSWER_S = 20.0
"""Longest wait for a SIP call to be answered."""
_FRAME_BYTES = FRAME * 2


class Wire(Protocol):
    """One call's line, as the caller has it."""

    def send(self, frame: Pcm16) -> bool:
        """Send 20 ms; False once the line is gone."""

    async def press(self, digit: str) -> None:
        """Press a key."""

    def frames(self) -> AsyncIterator[Pcm16]:
        """What comes from Anban; ends when it has hung up."""


class AudioSocketWire:
    """A call over AudioSocket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    def send(self, frame: Pcm16) -> bool:
        """See ``Wire``."""
        if self._writer.transport.is_closing():
            return False
        self._writer.write(message(SLIN8, frame.astype("<i2").tobytes()))
        return True

    async def press(self, digit: str) -> None:
        """See ``Wire``."""
        self._writer.write(message(DTMF, digit.encode()))

    async def frames(self) -> AsyncIterator[Pcm16]:
        """See ``Wire``."""
        with suppress(asyncio.IncompleteReadError, OSError, struct.error, ChannelError):
            while True:
                kind, payload = await read_message(self._reader)
                if kind == SLIN8:
                    yield np.frombuffer(payload, "<i2").astype(np.int16)
                elif kind == TERMINATE:
                    return


@asynccontextmanager
async def audiosocket(host: str, port: int, call_id: str) -> AsyncIterator[Wire]:
    """A call over AudioSocket, for as long as the block lasts.

    Raises:
        ChannelError: nobody listens there.
    """
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError as down:
        raise ChannelError(f"no AudioSocket at {host}:{port}: is `anban up` running?") from down
    writer.write(message(IDENTITY, uuid.UUID(call_id).bytes))
    try:
        yield AudioSocketWire(reader, writer)
    finally:
        if not writer.transport.is_closing():
            writer.write(message(TERMINATE))
        writer.close()


class SipWire:
    """A call over direct SIP."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def send(self, frame: Pcm16) -> bool:
        """See ``Wire``."""
        with suppress(AudioNotActive, AudioRestarted, StaleHandleError):
            self._call.audio.write(frame.astype("<i2").tobytes())
        return self._call.state is not CallState.CLOSED

    async def press(self, digit: str) -> None:
        """See ``Wire``."""
        await self._call.send_dtmf(digit)

    async def frames(self) -> AsyncIterator[Pcm16]:
        """See ``Wire``."""
        while self._call.state is not CallState.CLOSED:
            with suppress(AudioNotActive, AudioRestarted, StaleHandleError):
                while data := self._call.audio.read(_FRAME_BYTES):
                    yield np.frombuffer(data, "<i2").astype(np.int16)
            await asyncio.sleep(FRAME_S)


@asynccontextmanager
async def direct_sip(listen: str, call_id: str) -> AsyncIterator[Wire]:
    """A call to where direct SIP is listened on, for as long as the block lasts.

    Raises:
        ChannelError: nobody answers there.
    """
    host = listen.rpartition(":")[0]
    here = "127.0.0.1" if host.startswith("127.") else host
    runtime = Runtime()
    extra = f"sip_listen {here}:0\nsip_transports udp\naudio_buffer 20-60\n"
    try:
        await runtime.start(Config(net_interface=here, extra_config_text=extra))
        account = Account("caller", here, "", reg_interval=0, audio_codecs=("pcma",))
        agent = await UserAgent.create(runtime, account)
        call = await agent.dial(f"sip:anban@{listen}", {CALL_HEADER: call_id})
        limit = time.monotonic() + ANSWER_S
        while not is_up(call):
            if call.state is CallState.CLOSED or time.monotonic() > limit:
                raise ChannelError(f"nobody answers sip:anban@{listen}: is `anban up` running?")
            await asyncio.sleep(FRAME_S)
        yield SipWire(call)
        with suppress(StaleHandleError):
            await call.hangup()
    except BaresipError as broken:
        raise ChannelError(f"no SIP call to {listen}: {broken}") from broken
    finally:
        await runtime.close()
