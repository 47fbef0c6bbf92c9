"""Where one thing said ends and the next begins; recognisers write no punctuation.

喂你好我想找个人打扫 is 喂 | 你好 | 我想找个人打扫. Counts of what stands at the ends of clauses and
what stands inside them, learnt from lines that were written with punctuation or alone.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

SURE = 1.0
"""Least logarithm of the odds at which a boundary is believed."""
MOST_CUTS = 3
"""Boundaries looked for in a stretch without punctuation."""
_STRETCH = re.compile(r"[^\s,，。！？!?、;；…]+")
_TOKEN = re.compile(r"[一-鿿㐀-䶿]|[A-Za-z]+|[0-9]+")
_FEW, _SOME, _MANY = 3.0, 5.0, 20.0
"""Evidence, in counts, that a longer context needs against the shorter one."""
_BEGIN, _END = "^", "$"


class Clauses:
    """Splits a line into clauses.

    Args:
        texts: lines as people say them.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        grams: Counter[str] = Counter()
        for text in texts:
            for stretch in _STRETCH.findall(text):
                tokens = _TOKEN.findall(stretch)
                if tokens:
                    grams.update(_grams(tokens))
        longer = 2  # runs of three that were heard once tell nothing
        self._prepare(Counter({g: n for g, n in grams.items() if n > 1 or g.count(" ") < longer}))

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Clauses:
        """What `counts` gave, ready for use."""
        clauses = cls(())
        clauses._prepare(Counter(counts))
        return clauses

    def counts(self) -> dict[str, int]:
        """Everything there is to keep, as plain data."""
        return dict(self._grams)

    def _prepare(self, grams: Counter[str]) -> None:
        self._grams = grams
        self._length = sum(n for gram, n in grams.items() if " " not in gram) or 1
        self._end_anywhere = grams[_END] / self._length

    def split(self, text: str) -> list[tuple[int, int]]:
        """Where the clauses of a line begin and end, in order; none of them is punctuation."""
        found: list[tuple[int, int]] = []
        for stretch in _STRETCH.finditer(text):
            places = list(_TOKEN.finditer(text, stretch.start(), stretch.end()))
            if not places:
                continue
            cuts = [places[cut].start() for cut in self._cuts([one.group() for one in places])]
            found += pairwise([stretch.start(), *cuts, stretch.end()])
        return found

    def _cuts(self, tokens: list[str]) -> list[int]:
        """The surest boundaries, none right beside another."""
        scored = sorted(
            ((self._odds(tokens, at), at) for at in range(1, len(tokens))), reverse=True
        )
        cuts: list[int] = []
        for odds, at in scored:
            if odds > SURE and len(cuts) < MOST_CUTS and all(abs(at - cut) > 1 for cut in cuts):
                cuts.append(at)
        return sorted(cuts)

    def _odds(self, tokens: list[str], at: int) -> float:
        """Logarithm of the odds that a clause ends before ``tokens[at]``."""
        here, after = tokens[at - 1], tokens[at]
        before = tokens[at - 2] if at > 1 else _BEGIN
        beyond = tokens[at + 1] if at + 1 < len(tokens) else None
        ends = self._after((here,), _END, self._end_anywhere, _SOME)
        ends = self._after((before, here), _END, ends, _FEW)
        goes_on = self._after((here,), after, self._alone(after), _SOME)
        goes_on = (1 - ends) * self._after((before, here), after, goes_on, _FEW)
        begins = self._after((_BEGIN,), after, self._alone(after), _MANY)
        if beyond is not None:
            next_one = self._after((after,), beyond, self._alone(beyond), _SOME)
            begins *= self._after((_BEGIN, after), beyond, next_one, _FEW)
            goes_on *= self._after((here, after), beyond, next_one, _FEW)
        return math.log(ends * begins / goes_on) if ends else -math.inf

    def _alone(self, token: str) -> float:
        return (self._grams.get(token, 0) + 0.5) / self._length

    def _after(self, context: tuple[str, ...], token: str, otherwise: float, trust: float) -> float:
        """How likely ``token`` is after the context, by the counts as far as they are enough."""
        key = " ".join(context)
        seen = self._grams.get(key, 0)
        return (self._grams.get(f"{key} {token}", 0) + trust * otherwise) / (seen + trust)


def _grams(tokens: list[str]) -> Iterable[str]:
    """Runs of one to three tokens of a clause, its two ends among them."""
    line = [_BEGIN, *tokens, _END]
    for length in (1, 2, 3):
        for at in range(len(line) - length + 1):
            yield " ".join(line[at : at + length])
