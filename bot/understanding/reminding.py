"""When somebody wants to be reminded of a medicine: several times of a day, days, the first day.

Single times and days are read by `times`; here a line is cut where one time ends and the next one
begins (朝晨七点半昼边十二点夜晡六点半), and the parts of a day are given an hour to propose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from bot.understanding.normalise import simplify
from bot.understanding.times import parse_when

_PARTS = (
    r"(?:大?清早|一早|朝头?早|朝晨|早[上晨起间]|上[午昼晡]|前晌|中午|晌午|日昼|昼边|正午|顶昼|下[午昼晡]|"
    r"后晌|傍晚|晚[上间黑头]|夜[晚晡间里黑头]|暗[时晡]|下暗|[今每明]晚|睡觉?前)"
)
_CLOCK = r"(?:\d{1,2}|[一二三四五六七八九十两]{1,3})(?:点|时(?!候)|[:：](?=\d))"
_BEGINS = re.compile(
    rf"(?:{_PARTS}[^，。]{{0,2}}?|[早朝晨晚夜暗昼][\u4e00-\u9fff]?){_CLOCK}|{_CLOCK}|{_PARTS}"
)
_SLIP = re.compile(r"说错了?|讲错了?|不对|不是|毋对|唔系|唔对|(?<![要好行])不不+|改成|换成")
_DAY_NAMED = re.compile(
    r"今[天日晚朝晡仔儿]|今儿|明[天日早晚晨儿]|听[日朝晚]|天光日|后[天日儿]|起|开始|号|初[一二三四五六七八九十]"
)
_EACH_MEAL = re.compile(
    r"(?:三|每|逐|各)[餐顿]|顿顿|餐餐|[一每]天三[次顿回到道遍]|一日三|日日三|早中晚|朝昼暗"
)
_ASKED_PARTS = (
    ("07:30", re.compile(r"早|朝|晨|起床|前晌|上[午昼晡]")),
    ("12:00", re.compile(r"中[午间]|晌|昼|日中|(?<=早)中")),
    ("18:30", re.compile(r"傍晚|下班|晚饭|夜饭|暗顿|暗头")),
    ("20:00", re.compile(r"晚(?!饭)|夜(?!饭)|暗(?!头|顿)")),
    ("21:00", re.compile(r"睡[觉前]|困前|瞓觉")),
)
"""Hours that are proposed, and read back, for a part of the day."""
_MEALS = ("07:30", "12:00", "18:30")
_ONCE = re.compile(
    r"[就只净]这一[次回遍]|一次过就|[就只](?:今|明|听|后)[天日朝晚儿]?[^，。]{0,4}一[次回遍]"
)
_DOSE = re.compile(
    r"(?:漏|忘|唔记得|毋记得|袂记得|搞忘|没吃|冇食|少吃)[^？]{0,14}(?:补|返|[两三四][粒片颗]|加倍|双[份倍]|翻倍|两[份倍]|多吃|一[下起次][吃食])|"
    r"(?:漏|没吃|冇食|少吃)[^？]{0,8}(?:怎么办|咋办|咋整|点算|按怎)|"
    r"(?:一次|一下|一起|一道)[吃食啉][两三四][粒片颗]|[吃食]几多?[粒片颗]|"
    r"(?:加|减|停|换)药[^，。]{0,4}[吗么冇无唔不]"
)
_SWALLOWED = re.compile(
    r"[吃食啉喝吞](?:了|咗|哩|下)[^，。]{0,3}(?:两|三|四|几|一[把瓶板])|多[吃食](?:了|咗|哩)"
)
DAILY, ONCE = "FREQ=DAILY", "FREQ=DAILY;COUNT=1"


@dataclass(frozen=True)
class Reminding:
    """What a line says of a reminder; empty members were not said.

    Attributes:
        times: HH:MM, in order.
        parts: hours proposed for parts of the day or meals, where no hour was said.
        rule: on which days, as an RRULE.
        first: the first day.
    """

    times: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    rule: str = ""
    first: date | None = None

    def __bool__(self) -> bool:
        return bool(self.times or self.parts or self.rule or self.first)


def reminding(text: str, now: datetime, ask: str | None = None) -> Reminding:
    """Read what a line says of a reminder.

    Args:
        text: what was said.
        now: the clock of the conversation.
        ask: what was asked (`time`, `date` or `confirm`), or None.
    """
    plain, local = simplify(text), now.replace(tzinfo=None)
    times = _times(plain, local)
    whole = parse_when(plain, local, ask if ask == "date" else None)
    rule, first = "", None
    if whole is not None and whole.recurring:
        rule = whole.recurring
    if whole is not None and whole.date and not whole.date < local.date():
        named = _DAY_NAMED.search(plain) or (rule and not rule.startswith(DAILY))
        first = whole.date if named else None
    if _ONCE.search(plain) and not rule:
        rule = ONCE
    return Reminding(times, () if times else _parts(plain), rule, first)


def asks_dose(text: str) -> bool:
    """Whether a line asks how much to take, or what to do after a dose that was missed.

    That is the doctor's to say. Who has swallowed too much asks something else.
    """
    plain = simplify(text)
    return _DOSE.search(plain) is not None and _SWALLOWED.search(plain) is None


def _times(text: str, now: datetime) -> tuple[str, ...]:
    """The hours that are wanted.

    One behind a slip stands in the place of the one before it (七点，不对，六点半), and one that is
    denied is none (是六点半不是七点).
    """
    wanted: list[str] = []
    behind = 0
    for start, end, at in _each(text, now):
        before, between, behind = text[:start], text[behind:start], end
        if _NOT_THIS.search(between) and (not wanted or _JUST_THIS.search(before)):
            continue
        if wanted and _SLIP.search(between):
            wanted.pop()
        wanted.append(at)
    return tuple(sorted(set(wanted)))


_NOT_THIS = re.compile(r"(?:不是|毋是|唔系|不系)$")
"""Right before an hour: that one is not meant."""
_JUST_THIS = re.compile(rf"[是系](?:{_PARTS})?{_CLOCK}半?[啊呀，]?(?:不是|毋是|唔系|不系)$")
"""Before such a word: another hour that is."""


def _each(text: str, now: datetime) -> Iterator[tuple[int, int, str]]:
    """The hours of a text in the order they were said, each read by itself, and where it stands."""
    starts = [found.start() for found in _BEGINS.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=False):
        piece = _SLIP.split(text[start:end], maxsplit=1)[0]
        clock = re.search(_CLOCK, piece)
        when = parse_when(piece, now, "time") if clock else None
        if clock is not None and when is not None and when.time and ":" in when.time:
            yield start, start + clock.end(), when.time


def _parts(text: str) -> tuple[str, ...]:
    if _EACH_MEAL.search(text):
        return _MEALS
    return tuple(at for at, words in _ASKED_PARTS if words.search(text))
