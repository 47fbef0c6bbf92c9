"""The ways of saying that something comes again: 天天, 每周一三五, 初一十五, 隔天."""

from __future__ import annotations

import re

from bot.understanding.times import model
from bot.understanding.times.amounts import amount
from bot.understanding.times.grammar import Matched, Rule, rule

_NOT_A_WEEKDAY = tuple("栋幢单室楼层弄座口人位份斤碗瓶元块毛床间家米步")
_ALTERNATE = ("135", "246")
_DONE = (*"来送洗做扫吃煮剪理换推", "洗澡", "打扫", "洗身", "剪头", "理发", "上门", "按摩")
"""What may stand between a stretch of time and how often something is done in it."""
_TOLD = ("是", "多少", "码")
_SHORT_DEED = 3
"""How many characters may say what is done every other week."""
_NUMBERED = tuple("号码话机室房楼栋幢院门位是数")
"""Before 一三五 these make it a number that something bears."""
_DAYS = ("named", "weaknamed", "dayno", "ri", "weekday", "day", "number")
_ALL_WEEK = tuple(range(1, 8))
_COMES = tuple("才正先再来嚟")
_COUNTED = tuple("次回趟遍餐顿摆盘到")
"""Behind 隔天 these count how often."""


def _daily(m: Matched) -> model.Repeat | None:
    """天天, 每天, 每三天, 每隔两天."""
    count = amount(m) if m.has("number", "digits", "few", "half") else (1, None)
    if count is None:
        return None
    every, loose = count
    return model.Repeat("DAILY", every + m.has("everyskip"), doubt="vague" if loose else None)


def _every_skipped(m: Matched) -> model.Repeat | None:
    """隔三天来一次: every third day to some, every fourth to others."""
    count = m.all("number")[0].number if m.all("number") else 0
    return model.Repeat("DAILY", count + 1, doubt="vague") if count else None


def _done_every_other_day(m: Matched) -> model.Repeat | None:
    """隔一工洗一摆: every other day, as it says what is done."""
    single = m.all("number")[0].number == 1
    return model.Repeat("DAILY", 2) if single and m.all("other")[0].text in _DONE else None


def _odd_or_even(m: Matched) -> model.Repeat | None:
    """单号, 逢双日: the days of the month with odd or even numbers; 单号是… is an order's."""
    if m.after and m.after[0].text.startswith(_TOLD):
        return None
    return model.Repeat("MONTHLY", month_days=tuple(range(m.value("parity") or 2, 32, 2)))


def _is_next_day(m: Matched) -> bool:
    """天公生无闲隔日才来, 尾牙食了隔工: the day after the feast at the head of the line."""
    rest = "".join(token.text for token in m.after)
    come = not rest or rest.startswith(_COMES) or m.after[0].kind in ("part", "short")
    come = come and not any(one in rest for one in _COUNTED)
    begun = any(token.kind in ("begin", "from", "every") for token in (*m.before, *m.after))
    heads = [token.kind for token in m.before[:3]]
    dated = not {"chu", "monthpart"}.isdisjoint(heads) or heads[:1] in (
        ["named"],
        ["weaknamed"],
        ["lmonth"],
    )
    return dated and come and not begun


_NEXT_DAY_AS_WELL = frozenset(["隔天", "隔日", "隔工"])
"""Every other day or, in some regions, the next one."""
_VISITS = re.compile(
    "(?:[早晚][上起]|[上下中]午|[上下]晡|透早)?[再才]?[来嚟](?!.?[一两]|[洗送扫做换])"
)
"""Behind these: no word says that it is done again and again."""


def _every_other(m: Matched) -> model.Repeat | model.Ahead | model.Shift | None:
    """隔天; 隔一天 may also be the day after tomorrow, and behind a day the one after it."""
    beside = m.before[-1] if m.before and m.before[-1].end == m.tokens[0].start else None
    if beside is not None and beside.kind in _DAYS:
        return model.Shift(1)  # 头牙隔日
    if any(token.kind == "everyother" for token in m.before):
        return None  # 中秋隔工才来隔工下晡: the same day again
    if any(token.kind == "thatday" for token in m.before):
        return model.Shift(1)  # 中秋那天别来隔天来
    if _is_next_day(m):
        return model.Shift(1)
    rest = "".join(token.text for token in m.after)
    if m.tokens[0].text in {"隔一天", "隔一日"} and not any(word in rest[:8] for word in _COUNTED):
        return model.Ahead("day", 1, 2)
    left_open = m.tokens[0].text in _NEXT_DAY_AS_WELL and _VISITS.match(rest)
    return model.Repeat("DAILY", 2, doubt="vague" if left_open else None)


