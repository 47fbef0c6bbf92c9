"""Which act wins where a line says several things: the first thing the caller wants done."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

BESIDE = frozenset(("greet", "thanks", "goodbye", "smalltalk", "affirm", "deny", "repeat"))
"""Acts that people put before or after what they want."""

POLITE = BESIDE | {"slower_or_louder", "report_feeling_ok"}
"""Acts that give way to a wish in the same breath."""

YIELDING = POLITE | {
    "give_name",
    "give_address",
    "give_phone",
    "give_time",
    "feeling_lonely_or_sad",
    "out_of_scope",
}
"""Acts that are no wish: everything else wants something done."""

UNSAID = ""
"""The service of a booking that names none."""

# How many times likelier an act is after a question. Fitted with held-out writers, their answers
# mixed with wishes one to one up to nine to one: from 12 to 20 on, answers gain 5 to 14 points and
# wishes lose 1 (docs/adr/0004). A wish after "which service?" is anyhow one.
EXPECTED: Mapping[str, Mapping[str, float]] = {
    "confirm": {"affirm": 12.0, "deny": 12.0},
    "date": {"give_time": 20.0},
    "time": {"give_time": 20.0},
    "address": {"give_address": 12.0},
    "hospital": {"give_address": 3.0},
    "person": {"give_name": 12.0},
    "name": {"give_name": 12.0},
    "phone": {"give_phone": 20.0},
    "service": {"book": 2.0},
    "menu": {"book": 1.5},
    "other": {"deny": 1.5, "thanks": 1.5, "goodbye": 1.5},
}

ANSWERS = 3.0
"""Factor from which an act answers the question, and gives way to no wish in the same breath."""
ASKED_IN_WORDS: Mapping[str, float] = {"ask_policy": 12.0, "check_eligibility": 12.0}
"""The same where a line asks in so many words about what the state gives."""

IN_WORDS_MIN = 0.05
"""Probability that an act has at least which the words of a line plainly name."""
ASKED_OF_A_PLACE = 1000.0
"""The same where it asks what a place offers, whose name is also that of a service (日间照料)."""
ORDERED_IN_WORDS = 12.0
"""The same for a booking where a line orders without saying what yet."""
ASKED_AFTER = 60.0
"""The same for what is ordered where a line asks whether it still comes, or when."""
NAMED_ALONE = 60.0
"""The same for a booking where a line is nothing but the name of a service (饭)."""

# Fitted with held-out writers (docs/adr/0004): lower ones lose more lines that only tell a story
# than they win lines with two wishes.
WISH_MIN = 0.5
"""Least probability of a clause's act that makes it a wish."""
OVER_POLITE = 0.05
"""A wish wins over a polite act where the whole line gives it so much."""
EARLIER_MIN, LATER_MIN, EARLIER_IN_LINE = 0.6, 0.9, 0.1
"""An earlier wish wins over a later one where its clause, the later one's clause, and the whole
line give it so much."""

FEW = 6
"""Characters up to which words of a change name no order themselves."""
HAS_ORDERED = re.compile(r"有[订约]|[订约][好过]?(?:了|咗|哩|咯|咧|着)")
"""Words of somebody who has ordered (我有约一个剃头)."""
_CHANGES = frozenset(("cancel_order", "reschedule_order"))
STANDING = re.compile(
    r"[那这]个|[那这][张单次趟回顿餐]|彼[个摆单张]|[嗰呢][个张餐单次]|个只|[约订定][了过咯哩咧]?的"
)
"""Words for an order that stands (礼拜三那个打扫)."""


@dataclass(frozen=True)
class Heard:
    """What the classifier makes of a line or of one of its clauses."""

    text: str
    """The words."""
    acts: Mapping[str, float]
    """Probability of each act."""
    services: Mapping[str, float]
    """Probability of each booking, as part of the probability of ``book``."""

    @property
    def act(self) -> str:
        """The likeliest act."""
        return max(self.acts, key=lambda act: self.acts[act])

    @property
    def confidence(self) -> float:
        """Its probability."""
        return self.acts[self.act]

    def as_dict(self) -> dict[str, Any]:
        """Act, probability, words, and for a booking the likeliest service."""
        found = {"act": self.act, "confidence": self.confidence, "text": self.text}
        named = {name: value for name, value in self.services.items() if name != UNSAID}
        if self.act == "book" and named:
            found["service"] = max(named, key=lambda name: named[name])
        return found


@dataclass(frozen=True)
class HeardAll:
    """What a line with several clauses says."""

    first: Heard
    """What is served first."""
    wishes: tuple[Heard, ...]
    """Everything wanted, in the order said; empty where nothing is."""


