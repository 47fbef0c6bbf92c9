"""Where an order is moved to: the words about it, and the day that is the new one."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.phrases import AGAIN_THEN, ANOTHER_DAY, MOVES, NOT_AT, RATHER
from actions.turn import Turn
from bot.understanding.times import parse_when
from bot.understanding.times.parser import mentions as days_and_hours


def of_the_move(turn: Turn) -> Turn:
    """The words about the order that is moved, where the line books something else as well.

    暖气停了，等下礼拜一修好了再来 books no repair.
    """
    parts = turn.heard.get("parts") or ()
    own = next((part for part in parts if MOVES.search(part["text"])), None)
    if own is None and parts and AGAIN_THEN.search(turn.text):
        own = {**parts[0], "text": turn.text, "when": parts[-1]["when"]}
    if own is None:
        return turn
    named = {"service": {"service": own["service"], "score": 1.0}}
    kept = {kind: value for kind, value in turn.heard.items() if kind not in ("when", "parts")}
    when = {"when": own["when"]} if own["when"] else {}
    return replace(turn, text=own["text"], heard={**kept, **named, **when})


def moved_to(turn: Turn) -> Turn:
    """The line with the new day alone, where it names the old one or a reason, too.

    后天的改到明天，后天我要去喝喜酒 moves to tomorrow, and 改天光日 to the day that Hakka calls so;
    礼拜三那个改个日子 names no new day at all.
    """
    told = turn.heard.get("when") or {}
    if told.get("ask") and NOT_AT.search(turn.text) and (last := _said_last(turn)):
        return replace(turn, heard={**turn.heard, "when": last})
    verbs = list(MOVES.finditer(turn.text)) or list(RATHER.finditer(turn.text))
    if not verbs:
        return turn
    tail = turn.text[verbs[-1].end() :]
    if told and _names_no_day(turn, verbs[-1].start(), tail):
        kept = {kind: value for kind, value in turn.heard.items() if kind != "when"}
        return replace(turn, heard=kept)
    named = _named_at_once(tail, turn)
    if named and told.get("date") != named and not told.get("recurring"):
        settled = {**told, "date": named, "start": None, "end": None, "ask": False, "reason": None}
        return replace(turn, heard={**turn.heard, "when": settled})
    if not told.get("ask"):
        return turn
    for length in _NEW_DAY:
        if _IN_AN_HOUR.match(tail[length - 1 :]):
            continue
        when = parse_when(tail[:length], turn.now.replace(tzinfo=None), "date")
        if when and when.date and not when.ask:
            day = {**when.as_dict(), "reason": when.reason, "said": when.span}
            return replace(turn, heard={**turn.heard, "when": day})
    return turn


def _said_last(turn: Turn) -> dict[str, object] | None:
    """The last day or hour of a line (三点不行，睡起来就三点过了，四点正好)."""
    now = turn.now.replace(tzinfo=None)
    read, said = days_and_hours(turn.text, now)
    when = parse_when(read[said[-1].start :], now, "time") if said else None
    if when is None:
        return None
    return {**when.as_dict(), "reason": when.reason, "said": when.span}


def _names_no_day(turn: Turn, verb: int, tail: str) -> bool:
    """Whether another day is wanted (改过一日, 换个日子), and no word behind says which."""
    another = ANOTHER_DAY.match(turn.text, verb)
    if another is not None:
        return not _told_in(turn.text[another.end() :], turn)
    return _NO_DAY_YET.match(tail) is not None and not _told_in(tail, turn)


def _told_in(words: str, turn: Turn) -> bool:
    """Whether a day or an hour is told in these words."""
    when = parse_when(words, turn.now.replace(tzinfo=None), "date")
    return when is not None and bool(when.date or when.start or when.time)


def _named_at_once(tail: str, turn: Turn) -> str | None:
    """The day right behind the word for a move (改去拜一，我仔拜六走), unless it is taken back."""
    tail = tail.lstrip("去到成为在至")
    if _TAKEN_BACK.search(tail):
        return None
    for length in _AT_ONCE:
        if _IN_AN_HOUR.match(tail[length - 1 :]):
            continue
        when = parse_when(tail[:length], turn.now.replace(tzinfo=None), "date")
        if when and when.date and not when.ask and tail.startswith(when.span):
            return when.date.isoformat()
    return None


_IN_AN_HOUR = re.compile(r"[零一二两三四五六七八九十\d][零一二两三四五六七八九十\d点點时刻分半]")
"""Where a piece of a line would end in the middle of an hour (下午三 of 下午三点 is no day)."""
_NO_DAY_YET = re.compile(
    r"(?:[一下哈吓]|一[下哈吓])?(?:个|過|过)?(?:别的|另外的?|第二个)?(?:日子|日期|时间|一?天|钟点|日(?![头子]))"
)
"""Behind the word for a move: another day is wanted, and which is not said (礼拜三那个改个日子)."""
_TAKEN_BACK = re.compile(r"不[行是对成]|唔[系得啱]|毋[是着通]|错|还是|要不")
_AT_ONCE = (3, 4, 5, 6, 8)
"""Characters in which a day that stands right behind the word for a move is looked for."""
_NEW_DAY = (200, 12, 8, 6, 5, 4)
"""Characters after the word for a move in which the new day is looked for."""
