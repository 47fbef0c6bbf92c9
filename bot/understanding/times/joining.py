"""Mentions that belong together become one: 除夕 + 头一天, 十号 + 到 + 十五号, 下个月 … 十五号."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.understanding.times import cues, leaps, model, resolve, weekdays
from bot.understanding.times.apposing import apposed
from bot.understanding.times.completing import (
    asked_and_answered,
    bare_days,
    by_region,
    calendars_named,
    counted_again,
    feast_or_date,
    is_settled_on,
    new_years_day,
    of_calendar_beside,
    of_feast,
    of_gods,
    of_last_month,
    of_month_behind,
    recurrences,
    this_time_ahead,
    weekday_digits,
)
from bot.understanding.times.date_rules import either_day
from bot.understanding.times.model import DATED, Mention, Said, Says, covering, is_date, is_time
from bot.understanding.times.stretches import lasting, ranges, until_next_day

_FIRST = re.compile(
    r"(?:[嗰彼该果那头][个只]|(?:第二|最后一|头一|第一|前一|一)[个只]|后头|头|那个|那一个|紧跟着|紧接着|接着|个|的|那|，)*"
)
_ENDS = re.compile(r"$|[，,。]|吧|来|上午|下午|早上|晚上|是吧|对吧|那天")
_WISHING = re.compile("我[想要](?!去)|最好|能不能|可以")
"""Between a day and 早一日: whether the day is to be moved or explained is open."""
_STAYED = re.compile("[一二两三四五六七八九十几0-9][天日宿晚暝夜工]")
"""三宿: 第二天 is then counted from a day that is not named."""
_OVER = re.compile(r"来?(?:不是|不就)?(?:都|也|已经|早就?|快)")
_SINCE = re.compile(r"假|过|完|后")
_NOT_YET = re.compile("(?:[要快]过|快到|就到|就要到|将近|临近|欲到|眼看着?)$")
"""Before a feast that is still to come (眼看要过元旦了我三十号…)."""
_THAT_DAY = re.compile("(?:就|还是|著|着|正|才)[那当彼嗰该箇][天日工]")
_PUT_RIGHT = re.compile("(?:不对|唔啱|毋着|唔着|[说讲记]错了?|错了|哦不|啊不|不是)[，是]?$")
"""Right before a number that replaces the one of the day before it (二十三不对二十四)."""
_INHERITS = 14
"""How many characters a named month or week reaches ahead to a further day."""
_FAR_BARE = 30
"""The same of a day of the month ahead to a number that follows it closely."""
_SHORTEST_MONTH = 28
_MANY_DAYS_OFF = ("solar:5-1", "solar:10-1", "lunar:1-1")
"""Feasts with days off behind them."""
_TELLS = 24
"""How many characters may tell of a day before 第二天 counts from it."""
_BREATH = 3
"""Days by which a day without month may miss one with it, to be of that month for sure."""
_BEFORE_NUMBER = "的那就要是，,、 吧没冇无"
"""What may stand alone between a month and the number of its day."""
_AT_THE_END = re.compile("[吧嘛啦呗啊哈咯]*$")
"""Behind a number: the line ends."""
_THE_DAY_ITSELF = re.compile("[那当嗰彼该][天日工]$")
"""寒露那天 is no season from which a day is counted."""
_LASTS_UNTIL = re.compile("[放休歇耍]假?(?:去|一直)?到$")
"""Between a holiday and its last day off."""
_FRAME_REACH = 10
"""How many characters a month or week named on its own reaches ahead."""


def join(text: str, said: Said, now: datetime, context: str | None) -> Said:
    """The mentions with those joined that are one expression, and leftovers dropped."""
    said = _answers(text, said, context)
    for step in _STEPS:
        said = step(text, said, now)
    return [m for at, m in enumerate(said) if _stands_alone(text, said, at, now)]


# --- answers to a question ---------------------------------------------------------------------


def _answers(text: str, said: Said, context: str | None) -> Said:
    """A bare number is the day or the hour that was asked for; 洗一洗 and 等一哈 have none.

    One that counts something, or tells a storey, is none either (我在三楼, 先问一句).
    """
    bare = [
        at
        for at, m in enumerate(said)
        if isinstance(m.says, model.BareDay)
        and not (_is_in_a_verb(text, m) or _COUNTED.match(text, m.end))
    ]
    if context not in ("date", "time") or len(bare) != 1:
        return said
    others = said[: bare[0]] + said[bare[0] + 1 :]
    if any(is_date(m) if context == "date" else is_time(m) for m in others):
        return said
    answered = list(said)
    answered[bare[0]] = _answer(said[bare[0]], context)
    return answered


_COUNTED = re.compile(
    "层?楼|单元|[层栋幢室房弄巷排组院路街个位口床件条斤盒袋瓶份碗双套岁句声嘴样块毛元只台张把桶箱]"
)
"""Behind a number: it counts, or tells where somebody lives."""


def _is_in_a_verb(text: str, mention: Mention[Says]) -> bool:
    before, behind = text[: mention.start][-1:], text[mention.end :][:1]
    return bool(behind) and (before == behind or behind in "下哈吓会阵遍趟")


def _answer(mention: Mention[Says], context: str) -> Mention[Says]:
    assert isinstance(mention.says, model.BareDay)
    number = mention.says.day
    if context == "date" and 1 <= number <= 31:
        return replace(mention, says=model.MonthDay(number))
    if context == "time" and number <= 24:
        return replace(mention, says=model.Clock(number))
    return mention


# --- days changed by the words beside them -----------------------------------------------------


def _changed_days(text: str, said: Said, now: datetime) -> Said:
    """Put 前一天, 左右, 以后 to the day before them, and 过了 to the day behind it."""
    joined: Said = []
    waiting: Mention[Says] | None = None
    for mention in said:
        before = joined[-1] if joined else None
        day = next((m for m in reversed(joined) if not is_time(m) and not _is_count(m)), None)
        if _is_taken_back(text, mention):
            continue
        named = _named_by(text, joined, day, now) if isinstance(mention.says, model.Shift) else None
        if named is not None and day is not None:
            joined.remove(day)  # 立冬礼拜六是吧前一天
            day = named
        if mention.says == model.Shift(0):
            if day is not None and isinstance(day.says, model.Shifted):
                joined.append(replace(mention, says=day.says.base))
        elif day is not None and is_date(day) and _counts_on(text, day, mention):
            says = model.Shifted(day.says, mention.says.count)  # type: ignore[union-attr]
            joined[joined.index(day)] = covering(day, mention, says)
        elif day is not None and is_date(day) and _skips(text, day, mention):
            joined[joined.index(day)] = covering(day, mention, model.Shifted(day.says, 1))
        elif not isinstance(mention.says, model.Change):
            if waiting and is_date(mention) and _passes(text, waiting, mention):
                mention = covering(waiting, mention, _changed(mention.says, waiting.says))
            joined.append(mention)
            waiting = None
        elif before is not None and isinstance(before.says, model.Repeat):
            if isinstance(mention.says, model.Shift):
                joined[-1] = covering(before, mention, _moved(before.says, mention.says))
        elif day is not None and _OVER.fullmatch(text, day.end, mention.start):
            joined.remove(day)  # 小年都过了
        elif _is_of_hour(before, mention):
            continue  # 晚上六点往后
        elif day is not None and is_date(day) and _changes(text, day, mention):
            changed = _changed(day.says, mention.says)
            season = changed == day.says and isinstance(day.says, model.Named)
            if season and text.startswith("前", mention.start):
                changed = model.Shifted(day.says, -1)  # 入伏前一天; 三九头一天 is its first
            if changed == day.says:
                joined.append(replace(mention, says=changed))
            else:
                joined[joined.index(day)] = covering(day, mention, changed)
        else:
            waiting = mention
    return joined


def _named_by(
    text: str, joined: Said, name: Mention[Says] | None, now: datetime
) -> Mention[Says] | None:
    """The feast or date right before a weekday that is only a further name of it."""
    if name is None or name not in joined or not isinstance(name.says, model.Weekday):
        return None
    at = joined.index(name)
    day = joined[at - 1] if at else None
    if day is None or not isinstance(day.says, model.Named | DATED) or not apposed(text, day, name):
        return None
    first = resolve.resolve(day.says, now).first
    return day if first is not None and resolve.fits(name.says, first, now) else None


def _is_taken_back(text: str, mention: Mention[Says]) -> bool:
    """头天晚上来不及就那天来: the day before is turned down, the day itself is meant."""
    shifts = isinstance(mention.says, model.Shift) and mention.says.days
    evening = mention.start == mention.end and is_time(mention)  # 头天晚上 is two mentions
    refused = cues.behind("refuse", "refuse_hour", through="small").match(text, mention.end)
    return bool((shifts or evening) and refused and _THAT_DAY.search(text, mention.end))


def _moved(repeat: model.Repeat, by: model.Shift) -> model.Repeat:
    """每月十五号领工资第二天来: every month on the sixteenth, or only the next one."""
    days = tuple(day + by.days for day in repeat.month_days)
    if repeat.lunar or not all(1 <= day <= _SHORTEST_MONTH for day in days):
        days = repeat.month_days
    return replace(repeat, month_days=days, doubt="vague")


def _is_of_hour(before: Mention[Says] | None, change: Mention[Says]) -> bool:
    """Whether 以后 stands right behind an hour."""
    beside = before is not None and is_time(before) and before.end == change.start
    return beside and isinstance(change.says, model.Blur)


def _earlier_hours(text: str, said: Said, _: datetime) -> Said:
    """上午九点的号提前半个钟头来接: the hour that is wished."""
    joined: Said = []
    for mention in said:
        before = joined[-1] if joined else None
        clock = before.says if before is not None else None
        change = mention.says
        if isinstance(change, model.Sooner) and isinstance(clock, model.Clock) and before:
            near = mention.start - before.end <= _TELLS
            minutes = clock.hour * 60 + clock.minute - change.minutes
            if near and minutes > 0:
                sooner = replace(clock, hour=minutes // 60, minute=minutes % 60)
                joined[-1] = covering(before, mention, sooner)
        if not isinstance(change, model.Sooner):
            joined.append(mention)
    return joined


def _counts_on(text: str, day: Mention[model.Day], mention: Mention[Says]) -> bool:
    """芒种过三天: three days after it."""
    says = mention.says
    counted = isinstance(says, model.Ahead) and says.unit == "day" and says.most is None
    named = isinstance(day.says, model.Named | DATED)
    return counted and named and text[mention.start] == "过" and day.end == mention.start


def _skips(text: str, day: Mention[model.Day], mention: Mention[Says]) -> bool:
    """清明隔一工: the day after it."""
    says = mention.says
    single = isinstance(says, model.Ahead) and (says.unit, says.count) == ("day", 1)
    beside = text.startswith("隔", mention.start) and day.end == mention.start
    return single and beside and isinstance(day.says, model.Named | DATED)


def _is_count(mention: Mention[Says]) -> bool:
    """八十 is no day of a month, and 六 in 请六桌 none for sure."""
    return isinstance(mention.says, model.BareDay) and not mention.says.named


def _changes(text: str, day: Mention[model.Day], change: Mention[Says]) -> bool:
    """清明上坟回来第二天: what was done that day may stand between."""
    gap = text[day.end : change.start]
    if gap.startswith("先") and not gap.startswith("先去"):
        return False  # 二十八号先按摩第二天再洗澡: two wishes
    if "就是" in gap:
        return False  # 三十一号就是开学前一天: said of the other
    if apposed(text, day, change):
        return True
    moved = text.startswith(tuple("提推延往拖顺错头"), change.start)
    near = len(gap) <= _TELLS and not _STAYED.search(gap)
    near = near and not isinstance(day.says, model.Month | model.Weeks)
    near = near and (moved or not _WISHING.search(gap))
    return near and (moved or change.says in (model.Shift(1), model.Shift(-1)))


def _passes(text: str, change: Mention[Says], day: Mention[Says]) -> bool:
    """过了初五, 等过了礼拜三: the word stands in front."""
    if isinstance(day.says, model.BareDay) and day.says.day < 10:
        return False
    return text.startswith(tuple("过等出"), change.start) and apposed(text, change, day)


def _changed(base: model.Day, change: Says) -> model.Day:
    if isinstance(change, model.Blur):
        return model.Blurred(base, change.days)
    assert isinstance(change, model.Shift)
    if isinstance(base, model.Blurred) and base.days == 1 and change == model.Shift(1):
        if isinstance(base.base, model.Named) and base.base.day in _MANY_DAYS_OFF:
            return base  # 国庆完了第二天: of the feast, or of the days off?
        return model.Shifted(base.base, 1)  # 十五过完第二天
    if isinstance(base, model.Blurred) and base.days == 1 and change == model.Shift(-1):
        return model.Shifted(base.base, 1)  # 出了正月头一天
    if isinstance(base, model.Shifted) and base.days == change.days:
        return base  # 七月半前一工…前一工: the same day again
    if isinstance(base, model.Shifted):
        return model.Blurred(base, change.days)  # 国庆头一天…第二天: counted from which?
    period = isinstance(base, model.Named) and base.day.startswith(("fu:", "nine:"))
    if period and change.days == -1:
        return base  # 中伏头一天 is its first day
    return model.Shifted(base, change.days)


# --- weeks, months and feasts named before the day ---------------------------------------------


def _inherited(text: str, said: Said, now: datetime) -> Said:
    """下礼拜三不行礼拜四吧, 正月初三…初四: the later day lies in the week or month named before.

    Certain where the later day replaces the earlier one, else to be asked about.
    """
    joined: Said = []
    for at, mention in enumerate(said):
        timed = at + 1 < len(said) and is_time(said[at + 1]) and said[at + 1].start == mention.end
        for before in reversed(joined):
            reach = _FAR_BARE if isinstance(mention.says, model.BareDay) else _INHERITS
            if mention.start - before.end > reach:
                break
            if isinstance(before.says, model.Month | model.Weeks):
                break  # a nearer frame: 上个月十五号…这个月也十五号
            says = _inheriting(before.says, mention.says)
            if says is None or not is_date(mention):
                continue
            if isinstance(mention.says, model.BareDay) or isinstance(
                says, model.EitherDay | model.Named
            ):
                settled = (
                    timed
                    or is_settled_on(text, mention)
                    or _answers_after(text, before, mention)
                    or _goes_on_at_the_end(text, before, mention)
                )
                if settled or _PUT_RIGHT.search(text, before.end, mention.start):
                    mention = replace(mention, says=says)
                break
            replaces = cues.anywhere("refuse").search(text, before.end, mention.start)
            moved = cues.anywhere("moved").search(text, before.end, mention.start)
            if resolve.resolve(says, now) != resolve.resolve(mention.says, now):
                near = _follows(before.says, says) or _just_after(before.says, says)
                doubt = None if replaces or moved or near else "two-days"
                mention = replace(mention, says=replace(says, doubt=doubt))
            break
        joined.append(mention)
    return joined


def _answers_after(text: str, before: Mention[Says], number: Mention[Says]) -> bool:
    """正月半过哩十七, 过了八月节十六那天: the day of the feast's month that is wished."""
    over = isinstance(before.says, model.Blurred) and before.says.days > 0
    named = isinstance(number.says, model.BareDay) and number.says.named
    last = number.end - number.start > 1 and not text[number.end :].strip("吧嘛啊哈啦来，")
    return over and before.end == number.start and (named or last)


