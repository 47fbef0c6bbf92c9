"""What a line is about where it is not about danger: an answer, a service, a day to come.

The classifier of emergencies asks once too often rather than too seldom. These are the lines that
need no asking, and the ones that are answered as usual once nothing was wrong.
"""

from __future__ import annotations

import re
from datetime import datetime

from bot.understanding.answers import yes_no
from bot.understanding.numbers import phone_number
from bot.understanding.services import find_service
from bot.understanding.times import parse_when

SLOTS = frozenset(("address", "confirm", "date", "hospital", "name", "person", "phone", "time"))
"""What a form asks for: whatever is said next is meant as the answer."""
CLEARLY, IN_PASSING = 1.0, 0.5
"""Scores of a service that is named, and of one that is only alluded to (买瓶酱油)."""
_HURRIES = re.compile(r"快|紧来|救|疼|痛|难受|辛苦|不行|动不")
"""Words that nobody in danger leaves out, and that are looked at twice."""
_DECLINES = re.compile(r"(?:不|毋|唔|没|冇|无|甭|别|免)(?:订|约|要|用|使|爱|了|有|事|别)")
"""Words that want nothing."""


def answers(text: str, ask: str | None, now: datetime) -> bool:
    """Whether a line gives what was asked for: a yes, a day, an hour, a number, a service or none.

    A bare no is left out: 不能动了 is one too.

    Args:
        text: what was said.
        ask: what Anban had asked (an ask word of the design), or None.
        now: the clock of the conversation.
    """
    if _HURRIES.search(text):
        return False
    if ask == "confirm":
        return yes_no(text, ask) == "yes"
    if ask in ("date", "time"):
        when = parse_when(text, now.replace(tzinfo=None), ask)
        return when is not None and bool(when.date or when.time)
    if ask == "phone":
        return phone_number(text) is not None
    if ask in ("menu", "other", "service"):
        return _names_service(text, CLEARLY) or bool(_DECLINES.search(text))
    return False


def wishes(text: str, now: datetime, least: float = CLEARLY) -> bool:
    """Whether a line speaks of a service or of a day to come, as nobody does who is in danger.

    Args:
        text: what was said.
        now: the clock of the conversation.
        least: score from which a service counts as spoken of.
    """
    if _names_service(text, least):
        return True
    when = parse_when(text, now.replace(tzinfo=None))
    return when is not None and when.date is not None and when.date > now.date()


def _names_service(text: str, least: float) -> bool:
    found = find_service(text)
    return found is not None and found.score >= least
