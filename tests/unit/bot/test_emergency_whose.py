"""Who cries for help unknown is asked who it is once, after people were sent for."""

import pytest

from backend.client import Conversation
from tests.unit.bot.house import CRY, House, keys

pytestmark = pytest.mark.unit

WHO = "utter_emergency_who"


@pytest.fixture
def stranger() -> House:
    house = House()
    house.backend.opened = Conversation("c")
    return house


async def test_where_comes_first_then_who_and_neither_twice(stranger: House) -> None:
    said = [keys(await stranger.say(text)) for text in (CRY, "和平路十八号", "林秀英", "快点")]
    assert said[0][-1] == "utter_emergency_where"
    assert said[1][-1] == WHO
    assert not any(WHO in line for line in said[2:])
    assert stranger.raised[1]["location"] == "和平路十八号"


async def test_what_was_said_before_goes_after_the_cry(stranger: House) -> None:
    await stranger.say("我是林秀英隔壁的")
    await stranger.say(CRY)
    assert [one["text"] for one in stranger.raised] == [CRY, "我是林秀英隔壁的"]


async def test_who_it_is_told_about_is_said_once_it_is_known(stranger: House) -> None:
    await stranger.say(CRY)
    await stranger.say("和平路十八号")
    stranger.backend.owner = "e1"
    said = [keys(await stranger.say(text)) for text in ("林秀英", "快点来")]
    assert [line.count("utter_emergency_told") for line in said] == [1, 0]


async def test_who_hides_from_somebody_is_not_made_to_talk(stranger: House) -> None:
    await stranger.say("救命啊有人撬门进来了拿着刀")
    assert WHO not in keys(await stranger.say("和平路十八号"))


async def test_a_known_elder_is_never_asked(house: House) -> None:
    for text in (CRY, "腿疼得很", "好冷"):
        assert WHO not in keys(await house.say(text))
