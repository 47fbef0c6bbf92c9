"""``make mutation``: 10,000 broken inputs at the doors of a call; writes docs/benchmarks.md.

``--count`` and ``--seed`` say how many and which, ``--dry`` that nothing is written down. The
command fails where the process crashed, did not serve a good call or kept one open, and at the end
where it logged an error that nobody expected or left a task or a file open.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from anban.errors import AnbanError, ChannelError
from tests.bench.figures import machine
from tests.mutation.report import Mutation, keep
from tests.mutation.run import DOORS, SILENT_PEERS, House, house, silence, stall, throw

SILENT_S = 20.0
"""As it is in earnest."""
PART = 250
"""Inputs between two looks."""
STALLED = 100
"""Peers that break off and keep the connection, over TCP and over WebSockets each."""


async def main(count: int, seed: int) -> Mutation:
    """Throw them all."""
    began = time.monotonic()
    parts = count // len(DOORS) // PART
    with tempfile.TemporaryDirectory(prefix="anban-mutation-") as folder:
        async with house(SILENT_S, Path(folder) / "log") as found:
            doors, faults = {"usual": found.usual}, []
            for door in DOORS:
                for part in range(parts):
                    await throw(found, door, PART, seed * 1000 + part)
                doors[door], fault = await _left(found)
                faults += [f"{door}: {fault}"] if fault else []
                print(f"{door}: {parts * PART} inputs, {doors[door]} {fault}", flush=True)
            await stall(found, STALLED, seed)
            await silence(found)
            doors["end"], fault = await _left(found)
            faults += [f"end: {fault}"] if fault else []
    here = machine()
    return Mutation(
        day=f"{date.today()}",
        machine=f"{here['processor']}, {here['cores']} cores",
        seed=seed,
        inputs=parts * PART * len(DOORS),
        seconds=time.monotonic() - began,
        served=parts * len(DOORS),
        stalled=2 * STALLED,
        silent=SILENT_PEERS,
        doors=doors,
        faults=faults,
    )


async def _left(found: House) -> tuple[dict[str, int], str]:
    """How it is, and what is wrong with it; what comes after is compared with that."""
    try:
        return await found.spotless(), ""
    except ChannelError as fault:
        found.usual = await found.state()
        return found.usual, str(fault)


def _arguments() -> argparse.Namespace:
    given = argparse.ArgumentParser(prog="python -m tests.mutation")
    given.add_argument("--count", type=int, default=10_000)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--dry", action="store_true", help="write nothing down")
    return given.parse_args()


if __name__ == "__main__":
    wanted = _arguments()
    try:
        measured = asyncio.run(main(wanted.count, wanted.seed))
    except AnbanError as trouble:
        sys.exit(f"mutation: {trouble}")
    print(f"mutation: {measured}")
    if not wanted.dry:
        keep(measured)
    if measured.faults:
        sys.exit("mutation: something was left behind")
