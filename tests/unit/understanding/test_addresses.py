"""Addresses are cut out of speech and laid beside the known ones."""

import pytest

from bot.understanding.addresses import find_address

pytestmark = pytest.mark.unit

HOME = "龙岩市新罗区西城街道和平路十八号三零二"
ESTATES = ("和平里小区", "阳光花园")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "明天下午三点来打扫",
        "我走路不方便",
        "去医院看病",
        "三楼",
        "有三个人",
        "知道了",
        "儿子不在家里",
        "给我约个陪镇的二十号礼拜五上医院",
        "帮我看看那个镇的十六号周三有没有人",
    ],
)
def test_no_address_is_made_up(text: str) -> None:
    found = find_address(text, [HOME])
    assert found is None


def test_another_house_in_the_same_street_is_not_home() -> None:
    found = find_address("和平路二十号三零二", [HOME])
    assert found is not None
    assert found.text == "和平路二十号三零二"
    assert found.matched is None
    assert found.score == 0


@pytest.mark.parametrize(
    "text",
    [
        "就和平路十八号啊三零二",
        "和平路18号302",
        "荷苹路十八号",
        "我是那个和平路的",
        "何平路十八号三零二",
    ],
)
def test_home_is_recognised_by_sound_and_figures(text: str) -> None:
    found = find_address(text, [HOME])
    assert found is not None
    assert found.matched == HOME
    assert found.score > 0.6


def test_the_full_address_fits_better_than_the_street() -> None:
    full, street = find_address("和平路十八号三零二", [HOME]), find_address("和平路", [HOME])
    assert full is not None
    assert street is not None
    assert full.score > street.score


@pytest.mark.parametrize(
    "text", ["我家", "老地方", "就我家里", "还是原来的地址", "来我屋头", "送到厝里"]
)
def test_home_may_be_meant_without_being_named(text: str) -> None:
    found = find_address(text, [HOME])
    assert found is not None
    assert found.refers_home
    assert found.matched == HOME


def test_home_meant_but_unknown_matches_nothing() -> None:
    found = find_address("老地方", [])
    assert found is not None
    assert found.refers_home
    assert found.matched is None


def test_still_the_same_street_means_home() -> None:
    known = "沈阳市铁西区望花街五号楼二单元一零一"
    found = find_address("还是望花街五号楼", [known])
    assert found is not None
    assert found.refers_home
    assert found.matched == known


def test_an_estate_is_recognised_by_sound() -> None:
    found = find_address("我住在何平里五号楼三零二", [HOME, *ESTATES])
    assert found is not None
    assert found.text == "何平里五号楼三零二"
    assert found.matched == "和平里小区"
    assert not found.refers_home


def test_figures_alone_are_an_address_only_when_asked_for() -> None:
    known = ["龙岩市新罗区南城街道龙腾中路九号七零三"]
    assert find_address("七零三", known) is None
    found = find_address("七零三", known, asked=True)
    assert found is not None
    assert found.matched == known[0]
    wrong = find_address("七零四", known, asked=True)
    assert wrong is not None
    assert wrong.matched is None


def test_a_long_address_is_kept_whole_and_in_the_speakers_words() -> None:
    text = "地址是建设路二十号和平小区五栋二单元六零一"
    found = find_address(text)
    assert found is not None
    assert found.text == "建设路二十号和平小区五栋二单元六零一"
    assert text[slice(*found.span)] == found.text
    assert found.as_dict()["matched"] is None


def test_whose_place_it_is_does_not_belong_to_the_address() -> None:
    found = find_address("我在儿子这边的桥南区柳荫路三号二零一")
    assert found is not None
    assert found.text == "桥南区柳荫路三号二零一"


@pytest.mark.parametrize("text", ["喊个师傅来弄一哈", "来人弄一下水管", "帮我弄两下"])
def test_to_have_something_done_is_no_lane(text: str) -> None:
    assert find_address(text) is None
