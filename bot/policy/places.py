"""Whose documents serve a caller, and which places a question names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from anban.errors import SettingsError
from bot.understanding.pinyin import best_match, fuzzy_class, syllables

MISHEARD = 0.1
"""How far off a name may sound that was written with other characters, per syllable."""
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
class _Unit:
    """One name in a place's name, and what kind of place it says it is (县, 街道)."""

    name: str
    kind: str

    def is_same(self, other: _Unit, *, known: bool) -> bool:
        """Whether a caller's unit is the one a document names.

        Args:
            other: the document's.
            known: whether that is a city or province, which no 区 or 州 of the same name is.
        """
        if self.name != other.name:
            # 福康西城街道 leaves out that 福康 is a 县
            return bool(other.kind) and self.kind in _PARTS and self.name.startswith(other.name)
        if self.kind and other.kind:
            return self.kind == other.kind
        return not (known and self.kind in _LOWER)

    def sounds_like(self, other: _Unit) -> bool:
        """Whether two names sound the same; kinds that are both named must agree."""
        kinds = self.kind == other.kind or not (self.kind and other.kind)
        return kinds and self.name != other.name and _sounds(self.name) == _sounds(other.name)


_KINDS = "特别行政区|自治州|自治县|自治旗|自治区|地区|街道|社区|省|市|州|盟|县|区|旗|镇|乡|村"
_KIND = re.compile(_KINDS)
_NAMED = re.compile(rf".{{2,}}?(?:{_KINDS})")
_ENDS = re.compile(rf"(.{{2,}}?)({_KINDS})$")
_PARTS = frozenset(("街道", "镇", "乡", "村", "社区"))
_LOWER = frozenset(("州", "自治州", "盟", "区", "旗", "县", "镇", "乡", "街道", "村"))


def _unit(name: str) -> _Unit:
    found = _ENDS.match(name)
    return _Unit(found[1], found[2]) if found else _Unit(name, "")


@cache
def _sounds(name: str) -> tuple[str, ...]:
    return tuple(fuzzy_class(one) for one in syllables(name))


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
        if home is None and not locality:
            return self._heard(question)
        return Asked(home.locality if home else None, home.locality if home else locality)

    def names(self, locality: str, text: str) -> bool:
        """Whether a text names the place that a locality is served by."""
        return self._names_home(self._area_of(locality), text)

    def _heard(self, question: str) -> Asked:
        """The place that a question of nobody knows whom sounds as if it named."""
        names = {name: area.locality for area in self._areas for name in area.names[:1]}
        found = best_match(question, list(names), limit=MISHEARD)
        return Asked(names[found.name], names[found.name]) if found else Asked(None, "")

    def covering(self, place: str, known: Iterable[str]) -> list[str]:
        """Of the places that documents hold for, those in which a place lies.

        福康县西城街道 lies in 福康县, and in 福康; 海南州 does not lie in 海南. Where no name is
        the same, one that sounds the same counts, unless two do.

        Args:
            place: a caller's place, any length of name.
            known: the places that there are documents for.
        """
        area = self._area_of(place)
        above = (area.locality, *area.names[:1], *area.within) if area else ()
        units = [*self._units(place), *(_unit(name) for name in above)]
        found = [one for one in known if self._within(units, self._units(one))]
        if found:
            return found
        heard = [one for one in known if any(unit.sounds_like(_unit(one)) for unit in units)]
        return heard if len(heard) == 1 else []

    def _within(self, units: Sequence[_Unit], wanted: Sequence[_Unit]) -> bool:
        """Whether all of a place's units are among those of another."""
        return bool(wanted) and all(
            any(unit.is_same(one, known=one.name in self._elsewhere) for unit in units)
            for one in wanted
        )

    def _units(self, place: str) -> list[_Unit]:
        """The names a place's name is made of: 呼和浩特 and 玉泉, 福康县 and 西城街道."""
        units: list[_Unit] = []
        rest = place.strip()
        names = sorted((name for name in self.all() if name in rest), key=len, reverse=True)
        while rest:
            name = next((one for one in names if rest.startswith(one)), "")
            kind = _KIND.match(rest, len(name)) if name else None
            match = None if name else _NAMED.match(rest)
            end = kind.end() if kind else match.end() if match else len(name) or len(rest)
            whole = rest[:end]
            units.append(_unit(whole))
            rest = rest[len(whole) :]
        return units

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
        if locality.startswith(self._elsewhere):
            return None  # 北京市朝阳区 is not 朝阳 in 辽宁
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
