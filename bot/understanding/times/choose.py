"""Which of several mentions is the wish.

People correct themselves (礼拜三不行礼拜四吧), say what they do not want (别太早), tell of other
days (后天我儿子来) and name the day they speak on (今天三十). Each mention is weighed by the cues
of time_cues.tsv right before and right behind it; where two days weigh the same, the caller is
asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from bot.understanding.times import cues, likelihood, model, moment, repeats, resolve, weighing
from bot.understanding.times.contradictions import are_equated, disagree, is_fallback, is_mistaken
from bot.understanding.times.grouping import Day, Group, Time, grouped
from bot.understanding.times.model import DATED, Mention, Said, Says, is_date, is_time
from bot.understanding.times.present import is_time_now
from bot.understanding.times.refusals import is_either, refusals, with_inherited_parts
from bot.understanding.times.rivals import (
    TOO,
    as_likely,
    begins_later,
    is_open,
    is_week_open,
    rivals_of,
)
from bot.understanding.times.wavering import is_wavering
from bot.understanding.times.weighing import is_told, weight

_MARGIN = 1
"""By how much a day may weigh less and still be asked about, where nothing speaks against it."""
_RIVAL = -2
"""From this weight on a day speaks against one that no word asks for."""
_WEATHER = (*(f"term:{size}{one}" for size in "大小" for one in "寒暑雪"), "fu:", "nine:")
"""Solar terms and seasons that are said of the weather as well (今天大寒个鬼天)."""
_WISH_REACH = 4
"""How many characters behind an hour what is wished of it begins."""
_NEEDS = re.compile("(?:要|爱|欲|需要)[送陪洗接帮做擦扫喂煮人]")
_SETTLED_BY_NAMES = ("calendar", "vague", "two-days")
"""Doubts about a day that end where it is named once more."""
_BELIEVED = re.compile("(?:以为|还当|只当|当是|掠准)是?$")
"""我以为今天星期三呢: who says so knows better by now."""
_SAID_SO = re.compile("[天日儿昏昨][又都也就]?[说讲话](?!唔|不|毋)")
"""昨天说…: what was said then may be the wish."""
_TODAY_TOLD = re.compile("今[天日儿晡仔朝个]")
_TO_KEEP = re.compile("(?:[来嚟]|好|去|要|等|准备|[^，]{2})(?:过|迎|庆)$")
"""农历八月初三请人来大扫除过中秋: the feast at the end is what it is done for."""
_COMES_SOON = re.compile(
    "[都也就又]?(?:欲|快|要|将|就要|就欲|眼看)(?:就|欲|要)?[到来][矣了咧哩啦咯嘞]"
)
"""Behind a feast or month that is still to come."""
_IN_TIME = re.compile("赶得[上切及到]|来得及|嚟得[切及]|会赴|赴[会有]?[着到]")
"""Behind an hour: whether somebody can still come then."""
_DAYBREAK = re.compile("天[亮光明](?!日)")
_BY_DAY = re.compile("(?:的)?(?:白天|白日|日里|日时|大白天)(?!来了)")
"""礼拜五晚上月亮圆你们礼拜五白天来: no hour told before holds."""
_AT_LAST = re.compile("[吧喽呗咯啦哈嘛噻，。]*$")
"""The last word of a line is what it comes to (礼拜六有事礼拜天)."""
_JOINED = re.compile("(?:^|不是|还是|或者?|[和跟同、])$")
_DAYS_TO_COME = model.Named | DATED | model.Weekday
"""中秋晚上我一个人: an evening of these is a day's, no habit's."""
_ASKED_FOR = re.compile("[就才再]*(?:来|嚟|过来|上门|送|帮)")
_EXCEPT = re.compile(
    r"除了|除开|除外|除[^夕了开，,]{1,6}外|之外|以外|其余|(?:其他|别|其它|剩下|另外|旁)的?(?:日子|[天日工](?!气))"
    r"(?!都?(?:不用|不要|不来|别来|唔使|唔好|毋使|毋免|莫来|免))"
)
_SAME_TIME = re.compile(
    r"同一个?(?:时间|钟头|点)|时间不变|(?:还是|就)那个(?:点|时间|钟点)|老时间|一样的?时间|同样的?时间"
)
_FOR_ANOTHER = re.compile(
    "(?:不在|没空|有事|出差|出门|出去|加班|值班|上班|返工|走不开|唔喺|没人|冇人|无闲|唔得闲)[^，,]{0,9}"
    "(?:陪|照|看|管|睇|送|帮|煮|喂|接|守|伺候)[^，,]{0,3}(?:[爸妈爹娘奶爷婆公]|老豆|老人|老伴|阿[爸妈嫲])"
)
"""礼拜六我不在家你们来陪我娘: who is away asks for another."""
_INSTEAD = re.compile("(?:不是|毋是|唔系|唔是)[^，,]{1,8}[，,]?(?:是|系)$")
"""不是这拜六，是: before the day that is meant."""
_INSTEAD_WEIGHS = 3
"""How much more a day weighs that is put in the place of another."""


@dataclass
class Wish:
    """The mentions that together say when."""

    dates: list[Day] = field(default_factory=list)
    """The day, and other names of the same day."""
    times: list[Time] = field(default_factory=list)
    repeat: Mention[Says] | None = None
    doubt: str | None = None
    others: list[Day] = field(default_factory=list)
    """Other days that weighed as much."""
    told: list[Day] = field(default_factory=list)
    """Every day that was said, the refused ones too."""

    @property
    def used(self) -> Said:
        """Every mention the answer is made of."""
        return [*self.dates, *self.times, *([self.repeat] if self.repeat else [])]

    @property
    def used_until(self) -> int:
        """Where the last of its days ends, those to choose from included."""
        return max(m.end for m in [*self.dates, *self.others])


def wish(text: str, said: Said, now: datetime) -> Wish | None:
    """What is wished among everything that was said; None where nothing was said."""
    refused = refusals(text, said, now)
    said = everything = with_inherited_parts(said, refused)
    kept = [m for m, no in zip(said, refused, strict=True) if not no]
    if not any(map(_tells, kept)) and not _FOR_ANOTHER.search(text):
        return _only_refused(said)
    kept = kept if any(map(_tells, kept)) else said
    repeat, open_repeat = repeats.wished(text, kept)
    others = repeats.on_the_others(text, said, refused) if repeat is None else None
    if others is not None:
        repeat = others[0]
        kept = [repeat if m == others[1][0] else m for m in kept if m not in others[1][1:]]
    kept = _without_states(text, kept)
    if not kept:
        return None
    repeat = repeats.on_days_named(kept, repeat)
    kept = [m for m in kept if not repeats.sums_up(m.says, repeat)]
    repeat, kept, left_out = _without_exceptions(text, said, kept, repeat)
    vague = bool(_EXCEPT.search(text) and (repeat or any(refused)) and not left_out)
    groups, loose = grouped(text, kept, now)
    if not groups:
        told = [
            m for m in said if is_time(m) and is_time_now(text, m, now) and _is_about_now(m, now)
        ]
        if not told and loose and _is_still_today(text, loose[-1], now):
            told = loose[-1:]
        if told and loose and repeat is None:  # 现在三点了五点能来不
            today: Day = Mention(told[-1].start, told[-1].end, model.Offset(0))
            return Wish(dates=[today], times=loose)
        wavers = repeat is None and is_wavering(text, everything, refused, loose, now)
        open_hour = "two-times" if wavers else None
        return Wish(
            times=loose, repeat=repeat, doubt="vague" if vague else open_repeat or open_hour
        )
    chosen = _best(text, groups, now)
    if len(groups) == 1 and all(isinstance(m.says, model.Part) for m in chosen.times):
        chosen.times = [*_clocks(loose, chosen.times), *chosen.times] if chosen.times else loose
    chosen.told = [m for m in said if is_date(m)]
    _put_times_right(text, said, refused, chosen)
    if vague:
        chosen.doubt = "vague"  # 除了礼拜三都行
    wavers = repeat is None and is_wavering(text, everything, refused, chosen.used, now)
    if is_fallback(text, said, refused) or wavers:
        chosen.doubt = chosen.doubt or "two-days"
    hours = [m for m, no in zip(said, refused, strict=True) if no and _is_clock(m)]
    if not chosen.times and any(m.start > chosen.dates[0].start for m in hours):
        chosen.doubt = chosen.doubt or "refused"  # 后天九点半先啱唔系十点: no hour is left of two
    parts = {m.says for m, no in zip(said, refused, strict=True) if no and _is_part(m)}
    if not chosen.times and len(chosen.told) == 1 and len(parts) > 1:
        chosen.doubt = chosen.doubt or "refused"  # 后天上午下午都不行
    named = [m for m, no in zip(said, refused, strict=True) if not no or m in kept]
    if _disagree_among(text, said, named, now):
        chosen.doubt = chosen.doubt or "conflict"
    if repeat is not None and repeat.says == model.Repeat("DAILY") and _is_stretch(chosen):
        chosen.times = chosen.times or loose  # 一号到五号每天中午
    elif repeat is not None:
        chosen.repeat = repeat
        if chosen.others and all(map(repeats.are_weekdays, chosen.others)):
            chosen.doubt, chosen.others = None, []  # 礼拜二三四五每朝…由十一月第一个星期二
        chosen.doubt = chosen.doubt or open_repeat
        chosen.times = chosen.times or loose or [m for group in groups for m in group.times]
    return chosen


def _is_clock(mention: Mention[Says]) -> bool:
    return isinstance(mention.says, model.Clock)


def _is_part(mention: Mention[Says]) -> bool:
    return isinstance(mention.says, model.Part)


def _is_still_today(text: str, mention: Time, now: datetime) -> bool:
    """四点半还赶得上吗: an hour to come of the day of the call; 天亮以后, said at midnight."""
    says = mention.says
    if now.hour <= resolve.SMALL_HOURS and _DAYBREAK.search(text, 0, mention.end):
        return True
    if not isinstance(says, model.Clock) or not _IN_TIME.search(text, mention.end):
        return False
    return moment.of_clock(says, says.part, now.date(), now).ends > now.time()


def _clocks(loose: list[Time], parts: list[Time]) -> list[Time]:
    """天亮以后八点…今天早上: the one hour told before its day, in the same part of the day."""
    clocks = [m for m in loose if isinstance(m.says, model.Clock)]
    named = {m.says.name for m in loose if isinstance(m.says, model.Part)}
    named |= {m.says.part for m in clocks if isinstance(m.says, model.Clock) and m.says.part}
    meant = {m.says.name for m in parts if isinstance(m.says, model.Part)}
    same = len(clocks) == 1 and bool(named & meant)
    return clocks if same else []


def _without_exceptions(
    text: str, said: Said, kept: Said, repeat: Mention[Says] | None
) -> tuple[Mention[Says] | None, Said, bool]:
    """A repeat but for some of its days, what is left to read, and whether days were left out."""
    left_out = repeats.but_some_days(text, said, repeat)
    if left_out is not None:
        repeat = left_out
        week = model.Repeat | model.Weekday | model.Weeks
        kept = [m for m in kept if not isinstance(m.says, week)]
    weekly = repeats.but_weekends(text, said) if repeat is None else None
    if weekly is not None:
        repeat = weekly
        kept = [
            m for m in kept if not isinstance(m.says, model.Between | model.Weekday | model.Weeks)
        ]
    return repeat, kept, left_out is not None


def _put_times_right(text: str, said: Said, refused: Sequence[bool], chosen: Wish) -> None:
    """The hour behind a limit (最迟周五，三点), of a day that is left, or the same as before."""
    if chosen.dates and _BY_DAY.match(text, chosen.dates[-1].end):
        chosen.times = [m for m in chosen.times if m.start > chosen.dates[-1].end]
    days_refused = any(no and is_date(m) for m, no in zip(said, refused, strict=True))
    if days_refused and chosen.dates and not chosen.times and is_event(text, chosen):
        chosen.doubt = chosen.doubt or "refused"
    if not chosen.times and _SAME_TIME.search(text):
        chosen.times = [m for m in said if is_time(m)][-1:]


def _disagree_among(text: str, said: Said, named: Said, now: datetime) -> bool:
    """Whether a day that is meant gainsays the one named right before it."""
    last = next((m for m in reversed(said) if is_date(m)), None)
    pairs = [(a, b) for a, b in pairwise(said) if b in named]
    if any(a in named and b is last and are_equated(text, a, b, now) for a, b in pairs):
        return True
    if any(last and a.says == last.says and is_mistaken(text, a, b, now) for a, b in pairs):
        return True
    return any(
        disagree(text, a, b, now) and not _BELIEVED.search(text, 0, a.start) for a, b in pairs
    )


def is_event(text: str, chosen: Wish) -> bool:
    """二十九号回来: of the only day left it is told what happens then."""
    start, end = chosen.dates[0].start, chosen.dates[-1].end
    if _INSTEAD.search(text, 0, start):
        return False  # 不是这拜六是后拜六囝仔才转来
    return weight(text, start, end) <= -2


def _is_stretch(chosen: Wish) -> bool:
    """Whether the day is a stretch whose ends are dates, not weekdays that come again."""
    named = [m.says for m in chosen.dates if not isinstance(m.says, model.Named)]
    says = named[0] if len(named) == 1 else None
    if not isinstance(says, model.Between):
        return False
    return (
        not isinstance(says.first, model.Weekday) or says.first.weeks is not None or says.first.this
    )


def _is_state(text: str, mention: Mention[Says]) -> bool:
    """晚上睡不着, 每天都头疼: when something is felt, not when anything is wanted."""
    if is_date(mention) and not isinstance(mention.says, model.Ahead):
        return False
    return cues.behind("state", through="before_habit").match(text, mention.end) is not None


def _is_to_come(says: model.Day) -> bool:
    """A day of which a part is wished, not felt."""
    return isinstance(says, _DAYS_TO_COME) or (isinstance(says, model.Offset) and says.days > 0)


def _without_states(text: str, said: Said) -> Said:
    """每天晚上睡不着到三四点: without what tells how the elder feels, and until when."""
    ends = {m.end for m in said if is_date(m) and _is_to_come(m.says)}
    states = [m for m in said if _is_state(text, m) and m.start not in ends]
    habits = [
        m for m in said if isinstance(m.says, model.Repeat) and m.end in {s.start for s in states}
    ]
    told = [m for m in said if habits and is_time(m) and text.endswith("到", 0, m.start)]
    return [m for m in said if m not in (*states, *habits, *told)]


def _tells(mention: Mention[Says]) -> bool:
    return not isinstance(mention.says, model.Named) or not mention.says.weak


def _is_about_now(mention: Time, now: datetime) -> bool:
    """遛弯回来都十点了, said at nine: no hour of today's for sure."""
    hour = mention.says.hour if isinstance(mention.says, model.Clock) else now.hour
    return abs(hour % 12 - now.hour % 12) in (0, 1, 11)


