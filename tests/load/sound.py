"""The sound of one caller: RTP in A-law, sent and counted."""

from __future__ import annotations

import asyncio
import struct
import time
from dataclasses import dataclass
from typing import cast

import numpy as np

from channels.phone import g711
from channels.phone.leg import FRAME, FRAME_S
from voice.audio import Pcm16, loudness_dbfs, to_float

PCMA = 8
HEADER = 12
LOUD_DBFS = -45.0
"""A packet above this is sound."""
QUIET_S = 1.5
"""The other side has finished speaking after so long."""
GONE_S = 1.0
"""The call is over when nothing has come for so long."""


@dataclass
class Heard:
    """What came to one caller."""

    first: float = 0.0
    """monotonic seconds of the first packet, 0 before it"""
    last: float = 0.0
    packets: int = 0
    lost: int = 0
    """gaps in the numbers of the packets"""
    sound_s: float = 0.0
    first_sound: float = 0.0
    last_sound: float = 0.0
    sound_after_s: float = 0.0
    """of it: after the caller had spoken"""
    widest_gap_s: float = 0.0
    sent: int = 0


class Caller(asyncio.DatagramProtocol):
    """Waits for Anban's first words to end, says a line, and counts what comes.

    Args:
        line: what it says.
    """

    def __init__(self, line: Pcm16) -> None:
        self.heard = Heard()
        self.spoken_at = 0.0
        """monotonic seconds at which the line was said to its end; 0 before"""
        self._line = [line[i : i + FRAME] for i in range(0, len(line) - FRAME, FRAME)]
        self._number: int | None = None
        self._sending: asyncio.Task[None] | None = None
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The port is open."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Count a packet; the first one says where to send."""
        if len(data) <= HEADER or data[1] & 0x7F != PCMA:
            return
        now, heard = time.monotonic(), self.heard
        if not heard.packets:
            heard.first = now
            self._sending = asyncio.create_task(self._send(addr))
        else:
            heard.widest_gap_s = max(heard.widest_gap_s, now - heard.last)
        (number,) = struct.unpack("!H", data[2:4])
        if self._number is not None:
            gap = (number - self._number - 1) & 0xFFFF
            heard.lost += gap if gap < 0x8000 else 0
        self._number = number
        heard.packets += 1
        heard.last = now
        frame = g711.decode(data[HEADER:], "alaw")
        if loudness_dbfs(to_float(frame), rate_hz=8000) > LOUD_DBFS:
            heard.sound_s += FRAME_S
            heard.last_sound = now
            heard.first_sound = heard.first_sound or now
            heard.sound_after_s += FRAME_S if self.spoken_at else 0.0

    async def _send(self, to: tuple[str, int]) -> None:
        """A packet each 20 ms: silence, and the line once the other side has finished."""
        assert self._transport is not None
        waiting, silence = list(self._line), np.zeros(FRAME, np.int16)
        due = time.monotonic()
        while time.monotonic() - self.heard.last < GONE_S:
            heard = self.heard
            greeted = heard.last_sound and time.monotonic() - heard.last_sound > QUIET_S
            begun = len(waiting) < len(self._line)
            frame = waiting.pop(0) if waiting and (begun or greeted) else silence
            if not waiting and not self.spoken_at:
                self.spoken_at = time.monotonic()
            number = heard.sent
            header = struct.pack(
                "!BBHII", 0x80, PCMA, number & 0xFFFF, number * FRAME, id(self) & 0xFFFFFFFF
            )
            self._transport.sendto(header + g711.encode(frame, "alaw"), to)
            heard.sent += 1
            due += FRAME_S
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    def close(self) -> None:
        """The call is over."""
        if self._sending is not None:
            self._sending.cancel()
        if self._transport is not None:
            self._transport.close()
