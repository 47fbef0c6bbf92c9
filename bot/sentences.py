"""The sentences of domain.yml for those who must speak without Rasa: the dialogue and the call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from anban.errors import DialogueError
from backend.client import Elder
from bot.first_aid import Card, Citation, FirstAid
from bot.manner import Manner

__all__ = ["Citation", "Reply", "Sentences"]


@dataclass(frozen=True)
class Reply:
    """One thing Anban says.

    Attributes:
        text: the written form (Arabic digits, full document numbers); speech derives its own.
        key: which sentence of domain.yml it is; empty where the text was composed.
        ask: what it asks for (service date time address person confirm phone name hospital menu
            other), or None.
        quick_replies: answers a screen can offer as buttons.
        citations: the documents the text rests on.
        handoff: a person is taking over or will call back.
        interruptible: False for safety sentences, which only an emergency sign or a key stops.
        ends: the caller said goodbye; a phone channel may hang up after it.
        offer: what a yes to it would accept (draft, person, companion, colleague), or None.
        emergency: id of the emergency it speaks of.
        urgent: an emergency is open: the line stays open whatever the silence.
        order: number of the order it speaks of.
        speaking: wishes about the voice, for example {"rate": "slower"}.
        manner: how to speak to this caller from now on, this reply included; None: as before.
        record: the call may be recorded once this was heard (True), or must not be (False).
        connect: after it the caller is put through to the agent who is there.
    """

    text: str
    key: str = ""
    ask: str | None = None
    quick_replies: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    handoff: bool = False
    interruptible: bool = True
    ends: bool = False
    offer: str | None = None
    emergency: str | None = None
    urgent: bool = False
    order: str | None = None
    speaking: dict[str, str] | None = None
    manner: Manner | None = None
    record: bool | None = None
    connect: bool = False

    @classmethod
    def of(cls, data: dict[str, Any]) -> Reply:
        """Builds a reply from a response of domain.yml, or from Rasa's JSON for one."""
        return cls(
            text=data.get("text") or "",
            key=data.get("key") or "",
            ask=data.get("ask"),
            quick_replies=tuple(data.get("quick_replies") or ()),
            citations=tuple(Citation(**found) for found in data.get("citations") or ()),
            handoff=bool(data.get("handoff")),
            interruptible=not data.get("safety"),
            ends=bool(data.get("ends")),
            offer=data.get("offer"),
            order=data.get("order"),
            speaking=data.get("speaking"),
            record=data.get("record"),
            connect=bool(data.get("connect")),
        )


class Sentences:
    """Every sentence by its key; only those without values are looked up by most callers.

    Args:
        domain: path of domain.yml; the first-aid cards lie beside it, in localities/.
    """

    def __init__(self, domain: Path) -> None:
        responses = yaml.safe_load(domain.read_text(encoding="utf-8"))["responses"]
        self._responses: dict[str, dict[str, Any]] = {
            key: next(v for v in variations if "condition" not in v)
            for key, variations in responses.items()
        }
        self._first_aid = FirstAid(domain.parent / "localities" / "first_aid.toml")

    def __call__(self, key: str, **values: str) -> str:
        """The text of a sentence.

        Raises:
            DialogueError: there is no such sentence, or a value is missing.
        """
        return self.reply(key, **values).text

    def reply(self, key: str, **values: str) -> Reply:
        """The sentence with everything domain.yml says about it."""
        try:
            response = self._responses[key]
            text = response["text"].format(**values)
        except KeyError as missing:
            raise DialogueError(f"domain.yml: {key} lacks {missing}") from missing
        return replace(Reply.of({**(response.get("custom") or {}), "key": key}), text=text)

    def first_aid(self, kind: str, text: str = "") -> Card | None:
        """What to do until people come, for what was said; None where nothing fits."""
        return self._first_aid.card(kind, text)

    def about(self, elder: Elder, *, by_family: bool) -> list[str]:
        """Sentences of a booking that hold nothing but what is known of the elder."""
        texts = [self("utter_read_back_person", person=elder.name)] if by_family else []
        if elder.address:
            texts.append(self("utter_read_back_place", address=elder.address))
        return texts

    def keys(self) -> list[str]:
        """All keys, in the order of domain.yml."""
        return list(self._responses)

    def fixed(self) -> list[str]:
        """Texts without values, which can be spoken into the cache beforehand.

        Those of an emergency come first, then the order of domain.yml: greeting, questions, rest.
        """
        found = [r for r in self._responses.values() if "{" not in r["text"]]
        safety = [r for r in found if (r.get("custom") or {}).get("safety")]
        rest = [r for r in found if r not in safety]
        steps = [step for card in self._first_aid.cards() for step in card.steps]
        return [*(r["text"] for r in safety), *steps, *(r["text"] for r in rest)]
