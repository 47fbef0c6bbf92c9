"""Words that only hint at a service, sound like another one, or mean two."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.understanding.services import find_service
from bot.understanding.times import parse_when

pytestmark = pytest.mark.unit

NOW = datetime(2025, 11, 18, 10, 40)


@pytest.mark.parametrize("line", ["来人帮我洗一下", "帮我洗一洗", "叫个人来洗一次"])
def test_a_softened_wash_is_not_the_laundry_it_sounds_like(line: str) -> None:
    found = find_service(line)
    assert found is None or found.service != "laundry"


def test_a_hint_said_twice_overrules_no_service_that_is_named() -> None:
    found = find_service("我手抬不起来，自己洗身躯洗不着后面，想叫人来洗一下")
    assert found is not None
    assert found.service == "bathing"


@pytest.mark.parametrize(
    "line",
    [
        "厨房水龙头老滴水，来人拾掇一下",
        "暖气片子滴答水，派个人来拾掇拾掇",
        "门锁坏了，给收拾收拾",
    ],
)
def test_what_is_broken_is_mended_by_a_word_for_tidying(line: str) -> None:
    found = find_service(line)
    assert found is not None
    assert found.service == "repair"


def test_rooms_are_tidied_beside_what_is_broken() -> None:
    found = find_service("灯泡坏了换一个，屋子也收拾收拾")
    assert found is not None
    assert "cleaning" in {found.service, *found.others}


def test_a_carer_who_says_who_they_are_orders_no_nursing() -> None:
    assert find_service("您好，我是李奶奶家护工，今天中午那个能不能少放点盐") is None


@pytest.mark.parametrize(
    "line",
    [
        "先问一句，来的人会推轮椅不",
        "你们上不上楼啊，我在三楼",
        "中山路二十五号四楼",
        "我跟老伴两个人",
        "两床被子",
    ],
)
def test_what_is_counted_is_no_hour(line: str) -> None:
    assert parse_when(line, NOW, "time") is None


@pytest.mark.parametrize(("line", "hour"), [("九", "09:00"), ("就十吧", "10:00")])
def test_a_bare_number_still_is_the_hour_that_was_asked_for(line: str, hour: str) -> None:
    when = parse_when(line, NOW, "time")
    assert when is not None
    assert when.time == hour


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("我去女儿家住几天", False),
        ("婆婆到亲戚家住一个礼拜", False),
        ("我妈想去养老院住几天", True),
        ("想让我妈到你们那住半个月", True),
    ],
)
def test_a_stay_with_ones_own_people_is_no_respite(line: str, stays: bool) -> None:
    found = find_service(line)
    assert (found is not None and found.service == "respite") == stays


def test_an_order_called_off_for_somebody_is_not_wanted() -> None:
    found = find_service("明天那个打扫帮我取消，下周四给她约个陪诊")
    assert found is not None
    assert (found.service, found.others) == ("escort", frozenset())


def test_a_name_misheard_outweighs_a_hint() -> None:
    found = find_service("拜三欲来共我洗生躯的会使换日无路拢塞车")
    assert found is not None
    assert found.service == "bathing"
