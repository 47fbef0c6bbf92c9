"""Whether a line wishes for anything, or only tells, complains or asks about something.

A linear voice over the characters of a line, its times written as one letter each: what was wished
and what was not has been learnt from the training language of the acts, from times that imagined
callers tell (time_told.tsv) and from the development sets
(``python -m bot.understanding.times.learn_wishing``). The weights are a table of nlu_data/lexicon
(time_wishing.tsv).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from functools import cache

from bot.understanding import lexicon
from bot.understanding.times import model, resolve
from bot.understanding.times.likelihood import PLAIN
from bot.understanding.times.model import Mention, Said, Says, is_date, is_time

TABLE = "time_wishing.tsv"
"""File of the weights, in the lexicon folder."""
UNIT = 0.05
"""What a weight of one in the table stands for."""
UNLIKELY = 0.2
"""Below this likelihood a line that would have to be asked about wishes for nothing."""
CHAT = 0.1
"""The same of a line in which no word asks for anything."""
PAST_UNLIKELY = 0.1
"""The same of a line whose day is past: who names one by mistake must hear of it."""
BIAS = "(bias)"
"""The row of the table that every line has."""
_PAST, _TODAY, _AHEAD, _HOUR, _AGAIN = "PNDHR"
_LONGEST_RUN = 3
_LENGTH_STEP, _MOST_STEPS = 6, 6


def features(text: str, said: Said, now: datetime) -> frozenset[str]:
    """The runs of one to three characters of a line, and about how long it is."""
    line = "^" + _masked(text, said, now).translate(PLAIN) + "$"
    runs = {
        line[at : at + length]
        for length in range(1, _LONGEST_RUN + 1)
        for at in range(len(line) - length + 1)
    }
    return frozenset({*runs, f"length {min(_MOST_STEPS, len(line) // _LENGTH_STEP)}", BIAS})


def _masked(text: str, said: Said, now: datetime) -> str:
    """The line with a letter in the place of each of its times."""
    letters = list(text)
    for mention in said:
        if mention.end > mention.start:
            letters[mention.start : mention.end] = [""] * (mention.end - mention.start)
            letters[mention.start] = _letter(mention, now)
    return "".join(letters)


def _letter(mention: Mention[Says], now: datetime) -> str:
    if is_time(mention):
        return _HOUR
    if not is_date(mention):
        return _AGAIN
    if mention.says == model.Offset(0):
        return _TODAY
    last = resolve.resolve(mention.says, now).last
    return _PAST if last is not None and last < now.date() else _AHEAD


@cache
def _weights() -> Mapping[str, float]:
    return {row["feature"]: int(row["weight"]) * UNIT for row in lexicon.rows(TABLE)}


def score(seen: frozenset[str], weights: Mapping[str, float]) -> float:
    """How much the known features of a line speak for a wish, 0 to 1."""
    known = [weights[name] for name in sorted(seen) if name in weights]
    return 1 / (1 + math.exp(-sum(known) / math.sqrt(max(1, len(known)))))


def likelihood(text: str, said: Said, now: datetime) -> float:
    """How likely the line wishes for something."""
    return score(features(text, said, now), _weights())
