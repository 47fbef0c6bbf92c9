"""What belongs to a day in whole calls: days moved, turned down, told of others, misheard."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.understanding.times import parse_when

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 4, 9, 10)
"""A Wednesday, the sixteenth of the first lunar month."""


def said(text: str) -> tuple[str | None, str | None, bool]:
    when = parse_when(text, NOW)
    assert when is not None, text
    return str(when.date) if when.date else None, when.time, when.ask


@pytest.mark.parametrize(
    "text",
    [
        "我闺女礼拜天回来派人把窗户擦擦",
        "后天我外甥女转来你们来扫扫地",
        "礼拜一出院要不礼拜二出院看大夫怎么说",
        "随便哪天我都方便就是礼拜三下午要去听戏",
        "大夫叫我十天以后去复查来个人陪着",
        "从十号起天天送饭一直送到二十号",
        "礼拜六下午来陪我下棋从下礼拜开始",
        "除礼拜三外天天都行",
        "明天洗被子后天洗窗帘都是下午",
        "拆线明天八天整",
    ],
)
def test_a_day_that_may_not_be_the_days_work_is_asked_about(text):
    assert said(text)[2]


@pytest.mark.parametrize(
    ("text", "date", "time"),
    [
        ("我闺女礼拜天回来那天派人把窗户擦擦", "2026-03-08", None),
        ("后天早起九点啦屋里那会儿没人", "2026-03-06", "09:00"),
        ("二月初九我做生日想洗个澡提前一天来", "2026-03-26", None),
        ("后天那趟家里来客往后错一天", "2026-03-07", None),
        ("你们三月二十号来哦不得空那就顺延一个礼拜", "2026-03-27", None),
        ("三月十二不是阳历是阴历", "2026-04-28", None),
        ("十点改成十一点行不行我上午要晨练明天", "2026-03-05", "11:00"),
        ("明天九点来莫等到十点才来", "2026-03-05", "09:00"),
        ("后天早上七点半的火车六点来背我下楼", "2026-03-06", "06:00"),
        ("俺说的是后天前晌不是明天前晌", "2026-03-06", "morning"),
        ("下礼拜二昼边前莫来下昼三点来", "2026-03-10", "15:00"),
        ("明天下半晌擦黑以前来就行", "2026-03-05", "afternoon"),
        ("洗完能帮我晾上吗能的话后天来", "2026-03-06", None),
        ("问了半天我也弄不清楚那个手续派个人陪我跑一趟明天去", "2026-03-05", None),
        ("周五（六号）下午三点", "2026-03-06", "15:00"),
    ],
)
def test_days_and_hours_are_moved_and_turned_down_as_they_are_said(text, date, time):
    assert said(text) == (date, time, False)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("上面那天不行粗六吧", "2026-03-24"),
        ("下里拜五来", "2026-03-13"),
        ("下过礼拜五来", "2026-03-13"),
        ("三婆厅日朝早十点来", "2026-03-05"),
        ("下个越头一个礼拜六", "2026-04-04"),
        ("立修那天上午来", "2026-08-07"),
        ("念三号下午来", "2026-03-23"),
    ],
)
def test_a_day_is_heard_through_other_characters(text, meant):
    assert said(text)[0] == meant


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("后天早起时点来", "10:00"),
        ("明天中午十二点办送过来", "12:30"),
        ("后天下五一点钟来", "13:00"),
        ("明天早上九店来", "09:00"),
        ("明天下午四点钟一课", "16:15"),
        ("明天早上八点二十就来", "08:20"),
    ],
)
def test_an_hour_is_heard_through_other_characters(text, time):
    assert said(text)[1] == time


@pytest.mark.parametrize(
    "text",
    [
        "说好今天来等到现在都没见人",
        "我孙子七月二十号当兵去我就跟你们念叨念叨",
        "我想去你们那儿坐一日",
        "墙皮一块八一平也不知贵不贵",
    ],
)
def test_a_complaint_a_chat_a_length_or_a_price_is_no_day(text):
    assert parse_when(text, NOW) is None


def test_a_recurrence_goes_to_the_days_it_is_moved_to():
    when = parse_when("每个礼拜二礼拜四来改成礼拜一礼拜五行不行", NOW)
    assert when is not None
    assert (when.recurring, when.ask) == ("FREQ=WEEKLY;BYDAY=MO,FR", False)


def test_a_habit_is_not_what_is_wished():
    when = parse_when("我每天五点半起床你们八点半来明天早上", NOW)
    assert when is not None
    assert (str(when.date), when.recurring) == ("2026-03-05", None)


@pytest.mark.parametrize("text", ["请你们来人收去洗一洗", "等一哈", "扫一扫就行", "等一会"])
def test_a_verb_said_twice_or_softly_holds_no_day(text: str) -> None:
    when = parse_when(text, datetime(2026, 3, 4, 9, 10), "date")
    assert when is None or when.date is None
