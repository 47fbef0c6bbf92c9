"""Two days or hours in one line, of which none is chosen; and longer words cut by shorter ones."""

import pytest

from bot.understanding.times import parse_when
from tests.unit.understanding.whens import MONDAY_NOON, WEDNESDAY_EVENING, asked, day_of, time_of


@pytest.mark.parametrize(
    "text",
    [
        "礼拜五嘛拜六",
        "十八号呢后天",
        "后天啊礼拜六啊",
        "后天啦我明天转外家",
        "后天说不定礼拜六",
        "听日备不住拜六",
        "礼拜五应该十八号",
        "后天还是礼拜六好",
        "二十二号同大后天边日得闲",
        "后天比明天好",
        "后天不行再礼拜六",
        "后天来不了就礼拜六",
        "后天人手不够礼拜六",
    ],
)
def test_a_day_said_last_is_no_wish_by_that_alone(text):
    assert asked(text) in ("two-days", "conflict")


@pytest.mark.parametrize(
    "text",
    [
        "后天早起九点好像是下晡两点",
        "后天九点半不行的话上午十点",
        "后天下午两点没人的话三点",
        "后天下午三点来不了就四点",
        "后天约的下午两点能不能早起九点",
    ],
)
def test_of_two_hours_neither_is_taken_for_a_guess(text):
    assert asked(text) in ("two-times", "two-days")


@pytest.mark.parametrize("text", ["后天系下晡两点先啱唔系十一点", "后天上午十点吧拖到十点一刻不好"])
def test_hours_all_turned_down_leave_no_day_without_hour(text):
    assert asked(text) == "refused"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("后天吧明天没空", "2025-03-14"),
        ("后天别记成礼拜六", "2025-03-14"),
        ("后天吧可别拖到礼拜六", "2025-03-14"),
        ("后天可不是礼拜六", "2025-03-14"),
        ("后天就来别等礼拜六", "2025-03-14"),
        ("后天啊明天家里来客", "2025-03-14"),
        ("后天先啱礼拜六错咗", "2025-03-14"),
        ("大后天嘛礼拜六", "2025-03-15"),
        ("后天嘛明天来", "2025-03-13"),
    ],
)
def test_what_is_told_of_the_second_day_decides(text, expected):
    assert day_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("后天早起九点半啦我八点外才食早顿", "09:30"),
        ("后天上午十点来我九点吃完药", "10:00"),
        ("后天九点半吧别拖到十点一刻", "09:30"),
        ("后天早上八点毋下午三点", "15:00"),
    ],
)
def test_what_the_elder_does_at_an_hour_is_no_wish(text, expected):
    assert time_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("明天人多大后天吧", "2025-03-15"),
        ("明天我去镇上了下个礼拜三来", "2025-03-19"),
        ("二十号拜拜天光日来", "2025-03-13"),
    ],
)
def test_a_longer_word_is_not_cut_by_a_shorter(text, expected):
    when = parse_when(text, WEDNESDAY_EVENING)
    assert when is not None
    assert when.ask or when.date.isoformat() == expected


@pytest.mark.parametrize("text", ["我明天去厦门二十二号来", "后天那工我无伫厝十八号"])
def test_a_day_behind_the_name_of_a_place_is_no_number_of_a_house(text):
    assert asked(text) == "unclear"


def test_a_date_denied_is_not_counted_from_the_feast():
    when = parse_when("我说的是清明不是二十五号", WEDNESDAY_EVENING)
    assert when is not None
    assert when.ask or when.date.isoformat() == "2025-04-04"


@pytest.mark.parametrize(
    "text",
    ["外明儿来", "万后日来", "老后天来", "翻过礼拜五", "后天点灯时", "礼拜五下半晚", "明天傍亮"],
)
def test_a_known_end_of_an_unknown_word_is_not_read_alone(text):
    assert asked(text) == "unclear"


@pytest.mark.parametrize("text", ["农历六月底", "闰六月底"])
def test_the_end_of_a_lunar_month_is_no_sixth_day(text):
    when = parse_when(text, MONDAY_NOON)
    assert when is not None
    assert (when.ask, when.end.isoformat()) == (
        (True, "2025-07-24") if text.startswith("农") else (True, "2025-08-22")
    )
