"""Assessments: what is refused, how points are counted, what an assessor changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anban.errors import Conflict, Rejected, SettingsError
from anban.policy import LOCALITIES
from anban.wiring import questionnaire
from backend.domain.assessments import assessed, ensure_waiting
from backend.domain.assessments import questionnaire as read

pytestmark = pytest.mark.unit
ASKED = questionnaire(LOCALITIES)
BEST = {one.id: one.levels[0].points for one in ASKED.items}


def row(**more):
    levels = [{"points": 5, "says": "能"}, {"points": 0, "says": "不能"}]
    return {"id": "a", "name": "甲", "levels": levels, **more}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"id": "q", "name": "问", "source": "甲", "bands": [{"from": 5, "says": "甲"}], "item": []},
        {
            "id": "q",
            "name": "问",
            "source": "甲",
            "bands": [{"from": 0, "says": "甲"}],
            "item": [row(levels=[{"points": 0, "says": "能"}, {"points": 5, "says": "不能"}])],
        },
    ],
)
def test_a_questionnaire_that_cannot_be_asked_is_a_clear_error(data):
    with pytest.raises(SettingsError, match=r"a\.toml"):
        read(data, "a.toml")


@pytest.mark.parametrize("answers", [{"flying": 5}, {"eating": 7}, {"bathing": 10}])
def test_what_is_no_answer_is_refused(answers):
    with pytest.raises(Rejected) as refused:
        ASKED.ensure(answers)
    assert refused.value.field == "answers"


def test_an_assessor_answers_every_item():
    with pytest.raises(Rejected, match="进食"):
        ASKED.ensure_whole({id: points for id, points in BEST.items() if id != "eating"})


@pytest.mark.parametrize("status", ["open", "confirmed", "changed"])
def test_only_what_waits_is_assessed(status):
    with pytest.raises(Conflict):
        ensure_waiting(status)


def test_the_ten_items_are_a_hundred_points():
    score = ASKED.score(BEST)
    assert (len(ASKED.items), score.points, score.most) == (10, 100, 100)


@pytest.mark.parametrize(
    ("points", "band"),
    [
        (100, "能力完好"),
        (95, "轻度受损"),
        (65, "轻度受损"),
        (60, "中度受损"),
        (45, "中度受损"),
        (40, "重度受损"),
        (0, "重度受损"),
    ],
)
def test_the_standards_limits(points, band):
    """MZ/T 039-2013, 5.1.1, table 2."""
    answers, left = {}, 100 - points
    for item in ASKED.items:
        fitting = [one.points for one in item.levels if item.levels[0].points - one.points <= left]
        answers[item.id] = min(fitting)
        left -= item.levels[0].points - answers[item.id]
    assert ASKED.score(answers).points == points
    assert ASKED.band(ASKED.score(answers)) == band


def test_what_somebody_could_not_say_is_open_and_no_nought():
    score = ASKED.score({**BEST, "bathing": None})
    assert (score.points, score.most, score.unanswered) == (95, 95, ("洗澡",))
    assert ASKED.band(score) == ""


def test_confirmed_is_only_what_was_found_as_it_was_told():
    assert assessed(BEST, BEST) == "confirmed"
    assert assessed(BEST, {**BEST, "stairs": 5}) == "changed"
    assert assessed({**BEST, "stairs": None}, BEST) == "changed"


@given(
    st.fixed_dictionaries(
        {one.id: st.sampled_from([*[x.points for x in one.levels], None]) for one in ASKED.items}
    )
)
def test_points_are_the_sum_of_what_was_answered(answers):
    score = ASKED.score(answers)
    assert score.points == sum(points for points in answers.values() if points is not None)
    assert score.points <= score.most <= 100
    assert bool(ASKED.band(score)) == (None not in answers.values())
