import asyncio

import pytest

from anban.errors import Conflict, Rejected
from backend.client import BackendClient, Elder, Emergency

from .conftest import NOW

pytestmark = pytest.mark.integration


async def cry(client: BackendClient, key: str, **changes) -> Emergency:
    values = {
        "channel": "phone",
        "kind": "fall",
        "certainty": "certain",
        "text": "摔了",
        "conversation": "c1",
        "now": NOW,
    }
    return await client.raise_emergency(key, **{**values, **changes})


async def test_an_unknown_caller_with_nonsense_around_them_is_heard_all_the_same(
    client: BackendClient,
):
    raised = await cry(
        client, "e1", elder_id="nobody", phone="anonymous", text="救命" * 5000, conversation=None
    )
    assert (raised.status, raised.elder_id, raised.notices) == ("open", None, ())
    assert len(raised.text) == 2000


async def test_a_kind_there_is_none_of_is_refused(client: BackendClient):
    with pytest.raises(Rejected) as refused:
        await cry(client, "e1", kind="boredom")
    assert refused.value.field == "kind"


async def test_twenty_signs_at_once_are_one_emergency(client: BackendClient, elder: Elder):
    await client.open_conversation("c1", "phone", phone=elder.phone, now=NOW)
    raised = await asyncio.gather(*(cry(client, f"e{i % 5}") for i in range(20)))
    assert len({one.id for one in raised}) == 1
    assert len(await client.emergencies(conversation="c1")) == 1


async def test_a_further_sign_makes_a_possible_emergency_certain_and_alarms_the_family_once(
    client: BackendClient, elder: Elder
):
    await with_daughter(client, elder)
    first = await cry(client, "e1", kind="unspecified", certainty="possible", elder_id=elder.id)
    assert first.notices == ()
    second = await cry(client, "e2", kind="chest_pain", elder_id=elder.id)
    third = await cry(client, "e3", kind="chest_pain", elder_id=elder.id)
    assert first.id == second.id == third.id
    assert (third.kind, third.certainty, len(third.notices)) == ("chest_pain", "certain", 1)


async def test_one_person_holds_it_and_the_family_learns_who_and_how_it_ended(
    client: BackendClient, elder: Elder
):
    await with_daughter(client, elder)
    raised = await cry(client, "e1", elder_id=elder.id)
    held = await client.acknowledge(raised.id, "王站长", now=NOW)
    assert (held.status, held.acknowledged_by) == ("acknowledged", "王站长")
    assert (await client.acknowledge(raised.id, "王站长", now=NOW)).status == "acknowledged"
    with pytest.raises(Conflict, match="王站长已经接手了"):
        await client.acknowledge(raised.id, "李四", now=NOW)
    closed = await client.close_emergency(raised.id, "王站长", "false_alarm", now=NOW)
    assert closed.status == "false_alarm"
    assert {notice.event for notice in closed.notices} == {
        "emergency_raised",
        "emergency_acknowledged",
        "emergency_false_alarm",
    }
    with pytest.raises(Conflict):
        await client.close_emergency(raised.id, "王站长", "closed", now=NOW)


async def test_a_second_fall_after_the_first_is_closed_is_a_new_emergency(client: BackendClient):
    first = await cry(client, "e1")
    await client.close_emergency(first.id, "王站长", now=NOW)
    assert (await cry(client, "e2")).id != first.id


async def test_a_handoff_is_promised_within_working_hours_and_made_once(
    client: BackendClient, elder: Elder
):
    await client.open_conversation("c1", "phone", phone=elder.phone, now=NOW)
    first = await client.create_handoff(conversation="c1", reason="asked", summary="找人", now=NOW)
    again = await client.create_handoff(conversation="c1", reason="asked", now=NOW)
    assert first == again
    assert first.elder_id == elder.id
    assert first.promised_at.isoformat() == "2026-03-04T10:00:00+08:00"
    assert await client.handoffs(phone=elder.phone) == [first]


async def with_daughter(client: BackendClient, elder: Elder) -> None:
    member = await client.create_family_member(elder.id, relation="女儿")
    await client.create_contact("webhook", "http://127.0.0.1:9/", family_member_id=member.id)
