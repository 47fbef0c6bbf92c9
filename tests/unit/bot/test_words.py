"""Wishes that are kept until their turn."""

import pytest

from bot.words import also, only_names

pytestmark = pytest.mark.unit


def test_what_is_said_of_a_kept_wish_is_put_behind_it() -> None:
    assert also(["礼拜一洗衣服", "再问下补贴"], ["洗衣服下午三点"]) == [
        "礼拜一洗衣服，洗衣服下午三点",
        "再问下补贴",
    ]


def test_another_wish_comes_last() -> None:
    assert also(["礼拜一洗衣服"], ["后天剃头"]) == ["礼拜一洗衣服", "后天剃头"]


def test_who_wants_very_much_is_asked_again() -> None:
    assert len(also([], ["打扫", "洗澡", "送饭", "剃头"])) == 3


def test_the_name_of_a_service_adds_nothing_to_a_line_about_it() -> None:
    assert only_names("打扫卫生", "窗户好久没擦了，叫人来打扫")
    assert not only_names("打扫卫生，礼拜天来", "叫人来打扫")
    assert not only_names("送饭", "叫人来打扫")
    assert not only_names("好", "叫人来打扫")
