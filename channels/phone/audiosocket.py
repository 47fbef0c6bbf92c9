"""AudioSocket (Asterisk app_audiosocket): TCP, ``type:u8 | length:u16 big-endian | payload``.

The exchange connects to us and says the call's UUID first. Sound is signed 16-bit little-endian.
The clock is ours: one 20 ms frame each 20 ms and never ahead, since what was sent cannot be taken
back. Numbers of the message types: documentation of Asterisk, "AudioSocket".
"""

from __future__ import annotations

import asyncio
import struct
import uuid

import numpy as np
import structlog

from anban.errors import ChannelError
from channels.phone.leg import CallInfo, Pcm16
from channels.phone.paced import PacedLeg

log = structlog.get_logger(__name__)

TERMINATE, IDENTITY, DTMF, ERROR = 0x00, 0x01, 0x03, 0xFF
SLIN8 = 0x10
SLIN_RATES = {
    0x10: 8_000, 0x11: 12_000, 0x12: 16_000, 0x13: 24_000, 0x14: 32_000,
    0x15: 44_100, 0x16: 48_000, 0x17: 96_000, 0x18: 192_000,
}  # fmt: skip
"""Sample rate by message type."""

LONGEST_MESSAGE = 32_768
"""Bytes; 20 ms at 192 kHz are 7,680. Longer ones are no AudioSocket."""
UUID_BYTES = 16
MOST_STRANGE = 50
"""Messages of unknown type after which the peer is taken for something else."""
HELLO_S = 10.0
"""Time for the UUID to arrive."""
UNSENT_LIMIT = 16_000
"""Bytes (1 s) the peer may leave unread before we drop frames."""


def message(kind: int, payload: bytes = b"") -> bytes:
    """One message as it goes over the wire."""
    return struct.pack("!BH", kind, len(payload)) + payload


async def read_message(
    reader: asyncio.StreamReader, longest: int = LONGEST_MESSAGE
) -> tuple[int, bytes]:
    """The next message, of at most ``longest`` bytes.

    Raises:
        asyncio.IncompleteReadError: the connection ended, perhaps in the middle of a message.
        ChannelError: the length is out of all proportion.
    """
    kind, length = struct.unpack("!BH", await reader.readexactly(3))
    if length > longest:
        raise ChannelError(f"an AudioSocket message of {length} bytes is not possible")
    return kind, await reader.readexactly(length) if length else b""


_LAST = {
    "ended": message(TERMINATE),
    "transferred": message(TERMINATE),
    "silent": message(ERROR, b"\x01"),
    "broken": message(ERROR, b"\x02"),
}
"""What the peer is told last, by the reason of the end."""


class AudioSocketLeg(PacedLeg):
    """One call over an accepted connection whose identity has been read."""

    def __init__(
        self, info: CallInfo, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        super().__init__(info)
        self._reader = reader
        self._writer = writer
        self._half = b""
        self._receiving = asyncio.create_task(self._receive())

    async def _receive(self) -> None:
        strange = 0
        try:
            while True:
                kind, payload = await read_message(self._reader)
                self._sign_of_life()
                if kind in SLIN_RATES:
                    self._take_audio(kind, payload)
                elif kind == DTMF:
                    self._pressed(payload[:1].decode("ascii", "replace"))
                elif kind == TERMINATE:
                    return self._close("hangup")
                elif kind == ERROR:
                    log.warning("audiosocket_peer_error", code=payload[:1].hex())
                    return self._close("broken")
                else:
                    strange += 1
                    if strange > MOST_STRANGE:
                        raise ChannelError(f"{strange} messages of unknown types")
        except asyncio.IncompleteReadError as ended:
            if ended.partial:
                log.warning("audiosocket_half_message", call_id=self.info.call_id)
            self._close("lost" if ended.partial else "hangup")
        except ChannelError as broken:
            log.warning("audiosocket_broken", call_id=self.info.call_id, why=str(broken))
            self._close("broken")
        except OSError:
            self._close("lost")

    def _take_audio(self, kind: int, payload: bytes) -> None:
        data = self._half + payload
        whole = len(data) // 2 * 2
        self._half = data[whole:]
        self._heard(np.frombuffer(data[:whole], dtype="<i2").astype(np.int16), SLIN_RATES[kind])

    def _send(self, frame: Pcm16) -> None:
        transport = self._writer.transport
        if transport.is_closing() or transport.get_write_buffer_size() > UNSENT_LIMIT:
            return  # the peer does not read; its own silence ends the call
        self._writer.write(message(SLIN8, frame.astype("<i2").tobytes()))

    def _part(self, reason: str) -> None:
        """Close the socket: the dialplan goes on behind AudioSocket()."""
        last = _LAST.get(reason)
        if last and not self._writer.transport.is_closing():
            self._writer.write(last)
        self._writer.close()
        if self._receiving is not asyncio.current_task():
            self._receiving.cancel()


async def read_identity(reader: asyncio.StreamReader) -> str:
    """The call's UUID, which must be the first message.

    Raises:
        ChannelError: something else came, or nothing within ``HELLO_S`` seconds.
    """
    try:
        kind, payload = await asyncio.wait_for(read_message(reader, UUID_BYTES), HELLO_S)
    except TimeoutError as late:
        raise ChannelError(f"no UUID within {HELLO_S:g} s") from late
    except (asyncio.IncompleteReadError, OSError) as ended:
        raise ChannelError("the connection ended before its UUID") from ended
    if kind != IDENTITY or len(payload) != UUID_BYTES:
        raise ChannelError(f"the first message must be a UUID of 16 bytes, not type {kind:#04x}")
    return str(uuid.UUID(bytes=payload))


async def refuse(writer: asyncio.StreamWriter) -> None:
    """Close a connection that is no call."""
    if not writer.transport.is_closing():
        writer.write(message(ERROR, b"\x01"))
    writer.close()
