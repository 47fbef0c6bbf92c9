"""A small pattern language over tokens, in which the rules of times are written.

A rule is a pattern of token kinds and a function that turns the tokens it matched into what they
say. A pattern reads like a regular expression whose letters are kinds:

    "mod* ge? week? weekday"        下个礼拜的礼拜三
    "num month num (dayno | ri)?"   三月五号
    "number !dayno"                 a number with no 号 behind it

`NUM` and the other names in `_MACROS` stand for longer stretches. Tokens of kind "fill" are dropped
before matching, but between two numbers. At each place the rule that covers the most text wins;
among equals, the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.understanding.times.model import Mention, Says
from bot.understanding.times.scanner import Token

_MACROS = {
    "NUM": "(number | digits)",
    "COUNT": "(number lai? | number number | digits | few number? | number few | half)",
    "DAYUNIT": "(tian | ri)",
    "YEAR": "(year | NUM yearunit)",
    "MONTH": "(mod ge? month | YEAR? number month)",
    "MONTHLY": "(every ge? month | monthly)",
    "WEEKDAYS": "weekday (and? (weekday | digits NOUNIT | number NOUNIT))*",
    "NAMED": "(named | weaknamed)",
    "HOLIDAY": "(named | weaknamed | number)",
    "NTH": "(first | last | di number)",
    "FIRSTDAY": "(first (ge | DAYUNIT)? workday? | prevday workday?"
    " | workday (first | prevday)? DAYUNIT?)",
    "LASTDAY": "((last number? | reverse number) DAYUNIT | last thatday)",
    "TAIL": "(exact | lai | around)",
    "NOUNIT": "!oclock !dayno !ri !tian !ge !week !month !hours !minute !quarter !half !yearunit"
    " !ci !lai !monthpart !few !exact",
    "ALSO": "(number !oclock !hours !minute !ge !month !week !tian)?",
}


_NUMBERS = frozenset(["number", "digits"])


class Kinds:
    """The alphabet: every kind of token has a character of its own."""

    def __init__(self) -> None:
        self._letters: dict[str, str] = {}

    def letter(self, kind: str) -> str:
        """The character that stands for `kind`."""
        return self._letters.setdefault(kind, chr(0x4E00 + len(self._letters)))

    def spell(self, found: Iterable[Token]) -> str:
        """The tokens' kinds as a string."""
        return "".join(self.letter(token.kind) for token in found)


_KINDS = Kinds()


@dataclass(frozen=True)
class Matched:
    """The tokens a rule matched, and what stands around them."""

    tokens: Sequence[Token]
    before: Sequence[Token]
    """Everything to the left, without fillers."""
    after: Sequence[Token]
    """Everything to the right, without fillers."""

    def all(self, *kinds: str) -> list[Token]:
        """The matched tokens of these kinds, in order."""
        return [token for token in self.tokens if token.kind in kinds]

    def one(self, *kinds: str) -> Token | None:
        """The first matched token of these kinds."""
        return next(iter(self.all(*kinds)), None)

    def value(self, *kinds: str) -> int | None:
        """The value of the first matched token of these kinds, as a number."""
        token = self.one(*kinds)
        return None if token is None else token.number

    def has(self, *kinds: str) -> bool:
        """Whether a token of these kinds was matched."""
        return self.one(*kinds) is not None


Build = Callable[[Matched], Says | None]
"""Turns matched tokens into what they say; None where the rule does not hold after all."""


@dataclass(frozen=True)
class Rule:
    """One way of saying something."""

    example: str
    pattern: re.Pattern[str]
    build: Build


def rule(example: str, pattern: str, build: Build) -> Rule:
    """A rule for expressions such as `example`."""
    return Rule(example, re.compile(_compile(pattern)), build)


def _compile(pattern: str) -> str:
    pieces = []
    for name, other in re.findall(r"([A-Za-z]+)|([^A-Za-z\s])", pattern):
        if name in _MACROS:
            pieces.append(f"(?:{_compile(_MACROS[name])})")
        elif name:
            letter = _KINDS.letter(name)
            if pieces and pieces[-1] == "!":
                pieces[-1] = f"(?!{letter})"
            else:
                pieces.append(letter)
        else:
            pieces.append("(?:" if other == "(" else other)
    return "".join(pieces)


def mentions(found: Sequence[Token], rules: Sequence[Rule]) -> list[Mention[Says]]:
    """What the tokens say, from left to right, none overlapping."""
    useful = [token for at, token in enumerate(found) if not _is_dropped(found, at)]
    spelled = _KINDS.spell(useful)
    said: list[Mention[Says]] = []
    at = 0
    while at < len(useful):
        best = _best(useful, spelled, at, rules)
        if best is None:
            at += 1
            continue
        end, says = best
        said.append(Mention(useful[at].start, max(t.end for t in useful[at:end]), says))
        at = end
    return said


def _is_dropped(found: Sequence[Token], at: int) -> bool:
    """Whether a token is a filler; between two numbers it keeps them apart (二十六嘛二十八来).

    So does 了 behind a month (三月了二十九).
    """
    before, behind = found[max(0, at - 1)].kind, found[min(at + 1, len(found) - 1)].kind
    apart = before in _NUMBERS or (before == "month" and found[at].text == "了")
    return found[at].kind == "fill" and not (apart and behind in _NUMBERS)


def _best(
    useful: Sequence[Token], spelled: str, at: int, rules: Sequence[Rule]
) -> tuple[int, Says] | None:
    candidates = []
    for order, one in enumerate(rules):
        match = one.pattern.match(spelled, at)
        if match is not None and match.end() > at:
            candidates.append((-match.end(), order, one))
    for negative_end, _, one in sorted(candidates, key=lambda item: item[:2]):
        end = -negative_end
        says = one.build(Matched(useful[at:end], useful[:at], useful[end:]))
        if says is not None:
            return end, says
    return None
