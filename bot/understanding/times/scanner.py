"""Text to tokens: the words of nlu_data/lexicon/times.tsv and festivals.tsv, and numbers.

The longest word at a place wins; a number wins over a shorter word. Names of weekdays (礼拜三,
周日, 拜四) are put together from a week word and the digit behind it. What no list knows becomes
one token of kind "other" for each stretch, so that no rule reaches across it unseen.

Kinds of token (the value is given in brackets):
    day [days from today], ask (the day before it is in doubt), span [first:last],
        part, short [part of the day], someday
    week, weekday [1-7], weekend, weekpart, weekly
    mod [weeks or months from this one], again (再下一个)
    month, monthpart, ten (上旬…), lmonth [lunar month], chu (初), leap, lunar, solar, fullmoon
    year [from this one], yearunit, yearpart, monthly, yearly
    number, digits (said one by one), dayno (号), ri (日), tian (天), ge, di, ci (次), few,
        lai (来, 多), half
    oclock, quarter, minute, hours, zi (five minutes), lack, onto, exact, thismoment, hhmm
    early (提前), later (推后), before, after, over (过三天), past (过了), skip (隔), within
    around, thatday
    running (连着), every, everyskip, daily, everyother, begin, from, to, or, and,
        countout (往后数)
    weekdays (平日), meal (顿), parity [1 odd, 2 even days of a month]
    first, last, reverse, nextday, prevday, ahead (before a feast), bottom (底)
    holiday, holidayover, workday, makeup (a weekend day that is worked), named [festival], soon
    skipword (only looks like a time), neg, fill (dropped by the grammar), other
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.understanding import numbers
from bot.understanding.times import words
from bot.understanding.trie import Trie

_WEEKDAYS = {char: day for day, char in enumerate("一二三四五六日", 1)} | {"天": 7}
_WEEKDAYS |= {char: day for day, char in enumerate("123456", 1)}
_DAY_OF_PART = {"今": "0", "明": "1", "听": "1", "昨": "-1"}
"""Days that are named by one character before a part of the day."""
_COUNTED_DAYS = frozenset({"named", "weaknamed", "tian", "ri", "dayno", "number", "week", "month"})
_UNITS = frozenset("天日个号點点岁斤块年月周礼星万千百十人次分钟")
_HOW_OFTEN = frozenset("一两二三四五几个数")
_NEXT_WEEK = ("后礼拜", "后拜", "后星期", "后个礼拜")
_DAYS = frozenset({"day", "weekday", "dayno", "named", "number", "ri", "thatday"})
_HOUR_PARTS = frozenset({"oclock", "half", "quarter", "minute"})
_COUNTS = frozenset({"mod", "ge", "number", "digits", "few", "every", "half", "skip", "again"})
"""Before 拜 these make it a week."""
_WORSHIPPED = tuple("神佛祖公山菩观妈土财忏年寿")
"""Behind 拜 these are worshipped or greeted."""
_THEN = frozenset("来嚟有得爱去转做到会喊食走开")
"""Behind 正 in Hakka: then only."""
_VERBS_WITH_DOWN = frozenset("记写说看问查听坐歇")
_UP_BEHIND_A_VERB = re.compile(
    r"(?<=[约订定派排捎带搭加算添补填报叫喊送安赶碰遇轮])上"
    r"(?=(?:礼拜|星期|周|拜)[一二三四五六日天1-6](?![一-鿿]{0,2}[那嗰彼该][个只次趟餐顿单张摆]|[的嘅个那嗰彼过]))"
)
"""约上礼拜六 asks for Saturday; 约上礼拜六的 may be what was asked for last week."""
_HHMM = re.compile(r"([01]?\d|2[0-4])[::]([0-5]\d)(?!\d)")
_MONTH_DAY = re.compile(
    r"(?<![\d/.-])(?:(20\d\d)([-/]))?(0?[1-9]|1[0-2])((?(1)\2|/))(0?[1-9]|[12]\d|3[01])(?:([号日])|(?![\d/.-]))"
)
_LATER_MONTH = re.compile(
    r"(?:后[头面壁背尾]?|第二|[闰润]的?)(?:[那这该彼嗰箇]一?|一)?[个只](?=[正二三四五六七八九十冬腊]{1,2}月(?!份?[以之]?后))"
)
"""后一个六月: of two months with one name the second is the leap month."""
_MONTH_AND_PART = re.compile("月月[半底头尾中初末]")
_SO_MANY_ON = re.compile("过得(?=[一两二三四五六七八九十几]+[日天工](?!子))")
"""过得三日: in three days; elsewhere how one lives."""
_COMES_AFTER = re.compile("后[来嚟](?:$|[，,吧啦嘛给帮共同洗做煮扫]|一[趟次摆转下])")
"""Behind a day: after it, not later on."""
_EACH_DAY = re.compile("天天(?!天)|日日(?!日)")
_HOUR_BEHIND = re.compile("[一二三四五六七八九十]点[半钟整正一二三四五六七八九十来]")
"""屋头九点半: no 头九."""
_COUNTED = re.compile(
    r"[次趟遍道摆]|回(?![来家去])|(?<=[两三四][个只](?:礼拜|星期).)转(?![来去屋厝])|(?<=[两三四][个只]周.)转"
)
"""每礼拜一次 is once a week, not Monday; 两个星期一转 in Hakka as well."""


_Known = dict[int, tuple[int, words.Parts]]
"""Start of a word -> its end and its tokens."""


@dataclass(frozen=True)
class Token:
    """A word of the text."""

    kind: str
    value: str
    """What the word list says after the colon; empty where the kind says it all."""
    start: int
    end: int
    text: str

    @property
    def number(self) -> int:
        """The value as a number."""
        return int(self.value)


@cache
def _words() -> Trie[words.Parts]:
    return Trie(words.table().items())


def tokens(text: str) -> list[Token]:
    """The tokens of a text in simplified characters and half-width digits, without gaps."""
    found: list[Token] = []
    for token in _raw(text):
        if token.kind == "other" and found and found[-1].kind == "other":
            token = Token("other", "", found[-1].start, token.end, found[-1].text + token.text)
            found.pop()
        found.append(token)
    return found


def _raw(text: str) -> Iterator[Token]:
    found = list(_words().all(text))
    cutting = [(start, end) for start, end, parts in found if parts[0][0] in ("named", "part")]
    days = {start: end for start, end, parts in found if parts[0][0] == "day"}
    known: _Known = {
        start: (end, parts)
        for start, end, parts in found
        if not (parts[0][0] == "named" and _HOUR_BEHIND.match(text, end - 1))
        and not (
            parts[0][0] == "skipword"
            and any(start < s < end < e for s, e in cutting)
            and not text.startswith("一下", start)
        )
        and not (parts[0][0] == "skipword" and _cuts_a_day(start, end, days))
        and not (parts[0][0] == "holidayover" and _ends_in_a_day(text, end, days))
        and not (parts[0][0] == "day" and _ends_in_every_day(text, start, end))
        and not (parts[0][0] == "skipword" and _cuts_a_weekday(text, start, end))
        and not (text[start:end] in _RADICALS and any(e == start for _, e in cutting))
    }  # 改到处暑, 剃头上午: 到处 is cut by a feast, 头上 by a part of the day
    before = ""
    at = 0
    while at < len(text):
        made = (
            _clock_digits(text, at)
            or _in_context(text, at, before, known)
            or _weekday(text, at, known)
            or _best(text, at, known, before)
        )
        yield from made
        before, at = made[-1].kind, made[-1].end


def _cuts_a_day(start: int, end: int, days: dict[int, int]) -> bool:
    """人多大后天: 多大 leaves the shorter 后天 of what is the longer word of a day."""
    longer = any(start < at < end < until for at, until in days.items())
    return longer and end in days


def _ends_in_a_day(text: str, end: int, days: dict[int, int]) -> bool:
    """明天过节后天吧: 节后 takes nothing from 后天, unless each day is meant (节后天天来)."""
    return days.get(end - 1, end) > end and text[end] != text[end + 1 : end + 2]


def _ends_in_every_day(text: str, start: int, end: int) -> bool:
    """起明儿天天来: 明儿, each day, where 明儿天 is a name of the day as well."""
    return _EACH_DAY.match(text, end - 1) is not None and _is_day(text[start : end - 1])


@cache
def _is_day(word: str) -> bool:
    parts = words.table().get(word)
    return parts is not None and parts[0][0] == "day"


_RADICALS = ("三点水", "两点水")
"""Parts of a character; behind a part of the day they are an hour and water (下昼三点水烧热)."""


def _cuts_a_weekday(text: str, start: int, end: int) -> bool:
    """改做礼拜三: 做礼拜 is somebody's church only where no day of the week follows."""
    return text[start:end].endswith(("礼拜", "星期")) and text[end : end + 1] in _WEEKDAYS


