"""How alike two Chinese words sound, for words that recognition wrote with the wrong characters.

Tones are left out: recognition and regional speech change them first. Which sounds fall together,
where, and why is data: nlu_data/lexicon/merges.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from pypinyin import lazy_pinyin
from pypinyin.contrib.tone_convert import to_finals, to_initials

from bot.understanding import lexicon

OTHER_INITIAL = 0.5
"""Distance of two initials that no rule relates."""
OTHER_FINAL = 0.6
"""Distance of two finals that no rule relates."""
GAP = 0.7
"""Cost of a syllable too many or too few."""
IN_REGION = 0.5
"""Factor on a merger's cost where the speaker's region is known to have it."""
OUT_OF_REGION = 1.6
"""Factor where the speaker's region is known and does not have it."""


@dataclass(frozen=True)
class Match:
    """A name heard in a text."""

    name: str
    """The name as it was given."""
    score: float
    """1.0 for the same sounds, lower the further off."""
    span: tuple[int, int]
    """Where it stands in the text, as character offsets."""


def _each(other: str) -> Any:
    """Characters that have no reading stand for themselves, one by one."""
    return list(other)


@lru_cache(maxsize=8192)
def syllables(text: str) -> tuple[str, ...]:
    """The toneless syllable of every character; what is no Chinese character stands for itself."""
    return tuple(lazy_pinyin(text, errors=_each, v_to_u=False))


@lru_cache(maxsize=16384)
def _character_reading(character: str) -> str:
    return str(lazy_pinyin(character, v_to_u=False)[0])


def readings(text: str) -> tuple[tuple[str, ...], ...]:
    """The syllables as the phrases are read and, where different, as the characters alone are.

    A garbled word is no phrase, so 着 in it is read as when it stands alone.
    """
    phrases = syllables(text)
    alone = tuple(map(_character_reading, text))
    return (phrases,) if alone == phrases else (phrases, alone)


@cache
def sounds(syllable: str) -> tuple[str, str]:
    """Initial and final of a syllable, as pypinyin's strict ones (``wang`` is ``("", "uang")``)."""
    return to_initials(syllable, strict=True), to_finals(syllable, strict=True, v_to_u=False)


@dataclass(frozen=True)
class _Merges:
    costs: Mapping[tuple[str, str, str], tuple[float, frozenset[str]]]
    classes: Mapping[tuple[str, str], str]