def _times(m: Matched) -> model.Repeat | None:
    """三天一次, 一个礼拜一次; 一天三次 is no date, 一个礼拜两次 leaves the days open."""
    if m.has("half"):  # 半个月一次: every 15 days, or every two weeks
        return model.Repeat("WEEKLY", 2, doubt="vague") if m.has("month") else None
    period, times = m.all("number", "digits")[0], m.all("number", "digits")[-1]
    single = period is times  # 每礼拜一次
    interval = 1 if single else period.number
    freq = "WEEKLY" if m.has("week") else "MONTHLY" if m.has("month") else "DAILY"
    if freq == "DAILY" and times.number > 1:
        begun = any(token.kind == "begin" for token in m.before)
        return model.Repeat("DAILY") if begun and m.has("meal") else None
    doubt = "vague" if times.number > 1 else None
    return model.Repeat(freq, interval, times=times.number, doubt=doubt)


def _done_so_often(m: Matched) -> model.Repeat | None:
    """一天送两顿, 一礼拜洗一回: what is done stands between."""
    return _times(m) if m.all("other")[0].text in _DONE else None


def _skipped_so_often(m: Matched) -> model.Repeat | None:
    """隔个星期拖一次地, 隔一个礼拜的礼拜四来一次: every other week, whatever is done in it."""
    if m.has("other") and len(m.all("other")[0].text) > _SHORT_DEED:
        return None
    weeks, *_ = [*m.all("number"), None]
    gap = weeks.number if weeks and weeks.start < m.all("week")[0].start else 1
    days = (m.value("weekday") or 0,) if m.has("weekday") else ()
    return model.Repeat("WEEKLY", gap + 1, days, doubt=None if gap == 1 else "vague")


def _weekdays(m: Matched) -> tuple[int, ...] | None:
    """The weekdays named: 礼拜二和五, 周一三五, 周一到周五."""
    named: list[int] = []
    spread = False
    for at, token in enumerate(m.tokens):
        if token.kind == "to":
            spread = True
            continue
        if [other.kind for other in m.tokens[at + 1 : at + 2]] == ["ci"]:
            continue  # 隔拜五来一摆
        days = _digits(token.value) if named and token.kind in ("number", "digits") else ()
        if token.kind == "weekday":
            days = (token.number,)
        if spread and days:
            days = (*range(named[-1] + 1, days[0] + 1), *days[1:])
            spread = False
        named.extend(days)
    valid = named and len(set(named)) == len(named) and set(named) <= set(_ALL_WEEK)
    return tuple(sorted(named)) if valid else None


def _digits(value: str) -> tuple[int, ...]:
    return tuple(map(int, value))


def _weekly(m: Matched) -> model.Repeat | None:
    """每个礼拜, 每两周的周三, 每周一三五, 逢礼拜三."""
    if m.has("weekend"):
        return model.Repeat("WEEKLY", weekdays=(6, 7))
    if m.has("workday"):
        return model.Repeat("WEEKLY", weekdays=(1, 2, 3, 4, 5))
    interval = 1
    if m.has("week") and m.has("number") and not _number_is_day(m):
        interval = m.all("number")[0].number + m.has("everyskip", "skip")
    elif m.has("skip"):
        interval = 2
    if not m.has("weekday"):
        return model.Repeat("WEEKLY", interval)
    days = _weekdays(m)
    return None if days is None else model.Repeat("WEEKLY", interval, days)


def _number_is_day(m: Matched) -> bool:
    """Whether the first number stands behind a weekday (每个礼拜二和五)."""
    kinds = [token.kind for token in m.tokens]
    return "weekday" in kinds and kinds.index("weekday") < kinds.index("number")


def _several_weekdays(m: Matched) -> model.Repeat | None:
    """周一三五 without 每."""
    after = m.after[0].text if m.after else ""
    days = _weekdays(m)
    if days is None or after.startswith(_NOT_A_WEEKDAY) or days[0] != m.value("weekday"):
        return None
    if days == tuple(range(days[0], days[0] + len(days))):
        return None  # 礼拜三四: one of them
    return model.Repeat("WEEKLY", weekdays=days)


