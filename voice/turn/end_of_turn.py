"""When a caller has finished: rules that each ask for a wait, and one decision made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class TurnContext:
    """What is known while the caller pauses."""

    asked: str | None = None
    """What the last reply asked for (service date time address person confirm phone name …)."""
    partial: str = ""
    """Text so far, where an engine or a speculative pass gives one."""
    speech_s: float = 0.0
    """Speech in this turn so far."""
    pauses_s: tuple[float, ...] = ()
    """Pauses inside this caller's earlier turns, newest last."""


class WaitRule(Protocol):
    """One reason to wait longer or shorter."""

    def extra_s(self, context: TurnContext) -> float:
        """Seconds to add to the base silence (negative: to take away)."""


class EndOfTurn:
    """The silence that ends a turn: the base and what the rules add, within a floor and a cap.

    Args:
        base_s: silence in seconds without any rule; 0.8 s suits elders, whose pauses inside a
            sentence are longer than those the usual 0.4-0.5 s was made for.
        cap_s: no sum of rules may exceed it.
        rules: asked at every pause, in any order.
    """

    FLOOR_S = 0.4

    def __init__(
        self, base_s: float = 0.8, cap_s: float = 3.0, rules: Sequence[WaitRule] = ()
    ) -> None:
        self._base_s = base_s
        self._cap_s = cap_s
        self._rules = tuple(rules)

    def wait_s(self, context: TurnContext) -> float:
        """Seconds of silence after which the turn is over."""
        total = self._base_s + sum(rule.extra_s(context) for rule in self._rules)
        return min(self._cap_s, max(self.FLOOR_S, total))
