"""The ways of saying a day by the lunar calendar, by a feast, or by a public holiday."""

from __future__ import annotations

import re

from bot.understanding.times import model
from bot.understanding.times.amounts import amount
from bot.understanding.times.calendars import HOLIDAY_NAMES
from bot.understanding.times.date_rules import day_numbers
from bot.understanding.times.grammar import Build, Matched, Rule, rule
from bot.understanding.times.model import Says
from bot.understanding.times.naming import is_called, is_name

_DEPARTING_YEAR = range(20, 30)
"""大年二十九, 年廿八: days of the twelfth month, named for the new year they lead to."""

_PRICED = tuple("块点元角毛第")
"""Before 八一 these make it two numbers."""
_NUMBERS = frozenset({"五一", "六一", "七一", "八一", "三八"})
"""Feasts that are named by numbers alone; not before a measure word."""
_DONE = tuple("洗来做送吃去看扫打说讲修剪理接")
"""Before 过了 these tell what was done."""
_DayOff = model.OffWork | model.NextWorkday
_RESTED = re.compile("(?:放|歇|耍|玩|嬉|搞|休|休息)[完罢过撇煞好哩]?假?")
"""Behind a holiday: its days off are over."""
_YOU = re.compile("你们|你哋|你地|恁|汝等|人家|他们|单位")
_SPOKEN_OF = 6
"""How far behind a holiday's name its days off may be told."""
_LONGEST_MONTH = 31
_MEASURES = tuple("罐斤瓶盒碗包袋个只块元毛平")
_THE_DAY = ("当天", "当日", "正日", "正日子")
"""The feast itself, where the day before or after it was spoken of."""


# --- dates of the lunar calendar ---------------------------------------------------------------


def _months(m: Matched) -> int | None:
    return sum(token.number for token in m.all("mod")) if m.has("mod") else None


def _lunar_day(m: Matched) -> model.LunarDay | None:
    """腊月二十八, 农历三月十五, 初三, 下个月初三, 闰六月初一."""
    numbers = m.all("number", "digits")
    month = m.value("lmonth")
    dated = month is not None or len(numbers) > 1  # 三月初三娘娘庙 is where one goes that day
    if is_called(m) if dated else is_name(m):
        return None
    if month is None and m.has("month", "monthpart") and not m.has("mod") and len(numbers) > 1:
        month = numbers.pop(0).number
    if m.has("fullmoon") and numbers:
        month = numbers[0].number if m.tokens[-1].text == "月半" else None
        return model.LunarDay(15, month) if month in range(1, 13) else None
    if m.has("fullmoon"):
        return model.LunarDay(15, month, _months(m))
    days = day_numbers(numbers)
    if days is None or days[0] > 30 or (month is not None and not 1 <= month <= 12):
        return None
    if m.tokens[0].text == "大年" and days[0] in _DEPARTING_YEAR:
        month = 12
    return model.LunarDay(days[0], month, _months(m), m.value("year"), m.has("leap"), days[1])


def _leap_month_day(m: Matched) -> model.LunarDay | None:
    days = day_numbers(m.all("number", "digits"))
    return None if days is None else model.LunarDay(days[0], leap=True, last_day=days[1])


def _about_lunar_day(m: Matched) -> model.Blurred | None:
    day = m.all("number")[0].number
    return model.Blurred(model.LunarDay(day, m.value("lmonth")), 0) if day <= 30 else None


def _chu_after_month(m: Matched) -> model.LunarDay | None:
    """十月初三, 下个月初三, where the scanner reads 月初 as one word."""
    part = m.one("monthpart")
    return _lunar_day(m) if part is not None and part.value == "start" else None


def _around_new_year(m: Matched) -> model.LunarDay | None:
    """年初五; 年廿八, 年二十九."""
    number = m.tokens[-1]
    if m.has("yearpart"):
        first_days = m.tokens[0].value == "start" and number.number <= 10
        return model.LunarDay(number.number, 1) if first_days else None
    return model.LunarDay(number.number, 12) if number.number in _DEPARTING_YEAR else None


