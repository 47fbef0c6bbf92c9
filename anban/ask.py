"""``anban ask``: a question on policy, answered from a document or declined."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, TextIO

from anban.errors import SettingsError


@dataclass(frozen=True)
class Answer:
    """What is said to a question; without a document that supports an answer it is declined."""

    answer: str
    decided: str
    citations: tuple[dict[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The shape the command prints."""
        return {
            "answer": self.answer,
            "decided": self.decided,
            "citations": list(self.citations),
        }


def answer_for(question: str, locality: str) -> Answer:
    """The answer for a place. No document has been taken in yet, so every question is declined."""
    place = f"{locality}的" if locality else ""
    said = f"我手头没有{place}文件，不敢乱说。要不要请同事给您回电话？"
    return Answer(said, "declined")


def ask(question: str | None, locality: str, lines: TextIO, out: TextIO) -> None:
    """Answers one question, or each JSON line ``{"id","q","locality"}``.

    Raises:
        SettingsError: a line is no such object; names the line.
    """
    if question is not None:
        _write(out, answer_for(question, locality).as_dict())
        return
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        asked = _read(line, number)
        _write(
            out,
            {
                "id": asked.get("id"),
                **answer_for(asked["q"], asked.get("locality") or "").as_dict(),
            },
        )


def _read(line: str, number: int) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        if not isinstance(asked["q"], str):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        raise SettingsError(
            f'line {number}: expected a JSON object {{"id","q","locality"}}'
        ) from None
    return dict(asked)


def _write(out: TextIO, value: dict[str, Any]) -> None:
    out.write(json.dumps(value, ensure_ascii=False) + "\n")
    out.flush()
