"""A clock that stands still while anything is worked out, so that a busy machine changes nothing.

Time passes only when everybody waits for it: then it jumps to the next thing that is due. What runs
in threads and other processes (engines, files) takes no time by this clock; what an engine is meant
to take is waited for beside (``Timed``).
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine, MutableMapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, TypeVar

from voice.asr.base import Hearings, Hesitant, Recognizer, Transcript
from voice.audio import PcmF

Result = TypeVar("Result")


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is its own.

    Threads are waited for; sockets are not, so both ends of one must be held by this loop.
    """

    def __init__(self) -> None:
        self._passed_s = 0.0
        self._outside = 0
        super().__init__(_Jumps(self))

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._passed_s

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Have a thread do something while the clock stands still."""
        self._outside += 1
        work = super().run_in_executor(executor, func, *args)
        work.add_done_callback(self._is_back)
        return work

    def wait(self, seconds: float | None) -> float | None:
        """How long to really wait where the loop would wait so long; time jumps where it can."""
        if self._outside or not seconds:
            return None if self._outside and seconds != 0 else seconds
        self._passed_s += seconds
        return 0.0

    def _is_back(self, _: object) -> None:
        self._outside -= 1


class _Jumps(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(
        self, timeout: float | None = None
    ) -> list[tuple[selectors.SelectorKey, selectors._EventMask]]:
        return super().select(0) or super().select(self._loop.wait(timeout))


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run something by a clock of its own."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


class Timed:
    """A recogniser whose answers are real and whose time is given.

    The same sound is recognised once, however often it is asked about.

    Args:
        recognizer: hears.
        known: what it has heard before; is added to.
        seconds: what an utterance takes; one is worked on at a time.
    """

    def __init__(
        self, recognizer: Recognizer, known: MutableMapping[str, Any], seconds: float
    ) -> None:
        self.name = recognizer.name
        self._recognizer = recognizer
        self._known = known
        self._seconds = seconds
        self._busy = asyncio.Lock()

    async def start(self) -> None:
        """The engine was loaded before the clock was stopped."""

    async def transcribe(
        self, pcm: PcmF, *, hotwords: Sequence[str] = (), language: str | None = None
    ) -> Transcript:
        """See ``Recognizer.transcribe``."""
        heard = await self._heard(pcm, hotwords, language)
        async with self._busy:
            await asyncio.sleep(self._seconds)
        return replace(heard, seconds=self._seconds)

    async def hear_twice(
        self, pcm: PcmF, *, hotwords: Sequence[str], language: str | None = None
    ) -> Hearings:
        """See ``Hesitant.hear_twice``; takes as long."""
        if not isinstance(self._recognizer, Hesitant):
            return Hearings((), ())
        key = _key(pcm, "twice", hotwords, language)
        if key not in self._known:
            self._known[key] = await self._recognizer.hear_twice(
                pcm, hotwords=hotwords, language=language
            )
        async with self._busy:
            await asyncio.sleep(self._seconds)
        heard: Hearings = self._known[key]
        return heard

    async def _heard(self, pcm: PcmF, hotwords: Sequence[str], language: str | None) -> Transcript:
        key = _key(pcm, "once", hotwords, language)
        if key not in self._known:
            self._known[key] = await self._recognizer.transcribe(
                pcm, hotwords=hotwords, language=language
            )
        heard: Transcript = self._known[key]
        return heard

    async def close(self) -> None:
        """Whoever loaded the engine ends it."""


def _key(pcm: PcmF, how: str, hotwords: Sequence[str], language: str | None) -> str:
    return sha256(pcm.tobytes() + repr((how, tuple(hotwords), language)).encode()).hexdigest()