def _clock_digits(text: str, at: int) -> list[Token]:
    found = _HHMM.match(text, at)
    if found is None:
        return _date_digits(text, at)
    return [Token("hhmm", f"{int(found[1])}:{found[2]}", at, found.end(), found.group())]


def _date_digits(text: str, at: int) -> list[Token]:
    """3/8 and 2026-3-8, as families type it; no part of a longer row of figures."""
    found = _MONTH_DAY.match(text, at)
    if found is None:
        return []
    kinds = ("number", "yearunit", "number", "month", "number", "dayno")
    made = []
    for group, kind in enumerate(kinds, 1):
        if found[group]:
            value = str(int(found[group])) if kind == "number" else ""
            made.append(Token(kind, value, *found.span(group), found[group]))
    if not found[6]:
        made.append(Token("dayno", "", found.end(), found.end(), ""))
    return made


def _weekday(text: str, at: int, known: _Known) -> list[Token]:
    """A week word with a day behind it: 礼拜三, or 顶礼拜三, which says the week as well."""
    end, parts = known.get(at, (at, ()))
    if parts and parts[0][0] == "weekly" and text[end - 1] in "拜期周":
        day = _WEEKDAYS.get(text[end : end + 1])
        if day is not None and not _COUNTED.match(text, end + 1):
            every = Token("every", "", at, end, text[at:end])  # 个个礼拜六
            return [every, Token("weekday", str(day), end, end + 1, text[end : end + 1])]
    if not parts or parts[-1][0] != "week":
        return []
    day = _WEEKDAYS.get(text[end : end + 1])
    if day is None or (day < 7 and _COUNTED.match(text, end + 1)):
        return []
    if known.get(end, (end, ()))[0] > end + 1 and known[end][1][0][0] == "day":
        return []  # 拜拜天光日来
    if text[end : end + 2] in {"天天", "日日"} and text[end + 2 : end + 3] != text[end]:
        return []  # 每个礼拜天天来
    if text.startswith("天气", end):
        return []  # 这礼拜天气好
    if text.startswith("日子", end) and text[end + 2 : end + 3] not in ("女", "孙"):
        return []  # 这礼拜日子随你
    named = [Token(kind, value, at, end, text[at:end]) for kind, value in parts[:-1]]
    start = end if named else at
    return [*named, Token("weekday", str(day), start, end + 1, text[start : end + 1])]


