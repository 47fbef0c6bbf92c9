"""The ways of saying a day by counting from today: 后天, 过三天, 半个月以后, 这两天."""

from __future__ import annotations

import re

from bot.understanding.times import cues, model
from bot.understanding.times.amounts import amount
from bot.understanding.times.date_rules import named_ahead, weekday_named
from bot.understanding.times.grammar import Matched, Rule, rule

_DAY_ENDS = ("dayno", "weekday", "number", "ri", "named", "monthpart", "month")
_FEASTS = ("named", "weaknamed", "chu", "dayno", "lmonth")
_IN_A_MOMENT = ("等", "待", "呆", "一", "过")
_NAMES_DAY = frozenset(
    {"day", "weekday", "named", "weaknamed", "dayno", "number", "thatday", "workday"}
)
"""Kinds of words that name a day from which another may be counted."""
_EARLY = tuple("早朝")
_AND_SO_MANY = ("零", "加", "外加")
"""Between weeks and the days counted on behind them."""
_ANSWERED = re.compile("$|[等再看先才]|以后|之后|到时|来|嚟")
"""Behind a count that says when somebody is to come, not how long something has lasted."""
_SOON_VERBS = tuple("就来嚟派送叫给过上要能安下去洗做")


def _relative(m: Matched) -> model.Offset | model.Part:
    """后天; 天光 may be the dawn, but 天光上昼 is tomorrow's; 明早天光了 is the dawn."""
    beside = m.before[-1].kind if m.before and m.before[-1].end == m.tokens[0].start else ""
    if m.tokens[0].text == "天光" and beside in ("day", "part", "short", "weekday", "dayno"):
        return model.Part("dawn")
    timed = m.tokens[0].text == "天光" and any(t.kind == "part" for t in m.after[:2])
    return model.Offset(m.tokens[0].number, "vague" if m.has("ask") and not timed else None)


def _day_of_day(m: Matched) -> model.Offset | None:
    """后日个后日: so many days from that day."""
    first, second = (token.number for token in m.all("day"))
    return model.Offset(first + second) if first > 0 and second > 0 else None


def _days_from(m: Matched) -> model.Between | None:
    """从今儿起三天: that day and those behind it."""
    count = m.all("number")[-1].number
    first: model.Day = model.Offset(m.value("day") or 0)
    if m.has("weekday"):
        first = weekday_named(m)
    elif m.has("dayno"):
        first = model.MonthDay(m.all("number")[0].number)
    return model.Between(first, model.Shifted(first, count - 1)) if count > 1 else None


def _counted_out(m: Matched) -> model.Ahead | model.Blurred | model.Shift:
    """从今天往后数十天: today is not counted; whether another day is, is open.

    小雪往后数两天 is counted from the feast.
    """
    first = m.value("day")
    beside = m.before[-1] if m.before and m.before[-1].end == m.tokens[0].start else None
    if beside is not None and beside.kind in ("named", "weaknamed", "thatday"):
        return model.Shift(m.all("number")[-1].number)
    if first:
        return model.Blurred(model.Offset(first), 1)
    return model.Ahead("day", m.all("number")[-1].number)


def _span(m: Matched) -> model.Between:
    """明后两天, 明后天都行 are any of both; 明后天 leaves open which."""
    first, _, last = m.tokens[0].value.partition(":")
    behind = "".join(token.text for token in m.after)
    free = "两" in m.tokens[0].text or cues.behind("either", through="small").match(behind)
    begin = model.Offset(int(first), None if free else "two-days")
    return model.Between(begin, model.Offset(int(last)))


def _soon(m: Matched) -> model.Offset | None:
    """现在 and the like mean today only where something is to be done (not 我现在腿疼).

    等哈儿五点钟 is an hour of today; 现在五点 tells the hour of the call.
    """
    rest = "".join(token.text for token in m.after)
    hour = [token.kind for token in m.after[:2]] == ["number", "oclock"]
    if hour and m.tokens[0].text.startswith(_IN_A_MOMENT):
        return model.Offset(0)
    return model.Offset(0) if rest.startswith(_SOON_VERBS) or not (rest or m.before) else None


