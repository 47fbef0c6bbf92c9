"""Whether a question asks once more for what was just told.

Who was told a rule says next who they are and where they live, and asks the same again
(我户口就在城里，那一个月多少). Such a line is weak by its own words, since most of them tell of a
person: what tells is left out, and what is left must be of the thing that was spoken of before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass

from bot.policy import cues, speech
from bot.policy.answer import Topic
from bot.policy.facts import Fact
from bot.policy.person import Vocabulary
from bot.policy.places import Places
from bot.policy.search import Hit, Words
from bot.policy.whose import ELDERS
from bot.understanding.people import relations

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


class Repeats:
    """Finds what was told already, where it is asked for once more.

    Args:
        words: the list of words of one meaning.
        places: whose names tell nothing of what is asked.
        vocabulary: of what rules ask about a person.
    """

    def __init__(self, words: Words, places: Places, vocabulary: Vocabulary) -> None:
        self._words, self._places, self._vocabulary = words, places, vocabulary

    def facts(
        self,
        said: str,
        topic: Topic,
        hits: Sequence[Hit],
        best: Fact | None,
        search: Callable[[], Sequence[Hit]],
    ) -> list[Fact]:
        """The facts that were told before; none where something else is asked.

        The fact of a group that somebody says now to be of takes their place.

        Args:
            said: the whole line.
            topic: what was spoken of before, of the same place.
            hits: facts by the words of this question.
            best: the one that answers it by them alone; None where none does.
            search: finds facts by the words of this question and of the one before.
        """
        told = [hit for hit in hits if hit.fact.id in topic.facts]
        parts = self._places.parts(topic.locality)
        if not told or _of_another_part(told, said, parts):
            return []
        of_person = self._vocabulary.named(said)
        elders = (said[start:end] for start, end, who in relations(said) if who in ELDERS)
        blank = (*self._places.words(topic.locality), *parts, *elders)
        now = asked(said, self._words, blank, of_person)
        of_before = self._vocabulary.named(topic.question)
        before = asked(topic.question, self._words, blank, of_before)
        spoken = frozenset(self._words.features(cues.figures(topic.question)))
        spoken = spoken.union(*(hit.holds for hit in told))
        nearest = any(hit.fact is best for hit in told)
        if not of_the_same(now, before, spoken, nearest=nearest):
            return []
        groups = self._words.features("，".join(name for name, so in of_person.items() if so))
        own = {group for group in groups if group[0] == "="} - spoken - DWELLING
        needed = own | (before.things() & spoken)
        for hit in search() if own else ():
            if hit.fits and not hit.fact.gap and needed <= hit.holds:
                return [hit.fact]
        return [hit.fact for hit in told]


def _of_another_part(told: Sequence[Hit], said: str, parts: Sequence[str]) -> bool:
    """Whether a line names a district, and what was told is another one's."""
    named = [part for part in parts if part in said]
    of = [part for hit in told for part in parts if part in hit.fact.says]
    return bool(named and of) and not set(named) <= set(of)
