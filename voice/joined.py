"""Two of our legs joined: what one says the other hears, with no exchange between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from channels.phone.leg import AudioIn, CallInfo, CallLeg, Closed, LegEvent, Pcm16


class Lent:
    """A leg that is led for a while, and joined with another one afterwards.

    Whoever leads it sees a call like any other; their hanging up only gives it back. It is read to
    its end whatever becomes of its sound.
    """

    def __init__(self, leg: CallLeg) -> None:
        self._leg = leg
        self._events: asyncio.Queue[LegEvent] = asyncio.Queue()
        self._other: CallLeg | None = None
        self._back = False
        self._reading = asyncio.create_task(self._read())

    @property
    def info(self) -> CallInfo:
        """See ``CallLeg.info``."""
        return self._leg.info

    async def events(self) -> AsyncIterator[LegEvent]:
        """See ``CallLeg.events``; ends as soon as the leg is given back."""
        while True:
            event = await self._events.get()
            yield event
            if isinstance(event, Closed):
                return

    async def play(self, pcm: Pcm16, mark: str | None = None) -> None:
        """See ``CallLeg.play``."""
        await self._leg.play(pcm, mark)

    async def clear(self) -> None:
        """See ``CallLeg.clear``."""
        await self._leg.clear()

    async def volume(self, factor: float) -> None:
        """See ``CallLeg.volume``."""
        await self._leg.volume(factor)

    async def hangup(self) -> None:
        """Give the leg back; the line stays up."""
        if not self._back:
            self._back = True
            self._events.put_nowait(Closed("ended"))

    async def transfer(self, target: str) -> None:
        """Give the leg back: who it is joined with is decided elsewhere."""
        await self.hangup()

    @property
    def joined(self) -> bool:
        """Whether it is, or was, joined with another one."""
        return self._other is not None

    async def over(self) -> None:
        """Wait until the line itself has ended."""
        await asyncio.wait({self._reading})

    async def _read(self) -> None:
        async for event in self._leg.events():
            if self._other is not None and isinstance(event, AudioIn):
                await self._other.play(event.pcm)
            elif not self._back:
                self._events.put_nowait(event)

    async def join(self, other: CallLeg) -> None:
        """Carry sound both ways until one of the two has hung up, then hang up on the other."""
        await self._leg.clear()
        theirs = Lent(other)
        await theirs.hangup()
        self._other, theirs._other = other, self._leg
        await asyncio.wait({self._reading, theirs._reading}, return_when=asyncio.FIRST_COMPLETED)
        for leg, reading in ((self._leg, self._reading), (other, theirs._reading)):
            await leg.hangup()
            await asyncio.wait({reading})
