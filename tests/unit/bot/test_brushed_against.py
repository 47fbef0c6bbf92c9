"""What answers "are you in danger?" with a no and what was touched by mistake, or with a wound."""

from datetime import datetime

import pytest

from bot.danger import listen
from bot.denials import takes_back, tells_what_fell
from bot.emergency_answers import meaning
from bot.emergency_signs import Sign
from bot.errands import is_done

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 4, 9, 10)
NAMED = Sign("unspecified", "possible", "哎呀铃响了", sign="a cry for help", span="救命")


def meant(text: str) -> str:
    return meaning(NAMED, text, listen(text, "confirm"), NOW)


@pytest.mark.parametrize(
    "text",
    [
        "没事碰到了头",
        "真的没事头碰到的",
        "真的没事脚碰到的流血了",
        "没事手碰到刀了",
        "没事门碰到的起了个包",
        "没事车碰到的",
        "没事摔了一跤碰到的",
        "碰到的",
        "抹布碰到的快来人",
        "没事压着了动不了",
    ],
)
def test_a_body_that_was_struck_is_danger_whatever_no_stands_beside_it(text: str) -> None:
    assert meant(text) == "danger"
    assert not takes_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "真的没事是抹布碰到的",
        "擦桌子碰到的真的没事",
        "好得很，擦灶台碰到的",
        "莫喊人来，鸡毛掸子扫着了",
        "真系冇事，抹布蹭到嘅",
        "无代志啦，桌布扫着的",
        "没啥事，袖子挂着了",
        "没事，眼镜碰到的",
    ],
)
def test_a_no_and_what_brushed_against_the_button_is_a_no(text: str) -> None:
    assert meant(text) == "no"


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("人没摔是锅盖掉地下了饭照样要", True),
        ("冇跌系个盆跌落地", True),
        ("没摔是我老伴摔了", False),
        ("没倒是腿摔断了", False),
        ("没摔，是柜子倒了压着我", False),
        ("没摔是瓶子掉了砸着脚", False),
        ("没有摔是他摔了", False),
        ("是锅盖掉地下了", False),
    ],
)
def test_nobody_fell_where_only_a_thing_did_that_hit_nobody(text: str, thing: bool) -> None:
    assert tells_what_fell(text) is thing


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("没了麻烦你了", True),
        ("冇啦唔该晒", True),
        ("没了", False),
        ("人没了", False),
        ("没了气了谢谢", False),
    ],
)
def test_who_wants_nothing_more_says_so_with_thanks(text: str, done: bool) -> None:
    assert is_done(text) is done