def _same_day(m: Matched) -> model.Ahead | None:
    """下礼拜的今天, 明年今天."""
    if m.value("day") != 0:
        return None
    if m.has("year"):
        return model.Ahead("year", m.value("year") or 0)
    return model.Ahead("week" if m.has("week") else "month", named_ahead(m) or 0)


def _duration(m: Matched) -> model.Ahead | None:
    """过三天, 三天后, 隔两个礼拜的礼拜一, 半个月后."""
    unit = _unit(m)
    over = m.one("over")
    if over is not None and over.text.endswith("等") and m.tokens[1].start > over.end:
        return None  # 等了三个礼拜: it is told how long one has waited
    if _is_month_of_date(m) or _is_worship(m):
        return None
    told = m.before and m.before[-1].text.endswith(("都", "已经", "早"))
    if m.has("past") and told:
        return None  # 夏至都过了二十天
    if m.has("half"):
        return model.Ahead("day", 15) if unit == "month" and not m.has("number") else None
    count = amount(m)
    if count is None:
        return None
    least, most = count
    weekday = m.value("weekday")
    if most is None and least == 2 and unit == "day" and m.has("over"):
        return model.Ahead("day", 2, 3)  # 过两天 says "in a while"
    if m.has("skip") and most is None and (unit == "day" or least == 1):
        return model.Ahead(unit, least, least + 1, weekday)  # 隔一天: counted with the gap or not
    return model.Ahead(unit, least, most, weekday)


def _weeks_and_days(m: Matched) -> model.Shifted | None:
    """再过一个礼拜零一天, 过个礼拜零两天: eight and nine days from today."""
    numbers, more = m.all("number"), m.one("digits", "other")
    counted = more is not None and more.text.startswith(_AND_SO_MANY)
    if not counted or not m.has("over", "skip", "after"):
        return None
    days = numbers.pop() if m.has("other") else m.all("digits")[0]
    weeks = numbers[0].number if numbers else 1
    return model.Shifted(model.Ahead(_unit(m), weeks), int(days.value))


def _days_in_a_while(m: Matched) -> model.Ahead | None:
    """过三四日子; 过三日子时 tells of some other day."""
    return _duration(m) if m.tokens[-1].text == "日子" else None


def _loose_count(m: Matched) -> model.Ahead | None:
    """三五天吧等我闺女信儿: a loose count alone heads the line, so that it answers when."""
    rest = "".join(token.text for token in m.after)
    ahead = None if m.before or not _ANSWERED.match(rest) else _duration(m)
    return ahead if ahead is not None and ahead.most is not None else None


def _put_off(m: Matched) -> model.Ahead | None:
    """迟两日先, 晚几天再来: later than today where no day is named before it."""
    count = amount(m)
    late = m.tokens[0].text not in _EARLY and not any(t.kind in _NAMES_DAY for t in m.before)
    if count is None or not late:
        return None
    least, most = count
    return model.Ahead("day", least, most or least + 1)


def _is_month_of_date(m: Matched) -> bool:
    """等二月二号来: the month of a date, no two months."""
    numbered = bool(m.after) and m.after[0].kind in ("number", "digits", "chu")
    return m.tokens[-1].kind == "month" and not m.has("ge") and numbered


def _is_worship(m: Matched) -> bool:
    """十六啦拜了后: once the gods are worshipped; 十六拜 are no weeks."""
    at = next((at for at, token in enumerate(m.tokens) if token.text == "拜"), 0)
    return at > 0 and m.tokens[at - 1].end != m.tokens[at].start


def _month_and_a_half(m: Matched) -> model.Ahead:
    days = m.all("number")[0].number * 30 + 15
    return model.Ahead("day", days - 1, days + 1)


