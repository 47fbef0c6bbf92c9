"""What a load run found, kept beside it and shown in docs/benchmarks.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench import page

KEPT = Path(__file__).with_name("calls.json")
"""The last run: it takes minutes and is not repeated by every ``make bench``."""
TITLE = "## Calls through the exchange"


@dataclass(frozen=True)
class Load:
    """One run."""

    day: str
    machine: str
    load_before: str
    calls: int
    at_once: int
    talk_s: float
    dropped: int
    """calls that sipp says failed (not answered, ended by us …), or on which nothing came"""
    one_way: int
    """calls on which one of the two did not hear the other"""
    heard: int
    """calls on which Anban recognised what the caller said"""
    answered_again: int
    """calls on which the caller heard Anban's answer to it"""
    to_caller: tuple[int, int]
    """packets to all callers, and how many were lost"""
    whole: float
    """packets to all callers, of 50 a second: what Anban could not send in time is left out"""
    fewest: int
    """packets to the caller who got fewest"""
    from_callers: int
    answered_s: tuple[float, float]
    """from the ring to the first packet: median, longest"""
    greeted_s: tuple[float, float]
    """from the ring to the first sound: median, longest"""
    left: int
    """channels and calls still open afterwards"""


def keep(found: Load) -> None:
    """Write a run beside the program and into the page."""
    KEPT.write_text(json.dumps(asdict(found), ensure_ascii=False, indent=1) + "\n")
    page.put(TITLE, lines(asdict(found)))


def kept() -> dict[str, Any] | None:
    """The last run; None where there was none."""
    return json.loads(KEPT.read_text()) if KEPT.exists() else None


def lines(found: dict[str, Any] | None) -> Sequence[str]:
    """The part of the page."""
    if found is None:
        return ()
    rows = [
        ("calls, at once", f"{found['calls']}, {found['at_once']}"),
        ("dropped", f"**{found['dropped']}**"),
        ("one-way audio", f"**{found['one_way']}**"),
        ("Anban recognised what the caller said", f"{found['heard']}"),
        ("the caller heard Anban's answer to it", f"{found['answered_again']}"),
        ("RTP packets to the callers, lost", "{}, {}".format(*found["to_caller"])),
        ("packets to the callers, of 50 a second", f"{found['whole']:.0%}"),
        ("fewest packets to one caller", f"{found['fewest']}"),
        ("RTP packets from the callers", f"{found['from_callers']}"),
        (
            "ring → first packet, median and longest",
            "{:.2f} s, {:.2f} s".format(*found["answered_s"]),
        ),
        (
            "ring → first sound, median and longest",
            "{:.2f} s, {:.2f} s".format(*found["greeted_s"]),
        ),
        ("channels and calls left open afterwards", f"{found['left']}"),
    ]
    return [
        TITLE,
        "",
        f"`make load`, measured {found['day']} on {found['machine']}, load average "
        f"{found['load_before']} before. sipp calls a real Asterisk 22 where nobody is logged in; "
        f"each caller hears Anban's greeting, asks for a person, and hangs up after "
        f"{found['talk_s']:g} s. Each caller's RTP is sent and counted by the run itself; that "
        "Anban heard the caller is taken from the call's events.",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in rows),
        "",
    ]