def nothing_heard(text: str, labels: Sequence[str]) -> Heard:
    """A line without a word (……) means nothing: it must not pass for the yes that is asked for."""
    acts = dict.fromkeys((label.partition("/")[0] for label in labels), 0.0)
    return Heard(text, {**acts, "out_of_scope": 1.0}, {})


def weighed(heard: Heard, expected: Mapping[str, float], emergency_min: float) -> Heard:
    """The same after a question, where the acts ``expected`` are so many times likelier.

    An emergency under ``emergency_min`` is left to the emergency signs, which heard the line first.
    """
    acts = {act: value * expected.get(act, 1.0) for act, value in heard.acts.items()}
    if 0 < heard.acts.get("emergency", 0.0) < emergency_min:
        acts["emergency"] *= 0.1
    total = sum(acts.values())
    return replace(heard, acts={act: value / total for act, value in acts.items()})


def worded(heard: Heard, acts: Iterable[str]) -> Heard:
    """The same, where the words of a line name acts that the classifier may not have thought of."""
    least = {act: max(heard.acts.get(act, 0.0), IN_WORDS_MIN) for act in acts}
    return replace(heard, acts={**heard.acts, **least})


def heard_in(whole: Heard, clauses: Sequence[Heard], expected: Mapping[str, float]) -> HeardAll:
    """Which wish comes first, and what else is wanted.

    Args:
        whole: the line, after `weighed`.
        clauses: its clauses in order; fewer than two say nothing new.
        expected: how many times likelier the question asked makes an act; those that answer it
            give way to nothing.
    """
    wishes = [
        clause
        for clause, after in zip(clauses, [*clauses[1:], None], strict=False)
        if clause.act not in YIELDING
        and clause.confidence >= WISH_MIN
        and not _is_object(clause, after)
        and not (clause.act == "book" and HAS_ORDERED.search(clause.text) and _goes_on(clauses))
    ]
    if len(clauses) < 2 or not wishes:
        return HeardAll(whole, () if whole.act in YIELDING else (whole,))
    first = whole
    if whole.act == "book" and _only_names(clauses, wishes):
        return HeardAll(wishes[0], _each_once(wishes[0], wishes))
    if expected.get(whole.act, 1.0) < ANSWERS and _comes_first(whole, wishes):
        first = wishes[0]
    return HeardAll(first, _each_once(first, wishes))


def _is_object(clause: Heard, after: Heard | None) -> bool:
    """Whether a clause only names the order that the next words change (后天的陪诊 | 取消了)."""
    if after is None or clause.act != "book":
        return False
    changes = after.act in ("cancel_order", "reschedule_order")
    return changes and (len(after.text) <= FEW or STANDING.search(clause.text) is not None)


def _goes_on(clauses: Sequence[Heard]) -> bool:
    """Whether a clause calls an order off, moves it, or asks after it."""
    of_orders = _CHANGES | {"order_status"}
    return any(one.act in of_orders and one.confidence >= WISH_MIN for one in clauses)


def _only_names(clauses: Sequence[Heard], wishes: Sequence[Heard]) -> bool:
    """Whether the bookings of a line only name orders that stand, and one is to be changed."""
    named = any(clause.act == "book" and HAS_ORDERED.search(clause.text) for clause in clauses)
    changes = wishes[0].act in _CHANGES
    return bool(named) and changes and all(wish.act != "book" for wish in wishes)


def _comes_first(whole: Heard, wishes: Sequence[Heard]) -> bool:
    """Whether the first wish wins over what the whole line seems to be."""
    wish = wishes[0]
    share = whole.acts.get(wish.act, 0.0)
    if whole.act in POLITE:
        # 喂，是养老的电话不？我想剪头
        return share >= OVER_POLITE or (whole.act == "greet" and wish.confidence >= LATER_MIN)
    said_later = any(
        later.act == whole.act and later.confidence >= LATER_MIN for later in wishes[1:]
    )
    return (
        whole.act != "emergency"
        and said_later
        and wish.confidence >= EARLIER_MIN
        and share >= EARLIER_IN_LINE
    )


def _each_once(first: Heard, wishes: Sequence[Heard]) -> tuple[Heard, ...]:
    """The wishes, each act once, what is served first among them."""
    found: dict[str, Heard] = {}
    if first.act not in YIELDING and all(wish.act != first.act for wish in wishes):
        found[first.act] = first
    for wish in wishes:
        found.setdefault(wish.act, wish)
    return tuple(found.values())