def _goes_on_at_the_end(text: str, before: Mention[Says], number: Mention[Says]) -> bool:
    """七月十四烧衣十五: a number in its month, with which the line ends."""
    says = before.says
    if isinstance(says, model.Named) and says.day.startswith("lunar:"):
        told = int(says.day.partition("-")[2])
    elif isinstance(says, model.LunarDay | model.EitherDay):
        told = says.day
    else:
        return False
    last = number.end - number.start > 1 and _AT_THE_END.match(text, number.end) is not None
    return last and isinstance(number.says, model.BareDay) and 0 < number.says.day - told <= _BREATH


def _follows(before: Says, says: Says) -> bool:
    """下礼拜一…礼拜二: days of a week are told in order."""
    both = isinstance(before, model.Weekday) and isinstance(says, model.Weekday)
    return both and before.weekday <= says.weekday  # type: ignore[union-attr]


def _just_after(before: Says, says: Says) -> bool:
    """四月初八去庙里初九来: told in one breath."""
    both = isinstance(before, DATED) and isinstance(says, DATED) and type(before) is type(says)
    return both and abs(says.day - before.day) <= _BREATH  # type: ignore[union-attr]


_Inheriting = model.Weekday | model.MonthDay | model.LunarDay | model.EitherDay | model.Named
_THIRTIETH = 30
"""The number by which the last evening of the year is called, whatever its date."""


