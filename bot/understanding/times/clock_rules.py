"""The ways of saying a time of day."""

from __future__ import annotations

import re
from itertools import pairwise

from bot.understanding.times import cues, model
from bot.understanding.times.amounts import amount, number_pair
from bot.understanding.times.grammar import Matched, Rule, rule
from bot.understanding.times.scanner import Token

_A_BIT = tuple("快慢早晚大小有差好多少轻高低热凉软烂松紧远近贵淡咸宽稀稠厚薄细粗利索便宜清楚麻")
"""Before 一点 these make it "a little"."""
_DIRTY = tuple("都全变发乌墨漆又子得")
"""Before 黑了 these make it a colour."""
_DEGREES = tuple("得也太很更较不么")
_CHOSEN = tuple("吧来行好以之")
_POINTS = ("有", "这", "那", "提", "说", "讲", "头", "第")
"""Before 两点, 三点 these make it "two points"."""
_MEASURED = re.compile(
    r"(?:血[^我你您俺恁阮涯佢他她]|体温|心率|尿酸|血脂|度数|体重|高压|低压|空腹|餐后)[是有的到了在又量只]*$"
)
"""Before a number these make it a value that was measured."""
_DAY_BEFORE = ("day", "weekday", "dayno", "ri", "named", "part", "short", "number", "daily")


def _clock(m: Matched) -> model.Clock | None:
    """下午两点半, 八点一刻, 七八点, 早七点, 十点二十五分."""
    hours = _before(m, "oclock")
    hour = _hour(hours)
    minute = _minute(m, _behind(m, "oclock"))
    if hour is None or minute is None or _is_measured(m) or not _is_time(m, hour):
        return None
    return model.Clock(hour, minute, _part(m))


def _half_past_one(m: Matched) -> model.Clock | None:
    """下晡点半: the hour that needs no number is one."""
    beside = m.before[-1] if m.before and m.before[-1].end == m.tokens[0].start else None
    part = m.one("part", "short")
    if part is None:
        return model.Clock(1, 30) if beside is not None and beside.kind in _DAY_BEFORE[:5] else None
    return model.Clock(1, 30, part.value)


def _hour(numbers: list[Token]) -> int | None:
    pair = number_pair(numbers)
    if pair is not None:
        hour = pair[0]
    elif len(numbers) == 1 and numbers[0].value == "90":
        hour = 9  # 九十点钟
    elif (len(numbers) == 1 and numbers[0].kind == "number") or (
        len(numbers) == 1 and numbers[0].value.startswith("0")
    ):
        hour = numbers[0].number
    else:
        return None
    return hour if 0 <= hour <= 24 else None


def _minute(m: Matched, numbers: list[Token]) -> int | None:
    """Minutes behind the hour; None where the number behind it is none."""
    if m.has("half"):
        return 30
    if not numbers:
        return 15 if m.has("quarter") else 0
    behind = m.after[0].text if m.after else ""
    named = m.has("minute", "quarter", "zi")
    alone = len(numbers[0].text) == 1 and not named  # 九点三: the hand on the three
    if alone and cues.behind("counted").match(behind):
        return 0  # 七点一片
    minute = numbers[0].number * (5 if alone else _unit(m))
    counted = bool(m.after) and m.after[0].text.startswith("个") and not named
    if counted and minute > 20:
        minute -= minute % 10  # 六点二十一个人
    return minute if minute < 60 and len(numbers) == 1 else None


def _unit(m: Matched) -> int:
    """How many minutes the number behind the hour counts by."""
    return 15 if m.has("quarter") else 5 if m.has("zi") else 1


def _is_time(m: Matched, hour: int) -> bool:
    """Tell 一点 (a little) and 两点 (two points) from hours."""
    tail = m.has("half", "quarter", "minute", "exact", "zi", "around") or bool(_behind(m, "oclock"))
    oclock = m.one("oclock")
    if m.has("part", "short") or tail or (oclock is not None and oclock.text != "点"):
        return oclock is None or oclock.text != "时" or m.has("part", "half", "minute", "exact")
    if m.before and m.before[-1].kind in _DAY_BEFORE and m.before[-1].end >= m.tokens[0].start - 2:
        return True
    before = m.before[-1].text if m.before else ""
    after = m.after[0].text if m.after else ""
    if hour == 1:
        hours = any(
            token.kind == "oclock" and number.value != "1" for number, token in pairwise(m.before)
        )
        if hours and not before.endswith(_A_BIT) and (not after or after.startswith(_CHOSEN)):
            return True  # 十二点吃饭一点吧
        return not (
            before.endswith(_A_BIT) or m.before or after.startswith(("也", "都", "不", "儿"))
        )
    return not before.endswith(_POINTS)


def _is_measured(m: Matched) -> bool:
    """血糖七点二: a value, no hour."""
    said = "".join(token.text for token in m.before)
    return _MEASURED.search(said) is not None


def _part(m: Matched) -> str | None:
    part = m.all("part", "short")
    before = m.before[-1].text if m.before else ""
    if part and part[-1].kind == "short" and before.endswith(_DEGREES):
        return None  # 起得晚十点以后
    return part[-1].value if part else None


