"""One turn as an action sees it: who speaks, what was said, what was asked before.

The channel-independent facts travel in the metadata of each message (bot/dialogue.py writes it);
what was understood travels as entities (bot/components/extractor.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

FORM = "booking_form"
"""The form that books a service."""
ASSESSMENT_FORM = "assessment_form"
"""The form that asks about daily life."""
SURE = 0.6
"""Confidence from which an act is done that cannot be taken back; below it words decide."""


@dataclass(frozen=True)
class Person:
    """An elder in the register, as far as the dialogue needs to know them."""

    id: str
    name: str
    address: str | None = None
    phone: str | None = None
    locality: str | None = None
    gender: str | None = None
    bond: str = ""
    """what a relative who speaks is to them"""


@dataclass(frozen=True)
class Turn:
    """What one message brought.

    Attributes:
        conversation: id of the conversation.
        channel: phone, web, wechat, telegram …
        now: the clock of the conversation.
        text: what was said; empty for silence.
        act: the intent, for example ``book``; ``nlu_fallback`` where nothing was sure enough.
        confidence: how sure that is, 0 to 1.
        heard: entity name -> value, as bot/understanding gives them.
        asked: what Anban asked last (DESIGN 4), or None.
        offer: what a yes would accept (``draft``, ``person``, ``companion``,
            ``application``, ``correction``, ``assessment``, ``policy``: an answer for the rules of
            entitlement), or None.
        phone: the caller's number, where the channel knows it.
        role: elder, family or unknown.
        elder: the elder the conversation is about, where it is clear.
        elders: all elders that a family caller is linked to.
        draft: an unfinished booking of an earlier conversation.
        form: the active form's name, or None.
        interrupted: True where the form comes back after this line was answered by another action.
    """

    conversation: str
    channel: str
    now: datetime
    text: str
    act: str
    heard: Mapping[str, Any]
    asked: str | None
    offer: str | None
    phone: str | None
    role: str
    elder: Person | None
    elders: tuple[Person, ...]
    draft: Mapping[str, Any] | None
    form: str | None
    interrupted: bool = False
    confidence: float = 1.0

    @property
    def for_several(self) -> bool:
        """Whether a relative of several elders speaks and has not said which one is meant."""
        return self.elder is None and len(self.elders) > 1

    @classmethod
    def of(cls, tracker: Tracker) -> Turn:
        """Reads the turn out of Rasa's tracker."""
        message = tracker.latest_message or {}
        metadata = message.get("metadata") or {}
        elder = metadata.get("elder")
        now = metadata.get("now")
        return cls(
            conversation=metadata.get("conversation") or tracker.sender_id,
            channel=metadata.get("channel") or "shell",
            now=datetime.fromisoformat(now) if now else datetime.now(),
            text=message.get("text") or "",
            act=(message.get("intent") or {}).get("name") or "nlu_fallback",
            heard={found["entity"]: found["value"] for found in message.get("entities") or ()},
            asked=metadata["ask"] if "ask" in metadata else _asked(tracker),
            offer=metadata.get("offer"),
            phone=metadata.get("phone"),
            role=metadata.get("role") or "unknown",
            elder=_person(elder) if elder else None,
            elders=tuple(_person(known) for known in metadata.get("elders") or ()),
            draft=metadata.get("draft"),
            form=(tracker.active_loop or {}).get("name"),
            interrupted=_interrupted(tracker),
            confidence=float((message.get("intent") or {}).get("confidence", 1.0)),
        )


def _asked(tracker: Tracker) -> str | None:
    """What the open form asks, for a conversation that came through no channel of ours."""
    slot = tracker.get_slot("requested_slot")
    return "confirm" if slot == "confirmed" else slot


def _interrupted(tracker: Tracker) -> bool:
    """Whether a form gave this line away: its rejection stands after the last user message."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action_execution_rejected":
            return True
    return False


def _person(values: Mapping[str, Any]) -> Person:
    return Person(
        values["id"],
        values["name"],
        values.get("address"),
        values.get("phone"),
        values.get("locality"),
        values.get("gender"),
        values.get("bond") or "",
    )


class Speaker(Protocol):
    """The part of Rasa's dispatcher that actions use."""

    def utter_message(self, *, response: str, **values: Any) -> None:
        """Says one sentence of domain.yml with its values filled in."""


def ask_which_elder(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    """Asks which elder is meant; the dialogue keeps the line, and serves it once that is said."""
    say(dispatcher, "utter_ask_which_elder", elders="，还是".join(one.name for one in turn.elders))


def say(dispatcher: CollectingDispatcher, *keys: str, **values: Any) -> None:
    """Says the sentences one after another."""
    for key in keys:
        dispatcher.utter_message(response=key, **values)
