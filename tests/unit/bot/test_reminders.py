"""Agreeing on a reminder of medicine, telling those that stand, and ending them."""

import pytest

from backend.client import Conversation
from bot.sentences import Reply
from tests.unit.bot.house import CRY, House, keys

pytestmark = pytest.mark.unit

BEGIN = Reply("好的。", key="utter_reminder_begin", ask="time")
READ_BACK = ["utter_reminder_read_back", "utter_ask_confirm"]
SET = ["utter_reminder_set", "utter_anything_else"]


async def begin(house: House, text: str = "到点提醒我吃药") -> list[Reply]:
    house.rasa.replies.append([BEGIN])
    return await house.say(text)


async def talk(house: House, *lines: str) -> list[list[str]]:
    return [keys(await house.say(line)) for line in lines]


async def test_times_first_day_and_a_yes_are_asked_and_nothing_is_kept_before(house: House) -> None:
    assert keys(await begin(house)) == ["utter_reminder_time"]
    said = await talk(house, "早上八点晚上八点半", "从明天起")
    assert said == [["utter_reminder_first"], READ_BACK]
    assert house.backend.reminding == []
    assert await talk(house, "对") == [SET]
    (kept,) = house.backend.reminding
    assert (kept.times, kept.rule) == (("08:00", "20:30"), "FREQ=DAILY")


async def test_what_is_said_at_once_is_not_asked_again(house: House) -> None:
    replies = await begin(house, "每个星期天上午九点提醒我吃药")
    assert keys(replies) == READ_BACK
    assert "每星期日上午9点" in replies[0].text


async def test_a_correction_at_the_read_back_is_read_back_again(house: House) -> None:
    await begin(house)
    assert (await talk(house, "早上八点", "明天起", "不对，是早上九点", "对"))[2:] == [
        READ_BACK,
        SET,
    ]
    assert house.backend.reminding[0].times == ("09:00",)


async def test_from_today_on_is_from_tomorrow_on_once_its_times_have_passed(house: House) -> None:
    await begin(house)
    await talk(house, "早上八点", "今天就开始", "对")
    assert house.backend.reminding[0].first == "2026-03-05"
    other = House()
    await begin(other)
    await talk(other, "晚上八点", "今天就开始", "对")
    assert other.backend.reminding[0].first == "2026-03-04"


async def test_a_no_drops_it(house: House) -> None:
    await begin(house)
    said = await talk(house, "早上八点", "明天起", "不对，算了")
    assert said[-1] == ["utter_reminder_dropped", "utter_anything_else"]
    assert house.backend.reminding == []


async def test_vague_hours_are_proposed_and_read_back(house: House) -> None:
    await begin(house)
    await house.say("三餐饭后")
    replies = await house.say("随便")
    assert "上午7点半、中午12点、晚上6点半" in replies[0].text


async def test_what_to_take_is_never_said(house: House) -> None:
    await begin(house)
    said = await talk(house, "早上八点", "漏了一次要不要补两片")
    assert said[1] == ["utter_reminder_dose", "utter_reminder_first"]
    other = House()
    assert keys(await begin(other, "药忘了吃，晚上补两片行吗")) == [
        "utter_reminder_dose",
        "utter_anything_else",
    ]


async def test_an_answer_that_is_none_is_asked_for_once_more_and_then_left_to_the_mind(
    house: House,
) -> None:
    await begin(house)
    assert await talk(house, "哦这样啊", "你们真好") == [["utter_reminder_time"], ["utter_x"]]
    assert len(house.rasa.heard) == 2


async def test_a_cry_for_help_goes_before_it(house: House) -> None:
    await begin(house)
    assert keys(await house.say(CRY))[0] == "utter_emergency_heard"
    assert house.backend.reminding == []


async def test_with_the_backend_down_nothing_is_said_to_be_kept(house: House) -> None:
    await begin(house)
    await talk(house, "早上八点", "明天起")
    house.backend.down = True
    assert await talk(house, "对") == [["utter_reminder_not_kept", "utter_offer_person"]]


async def test_for_a_stranger_nothing_is_set() -> None:
    house = House()
    house.backend.opened = Conversation("c")
    assert keys(await begin(house)) == ["utter_reminder_stranger", "utter_offer_person"]


async def test_those_that_stand_are_told_and_ended_after_a_yes(house: House) -> None:
    assert await talk(house, "我设了哪些提醒") == [["utter_reminder_none", "utter_anything_else"]]
    await begin(house)
    await talk(house, "早上八点", "明天起", "对")
    assert (await talk(house, "我设了哪些提醒"))[0][0] == "utter_reminder_line"
    assert await talk(house, "吃药提醒不要了") == [["utter_reminder_end_ask"]]
    assert house.backend.reminding, "a word misheard must not end one"
    assert await talk(house, "对") == [["utter_reminder_ended", "utter_anything_else"]]
    assert house.backend.reminding == []


async def test_do_not_forget_to_remind_me_ends_nothing(house: House) -> None:
    await begin(house)
    await talk(house, "早上八点", "明天起", "对")
    assert await talk(house, "不要忘了提醒我吃药") == [["utter_x"]]
