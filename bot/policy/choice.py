"""Whether a fact is the answer to a question: weighs what was learnt against what the words say.

The classifier knows what callers ask for and not what they must not be told; the index knows which
year, place and kind of thing a fact tells. A quadratic logistic regression over both was learnt
from questions that the classifier had not seen (``anban/learn_choice.py``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.policy.classifier import NOTHING
from bot.policy.search import CALLERS, Hit

FILE = Path(__file__).with_suffix(".npz")
LIKELIEST = 4
"""Facts that are looked at, by what was learnt; the best by words is looked at besides."""
FAR = 3.0
"""Standard deviations beyond which a figure says no more."""


@dataclass(frozen=True)
class Candidate:
    """What speaks for a fact and against it; its names stand for themselves in the weights."""

    learnt: float
    ahead: float
    """by how much the next other fact was learnt to be asked for less"""
    nothing: float
    gap: float
    score: float
    fitting: float
    """the score, where the fact can tell the kind of thing that is asked for"""
    covered: float
    covered_whole: float
    """of all that was said, the story around the question too"""
    fits: float
    meant: float
    best_by_words: float
    gap_by_words: float
    over_gap: float
    """by how much the score is better than that of the best gap"""
    office: float
    """whether the fact is for offices and providers alone"""


@dataclass(frozen=True)
class Considered:
    """A fact that may be the answer."""

    hit: Hit
    candidate: Candidate


def consider(
    learnt: Mapping[str, float], hits: Sequence[Hit], whole: Sequence[Hit]
) -> list[Considered]:
    """The facts that may answer a question, and what speaks for each.

    Args:
        learnt: of each fact, how much the question asks for it.
        hits: by the words of what is asked.
        whole: by the words of all that was said.
    """
    of_all = {hit.fact.id: hit for hit in whole}
    gaps = [hit for hit in hits if hit.fact.gap]
    facts = [hit for hit in hits if hit.covered and not hit.fact.gap]
    if not facts:
        return []

    def score(hit: Hit) -> float:
        return learnt.get(hit.fact.id, 0.0)

    likely = sorted(facts, key=score, reverse=True)
    best = max(facts, key=lambda hit: (hit.fits, hit.score))
    looked_at = likely[:LIKELIEST]
    looked_at += [] if best in looked_at else [best]
    gap = max((score(hit) for hit in gaps), default=0.0)
    by_words = max((hit.score for hit in gaps if hit.fits), default=0.0)
    return [
        Considered(
            hit,
            Candidate(
                learnt=score(hit),
                ahead=score(hit)
                - max((score(one) for one in likely[:2] if one is not hit), default=0),
                nothing=learnt.get(NOTHING, 0.0),
                gap=gap,
                score=hit.score,
                fitting=hit.score * hit.fits,
                covered=hit.covered,
                covered_whole=of_all[hit.fact.id].covered,
                fits=hit.fits,
                meant=hit.meant,
                best_by_words=hit is best,
                gap_by_words=by_words,
                over_gap=hit.score - by_words,
                office=not hit.fact.audience & CALLERS,
            ),
        )
        for hit in looked_at
    ]


def terms(figures: NDArray[np.float64]) -> NDArray[np.float64]:
    """A constant, the figures, and the product of each two."""
    all_of_them = np.concatenate([[1.0], figures])
    return np.outer(all_of_them, all_of_them)[np.triu_indices(len(all_of_them))]


class Choice:
    """How sure it is that a fact is the answer.

    Args:
        mean, deviation: of each figure of a candidate.
        weights: of each of its terms.
    """

    def __init__(
        self,
        mean: NDArray[np.float64],
        deviation: NDArray[np.float64],
        weights: NDArray[np.float64],
    ) -> None:
        self._mean, self._deviation, self._weights = mean, deviation, weights

    @classmethod
    def read(cls, path: Path = FILE) -> Self:
        """What ``anban/learn_choice.py`` wrote."""
        with np.load(path, allow_pickle=False) as found:
            return cls(found["mean"], found["deviation"], found["weights"])

    def write(self, path: Path = FILE) -> None:
        """Keeps it for ``read``."""
        np.savez_compressed(path, mean=self._mean, deviation=self._deviation, weights=self._weights)

    def probability(self, candidate: Candidate) -> float:
        """That the fact is the answer, 0 to 1."""
        figures = (np.array(astuple(candidate), float) - self._mean) / self._deviation
        sum_of_terms = float(terms(np.clip(figures, -FAR, FAR)) @ self._weights)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, sum_of_terms))))

    def best(self, considered: Sequence[Considered]) -> tuple[Hit | None, float]:
        """The fact that is likeliest the answer, and how sure that is."""
        sure = [(self.probability(one.candidate), one.hit) for one in considered]
        probability, hit = max(sure, key=lambda pair: pair[0], default=(0.0, None))
        return hit, probability