def _twenty(m: Matched) -> model.LunarDay | None:
    """廿三, which is said of lunar days only."""
    number = m.tokens[0]
    return model.LunarDay(number.number) if number.text.startswith(("廿", "卅")) else None


def _lunar_month(m: Matched) -> model.Month | None:
    if m.tokens[-1].text == "大年":
        return None
    part = "end" if m.has("bottom") else "start" if m.has("chu") else "whole"
    month = m.value("lmonth", "number")
    return model.Month(part, month, lunar=True, leap=m.has("leap"))


def _lunar_month_part(m: Matched) -> model.Month | None:
    """农历六月底; the number alone is no day of a month before it."""
    part, month = m.one("monthpart"), m.value("number")
    if part is None or month is None or not 1 <= month <= 12:
        return None
    return model.Month(part.value, month, lunar=True, leap=m.has("leap"))


def _first_lunar_day(m: Matched) -> model.LunarDay | None:
    """进腊月头一天, 闰六月头一天; 正月前一天 is the day before it."""
    over = m.before and m.before[-1].kind == "past"  # 出了正月头一天
    if over or m.tokens[-1].text.startswith("前"):
        return None
    return model.LunarDay(1, m.value("lmonth", "number"), leap=m.has("leap"))


def _last_lunar_day(m: Matched) -> model.Named | model.Month:
    """腊月最后一天, 闰六月最尾一日."""
    month = m.value("lmonth", "number")
    if month == 12:
        return model.Named("eve")
    return model.Month("last", month, lunar=True, leap=m.has("leap"))


LUNAR = [
    rule("腊月二十八", "lunar? YEAR? leap? lmonth chu? NUM ALSO (dayno | ri)?", _lunar_day),
    rule("农历三月十五", "lunar YEAR? leap? NUM month chu? NUM ALSO (dayno | ri)?", _lunar_day),
    rule("三月十五阴历的", "number month chu? NUM ALSO (dayno | ri | thatday)? lunar", _lunar_day),
    rule("正月二十几", "lmonth chu? number (few | lai) dayno?", _about_lunar_day),
    rule("十五阴历的", "chu? NUM ALSO (dayno | ri | thatday)? lunar", _lunar_day),
    rule("三月里初八", "YEAR? leap? number month chu NUM ALSO", _lunar_day),
    rule("闰月里头十五", "leap (month skipword? chu? | monthpart) NUM ALSO", _leap_month_day),
    rule("闰六月十五", "leap number month ge? NUM ALSO", _lunar_day),
    rule("农历十月初三", "lunar? YEAR? leap? number monthpart NUM ALSO", _chu_after_month),
    rule("下个月初三", "mod monthpart NUM ALSO NOUNIT", _chu_after_month),
    rule("下个月里初三", "mod ge? month chu NUM ALSO", _lunar_day),
    rule("初三", "lunar? chu NUM ALSO", _lunar_day),
    rule("阴历十五", "lunar NUM ALSO (dayno | ri)?", _lunar_day),
    rule("二月月半", "number month fullmoon", _lunar_day),
    rule("月亮圆那天", "(lmonth | mod ge? month)? fullmoon", _lunar_day),
    rule("六月半", "lunar? number fullmoon", _lunar_day),
    rule("年初五", "(yearpart | yearunit) NUM NOUNIT", _around_new_year),
    rule("廿三", "number NOUNIT", _twenty),
    rule(
        "正月里", "lunar? (lmonth | leap number month | lunar number month) bottom?", _lunar_month
    ),
    rule("农历六月底", "(leap | lunar) number monthpart", _lunar_month_part),
    rule("腊月初", "lmonth chu !number !digits", _lunar_month),
    rule("腊月头一天", "lmonth (first DAYUNIT | prevday)", _first_lunar_day),
    rule("闰六月头一天", "(leap | lunar) number month (first DAYUNIT | prevday)", _first_lunar_day),
    rule("腊月最后一天", "lmonth LASTDAY", _last_lunar_day),
    rule("闰六月最后一天", "(leap | lunar) number month LASTDAY", _last_lunar_day),
]


# --- feasts and public holidays ----------------------------------------------------------------


