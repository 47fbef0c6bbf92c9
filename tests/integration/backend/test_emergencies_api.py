import asyncio

import pytest

from anban.errors import Conflict, Rejected
from backend.client import BackendClient, Elder, Emergency
from backend.config import BackendConfig
from backend.store.outbox import EMERGENCIES

from .conftest import NOW, worker
from .receivers import webhook_receiver

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
    told = tuple(notice.recipient for notice in raised.notices)
    assert (raised.status, raised.elder_id, told) == ("open", None, ("值班员",))
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
    assert (third.kind, third.certainty) == ("chest_pain", "certain")
    assert sorted(notice.recipient for notice in third.notices) == ["值班员", "女儿"]


async def test_one_person_holds_it_and_those_who_were_told_learn_who_and_how_it_ended(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    async with webhook_receiver() as receiver, worker(config, (EMERGENCIES,)):
        await with_daughter(client, elder, receiver.url)
        raised = await cry(client, "e1", elder_id=elder.id)
        await receiver.arrived.wait()
        held = await client.acknowledge(raised.id, "王站长", now=NOW)
        assert (held.status, held.acknowledged_by) == ("acknowledged", "王站长")
        again = await client.acknowledge(raised.id, "王站长", now=NOW)
        assert again.status == "acknowledged"
        with pytest.raises(Conflict, match="王站长已经接手了"):
            await client.acknowledge(raised.id, "李四", now=NOW)
        with pytest.raises(Rejected) as refused:
            await client.close_emergency(raised.id, "王站长", "false_alarm", now=NOW)
        assert refused.value.field == "checked"
        closed = await client.close_emergency(
            raised.id, "王站长", "false_alarm", checked=True, now=NOW
        )
        assert closed.status == "false_alarm"
        family = [notice.event for notice in closed.notices if notice.post is None]
        assert sorted(family) == [
            "emergency_acknowledged",
            "emergency_false_alarm",
            "emergency_raised",
        ]
        with pytest.raises(Conflict):
            await client.close_emergency(raised.id, "王站长", "closed", now=NOW)


async def test_what_has_not_gone_out_when_somebody_comes_is_withdrawn(
    client: BackendClient, elder: Elder
):
    await with_daughter(client, elder)
    raised = await cry(client, "e1", elder_id=elder.id)
    held = await client.acknowledge(raised.id, "王站长", now=NOW)
    assert {notice.status for notice in held.notices} == {"withdrawn"}


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


async def with_daughter(
    client: BackendClient, elder: Elder, url: str = "http://127.0.0.1:9/"
) -> None:
    member = await client.create_family_member(elder.id, relation="女儿")
    await client.create_contact("webhook", url, family_member_id=member.id)
