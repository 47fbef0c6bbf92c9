"""Where one word of time ends and the next begins, and what of two days is meant."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.understanding import numbers
from bot.understanding.times import clock_times, hearing, parse_when
from tests.unit.understanding.whens import asked, day_of, time_of

WEDNESDAY = datetime(2026, 3, 4, 9, 10)
AUGUST = datetime(2026, 8, 6, 13, 5)  # a Thursday
BEFORE_THE_HOLIDAY = datetime(2025, 9, 30, 16, 45)
MIDNIGHT = datetime(2023, 11, 18, 0, 35)


@pytest.mark.parametrize(
    "text",
    [
        "周五那天二十号",
        "明天前晌二十八",
        "后天擦黑二十八",
        "今天前晌礼拜三",
        "今天夜里拜一",
        "后天啦七点二十",
        "大年初一是三天",
        "二月二是礼拜三",
        "三月三是礼拜一",
        "初三是三点",
        "二十吧三点",
        "月初就来",
        "下个月是五号",
        "七点二十就好",
        "七点二十起来",
        "三点是十号",
        "三月三好",
        "明天晚上周师傅来",
        "初九下昼",
    ],
)
def test_what_is_written_as_it_should_be_is_heard_as_it_is(text):
    assert hearing.heard(text) == text


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("礼百三上午", "礼拜三上午"),
        ("腊月二是三", "腊月二十三"),
        ("月美最尾嗰日", "月尾最尾嗰日"),
        ("十一月三好晚黑", "十一月三号晚黑"),
        ("明天早起时点来", "明天早起十点来"),
    ],
)
def test_what_is_misheard_is_put_right_all_the_same(text, heard):
    assert hearing.heard(text) == heard


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("明天那天二十号", "conflict"),
        ("十七号就是后天来", "conflict"),
        ("霜降那天十月二十一号", "conflict"),
        ("周日立秋哇周一来", "conflict"),
        ("明天早上二十点", "conflict"),
        ("十月初一看新历抑旧历", "calendar"),
        ("二十四点来", "half-of-day"),
        ("这个月三十二号", "unclear"),
        ("八月二十四号二十六号", "two-days"),
        ("拜五啦毋是拜六", "two-days"),
        ("拜六朝早同礼拜日朝早边日都得", "two-days"),
        ("明天上午九点下午也行", "two-times"),
        ("礼拜天上午九点钟礼拜天下午也行", "two-times"),
        ("白露那天要不要得礼拜二嘛", "unclear"),
    ],
)
def test_what_cannot_be_accounted_for_is_asked_about(text, reason):
    assert asked(text, AUGUST) == reason


def test_a_month_with_a_number_is_of_either_calendar_whatever_number_follows():
    assert parse_when("十月十五三嫂来帮忙", AUGUST).ask


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("周五那天二十号", "2026-03-20"),
        ("后礼拜三来", "2026-03-11"),
        ("这个月倒数第二天", "2026-03-30"),
        ("三月尾最后嗰个礼拜日", "2026-03-29"),
        ("六月十九观音诞前一日", "2026-07-31"),
        ("立秋过后头一只拜六", "2026-08-08"),
        ("出正月头一天", "2026-03-19"),
        ("正月半过哩十七", "2026-03-05"),
        ("今年子最后一天嘛", "2026-12-31"),
        ("端午前那天", "2026-06-18"),
        ("下个礼拜六哦不是这个礼拜六", "2026-03-07"),
        ("礼拜五吧别礼拜四来", "2026-03-06"),
        ("下周日改到春分那天", "2026-03-20"),
        ("明天我去不了你们来", "2026-03-05"),
        ("中秋食了隔工", "2026-09-26"),
        ("中秋无闲隔日才来", "2026-09-26"),
        ("五月底最尾该日", "2026-05-31"),
        ("五一假最末了那天", "2026-05-05"),
    ],
)
def test_the_day_is_read(text, day):
    assert day_of(text, WEDNESDAY) == day


def test_a_particle_ends_the_day_before_an_hour():
    when = parse_when("后天啦七点二十", WEDNESDAY)
    assert (when.date.isoformat(), when.reason) == ("2026-03-06", "half-of-day")


def test_the_day_behind_a_holidays_last_is_counted_from_the_holiday():
    assert day_of("国庆放到八号吧那我九号", BEFORE_THE_HOLIDAY) == "2025-10-09"


def test_a_number_behind_a_lunar_date_is_of_its_month():
    now = datetime(2025, 1, 25, 14, 10)
    assert day_of("今天腊月二十六嘛二十八来", now) == "2025-01-27"
    assert day_of("等出了十五吧正月十六", now) == "2025-02-13"


def test_the_29th_may_be_said_digit_by_digit():
    now = datetime(2024, 2, 28, 9, 20)
    assert day_of("明仔载二九号早起十点", now) == "2024-02-29"
    assert parse_when("二三号", now).ask


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("后天上昼十点一刻方便不", "10:15"),
        ("后天下午两点三刻家里有人", "14:45"),
        ("后天下午四点二十两个人来", "16:20"),
        ("后天晚上六点二十一个人就行", "18:20"),
        ("明天上午十点半一个人就行", "10:30"),
        ("后天透早六点半我就醒", "06:30"),
        ("端午透早缚粽过昼才来", "afternoon"),
    ],
)
def test_the_hour_is_read(text, time):
    assert time_of(text, WEDNESDAY) == time


def test_an_hour_that_can_still_be_kept_is_of_today():
    assert day_of("下昼四点半仲赶得切咩", WEDNESDAY) == "2026-03-04"
    assert parse_when("早上八点赶得上吗", datetime(2026, 3, 4, 22, 0)).date is None
    assert day_of("天亮以后七点半", MIDNIGHT) == "2023-11-18"


def test_two_that_count_are_no_part_of_the_number_before_them():
    assert [number.value for number in numbers.scan("二十两个人")] == [20, 2]
    assert [number.value for number in numbers.scan("两千二百")] == [2200]


@pytest.mark.parametrize(
    "text", ["", "二", "那天二", "二十", "吧别来", "倒数第二天", "前那天", "晚上周"]
)
def test_scraps_break_nothing(text):
    when = parse_when(text, WEDNESDAY)
    assert when is None or when.ask == (when.reason is not None)
    assert isinstance(clock_times(text, WEDNESDAY), tuple)