def _named(m: Matched) -> model.Named | None:
    after = m.after[0] if m.after else None
    if is_name(m) and not m.has("thatday"):
        return None
    token = m.all("named", "weaknamed")[0]
    if token.text in _NUMBERS and after and after.text.startswith(_MEASURES):
        return None  # 三块五一罐
    if token.text in _NUMBERS and m.before and m.before[-1].text.endswith(_PRICED):
        return None  # 一块八一平
    weak = token.kind == "weaknamed" and not m.has("thatday", "year", "solar", "lunar")
    return model.Named(token.value, m.value("year"), weak)


def _about_feast(days: int) -> Build:
    """过了中秋, 年前: not the feast itself; 三年前 is no feast at all."""

    def build(m: Matched) -> model.Blurred | None:
        told = m.before and m.before[-1].text.endswith(("都", "已经", "早", "也"))
        counted = m.before and m.before[-1].kind in ("number", "digits", "few", "half", "ge")
        if told or (counted and m.tokens[0].text.startswith("年")):
            return None  # 立春都过了; 三年前
        return model.Blurred(model.Named(m.tokens[1].value), days)

    return build


def _day_off(m: Matched, edge: str) -> _DayOff | None:
    """国庆放完假头一个上班的日子, 放假前一天; 十一 is the National Day here."""
    named, number = m.one("named", "weaknamed"), m.tokens[0]
    if number.kind == "number":
        return model.OffWork(edge, "国庆") if number.number == 11 else None
    if named is None:
        return model.OffWork(edge, _holiday_before(m))
    known = HOLIDAY_NAMES.get(named.value)
    if known is None and edge == "after" and m.has("workday"):
        return model.NextWorkday(model.Named(named.value))  # 重阳后第一个工作日
    return model.OffWork(edge, known) if known else None


_OWN_FIRST_DAY = ("solar:1-1", "solar:5-1", "solar:10-1", "lunar:1-1")
"""Feasts that begin a year or many days off: 头一天 is that first day, or the day before."""
_OVER = ("放完", "放了", "歇完", "休完", "过完", "耍完")
"""Before a holiday: it is over."""
_LONG_HOLIDAYS = ("春节", "劳动节", "国庆")


def _holiday_before(m: Matched) -> str | None:
    """国庆七天长假过完第一天: the holiday that is spoken of."""
    begin = m.tokens[0].start
    near = [t for t in m.before if t.kind == "named" and begin - t.end <= _SPOKEN_OF]
    return HOLIDAY_NAMES.get(near[-1].value) if near else None


def _begins_days_off(m: Matched) -> model.Named | None:
    """元旦放假那天: the feast itself, where its days off begin with it."""
    named = m.all("named", "weaknamed")[0]
    begins = named.value in _OWN_FIRST_DAY and named.value.startswith("solar")
    return model.Named(named.value) if begins else None


def _off_work(edge: str) -> Build:
    return lambda m: _day_off(m, edge)


def _after_days_off(m: Matched) -> _DayOff | model.Blurred | None:
    """收假头一天; in 八号收假九号来 it is told of the 8th.

    收假那天 may be the last day off as well.
    """
    told = m.before and m.before[-1].kind == "dayno" and m.before[-1].end == m.tokens[0].start
    if told and len(m.tokens) == 1:
        return None
    after = _day_off(m, "after")
    that_day = bool(m.after) and m.after[0].kind == "thatday" and m.tokens[-1].text == "收假"
    return model.Blurred(after, 0) if after and that_day else after


def _last_day_off(m: Matched) -> _DayOff | None:
    """国庆最后一天; the last two days are no day."""
    count = m.tokens[-2]
    return None if count.kind == "number" and count.number > 1 else _day_off(m, "last")


def _made_up_for(m: Matched) -> model.OffWork | None:
    """五一补班那天: the weekend day that is worked for it."""
    known = HOLIDAY_NAMES.get(m.all("named", "weaknamed")[0].value)
    return model.OffWork("makeup", known) if known else None


def _prevday(m: Matched) -> _DayOff | None:
    """放假头一天 is the first day off, 放假前一天 the day before."""
    return _day_off(
        m, "before" if any(t.text.startswith("前") for t in m.all("prevday", "before")) else "first"
    )


