"""How an emergency goes on and ends: silence, a mistake, a person who closed it, a dead line."""

import pytest

from backend.client import CALLER_SILENT, LINE_DEAD
from tests.unit.bot.house import CRY, House, advice, keys

pytestmark = pytest.mark.unit


async def test_it_is_called_off_only_after_a_second_question(house: House) -> None:
    await house.say(CRY)
    assert keys(await house.say("哎呀搞错了没事")) == ["utter_emergency_check_mistake"]
    assert house.backend.closed == []
    assert keys(await house.say("真的没事")) == ["utter_emergency_called_off"]
    assert house.backend.closed == [("em1", "false_alarm")]
    await house.say("我要订饭")
    assert house.rasa.heard[-1][1] == "我要订饭"


@pytest.mark.parametrize("text", ["不是，要来看看", "不是没事", "我没弄错", "还没来人呢", "不是"])
async def test_who_insists_on_help_after_the_second_question_is_not_called_off(
    house: House, text: str
) -> None:
    await house.say(CRY)
    await house.say("搞错了没事")
    await house.say(text)
    assert house.backend.closed == []


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("系呀", False),
        ("系啊快啲嚟", False),
        ("是，没摔着，就是头晕", False),
        ("系呀真系冇跌冇嘢", True),
        ("对，没摔着", True),
    ],
)
async def test_a_yes_with_what_did_not_happen_is_a_no(house: House, text: str, over: bool) -> None:
    await house.say(CRY)
    await house.say("哎呀搞错了没事")
    await house.say(text)
    assert bool(house.backend.closed) == over


async def test_a_new_cry_beats_the_question_whether_it_was_a_mistake(house: House) -> None:
    await house.say(CRY)
    await house.say("没事了")
    await house.say("不是误会，厨房着火了救命")
    assert house.backend.closed == []
    assert house.raised[-1]["kind"] == "fire_gas"


async def test_the_same_words_after_a_false_alarm_are_a_new_cry(house: House) -> None:
    await house.say(CRY)
    await house.say("搞错了没事")
    await house.say("没事")
    replies = await house.say(CRY)
    assert replies[0].key == "utter_emergency_heard"
    assert house.raised[0]["key"] != house.raised[1]["key"]
    assert house.backend.statuses == {"em1": "false_alarm", "em2": "open"}


async def test_what_cannot_be_called_off_is_not_said_to_be(house: House) -> None:
    await house.say(CRY)
    house.backend.down = True
    await house.say("搞错了没事")
    assert keys(await house.say("没事")) == ["utter_emergency_not_called_off"]
    house.backend.down = False
    assert house.backend.statuses == {"em1": "open"}


async def test_silence_after_a_cry_is_asked_about_once_and_then_told_to_people(
    house: House,
) -> None:
    await house.say(CRY)
    met = [keys(await house.say("")) for _ in range(4)]
    assert met[0] == ["utter_emergency_hear_me"]
    assert met[1] == ["utter_emergency_silent"]
    assert met[2] == met[3] == ["utter_emergency_still_here"]
    assert len(house.raised) == 2
    assert "不再出声" in str(house.raised[1]["text"])
    assert house.raised[1]["sign"] == CALLER_SILENT
    assert [ticket["reason"] for ticket in house.backend.handoffs] == ["emergency_silent"]
    await house.say("我在")
    assert keys(await house.say("")) == ["utter_emergency_hear_me"]
    await house.say("")
    assert [raised["sign"] for raised in house.raised].count(CALLER_SILENT) == 2


async def test_once_a_person_has_closed_it_the_talk_goes_on_as_before(house: House) -> None:
    await house.say(CRY)
    house.backend.statuses["em1"] = "closed"
    await house.say("谢谢你们人来了")
    assert len(house.raised) == 1
    assert house.rasa.heard[-1][1] == "谢谢你们人来了"


async def test_a_cry_after_a_person_has_closed_it_is_answered_like_a_first_one(
    house: House,
) -> None:
    await house.say(CRY)
    house.backend.statuses["em1"] = "closed"
    replies = await house.say(CRY)
    assert keys(replies)[0] == "utter_emergency_heard"
    assert advice(replies)
    assert "utter_emergency_told" in keys(replies)
    assert {reply.emergency for reply in replies} == {"em2"}


async def test_the_caller_hears_once_who_has_taken_it_over(house: House) -> None:
    await house.say(CRY)
    house.backend.statuses["em1"], house.backend.holder = "acknowledged", "王站长"
    replies = await house.say("有人来吗")
    assert "王站长已经接手了。" in [reply.text for reply in replies]
    assert "utter_emergency_held" not in keys(await house.say("好"))


async def test_a_dead_line_is_told_to_those_who_come(house: House) -> None:
    await house.say(CRY)
    await house.mind.end("c", "broken")
    assert "断" in str(house.raised[-1]["text"])
    assert house.raised[-1]["sign"] == LINE_DEAD


async def test_a_call_that_was_put_through_is_not_called_broken(house: House) -> None:
    await house.say(CRY)
    await house.mind.end("c", "transferred")
    assert house.raised[-1]["sign"] == ""


async def test_a_cry_that_begins_like_a_no_calls_nobody_off(house: House) -> None:
    await house.say(CRY)
    assert keys(await house.say("没事了")) == ["utter_emergency_check_mistake"]
    await house.say("不能动")
    assert house.backend.closed == []


async def test_who_takes_leave_in_an_emergency_is_asked_whether_all_is_well(house: House) -> None:
    await house.say(CRY)
    assert keys(await house.say("好多了我挂啦再见")) == ["utter_emergency_check_mistake"]


async def test_who_wants_to_die_and_takes_leave_is_not(house: House) -> None:
    await house.say("我不想活了")
    assert "utter_emergency_check_mistake" not in keys(await house.say("再见了"))


@pytest.mark.parametrize("yes", ["对", "是的", "系呀", "对头", "着啦"])
async def test_a_yes_to_really_nothing_is_asked_about_in_words_that_mean_one_thing(
    house: House, yes: str
) -> None:
    await house.say(CRY)
    await house.say("没事了，是碗摔了")
    assert keys(await house.say(yes)) == ["utter_emergency_check_over"]
    assert house.backend.closed == []
    assert keys(await house.say(yes)) == ["utter_emergency_called_off"]
    assert house.backend.closed == [("em1", "false_alarm")]


@pytest.mark.parametrize("text", ["好，来看看", "要", "对，快来", "嗯，叫人"])
async def test_who_takes_up_the_offer_of_people_is_not_called_off(house: House, text: str) -> None:
    await house.say(CRY)
    await house.say("没事了")
    await house.say(text)
    await house.say(text)
    assert house.backend.closed == []


@pytest.mark.parametrize("text", ["真个冇事", "真系冇事", "真的没事"])
async def test_really_nothing_is_no_contradiction(house: House, text: str) -> None:
    await house.say(CRY)
    await house.say("冇事哩")
    assert keys(await house.say(text)) == ["utter_emergency_called_off"]
