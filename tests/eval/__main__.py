"""``make eval``: how well unseen language is understood; writes docs/evaluation.md.

The sets in this folder were written by people who never saw the training language.
``--baselines`` first measures the peer configurations anew (tests/eval/baselines; takes long).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from anban.errors import AnbanError
from anban.understand import Understanding
from bot.understanding.emergency import assess
from bot.understanding.times import parse_when
from tests.eval import baselines
from tests.eval.garble import Garbler

FOLDER = Path(__file__).parent
REPORT = FOLDER.parents[1] / "docs" / "evaluation.md"
NOW = datetime(2026, 3, 4, 9, 10)
VARIETIES = ("mandarin", "minnan", "hakka", "jin", "dongbei", "sichuan", "cantonese")
LEVELS = ("certain", "possible", "no")
NOISES = (0.0, 0.2, 0.4, 0.5, 0.6)

Line = dict[str, Any]


def lines(name: str) -> list[Line]:
    """A set of this folder."""
    path = FOLDER / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A Markdown table."""
    out = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return out + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows] + [""]


def percent(hits: Sequence[bool]) -> str:
    """Share of hits, with their number."""
    return f"{100 * sum(hits) / len(hits):.1f} % ({len(hits)})" if hits else "–"


async def acts(understanding: Understanding, report: list[str]) -> None:
    """Acts and services, per variety, clean and under homophone noise."""
    asked = lines("acts")
    garbler = Garbler(line["text"] for line in asked)
    by_noise, seconds = {}, []
    for noise in NOISES:
        found = []
        for line in asked:
            text = garbler.garble(line["text"], noise) if noise else line["text"]
            began = time.perf_counter()
            found.append(await understanding.of(text, NOW, None))
            seconds.append(time.perf_counter() - began)
        by_noise[noise] = found
    _act_tables(asked, by_noise, report)
    seconds.sort()
    report += [
        f"Time for a line, once loaded: median {1000 * statistics.median(seconds):.1f} ms, "
        f"95th percentile {1000 * seconds[int(0.95 * len(seconds))]:.1f} ms.",
        "",
    ]


def _act_tables(asked: list[Line], by_noise: dict[float, list[Line]], report: list[str]) -> None:
    def right(noise: float, keep: Any = lambda line: True) -> list[bool]:
        pairs = zip(asked, by_noise[noise], strict=True)
        return [line["act"] == found["act"] for line, found in pairs if keep(line)]

    def service(noise: float) -> list[bool]:
        pairs = zip(asked, by_noise[noise], strict=True)
        return [
            line["service"] == found["service"] for line, found in pairs if line["act"] == "book"
        ]

    report += ["## Acts", ""]
    report += table(
        ["variety", *(f"{noise:.0%} garbled" if noise else "as written" for noise in NOISES)],
        [
            ["all", *(percent(right(noise)) for noise in NOISES)],
            *(
                [v, *(percent(right(n, lambda line, v=v: line["variety"] == v)) for n in NOISES)]
                for v in VARIETIES
            ),
            ["service of a booking", *(percent(service(noise)) for noise in NOISES)],
        ],
    )
    rows = []
    for act in sorted({line["act"] for line in asked}):
        wrong = Counter(
            found["act"]
            for line, found in zip(asked, by_noise[0.0], strict=True)
            if line["act"] == act and found["act"] != act
        )
        mistaken = ", ".join(f"{name} {count}" for name, count in wrong.most_common(3))
        rows.append([act, percent(right(0.0, lambda line, a=act: line["act"] == a)), mistaken])
    report += table(["act", "right", "taken for"], rows)


def emergencies(report: list[str]) -> None:
    """Signs of emergencies: recall, false alarms, questions."""
    report += ["## Emergencies", "", "The recogniser alone, without the classifier of acts.", ""]
    levels: dict[str, list[str]] = defaultdict(list)
    for line in lines("emergencies"):
        level = assess(line["text"]).level
        noisy = "garbled" if line["asr_noise"] else "clean"
        sort = "emergency" if line["is_emergency"] else "trap"
        levels[f"{sort}, {noisy}"].append(level)
        if line["is_emergency"]:
            levels[f"emergency, {line['variety']}"].append(level)
        elif line.get("trap"):
            levels[f"trap: {line['trap']}"].append(level)
    for line in lines("acts"):
        if line["act"] != "emergency":
            levels["ordinary talk"].append(assess(line["text"]).level)
    report += table(
        ["lines", "number", "certain", "possible", "no"],
        [
            [name, len(found), *(f"{found.count(level) / len(found):.1%}" for level in LEVELS)]
            for name, found in sorted(levels.items())
        ],
    )


def times(report: list[str]) -> None:
    """Times: right, rightly asked back, not read, silently wrong."""
    verdicts: Counter[str] = Counter()
    asked = lines("times")
    for line in asked:
        verdicts[_verdict(line)] += 1
    report += ["## Times", ""]
    report += table(
        ["verdict", "lines", "share"],
        [[name, count, f"{count / len(asked):.1%}"] for name, count in verdicts.most_common()],
    )


def _verdict(line: Line) -> str:
    found = parse_when(line["text"], datetime.fromisoformat(line["now"]))
    if found is None:
        return "not read"
    said = found.as_dict()
    expected = {name: line.get(f"expect_{name}") for name in ("date", "start", "end", "time")}
    same = all((said[n] or None) == (expected[n] or None) for n in expected) and (
        (said["recurring"] or None) == (line.get("recurring") or None)
    )
    to_ask = any(word in line.get("note", "") for word in ("PAST", "CONFLICT", "AMBIG", "vague"))
    if said["ask"]:
        return "rightly asked back" if to_ask else "asked back without need"
    return "right" if same else "silently wrong"


async def main(*, peers: bool) -> None:
    """Measures everything, with ``peers`` the peer configurations too, and writes the report."""
    if peers:
        await baselines.measure(lines("acts"))
    report = [
        "# Evaluation",
        "",
        f"Written by `make eval` on {date.today().isoformat()}. The sets in tests/eval were "
        "written by people who never saw the training language; none of their lines is trained on.",
        "",
    ]
    understanding = await Understanding.start()
    try:
        await acts(understanding, report)
    finally:
        await understanding.stop()
    emergencies(report)
    times(report)
    report += baselines.section()
    REPORT.write_text("\n".join(report).rstrip() + "\n", encoding="utf-8")
    print(f"written: {REPORT}")


if __name__ == "__main__":
    given = argparse.ArgumentParser(prog="python -m tests.eval")
    given.add_argument("--baselines", action="store_true", help="measure peer configurations, too")
    try:
        asyncio.run(main(peers=given.parse_args().baselines))
    except AnbanError as trouble:
        sys.exit(f"eval: {trouble}")
