"""A weakness that somebody has lived with for long: 半边身子不利索，穿衣得有人帮 is why.

The same arm that fails of a sudden is a stroke. What came today, or beside a crooked mouth or lost
speech, is never taken for an old one; where only one thing speaks for an old one, it is asked
about. The words are data: nlu_data/lexicon/emergency_standing.tsv.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from bot.understanding import lexicon
from bot.understanding.services import find_service

_YEARS = (
    r"(?:[一二两三四五六七八九十几多好半\d]+(?:来|多|几)?年|[三四五六七八九十几\d]+(?:来|多|几)?个?月)"
    r"(?:[多来]|有)?[了咧啦哩咯喇矣嘞咗]|[一二两三四五六七八九十几\d]年[前]"
)
"""How long, in numbers (三年喇, 五年前)."""
_CARE = frozenset(("bathing", "nursing", "housekeeping", "meal", "haircut", "companionship"))
"""Services of the house that such a weakness is a reason for."""
_OF_THE_BODY = frozenset(("bathing", "nursing", "respite"))
"""Those that hardly anybody else wants."""
_NOT = r"(?:不是|毋是|唔系|不系|唔是|没有?|冇|未)"


@dataclass(frozen=True)
class _Words:
    """The words of the table as expressions."""

    habit: re.Pattern[str]
    """How one speaks of what never got well (不灵便了 tells a change), and what is lasting."""
    ill: re.Pattern[str]
    """An illness, or a weakness, that lasts where years are told beside it."""
    years: re.Pattern[str]
    help: re.Pattern[str]
    errand: re.Pattern[str]
    always: re.Pattern[str]
    new: re.Pattern[str]
    """That it is of today, or more than such a weakness."""
    not_new: re.Pattern[str]
    """That it is not of today."""


@cache
def _words() -> _Words:
    words: dict[str, list[str]] = {}
    for row in lexicon.rows("emergency_standing.tsv"):
        words.setdefault(row["role"], []).extend(lexicon.pieces(row["words"]))
    part, habit, named = (_any(words[role]) for role in ("part", "habit", "named"))
    sudden, years = _any(words["sudden"]), _any(words["years"])
    return _Words(
        habit=re.compile(rf"(?:{part})[^，。]{{0,2}}(?:{habit})(?![了咧啦哩咯喇矣嘞咗])|{named}"),
        ill=re.compile(_any(words["ill"])),
        years=re.compile(rf"{years}|{_YEARS}"),
        help=re.compile(rf"(?:{_any(words['daily'])})[^，。]{{0,6}}(?:{_any(words['helper'])})"),
        errand=re.compile(_any(words["errand"])),
        always=re.compile(_any([*words["always"], *words["years"]]) + f"|{_YEARS}"),
        new=re.compile(f"{sudden}|{_any(words['beside'])}"),
        not_new=re.compile(rf"{_NOT}(?:{sudden}|就是|才)+"),
    )


def _any(words: Iterable[str]) -> str:
    """One of the words, the longest that fits."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def told(text: str) -> Literal["surely", "perhaps"] | None:
    """Whether a line that tells a weakness tells one of old; None where it does not say so.

    Args:
        text: what was said, in simplified characters.
    """
    if is_new(text):
        return None
    words = _words()
    habit, years, aid = (one.search(text) for one in (words.habit, words.years, words.help))
    ill = years if words.ill.search(text) else None
    speaks = sum(one is not None for one in (habit, years, aid, ill))
    if not speaks:
        return None
    return "surely" if speaks > 1 or (habit and _runs_an_errand(text)) else "perhaps"


def _runs_an_errand(text: str) -> bool:
    """Whether a line wants a service of the house, or speaks of what the state gives."""
    found = find_service(text)
    wanted = found is not None and found.ordered and found.service in _CARE
    return wanted or _words().errand.search(text) is not None


def is_new(text: str) -> bool:
    """Whether a line tells of something sudden, of today, or of more than a weak side."""
    return _words().new.search(_words().not_new.sub("", text)) is not None


def since_when(text: str) -> Literal["old", "new"] | None:
    """What "only just now, or for long?" is answered by; None where it is not answered."""
    if is_new(text) or _NOT_OLD.search(text):
        return "new"
    return "old" if _words().always.search(text) else None


_NOT_OLD = re.compile(rf"{_NOT}(?:是|系)?(?:老|旧|一直|一向)|[没冇无]这样|好好")


def is_remembered(lines: Iterable[str]) -> bool:
    """Whether one of the lines before told of an old paralysis (瘫喺床三年)."""
    return any(_is_ill(one) and told(one) == "surely" for one in lines)


def _is_ill(text: str) -> bool:
    return bool(_words().habit.search(text) or _words().ill.search(text))


def wants_care(lines: Iterable[str]) -> bool:
    """Whether one of the lines before wanted somebody bathed or nursed."""
    found = (find_service(one) for one in lines)
    return any(one is not None and one.service in _OF_THE_BODY for one in found)
