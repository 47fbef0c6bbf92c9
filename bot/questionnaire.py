"""What is asked about daily life, and what an answer to it means.

The items and their words are data (``localities/assessment.toml``). An answer is read to its item
only; what cannot be read is asked once more in other words, and then left to the assessor.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from anban.errors import SettingsError
from bot.understanding.answers import yes_no
from bot.understanding.normalise import simplify

KINDS = ("able", "part", "much", "unable")
"""kinds of levels, the best first"""

_NO_HELP = re.compile(
    r"[不毋唔莫甭冇没无免][用要需使消必靠让]*(?:别人|人家|哪个|谁|人)?(?:来|给)?"
    r"(?:帮忙?|扶|喂|搀|抱|背|架|伺候|照顾|看着|穿|洗|推|拐杖|拐棍|拐|助行器|轮椅)|(?:不用|不消|毋免|唔使|免)(?=$|[，。了啊呀嘛])"
)
"""Help that is denied (不用人扶) is no help."""
_MARKS = re.compile(r"[\s，。！？,.!?、啊呀嗯哦哎欸]+")


@dataclass(frozen=True)
class Level:
    """One answer to an item: its points, what it is called, and the words it is given in."""

    points: int
    kind: str
    says: str
    words: re.Pattern[str] | None


@dataclass(frozen=True)
class Item:
    """One thing of daily life and how it is asked about."""

    id: str
    ask: str
    """answered by yes where all is well"""
    more: str
    """finds out how much help it takes"""
    levels: tuple[Level, ...]
    """the best first"""


@dataclass(frozen=True)
class Heard:
    """What a line says to an item."""

    meant: Literal["level", "skip", "leave", "help", "unclear"]
    """a level; cannot say; wants to stop; needs some help, but not how much; nothing of it"""
    points: int = 0


class Questionnaire:
    """The items in their order, and the words of answers to any of them.

    Args:
        items: in the order they are asked.
        words: for each kind of level, and for skip and leave, a pattern.
    """

    def __init__(self, items: tuple[Item, ...], words: Mapping[str, re.Pattern[str]]) -> None:
        self.items, self._words = items, words

    @classmethod
    def read(cls, path: Path) -> Questionnaire:
        """Reads an ``assessment.toml``.

        Raises:
            SettingsError: names the file and what is wrong.
        """
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            words = {kind: re.compile(pattern) for kind, pattern in data["words"].items()}
            items = tuple(_item(row) for row in data["item"])
        except (tomllib.TOMLDecodeError, KeyError, re.error) as error:
            raise SettingsError(f"{path}: {error}") from None
        if missing := {*KINDS, "skip", "leave"} - set(words):
            raise SettingsError(f"{path}: no words for {', '.join(sorted(missing))}")
        return cls(items, words)

    def following(self, answers: Mapping[str, int | None]) -> Item | None:
        """The item to ask about next; None where all were asked."""
        return next((one for one in self.items if one.id not in answers), None)

    def item(self, id: str) -> Item:
        """An item by its id."""
        return next(one for one in self.items if one.id == id)

    def hear(self, item: Item, text: str) -> Heard:
        """What a line says to an item.

        Args:
            item: what was asked about.
            text: as typed or recognised.
        """
        plain = simplify(text)
        if self._words["leave"].search(plain):
            return Heard("leave")
        if self._words["skip"].search(plain):
            return Heard("skip")
        plain = _NO_HELP.sub("自己能", _MARKS.sub("，", plain).strip("，"))
        level = self._level(item, plain)
        if level is not None:
            return Heard("level", level.points)
        said = yes_no(text, "confirm")
        if said == "yes":
            return Heard("level", item.levels[0].points)
        if said == "no":
            two = len(item.levels) == 2
            return Heard("level", item.levels[1].points) if two else Heard("help")
        return Heard("unclear")

    def _level(self, item: Item, plain: str) -> Level | None:
        """The level whose words are there: the item's own before those of any, the worst first."""
        for level in reversed(item.levels):
            if level.words and level.words.search(plain):
                return level
        for level in reversed(item.levels):
            if self._words[level.kind].search(plain):
                return level
        return None


def _item(row: Mapping[str, Any]) -> Item:
    levels = tuple(
        Level(one["points"], one["is"], one["says"], re.compile(words) if words else None)
        for one in row["levels"]
        for words in [one.get("words", "")]
    )
    return Item(row["id"], row["ask"], row["more"], levels)
