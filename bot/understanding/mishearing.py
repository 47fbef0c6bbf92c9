"""What a recogniser makes of speech, and back: characters that sound the same stand for each other.

`Garbler` mishears on purpose, for training and evaluation. `Restorer` undoes it as far as the talk
of the hotline tells: 打嫂卫生 is 打扫卫生, because that is what people say.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from bot.understanding import lexicon
from bot.understanding.pinyin import fuzzy_class, sounds, syllables

KEPT = 0.9
"""Prior share of characters that recognition wrote right."""
NEARBY = 0.15
"""Of the wrong ones, the share that sounds only nearly the same (zh/z, n/l, -n/-ng)."""
BEAM = 8
"""Readings kept after each character."""
_SEEN_ONCE = 0.3
"""Count given to a character that was never seen."""
_DISCOUNT = 8.0
"""Evidence, in counts, from which a pair of characters is believed as much as the single one."""
_BEGIN, _END, _BETWEEN = "^", "$", "\x1f"
_Lines = dict[str, tuple[float, str]]
"""Lines by the character they end in, each with the logarithm of how likely it is."""
_TOKEN = re.compile(r"[一-鿿㐀-䶿]|[A-Za-z]+|[0-9]+|[^一-鿿㐀-䶿A-Za-z0-9]+")


def _chinese(symbol: str) -> bool:
    return "一" <= symbol <= "鿿"


class Garbler:
    """Replaces characters by homophones, common ones more often.

    Args:
        texts: where the common characters come from.
        near: of the replaced characters, the share whose sound changes too, as a telephone line
            and a recogniser change it (misheard_sounds.tsv of the lexicon).
        seed: of the randomness.
    """

    def __init__(self, texts: Iterable[str], *, near: float = 0.0, seed: int = 7) -> None:
        counts = Counter(c for text in texts for c in text if _chinese(c))
        self._alike: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for character, count in counts.items():
            self._alike[syllables(character)[0]].append((character, count))
        self._near = near
        spelt = {sounds(syllable): syllable for syllable in self._alike}
        self._misheard = {s: _misheard(sound, spelt) for sound, s in spelt.items()}
        self._random = random.Random(seed)  # noqa: S311 - no secret

    def garble(self, text: str, share: float) -> str:
        """The text with about ``share`` of its characters replaced."""
        return "".join(
            self._other(c) if _chinese(c) and self._random.random() < share else c for c in text
        )

    def _other(self, character: str) -> str:
        syllable = syllables(character)[0]
        if self._random.random() < self._near:
            syllable = self._drawn(self._misheard.get(syllable, ())) or syllable
        others = [pair for pair in self._alike.get(syllable, ()) if pair[0] != character]
        return self._drawn(others) or character

    def _drawn(self, weighted: Sequence[tuple[str, float]]) -> str:
        if not weighted:
            return ""
        names, weights = zip(*weighted, strict=True)
        return str(self._random.choices(names, weights)[0])


def _misheard(
    sound: tuple[str, str], spelt: Mapping[tuple[str, str], str]
) -> list[tuple[str, float]]:
    """Syllables that one is taken for, its initial or final changed, and how often."""
    initial, final = sound
    heard = [((other, final), count) for other, count in _taken_for("initial", initial)]
    heard += [((initial, other), count) for other, count in _taken_for("final", final)]
    return [(spelt[other], count) for other, count in heard if other in spelt]


@cache
def _taken_for(part: str, sound: str) -> tuple[tuple[str, float], ...]:
    return tuple(
        (row["heard"], float(row["count"]))
        for row in lexicon.rows("misheard_sounds.tsv")
        if row["part"] == part and row["said"] == sound
    )


class Restorer:
    """The likeliest characters behind a line, given what sounds the same and what people say.

    A noisy channel: a character was kept or replaced by one of the same or nearly the same sound,
    and lines follow pairs of characters as counted in ``texts``. Viterbi search with a beam; about
    a millisecond a line.

    Args:
        texts: lines as people say them, not misheard.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        single: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        for text in texts:
            line = [_BEGIN, *_TOKEN.findall(text), _END]
            single.update(line)
            pairs.update(f"{a}{_BETWEEN}{b}" for a, b in pairwise(line))
        self._prepare(single, pairs)

    @classmethod
    def of(cls, counts: Mapping[str, Any]) -> Restorer:
        """A restorer from what `counts` gave."""
        restorer = cls(())
        restorer._prepare(Counter(counts["single"]), Counter(counts["pairs"]))
        return restorer

    def counts(self) -> dict[str, dict[str, int]]:
        """Everything there is to keep, as plain data."""
        return {"single": dict(self._single), "pairs": dict(self._pairs)}

    def _prepare(self, single: Counter[str], pairs: Counter[str]) -> None:
        self._single, self._pairs = single, pairs
        total = sum(single.values()) + len(single) or 1
        self._alone = {symbol: math.log(count / total) for symbol, count in single.items()}
        self._unseen = math.log(_SEEN_ONCE / total)
        self._distrust = {s: math.log(_DISCOUNT / (n + _DISCOUNT)) for s, n in single.items()}
        self._after: dict[str, dict[str, float]] = defaultdict(dict)
        for pair, count in pairs.items():
            last, read = pair.split(_BETWEEN)
            known = single[last] + _DISCOUNT
            other = _DISCOUNT * single[read] / total
            self._after[last][read] = math.log((count + other) / known)
        self._same: dict[str, list[str]] = defaultdict(list)
        self._near: dict[str, list[str]] = defaultdict(list)
        for character, count in single.items():
            if count > 1 and _chinese(character):
                syllable = syllables(character)[0]
                self._same[syllable].append(character)
                self._near[fuzzy_class(syllable)].append(character)
        self._choices: dict[str, list[tuple[str, float]]] = {}

    def restore(self, text: str) -> str:
        """The line with its likeliest characters; as many of them as before."""
        lines: _Lines = {_BEGIN: (0.0, "")}
        for symbol in _TOKEN.findall(text):
            longer = self._longer(lines, self._readings(symbol))
            lines = dict(sorted(longer, key=lambda item: -item[1][0])[:BEAM])
        ((_, (_, line)),) = self._longer(lines, ((_END, 0.0),))
        return line.removesuffix(_END)

    def _longer(
        self, lines: _Lines, readings: Iterable[tuple[str, float]]
    ) -> Iterator[tuple[str, tuple[float, str]]]:
        """Each reading of the next character, with the likeliest line that ends in it.

        Training and a turn spend much of their time in this loop; it calls nothing on purpose.
        """
        before = [
            (score, line, self._after.get(last, {}), self._distrust.get(last, 0.0))
            for last, (score, line) in lines.items()
        ]
        for read, cost in readings:
            alone = self._alone.get(read, self._unseen)
            best, likeliest = -math.inf, ""
            for score, line, after, distrust in before:
                follows = after.get(read)
                reached = score + (distrust + alone if follows is None else follows)
                if reached > best:
                    best, likeliest = reached, line
            yield read, (best + cost, likeliest + read)

    def _readings(self, symbol: str) -> Sequence[tuple[str, float]]:
        """What a written character may stand for, with the logarithm of how likely each is."""
        if not _chinese(symbol):
            return ((symbol, 0.0),)
        if symbol not in self._choices:
            self._choices[symbol] = self._alike(symbol)
        return self._choices[symbol]

    def _alike(self, symbol: str) -> list[tuple[str, float]]:
        syllable = syllables(symbol)[0]
        same = [other for other in self._same.get(syllable, ()) if other != symbol]
        near = [
            other
            for other in self._near.get(fuzzy_class(syllable), ())
            if other not in (symbol, *same)
        ]
        found = [(symbol, math.log(KEPT))]
        for others, share in ((same, 1 - NEARBY), (near, NEARBY)):
            cost = math.log((1 - KEPT) * share / max(3, len(others)))
            found += [(other, cost) for other in others]
        return found
