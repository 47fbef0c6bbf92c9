"""The ways of saying a day by the week or by the solar calendar."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.understanding.times import cues, model
from bot.understanding.times.amounts import number_pair
from bot.understanding.times.grammar import Matched, Rule, rule
from bot.understanding.times.naming import is_called, is_name
from bot.understanding.times.scanner import Token

_LUNAR_WITHOUT_NAME = frozenset(
    [(1, 15), (2, 2), (3, 3), (4, 8), (5, 5), (6, 6), (7, 7), (7, 15), (8, 15), (9, 9)]
)
"""Said without 号 or 初, these are feasts of the lunar calendar."""
_THIS_CENTURY = 45
"""Years said with two digits from this one on are years of birth (四六年)."""
_ADDRESS_BEFORE = tuple("路街巷弄村道组社园区镇乡里楼门院幢栋厝站线坊港坡桥牌")
_ADDRESS_AFTER = (*tuple("楼院门线车床栋幢室铺信病柜桌厅馆房机位店桥井公员窗巴"), "单元")
_NO_ADDRESS = re.compile(
    "^(?!.*(?:住(?!院)|地址|搬[到去]))"
    ".*(?:[住出转医]院|[出上回串关开]门|[公游陵果菜茶]园|动物园|植物园|幼儿园"
    "|[回进去下]村|[下回返还]乡|去镇|[走上赶]路|[上逛赶行]街|[上下][坡楼])$"
)
"""Common places and errands that end as streets and houses do: 上公园二十号."""
_LAST_DAYS = range(25, 32)
_COMES = tuple("来嚟过上再先才就")
_MEANT = tuple("是系要到成就换改")
"""Right before 下个 that stands for a weekday told before."""


# --- weeks and weekdays ------------------------------------------------------------------------


def named_ahead(m: Matched) -> int | None:
    """Calendar weeks or months from this one; None where none was named."""
    named = m.all("mod")
    return sum(token.number for token in named) if named else None


def _sunday(m: Matched) -> model.Weekday | None:
    """礼拜早起: where the week is named for its Sunday."""
    after = m.after[0] if m.after else None
    behind = after is not None and after.kind == "part" and after.start == m.tokens[0].end
    alone = not m.before or m.before[-1].kind not in ("mod", "ge", "number", "every", "again")
    return model.Weekday(7) if behind and alone and m.tokens[0].text == "礼拜" else None


def _weekday_or_name(m: Matched) -> model.Weekday | None:
    """礼拜三, 下下礼拜三; who is called 周一平 says no day."""
    return None if is_called(m) else weekday_named(m)


def weekday_named(m: Matched) -> model.Weekday:
    """礼拜三, 下下礼拜三: the weekday, and the week told with it."""
    weeks = named_ahead(m)
    return model.Weekday(
        m.value("weekday") or 0, weeks or None, this=weeks == 0, again=m.has("again")
    )


def _same_weekday_of(m: Matched) -> model.Weekday | None:
    """不是这个礼拜三是下个: the weekday named before, of another week."""
    named = [token for token in m.before if token.kind == "weekday"]
    told = bool(m.before) and m.before[-1].text.endswith(_MEANT)
    elliptic = m.tokens[0].text.endswith(("个", "只")) and not m.after and told
    if not elliptic or not named:
        return None
    return model.Weekday(named[-1].number, m.tokens[0].number or None)


def _week_skipped(m: Matched) -> model.Ahead | None:
    """隔个礼拜嘅礼拜四, 隔一个礼拜三: of next week, or of the one behind it."""
    if any(token.number != 1 for token in m.all("number")):
        return None
    return model.Ahead("week", 1, 2, m.value("weekday"))


def _same_weekday(m: Matched) -> model.Ahead | None:
    """下礼拜还是这天: the weekday of the call, a week on."""
    if m.all("mod")[-1].number != 0:
        return None
    return model.Ahead("week", m.all("mod")[0].number)


def _weekday_apart(m: Matched) -> model.Weekday | None:
    """下个礼拜的三."""
    number = m.value("number") or 0
    apart = m.tokens[-1].start > m.tokens[-2].end and not (m.after and m.after[0].kind == "ci")
    return model.Weekday(number, named_ahead(m)) if apart and number < 7 else None


def _weekday_range(m: Matched) -> model.Between | None:
    """周一到五, where the second day is a bare digit."""
    first, last = weekday_named(m), m.value("number") or 0
    if not first.weekday < last <= 7:
        return None
    return model.Between(first, model.Weekday(last, first.weeks, first.this))


def _several_weekdays(m: Matched) -> model.Between | None:
    """礼拜三四, 下礼拜一二三: days to choose from; 周一三五 is for repeat_rules."""
    first = weekday_named(m)
    days = [first.weekday, *map(int, m.tokens[-1].value)]
    rising = all(day < later for day, later in pairwise(days))
    in_a_row = days == list(range(days[0], days[0] + len(days)))
    if not rising or days[-1] > 6 or not (in_a_row or m.has("mod")):
        return None
    behind = "".join(token.text for token in m.after)
    free = cues.behind("either", through="small").match(behind)
    begin = first if free and in_a_row else replace(first, doubt="two-days")
    return model.Between(begin, replace(first, weekday=days[-1]))


def _saturday_and_sunday(m: Matched) -> model.Between | None:
    first = weekday_named(m)
    if first.weekday != 6 or m.tokens[-1].start > m.tokens[-2].end:
        return None
    return model.Between(first, replace(first, weekday=7))


def _week(m: Matched) -> model.Weeks:
    weeks = named_ahead(m) or 0
    part = m.one("weekpart")
    if part is None:
        return model.Weeks(weeks + m.has("again"))
    first, last = {"start": (1, 2), "middle": (3, 4), "end": (5, 7)}[part.value]
    return model.Weeks(weeks, first, last, vague=True)


def _week_edge(m: Matched) -> model.Weekday | model.Weeks:
    """下礼拜头一天, 这个星期最后一天, 下礼拜头两天."""
    count = m.value("number") or 1
    if count > 1:
        first, last = (8 - count, 7) if m.has("last") else (1, count)
        return model.Weeks(named_ahead(m) or 0, first, last)
    return model.Weekday(7 if m.has("last") else 1, named_ahead(m))


def _weekend(m: Matched) -> model.Weeks:
    return model.Weeks(named_ahead(m) or 0, 6, 7)


WEEKS = [
    rule("下个礼拜三", "(mod+ ge? week?)? weekday", _weekday_or_name),
    rule("下个礼拜的三", "mod ge? week number NOUNIT", _weekday_apart),
    rule("不是这个礼拜三是下个", "mod", _same_weekday_of),
    rule("下礼拜还是这天", "mod ge? week or? mod DAYUNIT", _same_weekday),
    rule("隔个礼拜的礼拜四", "skip number? ge week? weekday", _week_skipped),
    rule("礼拜早起", "week", _sunday),
    rule("再下一个礼拜天", "again ge? week? weekday", weekday_named),
    rule("周一到五", "mod* weekday to number NOUNIT", _weekday_range),
    rule("星期六日", "mod* ge? week? weekday ri", _saturday_and_sunday),
    rule("下礼拜三四", "(mod+ ge? week?)? weekday NUM NOUNIT", _several_weekdays),
    rule("下个礼拜", "(mod | again) ge? week", _week),
    rule("下个礼拜最后一天", "mod+ ge? week (first DAYUNIT | prevday | LASTDAY)", _week_edge),
    rule("下礼拜头两天", "mod+ ge? (week first | weekpart) number DAYUNIT", _week_edge),
    rule("下礼拜头上", "mod? weekpart", _week),
    rule("这个周末", "mod? weekend", _weekend),
]


# --- dates of the solar calendar ---------------------------------------------------------------


def _date_parts(m: Matched) -> tuple[int | None, int | None, list[Token]]:
    """Year as said, month as said, and the numbers behind the month."""
    numbers = m.all("number", "digits")
    year = month = None
    if m.has("yearunit"):
        year = numbers.pop(0).number
    if (
        m.has("month", "monthpart")
        and not m.has("mod")
        and numbers
        and m.tokens[0] is not m.one("monthpart")
    ):
        month = numbers.pop(0).number
    return year, month, numbers


def _is_year(m: Matched) -> bool:
    """二六年 and 2026年 name a year, 结婚六十年了 a count."""
    number, unit = m.all("number", "digits")[0], m.all("yearunit")[0]
    following = m.tokens[m.tokens.index(unit) + 1]
    named = number.kind == "digits" or number.text.isdigit() or number.number >= 1900
    return named and following.start == unit.end


_FAR_APART = 3
"""Days by which two that are named in one breath do not lie apart (二九号 is the 29th)."""


def day_numbers(numbers: list[Token]) -> tuple[int, int | None] | None:
    """The day (and the last day where two are named: 十五六号)."""
    if (day := _tens_and_ones(numbers)) is not None:
        return day, None
    if (pair := number_pair(numbers)) is not None:
        return pair if pair[0] >= 1 and pair[1] <= 31 else None
    if len(numbers) != 1 or not 1 <= numbers[0].number <= 31:
        return None
    return numbers[0].number, None


def _tens_and_ones(numbers: list[Token]) -> int | None:
    """二九号: the day said digit by digit."""
    said = numbers[0].value if len(numbers) == 1 and numbers[0].kind == "digits" else ""
    if len(said) != 2 or int(said[1]) - int(said[0]) <= _FAR_APART or int(said) > _LAST_DAYS[-1]:
        return None
    return int(said)


def either_day(day: int, month: int) -> model.EitherDay | model.LunarDay:
    """三月二十, of either calendar; 八月十五 is the lunar feast."""
    feast = (month, day) in _LUNAR_WITHOUT_NAME
    return model.LunarDay(day, month) if feast else model.EitherDay(day, month)


def _month_day(m: Matched) -> model.Day | None:
    """三月五号, 下个月三号, 明年三月五号; 八月十五 without 号 is the lunar feast."""
    year, month, numbers = _date_parts(m)
    if year is not None and not _is_year(m):
        return None
    days = day_numbers(numbers)
    if days is None and month is not None and m.has("dayno") and len(numbers) == 1:
        days = numbers[0].number, None  # 十二月三十二号, to be asked about
    if days is None or (month is not None and not 1 <= month <= 12):
        return None
    years = m.value("year")
    bare = not m.has("dayno", "ri", "solar") and year is None
    if bare and month is not None and (month, days[0]) in _LUNAR_WITHOUT_NAME:
        return model.LunarDay(days[0], month, years=years, last_day=days[1])  # 八月十五
    if bare and month is not None and years is None and days[1] is not None:
        return model.MonthDay(days[0], month, last_day=days[1], doubt="calendar")
    if bare and month is not None and years is None:
        return either_day(days[0], month)
    if year is not None and year < 100:
        year += 2000 if year < _THIS_CENTURY else 1900
    return model.MonthDay(days[0], month, named_ahead(m), year, years, days[1])


def _day_number(m: Matched) -> model.MonthDay | None:
    """十五号, but not the number of a house, a bus or a bed."""
    beside = m.before[-1] if m.before and m.before[-1].end == m.tokens[0].start else None
    before = beside.text if beside and beside.kind == "other" else ""
    after = m.after[0].text if m.after and m.after[0].start == m.tokens[-1].end else ""
    ordinal = beside is not None and beside.kind == "di"  # 第八号
    address = before.endswith(_ADDRESS_BEFORE) and not _NO_ADDRESS.match(before)
    address = address or (after == "之" and len(m.after) > 1)  # 十六号之三
    if ordinal or address or after.startswith(_ADDRESS_AFTER):
        return None
    if m.after and m.after[0].start == m.tokens[-1].end and _is_room(m.after):
        return None  # 十八号三零二, 十八号二楼
    days = day_numbers(m.all("number", "digits"))
    return None if days is None else model.MonthDay(days[0], last_day=days[1])


def _is_room(after: Sequence[Token]) -> bool:
    if after[0].kind not in ("number", "digits") or _is_counted(after):
        return False
    short = len(after[0].text) == 1
    return not short or (len(after) > 1 and after[1].text.startswith(_ADDRESS_AFTER))


def _is_counted(after: Sequence[Token]) -> bool:
    """Whether the number that begins `after` is an hour, another date or a count."""
    return any(token.kind in _UNITS for token in after[1:3])


_UNITS = ("oclock", "dayno", "month", "ri", "ge", "tian", "hours", "minute")


def _about_day(m: Matched) -> model.Blurred | None:
    day = m.all("number")[0].number
    return model.Blurred(model.MonthDay(day, months=named_ahead(m)), 0) if day <= 31 else None


def _formal_day(m: Matched) -> model.MonthDay | None:
    """二十日, which in the south also counts days: only before an hour or at the end."""
    if m.after and m.after[0].kind not in ("part", "number", "weekday", "short", "hhmm"):
        return None
    if len(m.after) > 1 and m.after[1].kind in ("ci", "meal"):
        return None  # 一日两次
    if m.before and m.before[-1].text.endswith(("拣", "选", "挑")):
        return None  # 你自家拣一日
    count = m.all("number", "digits")[0]
    if count.text in ("两", "俩"):
        return None  # 漏了两日
    beside = bool(m.before) and m.before[-1].end == count.start
    if len(count.text) == 1 and beside and m.before[-1].kind == "other" and not m.after:
        return None  # 去坐一日: how long
    return _day_number(m)


def _month(m: Matched) -> model.Month | model.LunarDay | None:
    _, month, _ = _date_parts(m)
    if (month is not None and not 1 <= month <= 12) or is_name(m):
        return None
    part, ten = m.one("monthpart"), m.one("ten")
    if part is not None and m.after and m.after[0].kind == "few":
        return None  # 九月初几: which day is asked
    if month is not None and part is not None and part.text == "月半":
        return model.LunarDay(15, month)  # 十月半
    name = part.value if part else f"ten:{ten.value}" if ten else "whole"
    return model.Month(name, month, named_ahead(m), m.value("year"))


def _month_start(m: Matched) -> model.Month | None:
    """下个月头上; 头 is "first" here, but 头三天 is none."""
    _, month, _ = _date_parts(m)
    following = m.after[0].kind if m.after else ""
    if m.tokens[-1].text != "头" or following in ("number", "digits", "few"):
        return None
    return model.Month("start", month, named_ahead(m))


def _year_part(m: Matched) -> model.Month:
    start = m.tokens[-1].value == "start"
    return model.Month("start" if start else "end", 1 if start else 12, years=m.value("year"))


def _month_edge(m: Matched) -> model.MonthEdge | model.Between | None:
    """二月份最末一天, 下个月头一天, 月底倒数第二天; 月底最后两天, 下个月头三天."""
    _, month, numbers = _date_parts(m)
    if month is not None and not 1 <= month <= 12:
        return None  # 明天三十一月底最后一天
    several = m.tokens[-2].number if m.tokens[-2].kind == "number" else 1
    if several > 1 and m.has("first", "last"):
        first, last = (1, several) if m.has("first") else (-several, -1)
        one = model.MonthEdge(first, month, named_ahead(m), m.value("year"))
        return model.Between(one, replace(one, day=last))
    count = numbers[-1].number if numbers and m.has("reverse", "di") else 1
    day = -count if m.has("last", "reverse") else count
    return model.MonthEdge(day, month, named_ahead(m), m.value("year"))


def _last_of_year(m: Matched) -> model.MonthDay | None:
    """今年最后一天, 今年末了一天; its last two days are no day."""
    several = any(token.number > 1 for token in m.all("number"))
    return None if several else model.MonthDay(31, 12, years=m.value("year"))


def _end_of_month(m: Matched) -> model.MonthEdge | None:
    """月根那天 is its last day; 月初那天 leaves open which."""
    part, month = m.one("monthpart"), m.value("number")
    if part is None or part.value != "end":
        return None
    return model.MonthEdge(-1, month, named_ahead(m))


def _numbered_end(m: Matched) -> model.MonthDay | None:
    """月尾三十一: a number that can only be a day of the month's end."""
    part, day = m.one("monthpart"), m.all("number")[-1].number
    if part is None or part.value != "end" or day not in _LAST_DAYS or not _is_answer(m):
        return None
    return model.MonthDay(day, months=named_ahead(m))