def _only_refused(said: Said) -> Wish | None:
    """Where everything was turned down: the last of it, to be asked about."""
    told = [m for m in said if _tells(m) and not isinstance(m.says, model.SameHour)]
    if not told:
        return None
    last = told[-1]
    return Wish(
        dates=[last] if is_date(last) else [],
        times=[last] if is_time(last) else [],
        repeat=last if isinstance(last.says, model.Repeat) else None,
        doubt="refused",
    )


def _best(text: str, groups: list[Group], now: datetime) -> Wish:
    """The group that is wished, the other days that weigh as much, and what to ask."""
    remarks = [g for g in groups if _is_remark(g)] if len(groups) > 1 else []
    mistaken = any(not _agrees(g, now) and not _BELIEVED.search(text, 0, g.start) for g in remarks)
    seasons = [g for g in groups if _is_season(text, g)]
    groups = [g for g in groups if g not in remarks + seasons] or groups
    groups = _ahead(text, groups, now)
    own = [_weight(text, group, now) for group in groups]
    weights = _levelled(text, groups, own)
    best = [g for g, weight in zip(groups, weights, strict=True) if weight == max(weights)][-1]
    margin = 0 if best is groups[-1] and max(weights) > 0 else _MARGIN
    bar = min(max(weights), max(0, max(weights) - margin))
    best = next((g for g in reversed(groups) if _lies_within(g.day, best.day, now)), best)
    day = resolve.resolve(best.day, now)
    rivals = rivals_of(groups, weights, best, now)
    asked = [g for g in groups if _is_order(text, g)]
    others = [g.dates[0] for g in as_likely(text, groups, rivals, (best, bar, asked), now)]
    doubt = "conflict" if mistaken else "two-days" if others else None
    if not doubt and any(
        _speaks_against(text, best, max(weights), *rival, now) for rival in rivals
    ):
        doubt = "unclear"
    raised = [g for g, mine, one in zip(groups, own, weights, strict=True) if one > mine]
    open_choice = mistaken or is_open(text, groups, rivals, (best, asked, raised), now)
    if doubt and not open_choice and _is_likely(text, groups, best, now):
        doubt, others = None, []
    if not doubt and any(_is_other_hour(text, g, best, now) for g in groups):
        doubt = "two-times"
    times = best.times
    if not times and not _BY_DAY.match(text, best.end):
        # 礼拜天吧礼拜天下午两点: the day said again
        same = [g for g, weight in zip(groups, weights, strict=True) if g.times and weight >= -1]
        times = next((g.times for g in same if resolve.resolve(g.day, now).is_same(day)), [])
    dates = _confirmed(groups, day, now) if day.doubt in _SETTLED_BY_NAMES else None
    return Wish(dates or best.dates, times, doubt=doubt, others=others)


