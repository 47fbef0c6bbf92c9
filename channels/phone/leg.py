"""The call leg: what a call looks like to whoever leads it, whatever protocol carries it.

A leg carries sound and keys and nothing else; it never sees the dialogue.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Pcm16: TypeAlias = npt.NDArray[np.int16]
"""Mono samples at 8 kHz, full scale 32768."""

RATE = 8_000
FRAME_S = 0.02
FRAME = 160
"""Samples of one 20 ms frame."""


@dataclass(frozen=True)
class CallInfo:
    """Who calls whom."""

    call_id: str
    """UUID of the call, lower case."""
    caller: str | None = None
    """The caller's number; None where it is unknown or withheld. Never to be logged unmasked."""
    called: str | None = None
    """The number that was dialled."""
    now: datetime | None = None
    """The clock of the conversation where a set-up is being tried out; None is the real one."""
    place: bool = False
    """Whether the exchange keeps the caller's place in its queue until an agent is free."""
    back: bool = False
    """Whether they had been let go to an agent, whom they could not be joined with."""


@dataclass(frozen=True)
class AudioIn:
    """20 ms of the caller's sound; comes every 20 ms for as long as the call is up."""

    pcm: Pcm16
    """``FRAME`` samples; silence where the line delivered nothing."""


@dataclass(frozen=True)
class KeyPressed:
    """A key of the telephone."""

    digit: str
    """0-9, * or #."""


@dataclass(frozen=True)
class MarkReached:
    """A mark set with ``CallLeg.play`` was reached."""

    mark: str
    """Its name."""
    whole: bool
    """True: everything before it was played; False: it was cleared away."""
    played_s: float
    """Seconds of its piece that were sent to the line."""


@dataclass(frozen=True)
class Closed:
    """The call is over; the last event of every leg."""

    reason: str
    """hangup (the caller), ended (we), transferred, silent (the peer sent nothing), broken (the
    peer broke the protocol), lost (the connection failed)."""


LegEvent: TypeAlias = AudioIn | KeyPressed | MarkReached | Closed


class CallLeg(Protocol):
    """One call. Methods may be called after its end; they then do nothing."""

    @property
    def info(self) -> CallInfo:
        """Who calls whom."""

    def events(self) -> AsyncIterator[LegEvent]:
        """What happens on the line, in order; ends after ``Closed``. To be read once."""

    async def play(self, pcm: Pcm16, mark: str | None = None) -> None:
        """Queue sound behind what is being played; ``mark`` is reported when it was played."""

    async def clear(self) -> None:
        """Stop playing within one frame and drop what is queued; its marks come back cleared."""

    async def volume(self, factor: float) -> None:
        """Play everything from the next frame on at this share of its loudness; 1.0 is whole."""

    async def hangup(self) -> None:
        """End the call."""

    async def transfer(self, target: str) -> None:
        """Give the call back to the exchange, which takes it to ``target``."""
