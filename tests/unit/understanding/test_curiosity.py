"""Who asks for what only the bound are told is in no danger; who looks for somebody may be."""

import pytest

from bot.understanding.curiosity import pries

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
