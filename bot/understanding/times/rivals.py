"""Days told beside the one that is wished: which of them may be meant as well, and which not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from bot.understanding.times import cues, model, resolve
from bot.understanding.times.grouping import Group

_NEAR = 10
"""Days by which a day may lie before or behind another that is named to explain it."""
_FIRST_OF_TWO = re.compile(r"先(?!去)[^，,不]{1,6}?")
_SECOND_OF_TWO = re.compile("再(?!来|说|过来|上门)")
_TWO_WISHES = re.compile("(?:两|二|几|三)(?:件|样|桩|单|个)(?:事|活|日子|单)")
"""两件事一起说: a day for each."""
_WORK = "交洗送扫擦买煮理剪修按"
"""What is to be done; said behind two days, it is wished for each."""
_EITHER = 6
"""How far behind two days it may be said that either will do."""
_SAID_AGAIN = 2
"""How often a day must be named behind another to be chosen over it."""
_NEXT_WEEK = 7
"""Days ahead from which a day may carry the weekday named after it into its own week."""
_STILL_FAR = re.compile("[^，,]{0,2}还[早远]")
"""Behind a feast that is not spoken of any further (立夏还早哩先说礼拜六)."""
TOO = re.compile(r"(?:那天)?也(?:行|可以|成|中|得|要得|凑合|将就)")


def rivals_of(
    groups: list[Group], weights: Sequence[int], best: Group, now: datetime
) -> list[tuple[Group, int]]:
    """The groups, with their weights, of other days than the best one's."""
    day = resolve.resolve(best.day, now)
    bases = [resolve.resolve(one, now) for one in _bases(best.day)]
    return [
        (g, weight)
        for g, weight in zip(groups, weights, strict=True)
        if not any(one.is_same(resolve.resolve(g.day, now)) for one in bases)
        and not resolve.resolve(g.day, now).is_same(day)  # 腊八我熬粥腊八前一天来
        and not any(confirms(m.says, day, now) for m in g.dates)
        and not (weight < max(weights) and _narrows(best, g, now))
        and not _is_first_of(g.day, day, now)
    ]


def as_likely(
    text: str,
    groups: list[Group],
    rivals: Sequence[tuple[Group, int]],
    chosen: tuple[Group, int, Sequence[Group]],
    now: datetime,
) -> list[Group]:
    """The days that may be wished as well as the best.

    Args:
        text: what was said.
        groups: all that may be wished.
        rivals: those of other days, with their weights.
        chosen: the best, the weight from which another is as good, and the groups that order.
        now: the local time of the call.
    """
    best, bar, asked = chosen
    day = resolve.resolve(best.day, now)
    elsewhere = [g for g in groups if not resolve.resolve(g.day, now).is_same(day)]
    others = [g for g, weight in rivals if weight >= bar]
    if len(groups) > 1 and not others and cues.anywhere("if").search(text):
        others = elsewhere
    if not others and (_is_contrasted(text, groups[-2:]) or _wishes_twice(text, groups)):
        others = [g for g, _ in rivals]
    if not others and (best in asked or not best.times):  # 今天两点理发明天十点打扫: two wishes
        others = [g for g in asked if g in elsewhere]
    return others or [g for g, _ in rivals if _is_first_of_two(text, g, best)]


def is_open(
    text: str,
    groups: list[Group],
    rivals: Sequence[tuple[Group, int]],
    chosen: tuple[Group, list[Group], list[Group]],
    now: datetime,
) -> bool:
    """Whether the line itself leaves open which day is wished, however likely one of them is.

    Args:
        text: what was said.
        groups: all that may be wished.
        rivals: those of other days, with their weights.
        chosen: the best, the groups that order, and those that weigh more beside the others.
        now: the local time of the call.
    """
    best, asked, raised = chosen
    day = resolve.resolve(best.day, now)
    ordered = any(not resolve.resolve(g.day, now).is_same(day) for g in asked)
    if (best in asked and len(asked) > 1) or (ordered and not best.times):
        return True
    if _TWO_WISHES.search(text, 0, groups[0].start) or _is_contrasted(text, groups):
        return True
    return any(
        _is_unsettled(g, best, groups, raised, now)
        or _are_both_good(text, g, best)
        or is_week_open(text, best.day, g, weight, now)
        or _is_first_of_two(text, g, best)
        or begins_later(text, best, g, now)
        or _are_offered(text, g, best)
        or _is_in_one_breath(g, best)
        for g, weight in rivals
    )


def _wishes_twice(text: str, groups: list[Group]) -> bool:
    return len(groups) > 1 and _TWO_WISHES.search(text, 0, groups[0].start) is not None