def _half_a_month_or_more(m: Matched) -> model.Ahead | None:
    """个半月后: a month and a half in the south, some two weeks in the north."""
    counted = m.before and m.before[-1].kind in ("number", "digits", "few", "mod")
    return None if counted else model.Ahead("day", 15, 45)


def _ago(m: Matched) -> model.Ahead | None:
    count = amount(m)
    return (
        None if count is None or m.has("half") else model.Ahead(_unit(m), -(count[1] or count[0]))
    )


def _coming_days(m: Matched) -> model.Ahead | None:
    """这两天, 三天之内: a stretch from today; 二十到二十二号这几天 only repeats the days."""
    count = amount(m)
    repeats = m.has("mod") and m.before and m.before[-1].kind in _DAY_ENDS
    if count is None or m.value("mod") or (repeats and m.before[-1].end == m.tokens[0].start):
        return None
    return model.Ahead("day", 0, count[1] or count[0])


def _someday(m: Matched) -> model.Someday | model.Shift:
    """改天; 重阳登完高第日 is the day after it."""
    counted = m.tokens[0].text == "第日" and any(t.kind in _FEASTS for t in m.before)
    return model.Shift(1) if counted else model.Someday()


def _unit(m: Matched) -> str:
    if m.has("week", "weekday"):
        return "week"
    if m.has("month"):
        return "month"
    return "year" if m.has("yearunit") else "day"


RULES: list[Rule] = [
    rule("后天", "day ask?", _relative),
    rule("从今儿起三天", "from? day begin number DAYUNIT", _days_from),
    rule("从礼拜一起三天", "from mod* ge? week? weekday begin number DAYUNIT", _days_from),
    rule("从三号起三天", "from number dayno begin number DAYUNIT", _days_from),
    rule("从今天往后数十天", "from? day? countout number DAYUNIT", _counted_out),
    rule("后日个后日", "day ge day", _day_of_day),
    rule("明后天", "span", _span),
    rule("马上就来", "soon", _soon),
    rule("一个礼拜以后的今天", "COUNT ge? (week | month) after day", _duration),
    rule("过两个礼拜的今天", "over COUNT ge? (week | month) after? day", _duration),
    rule("下礼拜的今天", "mod ge? (week | month) day", _same_day),
    rule("明年今天", "year day", _same_day),
    rule("去年这时候", "year thismoment", lambda m: model.Ahead("year", m.value("year") or 0)),
    rule("过三天", "(over | past) COUNT ge? DAYUNIT after?", _duration),
    rule(
        "过一个礼拜零一天",
        "(over | skip)? number? ge? (week | month) (digits | other number) DAYUNIT after?",
        _weeks_and_days,
    ),
    rule("过三四日子", "over COUNT skipword", _days_in_a_while),
    rule("三五天吧", "COUNT ge? (DAYUNIT | week | month)", _loose_count),
    rule("迟两日先", "(later | short) COUNT DAYUNIT", _put_off),
    rule("隔两天", "skip ge? COUNT ge? DAYUNIT after?", _duration),
    rule("三天以后", "COUNT ge? DAYUNIT after", _duration),
    rule("过两个礼拜的礼拜三", "(over | skip) COUNT ge? week after? weekday?", _duration),
    rule("两个礼拜以后的礼拜三", "COUNT ge? week after weekday?", _duration),
    rule("一个半月以后", "(over | skip)? number ge half month after?", _month_and_a_half),
    rule(
        "个半月后",
        "ge half month after",
        _half_a_month_or_more,
    ),
    rule("过半个月", "(over | skip) COUNT ge? month after?", _duration),
    rule("半个月以后", "COUNT ge? month after", _duration),
    rule("一年以后", "COUNT yearunit after", _duration),
    rule("三天前", "COUNT ge? (DAYUNIT | week) before", _ago),
    rule("三天之内", "COUNT ge? DAYUNIT within", _coming_days),
    rule("这两天", "mod COUNT DAYUNIT within?", _coming_days),
    rule("改天", "someday", _someday),
]
"""Every rule of this module."""
