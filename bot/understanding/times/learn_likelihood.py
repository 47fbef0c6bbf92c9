"""Learns the weights of `likelihood` from the development sets.

Run ``python -m bot.understanding.times.learn_likelihood`` after changing the cues, the rules or the
development sets in tests/unit/understanding/data. It writes time_likelihood.tsv and prints how many
days it chooses rightly in lines it did not learn from. The same lines give the same table.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.understanding import lexicon
from bot.understanding.times import grouping, likelihood, parser, resolve

SETS = Path(__file__).parents[3] / "tests" / "unit" / "understanding" / "data"
"""Folder of the development sets."""
ROUNDS, STEP, SHRINK = 80, 0.2, 1.0
"""Rounds of gradient descent (Adagrad), its first step, and how much weights are held down."""
RAREST = 3
"""Days that must show a feature for it to be learnt."""
PARTS = 5
"""In how many parts the lines are held out in turn."""

_ASKED = ("PAST", "CONFLICT", "AMBIG", "vague")
"""Beginnings of the notes of lines that are to be asked about, whatever day one would choose."""
_SEVERAL = 2

Seen = dict[str, float]


@dataclass(frozen=True)
class Line:
    """The days of a line as they are seen, and which are the wish: all where it is open."""

    days: tuple[Seen, ...]
    wished: tuple[bool, ...]


def lines() -> Iterator[Line]:
    """The lines of the development sets that name several days, one of them the wish or none."""
    for path in sorted(SETS.glob("times_*.jsonl")):
        for row in path.read_text("utf-8").splitlines():
            line = _line(json.loads(row))
            if line is not None:
                yield line


def _line(row: dict[str, Any]) -> Line | None:
    wanted = (row.get("expect_date") or row.get("expect_start"), row.get("expect_end"))
    if row.get("recurring") or row.get("expect_none"):
        return None
    choice = bool(row.get("open")) or row["note"].startswith(_ASKED)
    now = datetime.fromisoformat(row["now"])
    text, said = parser.mentions(row["text"], now)
    groups, _ = grouping.grouped(text, said, now)
    wished = tuple(choice or _is(resolve.resolve(g.day, now), wanted) for g in groups)
    if len(groups) < _SEVERAL or not any(wished) or (all(wished) and not choice):
        return None
    days = (likelihood.features(text, groups, at, now) for at in range(len(groups)))
    return Line(tuple(days), wished)


def _is(day: resolve.Days, wanted: tuple[str | None, str | None]) -> bool:
    if day.first is None or day.last is None:
        return False
    first, last = wanted[0], wanted[1] or wanted[0]
    return (day.first.isoformat(), day.last.isoformat()) == (first, last)


def learn(learnt_from: Sequence[Line]) -> dict[str, float]:
    """Weights under which the days wished have most of the likelihood."""
    seen = Counter(name for line in learnt_from for name in {n for day in line.days for n in day})
    known = {name for name, count in seen.items() if count >= RAREST}
    weights = dict.fromkeys(sorted(known), 0.0)
    travelled = dict.fromkeys(weights, 1e-8)
    for _ in range(ROUNDS):
        slope = {name: SHRINK * weight for name, weight in weights.items()}
        for line in learnt_from:
            for day, pull in zip(line.days, _pulls(line, weights), strict=True):
                for name, much in day.items():
                    if name in slope:
                        slope[name] += pull * much
        for name, rise in slope.items():
            travelled[name] += rise * rise
            weights[name] -= STEP * rise / math.sqrt(travelled[name])
    return weights


def _shares(line: Line, weights: dict[str, float]) -> list[float]:
    scores = [sum(weights.get(n, 0.0) * much for n, much in day.items()) for day in line.days]
    return likelihood.shares(scores)


def _pulls(line: Line, weights: dict[str, float]) -> list[float]:
    """How much too likely each day of a line is."""
    given = _shares(line, weights)
    if all(line.wished):
        return [share - 1 / len(given) for share in given]
    right = sum(share for share, wished in zip(given, line.wished, strict=True) if wished)
    return [
        share - (share / right if wished else 0.0)
        for share, wished in zip(given, line.wished, strict=True)
    ]


def report(found: Sequence[Line]) -> None:
    """Print how many lines are judged rightly by weights that were learnt from the others."""
    counts: dict[str, int] = defaultdict(int)
    for part in range(PARTS):
        weights = learn([line for at, line in enumerate(found) if at % PARTS != part])
        for line in found[part::PARTS]:
            given = _shares(line, weights)
            right = line.wished[given.index(max(given))]
            sure = max(given) >= likelihood.SURE
            if all(line.wished):
                counts["open"] += 1
                counts["open, yet sure"] += sure
                continue
            counts["right" if right else "wrong"] += 1
            counts[f"sure and {'right' if right else 'wrong'}"] += sure
    print(f"{len(found)} lines held out:", ", ".join(f"{k} {v}" for k, v in counts.items()))


def table(weights: dict[str, float]) -> list[str]:
    """The rows of the table; weights of nothing are left out."""
    steps = {name: round(weight / likelihood.UNIT) for name, weight in weights.items()}
    return [f"{name}\t{step}" for name, step in sorted(steps.items()) if step]


def main() -> None:
    """Learn from every line, write the table, and report what lines held out give."""
    found = list(lines())
    head = [
        "# Weights of bot/understanding/times/likelihood.py, learnt by learn_likelihood.py; do not"
        " edit.",
        "# A number is the weight times 0.01.",
        "feature\tweight",
    ]
    rows = [*head, *table(learn(found))]
    (lexicon.LEXICON / likelihood.TABLE).write_text("\n".join(rows) + "\n", encoding="utf-8")
    report(found)


if __name__ == "__main__":
    main()
