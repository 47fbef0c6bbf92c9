"""Memory and processor time of a running Anban: its processes, theirs, and the database's."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from anban.stage import Stage

PROC = Path("/proc")


@dataclass(frozen=True)
class Held:
    """What one part holds and has used.

    Attributes:
        processes: how many it runs.
        cpu: seconds of processor time since it started, those of ended children included; they
            depend less than times on the clock on what else the machine does.
        rss: bytes of resident pages, shared ones counted in each process.
        pss: bytes of resident pages, shared ones divided among those that share them; None where
            /proc does not tell.
    """

    processes: int
    cpu: float
    rss: int
    pss: int | None


def of(staged: Stage) -> dict[str, Held]:
    """Each part by name."""
    children = _children()
    roots = {
        watched.process.name: watched.child.pid
        for watched in staged.supervisor.watched
        if watched.child is not None and watched.child.returncode is None
    }
    postmaster = staged.settings.data / "postgres" / "postmaster.pid"
    roots["postgres"] = int(postmaster.read_text().splitlines()[0])
    return {name: _held(_family(pid, children)) for name, pid in roots.items()}


def total(parts: dict[str, Held]) -> Held:
    """All parts together."""
    shares = [held.pss for held in parts.values()]
    known = [share for share in shares if share is not None]
    return Held(
        sum(held.processes for held in parts.values()),
        sum(held.cpu for held in parts.values()),
        sum(held.rss for held in parts.values()),
        sum(known) if len(known) == len(shares) else None,
    )


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                found[int(_status(int(entry.name))[1])].append(int(entry.name))
            except OSError:  # it ended meanwhile
                continue
    return found


def _status(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on: state, parent … (proc(5))."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _cpu(pid: int) -> float:
    try:
        return sum(map(int, _status(pid)[11:15])) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return 0.0


def _family(pid: int, children: dict[int, list[int]]) -> list[int]:
    return [pid, *(member for child in children[pid] for member in _family(child, children))]


def _held(pids: list[int]) -> Held:
    sizes = [_sizes(pid) for pid in pids]
    shares = [pss for _, pss in sizes if pss is not None]
    return Held(
        len(pids),
        sum(map(_cpu, pids)),
        sum(rss for rss, _ in sizes),
        sum(shares) if len(shares) == len(pids) else None,
    )


def _sizes(pid: int) -> tuple[int, int | None]:
    try:
        rollup = (PROC / str(pid) / "smaps_rollup").read_text()
        lines = [line.split() for line in rollup.splitlines() if line.endswith("kB")]
        found = {words[0]: int(words[1]) * 1024 for words in lines}
        return found["Rss:"], found["Pss:"]
    except (OSError, KeyError):
        return _resident(pid), None


def _resident(pid: int) -> int:
    try:
        status = (PROC / str(pid) / "status").read_text()
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0")
    return int(line.split()[1]) * 1024
