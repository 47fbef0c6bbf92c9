"""A small classifier beside the emergency signs: how much a line sounds like a cry for help.

Logistic regression over characters and fuzzy syllables, so that a garbled line still looks like
what was meant. It needs no library: the weights are a table (nlu_data/lexicon/emergency_hunch.tsv)
learnt from nlu_data/lexicon/emergency_lines.tsv by ``python -m bot.understanding.hunch``.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from bot.understanding import lexicon
from bot.understanding.pinyin import fuzzy_class, syllables

TABLE = "emergency_hunch.tsv"
"""File of the weights, in the lexicon folder."""
BIAS = "(bias)"
"""Name of the constant among the features."""
LONGEST = 200
"""Characters of a line that are looked at."""
EPOCHS, STEP, DECAY = 24, 0.25, 2e-4
"""Passes over the lines, size of a step, and how strongly weights are drawn to nothing."""
SMALLEST = 0.06
"""Weights nearer to nothing than this are left out of the table."""


def features(text: str) -> set[str]:
    """What of a line is weighed: one to three characters, two and three fuzzy syllables."""
    heard = text[:LONGEST]
    classes = tuple(map(fuzzy_class, syllables(heard)))
    found = {heard[at : at + size] for size in (1, 2, 3) for at in range(len(heard) - size + 1)}
    for size in (2, 3):
        found |= {" ".join(classes[at : at + size]) for at in range(len(classes) - size + 1)}
    return found


def likelihood(text: str) -> float:
    """How much a line sounds like a cry for help, 0 to 1."""
    return _likelihood(features(text), _weights())


def _likelihood(found: Iterable[str], weights: Mapping[str, float]) -> float:
    total = weights.get(BIAS, 0.0) + sum(weights.get(feature, 0.0) for feature in found)
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def _weights() -> Mapping[str, float]:
    return {row["feature"]: float(row["weight"]) for row in lexicon.rows(TABLE)}


def learn(lines: Sequence[tuple[str, bool]], seed: int = 1) -> dict[str, float]:
    """Weights from lines and whether each is an emergency (AdaGrad; the same seed, the same table).

    Both sides weigh the same, however many lines each has.
    """
    order = random.Random(seed)  # noqa: S311 - a shuffle, no secret
    examples = [(sorted(features(text)), danger) for text, danger in lines]
    dangers = sum(danger for _, danger in examples)
    share = {True: len(examples) / (2 * dangers), False: len(examples) / 2 / (len(examples) - dangers)}
    weights: dict[str, float] = {}
    squares: dict[str, float] = {}
    for _ in range(EPOCHS):
        order.shuffle(examples)
        for found, danger in examples:
            slope = (_likelihood(found, weights) - danger) * share[danger]
            for feature in (BIAS, *found):
                gradient = slope + DECAY * weights.get(feature, 0.0)
                squares[feature] = squares.get(feature, 0.0) + gradient * gradient
                weights[feature] = weights.get(feature, 0.0) - STEP * gradient / (
                    math.sqrt(squares[feature]) + 1.0
                )
    return weights


def table(weights: Mapping[str, float]) -> Iterator[str]:
    """The lines of the table of weights."""
    yield "# Weights of bot/understanding/hunch.py, learnt from emergency_lines.tsv; do not edit."
    yield "feature\tweight"
    for feature, weight in sorted(weights.items()):
        if abs(weight) >= SMALLEST and "\t" not in feature and not feature.startswith("#"):
            yield f"{feature}\t{weight:.2f}"


def main() -> None:
    """Learn the weights anew and write the table."""
    rows = lexicon.rows("emergency_lines.tsv")
    weights = learn([(row["text"], row["kind"] != "none") for row in rows])
    (lexicon.LEXICON / TABLE).write_text("\n".join(table(weights)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
