"""Whose orders a line is about, where a relative speaks for several elders."""

from __future__ import annotations

from dataclasses import replace

from actions.placed import OPEN_STATUSES
from actions.turn import Turn
from backend.client import BackendClient, Order
from bot.understanding.whose import meant


async def open_orders(backend: BackendClient, turn: Turn) -> list[Order]:
    """Orders of the elder in question that are still to come, the earliest first.

    A relative of several elders who names none of them means the orders of all.

    Raises:
        BackendError: the list cannot be had.
    """
    if turn.elder is not None:
        found = await backend.orders(elder_id=turn.elder.id, now=turn.now)
    elif turn.elders:
        several = [await backend.orders(elder_id=one.id, now=turn.now) for one in turn.elders]
        found = [order for orders in several for order in orders]
    elif turn.phone is not None:
        found = await backend.orders(phone=turn.phone, now=turn.now)
    else:
        return []
    coming = [order for order in found if order.status in OPEN_STATUSES]
    return sorted(coming, key=lambda order: (order.date, order.time or ""))


def of_all(turn: Turn) -> Turn:
    """The turn as one that asks after all elders, unless it names one of several."""
    several = turn.role == "family" and len(turn.elders) > 1
    return turn if not several or meant(turn.text, turn.elders) else replace(turn, elder=None)


def whose(order: Order, turn: Turn) -> dict[str, str]:
    """Names whose order it is (`elder`), where it can be one of several elders'."""
    if turn.elder is not None or len(turn.elders) < 2:
        return {}
    name = next((one.name for one in turn.elders if one.id == order.elder_id), None)
    return {"elder": name} if name else {}
