"""``make mutation``: 10,000 broken inputs at the doors of a call.

``--count`` and ``--seed`` say how many and which. Ends with a line that says what was found; the
command fails where the process crashed, did not serve, or kept a call open.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from anban.errors import AnbanError
from tests.mutation.run import DOORS, house, silence, throw

SILENT_S = 20.0
"""As it is in earnest."""
PART = 250
"""Inputs between two looks."""


async def main(count: int, seed: int) -> None:
    """Throw them all."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="anban-mutation-") as folder:
        log = Path(folder) / "log"
        async with house(SILENT_S, log) as found:
            for door in DOORS:
                for part in range(count // len(DOORS) // PART):
                    await throw(found, door, PART, seed * 1000 + part)
                print(f"{door}: {count // len(DOORS)} inputs, {await found.empty()}", flush=True)
            await silence(found)
            silent = log.read_text(errors="replace").count("silent_peer")
        print(
            f"mutation: ok inputs={count // len(DOORS) * len(DOORS)} seed={seed} "
            f"silent_calls_closed={silent} seconds={time.monotonic() - began:.0f}"
        )


def _arguments() -> argparse.Namespace:
    given = argparse.ArgumentParser(prog="python -m tests.mutation")
    given.add_argument("--count", type=int, default=10_000)
    given.add_argument("--seed", type=int, default=1)
    return given.parse_args()


if __name__ == "__main__":
    wanted = _arguments()
    try:
        asyncio.run(main(wanted.count, wanted.seed))
    except AnbanError as trouble:
        sys.exit(f"mutation: {trouble}")
