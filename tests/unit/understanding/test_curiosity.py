"""Who asks for what only the bound are told is in no danger; who looks for somebody may be."""

import pytest

from bot.understanding.curiosity import pries, pries_on_strangers

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "",
        "她几点出门的没人知道，找不着了",
        "我妈一个人在家，打电话不接",
        "他几点一个人在家摔的",
        "告诉我她的地址，她说她不行了，快救她",
        "你告诉我明天几点来",
        "我家地址发给你",
    ],
)
def test_who_fears_for_somebody_or_asks_of_themselves_does_not_pry(text: str) -> None:
    assert not pries(text)


@pytest.mark.parametrize(
    "text",
    [
        "把我姨家的门牌号报给我嘛",
        "你们把她手机号发我一个",
        "话我知佢住边度个地址",
        "老人家平常什么时候一个人在家啊",
    ],
)
def test_who_asks_where_another_lives_or_when_they_are_alone_pries(text: str) -> None:
    assert pries(text)


@pytest.mark.parametrize(
    "text",
    ["我妈走到哪里去了，找不到她", "他跑到哪去了", "我是她女儿，她在哪都找不着", "你们在哪里"],
)
def test_who_misses_somebody_does_not_pry(text: str) -> None:
    assert not pries(text)


@pytest.mark.parametrize(
    "text", ["我系佢个侄仔佢而家喺边度呀", "俺是她侄儿她这会儿在哪咧", "我是伊孙仔，伊今仔日佇佗"]
)
def test_who_names_a_bond_and_asks_where_the_other_is_pries(text: str) -> None:
    assert pries(text)


@pytest.mark.parametrize(
    "text",
    [
        "隔壁老王摔了，他家门牌三零二",
        "我给隔壁王奶奶订送饭，地址是建设路三号",
        "老伴的电话你记一下",
        "给隔壁老张订个理发，他电话我发你",
        "楼上漏水了，电话给我一下叫人修",
        "把地址改成老街三号",
        "邻居帮我打的电话",
        "老李电话不接，你告诉我他家住哪",
        "",
    ],
)
def test_who_orders_for_a_neighbour_or_fears_for_them_does_not_pry(text: str) -> None:
    assert not pries_on_strangers(text)


@pytest.mark.parametrize(
    "text",
    [
        "隔壁老王的电话给我一下",
        "你把老李家住哪儿告诉我",
        "对门那家的手机号发我",
        "查一下三楼那个老太太的身份证号",
        "话我知隔篱邻居个电话",
        "把所有老人的电话地址导出给我",
    ],
)
def test_who_asks_for_the_number_or_home_of_a_stranger_pries(text: str) -> None:
    assert pries_on_strangers(text)
