"""Whole conversations: which of them leave exactly the rows they must."""

from __future__ import annotations

import io
import json
from collections import defaultdict

from anban.scenario import read, run
from anban.settings import ROOT
from tests.eval.sets import FOLDER, sets_with
from tests.eval.tables import interval, table


async def section() -> list[str]:
    """Our own scenarios and the unseen ones, typed."""
    own = [s for path in sorted((ROOT / "tests/scenarios").glob("*.jsonl")) for s in read(path)]
    groups = {"our own": own} | {
        f"{group} unseen set": read(FOLDER / group / "dialogues.jsonl")
        for group in sets_with("dialogues")
    }
    rows, failures = [], []
    for name, scenarios in groups.items():
        out = io.StringIO()
        await run(scenarios, out, lambda line: print(line, flush=True))
        played = [json.loads(line) for line in out.getvalue().splitlines()]
        by_variety: dict[str, list[bool]] = defaultdict(list)
        for scenario, result in zip(scenarios, played, strict=True):
            by_variety[scenario["variety"]].append(result["passed"])
            if not result["passed"] and name != "our own":
                failures.append([scenario["id"], scenario["variety"], result["why"]])
        rows.append([name, interval([hit for hits in by_variety.values() for hit in hits])])
        rows += [[f"{name}, {v}", interval(hits)] for v, hits in sorted(by_variety.items())]
    return [
        *table(["conversations", "exactly the rows they must leave (95 %)"], rows),
        *table(["failed", "variety", "why"], failures),
    ]