def _inheriting(before: Says, says: Says) -> _Inheriting | None:
    if isinstance(before, model.Between):
        before = before.last
    if isinstance(before, model.Blurred) and before.days > 0 and isinstance(says, model.BareDay):
        before = before.base  # 过了八月节十六那天
    if isinstance(before, model.Named) and before.day == "eve" and isinstance(says, model.BareDay):
        return before if says.day == _THIRTIETH else None  # 年三十你们还干活不三十头晌
    if isinstance(before, model.Named) and before.day == "lunar:1-1":
        before = model.LunarDay(1, 1)  # 大年初一…初六
    if isinstance(says, model.BareDay) and isinstance(before, model.LunarDay):
        if before.bare and abs(says.day - before.day) <= _BREATH:
            return model.LunarDay(says.day)  # 初十…十一那天
        says = model.LunarDay(says.day)  # 腊月二十八…二十九
    if isinstance(before, model.Named) and before.day.startswith("lunar:"):
        month, day = map(int, before.day.removeprefix("lunar:").split("-"))
        before = model.LunarDay(day, month, years=before.years)
        if not isinstance(says, model.BareDay) or abs(says.day - day) > _BREATH:
            return None
        says = model.LunarDay(says.day)  # 中秋不在十四来
    if isinstance(says, model.BareDay) and isinstance(before, model.EitherDay):
        near = abs(says.day - before.day) <= _BREATH
        return model.EitherDay(says.day, before.month) if near else None  # 十月十五做戏十四来
    if isinstance(says, model.BareDay) and isinstance(before, model.MonthDay):
        near = 0 < says.day - before.day <= _BREATH
        says = model.MonthDay(says.day) if near else says  # 四月十五号停暖十六来
    if isinstance(before, model.Weekday) and isinstance(says, model.Weekday):
        bare = says.weeks is None and not says.this and not says.again
        return replace(says, weeks=before.weeks) if bare and (before.weeks or 0) > 0 else None
    if isinstance(before, model.MonthDay) and isinstance(says, model.MonthDay):
        named = before.month is not None or before.months is not None
        if not named or not says.bare:
            return None
        return replace(says, month=before.month, months=before.months, years=before.years)
    if isinstance(before, model.LunarDay) and isinstance(says, model.LunarDay):
        named = before.month is not None or before.months is not None
        if not named or not says.bare:
            return None
        return replace(
            says, month=before.month, months=before.months, years=before.years, leap=before.leap
        )
    return None