def _is_season(text: str, group: Group) -> bool:
    """过年, 五月欲到矣, …打扫过中秋: what time of the year it is, or what is done for it."""
    if isinstance(group.day, model.Named) and group.day.weak:
        return True
    frame = isinstance(group.day, model.Named | model.Month)
    kept = isinstance(group.day, model.Named) and _TO_KEEP.search(text, 0, group.start)
    if kept and _AT_LAST.match(text, group.end):
        return True
    return frame and _COMES_SOON.match(text, group.dates[-1].end) is not None


def _ahead(text: str, groups: list[Group], now: datetime) -> list[Group]:
    """Without 昨天 and the like, which only tell, where another day is still to come."""
    said = cues.anywhere("either").search(text) or _SAID_SO.search(text)
    if said:  # 前天说今天昨天说明天到底哪天啊
        return groups
    gone = [isinstance(g.day, model.Offset) and g.day.days < 0 for g in groups]
    coming = [g for g, past in zip(groups, gone, strict=True) if not past]
    last = [resolve.resolve(g.day, now).last for g in coming]
    return coming if any(day is not None and day > now.date() for day in last) else groups


def _confirmed(groups: list[Group], day: resolve.Days, now: datetime) -> list[Day] | None:
    """五月初一阳历系六月十五: of a doubtful day the name that leaves no doubt."""
    for group in groups:
        named = resolve.resolve(group.day, now)
        if named.single and not named.doubt and named.is_same(day):
            return group.dates
    return None


