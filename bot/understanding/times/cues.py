"""The words around a time, from nlu_data/lexicon/time_cues.tsv, as patterns to match with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from bot.understanding import lexicon

_BLANK = r"[，,、。\s]"


@cache
def words(role: str) -> str:
    """The cues of a role as one group of a regular expression, longest first."""
    found = [row for row in lexicon.rows("time_cues.tsv") if row["role"] == role]
    if not found:
        raise ValueError(f"time_cues.tsv: no cue has the role {role}")
    found.sort(key=lambda row: -len(row["cue"]))
    return "(?:" + "|".join(map(_guarded, found)) + ")"


def _guarded(row: Mapping[str, str]) -> str:
    before = "".join(f"(?<!{word})" for word in lexicon.pieces(row["not_after"]))
    after = lexicon.pieces(row["not_before"])
    return before + re.escape(row["cue"]) + (f"(?!{'|'.join(after)})" if after else "")


@cache
def behind(*roles: str, through: str | None = None) -> re.Pattern[str]:
    """A pattern for cues of `roles`, to be matched where a mention ends.

    Args:
        roles: any of these roles counts.
        through: the role of small words that may stand in between.
    """
    cue = "|".join(map(words, roles))
    between = f"(?:{_BLANK}|{words(through)})*" if through else f"{_BLANK}*"
    return re.compile(f"{between}(?:{cue})")


@cache
def anywhere(role: str) -> re.Pattern[str]:
    """A pattern to be searched for between two mentions."""
    return re.compile(words(role))


@cache
def in_front(role: str, through: str = "") -> re.Pattern[str]:
    """A pattern for cues of `role`, to be searched for in the text before a mention.

    Args:
        role: the cues.
        through: what may stand between the cue and the mention, as a regular expression.
    """
    return re.compile(f"{words(role)}{through}$")