def _next_again(text: str, said: Said, now: datetime) -> Said:
    """再下一个礼拜天: counted from today or from the next one, whichever was spoken of before.

    明天不算再下一个礼拜天, said on a Saturday, is a week behind tomorrow.
    """
    joined: Said = []
    for mention in said:
        says = mention.says
        if isinstance(says, model.Weekday) and says.again:
            before = text[: mention.start]
            next_named = re.search(r"下一?个|下礼拜|下周|下星期", before)
            today_named = re.search(r"今天|今儿|今日|这个|这礼拜|这周", before)
            near = [m.says for m in joined if isinstance(m.says, model.Offset)]
            if near and resolve.fits(model.Weekday(says.weekday), _day(near[-1], now), now):
                joined.append(replace(mention, says=model.Shifted(near[-1], 7)))
                continue
            if next_named:
                says = model.Weekday(says.weekday, 2)
            elif today_named:
                says = model.Weekday(says.weekday, 1)
            mention = replace(mention, says=says)
        joined.append(mention)
    return joined


def _day(offset: model.Offset, now: datetime) -> date:
    """The day that is so many days from today."""
    return now.date() + timedelta(days=offset.days)


def _in_frames(text: str, said: Said, now: datetime) -> Said:
    """A month, week or feast named first holds for the day named after it (下个月吧十五号)."""
    joined: Said = []
    for mention in said:
        dates = [m for m in joined if is_date(m)]
        before = dates[-1] if dates else None
        if len(dates) > 1 and apposed(text, dates[-2], dates[-1]):
            before = None  # 四号清明五号: the feast only names the day before it
        if before is not None and mention.start - before.end <= _INHERITS:
            gap = text[before.end : mention.start]
            near = _NOT_YET.search(text, 0, before.start) is not None
            near |= not gap and _THE_DAY_ITSELF.search(text, before.start, before.end) is not None
            framed = None if near else _framed(before.says, mention.says, gap)
            if framed is not None and _LASTS_UNTIL.search(gap):
                joined.remove(before)
                mention = replace(mention, says=framed)
            elif _is_of_short_month(before.says, mention.says, now):
                of_month = {"month": before.says.month, "months": before.says.months}  # type: ignore[attr-defined]
                mention = replace(mention, says=replace(mention.says, **of_month))  # type: ignore[type-var]
            elif _goes_on(before.says, mention.says):
                mention = replace(mention, says=replace(before.says, day=mention.says))  # type: ignore[type-var]
            elif framed is not None:
                joined.remove(before)
                mention = covering(before, mention, framed)
        joined.append(mention)
    return joined


