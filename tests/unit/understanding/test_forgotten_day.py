"""Who has forgotten when somebody comes asks after an order, and books nothing."""

import pytest

from bot.understanding.questions import asks_whether_it_comes

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "忘了降压药几点吃",
        "记不得几时去医院拿过药",
        "你们几点来都行",
        "忘了几点来着，明天来打扫",
        "唔记得几多钱",
    ],
)
def test_what_else_is_forgotten_asks_after_no_order(text: str) -> None:
    assert not asks_whether_it_comes(text)


@pytest.mark.parametrize(
    "text",
    [
        "约咗师傅剪发唔记得几时嚟",
        "我订的打扫，忘了哪天来了",
        "袂记得底当时欲来",
        "想不起来是几号上门",
    ],
)
def test_who_has_forgotten_when_they_come_asks_after_it(text: str) -> None:
    assert asks_whether_it_comes(text)
