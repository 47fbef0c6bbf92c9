"""What answers "are you in danger?" with a no and what was touched by mistake, or with a wound."""

from datetime import datetime

import pytest

from bot.danger import listen
from bot.denials import takes_back
from bot.emergency_answers import meaning
from bot.emergency_signs import Sign

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
