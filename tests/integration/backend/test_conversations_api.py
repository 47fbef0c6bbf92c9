from datetime import timedelta

import httpx
import pytest

from anban.errors import NotFound
from backend.client import BackendClient, Elder, Speaking

from .conftest import NOW

pytestmark = pytest.mark.integration

LATER = NOW + timedelta(minutes=5)
DRAFT = {"service": "meals", "date": "2026-03-05"}


@pytest.mark.parametrize("phone", [None, "", "anonymous", "12", "sip:gibberish@nowhere"])
async def test_a_caller_without_a_usable_number_is_served_as_unknown(
    client: BackendClient, phone: str | None
):
    talk = await client.open_conversation("c1", "phone", phone=phone, now=NOW)
    assert (talk.caller.role, talk.elder, talk.draft) == ("unknown", None, None)


async def test_the_elder_is_known_by_phone_with_open_orders(client: BackendClient, elder: Elder):
    await client.place_order(
        "k",
        conversation="c0",
        service="meals",
        date="2026-03-05",
        time="noon",
        elder_id=elder.id,
        now=NOW,
    )
    talk = await client.open_conversation("c1", "phone", phone="+86 138 0000 1001", now=LATER)
    assert talk.caller.role == "elder"
    assert talk.elder is not None
    assert (talk.elder.name, talk.elder.address) == (elder.name, elder.address)
    assert [order.service for order in talk.open_orders] == ["meals"]
    again = await client.open_conversation("c1", "phone", phone="13800001001", now=LATER)
    assert again == talk


async def test_an_unbound_family_member_is_unknown(client: BackendClient, elder: Elder):
    await client.create_family_member(elder.id, phone="13800002001", bound=False)
    talk = await client.open_conversation("c1", "phone", phone="13800002001", now=NOW)
    assert (talk.caller.role, talk.elder, talk.elders) == ("unknown", None, ())


async def test_a_draft_of_a_broken_call_is_offered_at_the_next_and_then_let_go(
    client: BackendClient, elder: Elder
):
    await client.open_conversation("c1", "phone", phone=elder.phone, now=NOW)
    await client.update_conversation("c1", draft=DRAFT, last_ask="time", now=NOW)
    second = await client.open_conversation("c2", "phone", phone=elder.phone, now=LATER)
    assert second.draft is not None
    assert (second.draft.data, second.draft.last_ask) == (DRAFT, "time")
    repeated = await client.open_conversation("c2", "phone", phone=elder.phone, now=LATER)
    assert repeated.draft == second.draft
    await client.place_order(
        "k", conversation="c2", service="meals", date="2026-03-05", time="noon", now=LATER
    )
    third = await client.open_conversation("c3", "phone", phone=elder.phone, now=LATER)
    assert third.draft is None


async def test_a_draft_is_cleared_by_null_and_forgotten_after_a_week(
    client: BackendClient, elder: Elder
):
    await client.open_conversation("c1", "phone", phone=elder.phone, now=NOW)
    await client.update_conversation("c1", draft=DRAFT, now=NOW)
    await client.end_conversation("c1", "hangup", now=NOW)
    late = await client.open_conversation(
        "c2", "phone", phone=elder.phone, now=NOW + timedelta(days=8)
    )
    assert late.draft is None
    await client.update_conversation("c1", draft=None, now=LATER)
    soon = await client.open_conversation("c3", "phone", phone=elder.phone, now=LATER)
    assert soon.draft is None


async def test_the_draft_of_a_chat_that_is_going_on_is_not_offered_to_a_call(
    client: BackendClient, elder: Elder
):
    await client.open_conversation("w1", "wechat", phone=elder.phone, now=NOW)
    await client.update_conversation("w1", draft=DRAFT, now=NOW)
    call = await client.open_conversation(
        "c1", "phone", phone=elder.phone, now=NOW + timedelta(seconds=20)
    )
    assert call.draft is None


async def test_how_an_elder_likes_to_be_spoken_to_is_remembered(
    client: BackendClient, elder: Elder
):
    await client.open_conversation("c1", "phone", phone=elder.phone, now=NOW)
    await client.update_conversation("c1", speaking=Speaking(rate=0.8, volume=1.5), now=NOW)
    talk = await client.open_conversation("c2", "phone", phone=elder.phone, now=LATER)
    assert talk.speaking == Speaking(rate=0.8, volume=1.5)


async def test_a_conversation_nobody_opened_is_not_found(client: BackendClient):
    with pytest.raises(NotFound):
        await client.update_conversation("nothing/here", summary="…")


async def test_a_wrong_clock_is_refused(http: httpx.AsyncClient):
    answer = await http.put(
        "/v1/conversations/c1", json={"channel": "phone"}, headers={"X-Anban-Now": "noon"}
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "now")


async def test_a_neighbour_sees_nothing_but_is_heard_in_an_emergency(
    client: BackendClient, elder: Elder
):
    await client.create_family_member(elder.id, phone="13800002001", role="neighbour")
    talk = await client.open_conversation("c1", "phone", phone="13800002001", now=NOW)
    assert (talk.caller.role, talk.elder) == ("unknown", None)
    raised = await client.raise_emergency(
        "e1",
        channel="phone",
        kind="fall",
        certainty="certain",
        text="隔壁摔了",
        phone="13800002001",
    )
    assert raised.elder_id == elder.id