_DENIES = re.compile("不是|唔系|毋是|[说讲记搞]错|不对")
"""Between a feast and a date: the date is none counted from it."""


def _is_of_short_month(before: model.Day, day: Says, now: datetime) -> bool:
    """四月没有三十一号那三十号: of the month that has no such day."""
    if not isinstance(before, model.MonthDay) or not isinstance(day, model.MonthDay):
        return False
    missing = not before.bare and resolve.resolve(before, now).doubt == "no-such-day"
    return missing and day.bare


def _goes_on(before: model.Day, day: Says) -> bool:
    """国庆放到八号…九号: both are counted from the feast."""
    first = before.day if isinstance(before, model.Since) else None
    both = isinstance(first, model.MonthDay) and isinstance(day, model.MonthDay) and day.bare
    return both and 0 < day.day - first.day <= _BREATH  # type: ignore[union-attr]


def _framed(frame: model.Day, day: Says, gap: str) -> model.Day | None:
    if isinstance(day, model.Between) and isinstance(frame, model.Named):
        first, last = (_framed(frame, end, gap) for end in (day.first, day.last))
        return replace(day, first=first, last=last) if first and last else None  # 五一二号到四号
    if isinstance(frame, model.Named | model.Blurred | model.OffWork):
        if _DENIES.search(gap):
            return None  # 谷雨不是二十五号
        weak = isinstance(frame, model.Named) and frame.weak
        weak = weak or (isinstance(frame, model.Blurred) and frame.days <= 0)  # 国庆前…二十九号
        if weak or not isinstance(day, model.MonthDay | model.LunarDay) or not day.bare:
            return None
        if isinstance(day, model.LunarDay) and not isinstance(frame, model.Blurred):
            return None
        base = frame.base if isinstance(frame, model.Blurred) else None
        if isinstance(base, DATED) and base.day == day.day:
            return None  # 初六以后有空初六就定了吧
        over = bool(_SINCE.search(gap))
        if isinstance(frame, model.OffWork) and frame.edge == "all" and not over:
            frame = replace(frame, edge="first")  # 国庆放假我六号…
        sure = not isinstance(frame, model.Named) or len(gap) < 3 or over
        return model.Since(frame, day, sure)
    if len(gap) > _FRAME_REACH or cues.in_front("refuse_before").search(gap):
        return None
    if isinstance(day, model.Between) and isinstance(frame, model.Weeks):
        first, last = (_framed(frame, end, gap) for end in (day.first, day.last))
        return replace(day, first=first, last=last) if first and last else None  # 下个礼拜一到五
    if (
        isinstance(frame, model.Weeks)
        and isinstance(day, model.Weekday)
        and frame.first <= day.weekday <= frame.last
        and day.weeks is None
    ):
        return None if day.again or day.this else replace(day, weeks=frame.weeks)
    if not isinstance(frame, model.Month) or frame.part == "end":
        return None
    if isinstance(day, model.BareDay) and len(gap) == 1 and gap not in _BEFORE_NUMBER:
        return None  # 八月习八: the tens were misheard
    if isinstance(day, model.BareDay) and not gap and _names_month(frame):
        return either_day(day.day, frame.month or 0)  # 十月十五三嫂来
    if isinstance(day, model.BareDay) or (isinstance(day, _calendar(frame)) and day.bare):
        return _day_of_month(frame, day)
    return None


