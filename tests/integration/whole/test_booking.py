"""Typed conversations that end in an order, or in none."""

import asyncio

import httpx
import pytest

from anban import wiring

from .helpers import NOW, TOMORROW, Family, House, new_number

pytestmark = [
    pytest.mark.integration,
    pytest.mark.rasa,
    pytest.mark.asyncio(loop_scope="session"),
]


async def test_a_booking_in_several_turns_leaves_one_order_and_the_family_is_told(
    house: House, family: Family
):
    elder = house.call(family.phone)
    greeting = await elder.say("")
    assert "林秀英" in greeting.text
    assert (await elder.say("我想找个人来家里打扫卫生")).ask == "date"
    assert (await elder.say("明天")).ask == "time"
    read_back = await elder.say("上午九点")
    assert read_back.ask == "confirm"
    assert "打扫卫生" in read_back.text
    assert "上午9点" in read_back.text
    assert "和平小区" in read_back.text
    assert await house.orders(family.phone) == [], "nothing is written before the yes"

    booked = await elder.say("对")
    (order,) = await house.orders(family.phone)
    assert booked.order == order.number
    assert order.number in booked.text
    assert "女儿" in booked.text
    assert (order.service, order.date, order.time) == ("cleaning", TOMORROW, "09:00")
    assert order.status in ("placed", "confirmed")
    assert order.address == family.elder.address

    (notice,) = await house.delivered(family.elder, "order_booked")
    assert notice.status == "delivered"
    assert notice.order_id == order.id
    assert notice.deliveries[-1].receipt
    (kept,) = await house.received(family.elder)
    assert kept["receipt"] == notice.deliveries[-1].receipt
    assert kept["notice"]["text"]


async def test_the_next_conversation_greets_by_name_and_knows_the_order(
    house: House, family: Family
):
    first = house.call(family.phone)
    number = (await first.says("我要订明天上午九点打扫卫生", "对")).order
    assert number
    again = house.call(family.phone)
    greeting = await again.say("")
    assert "林秀英" in greeting.text
    assert greeting.ask == "menu", "nothing unfinished is offered"
    known = await again.say("我订的打扫是什么时候")
    assert "打扫卫生" in known.text
    assert "上午9点" in known.text
    assert number in known.text


async def test_a_correction_before_the_yes_is_what_gets_written(house: House, family: Family):
    elder = house.call(family.phone)
    await elder.say("我要订明天上午九点打扫卫生")
    corrected = await elder.say("不对，改成后天下午三点")
    assert corrected.ask == "confirm"
    assert await house.orders(family.phone) == []
    await elder.say("对")
    (order,) = await house.orders(family.phone)
    assert (order.date, order.time) == ("2026-03-06", "15:00")


@pytest.mark.parametrize("words", ["不要了", "不订了", "算了，不订了"])
async def test_giving_up_leaves_nothing(house: House, family: Family, words: str):
    elder = house.call(family.phone)
    await elder.say("我要订明天上午九点打扫卫生")
    dropped = await elder.say(words)
    if dropped.ask == "other":  # 哪里要改？
        dropped = await elder.say(words)
    assert "不订了" in dropped.text
    assert await house.emergencies(family.phone) == []
    assert await house.orders(family.phone) == []
    assert "没订完" not in (await house.call(family.phone).say("")).text


@pytest.mark.parametrize("end", ["hung up", "said goodbye"])
async def test_a_booking_broken_off_is_offered_again_and_a_yes_orders_it(
    house: House, family: Family, end: str
):
    if end == "hung up":
        await hung_up_in_the_middle(house, family.phone)
    else:
        kept = await house.call(family.phone).says("我想找人打扫卫生", "明天", "再见")
        assert "记着" in kept.text
    again = house.call(family.phone)
    offer = await again.say("")
    assert "还没订完" in offer.text
    assert "打扫卫生" in offer.text
    assert offer.ask == "confirm"
    assert await house.orders(family.phone) == []
    assert (await again.say("好")).ask == "time", "what was said before is not asked again"
    assert (await again.say("上午九点")).ask == "confirm"
    assert (await again.say("对")).order
    (order,) = await house.orders(family.phone)
    assert (order.service, order.date, order.time) == ("cleaning", TOMORROW, "09:00")
    assert "没订完" not in (await house.call(family.phone).say("")).text


async def test_an_unfinished_booking_that_is_declined_is_gone(house: House, family: Family):
    await hung_up_in_the_middle(house, family.phone)
    again = house.call(family.phone)
    assert "还没订完" in (await again.say("")).text
    assert "不订了" in (await again.say("不用了")).text
    third = await house.call(family.phone).say("")
    assert "没订完" not in third.text
    assert await house.orders(family.phone) == []


