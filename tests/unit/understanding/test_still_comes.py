"""Whether a line asks if what is ordered still comes."""

import pytest

from bot.understanding.questions import asks_whether_it_comes

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text", ["", "还有人来送吗我饿", "还要送两份饭", "救护车还来不来", "还没来人"]
)
def test_what_orders_or_waits_asks_after_no_order(text: str) -> None:
    assert not asks_whether_it_comes(text)


@pytest.mark.parametrize("text", ["阿妈后日个饭还送冇", "明天的饭还有送吗", "礼拜五师傅还来洗不"])
def test_who_asks_whether_it_still_comes(text: str) -> None:
    assert asks_whether_it_comes(text)
