"""One order moved and another kept, in one breath; and what a doctor ordered, not the caller."""

import pytest

from actions.phrases import ORDERS, calls_off_plainly
from actions.told import of_a_habit
from bot.danger import plain_kind
from bot.understanding.several import several
from tests.unit.actions.test_placed import NOW

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("text", ["", "天天来打扫", "我要天天来量血压"])
def test_what_is_wished_every_day_is_no_habit(text: str) -> None:
    said = "天天"
    assert not of_a_habit(text, said)


def test_what_a_doctor_wants_every_day_is_not_ordered_so_often() -> None:
    assert of_a_habit("先生喊涯日日量血压天光日九点喊个护士来", "日日")


@pytest.mark.parametrize("text", ["不取消", "莫退", "算了", "唔好退忒", "不改了"])
def test_what_keeps_an_order_or_only_lets_it_be_calls_off_nothing_plainly(text: str) -> None:
    assert not calls_off_plainly(text)


@pytest.mark.parametrize("text", ["唔剃哩退忒佢", "取消吧", "那单退了"])
def test_an_order_is_called_off_in_so_many_words(text: str) -> None:
    assert calls_off_plainly(text)


def test_the_day_behind_a_move_begins_no_booking() -> None:
    line = "我拜四洗身躯彼个改拜六早起九点打扫彼个照原来毋免动"
    assert several(line, NOW) == ()


def test_an_hour_that_is_taken_back_leaves_the_first_booking_alone() -> None:
    line = "礼拜四上午九点来打扫再喊个人礼拜五下午四点陪我切医院哦不对是礼拜五上午十点"
    told = [(part.service, part.when.time) for part in several(line, NOW) if part.when]
    assert told == [("cleaning", "09:00"), ("escort", "10:00")]


@pytest.mark.parametrize("text", ["", "不是煤气", "没有煤气味", "来人"])
def test_a_danger_that_is_denied_names_no_kind(text: str) -> None:
    assert plain_kind(text) is None


def test_a_plain_word_names_the_kind() -> None:
    assert plain_kind("救急呀煤气呀") == "fire_gas"


def test_the_same_worker_is_sent_for_again() -> None:
    assert ORDERS.search("后拜二早起九点阁叫伊来")
    assert not ORDERS.search("再叫我一声")