def _names_month(month: model.Month) -> bool:
    """Whether it is a month of either calendar, of no year."""
    return month.month is not None and not month.lunar and month.years is None


def _calendar(month: model.Month) -> type[model.LunarDay | model.MonthDay]:
    return model.LunarDay if month.lunar else model.MonthDay


def _day_of_month(
    month: model.Month, day: model.BareDay | model.LunarDay | model.MonthDay
) -> model.Day:
    if month.lunar:
        return model.LunarDay(day.day, month.month, leap=month.leap)
    return model.MonthDay(day.day, month.month, month.months, years=month.years)


def _after_feasts(text: str, said: Said, _: datetime) -> Said:
    """国庆放完假头一个礼拜六: the first such day after it."""
    joined: Said = []
    for mention in said:
        before = joined[-1] if joined else None
        if (
            before is not None
            and is_date(before)
            and _is_beside(before.says)
            and isinstance(mention.says, model.Weekday)
            and mention.says.weeks is None
            and _FIRST.fullmatch(text, before.end, mention.start)
        ):
            first = "最后一|前一?个|[那嗰彼该果]" if _is_before(before.says) else "[一头那嗰彼该果]"
            named = re.search(first, text[before.start : mention.start]) is not None
            named = named or text.startswith("的", mention.start - 1)
            sure = named or before.says == model.Blurred(model.Offset(0), 1)
            second = "第二" in text[before.end : mention.start]
            day = mention.says.weekday
            says: model.Day = model.Following(before.says, day, None if sure or second else "vague")
            if second:
                says = model.Shifted(says, 7)
            joined[-1] = covering(before, mention, says)
        else:
            joined.append(mention)
    return joined


