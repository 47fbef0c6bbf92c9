"""The part of docs/benchmarks.md that tells what a call is like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.engines import LINES, Found
from tests.bench.figures import table
from tests.bench.patience import Patience
from tests.bench.sessions import Sessions
from tests.bench.slope import Slope


@dataclass(frozen=True)
class Talking:
    """What was measured of calls whose mind follows a script."""

    patience: Patience
    sessions: list[Sessions]
    slope: Slope
    engines: Found


def goals(found: Talking) -> list[tuple[str, float, float, str]]:
    """Name, value, goal and unit of each figure the project set itself."""
    patience, most = found.patience, found.sessions[-1]
    return [
        ("decision to stop → silence, p95", 1e3 * patience.stop.quantile(0.95), 300.0, "ms"),
        ("lines cut off in a pause", 100 * patience.cut_share, 3.0, "%"),
        ("short answers lost", 100 * len(patience.lost) / patience.answers, 2.0, "%"),
        ("a call without its engines", 100 * most.cores_per_call, 2.5, "% of a core"),
        (f"late frames of {most.calls} calls", most.late_frames, 1.0, "frames"),
        ("memory that 100 calls leave", found.slope.mb_per_100, 1.0, "MB"),
    ]


def lines(found: Talking) -> list[str]:
    """The sections."""
    return [
        *patience_lines(found.patience),
        *session_lines(found.sessions),
        f"Calls that came and went, 20 at a time, {found.slope.calls} in all, left "
        f"{found.slope.mb_per_100:.2f} MB for each 100 of them.",
        "",
        *engine_lines(found.engines),
    ]


def patience_lines(found: Patience) -> list[str]:
    """Who is interrupted, cut off, or not heard."""
    cuts = [[f"{pause_s:g} s", len(cuts), sum(cuts)] for pause_s, cuts in sorted(found.cut.items())]
    return [
        "## Patience",
        "",
        "Lines spoken by callers' voices with the hum of a room, over AudioSocket in real time, "
        "heard by the default recogniser; only the mind and its voice follow a script.",
        "",
        *table(
            ["milliseconds", "number", "p50", "p95"],
            [
                ["caller's first sound → our voice goes down", *found.softer.in_ms()],
                ["caller's first sound → we are silent", *found.silent.in_ms()],
                ["decision to stop → we are silent", *found.stop.in_ms()],
            ],
        ),
        f"{found.talked_over} interruptions did not stop us.",
        "",
        "Lines with a hesitation in the middle, by the length of the pause:",
        "",
        *table(["pause", "lines", "cut off in it"], cuts),
        *_list("Cut off", found.where),
        f"Short answers to a yes-or-no question: {found.answers}, of which {len(found.lost)} never "
        f"reached the mind and {len(found.misheard)} reached it as something else.",
        "",
        *_list("Lost", found.lost),
        *_list("Misheard", found.misheard),
    ]


def _list(title: str, found: Sequence[str]) -> list[str]:
    return [f"{title}: {'; '.join(found)}.", ""] if found else []


def session_lines(found: Sequence[Sessions]) -> list[str]:
    """What the logic of a call costs."""
    rows = [
        [
            one.calls,
            f"{100 * one.cores_per_call:.2f}",
            f"{one.late_frames} of {one.frames}",
            one.turns,
        ]
        for one in found
    ]
    return [
        "## A call without its engines",
        "",
        "AudioSocket, voice activity, turn taking and playback of calls in one process; "
        "recognition and synthesis answer at once.",
        "",
        *table(["calls", "% of a core a call", "late frames", "turns"], rows),
    ]


def engine_lines(found: Found) -> list[str]:
    """How well each recogniser hears."""
    rows = [
        [
            *key,
            len(heard.rates),
            f"{heard.rate:.1%}",
            f"{heard.median:.1%}",
            f"{heard.took.median:.2f}",
        ]
        for key, heard in found.heard.items()
    ]
    head = ["engine", "recordings", "line", "number", "CER", "median", "seconds each"]
    return [
        "## Recognisers",
        "",
        f"Character error rates on recordings of real people, {' and '.join(LINES)}.",
        "",
        *table(head, rows),
        *(f"- {name} was not measured: {why}" for name, why in found.missing.items()),
        "",
    ]
