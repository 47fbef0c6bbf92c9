"""Learns from the training lines which beginnings of lines are no whole lines (whole.py).

Run ``python -m voice.turn.learn_whole`` after changing nlu_data/nlu (half a minute). It writes
whole.tsv and prints how well it tells lines it did not learn from: a line of the corpus is whole,
and what stands before one of its words is not.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import yaml

from voice.turn.whole import BIAS, LENGTH, TABLE, UNIT, features, length
from voice.turn.words import bare

Floats: TypeAlias = npt.NDArray[Any]

CORPUS = Path(__file__).parents[2] / "nlu_data" / "nlu"
SHORTEST, LONGEST = 2, 30
"""Characters of the lines that are learnt from."""
LEFT = 2
"""Characters that at least are missing from what is not whole."""
HELD_OUT = 2000
"""Lines that are only judged."""
PENALTY, STEPS, STEP = 6e-5, 300, 0.5
"""How dear a weight is, how often all of them are moved, and how far each time."""
_ENTITY = re.compile(r"\[([^\]]*)\](?:\{[^}]*\}|\([^)]*\))")


def read_lines(corpus: Path = CORPUS) -> list[str]:
    """The lines people say, without marks, each once and in an order that chance has made."""
    found = set()
    for path in sorted(corpus.glob("*.yml")):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            for example in block.get("examples", "").splitlines():
                line = bare(_ENTITY.sub(r"\1", example.strip().removeprefix("- ")))
                if SHORTEST <= len(line) <= LONGEST:
                    found.add(line)
    lines = sorted(found)
    random.Random(1).shuffle(lines)  # noqa: S311 - a training set, no secret
    return lines


def beginnings(line: str, whole: set[str]) -> Iterator[str]:
    """What stands before each word of a line, where that is no line by itself."""
    import jieba  # type: ignore[import-untyped]

    at = 0
    for word in jieba.cut(line):
        if 1 < at <= len(line) - LEFT and line[:at] not in whole:
            yield line[:at]
        at += len(word)


def examples(lines: Sequence[str], whole: set[str]) -> list[tuple[str, bool]]:
    """Lines and their beginnings, each with whether it is whole."""
    parts = [(part, False) for line in lines for part in beginnings(line, whole)]
    return [(line, True) for line in lines] + parts


class Model:
    """A logistic regression with few weights, fitted by accelerated proximal gradients (FISTA).

    Beck and Teboulle, A fast iterative shrinkage-thresholding algorithm, 2009.
    """

    def __init__(self) -> None:
        self._number: dict[str, int] = {BIAS: 0, LENGTH: 1}
        self.weights = np.zeros(0)

    def learn(self, given: Sequence[tuple[str, bool]]) -> Model:
        """Fit the weights; whole lines and parts of lines count the same together."""
        for text, _ in given:
            for feature in features(text):
                self._number.setdefault(feature, len(self._number))
        whole = np.array([is_whole for _, is_whole in given])
        share = np.where(whole, 0.5 / whole.sum(), 0.5 / (~whole).sum())
        cells = self._cells([text for text, _ in given])
        self.weights = ahead = np.zeros(len(self._number))
        size, pace = len(self._number), 1.0
        for _ in range(STEPS):
            error = share * (_likely(self._sums(cells, ahead, len(given))) - whole)
            slope = np.bincount(cells[1], weights=error[cells[0]] * cells[2], minlength=size)
            moved = ahead - STEP * slope
            shrunk = np.sign(moved) * np.maximum(np.abs(moved) - STEP * PENALTY, 0.0)
            shrunk[:2] = moved[:2]
            pace, before = (1 + np.sqrt(1 + 4 * pace**2)) / 2, pace
            ahead = shrunk + (before - 1) / pace * (shrunk - self.weights)
            self.weights = shrunk
        return self

    def judge(self, texts: Sequence[str]) -> Floats:
        """How likely each text is whole."""
        return _likely(self._sums(self._cells(texts), self.weights, len(texts)))

    def table(self) -> Iterator[str]:
        """The lines of the table."""
        yield "# Weights of whole.py, learnt by learn_whole.py; do not edit."
        for feature, at in self._number.items():
            if units := round(self.weights[at] / UNIT):
                yield f"{feature}\t{units}"

    def _cells(self, texts: Sequence[str]) -> tuple[Floats, Floats, Floats]:
        """Row, column and value of everything that is not nothing."""
        found = [
            (row, at, value)
            for row, text in enumerate(texts)
            for feature, value in _row(text)
            if (at := self._number.get(feature)) is not None
        ]
        rows, columns, values = (np.array(one) for one in zip(*found, strict=True))
        return rows, columns, values.astype(float)

    @staticmethod
    def _sums(cells: tuple[Floats, Floats, Floats], weights: Floats, rows: int) -> Floats:
        return np.bincount(cells[0], weights=weights[cells[1]] * cells[2], minlength=rows)


def main() -> None:
    """Learn, write the table, and print how lines are judged that were held out."""
    lines = read_lines()
    whole = set(lines)
    judged, learnt = (examples(part, whole) for part in (lines[:HELD_OUT], lines[HELD_OUT:]))
    likely = Model().learn(learnt).judge([text for text, _ in judged])
    _report(likely, [is_whole for _, is_whole in judged])
    table = Model().learn(learnt + judged).table()
    TABLE.write_text("\n".join(table) + "\n", encoding="utf-8")


def _row(line: str) -> Iterator[tuple[str, float]]:
    yield from ((BIAS, 1.0), (LENGTH, length(line)))
    yield from ((feature, 1.0) for feature in features(line))


def _likely(sums: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-sums))


def _report(likely: Floats, whole: Sequence[bool]) -> None:
    pairs = list(zip(likely, whole, strict=True))
    lines = sorted(one for one, is_whole in pairs if is_whole)
    parts = [one for one, is_whole in pairs if not is_whole]
    print("taken for part of a line: whole lines, beginnings of lines (below)")
    for share in (0.02, 0.05, 0.1, 0.15, 0.2, 0.3):
        below = lines[int(share * len(lines))]
        caught = sum(one < below for one in parts) / len(parts)
        print(f"{share:8.0%} {caught:8.0%}  ({below:.3f})")


if __name__ == "__main__":
    main()
