"""Orders that stand and are spoken of in a line that was taken for a booking: told, not placed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from actions.draft import Draft, finer
from actions.lines import of_part
from actions.phrases import (
    HAS_ORDERED,
    MOVES,
    ORDERS,
    RATHER,
    SOONER_OR_LATER,
    SPEAKS_OF_ONE,
    WISHES,
    calls_off,
    refuses,
)
from actions.placed import OPEN_STATUSES, one_more, only_keeps, standing_orders, standing_that_day
from actions.turn import Turn
from anban.errors import BackendError
from backend.client import BackendClient, Order
from bot.understanding.services import segments
from bot.understanding.several import ALSO

A_FEW = 10
"""Characters up to which a no is nothing but a no; a longer line may refuse something else."""


async def only_calls_off(backend: BackendClient, said: Turn, rest: Turn) -> bool:
    """Whether a line calls off an order that stands, and else only names what is ordered.

    我有约一个剃头一个洗身躯，剃头彼个毋免 orders no bath.
    """
    off = {one for one, words in segments(said.text) if calls_off(words)}
    if said.elder is None or not off or ORDERS.search(HAS_ORDERED.sub("", said.text)):
        return False
    wanted = (rest.heard.get("service") or {}).get("service")
    try:
        orders = await backend.orders(elder_id=said.elder.id, now=said.now)
    except BackendError:
        return False
    standing = {one.service for one in orders if one.status in OPEN_STATUSES}
    return bool(off & standing) and wanted in (standing | {None})


async def means_order(backend: BackendClient, turn: Turn, spoken_of: str | None = None) -> bool:
    """Whether a line speaks of an order that stands (礼拜五那餐不用送)."""
    return bool(await standing_orders(backend, turn, spoken_of))


async def speaks_of_order(backend: BackendClient, turn: Turn) -> bool:
    """The same, where the day alone may tell which one (后日彼个毋爱来)."""
    on_that_day = await standing_that_day(backend, turn)
    return bool(on_that_day) or await means_order(backend, turn)


async def names_standing(backend: BackendClient, turn: Turn, draft: Draft) -> bool:
    """Whether the order that a line only names stands: on its day, where one is told."""
    if turn.heard.get("when"):
        return await stands_there(backend, turn, draft)
    return await means_order(backend, turn)


async def stands_there(backend: BackendClient, turn: Turn, draft: Draft) -> bool:
    """Whether an order of the same service stands on the very day of a booking.

    One that is spoken of without a day (不是订了个打扫么) is the one that stands.
    """
    if draft.date is None and not has_ordered(turn):
        return False
    standing = await standing_orders(backend, turn, draft.service)
    return any(one.service == draft.service and draft.date in (None, one.date) for one in standing)


async def without_told(backend: BackendClient, turn: Turn) -> Turn:
    """A line of several wishes without an order that stands and is only spoken of.

    周三不是去日托嘛，家里再扫一扫 orders a cleaning.
    """
    parts = turn.heard.get("parts") or ()
    for told in parts:
        rest = [part for part in parts if part is not told]
        wished = ORDERS.search(told["text"]) or WISHES.search(told["text"])
        if not wished and _REMINDS.search(told["text"]) and await _stands(backend, turn, told):
            return of_part(turn, rest)
    return turn


async def _stands(backend: BackendClient, turn: Turn, part: Mapping[str, Any]) -> bool:
    """Whether what a part of a line speaks of is ordered for its day."""
    day = (part["when"] or {}).get("date")
    standing = await standing_orders(backend, turn, part["service"])
    return any((one.service, one.date) == (part["service"], day) for one in standing)


async def is_there(backend: BackendClient, turn: Turn, draft: Draft) -> bool:
    """Whether the very order that a line would place stands already, and no other is wished."""
    if draft.date is None or ALSO.search(turn.text) or one_more(turn):
        return False
    standing = await standing_orders(backend, turn, draft.service)
    return any(_same(draft, one, turn) for one in standing)


async def other_hour(backend: BackendClient, turn: Turn, draft: Draft) -> bool:
    """Whether a line speaks of an order that stands, and of another hour on its day.

    明天打扫那单下午三点才有人在 moves the cleaning, and orders no second one.
    """
    asked_for = ORDERS.search(turn.text) or ALSO.search(turn.text) or one_more(turn)
    if asked_for or not draft.time or not SPEAKS_OF_ONE.search(turn.text):
        return False
    return await stands_there(backend, turn, draft)


_REMINDS = re.compile(r"(?:不|毋|唔)(?:是|系)?[^，。]{1,10}?[嘛吗么咩]")
"""Words that remind of what is known (周三不是去日托嘛)."""


def _same(draft: Draft, order: Order, turn: Turn) -> bool:
    """Whether a draft is the order that stands, as far as it is known.

    A second meal of a day, or somebody sent for in so many words, needs its hour to be the same;
    what is wished for again and again is not the one that stands.
    """
    once = draft.recurring in (None, order.recurring)
    if not once or (order.service, order.date) != (draft.service, draft.date):
        return False
    if draft.time is None:
        return order.service != "meals" and not ORDERS.search(turn.text)
    return order.time is not None and finer(order.time, draft.time) == order.time


def change_meant(turn: Turn) -> str | None:
    """``move`` or ``cancel``, where a line taken for a booking has words of a change."""
    another_hour = SOONER_OR_LATER.search(turn.text) and SPEAKS_OF_ONE.search(turn.text)
    rather = RATHER.search(turn.text) and not calls_off(turn.text)
    if MOVES.search(turn.text) or another_hour or rather:
        return "move"
    off = calls_off(turn.text) and not ORDERS.search(HAS_ORDERED.sub("", turn.text))
    return "cancel" if off or refuses(turn.text) else None


def only_names_one(turn: Turn) -> bool:
    """Whether a line of its own only names an order that stands (后天那个打扫, 洗被单彼张)."""
    names = turn.asked in (None, "menu", "other") and len(turn.text) <= A_FEW
    wishes = turn.asked != "other" and WISHES.search(turn.text)
    return (
        names
        and not wishes
        and SPEAKS_OF_ONE.search(turn.text) is not None
        and not (ORDERS.search(turn.text) or ALSO.search(turn.text))
    )


def stays_as_it_is(turn: Turn) -> bool:
    """Whether a line only says that an order stays (打扫照旧, 饭明天照来)."""
    return only_keeps(turn) and not ALSO.search(turn.text)


def has_ordered(turn: Turn) -> bool:
    """Whether a line tells of what was ordered before, and wishes for nothing behind it.

    给我妈约过周六早上去透析的车 does; 约过一次，再帮我订一个 does not.
    """
    told = HAS_ORDERED.search(turn.text)
    rest = turn.text[told.end() :] if told else ""
    return bool(told) and not (WISHES.search(rest) or ORDERS.search(rest) or ALSO.search(rest))
