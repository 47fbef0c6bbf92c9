"""What age and use wear out: 牙不行了 tells why the meal must be soft, and of nobody's dying.

Of a whole person (人不行了), or of what life hangs on (心口不行了), the same words are a cry, and
so they are where it came of a sudden or on one side. A limb may have failed this minute: it counts
as worn only where the line asks for a service of the house. The words are data:
nlu_data/lexicon/emergency_wear.tsv.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from bot.understanding import lexicon
from bot.understanding.services import find_service

SHORTLY = 6
"""Characters before a part in which a word of this very day makes a cry of it."""
_OF_ILLNESS = frozenset(("escort", "nursing", "respite", "transport"))
"""Services that somebody wants whose limb has just failed."""
_PARTICLES = "[了咧啦哩咯喇矣嘞咗呀啊哦哈呢嘛]*"


@dataclass(frozen=True)
class _Wear:
    """The words of the table as expressions."""

    harmless: re.Pattern[str]
    """A sense or a thing that fails."""
    limb: re.Pattern[str]
    """A limb that fails."""
    sudden: re.Pattern[str]
    """What makes a cry of it wherever it stands."""
    just: re.Pattern[str]
    """What makes a cry of it shortly before."""


@cache
def _wear() -> _Wear:
    words: dict[str, list[str]] = {}
    for row in lexicon.rows("emergency_wear.tsv"):
        words.setdefault(row["role"], []).extend(lexicon.pieces(row["words"]))
    guards = (row for row in lexicon.rows("emergency_guards.tsv") if row["guard"] == "object")
    words["thing"] += [one for row in guards for one in lexicon.pieces(row["words"])]
    fails = rf"(?:{_any(words['between'])})?(?:{_any(words['fails'])}){_PARTICLES}"
    return _Wear(
        harmless=re.compile(rf"({_any([*words['sense'], *words['thing']])}){fails}"),
        limb=re.compile(rf"({_any(words['limb'])}){fails}"),
        sudden=re.compile(_any(words["sudden"])),
        just=re.compile(_any(words["just"])),
    )


def _any(words: Iterable[str]) -> str:
    """One of the words, the longest that fits."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def without_wear(text: str) -> str:
    """A line without the words that something worn fails; whole where that came of a sudden.

    Args:
        text: what was said, in simplified characters.

    Returns:
        For 牙不行了要软和的 the line 牙，要软和的.
    """
    wear = _wear()
    if wear.sudden.search(text):
        return text
    rest = _without(wear.harmless, text)
    wanted = find_service(text) if wear.limb.search(rest) else None
    if wanted is None or wanted.service in _OF_ILLNESS:
        return rest
    return _without(wear.limb, rest)


def _without(worn: re.Pattern[str], text: str) -> str:
    def left(found: re.Match[str]) -> str:
        before = text[max(0, found.start() - SHORTLY) : found.start()]
        return found.group() if _wear().just.search(before) else f"{found.group(1)}，"

    return worn.sub(left, text)
