"""Weekdays told in one line: beside a feast that falls on one, in order, or as a recurrence."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from bot.understanding.times import cues, model, resolve
from bot.understanding.times.apposing import apposed
from bot.understanding.times.model import DATED, Mention, Said, Says, is_date

_NEARER = 3
"""Days up to which the weekday after a day is nearer to it than the one before."""
_AND = re.compile("[，,、]?(?:和|跟|同|佮|还有)?")
_BEGINS = re.compile("(?:从|自|对|打|由)[^，,]{1,8}?起|开始|算起")


def _plain(says: Says) -> model.Weekday | None:
    """A weekday of which no week was named."""
    if not isinstance(says, model.Weekday):
        return None
    return None if says.weeks is not None or says.this or says.again else says


def _of_this_week(says: Says) -> model.Weekday | None:
    """A weekday of which no other week was named."""
    return says if isinstance(says, model.Weekday) and says.weeks is None else None


def near_dates(text: str, said: Said, now: datetime) -> Said:
    """端午是礼拜五…拜一走…拜二来: weekdays told beside one that is that of a date are near it."""
    joined: Said = []
    anchor: model.Day | None = None
    date: Mention[model.Day] | None = None
    for mention in said:
        weekday = _plain(mention.says)
        if weekday and date is not None and apposed(text, date, mention):
            day = resolve.resolve(date.says, now)
            named = day.single and day.first and resolve.fits(weekday, day.first, now)
            anchor, date = (date.says if named else None), None
        elif weekday and anchor is not None:
            anchor = _nearest(anchor, weekday, now)
            near = resolve.resolve(anchor, now).first
            if near and near >= now.date() and near != resolve.resolve(weekday, now).first:
                mention = replace(mention, says=anchor)
        elif is_date(mention):
            dated = isinstance(mention.says, model.Named | model.EitherDay | DATED)
            anchor, date = None, mention if dated else None
        joined.append(mention)
    return joined


def _nearest(anchor: model.Day, weekday: model.Weekday, now: datetime) -> model.Day:
    """Of such weekdays before and after a day the one that is nearer to it."""
    day = resolve.resolve(anchor, now).first
    if day is None:
        return weekday
    ahead = (weekday.weekday - day.isoweekday()) % 7
    return model.Shifted(anchor, ahead if ahead <= _NEARER else ahead - 7)


def in_order(text: str, said: Said, now: datetime) -> Said:
    """礼拜二…礼拜三来, said on a Wednesday: nobody calls today so behind a day of next week."""
    joined: Said = []
    for mention in said:
        told = next((m for m in reversed(joined) if is_date(m)), None)
        before, weekday = _of_this_week(told.says) if told else None, _plain(mention.says)
        refused = told and cues.anywhere("refuse").search(text, told.end, mention.start)
        if before and weekday and not refused and _is_next(before, weekday, now):
            mention = replace(mention, says=replace(weekday, weeks=1))
        joined.append(mention)
    return joined


def _is_next(before: model.Weekday, weekday: model.Weekday, now: datetime) -> bool:
    """Whether a weekday that is today's closely follows the one told before it."""
    today = weekday.weekday == now.isoweekday()
    return today and 0 < (weekday.weekday - before.weekday) % 7 <= _NEARER


def begun(text: str, said: Said, _: datetime) -> Said:
    """礼拜二早上和礼拜五早上…从后天开始: what begins comes again, on both days."""
    for at in range(len(said) - 3):
        day, part, other, again = said[at : at + 4]
        first, second = _plain(day.says), _plain(other.says)
        same = isinstance(part.says, model.Part) and part.says == again.says
        if not (first and second and same and _AND.fullmatch(text, part.end, other.start)):
            continue
        if _BEGINS.search(text, again.end):
            days = tuple(sorted({first.weekday, second.weekday}))
            repeat = replace(day, says=model.Repeat("WEEKLY", weekdays=days))
            return [*said[:at], repeat, part, *said[at + 4 :]]
    return said
