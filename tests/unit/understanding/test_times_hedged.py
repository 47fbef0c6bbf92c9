"""Days that are named but left open are asked about; what is turned down twice is not wished."""

from datetime import date, datetime

import pytest

from bot.understanding.times import parse_when
from tests.unit.understanding.whens import WEDNESDAY_EVENING, asked, day_of, time_of

BEFORE_EXAMS = datetime(2026, 5, 28, 9, 0)
END_OF_JANUARY = datetime(2027, 1, 30, 15, 40)
END_OF_DECEMBER = datetime(2025, 12, 29, 8, 40)


@pytest.mark.parametrize(
    "text",
    [
        "不要礼拜五也不要礼拜六来",
        "莫礼拜五来又莫礼拜六来",
        "礼拜六以外都中",
        "别赶礼拜六那天来",
        "礼拜六恐怕来不成",
        "礼拜六上午下午都不行",
    ],
)
def test_nothing_is_left_of_days_that_are_turned_down(text):
    assert asked(text) == "refused"


def test_a_part_of_the_day_that_is_left_is_the_wish():
    assert time_of("礼拜六上午不行下午行") == "afternoon"


@pytest.mark.parametrize(
    "text",
    [
        "最早也得礼拜六",
        "少说也得三天以后",
        "礼拜六开始都行",
        "礼拜六起哪天都得",
        "礼拜六不一定在屋",
        "礼拜六要看我女儿得不得空",
        "礼拜六不落雨就来",
        "礼拜六要是下雨就算了",
        "礼拜六算了",
        "礼拜六再说吧",
        "礼拜四或六",
        "礼拜日下昼还系礼拜一下昼",
        "上礼拜说的下礼拜三来",
        "上礼拜三那样这礼拜还来",
        "隔工来",
        "隔天把来",
        "清明后来",
    ],
)
def test_a_day_that_is_left_open_is_asked_about(text):
    assert asked(text) in ("vague", "unclear", "two-days")


def test_days_of_which_only_a_rest_is_meant_are_asked_about():
    assert asked("高考考完第二天", BEFORE_EXAMS) == "vague"
    assert asked("这月就剩一天了就那天", END_OF_JANUARY) == "vague"


@pytest.mark.parametrize("text", ["昨天约好怎么没人来", "昨昏约好怎无人来"])
def test_who_was_promised_a_visit_is_asked(text):
    assert asked(text) == "past"


@pytest.mark.parametrize("text", ["大老后天来", "越明日来", "明天小半天来", "明天等娃放学来"])
def test_an_unknown_name_of_a_time_is_not_passed_over(text):
    assert asked(text) == "unclear"


@pytest.mark.parametrize("text", ["每季度来一次", "三不五时来看我", "开春来"])
def test_days_that_nobody_can_count_are_asked_about(text):
    assert asked(text) == "vague"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("隔天来一次", "2025-03-13"),
        ("过得三日来", "2025-03-15"),
        ("礼拜五再来", "2025-03-14"),
        ("昨天说的下礼拜三来", "2025-03-19"),
    ],
)
def test_what_is_only_like_a_hedge_is_a_day(text, day):
    assert str(parse_when(text, WEDNESDAY_EVENING).date) == day


def test_a_feast_whose_days_off_begin_with_it_is_that_day():
    assert day_of("元旦放假那天来", END_OF_DECEMBER) == "2026-01-01"
    assert day_of("今年顶后头那一天", END_OF_DECEMBER) == "2025-12-31"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("明天三电半来", "15:30"),
        ("明天晌午饭罢来", "afternoon"),
        ("下只礼拜三晨头", "morning"),
        ("一点钟久了后来", "20:30"),
        ("听日呢个钟数", "19:30"),
    ],
)
def test_hours_by_their_names_in_the_regions(text, time):
    assert time_of(text) == time


@pytest.mark.parametrize(
    ("text", "day", "hour"),
    [
        ("下昼三点水烧热哩", None, "15:00"),  # and no radical of a character
        ("这阵黑都黑了明天一早嘛", date(2026, 3, 11), "morning"),
        ("初五彼日旧历个", date(2026, 3, 23), None),
        ("改拜六哎拜六医生歇困后礼拜一才着", date(2026, 3, 16), None),
    ],
)
def test_what_stands_beside_a_day_leaves_it(text, day, hour):
    when = parse_when(text, datetime(2026, 3, 10, 9, 0))
    assert when is not None
    assert (when.date, when.time, when.ask) == (day, hour, False)
