"""The act that is named where the model and the recogniser of cries do not agree."""

import pytest

from anban.understand import likeliest_act

pytestmark = pytest.mark.unit

UNSURE = {"name": "nlu_fallback", "confidence": 0.3}
CHAT = {"name": "smalltalk", "confidence": 0.2}
BOOKING = {"name": "book", "confidence": 0.9}


def test_what_may_be_a_cry_and_is_understood_as_nothing_else_is_one() -> None:
    found = likeliest_act([UNSURE, CHAT], "possible")
    assert found == {"name": "emergency", "confidence": 0.2}


def test_what_may_be_a_cry_and_is_understood_as_a_wish_stays_the_wish() -> None:
    assert likeliest_act([BOOKING, CHAT], "possible") == BOOKING


def test_what_is_not_understood_and_no_cry_is_the_likeliest_act() -> None:
    assert likeliest_act([UNSURE, CHAT], "no") == CHAT


def test_a_line_without_any_act_has_nothing_to_do_with_us_or_may_be_a_cry() -> None:
    assert likeliest_act([], "no")["name"] == "out_of_scope"
    assert likeliest_act([], "possible")["name"] == "emergency"
