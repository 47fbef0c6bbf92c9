"""A name with a town: enough only where one elder bears a name that was said, and lives there."""

import pytest

from backend.domain.finding import Resident, in_the_town, meant, spoken

pytestmark = pytest.mark.unit

HOME = "漳州市平和县山格镇隆庆路三十三号"
ELDER = Resident("e1", HOME, rung=False)


@pytest.mark.parametrize("said", ["我阿嬷蹛漳州", "伊蹛小溪", "在山上", "", "县城里"])
def test_a_city_another_town_or_none_finds_nobody(said: str) -> None:
    assert not in_the_town(HOME, spoken([said]))
    assert meant([ELDER], spoken([said])) is None


def test_a_name_that_two_bear_is_left_open() -> None:
    namesake = Resident("e2", "漳州市平和县坂仔镇环城路二号", rung=False)
    assert meant([ELDER, namesake], spoken(["我阿嬷蹛平和山格"])) is None


def test_another_house_of_the_town_is_not_theirs() -> None:
    assert meant([ELDER], spoken(["蹛平和山格人民路十八号"])) is None


def test_a_home_without_a_number_names_no_town() -> None:
    assert not in_the_town("平和县山格镇", spoken(["山格"]))


@pytest.mark.parametrize("said", ["我阿嬷蹛平和山格", "她住山格镇", "在平和县那边"])
def test_the_town_or_the_county_of_the_one_who_bears_the_name_is_enough(said: str) -> None:
    assert meant([ELDER], spoken([said])) == "e1"


def test_a_district_counts_and_what_only_holds_its_city_does_not() -> None:
    home = "福建省龙岩市新罗区龙门镇龙门路十三号"
    assert in_the_town(home, spoken(["我爸住新罗"]))
    assert not in_the_town(home, spoken(["我爸住龙岩"]))
