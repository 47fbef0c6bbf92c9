"""Which fact a question asks for, learnt from what callers ask.

Kernel ridge regression: a question is compared with every line that is known to ask for a fact, by
its characters, its sounds and its meaning, and each likeness counts as much as it helped to tell
the known lines apart. Learning is one system of linear equations for each place; it takes seconds,
and is kept between starts.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anban.errors import SettingsError
from bot.policy.meanings import Meanings, kept_array
from bot.understanding.pinyin import fuzzy_class, syllables

NOTHING = "-"
"""What a question asks for that no document answers and no gap names."""
LONGEST = 3
"""Characters, or syllables, that are looked at together."""
MEANING = 3.0
"""Weight of meaning against that of characters, and of sounds."""
RIDGE = 0.3
"""What is added to the diagonal: the more, the less a single line counts."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Asked:
    """A line, and the facts that answer it."""

    text: str
    facts: frozenset[str]


def read(folder: Path) -> dict[str, list[Asked]]:
    """What callers ask, by the folder of the place: ``<place>.tsv`` of fact, variety, question.

    Several facts that answer alike stand with ``|`` between them; ``-`` is what none answers.

    Raises:
        SettingsError: a line is not made so; names it.
    """
    found: dict[str, list[Asked]] = {}
    for path in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            parts = line.split("\t")
            if len(parts) != 3 or not all(parts):
                raise SettingsError(f"{path}:{number}: expected fact, variety, question with tabs")
            facts = frozenset(
                one if one == NOTHING or "." in one else f"{path.stem}.{one}"
                for one in parts[0].split("|")
            )
            found.setdefault(path.stem, []).append(Asked(parts[2], facts))
    return found


class _Likeness:
    """Cosine of what a text is made of with each of some lines, rare parts weighing more."""

    def __init__(self, lines: Sequence[Sequence[str]]) -> None:
        seen = Counter(part for line in lines for part in set(line))
        self._rarity = {part: math.log(len(lines) / count) + 1 for part, count in seen.items()}
        self._size = len(lines)
        holding: dict[str, list[tuple[int, float]]] = {}
        self.weighted = [self._weigh(line) for line in lines]
        for row, parts in enumerate(self.weighted):
            for part, weight in parts.items():
                holding.setdefault(part, []).append((row, weight))
        self._holding = {
            part: (np.array([row for row, _ in rows]), np.array([w for _, w in rows], np.float32))
            for part, rows in holding.items()
        }

    def of(self, parts: Sequence[str]) -> Floats:
        """The cosine with each line."""
        return self._with(self._weigh(parts))

    def among(self) -> Floats:
        """The cosines of the lines with one another."""
        return np.stack([self._with(parts) for parts in self.weighted])

    def _with(self, weighted: Mapping[str, float]) -> Floats:
        found = np.zeros(self._size, np.float32)
        for part, weight in weighted.items():
            rows, weights = self._holding[part]
            found[rows] += weight * weights
        return found

    def _weigh(self, parts: Sequence[str]) -> dict[str, float]:
        counts = Counter(part for part in parts if part in self._rarity)
        weighted = {part: (1 + math.log(n)) * self._rarity[part] for part, n in counts.items()}
        length = math.sqrt(sum(weight**2 for weight in weighted.values()))
        return {part: weight / length for part, weight in weighted.items()}


class FactClassifier:
    """Tells for one place which of its facts a question asks for.

    Args:
        asked: lines and the facts that answer them.
        meanings: vectors of lines, in whose folder is kept what was learnt; None compares
            characters and sounds alone.
        blank: words that tell nothing here, such as the place's own name.
    """

    def __init__(
        self,
        asked: Sequence[Asked],
        meanings: Meanings | None = None,
        blank: Sequence[str] = (),
    ) -> None:
        self._blank = blank
        texts = [self._bare(one.text) for one in asked]
        self._meanings = meanings
        self._written = _Likeness([_runs(text) for text in texts])
        self._sounding = _Likeness([_runs(_sounds(text)) for text in texts])
        self._vectors = meanings.kept(texts) if meanings else None
        self.facts = tuple(sorted({fact for one in asked for fact in one.facts}))
        self._weights = self._kept(asked)

    def scores(self, question: str) -> dict[str, float]:
        """How much a question asks for each fact; 1 is as much as lines that are known to."""
        question = self._bare(question)
        meant = self._meanings.of([question])[0] if self._meanings else None
        likeness = self._together(
            self._written.of(_runs(question)),
            self._sounding.of(_runs(_sounds(question))),
            self._vectors @ meant if self._vectors is not None and meant is not None else None,
        )
        return dict(zip(self.facts, (likeness @ self._weights).tolist(), strict=True))

    def _bare(self, text: str) -> str:
        for word in self._blank:
            text = text.replace(word, "")
        return text

    def _kept(self, asked: Sequence[Asked]) -> Floats:
        """What was learnt from these very lines, read from disk where it lies."""
        if self._meanings is None or self._meanings.folder is None:
            return self._learnt(asked)
        told = "\n".join(f"{one.text}\t{'|'.join(sorted(one.facts))}" for one in asked)
        how = f"{MEANING} {RIDGE} {'|'.join(self._blank)}"
        mark = hashlib.sha256(f"{how}\n{told}".encode()).hexdigest()[:16]
        path = self._meanings.folder / f"asked-{mark}.npy"
        return kept_array(path, len(asked), lambda: self._learnt(asked))

    def _learnt(self, asked: Sequence[Asked]) -> Floats:
        among = self._vectors @ self._vectors.T if self._vectors is not None else None
        likeness = self._together(self._written.among(), self._sounding.among(), among)
        place = {fact: column for column, fact in enumerate(self.facts)}
        answers = np.zeros((len(asked), len(place)), np.float32)
        for row, one in enumerate(asked):
            answers[row, [place[fact] for fact in one.facts]] = 1
        likeness[np.diag_indices_from(likeness)] += RIDGE
        return np.linalg.solve(likeness, answers)

    def _together(self, written: Floats, sounding: Floats, meant: Floats | None) -> Floats:
        """Likeness of all three kinds; squared, so that what is alike in several counts most."""
        if meant is None:
            return _squared((written + sounding) / np.float32(2))
        together = written + sounding + np.float32(MEANING) * np.maximum(0, meant)
        return _squared((together / np.float32(2 + MEANING)).astype(np.float32))


def _squared(likeness: Floats) -> Floats:
    return likeness * likeness


def _runs(symbols: Sequence[str]) -> list[str]:
    """All runs of up to three characters or syllables."""
    return [
        " ".join(symbols[at : at + size])
        for size in range(1, LONGEST + 1)
        for at in range(len(symbols) - size + 1)
    ]


def _sounds(text: str) -> list[str]:
    return [fuzzy_class(syllable) if syllable else "_" for syllable in syllables(text)]
