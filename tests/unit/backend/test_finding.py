"""Whose home a cry for help comes from: only what leaves no doubt finds an elder."""

import pytest

from backend.domain.finding import (
    Resident,
    behind_the_door,
    in_digits,
    in_the_street,
    meant,
    names_in,
    phones_in,
    spoken,
    tells_house,
)

pytestmark = pytest.mark.unit

HOME = "漳州市长泰区武安镇人民东路七十号"
FLAT = "福康县西城街道和平路十八号三零二"


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("武安镇人民东路七十号", HOME),
        ("在人民东路70号底楼", HOME),
        ("福康西城街道和平路18号302室", FLAT),
        ("我住和平路 十八号 的 三零二", FLAT),
        ("湖坑镇六联村二十七号", "龙岩市永定区湖坑镇六联村27号"),
    ],
)
def test_a_home_is_known_by_its_last_number(said: str, address: str) -> None:
    assert behind_the_door(address, spoken([said]))


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("新人民东路七十号", HOME),
        ("人民东路七十号二零一", HOME),
        ("人民东路七百号", HOME),
        ("人民东路十七号", HOME),
        ("和平路十八号三零三", FLAT),
        ("和平路十八号", FLAT),
        ("人民东路", HOME),
        ("大街三号", "新市街3号"),
        ("三号", "3号"),
        ("", HOME),
    ],
)
def test_another_door_another_street_or_half_an_address_is_nobodys(said: str, address: str) -> None:
    assert not behind_the_door(address, spoken([said]))


def test_an_address_without_a_number_finds_nobody() -> None:
    assert not behind_the_door("福康县西城街道", spoken(["福康县西城街道"]))
    assert not in_the_street("", spoken(["和平路十八号"]))


def test_a_name_counts_with_the_street_or_a_number_and_never_alone() -> None:
    here = Resident("a", FLAT, rung=False)
    assert meant([here], spoken(["跌倒的是林秀英"])) is None
    assert meant([here], spoken(["林秀英，和平路这边"])) == "a"
    assert meant([here], spoken(["林秀英，人民路十八号"])) is None
    assert meant([Resident("a", "", rung=True)], spoken(["林秀英"])) == "a"


def test_between_two_of_one_name_in_one_street_nobody_is_chosen() -> None:
    two = [Resident("a", FLAT, rung=False), Resident("b", FLAT.replace("三零二", "五零一"), False)]
    assert meant(two, spoken(["林秀英，和平路"])) is None
    assert meant([], spoken(["和平路"])) is None


def test_names_and_numbers_are_taken_out_of_garbled_speech() -> None:
    assert {"凌妙珠", "珠八"} <= names_in(["跌亲嘅系凌妙珠八十九岁"])
    assert names_in(["a1", ""]) == set()
    assert phones_in(["打一三八零零零零一零零一", "0597-1234567", "一二零"]) == {
        "13800001001",
        "05971234567",
    }


def test_numerals_are_read_and_a_name_is_no_house() -> None:
    assert in_digits("一百一十号，二零四") == "110号204"
    assert tells_house(spoken(["二十七号"]))
    assert not tells_house(spoken(["六联村那边"]))
