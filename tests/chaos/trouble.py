"""Killing every process in turn, and stopping PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from anban.postgres import EmbeddedPostgres
from anban.up import Watched


@dataclass
class Trouble:
    """What was done to the house.

    Attributes:
        watched: the processes.
        postgres: the database server.
        kills: how often each was killed with -9.
        outages: seconds the database was away, each time.
    """

    watched: Sequence[Watched]
    postgres: EmbeddedPostgres
    kills: Counter[str] = field(default_factory=Counter)
    outages: list[float] = field(default_factory=list)

    async def kill_all_in_turn(self, times: int, gap: float) -> None:
        """Each process ``times`` times, one after the other, ``gap`` seconds apart."""
        while left := [w for w in self.watched if self.kills[w.process.name] < times]:
            for watched in left:
                if self._kill(watched):
                    await asyncio.sleep(gap)
            await asyncio.sleep(0.2)

    def _kill(self, watched: Watched) -> bool:
        child = watched.child
        if watched.state != "running" or child is None or child.returncode is not None:
            return False
        os.kill(child.pid, signal.SIGKILL)
        self.kills[watched.process.name] += 1
        return True

    async def stop_postgres(self, seconds: float) -> None:
        """The database is away for so long."""
        clock = asyncio.get_running_loop().time
        began = clock()
        await asyncio.to_thread(self.postgres.stop)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self.postgres.start)
        self.outages.append(clock() - began)
