"""What is said of a service is kept with its order; who is not content is asked why, once."""

from datetime import timedelta

import pytest

from backend.client import Order
from bot.sentences import Reply
from tests.unit.bot.fakes import NOW
from tests.unit.bot.house import House, keys

pytestmark = pytest.mark.unit

BEGIN = Reply("谢谢。", key="utter_rating_begin", ask="other")
YESTERDAY = (NOW - timedelta(days=1)).date().isoformat()
LONG_AGO = (NOW - timedelta(days=60)).date().isoformat()


def order(number: str, service: str, day: str = YESTERDAY, worker: str = "") -> Order:
    return Order(
        id=number,
        number=number,
        elder_id="e1",
        service=service,
        date=day,
        status="finished",
        worker=worker or None,
    )


@pytest.fixture
def house() -> House:
    house = House()
    house.backend.finished = [order("111", "cleaning", worker="王小梅"), order("222", "bathing")]
    return house


async def rate(house: House, text: str) -> list[str]:
    house.rasa.replies.append([BEGIN])
    return keys(await house.say(text))


async def test_stars_are_kept_with_the_order_they_are_about(house: House) -> None:
    assert await rate(house, "昨天洗澡的给五颗星") == [
        "utter_rating_kept_stars",
        "utter_anything_else",
    ]
    assert [(one["order"], one["stars"]) for one in house.backend.rated] == [("222", 5)]


async def test_a_worker_who_is_named_tells_the_order(house: House) -> None:
    await rate(house, "小梅给四颗星")
    assert house.backend.rated[0]["order"] == "111"


async def test_stars_said_again_after_a_rating_are_kept_once_more(house: House) -> None:
    await rate(house, "昨天洗澡的给五颗星")
    assert keys(await house.say("五粒星啦，后摆犹原叫伊来"))[0] == "utter_rating_kept_stars"
    assert {one["order"] for one in house.backend.rated} == {"222"}


async def test_a_wish_beside_stars_is_no_second_rating(house: House) -> None:
    await rate(house, "昨天洗澡的给五颗星")
    await house.say("五星的那个，明天再来洗一次澡")
    assert len(house.backend.rated) == 1


async def test_praise_alone_asks_for_the_stars_and_is_kept_already(house: House) -> None:
    assert keys(await house.say("昨天来打扫的阿姨手脚麻利得很")) == ["utter_rating_stars"]
    assert house.rasa.heard == []
    assert house.backend.rated[0]["stars"] is None
    assert keys(await house.say("五个")) == ["utter_rating_kept_stars", "utter_anything_else"]
    assert [one["stars"] for one in house.backend.rated] == [None, 5]


async def test_a_bad_one_is_asked_for_its_reason_once(house: House) -> None:
    assert await rate(house, "给一颗星") == ["utter_rating_why"]
    assert keys(await house.say("水是凉的，还多收钱")) == [
        "utter_rating_followed_up",
        "utter_anything_else",
    ]
    assert [one["bad"] for one in house.backend.rated] == [True, True]


async def test_a_reason_that_is_given_is_not_asked_for(house: House) -> None:
    said = await rate(house, "昨天打扫的敷衍得很，二十分钟就走了，一颗星")
    assert said[0] == "utter_rating_followed_up"


async def test_without_an_order_lately_people_hear_of_it(house: House) -> None:
    house.backend.finished = [order("333", "cleaning", LONG_AGO)]
    assert await rate(house, "给五颗星") == ["utter_rating_heard", "utter_anything_else"]
    assert [one["reason"] for one in house.backend.handoffs] == ["rating"]
    assert house.backend.rated == []


async def test_praise_without_an_order_is_left_to_the_mind(house: House) -> None:
    house.backend.finished = []
    assert keys(await house.say("昨天来打扫的阿姨手脚麻利得很")) == ["utter_x"]


async def test_with_the_backend_down_nothing_is_said_to_be_kept(house: House) -> None:
    await house.say("昨天来打扫的阿姨手脚麻利得很")
    house.backend.down = True
    assert keys(await house.say("五个")) == ["utter_rating_not_kept", "utter_anything_else"]
