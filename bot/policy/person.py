"""What a question tells of the person it is about, for the rules of entitlement."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from anban.errors import SettingsError
from bot.policy import cues
from bot.policy.moods import Mood, asks, denies, is_open, mood, takes_back
from bot.policy.whose import CHILDREN, Part, asked_for, counts_for, parts
from bot.understanding.normalise import simplify

_AGE = re.compile(
    r"(?<![\d.])(\d{2,3})(?:多|好几)?(?:周?岁|了(?=[，。,、；\s]|$))(?!以上|及以上|起|以下|左右|上下)"
)
_BEGINS = re.compile(
    r"^(?:今年|现在|都|也|已经|是|有|刚|整|满|呢|啊|们|的|俩|个)*(\d{2,3})(?![\d.%]|元|块|钱|号|年|个|小时|分|月|天|份|张|级|平|来岁|左右|上下|周?岁?(?:及?以[上下]|起))"
)
"""Years right after the person, or at the beginning of a clause."""
_THIS_YEAR = re.compile(
    r"今年(?:都|也|有|已经)*(\d{2,3})(?![\d.%]|元|块|钱|号|年|个|小时|分|月|天|份|张|级|平|来岁|左右|上下|周?岁?(?:及?以[上下]|起))"
)
_BARE_AGE = re.compile(r"(?<![\d.])(\d{2,3})(?![\d.])")
_NOT_YET = re.compile(
    r"快|马上|将近|接近|差|不到|不足|没[到满有]?|未|还[没差]|就要|虚|明年|后年|大概|大约|差不多|可能|左右|上下|来岁|那年|那时|时候|以前"
)
"""Beside years that are no age that was reached."""
_UNSURE = re.compile(
    r"不(?:知道|清楚|晓得|太清楚|记得|确定)|说不[好准清]|没(?:评|查)过|搞不清|记不"
)
_YES = re.compile(
    r"^(?:嗯|哦|啊|哎|诶)*(?:是(?!这样|我|说|不|啥|什么|以前|从前)|对(?!了|门|面|不)|嗯|有(?!个|人|没|的人)|在(?!办|审|等|申|走|跑|弄)|恩|好像是|就是|系|要(?!办|申|评|看|问|是)|没错|可不)"
)
_NO = re.compile(r"^(?:嗯|哦|啊)*(?:不(?!过|错)|没(?!错|事|听)|否|唔|冇|毋|莫|无)")
_HAS = re.compile(r"有|要|在|就是")
"""A yes that is the word for having, too: 有低保 answers only whether one has that."""
_RUN_ON = re.compile(r"(没有|不好|唔好|毋好|没得)(?=有(?!没|无))")
"""What ends before another thing is had (子女都没有|有低保), told in one breath."""
_MEANING = re.compile(
    r"(?:啥|什么|么个|咩|乜)(?:叫|是|子)|(?:是|指|叫|属)(?:的|个|说|做)*(?:是)?(?:啥|什么|哪|咩|乜|么个)|指|(?:啥|什么|哪)样?的?(?:意思|人|东西)|"
    r"(?:怎么|咋|怎样|哪样|哪种|啥样)(?:样)?(?:才|的|就)?(?:算|叫|是)|不懂|没听(?:过|说|懂|明白|清)|不明白|"
    r"不(?:知道|晓得|清楚)[^，]{0,8}(?:啥|什么|咩|乜)|意思|^(?:啥|什么|啊|哈)(?:啊|呀|东西|玩意儿?)*[？?]?$|再说一遍"
)
_ECHO = re.compile(
    r"^(?:[你您]说的?|那个|这个|嗯|哦|啊|是说|说的)*(?P<word>.+?)(?:户|人员|对象|供养|老人|家庭|人口)*(?:啊|呀|嘛|么|呢|哦|噢|哈)*[？?]*$"
)
_ALSO = re.compile(r"^(?:们)?也(?:是|有|一样|算)")
_LOWEST, _HIGHEST = 40, 125
"""Ages outside are no ages of the old people this is about."""
_FEW = 12
"""Characters up to which a question back needs not name the word."""


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
    explain: str = ""
    """what it means, for somebody who does not know the word"""
    words: tuple[str, ...] = ()
    """the words that may not be known"""
    lasting: bool = False
    """once so, it stays so"""
    children: bool = False
    """told by what is said of the children"""


@dataclass(frozen=True)
class Told:
    """What a line tells of the person it asks for.

    Attributes:
        known: what is so and what is not; age in years.
        open: what is under way, over or not known: the community has to look.
        named: all that the line speaks of, of whomever and however.
    """

    known: Mapping[str, bool | int] = field(default_factory=dict)
    open: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()


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
        """What a line tells for certain of the one it asks for."""
        return dict(self.heard(text, asked_for(simplify(text))).known)

    def heard(self, text: str, who: str = "") -> Told:
        """What a line tells of a person.

        Args:
            text: what was said.
            who: of whom, in standard words; empty for the caller or an elder who is not named.
        """
        said = parts(cues.figures(_RUN_ON.sub(r"\1，", simplify(text))), who)
        known: dict[str, bool | int] = {}
        unsure: set[str] = set()
        named: set[str] = set()
        years = {one for part in said if counts_for(part.who, who) for one in _ages(part)}
        if len(years) == 1:
            known["age"] = years.pop()
        for about in self._about.values():
            moods = set(self._moods(about, said, who, named))
            if moods == {Mood.SO}:
                known[about.id] = True
            elif moods == {Mood.NOT_SO}:
                known[about.id] = False
            elif moods:
                unsure.add(about.id)
        for fact in [fact for fact, so in known.items() if so is True]:
            known |= {other: True for other in self._about[fact].implies if other not in known}
        return Told(known, frozenset(unsure), frozenset(named))

    def _moods(
        self, about: About, said: Sequence[Part], who: str, named: set[str]
    ) -> Iterator[Mood]:
        """How each mention of one thing is meant, where the person is meant."""
        for at, part in enumerate(said):
            of_children = about.children and part.who in CHILDREN
            if of_children:
                part = replace(part, text=f"{part.word}{part.text}")
            for found, against in _mentioned(about, part.text):
                named.add(about.id)
                following = said[at + 1] if at + 1 < len(said) else None
                if not counts_for(part.who, who) and not of_children:
                    also = following and counts_for(following.who, who) and following.named
                    if following and also and _ALSO.match(following.text):
                        yield Mood.SO if not asks(following.text) else Mood.UNSAID
                    elif following and also and denies(following.text):
                        yield Mood.NOT_SO
                    continue
                one = self._mood(about, part, found, against=against)
                if one is Mood.UNSAID:
                    continue
                goes_on = following and counts_for(following.who, who)
                if one is Mood.SO and following and goes_on and not self._names(following.text):
                    one = _taken_back(following.text)
                yield one

    def _mood(self, about: About, part: Part, found: re.Match[str], *, against: bool) -> Mood:
        before, after = part.text[: found.start()], part.text[found.end() :]
        rest = self._blanked(part.text)
        subject = part.named and part.who not in CHILDREN
        if not against:
            return mood(before, after, rest, lasting=about.lasting, subject=subject)
        meant = mood(before, after, rest, lasting=True, subject=True)
        return Mood.NOT_SO if meant is Mood.SO else Mood.UNSAID

    def named(self, text: str) -> dict[str, bool]:
        """The stretches that name what rules ask about, and whether it is so of the person."""
        plain = simplify(text)
        known = self.heard(plain, asked_for(plain)).known
        return {
            found[0]: known.get(about.id) is True and not against
            for about in self._about.values()
            for found, against in _mentioned(about, plain)
        }

    def _names(self, text: str) -> bool:
        return any(next(_mentioned(about, text), None) for about in self._about.values())

    def _blanked(self, text: str) -> str:
        """A stretch without all that it names."""
        spans = [
            found.span()
            for about in self._about.values()
            for pattern in (about.yes, about.no)
            if pattern
            for found in pattern.finditer(text)
        ]
        for start, end in spans:
            text = f"{text[:start]}{'〇' * (end - start)}{text[end:]}"
        return text

    def answered(self, fact: str, text: str, who: str = "") -> bool | int | None:
        """The answer to the question for one fact; None where the line does not give it."""
        plain = cues.figures(simplify(text)).strip("，。！ ")
        if self.meaning(fact, text):
            return None
        if fact == "age":
            return self._years(plain, who)
        told = self.heard(plain, who)
        if fact in told.known or fact in told.open:
            return told.known.get(fact)
        subject = self._about[fact].subject
        if subject and not _mine(parts(plain, who), who, named=True):
            filled = self.heard(f"{subject}{plain}", who)
            if fact in filled.known:
                return filled.known[fact]
        if fact in told.named:
            return None
        bare = _mine(parts(plain, who), who)
        if not bare or is_open(bare[0].text) or asks(bare[0].text):
            return None
        if len(bare) > 1 and takes_back(bare[1].text) and is_open(bare[1].text):
            return None
        line = bare[0].text
        if told.known and _HAS.match(line):
            return None
        return True if _YES.match(line) else False if _NO.match(line) else None

    def _years(self, plain: str, who: str) -> int | None:
        told = self.heard(plain, who).known.get("age")
        if told is not None:
            return told
        bare = [
            _plausible(int(found[1]))
            for part in parts(plain, who)
            if counts_for(part.who, who) and not _NOT_YET.search(part.text) and not asks(part.text)
            for found in _BARE_AGE.finditer(part.text)
        ]
        years = {one for one in bare if one is not None}
        return years.pop() if len(years) == 1 else None

    def meaning(self, fact: str, text: str) -> str:
        """What a word means that somebody asks back for; empty where they do not.

        Args:
            fact: what was asked about.
            text: what was said to it.
        """
        plain = simplify(text).strip("，。！ ")
        named = [
            about
            for about in self._about.values()
            if about.explain and any(word in plain for word in about.words)
        ]
        here = self._about[fact]
        echo = _ECHO.match(plain)
        if echo and echo["word"] in here.words:
            return here.explain
        if not _MEANING.search(plain) or (not named and len(plain) > _FEW):
            return ""
        return (here if here in named or not named else named[0]).explain

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
        row.get("explain", ""),
        tuple(row.get("words", ())),
        row.get("lasting", False),
        row.get("children", False),
    )


def _ages(part: Part) -> Iterator[int]:
    """The years that a stretch says somebody is."""
    if asks(part.text) and not re.match(r"[^，]{0,6}\d", part.text):
        return
    for pattern in (_AGE, _BEGINS, _THIS_YEAR):
        for found in pattern.finditer(part.text):
            years = _plausible(int(found[1]))
            around = part.text[max(0, found.start() - 4) : found.end() + 2]
            supposed = asks(part.text[: found.start(1)])
            if years is not None and not _NOT_YET.search(around) and not supposed:
                yield years


def _plausible(years: int) -> int | None:
    return years if _LOWEST <= years <= _HIGHEST else None


def _mine(said: Sequence[Part], who: str, *, named: bool = False) -> list[Part]:
    """The stretches that speak of a person."""
    return [one for one in said if counts_for(one.who, who) and (one.named or not named)]


def _taken_back(text: str) -> Mood:
    """What becomes of something claimed, by what is said right after it."""
    if denies(text):
        return Mood.NOT_SO
    return Mood.OPEN if takes_back(text) else Mood.SO


def _mentioned(about: About, text: str) -> Iterator[tuple[re.Match[str], bool]]:
    """Where a thing is named, and whether the words deny it; of two that overlap the longer."""
    found = [
        (one, against)
        for pattern, against in ((about.yes, False), (about.no, True))
        if pattern
        for one in pattern.finditer(text)
    ]
    for one, against in found:
        longer = (
            other
            for other, also in found
            if also is not against
            and other.start() < one.end()
            and one.start() < other.end()
            and (len(other[0]), also) > (len(one[0]), against)
        )
        if next(longer, None) is None:
            yield one, against
