"""What else was wanted in a line, to be served once the first wish is done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.components.acts import STANDING
from bot.understanding.services import find_service, turned_away
from bot.understanding.several import ADDS

LATER_MIN = 0.75
"""Probability from which a second wish in a line is served after the first."""
LATER_TOLD = 0.9
"""The same for a wish that people are told of."""
_TOLD = frozenset(("complain", "rate_service", "talk_to_human"))
_OF_ORDERS = frozenset(("cancel_order", "order_status", "reschedule_order"))
_ASKS = re.compile(r"几点|几时|何时|什么时[候间]|啥时|乜时|哪[天日]|[吗么无冇]$|有没有|敢有")
"""Words that ask after what is ordered."""
_AGREES = re.compile(r"[嗯啊哎欸，]*(?:对|是|好|行|系|着|啱|要得|没[错问])")
"""How words begin that say yes to a booking that was read back."""


def not_served(
    parsed: Mapping[str, Any], booking: str | None = None, *, changing: bool = False
) -> list[str]:
    """The words of what else was wanted in a line, in order.

    The act that was served came from ``acts`` (bot/components/acts.py), too, and is left out;
    so is danger, which was looked for in the whole line before it came here.

    Args:
        parsed: what was understood of the line, as Rasa keeps it.
        booking: the service that is being booked after it.
        changing: whether an order is being changed after it; an answer to that books nothing.
    """
    served = (parsed.get("intent") or {}).get("name")
    if changing and served not in _OF_ORDERS:
        text = str(parsed.get("text") or "")
        return [text] if served == "book" and ADDS.match(text) and find_service(text) else []
    others = _other_bookings(parsed, served, booking)
    wishes = parsed.get("acts") or []
    if all(wish["act"] != served for wish in wishes):
        return others
    # who wants somebody sent to clean says so in words that ask for a person, too
    left_out = {served, "emergency", "help_menu", *(["talk_to_human"] if served == "book" else [])}
    return others + [
        wish["text"]
        for wish in wishes
        if wish["act"] not in left_out
        and wish["confidence"] >= (LATER_TOLD if wish["act"] in _TOLD else LATER_MIN)
        and not _belongs(wish, served)
        and not (others and wish["act"] == "book")
    ]


def _other_bookings(
    parsed: Mapping[str, Any], served: str | None, booking: str | None
) -> list[str]:
    """The words of a line that makes several bookings, without the one that is under way."""
    entities = parsed.get("entities") or []
    parts: list[dict[str, str]] = next(
        (one["value"] for one in entities if one["entity"] == "parts"), []
    )
    if served in _OF_ORDERS or (served != "book" and booking is None):
        return []
    first = booking or next((part["service"] for part in parts), None)
    return [part["text"] for part in parts if part["service"] != first]


def _belongs(wish: Mapping[str, Any], served: str | None) -> bool:
    """Whether what looks like a second wish only belongs to the first.

    Who corrects a booking in the same breath (明天来，明天不行，后天吧) moves no order, and cancels
    one only where another service is named; who speaks of an order that stands (那单几点来) books
    none.
    """
    text = wish["text"]
    if served == "book" and wish["act"] == "reschedule_order":
        return not STANDING.search(text)
    if served == "book" and wish["act"] == "cancel_order":
        return not (turned_away(text) or find_service(text))
    if served in _OF_ORDERS and wish["act"] == "book":
        return bool(STANDING.search(text) or _ASKS.search(text) or _AGREES.match(text))
    return False