def _is_part(known: _Known, at: int) -> bool:
    """Whether a part of the day stands behind a character."""
    parts = known.get(at + 1, (at, ()))[1]
    return bool(parts) and parts[0][0] == "part"


def _in_context(text: str, at: int, before: str, known: _Known) -> list[Token]:
    """Readings that hold only beside other words of time.

    两点半下午 is no 半下午, 八点半来 no 八点来钟.
    """
    if before in _COUNTED_DAYS and text.startswith(_NEXT_WEEK, at):
        return [Token("after", "", at, at + 1, "后")]  # 元宵后礼拜一; elsewhere 后礼拜 is next week
    if before in _COUNTS and text.startswith("周周", at) and text[at + 2 : at + 3] in _WEEKDAYS:
        return [Token("week", "7", at, at + 1, "周")]  # 每两周周四
    if _SO_MANY_ON.match(text, at):
        return [Token("over", "", at, at + 2, "过得")]
    if text.startswith("那一号", at):
        return [Token("fill", "", at, at + 1, "那")]  # 今天啊那一号
    counted = known.get(at + 1, (at, ()))[1]
    if before == "day" and text[at] in "的嘅" and counted and counted[0][0] == "day":
        return [Token("ge", "", at, at + 1, text[at])]  # 后天的后天
    later = _LATER_MONTH.match(text, at)
    if later is not None:
        return [Token("leap", "", at, later.end(), later.group())]
    if (
        text[at] in _DAY_OF_PART
        and _is_part(known, at)
        and known.get(at, (at, ()))[0] < known[at + 1][0]
    ):
        return [Token("day", _DAY_OF_PART[text[at]], at, at + 1, text[at])]  # 今后晌, 明早起
    if before in {"mod", "ge", "every"} and text.startswith("月月", at):
        return [Token("month", "", at, at + 1, "月")]  # 下个月月初
    if before in {"number", "digits", "few", "half"} and text.startswith("年前", at):
        return [Token("yearunit", "", at, at + 1, "年"), Token("before", "", at + 1, at + 2, "前")]
    if (
        before in {"number", "digits"}
        and text[at] in "来嚟"
        and text[at + 1 : at + 2] not in _UNITS
    ):
        return [Token("other", "", at, at + 1, text[at])]  # 十五来 is no 十来天
    in_month = before == "month" or text[:at].endswith("月里")
    if in_month and text[at] in "来嚟" and text[at + 1 : at + 2] not in _HOW_OFTEN:
        return [Token("other", "", at, at + 1, text[at])]  # 三月份来 is no 三个月来一次
    if before in {*_HOUR_PARTS, "exact"} and text[at] in "来嚟" and text[at + 1 : at + 2] != "钟":
        return [Token("other", "", at, at + 1, text[at])]  # 八点半来接 is no 八点来钟
    if before in {"tian", "ri", "week", "month", "hours", "minute"} and text.startswith("后来", at):
        return [Token("after", "", at, at + 1, "后")]  # 两三天后来
    if before in {"named", "dayno", "weekday"} and _COMES_AFTER.match(text, at):
        return [Token("after", "", at, at + 1, "后")]  # 中秋后来
    return _no_time(text, at, before, known) or _beside(text, at, before, known)


