"""Samples and the machine they were taken on, as Markdown."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Samples:
    """Times of one thing measured again and again, in seconds."""

    seconds: list[float] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.seconds)

    def add(self, seconds: float) -> None:
        """One more."""
        self.seconds.append(seconds)

    def quantile(self, share: float) -> float:
        """The smallest sample that at least ``share`` of all do not exceed (nearest rank)."""
        ordered = sorted(self.seconds)
        return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]

    @property
    def median(self) -> float:
        """The middle one, in seconds."""
        return statistics.median(self.seconds)

    def in_ms(self) -> list[str]:
        """Number, median and 95th percentile in milliseconds, for a row of a table."""
        if not self.seconds:
            return ["0", "–", "–"]
        return [str(len(self)), f"{1e3 * self.median:.1f}", f"{1e3 * self.quantile(0.95):.1f}"]

    def in_s(self) -> list[str]:
        """Number, median, 95th percentile and largest in seconds, for a row of a table."""
        if not self.seconds:
            return ["0", "–", "–", "–"]
        found = (self.median, self.quantile(0.95), max(self.seconds))
        return [str(len(self)), *(f"{value:.2f}" for value in found)]


class Stopwatch:
    """``with Stopwatch() as watch: …; watch.seconds``."""

    seconds = 0.0

    def __enter__(self) -> Stopwatch:
        self._began = time.perf_counter()
        return self

    def __exit__(self, *error: object) -> None:
        self.seconds = time.perf_counter() - self._began


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A Markdown table and an empty line."""
    out = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return out + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows] + [""]


def verdict(value: float, goal: float) -> str:
    """Whether a figure that should be small is small enough."""
    return "met" if value < goal else "**missed**"


def load_average() -> str:
    """The 1-minute load average."""
    return f"{os.getloadavg()[0]:.1f}"


def machine() -> dict[str, str]:
    """Processor, cores, memory, system: what a reader needs to compare."""
    memory = _line(Path("/proc/meminfo"), "MemTotal:").split()
    return {
        "processor": _line(Path("/proc/cpuinfo"), "model name") or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{int(memory[0]) / 1024**2:.1f} GiB" if memory else "unknown",
        "system": f"{platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}",
    }


def _line(file: Path, start: str) -> str:
    if not file.exists():
        return ""
    found = (line for line in file.read_text().splitlines() if line.startswith(start))
    return next(found, "").removeprefix(start).lstrip("\t :").strip()