def _first_at_work(m: Matched) -> _DayOff | None:
    """五一歇了头一工上班, 过完年你们上班头一天: what stands between says no more than the rest."""
    said = m.all("other")[0].text
    known = _YOU if m.has("past") else _RESTED
    return _day_off(m, "after") if m.has("workday") and known.fullmatch(said) else None


def _last_of_rest(m: Matched) -> _DayOff | None:
    """国庆耍完最后那天: the last day off."""
    return _last_day_off(m) if _RESTED.fullmatch(m.all("other")[0].text) else None


def _first_of_named(m: Matched) -> model.Named | None:
    """高考第一天 is the day it is named for; 春节第一天 may be a day off before the feast."""
    named = m.all("named", "weaknamed")[0]
    begins = m.tokens[1].text.startswith("第") and named.value not in ("lunar:1-1", "eve")
    return model.Named(named.value) if begins else None


def _nth_day_off(m: Matched) -> model.Shifted | model.Blurred | None:
    """国庆放假第二天; whether 放完国庆假第二天 counts the first day at work is open."""
    over = bool(m.before) and m.before[-1].text.endswith(_OVER)
    if over and m.before[-1].end == m.tokens[0].start:
        after = _day_off(m, "after")
        return model.Blurred(after, 0) if after else None
    first = _day_off(m, "first")
    count = m.tokens[-2].number if m.has("di") else 2
    return None if first is None else model.Shifted(first, count - 1)


FEASTS = [
    rule("明年中秋", "year? NAMED thatday?", _named),
    rule("农历立秋", "(lunar | solar) NAMED thatday?", _named),
    rule("过了中秋", "past NAMED", _about_feast(1)),
    rule("年前", "ahead NAMED", _about_feast(-1)),
    rule("放完假头一个上班的日子", "past? HOLIDAY? holidayover FIRSTDAY?", _after_days_off),
    rule("国庆后头一天上班", "HOLIDAY holiday? nextday workday", _off_work("after")),
    rule("国庆后头一个工作日", "HOLIDAY holiday? (after | past) FIRSTDAY", _off_work("after")),
    rule("过完年头一天上班", "past HOLIDAY holiday? FIRSTDAY", _off_work("after")),
    rule(
        "放假回来上班", "HOLIDAY? holiday workday (first | prevday)? DAYUNIT?", _off_work("after")
    ),
    rule(
        "元旦上班第一天",
        "HOLIDAY (first ge? workday | workday (first | prevday))",
        _off_work("after"),
    ),
    rule(
        "五一补班那天",
        "NAMED holiday? (after | past | holidayover)? makeup thatday?",
        _made_up_for,
    ),
    rule("元旦放假那天", "NAMED holiday thatday", _begins_days_off),
    rule("国庆放假", "HOLIDAY holiday", _off_work("all")),
    rule("放假头一天", "HOLIDAY? holiday (prevday | before DAYUNIT)", _prevday),
    rule("放假第二天", "HOLIDAY? holiday (nextday | di number DAYUNIT)", _nth_day_off),
    rule("放假第一天", "HOLIDAY? holiday first DAYUNIT?", _off_work("first")),
    rule("五一歇了头一工上班", "(named past? | past HOLIDAY) other FIRSTDAY", _first_at_work),
    rule("国庆耍完最后那天", "named other LASTDAY", _last_of_rest),
    rule("高考第一天", "NAMED first DAYUNIT", _first_of_named),
    rule("假期最后一天", "(HOLIDAY? holiday | named) LASTDAY", _last_day_off),
    rule("国庆七天假最后一天", "named number DAYUNIT holiday LASTDAY", _last_day_off),
]


# --- what changes the day named beside it ------------------------------------------------------


def _shift(sign: int) -> Build:
    def build(m: Matched) -> model.Shift | model.Blur | None:
        count = amount(m)
        if count and count[0] > 1 and m.after and m.after[0].text.startswith("都"):
            return model.Blur(sign)  # 国庆前三天都在家: any of them
        if count and count[1] is not None:
            return model.Blur(sign)  # 清明头里十来天
        return model.Shift(sign * count[0]) if count else None

    return build