def _no_time(text: str, at: int, before: str, known: _Known) -> list[Token]:
    """A character that elsewhere belongs to a word of time, and to another word here."""
    alone = known.get(at, (at, ()))[0] <= at + 1  # 拜月光 is a word of its own
    if text.startswith("外后", at) and text[:at].endswith("另"):
        return [Token("other", "", at, at + 1, "外")]  # 另外后日 is no 外后日
    if text.startswith(("过后天", "过后日", "过后儿"), at):
        return [Token("other", "", at, at + 1, "过")]  # 摔过后天来看
    if text.startswith("下下", at) and text[at - 1 : at] in _VERBS_WITH_DOWN:
        return [Token("other", "", at, at + 1, "下")]  # 我记下下星期四
    if text[at] in "上下" and text.startswith(("了", "咗", "矣"), at + 1):
        return [Token("other", "", at, at + 1, text[at])]  # 去镇上了下个星期三来
    if text[at] in "上下" and text.startswith(("这个", "这周", "这礼", "这星"), at + 1):
        return [Token("other", "", at, at + 1, text[at])]  # 补上这个周六
    if _UP_BEHIND_A_VERB.match(text, at):
        return [Token("other", "", at, at + 1, "上")]  # 约上礼拜六十点半
    if (
        alone
        and text[at] == "拜"
        and before not in _COUNTS
        and text[at + 1 : at + 2] not in _WEEKDAYS
    ):
        return [Token("other", "", at, at + 1, "拜")]  # 拜了后才有闲
    if alone and text[at] == "拜" and text[at + 1 : at + 2] in _WORSHIPPED:
        return [Token("other", "", at, at + 1, "拜")]  # 初一十五拜神
    return []


