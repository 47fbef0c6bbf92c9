"""What old people are entitled to, from the first question on: assessed, applied for, approved."""

from __future__ import annotations

import pytest

from .helpers import Family, House, new_number

pytestmark = [
    pytest.mark.integration,
    pytest.mark.rasa,
    pytest.mark.asyncio(loop_scope="session"),
]

ANSWERS = (
    "能吃，就是手抖要人夹菜",
    "洗澡要人帮",
    "自己来",
    "扣子扣不上",
    "管得住",
    "偶尔来不及",
    "要人扶一把",
    "拉我一把就行",
    "拄着拐棍走",
    "拉着栏杆慢慢上",
)
POINTS = (5, 0, 5, 5, 10, 5, 5, 10, 10, 5)


async def yuquan(house: House) -> Family:
    """An elder of 玉泉 who is new in the register."""
    phone = new_number()
    elder = await house.backend.create_elder(
        "那顺",
        phone=phone,
        address="呼和浩特市玉泉区小黑河镇西二道河村8号",
        locality="呼和浩特玉泉",
    )
    return Family(elder, phone)


async def test_whom_nobody_knows_is_not_assessed_and_gets_a_person(house: House):
    stranger = house.call(None)
    said = await stranger.say("给我做个能力评估")
    assert said.handoff
    assert "吃饭" not in said.text


async def test_in_between_a_person_is_one_word_away(house: House, family: Family):
    elder = house.call(family.phone)
    await elder.says("我想做个能力评估", "能吃")
    assert (await elder.say("转人工")).handoff


async def test_told_by_phone_left_and_told_to_the_end_in_a_chat(house: House, family: Family):
    call = house.call(family.phone)
    assert "吃饭" in (await call.say("给我做个能力评估吧")).text
    await call.says(*ANSWERS[:3])
    left = await call.say("累了，下回再说")
    assert "记下" in left.text
    chat = house.call(family.phone, channel="web")
    said = await chat.say("接着做评估")
    assert "穿衣" in said.text
    assert "吃饭" not in said.text
    for answer in ANSWERS[3:]:
        said = await chat.say(answer)
    assert "评估员" in said.text
    assert not any(word in said.text for word in ("分", "受损", "重度", "中度", "轻度"))
    (found,) = await house.backend.assessments(elder_id=family.elder.id)
    assert found.status == "waiting"
    assert tuple(found.answers.values()) == POINTS
    assert await house.orders(family.phone) == [], "help in the bath was told of, not ordered"
    again = await house.call(family.phone).say("给我做个能力评估")
    assert "等评估员" in again.text


async def test_from_the_first_question_by_way_of_a_correction_to_the_approval(house: House):
    family = await yuquan(house)
    elder = house.call(family.phone)
    said = await elder.say("我七十六了一个人住，瘫在床上，能申请上门服务吗")
    for answer in ("户口在玉泉", "一直住在玉泉", "没住养老院", "没有长护险"):
        if "申请" in said.text and said.ask in ("other", "menu") and "可以申请" in said.text:
            break
        said = await elder.say(answer)
    offered = await elder.say("那给我申请吧")
    assert offered.ask == "confirm"
    filed = await elder.say("好")
    (row,) = await house.backend.applications(elder_id=family.elder.id)
    assert row.number in filed.text
    assert row.scheme == "yuquan.visit"
    back = {"by": "王主任", "post": "community", "decision": "return", "comment": "缺承诺书"}
    await house.backend.decide_application(row.id, **back)
    later = house.call(family.phone)
    asked = await later.say("我的申请到哪一步了")
    assert "缺承诺书" in asked.text
    assert asked.ask == "confirm"
    await later.say("补好了，再交吧")
    for post in ("community", "street", "county"):
        (row,) = await house.backend.applications(elder_id=family.elder.id)
        assert row.status == "open"
        await house.backend.decide_application(row.id, by="王主任", post=post, decision="pass")
    told = await house.call(family.phone).say("我的申请批下来没有")
    assert "已经批准" in told.text


async def test_nobody_applies_for_what_another_place_gives(house: House, family: Family):
    elder = house.call(family.phone)
    said = await elder.says("我要申请龙岩的线上呼叫服务", "好")
    assert await house.backend.applications(elder_id=family.elder.id) == []
    assert "给您填好了" not in said.text
