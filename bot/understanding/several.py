"""Several bookings in one breath, each with its own day and hour: 明天送饭，礼拜五打扫.

A line is cut between two services where each side then has a day or an hour of its own. One service
on two days (礼拜三和礼拜五送饭) is two bookings, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from bot.understanding.services import ENOUGH, NAMED, Mention, find_service, mentions
from bot.understanding.times import When, parse_when
from bot.understanding.times.model import Day, Repeat
from bot.understanding.times.parser import mentions as days_and_hours
from bot.understanding.times.scanner import tokens

MOST = 3
"""Bookings looked for in one line."""
ALSO = re.compile(
    r"另外|另|顺便|顺带|再加|阁加|还有|还要|还想|还得|还请|仲有|仲要|仲想|阁有|阁欲|阁爱|犹有|再有|再一个|再给|再帮|再订|再约|再叫|再派|再喊|再请|再揾|再搵|再寻个|再整个|再安排|再找人|再来个|二一个|二来个|[第二]样[系是]|"
    r"也要|也想|又要|又想|又爱|又欲|同埋|然后|过后|其次|二来|第二[样件个项桩宗]|二一[桩件宗]|再一[桩件宗]"
)
"""Words that begin a second wish."""
ADDS = re.compile(
    r"[哦啊嗯，对好着是系啱行中]*(再一个|再[有帮给订约叫派]|另外|还[有要想]|仲[有要想]|阁[有欲爱]|第二[件个样项桩宗]|二一?[桩件宗]|另一?[桩件宗])"
)
"""How a line begins that wants something more; the group is the word for it."""
SURELY = 4
"""How much more a cut counts where a word says that something else begins, with its own time."""
_PAUSE = re.compile(r"[，。；、！？,;!?\s]+")
_MOVED_TO = re.compile(r"[改换挪推调移延转][到成为至]")
"""Words around which no booking ends: the service before, the day behind (保洁改到星期六)."""
_MOVES_IT = re.compile(
    r"(?:[那彼嗰][个单张餐顿次趟]|[个的嘅单])?(?:想|要|欲|爱|得)?(?:改|换|挪|徙|推迟|延[期后]|提[前早])"
)
"""How words go on that move the service before: day and hour behind it are of that one, too."""
_CORRECTS = re.compile(r"不[对是]|[毋唔][着啱是系对]|[说讲]错")
"""Between two services: the second stands in the place of the first, or is a reason."""
_ASIDE = re.compile(
    r"(?:刚才|刚刚|方才|头先|啱啱|拄才|昨[天晚日儿]|前[天日晚])[^，。]{0,10}|"
    r"去(?:赶集|赶场|赶圩|赴圩|赴墟)|[吃食][完过罢饱]了?饭?|[吃食]饭[前后]|饭[前后]|[洗买理剪]完|不在家"
)
"""What was done, or is done before or after the service, and is no wish (吃完饭再来打扫)."""
_AND = re.compile(r"[，、,\s]*(?:和|跟|同|佮|与|及|搭|还有|同埋|以及)[，、,\s]*")
"""Between two days: it is wanted on both."""
_GOES_ON = re.compile(
    r"(?:[洗汏冲做弄搞整剃剪理扫](?=[完好毕罢煞了咗]))?(?:完事儿?|[完好毕过罢煞了咗哩嘞喽]){0,3}"
    r"(?:之后|以后|过后|然后|后(?![天日晌晡昼昏])|[接跟][着住]|跟手|再|才|就)?"
)
"""How words go on from the service before: no booking begins with them (完了|十点半剃头)."""
_FOR_ALL = re.compile(
    r"(?:都|拢|全|侪|通通)(?:是|系|定|约|订|安排)?(?:在|喺|到|佇)?(?:这|本|呢|个|箇)*$"
)
"""Words before a day that is of all that was named (都是礼拜五)."""
_EACH = re.compile(r"(?:[这那]?两[天日工])?[各都拢](?!行|可以|好|成|中)")
"""Behind two days said one after the other: the same."""
_EITHER = re.compile(r"[都拢](?:行|可以|好|成|中|得[^有]|使得|会使|做得)|[选拣挑任随]")
"""Behind two days: either will do."""


def adds_another(text: str, booking: str | None, wanted: str | None = None) -> int | None:
    """Where a line begins to want another service than the one being booked; None if nowhere.

    Args:
        text: what was said.
        booking: the service being booked, or None.
        wanted: the service that the line as a whole surely orders, be it in whatever words.
    """
    adds = ADDS.match(text) if booking and wanted not in (None, booking) else None
    if adds is not None:
        return adds.start(1)
    for also in ALSO.finditer(text) if booking else ():
        behind = text[also.start() :]
        found = find_service(behind)
        if found is None or found.score < 1.0:
            continue
        if found.service != booking and booking not in found.others:
            return also.start()
    return None


@dataclass(frozen=True)
class Part:
    """One of several bookings in a line."""

    service: str
    """One of the catalogue's services."""
    text: str
    """The words about it, and the day where another one named it."""
    when: When | None
    """Its day and hour."""


