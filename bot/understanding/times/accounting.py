"""What of a text speaks of time and was not used: nothing of that kind may be passed over.

The rules know many ways of saying a time, never all of them. A word of time that no rule took up,
standing where it may change the wish (头那个 礼拜天, 早 一日 来, 四点 踏九), means that the wish was
not understood, however well the rest of it reads; the caller is then asked. Words that are plainly
something else (an age, a price, how long or how often, 那天 for the day just named) are explained
by the words around them, from nlu_data/lexicon/time_cues.tsv.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from bot.understanding.times import calendars, cues, model
from bot.understanding.times.model import DATED, Mention, Said, Says, is_time
from bot.understanding.times.scanner import Token

_SMALL = "的那个，,、 "
"""What may stand between a word and the part of the wish it belongs to."""
_MOST = 31
"""No day and no hour has a higher number."""
_LONG = 4
"""Digits in a row beyond which they are a telephone or card number."""
_COUNT = "[一二两三四五六七八九十半几多0-9]+"
_SHIFTS = re.compile(f"(?<!最)[早晚迟过前后提推]{_COUNT}$")
_SHIFT_BY = re.compile(f"{_COUNT}(?:天|日|工|个|钟|小时|刻|分|点)")


def is_complete(text: str, found: Sequence[Token], said: Said, used: Said, day: date | None) -> bool:
    """Whether every word of time in a text is used, weighed against, or plainly something else.

    Args:
        text: what was said.
        found: all its tokens.
        said: every mention found in it, also those that were turned down.
        used: the mentions that the wish is made of.
        day: the day understood, if it is one.
    """
    taken = {at for mention in said for at in range(mention.start, mention.end)}
    left = [token for token in found if token.text and token.start not in taken]
    left = [token for token in left if token.kind in _EXPLAINED]
    return all(_EXPLAINED[token.kind](_Left(text, token, found, used, day)) for token in left)


class _Left:
    """A token that no mention took up, and what stands around it."""

    def __init__(self, text: str, token: Token, found: Sequence[Token], used: Said, day: date | None) -> None:
        at = found.index(token)
        self.token = token
        self.before = text[: token.start]
        self.after = text[token.end :]
        self.previous = found[at - 1] if at else None
        self.next = found[at + 1] if at + 1 < len(found) else None
        self._used = used
        self._day = day

    @property
    def beside(self) -> list[Mention[Says]]:
        """The mentions of the wish right before and behind it, but for small words."""
        return [
            m
            for m in self._used
            if not self.before[m.end :].strip(_SMALL)
            and m.end <= self.token.start
            or self.token.end <= m.start
            and not self.after[: m.start - self.token.end].strip(_SMALL)
        ]

    @property
    def names_the_day(self) -> bool:
        """Whether a number is that of the day understood (二十三祭灶), in either calendar."""
        if self._day is None or self.token.kind != "number":
            return False
        return self.token.number in (self._day.day, calendars.lunar_day_of(self._day))

    @property
    def leads_to_repeat(self) -> bool:
        """Whether a recurrence follows at once (每 三天一次)."""
        return any(isinstance(m.says, model.Repeat) and self.token.end == m.start for m in self._used)

    @property
    def repeats(self) -> bool:
        """Whether the wish is a recurrence."""
        return any(isinstance(m.says, model.Repeat) for m in self._used)


def _number(left: _Left) -> bool:
    """A number is explained by what it counts or measures, or by standing apart from the wish."""
    if left.previous is not None and left.previous.kind == "every":
        return False  # 逢五
    if left.token.text in ("一", "半") or cues.behind("counted").match(left.after):
        return True
    if cues.in_front("measured", "[是的，]*").search(left.before) or left.names_the_day:
        return True
    if left.token.kind == "number" and left.token.number > _MOST:
        return True
    if left.token.kind == "digits" and ("0" in left.token.value or len(left.token.value) > _LONG):
        return True
    if left.previous is not None and left.previous.kind == "di":
        return left.next is None or left.next.kind in ("dayno", "other")
    return not left.beside


def _days(left: _Left) -> bool:
    """三天: explained where it says how long (住三天, 还有三天, 三天没来)."""
    return _SHIFTS.search(left.before) is None


def _edge(left: _Left) -> bool:
    """头一个, 最后, 倒数; 剃头 and 最后一天了 are something else."""
    said = left.before + left.token.text
    if cues.in_front("no_edge").search(said) or cues.behind("edge_told").match(left.after):
        return True
    if any(isinstance(m.says, DATED) and m.end <= left.token.start for m in left.beside):
        return True  # 三十号最后一天
    return len(left.token.text) == 1 and not left.beside


def _side(left: _Left) -> bool:
    """以前, 以后: explained behind an hour (四点以前), and told where 都 stands before it (都过了)."""
    behind_hour = any(is_time(m) and m.end <= left.token.start for m in left.beside)
    told = left.before.endswith(("都", "已经", "早", "也", "没"))
    other = left.token.text == "完了" and left.previous is not None  # 暑假完了
    return behind_hour or told or other or left.repeats or not left.beside


def _early(left: _Left) -> bool:
    """早一日, 晚两个钟头; 天黑得早 is no shift."""
    return _SHIFT_BY.match(left.after) is None


def _that_day(left: _Left) -> bool:
    """那天 is the day just named, unless it is turned down (别那天来)."""
    return cues.in_front("refuse_before").search(left.before) is None


def _beside_work(left: _Left) -> bool:
    """初八上班头一天 says it of the day named."""
    return left.previous is not None and left.previous.kind == "workday"


def _week(left: _Left) -> bool:
    """双周, 头周; 拜年 is something else."""
    return left.token.text == "拜" or left.previous is None or not left.beside


def _never(_: _Left) -> bool:
    return False


_EXPLAINED: dict[str, Callable[[_Left], bool]] = {
    "number": _number,
    "digits": _number,
    "tian": _days,
    "first": _edge,
    "last": _edge,
    "reverse": _edge,
    "before": _side,
    "after": _side,
    "past": _side,
    "short": _early,
    "early": _early,
    "thatday": _that_day,
    "week": _week,
    "nextday": _never,
    "prevday": _beside_work,
    "weekpart": _never,
    "monthpart": _never,
    "ten": _never,
    "span": _never,
    "day": _never,
    "weekend": _never,
    "every": lambda left: not left.beside or left.leads_to_repeat,
    "everyskip": lambda left: not left.beside,
    "year": lambda left: not left.beside,
    "running": lambda left: not left.beside,
    "skip": lambda left: not left.beside,
    "lack": lambda left: not left.beside,
}
"""Of each kind of token that may change a wish, what may explain it away."""
