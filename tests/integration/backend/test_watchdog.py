"""The watchdog: four reasons to alarm the desk and the next contact."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import psycopg
import pytest

from backend.client import BackendClient, Elder
from backend.config import BackendConfig
from backend.notices.ports import Message, Receipt
from backend.notices.webhook import WebhookNotifier
from backend.store.outbox import EMERGENCIES
from backend.watchdog import Watchdog

from .conftest import worker
from .houses import process, rows, until_rows
from .receivers import WebhookReceiver, webhook_receiver
from .test_escalation import cry, family, on_duty

pytestmark = pytest.mark.integration


@asynccontextmanager
async def watchdog(config: BackendConfig) -> AsyncIterator[Watchdog]:
    async with httpx.AsyncClient(timeout=2, trust_env=False) as http:
        yield Watchdog(config, {"webhook": WebhookNotifier(config.webhook_secret, http)})


def sooner(config: BackendConfig, statement: str) -> None:
    """Let time go by in the database."""
    with psycopg.connect(config.database_url) as connection:
        connection.execute(statement)


def events(receiver: WebhookReceiver) -> list[tuple[str, str | None]]:
    said = [json.loads(body) for body in receiver.bodies]
    return [(one["event"], one["post"]) for one in said]


async def reasons(found: Watchdog) -> list[str]:
    return [one.reason for one in await found.look()]


async def test_a_quiet_house_is_left_alone(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    raised = await cry(client)
    await client.acknowledge(raised.id, "小王")
    async with watchdog(config) as dog:
        assert await dog.look() == []
    assert await rows(config, "SELECT 1 FROM worker_beats WHERE name = 'watchdog'")


async def test_what_nobody_holds_is_told_to_the_desk_and_the_next_contact_each_minute(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    async with webhook_receiver() as receiver, watchdog(config) as dog:
        await family(client, elder, receiver.url)
        await on_duty(client, "desk", receiver.url)
        await on_duty(client, "community_worker", receiver.url)
        raised = await cry(client)
        sooner(config, "UPDATE notices SET status = 'delivered'")
        sooner(config, "UPDATE emergencies SET unheld_at = now() - interval '1 s'")
        assert await reasons(dog) == ["unheld"]
        assert await reasons(dog) == []
        assert events(receiver) == [
            ("emergency_unheld", "desk"),
            ("emergency_unheld", "community_worker"),
        ]
        sooner(config, "UPDATE emergencies SET unheld_at = now() - interval '61 s'")
        assert await reasons(dog) == ["unheld"]
        text = json.loads(receiver.bodies[0])["text"]
    assert "没有人接手" in text
    assert "林秀英" in text
    shown = await client.emergency(raised.id)
    alarms = [one for one in shown.notices if one.event == "emergency_unheld"]
    assert len(alarms) == 4
    assert all(one.deliveries[0].receipt for one in alarms)
    await client.acknowledge(raised.id, "小王")
    async with watchdog(config) as dog:
        assert await dog.look() == []


async def test_a_broken_sender_is_an_error_of_its_delivery_and_the_next_is_told(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    async with webhook_receiver() as receiver, watchdog(config) as dog:
        dog._notifiers = {**dog._notifiers, "email": Broken()}
        await on_duty(client, "desk", receiver.url)
        desk = (await rows(config, "SELECT id FROM contacts WHERE post = 'desk'"))[0][0]
        await cry(client)
        sooner(config, f"UPDATE contacts SET channel = 'email' WHERE id = '{desk}'")
        await on_duty(client, "community_worker", receiver.url)
        sooner(config, "UPDATE notices SET status = 'delivered'")
        sooner(config, "UPDATE emergencies SET unheld_at = now() - interval '1 s'")
        assert await reasons(dog) == ["unheld"]
        assert events(receiver) == [("emergency_unheld", "community_worker")]
    errors = await rows(config, "SELECT error FROM deliveries WHERE channel = 'email'")
    assert errors == [("the sender broke: KeyError",)]


class Broken:
    """A sender with a mistake in it."""

    async def send(self, message: Message) -> Receipt:
        raise KeyError(message.id)


async def test_a_rung_overdue_by_half_its_limit_is_found(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    await cry(client)
    async with watchdog(config) as dog:
        assert await dog.look() == []
        sooner(config, "UPDATE rungs SET overdue_at = now() WHERE number = 1 AND round = 1")
        assert await reasons(dog) == ["overdue"]
        assert await reasons(dog) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE procrastinate_events SET at = now() - interval '11 s'",
        "UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = 'deliver_alarm'",
        "UPDATE procrastinate_jobs SET scheduled_at = now() - interval '11 s', status = 'todo'; "
        "UPDATE procrastinate_events SET at = now() - interval '11 s'",
    ],
)
async def test_a_job_that_is_stuck_or_has_failed_is_found(
    client: BackendClient, config: BackendConfig, elder: Elder, statement: str
):
    async with webhook_receiver() as receiver, watchdog(config) as dog:
        await family(client, elder, "http://127.0.0.1:9/")
        await on_duty(client, "duty_phone", receiver.url)
        await cry(client)
        assert await dog.look() == []
        sooner(config, statement)
        assert set(await reasons(dog)) == {"job"}
        assert events(receiver) == [("emergency_unheld", "duty_phone")]


async def test_a_sender_that_fails_is_found_and_the_next_contact_alarmed(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    async with (
        webhook_receiver() as broken,
        webhook_receiver() as receiver,
        worker(config, (EMERGENCIES,)),
        watchdog(config) as dog,
    ):
        broken.plan = [404] * 9
        await family(client, elder, broken.url)
        await on_duty(client, "community_worker", receiver.url)
        await cry(client)
        await until_rows(config, "SELECT 1 FROM notices WHERE status = 'failed'", 1)
        assert await reasons(dog) == ["sender"]
        assert await reasons(dog) == []
        assert len(broken.bodies) == 2
        assert events(receiver) == [("emergency_unheld", "community_worker")]


async def test_nobody_reached_is_tried_again_and_everything_is_written_down(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    await family(client, elder, "http://127.0.0.1:9/")
    raised = await cry(client)
    sooner(config, "UPDATE emergencies SET unheld_at = now()")
    async with watchdog(config) as dog:
        assert await reasons(dog) == ["unheld"]
    (alarm,) = [
        one
        for one in (await client.emergency(raised.id)).notices
        if one.event == "emergency_unheld"
    ]
    assert (alarm.status, alarm.deliveries[0].error) == ("failed", "webhook: ConnectError")


async def test_with_every_worker_dead_the_watchdogs_own_process_alarms(
    config: BackendConfig, client: BackendClient, elder: Elder
):
    async with webhook_receiver() as receiver, process("watchdog", config):
        await on_duty(client, "duty_phone", receiver.url)
        await cry(client)
        sooner(config, "UPDATE rungs SET overdue_at = now()")
        async with asyncio.timeout(30):
            await receiver.arrived.wait()
    assert events(receiver) == [("emergency_unheld", "duty_phone")]


async def test_the_limit_after_which_it_alarms_comes_from_the_ladder(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    await cry(client)
    ((limit,),) = await rows(
        config,
        "SELECT unheld_at - r.begun_at FROM emergencies e JOIN rungs r ON r.emergency_id = e.id "
        "WHERE r.round = 1 AND r.number = 0",
    )
    assert abs(limit - config.ladders.default.unheld) < timedelta(seconds=1)
