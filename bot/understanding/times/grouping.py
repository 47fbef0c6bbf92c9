"""Days with their further names and the times that stand with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from bot.understanding.times import model, resolve
from bot.understanding.times.apposing import apposed
from bot.understanding.times.model import Mention, Said, Says, is_date, is_time
from bot.understanding.times.present import names_today

Day = Mention[model.Day]
Time = Mention[model.TimeOfDay]

_FULL_MOON = 15
_LEADS = 6
"""How many characters may stand between a time and the day behind it (早上九点吧后天)."""
_NEXT_THEN = re.compile(r"那(?!天|日|一)|就(?!是)")
_IS_IT_GOOD = re.compile(r"(?:([好行中得成])[毋不唔]\1|([要可得方])不\2[得以行便])[啊呢，,]*")
_ANCHORS = (
    model.Offset,
    model.Ahead,
    model.Shifted,
    model.Following,
    model.NextWorkday,
    model.Since,
    model.Between,
    model.OffWork,
)
"""Descriptions that stand for a day of their own, not for a further name of one."""


@dataclass
class Group:
    """A day with its further names and the times that stand with it."""

    dates: list[Day]
    times: list[Time]

    @property
    def day(self) -> model.Day:
        """The most exact of its names."""
        return min((mention.says for mention in self.dates), key=resolve.looseness)

    @property
    def _all(self) -> list[Mention[Says]]:
        return [*self.dates, *self.times]

    @property
    def last(self) -> Mention[Says]:
        """What of it stands last in the text."""
        return max(self._all, key=lambda mention: mention.end)

    @property
    def start(self) -> int:
        """Where its first mention begins."""
        return min(m.start for m in self._all)

    @property
    def end(self) -> int:
        """Where its last mention ends."""
        return self.last.end


def grouped(text: str, said: Said, now: datetime) -> tuple[list[Group], list[Time]]:
    """The days of a line with what belongs to each, and the times that belong to none."""
    groups: list[Group] = []
    loose: list[Time] = []
    for mention in said:
        last = groups[-1] if groups else None
        if is_time(mention):
            (last.times if last else loose).append(mention)
        elif not is_date(mention):
            continue
        elif last is not None and _same_day(text, last, mention, now):
            last.dates.append(mention)
        else:
            leads = [] if last else _leading(loose, mention)
            groups.append(Group([mention], leads))
            loose = [m for m in loose if m not in leads]
    return groups, loose


def _leading(loose: list[Time], day: Day) -> list[Time]:
    """The times that lead to a day (八点半来接我后天), with the hour that goes with them."""
    leads = [m for m in loose if day.start - m.end <= _LEADS]
    earlier = loose[-len(leads) - 1] if leads and len(loose) > len(leads) else None
    first = leads[0].says if leads else None
    if earlier is not None and all(isinstance(m.says, model.Part) for m in leads):
        return [earlier, *leads] if isinstance(earlier.says, model.Clock) else leads
    if earlier is None or not isinstance(first, model.Clock) or first.part:
        return leads
    near = leads[0].start - earlier.end <= _LEADS
    shared = isinstance(earlier.says, model.Clock) and earlier.says.part is not None
    return [earlier, *leads] if near and shared else leads


def _is_full_moon(group: Group, mention: Day) -> bool:
    """八月十五月亮圆的时候: the fifteenth again."""
    says, day = mention.says, group.day
    if not isinstance(says, model.LunarDay) or not isinstance(day, model.LunarDay):
        return False
    return says.bare and says.day == day.day == _FULL_MOON


def _are_apart(day: model.Day, stretch: model.Day, now: datetime) -> bool:
    """Whether a single day lies outside a stretch."""
    one, whole = resolve.resolve(day, now), resolve.resolve(stretch, now)
    if not (one.single and one.first and whole.first and whole.last):
        return False
    return not whole.first <= one.first <= whole.last


def _kind(says: model.Day) -> type[model.Day]:
    """The kind of a day; 初三的样子 is one of the lunar calendar as 初二 is."""
    return type(says.base if isinstance(says, model.Blurred) and not says.days else says)


def _same_day(text: str, group: Group, mention: Day, now: datetime) -> bool:
    """Whether a day is a further name of the group's day (明天礼拜六, 二十号上午礼拜三)."""
    if any(_kind(m.says) is _kind(mention.says) for m in group.dates):
        again = mention.says in [m.says for m in group.dates]
        named = again and isinstance(mention.says, model.Named)
        return _is_full_moon(group, mention) or (named and apposed(text, group.last, mention))
    gap = text[group.last.end : mention.start]
    remark = group.day == model.Offset(0) and len(group.dates) > 1
    if remark and not resolve.fits(mention.says, now.date(), now):
        return False  # 今天十月十七初七来
    if group.day == model.Offset(0) and _NEXT_THEN.search(gap):
        return False  # 今天礼拜三那二十号来
    if _NEXT_THEN.match(gap.lstrip("吧嘛啊呀哦，")) and isinstance(
        mention.says, model.MonthDay | model.LunarDay
    ):
        day = resolve.resolve(group.day, now)
        if day.single and day.first and not resolve.fits(mention.says, day.first, now):
            return False  # 清明是五号那四号来
    later = isinstance(mention.says, model.Weekday) and bool(mention.says.weeks)
    if group.day == model.Offset(0) and later:
        return False  # 拖到今天下礼拜一要去
    if isinstance(mention.says, model.Weeks) and _are_apart(group.day, mention.says, now):
        return False  # 下礼拜一吧这礼拜雪大
    if isinstance(group.day, model.EitherDay) and mention.says in group.day.readings:
        return True  # 七月十二啊阳历七月十二号
    if isinstance(mention.says, _ANCHORS):
        day, own = resolve.resolve(group.day, now), resolve.resolve(mention.says, now).first
        within = day.first and day.last and own and day.first <= own <= day.last
        if not within:
            return False
    if isinstance(mention.says, model.Weekday) and _IS_IT_GOOD.fullmatch(gap):
        day = resolve.resolve(group.day, now)
        if day.single and day.first and resolve.fits(mention.says, day.first, now):
            return True  # 腊月十五好毋好礼拜一
    return apposed(text, group.last, mention) or names_today(text, group.dates[-1], mention)
