"""Changes of emergencies as they are committed, from PostgreSQL's LISTEN/NOTIFY."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql

from anban.errors import Unavailable
from backend.store.database import libpq_url
from backend.store.outbox import FEED

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
"""until a lost database is tried again"""
START_SECONDS = 5.0
"""how long a subscriber waits for the first connection"""


@dataclass(frozen=True)
class Change:
    """Something happened to an emergency."""

    emergency_id: str
    event: str


RESYNC: Final = Change("", "resync")
"""changes may have been missed: read everything anew"""
_END: Final = Change("", "end")


class Feed:
    """Listens while anybody watches, on one connection for all of them.

    Args:
        database_url: where the emergencies are.
    """

    def __init__(self, database_url: str) -> None:
        self._url = libpq_url(database_url)
        self._watchers: set[asyncio.Queue[Change]] = set()
        self._listening = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.ended = asyncio.Event()
        """the process is shutting down: nothing comes any more"""

    @asynccontextmanager
    async def subscription(self) -> AsyncIterator[AsyncIterator[Change]]:
        """Give the changes from now on; what is read afterwards has all that came before.

        Raises:
            Unavailable: the database cannot be reached, or the process is shutting down.
        """
        if self.ended.is_set():
            raise Unavailable("服务正在重启，请稍后再试")
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            await self._start()
            yield _drained(queue)
        finally:
            self._watchers.discard(queue)
            if not self._watchers:
                await self.close()

    async def _start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen())
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._listening.wait()
        except TimeoutError as error:
            raise Unavailable("数据库暂时连不上，请稍后再试") from error

    def end(self) -> None:
        """Let every subscription run out at once, so that nothing holds up a shutdown."""
        self.ended.set()
        self._publish(_END)

    async def close(self) -> None:
        """Stop listening."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._listening.clear()

    async def _listen(self) -> None:
        was_lost = False
        while True:
            try:
                await self._listen_once(was_lost)
            except psycopg.Error as error:
                logger.warning("the feed lost the database: %s", type(error).__name__)
            self._listening.clear()
            was_lost = True
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen_once(self, was_lost: bool) -> None:
        connection = await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, connect_timeout=3
        )
        async with connection:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(FEED)))
            self._listening.set()
            if was_lost:
                self._publish(RESYNC)
            async for found in connection.notifies():
                self._publish(Change(**json.loads(found.payload)))

    def _publish(self, change: Change) -> None:
        for queue in self._watchers:
            queue.put_nowait(change)


async def _drained(queue: asyncio.Queue[Change]) -> AsyncIterator[Change]:
    while (change := await queue.get()) != _END:
        yield change
