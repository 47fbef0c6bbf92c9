"""Leap months told behind their day: 六月十五闰月那个, 二月十二后头那个二月."""

from __future__ import annotations

import re
from datetime import datetime

from bot.understanding.times import model
from bot.understanding.times.model import Mention, Said, Says

_MONTH = "[正二三四五六七八九十冬腊]{1,2}月"
_THAT = "[那这该彼嗰箇迄]"
_LEAP_BEHIND = re.compile(
    "[，,]?(?:今年)?(?:有?两[个只][哩呢嘛啊了吧，]*)?(?:我?是?[说讲话]的?)?[是系]?"
    f"(?:闰(?:{_MONTH}|月)?(?:的|嘅|个)?(?:{_THAT}一?[个只天日工])?"
    f"|(?:后[头面壁背尾]?|第二)的?(?:{_THAT}一?|一)?[个只](?:{_MONTH})?)"
    "(?:的|嘅|个)?(?=$|[，,来嚟吧啊呀嘛啦哦喔]|[上下]午|[上下]昼|早上|晚上|[前后]晌)"
)
"""Which of two months with one name is meant."""
_LEAP_BEFORE = re.compile("[闰润]$")
"""闰端午: right before a feast."""


def told_behind(text: str, said: Said, _: datetime) -> Said:
    """六月十五闰月那个: the month of a day is the leap one of that name."""
    found: Said = []
    for mention in said:
        if found and mention.start < found[-1].end:
            continue  # 闰六月 belongs to the day before it
        before = _LEAP_BEFORE.search(text, 0, mention.start)
        if before is not None and isinstance(mention.says, model.Named):
            mention = Mention(before.start(), mention.end, _again(mention.says))
        day = _of_leap_month(mention.says)
        behind = _LEAP_BEHIND.match(text, mention.end) if day is not None else None
        if day is not None and behind is not None:
            mention = Mention(mention.start, behind.end(), day)
        found.append(mention)
    return found


def _again(feast: model.Named) -> model.Named | model.LunarDay:
    """The feast as it is kept once more in a leap month; the same where it cannot be."""
    kind, _, day = feast.day.partition(":")
    if kind != "lunar":
        return feast
    month, number = map(int, day.split("-"))
    return model.LunarDay(number, month, years=feast.years, leap=True)


def _of_leap_month(says: Says) -> model.LunarDay | None:
    """The same day of the leap month; None of what names no lunar month."""
    if isinstance(says, model.EitherDay):
        return model.LunarDay(says.day, says.month, leap=True)
    if isinstance(says, model.LunarDay) and says.month is not None:
        return model.LunarDay(
            says.day, says.month, years=says.years, leap=True, last_day=says.last_day
        )
    return None
