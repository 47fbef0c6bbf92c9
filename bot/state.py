"""What is remembered of one conversation between two turns."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from backend.client import Conversation, Elder, Order
from bot.consents import Grant
from bot.emergency_signs import Signs
from bot.manner import Manner
from bot.reminders import Wish
from bot.sentences import Reply
from bot.transfers import Transfer
from bot.understanding.whose import means_oneself, meant
from bot.whom import UNCLEAR, WHICH_ELDER, Waiting

_A_NAME = 6
"""Characters of an answer that says whom a line is for and nothing else."""
_LAST_LINES, _LONGEST_LINE = 4, 200
"""Lines that are kept, and characters of each."""
_OF_THE_ORDER = frozenset({"date", "time", "address", "hospital", "phone"})


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
        said: the last lines of the caller, who may have told who they are before they cry for help.
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
        chosen: id of the elder a relative of several speaks of; None: that is not known.
        waiting: a line that waits until it is known whom it is for.
        grant: what a relative may know once the elder has said yes.
        reminder: the reminder that is being agreed on.
        rated: the order that was rated last.
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
    said: deque[str] = field(default_factory=lambda: deque(maxlen=_LAST_LINES))
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
    chosen: str | None = None
    waiting: Waiting | None = None
    grant: Grant | None = None
    reminder: Wish | None = None
    rated: Order | None = None

    @property
    def elder(self) -> Elder | None:
        """The elder the conversation is about, as far as that is known."""
        chosen = (one for one in self.opened.elders if one.id == self.chosen)
        return next(chosen, self.opened.elder)

    @property
    def role(self) -> str:
        """What the caller is to that elder: an elder may be another one's family."""
        own = self.opened.elder
        other = self.elder is not None and own is not None and self.elder.id != own.id
        return "family" if other else self.opened.caller.role

    def about(self, text: str, *, answering: bool = False) -> Elder | None:
        """The same, now that a line was said: it may name another one than before.

        In the middle of a question for something else (你要哪天？) another one is only spoken of.
        """
        own, others = self.opened.elder, self.opened.elders
        several = len({one.id for one in (own, *others) if one is not None}) > 1
        if several and (self.chosen is None or answering or self.ask not in _OF_THE_ORDER):
            found = meant(text, others, answering=answering)
            self.chosen = found.id if found else self.chosen
            if own is not None and found is None and means_oneself(text):
                self.chosen = None
        return self.elder

    def begin_anew(self) -> None:
        """Begin a new tracker after a long silence: who is meant is asked again as well."""
        self.session += 1
        self.chosen = self.waiting = None

    def taken_up(self, text: str) -> tuple[Waiting | None, str]:
        """What a line leads to after the question which elder is meant.

        Returns:
            The line that waits on, where this one does not say whom it is for; and what is to be
            answered: the line that waited, or this one.
        """
        waited, self.waiting = self.waiting, None
        if self.about(text, answering=waited is not None) is None or waited is None:
            return waited, text
        self.ask, self.offer = waited.ask, waited.offer
        return None, f"{waited.text}，{text}" if len(text) > _A_NAME else waited.text

    def waits(self, keys: set[str], text: str, waited: Waiting | None) -> bool:
        """Whether what is said to a line (its keys) makes it, or one before it, wait for an elder.

        An answer that nobody understands is asked for once more.
        """
        if waited is not None and not waited.again and UNCLEAR in keys:
            self.waiting = replace(waited, again=True)
        elif WHICH_ELDER in keys:
            self.waiting, self.later = Waiting(text, self.ask, self.offer), []
        return self.waiting is not None

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

    def note_said(self, text: str) -> None:
        """Keep a line of the caller for the time of the conversation."""
        if text:
            self.said.append(text[:_LONGEST_LINE])

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
        elder = self.elder
        return {
            "conversation": conversation,
            "channel": self.channel,
            "now": now.isoformat(),
            "ask": self.ask,
            "offer": self.offer,
            "phone": self.phone,
            "role": self.role,
            "elder": _person(elder) if elder else None,
            "elders": [_person(elder) for elder in opened.elders],
            "addresses": [elder.address for elder in known if elder and elder.address],
            "draft": dict(offered.data) if offered else None,
        }


def _person(elder: Elder) -> dict[str, Any]:
    told = ("id", "name", "address", "phone", "locality", "gender", "bond")
    return {name: getattr(elder, name) for name in told}
