"""Memory of a running Anban: every process it started, and theirs, and the database's."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from anban.stage import Stage

PROC = Path("/proc")


@dataclass(frozen=True)
class Held:
    """Memory of one part, in bytes.

    Attributes:
        processes: how many it runs.
        rss: resident pages, shared ones counted in each process.
        pss: resident pages, shared ones divided among those that share them; None where /proc
            does not tell.
    """

    processes: int
    rss: int
    pss: int | None


def of(staged: Stage) -> dict[str, Held]:
    """Memory of each part by name."""
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
        sum(held.rss for held in parts.values()),
        sum(known) if len(known) == len(shares) else None,
    )


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:  # it ended meanwhile
                continue
            found[parent].append(int(entry.name))
    return found


def _family(pid: int, children: dict[int, list[int]]) -> list[int]:
    return [pid, *(member for child in children[pid] for member in _family(child, children))]


def _held(pids: list[int]) -> Held:
    sizes = [_sizes(pid) for pid in pids]
    shares = [pss for _, pss in sizes if pss is not None]
    return Held(
        len(pids), sum(rss for rss, _ in sizes), sum(shares) if len(shares) == len(pids) else None
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
