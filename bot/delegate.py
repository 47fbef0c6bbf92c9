"""What leads some conversations itself, and leaves to the dialogue whatever it does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Required, TypedDict, Unpack

from bot.dialogue import Dialogue
from bot.familiar import Familiar
from bot.sentences import Reply
from bot.transfers import Arrival


class Caller(TypedDict, total=False):
    """Who speaks, from where and when; see ``Dialogue.begin``."""

    channel: Required[str]
    phone: str | None
    elder_id: str | None
    now: datetime | None


class Turn(Caller, total=False):
    """The same of one turn; see ``Dialogue.say``."""

    confidence: float | None


class Key(TypedDict, total=False):
    """The same of a key; see ``Dialogue.key``."""

    channel: Required[str]
    phone: str | None
    now: datetime | None


class Delegate:
    """What voice takes for a mind; everything goes to the dialogue.

    Args:
        dialogue: leads.
    """

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue

    async def begin(self, conversation: str, **caller: Unpack[Caller]) -> list[Reply]:
        """See ``Dialogue.begin``."""
        return await self._dialogue.begin(conversation, **caller)

    async def say(self, conversation: str, text: str, **turn: Unpack[Turn]) -> list[Reply]:
        """See ``Dialogue.say``."""
        return await self._dialogue.say(conversation, text, **turn)

    async def key(self, conversation: str, digit: str, **key: Unpack[Key]) -> list[Reply]:
        """See ``Dialogue.key``."""
        return await self._dialogue.key(conversation, digit, **key)

    def likely(self, conversation: str) -> Sequence[str]:
        """See ``Dialogue.likely``."""
        return self._dialogue.likely(conversation)

    def familiar(self, conversation: str) -> Familiar:
        """See ``Dialogue.familiar``."""
        return self._dialogue.familiar(conversation)

    def cut_short(self, conversation: str, unheard: Sequence[Reply]) -> None:
        """See ``Dialogue.cut_short``."""
        self._dialogue.cut_short(conversation, unheard)

    async def colleague(
        self, conversation: str, agent: str, *, now: datetime | None = None
    ) -> Arrival:
        """See ``Dialogue.colleague``."""
        return await self._dialogue.colleague(conversation, agent, now=now)

    async def colleague_gone(self, conversation: str) -> list[Reply]:
        """See ``Dialogue.colleague_gone``."""
        return await self._dialogue.colleague_gone(conversation)

    async def end(self, conversation: str, reason: str) -> None:
        """See ``Dialogue.end``."""
        await self._dialogue.end(conversation, reason)
