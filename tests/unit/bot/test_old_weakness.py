"""A weak side is asked about where it may be an old one, and only then."""

import pytest

from bot.danger import listen
from bot.emergency_answers import meaning
from bot.emergency_signs import Sign
from tests.unit.bot.fakes import NOW
from tests.unit.bot.house import House, keys

pytestmark = pytest.mark.unit

HABIT, SIDE = "左边手脚不方便", "佢左边身唔郁得"
SUDDEN = "佢左边身突然唔郁得"
ASKED = ["utter_emergency_check_sudden"]
DOUBT = Sign("stroke", "possible", HABIT, open=True, lived_with=True, span="左边手脚")


async def test_a_habit_is_asked_since_when_and_believed(house: House) -> None:
    assert keys(await house.say(HABIT)) == ASKED
    assert "utter_emergency_not" in keys(await house.say("老毛病了好几年了"))
    assert house.raised == []


@pytest.mark.parametrize(
    "answer", ["", "是", "刚刚才这样", "今天早上开始的", "不知道", "嘴也歪了", "不是老毛病"]
)
async def test_any_other_answer_sends_people(house: House, answer: str) -> None:
    await house.say(HABIT)
    await house.say(answer)
    assert house.raised[0]["kind"] == "stroke"


async def test_a_side_that_fails_without_a_word_of_old_is_a_cry(house: House) -> None:
    assert keys(await house.say(SIDE))[0] == "utter_emergency_heard"


async def test_of_whom_an_old_paralysis_was_told_it_is_no_news(house: House) -> None:
    await house.say("我老公瘫喺床三年喇，想搵人同佢冲凉")
    await house.say(SIDE)
    assert house.raised == []
    assert house.rasa.heard[-1][1] == SIDE


async def test_but_what_comes_of_a_sudden_is_a_cry_of_theirs_too(house: House) -> None:
    await house.say("我老公瘫喺床三年喇，想搵人同佢冲凉")
    await house.say(SUDDEN)
    assert house.raised[0]["kind"] == "stroke"


async def test_beside_a_wish_for_care_it_is_asked_since_when(house: House) -> None:
    await house.say("想搵人上门同我老公冲凉")
    assert keys(await house.say(SIDE)) == ASKED
    await house.say("头先先咁")
    assert house.raised[0]["kind"] == "stroke"


async def test_a_meal_is_no_reason_to_doubt_a_cry(house: House) -> None:
    await house.say("我想订一份送饭")
    assert keys(await house.say(SIDE))[0] == "utter_emergency_heard"


async def test_within_an_open_emergency_nothing_is_eased(house: House) -> None:
    await house.say("救命啊")
    await house.say("右边身子不灵，抬不起来")
    assert house.raised[-1]["kind"] == "stroke"


@pytest.mark.parametrize("answer", ["我要约人上门洗澡", "老毛病啊", "一直系咁㗎"])
def test_an_errand_chosen_then_is_no_danger(answer: str) -> None:
    assert meaning(DOUBT, answer, listen(answer, "confirm"), NOW) in ("no", "errand")
