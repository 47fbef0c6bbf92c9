"""Who is entitled to what: rules as data, read in three values.

A scheme holds where every condition of ``must`` holds, at least one of ``any``, and none of
``none``. What is not known stays unknown (Kleene's logic): the outcome is then ``check``, with the
one question that can change it. Rules are data: ``localities/<name>/rules.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from anban.errors import SettingsError

Outcome = Literal["eligible", "not", "check"]
Person = Mapping[str, bool | int | None]
"""What is known of somebody: fact -> yes, no or (age) years; absent or None is unknown."""

_SCHEME = frozenset(
    ["id", "name", "section", "spans", "gives", "words", "must", "any", "none", "several", "note"]
)
_CONDITION = frozenset(["tests", "says", "source", "section", "spans", "note"])
_TEST = re.compile(r"(?P<fact>[a-z_]+)(?:>=(?P<least>\d+))?")


@dataclass(frozen=True)
class Test:
    """One fact that must be so, or must be at least so many."""

    fact: str
    at_least: int | None = None

    def holds(self, person: Person) -> bool | None:
        """Whether it is so; None where that is not known. 以上 includes the number itself."""
        known = person.get(self.fact)
        if known is None or self.at_least is None:
            return None if known is None else bool(known)
        return int(known) >= self.at_least


@dataclass(frozen=True)
class Source:
    """A document that rules rest on."""

    locality: str
    title: str
    number: str
    year: int
    called: str


@dataclass(frozen=True)
class Condition:
    """Tests that must all hold, and the rule they stand for."""

    tests: tuple[Test, ...]
    says: str
    source: Source
    """the document it rests on: its scheme's, or a law"""
    section: str
    note: str = ""
    """what to say where it does not hold"""

    def holds(self, person: Person) -> bool | None:
        """Whether all hold; None where none fails and one is unknown."""
        return every(test.holds(person) for test in self.tests)

    def unknown(self, person: Person) -> frozenset[Test]:
        """The tests that are still open."""
        return frozenset(test for test in self.tests if test.holds(person) is None)


@dataclass(frozen=True)
class Scheme:
    """Something one may be entitled to."""

    id: str
    name: str
    source: Source
    section: str
    gives: str
    """what one gets, in a sentence"""
    words: tuple[str, ...]
    """words a question names it by"""
    must: tuple[Condition, ...]
    any: tuple[Condition, ...]
    none: tuple[Condition, ...]
    several: str = ""
    """the rule for somebody who meets more than one condition of `any`"""
    note: str = ""
    """what is often mistaken about it"""

    def conditions(self) -> tuple[Condition, ...]:
        """All conditions, in the order of the rules."""
        return (*self.must, *self.any, *self.none)

    def facts(self) -> list[str]:
        """Every fact it asks about, once, in the order of the rules."""
        return list(dict.fromkeys(test.fact for one in self.conditions() for test in one.tests))


@dataclass(frozen=True)
class Result:
    """Whether somebody is entitled, and why."""

    scheme: Scheme
    outcome: Outcome
    reasons: tuple[Condition, ...]
    """eligible: what holds; not: what fails or excludes; check: what is open"""
    question: str | None
    """the fact to ask about next; None where no answer can change the outcome"""
    several: bool = False
    """more than one condition of `any` holds"""


def every(values: Iterable[bool | None]) -> bool | None:
    """Kleene's and."""
    found = list(values)
    return False if False in found else None if None in found else True


def some(values: Iterable[bool | None]) -> bool | None:
    """Kleene's or."""
    found = list(values)
    return True if True in found else None if None in found else False


def evaluate(scheme: Scheme, person: Person, unknowable: Collection[str] = ()) -> Result:
    """Whether a person is entitled to a scheme.

    Args:
        scheme: the rules.
        person: what is known.
        unknowable: facts the person cannot tell; they are not asked about again.
    """
    holds = [one.holds(person) for one in scheme.any]
    kinds = some(holds) if scheme.any else True
    barred = some(one.holds(person) for one in scheme.none)
    whole = every(
        [*(one.holds(person) for one in scheme.must), kinds, None if barred is None else not barred]
    )
    if whole is None:
        open_ones = _open(scheme, person)
        return Result(scheme, "check", open_ones, _question(open_ones, person, unknowable))
    if whole:
        met = [one for one, held in zip(scheme.any, holds, strict=True) if held]
        return Result(scheme, "eligible", (*scheme.must, *met), None, len(met) > 1)
    return Result(scheme, "not", _failed(scheme, person), None)


