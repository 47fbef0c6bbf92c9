"""The way of an application: whose turn it is, what is refused, what has to be brought."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anban.errors import Conflict, Rejected, SettingsError
from anban.policy import LOCALITIES
from anban.wiring import routes
from backend.domain.applications import (
    POSTS,
    State,
    corrected,
    decided,
    first,
    standing,
    withdrawn,
)
from backend.domain.applications import routes as read

pytestmark = pytest.mark.unit
ALL = {one.scheme: one for one in routes(LOCALITIES)}
VISIT = ALL["yuquan.visit"]
ONLINE = ALL["longyan.online"]


@pytest.mark.parametrize("post", ["street", "county", "desk"])
def test_another_post_cannot_decide_for_the_one_whose_turn_it_is(post):
    with pytest.raises(Rejected) as refused:
        decided(VISIT, first(VISIT), post, "pass", "")
    assert refused.value.field == "post"


def test_a_second_click_does_not_pass_the_next_stage():
    """The public notice is decided by the post that decided before it."""
    before, after = ONLINE.stages[-2:]
    assert before.post == after.post
    with pytest.raises(Conflict):
        decided(ONLINE, State("open", after.id), after.post, "pass", "", seen=before.id)
    done = decided(ONLINE, State("open", after.id), after.post, "pass", "", seen=after.id)
    assert done.status == "approved"


@pytest.mark.parametrize("decision", ["return", "reject"])
def test_a_refusal_without_a_reason_is_refused(decision):
    with pytest.raises(Rejected):
        decided(VISIT, first(VISIT), "community", decision, "  ")


@pytest.mark.parametrize("status", ["approved", "rejected", "withdrawn", "returned"])
def test_nothing_is_decided_on_what_is_not_open(status):
    with pytest.raises(Conflict):
        decided(VISIT, State(status, "community"), "community", "pass", "")


def test_only_what_was_sent_back_can_be_corrected_and_only_what_lives_withdrawn():
    with pytest.raises(Conflict):
        corrected(VISIT, first(VISIT))
    with pytest.raises(Conflict):
        withdrawn(State("approved", "district"))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {
            "locality": "甲县",
            "route": [{"scheme": "a", "name": "甲", "source": "甲", "stages": []}],
        },
        {
            "locality": "甲县",
            "route": [
                {
                    "scheme": "a",
                    "name": "甲",
                    "source": "甲",
                    "stages": [{"id": "a", "name": "甲", "post": "mayor"}],
                }
            ],
        },
    ],
)
def test_a_way_that_cannot_be_gone_is_a_clear_error(data):
    with pytest.raises(SettingsError, match=r"a\.toml"):
        read(data, "a.toml")


@pytest.mark.parametrize("scheme", sorted(ALL))
def test_passed_at_every_stage_it_is_approved(scheme):
    route, state = ALL[scheme], first(ALL[scheme])
    for stage in route.stages:
        assert standing(route, state) == f"正在{stage.name}"
        state = decided(route, state, stage.post, "pass", "")
    assert state.status == "approved"


def test_the_city_that_publishes_does_so_after_the_county_has_decided():
    assert [one.id for one in ONLINE.stages] == ["community", "street", "county", "publication"]
    assert [one.post for one in VISIT.stages] == ["community", "street", "county"]


def test_sent_back_it_begins_again_so_that_all_see_the_corrected_form():
    state = decided(VISIT, first(VISIT), "community", "pass", "")
    state = decided(VISIT, state, "street", "return", "缺承诺书")
    assert standing(VISIT, state) == "在街道（乡镇）审核时被退回，要补正"
    assert corrected(VISIT, state) == first(VISIT)


def test_who_lives_alone_brings_a_proof_and_a_commitment():
    assert VISIT.papers_for(["alone"]) == ("社区开的独居或空巢证明", "老人写的承诺书")
    assert VISIT.papers_for(["low_income"]) == ()
    assert VISIT.copies == 3


@given(st.lists(st.tuples(st.sampled_from(sorted(POSTS)), st.sampled_from(["pass", "return"]))))
def test_approval_needs_every_stage_since_the_last_correction(steps):
    state, passed = first(VISIT), []
    for post, decision in steps:
        if state.status == "returned":
            state, passed = corrected(VISIT, state), []
        try:
            at = state.stage
            state = decided(VISIT, state, post, decision, "说明")
        except (Rejected, Conflict):
            continue
        passed.append(at)
    if state.status == "approved":
        assert passed == [one.id for one in VISIT.stages]
