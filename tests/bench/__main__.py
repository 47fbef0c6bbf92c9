"""``make bench``: measures a whole Anban and writes docs/benchmarks.md.

``--setup`` also measures ``make setup`` in a fresh clone (minutes; downloads everything anew).
``--only typed`` prints figures of typed turns and writes nothing, for work on their speed;
``--only emergencies`` those of the way from a cry for help to the first sender;
``--only sessions`` what 1, 20 and 50 calls cost without their engines;
``--only messages`` how soon the official account answers, which is written into the page;
``--only engines`` how well each recogniser hears; ``--only slope`` what calls leave behind;
``--only calls`` how soon spoken turns are answered; ``--only patience`` what is cut off or lost;
``--only answers`` what becomes of short answers; ``--only peer`` the same calls led by a pipecat
pipeline, for which ``--pipecat`` names the folder it was put into (``uv pip install --target
FOLDER pipecat-ai``); with that folder they are in the page, too.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
from pathlib import Path

from anban.errors import AnbanError
from anban.settings import ROOT, Settings
from anban.stage import CALL_PROCESSES, CHAT_PROCESSES, Stage, stage
from tests.bench import (
    emergencies,
    engines,
    fresh,
    memory,
    messages,
    patience,
    peer,
    sessions,
    slope,
    spoken,
    talking,
    talks,
    typed,
)
from tests.bench.figures import Samples, Stopwatch, load_average, table
from tests.bench.report import Measured, markdown, spoken_lines

REPORT = ROOT / "docs" / "benchmarks.md"
EVERYTHING = CALL_PROCESSES | {"watchdog"}
STARTS = 3
WARM_UP, ALONE, TOGETHER = 6, 36, 36
"""Conversations of six turns: not counted; of one client; of four."""
SESSIONS_S = 30.0


async def main(command: str, pipecat: Path | None) -> None:
    """Measures all parts and writes the page."""
    loads, starts = [load_average()], []
    for number in range(1, STARTS):
        starts.append(await _start())
        print(f"start {number}: {starts[-1]:.1f} s", flush=True)
    begun = stage(EVERYTHING)  # fixed sentences are in the cache of earlier stages by now
    with Stopwatch() as watch:
        staged = await begun.__aenter__()
    try:
        starts.append(watch.seconds)
        print(f"start {STARTS}: {watch.seconds:.1f} s", flush=True)
        ready = memory.of(staged)
        number = WARM_UP + ALONE + TOGETHER + len(talks.CALLS) + spoken.CROWD + 1
        callers = await talks.register(staged.backend_config, staged.settings.inbox_url, number)
        print("calls …", flush=True)
        by_voice = await spoken.measure(staged, callers)
        loads.append(load_average())
        print("typed turns …", flush=True)
        one, four, parts = await _typed(staged, callers)
        loads.append(load_average())
        found = Measured(
            command=command,
            commit=_commit(),
            loads=loads,
            starts=starts,
            memory=(ready, memory.of(staged)),
            one=one,
            four=four,
            parts=parts,
            spoken=by_voice,
            setup=fresh.kept(),
        )
    finally:
        await begun.__aexit__(None, None, None)
    print("the session of a call …", flush=True)
    found.talking = talking.Talking(
        patience=await patience.measure(Settings()),
        sessions=await _sessions(),
        peer=await asyncio.to_thread(peer.measure, Settings(), pipecat) if pipecat else (),
        slope=await slope.measure(Settings()),
        engines=await engines.measure(Settings()),
    )
    print("the official account …", flush=True)
    messages.keep(await messages.measure())
    REPORT.write_text(markdown(found), encoding="utf-8")
    print(f"written: {REPORT}")


def _commit() -> str:
    """The commit of the checkout, and whether it was changed since."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude", "*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return described.stdout.strip() or "unknown"


async def _start() -> float:
    begun = stage(EVERYTHING, own_speech=True)
    with Stopwatch() as watch:
        await begun.__aenter__()
    await begun.__aexit__(None, None, None)
    return watch.seconds


async def _typed(
    staged: Stage, callers: talks.Callers
) -> tuple[typed.Turns, typed.Turns, dict[str, Samples]]:
    await typed.hold(staged, callers.talks(WARM_UP), 1)
    one = await typed.hold(staged, callers.talks(ALONE), 1)
    four = await typed.hold(staged, callers.talks(TOGETHER), 4)
    return one, four, await typed.parts(staged, callers)


