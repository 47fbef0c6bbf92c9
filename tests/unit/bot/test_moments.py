"""Lines that ask for a moment, are read to again, or rate before they say how."""

from datetime import timedelta

import pytest

from backend.client import Order
from bot.errands import asks_to_wait, chooses_errand
from bot.manner import wants_again
from bot.sentences import Reply
from bot.understanding.praise import wants_to_rate
from tests.unit.bot.fakes import NOW
from tests.unit.bot.house import House, keys

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("等一下我胸口闷", False),
        ("等下我摔倒了", False),
        ("等下下午三点", False),
        ("等我老伴回来再说", False),
        ("等哈莫忙定", False),
        ("等到明天", False),
        ("等会儿啊咋有股糊味儿", False),
        ("等俺看看一三六零三四六五二八八", False),
        ("等一下就来吗", False),
        ("哎你等会儿，有人敲门", True),
        ("等咧有人来", True),
        ("等阵先", True),
        ("等我看看日历", True),
    ],
)
def test_only_who_answers_nothing_asks_for_a_moment(text: str, waits: bool) -> None:
    assert asks_to_wait(text) == waits


async def test_a_moment_leaves_the_question_open_and_troubles_nobody() -> None:
    house = House()
    house.rasa.replies = [[Reply("您想哪一天？", key="q", ask="date")]]
    await house.say("我要打扫")
    for _ in range(3):
        replies = await house.say("等一下，有人敲门")
        assert (replies[-1].key, replies[-1].ask) == ("q", "date")
    assert len(house.rasa.heard) == 1
    assert house.backend.handoffs == []


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("给我念念报纸", False),
        ("念书给我听", False),
        ("你给我念念就行", True),
        ("再给我念一遍", True),
    ],
)
def test_who_was_read_to_may_want_it_again(text: str, again: bool) -> None:
    assert wants_again(text) == again


@pytest.mark.parametrize(
    ("text", "errand"),
    [
        ("天天都疼", False),
        ("每天都晕", False),
        ("三点开始的", False),
        ("朝晨七点半喊涯", True),
        ("一日一摆七点半", True),
    ],
)
def test_what_happens_every_day_at_an_hour_is_no_danger(text: str, errand: bool) -> None:
    assert chooses_errand(text) == errand


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("我要打个电话", False),
        ("三分钟", False),
        ("上礼拜五那单我要评分", True),
        ("想给他打个分", True),
    ],
)
def test_who_wants_to_rate_says_so(text: str, rates: bool) -> None:
    assert wants_to_rate(text) == rates


async def test_who_wants_to_rate_is_asked_for_the_stars() -> None:
    house = House()
    day = (NOW - timedelta(days=1)).date().isoformat()
    house.backend.finished = [
        Order(id="1", number="1", elder_id="e1", service="bathing", date=day, status="finished")
    ]
    assert keys(await house.say("昨天洗澡那单我要评分")) == ["utter_rating_stars"]


@pytest.mark.parametrize(
    ("text", "tickets"), [("就问要填几份", 0), ("今天来的小姑娘真麻利，给好评", 1)]
)
async def test_what_judges_nobody_is_passed_on_to_nobody(text: str, tickets: int) -> None:
    house = House()
    house.rasa.replies = [[Reply("谢谢。", key="utter_rating_begin", ask="other")]]
    await house.say(text)
    assert len(house.backend.handoffs) == tickets
