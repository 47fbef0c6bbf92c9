"""How the sets fared before anybody had read a line of them (first_sight.tsv).

A set is unseen once: what is read of it afterwards is cured, and its figures rise. These stay.
"""

from __future__ import annotations

import csv

from tests.eval.sets import FOLDER
from tests.eval.tables import interval, table


def section() -> list[str]:
    """One row for each set: its share right, and of times the share that was silently wrong."""
    text = (FOLDER / "first_sight.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader((one for one in text.splitlines() if one[:1] != "#"), delimiter="\t")
    return table(
        ["what", "set", "measured", "right or rightly asked (95 %)", "silently wrong"],
        [
            [row["what"], row["set"], row["day"], _share(row, "right"), _share(row, "wrong")]
            for row in rows
        ],
    )


def _share(row: dict[str, str], name: str) -> str:
    if not row[name]:
        return "–"
    hits, lines = int(row[name]), int(row["lines"])
    return interval([True] * hits + [False] * (lines - hits))
