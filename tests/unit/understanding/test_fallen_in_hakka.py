"""跌 ends in a stop in Hakka, so that it is written 铁 by a recogniser of the standard language."""

import pytest

from bot.understanding.emergency import assess

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    ["涯爸铁倒哩", "阿婆铁落楼梯动唔得", "涯爸铁到在浴司肚里，头哪全系血", "佢铁到地泥下扶唔起来"],
)
def test_a_fall_is_heard(text: str) -> None:
    heard = assess(text)
    assert heard.level != "no"
    assert heard.sign in ("a fall", "on the floor", "cannot move")


@pytest.mark.parametrize(
    "text",
    [
        "地铁到哩",
        "高铁到地方咧",
        "收废铁倒是有人",
    ],
)
def test_iron_is_no_fall(text: str) -> None:
    assert assess(text).level == "no"
