"""Reasons to wait longer, or less long, before a turn is taken for finished.

Each rule looks at one thing and says how much silence it wants, or nothing. How much is data
(``TurnConfig``); how the wishes are weighed is ``EndOfTurn``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from voice.turn.context import TurnContext
from voice.turn.whole import likelihood
from voice.turn.words import (
    bare,
    holds,
    is_house_under_way,
    is_kin_only,
    is_moment,
    is_nod,
    is_phone_under_way,
    is_unfinished,
    is_yes_or_no,
    tells_of_somebody,
)

OPEN = frozenset({None, "service", "other", "address", "hospital", "name"})
"""Asks that people answer in sentences, thinking as they speak."""


WISHES = frozenset({None, "service", "other"})
"""Those that are answered with anything at all."""


@dataclass(frozen=True)
class ClearAnswer:
    """A clear yes or no to a yes-or-no question is finished sooner."""

    silence_s: float

    def wait_s(self, context: TurnContext) -> float | None:
        """See ``WaitRule``."""
        answered = context.asked == "confirm" and is_yes_or_no(context.partial)
        return self.silence_s if answered else None


@dataclass(frozen=True)
class Unfinished:
    """A line that ends in 那个, 就是, 还有 … goes on."""

    silence_s: float

    def wait_s(self, context: TurnContext) -> float | None:
        """See ``WaitRule``."""
        if context.asked == "confirm" and is_yes_or_no(context.partial):
            return None
        return self.silence_s if is_unfinished(context.partial) else None


@dataclass(frozen=True)
class OnlyWhen:
    """明天上午 in answer to 您需要什么帮助 is the beginning of a sentence."""

    silence_s: float

    def wait_s(self, context: TurnContext) -> float | None:
        """See ``WaitRule``."""
        wanted = context.asked in WISHES
        return self.silence_s if wanted and is_moment(context.partial) else None


@dataclass(frozen=True)
class Begun:
    """What is wanted is told in whole lines; words that mostly stand before others go on."""

    surely_s: float
    """Silence for what is hardly ever a whole line."""
    perhaps_s: float
    """And for what may be one."""
    HARDLY, MAYBE = 0.2, 0.31
    """Likelihood of a whole line below which that is so: one whole line in twenty and in ten, four
    and six beginnings of lines in ten (``voice.turn.learn_whole``)."""
    SHORT = 4
    """Fewer characters may be all there is (打扫), unless they tell of somebody (我血压)."""
    CLEAR = 0.75
    """Confidence below which both signs together, words and sound, say that it is no whole line."""

    def wait_s(self, context: TurnContext) -> float | None:
        """See ``WaitRule``."""
        line = bare(context.partial)
        if context.asked not in WISHES or not line or is_nod(line) or is_yes_or_no(line):
            return None
        whole = likelihood(line)
        if whole >= self.MAYBE:
            return None
        few = len(line) < self.SHORT and not tells_of_somebody(line)
        surely = whole < self.HARDLY or context.confidence < self.CLEAR
        return self.surely_s if surely and not few else self.perhaps_s


@dataclass(frozen=True)
class NotYet:
    """An answer without anything of what was asked has perhaps only begun."""

    silence_s: float

    def wait_s(self, context: TurnContext) -> float | None:
        """See ``WaitRule``."""
        line = bare(context.partial)
        if not line or is_nod(line) or is_yes_or_no(line):
            return None
        return None if holds(context.asked, line) else self.silence_s


@dataclass(frozen=True)
class Nameless:
    """Who is asked for whom, and says 给我妈妈, goes on to her name or her age."""

    silence_s: float

    def wait_s(self, context: TurnContext) -> float | None:
        """See ``WaitRule``."""
        nameless = context.asked == "person" and is_kin_only(context.partial)
        return self.silence_s if nameless else None


@dataclass(frozen=True)
class Doubtful:
    """Half a sentence is recognised badly: text that is not sure may be one.

    What is hardly believed would be asked for again, so that waiting for more costs nobody time.
    """

    silence_s: float
    hardly_s: float
    """Silence for text that is hardly believed."""
    sure: float
    """Confidence from which a text is taken as it stands."""
    HARDLY = 0.5
    """Confidence below which it is hardly believed."""

    def wait_s(self, context: TurnContext) -> float | None:
        """See ``WaitRule``."""
        line = context.partial
        if not line or context.confidence >= self.sure or is_nod(line) or is_yes_or_no(line):
            return None
        hardly = context.confidence < self.HARDLY and context.asked != "confirm"
        return self.hardly_s if hardly else self.silence_s


@dataclass(frozen=True)
class NumberUnderWay:
    """Telephone numbers come in groups, addresses by house, unit and door, with pauses between."""

    silence_s: float

    def wait_s(self, context: TurnContext) -> float | None:
        """See ``WaitRule``."""
        asked_phone = context.asked == "phone"
        if is_phone_under_way(context.partial, asked=asked_phone):
            return self.silence_s
        if context.asked == "address" and is_house_under_way(context.partial):
            return self.silence_s
        # Nothing is known of the words: what was asked for has to do.
        return self.silence_s if asked_phone and not context.partial else None


@dataclass(frozen=True)
class OpenQuestion:
    """After an open question people stop to think (嗯 …); once words are known these decide."""

    silence_s: float

    def wait_s(self, context: TurnContext) -> float | None:
        """See ``WaitRule``."""
        unknown = not context.partial or is_nod(context.partial)
        return self.silence_s if context.asked in OPEN and unknown else None


@dataclass(frozen=True)
class OwnPauses:
    """A caller whose pauses inside a sentence are long is given them.

    The 0.9 quantile of the caller's own pauses (nearest rank, so that one odd pause among few
    does not decide) and a margin; nothing before ``FEWEST`` of them are known.
    """

    shortest_s: float
    """Short pauses take nothing away from this."""
    longest_s: float
    """The most this rule ever asks for."""
    FEWEST = 4
    QUANTILE = 0.9
    MARGIN_S = 0.15

    def wait_s(self, context: TurnContext) -> float | None:
        """See ``WaitRule``."""
        known = sorted(context.pauses_s)
        if len(known) < self.FEWEST:
            return None
        pause = known[math.ceil(self.QUANTILE * len(known)) - 1]
        return min(self.longest_s, max(self.shortest_s, pause + self.MARGIN_S))
