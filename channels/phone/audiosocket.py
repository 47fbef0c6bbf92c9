"""AudioSocket (Asterisk app_audiosocket): TCP, ``type:u8 | length:u16 big-endian | payload``.

The exchange connects to us and says the call's UUID first. Sound is signed 16-bit little-endian.
The clock is ours: one 20 ms frame each 20 ms and never ahead, since what was sent cannot be taken
back. Numbers of the message types: documentation of Asterisk, "AudioSocket".
"""

from __future__ import annotations

import asyncio
import struct
import uuid
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

import numpy as np
import soxr
import structlog

from anban.errors import ChannelError
from channels.phone.leg import (
    FRAME,
    FRAME_S,
    RATE,
    AudioIn,
    CallInfo,
    Closed,
    KeyPressed,
    LegEvent,
    MarkReached,
    Pcm16,
)

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
SILENT_PEER_S = 20.0
"""A peer that sends no byte for this long is gone."""
HELLO_S = 10.0
"""Time for the UUID to arrive."""
LATE_S = 0.06
"""The clock is set anew when it is later than this; frames are never sent in a burst."""
GAP_FRAMES = 3
"""Missing frames in a row after which silence is put in their place."""
BACKLOG_FRAMES = 500
"""Frames (10 s) that may wait to be read; the oldest are dropped beyond it."""
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


@dataclass
class _Piece:
    pcm: Pcm16
    mark: str | None
    at: int = 0


