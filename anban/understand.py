"""``anban understand``: what is understood of each line; the very code the product runs."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import datetime
from typing import Any, Self, TextIO

from anban.errors import DialogueError, SettingsError
from anban.processes import RASA_ENVIRONMENT, RASA_PYTHON
from anban.rasa import newest_models, require_environment
from anban.settings import ROOT
from anban.wiring import clock
from bot.dialogue import clean
from bot.understanding.emergency import assess
from bot.understanding.guards import Level
from bot.understanding.times import parse_when

_FALLBACK = "nlu_fallback"
_NOTHING = {"name": "out_of_scope", "confidence": 0.0}


class Understanding:
    """The trained model in a child process, with the emergency recogniser before it."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        self._child = child

    @classmethod
    async def start(cls) -> Self:
        """Loads the newest model; takes some seconds.

        Raises:
            SettingsError: Rasa's environment or a model is missing.
            DialogueError: the model cannot be loaded.
        """
        require_environment()
        models = newest_models()
        if not models:
            raise SettingsError("no trained model; run: make train")
        child = await asyncio.create_subprocess_exec(
            *(str(RASA_PYTHON), "-m", "bot.components.parse", str(models[0])),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, **RASA_ENVIRONMENT},
            limit=2**20,
        )
        understanding = cls(child)
        if not (await understanding._line()).get("ready"):
            raise DialogueError("the trained model cannot be loaded; run: make train")
        return understanding

    async def stop(self) -> None:
        """Ends the child."""
        assert self._child.stdin is not None
        self._child.stdin.close()
        await self._child.wait()

    async def of(self, text: str, now: datetime, context: str | None) -> dict[str, Any]:
        """What one line means, in the shape of DESIGN 5 without its id."""
        text = clean(text)
        emergency = assess(text, context=context)
        certain = emergency.level == "certain"
        parsed = await self._parse(text, now, context)
        top = likeliest_act(parsed["ranking"], emergency.level)
        act = "emergency" if certain else top["name"]
        when = parse_when(text, now, context) if text else None
        service = parsed["entities"].get("service") if act == "book" else None
        return {
            "act": act,
            "confidence": round(1.0 if certain else float(top["confidence"]), 4),
            "service": service["service"] if service else None,
            "emergency": emergency.level,
            "emergency_kind": emergency.kind if emergency.level != "no" else None,
            "when": when.as_dict() if when else None,
        }

    async def _parse(self, text: str, now: datetime, context: str | None) -> dict[str, Any]:
        metadata = {"now": now.isoformat(), "ask": context}
        line = json.dumps({"text": text, "metadata": metadata}, ensure_ascii=False)
        assert self._child.stdin is not None
        self._child.stdin.write(line.encode() + b"\n")
        await self._child.stdin.drain()
        return await self._line()

    async def _line(self) -> dict[str, Any]:
        assert self._child.stdout is not None
        line = await self._child.stdout.readline()
        if not line:
            raise DialogueError("the understanding process ended; run: bin/anban rasa shell nlu")
        return dict(json.loads(line))


def likeliest_act(ranking: list[dict[str, Any]], level: Level) -> dict[str, Any]:
    """The likeliest act; what may be a cry, and is understood as nothing else, is one.

    Args:
        ranking: acts with their confidence, likeliest first; ``nlu_fallback`` leads it where the
            model is unsure.
        level: what the recogniser of cries makes of the line.
    """
    named = [one for one in ranking if one["name"] != _FALLBACK]
    top = named[0] if named else _NOTHING
    understood = bool(named) and ranking[0] is top
    return top if understood or level != "possible" else {**top, "name": "emergency"}


async def understand(lines: TextIO, out: TextIO) -> None:
    """Answers every JSON line ``{"id","text","now"?,"context"?}`` with one line.

    Raises:
        SettingsError: a line is no such object; names the line and what would be right.
    """
    understanding = await Understanding.start()
    try:
        for number, line in enumerate(lines, 1):
            if line.strip():
                asked = _read(line, number)
                now = datetime.fromisoformat(asked["now"]) if asked.get("now") else clock()
                found = await understanding.of(asked["text"], now, asked.get("context"))
                out.write(json.dumps({"id": asked.get("id"), **found}, ensure_ascii=False) + "\n")
                out.flush()
    finally:
        await understanding.stop()


def _read(line: str, number: int) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        if not isinstance(asked["text"], str):
            raise TypeError
        if asked.get("now"):
            datetime.fromisoformat(asked["now"])
    except (ValueError, KeyError, TypeError):
        raise SettingsError(
            f'line {number}: expected a JSON object {{"id","text","now"?,"context"?}} with text a '
            "string and now an ISO time such as 2026-03-04T09:10"
        ) from None
    return dict(asked)
