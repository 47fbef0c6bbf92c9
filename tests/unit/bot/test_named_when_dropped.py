"""What is still served once the booking in hand was dropped: only what the line names and wants."""

import pytest

from actions.draft import Draft
from actions.lines import without_others
from actions.phrases import ONE_MORE_TIME
from bot.breath import given_up
from bot.words import named_in
from tests.unit.actions.test_placed import turn

pytestmark = pytest.mark.unit

LATER = ["后天送顿饭", "礼拜五剃头"]


@pytest.mark.parametrize("text", ["", "算了都不要了", "饭也不要了", "洗澡吧"])
def test_nothing_is_served_that_is_not_named_or_not_wanted(text: str) -> None:
    assert named_in(LATER, text) == []


def test_what_is_named_and_wanted_is_served() -> None:
    assert named_in(LATER, "被子不洗了光送饭吧") == ["后天送顿饭"]


def test_nothing_was_given_up_where_nothing_was_said() -> None:
    assert not given_up([])


def test_a_no_to_another_service_is_no_no_to_the_day_that_was_asked_for() -> None:
    line = turn("电费算了我儿子交了", yes_no="no", service={"service": "bills", "score": 1.0})
    rest = without_others(Draft(service="repair"), line)
    assert "yes_no" not in rest.heard
    assert rest.act == "book"


@pytest.mark.parametrize("text", ["再来晚一点", "多来几趟累死了", "后天再说"])
def test_what_only_sounds_like_once_more_is_none(text: str) -> None:
    assert not ONE_MORE_TIME.search(text)


@pytest.mark.parametrize("text", ["后天再来一次", "礼拜五阁送一顿", "下周多来一趟"])
def test_once_more_is_another_order(text: str) -> None:
    assert ONE_MORE_TIME.search(text)