def _before(m: Matched, kind: str) -> list[Token]:
    at = [token.kind for token in m.tokens].index(kind)
    return [token for token in m.tokens[:at] if token.kind in ("number", "digits")]


def _behind(m: Matched, kind: str) -> list[Token]:
    at = [token.kind for token in m.tokens].index(kind)
    return [token for token in m.tokens[at:] if token.kind in ("number", "digits")]


def _to_the_hour(m: Matched) -> model.Clock | None:
    """差十分九点, 九点差一刻."""
    numbers = m.all("number", "digits")
    hour_first = m.tokens[-1].kind != "oclock"
    hour = numbers.pop(0 if hour_first else -1).number
    minute = numbers[0].number * _unit(m) if numbers else None
    if minute is None or not (0 < minute < 60 and 1 <= hour <= 24):
        return None
    return model.Clock(hour - 1, 60 - minute, _part(m))


def _past_the_hour(m: Matched) -> model.Clock | None:
    """八点过五分, 四点过一刻."""
    hour, *behind = m.all("number", "digits")
    minute = (behind[0].number if behind else 1) * _unit(m)
    valid = hour.number <= 24 and minute < 60
    return model.Clock(hour.number, minute, _part(m)) if valid else None


def _onto(m: Matched) -> model.Clock | None:
    """两点踏九: the hand on the nine, a quarter to three."""
    hour, mark = m.all("number", "digits")
    valid = hour.number <= 24 and 1 <= mark.number <= 11
    return model.Clock(hour.number, 5 * mark.number, _part(m)) if valid else None


def _digits(m: Matched) -> model.Clock:
    """8:30."""
    hour, _, minute = m.all("hhmm")[0].value.partition(":")
    return model.Clock(int(hour), int(minute), _part(m))


def _part_of_day(m: Matched) -> model.Part | None:
    """清早; but 单子都黑咧 are dirty."""
    before = m.before[-1].text if m.before else ""
    if m.tokens[0].text.startswith("黑") and before.endswith(_DIRTY):
        return None
    return model.Part(m.all("part", "short")[-1].value)


def _up_to_noon(m: Matched) -> model.Part | None:
    """中午以前 is the morning; 晌午饭前 is at noon."""
    noon = m.tokens[0].value == "noon" and not m.tokens[0].text.endswith(("饭", "餐", "顿"))
    return model.Part("morning") if noon else None


def _short_part(m: Matched) -> model.Part | None:
    """礼拜五晚, 初三早: only right behind a day."""
    token = m.tokens[0]
    behind_day = m.before and m.before[-1].kind in _DAY_BEFORE
    if m.after and m.after[0].text.startswith(("中", "晚")):  # 每天早中晚
        return None
    near = behind_day and m.before[-1].end >= token.start - 1  # 做冬嗰晚
    return model.Part(token.value) if near else None


def _from_now(m: Matched) -> model.Hours | None:
    """过两个钟头, 半个小时以后, 二十分钟后."""
    over = m.one("over")
    if over is not None and over.text.endswith("等") and m.tokens[1].start > over.end:
        return None  # 等了两个钟头
    unit = 1 if m.has("minute") else 15 if m.has("quarter") else 60
    if m.has("half") and not m.has("number", "digits", "few"):
        return model.Hours(unit // 2) if unit == 60 else None
    count = amount(m)
    if count is None:
        return None
    return model.Hours(count[0] * unit + (30 if m.has("half") else 0))


def _sooner(m: Matched) -> model.Sooner | None:
    """提前半个钟头, 早一刻钟: before the hour named."""
    hours = _from_now(m)
    return None if hours is None else model.Sooner(hours.minutes)


RULES: list[Rule] = [
    rule(
        "下午两点半",
        "part* short? NUM number? lai? oclock lai?"
        " (half !hours | NUM? quarter | NUM minute | NUM zi)? TAIL*",
        _clock,
    ),
    rule("八点二十", "part* short? NUM number? oclock NUM NOUNIT", _clock),
    rule("两点踏九", "part* short? NUM oclock onto NUM", _onto),
    rule("差十分九点", "part* short? lack NUM (minute | quarter | zi)? NUM oclock", _to_the_hour),
    rule("九点差一刻", "part* short? NUM oclock lack NUM (minute | quarter | zi)?", _to_the_hour),
    rule("八点过五分", "part* short? NUM oclock over (NUM minute | NUM? quarter)", _past_the_hour),
    rule("早上8:30", "part* short? hhmm", _digits),
    rule("下晡点半", "(part | short)? oclock half", _half_past_one),
    rule("清早", "part", _part_of_day),
    rule("中午以前", "part before", _up_to_noon),
    rule("礼拜五晚", "short", _short_part),
    rule("过两个钟头", "over COUNT ge? half? (hours | minute) after?", _from_now),
    rule("提前半个钟头", "(early | short) COUNT ge? half? (hours | minute)", _sooner),
    rule("提前一刻钟", "(early | short) NUM quarter exact?", _sooner),
    rule("过一刻钟", "over NUM quarter exact? after?", _from_now),
    rule("两个半小时以后", "COUNT ge? half? (hours | minute) after", _from_now),
    rule("这个时候", "thismoment", lambda _: model.SameHour()),
]
"""Every rule of this module."""
