"""How sure an answer to "are you in danger?" is a clear no, in whatever words it is said.

A linear voice over characters and fuzzy syllables (those of the emergency classifier), learnt from
answers of imagined callers (nlu_data/lexicon/danger_answers.tsv) by
``python -m bot.learn_relief``; the weights are a table of the lexicon.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from functools import cache

from bot.understanding import lexicon
from bot.understanding.hunch import LOUD, features

TABLE = "danger_relief.tsv"
"""File of the weights, in the lexicon folder."""
BIAS = "(bias)"
"""The row of the table that every line has."""
MARK = 1.0
"""How much a mark counts; the characters and syllables of a line have length `LOUD`."""
UNIT = 0.05
"""What a weight of one in the table stands for."""


def seen(text: str, marks: Collection[str] = ()) -> dict[str, float]:
    """What is weighed of an answer: how much of each feature it has.

    Args:
        text: what was answered, in simplified characters.
        marks: what rules found in it (bot/denials.py).
    """
    found = features(text)
    return dict.fromkeys(found, LOUD / math.sqrt(len(found) or 1)) | dict.fromkeys(marks, MARK)


def likelihood(text: str, marks: Collection[str] = ()) -> float:
    """How likely an answer says that nobody needs help, 0 to 1; see `seen`."""
    weights = _weights()
    total = sum(weights.get(name, 0.0) * much for name, much in seen(text, marks).items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total + weights[BIAS]))))


@cache
def _weights() -> Mapping[str, float]:
    return {row["feature"]: int(row["weight"]) * UNIT for row in lexicon.rows(TABLE)}


def warm() -> None:
    """Load the weights, so that the first answer does not wait for them."""
    likelihood("没有")
