"""The ladder of an emergency: who is told when, and how loud, until a person acknowledges.

A ladder is data (`localities/ladder.toml`); a county's own stands in its folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from anban.errors import SettingsError
from backend.domain.words import POSTS

FAMILY = "family"
"""all contacts of the elder's family and neighbours"""


@dataclass(frozen=True)
class Rung:
    """Who is told at one moment of a round, all at once."""

    who: tuple[str, ...]
    """`family`, or posts (`backend.domain.words.POSTS`)"""
    after: timedelta = timedelta()
    """since the round began"""


@dataclass(frozen=True)
class Ladder:
    """The rungs of one round; rounds follow each other until somebody acknowledges."""

    rungs: tuple[Rung, ...] = (
        Rung((FAMILY, "desk")),
        Rung(("community_worker",), timedelta(seconds=60)),
        Rung(("duty_phone",), timedelta(seconds=180)),
    )
    again: timedelta = timedelta(seconds=300)
    """from the beginning of a round to the next one"""
    loudness: tuple[int, ...] = (1, 2, 3)
    """by round: 1 normal, 3 loudest; the last one stays"""
    unheld: timedelta = timedelta(seconds=120)
    """how long after its first rung an emergency may go unheld before the watchdog alarms"""

    def loud(self, round_number: int) -> int:
        """Return how loud a round is; rounds count from 1."""
        return self.loudness[min(round_number, len(self.loudness)) - 1]

    def louder(self, level: int) -> int:
        """Return the next level above one, where this ladder has a louder one."""
        return min((other for other in self.loudness if other > level), default=level)

    def limit(self, number: int) -> timedelta:
        """Return how long a rung may go unanswered: until the next one; rungs count from 0."""
        ends = [*(rung.after for rung in self.rungs[1:]), self.again]
        return ends[number] - self.rungs[number].after


@dataclass(frozen=True)
class Step:
    """One rung of one round at its moment."""

    round: int
    number: int
    who: tuple[str, ...]
    loudness: int
    due_at: datetime
    overdue_at: datetime
    """half the limit of the rung before it later: not begun by then, it is alarming"""


def first_step(ladder: Ladder, at: datetime) -> Step:
    """Return the first rung of an emergency."""
    return _step(ladder, 1, 0, at, ladder.limit(0))


def round_steps(ladder: Ladder, round_number: int, began: datetime) -> list[Step]:
    """Return what follows the first rung of a round: its others and the next round's first."""
    steps = [
        _step(ladder, round_number, number, began + rung.after, ladder.limit(number - 1))
        for number, rung in enumerate(ladder.rungs)
        if number
    ]
    last = ladder.limit(len(ladder.rungs) - 1)
    return [*steps, _step(ladder, round_number + 1, 0, began + ladder.again, last)]


def _step(ladder: Ladder, turn: int, number: int, due: datetime, before: timedelta) -> Step:
    who = ladder.rungs[number].who
    return Step(turn, number, who, ladder.loud(turn), due, due + before / 2)


@dataclass(frozen=True)
class Ladders:
    """The ladder of everywhere, and those of places that have their own."""

    default: Ladder = field(default_factory=Ladder)
    by_area: Mapping[str, Ladder] = field(default_factory=dict)

    def of(self, locality: str | None) -> Ladder:
        """Return the ladder of a locality: its own, its city's, its province's, the default."""
        area = nearest(self.by_area, locality, "") if locality else None
        return self.by_area[area] if area else self.default


def nearest(areas: Iterable[str], locality: str, estate: str) -> str | None:
    """Return which area serves a place: the narrowest that holds it; None where none does.

    Where the place is not known the widest area serves it: somebody must.

    Args:
        areas: localities, or a locality with an estate (福康县和平小区); "" is everywhere.
        locality: where the elder lives, "" if unknown.
        estate: the housing estate or village, "" if unknown.
    """
    place = locality + estate
    if not place:
        return min(areas, key=len, default=None)
    return max((area for area in areas if place.startswith(area)), key=len, default=None)


def ladder_of(data: Mapping[str, Any]) -> Ladder:
    """Return the ladder that a TOML file describes.

    Raises:
        SettingsError: names what is wrong and what would be right.
    """
    known = {"area", "again", "loudness", "unheld", "rung"}
    if unknown := set(data) - known:
        raise SettingsError(f"ladder: {', '.join(sorted(unknown))} is not known")
    if not data.get("rung"):
        raise SettingsError("ladder: at least one [[rung]] is needed")
    rungs = tuple(_rung(item) for item in data["rung"])
    again = _seconds(data, "again", 300)
    starts = [rung.after for rung in rungs]
    if starts[0] or sorted(set(starts)) != starts or again <= starts[-1]:
        raise SettingsError(
            "ladder: the first rung comes after 0 s, each further one later than the one before, "
            "and `again` after the last"
        )
    loudness = tuple(data.get("loudness", (1, 2, 3)))
    if not loudness or not all(level in (1, 2, 3) for level in loudness):
        raise SettingsError("ladder: loudness is a list of 1, 2 or 3, one for each round")
    return Ladder(rungs, again, loudness, _seconds(data, "unheld", 120))


def _rung(item: Mapping[str, Any]) -> Rung:
    who = tuple(item.get("who", ()))
    if not who or not set(who) <= {FAMILY, *POSTS}:
        raise SettingsError(f"ladder: `who` of a rung is a list of: {FAMILY}, {', '.join(POSTS)}")
    return Rung(who, _seconds(item, "after", 0))


def _seconds(data: Mapping[str, Any], name: str, default: float) -> timedelta:
    value = data.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise SettingsError(f"ladder: {name} is a number of seconds")
    return timedelta(seconds=value)