def _day_before(m: Matched) -> model.Shift | model.Blur | None:
    """前一天, 头一天; but 上班头一天 is the first at work, 国庆头一天 the first off or its eve."""
    beside = (*m.before[-1:], *m.after[:1])
    if any(token.kind == "workday" for token in beside):
        return None
    return model.Blur(-1) if _heads_holiday(m) else model.Shift(-1)


def _heads_holiday(m: Matched) -> bool:
    """Whether 头 stands right behind a feast that begins a year or many days off."""
    feast = m.before[-1] if m.before else None
    near = feast is not None and feast.end == m.tokens[0].start
    return near and m.tokens[0].text.startswith("头") and feast.value in _OWN_FIRST_DAY  # type: ignore[union-attr]


def _earlier_or_later(m: Matched) -> Says | None:
    """早一日, 晚两天: before or after the day named."""
    return _shift(-1 if m.tokens[0].value == "morning" else 1)(m)


def _eve_before_last(m: Matched) -> model.Shifted | None:
    """三十夜头一天: the day before the last evening of the year."""
    return model.Shifted(model.Named("eve"), -1) if m.tokens[0].number == 30 else None


def _after(m: Matched) -> model.Blur | None:
    """初五以后, 过了初五; in 这礼拜洗过了 it is told what was done."""
    beside = m.before[-1] if m.before and m.before[-1].end == m.tokens[0].start else None
    done = beside is not None and beside.kind in ("other", "lai") and beside.text.endswith(_DONE)
    return None if done and m.tokens[0].text == "过了" else model.Blur(1)


def _nth_day(m: Matched) -> model.Shift:
    return model.Shift(m.tokens[1].number - 1)


def _just_before(m: Matched) -> model.Shift | model.Blur:
    """清明头两天: two days before it; 清明头三天 and 国庆头两天 may as well be its first days."""
    count = m.all("number")[0].number
    long = bool(m.before) and HOLIDAY_NAMES.get(m.before[-1].value) in _LONG_HOLIDAYS
    return model.Shift(-2) if count == 2 and not long else model.Blur(-1)


def _number_and_that_day(m: Matched) -> model.BareDay | None:
    """十五那天; 满八十一那天 tells an age."""
    number = m.tokens[0].number
    return model.BareDay(number, named=True) if number <= _LONGEST_MONTH else None


def _weeks_later(m: Matched) -> model.Shift:
    return model.Shift(7 * m.all("number")[0].number)


SHIFTS = [
    rule("三十夜头一天", "number short prevday", _eve_before_last),
    rule("前一天", "prevday", _day_before),
    rule("第二天", "nextday", lambda _: model.Shift(1)),
    rule("前两天", "before COUNT DAYUNIT", _shift(-1)),
    rule("前嗰晚", "before thatday", lambda _: model.Shift(-1)),
    rule("前的最后一天", "before LASTDAY", lambda _: model.Shift(-1)),
    rule("头两天", "first number DAYUNIT", _just_before),
    rule("提前两天", "early COUNT DAYUNIT", _shift(-1)),
    rule("早一日", "short COUNT DAYUNIT", _earlier_or_later),
    rule("当天", "thatday", lambda m: model.Shift(0) if m.tokens[0].text in _THE_DAY else None),
    rule("推后两天", "later COUNT DAYUNIT", _shift(1)),
    rule("顺延一个礼拜", "later number ge? week", _weeks_later),
    rule("后三天", "after COUNT DAYUNIT", _shift(1)),
    rule("第三天", "di number DAYUNIT", _nth_day),
    rule("左右", "around", lambda _: model.Blur(0)),
    rule("以后", "(after | past)", _after),
    rule("之前", "before", lambda _: model.Blur(-1)),
    rule("十五那天", "number thatday", _number_and_that_day),
    rule("十五", "number NOUNIT", lambda m: model.BareDay(m.tokens[0].number)),
]

RULES: list[Rule] = [*LUNAR, *FEASTS, *SHIFTS]
"""Every rule of this module; the last of them are tried last."""