def _is_likely(text: str, groups: list[Group], best: Group, now: datetime) -> bool:
    """Whether a day is surely the wish, however much is told of the others beside it."""
    if cues.anywhere("if").search(text):
        return False
    likely = likelihood.likelihoods(text, groups, now)
    return likely[groups.index(best)] >= likelihood.SURE


def _asks_itself(text: str, group: Group) -> bool:
    """Whether the words around a day, not its hour alone, ask for it."""
    return weight(text, group.start, group.end) > 0


def _speaks_against(
    text: str, best: Group, asked: int, rival: Group, weight: int, now: datetime
) -> bool:
    """Whether a day that weighs less still makes the one chosen doubtful."""
    if begins_later(text, best, rival, now):
        return True  # 礼拜六下昼来从下礼拜开始
    if weight < 0 and _is_broad(rival.day):
        return False  # 下礼拜二嘛这礼拜雨大
    begun = cues.behind("begin").match(text, best.end)
    past = resolve.resolve(rival.day, now).last
    over = past is not None and past < now.date() and isinstance(rival.day, model.Offset)
    if asked <= 0 and weight >= _RIVAL and not begun and not over:
        return True  # 前天说今天昨天说明天: no word asks for the day chosen
    if weight >= 0 and rival.start > best.end:
        return True  # 十六号来若无十七号: said after it
    instead = cues.in_front("wish_before").search(text, 0, best.start)
    first = resolve.resolve(rival.day, now).first
    ahead = first is not None and first >= now.date()
    if ahead and not instead and _asks_itself(text, rival):
        return True  # 先礼拜五来一趟下礼拜五再来
    return is_week_open(text, best.day, rival, weight, now)


