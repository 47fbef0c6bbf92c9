"""Whether a question asks once more for what was just told.

Who was told a rule says next who they are and where they live, and asks the same again
(我户口就在城里，那一个月多少). Such a line is weak by its own words, since most of them tell of a
person: what tells is left out, and what is left must be of the thing that was spoken of before.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from bot.policy import cues, speech
from bot.policy.search import Words

MOSTLY = 0.5
"""Share of what is asked that was spoken of before from which the rest may be how people talk."""
DWELLING = frozenset(("=户籍", "=长期居住", "=城区", "=农村", "=年龄"))
"""Words that say where somebody lives and how old they are, and make no group of them."""

_SAID = speech.patterns("again")
_TELLS = _SAID["tells"]
_ASKING = _SAID["asking"]


@dataclass(frozen=True)
class Asked:
    """What a line asks for, without what it tells of a person."""

    kinds: frozenset[str]
    """the kinds of thing it asks for"""
    words: frozenset[str]
    """the things it names, as `Words.features`"""

    def things(self) -> frozenset[str]:
        """The words of the list among them."""
        return frozenset(word for word in self.words if word[0] == "=")


def asked(text: str, words: Words, blank: Iterable[str], told: Iterable[str] = ()) -> Asked:
    """What a line asks for.

    Args:
        text: in standard words.
        words: the list of words of one meaning.
        blank: names of places, and of those for whom it is asked.
        told: the stretches that say who somebody is.
    """
    text = _TELLS.sub("，", _without(cues.figures(text), blank))
    text = _without(text, told)
    kinds = cues.read(text).kinds
    named = _ASKING.sub("，", cues.without(text, kinds))
    return Asked(kinds, frozenset(words.features(named)))


def _without(text: str, stretches: Iterable[str]) -> str:
    """A text without some stretches, the longest first."""
    for stretch in sorted(stretches, key=len, reverse=True):
        text = text.replace(stretch, "，")
    return text


def of_the_same(now: Asked, before: Asked, spoken: Set[str], *, nearest: bool) -> bool:
    """Whether a question is for the thing that was told.

    Args:
        now: what is asked.
        before: what was asked before.
        spoken: the words of that question and of what was told.
        nearest: the words of the line alone lead to what was told, too.
    """
    if not now.kinds or not now.kinds <= before.kinds:
        return False
    new = now.words - spoken
    if now.things() & new:
        return False
    return not new or (nearest and len(new) <= MOSTLY * len(now.words))
