"""First-aid cards: what to do until people come, by kind of emergency, with the source."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Citation:
    """Where an answer stands: document, number, section and year."""

    document: str
    number: str | None = None
    section: str | None = None
    year: int | None = None

    @property
    def id(self) -> str:
        """A short name of the place, for addresses: the same place has the same everywhere."""
        place = f"{self.document}\n{self.section or ''}"
        return hashlib.sha256(place.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Card:
    """Instructions for one kind of emergency.

    Attributes:
        name: the kind, and the variant where there are several: ``fire_gas.gas``.
        steps: one instruction each, in the order they are said.
        source: what they rest on.
    """

    name: str
    steps: tuple[str, ...]
    source: Citation


class FirstAid:
    """All cards of a file.

    Args:
        path: localities/first_aid.toml.

    Raises:
        KeyError: a card lacks its steps, or names a source there is none of.
    """

    def __init__(self, path: Path) -> None:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
        sources = {name: Citation(**found) for name, found in read.pop("sources").items()}
        self._cards = {kind: _card(kind, found, sources) for kind, found in read.items()}
        self._variants = {
            kind: [
                (tuple(variant["words"]), _card(f"{kind}.{name}", variant, sources))
                for name, variant in found.get("variants", {}).items()
            ]
            for kind, found in read.items()
        }

    def card(self, kind: str, text: str = "") -> Card | None:
        """The card for a kind; the variant whose words were said, where it has variants.

        None for a kind that tells nothing: whoever only cries for help is asked what happened.
        """
        for words, card in self._variants.get(kind, ()):
            if any(word in text for word in words):
                return card
        return self._cards.get(kind)

    def cards(self) -> Iterator[Card]:
        """Every card, variants included."""
        yield from self._cards.values()
        for variants in self._variants.values():
            yield from (card for _, card in variants)


def _card(name: str, found: Mapping[str, Any], sources: Mapping[str, Citation]) -> Card:
    return Card(name, tuple(found["steps"]), sources[found["source"]])
