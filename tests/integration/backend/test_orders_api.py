import asyncio

import httpx
import pytest

from anban.errors import Conflict, NotFound, Rejected
from backend.client import BackendClient, Elder

from .conftest import NOW

pytestmark = pytest.mark.integration

ORDER = {
    "conversation": "call-1",
    "service": "cleaning",
    "date": "2026-03-05",
    "time": "14:00",
}


async def test_an_order_needs_an_idempotency_key(http: httpx.AsyncClient, elder: Elder):
    answer = await http.post("/v1/orders", json={**ORDER, "elder_id": elder.id})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["field"] == "Idempotency-Key"
    assert "应" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"service": "karaoke"}, "service"),
        ({"date": "2026-02-30"}, "date"),
        ({"date": "明天"}, "date"),
        ({"date": "2026-03-03"}, "date"),
        ({"date": "2026-03-04", "time": "09:00"}, "time"),
        ({"date": "2026-03-04", "time": "下午"}, "time"),
        ({"time": "25:00"}, "time"),
        ({"address": "长" * 201}, "address"),
        ({"address": " "}, "address"),
        ({"recurring": "every monday"}, "recurring"),
        ({"conversation": ""}, "conversation"),
        ({"ordered_by": "nobody"}, "ordered_by"),
        ({"elder_id": None}, "elder_id"),
        ({"elder_id": None, "phone": "12"}, "phone"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_written(
    http: httpx.AsyncClient, client: BackendClient, elder: Elder, change: dict, field: str
):
    body = {**ORDER, "elder_id": elder.id, **change}
    answer = await http.post("/v1/orders", json=body, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"] == field
    assert await client.orders() == []


async def test_an_unknown_elder_is_not_found(client: BackendClient):
    with pytest.raises(NotFound):
        await client.place_order("k", **ORDER, elder_id="nobody", now=NOW)


async def test_the_same_request_sent_twenty_times_at_once_is_one_order(
    client: BackendClient, elder: Elder
):
    placed = await asyncio.gather(
        *(client.place_order("same", **ORDER, elder_id=elder.id, now=NOW) for _ in range(20))
    )
    assert len({order.number for order in placed}) == 1
    assert len(await client.orders(elder_id=elder.id)) == 1


async def test_the_same_key_with_other_content_is_a_conflict(client: BackendClient, elder: Elder):
    await client.place_order("k", **ORDER, elder_id=elder.id, now=NOW)
    with pytest.raises(Conflict):
        await client.place_order("k", **{**ORDER, "time": "15:00"}, elder_id=elder.id, now=NOW)


async def test_an_order_is_confirmed_at_the_registered_address_with_a_speakable_number(
    client: BackendClient, elder: Elder
):
    order = await client.place_order("k", **ORDER, elder_id=elder.id, now=NOW)
    assert (order.status, order.date, order.time) == ("confirmed", "2026-03-05", "14:00")
    assert order.address == elder.address
    assert set(order.number) <= set("0234568")
    assert order.notices == ()
    assert (await client.order(order.number)).id == order.id


async def test_a_repeat_answers_200_and_names_the_same_notices(
    http: httpx.AsyncClient, client: BackendClient, elder: Elder
):
    await _daughter(client, elder)
    headers = {"Idempotency-Key": "k"}
    first = await http.post("/v1/orders", json={**ORDER, "elder_id": elder.id}, headers=headers)
    again = await http.post("/v1/orders", json={**ORDER, "elder_id": elder.id}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert len(first.json()["notices"]) == 1


async def test_an_unknown_caller_gets_an_unverified_record_once(client: BackendClient):
    first = await client.place_order(
        "a", **ORDER, phone="13900001111", name="老张", address="某路1号", now=NOW
    )
    second = await client.place_order(
        "b", **{**ORDER, "date": "2026-03-06"}, phone="139 0000 1111", address="某路1号", now=NOW
    )
    assert first.elder_id == second.elder_id
    assert (await client.elder(first.elder_id)).verified is False


async def test_a_moved_order_is_confirmed_at_its_new_time_and_the_family_is_told(
    client: BackendClient, elder: Elder
):
    await _daughter(client, elder)
    order = await client.place_order("k", **ORDER, elder_id=elder.id, now=NOW)
    moved = await client.change_order("m", order.number, date="2026-03-06", time="09:30", now=NOW)
    assert (moved.status, moved.date, moved.time) == ("confirmed", "2026-03-06", "09:30")
    assert [notice.event for notice in moved.notices] == ["order_moved"]
    assert "3月6日星期五09:30" in moved.notices[0].text
    assert order.number in moved.notices[0].text


async def test_a_cancelled_order_stays_cancelled(client: BackendClient, elder: Elder):
    order = await client.place_order("k", **ORDER, elder_id=elder.id, now=NOW)
    cancelled = await client.change_order("c", order.id, status="cancelled", now=NOW)
    assert cancelled.status == "cancelled"
    with pytest.raises(Conflict):
        await client.change_order("m", order.id, time="10:00", now=NOW)
    with pytest.raises(Rejected) as refused:
        await client.change_order("x", order.id, status="lost", now=NOW)
    assert refused.value.field == "status"


async def test_who_orders_is_not_told_of_their_own_order_but_the_others_are(
    client: BackendClient, elder: Elder
):
    daughter = await _daughter(client, elder)
    son = await client.create_family_member(elder.id, name="小弟", relation="儿子")
    await client.create_contact("webhook", "http://127.0.0.1:9/", family_member_id=son.id)
    neighbour = await client.create_family_member(elder.id, relation="邻居", role="neighbour")
    await client.create_contact("webhook", "http://127.0.0.1:9/", family_member_id=neighbour.id)
    talk = await client.open_conversation("call-1", "wechat", phone="13800002001", now=NOW)
    assert (talk.caller.role, talk.caller.family_member_id) == ("family", daughter)
    order = await client.place_order("k", **ORDER, now=NOW)
    assert order.elder_id == elder.id
    assert [notice.recipient for notice in order.notices] == ["儿子"]


async def test_a_contact_without_a_sender_is_recorded_as_not_told(
    client: BackendClient, elder: Elder
):
    member = await client.create_family_member(elder.id, relation="女儿")
    await client.create_contact("sms", "13800002001", family_member_id=member.id)
    order = await client.place_order("k", **ORDER, elder_id=elder.id, now=NOW)
    notice = await client.notice(order.notices[0].id)
    assert notice.status == "failed"
    assert "sms" in (notice.deliveries[0].error or "")


async def _daughter(client: BackendClient, elder: Elder) -> str:
    member = await client.create_family_member(
        elder.id, name="小妹", relation="女儿", phone="13800002001"
    )
    await client.create_contact("webhook", "http://127.0.0.1:9/", family_member_id=member.id)
    return member.id
