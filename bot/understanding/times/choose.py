"""Which of several mentions is the wish.

People correct themselves (礼拜三不行礼拜四吧), say what they do not want (别太早), tell of other
days (后天我儿子来) and name the day they speak on (今天三十). Each mention is weighed by the cues
of time_cues.tsv right before and right behind it; where two days weigh the same, the caller is
asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.understanding.times import cues, model, resolve
from bot.understanding.times.joining import Said, apposed, is_date, is_time
from bot.understanding.times.model import Mention, Says

_REACH = 16
"""How many characters may stand between a mention and the one that corrects it."""
_MARGIN = 1
"""By how much a day may weigh less and still be asked about, where nothing speaks against it."""
_FAR = 10
"""How far behind a mention 别来 still turns it down."""
_IF_REACH = 3
"""How far behind a mention 要是 makes what follows a condition."""
_LOOK_BACK = 8
"""How many characters before a mention are looked at."""
_LEADS = 6
"""How many characters may stand between a time and the day behind it (早上九点吧后天)."""
_TOUCHING = re.compile(r"[的，,\s]*")
_NOT_BUT = re.compile(r"[的，,\s]*(?:不是|不要|唔系|毋是|别)(?:的)?")
_AFFIRMED = re.compile(r"(?:(?<!不)(?<!唔)[是系要]|我说|说好|约好|定好|订好)的?$")
_NEXT_THEN = re.compile(r"那(?!天|日|一)|就(?!是)")
_LISTED = re.compile(r"[，,、\s]*(?:和|跟|同|还有)?[，,\s]*")
_TODAY_IS = re.compile(r"(?:不就|不|才|都|已经|就)?(?:是|系)?")
_NOW_BEFORE = re.compile(r"(?:现在|这会儿|这阵|都|已经|才|刚|快)是?$")
_REFUSING_VERB = r"(?:[的是约订定说在排来就了我选挑]|这个|那个|安排)*"
_EXCEPT = re.compile(r"除了|除开|除外|之外|以外")
_SAME_TIME = re.compile(
    r"同一个?(?:时间|钟头|点)|时间不变|(?:还是|就)那个(?:点|时间|钟点)|老时间|一样的?时间|同样的?时间"
)
_RESTART = re.compile(r"不|哦|噢|喔|啊")

Day = Mention[model.Day]
Time = Mention[model.TimeOfDay]


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


@dataclass
class _Group:
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
        return min(m.start for m in self._all)

    @property
    def end(self) -> int:
        return self.last.end


def wish(text: str, said: Said, now: datetime) -> Wish | None:
    """What is wished among everything that was said; None where nothing was said."""
    refused = [_refused(text, said, at, now) for at in range(len(said))]
    _contrast(text, said, refused)
    _spread(text, said, refused)
    said = _with_inherited_parts(said, refused)
    kept = [m for m, no in zip(said, refused, strict=True) if not no]
    if not any(map(_tells, kept)):
        return _only_refused(said)
    repeat = next((m for m in kept if isinstance(m.says, model.Repeat)), None)
    kept = [m for m in kept if not _is_state(text, m)]
    if not kept:
        return None
    groups, loose = _groups(text, kept, now)
    if not groups:
        doubt = "vague" if _EXCEPT.search(text) and any(refused) else None
        return Wish(times=loose, repeat=repeat, doubt=doubt)
    chosen = _best(text, groups, now)
    if not chosen.times and len(groups) == 1:
        chosen.times = loose
    days_refused = any(no and is_date(m) for m, no in zip(said, refused, strict=True))
    if days_refused and chosen.dates and not chosen.times and _is_event(text, chosen):
        chosen.doubt = chosen.doubt or "refused"
    if not chosen.times and _SAME_TIME.search(text):
        chosen.times = [m for m in said if is_time(m)][-1:]
    if _EXCEPT.search(text) and any(refused):
        chosen.doubt = "vague"  # 除了礼拜三都行
    if _is_fallback(text, said, refused):
        chosen.doubt = chosen.doubt or "two-days"
    if repeat is not None:
        chosen.repeat = repeat
        chosen.times = chosen.times or loose or [m for group in groups for m in group.times]
    return chosen


def _is_event(text: str, chosen: Wish) -> bool:
    """二十九号回来: of the only day left it is told what happens then."""
    start, end = chosen.dates[0].start, chosen.dates[-1].end
    return weight(text, start, end) <= -2


def _is_fallback(text: str, said: Said, refused: list[bool]) -> bool:
    """明天吧明天不行就后天: the second day counts only where the first fails."""
    for at in range(1, len(said) - 1):
        again = any(said[at].says == m.says for m in said[:at])
        gap = text[said[at].end : said[at + 1].start]
        if again and refused[at] and re.fullmatch(r".{1,4}(?:的话)?就", gap):
            return True
    return False


def _contrast(text: str, said: Said, refused: list[bool]) -> None:
    """是礼拜四不是礼拜三 turns down the second; 礼拜四不是礼拜三 leaves it open."""
    for at in range(len(said) - 1):
        first, second = said[at], said[at + 1]
        if not _NOT_BUT.fullmatch(text, first.end, second.start) or not refused[at]:
            continue
        if is_date(first) != is_date(second) or _names_today(text, first, second):
            continue
        if first.says == second.says:  # 明天啊不是明天
            refused[at + 1] = True
            continue
        affirmed = _AFFIRMED.search(text, 0, first.start) is not None
        settled = cues.behind("settled").match(text, second.end) is not None
        if affirmed or not settled:
            refused[at], refused[at + 1] = False, affirmed


def _spread(text: str, said: Said, refused: list[bool]) -> None:
    """五号六号都没空: days told in one breath are turned down together."""
    for at in range(len(said) - 1, 0, -1):
        one, other = said[at - 1], said[at]
        touching = (is_date(one) and is_date(other)) or (is_time(one) and is_time(other))
        whole = is_date(one) and is_time(other) and one.end == other.start and at + 1 < len(said)
        if refused[at - 1] and whole and is_date(said[at + 1]):
            refused[at] = True  # 不是礼拜四上午是礼拜四下午
        last = is_date(one) and is_time(other) and at + 1 == len(said)
        if refused[at - 1] and last and one.end == other.start:
            refused[at] = True  # 中元节下午我要烧纸别来
        together = is_date(one) or one.says == other.says or text.startswith("都", other.end)
        if refused[at] and touching and together and _LISTED.fullmatch(text, said[at - 1].end, said[at].start):
            refused[at - 1] = True


def _is_state(text: str, mention: Mention[Says]) -> bool:
    """晚上睡不着, 每天都头疼: when something is felt, not when anything is wanted."""
    if is_date(mention) and not isinstance(mention.says, model.Ahead):
        return False
    return cues.behind("state", through="before_habit").match(text, mention.end) is not None


def _tells(mention: Mention[Says]) -> bool:
    return not isinstance(mention.says, model.Named) or not mention.says.weak


def _only_refused(said: Said) -> Wish | None:
    """Where everything was turned down: the last of it, to be asked about."""
    told = [m for m in said if _tells(m)]
    if not told:
        return None
    last = told[-1]
    return Wish(
        dates=[last] if is_date(last) else [],
        times=[last] if is_time(last) else [],
        repeat=last if isinstance(last.says, model.Repeat) else None,
        doubt="refused",
    )


# --- what is not wanted ------------------------------------------------------------------------


def _refused(text: str, said: Said, at: int, now: datetime) -> bool:
    mention, later = said[at], said[at + 1 :]
    if isinstance(mention.says, model.Repeat):
        habit = cues.behind("habit", "event", through="before_habit").match(text, mention.end)
        told = cues.behind("person", through="before_event").match(text, mention.end)
        often = cues.behind("too_often", through="small").match(text, mention.end)
        return (habit or told or often) is not None and len(said) > 1
    if later and _names_today(text, mention, later[0]):
        return False
    if _denied_before(text, said, at) or _is_time_now(text, mention, now):
        return True
    same = [m for m in later if is_date(m) == is_date(mention)]
    until = min(same[0].start, mention.end + _IF_REACH) if same else mention.end
    if cues.anywhere("if").search(text, mention.end, until):
        return False  # 礼拜一要是不行礼拜二也行
    if _denied_behind(text, mention, later, replaced=bool(same)):
        return True
    return bool(same) and _corrected(text, mention, same[0], later[0])


def _is_time_now(text: str, mention: Mention[Says], now: datetime) -> bool:
    """现在都五点二十了, 五点多了: tells the hour of the call."""
    if isinstance(mention.says, model.SameHour):
        told = text.startswith(("都", "已经", "才", "快"), mention.end)
        return told or (text[mention.start - 1 : mention.start] == "都")
    if not is_time(mention) or not text.startswith(("了", "啦", "多了"), mention.end):
        return False
    if isinstance(mention.says, model.Clock) and mention.says.hour % 12 == now.hour % 12:
        return True
    return _NOW_BEFORE.search(text, 0, mention.start) is not None


def _denied_before(text: str, said: Said, at: int) -> bool:
    """别礼拜三来; but in 半夜别来明早来 the word belongs to what stands before it."""
    since = said[at - 1].end if at else 0
    pattern = cues.in_front("refuse_before", _REFUSING_VERB)
    found = pattern.search(text, since, said[at].start)
    if found is None or at == 0:
        return found is not None
    told = "来" in found.group() or _hour_refusal().match(text, since, said[at].start)
    return not told


def _hour_refusal() -> re.Pattern[str]:
    return cues.behind("refuse", "refuse_hour", through="small")


def _denied_behind(text: str, mention: Mention[Says], later: Said, *, replaced: bool) -> bool:
    """礼拜三下午不行: of a day and its hours both are meant, unless only the hour is replaced."""
    end = mention.end
    until = later[0].start if later else len(text)
    if isinstance(mention.says, model.Clock) and text.startswith("出门", end):
        return False  # 七点出门: when the elder leaves
    if _hour_refusal().match(text, mention.end, until):
        return True
    if later and cues.anywhere("refuse_far").search(text, mention.end, min(until, end + _FAR)):
        return True
    if not is_date(mention):
        return False
    hours = 0
    for following in later:
        if not is_time(following) or not _TOUCHING.fullmatch(text, end, following.start):
            break
        end, hours = following.end, hours + 1
    hour_replaced = any(is_time(m) for m in later[hours:]) and not replaced
    if hours != 1 or hour_replaced:
        return False  # 礼拜五下午上午没空 turns down the second only
    rest = later[hours].start if later[hours:] else len(text)
    if cues.anywhere("refuse_far").search(text, end, min(rest, end + _FAR)):
        return True
    return cues.behind("refuse", through="small").match(text, end, rest) is not None


def _corrected(
    text: str, mention: Mention[Says], same: Mention[Says], following: Mention[Says]
) -> bool:
    """昨天不是…明天, 礼拜三改到礼拜五, 八点不八点半."""
    gap = text[mention.end : same.start]
    if len(gap) > _REACH:
        return False
    if re.fullmatch(f".{{0,12}}?{cues.words('moved')}[到成为去至在上后迟]*", gap):
        return True
    if same is not following or _is_either(text, mention, gap):
        return False
    return bool(cues.anywhere("correct").search(gap) or _RESTART.fullmatch(gap))


def _is_either(text: str, first: Mention[Says], gap: str) -> bool:
    """要不礼拜六要不礼拜天: a choice, no correction."""
    word = gap.strip("，, ")
    return word in ("要不", "要不就") and text[: first.start].endswith(word)


def _names_today(text: str, today: Mention[Says], name: Mention[Says]) -> bool:
    """今儿不是礼拜三嘛: a remark on the day of the call, not a refusal."""
    if today.says != model.Offset(0) or not is_date(name):
        return False
    return _TODAY_IS.fullmatch(text, today.end, name.start) is not None


def _with_inherited_parts(said: Said, refused: list[bool]) -> Said:
    """明早八点不八点半: the corrected hour keeps the part of the day of the one it replaces."""
    made: Said = []
    for mention in said:
        says = mention.says
        if isinstance(says, model.Clock) and says.part is None and made:
            before, no = made[-1].says, refused[len(made) - 1]
            if no and isinstance(before, model.Clock) and abs(before.hour - says.hour) <= 2:
                mention = replace(mention, says=replace(says, part=before.part))
        made.append(mention)
    return made


# --- days and the times that go with them ------------------------------------------------------


def _groups(text: str, said: Said, now: datetime) -> tuple[list[_Group], list[Time]]:
    groups: list[_Group] = []
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
            leads = [] if last else [m for m in loose if mention.start - m.end <= _LEADS]
            groups.append(_Group([mention], leads))
            loose = [m for m in loose if m not in leads]
    return groups, loose


_ANCHORS = (
    model.Offset,
    model.Ahead,
    model.Shifted,
    model.Following,
    model.Since,
    model.Between,
    model.OffWork,
)
"""Descriptions that stand for a day of their own, not for a further name of one."""


def _same_day(text: str, group: _Group, mention: Day, now: datetime) -> bool:
    """Whether a day is a further name of the group's day (明天礼拜六, 二十号上午礼拜三)."""
    if any(type(m.says) is type(mention.says) for m in group.dates):
        again = mention.says in [m.says for m in group.dates]
        return again and isinstance(mention.says, model.Named)
    gap = text[group.last.end : mention.start]
    if group.day == model.Offset(0) and _NEXT_THEN.search(gap):
        return False  # 今天礼拜三那二十号来
    if isinstance(mention.says, _ANCHORS):
        day, own = resolve.resolve(group.day, now), resolve.resolve(mention.says, now).first
        within = day.first and day.last and own and day.first <= own <= day.last
        if not within:
            return False
    return apposed(text, group.last, mention) or _names_today(text, group.dates[-1], mention)


