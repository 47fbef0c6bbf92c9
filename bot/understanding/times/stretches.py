"""Stretches of days and hours: 十号到十五号, 从后天开始连送五天, 晚上七点到第二天中午."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from bot.understanding import numbers
from bot.understanding.times import model
from bot.understanding.times.model import DATED, Mention, Said, Says, covering, is_date, is_time

_TO = re.compile(r"(?:[，,\s]|那天|的|开始|起)*(?:一直到|去到|直到|到|至|~|—|-)[，,\s]*")
_UNTIL = re.compile(r"[，,]?(?:一直|要)?[守陪待看睡做住]?(?:到|至)(?:了)?")
_TO_WITH = re.compile(f"[一]?[送做煮陪管来住守待]?(?:{_TO.pattern})")
"""Between the ends of a stretch that begins with 从."""
_LASTS = re.compile(
    r"(?:开始|起)?[，,]?(?:(?:一连|连着?|总共|共)[送做煮陪管来住吃食]?|[送做煮陪管来住吃食])([一二两三四五六七八九十]+)"
    r"(?:天|日|工|(个?(?:礼拜|星期|周)(?![一二三四五六日天]|的|来|送|后|以后)))(?![一两三]?[次趟回顿])"
)
_LASTS_FROM = re.compile(
    "(?:一连|连着?)[送做煮陪管来住守]?([一二两三四五六七八九十]+)[天日工][，,]?(?:就?从|打|自)?$"
)
"""Right before the day on which a stretch begins."""
_BEGINS = ("起", "开始", "开头", "算起")
_LONGEST = 28
"""Days beyond which a stretch is not counted out."""


def until_next_day(text: str, said: Said, _: datetime) -> Said:
    """十号晚上七点到第二天中午: of a night the beginning counts."""
    joined: Said = []
    end = None
    for mention in said:
        before = joined[-1] if joined else None
        next_day = mention.says == model.Shift(1) or isinstance(mention.says, model.Offset)
        hour = before is not None and is_time(before) and next_day
        if before and hour and _UNTIL.fullmatch(text, before.end, mention.start):
            joined[-1] = covering(before, mention, before.says)
            end = mention.end
            continue
        if end is not None and is_time(mention) and mention.start <= end + 1:
            joined[-1] = covering(joined[-1], mention, joined[-1].says)
            end = mention.end
            continue
        end = None
        joined.append(mention)
    return joined


def ranges(text: str, said: Said, _: datetime) -> Said:
    """十号到十五号 is one stretch; of 九点到十一点 the beginning counts."""
    joined: Said = []
    for mention in said:
        before = joined[-1] if joined else None
        says = None
        if before is not None and _leads_to(text, before, mention):
            says = _stretch(before.says, mention.says)
        if before is None or says is None:
            joined.append(mention)
        else:
            joined[-1] = covering(before, mention, says)
    return joined


def _leads_to(text: str, first: Mention[Says], last: Mention[Says]) -> bool:
    """十号到十五号, 从十号送到十五号."""
    begun = text[: first.start].endswith(("从", "打", "自"))
    to = _TO_WITH if begun else _TO
    return to.fullmatch(text, first.end, last.start) is not None


def lasting(text: str, said: Said, _: datetime) -> Said:
    """从后天开始连送五天, 连送五天从后天起: so many days from the one on which it begins."""
    joined: Said = []
    end = 0
    for mention in said:
        if mention.start < end:
            continue  # 礼拜五起连来三日: no third of the month
        begun = text.startswith(_BEGINS, mention.end)
        found = _LASTS.match(text, mention.end)
        found = found or (_LASTS_FROM.search(text, end, mention.start) if begun else None)
        count = numbers.read(found[1], 0) if found else None
        days = count.value * _unit(found) if found and count is not None else 0
        if is_date(mention) and 1 < days <= _LONGEST:
            last = model.Shifted(mention.says, days - 1)
            mention = replace(mention, says=model.Between(mention.says, last))
            end = found.end() if found else end
        joined.append(mention)
    return joined


def _unit(found: re.Match[str]) -> int:
    """How many days are counted as one: those of a week, where weeks are counted."""
    return 7 if found.re is _LASTS and found[2] else 1


def _stretch(first: Says, last: Says) -> Says | None:
    if isinstance(first, model.BareDay) and isinstance(last, model.Clock):
        return replace(last, hour=first.day, minute=0)  # 九到十一点
    if isinstance(first, model.TimeOfDay) and isinstance(last, model.TimeOfDay):
        return first
    if not isinstance(first, model.Day) or not isinstance(last, model.Day):
        return None
    if isinstance(first, model.BareDay) and isinstance(last, model.BareDay):
        return None
    if isinstance(first, model.EitherDay) and isinstance(last, model.BareDay):
        return model.Between(first, replace(first, day=last.day))  # 八月十三到十五
    if isinstance(first, model.EitherDay) and isinstance(last, model.MonthDay):
        first = first.readings[0]  # 三月二十到二十二号
    if isinstance(first, model.BareDay) and isinstance(last, model.MonthDay):
        first = replace(last, day=first.day)
    elif isinstance(first, model.LunarDay | model.MonthDay) and isinstance(last, model.BareDay):
        last = replace(first, day=last.day)
    elif isinstance(first, model.MonthDay) and isinstance(last, model.Month):
        if last.part != "end" or last.lunar:
            return None  # 二十八号到月底
        months = first.months if last.months is None else last.months
        last = model.MonthEdge(-1, last.month or first.month, months, last.years)
    elif isinstance(first, DATED) and isinstance(last, DATED) and type(first) is type(last):
        last = replace(last, month=last.month or first.month, months=last.months or first.months)
    elif isinstance(first, model.Weekday) and isinstance(last, model.Weekday):
        last = replace(last, weeks=first.weeks if last.weeks is None else last.weeks)
    return model.Between(first, last)