def _listed_weekdays(m: Matched) -> model.Repeat | None:
    """礼拜一礼拜三礼拜五 of which nothing else is told: at the head of a line, or with an hour."""
    begun = m.before and m.before[-1].kind in ("begin", "or", "and")
    timed = bool(m.after) and m.after[0].kind in ("part", "short", "number", "digits")
    plain = timed and all(token.kind in ("other", "week", "fill", "neg") for token in m.before)
    told = (m.before and not begun and not plain) or (m.after and m.after[0].text.startswith("都"))
    return None if told else _several_weekdays(m)


def _alternate_days(m: Matched) -> model.Repeat | None:
    """一三五, 二四六 on their own: the days of the week that clinics and schools keep to."""
    number = m.tokens[-1]
    beside = m.before[-1] if m.before and m.before[-1].end == m.tokens[0].start else None
    after = m.after[0] if m.after and m.after[0].start == number.end else None
    numbered = beside is not None and beside.text.endswith(_NUMBERED)
    measured = after is not None and after.text.startswith(_NOT_A_WEEKDAY)
    if number.value not in _ALTERNATE or numbered or measured or number.text.isdigit():
        return None
    return model.Repeat("WEEKLY", weekdays=_digits(number.value))


def _weekdays_by_number(m: Matched) -> model.Repeat | None:
    """一到五早上, 一到六天天: the working days."""
    first, last = (token.number for token in m.all("number"))
    daily = bool(m.after) and m.after[0].kind in ("part", "short", "daily")
    named = first == 1 and last in (5, 6) and daily
    return model.Repeat("WEEKLY", weekdays=tuple(range(1, last + 1))) if named else None


def _begun_weekdays(m: Matched) -> model.Repeat | None:
    """礼拜二跟礼拜四来从下礼拜开始: what begins comes again."""
    framed = m.before and m.before[-1].kind in ("mod", "ge")
    begun = any(token.kind == "begin" and not token.text.startswith("以") for token in m.after)
    return _several_weekdays(m) if begun and not framed else None


def _monthly(m: Matched) -> model.Repeat | None:
    """每个月, 每月十号, 每月初一十五, 每月月底, 每月头一个礼拜一."""
    if m.has("weekday"):
        places = {"first": 1, "last": -1}
        nths = tuple(
            token.number if token.kind == "number" else places[token.kind]
            for token in m.all("number", *places)
        )
        return model.Repeat("MONTHLY", weekdays=(m.value("weekday") or 0,), nths=nths)
    if m.has("last"):
        return model.Repeat("MONTHLY", month_days=(-1,))
    part = m.one("monthpart")
    numbers = [token.number for token in m.all("number")]
    if m.has("fullmoon"):
        return model.Repeat("MONTHLY", month_days=(15,), lunar=True)
    if not numbers:
        return _month_part(part.value if part else "whole")
    counted = m.tokens[-1].kind == "ri" and m.all("number")[-1].text == "两"
    if counted:
        return model.Repeat("MONTHLY", doubt="vague")  # 每个月那两日: days told elsewhere
    lunar = m.has("chu", "lunar") or (part is not None and not m.has("dayno"))
    if any(not 1 <= day <= 31 for day in numbers):
        return None
    return model.Repeat("MONTHLY", month_days=tuple(sorted(set(numbers))), lunar=lunar)


def _first_of_month(_: Matched) -> model.Repeat:
    return model.Repeat("MONTHLY", month_days=(1,))


def _month_part(part: str) -> model.Repeat:
    days = {"whole": (), "start": (1,), "middle": (15,), "end": (-1,)}[part]
    return model.Repeat("MONTHLY", month_days=days, doubt="vague" if days else None)


def _every_months(m: Matched) -> model.Repeat | None:
    count = amount(m)
    if count is None or count[1] is not None:
        return None
    return model.Repeat("MONTHLY", count[0] + m.has("everyskip"))


def _new_and_full_moon(m: Matched) -> model.Repeat | None:
    """初一十五, also without 每; 初二十六, when the south feasts its shops."""
    numbers = tuple(token.number for token in m.all("number"))
    if numbers not in ((1, 15), (2, 16)):
        return None
    return model.Repeat("MONTHLY", month_days=numbers, lunar=True)