def several(text: str, now: datetime, context: str | None = None) -> tuple[Part, ...]:
    """The bookings of a line that speaks of two or three services; empty where it does not.

    Args:
        text: what was said.
        now: the conversation's clock.
        context: what Anban had asked, or None.
    """
    groups = _groups(text)
    if len(groups) == 1:
        return _on_two_days(text, groups[0][0].service, now, context)
    if not 1 < len(groups) <= MOST:
        return ()
    begin, texts, added = 0, [], [False]
    for at, (one, other) in enumerate(pairwise(groups)):
        if _CORRECTS.search(text[one[-1].end : other[0].start]):
            return ()
        stop = groups[at + 2][0].start if at + 2 < len(groups) else len(text)
        cut, also = _cut(text, (begin, one[-1].end, other[0].start, stop), now, context)
        texts.append(text[begin:cut])
        begin = cut
        added.append(also)
    texts.append(text[begin:])
    parts: tuple[Part, ...] = ()
    for group, words in zip(groups, texts, strict=True):
        parts = (*parts, _part(group[0].service, words, parts, now, context))
    parts = _on_the_day_of_all(parts, now, context)
    told = [_told(part.when) for part in parts]
    dated = all(one > 1 or (one == 0 and also) for one, also in zip(told, added, strict=True))
    timed = all(one > 0 for one in told)
    plain = all(max(one.weight for one in group) >= NAMED for group in groups)
    some_plain = any(one.weight >= NAMED for group in groups for one in group)
    joined = all(added[1:])
    dated = dated and sum(one > 1 for one in told) > 1  # and what is only added has its day asked
    return parts if dated or (timed and some_plain) or (plain and joined) else ()


def _on_two_days(text: str, service: str, now: datetime, context: str | None) -> tuple[Part, ...]:
    """One service on each of two days; empty where either would do, or it is done again and again.

    Each booking is told by the line without the other's day.
    """
    read, said = days_and_hours(text, now)
    if any(isinstance(one.says, Repeat) for one in said):
        return ()
    days = [one for one in said if isinstance(one.says, Day)]
    for one, other in pairwise(days):
        between, behind = read[one.end : other.start], read[other.end :]
        joined = _AND.fullmatch(between) or (not between and _EACH.match(behind))
        if not joined or _EITHER.search(behind):
            continue
        halves = (read[: one.end] + read[other.end :], read[: one.start] + read[other.start :])
        parts = tuple(Part(service, half, parse_when(half, now, context)) for half in halves)
        dates = {part.when.date for part in parts if part.when and not part.when.ask}
        if len(dates - {None}) == len(parts):
            return parts
    return ()


def _part(
    service: str, words: str, before: Sequence[Part], now: datetime, context: str | None
) -> Part:
    """One booking; an hour alone is of the day that was named for the one before it."""
    when = _taken_back(words, parse_when(words, now, context), now, context)
    day = before[-1].when.date if before and before[-1].when else None
    if day is None or when is None or when.date or not when.time:
        return Part(service, words, when)
    dated = parse_when(_dated(day, words), now, context) or when
    if when.ask and (dated.ask or when.reason != "unclear"):
        return Part(service, words, when)
    return Part(service, _dated(day, words), dated)


def _taken_back(words: str, when: When | None, now: datetime, context: str | None) -> When | None:
    """The time of a booking, by what is said after a slip where the whole is in doubt."""
    slips = list(_CORRECTS.finditer(words)) if when is not None and when.ask else []
    rest = parse_when(words[slips[-1].end() :], now, context) if slips else None
    return rest if _told(rest) > 1 else when