def confirms(says: model.Day, day: resolve.Days, now: datetime) -> bool:
    """过了初十…正月十一, 小雪之前那个礼拜五: a day told as near another one, on its right side."""
    if not isinstance(says, model.Blurred) or day.first is None or not says.days:
        return False
    edge = resolve.resolve(says, now)
    if edge.first is None or edge.last is None:
        return False
    after = (day.first - edge.first).days if says.days > 0 else (edge.last - day.first).days
    return 0 <= after <= _NEAR


def _narrows(best: Group, stretch: Group, now: datetime) -> bool:
    """十七十八号都得行定喺十八号: of the days named before, one."""
    if stretch.start > best.start:
        return False
    inner, outer = resolve.resolve(best.day, now), resolve.resolve(stretch.day, now)
    if not (inner.first and inner.last and outer.first and outer.last):
        return False
    return outer.first <= inner.first <= inner.last <= outer.last


def _is_first_of(says: model.Day, stretch: resolve.Days, now: datetime) -> bool:
    """听日开始年廿五到年廿八: the first of the days chosen is no other day."""
    day = resolve.resolve(says, now)
    return not stretch.single and day.single and day.first == stretch.first


def _bases(day: model.Day) -> Iterator[model.Day]:
    """The days that a day is counted from."""
    while isinstance(
        day, model.Shifted | model.Blurred | model.Following | model.NextWorkday | model.Since
    ):
        day = day.base
        yield day


def begins_later(text: str, best: Group, rival: Group, now: datetime) -> bool:
    """Whether something is to begin on a day behind the one chosen."""
    begun = cues.behind("begin").match(text, rival.end)
    first, day = resolve.resolve(rival.day, now).first, resolve.resolve(best.day, now).last
    return bool(begun and first and day and day < first)


def _is_contrasted(text: str, groups: list[Group]) -> bool:
    """隔两礼拜不是隔一个礼拜: which of the two is taken back?"""
    gaps = (text[one.end : other.start] for one, other in pairwise(groups))
    return any(re.fullmatch(r"[，,的啦吧嘛]*(?:不是|唔系|毋是)[，,]*", gap) for gap in gaps)


def _is_unsettled(
    rival: Group, best: Group, groups: list[Group], raised: list[Group], now: datetime
) -> bool:
    """初八还是初九来着: a choice between two days; settled where one of them is said again."""
    joined = rival in raised or (best in raised and rival.start < best.start)
    day = resolve.resolve(best.day, now)
    again = [g for g in groups if g.start > rival.start and resolve.resolve(g.day, now) == day]
    before = [g for g in groups if g.start < best.start]
    settled = len(before) > 1 and any(resolve.resolve(g.day, now) == day for g in before)
    return joined and len(again) < _SAID_AGAIN and not settled


def _is_first_of_two(text: str, group: Group, best: Group) -> bool:
    """二十八号先按摩二十九再洗澡: two wishes."""
    first = _FIRST_OF_TWO.match(text, group.end) is not None
    work = text[group.end : group.end + 1]
    if work and work in _WORK and text.startswith(work, best.end) and group is not best:
        return group.end < best.start  # 明天交电费后天交水费
    return first and _SECOND_OF_TWO.match(text, best.end) is not None


def _is_in_one_breath(group: Group, best: Group) -> bool:
    """二十四号二十六号: two days of one kind with no word between them."""
    alone = not group.times and len(group.dates) == len(best.dates) == 1
    return alone and group.end == best.start and type(group.day) is type(best.day)


def _are_offered(text: str, group: Group, best: Group) -> bool:
    """礼拜四朝早同礼拜五朝早边日都得: any of two days."""
    gap = text[group.end : best.start].strip("，, ")
    joined = re.fullmatch(cues.words("or"), gap) is not None
    return joined and cues.anywhere("either").search(text, best.end, best.end + _EITHER) is not None


def _are_both_good(text: str, group: Group, best: Group) -> bool:
    """礼拜二也行礼拜四也行."""
    return all(TOO.match(text, one.end) for one in (group, best))


def is_week_open(text: str, day: model.Day, rival: Group, weight: int, now: datetime) -> bool:
    """端午那天礼拜五吧那就礼拜六来: which week's?"""
    bare = isinstance(day, model.Weekday) and day.weeks is None and not day.this
    first = resolve.resolve(rival.day, now).first
    far = first is not None and (first - now.date()).days >= _NEXT_WEEK
    feast = isinstance(rival.day, model.Named) and not _STILL_FAR.match(text, rival.end)
    return bare and far and (weight >= -1 or feast)
