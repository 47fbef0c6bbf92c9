"""What becomes of calls that came in, told to the backend: late rather than never.

The exchange's words reach us over connections of their own, so that on a busy machine a later one
may overtake an earlier one. Each therefore brings how long ago it came true, and the backend
decides by that. It is told at least once, and counted once.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field

import structlog

from anban.errors import AnbanError, Unavailable
from voice.ports import CallOuts

log = structlog.get_logger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 10.0
"""Between two tries while the backend is away; the pause doubles."""
GIVEN_UP_S = 3600.0
"""A word that could not be told for so long is no longer worth telling."""
MOST_WORDS = 10_000
LAST_WORDS_S = 2.0
"""Time to tell what is still to be told when the process ends."""


@dataclass(frozen=True)
class Word:
    """One thing that became of a call."""

    call_id: str
    what: str
    """arrived, overflow, served, answered, joined, parted or ended"""
    agent: str = ""
    why: str = ""
    ago: float = 0.0
    """Seconds between its coming true and our hearing of it."""
    heard_at: float = field(default_factory=time.monotonic)

    @property
    def age(self) -> float:
        """Seconds since it came true."""
        return self.ago + time.monotonic() - self.heard_at


class Teller:
    """Brings words to the backend, one after the other, and again while it is away.

    Args:
        call_outs: the backend's side of calls.
    """

    def __init__(self, call_outs: CallOuts) -> None:
        self._call_outs = call_outs
        self._words: deque[Word] = deque(maxlen=MOST_WORDS)
        self._more = asyncio.Event()

    def tell(self, word: Word) -> None:
        """Have a word told; nobody waits for it."""
        self._words.append(word)
        self._more.set()

    async def run(self) -> None:
        """Tell what is to be told, until cancelled; then what is left, if that is quickly done."""
        try:
            while True:
                await self._more.wait()
                await self._tell_all()
        finally:
            try:
                await asyncio.wait_for(self._tell_all(), LAST_WORDS_S)
            except TimeoutError:
                log.error("inbound_words_lost", words=len(self._words))

    async def _tell_all(self) -> None:
        pause = FIRST_PAUSE_S
        while self._words:
            word = self._words[0]
            if word.age < GIVEN_UP_S and not await self._told(word):
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
                continue
            pause = FIRST_PAUSE_S
            if self._words and self._words[0] is word:  # else it made room for newer ones
                self._words.popleft()
        self._more.clear()

    async def _told(self, word: Word) -> bool:
        """Whether the backend has taken it, or never will."""
        try:
            await self._call_outs.inbound_told(
                word.call_id, word.what, agent=word.agent, why=word.why, ago=word.age
            )
        except AnbanError as trouble:
            log.warning("inbound_not_told", call_id=word.call_id, why=type(trouble).__name__)
            return not isinstance(trouble, Unavailable)
        return True