_DAY_LIST = "((and | onto)? chu? number number? (dayno | ri | NOUNIT))"

RULES: list[Rule] = [
    rule("天天", "daily", _daily),
    rule("每三天", "(every | everyskip) COUNT? ge? DAYUNIT (number ci)?", _daily),
    rule("连着三天", "running COUNT DAYUNIT", lambda _: model.Repeat("DAILY", doubt="vague")),
    rule("隔天", "everyother", _every_other),
    rule("隔三天来一次", "skip COUNT ge? DAYUNIT lai? number ci", _every_skipped),
    rule("隔一工洗一摆", "skip number ge? DAYUNIT other number ci", _done_every_other_day),
    rule("三天一次", "COUNT ge? DAYUNIT lai? number ci", _times),
    rule("一天一顿", "number DAYUNIT number meal", _times),
    rule("一天送一顿", "number DAYUNIT other number meal", _done_so_often),
    rule("一礼拜洗一回", "(every ge? | COUNT ge?) (week | month) other number ci", _done_so_often),
    rule("每礼拜一次", "(every ge? | COUNT ge?) (week | month) lai? number ci", _times),
    rule("周周", "weekly", _weekly),
    rule("每两个礼拜", "(every | everyskip) number? ge? week", _weekly),
    rule("隔个礼拜来一次", "skip ge week lai? number ci", _weekly),
    rule("隔个星期拖一次地", "skip number? ge? week other number ci", _skipped_so_often),
    rule(
        "隔一个礼拜的礼拜四来一次",
        "skip number? ge? week weekday (lai | other)? number ci",
        _skipped_so_often,
    ),
    rule("隔周礼拜五", "skip week weekday", _skipped_so_often),
    rule("隔周三来一次", "skip number? ge? (week | weekday) lai? number ci", _weekly),
    rule("每个礼拜二和五", "(every | weekly) number? ge? week? week? WEEKDAYS", _weekly),
    rule(
        "每周一到周五", "(every | weekly) ge? week? weekday to (weekday | number NOUNIT)", _weekly
    ),
    rule("周一到周五每天", "weekday to (weekday | number) (daily | every DAYUNIT)", _weekly),
    rule("每个周末", "(every | weekly) ge? (weekend | workday)", _weekly),
    rule("工作日每天", "workday daily", _weekly),
    rule("周一三五", "weekday (digits | number) NOUNIT", _several_weekdays),
    rule("礼拜一礼拜三礼拜五", "weekday and? weekday and? weekday", _listed_weekdays),
    rule("一三五上午", "every? digits !oclock !dayno !month", _alternate_days),
    rule("一到五早上", "number to number NOUNIT", _weekdays_by_number),
    rule("礼拜二跟礼拜四…开始", "weekday and weekday", _begun_weekdays),
    rule("逢双日", "every? parity", _odd_or_even),
    rule("每个月", "(every ge? month | monthly)", _monthly),
    rule("每三个月", "(every | everyskip) COUNT ge? month", _every_months),
    rule("每月十号二十号", f"lunar? MONTHLY lunar? {_DAY_LIST} {_DAY_LIST}*", _monthly),
    rule("每个月农历初一", f"MONTHLY lunar? chu {_DAY_LIST} {_DAY_LIST}*", _monthly),
    rule("每月初三", f"every ge? monthpart {_DAY_LIST}*", _monthly),
    rule("每月月底", "(every ge? month | monthly) monthpart LASTDAY?", _monthly),
    rule("每月最后一天", "MONTHLY LASTDAY", _monthly),
    rule("每月头一天", "MONTHLY (first DAYUNIT | prevday)", _first_of_month),
    rule("每月头一个礼拜一", "MONTHLY NTH ge? week? weekday", _monthly),
    rule("每月第二和第四个礼拜一", "MONTHLY NTH ge? and? NTH ge? week? weekday", _monthly),
    rule("每个月月圆", "MONTHLY fullmoon", _monthly),
    rule("逢初一十五", f"every lunar? chu {_DAY_LIST} {_DAY_LIST}*", _monthly),
    rule("初一十五", "lunar? chu number and? number every?", _new_and_full_moon),
    rule("每年", "(every yearunit | yearly)", lambda _: model.Repeat("YEARLY")),
]
"""Every rule of this module."""
