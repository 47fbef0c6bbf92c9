"""What needs no asking, and what answers "are you in danger?" with a clear no."""

import pytest

from bot.errands import answers, denies
from tests.unit.bot.fakes import NOW

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "不能动",
        "没有力气",
        "没有知觉了",
        "不行了",
        "不好，难受",
        "别挂电话",
        "没有应我",
        "不晓得",
        "没人在家",
        "好",
        "",
    ],
)
def test_a_line_that_only_begins_like_a_no_is_none(text):
    assert not denies(text, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "没有",
        "没有没有",
        "不用了谢谢",
        "不是的小同志",
        "没有我就是问问",
        "不是我是想订饭",
        "唔使喇",
        "毋免啦多谢",
        "没危险好着呢",
        "不用叫救护车",
        "没有我要订明天的送饭",
    ],
)
def test_a_clear_no_is_one(text):
    assert denies(text, NOW)


@pytest.mark.parametrize(
    ("text", "ask", "answer"),
    [
        ("这下对头了", "confirm", True),
        ("不能动了", "confirm", False),
        ("对快点来", "confirm", False),
        ("下午三点", "time", True),
        ("动不得了", "time", False),
        ("一三八零零零零一零零一", "phone", True),
        ("啥也不订", "menu", True),
        ("打扫", "service", True),
        ("老伴没有知觉了", "menu", False),
        ("阿公没有应我", "other", False),
        ("他不用叫也不答应", "menu", False),
        ("洗澡叫她没有应", "service", False),
        ("好怪啊", "menu", False),
        ("我家", "address", False),
    ],
)
def test_only_what_was_asked_for_is_an_answer(text: str, ask: str, answer: bool) -> None:
    assert answers(text, ask, NOW) is answer
