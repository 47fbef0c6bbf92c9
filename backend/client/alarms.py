"""The way of a cry for help to the backend: to disk first, then sent until it has arrived.

The cry is on disk within milliseconds and sent at the same time. Whatever happens then (the
backend refuses, hangs, dies with the answer on its lips, or this process is killed), the file is
there, and any process with the same folder sends it again. The key was made before the first try,
so the backend writes one row however often it hears of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from anban.errors import BackendError, Rejected, Unavailable
from backend.client.http import BackendClient
from backend.client.sealed_folder import Unreadable
from backend.client.spool import Cry, Spool
from backend.client.values import Emergency

logger = logging.getLogger(__name__)

PATIENCE = 0.8
"""Seconds the caller's next sentence waits for the backend's answer; sending goes on behind it."""
GRACE = 2.0
"""Seconds a cry is left to whoever put it before others send it too."""
EVERY = 1.0
"""Seconds between two looks into the spool."""
REFUSED_WAIT = 60.0
"""Seconds until a cry that the backend refused in every form is tried again."""
AT_ONCE = 8
"""Cries sent side by side, so that one that hangs holds up no other."""
LATE = 10.0
"""After so many seconds people are told that the cry comes late, and when it was heard."""

Result = TypeVar("Result")


class AlarmLine:
    """Brings cries for help to the backend.

    Args:
        backend: where they go.
        spool: where they wait.
        patience: see ``PATIENCE``.
        clock: seconds, for the waits between tries of a refused cry.
    """

    def __init__(
        self,
        backend: BackendClient,
        spool: Spool,
        *,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._backend = backend
        self._spool = spool
        self._patience = patience
        self._clock = clock
        # Threads of its own: the loop's may all be busy when it matters.
        self._disk = ThreadPoolExecutor(4, "spool")
        self._unkept: dict[str, Cry] = {}
        self._refused: dict[str, float] = {}
        self._sending: set[asyncio.Task[Emergency | None]] = set()

    async def send(self, cry: Cry) -> Emergency | None:
        """Keep a cry and send it; never raises.

        Returns:
            The emergency with those who are told, or None where the backend has not answered in
            time: the cry is kept then, and goes on being sent.
        """
        kept = asyncio.ensure_future(self._keep(cry))
        task = asyncio.create_task(self._first_try(cry, kept))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)
        done, _ = await asyncio.wait({task}, timeout=self._patience)
        if not done:
            await asyncio.wait({kept}, timeout=self._patience)
            return None
        if (trouble := task.exception()) is not None:  # an answer that is none; it is sent again
            logger.critical("emergency perhaps not recorded: %s", type(trouble).__name__)
            return None
        return task.result()

    async def run(self) -> None:
        """Send what waits, at once and then again and again, until cancelled."""
        while True:
            try:
                await self.drain(older_than=GRACE)
            except Exception as trouble:  # noqa: BLE001 - the outer edge: the spool is never given up
                logger.critical("the spool cannot be worked off: %s", type(trouble).__name__)
            await asyncio.sleep(EVERY)

    async def drain(self, older_than: float = 0.0) -> int:
        """Send once everything that waits, unless another process is at it.

        Args:
            older_than: seconds; younger cries are left to those who put them.

        Returns:
            How many are still waiting.
        """
        await asyncio.gather(*(self._bring(cry) for cry in list(self._unkept.values())))
        with self._spool.alone() as alone:
            if alone:
                gate = asyncio.Semaphore(AT_ONCE)
                talks = await self._talks(older_than)
                await asyncio.gather(*(self._again(talk, gate) for talk in talks))
        return len(self._unkept) + len(await self._on_disk(self._spool.waiting))

    # one cry

    async def _keep(self, cry: Cry) -> None:
        try:
            await self._on_disk(self._spool.put, cry)
        except OSError as error:
            logger.critical("a cry for help is kept in memory only: %s", error.strerror)
            self._unkept[cry.key] = cry

    async def _first_try(self, cry: Cry, kept: asyncio.Future[None]) -> Emergency | None:
        try:
            emergency = await self._sent(cry)
        except BackendError as error:
            logger.critical("emergency not recorded yet: %s", type(error).__name__)
            return None
        finally:
            await kept
        await self._arrived(cry)
        return emergency

    async def _talks(self, older_than: float) -> list[list[tuple[Path, Cry]]]:
        """What waits, by conversation: the cry itself has to arrive before what was said later."""
        talks: dict[str, list[tuple[Path, Cry]]] = {}
        for path in await self._on_disk(self._spool.waiting, older_than):
            try:
                cry = await self._on_disk(self._spool.read, path)
            except FileNotFoundError:
                continue
            except Unreadable as error:
                logger.critical("a cry for help cannot be read: %s", error)
                await self._tell_of_unreadable(path)
                continue
            talks.setdefault(cry.conversation or cry.key, []).append((path, cry))
        return list(talks.values())

    async def _again(self, talk: list[tuple[Path, Cry]], gate: asyncio.Semaphore) -> None:
        async with gate:
            for path, cry in talk:
                if await self._bring(_late(cry, _age(path))):
                    logger.warning("emergency recorded after %.0f s", _age(path))

    async def _bring(self, cry: Cry) -> bool:
        if self._clock() < self._refused.get(cry.key, 0.0):
            return False
        try:
            await self._sent(cry)
        except Unavailable:
            return False
        except BackendError as error:
            logger.critical("a cry for help is refused in every form: %s", type(error).__name__)
            self._refused[cry.key] = self._clock() + REFUSED_WAIT
            return False
        except Exception as trouble:  # noqa: BLE001 - an edge: one that breaks holds up no other
            logger.critical("a cry cannot be sent: %s", type(trouble).__name__)
            return False
        await self._arrived(cry)
        return True

    async def _arrived(self, cry: Cry) -> None:
        self._unkept.pop(cry.key, None)
        self._refused.pop(cry.key, None)
        try:
            await self._on_disk(self._spool.remove, cry.key)
        except OSError as error:  # it is sent once more, which changes nothing
            logger.error("a cry that arrived stays in the spool: %s", error.strerror)

    async def _tell_of_unreadable(self, path: Path) -> None:
        """Somebody called for help and nobody can read what: that is an alarm of its own."""
        key = hashlib.sha256(path.name.encode()).hexdigest()[:32]
        text = f"本机存着一件读不出来的求助（{path.name}），请马上查明是谁。"
        cry = Cry(key, "spool", "unspecified", "certain", text)
        if await self._bring(cry):
            await self._on_disk(self._spool.set_aside, path)

    async def _sent(self, cry: Cry) -> Emergency:
        """Send it, and where the backend refuses a detail, send it without the details.

        Raises:
            Unavailable: the backend or its database cannot be reached.
            Rejected, NotFound, Conflict: it is refused in every form.
        """
        refused: BackendError = Rejected("")
        for form in _plainer(cry):
            try:
                return await self._backend.raise_emergency(**_arguments(form))
            except Unavailable:
                raise
            except BackendError as error:
                logger.critical("a form of a cry is refused: %s", type(error).__name__)
                refused = error
        raise refused

    async def _on_disk(self, work: Callable[..., Result], *args: Any) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._disk, work, *args)


def _plainer(cry: Cry) -> Iterator[Cry]:
    """As it was heard; then who and what only; then the bare cry."""
    yield cry
    bare = Cry(cry.key, cry.channel, "unspecified", "certain", cry.text)
    yield replace(bare, conversation=cry.conversation, phone=cry.phone)
    yield replace(bare, channel="phone", text=f"{cry.text}（{cry.phone or '来电号码不详'}）")


def _arguments(cry: Cry) -> dict[str, Any]:
    return dict(vars(cry))


def _age(path: Path) -> float:
    return time.time() - int(path.name.partition("-")[0]) / 1e9


def _late(cry: Cry, seconds: float) -> Cry:
    """The same cry with the time it was heard, where that is no longer now."""
    if seconds < LATE or cry.now is None:
        return cry
    return replace(cry, text=f"（{cry.now:%H:%M}的呼救，因故障晚到）{cry.text}")
