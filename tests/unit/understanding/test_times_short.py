"""Days as they are named in a few words, in several regions: edges of months, feasts, offers."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.understanding.times import parse_when

NOW = datetime(2025, 9, 26, 14, 0)
"""A Friday; 八月初五."""


@pytest.mark.parametrize(
    "text",
    [
        "国庆头一天",
        "下周六跟周日都行",
        "听日定后日都得",
        "三号要不四号随你们",
        "这周末看哪天你们有人",
        "万后天",
        "隔个礼拜嘅礼拜四",
        "前日彼个时阵",
        "上礼拜五来修就妥了",
        "隔一个礼拜三",
        "隔个礼拜再来",
        "开学那天",
        "秋收后",
    ],
)
def test_what_leaves_the_day_open_is_asked_about(text):
    when = parse_when(text, NOW)
    assert when is not None
    assert when.ask


def test_next_monday_said_on_a_sunday_may_be_tomorrow():
    sunday = datetime(2025, 1, 26, 10, 20)
    assert parse_when("那就下礼拜一吧", sunday).ask
    assert not parse_when("下礼拜一早上八点", sunday).ask
    assert not parse_when("下礼拜二吧", sunday).ask


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("这个月煞角那天嘛最后一天", date(2025, 9, 30)),
        ("月根儿那天", date(2025, 9, 30)),
        ("这月日尾仔彼工", date(2025, 9, 30)),
        ("下个月上尾仔彼一工", date(2025, 10, 31)),
        ("今年末了一天", date(2025, 12, 31)),
        ("月头五号来就好", date(2025, 10, 5)),
        ("十月份打头那个星期天", date(2025, 10, 5)),
        ("进腊月头一天", date(2026, 1, 19)),
        ("腊月前一天", date(2026, 1, 18)),
        ("月光节头一日", date(2025, 10, 5)),
        ("八月十六追月嗰晚", date(2025, 10, 7)),
        ("进三九那天", date(2026, 1, 8)),
        ("寒食那天", date(2026, 4, 4)),
        ("送寒衣那天", date(2025, 11, 20)),
        ("小雪往前数两天", date(2025, 11, 20)),
        ("重阳登完高第日", date(2025, 10, 30)),
        ("国庆耍完最后那天", date(2025, 10, 8)),
        ("国庆歇了头一工上班", date(2025, 10, 9)),
        ("中秋唔好迟一日", date(2025, 10, 7)),
        ("明天不好再晚一天", date(2025, 9, 28)),
        ("不是这个是下个礼拜天", date(2025, 10, 5)),
        ("八月十三不对十四", date(2025, 10, 5)),
        ("明天不算再下一个礼拜六", date(2025, 10, 4)),
        ("下礼拜还是这天", date(2025, 10, 3)),
        ("东至包饺子那日", date(2025, 12, 21)),
        ("初三赤口", date(2026, 2, 19)),
        ("廿四送神彼日", date(2026, 2, 11)),
        ("三九第一天", date(2026, 1, 8)),
        ("三伏天头一天", date(2026, 7, 15)),
        ("拜月光嗰晚", date(2025, 10, 6)),
        ("国庆完了你们开门头一天", date(2025, 10, 9)),
        ("中秋街头一天", date(2025, 10, 5)),
    ],
)
def test_a_day_named_in_few_words_is_understood(text, expected):
    when = parse_when(text, NOW)
    assert when is not None
    assert (when.date, when.ask) == (expected, False)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("明仔下晡点半", "13:30"),
        ("明天我要赶场十点过了来", "10:00"),
        ("等哈儿五点钟来一趟", "17:00"),
        ("大后日食哩朝来", "morning"),
        ("明天消了夜过后", "evening"),
        ("后天早点来七点半", "07:30"),
    ],
)
def test_an_hour_in_a_regions_words_is_understood(text, time):
    when = parse_when(text, NOW)
    assert when is not None
    assert (when.time, when.ask) == (time, False)


def test_a_feast_named_by_numbers_may_be_tomorrow():
    assert parse_when("二月二", datetime(2027, 2, 1, 10, 0)).ask
    when = parse_when("二月二", datetime(2027, 1, 20, 10, 0))
    assert (when.date, when.ask) == (date(2027, 3, 9), False)
    assert not parse_when("二月二龙抬头", datetime(2027, 2, 1, 10, 0)).ask


def test_midnight_told_is_no_hour():
    when = parse_when("过了十二点算明天我说的是礼拜六", datetime(2025, 10, 31, 23, 30))
    assert (when.date, when.time, when.ask) == (date(2025, 11, 1), None, False)


def test_a_day_that_a_month_lacks_is_asked_about_until_its_last():
    assert parse_when("三十一号", datetime(2025, 4, 29, 9, 0)).ask
    when = parse_when("三十一号", datetime(2025, 4, 30, 9, 0))
    assert (when.date, when.ask) == (date(2025, 5, 31), False)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("十一点半过昼我就无食", "11:30"),  # no lunch at half past eleven at night
        ("下午十点半", "10:30"),
        ("下午九点", "21:00"),
        ("暗晡七点三到", "19:00"),  # three times a day
        ("早上九点三", "09:15"),
    ],
)
def test_an_hour_that_the_afternoon_has_not_stands_as_it_was_said(text: str, time: str) -> None:
    found = parse_when(text, datetime(2025, 12, 3, 8, 15))
    assert found is not None
    assert found.time == time
