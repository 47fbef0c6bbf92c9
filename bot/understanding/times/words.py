"""What the words of nlu_data/lexicon/times.tsv and festivals.tsv say, as kinds of tokens."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bot.understanding import lexicon

Parts = tuple[tuple[str, str], ...]
"""The tokens that a word stands for: kind and value."""


@cache
def table() -> Mapping[str, Parts]:
    """Every word and its tokens."""
    found = {row["word"]: _parts(row["meaning"]) for row in lexicon.rows("times.tsv")}
    return found | {
        row["word"]: (("weaknamed" if row["weak"] else "named", row["day"]),)
        for row in lexicon.rows("festivals.tsv")
    }


def _parts(meaning: str) -> Parts:
    pairs = (part.partition(":") for part in meaning.split())
    return tuple((kind, value) for kind, _, value in pairs)