def _representatives(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The first-named member of each group of sounds that rules join."""
    leader: dict[str, str] = {}
    for a, b in pairs:
        first, second = leader.get(a, a), leader.get(b, b)
        leader.setdefault(a, first)
        leader.setdefault(b, second)
        for sound, named in leader.items():
            if named == second:
                leader[sound] = first
    return leader


@cache
def _merges() -> _Merges:
    rules = lexicon.toml("merges.toml")["merge"]
    costs: dict[tuple[str, str, str], tuple[float, frozenset[str]]] = {}
    for rule in rules:
        known = (float(rule["cost"]), frozenset(rule["regions"]))
        costs[rule["part"], rule["a"], rule["b"]] = known
        costs[rule["part"], rule["b"], rule["a"]] = known
    classes: dict[tuple[str, str], str] = {}
    for part in ("initial", "final"):
        joined = [(r["a"], r["b"]) for r in rules if r["part"] == part and r["class"]]
        classes |= {(part, sound): named for sound, named in _representatives(joined).items()}
    plain = _Merges(costs, classes)
    keys = [
        (_plain_class(r["a"], plain), _plain_class(r["b"], plain))
        for r in rules
        if r["part"] == "syllable" and r["class"]
    ]
    classes |= {("syllable", key): named for key, named in _representatives(keys).items()}
    return _Merges(costs, classes)


def _plain_class(syllable: str, merges: _Merges) -> str:
    initial, final = sounds(syllable)
    return (
        f"{merges.classes.get(('initial', initial), initial)}"
        f"-{merges.classes.get(('final', final), final)}"
    )


@cache
def fuzzy_class(syllable: str) -> str:
    """Name of the group of syllables that accents confuse with this one.

    Syllables of one group are treated as one sound by the emergency signs and by features.
    """
    merges = _merges()
    if not _is_syllable(syllable):
        return syllable
    plain = _plain_class(syllable, merges)
    return merges.classes.get(("syllable", plain), plain)


def _is_syllable(symbol: str) -> bool:
    return symbol.isascii() and symbol.isalpha() and symbol.islower() and len(symbol) > 0


@lru_cache(maxsize=65536)
def syllable_distance(a: str, b: str, region: str | None = None) -> float:
    """Distance of two syllables, 0 (the same) to 1 (nothing in common)."""
    if a == b:
        return 0.0
    if not (_is_syllable(a) and _is_syllable(b)):
        return 1.0
    whole = _rule_cost("syllable", a, b, region)
    if whole is not None:
        return whole
    (initial_a, final_a), (initial_b, final_b) = sounds(a), sounds(b)
    cost = 0.0
    if initial_a != initial_b:
        ruled = _rule_cost("initial", initial_a, initial_b, region)
        cost += OTHER_INITIAL if ruled is None else ruled
    if final_a != final_b:
        ruled = _rule_cost("final", final_a, final_b, region)
        cost += OTHER_FINAL if ruled is None else ruled
    return min(1.0, cost)


def _rule_cost(part: str, a: str, b: str, region: str | None) -> float | None:
    rule = _merges().costs.get((part, a, b))
    if rule is None:
        return None
    cost, regions = rule
    if region is None or not regions:
        return cost
    return cost * (IN_REGION if region in regions else OUT_OF_REGION)


def distance(a: str, b: str, region: str | None = None) -> float:
    """Weighted edit distance of two words' syllables over the longer one's length.

    Args:
        a: one word or phrase.
        b: the other.
        region: where the speaker comes from (a region of merges.toml), if known.

    Returns:
        0.0 (they sound the same) to 1.0.
    """
    left, right = syllables(a), syllables(b)
    if not left or not right:
        return 0.0 if left == right else 1.0
    previous = [GAP * column for column in range(len(right) + 1)]
    for row, one in enumerate(left, 1):
        current = [GAP * row]
        for column, other in enumerate(right, 1):
            current.append(
                min(
                    previous[column - 1] + syllable_distance(one, other, region),
                    previous[column] + GAP,
                    current[column - 1] + GAP,
                )
            )
        previous = current
    return min(1.0, previous[-1] / max(len(left), len(right)))


def best_match(
    text: str, names: Sequence[str], limit: float = 0.25, region: str | None = None
) -> Match | None:
    """The name that sounds most like a stretch of `text`.

    Among names equally close, the one with more of its own characters in the text wins, then the
    longer one.

    Args:
        text: what was heard.
        names: known names, two syllables or more each (shorter ones are passed over).
        limit: greatest distance taken, per syllable of the name, 0 to 1.
        region: as for `distance`.
    """
    heard = syllables(text)
    present = {fuzzy_class(one) for one in heard}
    best: tuple[tuple[float, int, int], Match] | None = None
    for name, spoken, classes in _prepared(tuple(names)):
        missing = sum(one not in present for one in classes)
        if missing * 2 > len(classes):
            continue
        cost, start, end = _closest_stretch(spoken, heard, region)
        share = cost / len(spoken)
        if share > limit or end <= start:
            continue
        shared = len(set(name) & set(text[start:end]))
        rank = (-share, shared, len(name))
        if best is None or rank > best[0]:
            best = rank, Match(name, 1.0 - share, (start, end))
    return best[1] if best else None


@lru_cache(maxsize=256)
def _prepared(names: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    table = []
    for name in names:
        spoken = syllables(name)
        if len(spoken) > 1:
            table.append((name, spoken, tuple(fuzzy_class(one) for one in spoken)))
    return tuple(table)


def _closest_stretch(
    name: Sequence[str], heard: Sequence[str], region: str | None
) -> tuple[float, int, int]:
    """Cheapest alignment of the whole name with any stretch of `heard`: cost, start, end."""
    previous: list[tuple[float, int]] = [(0.0, at) for at in range(len(heard) + 1)]
    for row, one in enumerate(name, 1):
        current: list[tuple[float, int]] = [(GAP * row, 0)]
        for column, other in enumerate(heard, 1):
            diagonal, diagonal_start = previous[column - 1]
            above, above_start = previous[column]
            left, left_start = current[column - 1]
            current.append(
                min(
                    (diagonal + syllable_distance(one, other, region), diagonal_start),
                    (above + GAP, above_start),
                    (left + GAP, left_start),
                )
            )
        previous = current
    end = min(range(len(previous)), key=lambda at: (previous[at][0], at - previous[at][1]))
    return previous[end][0], previous[end][1], end
