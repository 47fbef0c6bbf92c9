"""What answers "are you in danger?": a thing that fell, and a person to speak to."""

from datetime import datetime

import pytest

from bot.danger import listen
from bot.emergency_answers import meaning
from bot.emergency_signs import Sign

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 4, 9, 10)
NAMED = Sign("unspecified", "possible", "哎呀遭了", sign="a cry for help", span="遭了")
LIKE = Sign("stroke", "possible", "你讲啥子", open=True)


def meant(doubt: Sign, text: str) -> str:
    return meaning(doubt, text, listen(text, "confirm"), NOW)


@pytest.mark.parametrize("text", ["锅盖打烂了我绊倒了", "是碗摔了我也跌了起不来", "绊到地下了"])
def test_a_thing_beside_a_person_who_fell_is_danger(text: str) -> None:
    assert meant(NAMED, text) == "danger"


@pytest.mark.parametrize("text", ["我没得事是锅盖绊到地下了", "没事，碗摔了"])
def test_a_thing_that_fell_and_a_no_is_none(text: str) -> None:
    assert meant(NAMED, text) == "no"


def test_who_asks_for_a_person_after_a_sign_is_believed_in_danger() -> None:
    assert meant(NAMED, "给我转人工") == "danger"


@pytest.mark.parametrize("text", ["快找个真人来救我", "疼，转人工"])
def test_who_hurries_for_a_person_is_in_danger(text: str) -> None:
    assert meant(LIKE, text) == "danger"


@pytest.mark.parametrize("text", ["我不跟机器讲，换个真人来听", "给我转人工"])
def test_who_only_wants_a_person_is_handed_over(text: str) -> None:
    assert meant(LIKE, text) == "errand"
