"""Stand-ins for Rasa and the backend, as small as the dialogue needs them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from anban.errors import DialogueError, Unavailable
from backend.client import Caller, Conversation, Elder, Emergency, Handoff, Notice
from bot.sentences import Reply

NOW = datetime(2026, 3, 4, 9, 10)
ELDER = Elder(id="e1", name="林秀英", phone="13800001001", address="和平路18号302")


@dataclass
class FakeRasa:
    """Answers with what it was given, and remembers what it was asked."""

    replies: list[list[Reply]] = field(default_factory=list)
    down: bool = False
    heard: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    async def say(self, sender: str, text: str, metadata: dict[str, Any]) -> list[Reply]:
        if self.down:
            raise DialogueError("Rasa did not answer")
        self.heard.append((sender, text, metadata))
        return self.replies.pop(0) if self.replies else [Reply("好的。", key="utter_x")]

    async def close(self) -> None:
        """Nothing to close."""


@dataclass
class FakeBackend:
    """Knows one caller; keeps what it is told."""

    opened: Conversation = field(
        default_factory=lambda: Conversation("c", caller=Caller("elder"), elder=ELDER)
    )
    down: bool = False
    emergencies: list[dict[str, Any]] = field(default_factory=list)
    closed: list[tuple[str, str]] = field(default_factory=list)
    handoffs: list[dict[str, Any]] = field(default_factory=list)
    ended: list[tuple[str, str]] = field(default_factory=list)

    def _up(self) -> None:
        if self.down:
            raise Unavailable("the backend is down")

    async def open_conversation(self, conversation: str, channel: str, **_: Any) -> Conversation:
        self._up()
        return self.opened

    async def end_conversation(self, conversation: str, reason: str, **_: Any) -> None:
        self._up()
        self.ended.append((conversation, reason))

    async def raise_emergency(self, key: str, **values: Any) -> Emergency:
        self._up()
        self.emergencies.append({"key": key, **values})
        told = (Notice("n1", "emergency_raised", "pending", recipient="女儿"),)
        return Emergency("em1", values["kind"], values["certainty"], "open", notices=told)

    async def close_emergency(
        self, emergency: str, by: str, outcome: str = "closed", **_: Any
    ) -> Emergency:
        self._up()
        self.closed.append((emergency, outcome))
        return Emergency(emergency, "fall", "certain", outcome)

    async def create_handoff(self, **values: Any) -> Handoff:
        self._up()
        self.handoffs.append(values)
        return Handoff("h1", "246810", values["reason"], "open", NOW)

    async def close(self) -> None:
        """Nothing to close."""
