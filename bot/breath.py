"""Several wishes in one breath: when the next one is served, and what becomes of the last one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.sentences import Reply, Sentences

CLOSING = frozenset(("utter_anything_else", "utter_order_done"))
"""Sentences that end a matter; another one that was wanted with it comes in their place."""
OFFER = "utter_offer_person"
"""A question that gives way where something else was wanted; a person stays one word away."""
GIVEN_UP = frozenset(("utter_booking_dropped", "utter_order_kept"))
"""After these nothing else of the same breath is taken for a wish."""


def over(replies: Sequence[Reply]) -> bool:
    """Whether nothing else is served: a person takes over, somebody left, or it was given up.

    A ticket about one matter, after which the talk goes on, leaves the others to us.
    """
    goes_on = any(reply.key in CLOSING for reply in replies)
    handed = any(reply.handoff for reply in replies) and not goes_on
    return handed or any(reply.ends or reply.key in GIVEN_UP for reply in replies)


def given_up(replies: Sequence[Reply]) -> bool:
    """Whether what was in hand was dropped; what is named beside it may still be wanted."""
    return any(reply.key in GIVEN_UP for reply in replies)


def open_question(replies: Sequence[Reply]) -> bool:
    """Whether something is asked that the next wish has to wait for."""
    return any(reply.ask not in (None, "other") and reply.key != OFFER for reply in replies)


def without_closing(replies: Sequence[Reply], say: Sentences) -> list[Reply]:
    """What is said of a matter that another one follows."""
    return [
        say.reply("utter_person_any_time") if reply.key == OFFER else reply
        for reply in replies
        if reply.key not in CLOSING
    ]
