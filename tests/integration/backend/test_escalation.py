"""The ladder, climbed by real workers on a real database."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import psycopg
import pytest

from anban.errors import NotFound
from anban.postgres import EmbeddedPostgres
from backend.client import (
    CALLER_SILENT,
    LINE_DEAD,
    BackendClient,
    Contact,
    Elder,
    Emergency,
)
from backend.config import BackendConfig
from backend.domain.ladder import Ladder, Ladders, Rung
from backend.jobs.delivery import deliver
from backend.notices.ports import NotNow
from backend.notices.webhook import WebhookNotifier
from backend.store.database import Database
from backend.store.outbox import EMERGENCIES

from .conftest import NOW, api, worker
from .houses import process, rows, until_rows, workers_up
from .receivers import WebhookReceiver, webhook_receiver

pytestmark = pytest.mark.integration

SHORT = Ladder(
    rungs=(
        Rung(("family", "desk")),
        Rung(("community_worker",), timedelta(seconds=0.6)),
        Rung(("duty_phone",), timedelta(seconds=1.2)),
    ),
    again=timedelta(seconds=1.8),
)


@pytest.fixture
def config(config: BackendConfig) -> BackendConfig:
    return replace(config, ladders=Ladders(SHORT), alarm_attempts=50)


@pytest.fixture
def calm(config: BackendConfig) -> BackendConfig:
    """No second rung within a test's time."""
    return replace(config, ladders=Ladders())


@pytest.fixture
async def calm_client(calm: BackendConfig) -> AsyncIterator[BackendClient]:
    async with api(calm) as client:
        yield client


async def family(client: BackendClient, elder: Elder, url: str, relation: str = "女儿") -> Contact:
    member = await client.create_family_member(elder.id, name="小梅", relation=relation)
    return await client.create_contact("webhook", url, family_member_id=member.id)


async def on_duty(client: BackendClient, post: str, url: str, **values) -> Contact:
    return await client.create_contact("webhook", url, post=post, **values)


async def cry(client: BackendClient, key: str = "e1", **changes) -> Emergency:
    values = {
        "channel": "phone",
        "kind": "fall",
        "certainty": "certain",
        "text": "我摔了起不来",
        "conversation": "c1",
        "phone": "13800001001",
        "now": NOW,
    }
    return await client.raise_emergency(key, **{**values, **changes})


async def arrivals(receiver: WebhookReceiver, count: int, seconds: float = 30) -> list[dict]:
    async with asyncio.timeout(seconds):
        while len(receiver.bodies) < count:
            await asyncio.sleep(0.02)
    return [json.loads(body) for body in receiver.bodies]


