"""Whose an elder is: the place of a member of staff holds the home or does not."""

import pytest

from backend.domain.areas import Home, holds

pytestmark = pytest.mark.unit

HOME = Home("福康县", "和平小区", "福康县西城街道和平小区18号楼302")


@pytest.mark.parametrize(
    "area", ["平安县", "福康县东城街道", "福康县东湖小区", "西城街道", "福康县西城街道东湖小区"]
)
def test_another_place_does_not_hold_it(area: str):
    assert not holds(area, HOME)


def test_a_home_that_is_not_known_lies_in_no_narrower_place():
    assert not holds("福康县", Home())
    assert holds("", Home())


@pytest.mark.parametrize("area", ["", "福康县", "福康县和平小区", "福康县西城街道"])
def test_its_own_places_hold_it(area: str):
    assert holds(area, HOME)


def test_a_street_holds_what_its_name_stands_in_the_address_of():
    village = Home("呼和浩特玉泉", None, "呼和浩特市玉泉区小黑河镇西二道河村8号")
    assert holds("呼和浩特玉泉小黑河镇", village)
    assert not holds("呼和浩特玉泉昭君路街道", village)
