"""Mentions that belong together become one: 除夕 + 头一天, 十号 + 到 + 十五号, 下个月 … 十五号."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.understanding.times import calendars, model, resolve
from bot.understanding.times.model import Mention

_APPOSED = re.compile(
    r"(?:[，,、。\s]|不就是|不就|就是|也就是|也是|正好是?|刚好是?|恰好是?|应该是|是|那天|那日|那一天|当天|这天|那个|这个|"
    r"即系|系|就|那|的|嘛|啊|呢|哦|吧|哈|在|里头|里|份|对|我看看|看看|反正|初|来着|正|又是|逢|赶上|嗯|呃)*"
)
_TO = re.compile(r"(?:[，,\s]|号|那天|的)*(?:到|至|~|—|-|直到|一直到|去到)(?:[，,\s])*")
_FIRST = re.compile(r"(?:头一个|第一个|头个|那个|的|那|，)*")
_WISHED = re.compile(r"(?:吧|来|过来|上门|再|行|那天|$)")
_FRAME_REACH = 10
"""How many characters a month or week named on its own reaches ahead."""

DATES = (
    model.Offset,
    model.Ahead,
    model.Someday,
    model.Weekday,
    model.Weeks,
    model.MonthDay,
    model.EitherDay,
    model.Month,
    model.MonthEdge,
    model.NthWeekday,
    model.LunarDay,
    model.BareDay,
    model.Named,
    model.OffWork,
    model.Shifted,
    model.Blurred,
    model.Following,
    model.Between,
)
TIMES = (model.Clock, model.Part, model.Hours, model.SameHour)


def is_date(mention: Mention) -> bool:
    """Whether it says a day."""
    return isinstance(mention.says, DATES)


def is_time(mention: Mention) -> bool:
    """Whether it says a time of day."""
    return isinstance(mention.says, TIMES)


def apposed(text: str, first: Mention, second: Mention) -> bool:
    """Whether nothing but small words stands between two mentions."""
    return _APPOSED.fullmatch(text, first.end, second.start) is not None


def join(text: str, said: list[Mention], now: datetime, context: str | None) -> list[Mention]:
    """The mentions with those joined that are one expression, and leftovers dropped."""
    said = _answers(text, said, context)
    for step in (_changed_days, _ranges, _in_frames, _after_feasts, _bare_days, _weekday_digits):
        said = step(text, said, now)
    return [m for m in said if _stands_alone(text, m, said, now)]


def _covered(first: Mention, second: Mention, says: model.Description) -> Mention:
    return Mention(first.start, second.end, says)


def _answers(text: str, said: list[Mention], context: str | None) -> list[Mention]:
    """A bare number is the day or the hour that was asked for."""
    if context not in ("date", "time"):
        return said
    wanted = is_date if context == "date" else is_time
    bare = [m for m in said if isinstance(m.says, model.BareDay)]
    if len(bare) != 1 or any(wanted(m) for m in said if m is not bare[0]):
        return said
    number = bare[0].says.day  # type: ignore[union-attr]
    return [_answer(m, number, context) if m is bare[0] else m for m in said]


def _answer(mention: Mention, number: int, context: str) -> Mention:
    if context == "date" and 1 <= number <= 31:
        return replace(mention, says=model.MonthDay(number))
    if context == "time" and number <= 24:
        return replace(mention, says=model.Clock(number))
    return mention


def _changed_days(text: str, said: list[Mention], _: datetime) -> list[Mention]:
    """Put 前一天, 左右, 以后 to the day before them, and 过了 to the day behind it."""
    joined: list[Mention] = []
    waiting: Mention | None = None
    for mention in said:
        before = joined[-1] if joined else None
        if isinstance(mention.says, model.Shift | model.Blur):
            if before is not None and isinstance(before.says, model.Repeat):
                if isinstance(mention.says, model.Shift):  # 每月发工资第二天
                    joined[-1] = replace(before, says=replace(before.says, doubt="vague"))
                continue
            if before is not None and is_date(before) and _changes(text, before, mention):
                joined[-1] = _covered(before, mention, _changed(before.says, mention.says))
            else:
                waiting = mention
            continue
        passed = waiting is not None and _passes(text, waiting)
        if waiting is not None and passed and is_date(mention) and apposed(text, waiting, mention):
            mention = _covered(waiting, mention, _changed(mention.says, waiting.says))
        waiting = None
        joined.append(mention)
    return joined


def _changes(text: str, day: Mention, change: Mention) -> bool:
    """清明上坟回来第二天: what was done that day may stand between."""
    if apposed(text, day, change):
        return True
    feast = isinstance(day.says, model.Named | model.LunarDay | model.OffWork)
    return feast and change.says == model.Shift(1) and change.start - day.end <= _FRAME_REACH


def _passes(text: str, mention: Mention) -> bool:
    return text[mention.start] in "过等出"


def _changed(base: object, change: object) -> model.Description:
    assert isinstance(base, DATES)
    if isinstance(change, model.Shift):
        period = isinstance(base, model.Named) and base.day.startswith(("fu:", "nine:"))
        if period and change.days == -1:
            return base  # 中伏头一天 is its first day
        return model.Shifted(base, change.days)
    assert isinstance(change, model.Blur)
    return model.Blurred(base, change.days)


def _ranges(text: str, said: list[Mention], _: datetime) -> list[Mention]:
    """十号到十五号 is one stretch; of 九点到十一点 the beginning counts."""
    joined: list[Mention] = []
    for mention in said:
        before = joined[-1] if joined else None
        if before is None or _TO.fullmatch(text, before.end, mention.start) is None:
            joined.append(mention)
        elif isinstance(before.says, model.BareDay) and isinstance(mention.says, model.MonthDay):
            first = replace(mention.says, day=before.says.day)
            joined[-1] = _covered(before, mention, model.Between(first, mention.says))
        elif is_date(before) and is_date(mention):
            joined[-1] = _covered(before, mention, _between(before.says, mention.says))
        elif is_time(before) and is_time(mention):
            joined[-1] = Mention(before.start, mention.end, before.says)
        elif isinstance(before.says, model.BareDay) and isinstance(mention.says, model.Clock):
            joined[-1] = Mention(
                before.start, mention.end, replace(mention.says, hour=before.says.day, minute=0)
            )
        else:
            joined.append(mention)
    return joined


def _between(first: object, last: object) -> model.Description:
    assert isinstance(first, DATES)
    assert isinstance(last, DATES)
    if isinstance(last, model.BareDay):
        if isinstance(first, model.LunarDay | model.MonthDay):
            last = replace(first, day=last.day)
    elif isinstance(first, model.MonthDay | model.LunarDay) and type(last) is type(first):
        last = replace(last, month=last.month or first.month, months=last.months or first.months)
    elif isinstance(first, model.Weekday) and isinstance(last, model.Weekday):
        last = replace(last, weeks=first.weeks if last.weeks is None else last.weeks)
    return model.Between(first, last)


def _in_frames(text: str, said: list[Mention], _: datetime) -> list[Mention]:
    """A month or week named first holds for the day named after it (下个月吧十五号)."""
    joined: list[Mention] = []
    for mention in said:
        before = next((m for m in reversed(joined) if is_date(m)), None)
        if before is not None and mention.start - before.end <= _FRAME_REACH:
            framed = _framed(before.says, mention.says, "月" in text[before.start : mention.start])
            if framed is not None:
                joined.remove(before)
                mention = _covered(before, mention, framed)
        joined.append(mention)
    return joined


def _framed(frame: object, day: object, lunar_cue: bool) -> model.Description | None:
    if isinstance(frame, model.Month) and frame.part != "end":
        if isinstance(day, model.BareDay | model.LunarDay) and frame.lunar:
            if isinstance(day, model.LunarDay) and day.month is not None:
                return None
            return model.LunarDay(day.day, frame.month, leap=frame.leap)
        if isinstance(day, model.BareDay | model.MonthDay) and not frame.lunar:
            if isinstance(day, model.MonthDay) and (day.month or day.months is not None):
                return None
            return model.MonthDay(day.day, frame.month, frame.months, years=frame.years)
    if isinstance(frame, model.Weeks) and isinstance(day, model.Weekday) and day.weeks is None:
        return replace(day, weeks=frame.weeks, this=False)
    return None


def _after_feasts(text: str, said: list[Mention], _: datetime) -> list[Mention]:
    """国庆放完假头一个礼拜六: the first such day after it."""
    joined: list[Mention] = []
    for mention in said:
        before = joined[-1] if joined else None
        if before is not None and isinstance(mention.says, model.Weekday):
            base = before.says
            gap = _FIRST.fullmatch(text, before.end, mention.start)
            after = isinstance(base, model.Blurred) and base.days > 0
            after = after or (isinstance(base, model.OffWork) and base.edge == "after")
            if after and gap is not None and mention.says.weeks is None:
                sure = "一" in gap.group() or "一" in text[before.start : before.end]
                doubt = None if sure else "vague"
                says = model.Following(base, mention.says.weekday, doubt)  # type: ignore[arg-type]
                joined[-1] = _covered(before, mention, says)
                continue
        joined.append(mention)
    return joined


def _bare_days(text: str, said: list[Mention], now: datetime) -> list[Mention]:
    """三十晚上 in the last lunar month is its last evening; 就二十八吧 may be of either calendar."""
    last_month = calendars.lunar_month_of(now.date()).month == 12
    joined = []
    for at, mention in enumerate(said):
        if isinstance(mention.says, model.BareDay) and 1 <= mention.says.day <= 31:
            following = said[at + 1] if at + 1 < len(said) else None
            evening = following is not None and following.says == model.Part("evening")
            alone = not any(is_date(m) and m is not mention for m in said)
            if last_month and mention.says.day == 30 and evening and alone:
                mention = replace(mention, says=model.Named("eve"))
            elif mention.says.day > 9 and _is_wished_day(text, mention):
                mention = replace(mention, says=model.BareDay(mention.says.day, named=True))
        joined.append(mention)
    return joined


def _is_wished_day(text: str, mention: Mention) -> bool:
    """就二十八吧, 等到十五再来: a number between words that ask for a day."""
    before = re.search(r"(?:就|定在|订在|等到|放在|改到|那就)$", text[: mention.start])
    return before is not None and _WISHED.match(text, mention.end) is not None


def _weekday_digits(text: str, said: list[Mention], now: datetime) -> list[Mention]:
    """礼拜二十号 may be 礼拜二, 十号 or 礼拜, 二十号: take the reading that agrees with itself."""
    joined: list[Mention] = []
    for mention in said:
        before = joined[-1] if joined else None
        if before is not None and before.end == mention.start:
            longer = _longer_number(before, mention, now)
            if longer is not None:
                joined[-1] = longer
                continue
        joined.append(mention)
    return joined


def _longer_number(weekday: Mention, day: Mention, now: datetime) -> Mention | None:
    says, number = weekday.says, day.says
    if not isinstance(says, model.Weekday) or not isinstance(number, model.MonthDay):
        return None
    if number.month is not None or not 10 <= number.day <= 19 or says.weekday not in (2, 3):
        return None
    here = resolve.resolve(number, now)
    if here.first is not None and resolve.fits(says, here.first, now):
        return None
    joined = model.MonthDay(number.day - 10 + says.weekday * 10)
    there = resolve.resolve(joined, now)
    week = resolve.resolve(model.Weeks(says.weeks or 0), now)
    if there.first is None or not joined.day <= 31 or week.first is None or week.last is None:
        return None
    if not week.first <= there.first <= week.last:
        return None
    return _covered(weekday, day, joined)


def _stands_alone(text: str, mention: Mention, said: list[Mention], now: datetime) -> bool:
    """Drop numbers that turned out to be no days, and seasons that were only spoken of."""
    says = mention.says
    if isinstance(says, model.BareDay):
        if says.named and 1 <= says.day <= 31:
            return True
        at = said.index(mention)
        today = said[at - 1] if at else None
        return (
            today is not None
            and isinstance(today.says, model.Offset)
            and apposed(text, today, mention)
            and resolve.fits(says, now.date() + timedelta(days=today.says.days), now)
        )
    return not isinstance(says, model.Shift | model.Blur)