class AudioSocketLeg:
    """One call over an accepted connection; ``open_leg`` makes it."""

    def __init__(
        self, info: CallInfo, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.info = info
        self._reader = reader
        self._writer = writer
        self._events: asyncio.Queue[LegEvent] = asyncio.Queue()
        self._waiting_audio = 0
        self._pieces: deque[_Piece] = deque()
        self._volume = np.float32(1.0)
        self._half = b""
        self._pending = np.zeros(0, np.int16)
        self._resamplers: dict[int, soxr.ResampleStream] = {}
        self._missing = 0
        self._last_byte = asyncio.get_running_loop().time()
        self._reason: str | None = None
        self._tasks = [asyncio.create_task(self._receive()), asyncio.create_task(self._pace())]
        self.late_frames = 0
        """Frames that left more than 20 ms after their time."""
        self.dropped_frames = 0
        """Incoming frames dropped because nobody read them in time."""

    async def events(self) -> AsyncIterator[LegEvent]:
        """See ``CallLeg.events``."""
        while True:
            event = await self._events.get()
            if isinstance(event, AudioIn):
                self._waiting_audio -= 1
            yield event
            if isinstance(event, Closed):
                return

    async def play(self, pcm: Pcm16, mark: str | None = None) -> None:
        """See ``CallLeg.play``."""
        if self._reason is None:
            self._pieces.append(_Piece(pcm, mark))

    async def clear(self) -> None:
        """See ``CallLeg.clear``."""
        while self._pieces:
            self._report(self._pieces.popleft(), whole=False)

    async def volume(self, factor: float) -> None:
        """See ``CallLeg.volume``."""
        self._volume = np.float32(factor)

    async def hangup(self) -> None:
        """See ``CallLeg.hangup``."""
        self._close("ended", message(TERMINATE))

    async def transfer(self, target: str) -> None:
        """Close the socket: the dialplan goes on behind AudioSocket() and finds ``target``."""
        log.info("call_transferred", call_id=self.info.call_id)
        self._close("transferred", message(TERMINATE))

    # Coming in

    async def _receive(self) -> None:
        strange = 0
        try:
            while self._reason is None:
                kind, payload = await asyncio.wait_for(read_message(self._reader), SILENT_PEER_S)
                self._last_byte = asyncio.get_running_loop().time()
                if kind in SLIN_RATES:
                    self._take_audio(kind, payload)
                elif kind == DTMF:
                    self._take_key(payload)
                elif kind == TERMINATE:
                    return self._close("hangup")
                elif kind == ERROR:
                    log.warning("audiosocket_peer_error", code=payload[:1].hex())
                    return self._close("broken")
                else:
                    strange += 1
                    if strange > MOST_STRANGE:
                        raise ChannelError(f"{strange} messages of unknown types")
        except TimeoutError:
            log.warning("audiosocket_silent_peer", call_id=self.info.call_id, after_s=SILENT_PEER_S)
            self._close("silent", message(ERROR, b"\x01"))
        except asyncio.IncompleteReadError as ended:
            if ended.partial:
                log.warning("audiosocket_half_message", call_id=self.info.call_id)
            self._close("lost" if ended.partial else "hangup")
        except ChannelError as broken:
            log.warning("audiosocket_broken", call_id=self.info.call_id, why=str(broken))
            self._close("broken", message(ERROR, b"\x02"))
        except OSError:
            self._close("lost")

    def _take_audio(self, kind: int, payload: bytes) -> None:
        data = self._half + payload
        whole = len(data) // 2 * 2
        self._half = data[whole:]
        pcm: Pcm16 = np.frombuffer(data[:whole], dtype="<i2").astype(np.int16)
        if kind != SLIN8:
            pcm = self._to_8k(kind, pcm)
        self._pending = np.concatenate([self._pending, pcm])
        while len(self._pending) >= FRAME:
            self._missing = 0
            self._push_audio(self._pending[:FRAME])
            self._pending = self._pending[FRAME:]

    def _to_8k(self, kind: int, pcm: Pcm16) -> Pcm16:
        if kind not in self._resamplers:
            self._resamplers[kind] = soxr.ResampleStream(SLIN_RATES[kind], RATE, 1, dtype="int16")
        return np.asarray(self._resamplers[kind].resample_chunk(pcm), dtype=np.int16)

    def _push_audio(self, pcm: Pcm16) -> None:
        if self._waiting_audio >= BACKLOG_FRAMES:
            self.dropped_frames += 1
            return
        self._waiting_audio += 1
        self._events.put_nowait(AudioIn(pcm))

    def _take_key(self, payload: bytes) -> None:
        digit = payload[:1].decode("ascii", "replace")
        if digit in "0123456789*#" and digit:
            self._events.put_nowait(KeyPressed(digit))
        else:
            log.warning("audiosocket_odd_key", call_id=self.info.call_id)

    # Going out

    async def _pace(self) -> None:
        """Send a frame each 20 ms (silence where nothing is queued), and mind the incoming gaps."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while self._reason is None:
            due += FRAME_S
            delay = due - loop.time()
            if delay > 0:
                await asyncio.sleep(delay)
            elif delay < -LATE_S:
                due = loop.time()
            if loop.time() - due > FRAME_S:
                self.late_frames += 1
            if self._reason is not None:
                return
            self._send(self._next_frame())
            self._missing += 1
            if self._missing > GAP_FRAMES:
                self._push_audio(np.zeros(FRAME, np.int16))

    def _next_frame(self) -> Pcm16:
        frame = np.zeros(FRAME, np.int16)
        filled = 0
        while self._pieces and filled < FRAME:
            piece = self._pieces[0]
            part = piece.pcm[piece.at : piece.at + FRAME - filled]
            frame[filled : filled + len(part)] = part
            filled += len(part)
            piece.at += len(part)
            if piece.at >= len(piece.pcm):
                self._report(self._pieces.popleft(), whole=True)
        if filled and self._volume != 1.0:
            return (frame * self._volume).astype(np.int16)
        return frame

    def _report(self, piece: _Piece, *, whole: bool) -> None:
        if piece.mark is not None:
            self._events.put_nowait(MarkReached(piece.mark, whole, piece.at / RATE))

    def _send(self, frame: Pcm16) -> None:
        transport = self._writer.transport
        if transport.is_closing() or transport.get_write_buffer_size() > UNSENT_LIMIT:
            return  # the peer does not read; its own silence ends the call
        self._writer.write(message(SLIN8, frame.astype("<i2").tobytes()))

    def _close(self, reason: str, last: bytes = b"") -> None:
        if self._reason is not None:
            return
        self._reason = reason
        if last and not self._writer.transport.is_closing():
            self._writer.write(last)
        self._writer.close()
        current = asyncio.current_task()
        for task in self._tasks:
            if task is not current:
                task.cancel()
        while self._pieces:
            self._report(self._pieces.popleft(), whole=False)
        self._events.put_nowait(Closed(reason))


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
