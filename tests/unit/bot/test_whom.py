"""A relative of several elders: for whom something is wanted is asked once, and kept."""

import pytest

from backend.client import Caller, Conversation, Elder
from bot.sentences import Reply
from tests.unit.bot.fakes import ELDER
from tests.unit.bot.house import House, keys

pytestmark = pytest.mark.unit

MOTHER = Elder(id="e1", name="林秀英", gender="女", bond="女儿", address="和平路18号302")
FATHER = Elder(id="e2", name="陈大福", gender="男", bond="女儿", address="中山路5号")
ASKS = [Reply("给哪位老人？", key="utter_ask_which_elder", ask="person")]


@pytest.fixture
def house() -> House:
    found = House()
    found.backend.opened = Conversation("c", caller=Caller("family"), elders=(MOTHER, FATHER))
    return found


def told(house: House) -> list[tuple[str, str | None]]:
    """What Rasa was asked, and for which elder."""
    return [(text, (facts["elder"] or {}).get("name")) for _, text, facts in house.rasa.heard]


async def test_whom_it_is_for_is_asked_with_names_and_the_line_is_served_then(house: House):
    house.rasa.replies = [ASKS]
    (asked,) = await house.say("订个送餐")
    assert asked.text == "给哪位老人？林秀英，还是陈大福？"
    assert asked.quick_replies == ("林秀英", "陈大福")
    await house.say("林秀英")
    await house.say("明天中午")
    assert told(house) == [("订个送餐", None), ("订个送餐", "林秀英"), ("明天中午", "林秀英")]


async def test_more_than_a_name_in_the_answer_counts_too(house: House):
    house.rasa.replies = [ASKS]
    await house.say("订个送餐")
    await house.say("给我爸订，明天中午送")
    assert told(house)[-1] == ("订个送餐，给我爸订，明天中午送", "陈大福")


async def test_who_is_named_at_once_is_not_asked_for(house: House):
    await house.say("给我爸订个送餐")
    assert told(house) == [("给我爸订个送餐", "陈大福")]


async def test_an_answer_nobody_understands_is_asked_for_once_more(house: House):
    unclear = [Reply("我没听明白", key="utter_not_understood_1")]
    house.rasa.replies = [ASKS, unclear, unclear]
    await house.say("订个送餐")
    assert keys(await house.say("嗯嗯呐")) == ["utter_ask_which_elder"]
    assert keys(await house.say("嗯嗯呐")) == ["utter_not_understood_1"]


async def test_another_wish_instead_of_an_answer_is_served(house: House):
    house.rasa.replies = [ASKS, [Reply("我让人给您回电话。", key="utter_handoff")]]
    await house.say("订个送餐")
    assert keys(await house.say("转人工")) == ["utter_handoff"]
    await house.say("我妈")
    assert told(house)[-1] == ("我妈", "林秀英")


async def test_in_the_middle_of_a_question_another_elder_is_only_spoken_of(house: House):
    house.rasa.replies = [[Reply("哪天？", key="utter_ask_date", ask="date")]]
    await house.say("给我妈订送餐")
    await house.say("我爸那天也在，后天吧")
    assert told(house)[-1][1] == "林秀英"
    await house.say("再给我爸订一份")
    assert told(house)[-1][1] == "陈大福"


async def test_a_cry_is_for_the_one_who_is_named(house: House):
    await house.mind.begin("c", channel="phone", phone="13800001001")
    await house.say("我妈摔倒了起不来，快来人")
    assert house.raised[0]["elder_id"] == "e1"


async def test_a_first_line_that_is_a_cry_waits_for_nobody_and_then_says_whose_it_is(house: House):
    await house.say("我妈摔倒了起不来，快来人")
    assert [one["elder_id"] for one in house.raised] == [None, "e1"]


async def test_an_elder_who_cares_for_another_orders_for_both(house: House):
    spouse = Elder(id="e2", name="陈大福", gender="男", bond="老伴")
    house.backend.opened = Conversation("c", caller=Caller("elder"), elder=ELDER, elders=(spouse,))
    await house.say("给我订个送餐")
    await house.say("给我老伴也订一份")
    await house.say("给我自己再订一份")
    assert [name for _, name in told(house)] == ["林秀英", "陈大福", "林秀英"]
    roles = [facts["role"] for _, _, facts in house.rasa.heard]
    assert roles == ["elder", "family", "elder"]
