"""Days that are told beside the wish, names that depend on the region, and what is half heard."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.understanding.times import parse_when

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 4, 9, 10)
"""A Wednesday, the sixteenth of the first lunar month."""
LAST_MONTH = datetime(2026, 1, 20, 7, 10)
"""A Tuesday, the second of the last lunar month."""


def said(text: str, now: datetime = NOW) -> tuple[str | None, str | None, bool]:
    when = parse_when(text, now)
    assert when is not None, text
    return str(when.date) if when.date else None, when.time, when.ask


@pytest.mark.parametrize(
    "text",
    [
        "下礼拜随便哪天都行你们看着排",
        "过个三五天的吧",
        "下个礼拜一三五随便挑一天",
        "想个礼拜四早上九点来",  # which week's was not heard
        "这个周日中勿来送饭",  # noon was not heard
        "国庆过了再过一个礼拜来",  # counted from which day?
        "今晚七点来就好明天",  # two days
        "从后天算五天来",  # does the first count?
        "礼拜二也行礼拜四也行就是别礼拜三",
    ],
)
def test_what_cannot_be_known_is_asked_about(text):
    assert said(text)[2]


@pytest.mark.parametrize(
    "text",
    [
        "礼拜天要下雪路滑得很",
        "我五月初八的生儿属猪的",
        "每天晚上睡不着到三四点",
        "前天打的电话说今天来咋还不见人",
    ],
)
def test_weather_birthdays_sleepless_nights_and_complaints_wish_for_nothing(text):
    assert parse_when(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "date", "time"),
    [
        ("后天来打扫昨天我摔了一跤", "2026-03-06", None),
        ("礼拜四来喔礼拜四我欲去拜神礼拜五", "2026-03-06", None),
        ("下礼拜四毋是这礼拜四这礼拜四我欲去街上", "2026-03-12", None),
        ("端午是礼拜五我儿子回来礼拜六来打扫", "2026-06-20", None),
        ("端午是礼拜五礼拜四来包粽子", "2026-06-18", None),
        ("清明是礼拜日那天不行礼拜一上午", "2026-04-06", "morning"),
        ("我女儿礼拜二才来礼拜三你们再来", "2026-03-11", None),
        ("别让阿姨中午来后天傍晚来", "2026-03-06", "evening"),
        ("提前到明天原来订的后天", "2026-03-05", None),
        ("三月二十号来擦玻璃过清明", "2026-03-20", None),
        ("四月二十我办寿酒来帮忙阳历的", "2026-04-20", None),
    ],
)
def test_days_told_beside_the_wish(text, date, time):
    assert said(text) == (date, time, False)


@pytest.mark.parametrize(
    ("text", "date", "time"),
    [
        ("小年儿那天来扫尘", "2026-02-10", None),
        ("腊月二十四过小年那天来扫尘", "2026-02-11", None),
        ("除夕头天晚上来不及就那天来", "2026-02-16", None),
        ("大年初一初二不用正月初五再来", "2026-02-21", None),
        ("元消那天来", "2026-03-03", None),
        ("年廿妻早上来", "2026-02-14", "morning"),
        ("天亮以后八点来看看今天早上", "2026-01-20", "08:00"),
    ],
)
def test_in_the_last_lunar_month(text, date, time):
    assert said(text, LAST_MONTH) == (date, time, False)


def test_which_day_the_little_new_year_is_depends_on_the_region():
    when = parse_when("小年那天来扫尘", LAST_MONTH)
    assert when is not None
    assert when.reason == "two-days"


@pytest.mark.parametrize(
    ("text", "date", "time"),
    [
        ("等三月九号来", "2026-03-09", None),
        ("初九号来", "2026-03-09", None),
        ("今个月廿八号嚟", "2026-03-28", None),
        ("清明隔转工早起来", "2026-04-06", "morning"),
        ("冬至前彼工来", "2026-12-21", None),
        ("这个月底最末那一天傍黑来", "2026-03-31", "evening"),
        ("三月最后一天擦黑来", "2026-03-31", "evening"),
        ("下周末两天都行最好礼拜六", "2026-03-14", None),
        ("后日暗晡七点来", "2026-03-06", "19:00"),
        ("后日晏昼嚟", "2026-03-06", "afternoon"),
        ("后日晏昼送饭嚟", "2026-03-06", "noon"),
        ("后天中午以前来", "2026-03-06", "morning"),
        ("后天莫来早了晌午来", "2026-03-06", "noon"),
        ("我家屋头九点半来后天", "2026-03-06", "09:30"),
        ("半个钟头后来接我", "2026-03-04", "09:40"),
    ],
)
def test_days_and_hours_as_they_are_said(text, date, time):
    assert said(text) == (date, time, False)


@pytest.mark.parametrize(
    ("text", "date", "time"),
    [
        ("下果礼拜三上走来", "2026-03-11", "morning"),
        ("后日中舞来", "2026-03-06", "noon"),
        ("后日下走来", "2026-03-06", "afternoon"),
        ("下走五早上九店半来", "2026-03-13", "09:30"),
        ("这个礼拜天差一可三点来", "2026-03-08", "14:45"),
        ("拜六下伴天两点办我等人", "2026-03-07", "14:30"),
        ("冬切前一天来", "2026-12-21", None),
    ],
)
def test_words_in_other_characters(text, date, time):
    assert said(text) == (date, time, False)


def test_a_stretch_that_is_summed_up_again_is_one_stretch():
    when = parse_when("十号到十二号我们都不在家这三天得有人送饭", NOW)
    assert when is not None
    assert not when.ask
    assert (str(when.start), str(when.end)) == ("2026-03-10", "2026-03-12")


def test_what_begins_on_two_weekdays_comes_again():
    when = parse_when("礼拜二早上跟礼拜五早上都要人来从明天开始", NOW)
    assert when is not None
    assert not when.ask
    assert (when.recurring, when.time) == ("FREQ=WEEKLY;BYDAY=TU,FR", "morning")


def test_a_month_named_last_is_that_of_the_days_before_it():
    assert said("初八我去烧香初九无闲初十则来农历三月") == ("2026-04-26", None, False)


def test_the_recurrence_that_explains_is_not_the_one_wished():
    when = parse_when("我每个月初一十五吃素你们初二十六送荤菜来", NOW)
    assert when is not None
    assert when.recurring == "RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=2,16"