def _is_beside(day: model.Day) -> bool:
    if isinstance(day, model.Blurred):
        return day.days != 0
    return isinstance(day, model.OffWork) and day.edge == "after"


def _is_before(day: model.Day) -> bool:
    return isinstance(day, model.Blurred) and day.days < 0


def _stands_alone(text: str, said: Said, at: int, now: datetime) -> bool:
    """Drop words that changed no day, and numbers that turned out to be no days."""
    says = said[at].says
    if not isinstance(says, model.BareDay):
        return not isinstance(says, model.Change)
    if says.named:
        return 1 <= says.day <= 31
    before = said[at - 1] if at else None
    if before is None or not isinstance(before.says, model.Offset | model.Weekday):
        return False
    day = resolve.resolve(before.says, now).first
    if day is None:
        return False
    if says.day > 10 and before.end == said[at].start and _ENDS.match(text, said[at].end):
        return True  # 后天二十七: said to be checked
    return apposed(text, before, said[at]) and resolve.fits(says, day, now)


_STEPS: tuple[Callable[[str, Said, datetime], Said], ...] = (
    by_region,
    new_years_day,
    of_gods,
    leaps.told_behind,
    weekdays.begun,
    until_next_day,
    _earlier_hours,
    _changed_days,
    ranges,
    lasting,
    of_month_behind,
    of_feast,
    of_calendar_beside,
    feast_or_date,
    of_last_month,
    asked_and_answered,
    this_time_ahead,
    _next_again,
    _inherited,
    _in_frames,
    counted_again,
    _after_feasts,
    weekdays.near_dates,
    weekdays.in_order,
    calendars_named,
    bare_days,
    weekday_digits,
    recurrences,
)
