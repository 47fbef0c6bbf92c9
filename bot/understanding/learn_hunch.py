"""Learns the weights of the small emergency classifier (hunch.py) from its lines.

Run ``python -m bot.understanding.learn_hunch`` after adding lines to
nlu_data/lexicon/emergency_lines.tsv; it writes nlu_data/lexicon/emergency_hunch.tsv.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence

from bot.understanding import lexicon
from bot.understanding.hunch import BIAS, TABLE, features, weigh

EPOCHS, STEP, DECAY = 24, 0.25, 2e-4
"""Passes over the lines, size of a step, and how strongly weights are drawn to nothing."""
SMALLEST = 0.06
"""Weights nearer to nothing than this are left out of the table."""


def learn(lines: Sequence[tuple[str, bool]], seed: int = 1) -> dict[str, float]:
    """Weights from lines and whether each is an emergency (AdaGrad; the same seed, the same table).

    Both sides weigh the same, however many lines each has.
    """
    order = random.Random(seed)  # noqa: S311 - a shuffle, no secret
    examples = [(sorted(features(text)), danger) for text, danger in lines]
    dangers = sum(danger for _, danger in examples)
    calm = len(examples) - dangers
    share = {True: len(examples) / (2 * dangers), False: len(examples) / (2 * calm)}
    weights: dict[str, float] = {}
    squares: dict[str, float] = {}
    for _ in range(EPOCHS):
        order.shuffle(examples)
        for found, danger in examples:
            slope = (weigh(found, weights) - danger) * share[danger]
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