async def test_all_are_told_rung_by_rung_and_again_louder_until_a_person_acknowledges(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    async with webhook_receiver() as receiver, worker(config, (EMERGENCIES,)):
        await family(client, elder, receiver.url)
        await family(client, elder, receiver.url, "儿子")
        await on_duty(client, "community_worker", receiver.url, name="周站长", area="福康县")
        await on_duty(client, "community_worker", receiver.url, name="外县的", area="龙岩")
        await on_duty(client, "duty_phone", receiver.url)
        raised = await cry(client)
        told = await arrivals(receiver, 6)
        held = await client.acknowledge(raised.id, "小王", now=NOW)
    said = Counter((one["post"], one["round"], one["loudness"]) for one in told[:6])
    assert said == {
        (None, "1", "1"): 2,
        ("community_worker", "1", "1"): 1,
        ("duty_phone", "1", "1"): 1,
        (None, "2", "2"): 2,
    }
    again = [one["text"] for one in told if one["round"] == "2"]
    assert all(text.startswith("再次紧急") for text in again)
    begun = sorted((one for one in held.rungs if one.begun_at), key=lambda one: one.begun_at)
    assert [(one.round, one.number) for one in begun][:4] == [(1, 0), (1, 1), (1, 2), (2, 0)]
    assert [rung.who for rung in held.rungs if rung.round == 1] == [
        ("family", "desk"),
        ("community_worker",),
        ("duty_phone",),
    ]
    alarms = [one for one in held.notices if one.rung_id and one.post == "duty_phone"]
    assert alarms[0].deliveries[0].receipt


async def test_acknowledging_stops_the_ladder_and_those_who_were_told_learn_who(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    async with webhook_receiver() as receiver, worker(config, (EMERGENCIES,)):
        mine = await family(client, elder, receiver.url)
        await family(client, elder, receiver.url, "儿子")
        await on_duty(client, "duty_phone", receiver.url)
        raised = await cry(client)
        await arrivals(receiver, 2)
        held = await client.acknowledge(raised.id, contact_id=mine.id, channel="call")
        assert (held.acknowledged_by, held.acknowledged_channel) == ("女儿小梅", "call")
        told = await arrivals(receiver, 3)
        assert "现在由女儿小梅接手" in told[2]["text"]
        due = max(rung.due_at for rung in held.rungs)
        await until_rows(
            config, f"SELECT 1 WHERE now() > timestamptz '{due.isoformat()}' + interval '1 s'", 1
        )
        after = await client.emergency(raised.id)
    assert len(receiver.bodies) == 3
    assert [rung.number for rung in after.rungs if rung.begun_at] == [0]
    assert await rows(config, "SELECT 1 FROM procrastinate_jobs") == []
    story = await client.timeline(raised.id)
    assert [one.what for one in story if one.what in {"raised", "rung", "acknowledged"}] == [
        "raised",
        "rung",
        "acknowledged",
    ]
    assert "next" not in {one.what for one in story}


async def test_a_false_alarm_is_told_to_everybody_who_was_told_and_to_nobody_else(
    config: BackendConfig, elder: Elder
):
    late = replace(SHORT.rungs[2], after=timedelta(seconds=40))
    ladder = replace(SHORT, rungs=(*SHORT.rungs[:2], late), again=timedelta(seconds=60))
    config = replace(config, ladders=Ladders(ladder))
    async with (
        webhook_receiver() as receiver,
        worker(config, (EMERGENCIES,)),
        api(config) as client,
    ):
        for relation in ("女儿", "儿子"):
            await family(client, elder, receiver.url, relation)
        await on_duty(client, "community_worker", receiver.url)
        await on_duty(client, "duty_phone", receiver.url)
        raised = await cry(client)
        alarmed = await arrivals(receiver, 3)
        await client.close_emergency(raised.id, "小王", "false_alarm", checked=True, now=NOW)
        told = (await arrivals(receiver, 6))[3:]
        settled = "SELECT 1 FROM notices WHERE event = 'emergency_false_alarm' AND status = "
        await until_rows(config, settled + "'delivered'", 3)
        shown = await client.emergency(raised.id)
    assert {one["post"] for one in alarmed} == {None, "community_worker"}
    assert [one["event"] for one in told] == ["emergency_false_alarm"] * 3
    assert all("误报" in one["text"] and "小王" in one["text"] for one in told)
    calls = [one for one in shown.notices if one.event == "emergency_false_alarm"]
    assert sorted(one.recipient for one in calls) == ["儿子", "女儿", "社区工作人员"]
    for one in calls:  # who, when, by what, and the receipt
        (delivery,) = one.deliveries
        assert (one.channel, delivery.channel) == ("webhook", "webhook")
        assert delivery.receipt
        assert delivery.at >= raised.raised_at


async def test_a_stranger_reaches_the_desk_and_whoever_is_on_duty_and_an_empty_rung_is_passed_over(
    config: BackendConfig,
):
    late = replace(SHORT.rungs[2], after=timedelta(seconds=20))
    config = replace(config, ladders=Ladders(replace(SHORT, rungs=(*SHORT.rungs[:2], late))))
    async with (
        webhook_receiver() as receiver,
        worker(config, (EMERGENCIES,)),
        api(config) as client,
    ):
        await on_duty(client, "duty_phone", receiver.url, area="福康县")
        raised = await cry(client, phone="anonymous", conversation=None)
        (told, *_) = await arrivals(receiver, 1)
        shown = await client.emergency(raised.id)
        story = await client.timeline(raised.id)
    assert [one.recipient for one in raised.notices] == ["值班员"]
    assert "未登记的来电人" in told["text"]
    second, third = shown.rungs[1], shown.rungs[2]
    assert second.begun_at
    assert third.begun_at
    assert third.begun_at < third.due_at
    assert "rung_empty" in {one.what for one in story}


async def test_a_caller_known_only_later_has_the_family_told_then(
    calm_client: BackendClient, calm: BackendConfig, elder: Elder
):
    async with webhook_receiver() as receiver, worker(calm, (EMERGENCIES,)):
        await family(calm_client, elder, receiver.url)
        raised = await cry(calm_client, phone=None)
        assert raised.elder_id is None
        joined = await cry(calm_client, "e2", phone=None, elder_id=elder.id)
        assert joined.id == raised.id
        (told,) = await arrivals(receiver, 1)
    assert told["event"] == "emergency_raised"


async def silent(client: BackendClient, key: str) -> Emergency:
    text = "（呼救之后不再出声）"
    return await cry(client, key, kind="unspecified", text=text, sign=CALLER_SILENT)


async def test_a_caller_who_falls_silent_is_told_of_and_the_next_rung_begins_at_once_and_louder(
    calm_client: BackendClient, calm: BackendConfig, elder: Elder
):
    async with webhook_receiver() as receiver, worker(calm, (EMERGENCIES,)):
        await family(calm_client, elder, receiver.url)
        await on_duty(calm_client, "community_worker", receiver.url)
        await cry(calm_client)
        await arrivals(receiver, 1)
        await silent(calm_client, "e2")
        told = {one["event"]: one for one in (await arrivals(receiver, 3))[1:]}
        assert told["emergency_silent"]["post"] is None
        assert "叫不应" in told["emergency_silent"]["text"]
        early = told["emergency_raised"]
        assert (early["post"], early["round"], early["loudness"]) == ("community_worker", "1", "2")
        again = await silent(calm_client, "e2")  # sent twice: the answer was lost
        assert [rung.number for rung in again.rungs if rung.begun_at] == [0, 1]
        story = [one.what for one in await calm_client.timeline(again.id)]
    assert len(receiver.bodies) == 3
    assert story.count("silent") == 1


async def test_a_rung_that_silence_began_is_not_begun_again_when_its_time_comes(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    async with webhook_receiver() as receiver:
        await on_duty(client, "community_worker", receiver.url)
        await on_duty(client, "duty_phone", receiver.url)
        await cry(client)
        raised = await silent(client, "e2")
        async with worker(config, (EMERGENCIES,)):
            await arrivals(receiver, 2)
        shown = await client.emergency(raised.id)
    early = [one for one in shown.notices if one.post == "community_worker"]
    assert [one.status for one in early if one.event == "emergency_raised"] == ["delivered"]


async def test_silence_after_silence_climbs_to_the_next_round(
    calm_client: BackendClient, elder: Elder
):
    for post in ("community_worker", "duty_phone"):
        await on_duty(calm_client, post, "http://127.0.0.1:9/")
    await cry(calm_client)
    for key in ("e2", "e3"):
        await silent(calm_client, key)
    raised = await silent(calm_client, "e4")
    begun = [(one.round, one.number, one.loudness) for one in raised.rungs if one.begun_at]
    assert begun == [(1, 0, 1), (1, 1, 2), (1, 2, 2), (2, 0, 3)]


async def test_silence_before_anybody_was_told_begins_the_first_rung_and_no_more(
    calm_client: BackendClient, elder: Elder
):
    await cry(calm_client, certainty="possible")
    raised = await silent(calm_client, "e2")
    assert [(one.round, one.number) for one in raised.rungs if one.begun_at] == [(1, 0)]


async def test_whoever_holds_it_learns_of_silence_and_nobody_else_is_called(
    calm_client: BackendClient, calm: BackendConfig, elder: Elder
):
    async with webhook_receiver() as receiver, worker(calm, (EMERGENCIES,)):
        mine = await family(calm_client, elder, receiver.url)
        await on_duty(calm_client, "community_worker", receiver.url)
        raised = await cry(calm_client)
        await arrivals(receiver, 1)
        await calm_client.acknowledge(raised.id, contact_id=mine.id, channel="link")
        held = await silent(calm_client, "e2")
        told = await arrivals(receiver, 2)
    assert told[1]["event"] == "emergency_silent"
    assert [one.number for one in held.rungs if one.begun_at] == [0]


async def test_a_line_that_breaks_off_is_told_while_nobody_holds_it(
    calm_client: BackendClient, calm: BackendConfig, elder: Elder
):
    gone = {"kind": "unspecified", "text": "（电话断了）", "sign": LINE_DEAD}
    async with webhook_receiver() as receiver, worker(calm, (EMERGENCIES,)):
        await family(calm_client, elder, receiver.url)
        raised = await cry(calm_client)
        await arrivals(receiver, 1)
        await cry(calm_client, "e2", **gone)
        told = await arrivals(receiver, 2)
        assert "电话断了" in told[1]["text"]
        await calm_client.acknowledge(raised.id, "小王", now=NOW)
        await arrivals(receiver, 3)
        after = await cry(calm_client, "e3", **gone)
    assert [one.event for one in after.notices].count("emergency_line_dead") == 1


async def test_a_new_place_is_told_to_everybody_who_was_told(
    calm_client: BackendClient, calm: BackendConfig, elder: Elder
):
    async with webhook_receiver() as receiver, worker(calm, (EMERGENCIES,)):
        await family(calm_client, elder, receiver.url)
        await cry(calm_client)
        await arrivals(receiver, 1)
        await cry(calm_client, "e2", text="我在菜市场门口", location="菜市场门口")
        told = await arrivals(receiver, 2)
    assert told[1]["event"] == "emergency_update"
    assert "我在菜市场门口" in told[1]["text"]
    assert told[1]["acknowledge_url"] is None


async def test_a_fire_after_a_fall_is_an_emergency_of_its_own_that_names_the_first(
    client: BackendClient, elder: Elder
):
    first = await cry(client)
    fire = await cry(client, "e2", kind="fire_gas", text="着火了")
    assert fire.id != first.id
    assert fire.earlier_id == first.id
    more = await cry(client, "e3", kind="chest_pain", text="胸口痛")
    assert more.id == first.id


async def test_the_button_and_the_daughter_join_what_nobody_holds_and_a_call_after_that_does_not(
    client: BackendClient, elder: Elder
):
    await client.create_family_member(elder.id, relation="女儿", phone="13800002001")
    first = await cry(client)
    button = await cry(client, "e2", conversation=None, channel="device", elder_id=elder.id)
    daughter = await cry(client, "e3", conversation="c2", phone="13800002001")
    assert {button.id, daughter.id} == {first.id}
    assert [one.id for one in await client.emergencies(conversation="c2")] == [first.id]
    await client.acknowledge(first.id, "小王", now=NOW)
    assert (await cry(client, "e4", conversation="c2", phone="13800002001")).id == first.id
    again = await cry(client, "e5", conversation="c3")
    assert (again.id != first.id, again.earlier_id) == (True, first.id)


async def test_a_worker_killed_while_it_sends_is_replaced_within_ten_seconds(
    calm_client: BackendClient, calm: BackendConfig, elder: Elder
):
    async with webhook_receiver() as receiver, process("emergency-worker", calm) as first:
        receiver.holding = True
        await family(calm_client, elder, receiver.url)
        await workers_up(calm, 1)
        raised = await cry(calm_client)
        await arrivals(receiver, 1)
        async with process("emergency-worker", calm):
            await workers_up(calm, 2)
            receiver.holding = False
            killed = time.time()
            first.kill()
            told = await arrivals(receiver, 2)
            assert receiver.times[1] - killed < 10
            assert told[0]["id"] == told[1]["id"]
            delivered = f"SELECT 1 FROM notices WHERE emergency_id = '{raised.id}' AND status = "
            await until_rows(calm, delivered + "'delivered'", 1)
    (notice,) = [one for one in (await calm_client.emergency(raised.id)).notices if not one.post]
    assert sum(bool(one.receipt) for one in notice.deliveries) == 1


async def test_the_rungs_of_a_killed_worker_are_climbed_by_another(
    config: BackendConfig, client: BackendClient, elder: Elder, tmp_path: Path
):
    async with (
        webhook_receiver() as receiver,
        process("emergency-worker", config) as first,
        process("emergency-worker", config),
    ):
        await on_duty(client, "community_worker", receiver.url)
        await workers_up(config, 2)
        first.kill()
        raised = await cry(client)
        (told, *_) = await arrivals(receiver, 1)
        shown = await client.emergency(raised.id)
    assert told["post"] == "community_worker"
    late = (shown.rungs[1].begun_at - shown.rungs[1].due_at).total_seconds()
    assert late < 1.5


async def test_of_two_workers_at_one_notice_one_sends(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    database = Database(config)
    async with webhook_receiver() as receiver, httpx.AsyncClient() as http:
        await family(client, elder, receiver.url)
        raised = await cry(client)
        (notice,) = [one.id for one in raised.notices if not one.post]
        senders = {"webhook": WebhookNotifier("hook", http)}
        receiver.holding = True

        async def send() -> bool:
            return await deliver(database, senders, notice, config=config, last_try=False)

        first = asyncio.create_task(send())
        await arrivals(receiver, 1)
        with pytest.raises(NotNow, match="another worker"):
            await send()
        receiver.released.set()
        assert await first
        assert not await send()
    await database.close()
    assert len(receiver.bodies) == 1


async def test_two_workers_and_many_contacts_deliver_to_each_once(
    calm_client: BackendClient, calm: BackendConfig, elder: Elder
):
    async with (
        webhook_receiver() as receiver,
        worker(calm, (EMERGENCIES,)),
        worker(calm, (EMERGENCIES,)),
    ):
        for number in range(12):
            await family(calm_client, elder, receiver.url, f"亲戚{number}")
        raised = await asyncio.gather(*(cry(calm_client, f"e{n % 3}") for n in range(9)))
        told = await arrivals(receiver, 12)
        await until_rows(calm, "SELECT 1 FROM notices WHERE status = 'delivered'", 12)
    assert len({one.id for one in raised}) == 1
    assert len({one["id"] for one in told}) == 12
    assert len(receiver.bodies) == 12
    with psycopg.connect(calm.database_url) as connection, pytest.raises(psycopg.Error):
        connection.execute(
            "INSERT INTO notices SELECT gen_random_uuid()::text, event, elder_id, order_id, "
            "order_event_id, emergency_id, contact_id, channel, recipient, subject, text, status, "
            "created_at, rung_id, post, tried_at FROM notices WHERE rung_id IS NOT NULL"
        )


async def test_a_database_that_stops_for_seconds_delays_the_ladder_and_loses_nothing(
    own_postgres: EmbeddedPostgres, config: BackendConfig
):
    own = replace(config, database_url=own_postgres.url(), test_clock=False)
    async with (
        api(own) as client,
        webhook_receiver() as receiver,
        worker(own, (EMERGENCIES,)),
    ):
        elder = await client.create_elder("林秀英", phone="13800001001", locality="福康县")
        await family(client, elder, receiver.url)
        await on_duty(client, "community_worker", receiver.url)
        await on_duty(client, "duty_phone", receiver.url)
        raised = await cry(client)
        await arrivals(receiver, 1)
        await asyncio.to_thread(own_postgres.stop)
        stopped = time.time()
        while time.time() - stopped < 3:
            await asyncio.sleep(0.1)
        await asyncio.to_thread(own_postgres.start)
        back = time.time()
        told = await arrivals(receiver, 4)
        assert receiver.times[1] - back < 10
        shown = await client.emergency(raised.id)
    first_round = {one["post"] for one in told if one["round"] == "1"}
    assert first_round == {None, "community_worker", "duty_phone"}
    assert shown.status == "open"
    assert {one.id for one in shown.notices if one.rung_id} >= {one["id"] for one in told}


async def test_the_desk_says_that_it_has_it_on_the_screen(client: BackendClient, elder: Elder):
    raised = await cry(client)
    assert [(one.post, one.status) for one in raised.notices] == [("desk", "pending")]
    seen = await client.seen(raised.id, "小王")
    (notice,) = seen.notices
    assert (notice.status, notice.deliveries[0].receipt) == ("delivered", "on the desk's screen")
    assert seen.status == "open"
    with pytest.raises(NotFound):
        await client.seen("nothing", "小王")
