"""``make chaos``: cries for help while every process is killed in turn and PostgreSQL stops.

``make chaos CHAOS_ARGS="--emergencies 50 --kills 2 --outages 1 --outage-seconds 10"`` is a run of
a few minutes; it prints its findings. A full run also writes them into docs/reliability.md; a
smaller one with ``--write``.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import httpx
import uvicorn

from anban import wiring
from anban.processes import Process, as_environment
from anban.settings import ROOT
from anban.stage import Stage, free_ports, stage
from anban.up import Supervisor
from backend.client import BackendClient
from tests.bench import talks
from tests.chaos import callers, judge, report
from tests.chaos.callers import Cry, Doors, Families
from tests.chaos.trouble import Trouble

PAGE = ROOT / "docs" / "reliability.md"
PROCESSES = frozenset(
    {
        *("backend", "worker", "emergency-worker", "emergency-worker-2", "alarm-caller"),
        *("watchdog", "actions", "rasa", "voice"),
    }
)
ACKNOWLEDGED = 0.6
"""Share of the emergencies that somebody of the family acknowledges."""
SETTLE_S = 900.0
"""So long the ladders may take after the last cry."""
POSTS = ("community_worker", "duty_phone")


@dataclass(frozen=True)
class Scale:
    """How much of everything."""

    emergencies: int
    kills: int
    gap: float
    outages: int
    outage_s: float
    seed: int
    without: frozenset[str] = frozenset()

    @property
    def processes(self) -> frozenset[str]:
        """What is started, and killed."""
        return PROCESSES - self.without

    @property
    def seconds(self) -> float:
        """About how long the killing takes; the cries are spread over it."""
        return self.kills * (len(self.processes) + 1) * self.gap


async def run(scale: Scale, command: str) -> tuple[str, judge.Verdict]:
    """One run on a house of its own; gives the report and the verdict."""
    chance = random.Random(scale.seed)
    began = time.monotonic()
    async with stage(scale.processes) as staged, wiring.backend_client(staged.settings) as backend:
        families = Families(backend, ACKNOWLEDGED)
        line_port, told_port = free_ports(2)
        receiver = uvicorn.Server(
            uvicorn.Config(families.app(chance), port=told_port, log_config=None)
        )
        receiving = asyncio.create_task(receiver.serve())
        extra = Supervisor(staged.settings, [_line(staged, line_port)])
        extra.start()
        try:
            cries = await _register(staged, backend, scale, f"http://127.0.0.1:{told_port}/notices")
            trouble = Trouble([*staged.supervisor.watched, *extra.watched], staged.postgres)
            print(f"ready after {time.monotonic() - began:.0f} s", flush=True)
            await _storm(staged, scale, chance, cries, trouble, line_port)
            print(f"storm over after {time.monotonic() - began:.0f} s", flush=True)
            await _settle(staged, cries, families)
            verdict = judge.judge(staged.database_url, cries)
            for talk, kinds in judge.doubles(staged.database_url):
                print(f"{talk} has {len(kinds)} emergencies: {', '.join(kinds)}", flush=True)
            seconds = time.monotonic() - began
            page = report.section(command, _commit(), seconds, cries, trouble, families, verdict)
            return page, verdict
        finally:
            receiver.should_exit = True
            await extra.stop()
            await receiving


def _line(staged: Stage, port: int) -> Process:
    """A line of its own, beside the processes that Anban has."""
    command = (sys.executable, "-m", "tests.chaos.line", str(port))
    return Process("line", command, (port,), as_environment(staged.settings))


async def _register(staged: Stage, backend: BackendClient, scale: Scale, url: str) -> list[Cry]:
    people = await talks.register(staged.backend_config, url, scale.emergencies)
    for post in POSTS:
        await backend.create_contact("webhook", f"{url}/{post}", post=post)
    return callers.cries([people.next() for _ in range(scale.emergencies)])


async def _storm(
    staged: Stage,
    scale: Scale,
    chance: random.Random,
    cries: Sequence[Cry],
    trouble: Trouble,
    line_port: int,
) -> None:
    headers = {"Authorization": f"Bearer {staged.settings.service_token}"}
    async with (
        httpx.AsyncClient(
            base_url=staged.settings.backend_url, headers=headers, timeout=callers.PATIENCE_S
        ) as chat,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{line_port}", timeout=callers.PATIENCE_S
        ) as line,
    ):
        doors = Doors(chat, line)

        async def calling(cry: Cry) -> None:
            await asyncio.sleep(chance.random() * scale.seconds)
            await callers.call(doors, cry, chance)

        await asyncio.gather(
            trouble.kill_all_in_turn(scale.kills, scale.gap),
            _outages(trouble, scale),
            *(calling(cry) for cry in cries),
        )


async def _outages(trouble: Trouble, scale: Scale) -> None:
    for _ in range(scale.outages):
        await asyncio.sleep(scale.seconds / (scale.outages + 1) - scale.outage_s / 2)
        await trouble.stop_postgres(scale.outage_s)


async def _settle(staged: Stage, cries: Sequence[Cry], families: Families) -> None:
    """Until the spool is empty, every cry has its row, and every ladder is climbed or held."""
    limit = time.monotonic() + SETTLE_S
    spool = wiring.spool(staged.settings)
    while time.monotonic() < limit:
        found = judge.rows(staged.database_url)
        open_ = sum(not row.settled or not row.told for row in found)
        waiting = len(spool.waiting())
        if len(found) >= len(cries) and not open_ and not waiting:
            break
        print(f"{len(found)} rows, {open_} not settled, {waiting} in the spool", flush=True)
        await asyncio.sleep(10)
    with suppress(TimeoutError):
        await asyncio.wait_for(families.settled(), 60)


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
    )
    return found.stdout.strip() or "unknown"


def _wanted() -> tuple[Scale, bool]:
    """The scale asked for, and whether the page is to be written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--emergencies", type=int, default=500)
    parser.add_argument("--kills", type=int, default=20, help="of each process")
    parser.add_argument("--gap", type=float, default=4.0, help="seconds between two kills")
    parser.add_argument("--outages", type=int, default=2, help="of PostgreSQL")
    parser.add_argument("--outage-seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without", action="append", default=[], help="a process to leave out")
    parser.add_argument("--write", action="store_true", help="write the page all the same")
    given = parser.parse_args()
    scale = Scale(
        given.emergencies,
        given.kills,
        given.gap,
        given.outages,
        given.outage_seconds,
        given.seed,
        frozenset(given.without),
    )
    return scale, given.write or scale == FULL


FULL = Scale(500, 20, 4.0, 2, 30.0, 1)

if __name__ == "__main__":
    wanted, writes = _wanted()
    arguments = " ".join(sys.argv[1:])
    called = f'make chaos CHAOS_ARGS="{arguments}"' if arguments else "make chaos"
    written, found = asyncio.run(run(wanted, called))
    print(written)
    if writes:
        report.write(PAGE, written)
    sys.exit(0 if found.good else 1)
