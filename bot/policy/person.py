"""What a question tells of the person it is about, for the rules of entitlement."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anban.errors import SettingsError
from bot.policy import cues
from bot.understanding.normalise import simplify

_AGE = re.compile(r"(?<![\d.])(\d{2,3})(?:多|来)?(?:周?岁|了(?=[，。,、；\s]|$))(?!以上|及以上|起)")
_PERSONS_AGE = re.compile(
    r"(?:我|她|他|今年|[爸妈爷奶伴公婆]|老人家?)(?:今年|都|也)?(?:有)?(\d{2,3})(?![\d.%]|元|块|钱|号|年|个|小时|分|月|天|份|张|级|平)"
)
_BARE_AGE = re.compile(r"(?<![\d.])(\d{2,3})(?![\d.])")
_DENIED = re.compile(r"(?:不是|没有|不算|不属于|没|不|非)(?:什么|啥)?$")
_UNSURE = re.compile(
    r"不(?:知道|清楚|晓得|太清楚|记得|确定)|说不[好准清]|没(?:评|查)过|搞不清|记不"
)
_YES = re.compile(r"^(?:是|对|嗯|有|在|要|恩|好像是|就是|可以|系|得|行|能)")
_NO = re.compile(r"^(?:不|没|否|唔|冇|毋|莫)")
_LOWEST, _HIGHEST = 40, 125
"""Ages outside are no ages of the old people this is about."""


@dataclass(frozen=True)
class About:
    """One thing rules ask about."""

    id: str
    ask: str
    says: str
    yes: re.Pattern[str] | None
    no: re.Pattern[str] | None
    implies: tuple[str, ...]
    subject: str = ""
    """what a short answer leaves out: 子女 in 都在外地"""


class Vocabulary:
    """How people tell what rules ask about.

    Args:
        about: every fact that a rule may name.
    """

    def __init__(self, about: Mapping[str, About]) -> None:
        self._about = about

    @classmethod
    def read(cls, path: Path) -> Vocabulary:
        """Reads ``eligibility.toml``.

        Raises:
            SettingsError: names the file and the fact that is wrong.
        """
        try:
            rows = tomllib.loads(path.read_text("utf-8"))["fact"]
            return cls({row["id"]: _about(row) for row in rows})
        except (tomllib.TOMLDecodeError, KeyError, re.error) as error:
            raise SettingsError(f"{path}: {error}") from None

    def __contains__(self, fact: str) -> bool:
        return fact in self._about

    def ask(self, fact: str) -> str:
        """The question for a fact."""
        return self._about[fact].ask

    def says(self, fact: str) -> str:
        """A fact in words."""
        return self._about[fact].says

    def told(self, text: str) -> dict[str, bool | int]:
        """The facts a text tells; what it does not speak of is absent."""
        plain = cues.figures(simplify(text))
        found: dict[str, bool | int] = {}
        if (age := _age(plain)) is not None:
            found["age"] = age
        for about in self._about.values():
            told = _told(about, plain)
            if told is None:
                continue
            found[about.id] = told
            if told:
                found |= {other: True for other in about.implies if other not in found}
        return found

    def answered(self, fact: str, text: str) -> bool | int | None:
        """The answer to the question for one fact; None where the line does not give it."""
        plain = cues.figures(simplify(text)).strip("，。！？ ")
        if fact == "age":
            bare = _BARE_AGE.search(plain)
            return _age(plain) or (_plausible(int(bare[1])) if bare else None)
        told = self.told(f"{self._about[fact].subject}{plain}").get(fact)
        if told is not None:
            return told
        if _UNSURE.search(plain):
            return None
        return True if _YES.match(plain) else False if _NO.match(plain) else None

    def unsure(self, text: str) -> bool:
        """Whether somebody says they do not know."""
        return bool(_UNSURE.search(simplify(text)))


def _about(row: Mapping[str, Any]) -> About:
    return About(
        row["id"],
        row["ask"],
        row["says"],
        re.compile(row["yes"]) if "yes" in row else None,
        re.compile(row["no"]) if "no" in row else None,
        tuple(row.get("implies", ())),
        row.get("subject", ""),
    )


def _age(text: str) -> int | None:
    told = (*_AGE.finditer(text), *_PERSONS_AGE.finditer(text))
    ages = [_plausible(int(found[1])) for found in told]
    return next((age for age in ages if age is not None), None)


def _plausible(years: int) -> int | None:
    return years if _LOWEST <= years <= _HIGHEST else None


def _told(about: About, text: str) -> bool | None:
    if about.no and about.no.search(text):
        return False
    for found in about.yes.finditer(text) if about.yes else ():
        return not _DENIED.search(text[: found.start()])
    return None
