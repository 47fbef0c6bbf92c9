"""What is known while a caller pauses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TurnContext:
    """What is known while the caller pauses."""

    asked: str | None = None
    """What the last reply asked for (service date time address person confirm phone name …)."""
    partial: str = ""
    """Text of everything said in this turn so far; empty where it is not known."""
    confidence: float = 1.0
    """How sure the recogniser is of that text, 0..1."""
    pending: bool = False
    """Whether everything said so far is being recognised just now."""
    urgent: bool = False
    """Whether the text holds a sign of an emergency."""
    pauses_s: tuple[float, ...] = ()
    """Pauses inside this caller's turns, newest last."""


NOTHING_KNOWN = TurnContext()
