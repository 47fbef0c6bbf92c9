"""How likely each of several days is the wish: a second opinion beside the weights of `choose`.

A linear voice over what stands right before and behind a day, its place in the line and its kind;
the days of a line share the likelihood. The weights are a table of nlu_data/lexicon
(time_likelihood.tsv), learnt from the development sets by
``python -m bot.understanding.times.learn_likelihood``; a feature's name says what it looks at.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

from bot.understanding import lexicon
from bot.understanding.times import cues, model, resolve
from bot.understanding.times.grouping import Group
from bot.understanding.times.weighing import is_journey, is_told

TABLE = "time_likelihood.tsv"
"""File of the weights, in the lexicon folder."""
UNIT = 0.01
"""What a weight of one in the table stands for."""
SURE = 0.75
"""From this likelihood on a day is the wish though another is named beside it."""
PLAIN = str.maketrans(
    "哩矣咧嘞喇咯囉啦喽拢攏齐佇伫喺无冇讲話嘅个箇恁汝毋唔袂嚟攞欲爱阮俺涯偃該箇逐佢伊",
    "了了了了了了了了了都都都在在在没没说说的的的你你不不不来拿要要我我我我那的每他他",
)
"""Small words of the regions as those of the others that do the same work."""
_FAR = 30
"""Days ahead from which a day is far."""
_BEHIND, _BEFORE = 10, 8
"""How many characters around a day are looked at."""
_WISH_LINK = "(?:在|喺|到|是|个|下|的)?"


def features(text: str, groups: Sequence[Group], at: int, now: datetime) -> dict[str, float]:
    """What is seen of one of a line's days.

    `A` and `B` with a number are runs of characters behind and before it (0: right there), the
    others are cues of time_cues.tsv, its place and its kind.
    """
    group = groups[at]
    seen: dict[str, float] = defaultdict(float)
    for name in _marks(text, groups, at, now):
        seen[name] = 1.0
    seen["place"] = at / max(1, len(groups) - 1)
    until = groups[at + 1].start if at + 1 < len(groups) else len(text)
    since = groups[at - 1].end if at else 0
    behind = text[group.end : max(group.end, min(until, group.end + _BEHIND))].translate(PLAIN)
    before = text[max(since, group.start - _BEFORE) : group.start].translate(PLAIN)
    if not behind and until < len(text):
        seen["touched"] = 1.0
    seen["A0" + behind[:1]] += 1.0
    seen["B0" + before[-1:]] += 1.0
    for place in range(min(4, len(behind))):
        seen["A1" + behind[place]] += 1.0 if place < 2 else 0.6
    for place in range(min(8, len(behind) - 1)):
        seen["A2" + behind[place : place + 2]] += 1.0 if place < 3 else 0.6
    for place in range(1, 1 + min(3, len(before))):
        seen["B1" + before[-place]] += 1.0
    for place in range(1, len(before)):
        seen["B2" + before[-place - 1 : len(before) - place + 1]] += 1.0 if place < 4 else 0.5
    return seen


def _marks(text: str, groups: Sequence[Group], at: int, now: datetime) -> list[str]:
    """The cues around a day, its kind, and how it stands to the others."""
    group = groups[at]
    start, end = group.start, group.end
    before = text[max(0, start - _BEFORE) : start]
    day = resolve.resolve(group.day, now)
    past = day.last is not None and day.last < now.date()
    ahead = (day.first - now.date()).days if day.first else 0
    found = {
        "wish before": cues.in_front("wish_before", _WISH_LINK).search(before),
        "wish behind": cues.behind("wish_behind", through="before_wish").match(text, end),
        "either": cues.behind("either").match(text, end),
        "chosen": cues.behind("wish_strong").match(text, end),
        "somebody's": cues.in_front("person", f"{cues.words('after_person')}*").search(before),
        "told": is_told(text, start, end),
        "event": cues.behind("person", "event", through="before_event").match(text, end),
        "journey": is_journey(text, end),
        "first": at == 0,
        "last": at == len(groups) - 1,
        "ends the line": not text[end:].strip("吧喽呗咯啦哈嘛，。"),
        "today": group.day == model.Offset(0),
        "past": past,
        "ahead": ahead > 0 and not past,
        "far": ahead > _FAR,
        "stretch": not day.single,
        "hour": any(isinstance(m.says, model.Clock) for m in group.times),
        "part": any(isinstance(m.says, model.Part) for m in group.times),
        "names": len(group.dates) > 1,
        "again": sum(resolve.resolve(one.day, now) == day for one in groups) > 1,
        f"kind {type(group.day).__name__}": True,
    }
    return [name for name, holds in found.items() if holds]


@cache
def _weights() -> Mapping[str, float]:
    return {row["feature"]: int(row["weight"]) * UNIT for row in lexicon.rows(TABLE)}


def shares(scores: Sequence[float]) -> list[float]:
    """Likelihoods that add up to one."""
    most = max(scores)
    powers = [math.exp(score - most) for score in scores]
    return [power / sum(powers) for power in powers]


def likelihoods(text: str, groups: Sequence[Group], now: datetime) -> list[float]:
    """Of each group how likely its day is the wish; groups of one day share what both have."""
    weights = _weights()
    scores = [
        sum(weights.get(name, 0.0) * much for name, much in features(text, groups, at, now).items())
        for at in range(len(groups))
    ]
    days = [resolve.resolve(group.day, now) for group in groups]
    single = shares(scores)
    return [sum(p for p, other in zip(single, days, strict=True) if other == day) for day in days]
