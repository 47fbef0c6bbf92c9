"""Trains every peer on nlu_data and asks it the unseen lines, as written and garbled."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Self

import yaml

from anban.errors import AnbanError, SettingsError
from anban.processes import RASA_ENVIRONMENT, RASA_PYTHON
from anban.settings import ROOT
from bot.understanding.mishearing import Garbler
from tests.bench.figures import load_average, machine
from tests.eval.baselines.peers import Peer, peers

KEPT = Path(__file__).parents[1] / "baselines.json"
NOISES = (0.0, 0.2, 0.4, 0.6)
TIMED = 300
_FALLBACK = "nlu_fallback"

Line = dict[str, Any]


class Model:
    """A trained model in a child process."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        self._child = child

    @classmethod
    async def load(cls, file: Path) -> Self:
        """Waits until it answers.

        Raises:
            AnbanError: it cannot be loaded.
        """
        child = await asyncio.create_subprocess_exec(
            *("nice", "-n", "10", str(RASA_PYTHON), "-m", "bot.components.parse", str(file)),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, **RASA_ENVIRONMENT},
            limit=2**20,
        )
        model = cls(child)
        await model._line()
        return model

    async def act(self, text: str) -> str:
        """The act it takes a text for."""
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps({"text": text}).encode() + b"\n")
        await self._child.stdin.drain()
        ranking = (await self._line())["ranking"]
        return str(next((one["name"] for one in ranking if one["name"] != _FALLBACK), ""))

    async def close(self) -> None:
        """Ends the child."""
        assert self._child.stdin is not None
        self._child.stdin.close()
        await self._child.wait()

    async def _line(self) -> dict[str, Any]:
        assert self._child.stdout is not None
        line = await self._child.stdout.readline()
        if not line:
            raise AnbanError("a trained peer ended; its model cannot be used")
        return dict(json.loads(line))


async def measure(asked: Sequence[Line]) -> None:
    """Trains and asks all peers, one after the other, and keeps the figures.

    Args:
        asked: unseen lines with ``text`` and ``act``.

    Raises:
        SettingsError: jieba, which the stock pipelines need, is missing.
        AnbanError: a training failed.
    """
    _require_jieba()
    garbler = Garbler(line["text"] for line in asked)
    texts = {n: [garbler.garble(line["text"], n) for line in asked] for n in NOISES}
    acts = [line["act"] for line in asked]
    found: dict[str, Any] = {
        "date": date.today().isoformat(),
        "machine": machine(),
        "load": [load_average()],
        "lines": len(asked),
        "training_lines": _training_lines(),
        "peers": {},
    }
    with tempfile.TemporaryDirectory(prefix="anban-peers-") as folder:
        for peer in peers():
            figures = await asyncio.to_thread(_train, peer, Path(folder))
            figures["accuracy"] = await _accuracy(Path(folder) / f"{peer.key}.tar.gz", texts, acts)
            found["peers"][peer.key] = figures
            print(f"{peer.name}: {figures}", flush=True)
            _keep(found)
        files = {peer.key: Path(folder) / f"{peer.key}.tar.gz" for peer in peers()}
        for key, seconds in (await _side_by_side(files, texts[0.0][:TIMED])).items():
            found["peers"][key]["parse_ms"] = round(1e3 * seconds, 2)
    found["load"].append(load_average())
    _keep(found)


def _keep(found: dict[str, Any]) -> None:
    """Written after each peer: a training takes minutes and is not to be lost."""
    KEPT.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _require_jieba() -> None:
    known = subprocess.run([str(RASA_PYTHON), "-c", "import jieba"], capture_output=True)
    if known.returncode:
        raise SettingsError(
            "the stock pipelines need jieba, which Anban does not; install it for this run: "
            ".tools/bin/uv pip install --python bot/.venv/bin/python jieba"
        )


def _training_lines() -> int:
    files = (ROOT / "nlu_data" / "nlu").glob("*.yml")
    return sum(line.startswith("    - ") for f in files for line in f.read_text().splitlines())


def _train(peer: Peer, folder: Path) -> dict[str, Any]:
    config = folder / f"{peer.key}.yml"
    config.write_text(yaml.safe_dump(peer.config, sort_keys=False), encoding="utf-8")
    command = [
        *("nice", "-n", "10", str(RASA_PYTHON), "-m", "rasa", "train", "nlu"),
        *("--nlu", "nlu_data/nlu", "--domain", "domain.yml", "--config", str(config)),
        *("--out", str(folder), "--fixed-model-name", peer.key),
    ]
    load, began = load_average(), time.monotonic()
    trained = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **RASA_ENVIRONMENT}, capture_output=True, text=True
    )
    seconds = time.monotonic() - began
    if trained.returncode:
        raise AnbanError(f"{peer.name} was not trained: {trained.stderr[-600:]}")
    size = (folder / f"{peer.key}.tar.gz").stat().st_size
    return {
        "name": peer.name,
        "training_s": round(seconds, 1),
        "training_load": load,
        "model_mb": round(size / 1e6, 2),
    }


async def _accuracy(
    file: Path, texts: dict[float, list[str]], acts: Sequence[str]
) -> dict[str, float]:
    model = await Model.load(file)
    try:
        found = {noise: [await model.act(text) for text in lines] for noise, lines in texts.items()}
    finally:
        await model.close()
    return {
        f"{noise:.0%}": sum(a == b for a, b in zip(said, acts, strict=True)) / len(acts)
        for noise, said in found.items()
    }


async def _side_by_side(files: dict[str, Path], lines: Sequence[str]) -> dict[str, float]:
    """Median seconds of a line for each, all asked in turn, so that all meet the same load."""
    models = {key: await Model.load(file) for key, file in files.items()}
    times: dict[str, list[float]] = {key: [] for key in files}
    for line in lines:
        for key, model in models.items():
            began = time.perf_counter()
            await model.act(line)
            times[key].append(time.perf_counter() - began)
    for model in models.values():
        await model.close()
    return {key: statistics.median(seconds) for key, seconds in times.items()}
