"""Mishearing on purpose: characters replaced by others that sound the same or nearly so."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable

from bot.understanding.pinyin import fuzzy_class, syllables


class Garbler:
    """Replaces characters by homophones, common ones more often.

    Args:
        texts: where the common characters come from.
        fuzzy: whether the replacement may also differ as accents differ (zh/z, n/l, -n/-ng).
        seed: of the randomness.
    """

    def __init__(self, texts: Iterable[str], *, fuzzy: bool = False, seed: int = 7) -> None:
        counts = Counter(c for text in texts for c in text if "一" <= c <= "鿿")
        self._sound = fuzzy_class if fuzzy else str
        self._alike: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for character, count in counts.items():
            self._alike[self._key(character)].append((character, count))
        self._random = random.Random(seed)

    def _key(self, character: str) -> str:
        return self._sound(syllables(character)[0])

    def garble(self, text: str, share: float) -> str:
        """The text with about ``share`` of its characters replaced."""
        return "".join(
            self._other(c) if "一" <= c <= "鿿" and self._random.random() < share else c
            for c in text
        )

    def _other(self, character: str) -> str:
        alike = self._alike.get(self._key(character), ())
        others = [pair for pair in alike if pair[0] != character]
        if not others:
            return character
        names, weights = zip(*others, strict=True)
        return self._random.choices(names, weights)[0]
