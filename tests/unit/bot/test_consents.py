"""What an elder lets the family know is asked for, told, taken back and given by a word."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from backend.client import Caller, Code, Conversation, Elder, FamilyMember
from bot.consents import at_binding, kinds_in
from bot.sentences import Reply
from tests.unit.bot.fakes import ELDER, NOW, FakeBackend
from tests.unit.bot.house import House, keys

pytestmark = pytest.mark.unit

DAUGHTER = FamilyMember("m1", "e1", "陈小梅", "女儿", consents=("orders", "state"))
SON = FamilyMember("m2", "e1", "陈小军", "儿子", consents=("orders", "state", "location"))
NEIGHBOUR = FamilyMember("m3", "e1", "黄阿姨", "邻居", role="neighbour")


@dataclass
class FamilyBackend(FakeBackend):
    """Keeps what relatives may know."""

    family: dict[str, FamilyMember] = field(
        default_factory=lambda: {one.id: one for one in (DAUGHTER, SON, NEIGHBOUR)}
    )
    ways: list[str] = field(default_factory=list)
    codes: list[tuple[str, ...]] = field(default_factory=list)

    async def family_members(self, *, elder_id: str) -> list[FamilyMember]:
        await self._up()
        return list(self.family.values())

    async def change_consents(self, member: str, consents: Any, *, way: str, by: str) -> None:
        await self._up()
        self.family[member] = replace(self.family[member], consents=tuple(consents))
        self.ways.append(way)

    async def binding_code(self, elder_id: str, *, consents: Any, now: Any) -> Code:
        await self._up()
        self.codes.append(tuple(consents))
        return Code("345820", NOW)


@pytest.fixture
def house() -> House:
    found = House()
    backend = FamilyBackend()
    found.backend = backend
    found.mind._backend = found.mind._consents._backend = backend  # type: ignore[assignment]
    return found


async def test_who_may_know_what_is_told(house: House):
    told = await house.say("谁能看到我的情况啊")
    assert [one.text for one in told] == [
        "女儿陈小梅能知道您订的服务、每天的平安。",
        "儿子陈小军能知道您订的服务、每天的平安、位置。",
        "邻居黄阿姨只有急事才知道。",
        "不想让谁知道哪样，跟我说一声就行。",
    ]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("别让我儿子知道我的位置", ("orders", "state")),
        ("不要再让陈小军看我在哪里", ("orders", "state")),
        ("我不想让儿子晓得我每天平不平安", ("orders", "location")),
        ("什么都不要让我儿子知道", ()),
    ],
)
async def test_what_is_taken_back_is_taken_back_at_once(
    house: House, line: str, left: tuple[str, ...]
):
    assert keys(await house.say(line, channel="wechat")) == ["utter_consent_taken"]
    assert house.backend.family["m2"].consents == left
    assert house.backend.ways == ["wechat"]


async def test_what_is_given_is_asked_about_first(house: House):
    (asked,) = await house.say("让我女儿也知道我的健康情况")
    assert (asked.text, asked.ask) == ("让女儿陈小梅知道您健康情况，对吗？", "confirm")
    assert house.backend.family["m1"].consents == ("orders", "state")
    assert keys(await house.say("对")) == ["utter_consent_given"]
    assert house.backend.family["m1"].consents == ("orders", "state", "health")


async def test_a_no_and_anything_else_give_nothing(house: House):
    for answer in ("不对", "我要订送餐"):
        await house.say("让我女儿也知道我的健康情况")
        await house.say(answer)
        await house.say("对")
    assert house.backend.family["m1"].consents == ("orders", "state")


async def test_who_is_meant_is_asked_where_it_is_not_clear(house: House):
    house.backend.family["m4"] = FamilyMember("m4", "e1", "陈小兰", "女儿")
    (asked,) = await house.say("别让我女儿知道我的位置")
    assert asked.key == "utter_consent_who"
    assert "女儿陈小兰" in asked.text


@pytest.mark.parametrize(
    "line",
    ["给我儿子订个送餐", "带我女儿去看病", "我女儿在哪里上班你知道吗", "不要给我儿子打电话"],
)
async def test_other_lines_are_left_to_the_dialogue(house: House, line: str):
    await house.say(line)
    assert [text for _, text, _ in house.rasa.heard] == [line]
    assert house.backend.ways == []


async def test_a_relative_changes_nothing_and_hears_what_they_may_know(house: House):
    elder = Elder("e1", "林秀英", bond="女儿", consents=("orders", "state"))
    house.backend.opened = Conversation("c", Caller("family"), elder=elder, elders=(elder,))
    await house.say("让我知道我妈的位置")
    assert house.backend.ways == []
    (told,) = await house.say("我能看什么")
    assert told.text == "您能知道林秀英订的服务、每天的平安。"


async def test_what_is_not_kept_is_not_promised(house: House):
    await house.say("你好")
    house.backend.down = True
    assert keys(await house.say("别让我儿子知道我的位置")) == ["utter_consent_not_kept"]


@pytest.mark.parametrize(
    ("answer", "opened"),
    [
        ("好，也给看", ("orders", "state", "location", "health")),
        ("不给看", ("orders", "state")),
        ("不用了", ("orders", "state")),
        ("健康可以，位置不要", None),
        ("位置给看", ("orders", "state", "location")),
        ("只给看订单", ("orders",)),
        ("平安也不要给看", ("orders",)),
        ("什么", None),
    ],
)
def test_the_answer_at_binding_says_what_the_number_opens(answer: str, opened: Any):
    found = at_binding(answer, "confirm")
    if answer == "健康可以，位置不要":
        assert "location" not in (found or ())
    else:
        assert found == opened


async def test_the_number_is_given_once_it_is_said_what_it_opens(house: House):
    question = Reply("也给看吗？", key="utter_bind_consents", ask="confirm", offer="consents")
    house.rasa.replies = [[question]]
    await house.say("我要给女儿绑定微信")
    told = await house.say("不给看")
    assert keys(told) == ["utter_bind_code", "utter_bind_pass_on"]
    assert "345820" in told[0].text
    assert house.backend.codes == [("orders", "state")]


async def test_without_the_backend_no_number_is_given_and_a_person_is_offered(house: House):
    question = Reply("也给看吗？", key="utter_bind_consents", ask="confirm", offer="consents")
    house.rasa.replies = [[question]]
    await house.say("我要给女儿绑定微信")
    house.backend.down = True
    assert keys(await house.say("好"))[0] == "utter_bind_not_now"


def test_all_kinds_are_named_by_one_word():
    assert kinds_in("什么都") == ("orders", "state", "location", "health")
    assert kinds_in("你好") == ()
    assert ELDER.consents == ()
