"""What an agent hears before a caller is put through: who it is and what they wanted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from channels.phone.leg import FRAME_S, AudioIn, CallLeg, Closed, MarkReached
from voice.playback import Line, Playback
from voice.ports import Sentences
from voice.tts import Speaker

CONNECTED, DECLINED, GONE = "connected", "declined", "gone"
ARRIVAL_S = 5.0
"""So long an agent's sound may take to reach us once we know of them."""
PATIENCE_S = 20.0
"""So long an agent waits for the caller's yes, once the caller has heard the question."""
LONGEST_WAIT_S = 90.0
"""So long at most, whatever the caller is being told before."""
_LAST_WORDS = {
    CONNECTED: "utter_whisper_connected",
    DECLINED: "utter_whisper_declined",
    GONE: "utter_whisper_gone",
}


def _future() -> asyncio.Future[str]:
    return asyncio.get_running_loop().create_future()


@dataclass
class Meeting:
    """An agent and a caller, from the moment the agent is there until it is settled."""

    agent: str
    """The agent's name on the exchange."""
    summary: asyncio.Future[str] = field(default_factory=_future)
    """What the agent is told."""
    outcome: asyncio.Future[str] = field(default_factory=_future)
    """connected, declined or gone."""
    asked: bool = False
    """Whether the caller has heard the question."""
    here: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the agent's sound is here."""

    @property
    def connected(self) -> bool:
        """Whether the two are to be joined."""
        return self.outcome.done() and self.outcome.result() == CONNECTED

    @property
    def declined(self) -> bool:
        """Whether the caller did not want to."""
        return self.outcome.done() and self.outcome.result() == DECLINED

    async def arrival(self) -> bool:
        """Wait a little until the agent is here; False where they are gone, or never came."""
        here = asyncio.create_task(self.here.wait())
        first: set[asyncio.Future[Any]] = {here, self.outcome}
        try:
            await asyncio.wait(first, timeout=ARRIVAL_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            here.cancel()
        if not self.here.is_set():
            self.settle(GONE)
        return not self.outcome.done()

    def tell(self, summary: str) -> None:
        """Have the agent told this; the first word counts."""
        if not self.summary.done():
            self.summary.set_result(summary)

    def settle(self, outcome: str) -> bool:
        """Say what comes of it; whether that is what came of it, since the first word counts."""
        self.tell("")
        if not self.outcome.done():
            self.outcome.set_result(outcome)
        return self.outcome.result() == outcome


class Whisper:
    """Leads the agent's side of a meeting.

    Args:
        leg: the agent's line.
        meeting: who is to be put through.
        speaker: speaks.
        sentences: fixed sentences by key.
        at_once: whether nobody need be asked: the two are joined after the summary.
    """

    def __init__(
        self,
        leg: CallLeg,
        meeting: Meeting,
        speaker: Speaker,
        sentences: Sentences,
        *,
        at_once: bool = False,
    ) -> None:
        self._leg = leg
        self._meeting = meeting
        self._sentences = sentences
        self._at_once = at_once
        self._playback = Playback(leg, speaker, lambda: None, lambda: None)

    async def run(self) -> str:
        """Lead it to its end; returns the reason the line ended."""
        self._meeting.here.set()
        work = [asyncio.create_task(self._tell()), asyncio.create_task(self._part())]
        reason, frames, asked = "lost", 0, 0
        try:
            async for event in self._leg.events():
                if isinstance(event, AudioIn):
                    frames += 1
                    asked += self._meeting.asked
                    self._playback.tick()
                    if asked * FRAME_S > PATIENCE_S or frames * FRAME_S > LONGEST_WAIT_S:
                        self._meeting.settle(DECLINED)
                elif isinstance(event, MarkReached):
                    self._playback.on_mark(event)
                elif isinstance(event, Closed):
                    reason = event.reason
        finally:
            for task in work:
                task.cancel()
            await self._playback.close()
            self._meeting.settle(GONE)
        return reason

    async def _tell(self) -> None:
        """The summary, then that the caller is being asked."""
        await self._say(await self._meeting.summary)
        if self._at_once:
            self._meeting.settle(CONNECTED)
        elif not self._meeting.outcome.done():
            await self._say(self._sentences("utter_whisper_asking"))

    async def _part(self) -> None:
        """What came of it, as soon as it is known: a caller who has said yes waits for nobody."""
        outcome = await asyncio.shield(self._meeting.outcome)
        await self._playback.stop()
        await self._say(self._sentences(_LAST_WORDS[outcome]))
        await self._leg.hangup()

    async def _say(self, text: str) -> None:
        if text:
            await self._playback.say([Line(text)])
