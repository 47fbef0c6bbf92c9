"""Who is asked to which day an order moves, and names only a day, is asked for the hour once."""

import pytest

from tests.unit.actions.standing import CLEANING, MEALS, FakeBackend, day, slots_after, tracker

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "order", "wanted"),
    [
        ("挪到礼拜五，时间照旧", CLEANING, "confirmed"),
        ("礼拜五，还是那个点", CLEANING, "confirmed"),
        ("礼拜五，时间不变", CLEANING, "confirmed"),
        ("挪到礼拜五", MEALS, "confirmed"),
        ("挪到礼拜五", CLEANING, "time"),
    ],
)
def test_an_hour_that_is_left_open_is_asked_for(
    text: str, order: tuple[str, str, str, str], wanted: str
) -> None:
    line = tracker(
        text,
        "give_time",
        "date",
        change="move",
        order=[order[0]],
        heard_when=day("2026-03-13"),
    )
    assert slots_after(FakeBackend(order), line)["requested_slot"] == wanted


@pytest.mark.parametrize("text", ["照旧", "你看着办", "还是那个点"])
def test_who_says_no_hour_keeps_the_one_that_stands(text: str) -> None:
    line = tracker(text, "give_time", "time", change="move", order=[CLEANING[0]], date="2026-03-13")
    slots = slots_after(FakeBackend(CLEANING), line)
    assert (slots["requested_slot"], slots["date"]) == ("confirmed", "2026-03-13")
