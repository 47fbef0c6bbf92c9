"""What comes again: days left out, odd and even days, weekdays in a word, stretches."""

from datetime import datetime

import pytest

from bot.understanding.times import parse_when
from tests.unit.understanding.whens import MONDAY_NOON

pytestmark = pytest.mark.unit

_ODD = "FREQ=MONTHLY;BYMONTHDAY=" + ",".join(map(str, range(1, 32, 2)))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("每次一三五都来换药", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
        ("一三五我闺女管二四六要你们送饭", "FREQ=WEEKLY;BYDAY=TU,TH,SA"),
        ("除了礼拜三天天送", "FREQ=WEEKLY;BYDAY=MO,TU,TH,FR,SA,SU"),
        ("周末不用平时天天送饭", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("逢单号来打扫", _ODD),
        ("每礼拜二四六这三天中午送", "FREQ=WEEKLY;BYDAY=TU,TH,SA"),
        ("隔个礼拜来一次逢礼拜五", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
        ("每个月第一和第三个礼拜三来理发", "FREQ=MONTHLY;BYDAY=1WE,3WE"),
        ("一天一顿就成从后天起", "FREQ=DAILY"),
        ("每月五号、二十号去透析派个人陪", "FREQ=MONTHLY;BYMONTHDAY=5,20"),
    ],
)
def test_a_recurrence_is_read_whole(text, rule):
    when = parse_when(text, MONDAY_NOON)
    assert (when.recurring, when.ask) == (rule, False)


@pytest.mark.parametrize(
    "text",
    [
        "每月十号发工资第二天来",  # every month, or this once
        "这几天女儿都不在那五天天天送",  # on how many of them?
        "从这礼拜三起每天送",  # on a Friday
    ],
)
def test_a_recurrence_that_is_not_read_whole_is_asked_about(text):
    assert parse_when(text, datetime(2025, 7, 25, 9)).ask


def test_every_day_of_a_stretch_is_the_stretch():
    when = parse_when("八月三号到八月九号每天晌午送一顿", MONDAY_NOON)
    assert (str(when.start), str(when.end), when.time) == ("2025-08-03", "2025-08-09", "noon")
    assert when.recurring is None


def test_a_number_with_three_figures_is_no_week():
    assert parse_when("我住一三五号后天来", MONDAY_NOON).recurring is None


def test_behind_a_feast_the_day_after_is_meant():
    assert str(parse_when("重阳隔日来", MONDAY_NOON).date) == "2025-10-30"
