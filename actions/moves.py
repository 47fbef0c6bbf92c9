"""Where an order is moved to: the words about it, and the day that is the new one.

Also what of the move is open yet, and which lines that seem to move an order call it off instead.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rasa_sdk import Tracker

from actions.draft import Draft, Heard, finer, named_field
from actions.phrases import (
    AGAIN_THEN,
    ANOTHER_DAY,
    KEEPS,
    LETS_BE,
    MOVES,
    NOT_AT,
    RATHER,
    SOONER_OR_LATER,
    calls_off,
    calls_off_plainly,
)
from actions.shift import shifted
from actions.turn import SURE, Turn
from backend.client import Order
from bot.understanding.several import ADDS
from bot.understanding.times import parse_when
from bot.understanding.times.parser import mentions as days_and_hours

DAY = frozenset(("date", "time"))
"""What of an order a move changes."""


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


def stepped(order: Order, change: Heard, turn: Turn) -> tuple[Draft, str | None, frozenset[str]]:
    """Where an order is moved to, told by a step from where it stands (早一天) or by a new day.

    To move it to the day and hour that it has is to have said no new one.
    """
    draft, problem, changed = change.draft, change.problem, change.changed
    if draft.time and order.time:
        draft = replace(draft, time=finer(order.time, draft.time))  # 早一天 tells no morning
    step = shifted(turn.text, draft.date or order.date, draft.time or order.time)
    named = (turn.heard.get("when") or {}).get("date")
    if step and (named is None or named in (order.date, step[0])):
        at = replace(draft, date=step[0], time=step[1])
        return at, None, changed | {"date", "time"}
    if draft.date is not None and stays_put(draft, order):
        again = turn.asked == "date"  # then the day is to stay, and the hour to change
        return (
            replace(draft, date=order.date if again else None, time=None),
            problem,
            changed - DAY,
        )
    return draft, problem, changed


def stays_put(draft: Draft, order: Order) -> bool:
    """Whether what is known of a move leaves the order where it stands."""
    return draft.date in (None, order.date) and draft.time in (None, order.time)


def hour_open(draft: Draft, meant: list[Order], turn: Turn) -> bool:
    """Whether "to which day?" was answered by a day alone: another hour may be meant with it.

    It is asked for once; whoever says nothing of an hour keeps the one that stands.
    """
    exact = any(":" in (order.time or "") for order in meant)
    keeps = KEEPS.search(turn.text) or _SAME_HOUR.search(turn.text)
    return exact and draft.date is not None and draft.time is None and not keeps


_SAME_HOUR = re.compile(
    r"不变|唔变|无变|[原同一仝]样|仝款|(?:[那这彼嗰][个]?|原来的?)(?:点|时间|钟头?|时辰)"
)
"""Words for the hour at which an order stands already."""


def vague_hour(draft: Draft, order: Order, asked: str | None) -> bool:
    """Whether an order is moved to a part of the day, whose hour was not asked for yet."""
    return asked in (None, "order", "date") and replace(draft, service=order.service).vague


def another_hour(turn: Turn) -> bool:
    """Whether a line wants another hour without saying which (晚点送来，时间换一下)."""
    if _day_is_out(turn):
        return False
    return named_field(turn.text) == "time" or SOONER_OR_LATER.search(turn.text) is not None


def _day_is_out(turn: Turn) -> bool:
    """Whether a line tells that somebody is busy all of a day (礼拜六走唔开，推迟啲)."""
    when = turn.heard.get("when") or {}
    behind = turn.text.partition(when.get("said") or "\n")[2]
    return bool(when.get("date") and not when.get("time")) and _BUSY.match(behind) is not None


_BUSY = re.compile(
    r"[^，。个嗰那张单]{0,10}?(?:走[唔不毋袂]了?[开脱]|脱[唔不]开|[没冇无][空闲]|[不唔]得[闲空]|有事|"
    r"[没冇无]人在|不在(?:家|屋)|唔喺|出门|忙[得到不])"
)
"""Behind a day: nobody is free on it."""


def leaves_it(turn: Turn) -> bool:
    """Whether the day in a line does not move the order: it is called off, or more is wanted."""
    return _calls_off(turn) or ADDS.match(turn.text) is not None


def cancels_instead(turn: Turn, asked: str | None) -> bool:
    """Whether a line taken for a move calls the order off, and names no day to move it to.

    算了 and 不改了 only leave it where it is.
    """
    text = LETS_BE.sub("", turn.text)
    surely = asked in (None, "order") and turn.act == "cancel_order" and turn.confidence >= SURE
    off = calls_off(text) or surely
    said_no = turn.heard.get("yes_no") == "no" and not calls_off_plainly(text)
    then = turn.act == "reschedule_order" and AGAIN_THEN.search(text)
    stays = MOVES.search(text) or then or said_no or (asked and KEEPS.search(text))
    return off and not stays


def rather_off(turn: Turn, tracker: Tracker) -> bool:
    """Whether "move it there?" is answered by calling the order off (那天也不行，还是退了吧)."""
    moving = tracker.get_slot("change") == "move"
    return moving and calls_off_plainly(turn.text) and cancels_instead(turn, "confirmed")


def _calls_off(turn: Turn) -> bool:
    """Whether a line with a day in it says yes to cancelling rather than moving the order there."""
    said_yes = turn.heard.get("yes_no") == "yes" or calls_off(turn.text)
    return said_yes and MOVES.search(turn.text) is None
