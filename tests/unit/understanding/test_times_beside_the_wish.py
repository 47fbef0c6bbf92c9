"""Who has not decided, and what is told beside the day: other people, customs, other readings."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.understanding.times import parse_when
from bot.understanding.times.hearing import heard
from bot.understanding.times.model import When

pytestmark = pytest.mark.unit

NOW = datetime(2026, 5, 13, 9, 30)
"""A Wednesday, the 27th of the third lunar month."""
EVENING = NOW.replace(hour=19)


def read(text: str, now: datetime = NOW) -> When:
    when = parse_when(text, now)
    assert when is not None, text
    return when


def known(text: str, now: datetime = NOW) -> tuple[str | None, ...]:
    """Date, first and last day, time: without those that were not said."""
    when = read(text, now)
    assert not when.ask, (text, when)
    said = when.as_dict()
    return tuple(str(said[name]) for name in ("date", "start", "end", "time") if said[name])


@pytest.mark.parametrize(
    "text",
    [
        "下个月的吧哪天我还要跟我老头商量",
        "下礼拜吧，具体哪天我得问问我家儿媳妇",
        "等我闺女回信了再告诉你哪天，我看是礼拜五",
        "我先问问我女儿，应该是礼拜五",
        "不知道哪天，得问我儿子，礼拜三吧",
        "半个月以后吧差不多",
        "十天以后的样子来",
        "从明天往后数五天来",  # does tomorrow count?
        "五月二十二十一两天都要人",  # of which calendar?
        "五月二十，二十一两天来",
        "六月十五号来，不是十七号下午",  # which one is taken back?
        "十五烧香前一天，就是十四来",  # of which calendar?
        "初八初九两天都不得空",
    ],
)
def test_who_has_not_decided_is_asked(text):
    assert read(text).ask


def test_an_illness_that_began_is_no_recurrence():
    assert read("我是礼拜天起头疼的，明天来看看").recurring is None


def test_a_yearly_wish_stays_one_though_this_year_is_named():
    assert read("每年五月二十号来，今年也来").recurring == "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=20"


def test_what_is_done_every_year_explains_the_day_of_this_year():
    when = read("五月二十号扫尘，年年这天扫，今年我爬不上去了，你们来")
    assert (str(when.date), when.recurring) == ("2026-05-20", None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("礼拜二来，我闺女那天一早回南方", ("2026-05-19",)),
        ("初八来，我老头那天上午十点要打针", ("2026-05-24",)),
        ("礼拜六我出门，给老爷子送饭", ("2026-05-16",)),
        (
            "从六月一号到五号我们出差，早上帮我家老太太量血压",
            ("2026-06-01", "2026-06-05", "morning"),
        ),
        ("不是这个礼拜三，是下个礼拜三，我囡才转来", ("2026-05-20",)),
        ("端午第二天来，明天先讲定", ("2026-06-20",)),
        ("逢二逢七我们要赶集，别来，礼拜五来", ("2026-05-15",)),
        ("端午前一天，就五月初四来", ("2026-06-18",)),
        ("你们先问下我女儿拿钥匙，礼拜五来", ("2026-05-15",)),
        ("你们先问下我住几楼，礼拜五来", ("2026-05-15",)),
        ("立夏都过了，下个礼拜一来，莫等落雨了", ("2026-05-18",)),
    ],
)
def test_what_is_told_beside_the_day_does_not_change_it(text, found):
    assert known(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("阴历十五，不是阳历十五啊", ("2026-05-31",)),
        ("后礼拜五，不是这礼拜五", ("2026-05-22",)),
        ("五号来，五点，五点下午，不是早起五点", ("2026-06-05", "17:00")),
        ("明天下午两点半，上午我去庙里，两点半我在家", ("2026-05-14", "14:30")),
    ],
)
def test_a_number_said_twice_keeps_the_half_of_the_day_and_the_calendar(text, found):
    assert known(text) == found


def test_a_day_counted_out_from_a_feast_is_a_wish_without_further_words():
    assert known("过了端午头一个礼拜一，我孙女上班了") == ("2026-06-22",)


def test_the_leap_day_is_one_of_the_solar_calendar():
    assert known("二月二十九那天来，四年才一回", datetime(2028, 2, 20, 9)) == ("2028-02-29",)


def test_the_new_year_is_the_solar_one_where_it_falls_on_its_day():
    assert known("后天就是新年了，新年第二天来", datetime(2026, 12, 30, 9)) == ("2027-01-02",)


def test_two_days_told_with_their_count_are_both_wished():
    assert known("腊月二十八二十九两天，两天都要人")[:2] == ("2027-02-04", "2027-02-05")


def test_both_days_of_a_list_are_wished_where_they_are_counted():
    assert known("下个月一号搭二号两天") == ("2026-06-01", "2026-06-02")
    assert read("一号二号两天不方便").ask


def test_nobody_calls_today_by_its_name_behind_another_day():
    monday = datetime(2026, 10, 19, 18, 30)
    assert known("礼拜天我去教堂，礼拜一你们来", monday) == ("2026-10-26",)
    assert known("礼拜一你们来", monday.replace(hour=8)) == ("2026-10-19",)


def test_in_the_evening_what_is_left_of_the_week_begins_tomorrow():
    assert known("这礼拜都行")[0] == "2026-05-13"
    assert known("这礼拜都行", EVENING)[0] == "2026-05-14"
    assert known("这礼拜都行", datetime(2026, 5, 17, 19)) == ("2026-05-17",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("从今天往后数十天来", ("2026-05-23",)),
        ("夏至后面一天来", ("2026-06-22",)),
        ("夏至前面一天来", ("2026-06-20",)),
    ],
)
def test_days_are_counted_out(text, found):
    assert known(text) == found


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("每个月五号合二十号来", "FREQ=MONTHLY;BYMONTHDAY=5,20"),
        ("每月初一搭十五来帮手", "RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=1,15"),
        ("三个礼拜来一转，礼拜四，下礼拜四起头", "FREQ=WEEKLY;INTERVAL=3;BYDAY=TH"),
    ],
)
def test_every_day_of_a_recurrence_is_heard(text, rule):
    assert read(text).recurring == rule


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("外后几点来", "外后几点来"),
        ("天公生那天来", "天公生那天来"),
        ("二十号合同到期", "二十号合同到期"),
        ("外后几前晌", "外后儿前晌"),
        ("天公日上昼", "天光日上昼"),
        ("今几上午来", "今儿上午来"),
        ("今几号来", "今几号来"),
    ],
)
def test_misheard_characters_are_told_by_those_beside_them(text, words):
    assert heard(text) == words
