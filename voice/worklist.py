"""What a call works off beside its frames: one thing after the other, whatever goes wrong."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

log = structlog.get_logger(__name__)

Work = TypeVar("Work")


class Worklist(Generic[Work]):
    """Things to do in their order; what goes wrong with one costs no other.

    Args:
        do: does one.
        failed: is called where one went wrong.
    """

    def __init__(
        self, do: Callable[[Work], Awaitable[None]], failed: Callable[[], Awaitable[None]]
    ) -> None:
        self._do = do
        self._failed = failed
        self._queue: asyncio.Queue[Work] = asyncio.Queue()
        self._at_work = False

    @property
    def busy(self) -> bool:
        """Whether something is being done, or waits."""
        return self._at_work or not self._queue.empty()

    def put(self, work: Work) -> None:
        """Have something done behind what waits."""
        self._queue.put_nowait(work)

    async def run(self) -> None:
        """Work it off, until cancelled."""
        while True:
            work = await self._queue.get()
            self._at_work = True
            try:
                await self._do(work)
            except Exception as trouble:  # noqa: BLE001 - the outer edge: a call is never dropped
                # The message may hold what the caller said; the place is enough to find it.
                log.error("turn_failed", why=type(trouble).__name__, at=where(trouble))
                await self._failed()
            finally:
                self._at_work = False
                self._queue.task_done()

    async def done(self) -> None:
        """Wait until everything is done."""
        await self._queue.join()


def where(trouble: BaseException) -> str:
    """The place in the code that something went wrong at."""
    place = traceback.extract_tb(trouble.__traceback__)[-1]
    return f"{place.filename}:{place.lineno}"
