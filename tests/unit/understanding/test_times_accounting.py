"""Every word of time in a line is accounted for: what nothing explains is asked about."""

import pytest

from bot.understanding.times import parse_when
from tests.unit.understanding.whens import (
    BEFORE_NEW_YEAR,
    MONDAY_NOON,
    WEDNESDAY_EVENING,
    day_of,
    time_of,
)

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "端午回娘家早晨别那天来",  # the day named is turned down by 那天
        "双周的礼拜五来",  # which weeks?
        "明天早半个钟头来",  # earlier than what?
        "每月逢五来送米",
        "前天说今天昨天说明天到底哪天啊",  # no word asks for any of them
        "十六号下午来要是没空十七号",
        "下个月十号打扫那就礼拜六来",  # of which week?
    ],
)
def test_a_word_of_time_that_nothing_explains_is_asked_about(text):
    assert parse_when(text, WEDNESDAY_EVENING).ask


@pytest.mark.parametrize(
    "text",
    [
        "我八十五了一个人住后天来",
        "三块钱一份后天来",
        "药还剩三天的后天来",
        "手机尾号六六八八后天来",
        "冬至都过了后天来",
        "路上要四十分钟后天来",
    ],
)
def test_numbers_that_say_something_else_ask_nothing(text):
    assert day_of(text) == "2025-03-14"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("妇女节聚会别那天来第二天来", "2026-03-09"),
        ("清明上坟没空早一日来", "2026-04-04"),
        ("清明头天我买菜当天上午你来", "2026-04-05"),
        ("清明后头那个礼拜天", "2026-04-12"),
        ("清明前最后一个礼拜天", "2026-03-29"),
        ("明年头一个礼拜一", "2027-01-04"),
        ("今天不来明天也不来后天吧不后天停水大后天", "2026-02-17"),
    ],
)
def test_days_are_counted_from_the_day_named(text, expected):
    assert day_of(text, BEFORE_NEW_YEAR) == expected


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("明后两天都行", "2025-03-13", "2025-03-14"),
        ("礼拜四礼拜五都行", "2025-03-13", "2025-03-14"),
        ("月底最后两天", "2025-03-30", "2025-03-31"),
        ("二十八号到月底", "2025-03-28", "2025-03-31"),
    ],
)
def test_days_left_free_to_choose_are_a_range_and_no_question(text, first, last):
    when = parse_when(text, WEDNESDAY_EVENING)
    assert (str(when.start), str(when.end), when.ask) == (first, last, False)


def test_three_weekdays_in_a_word_are_a_recurrence_from_the_day_named():
    when = parse_when("从后天起一三五下午四点来换药", MONDAY_NOON)
    assert (str(when.date), when.time) == ("2025-07-23", "16:00")
    assert when.recurring == "FREQ=WEEKLY;BYDAY=MO,WE,FR"


def test_how_often_is_no_day_of_the_month():
    assert parse_when("每月一号十五号两回", MONDAY_NOON).recurring == "FREQ=MONTHLY;BYMONTHDAY=1,15"


def test_the_hour_beside_an_afternoon_nap_is_kept():
    assert time_of("今天下午三点半我睡完午觉", MONDAY_NOON) == "15:30"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("后日下昼两点踏九", "14:45"),
        ("后天下午四点过一刻", "16:15"),
        ("听日下昼五点三个骨", "17:45"),
        ("天光日上昼十点两只字", "10:10"),
        ("后天上午差两个字十点", "09:50"),
        ("后天上午九点的号提前半个钟头来接", "08:30"),
        ("后天中午正午十二点", "12:00"),
        ("后天下午两点半个钟头就够", "14:00"),
        ("后天早上七点就得出门派个人陪", "07:00"),
    ],
)
def test_quarters_figures_and_earlier_hours_are_minutes(text, expected):
    assert time_of(text) == expected


@pytest.mark.parametrize("text", ["3/15来打扫", "2025/3/15来打扫", "2025-03-15来打扫"])
def test_dates_as_families_type_them_are_read(text):
    assert day_of(text) == "2025-03-15"


def test_a_blood_pressure_is_no_date():
    assert day_of("血压130/80后天来") == "2025-03-14"
