"""Whose documents serve a caller, and which places a question names."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anban.errors import SettingsError

NATION = "全国"
"""Locality of what holds everywhere."""


@dataclass(frozen=True)
class Area:
    """A place that has documents of its own."""

    locality: str
    names: tuple[str, ...]
    """words that mean it or a part of it"""
    within: tuple[str, ...] = ()
    """what it is a part of; naming that does not name another place"""
    others: tuple[str, ...] = ()
    """its neighbours, which it does not serve"""


@dataclass(frozen=True)
class Asked:
    """The place a question is about."""

    locality: str | None
    """whose documents answer; None where there are none"""
    named: str
    """the place as it was named, or as the caller's is called"""


class Places:
    """The areas with documents and the names of all others.

    Args:
        areas: those with documents.
        elsewhere: names of provinces and cities.
    """

    def __init__(self, areas: Sequence[Area], elsewhere: Iterable[str]) -> None:
        self._areas = tuple(areas)
        own = {name for area in areas for name in (*area.names, *area.within)}
        self._elsewhere = tuple(sorted((set(elsewhere) - own), key=len, reverse=True))

    @classmethod
    def read(cls, folder: Path) -> Places:
        """Reads ``areas.toml`` and ``places.tsv`` of a localities folder.

        Raises:
            SettingsError: names the file and what is wrong.
        """
        path = folder / "areas.toml"
        try:
            rows = tomllib.loads(path.read_text("utf-8")).get("area", [])
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"{path}: {error}") from None
        names: list[str] = []
        for line in (folder / "places.tsv").read_text("utf-8").splitlines()[2:]:
            province, _, cities = line.partition("\t")
            names += [province, *filter(None, cities.split("|"))]
        return cls([_area(row, path) for row in rows], names)

    def asked(self, question: str, locality: str, told: str = "") -> Asked:
        """Which place a question is about: the one it names, else the caller's.

        Args:
            question: in simplified characters.
            locality: the caller's place, any length of name; empty where unknown.
            told: what the facts of the caller's place say; a place named there is no other place.
        """
        home = self._area_of(locality)
        for other in home.others if home else ():
            if other in question:
                return Asked(None, other)
        for area in sorted(self._areas, key=lambda area: area is not home):
            if area is not home and self._names_home(home, question):
                continue
            if any(name in question for name in area.names):
                return Asked(area.locality, area.locality)
        for name in self._elsewhere:
            if name in question and name not in told and not _part_of_a_word(question, name):
                return Asked(None, name)
        for area in self._areas:
            if area is not home and any(other in question for other in area.others):
                return Asked(None, next(other for other in area.others if other in question))
        return Asked(home.locality if home else None, home.locality if home else locality)

    def words(self, locality: str | None) -> tuple[str, ...]:
        """Names of the place itself and of what it lies in, longest first."""
        found = [
            name
            for area in self._areas
            if area.locality == locality
            for name in (area.locality, *area.names[:1], *area.within)
        ]
        return tuple(sorted(found, key=len, reverse=True))

    def all(self) -> tuple[str, ...]:
        """Every name of a place that is known."""
        own = (name for area in self._areas for name in (*area.names, *area.within, *area.others))
        return (*own, *self._elsewhere)

    def parts(self, locality: str | None) -> tuple[str, ...]:
        """Names of the districts and towns of a place."""
        return next((area.names[1:] for area in self._areas if area.locality == locality), ())

    def _area_of(self, locality: str) -> Area | None:
        for area in self._areas:
            if any(other in locality for other in area.others):
                return None
        return next(
            (
                area
                for area in self._areas
                if area.locality == locality or any(name in locality for name in area.names)
            ),
            None,
        )

    def _names_home(self, home: Area | None, question: str) -> bool:
        return home is not None and any(name in question for name in home.names)


def _area(row: Mapping[str, Any], path: Path) -> Area:
    if not row.get("locality") or not row.get("names"):
        raise SettingsError(f"{path}: an [[area]] has `locality` and `names`")
    return Area(
        row["locality"],
        tuple(row["names"]),
        tuple(row.get("within", ())),
        tuple(row.get("others", ())),
    )


def _part_of_a_word(question: str, name: str) -> bool:
    """海南 in 上海南边 is no province; a digit or 的 before a name is fine."""
    at = question.find(name)
    return name in ("中山", "东方") or (question[max(0, at - 1) : at] in ("上", "黄") and at > 0)
