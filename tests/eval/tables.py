"""Figures as Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A Markdown table."""
    out = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return out + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows] + [""]


def percent(hits: Sequence[bool]) -> str:
    """Share of hits, with their number."""
    return f"{100 * sum(hits) / len(hits):.1f} % ({len(hits)})" if hits else "–"


def interval(hits: Sequence[bool]) -> str:
    """Share of hits with its 95 % interval (Wilson 1927)."""
    if not hits:
        return "–"
    n, share, z = len(hits), sum(hits) / len(hits), 1.96
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low = max(0.0, middle - reach)
    return f"{100 * share:.1f} % ({100 * low:.0f}–{100 * (middle + reach):.0f}, {n})"