def _failed(scheme: Scheme, person: Person) -> tuple[Condition, ...]:
    """What stands in the way; where no kind of person fits, all kinds."""
    failed = [one for one in scheme.must if one.holds(person) is False]
    failed += [one for one in scheme.none if one.holds(person)]
    return tuple(failed) or scheme.any


def _open(scheme: Scheme, person: Person) -> tuple[Condition, ...]:
    """Conditions that can still change the outcome, those to be asked about first in front.

    A kind that needs all that another needs, and more, changes nothing and is left out.
    """
    must = [one for one in scheme.must if one.holds(person) is None]
    given = frozenset(test for one in must for test in one.tests)
    kinds: list[Condition] = []
    if not any(one.holds(person) for one in scheme.any):
        still = [one for one in scheme.any if one.holds(person) is None]
        needs = {id(one): one.unknown(person) - given for one in still}
        kinds = [
            one
            for at, one in enumerate(still)
            if not any(
                needs[id(other)] < needs[id(one)]
                or (needs[id(other)] == needs[id(one)] and still.index(other) < at)
                for other in still
                if other is not one
            )
        ]
        kinds.sort(key=lambda one: len(needs[id(one)]))
    barred = [one for one in scheme.none if one.holds(person) is None]
    return (*must, *kinds, *barred)


def _question(
    conditions: Sequence[Condition], person: Person, unknowable: Collection[str]
) -> str | None:
    for condition in conditions:
        for test in condition.tests:
            if test.holds(person) is None and test.fact not in unknowable:
                return test.fact
    return None


def schemes(data: Mapping[str, Any], name: str) -> tuple[Scheme, ...]:
    """The schemes of a ``rules.toml``.

    Args:
        data: the file as plain data.
        name: of the file, for errors.

    Raises:
        SettingsError: names the scheme and what is wrong.
    """
    try:
        source = _source(data["document"])
        laws = {law: _source(row) for law, row in data.get("laws", {}).items()}
        return tuple(_scheme(row, source, laws, name) for row in data["scheme"])
    except KeyError as missing:
        raise SettingsError(f"{name}: {missing} is missing") from None


def _source(row: Mapping[str, Any]) -> Source:
    return Source(row["locality"], row["title"], row["number"], row["year"], row["called"])


def _scheme(
    row: Mapping[str, Any], source: Source, laws: Mapping[str, Source], name: str
) -> Scheme:
    place = f"{name}: scheme {row['id']}"
    if unknown := set(row) - _SCHEME:
        raise SettingsError(f"{place}: {', '.join(sorted(unknown))} is not known")
    lists = {
        part: tuple(
            _condition(one, laws.get(one.get("source", ""), source), row["section"], place)
            for one in row.get(part, ())
        )
        for part in ("must", "any", "none")
    }
    if not lists["must"]:
        raise SettingsError(f"{place}: at least one [[scheme.must]] is needed")
    return Scheme(
        row["id"],
        row["name"],
        source,
        row["section"],
        row["gives"],
        tuple(row.get("words", ())),
        lists["must"],
        lists["any"],
        lists["none"],
        row.get("several", ""),
        row.get("note", ""),
    )


def _condition(row: Mapping[str, Any], source: Source, section: str, place: str) -> Condition:
    if unknown := set(row) - _CONDITION:
        raise SettingsError(f"{place}: {', '.join(sorted(unknown))} is not known")
    tests = []
    for written in row["tests"]:
        found = _TEST.fullmatch(written)
        if found is None:
            raise SettingsError(f"{place}: {written!r} is no test; right are `fact` and `age>=60`")
        least = found["least"]
        tests.append(Test(found["fact"], int(least) if least else None))
    if not tests:
        raise SettingsError(f"{place}: a condition needs tests")
    where = row.get("section", section)
    return Condition(tuple(tests), row["says"], source, where, row.get("note", ""))