# --- weighing ----------------------------------------------------------------------------------


def _best(text: str, groups: list[_Group], now: datetime) -> Wish:
    """The group that is wished, the other days that weigh as much, and what to ask."""
    remarks = [g for g in groups if _is_remark(g)] if len(groups) > 1 else []
    mistaken = any(not _agrees(group, now) for group in remarks)
    seasons = [g for g in groups if isinstance(g.day, model.Named) and g.day.weak]
    groups = [g for g in groups if g not in remarks + seasons] or groups
    weights = _levelled(text, groups, [_weight(text, group, now) for group in groups])
    best = [g for g, weight in zip(groups, weights, strict=True) if weight == max(weights)][-1]
    margin = 0 if best is groups[-1] and max(weights) > 0 else _MARGIN
    bar = min(max(weights), max(0, max(weights) - margin))
    equal = [g for g, weight in zip(groups, weights, strict=True) if weight >= bar]
    best = next((g for g in reversed(groups) if _lies_within(g.day, best.day, now)), best)
    day = resolve.resolve(best.day, now)
    others = [g.dates[0] for g in equal if resolve.resolve(g.day, now) != day]
    if len(groups) > 1 and not others and cues.anywhere("if").search(text):
        others = [g.dates[0] for g in groups if resolve.resolve(g.day, now) != day]
    asked = [g for g in groups if _is_order(text, g)]
    if best in asked and not others:  # 今天两点理发明天十点打扫: two wishes
        others = [g.dates[0] for g in asked if resolve.resolve(g.day, now) != day]
    doubt = "conflict" if mistaken else "two-days" if others else None
    times = best.times
    if not times:  # 礼拜天吧礼拜天下午两点: the day said again
        same = [g for g, weight in zip(groups, weights, strict=True) if g.times and weight >= 0]
        times = next((g.times for g in same if g.day == best.day), [])
    return Wish(best.dates, times, doubt=doubt, others=others)