def will_do_too(text: str, mention: Mention[Says]) -> bool:
    """下午也行: offered beside another day or hour."""
    return TOO.match(text, mention.end) is not None


def _is_other_hour(text: str, group: Group, best: Group, now: datetime) -> bool:
    """听日上昼送药听晚要人陪, 礼拜天九点礼拜天下午也行: of one day two times are asked for."""
    if group is best or not (group.times and best.times) or group.start > best.start:
        return False
    same = resolve.resolve(group.day, now).is_same(resolve.resolve(best.day, now))
    parts = {m.says for one in (group, best) for m in one.times}
    wished = cues.anywhere("pleads").search(text, group.end, group.end + _WISH_REACH)
    wished = wished or _NEEDS.match(text, group.end)
    asked = wished is not None and _asks_itself(text, group)
    return same and len(parts) > 1 and (asked or TOO.match(text, best.end) is not None)


def _lies_within(day: model.Day, stretch: model.Day, now: datetime) -> bool:
    """排到下礼拜去吧下礼拜三往后: the nearer description of the week or month named."""
    if not isinstance(stretch, model.Weeks | model.Month) or day == stretch:
        return False
    inner, outer = resolve.resolve(day, now), resolve.resolve(stretch, now)
    if not (inner.first and inner.last and outer.first and outer.last):
        return False
    return outer.first <= inner.first and inner.last <= outer.last