async def only_typed() -> None:
    """Prints typed turns and their parts."""
    async with stage(CHAT_PROCESSES) as staged:
        number = WARM_UP + ALONE + TOGETHER + 1
        callers = await talks.register(staged.backend_config, staged.settings.inbox_url, number)
        one, four, parts = await _typed(staged, callers)
        rows = [["one client", *one.all.in_ms()], ["four clients", *four.all.in_ms()]]
        rows += [[f"turn {place}", *one.by_place[place].in_ms()] for place in sorted(one.by_place)]
        rows += [[f"processor: {name}", "", f"{ms:.1f}", ""] for name, ms in one.cpu.items()]
        rows += [[name, *samples.in_ms()] for name, samples in parts.items()]
        print(f"orders {len(one.orders)} {len(four.orders)}, load {load_average()}")
        print("\n".join(table(["", "number", "p50 ms", "p95 ms"], rows)))


async def only_emergencies() -> None:
    """Prints how fast emergencies are written and told."""
    async with stage(emergencies.PROCESSES) as staged:
        print(await emergencies.measure(staged))
        print(f"load {load_average()}")


async def only_calls() -> None:
    """Prints how soon spoken turns are answered."""
    async with stage(CALL_PROCESSES) as staged:
        number = len(talks.CALLS) + spoken.CROWD + 1
        callers = await talks.register(staged.backend_config, staged.settings.inbox_url, number)
        found = await spoken.measure(staged, callers)
    print("\n".join(spoken_lines(found)))
    print(f"load {load_average()}")


async def only_patience() -> None:
    """Prints what is cut off, lost, or talked over."""
    print("\n".join(talking.patience_lines(await patience.measure(Settings()))))
    print(f"load {load_average()}")


async def only_answers() -> None:
    """Prints what becomes of short answers."""
    print("\n".join(talking.answer_lines([await patience.answers(Settings())])))
    print(f"load {load_average()}")


async def only_sessions() -> None:
    """Prints what calls cost without their engines."""
    print("\n".join(talking.session_lines(await _sessions())))
    print(f"load {load_average()}")


async def _sessions() -> list[sessions.Sessions]:
    return [await sessions.measure(Settings(), calls, SESSIONS_S) for calls in (1, 20, 50)]


async def only_engines() -> None:
    """Prints how well each recogniser hears real speech."""
    print("\n".join(talking.engine_lines(await engines.measure(Settings()))))
    print(f"load {load_average()}")


async def only_slope() -> None:
    """Prints what calls leave behind."""
    print(await slope.measure(Settings()))


async def only_messages() -> None:
    """Measures how soon the official account answers, and writes that part of the page."""
    found = await messages.measure()
    messages.keep(found)
    print("\n".join(messages.lines(messages.kept())))


ONLY = {
    "typed": only_typed,
    "emergencies": only_emergencies,
    "messages": only_messages,
    "sessions": only_sessions,
    "calls": only_calls,
    "patience": only_patience,
    "answers": only_answers,
    "engines": only_engines,
    "slope": only_slope,
}


def only_peer(pipecat: Path) -> None:
    """Prints how the same calls fare that a pipecat pipeline leads."""
    print("\n".join(talking.peer_lines(peer.measure(Settings(), pipecat))))
    print(f"load {load_average()}")


def _arguments() -> argparse.Namespace:
    given = argparse.ArgumentParser(prog="python -m tests.bench")
    given.add_argument("--setup", action="store_true", help="measure make setup, too")
    given.add_argument("--only", choices=["setup", "peer", *ONLY], help="measure only this")
    given.add_argument("--pipecat", type=Path, help="folder that pipecat was put into")
    return given.parse_args()


if __name__ == "__main__":
    asked = _arguments()
    try:
        if asked.setup or asked.only == "setup":
            fresh.measure()
        if asked.only == "peer":
            only_peer(asked.pipecat or sys.exit("bench: --only peer needs --pipecat FOLDER"))
        elif asked.only in ONLY:
            asyncio.run(ONLY[asked.only]())
        elif asked.only is None:
            given = (" --setup" * asked.setup, " --pipecat FOLDER" * bool(asked.pipecat))
            asyncio.run(main("python -m tests.bench" + "".join(given), asked.pipecat))
    except AnbanError as trouble:
        sys.exit(f"bench: {trouble}")