async def test_an_unfinished_booking_is_nobody_elses(house: House, family: Family):
    await hung_up_in_the_middle(house, family.phone)
    other = await house.family()
    assert "没订完" not in (await house.call(other.phone).say("")).text
    assert "没订完" not in (await house.call(None).say("")).text


async def hung_up_in_the_middle(house: House, phone: str) -> None:
    """Two turns of a booking, then the line goes dead."""
    mind = wiring.dialogue(house.stage.settings)
    now = wiring.clock().fromisoformat(NOW)
    call = house.call(phone).conversation
    try:
        await mind.begin(call, channel="phone", phone=phone, now=now)
        for line in ("我想找人打扫卫生", "明天"):
            await mind.say(call, line, channel="phone", phone=phone, now=now)
        await mind.end(call, "hangup")
    finally:
        await mind.close()


async def test_an_unknown_number_is_asked_for_what_is_missing_and_can_book(house: House):
    phone = new_number()
    stranger = house.call(phone)
    greeting = await stranger.say("")
    assert "林秀英" not in greeting.text
    answers = {
        "service": "打扫卫生",
        "date": "明天",
        "time": "上午九点",
        "address": "福康县西城街道和平小区3号楼101",
        "person": "我叫王德福",
        "name": "我叫王德福",
        "phone": phone,
    }
    said = await stranger.say("我想找人打扫卫生")
    asked = []
    while said.ask != "confirm" and len(asked) < 8:
        assert said.ask in answers, said
        asked.append(said.ask)
        said = await stranger.say(answers[said.ask])
    assert "address" in asked
    assert {"person", "name"} & set(asked)
    assert said.ask == "confirm"
    assert "3号楼101" in said.text
    booked = await stranger.say("对")
    assert booked.order
    assert "通知" not in booked.text, "nobody is told, so nobody is promised"
    (order,) = await house.orders(phone)
    assert order.number == booked.order
    assert "3号楼101" in (order.address or "")
    assert "王德福" in (order.person or "")


async def test_a_withheld_number_is_served_and_asked_for_one(house: House):
    stranger = house.call(None)
    answers = {"address": "福康县西城街道和平小区3号楼101", "person": "我叫王德福"}
    said = await stranger.say("我想订明天上午九点打扫卫生")
    asked = []
    while said.ask in answers:
        asked.append(said.ask)
        said = await stranger.say(answers[said.ask])
    assert said.ask == "phone"
    assert "address" in asked
    phone = new_number()
    assert (await stranger.say(phone)).ask == "confirm"
    assert (await stranger.say("对")).order
    assert len(await house.orders(phone)) == 1


async def test_the_same_yes_sent_twice_at_once_leaves_one_order(house: House, family: Family):
    elder = house.call(family.phone)
    assert (await elder.say("我要订明天上午九点打扫卫生")).ask == "confirm"
    answers = await asyncio.gather(*(elder.say("对") for _ in range(3)))
    numbers = {said.order for said in answers if said.order}
    (order,) = await house.orders(family.phone)
    assert numbers == {order.number}
    assert len(await house.delivered(family.elder, "order_booked")) == 1


async def test_a_lost_answer_and_a_second_yes_leave_one_order(house: House, family: Family):
    elder = house.call(family.phone)
    assert (await elder.say("我要订明天上午九点打扫卫生")).ask == "confirm"
    with pytest.raises(httpx.ReadTimeout):
        await house.http.post(
            "/v1/chat", json=elder.body("对"), timeout=httpx.Timeout(5, read=0.001)
        )
    await elder.say("对")
    assert len(await house.orders(family.phone)) == 1


async def test_the_same_request_sent_five_times_at_once_is_one_order(house: House, family: Family):
    body = {
        "conversation": house.call(None).conversation,
        "service": "meals",
        "date": TOMORROW,
        "time": "noon",
        "elder_id": family.elder.id,
    }
    headers = {"Idempotency-Key": body["conversation"], "X-Anban-Now": NOW}
    answers = await asyncio.gather(
        *(house.http.post("/v1/orders", json=body, headers=headers) for _ in range(5))
    )
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert len(await house.orders(family.phone)) == 1


async def test_a_pain_told_with_a_wish_does_not_come_up_again_as_danger(
    house: House, family: Family
):
    elder = house.call(family.phone)
    await elder.says("涯煮唔得饭哩手骨痛汝等送碗饭分涯食", "天光日", "昼边十一点半")
    placed = await elder.say("系啊冇错")
    assert placed.order
    assert "危险" not in placed.text
