"""What a run found, kept beside it and shown in docs/benchmarks.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench import page
from tests.bench.figures import table

KEPT = Path(__file__).with_name("inputs.json")
"""The last run: it takes minutes and is not repeated by every ``make bench``."""
TITLE = "## Broken input"


@dataclass(frozen=True)
class Mutation:
    """One run that crashed nothing, and kept no call of ours open."""

    day: str
    machine: str
    seed: int
    inputs: int
    seconds: float
    served: int
    """good calls after a part of the inputs, each of which heard Anban"""
    stalled: int
    """peers that broke off and kept the connection"""
    silent: int
    """peers that said nothing for 20 s, and were let go of and logged"""
    doors: dict[str, dict[str, int]]
    """how the process was before (``usual``), after each door, and at last (``end``)"""
    faults: list[str]
    """errors that nobody expected, and what was left open, by door"""


def keep(found: Mutation) -> None:
    """Write a run beside the program and into the page."""
    KEPT.write_text(json.dumps(asdict(found), indent=1) + "\n")
    page.put(TITLE, lines(asdict(found)))


def kept() -> dict[str, Any] | None:
    """The last run; None where there was none."""
    return json.loads(KEPT.read_text()) if KEPT.exists() else None


def lines(found: dict[str, Any] | None) -> Sequence[str]:
    """The part of the page."""
    if found is None:
        return ()
    rows = [
        [name, state["calls"], state["tasks"], state["files"], state["memory_kb"] // 1000]
        for name, state in found["doors"].items()
    ]
    return [
        TITLE,
        "",
        f"`make mutation`, measured {found['day']} on {found['machine']}: **{found['inputs']:,}** "
        f"broken inputs (seed {found['seed']}, {found['seconds']:.0f} s) at the doors of one voice "
        f"process, and {found['stalled']} peers that broke off and kept the connection. It did not "
        f"crash, heard {found['served']} good calls between, kept none open, and let go of all "
        f"{found['silent']} silent peers. What was open before, after each door, and at last:",
        "",
        *table(["", "calls", "tasks", "files", "MB at most"], rows),
        *(f"**Left behind**, {fault}" for fault in found["faults"] or ["nothing"]),
        "",
    ]
