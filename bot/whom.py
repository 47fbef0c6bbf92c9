"""For whom a relative of several elders wants something: the question, and the line that waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backend.client import Elder
from bot.sentences import Reply, Sentences

WHICH_ELDER = "utter_ask_which_elder"
"""what an action says that must know which elder is meant"""
UNCLEAR = "utter_not_understood_1"


@dataclass(frozen=True)
class Waiting:
    """A line that cannot be served until it is known which elder it is for.

    Attributes:
        text: the line.
        ask: what was asked before it.
        offer: what was offered.
        again: whether whom it is for was asked a second time.
    """

    text: str
    ask: str | None
    offer: str | None
    again: bool = False


def which_elder(say: Sentences, elders: Sequence[Elder]) -> Reply:
    """The question for whom it is, with their names as choices."""
    names = [elder.name or "老人" for elder in elders]
    asked = "，".join(names[:-1]) + f"，还是{names[-1]}" if len(names) > 1 else names[0]
    return replace(say.reply(WHICH_ELDER, elders=asked), quick_replies=tuple(names))
