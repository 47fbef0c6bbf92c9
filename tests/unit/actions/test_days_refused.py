"""Days and hours that are refused, asked for, or taken back after all was done."""

from dataclasses import replace
from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.booking import outcome
from actions.draft import Draft, heard
from actions.just_said import day_unsuited
from actions.lines import without_refused_day
from actions.moves import moved_to
from actions.phrases import asks_its_day
from actions.turn import Turn
from bot.understanding.answers import yes_no
from bot.understanding.times import parse_when
from tests.unit.actions.test_just_said import spoken
from tests.unit.actions.test_placed import NOW, turn

pytestmark = pytest.mark.unit

FRIDAY = Draft("repair", "2026-03-13", "10:00")


def answer(text: str) -> Turn:
    """An answer to the read-back."""
    when, said = parse_when(text, NOW, "confirm"), yes_no(text, "confirm")
    heard: dict[str, Any] = {}
    if when:
        heard["when"] = {**when.as_dict(), "reason": when.reason, "said": when.span}
    if said:
        heard["yes_no"] = said
    act = "affirm" if said == "yes" else "give_time"
    return replace(turn(text, **heard), asked="confirm", act=act)


@pytest.mark.parametrize("text", ["礼拜五不行", "唔要喇", "算了不订了", "系礼拜五唔要"])
def test_the_day_that_was_read_back_is_refused_with_the_booking(text: str) -> None:
    line = answer(text)
    assert without_refused_day(FRIDAY, line) == line


@pytest.mark.parametrize(
    "text", ["系礼拜五朝早十点先啱听日唔要", "对星期五，明天不行", "着礼拜五啦明仔载毋通"]
)
def test_a_yes_that_refuses_another_day_is_a_yes(text: str) -> None:
    line = without_refused_day(FRIDAY, answer(text))
    change = heard(FRIDAY, line)
    assert (change.changed, change.problem) == (frozenset(), None)
    assert outcome(line, "confirmed", None) == "placed"


def test_an_hour_that_tells_how_one_is_now_changes_nothing() -> None:
    assert heard(FRIDAY, answer("对哇这会儿好好儿的不晕")).changed == frozenset()
    assert heard(FRIDAY, answer("不对是下午三点")).changed == {"time"}


@pytest.mark.parametrize("text", ["", "我想订个打扫哪天能来", "帮我约个洗澡几点有空", "那天下雨"])
def test_who_orders_asks_for_no_day_of_an_order(text: str) -> None:
    assert not asks_its_day(text)


@pytest.mark.parametrize(
    "text",
    ["彼张是订佗一工", "我订的洗澡是哪天来着", "我约咗嗰个剪发系边日呀", "俺订下的扫家是哪天"],
)
def test_the_day_of_an_order_is_asked_for(text: str) -> None:
    assert asks_its_day(text)


TOLD = spoken("utter_order_line", "utter_anything_else")


def after_a_move() -> Tracker:
    """A conversation in which an order was moved, and something else was said since."""
    tracker = spoken("utter_nothing_to_confirm", "utter_anything_else")
    moved = {"event": "bot", "metadata": {"utter_action": "utter_order_moved"}}
    tracker.events.insert(0, moved)
    return tracker


SLEPT_IN = "哎三点不行俺晌午觉睡起来就三点过了四点哇四点正好"


def test_an_hour_is_taken_back_only_of_what_was_done_here() -> None:
    line = turn(SLEPT_IN, when={"date": None, "time": "16:00", "ask": True})
    assert day_unsuited(line, after_a_move())
    assert not day_unsuited(line, TOLD)
    assert not day_unsuited(turn("三点不行", when={"time": "15:00"}), after_a_move())


def test_the_hour_it_is_moved_to_is_the_one_said_last() -> None:
    line = turn(SLEPT_IN, when={"date": None, "time": "16:00", "ask": True})
    assert moved_to(line).heard["when"]["time"] in ("04:00", "16:00")


def test_who_was_told_of_an_order_moves_it_with_a_day() -> None:
    when = {"date": "2026-03-15", "time": "09:00", "ask": False}
    assert day_unsuited(turn("拜五彼工袂当去，改阴历正月二七", when=when), TOLD)
    assert not day_unsuited(turn("拜五彼工好", when=when), TOLD)
