"""A small classifier beside the emergency signs: how much a line sounds like a cry for help.

Logistic regression over characters and fuzzy syllables, so that a garbled line still looks like
what was meant. It needs no library: the weights are a table (nlu_data/lexicon/emergency_hunch.tsv)
learnt from nlu_data/lexicon/emergency_lines.tsv by ``python -m bot.understanding.learn_hunch``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache

from bot.understanding import lexicon
from bot.understanding.pinyin import fuzzy_class, syllables

TABLE = "emergency_hunch.tsv"
"""File of the weights, in the lexicon folder."""
BIAS = "(bias)"
"""Name of the constant among the features."""
LONGEST = 200
"""Characters of a line that are looked at."""


def features(text: str) -> set[str]:
    """What of a line is weighed: one to three characters, two and three fuzzy syllables."""
    heard = text[:LONGEST]
    classes = tuple(map(fuzzy_class, syllables(heard)))
    found = {heard[at : at + size] for size in (1, 2, 3) for at in range(len(heard) - size + 1)}
    for size in (2, 3):
        found |= {" ".join(classes[at : at + size]) for at in range(len(classes) - size + 1)}
    return found


def likelihood(text: str) -> float:
    """How much a line sounds like a cry for help, 0 to 1."""
    return weigh(features(text), _weights())


def weigh(found: Iterable[str], weights: Mapping[str, float]) -> float:
    """The likelihood that weights give to features."""
    total = weights.get(BIAS, 0.0) + sum(weights.get(feature, 0.0) for feature in found)
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def _weights() -> Mapping[str, float]:
    return {row["feature"]: float(row["weight"]) for row in lexicon.rows(TABLE)}
