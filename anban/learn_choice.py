"""Learns how to choose between facts (bot/policy/choice.py) from what callers ask.

Run ``uv run --frozen --extra sentences --with scikit-learn python -m anban.learn_choice``
after changing nlu_data/policy, the facts or the search (half an hour). The questions are parted
into shares; those of each are chosen for with classifiers that have not learnt from it, as those
of a new caller will be. It writes bot/policy/choice.npz and prints how well the others choose.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np

from anban.policy import LEARNT, LOCALITIES, QUESTIONS, classifiers_of, policy_desk
from bot.policy import classifier
from bot.policy.choice import FAR, FILE, Choice, Considered, terms
from bot.policy.classifier import NOTHING, Asked
from bot.policy.facts import EVERYWHERE, Fact, load
from bot.policy.meanings import installed_meanings
from bot.policy.places import Places

SHARES = 4
SPARED = 3
"""Of the ways of asking that stand with the facts, one in so many of a share is asked, too."""
INVERSE_REGULARISATION = 0.3
NEAR_MISS = 2.0
"""How much more a question that nothing answers counts than one that is answered."""
LEVELS = (0.3, 0.4, 0.5, 0.6, 0.7)
"""Probabilities from which to answer, of which the outcome is printed."""


class Case(NamedTuple):
    """A question that its classifiers had not seen."""

    share: int
    asked: Asked
    considered: Sequence[Considered]


def cases() -> Iterator[Case]:
    """Every question with the facts that were considered for it."""
    meanings = installed_meanings(LEARNT)
    facts, asked = load(LOCALITIES), classifier.read(QUESTIONS)
    folders = {fact.id.partition(".")[0]: fact.locality for fact in facts}
    desk, places = policy_desk(LOCALITIES, meanings), Places.read(LOCALITIES)
    for share in range(SHARES):
        others = {
            folder: [one for one in lines if _share(one.text) != share]
            for folder, lines in asked.items()
        }
        kept, spared = _without(facts, share)
        desk.classifiers = classifiers_of(kept, others, places, meanings)
        put = [
            (folders[folder], one)
            for folder, lines in asked.items()
            for one in lines
            if _share(one.text) == share
        ]
        put += [(place, one) for place, one in spared if place in desk.classifiers]
        for number, (place, one) in enumerate(put):
            if number % 100 == 0:
                print(f"share {share + 1} of {SHARES}: {number} of {len(put)}", flush=True)
            yield Case(share, one, desk.considered(one.text, place))


def _without(facts: Sequence[Fact], share: int) -> tuple[list[Fact], list[tuple[str, Asked]]]:
    """The facts without some of the ways to ask for them, and those ways with their places.

    Gaps of no place are asked for in each.
    """
    known = sorted({fact.locality for fact in facts} - {EVERYWHERE})
    kept, spared = [], []
    for fact in facts:
        ways = [way for way in fact.asks if _share(way, SHARES * SPARED) == share]
        rest = tuple(way for way in fact.asks if way not in ways)
        kept.append(replace(fact, asks=rest) if rest else fact)
        answers = frozenset((NOTHING if fact.gap else fact.id,))
        for place in known if fact.locality == EVERYWHERE else (fact.locality,):
            spared += [(place, Asked(way, answers)) for way in ways if rest]
    return kept, spared


def _share(text: str, shares: int = SHARES) -> int:
    """A line's share: all that ask for one fact are not in the same."""
    return crc32(text.encode()) % shares


def learn(known: Sequence[Case]) -> Choice:
    """The weights that tell answers from other facts best."""
    from sklearn.linear_model import LogisticRegression

    figures, answers, weights = _rows(known)
    mean, deviation = figures.mean(0), figures.std(0) + 1e-9
    far = np.clip((figures - mean) / deviation, -FAR, FAR)
    fitted: Any = LogisticRegression(
        C=INVERSE_REGULARISATION, max_iter=5000, fit_intercept=False
    ).fit(np.array([terms(row) for row in far]), answers, weights)
    return Choice(mean, deviation, fitted.coef_[0])


def _rows(known: Sequence[Case]) -> tuple[Any, Any, Any]:
    pairs = [(case.asked, one) for case in known for one in case.considered]
    figures = np.array([astuple(one.candidate) for _, one in pairs], float)
    answers = np.array([one.hit.fact.id in asked.facts for asked, one in pairs])
    weights = np.array([NEAR_MISS if NOTHING in asked.facts else 1.0 for asked, _ in pairs])
    return figures, answers, weights


def outcomes(known: Sequence[Case], choices: Mapping[int, Choice]) -> Iterator[str]:
    """How each share is chosen for by the weights that others taught, a line for each level."""
    chosen = [(case.asked, *choices[case.share].best(case.considered)) for case in known]
    near = [probability for asked, _, probability in chosen if NOTHING in asked.facts]
    answered = [one for one in chosen if NOTHING not in one[0].facts]
    for level in LEVELS:
        told = [(asked, hit) for asked, hit, probability in answered if probability >= level]
        right = sum(hit is not None and hit.fact.id in asked.facts for asked, hit in told)
        yield (
            f"from {level}: right {right / len(answered):.1%}, "
            f"another fact {(len(told) - right) / len(answered):.1%}, "
            f"declined {1 - len(told) / len(answered):.1%} of {len(answered)}; "
            f"near misses declined {sum(one < level for one in near) / len(near):.1%} "
            f"of {len(near)}"
        )


def main(path: Path = FILE) -> None:
    """Learns, prints and writes."""
    known = list(cases())
    choices = {
        share: learn([case for case in known if case.share != share]) for share in range(SHARES)
    }
    print("\n".join(outcomes(known, choices)))
    learn(known).write(path)
    print(f"written: {path}")


if __name__ == "__main__":
    main()
