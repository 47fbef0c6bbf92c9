"""docs/benchmarks.md, from what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from tests.bench import messages
from tests.bench.figures import Samples, machine, table, verdict
from tests.bench.memory import Held, total
from tests.bench.spoken import CROWD, Spoken
from tests.bench.talking import Talking, goals, lines
from tests.bench.typed import Turns
from tests.load import report as calls
from tests.mutation import report as inputs

GOALS = {"setup": 600.0, "ready": 60.0, "memory": 4e9, "typed": 0.060}
"""Seconds, bytes; the goals the project set itself."""


@dataclass
class Measured:
    """Everything one run of the benchmark found.

    Attributes:
        command: how it was started.
        commit: what was measured.
        loads: 1-minute load average before, between and after the parts.
        starts: seconds from nothing to ready, for each start.
        memory: by part, when ready and after all the talking.
        one: typed turns of one client.
        four: typed turns of four clients.
        parts: parts of a typed turn on their own.
        spoken: spoken turns.
        setup: see ``tests.bench.fresh``; None where never measured.
        talking: what a call is like, engines and mind apart.
    """

    command: str
    commit: str
    loads: list[str]
    starts: list[float]
    memory: tuple[dict[str, Held], dict[str, Held]]
    one: Turns
    four: Turns
    parts: dict[str, Samples]
    spoken: Spoken
    setup: dict[str, Any] | None
    talking: Talking | None = None


def markdown(found: Measured) -> str:
    """The page."""
    page = [
        "# Benchmarks",
        "",
        f"Written by `{found.command}` on {datetime.now():%Y-%m-%d %H:%M}; do not edit. Every "
        "figure is of a whole Anban with an empty database, ports of its own, and its client on "
        "the same machine.",
        "",
        *table(
            ["machine", ""],
            [
                *machine().items(),
                ("load average before, after calls, after typing", " → ".join(found.loads)),
                ("commit", found.commit),
            ],
        ),
        *_goals(found),
        *_starting(found),
        *_memory(*found.memory),
        *_typed(found),
        *spoken_lines(found.spoken),
        *(lines(found.talking) if found.talking else ()),
        *_setup(found.setup),
        *messages.lines(messages.kept()),
        *calls.lines(calls.kept()),
        *inputs.lines(inputs.kept()),
    ]
    return "\n".join(page).rstrip() + "\n"


def _goals(found: Measured) -> list[str]:
    ready, after = (total(part) for part in found.memory)
    kind, used = ("RSS", after.rss) if after.pss is None else ("PSS", after.pss)
    gigabytes = GOALS["memory"] / 1e9
    rows = [
        _goal("start to ready", median(found.starts), GOALS["ready"], "s"),
        _goal("memory together when ready (RSS)", ready.rss / 1e9, gigabytes, "GB"),
        _goal(f"the same after all calls ({kind})", used / 1e9, gigabytes, "GB"),
        _goal("typed turn, median", 1e3 * found.one.all.median, 1e3 * GOALS["typed"], "ms"),
    ]
    if found.setup:
        rows.insert(0, _goal("`make setup`", found.setup["seconds"], GOALS["setup"], "s"))
    spoken = found.spoken.cached
    if len(spoken):
        rows += [
            _goal("spoken turn from the cache, p50", spoken.median, 1.2, "s"),
            _goal("the same, p95", spoken.quantile(0.95), 2.0, "s"),
        ]
    if len(found.spoken.crowd):
        rows.append(_goal("8 calls at once, p95", found.spoken.crowd.quantile(0.95), 3.0, "s"))
    if found.talking:
        rows += [_goal(*goal) for goal in goals(found.talking)]
    return ["## Goals", "", *table(["figure", "measured", "goal", ""], rows)]


def _goal(name: str, value: float, goal: float, unit: str) -> list[str]:
    digits = 2 if unit in ("GB", "s") and goal < 10 else 1
    return [name, f"{value:.{digits}f} {unit}", f"< {goal:g} {unit}", verdict(value, goal)]


def _starting(found: Measured) -> list[str]:
    times = ", ".join(f"{seconds:.1f}" for seconds in found.starts)
    return [
        "## Start",
        "",
        "From an empty data folder to every part ready (the database is created and brought up to "
        "date, speech models and Rasa's model are loaded): median "
        f"**{median(found.starts):.1f} s** of {times}. The last one used "
        f"{total(found.memory[0]).cpu:.0f} s of processor time: no less than "
        f"{total(found.memory[0]).cpu / int(machine()['cores']):.0f} s on {machine()['cores']} "
        "cores that do nothing else.",
        "",
    ]


def _memory(ready: dict[str, Held], after: dict[str, Held]) -> list[str]:
    rows = [_held(name, ready[name], after[name]) for name in sorted(ready)]
    rows.append(_held("**together**", total(ready), total(after)))
    head = [
        *("part", "processes", "RSS ready", "PSS ready", "RSS after", "PSS after"),
        "processor s to ready",
    ]
    return [
        "## Memory",
        "",
        "In MB, when ready and after all conversations and calls below. RSS counts shared pages in "
        "each process, PSS once.",
        "",
        *table(head, rows),
    ]


def _held(name: str, ready: Held, after: Held) -> list[str]:
    sizes = (ready.rss, ready.pss, after.rss, after.pss)
    shown = ("–" if size is None else f"{size / 1e6:.0f}" for size in sizes)
    return [name, str(after.processes), *shown, f"{ready.cpu:.1f}"]


def _typed(found: Measured) -> list[str]:
    one, four = found.one, found.four
    rows = [
        ["one client", *one.all.in_ms(), f"{len(one.all) / one.wall:.1f}"],
        ["four clients", *four.all.in_ms(), f"{len(four.all) / four.wall:.1f}"],
    ]
    places = [[str(place), *one.by_place[place].in_ms()] for place in sorted(one.by_place)]
    return [
        "## Typed turn",
        "",
        "`POST /v1/chat` with the service token; conversations of six turns without pauses between "
        "them, warm, each from another elder. They led to "
        f"{len(one.orders)} and {len(four.orders)} orders.",
        "",
        *table(["", "turns", "p50 ms", "p95 ms", "turns a second"], rows),
        "By the place of the turn in its conversation (one client):",
        "",
        *table(["turn", "number", "p50 ms", "p95 ms"], places),
        "Processor time of a turn by part (one client), in ms; it depends less on what else the "
        "machine does than the times above:",
        "",
        *table(["part", "ms"], _busy(one.cpu)),
        "Parts on their own, one call after the other:",
        "",
        *table(
            ["part", "calls", "p50 ms", "p95 ms"],
            [[name, *samples.in_ms()] for name, samples in found.parts.items()],
        ),
    ]


def _busy(cpu: dict[str, float]) -> list[list[str]]:
    rows = sorted(cpu.items(), key=lambda item: -item[1])
    shown = [[name, f"{ms:.1f}"] for name, ms in rows if ms >= 0.05]
    return [*shown, ["**together**", f"{sum(cpu.values()):.1f}"]]


def spoken_lines(found: Spoken) -> list[str]:
    """How soon spoken turns are answered."""
    rows = [
        ["speech end → first reply audio, first clause in the cache", *found.cached.in_s()],
        ["speech end → first reply audio, first clause synthesised", *found.fresh.in_s()],
        [f"the same, {CROWD} calls at once", *found.crowd.in_s()],
        ["of it: silence that ends the turn, and recognition", *found.hearing.in_s()],
        ["of it: the mind", *found.mind.in_s()],
        ["of it: text to sound", *found.speaking.in_s()],
        ["recogniser, an utterance", *found.recognition.in_s()],
        ["length of an utterance", *found.utterances.in_s()],
        ["synthesiser, a new clause", *found.synthesis.in_s()],
        ["length of a clause's sound", *found.sound.in_s()],
    ]
    took = "more time than was waited for" if found.prewarm is None else f"{found.prewarm:.0f} s"
    warm, fixed = found.warmed
    return [
        "## Spoken turn",
        "",
        "Calls over AudioSocket at 8 kHz in real time, the caller's lines spoken by another voice. "
        "The silence that ends a turn (0.8 s or more) is part of the figures. "
        f"{found.orders} orders were placed by voice; {found.unanswered} turns had no answer, "
        f"after {found.unclear} the caller was asked to say it again. A first start speaks its "
        f"fixed sentences into the cache in the background: {warm} of {fixed} clauses in {took}.",
        "",
        *table(["seconds", "number", "p50", "p95", "max"], rows),
    ]


def _setup(found: dict[str, Any] | None) -> list[str]:
    if found is None:
        return ["## Set-up", "", "Not measured; `python -m tests.bench --setup` does.", ""]
    return [
        "## Set-up",
        "",
        f"`make setup` in a fresh clone with empty caches, measured {found['date']} on "
        f"{found['machine']['processor']}, {found['machine']['cores']} cores, load average "
        f"{found['load']} before: **{found['seconds']:.0f} s**. It fills "
        f"{found['megabytes']['environments']} MB with packages and "
        f"{found['megabytes']['weights']} MB with weights.",
        "",
        *table(["step", "seconds"], [[name, value] for name, value in found["steps"].items()]),
    ]
