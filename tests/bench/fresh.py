"""``make setup`` in a fresh clone, with nothing cached: what a newcomer waits for."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from anban.errors import AnbanError
from anban.settings import ROOT
from tests.bench.figures import load_average, machine

KEPT = Path(__file__).with_name("setup.json")
"""The last measurement: it takes minutes and is not repeated by every ``make bench``."""

_STEP = re.compile(r"setup (\d/\d): ([^(]+)")


def measure() -> None:
    """Clones what is committed, sets it up, and keeps the figures.

    Raises:
        AnbanError: cloning or set-up failed; says with what last words.
    """
    folder = Path(tempfile.mkdtemp(prefix="anban-fresh-"))
    try:
        clone = folder / "anban"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        KEPT.write_text(json.dumps(_set_up(clone, folder), ensure_ascii=False, indent=1) + "\n")
    except subprocess.CalledProcessError as failed:
        raise AnbanError(f"the clone could not be made ({failed.returncode})") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _set_up(clone: Path, folder: Path) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
        "UV_CACHE_DIR": str(folder / "uv"),
        "PIP_NO_CACHE_DIR": "1",
        "ANBAN_MODELS_DIR": str(folder / "weights"),
        "ANBAN_DATA": str(folder / "data"),
    }
    load, began = load_average(), time.monotonic()
    marks: list[tuple[str, float]] = []
    last: list[str] = []
    with subprocess.Popen(
        ["make", "setup"],
        cwd=clone,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            print(line, end="", flush=True)
            last = [*last, line.rstrip()][-10:]
            if step := _STEP.match(line):
                marks.append((f"{step[1]} {step[2].strip()}", time.monotonic()))
    end = time.monotonic()
    if child.returncode:
        raise AnbanError("make setup failed:\n" + "\n".join(last))
    ends = [moment for _, moment in marks[1:]] + [end]
    return {
        "date": date.today().isoformat(),
        "machine": machine(),
        "load": load,
        "seconds": round(end - began, 1),
        "steps": {
            name: round(after - moment, 1)
            for (name, moment), after in zip(marks, ends, strict=True)
        },
        "megabytes": {
            "environments": _megabytes(clone / ".venv") + _megabytes(clone / "bot" / ".venv"),
            "weights": _megabytes(folder / "weights"),
        },
    }


def _megabytes(folder: Path) -> int:
    sizes = (file.lstat().st_size for file in folder.rglob("*") if not file.is_symlink())
    return round(sum(sizes) / 1e6)


def kept() -> dict[str, Any] | None:
    """The last measurement, if there is one."""
    return dict(json.loads(KEPT.read_text())) if KEPT.exists() else None
