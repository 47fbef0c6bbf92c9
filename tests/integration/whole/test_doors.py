"""Every door refuses the wrong token, and odd input hurts nobody."""

import httpx
import pytest

from .helpers import Family, House

pytestmark = [
    pytest.mark.integration,
    pytest.mark.rasa,
    pytest.mark.asyncio(loop_scope="session"),
]

WRONG = {"Authorization": "Bearer wrong"}


@pytest.mark.parametrize(
    "path",
    [
        "/v1/elders",
        "/v1/family-members",
        "/v1/orders",
        "/v1/emergencies",
        "/v1/notices",
        "/v1/handoffs",
        "/v1/providers",
        "/v1/contacts",
    ],
)
@pytest.mark.parametrize("headers", [{}, WRONG], ids=["none", "wrong"])
async def test_the_service_api_lets_nobody_in_without_its_token(
    house: House, path: str, headers: dict[str, str]
):
    async with httpx.AsyncClient(base_url=house.stage.settings.backend_url) as http:
        answer = await http.get(path, headers=headers)
    assert answer.status_code == 401
    assert "令牌" in answer.json()["detail"]


async def test_an_emergency_cannot_be_closed_without_the_token(house: House, family: Family):
    await house.call(family.phone).say("救命啊，我摔倒了起不来")
    (emergency,) = await house.emergencies(family.phone)
    async with httpx.AsyncClient(base_url=house.stage.settings.backend_url) as http:
        answer = await http.post(
            f"/v1/emergencies/{emergency.id}/close",
            json={"by": "x", "outcome": "closed"},
            headers=WRONG,
        )
    assert answer.status_code == 401
    assert (await house.backend.emergency(emergency.id)).status == "open"


async def test_chat_refuses_a_wrong_token_and_a_stranger_who_names_a_number(
    house: House, family: Family
):
    body = house.call(family.phone).body("我要订明天上午九点打扫卫生")
    async with httpx.AsyncClient(base_url=house.stage.settings.backend_url) as http:
        wrong = await http.post("/v1/chat", json=body, headers=WRONG)
        nobody = await http.post("/v1/chat", json=body)
    assert (wrong.status_code, wrong.json()["field"]) == (401, "token")
    assert (nobody.status_code, nobody.json()["field"]) == (403, "phone")


async def test_the_action_server_refuses_a_wrong_token(house: House):
    url = house.stage.settings.actions_url
    call = {"next_action": "action_goodbye", "sender_id": "x", "tracker": {}}
    async with httpx.AsyncClient() as http:
        none = await http.post(url, json=call)
        wrong = await http.post(url, params={"token": "wrong"}, json=call)
    assert (none.status_code, wrong.status_code) == (401, 401)
    assert wrong.json()["error"] == "wrong token"


async def test_rasas_doors_refuse_a_wrong_token(house: House):
    body = {"sender": "x", "message": "你好", "metadata": {}}
    async with httpx.AsyncClient(base_url=house.stage.settings.rasa_url) as http:
        none = await http.post("/webhooks/anban/webhook", json=body)
        wrong = await http.post("/webhooks/anban/webhook", json=body, headers=WRONG)
        inner = await http.get("/conversations/x/tracker", params={"token": "wrong"})
        rest = await http.post("/webhooks/rest/webhook", json=body)
    assert (none.status_code, wrong.status_code, inner.status_code) == (401, 401, 401)
    assert "token" in wrong.json()["detail"]
    assert rest.status_code == 404, "Rasa's open channel must not be there"


async def test_ten_thousand_characters_are_answered_and_the_next_turn_is_well(
    house: House, family: Family
):
    elder = house.call(family.phone)
    long = await elder.say("我想跟你说说我家里的事" * 910)
    assert "太长" in long.text
    assert (await elder.say("我要订明天上午九点打扫卫生")).ask == "confirm"
    assert (await elder.say("对")).order
    assert len(await house.orders(family.phone)) == 1


async def test_ten_thousand_characters_in_a_booking_do_not_lose_it(house: House, family: Family):
    elder = house.call(family.phone)
    await elder.says("我想找人打扫卫生", "明天")
    await elder.say("啊" * 10_000)
    said = await elder.say("上午九点")
    assert said.ask == "confirm"
    assert "打扫卫生" in said.text


async def test_a_cry_at_the_end_of_ten_thousand_characters_is_heard(house: House, family: Family):
    said = await house.call(family.phone).say("哎呀我跟你说" * 1_660 + "救命啊，我摔倒了起不来")
    assert said.replies[0]["emergency"]
    assert len(await house.emergencies(family.phone)) == 1


async def test_more_than_a_message_may_hold_is_refused_by_name(house: House, family: Family):
    elder = house.call(family.phone)
    answer = await house.http.post("/v1/chat", json=elder.body("啊" * 20_001))
    assert answer.status_code == 422
    assert "text" in answer.text
    assert (await elder.say("我想找人打扫卫生")).ask == "date"


async def test_empty_text_is_silence_and_the_question_stays_open(house: House, family: Family):
    elder = house.call(family.phone)
    await elder.say("我要订明天上午九点打扫卫生")
    silent = await elder.say("")
    assert silent.ask == "confirm"
    assert await house.orders(family.phone) == []
    assert (await elder.say("对")).order


async def test_silence_without_end_calls_a_person_and_is_never_an_emergency(
    house: House, family: Family
):
    elder = house.call(family.phone)
    answers = [await elder.say(text) for text in ("", "", "   ", "", "", "")]
    assert any(said.handoff for said in answers)
    assert len({said.text for said in answers[:4]}) == 4, "not the same words again and again"
    assert await house.emergencies(family.phone) == []
    (ticket,) = await house.backend.handoffs(elder_id=family.elder.id)
    assert ticket.reason == "silence"


@pytest.mark.parametrize("text", ["/restart", "/book", "\x00\x07", "😀😀", "<script>", "{}"])
async def test_odd_text_is_answered_and_the_booking_goes_on(
    house: House, family: Family, text: str
):
    elder = house.call(family.phone)
    await elder.says("我想找人打扫卫生", "明天")
    await elder.say(text)
    assert (await elder.say("上午九点")).ask == "confirm"
