"""Numbers and names that sound like times, and times that stand beside names."""

import pytest

from bot.understanding.times import parse_when
from tests.unit.understanding.whens import WEDNESDAY_EVENING

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "我家在二十六号之二",
        "坐九号巴士",
        "空腹血糖八点六",
        "我住重阳路",
        "五一罐的那种",
    ],
)
def test_numbers_and_names_that_are_no_time(text):
    assert parse_when(text, WEDNESDAY_EVENING) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("我免贵姓周叫周二柱", False),
        ("外孙女就叫清明属羊的", False),
        ("俺家在端阳公园后门", False),
        ("住在初八巷头一家", False),
        ("叫周二的师傅早点", True),
        ("叫清明来扫墓的车", True),
        ("周二村里开会改周三", True),
        ("初一弄一下卫生", True),
        ("端午路过来看看", True),
        ("初一奶奶要洗澡", True),
        ("初一师傅过来", True),
        ("初一街道派人来", True),
    ],
)
def test_a_name_is_no_day_and_a_day_is_no_name(text, wanted):
    assert (parse_when(text, WEDNESDAY_EVENING) is not None) == wanted