def _is_order(text: str, group: Group) -> bool:
    """Whether it stands with an hour and the words of a wish, and is no one else's."""
    timed = any(isinstance(m.says, model.Clock) for m in group.times)
    wished = cues.behind("wish_behind", through="before_wish").match(text, group.end)
    return timed and wished is not None and weight(text, group.start, group.end) > 0


def _levelled(text: str, groups: list[Group], weights: list[int]) -> list[int]:
    """Days joined by 或者 or 和 weigh the same; 还是…吧 prefers the second."""
    levelled = list(weights)
    for at in range(len(groups) - 1):
        first, second = groups[at], groups[at + 1]
        gap = text[first.end : second.start].strip("，, ")
        either = is_either(text, first.dates[0], gap)
        if gap and not either and not re.fullmatch(cues.words("or"), gap):
            continue
        if is_told(text, first.start, first.end) or (not gap and levelled[at] < 0):
            continue  # 住到十号十一号来
        if gap == "还是" and levelled[at + 1] > 0:
            levelled[at + 1] -= 1  # 还是 asks for neither
        settled = gap == "还是" and cues.behind("settled").match(text, second.end)
        if settled or (not gap and len(first.dates) > 1):
            continue
        breath = not gap and levelled[at] == 0  # 初一初二阮欲去做客
        level = levelled[at + 1] if breath else max(levelled[at : at + 2])
        levelled[at] = levelled[at + 1] = level
    for at in range(1, len(groups)):
        if TOO.match(text, groups[at].end) and levelled[at - 1] > -2:
            levelled[at - 1] = levelled[at] = max(levelled[at - 1 : at + 1])  # 十九号也行
    for at, group in enumerate(groups):
        if at > 1 and group.day in [earlier.day for earlier in groups[:at]]:
            most = max(levelled[:at]) + 1  # 明天还是后天来着就后天吧
            levelled[at] = max(levelled[at] + 2, most if levelled[at] >= 0 else 0)
    return levelled


