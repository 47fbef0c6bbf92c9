"""What tells, complains or names a place is no wish; what is left open is asked about."""

import pytest

from bot.understanding.times import parse_when
from tests.unit.understanding.whens import BEFORE_NEW_YEAR, WEDNESDAY_EVENING, asked, day_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "上礼拜五修的那个水龙头又滴水了",
        "我昨天来的那个师傅姓啥",
        "中秋花苑三栋的灯坏了",
        "清明河边公园的厕所锁了",
    ],
)
def test_the_past_and_the_names_of_places_are_no_wishes(text):
    assert parse_when(text, WEDNESDAY_EVENING) is None


@pytest.mark.parametrize(
    "text",
    [
        "隔三差五来看看我就行",
        "逢集日来帮我提菜",
        "你们啥时候有空啥时候来",
        "随便哪天",
        "等雨停了再来",
        "等我女儿国庆回来再商量",  # the day is another's
        "怎么又改到礼拜五了",
        "端午发的那袋米生虫了",  # nothing is asked for
        "今天晚上能不能来人要是来不了就明天上午",
    ],
)
def test_a_wish_that_is_left_open_is_asked_about(text):
    asked(text)


@pytest.mark.parametrize(
    "text",
    [
        "后天星期一女儿在家你们后天来",  # it is a Friday
        "二十号不是礼拜一吗就二十号来",
        "清明回老家十五号到家十六号你们来",  # April or March?
        "元旦住女儿家三天第三天来",
    ],
)
def test_days_that_do_not_agree_are_asked_about(text):
    asked(text)


@pytest.mark.parametrize(
    "text",
    [
        "礼拜五是点来",  # an hour nobody understood
        "礼拜五下午四点缺五分",
        "每顿都送从明天起",
    ],
)
def test_a_word_of_time_beside_the_wish_is_never_passed_over(text):
    asked(text)


def test_the_hour_of_the_call_makes_it_today():
    when = parse_when("现在都七点半了八点一刻能到不", WEDNESDAY_EVENING)
    assert (str(when.date), when.time) == ("2025-03-12", "20:15")


def test_the_day_after_is_counted_over_what_is_told_of_a_day():
    told = "妇女节社区请我们老太太看戏吃席第二天来打扫"
    assert day_of(told, BEFORE_NEW_YEAR) == "2026-03-09"


def test_who_goes_by_a_feast_or_learns_in_the_third_form_names_no_day():
    assert parse_when("我孙子读初三", WEDNESDAY_EVENING) is None