def _is_answer(m: Matched) -> bool:
    """Whether what stands behind a number counts nothing by it."""
    return not m.after or m.after[0].kind != "other" or m.after[0].text.startswith(_COMES)


def _head_of_month(m: Matched) -> model.MonthDay | None:
    """月头五号; in 三月头五号 and 下个月头五号 the month is named."""
    named = m.before and m.before[-1].kind in ("number", "mod", "ge")
    return None if named else _day_number(m)


def _nth_weekday(m: Matched) -> model.NthWeekday:
    """下个月头一个礼拜一, 明年头一个礼拜一, 年底最后一个礼拜天."""
    numbers = m.all("number")
    nth = numbers.pop().number if m.has("di") else -1 if m.has("last") else 1
    month = numbers[0].number if numbers else None
    if month is None and not m.has("month", "monthpart"):
        month = 12 if nth < 0 else 1
    return model.NthWeekday(nth, m.value("weekday") or 0, month, named_ahead(m), m.value("year"))


SOLAR = [
    rule("三月五号阳历的", "YEAR? NUM month NUM ALSO (dayno | ri)? solar !number", _month_day),
    rule("十五号阳历的", "NUM ALSO dayno? solar", _day_number),
    rule("三月五号", "solar? YEAR? (solar is?)? NUM month NUM ALSO (dayno | ri)", _month_day),
    rule("三月五", "solar? YEAR? (solar is?)? number month NUM ALSO NOUNIT", _month_day),
    rule("下个月三号", "mod ge? month NUM ALSO (dayno | ri)", _month_day),
    rule("下个月十五", "mod ge? month NUM ALSO NOUNIT", _month_day),
    rule("月初三号", "(mod | number)? monthpart NUM ALSO dayno", _month_day),
    rule("月头五号", "month first NUM ALSO dayno", _head_of_month),
    rule("月尾三十一", "(mod ge?)? monthpart number NOUNIT", _numbered_end),
    rule("月根那天", "(mod ge? month? | number)? monthpart thatday", _end_of_month),
    rule("二十来号", "(mod ge? month)? number (lai | few) dayno", _about_day),
    rule("十五号", "solar? NUM ALSO dayno", _day_number),
    rule("初五号", "chu NUM dayno", _day_number),
    rule("阳历十五", "solar NUM ALSO NOUNIT", _day_number),
    rule("二十日", "NUM ri", _formal_day),
    rule("三月份", "YEAR? number month NOUNIT", _month),
    rule("下个月", "mod ge? month", _month),
    rule("下个月底", "(mod ge? month? | YEAR? number month?)? monthpart", _month),
    rule("三月中旬", "(mod ge? month | YEAR? number month)? ten", _month),
    rule("这个月最后一天", "MONTH monthpart? LASTDAY LASTDAY?", _month_edge),
    rule("月底最后一天", "(mod ge? | YEAR? number)? monthpart LASTDAY", _month_edge),
    rule("下个月头", "(mod ge? month | number? month) first", _month_start),
    rule("年底", "year? yearpart", _year_part),
    rule("下个月头一天", "MONTH (first DAYUNIT | prevday | nextday)", _month_edge),
    rule("下个月头三天", "MONTH first number DAYUNIT", _month_edge),
    rule("下个月第三天", "MONTH di number DAYUNIT", _month_edge),
    rule(
        "下个月头一个礼拜一",
        "(MONTH | (mod ge? | YEAR? number)? monthpart) NTH ge? week? weekday",
        _nth_weekday,
    ),
    rule("明年头一个礼拜一", "(year | yearpart) yearpart? NTH ge? week? weekday", _nth_weekday),
    rule(
        "明年头一天",
        "year (first DAYUNIT | prevday)",
        lambda m: model.MonthDay(1, 1, years=m.value("year")),
    ),
    rule(
        "今年最后一天",
        "(year | yearpart) LASTDAY",
        _last_of_year,
    ),
]

RULES: list[Rule] = [*WEEKS, *SOLAR]
"""Every rule of this module."""
