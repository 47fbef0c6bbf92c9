"""A call that is to be placed, and what places it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Origin:
    """A call that is to be placed."""

    call_id: str
    number: str
    agent_first: bool = False
    """whether an agent is rung before the number, so that nobody is called to wait"""
    caller: str | None = None
    """whom voice is to take whoever answers for; None where it need not know"""


def message_call(call_id: str, number: str, caller: str | None = None) -> Origin:
    """Return a call to a number, which then hears what voice has to say."""
    return Origin(call_id, number, caller=caller)


def call_back(call_id: str, number: str) -> Origin:
    """Return a call to whichever agent is free, and then to a number."""
    return Origin(call_id, number, agent_first=True)


class Line(Protocol):
    """Places calls."""

    async def place(self, origin: Origin, purpose: str) -> str:
        """Place a call and wait for its end; return an outcome of `backend.domain.call_outs`.

        Where nobody could be called because no agent was free, that is `no_agent`.

        Raises:
            Unavailable: there is no line; nobody was called.
        """
