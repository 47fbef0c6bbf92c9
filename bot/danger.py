"""Listening for danger, so that no fault of the recogniser can swallow a cry."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

from bot.understanding.emergency import NONE, Emergency, assess

logger = logging.getLogger(__name__)

# Words that need no recogniser: where it has failed, or where there is danger and only the kind is
# not known.
_PLAIN = {
    "着火": "fire_gas",
    "煤气": "fire_gas",
    "燃气": "fire_gas",
    "摔": "fall",
    "跌": "fall",
    "起不来": "fall",
    "胸口": "chest_pain",
    "心口": "chest_pain",
    "喘": "breathing",
    "噎": "choking",
    "血": "bleeding",
    "烫": "burn",
    "不想活": "self_harm",
    "救": "unspecified",
}


def listen(text: str, ask: str | None = None, confidence: float | None = None) -> Emergency:
    """What a line says about danger; never raises.

    Where the recogniser fails on a line, a plain word of danger counts as certain, and any other
    line is asked about: to ask once too often is cheap.

    Args:
        text: what was said; empty text is silence.
        ask: what Anban had asked, or None.
        confidence: of the recognition, 0 to 1; None for typed text.
    """
    if not text:
        return NONE
    try:
        return assess(text, ask, confidence)
    except Exception as fault:  # noqa: BLE001 - an edge: its fault must not cost a cry for help
        logger.critical("the emergency recogniser failed: %s", type(fault).__name__)
    word = next((word for word in _PLAIN if word in text), None)
    return replace(
        NONE,
        level="certain" if word else "possible",
        kind=_PLAIN[word] if word else "unspecified",
        sign="recogniser failed",
        span=word,
    )


def plain_kind(text: str) -> str | None:
    """The kind of emergency that a plain word of danger names, where the word is not denied."""
    found = (re.search(rf"(?<![不没唔毋冇][是系有])(?<![不没唔毋冇]){one}", text) for one in _PLAIN)
    return next((_PLAIN[one.group()] for one in found if one), None)


def warm_up() -> None:
    """Read the lexica now (half a second), so that the first cry after a start does not wait."""
    listen("救命")


def may_be_danger(text: str, confidence: float | None = None) -> bool:
    """Whether a line has to reach the dialogue, however unsure its recognition; never raises."""
    return listen(text, confidence=confidence).level != "no"


def is_cry(text: str) -> bool:
    """Whether a line is a certain cry for help, even where it is not finished; never raises."""
    return listen(text).level == "certain"
