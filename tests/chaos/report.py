"""The section of docs/reliability.md that ``make chaos`` writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tests.bench.figures import Samples, machine, table
from tests.chaos.callers import Cry, Families
from tests.chaos.judge import Verdict
from tests.chaos.trouble import Trouble

BEGIN, END = "<!-- written by `make chaos`: begin -->", "<!-- written by `make chaos`: end -->"


def section(
    command: str,
    commit: str,
    seconds: float,
    cries: Sequence[Cry],
    trouble: Trouble,
    families: Families,
    verdict: Verdict,
) -> str:
    """The run as Markdown."""
    repeated = sum(times - 1 for times in families.received.values())
    lines = [
        f"`{command}` at {commit}, {datetime.now():%Y-%m-%d}, {seconds / 60:.0f} minutes, on "
        + ", ".join(f"{name}: {value}" for name, value in machine().items())
        + ".",
        "",
        *_must_hold(cries, verdict),
        *_happened(cries, trouble, repeated, verdict),
        *_seconds(cries, verdict),
        *table(
            ("process", "killed with -9"),
            sorted(trouble.kills.items()),
        ),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _must_hold(cries: Sequence[Cry], verdict: Verdict) -> list[str]:
    """What must hold, and whether it did."""
    silent = sum(not cry.comforted for cry in cries)
    return table(
        ("what must hold", "found"),
        [
            ("cries for help", len(cries)),
            ("lost", verdict.lost),
            ("counted twice", verdict.twice),
            ("a contact alarmed twice on one rung", verdict.told_twice),
            ("neither acknowledged nor on the last rung", verdict.unsettled),
            ("nobody reached", verdict.untold),
            ("answered with something else than the emergency sentences", silent),
        ],
    )


def _happened(cries: Sequence[Cry], trouble: Trouble, repeated: int, verdict: Verdict) -> list[str]:
    """What happened to the cries meanwhile."""
    spooled = sum(cry.spooled for cry in cries)
    first = sum(cry.tries == 1 for cry in cries)
    return table(
        ("what happened", "found"),
        [
            ("acknowledged by a person", verdict.acknowledged),
            ("on the last rung, nobody acknowledged", verdict.last_rung),
            ("the caller fell silent: the next rung began at once", verdict.silent),
            ("heard at the first cry", first),
            ("cried again since the process that heard was dead", len(cries) - first),
            ("answered before the backend had it (spooled)", spooled),
            ("alarms that a receiver got again (recognised by their id)", repeated),
            ("PostgreSQL stopped, seconds", _numbers(trouble.outages)),
        ],
    )


def _seconds(cries: Sequence[Cry], verdict: Verdict) -> list[str]:
    """How long it took."""
    return table(
        ("seconds", "n", "median", "95 %", "largest"),
        [
            (
                "a caller's wait for the answer, once heard",
                *Samples([cry.answer_s for cry in cries]).in_s(),
            ),
            (
                "from the first cry to the answer, repetitions included",
                *Samples([cry.answered_after for cry in cries]).in_s(),
            ),
            ("from the first cry to row and first rung", *verdict.to_alarm.in_s()),
        ],
    )


def _numbers(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.0f}" for value in values) or "–"


def write(page: Path, text: str) -> None:
    """Puts the section between its marks, and leaves the rest of the page as it is."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")
