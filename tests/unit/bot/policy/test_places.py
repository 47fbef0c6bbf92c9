"""Whose documents hold for a caller: the names a place is made of, and names that sound alike."""

from __future__ import annotations

import pytest

from anban.policy import LOCALITIES
from bot.policy.places import Places

pytestmark = pytest.mark.unit
PLACES = Places.read(LOCALITIES)


@pytest.mark.parametrize(
    ("place", "document"),
    [
        ("海南州共和县", "海南"),
        ("大庆市大同区", "大同"),
        ("北京市朝阳区", "辽宁"),
        ("平安县东城街道", "福康县"),
        ("福安县", "福康县"),
        ("呼和浩特回民", "呼和浩特玉泉"),
        ("龙岩永定", "龙岩新罗"),
        ("", "福康县"),
        ("福康县", "福康县西城街道"),
    ],
)
def test_a_place_that_only_begins_alike_is_another(place, document):
    assert PLACES.covering(place, [document]) == []


@pytest.mark.parametrize(
    ("place", "document"),
    [
        ("福康县", "福康县"),
        ("福康县西城街道和平小区", "福康县"),
        ("福康县西城街道", "福康"),
        ("福康西城街道", "福康县"),
        ("福康县西城街道", "福康县西城街道"),
        ("龙岩新罗", "龙岩"),
        ("福建省龙岩市新罗区", "龙岩"),
        ("新罗区", "龙岩"),
        ("龙岩新罗", "福建"),
        ("呼和浩特玉泉", "呼和浩特玉泉"),
        ("呼和浩特市玉泉区", "呼和浩特玉泉"),
        ("玉泉区小黑河镇", "呼和浩特玉泉"),
    ],
)
def test_a_place_lies_in_the_places_it_is_named_by(place, document):
    assert PLACES.covering(place, [document, "别处县"]) == [document]


def test_a_misheard_name_counts_where_only_one_sounds_like_it():
    assert PLACES.covering("富康县", ["福康县", "平安县"]) == ["福康县"]
    assert PLACES.covering("富康县", ["福康县", "富康县"]) == ["富康县"]
    assert PLACES.covering("付康县", ["福康县", "富康县"]) == []


@pytest.mark.parametrize(
    ("question", "locality"), [("龙烟的线上服务每月多少钱", "龙岩"), ("张州发的是券吗", "漳州")]
)
def test_who_is_not_known_may_name_a_place_misheard(question, locality):
    assert PLACES.asked(question, "").locality == locality


def test_who_names_no_place_and_has_none_is_not_given_one():
    assert PLACES.asked("高龄津贴多少钱", "").locality is None
