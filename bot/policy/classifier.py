"""Which fact a question asks for, learnt from what callers ask.

Kernel ridge regression: a question is compared with every line that is known to ask for a fact, by
its characters, its sounds and its meaning, and each likeness counts as much as it helped to tell
the known lines apart. Learning is one system of linear equations for each place; it takes seconds,
and is kept between starts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from anban.errors import SettingsError
from bot.policy.meanings import Arrays, Meanings, kept_arrays
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


@dataclass(frozen=True)
class _Likeness:
    """Cosine of what a text is made of with each of some lines, rare parts weighing more.

    Attributes:
        parts: marks of everything the lines are made of, ascending.
        rarity: what each weighs.
        begins: where the lines that hold each part begin, and behind the last where they end.
        rows: those lines.
        weights: what the part weighs in each of them.
        size: how many lines there are.
    """

    parts: NDArray[np.uint32]
    rarity: Floats
    begins: NDArray[np.int32]
    rows: NDArray[np.int32]
    weights: Floats
    size: int

    @classmethod
    def learn(cls, lines: Sequence[Sequence[str]]) -> Self:
        """Compares with these lines."""
        marks, times = zip(*map(_counted, lines), strict=True)
        rows = np.repeat(np.arange(len(lines)), [len(found) for found in marks])
        parts, columns, holding = np.unique(
            np.concatenate(marks), return_inverse=True, return_counts=True
        )
        rarity = np.log(len(lines) / holding) + 1
        weights = np.concatenate(times) * rarity[columns]
        weights /= np.sqrt(np.bincount(rows, weights**2))[rows]
        order = np.argsort(columns, kind="stable")
        begins = np.concatenate([[0], np.cumsum(holding)])
        return cls(
            parts.astype(np.uint32),
            rarity.astype(np.float32),
            begins.astype(np.int32),
            rows[order].astype(np.int32),
            weights[order].astype(np.float32),
            len(lines),
        )

    def of(self, text: Sequence[str]) -> Floats:
        """The cosine with each line."""
        marks, times = _counted(text)
        columns = np.searchsorted(self.parts, marks).clip(max=len(self.parts) - 1)
        known = self.parts[columns] == marks
        columns, weights = columns[known], times[known] * self.rarity[columns[known]]
        weights /= np.sqrt(np.sum(weights**2)) or 1
        found = np.zeros(self.size, np.float32)
        for column, weight in zip(columns, weights, strict=True):
            held = slice(self.begins[column], self.begins[column + 1])
            found[self.rows[held]] += weight * self.weights[held]
        return found

    def kept(self, name: str) -> Arrays:
        """What it is made of, to be kept under a name."""
        return {f"{name}.{one.name}": np.asarray(getattr(self, one.name)) for one in fields(self)}

    @classmethod
    def read(cls, kept: Mapping[str, NDArray[Any]], name: str) -> Self:
        """The same again."""
        arrays: dict[str, Any] = {one.name: kept[f"{name}.{one.name}"] for one in fields(cls)}
        return cls(**arrays | {"size": int(arrays["size"])})


def _counted(text: Sequence[str]) -> tuple[NDArray[np.uint32], Floats]:
    """The marks of what a text is made of, and what each counts: more where it stands twice."""
    counts = Counter(crc32(part.encode()) for part in text)
    times = 1 + np.log(np.array([*counts.values()], np.float32))
    return np.array([*counts], np.uint32), times


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
        self._meanings = meanings
        self.facts = tuple(sorted({fact for one in asked for fact in one.facts}))
        kept = self._kept(asked)
        self._written = _Likeness.read(kept, "written")
        self._sounding = _Likeness.read(kept, "sounding")
        self._vectors, self._weights = kept.get("vectors"), kept["answers"]

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

    def _kept(self, asked: Sequence[Asked]) -> Arrays:
        """What was learnt from these very lines, read from disk where it lies."""
        if self._meanings is None or self._meanings.folder is None:
            return self._learnt(asked)
        told = (f"{one.text}\t{'|'.join(sorted(one.facts))}" for one in asked)
        mark = self._meanings.mark(f"{LONGEST} {MEANING} {RIDGE} {'|'.join(self._blank)}", *told)
        return kept_arrays(self._meanings.folder / f"asked-{mark}.npz", lambda: self._learnt(asked))

    def _learnt(self, asked: Sequence[Asked]) -> Arrays:
        texts = [self._bare(one.text) for one in asked]
        written, sounding = (
            [_runs(text) for text in texts],
            [_runs(_sounds(text)) for text in texts],
        )
        by_writing, by_sound = _Likeness.learn(written), _Likeness.learn(sounding)
        kept = {**by_writing.kept("written"), **by_sound.kept("sounding")}
        if self._meanings is not None:
            kept["vectors"] = self._meanings.of(texts)
        likeness = self._together(
            np.stack([by_writing.of(line) for line in written]),
            np.stack([by_sound.of(line) for line in sounding]),
            kept["vectors"] @ kept["vectors"].T if "vectors" in kept else None,
        )
        place = {fact: column for column, fact in enumerate(self.facts)}
        answers = np.zeros((len(asked), len(place)), np.float32)
        for row, one in enumerate(asked):
            answers[row, [place[fact] for fact in one.facts]] = 1
        likeness[np.diag_indices_from(likeness)] += RIDGE
        return kept | {"answers": np.linalg.solve(likeness, answers)}

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
