"""The calls a voice process knows: from their announcement until a while after their end."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from channels.phone.leg import CallInfo
from voice.ports import CallEvent
from voice.whisper import Meeting

if TYPE_CHECKING:
    from voice.session import CallSession

KEPT_S = 120.0
"""Events of a call that ended can be read for this long."""
MOST_CALLS_KEPT = 500


@dataclass
class CallRecord:
    """One call as this process knows it."""

    info: CallInfo
    expires: float
    """Monotonic time after which it is forgotten, unless it is running."""
    running: bool = False
    events: list[CallEvent] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False
    broken: bool = False
    """Whether we failed the caller, who then belongs in the queue."""
    purpose: str = "dialogue"
    """Or message, call_back, and the agents' sides: whisper, call_back_whisper."""
    session: CallSession | None = None
    """Who leads it, where it is a dialogue that is under way."""
    meeting: Meeting | None = None
    """The agent who is there for it."""
    outcome: str | None = None
    """What came of a call that voice has placed itself."""

    def add(self, event: CallEvent) -> None:
        """Keep an event and wake whoever follows the call."""
        self.events.append(event)
        self.wake()

    def wake(self) -> None:
        """Wake followers; each waits on the event it fetched before."""
        self.changed.set()
        self.changed = asyncio.Event()

    def end(self) -> None:
        """The call is over; what happened on it is kept for a while."""
        self.running, self.over, self.session = False, True, None
        self.expires = time.monotonic() + KEPT_S
        self.wake()


class CallBook:
    """All of them, by UUID.

    Args:
        announce_ttl_s: seconds within which an announced call must arrive.
        test_clock: whether an announcement may bring its own clock.
    """

    def __init__(self, announce_ttl_s: float, *, test_clock: bool) -> None:
        self._announce_ttl_s = announce_ttl_s
        self._test_clock = test_clock
        self._calls: OrderedDict[str, CallRecord] = OrderedDict()

    def announce(
        self,
        call_id: str,
        caller: str | None = None,
        called: str | None = None,
        now: datetime | None = None,
        *,
        purpose: str = "dialogue",
        place: bool = False,
        back: bool = False,
    ) -> CallRecord:
        """Bind a call's UUID to what is known of it.

        Args:
            call_id: the UUID.
            caller: the number that calls.
            called: the number that was dialled.
            now: the clock of the call, which counts only in a test.
            purpose: what the call is for (see ``CallRecord``).
            place: whether the exchange keeps the caller's place in its queue.
            back: whether they had been let go to an agent, and come back.
        """
        self._forget_old()
        clock = now if self._test_clock else None
        info = CallInfo(call_id, caller or None, called, clock, place, back)
        found = CallRecord(info, time.monotonic() + self._announce_ttl_s, purpose=purpose)
        self._calls[call_id] = found
        return found

    def get(self, call_id: str) -> CallRecord | None:
        """What is known of a call, if anything is."""
        return self._calls.get(call_id)

    def _forget_old(self) -> None:
        now = time.monotonic()
        for call_id, call in list(self._calls.items()):
            full = len(self._calls) > MOST_CALLS_KEPT
            if not call.running and (call.expires < now or full):
                del self._calls[call_id]

    async def follow(self, call_id: str) -> AsyncIterator[CallEvent]:
        """Every event of a call, from its first on, until its end."""
        call = self._calls.get(call_id)
        seen = 0
        while call is not None:
            changed = call.changed
            while seen < len(call.events):
                yield call.events[seen]
                seen += 1
            if call.over:
                return
            await changed.wait()