def _lies_within(day: model.Day, stretch: model.Day, now: datetime) -> bool:
    """排到下礼拜去吧下礼拜三往后: the nearer description of the week or month named."""
    if not isinstance(stretch, model.Weeks | model.Month) or day == stretch:
        return False
    inner, outer = resolve.resolve(day, now), resolve.resolve(stretch, now)
    if not (inner.first and inner.last and outer.first and outer.last):
        return False
    return outer.first <= inner.first and inner.last <= outer.last


def _is_order(text: str, group: _Group) -> bool:
    """Whether it stands with an hour and the words of a wish, and is no one else's."""
    timed = any(isinstance(m.says, model.Clock) for m in group.times)
    wished = cues.behind("wish_behind", through="before_wish").match(text, group.end)
    return timed and wished is not None and weight(text, group.start, group.end) > 0


def _levelled(text: str, groups: list[_Group], weights: list[int]) -> list[int]:
    """Days joined by 或者 or 和 weigh the same; 还是…吧 prefers the second."""
    levelled = list(weights)
    for at in range(len(groups) - 1):
        first, second = groups[at], groups[at + 1]
        gap = text[first.end : second.start].strip("，, ")
        either = _is_either(text, first.dates[0], gap)
        if gap and not either and not re.fullmatch(cues.words("or"), gap):
            continue
        if is_told(text, first.start, first.end):
            continue  # 住到十号十一号来
        settled = gap == "还是" and cues.behind("settled").match(text, second.end)
        if settled or (not gap and len(first.dates) > 1):
            continue
        levelled[at] = levelled[at + 1] = max(levelled[at : at + 2])
    for at, group in enumerate(groups):
        if at > 1 and group.day in [earlier.day for earlier in groups[:at]]:
            levelled[at] += 2  # 明天还是后天来着就后天吧
    return levelled


