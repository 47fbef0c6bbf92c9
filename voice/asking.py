"""The mind, asked within a budget: a holding sentence first, then the truth that it takes too long.

An answer that comes after all is still said, since something may have been booked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

import structlog

from anban.errors import AnbanError
from channels.phone.leg import CallInfo
from voice.config import SessionConfig
from voice.ports import Arrival, Familiar, Mind

if TYPE_CHECKING:
    from bot.dialogue import Reply

log = structlog.get_logger(__name__)

CHANNEL = "phone"


class Asker:
    """Asks the mind for one call.

    Args:
        mind: the dialogue.
        info: who calls; the conversation's id is that of the call.
        config: the budget.
        hold_on: called when the caller should hear that it takes a moment.
        excuse: says that there is no answer: not yet (True), or that something broke (False).
        late: is given an answer that came after we gave up.
    """

    def __init__(
        self,
        mind: Mind,
        info: CallInfo,
        config: SessionConfig,
        *,
        hold_on: Callable[[], None],
        excuse: Callable[[bool], Awaitable[None]],
        late: Callable[[Sequence[Reply]], None],
    ) -> None:
        self._mind = mind
        self._info = info
        self._config = config
        self._hold_on = hold_on
        self._excuse = excuse
        self._late = late
        self._now = 0.0
        self._since: float | None = None
        self._held = False
        self._patience = asyncio.Event()

    @property
    def thinking(self) -> bool:
        """Whether the mind is at work for this call."""
        return self._since is not None

    def tick(self, now: float) -> None:
        """The time of the line; at the budget's ends something is said."""
        self._now = now
        if self._since is None:
            return
        waited = now - self._since
        if waited >= self._config.hold_on_s and not self._held:
            self._held = True
            self._hold_on()
        if waited >= self._config.give_up_s:
            self._patience.set()

    async def begin(self) -> Sequence[Reply]:
        """The greeting."""
        info = self._info
        return await self._within_budget(
            self._mind.begin(info.call_id, channel=CHANNEL, phone=info.caller, now=info.now)
        )

    async def say(self, text: str, confidence: float | None) -> Sequence[Reply]:
        """The answer to a turn; nothing where there is none (the caller was told)."""
        return await self._within_budget(self.say_at_once(text, confidence))

    async def key(self, digit: str) -> Sequence[Reply]:
        """The answer to a key."""
        info = self._info
        return await self._within_budget(
            self._mind.key(info.call_id, digit, channel=CHANNEL, phone=info.caller, now=info.now)
        )

    async def say_at_once(self, text: str, confidence: float | None) -> Sequence[Reply]:
        """A turn that waits for no other, for cries for help; whatever goes wrong is raised."""
        info = self._info
        return await self._mind.say(
            info.call_id,
            text,
            channel=CHANNEL,
            phone=info.caller,
            now=info.now,
            confidence=confidence,
        )

    def likely(self) -> Sequence[str]:
        """What may well be said soon."""
        return self._mind.likely(self._info.call_id)

    def familiar(self) -> Familiar:
        """What is known of the caller that helps to hear them."""
        return self._mind.familiar(self._info.call_id)

    def cut_short(self, unheard: Sequence[Reply]) -> None:
        """Tell the mind which of its replies the caller has not heard."""
        self._mind.cut_short(self._info.call_id, unheard)

    async def colleague(self, agent: str) -> Arrival | None:
        """What to say now that an agent is there; None where the mind does not know."""
        info = self._info
        try:
            async with asyncio.timeout(self._config.hold_on_s):
                return await self._mind.colleague(info.call_id, agent, now=info.now)
        except (AnbanError, TimeoutError) as trouble:
            log.error("colleague_not_told", why=type(trouble).__name__)
            return None

    async def colleague_gone(self) -> Sequence[Reply]:
        """Tell the mind that the agent left; what the caller is to be asked again."""
        return await self._mind.colleague_gone(self._info.call_id)

    async def end(self, reason: str) -> None:
        """Tell the mind that the call is over."""
        try:
            await self._mind.end(self._info.call_id, reason)
        except AnbanError as trouble:
            log.error("end_not_told", why=type(trouble).__name__)

    async def _within_budget(self, question: Awaitable[Sequence[Reply]]) -> Sequence[Reply]:
        task = asyncio.ensure_future(question)
        self._since, self._held = self._now, False
        self._patience.clear()
        patience = asyncio.ensure_future(self._patience.wait())
        try:
            await asyncio.wait({task, patience}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            patience.cancel()
            self._since = None
        if not task.done():
            log.error("mind_too_slow", conversation=self._info.call_id)
            task.add_done_callback(self._came_late)
            await self._excuse(True)
            return ()
        try:
            return task.result()
        except AnbanError as trouble:
            log.error("mind_failed", why=type(trouble).__name__)
            await self._excuse(False)
            return ()

    def _came_late(self, task: asyncio.Future[Sequence[Reply]]) -> None:
        if not task.cancelled() and task.exception() is None:
            self._late(task.result())
