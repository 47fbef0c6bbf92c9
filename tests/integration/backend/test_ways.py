"""By which way a person is told: their order, the next one after a failure, several in danger."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest

from backend.client import BackendClient, Elder, FamilyMember
from backend.config import BackendConfig
from backend.domain.quiet import quiet_hours
from backend.jobs.delivery import deliver
from backend.notices.ports import Message, Notifier, Receipt, Refused
from backend.services import reach
from backend.services.work import Work
from backend.store.database import Database

from .conftest import NOW, api
from .houses import rows

pytestmark = pytest.mark.integration

ORDER = {"conversation": "c", "service": "meals", "date": "2026-03-05", "time": "noon"}
PHONE = "13900002002"
NIGHT = NOW.replace(hour=23)


@dataclass
class FakeSender:
    """Takes what it is given, unless it refuses everything."""

    refuses: bool = False
    sent: list[Message] = field(default_factory=list)

    async def send(self, message: Message) -> Receipt:
        if self.refuses:
            raise Refused("no such account")
        self.sent.append(message)
        return Receipt(f"r-{len(self.sent)}")


@dataclass
class House:
    """A backend that can send by every channel."""

    client: BackendClient
    config: BackendConfig
    senders: dict[str, Notifier]
    elder: Elder
    daughter: FamilyMember

    async def way(self, channel: str, address: str, **values: object) -> None:
        await self.client.create_contact(
            channel, address, family_member_id=self.daughter.id, **values
        )

    async def order(self, key: str = "k", **values: object) -> list[str]:
        """Channels by which the order is told."""
        given = {**ORDER, "now": NOW, **values}
        order = await self.client.place_order(key, elder_id=self.elder.id, **given)
        return [one.channel for one in order.notices]

    async def work_off(self) -> None:
        """Deliver everything that is due now."""
        due = (
            "SELECT args->>'notice_id' FROM procrastinate_jobs WHERE status = 'todo' "
            "AND args ? 'notice_id' AND (scheduled_at IS NULL OR scheduled_at <= now())"
        )
        database, seen = Database(self.config), set()
        while ids := {row[0] for row in await rows(self.config, due)} - seen:
            seen |= ids
            for notice in ids:
                await deliver(database, self.senders, notice, config=self.config, last_try=True)
        await database.close()

    async def told(self) -> list[tuple[str, str]]:
        found = await self.client.notices(elder_id=self.elder.id)
        return [(one.channel, one.status) for one in reversed(found)]


@pytest.fixture
async def house(config: BackendConfig, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    on = frozenset({"sms", "wechat", "telegram", "voice_call"})
    hours = quiet_hours(getattr(request, "param", ""))
    everything = replace(config, more_channels=on, quiet_hours=hours)
    senders: dict[str, Notifier] = {name: FakeSender() for name in on}
    async with api(everything) as client:
        elder = await client.create_elder("林秀英", phone="13800001001", address="和平路18号")
        daughter = await client.create_family_member(
            elder.id, name="小梅", relation="女儿", phone=PHONE
        )
        yield House(client, everything, senders, elder, daughter)


async def test_an_order_is_told_by_the_first_way_there_is_a_sender_for(house: House):
    await house.way("email", "a@example.org", priority=1)
    await house.way("sms", PHONE, priority=3)
    await house.way("wechat", "openid", priority=2)
    assert await house.order() == ["wechat"]


async def test_where_a_way_fails_the_next_one_is_used_and_no_more(house: House):
    house.senders["wechat"] = FakeSender(refuses=True)
    await house.way("wechat", "openid", priority=1)
    await house.way("sms", PHONE, priority=2)
    await house.way("telegram", "7", priority=3)
    await house.order()
    await house.work_off()
    assert await house.told() == [("wechat", "failed"), ("sms", "delivered")]
    (message,) = house.senders["sms"].sent
    assert "送餐" in message.text


async def test_where_all_ways_fail_it_ends(house: House):
    house.senders |= {"wechat": FakeSender(refuses=True), "sms": FakeSender(refuses=True)}
    await house.way("wechat", "openid", priority=1)
    await house.way("sms", PHONE, priority=2)
    await house.order()
    await house.work_off()
    assert await house.told() == [("wechat", "failed"), ("sms", "failed")]


async def test_who_is_bound_besides_is_told_by_each_way_once_where_all_refuse(house: House):
    house.senders |= {"wechat": FakeSender(refuses=True), "sms": FakeSender(refuses=True)}
    await house.way("wechat", "openid", priority=1)
    await house.way("sms", PHONE, priority=2)
    code = (await house.client.binding_code(house.elder.id)).code
    await house.client.bind("telegram", "7", code, name="陈小军", relation="儿子")
    await house.work_off()
    assert await house.told() == [("wechat", "failed"), ("sms", "failed")]


async def test_what_a_carrier_could_not_deliver_goes_the_next_way_once(house: House):
    await house.way("sms", PHONE, priority=1)
    await house.way("telegram", "7", priority=2)
    await house.order()
    await house.work_off()
    for _ in range(3):
        assert await house.client.report("sms", "r-1", reached=False, detail="UNDELIVRD")
    await house.work_off()
    assert await house.told() == [("sms", "failed"), ("telegram", "delivered")]
    assert not await house.client.report("sms", "unknown", reached=True, detail="")


async def test_what_a_carrier_delivered_is_noted_once(house: House):
    await house.way("sms", PHONE)
    await house.order()
    await house.work_off()
    for _ in range(3):
        assert await house.client.report("sms", "r-1", reached=True, detail="DELIVRD")
    (notice,) = await house.client.notices(elder_id=house.elder.id)
    receipts = [one.receipt for one in notice.deliveries]
    assert receipts == ["r-1", "confirmed r-1 DELIVRD"]


@pytest.mark.parametrize("house", ["22:00-07:00"], indirect=True)
async def test_at_night_an_order_waits_until_morning(house: House):
    await house.way("sms", PHONE)
    await house.order(now=NIGHT)
    await house.work_off()
    assert await house.told() == [("sms", "pending")]
    ((hours,),) = await rows(
        house.config,
        "SELECT round(extract(epoch FROM scheduled_at - now()) / 3600) FROM procrastinate_jobs "
        "WHERE args ? 'notice_id'",
    )
    assert hours == 8


@pytest.mark.parametrize("house", ["22:00-07:00"], indirect=True)
@pytest.mark.parametrize("own", ["", "12:00-14:00"])
async def test_who_has_other_quiet_hours_is_told_at_night(house: House, own: str):
    await house.way("sms", PHONE, quiet_hours=own)
    await house.order(now=NIGHT)
    await house.work_off()
    assert await house.told() == [("sms", "delivered")]


@pytest.mark.parametrize("house", ["22:00-07:00"], indirect=True)
async def test_an_emergency_waits_for_nothing_and_comes_two_ways_one_of_them_a_call(house: House):
    await house.way("wechat", "openid")
    raised = await house.client.raise_emergency(
        "k",
        channel="phone",
        phone="13800001001",
        kind="fall",
        certainty="certain",
        text="救命",
        now=NIGHT,
    )
    await house.work_off()
    told = {one.channel: one.status for one in await house.client.notices(emergency_id=raised.id)}
    assert told == {"wechat": "delivered", "voice_call": "delivered", "desk": "pending"}


async def test_a_bare_telephone_number_is_called_and_written_to(house: House):
    await house.client.raise_emergency(
        "k", channel="phone", phone="13800001001", kind="fall", certainty="certain", text="救命"
    )
    await house.work_off()
    assert sorted(await house.told()) == [
        ("desk", "pending"),
        ("sms", "delivered"),
        ("voice_call", "delivered"),
    ]
    assert await house.order() == []


async def test_a_way_that_was_switched_off_stays_off(house: House):
    await house.way("voice_call", PHONE, enabled=False)
    await house.way("wechat", "openid")
    await house.client.raise_emergency(
        "k", channel="phone", phone="13800001001", kind="fall", certainty="certain", text="救命"
    )
    channels = {channel for channel, _ in await house.told()}
    assert channels == {"wechat", "sms", "desk"}


async def cases(house: House) -> list[str]:
    found = await house.client.handoffs(elder_id=house.elder.id)
    return [one.reason for one in found]


async def cry(house: House) -> str:
    raised = await house.client.raise_emergency(
        "k1",
        channel="phone",
        kind="fall",
        certainty="certain",
        text="救命",
        elder_id=house.elder.id,
    )
    database = Database(house.config)
    for _ in range(2):
        async with database.transaction() as session:
            await reach.note_lacking(Work(session, NOW, house.config, "worker"), raised.id)
    await database.close()
    return raised.id


async def test_the_ways_of_a_family_are_looked_into_by_a_job(house: House):
    await cry(house)
    queued = "SELECT queue_name FROM procrastinate_jobs WHERE task_name = 'note_ways'"
    assert await rows(house.config, queued) == [("notices",)]


async def test_who_cannot_be_called_is_a_case_for_the_staff_once(house: House):
    await rows(house.config, "UPDATE family_members SET phone = NULL RETURNING id")
    await house.way("wechat", "openid-1")
    emergency = await cry(house)
    assert await cases(house) == ["ways_lacking"]
    told = await house.client.timeline(emergency)
    assert "ways_lacking" in [one.what for one in told]


async def test_who_has_no_way_at_all_is_a_case_too(house: House):
    await rows(house.config, "UPDATE family_members SET phone = NULL RETURNING id")
    await cry(house)
    assert await cases(house) == ["ways_lacking"]


async def test_who_is_called_and_written_to_is_none(house: House):
    await house.way("wechat", "openid-1")
    await cry(house)
    assert await cases(house) == []
