"""Fixed sentences spoken into the cache beforehand, while nobody needs the machine.

The work is done by a voice of its own at the lowest priority, and stops between two clauses for as
long as anybody calls or waits for speech: a caller never queues behind it. What is in the cache
already costs nothing, so it goes on after a restart where it was.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from anban.errors import SpeechError
from voice.config import TtsConfig
from voice.tts.speaker import Speaker, create_speaker

log = structlog.get_logger(__name__)

NICE = 10
"""Added to the niceness of the process that speaks beforehand."""
PATIENCE_S = 120.0
"""A clause may take so long where everybody else goes first."""
MOST_FAILURES = 3
"""Sentences that failed one after the other; then the rest is left to the calls."""


def background_speaker(config: TtsConfig) -> Speaker:
    """The configured voice in one process of low priority, with the same cache.

    Its engine loads when the first sentence is missing in the cache.

    Raises:
        EngineUnavailable: see ``create_speaker``.
    """
    return create_speaker(replace(config, processes=1, threads=1, nice=NICE, budget_s=PATIENCE_S))


class Activity:
    """How many callers need the machine now; ``with activity:`` counts one."""

    def __init__(self) -> None:
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def __enter__(self) -> None:
        self._count += 1
        self._idle.clear()

    def __exit__(self, *_: object) -> None:
        self._count -= 1
        if not self._count:
            self._idle.set()

    @property
    def count(self) -> int:
        """How many there are."""
        return self._count

    @property
    def busy(self) -> bool:
        """Whether there is anybody."""
        return self._count > 0

    async def quiet(self) -> None:
        """Wait until there is nobody."""
        while self.busy:
            await self._idle.wait()


@dataclass
class Progress:
    """How far the sentences are."""

    of: int
    """Sentences there are."""
    done: int = 0
    """Sentences that are in the cache."""
    failed: int = 0
    """Sentences that could not be spoken; a call tries them again."""
    over: bool = False
    """Nothing more will be spoken beforehand."""


class Prewarm:
    """Speaks sentences into the cache, in their order.

    Args:
        speaker: speaks and keeps; not the one that callers wait for.
        texts: written forms, the most urgent first.
        activity: the callers that go first.
    """

    def __init__(self, speaker: Speaker, texts: Sequence[str], activity: Activity) -> None:
        self.progress = Progress(of=len(texts))
        self._speaker = speaker
        self._texts = texts
        self._activity = activity

    @property
    def state(self) -> str:
        """over, paused (somebody calls) or running."""
        if self.progress.over:
            return "over"
        return "paused" if self._activity.busy else "running"

    async def run(self) -> None:
        """Speak everything, then let the engine go."""
        start, fresh, row = time.perf_counter(), 0, 0
        try:
            for text in self._texts:
                try:
                    fresh += await self._keep(text)
                    self.progress.done += 1
                    row = 0
                except SpeechError as trouble:
                    log.warning("prewarm_failed", why=str(trouble))
                    self.progress.failed += 1
                    row += 1
                    if row == MOST_FAILURES:
                        break
        finally:
            self.progress.over = True
            await self._speaker.close()
        took = round(time.perf_counter() - start, 1)
        log.info("sentences_ready", fresh=fresh, failed=self.progress.failed, seconds=took)

    async def _keep(self, text: str) -> int:
        """Speak one sentence; how many of its clauses were new."""
        fresh = 0
        await self._activity.quiet()
        async for piece in self._speaker.stream(text):
            fresh += not piece.cached
            await self._activity.quiet()
        return fresh
