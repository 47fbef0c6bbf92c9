"""What a call needs from outside: the mind, the fixed sentences, and somebody who watches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from bot.dialogue import Reply

Sentences: TypeAlias = Callable[[str], str]
"""The text of a fixed sentence by its key (utter_hold_on …)."""


class MayBeCry(Protocol):
    """Whether a text may be a cry for help."""

    def __call__(self, text: str, confidence: float | None = None, /) -> bool:
        """Whether it may; the less sure its words are (0 to 1), the sooner."""


class Mind(Protocol):
    """The one door to the dialogue, as ``bot.dialogue.Dialogue`` keeps it."""

    async def begin(
        self,
        conversation: str,
        *,
        channel: str,
        phone: str | None = None,
        elder_id: str | None = None,
        now: datetime | None = None,
    ) -> Sequence[Reply]:
        """The greeting."""

    async def say(
        self,
        conversation: str,
        text: str,
        *,
        channel: str,
        phone: str | None = None,
        elder_id: str | None = None,
        now: datetime | None = None,
        confidence: float | None = None,
    ) -> Sequence[Reply]:
        """One turn; empty text is silence."""

    async def key(
        self,
        conversation: str,
        digit: str,
        *,
        channel: str,
        phone: str | None = None,
        now: datetime | None = None,
    ) -> Sequence[Reply]:
        """A key of the telephone."""

    def likely(self, conversation: str) -> Sequence[str]:
        """Written forms of what may well be said soon and holds what is known of the caller."""

    def familiar(self, conversation: str) -> Familiar:
        """What is known of the caller that helps to hear them."""

    def cut_short(self, conversation: str, unheard: Sequence[Reply]) -> None:
        """The caller spoke over these replies before the greater part of them was played."""

    async def colleague(
        self, conversation: str, agent: str, *, now: datetime | None = None
    ) -> Arrival:
        """An agent is free for the caller: what to say to both."""

    async def colleague_gone(self, conversation: str) -> Sequence[Reply]:
        """That agent left before the caller could be put through: what to ask them again."""

    async def end(self, conversation: str, reason: str) -> None:
        """The call is over."""


class Familiar(Protocol):
    """What helps to hear a caller."""

    @property
    def words(self) -> Sequence[str]:
        """Names and places they are likely to say."""

    @property
    def language(self) -> str | None:
        """What they speak where it is not Mandarin, as an ISO 639-3 code."""


class Arrival(Protocol):
    """What is said when an agent is free for a caller."""

    @property
    def replies(self) -> Sequence[Reply]:
        """To the caller."""

    @property
    def summary(self) -> str:
        """To the agent."""


class Script(Protocol):
    """What is said on a call that we have placed."""

    @property
    def lines(self) -> Sequence[str]:
        """Written forms, in order."""

    @property
    def keys(self) -> str:
        """Keys that mean something; empty where nothing is asked any more."""


class CallOuts(Protocol):
    """Calls that we have placed, as the backend keeps them."""

    async def call_answered(self, call_id: str, *, machine: bool) -> Script:
        """Somebody, or a machine, has picked up: what is to be said."""

    async def call_heard(self, call_id: str) -> None:
        """A person has heard the message to its end."""

    async def call_key(self, call_id: str, digit: str) -> Script:
        """A key was pressed: what is to be said to it."""

    async def call_agent(self, call_id: str, agent: str) -> str:
        """An agent is there for a call-back: what they should know."""

    async def inbound_told(
        self, call_id: str, what: str, *, agent: str = "", why: str = "", ago: float = 0.0
    ) -> None:
        """What became of a call that came in (arrived, overflow …), so many seconds ago."""


@dataclass(frozen=True)
class CallEvent:
    """Something a watcher of the call may want to know."""

    event: str
    """answered, speech_end, transcript, unclear, reply_text, reply_audio_start, reply_audio_end,
    duck, hold, barge_in, nod, noise, echo, told, listening, key, order, emergency, hangup."""
    ms: int
    """Milliseconds of audio since the call was answered."""
    turn: int
    """Number of the caller's turn; 0 before the first."""
    data: dict[str, Any] = field(default_factory=dict)
    """What belongs to it, such as ``text`` or ``number``."""

    def as_json(self) -> dict[str, Any]:
        """One flat JSON object."""
        return {"event": self.event, "ms": self.ms, "turn": self.turn, **self.data}


Watcher: TypeAlias = Callable[[CallEvent], None]
"""Is told every event of a call; must not block."""
