"""What was left open is completed: recurrences without a day, numbers without a unit."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from bot.understanding.times import calendars, cues, model, resolve
from bot.understanding.times.apposing import apposed
from bot.understanding.times.model import DATED, Mention, Said, Says, covering, is_date, is_time

_WHICH_WEEKDAY = re.compile("(?:那天)?(?:是|系)?(?:礼拜|星期|周|拜)几")
"""Behind a day: which day of the week it is."""
_A_WEEK = 7
"""Days ahead from which a weekday may be that of another week."""
_FEAST_BY_NUMBERS = re.compile("[一二三四五六七八九]月[一二三四五六七八九]")
_SOON = 3
"""Days ahead up to which a date of the solar calendar may be meant by the name of a feast."""
_NEAR = 6
"""How many characters may stand between a recurrence and its day (洗一次澡礼拜六)."""
_TURNED = re.compile(r"[不别没]|除")
_OPEN_GAP = re.compile(r"(?:[，,、\s]|就|是|在|定|的|吧|啊|嘛|和|跟|同|上门|来|送|我看|最好|每次)*")
_CALENDAR = re.compile(
    "(?:那天|那日|[来嚟去啊嘛哈吧呢喔哦，,])*(?:我?(?:是)?[说讲话]的?)?(?:是|系)?"
    "(?:(?:不是|毋是|唔系)(?:阴历|农历|阳历|新历|公历|旧历|老历)[的喔哦啊，,]*)?(?:我?[说讲]的)?(?:是|系)?"
    "(阴历|农历|旧历|老历|阳历|新历|公历)(?!也)"
)
_CALENDAR_LAST = re.compile(
    "(阴历|农历|旧历|老历|阳历|新历|公历)(?:那个|的|个|嘅|底)?(?:日子)?算?[啊哦嘛哈吧喔]*$"
)
"""四月二十来帮忙阳历的: the last word of a line."""
_EVERY_FOUR_YEARS = re.compile("四年[才就]?(?:有)?[得的]?一[回次趟摆遭]|闰[日天]")
_MOVED = re.compile("[改换挪调徙移][成到为做在去]?[了]?$")
_MOVED_REACH = 14
"""How many characters may stand between a recurrence and the day it is moved to."""
_LITTLE_YEAR = frozenset({23, 24})
"""Days of the last lunar month on which 小年 is kept, in the north and in the south."""
_AND = re.compile("[，,、]?(?:和|跟|同|佮)?")
_SOLAR_NAMES = ("阳历", "新历", "公历")
_WISHED = re.compile(
    r"(?:你[们哋]?|恁|汝等?)[就再才正先]?(?:来|嚟)|吧|来|再|过来|上门|都可以|都[行成中得好]|都要得|都会使|[上中下晌]午|早|晚|一大早|透早|[前后头上下]晌|[上下]昼|昼边|下晡|暗|朝|清|傍"
)


_TENTH = 10
"""Up to this number a day of the lunar month is told with 初."""
_LAST_MONTH = 12
"""The month whose days are told by their numbers alone (二十八)."""
_CHORES = re.compile(
    "[打扫掸除]扬?[尘屋房厝]|扫房|大扫除|洗邋遢|祭灶|辞灶|谢灶|送灶|[磨做打推]豆腐|[杀宰]公?[猪鸡羊鸭年]"
    "|[炖割煮]大?肉|把面发|[发和]面|蒸[馍馒枣糕粿]|炊粿|做粿|[打舂捣][糍年]|炸[丸油豆麻]|煎堆|贴[对春花窗门]|糊窗|打酒|赶年集|办年货"
)
"""What every house does on the last days of the year."""
_SETTLED_ON = re.compile(
    "(?:嘛|咯|呗|啦|哇|喽|哈)(?!了)|歇|正有|[才正先][有得]|得[空闲]|有[空闲]|那天|彼工|嗰日|该日"
)
_ASKED_TODAY = re.compile("今[天日儿朝晡仔]?[个日]?(?:是|系)?(?:农历|阴历)?([几初])(?:号|几)")
"""Which calendar is spoken of."""


# --- recurrences -------------------------------------------------------------------------------


_GODS_DAY = re.compile(
    "(?:观音|菩萨|佛祖|如来|弥勒|地藏|妈祖|天后|娘娘|圣母|王母|关公|关帝|关老?爷|帝爷|土地|伯公|财神|龙王|龙母|天公|"
    "三界公|玉皇|文昌|魁星|城隍|三官|灶君|灶王|老君|吕祖|药王|祖师|大帝|王爷|公王|北帝|洪圣|谭公|车公|大仙|太子)"
    "[^，,天日工]{0,2}?(?:诞|圣诞|生日|生(?![人病])|得道|成道|出家|飞升|庙会)"
)
"""Behind a date: the day of a god."""
_NEAR_IN_MONTH = 5
"""Days by which a number may miss the lunar date beside it, to be of its month."""


def recurrences(text: str, said: Said, _: datetime) -> Said:
    """两个礼拜来一次礼拜三: the days that a recurrence left open stand behind it."""
    joined: Said = []
    moved = 0
    for mention in said:
        before = joined[-1] if joined else None
        says = None
        if before is not None and isinstance(before.says, model.Repeat):
            gap = text[before.end : mention.start]
            says = _moved_to(before.says, mention.says, gap, begun=before.end == moved)
            moved = mention.end if says is not None else 0
            near = len(gap) <= _NEAR and not _TURNED.search(gap)
            open_gap = near or _OPEN_GAP.fullmatch(gap)
            says = says or (_with_day(before.says, mention.says) if open_gap else None)
        if before is None or says is None:
            joined.append(mention)
        else:
            joined[-1] = covering(before, mention, says)
    return joined


def _moved_to(repeat: model.Repeat, day: Says, gap: str, *, begun: bool) -> model.Repeat | None:
    """每个礼拜三…改成礼拜四, and 礼拜五 beside it: the days of the week are changed."""
    bare = isinstance(day, model.Weekday) and day.weeks is None and not (day.this or day.again)
    if not bare or not repeat.weekdays or repeat.freq != "WEEKLY":
        return None
    assert isinstance(day, model.Weekday)
    if begun and _AND.fullmatch(gap):
        return replace(repeat, weekdays=tuple(sorted({*repeat.weekdays, day.weekday})))
    moved = len(gap) <= _MOVED_REACH and _MOVED.search(gap)
    return replace(repeat, weekdays=(day.weekday,), times=1) if moved else None


def _with_day(repeat: model.Repeat, day: Says) -> model.Repeat | None:
    if isinstance(day, model.Weekday) and repeat.freq == "WEEKLY":
        bare = day.weeks is None and not day.this and not day.again
        if not bare or day.weekday in repeat.weekdays or not _is_open(repeat):
            return None
        days = tuple(sorted((*repeat.weekdays, day.weekday)))
        return replace(repeat, weekdays=days, doubt=_still_open(repeat, days))
    if repeat.freq != "MONTHLY" or repeat.weekdays or not _is_open(repeat):
        return None
    if isinstance(day, model.Month) and day.part != "whole" and not repeat.month_days:
        return replace(repeat, doubt="vague")
    if not isinstance(day, DATED) or not day.bare or day.day in repeat.month_days:
        return None
    lunar = isinstance(day, model.LunarDay)
    if repeat.month_days and lunar != repeat.lunar:
        return None
    days = tuple(sorted((*repeat.month_days, day.day)))
    return replace(repeat, month_days=days, lunar=lunar, doubt=_still_open(repeat, days))


def _is_open(repeat: model.Repeat) -> bool:
    return repeat.times > len(repeat.weekdays or repeat.month_days)


def _still_open(repeat: model.Repeat, days: tuple[int, ...]) -> str | None:
    return repeat.doubt if repeat.times > len(days) else None


# --- calendars named behind the day ------------------------------------------------------------


def calendars_named(text: str, said: Said, _: datetime) -> Said:
    """下个月十五不是阳历是阴历: the calendar may be named behind the day."""
    return [_of_calendar(text, mention) for mention in said]


def _of_calendar(text: str, mention: Mention[Says]) -> Mention[Says]:
    says = mention.says
    if not isinstance(says, model.MonthDay | model.EitherDay | model.BareDay):
        return mention
    if text.endswith(("号", "日"), mention.start, mention.end):
        return mention
    named = _CALENDAR.match(text, mention.end)
    if named is None and isinstance(says, model.EitherDay):
        named = _CALENDAR_LAST.search(text, mention.end)
    if named is None and _is_leap_day(text, says):
        return covering(mention, mention, model.MonthDay(29, 2))
    if named is None:
        return mention
    month = None if isinstance(says, model.BareDay) else says.month
    months = says.months if isinstance(says, model.MonthDay) else None
    if named[1] in _SOLAR_NAMES:
        return covering(mention, mention, model.MonthDay(says.day, month, months))
    return covering(mention, mention, model.LunarDay(says.day, month, months))


def _is_leap_day(text: str, says: Says) -> bool:
    """二月二十九…四年才一回."""
    return says == model.EitherDay(29, 2) and _EVERY_FOUR_YEARS.search(text) is not None


# --- numbers without a unit --------------------------------------------------------------------


def bare_days(text: str, said: Said, now: datetime) -> Said:
    """三十晚上 in the last lunar month is its last evening; 就二十八吧 is of either calendar."""
    return [_bare_day(text, said, at, now) for at in range(len(said))]


def _bare_day(text: str, said: Said, at: int, now: datetime) -> Mention[Says]:
    mention = said[at]
    if not isinstance(mention.says, model.BareDay) or not 1 <= mention.says.day <= 31:
        return mention
    same = _day_named_by(mention.says.day, said, at, now)
    if same is not None and (is_wished(text, mention) or mention.end == len(text)):
        return replace(mention, says=same)
    asked = _ASKED_TODAY.search(text, 0, mention.start)
    if asked and mention.says.day > 9 and is_wished(text, mention):  # 今天几号啊二十二…二十五来
        lunar = asked[1] == "初"
        day = mention.says.day
        return replace(mention, says=model.LunarDay(day) if lunar else model.MonthDay(day))
    evening = at + 1 < len(said) and said[at + 1].says == model.Part("evening")
    others = [m for m in said[:at] + said[at + 1 :] if is_date(m)]
    alone = not any(mention.start - m.end not in range(4) for m in others)  # 后天就是三十晚上
    last_month = calendars.lunar_month_of(now.date()).month == 12
    if mention.says.day == 30 and last_month and evening and alone:
        return replace(mention, says=model.Named("eve"))
    hour = at + 1 < len(said) and is_time(said[at + 1]) and said[at + 1].start == mention.end
    if hour and mention.says.day > 10:  # 十五上午
        return replace(mention, says=replace(mention.says, named=True))
    if mention.says.day > 9 and is_wished(text, mention):
        return replace(mention, says=replace(mention.says, named=True))
    return mention


def _day_named_by(day: int, said: Said, at: int, now: datetime) -> model.Day | None:
    """下个礼拜一…那就二十七: the calendar in which a number is that of another day told before it.

    Where days are told by the solar calendar only (二十号今天啊那就二十三), the number is as well.
    """
    told = _calendar_told(said[:at], now)
    if told is not None:
        return told(day)
    before = [m.says for m in said[:at] if is_date(m) and not isinstance(m.says, model.BareDay)]
    before = [says.base if isinstance(says, model.Blurred) else says for says in before]
    days = [resolve.resolve(says, now) for says in before]
    ahead = [found for found in days if found.single and found.first != now.date()]
    readings = (model.MonthDay(day), model.LunarDay(day))
    fitting = [r for r in readings if any(resolve.resolve(r, now).is_same(d) for d in ahead)]
    if len(fitting) == 1:
        return fitting[0]
    for says in reversed(before):
        if isinstance(says, model.LunarDay) and says.month is not None:
            return replace(says, day=day) if abs(says.day - day) <= _NEAR_IN_MONTH else None
    solar = any(isinstance(says, model.MonthDay) for says in before)
    lunar = any(isinstance(says, model.LunarDay | model.Named | model.EitherDay) for says in before)
    return model.MonthDay(day) if solar and not lunar and day > _TENTH else None


def _calendar_told(said: Said, now: datetime) -> type[model.MonthDay] | type[model.LunarDay] | None:
    """今天二十五…那二十七: the one calendar in which a day near is the number beside it."""
    for one, other in pairwise(said):
        near = isinstance(one.says, model.Offset) and isinstance(other.says, model.BareDay)
        day = resolve.resolve(one.says, now).first if near else None  # type: ignore[arg-type]
        if day is None or other.start != one.end:
            continue
        solar = other.says == model.BareDay(day.day)
        lunar = other.says == model.BareDay(calendars.lunar_day_of(day))
        if solar != lunar:
            return model.MonthDay if solar else model.LunarDay
    return None


def of_last_month(text: str, said: Said, now: datetime) -> Said:
    """二十八打扬尘二十九才得空: the days of the last lunar month, each with its chore."""
    named = any(isinstance(m.says, model.LunarDay) and m.says.month for m in said)
    if named or calendars.lunar_month_of(now.date()).month != _LAST_MONTH:
        return said
    return [
        replace(m, says=model.LunarDay(m.says.day, _LAST_MONTH))
        if isinstance(m.says, model.BareDay) and _CHORES.match(text, m.end) and m.says.day > _TENTH
        else m
        for m in said
    ]


def is_wished(text: str, number: Mention[Says]) -> bool:
    """十六来, 就二十八吧: a number that must be a day."""
    if number.end - number.start > 1 and _WISHED.match(text, number.end):
        return True
    wished = cues.in_front("wish_before").search(text, 0, number.start)
    asked = cues.behind("wish_behind", through="before_wish").match(text, number.end)
    return wished is not None and (asked is not None or number.end == len(text))


def is_settled_on(text: str, number: Mention[Says]) -> bool:
    """正月十五打牌十六嘛: a number that is a day beside another day of its month."""
    settled = number.end - number.start > 1 and _SETTLED_ON.match(text, number.end)
    return bool(settled) or is_wished(text, number)


def weekday_digits(text: str, said: Said, now: datetime) -> Said:
    """礼拜二十号 may be 礼拜二, 十号 or 礼拜, 二十号: take the reading that agrees with itself."""
    joined: Said = []
    for mention in said:
        before = joined[-1] if joined else None
        longer = None
        if before is not None and before.end == mention.start:
            longer = _longer_number(before.says, mention.says, now)
        if before is not None and longer is not None:
            joined[-1] = covering(before, mention, longer)
        else:
            joined.append(mention)
    return joined


def _longer_number(says: Says, number: Says, now: datetime) -> model.MonthDay | None:
    if not isinstance(says, model.Weekday) or not isinstance(number, model.MonthDay):
        return None
    if not number.bare or not 10 <= number.day <= 19 or says.weekday not in (2, 3):
        return None
    here = resolve.resolve(number, now)
    if here.first is not None and resolve.fits(says, here.first, now):
        return None
    joined = model.MonthDay(number.day - 10 + says.weekday * 10)
    there = resolve.resolve(joined, now).first
    week = resolve.resolve(model.Weeks(says.weeks or 0), now)
    if there is None or week.first is None or week.last is None:
        return None
    return joined if week.first <= there <= week.last else None


# --- days that are named or counted again -------------------------------------------------------


def by_region(_: str, said: Said, now: datetime) -> Said:
    """腊月二十三过小年: which of the two days 小年 is, where it is said."""
    told = sorted(_days_of_little_year(said, now) & _LITTLE_YEAR)
    if len(told) != 1:
        return said
    named = model.Named(f"lunar:12-{told[0]}")
    return [replace(m, says=named) if m.says == model.Named("little") else m for m in said]


def _days_of_little_year(said: Said, now: datetime) -> set[int]:
    """今儿小年明儿二十四: the day it is told to be, before any number that is said beside it."""
    for day, name in pairwise(said):
        if isinstance(day.says, model.Offset) and name.says == model.Named("little"):
            first = resolve.resolve(day.says, now).first
            return set() if first is None else {calendars.lunar_day_of(first)}
    return {m.says.day for m in said if isinstance(m.says, model.LunarDay | model.BareDay)}


def new_years_day(_: str, said: Said, now: datetime) -> Said:
    """后天不就是新年了嘛: the solar one, where it is a name of the first of January."""
    near = (resolve.resolve(m.says, now).first for m in said if isinstance(m.says, model.Offset))
    if not any(day is not None and (day.month, day.day) == (1, 1) for day in near):
        return said
    new_year = model.Named("solar:1-1")
    return [replace(m, says=new_year) if _is_new_year(m.says) else m for m in said]


def _is_new_year(says: Says) -> bool:
    """新年 may be of either calendar; 春节 is not weak."""
    return isinstance(says, model.Named) and says.weak and says.day == "lunar:1-1"


def counted_again(text: str, said: Said, now: datetime) -> Said:
    """四号到六号…这三天, 周末…这两天: the days just named are counted, no others are told."""
    return [_summed_up(text, said[:at], m, now) for at, m in enumerate(said)]


def _summed_up(text: str, before: Said, mention: Mention[Says], now: datetime) -> Mention[Says]:
    says = mention.says
    counted = isinstance(says, model.Ahead) and (says.unit, says.count) == ("day", 0)
    if not counted or text[mention.start] not in "这呢即箇迭":
        return mention
    told = (m.says for m in reversed(before) if isinstance(m.says, model.Between | model.Weeks))
    for one in told:
        days = resolve.resolve(one, now)
        if days.first and days.last and (days.last - days.first).days + 1 == says.most:  # type: ignore[union-attr]
            return replace(mention, says=one)
    return mention


def of_month_behind(text: str, said: Said, _: datetime) -> Said:
    """初十…十二来农历二月: the month of the days told before it."""
    last = said[-1] if said else None
    if (
        last is None
        or not isinstance(last.says, model.Month)
        or text[last.end :].strip("啊哈吧的哦，")
    ):
        return said
    month = last.says
    if not month.lunar or month.part != "whole" or not _names_bare_days(said[:-1]):
        return said
    found: Said = []
    for mention in said[:-1]:
        if isinstance(mention.says, model.LunarDay | model.BareDay):
            day = model.LunarDay(mention.says.day, month.month, leap=month.leap)
            mention = replace(mention, says=day)
        found.append(mention)
    return found


def of_feast(text: str, said: Said, _: datetime) -> Said:
    """初三赤口, 初九天公生: the feast beside a day of the month tells its month."""
    found = list(said)
    for at, (one, other) in enumerate(pairwise(said)):
        for index, day, name in ((at, one, other), (at + 1, other, one)):
            month = _month_of_feast(day.says, name.says)
            if month is not None and apposed(text, one, other):
                assert isinstance(day.says, model.LunarDay)
                found[index] = replace(day, says=replace(day.says, month=month))
    return found


def of_gods(text: str, said: Said, _: datetime) -> Said:
    """六月十九观音诞: what is kept of gods is kept by the lunar calendar."""
    return [
        replace(m, says=m.says.readings[1])
        if isinstance(m.says, model.EitherDay) and _GODS_DAY.match(text, m.end)
        else m
        for m in said
    ]


def of_calendar_beside(text: str, said: Said, _: datetime) -> Said:
    """出了十五吧正月十六: a number beside a lunar date is of its month."""
    found = list(said)
    for at, (one, other) in enumerate(pairwise(said)):
        blurred, lunar = one.says, other.says
        if not isinstance(blurred, model.Blurred) or not isinstance(lunar, model.LunarDay):
            continue
        number = blurred.base.day if isinstance(blurred.base, model.BareDay) else 0
        if number and abs(lunar.day - number) <= _NEAR_IN_MONTH and apposed(text, one, other):
            found[at] = replace(one, says=replace(blurred, base=replace(lunar, day=number)))
    return found


def asked_and_answered(text: str, said: Said, now: datetime) -> Said:
    """二十三号是星期几星期一啊那就星期一: the weekday that was asked for names the same day.

    Of another weekday it is open which week's it is, where that day is far.
    """
    found = list(said)
    for at, mention in enumerate(said):
        asked = _WHICH_WEEKDAY.match(text, mention.end) if is_date(mention) else None
        day = resolve.resolve(mention.says, now) if asked else None  # type: ignore[arg-type]
        if day is None or not day.single or day.first is None:
            continue
        for later in range(at + 1, len(said)):
            name = said[later].says
            if not isinstance(name, model.Weekday) or name != model.Weekday(name.weekday):
                continue
            if resolve.fits(name, day.first, now):
                found[later] = replace(said[later], says=mention.says)
            elif (day.first - now.date()).days >= _A_WEEK:
                found[later] = replace(said[later], says=replace(name, doubt="vague"))
    return found


def this_time_ahead(_: str, said: Said, __: datetime) -> Said:
    """下礼拜这个时候: a week from today at the hour of the call."""
    found = list(said)
    for at, (frame, hour) in enumerate(pairwise(said)):
        beside = isinstance(hour.says, model.SameHour) and frame.end == hour.start
        if (
            beside
            and isinstance(frame.says, model.Weeks)
            and frame.says == model.Weeks(frame.says.weeks)
        ):
            found[at] = replace(frame, says=model.Ahead("week", frame.says.weeks))
        elif beside and frame.says == model.Month(months=1):
            found[at] = replace(frame, says=model.Ahead("month", 1))
    return found


def feast_or_date(text: str, said: Said, now: datetime) -> Said:
    """二月二, said on the first of February: tomorrow, or the feast weeks ahead."""
    return [_asked_if_near(text, mention, now) for mention in said]


def _asked_if_near(text: str, mention: Mention[Says], now: datetime) -> Mention[Says]:
    says = mention.says
    bare = _FEAST_BY_NUMBERS.fullmatch(text, mention.start, mention.end)
    if not bare or not isinstance(says, model.LunarDay) or says.years is not None:
        return mention
    solar = resolve.resolve(model.MonthDay(says.day, says.month), now)
    near = solar.first is not None and not solar.doubt
    if not near or (solar.first - now.date()).days > _SOON:  # type: ignore[operator]
        return mention
    return replace(mention, says=replace(says, doubt="calendar"))


def _month_of_feast(day: Says, name: Says) -> int | None:
    """The month of a feast that is kept on a day of the lunar month told without one."""
    if not isinstance(day, model.LunarDay) or not isinstance(name, model.Named) or not day.bare:
        return None
    kind, _, value = name.day.partition(":")
    if kind != "lunar":
        return None
    month, number = map(int, value.split("-"))
    return month if number == day.day else None


def _names_bare_days(said: Said) -> bool:
    dates = [m.says for m in said if is_date(m)]
    bare = [isinstance(day, model.LunarDay) and day.bare for day in dates]
    counts = [isinstance(day, model.BareDay) for day in dates]
    return any(bare) and all(one or count for one, count in zip(bare, counts, strict=True))
