"""Which recurrence is wished, where several are said or days are left out of one."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.understanding.times import cues, model
from bot.understanding.times.model import Mention, Said, Says, covering, is_time
from bot.understanding.times.weighing import weight

_BUT = re.compile(r"除[了开]?[，, ]*$")
_THIS_YEAR = re.compile("今年(?!也|起|开始)")
_FAR = 10
"""How far behind a recurrence 莫来 still turns it down."""
_NONE_SENT = re.compile("(?<![一二三四五六日天末号])[不唔毋免][来嚟送]饭?")
_PARTICLES = "啊哈了吧嘛啦哦喔"
_SEVERAL = 3
"""Weekdays in a row that are no choice but days of a recurrence."""
_NOT_THEN = re.compile(r"[，, ]*(?:除外|不用|不要|不送|不来|唔使|免)")


def wished(text: str, said: Said) -> tuple[Mention[Says] | None, str | None]:
    """The recurrence that is wished, and whether others were said beside it.

    一个月来一回就定每月二十号: the one that names the days; where several do, the caller is asked.
    """
    found = [m for m in said if isinstance(m.says, model.Repeat)]
    found = [m for m in found if not _is_custom(text, m)]
    exact = [_every_second(m, found) for m in found if _names_days(m.says)] or found
    exact = _most_wished(text, exact)
    differing = any(m.says != exact[0].says for m in exact)
    if exact and _is_turned_down(text, said, exact[0]):
        return exact[0], "refused"
    return (exact[0] if exact else None), "unclear" if differing else None


def _is_turned_down(text: str, said: Said, repeat: Mention[Says]) -> bool:
    """每月初八上香那天不要来, 初一十五食菜莫来: nobody comes then, and no other day is named."""
    if cues.behind("refuse_far", through="small").match(text, repeat.end):
        return True
    until = repeat.end + _FAR
    told = cues.anywhere("refuse_far").search(text, repeat.end, until)
    told = told or _NONE_SENT.search(text, repeat.end, until)
    return told is not None and told.end() >= len(text.rstrip(_PARTICLES)) and said[-1] == repeat


def _is_custom(text: str, repeat: Mention[Says]) -> bool:
    """年年这天扫今年爬不上去了: what is done every year explains the wish for this one."""
    yearly = isinstance(repeat.says, model.Repeat) and repeat.says.freq == "YEARLY"
    return yearly and _THIS_YEAR.search(text, repeat.end) is not None


def _most_wished(text: str, found: Said) -> Said:
    """一三五女儿来二四六要你们送: of several recurrences those that words ask for."""
    weights = [weight(text, m.start, m.end) for m in found]
    return [m for m, asked in zip(found, weights, strict=True) if asked == max(weights)]


def but_some_days(text: str, said: Said, repeat: Mention[Says] | None) -> Mention[Says] | None:
    """除了礼拜天天天送: every week on the days that are left, where whole days are left out."""
    if repeat is None or repeat.says != model.Repeat("DAILY"):
        return None
    out: set[int] = set()
    for mention in said:
        but = _BUT.search(text, 0, mention.start) or _NOT_THEN.match(text, mention.end)
        if but and isinstance(mention.says, model.Weekday) and mention.says.weeks is None:
            out.add(mention.says.weekday)
        elif but and mention.says == model.Weeks(0, 6, 7):
            out.update((6, 7))
    days = tuple(day for day in range(1, 8) if day not in out)
    return replace(repeat, says=model.Repeat("WEEKLY", weekdays=days)) if out else None


def sums_up(says: Says, repeat: Mention[Says] | None) -> bool:
    """每礼拜一三五这三天: whether it only counts the days of a recurrence."""
    if repeat is None or not isinstance(says, model.Ahead) or (says.unit, says.count) != ("day", 0):
        return False
    assert isinstance(repeat.says, model.Repeat)
    return says.most == len(repeat.says.weekdays or repeat.says.month_days)


def on_days_named(said: Said, repeat: Mention[Says] | None) -> Mention[Says] | None:
    """礼拜二三四五嚟每朝九点: every week on those days."""
    if repeat is None or repeat.says != model.Repeat("DAILY"):
        return repeat
    named = [_bare_weekdays(m.says) for m in said if _bare_weekdays(m.says)]
    if len(named) != 1 or len(named[0]) < _SEVERAL:
        return repeat
    return replace(repeat, says=model.Repeat("WEEKLY", weekdays=named[0]))


def but_weekends(text: str, said: Said) -> Mention[Says] | None:
    """拜一到拜五中昼送拜六礼拜囝会转来: days told apart from the others of the week come again."""
    for at, mention in enumerate(said):
        days = _bare_weekdays(mention.says)
        if not days or 7 in days:
            continue
        later = said[at + 1 :]
        hours = [m.end for m in later if is_time(m) and m.start - mention.end <= 1]
        wished = weight(text, mention.start, max(hours, default=mention.end)) > 0
        rest = [m for m in later if m.says == model.Weeks(0, 6, 7) or _is_other(m.says, days)]
        if wished and rest and all(weight(text, m.start, m.end) <= 0 for m in rest):
            return replace(mention, says=model.Repeat("WEEKLY", weekdays=days))
    return None


def on_the_others(
    text: str, said: Said, refused: Sequence[bool]
) -> tuple[Mention[Says], Said] | None:
    """一三五接孙礼拜二礼拜四你来: weekdays told apart from those of a recurrence come again.

    Returns:
        The recurrence, and the weekdays that it is made of.
    """
    taken = {
        day
        for m, no in zip(said, refused, strict=True)
        if no and isinstance(m.says, model.Repeat)
        for day in m.says.weekdays
    }
    days = [m for m, no in zip(said, refused, strict=True) if not no and _is_other(m.says, taken)]
    touching = all(a.end == b.start for a, b in pairwise(days))
    if (
        not taken
        or len(days) < 2
        or not touching
        or weight(text, days[-1].start, days[-1].end) <= 0
    ):
        return None
    named = tuple(sorted({m.says.weekday for m in days if isinstance(m.says, model.Weekday)}))
    return covering(days[0], days[-1], model.Repeat("WEEKLY", weekdays=named)), days


def _is_other(says: Says, days: Collection[int]) -> bool:
    return isinstance(says, model.Weekday) and _is_bare(says) and says.weekday not in days


def _is_bare(says: Says) -> bool:
    return isinstance(says, model.Weekday) and says.weeks is None and not says.this


def _bare_weekdays(says: Says) -> tuple[int, ...]:
    """The days from one weekday to another, where no week was named."""
    if not isinstance(says, model.Between) or not isinstance(says.first, model.Weekday):
        return ()
    if not isinstance(says.last, model.Weekday) or not (
        _is_bare(says.first) and _is_bare(says.last)
    ):
        return ()
    return tuple(range(says.first.weekday, says.last.weekday + 1))


def _every_second(named: Mention[Says], found: Said) -> Mention[Says]:
    """隔个礼拜来一次逢礼拜四: the days named, as often as was said beside them."""
    says = named.says
    assert isinstance(says, model.Repeat)
    for other in (m.says for m in found):
        if not isinstance(other, model.Repeat) or _names_days(other):
            continue
        skipped = (
            says.interval == other.interval + 1 and other.interval > 1
        )  # 每隔两个礼拜…两个礼拜一次
        if other.freq == says.freq == "WEEKLY" and (skipped or says.interval == 1 < other.interval):
            return replace(named, says=replace(says, interval=other.interval))
    return named


def _names_days(says: Says) -> bool:
    return isinstance(says, model.Repeat) and bool(says.weekdays or says.month_days)


def are_weekdays(day: Mention[model.Day]) -> bool:
    """礼拜二三四五: the days of a recurrence, no rival of its first one."""
    says = day.says
    return isinstance(says, model.Between) and isinstance(says.first, model.Weekday)
