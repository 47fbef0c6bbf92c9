"""What an elder lets each relative know: the one table that everything shown or told asks.

PIPL asks for consent to each purpose (article 14), and apart for what is sensitive: health and
whereabouts (28, 29). An emergency asks for none (13, 4), and that none was asked is written down.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

CONSENTS: Final[dict[str, str]] = {
    "orders": "订的服务和进度",
    "state": "每天的平安情况",
    "location": "所在位置",
    "health": "健康情况",
}
"""kinds of data about an elder that a family member may be told"""

OPENS: Final[dict[str, frozenset[str]]] = {
    "orders": frozenset({"order_list", "ordering", "order_notices", "visit_notices", "filings"}),
    "state": frozenset({"signs_of_day", "state_answer"}),
    "location": frozenset({"last_place", "place_of_past_cry"}),
    "health": frozenset({"hospital", "assessment_notices", "words_of_past_cry"}),
}
"""what each kind opens; what stands under none is open to everybody who belongs to the elder

- order_list, ordering: orders and their progress are shown, and placed, moved and cancelled;
  order_notices, visit_notices: told of; filings: applications, which are told of and made.
- signs_of_day: when the elder last spoke, when a device was last heard, on the family's page;
  state_answer: the same in an answer to "how is she today?".
- last_place: where a device of the elder's was last; place_of_past_cry: where a cry came from
  that is over.
- hospital: which one an elder is taken to, and why an order was changed, in a notice;
  assessment_notices: that an assessor has been; words_of_past_cry: what was said in one that is
  over.
"""

BY_NUMBER: Final = ("orders", "state")
"""what a number opens that the elder gave away, unless the elder said otherwise"""
BY_COMMUNITY: Final = ("orders",)
"""what the community's word opens, or the register's: nobody has heard the elder.

A guardian, who must see to the elder's safety, has what a number opens."""


def defaults(role: str, way: str) -> tuple[str, ...]:
    """Return what somebody may know where nobody said otherwise.

    Args:
        role: guardian, family or neighbour.
        way: number (the elder gave one away) or community.
    """
    if role == "neighbour":
        return ()
    return BY_NUMBER if way == "number" or role == "guardian" else BY_COMMUNITY


def may(role: str, consents: Collection[str], what: str) -> bool:
    """Return whether somebody of a role, whom an elder lets know these kinds, may know something.

    Args:
        role: guardian, family or neighbour.
        consents: the kinds agreed to.
        what: one of the things in `OPENS`.
    """
    return role != "neighbour" and kind_of(what) in consents


def kind_of(what: str) -> str:
    """Return the kind of data that opens something."""
    return next(kind for kind, opened in OPENS.items() if what in opened)


def overridden(role: str, consents: Collection[str]) -> list[str]:
    """Return the kinds that an alarm tells somebody of whom the elder did not let know them."""
    return [kind for kind in ("location", "health") if role == "neighbour" or kind not in consents]


def in_words(consents: Sequence[str]) -> str:
    """Return kinds as they are called; empty where there are none."""
    return "、".join(CONSENTS[kind] for kind in CONSENTS if kind in consents)