def _is_remark(group: _Group) -> bool:
    """今天三十, 今儿礼拜三: says what day it is."""
    today = any(m.says == model.Offset(0) for m in group.dates)
    return today and len(group.dates) > 1 and not group.times


def _agrees(group: _Group, now: datetime) -> bool:
    return all(resolve.fits(m.says, now.date(), now) for m in group.dates)


def is_told(text: str, start: int, end: int) -> bool:
    """Whether the words around a stretch tell of the past (上次是十号, 十号修的)."""
    before = cues.in_front("told_before", r"(?:那次|是|在|的|就|都|还|个|啊|，)*")
    behind = cues.behind("told_behind", through="before_event")
    return bool(before.search(text, max(0, start - _LOOK_BACK), start) or behind.match(text, end))


def weight(text: str, start: int, end: int) -> int:
    """How much the words around a stretch ask for it, less what only tells of it."""
    before = text[max(0, start - _LOOK_BACK) : start]
    weight = 0
    if cues.in_front("wish_before", "(?:在|到|是|个|下|的)?").search(before):
        weight += 2
    if cues.behind("wish_behind", through="before_wish").match(text, end):
        weight += 1
    if cues.behind("wish_strong").match(text, end):
        weight += 1
    if cues.in_front("person", f"{cues.words('after_person')}*").search(before):
        weight -= 2
    if is_told(text, start, end):
        weight -= 3
    if cues.behind("person", "event", through="before_event").match(text, end):
        weight -= 2
    return weight


def _weight(text: str, group: _Group, now: datetime) -> int:
    timed = bool(group.times) and group.day != model.Offset(0)
    return weight(text, group.start, group.end) + timed - _unlikely(group, now)


def _is_broad(day: model.Day) -> bool:
    """Whether it only frames a day, or leaves it open."""
    if isinstance(day, model.Blurred):
        day = day.base
    return isinstance(day, model.Month | model.Weeks | model.Someday)


def _unlikely(group: _Group, now: datetime) -> int:
    """How much a day's own kind speaks against it, beside another day."""
    says = group.day
    against = 0
    if says == model.Offset(0) or _is_broad(says):
        against += 1
    if len(group.dates) > 1 and not group.times:
        against += 1  # 后日年初一, 明天星期四: said of the day
    if isinstance(says, model.OffWork) and says.edge == "all":
        against += 1
    if isinstance(says, model.Ahead) and says.most is not None:
        against += 1  # 过两天降温礼拜天来
    day = resolve.resolve(says, now).last
    if day is not None and day < now.date():
        against += 3
    return against
