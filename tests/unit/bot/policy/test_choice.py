"""Choosing between facts: what is looked at, and how sure the choice is."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from bot.policy.choice import Candidate, Choice, consider, terms
from bot.policy.classifier import NOTHING
from bot.policy.facts import Document, Fact
from bot.policy.search import Hit

pytestmark = pytest.mark.unit

DOCUMENT = Document("某县", "某方案", "", 2020, "某县2020年的文件")
FIGURES = len(fields(Candidate))


def hit(name: str, score: float, *, gap: bool = False, fits: bool = True) -> Hit:
    audience = frozenset(("elder",))
    fact = Fact(name, DOCUMENT, "", "", frozenset(), audience, name, (name,), gap=gap)
    return Hit(fact, score, 0.5, fits, {}, frozenset())


def one_figure(name: str) -> Choice:
    """A choice by one figure alone."""
    place = [field.name for field in fields(Candidate)].index(name)
    single = np.zeros(FIGURES)
    single[place] = 1.0
    weights = np.where(terms(single) == 1.0, 1.0, 0.0)
    weights[0] = 0.0
    return Choice(np.zeros(FIGURES), np.ones(FIGURES), weights)


def test_without_a_fact_nothing_is_chosen():
    considered = consider({}, [hit("gap", 1.0, gap=True)], [hit("gap", 1.0, gap=True)])
    assert considered == []
    assert one_figure("score").best(considered) == (None, 0.0)


def test_a_fact_that_nothing_was_learnt_of_can_still_be_the_answer():
    hits = [hit("new", 1.0), *(hit(name, 0.1) for name in "abcde")]
    considered = consider(dict.fromkeys("abcde", 0.5), hits, hits)
    assert [one.hit.fact.id for one in considered] == [*"abcd", "new"]
    assert one_figure("score").best(considered)[0] is hits[0]


def test_a_fact_that_shares_no_word_with_the_question_is_not_looked_at():
    hits = [replace(hit("fact", 0.1), covered=0.0)]
    assert consider({"fact": 0.0}, hits, hits) == []


def test_a_fact_that_cannot_tell_what_is_asked_for_is_not_the_best_by_words():
    hits = [hit("misfit", 2.0, fits=False), hit("fit", 0.5)]
    considered = consider({}, hits, hits)
    assert [one.hit.fact.id for one in considered if one.candidate.best_by_words] == ["fit"]


def test_gaps_and_nothing_speak_against_every_fact():
    hits = [
        hit("fact", 0.6),
        hit("gap", 0.9, gap=True),
        hit("other_gap", 1.5, gap=True, fits=False),
    ]
    learnt = {"fact": 0.4, "gap": 0.3, NOTHING: 0.2}
    (one,) = consider(learnt, hits, hits)
    assert (one.candidate.gap, one.candidate.nothing) == (0.3, 0.2)
    assert one.candidate.gap_by_words == 0.9
    assert one.candidate.over_gap == pytest.approx(-0.3)


def test_how_far_ahead_a_fact_is_counts_against_the_others_only():
    hits = [hit("first", 0.1), hit("second", 0.1)]
    first, second = consider({"first": 0.9, "second": 0.2}, hits, hits)
    assert first.candidate.ahead == pytest.approx(0.7)
    assert second.candidate.ahead == pytest.approx(-0.7)
    (alone,) = consider({"first": 0.9}, hits[:1], hits[:1])
    assert alone.candidate.ahead == pytest.approx(0.9)


def test_probabilities_stay_probabilities_whatever_the_figures():
    kept = Choice.read()
    zero = Candidate(*[0.0] * FIGURES)
    for extreme in (1e9, -1e9):
        found = kept.probability(replace(zero, score=extreme, learnt=extreme))
        assert 0.0 <= found <= 1.0


def test_what_is_written_is_read_again(tmp_path: Path):
    choice = one_figure("learnt")
    choice.write(tmp_path / "choice.npz")
    candidate = Candidate(*[0.3] * FIGURES)
    assert Choice.read(tmp_path / "choice.npz").probability(candidate) == choice.probability(
        candidate
    )


def test_the_kept_weights_fit_the_figures_and_prefer_what_was_learnt():
    kept = Choice.read()
    hits = [hit("asked", 0.8), hit("other", 0.3)]
    sure = kept.best(consider({"asked": 1.0, "other": 0.0}, hits, hits))
    unsure = kept.best(consider({NOTHING: 1.0, "asked": 0.1}, hits, hits))
    assert sure[0] is hits[0]
    assert sure[1] > 0.5 > unsure[1]