def _dated(day: date, words: str) -> str:
    return f"{day.month}月{day.day}号{words}"


def _on_the_day_of_all(
    parts: tuple[Part, ...], now: datetime, context: str | None
) -> tuple[Part, ...]:
    """The same, where the day is said last, and for all (三点打扫，四点半剃头，都是礼拜五)."""
    last = parts[-1].when
    day = last.date if last and (not last.ask or last.reason == "half-of-day") else None
    read, said = days_and_hours(parts[-1].text, now)
    days = [one for one in said if isinstance(one.says, Day)]
    for_all = any(_FOR_ALL.search(read[: one.start]) for one in days)
    if day is None or not for_all or any(part.when and part.when.date for part in parts[:-1]):
        return parts
    told = (_dated(day, part.text) for part in parts[:-1])
    return (
        *(
            Part(part.service, words, parse_when(words, now, context))
            for part, words in zip(parts, told, strict=False)
        ),
        parts[-1],
    )


def _groups(text: str) -> list[Sequence[Mention]]:
    """The mentions of each service that stand together; weak words alone make none."""
    asides = [found.span() for found in _ASIDE.finditer(text)]
    groups: list[list[Mention]] = []
    for one in mentions(text):
        if any(one.start < end and start < one.end for start, end in asides):
            continue
        known = any(group[0].service == one.service for group in groups)
        if groups and groups[-1][0].service == one.service:
            groups[-1].append(one)
        elif one.weight >= (NAMED if known else ENOUGH):
            groups.append([one])
    ordered = find_service(text) if len(groups) > 1 else None
    if ordered and ordered.ordered:  # 欠费了，想订明天晌午的饭
        groups = [one for one in groups if _is_meant(one, ordered.service)]
    services = [group[0].service for group in groups]
    if set(services) == {"escort", "transport"} and not _asks_company(groups):
        return []  # 老伴明天出院，得有个车去接 is one ride
    return [] if len(set(services)) < len(services) else list(groups)


def _asks_company(groups: Sequence[Sequence[Mention]]) -> bool:
    """Whether somebody to come along is asked for, and not only a hospital named."""
    return any(one.service == "escort" and one.weight >= NAMED for group in groups for one in group)


def _is_meant(group: Sequence[Mention], ordered: str) -> bool:
    """Whether a service is wished beside the one that is ordered, and no hint why."""
    return group[0].service == ordered or max(one.weight for one in group) >= NAMED


def _cut(
    text: str, around: tuple[int, int, int, int], now: datetime, context: str | None
) -> tuple[int, bool]:
    """Where the second booking begins, and whether a word says that one does.

    Args:
        text: the line.
        around: where the first booking begins, its service ends, the second service begins, and
            the second booking ends at the latest.
        now: as above.
        context: as above.
    """
    begin, first, second, stop = around
    if _MOVES_IT.match(text, first) and ALSO.search(text, first, second) is None:
        return second, False
    best, found = -1, (second, False)
    for place, also in _places(text, first, second):
        goes_on = _GOES_ON.match(text, place, second)
        cut = goes_on.end() if goes_on and not also else place
        if _MOVED_TO.search(text[max(0, cut - 2) : cut + 2]):
            continue
        before = parse_when(text[begin:cut], now, context)
        after = parse_when(text[cut:stop], now, context)
        told = _told(before) + _told(after)
        if also and before and after and (after.date or after.time):
            told += SURELY
        if told > best:
            best, found = told, (cut, also)
    return found


def _places(text: str, first: int, second: int) -> Iterator[tuple[int, bool]]:
    """Places to cut at, the likeliest first."""
    between = text[first:second]
    for also in ALSO.finditer(between):
        yield first + also.start(), True
    for pause in _PAUSE.finditer(between):
        yield first + pause.end(), False
    yield second, False
    for token in tokens(text):
        if first <= token.start < second:
            yield token.start, False
    yield first, False


def _told(when: When | None) -> int:
    """How much is known of a time: 2 a day, 1 an hour, 0 nothing, -1 what contradicts itself."""
    if when is None:
        return 0
    if when.date and (not when.ask or when.reason == "half-of-day"):
        return 2
    if when.date and when.reason == "unclear":
        return 1
    if when.time and not when.date and not when.start:
        return -1 if when.reason == "two-times" else 1
    return -1 if when.ask else 0
