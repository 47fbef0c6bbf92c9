"""What is answered to the read-back of a change: "move it there?", "cancel it?"."""

from __future__ import annotations

import re

from actions.booking import answered
from actions.phrases import CALLED_OFF, KEEPS, LETS_BE, REFUSED, calls_off, refuses
from actions.placed import stays_there
from actions.turn import Turn
from backend.client import Order
from bot.understanding.services import find_service, segments
from bot.understanding.times import parse_when

_THE_OTHERS = re.compile(r"其[他它余]|[别旁]的|别个|剩|下一?[个次回摆趟]|另外|第二[个次]")
"""Words for the orders that are not spoken of."""


def moves(turn: Turn) -> str | None:
    """The answer to "move it there?": 不改了 is a no, whatever it says to another question."""
    stays = stays_there(turn)
    if stays is None:
        return answered(turn)
    return "no" if stays else "yes"


def cancels(turn: Turn, chosen: list[Order]) -> str | None:
    """The answer to "cancel it?": here 不要了 is a yes, and only keeping the order is a no.

    Keeping another one (取消买菜，洗澡照旧) is none. Where this one is to stay and to go in one
    breath (不用了照旧来), nothing is cancelled: it is asked again.
    """
    said = turn.heard.get("yes_no") or {"affirm": "yes", "deny": "no"}.get(turn.act)
    if kept := KEEPS.search(turn.text):
        rest = LETS_BE.sub("", KEEPS.sub("，", turn.text))
        off = CALLED_OFF.search(rest) is not None
        if not _is_another(turn, turn.text[: kept.start()], chosen):
            return None if off else "no"
        if not (off or REFUSED.search(rest)):
            return "yes" if said == "yes" else None
    if turn.act == "cancel_order" or calls_off(turn.text) or refuses(turn.text):
        return "yes"
    return said if said in ("yes", "no") else None


def _is_another(turn: Turn, words: str, chosen: list[Order]) -> bool:
    """Whether words before 照旧 name another order than those chosen: its service, its day.

    Of several services the last one stays (系退撇剃头，食饭个照送).
    """
    if _THE_OTHERS.search(words):
        return True
    said, found = segments(words), find_service(words)
    named = said[-1][0] if said else found.service if found else None
    when = parse_when(words, turn.now.replace(tzinfo=None))
    day = when.date.isoformat() if when and when.date else None
    return (named is not None and all(order.service != named for order in chosen)) or (
        day is not None and all(order.date != day for order in chosen)
    )
