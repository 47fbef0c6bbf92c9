"""What is remembered of one conversation between two turns."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backend.client import Conversation, Elder
from bot.emergency_signs import Signs
from bot.manner import Manner
from bot.sentences import Reply
from bot.transfers import Transfer


@dataclass
class State:
    """One conversation, as the dialogue holds it in memory.

    Attributes:
        opened: what the backend knows of it.
        channel: phone, web …
        phone: the caller's number, or None.
        elder_id: the elder whom the channel has logged in, or None.
        known: whether the backend has said who it is.
        begun: whether a line has been answered.
        meeting: learns who it is, while that is under way.
        session: counts the trackers that Rasa has had of it.
        ask: what the last question asked for.
        offer: what the last question offered.
        asked: the last question that may be asked again.
        last: what was said last, to be said again.
        later: wishes of the same breath that are still to be served.
        silences: times in a row that nothing was answered.
        manner: how the caller likes to be spoken to.
        language: what the caller says they speak, as an ISO 639-3 code; None: nothing was said.
        unheard: whether the last question to confirm something was not heard to its end.
        turns: how often something was said.
        spoke_at: when that was last.
        signs: of danger.
        place: where the person is, where the channel was sent a position; None else.
        wants_person: whether a person was asked for, or promised.
        transfer: the agent who is there for the caller; None: nobody is.
    """

    opened: Conversation
    channel: str
    phone: str | None
    elder_id: str | None = None
    known: bool = False
    begun: bool = False
    meeting: asyncio.Task[None] | None = None
    session: int = 0
    ask: str | None = None
    offer: str | None = None
    asked: Reply | None = None
    last: list[Reply] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    silences: int = 0
    manner: Manner = field(default_factory=Manner)
    language: str | None = None
    unheard: bool = False
    turns: int = 0
    spoke_at: datetime | None = None
    signs: Signs = field(default_factory=Signs)
    place: str | None = None
    wants_person: bool = False
    transfer: Transfer | None = None

    @property
    def question(self) -> Reply | None:
        """The question that is open now, where it may be asked again."""
        return self.asked if self.asked is not None and self.asked.ask == self.ask else None

    def remember(self, replies: list[Reply], now: datetime) -> list[Reply]:
        """Note what is being said; returns it."""
        asking = self.note_question(replies)
        self.asked = asking if asking and asking.interruptible else self.asked
        self.last = [reply for reply in replies if reply.interruptible] or self.last
        self.wants_person |= any(reply.handoff for reply in replies)
        self.turns += 1
        self.unheard = False
        self.spoke_at = now
        return replies

    def note_question(self, replies: list[Reply]) -> Reply | None:
        """Note what is asked now, the last question of what is said; returns it."""
        asking = next((reply for reply in reversed(replies) if reply.ask), None)
        self.ask = asking.ask if asking else None
        self.offer = asking.offer if asking else None
        return asking

    def metadata(self, conversation: str, now: datetime) -> dict[str, Any]:
        """What Rasa's actions are told with every line."""
        opened = self.opened
        offered = opened.draft if self.offer == "draft" else None
        known = [opened.elder, *opened.elders]
        return {
            "conversation": conversation,
            "channel": self.channel,
            "now": now.isoformat(),
            "ask": self.ask,
            "offer": self.offer,
            "phone": self.phone,
            "role": opened.caller.role,
            "elder": _person(opened.elder) if opened.elder else None,
            "elders": [_person(elder) for elder in opened.elders],
            "addresses": [elder.address for elder in known if elder and elder.address],
            "draft": dict(offered.data) if offered else None,
        }


def _person(elder: Elder) -> dict[str, Any]:
    told = ("id", "name", "address", "phone", "locality")
    return {name: getattr(elder, name) for name in told}
