"""``anban ask``: a question on policy, answered from a document or declined."""

from __future__ import annotations

import json
from typing import Any, TextIO

from anban.errors import SettingsError
from anban.policy import served_desk
from bot.policy.answers import PolicyDesk

OFFER = "要不要请同事给您回电话？"
"""Said with everything that is declined."""


def ask(question: str | None, locality: str, lines: TextIO, out: TextIO) -> None:
    """Answers one question, or each JSON line ``{"id","q","locality"}``.

    Args:
        question: the one question; None reads `lines`.
        locality: whose documents answer, where a line names no place.
        lines: questions, one JSON object a line.
        out: where the answers go, one JSON object a line.

    Raises:
        SettingsError: a line is no such object, or the policy data is broken; names the line.
    """
    desk = served_desk()
    if question is not None:
        _write(out, _answer(desk, question, locality))
        return
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        asked = _read(line, number)
        found = _answer(desk, asked["q"], asked.get("locality") or "")
        _write(out, {"id": asked.get("id"), **found})


def _answer(desk: PolicyDesk, question: str, locality: str) -> dict[str, Any]:
    found = desk.answer(question, locality)
    offer = OFFER if found.decided == "declined" else ""
    return {
        "answer": found.text + offer,
        "decided": found.decided,
        "citations": list(found.citations),
    }


def _read(line: str, number: int) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        if not isinstance(asked["q"], str) or not isinstance(asked.get("locality") or "", str):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        raise SettingsError(
            f'line {number}: expected a JSON object {{"id","q","locality"}}'
        ) from None
    return dict(asked)


def _write(out: TextIO, value: dict[str, Any]) -> None:
    out.write(json.dumps(value, ensure_ascii=False) + "\n")
    out.flush()
