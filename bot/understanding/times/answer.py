"""The answer to when: the mentions that were chosen, put together, and why to ask."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TypeGuard

from bot.understanding.times import (
    calendars,
    choose,
    cues,
    doubts,
    grouping,
    model,
    moment,
    recurrence,
    resolve,
    rivals,
)
from bot.understanding.times.model import Mention, Says, When
from bot.understanding.times.weighing import weight

_BESIDE = re.compile(r"[，,、\s]*(?:或者|或|还是|和|跟|要么|抑)?[，,、\s]*")
_WINDOW = re.compile(r"(?:之后|以后|过后|后|往后)[，,]?")
"""Between two hours: from the first on, up to the second."""
_AFTERWARDS = re.compile(r"了|完|过|起")
_BEFORE_BED = re.compile("(?:睡觉?前|临睡|瞓觉?前|困前|睡目前)[，的]?(?:大概|大约)?$")
"""睡前九点来滴眼药水."""
_UP_TO_DAY = re.compile("(?<![等轮改推挪换放定约排调移拖延])[到至]$")
_UNTIL_THEN = re.compile("[这那此](?:之|以)?前")
_UP_TO = re.compile("[之以]?前|进前")
_ABOUT = 10
"""Days by which 二十几号 may miss the day that is named beside it."""
_THAT_DAY = re.compile("[那当嗰彼该][天日工]$")
_ON_THAT_DAY = "[他她]?[那当嗰彼该][天日工]"
_STAY_UNTIL = re.compile(r"[陪守待呆坐干玩聊看顾等做忙人]到$")
_OWN = re.compile(r"[我俺阮涯𠊎](?:每?[天日工]?都?|逐[天日工]拢?|平时|一般)(?:要|得|着|爱)?$")
_DOES = re.compile(
    "(?:多|外|左右|几|过)?(?:才|正|先|则|都|拢|就|还|要|欲|爱|得)*"
    "(?:[食吃喫起睡睏困瞓返]|遛弯|打牌|打麻将|跳舞|散步|上课|到家|到屋|回到?[家屋厝来])"
)
"""我八点外才食早顿: what the elder does at an hour of the own day."""
_ONLY_THEN = re.compile(r"才?(?:有空|得闲|在家)|再来")
_ASKS = re.compile("[吗么?？]|几点")
_APART = 2
"""How many characters may stand between days told in one breath."""
_ALL_OF_THEM = re.compile("[两三几][天日工]?[都拢齐]|[都拢齐][要爱来送]|各[来送]|连[到着倒]")
"""明天跟后天两天都要人: each of them."""
_BOTH = re.compile("[这那]?(?:两|二)[天日工](?!都?[不没])")
_NOT_THEN = re.compile("[一二三四五六日]*[，, ]*[都就也]?[不唔毋莫别甭免]")
"""Behind a day told with a recurrence: nothing is wished of it (周二四六不吃)."""
_FREE = 8
"""How far behind two days 都行 leaves them free to choose."""
_LONGEST_CHOICE = 2
"""Days between two days to choose from that are given as one stretch."""


class Answer:
    """Puts the chosen mentions together, and keeps why to ask."""

    def __init__(self, text: str, wish: choose.Wish, now: datetime) -> None:
        self._text = text
        self._wish = wish
        self._now = now
        self._doubts: list[str] = [wish.doubt] if wish.doubt else []

    def when(self) -> When:
        """The answer."""
        if self._wish.repeat is not None and isinstance(self._wish.repeat.says, model.Repeat):
            return self._recurring(self._wish.repeat.says)
        days = self._days()
        at = self._time(days.first if days.single else None)
        self._doubts.extend(doubts.doubts(self._text, self._wish, days, self._now))
        if at is not None and days.single:
            days = self._with_time(days, at)
        elif days.last is not None and days.last < self._now.date():
            self._doubts.append("past")
        return self._made(days, at)

    def _made(self, days: resolve.Days, at: moment.Moment | None, rule: str | None = None) -> When:
        if days.doubt:
            self._doubts.append(days.doubt)
        used = self._wish.used
        return When(
            date=days.first if days.single else None,
            start=None if days.single else days.first,
            end=None if days.single else days.last,
            time=at.time if at else None,
            recurring=rule,
            ask=bool(self._doubts),
            span=self._text[min(m.start for m in used) : max(m.end for m in used)],
            reason=self._doubts[0] if self._doubts else None,
        )

    # --- days --------------------------------------------------------------------------------

    def _days(self) -> resolve.Days:
        """The day of the wish, checked against its other names."""
        if not self._wish.dates:
            hours = [m.says for m in self._wish.times if isinstance(m.says, model.Hours)]
            then = self._now + timedelta(minutes=hours[0].minutes) if hours else None
            return resolve.one(then.date()) if then else resolve.Days(None, None)
        said = _settled(self._wish.dates, self._now)
        base, *names = sorted(said, key=lambda mention: resolve.looseness(mention.says))
        days = resolve.resolve(base.says, self._now)
        listed = isinstance(base.says, model.DATED) and base.says.last_day is not None
        end = base.end
        free = cues.behind("either", through="small").match(self._text, end)
        if listed and days.doubt == "vague" and (free or _BOTH.match(self._text, end)):
            days = replace(days, doubt=None)  # 二十八二十九随便哪天, 二十八二十九两天
        for name in names:
            days = self._checked(days, base, name)
        return self._alternatives(days)

    def _checked(self, days: resolve.Days, base: grouping.Day, name: grouping.Day) -> resolve.Days:
        """A day must bear its other names; a stretch is narrowed by them."""
        if days.single and days.first is not None:
            feast = isinstance(name.says, model.Named | model.Blurred)
            season = feast and self._is_season(name, base)
            if isinstance(name.says, model.Blurred):
                listed = isinstance(base.says, model.MonthDay | model.Since)
                near = _is_about(name.says, days.first, self._now)
                if not rivals.confirms(name.says, days, self._now) and (listed or not near):
                    self._doubts.append("vague")
            elif not season and not resolve.fits(name.says, days.first, self._now):
                self._doubts.append("conflict")
            return days
        narrower = resolve.resolve(name.says, self._now)
        if _are_apart(days, narrower):
            self._doubts.append("conflict")  # 下个月还是这个礼拜
            return days
        if not (narrower.first and narrower.last and days.first and days.last):
            return days
        if not narrower.single:  # 就这两天明儿后儿都能行
            within = days.first <= narrower.first and narrower.last <= days.last
            return narrower if within and not narrower.doubt else days
        if not days.first <= narrower.first <= days.last:
            self._doubts.append("conflict")
        return narrower

    def _is_season(self, name: grouping.Day, base: grouping.Day) -> bool:
        """春节初三, 五一过后六号 are days near a feast; 霜降那天, 元宵节二月二十号 are its own."""
        if name.start > base.start or _THAT_DAY.search(self._text, name.start, name.end):
            return False
        dated = isinstance(base.says, model.MonthDay) and not base.says.bare
        rests = isinstance(name.says, model.Named) and name.says.day in calendars.HOLIDAY_NAMES
        return rests or not dated

    def _alternatives(self, days: resolve.Days) -> resolve.Days:
        """明天或者后天: a short stretch of days to choose from."""
        if not self._wish.others or not days.single or days.first is None:
            return days
        others = [resolve.resolve(m.says, self._now) for m in self._listed()]
        named = sorted({days.first, *(day.first for day in others if day.single and day.first)})
        if len(named) == 1:
            return days
        first, last = named[0], named[-1]
        if (last - first).days > _LONGEST_CHOICE:
            return days
        until = self._wish.used_until
        free = self._is_one_stretch() and cues.anywhere("either").search(
            self._text, until, until + _FREE
        )
        free = free or _ALL_OF_THEM.search(self._text, until, until + _FREE)
        free = free or _BOTH.match(self._text, until)
        if (last - first).days == len(named) - 1 and free and self._doubts == ["two-days"]:
            self._doubts.clear()  # 初一初二都行
            return resolve.Days(first, last)
        return resolve.Days(first, last, "two-days")

    def _is_one_stretch(self) -> bool:
        """初一初二都行; days joined by a word are two offers (下周六跟周日都行)."""
        days = sorted([*self._wish.dates[:1], *self._listed()], key=lambda m: m.start)
        gaps = (self._text[one.end : other.start] for one, other in pairwise(days))
        return not any(gap.strip("，,、 ") for gap in gaps)

    def _listed(self) -> list[grouping.Day]:
        """Of the other days those told in one breath with the last (二号三号四号), or that one."""
        *before, last = self._wish.others
        run = [last]
        for mention in reversed(before):
            if run[0].start - mention.end > _APART:
                break
            run.insert(0, mention)
        return run

    def _with_time(self, days: resolve.Days, at: moment.Moment) -> resolve.Days:
        """Move to the next day after midnight, and see whether the moment is past."""
        assert days.first is not None
        day = days.first + timedelta(days=at.days)
        if datetime.combine(day, at.ends) >= self._now:
            return resolve.one(day, days.doubt)
        says = self._wish.dates[0].says if len(self._wish.dates) == 1 else None
        bare = isinstance(says, model.Weekday) and says.weeks is None and not says.this
        if bare and day == self._now.date():
            day += timedelta(weeks=1)  # 礼拜三早上, on its evening
        self._doubts.append("past")
        return resolve.one(day, days.doubt)

    # --- time of day -------------------------------------------------------------------------

    def _time(self, day: date | None) -> moment.Moment | None:
        told = [m for m in self._wish.times if not (self._is_theirs(m) or self._within_day(m))]
        times = [m for m in told if not self._is_elsewhere(m)]
        clocks = [m for m in told if isinstance(m.says, model.Clock)]
        if not times and clocks and not self._is_for_you(clocks[-1]):
            self._doubts.append("unclear")  # 你们是早上八点上班吗: only the hour of something else
        times = times or told
        if not times:
            return None
        clocks = [m for m in times if not isinstance(m.says, model.Part)]
        if (clocks and self._is_part_wished(times)) or self._is_any_part(times):
            self._doubts.append("two-times")
        made = self._moment(self._one_hour(clocks) if clocks else self._one_part(times), day)
        if made.doubt:
            self._doubts.append(made.doubt)
        return made

    def _is_elsewhere(self, mention: grouping.Time) -> bool:
        """八点要去医院, 我八点才食早顿: an hour of something else.

        In 三点半我睡完午觉 both say when.
        """
        own = _OWN.search(self._text, 0, mention.start) and _DOES.match(self._text, mention.end)
        if own and len(self._wish.times) > 1:
            return True
        if _STAY_UNTIL.search(self._text, 0, mention.start) and len(self._wish.times) > 1:
            return True  # 晚上陪到九点
        who = cues.behind("person", through="before_elsewhere").match(self._text, mention.end)
        others = who is not None and len(self._wish.times) > 1
        end = who.end() if who and others else mention.end  # 十点我孙子打疫苗下午来
        found = cues.behind("elsewhere", through="before_elsewhere").match(self._text, end)
        return found is not None and not any(
            mention.end <= m.start < found.end() for m in self._wish.times
        )

    def _is_theirs(self, mention: grouping.Time) -> bool:
        """初五来…我儿子那天一早回南方: what somebody else does on the day that is wished."""
        theirs = cues.in_front("person", _ON_THAT_DAY).search(self._text, 0, mention.start)
        asked = weight(self._text, mention.start, mention.end) > 0
        return theirs is not None and not asked and bool(self._wish.dates)

    def _is_for_you(self, mention: grouping.Time) -> bool:
        """七点半要抽血: to be taken along to, where no other hour is named."""
        asked = _ASKS.search(self._text)
        due = cues.behind("due", through="before_elsewhere").match(self._text, mention.end)
        return due is not None and asked is None

    def _is_part_wished(self, times: list[grouping.Time]) -> bool:
        """我上午十点有课下午才有空: the hour is another's."""
        last = times[-1]
        hours = [m.says.part for m in times if isinstance(m.says, model.Clock)]
        other = isinstance(last.says, model.Part) and last.says.name not in hours and any(hours)
        return other and _ONLY_THEN.match(self._text, last.end) is not None

    def _is_any_part(self, times: list[grouping.Time]) -> bool:
        """上午十点下午也行: one part of the day will do as well as another."""
        parts = {m.says.name if isinstance(m.says, model.Part) else _part(m.says) for m in times}
        too = any(choose.will_do_too(self._text, m) for m in times[1:])
        return len(parts - {None}) > 1 and too and self._wish.repeat is None

    def _within_day(self, mention: grouping.Time) -> bool:
        """中秋晚上赏月第二天上午: an hour told of the day that another is counted from."""
        return any(m.start < mention.start and mention.end < m.end for m in self._wish.dates)

    def _one_part(self, times: list[grouping.Time]) -> grouping.Time:
        """The part of the day that is wished; of 上午下午都行 either."""
        if self._wish.repeat is not None:
            return times[0]
        best = self._wished(times)
        if len(best) > 1 and _UP_TO.match(self._text, best[-1].end):
            best = best[:-1]  # 下半晌擦黑以前
        parts = {moment.of_part(m.says.name).time for m in best if isinstance(m.says, model.Part)}
        told = _AFTERWARDS.search(self._text, times[-1].start, times[-1].end)  # 晌午歇了晌
        if len(parts) > 1 and not told:
            self._doubts.append("two-times")
        return best[-1]

    def _one_hour(self, clocks: list[grouping.Time]) -> grouping.Time:
        """The hour that is wished: 八点二十到医院所以七点五十从家走 is 七点五十."""
        leaving = [m for m in clocks if cues.behind("leaving").match(self._text, m.end)]
        if len(leaving) == 1:
            return leaving[0]
        if self._wish.repeat is not None:
            return self._wished(clocks)[0]
        if len(clocks) > 2 and clocks[-1].says in [m.says for m in clocks[:-1]]:
            return clocks[-1]  # 四点半还是五点呢四点半吧
        best = self._wished(clocks)
        if len(best) == 2 and _WINDOW.fullmatch(self._text, best[0].end, best[1].start):
            return best[0]
        if len(best) == 2 and _UP_TO.match(self._text, best[0].end):
            limit, hour = (self._moment(m, None).time for m in best)
            best = best[1:] if hour < limit else best  # 九点前过来八点半
        asked = any(map(self._may_be_wished, clocks))
        rivals = [*best, *filter(self._may_be_wished, clocks)] if asked else clocks
        if len({self._moment(m, None).time for m in rivals}) > 1:
            self._doubts.append("two-times")
        return best[-1]

    def _may_be_wished(self, hour: grouping.Time) -> bool:
        """Whether nothing speaks against an hour: no limit, not due elsewhere, not told."""
        limit = _UP_TO.match(self._text, hour.end)
        due = cues.behind("due", through="before_elsewhere").match(self._text, hour.end)
        told = weight(self._text, hour.start, hour.end) < 0
        return isinstance(hour.says, model.Clock) and not (limit or due or told)

    def _wished(self, times: list[grouping.Time]) -> list[grouping.Time]:
        """The times that the words around them speak for most."""
        weights = [weight(self._text, m.start, m.end) for m in times]
        for at in range(len(times) - 1):
            if _BESIDE.fullmatch(self._text, times[at].end, times[at + 1].start):
                weights[at] = weights[at + 1] = max(weights[at : at + 2])
        return [m for m, weight in zip(times, weights, strict=True) if weight == max(weights)]

    def _moment(self, mention: grouping.Time, day: date | None) -> moment.Moment:
        says = mention.says
        if isinstance(says, model.Part):
            return moment.of_part(says.name)
        if isinstance(says, model.Clock):
            return moment.of_clock(says, says.part or self._part_for(mention), day, self._now)
        then = self._now
        if isinstance(says, model.Hours):
            then += timedelta(minutes=says.minutes)
        return moment.Moment(then.strftime("%H:%M"), then.time())

    def _part_for(self, clock: grouping.Time) -> str | None:
        """The part of the day that goes with an hour said without one: the nearest before it."""
        before = [m for m in self._wish.times if m.start < clock.start]
        for mention in self._wish.times:
            if _is_same_hour(mention.says, clock.says):
                return mention.says.part  # 下晡两点半…早起我有事…两点半
        for mention in reversed(before):
            if isinstance(mention.says, model.Part):
                return mention.says.name
            if isinstance(mention.says, model.Clock) and mention.says.part:
                return mention.says.part
        if _BEFORE_BED.search(self._text, 0, clock.start):
            return "evening"
        after = [m.says for m in self._wish.times if m.start > clock.start]
        part = next((says.name for says in after if isinstance(says, model.Part)), None)
        if part is None and isinstance(clock.says, model.Clock) and 6 <= clock.says.hour <= 8:
            early = cues.anywhere("early").search(self._text)  # 去医院七点来接
            late = cues.anywhere("late").search(self._text)
            part = "morning" if early and not late else "evening" if late and not early else None
        return part

    # --- recurrence --------------------------------------------------------------------------

    def _recurring(self, repeat: model.Repeat) -> When:
        base, first = self._now.date(), None
        if repeat.freq == "YEARLY" and self._wish.dates:
            repeat = replace(repeat, on=self._wish.dates[0].says)
        elif self._wish.dates and self._begins(self._wish.dates[0]):
            days = self._days()
            if days.doubt:
                self._doubts.append(days.doubt)
            first = base = days.first or base  # 每两个月一次下次四月十号
        else:
            if any(map(self._is_begun, self._wish.dates)):
                self._doubts.append("past")  # 从这礼拜三起, said on Friday
            if any(self._is_beside(day, repeat) for day in self._wish.dates):
                self._doubts.append("two-days")
            self._wish.dates = []
        named = repeat.weekdays or repeat.month_days
        if not self._wish.dates and not named and doubts.is_unasked(self._text, self._wish):
            self._doubts.append("unclear")
        started = self._wish.dates and first and self._starts(self._wish.dates[0])
        if repeat.freq == "WEEKLY" and repeat.times == 1 and not repeat.weekdays and started:
            repeat = replace(repeat, weekdays=(first.isoweekday(),))  # type: ignore[union-attr]
        ends = any(_UP_TO_DAY.search(self._text, 0, m.start) for m in self._wish.told)
        if ends or _UNTIL_THEN.search(self._text):
            self._doubts.append("vague")  # 每天送一直送到二十号: when it ends is asked
        at = self._time(None)
        first = recurrence.first_day(repeat, base, at, self._now) or first
        if repeat.freq == "YEARLY" and isinstance(repeat.on, model.Shifted):
            self._doubts.append("vague")
        if repeat.doubt:
            self._doubts.append(repeat.doubt)
        end = self._wish.repeat.end if self._wish.repeat else 0
        if len(repeat.weekdays) > 1 and cues.behind("either").match(self._text, end):
            self._doubts.append("two-days")
        return self._made(resolve.Days(first, first), at, recurrence.rrule(repeat))

    def _is_beside(self, day: grouping.Day, repeat: model.Repeat) -> bool:
        """一三五去学唱就礼拜四啦: a weekday wished that the recurrence leaves out."""
        says = day.says
        if _NOT_THEN.match(self._text, day.end):
            return False  # 周二不吃
        other = isinstance(says, model.Weekday) and says.weekday not in repeat.weekdays
        asked = weight(self._text, day.start, max(day.end, self._wish.used_until))
        if repeat == model.Repeat("DAILY"):
            return isinstance(says, model.Weekday) and asked > 0  # 每天我自己做饭礼拜天送
        return bool(repeat.weekdays) and other and asked > -2

    def _is_begun(self, day: grouping.Day) -> bool:
        """从三号起, 三号开始."""
        begun = cues.in_front("from").search(self._text, 0, day.start)
        return (begun or cues.behind("begin").match(self._text, day.end)) is not None

    def _starts(self, day: grouping.Day) -> bool:
        """两只礼拜一摆下礼拜二做头一摆, 从今天起隔一个礼拜来一回: its weekday comes again."""
        return isinstance(day.says, model.Weekday) or self._is_begun(day)

    def _begins(self, day: grouping.Day) -> bool:
        """Whether a day told with a recurrence may be its first, not one that is past."""
        first = resolve.resolve(day.says, self._now).first
        ahead = first is None or first >= self._now.date()
        bare = isinstance(day.says, model.Weekday) and day.says.weeks is None
        begun = self._is_begun(day)
        if (
            not begun
            and isinstance(day.says, model.Weeks)
            and (day.says.first, day.says.last) == (6, 7)
        ):
            return False  # 一到五早上送…礼拜六礼拜天上我家吃
        repeat = self._wish.repeat.says if self._wish.repeat else None
        if bare and not begun and isinstance(repeat, model.Repeat) and repeat.freq == "DAILY":
            return False
        if bare and not begun and isinstance(repeat, model.Repeat) and repeat.weekdays:
            return False
        return ahead and weight(self._text, day.start, day.end) > -2


