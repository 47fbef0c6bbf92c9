"""A cry for help of somebody nobody knows finds the elder it is about, and their family."""

import asyncio

import pytest

from backend.client import BackendClient, Elder, Emergency
from backend.config import BackendConfig
from backend.store.outbox import NOTICES

from .conftest import NOW, worker
from .houses import rows, until_rows
from .receivers import webhook_receiver

pytestmark = pytest.mark.integration

FOUND = "SELECT emergency_id FROM emergency_events WHERE event = 'elder_found'"
SEARCHES = (
    "SELECT id FROM procrastinate_jobs "
    "WHERE task_name = 'find_elder' AND status IN ('todo', 'doing')"
)


async def searched(config: BackendConfig) -> None:
    """Wait until nobody is looked for any more."""
    async with asyncio.timeout(30):
        while await rows(config, SEARCHES):
            await asyncio.sleep(0.05)


async def tells(client: BackendClient, key: str, text: str, **values: object) -> Emergency:
    """A line of an unknown caller in one conversation."""
    return await client.raise_emergency(
        key,
        **{
            "channel": "phone",
            "kind": "fall",
            "certainty": "certain",
            "text": text,
            "conversation": "stranger",
            "phone": "13999990000",
            "now": NOW,
            **values,
        },
    )


async def told(client: BackendClient, elder: Elder) -> int:
    return sum(one.post is None for one in await client.notices(elder_id=elder.id))


async def daughter_of(client: BackendClient, elder: Elder, url: str) -> None:
    member = await client.create_family_member(elder.id, name="小梅", relation="女儿")
    await client.create_contact("webhook", url, family_member_id=member.id)


async def test_the_cry_goes_out_first_and_the_family_is_told_once_it_is_known_whose(
    client: BackendClient, config: BackendConfig, elder: Elder
) -> None:
    async with webhook_receiver() as receiver, worker(config, (NOTICES,)):
        await daughter_of(client, elder, receiver.url)
        raised = await tells(client, "s1", "她跌倒了起不来")
        assert raised.elder_id is None
        assert raised.notices, "people are sent for before anybody is looked for"
        assert await told(client, elder) == 0
        await tells(client, "s2", "和平路十八号三零二", location="和平路十八号三零二")
        await until_rows(config, FOUND, 1)
    assert (await client.emergency(raised.id)).elder_id == elder.id
    assert await told(client, elder) == 1


async def test_a_name_with_the_street_tells_between_two_in_one_flat(
    client: BackendClient, config: BackendConfig, elder: Elder
) -> None:
    husband = await client.create_elder("林大川", phone="13800001002", address=elder.address)
    async with worker(config, (NOTICES,)):
        raised = await tells(client, "s1", "在和平路十八号三零二摔了")
        await searched(config)
        assert (await client.emergency(raised.id)).elder_id is None, "two live there"
        await tells(client, "s2", "我老伴叫林大川")
        await until_rows(config, FOUND, 1)
    assert (await client.emergency(raised.id)).elder_id == husband.id


async def test_a_name_alone_another_street_and_a_closed_one_are_left_to_a_person(
    client: BackendClient, config: BackendConfig, elder: Elder
) -> None:
    async with worker(config, (NOTICES,)):
        named = await tells(client, "s1", "林秀英摔倒了")
        other = await tells(
            client, "s2", "林秀英在人民路三号", conversation="two", phone="13999990001"
        )
        await searched(config)
        await client.close_emergency(named.id, by="王站长", outcome="closed")
        await tells(client, "s3", "和平路十八号三零二", conversation="late", phone=None)
        await searched(config)
    assert (await client.emergency(named.id)).elder_id is None
    assert (await client.emergency(other.id)).elder_id is None


async def test_a_number_that_stands_with_one_elder_tells_at_once_though_nobody_was_bound(
    client: BackendClient, elder: Elder
) -> None:
    await client.create_family_member(
        elder.id, name="阿强", relation="儿子", phone="13999990000", bound=False
    )
    assert (await tells(client, "s1", "我妈摔倒了")).elder_id == elder.id


async def test_a_number_that_stands_with_two_elders_tells_nothing(
    client: BackendClient, elder: Elder
) -> None:
    other = await client.create_elder("林大川", phone="13800001002")
    for one in (elder, other):
        await client.create_family_member(one.id, name="阿强", relation="儿子", phone="13999990000")
    assert (await tells(client, "s1", "老人摔倒了")).elder_id is None
