"""What is said of an order that stands, above all of one that was placed a moment ago."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.draft import finer
from actions.phrases import CALLED_OFF, KEEPS, LETS_BE, MOVES, REFUSED, second_thought
from actions.turn import Turn
from anban.errors import BackendError
from backend.client import BackendClient, Order
from bot.understanding.answers import yes_no
from bot.understanding.services import find_service
from bot.understanding.several import ALSO

OPEN_STATUSES = ("placed", "confirmed")


async def standing_orders(
    backend: BackendClient, turn: Turn, spoken_of: str | None = None
) -> list[Order]:
    """The orders that stand of the service a line names; none where the backend is away.

    Args:
        backend: the service backend.
        turn: the line.
        spoken_of: the service that is meant where the line names none that is ordered.
    """
    named = (turn.heard.get("service") or {}).get("service")
    if turn.elder is None or not (named or spoken_of):
        return []
    try:
        orders = await backend.orders(elder_id=turn.elder.id, now=turn.now)
    except BackendError:
        return []
    standing = [one for one in orders if one.status in OPEN_STATUSES]
    by_service = ([one for one in standing if one.service == meant] for meant in (named, spoken_of))
    return next((found for found in by_service if found), [])


async def standing_that_day(backend: BackendClient, turn: Turn) -> list[Order]:
    """The orders that stand on the day of a line that names no service (后日彼个毋爱来)."""
    day = (turn.heard.get("when") or {}).get("date")
    if turn.elder is None or not day or find_service(turn.text):
        return []
    try:
        orders = await backend.orders(elder_id=turn.elder.id, now=turn.now)
    except BackendError:
        return []
    return [one for one in orders if one.status in OPEN_STATUSES and one.date == day]


async def placed_here(backend: BackendClient, turn: Turn) -> list[Order]:
    """Those of them that were placed in this very conversation."""
    found = await standing_orders(backend, turn)
    return [order for order in found if order.conversation_id == turn.conversation]


def only_remarks(turn: Turn, placed: Sequence[Order]) -> bool:
    """Whether a line only speaks on of what was ordered (主要是厨房), and wants no more of it."""
    when = turn.heard.get("when") or {}
    if any(order.service == "respite" for order in placed) and _STAY_ENDS.search(turn.text):
        return _ONE_MORE.search(turn.text) is None  # 住五天，星期五我们来接
    same = any(
        when.get("date") in (None, order.date)
        and (when.get("time") is None or finer(order.time, when["time"]) == order.time)
        for order in placed
    )
    return same and not (ALSO.search(turn.text) or _ONE_MORE.search(turn.text))


_STAY_ENDS = re.compile(
    r"[来去](?:把[^，。]{1,3})?接|接(?:回|返|转|走|[她他佢伊渠])|"
    r"住(?:[一二两三四五六七八九十半\d]+|几)个?(?:天|日|工|晚|宿|礼拜|星期|月)"
)
"""Words for how long a stay lasts, and for who fetches the guest."""


def one_more(turn: Turn) -> bool:
    """Whether a line wants another one of what was ordered."""
    return _ONE_MORE.search(turn.text) is not None


_ONE_MORE = re.compile(r"再|多[订约来送]|也|又|阁|仲|另|加")
"""Words of somebody who wants another one of what was ordered."""


def takes_back(turn: Turn) -> bool:
    """Whether a line begins by taking back what was said before, and wants nothing besides."""
    return _TAKEN_BACK.match(turn.text) is not None and ALSO.search(turn.text) is None


_TAKEN_BACK = re.compile(
    r"[哎呀哦啊诶欸唉哟呦喂，]*"
    r"(?:等[等下一]|不[是对行中成]|唔[系对啱得]|毋[是着通]|遭了|坏了|[讲说]?错[了咗啦哩])"
)


def only_keeps(turn: Turn) -> bool:
    """Whether a line only says that an order stays as it is (不取消，照原来的来)."""
    said = second_thought(turn.text)
    rest = _UNCHANGED.sub("", KEEPS.sub("", said))
    if rest == said:
        return False
    if _UNCHANGED.search(said):
        rest = LETS_BE.sub("，", rest)  # 算了，不改了 lets the change be
    return not (CALLED_OFF.search(rest) or REFUSED.search(rest) or MOVES.search(rest))


def stays_there(turn: Turn) -> bool | None:
    """Whether "move it there?" is answered by words that change nothing; None where it is not.

    不改了 and 照旧 leave the order where it stands; 对，不用改 finds the new day right.
    """
    if not only_keeps(turn):
        return None
    rest = _UNCHANGED.sub("，", turn.text)
    return bool(KEEPS.search(turn.text)) or yes_no(rest, "confirm") != "yes"


_UNCHANGED = re.compile(
    r"(?:[不没冇无唔毋莫别甭免]|[唔毋]免)(?:使|用|要|爱|会|得|好|通|再){0,2}[改变換换动郁挪]"
)
"""Words that leave a thing as it is (送饭那个没改)."""
