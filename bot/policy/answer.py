"""What is said to a question on policy, and the topic that the next question goes on from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Topic:
    """What a conversation on policy is about, for the question that follows."""

    question: str = ""
    locality: str = ""
    schemes: tuple[str, ...] = ()
    person: Mapping[str, bool | int] = field(default_factory=dict)
    unknowable: tuple[str, ...] = ()
    asked: str | None = None
    """the fact that was asked about"""
    missed: bool = False
    """whether it was asked for the second time, other things having been told instead"""
    who: str = ""
    """for whom it is asked, in standard words; empty where nobody was named"""
    facts: tuple[str, ...] = ()
    """ids of the facts that answered it"""

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for a slot."""
        return {
            "question": self.question,
            "locality": self.locality,
            "schemes": list(self.schemes),
            "person": dict(self.person),
            "unknowable": list(self.unknowable),
            "asked": self.asked,
            "missed": self.missed,
            "who": self.who,
            "facts": list(self.facts),
        }

    @classmethod
    def of(cls, data: Mapping[str, Any] | None) -> Topic | None:
        """The topic that `as_dict` wrote."""
        if not data:
            return None
        return cls(
            data["question"],
            data["locality"],
            tuple(data["schemes"]),
            dict(data["person"]),
            tuple(data["unknowable"]),
            data["asked"],
            data.get("missed", False),
            data.get("who", ""),
            tuple(data.get("facts", ())),
        )


@dataclass(frozen=True)
class Answer:
    """What is said to a question.

    Attributes:
        text: the written form.
        decided: answered, declined or needs_facts.
        citations: the documents it rests on: document, number, section, year.
        facts: ids of the facts or schemes it was made of.
        topic: for the question that follows.
        about: what was declined, in words; empty where it was not.
        brief: the text for the ear, without the question; the same where that is short enough.
        ask: the question at the end of the text, for needs_facts.
        elsewhere: declined because another place was named than the caller's.
    """

    text: str
    decided: str
    citations: tuple[dict[str, Any], ...] = ()
    facts: tuple[str, ...] = ()
    topic: Topic | None = None
    about: str = ""
    brief: str = ""
    ask: str = ""
    elsewhere: bool = False
