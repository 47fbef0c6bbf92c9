"""What the turn before this one told of or did, and lines that only speak on of it."""

from __future__ import annotations

import re

from rasa_sdk import Tracker

from actions.phrases import (
    ANOTHER_DAY,
    KEEPS,
    MOVES,
    NOT_AT,
    NOT_THEN,
    ORDERS,
    calls_off,
    calls_off_one,
    refuses,
)
from actions.turn import Turn
from bot.understanding.several import ALSO

_TOLD = frozenset(("utter_order_line", "utter_order_line_of"))
"""Sentences that name an order that stands."""
_PLACED = "utter_order_placed"
_MOVED, _CANCELLED = "utter_order_moved", "utter_order_cancelled"
_FEW = 12
"""Characters up to which a line only says over what was done."""
_ONLY = re.compile(r"[嗯啊哦对好是系着，]*(?:就|只|光|净|单|独)(?:是|系|要|爱|欲)?")
"""How words begin that say that this was all."""
_MOVE = re.compile(r"[推改换挪徙调延移]|[提押][前后]")
_CANCEL = re.compile(r"[退撤]|取消|[不莫毋唔甭别免][要用来送爱使]")
_THAT_DAY = re.compile(r"(?:[那该彼嗰伊]|当)一?(?:日|天|工)|(?:礼拜|星期|周|拜)[一二三四五六日天]")
"""The day of an order, as one speaks of it who has just been told of it."""


def said_before(tracker: Tracker) -> frozenset[str]:
    """Keys of the sentences said to the line before this one."""
    said: set[str] = set()
    lines = 0
    for event in reversed(tracker.events):
        lines += event.get("event") == "user"
        if lines > 1:
            break
        if lines == 1 and event.get("event") == "bot":
            said.add((event.get("metadata") or {}).get("utter_action") or "")
    return frozenset(said)


def day_unsuited(turn: Turn, tracker: Tracker) -> bool:
    """Whether somebody who was just told of an order says that its day does not suit.

    该日妹家做满月，屋下冇人 and 换过一日: the order is to be moved, and no new one is wanted.
    """
    if turn.asked != "other" or turn.heard.get("service"):
        return False
    if calls_off(turn.text) or refuses(turn.text) or KEEPS.search(turn.text):
        return False
    if ORDERS.search(turn.text) or ALSO.search(turn.text):
        return False
    if (off := NOT_AT.search(turn.text)) and off.end() < len(turn.text) and changed_here(tracker):
        return turn.heard.get("when") is not None
    unsuited = NOT_THEN.search(turn.text) and _THAT_DAY.search(turn.text)
    wished = unsuited or ANOTHER_DAY.search(turn.text)
    wished = wished or (MOVES.search(turn.text) and turn.heard.get("when"))
    return bool(wished) and bool(said_before(tracker) & _TOLD)


def change_of_told(turn: Turn, tracker: Tracker) -> str | None:
    """``move`` or ``cancel``, where somebody who was just told of an order will not have it so."""
    if day_unsuited(turn, tracker):
        return "move"
    if turn.asked != "other" or KEEPS.search(turn.text) or ALSO.search(turn.text):
        return None
    told = bool(said_before(tracker) & _TOLD)
    return "cancel" if told and calls_off_one(turn.text) else None


def changed_here(tracker: Tracker) -> bool:
    """Whether an order was placed or moved in this conversation."""
    return any(
        event.get("event") == "bot"
        and (event.get("metadata") or {}).get("utter_action") in (_PLACED, _MOVED)
        for event in tracker.events
    )


def repeats_change(turn: Turn, tracker: Tracker) -> bool:
    """Whether a line only says over the change that was just made (就推扫家的)."""
    short = turn.asked == "other" and len(turn.text) <= _FEW
    if not short or turn.heard.get("when") or ALSO.search(turn.text):
        return False
    only = _ONLY.match(turn.text)
    if only is None:
        return False
    rest, before = turn.text[only.end() :], said_before(tracker)
    moved = _MOVED in before and _MOVE.search(rest) and not _CANCEL.search(rest)
    return bool(moved or (_CANCELLED in before and _CANCEL.search(rest) and not _MOVE.search(rest)))


def rests(turn: Turn, tracker: Tracker) -> bool:
    """Whether a booking was left a moment ago for a person, and can still be gone on with."""
    return not turn.form and turn.asked is None and tracker.get_slot("service") is not None