def _is_remark(group: Group) -> bool:
    """今天三十, 今儿礼拜三: says what day it is."""
    today = any(m.says == model.Offset(0) for m in group.dates)
    return today and len(group.dates) > 1 and not group.times


def _agrees(group: Group, now: datetime) -> bool:
    named = [m.says for m in group.dates if not is_weather(m.says)]
    return all(resolve.fits(says, now.date(), now) for says in named)


def is_weather(says: Says) -> bool:
    """今天大寒个鬼天."""
    return isinstance(says, model.Named) and (says.weak or says.day.startswith(_WEATHER))


def _weight(text: str, group: Group, now: datetime) -> int:
    asked = _ASKED_FOR.match(text, group.end) is not None
    timed = bool(group.times) and group.day != model.Offset(0)
    told = group.times and is_told(text, group.start, group.times[0].end)
    inner = 3 if told and group.times[0].end < group.end else 0
    day_end = max(m.end for m in group.dates)
    first = min((m.start for m in group.times if m.start >= day_end), default=day_end)
    between = weighing.behind(text, day_end) if first - day_end > 1 else 0
    last = _AT_LAST.match(text, group.end) and not _JOINED.search(text, 0, group.start)
    return (
        weight(text, group.start, group.end)
        + timed
        + bool(last)
        + _INSTEAD_WEIGHS * (_INSTEAD.search(text, 0, group.start) is not None)
        + between
        - inner
        - _unlikely(group, now, asked=asked, told_today=_TODAY_TOLD.search(text) is not None)
    )


def _is_broad(day: model.Day) -> bool:
    """Whether it only frames a day, or leaves it open."""
    if isinstance(day, model.Blurred):
        day = day.base
    return isinstance(day, model.Month | model.Weeks | model.Someday)


def _unlikely(group: Group, now: datetime, *, asked: bool, told_today: bool) -> int:
    """How much a day's own kind speaks against it, beside another day."""
    says = group.day
    against = 0
    if says == model.Offset(0) or _is_broad(says):
        against += 1
    if len(group.dates) > 1 and not group.times and not asked:
        against += 1  # 后日年初一, 明天星期四: said of the day
    if isinstance(says, model.OffWork) and says.edge == "all":
        against += 1
    if isinstance(says, model.Ahead) and says.most is not None:
        against += 1  # 过两天降温礼拜天来
    day = resolve.resolve(says, now).last
    named = told_today and says != model.Offset(0) and not group.times
    if named and day == now.date():
        against += 1  # 今天礼拜五…礼拜五: the day of the call by its name
    if day is not None and day < now.date():
        against += 3
    return against
