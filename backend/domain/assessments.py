"""What an old person can do in daily life: items, points, and the total an assessor looks at.

The items are data (``localities/assessment.toml``): those of MZ/T 039—2013, annex B.1, which follow
the Barthel index. What is told over the telephone is no result: an assessor confirms or changes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from anban.errors import Conflict, Rejected, SettingsError

Answers = Mapping[str, int | None]
"""item -> its points; None where the person could not say"""

STATUSES: Final = ("open", "waiting", "confirmed", "changed")
"""being asked, waiting for an assessor, confirmed as it was told, changed by the assessor"""
LIVE: Final = ("open", "waiting")


@dataclass(frozen=True)
class Level:
    """One answer to an item."""

    points: int
    says: str


@dataclass(frozen=True)
class Item:
    """One thing of daily life."""

    id: str
    name: str
    levels: tuple[Level, ...]
    """the best first"""

    def level(self, points: int | None) -> Level | None:
        """The answer that has these points."""
        return next((one for one in self.levels if one.points == points), None)


@dataclass(frozen=True)
class Score:
    """The points of what was answered.

    Attributes:
        points: all together.
        most: the points the answered items could have had.
        unanswered: names of the items that stay open.
    """

    points: int
    most: int
    unanswered: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether every item is answered."""
        return not self.unanswered


@dataclass(frozen=True)
class Questionnaire:
    """The items, in the order they are asked."""

    id: str
    name: str
    source: str
    items: tuple[Item, ...]
    bands: tuple[tuple[int, str], ...]
    """from how many points the standard speaks of what, the most first"""

    def score(self, answers: Answers) -> Score:
        """The points of some answers."""
        told = [item for item in self.items if answers.get(item.id) is not None]
        return Score(
            sum(answers[item.id] or 0 for item in told),
            sum(item.levels[0].points for item in told),
            tuple(item.name for item in self.items if item not in told),
        )

    def band(self, score: Score) -> str:
        """What the standard calls a total, for assessors only; empty while items are open."""
        if not score.whole:
            return ""
        return next(says for least, says in self.bands if score.points >= least)

    def ensure(self, answers: Answers) -> None:
        """Refuse answers that are none of this questionnaire.

        Raises:
            Rejected: names `answers`.
        """
        known = {item.id: item for item in self.items}
        for id, points in answers.items():
            if id not in known:
                raise Rejected(f"问询里没有这一项：{id}", "answers")
            if points is not None and known[id].level(points) is None:
                right = "、".join(str(one.points) for one in known[id].levels)
                raise Rejected(f"{known[id].name}的分数应为{right}", "answers")

    def ensure_whole(self, answers: Answers) -> None:
        """Refuse what an assessor has not answered to the end.

        Raises:
            Rejected: names `answers`.
        """
        self.ensure(answers)
        if open_ones := self.score(answers).unanswered:
            raise Rejected(f"还有没评的：{'、'.join(open_ones)}", "answers")


def ensure_waiting(status: str) -> None:
    """Refuse to assess what is not told to the end, or assessed already.

    Raises:
        Conflict: it is so.
    """
    if status == "open":
        raise Conflict("这份问询还没有问完")
    if status != "waiting":
        raise Conflict("这份问询已经评过了")


def assessed(told: Answers, found: Answers) -> str:
    """The status after an assessment."""
    return "confirmed" if dict(told) == dict(found) else "changed"


def questionnaire(data: Mapping[str, Any], name: str) -> Questionnaire:
    """The questionnaire of an ``assessment.toml``.

    Raises:
        SettingsError: names the file and what is wrong.
    """
    try:
        bands = tuple((int(one["from"]), str(one["says"])) for one in data["bands"])
        items = tuple(_item(row, name) for row in data["item"])
        found = Questionnaire(data["id"], data["name"], data["source"], items, bands)
    except KeyError as missing:
        raise SettingsError(f"{name}: {missing} is missing") from None
    if not bands or bands[-1][0] > 0 or list(bands) != sorted(bands, reverse=True):
        raise SettingsError(f"{name}: bands go down to from = 0")
    return found


def _item(row: Mapping[str, Any], name: str) -> Item:
    levels = tuple(Level(int(one["points"]), str(one["says"])) for one in row["levels"])
    points = [one.points for one in levels]
    if len(levels) < 2 or points != sorted(set(points), reverse=True):
        raise SettingsError(f"{name}: {row['id']}: levels begin with the most points")
    return Item(str(row["id"]), str(row["name"]), levels)