def _part(says: model.TimeOfDay) -> str | None:
    """The part of the day that was said with an hour."""
    return says.part if isinstance(says, model.Clock) else None


def _is_same_hour(one: Says, other: Says) -> TypeGuard[model.Clock]:
    """Whether an hour is named that was told before with its part of the day."""
    if not isinstance(one, model.Clock) or not isinstance(other, model.Clock):
        return False
    return one.part is not None and (one.hour, one.minute) == (other.hour, other.minute)


def _are_apart(one: resolve.Days, other: resolve.Days) -> bool:
    """Whether two stretches have no day in common."""
    if not (one.first and one.last and other.first and other.last):
        return False
    return other.last < one.first or one.last < other.first


def _is_about(says: model.Blurred, day: date, now: datetime) -> bool:
    """Whether a loose name of the day fits it (七月二十几号…大暑那天)."""
    near = resolve.resolve(says, now).first
    return says.days == 0 and near is not None and abs((day - near).days) <= _ABOUT


def _settled(dates: list[grouping.Day], now: datetime) -> list[grouping.Day]:
    """二月十四情人节: another name of the day decides between the calendars."""
    either = next((m for m in dates if isinstance(m.says, model.EitherDay)), None)
    if either is None or len(dates) == 1:
        return dates
    assert isinstance(either.says, model.EitherDay)
    names = [m.says for m in dates if m is not either]
    fitting: list[model.Day] = []
    for says in either.says.readings:
        first = resolve.resolve(says, now).first
        if first is not None and all(resolve.fits(name, first, now) for name in names):
            fitting.append(says)
    if len(fitting) != 1:
        return dates
    return [Mention(m.start, m.end, fitting[0]) if m is either else m for m in dates]
