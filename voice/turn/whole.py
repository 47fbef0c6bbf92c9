"""How likely a line is whole as it stands, learnt from what people say to a hotline.

A pause in the middle of a wish sounds like the pause behind it; the words tell most of them apart.
A linear model over the last syllables, pairs of syllables and the length of a line; its weights
are a table (whole.tsv) learnt by ``python -m voice.turn.learn_whole``.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from pypinyin import lazy_pinyin

from voice.turn.words import bare

TABLE = Path(__file__).with_name("whole.tsv")
ENDING = 4
"""Syllables at the end of a line that are looked at together, at most."""
LONGEST = 20
"""Characters beyond which a line is no more likely to be whole for being longer."""
UNIT = 0.05
"""What a weight of one in the table stands for."""
LENGTH, BIAS = "(length)", "(bias)"
"""Rows of the table that are no characters; length counts in tens of characters."""


def features(line: str) -> frozenset[str]:
    """What of a line is weighed: its last syllables (behind ``$``) and its pairs of syllables.

    Sounds and not characters, since a recogniser writes one for the other (定一份, 订一份).
    """
    sounds = lazy_pinyin(line)
    bounded = ["^", *sounds]
    endings = {"$" + " ".join(bounded[-size:]) for size in range(1, ENDING + 1)}
    return frozenset(endings | {" ".join(pair) for pair in pairwise(sounds)})


def length(line: str) -> float:
    """How long a line is, in tens of characters."""
    return min(len(line), LONGEST) / 10


@lru_cache(maxsize=256)
def likelihood(text: str) -> float:
    """How likely a line said to an open question is whole, 0 to 1; an even chance where empty."""
    line = bare(text)
    if not line:
        return 0.5
    weights = _weights()
    units = weights[BIAS] + weights[LENGTH] * length(line)
    units += sum(weights.get(feature, 0.0) for feature in features(line))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, UNIT * units))))


@cache
def _weights() -> dict[str, float]:
    rows = TABLE.read_text(encoding="utf-8").splitlines()
    cells = (row.split("\t") for row in rows if row and not row.startswith("#"))
    return {feature: float(weight) for feature, weight in cells}
