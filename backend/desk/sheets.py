"""What the forms of an application hold, before they are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A stage that decides, and what it has decided."""

    name: str
    opinion: str = ""
    by: str = ""
    day: str = ""


@dataclass(frozen=True)
class Paper:
    """Something to bring along."""

    says: str
    given: bool


@dataclass(frozen=True)
class Sheet:
    """What an application's forms hold."""

    number: str
    elder: str
    name: str
    """what is applied for"""
    source: str
    """the document and clause it rests on"""
    forms: tuple[str, ...]
    """titles; empty where the document names none"""
    copies: int
    keepers: tuple[str, ...]
    fields: Mapping[str, str]
    papers: tuple[Paper, ...]
    steps: tuple[Step, ...]

    @property
    def commits(self) -> bool:
        """Whether a letter of commitment goes with it."""
        return any("承诺书" in one.says for one in self.papers)
