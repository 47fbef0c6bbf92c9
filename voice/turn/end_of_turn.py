"""When a caller has finished: rules that each wish for a silence, and one decision made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from voice.config import TurnConfig
from voice.turn.context import TurnContext
from voice.turn.rules import (
    Begun,
    ClearAnswer,
    Doubtful,
    Nameless,
    NotYet,
    NumberUnderWay,
    OnlyWhen,
    OpenQuestion,
    OwnPauses,
    Unfinished,
)


class WaitRule(Protocol):
    """One reason to wait longer or less long."""

    def wait_s(self, context: TurnContext) -> float | None:
        """Seconds of silence this rule wants; None where it has nothing to say."""


class EndOfTurn:
    """The silence that ends a turn.

    The longest wish above the base counts; only where there is none may a rule shorten it. A sign
    of an emergency waits for nothing but the floor. While the very words are being recognised the
    turn stays open up to the cap: it could not be answered before they are known, and a caller who
    goes on in that time is not cut off.

    Args:
        base_s: silence in seconds without any rule; 0.8 s suits elders, whose pauses inside a
            sentence are longer than those the usual 0.4-0.5 s was made for.
        cap_s: no rule may make us wait longer.
        rules: asked at every pause, in any order.
    """

    FLOOR_S = 0.4

    def __init__(
        self, base_s: float = 0.8, cap_s: float = 3.0, rules: Sequence[WaitRule] = ()
    ) -> None:
        self._base_s = base_s
        self._cap_s = cap_s
        self._rules = tuple(rules)

    @classmethod
    def of(cls, config: TurnConfig) -> EndOfTurn:
        """The rules of a call."""
        return cls(
            config.end_silence_s,
            config.cap_silence_s,
            (
                ClearAnswer(config.answer_silence_s),
                Unfinished(config.unfinished_silence_s),
                OnlyWhen(config.unfinished_silence_s),
                Begun(config.unfinished_silence_s, config.open_silence_s),
                NotYet(config.unfinished_silence_s),
                Nameless(config.unfinished_silence_s),
                Doubtful(config.open_silence_s, config.unfinished_silence_s, config.sure),
                NumberUnderWay(config.number_silence_s),
                OpenQuestion(config.open_silence_s),
                OwnPauses(config.end_silence_s, config.own_pause_limit_s),
            ),
        )

    def wait_s(self, context: TurnContext) -> float:
        """Seconds of silence after which the turn is over."""
        if context.urgent:
            return self.FLOOR_S
        if context.pending:
            return self._cap_s
        wishes = [wish for rule in self._rules if (wish := rule.wait_s(context)) is not None]
        longest = max(wishes, default=self._base_s)
        wait = longest if longest > self._base_s else min(wishes, default=self._base_s)
        return min(self._cap_s, max(self.FLOOR_S, wait))