def _beside(text: str, at: int, before: str, known: _Known) -> list[Token]:
    """A character that says something of time only behind such a word as it follows."""
    if text[at] == "正" and before not in _HOUR_PARTS and text[at + 1 : at + 2] in _THEN:
        return [Token("other", "", at, at + 1, "正")]  # 十六正有闲: only then
    if before in {"last", "first"} and text[at - 1] == "一" and text[at] in "天日":
        return [Token("tian", "", at, at + 1, text[at])]  # 最后一天擦黑
    if before in {"reverse", "di"} and text.startswith("二天", at):
        return [Token("number", "2", at, at + 1, "二")]  # 倒数第二天
    if before in ("named", "tian") and text[at] == "假" and at not in known:
        return [Token("holiday", "", at, at + 1, "假")]  # 五一假最末了那天, 元旦三天假
    if text.startswith("中元宵", at):
        return [Token("other", "", at, at + 1, "中")]  # 腿不中元宵节来
    if text.startswith("等下", at) and text[at + 2 : at + 3] in tuple("个礼周星月拜"):
        return [Token("over", "", at, at + 1, "等")]  # 等下个礼拜三
    if before in {"number", "digits", "few"} and text.startswith(("天每", "天天"), at):
        return [Token("tian", "", at, at + 1, "天")]  # 连着三天每天
    if text.startswith("暗头", at - 1) and before == "part":
        return [Token("other", "", at, at + 1, "头")]  # 后日暗头仔
    if before == "number" and _MONTH_AND_PART.match(text, at):
        return [Token("month", "", at, at + 1, "月")]  # 九月月半, 十二月月尾
    if before == "oclock" and text[at] == "半":
        return [Token("half", "", at, at + 1, "半")]
    return []


def _day_and_hour(text: str, at: int, digits: str, end: int) -> list[Token]:
    """每周二四八点: the last digit is the hour's; in 礼拜二四五点 two may be."""
    hours = 2 if len(digits) > 1 and int(digits[-1]) == int(digits[-2]) + 1 else 1
    cut = end - hours
    found = [Token("number", digits[:-hours], at, cut, text[at:cut])] if cut > at else []
    kind = "digits" if hours > 1 else "number"
    return [*found, Token(kind, digits[-hours:], cut, end, text[cut:end])]


def _best(text: str, at: int, known: _Known, before: str) -> list[Token]:
    end, parts = known.get(at, (at, ()))
    number = numbers.read(text, at)
    behind_chu = number is not None and text[at - 1 : at] == "初"
    if behind_chu:  # 初一十五 are two days, not 15; 初一早上 is no 一早
        number = numbers.read(text[: at + 1], at)
    if number is not None and (number.end > end or behind_chu):
        digits = number.digits or ""
        if before == "weekday" and len(digits) > 1 and text.startswith("点", number.end):
            return _day_and_hour(text, at, digits, number.end)
        kind = "digits" if number.digits else "number"
        value = number.digits or str(number.value)
        return [Token(kind, value, at, number.end, text[at : number.end])]
    if not parts:
        return [Token("other", "", at, at + 1, text[at])]
    said = text[at:end]
    if before in _DAYS and parts[0] == ("day", "0") and not said.startswith("今"):
        parts = parts[1:] or parts  # 后日下昏: the evening of that day
    return [
        Token(kind, value, at if first else end, end, said if first else "")
        for first, (kind, value) in zip([True] + [False] * len(parts), parts, strict=False)
    ]
