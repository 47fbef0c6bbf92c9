"""Answers that have only begun, however the recogniser writes them, are given time to go on."""

import pytest

from voice.config import TurnConfig
from voice.turn import EndOfTurn, TurnContext

pytestmark = pytest.mark.unit
CONFIG = TurnConfig()
END = EndOfTurn.of(CONFIG)


def wait(asked, partial):
    return END.wait_s(TurnContext(asked, partial))


@pytest.mark.parametrize("heard", ["没有", "不用了", "不要"])
@pytest.mark.parametrize("asked", ["address", "phone", "person"])
def test_a_no_is_no_answer_under_way(asked, heard):
    assert wait(asked, heard) == CONFIG.end_silence_s


@pytest.mark.parametrize("heard", ["给我要一份", "帮我定以份", "请两位", "送两未", "来几个"])
def test_a_count_of_nothing_is_waited_for_by_its_sound(heard):
    assert wait("service", heard) == CONFIG.unfinished_silence_s


@pytest.mark.parametrize("heard", ["送一份午饭", "来两位师傅把水管修好"])
def test_a_count_of_something_is_not(heard):
    assert wait("date", "明天，" + heard + "，明天") == CONFIG.end_silence_s


@pytest.mark.parametrize("heard", ["059次", "我的电话是五九七对", "138零零那"])
def test_a_number_is_under_way_behind_a_digit_that_was_misheard(heard):
    assert wait("phone", heard) == CONFIG.number_silence_s


@pytest.mark.parametrize("heard", ["13800001234谢谢", "2298456对", "没有电话"])
def test_a_number_with_all_its_digits_and_none_are_not(heard):
    assert wait("phone", heard) == CONFIG.end_silence_s


@pytest.mark.parametrize("heard", ["我家在老供销社", "桥头村口", "就在菜场对面"])
def test_an_address_without_any_number_may_go_on(heard):
    assert wait("address", heard) >= CONFIG.number_silence_s


def test_an_address_that_ends_behind_its_number_is_whole():
    assert wait("address", "供销社后面第二家") == CONFIG.end_silence_s


@pytest.mark.parametrize("heard", ["给我妈妈", "我老伴", "是我爸啊", "我家老头子", "帮我外婆"])
def test_one_of_the_family_is_waited_for_until_the_name_comes(heard):
    assert wait("person", heard) == CONFIG.unfinished_silence_s


@pytest.mark.parametrize("heard", ["我自己", "给我妈妈李秀英", "王桂芳", "给我自己订的"])
def test_a_name_or_oneself_is_whole(heard):
    assert wait("person", heard) == CONFIG.end_silence_s
