import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from anban.errors import NotNow, Unsure
from backend.api import create_app
from backend.client import BackendClient, Elder, Notice
from backend.config import BackendConfig, SmtpConfig
from backend.domain.signatures import signature
from backend.jobs.delivery import deliver
from backend.notices.ports import Message, Receipt
from backend.store.database import Database
from backend.store.outbox import EMERGENCIES, NOTICES

from .conftest import NOW, TOKEN, api, worker
from .receivers import Mailbox, smtp_server, webhook_receiver

pytestmark = pytest.mark.integration

ORDER = {"conversation": "call-1", "service": "meals", "date": "2026-03-05", "time": "noon"}


async def eventually(
    read: Callable[[], Awaitable[Notice]], good: Callable[[Notice], bool]
) -> Notice:
    """Read until it is good; the test's own time limit is the end of patience."""
    async with asyncio.timeout(30):
        while not good(found := await read()):
            await asyncio.sleep(0.05)
        return found


async def family(client: BackendClient, elder: Elder, channel: str, address: str) -> None:
    member = await client.create_family_member(elder.id, name="小妹", relation="女儿")
    await client.create_contact(channel, address, family_member_id=member.id)


async def test_the_family_receives_a_signed_notice_and_its_receipt_is_kept(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    async with webhook_receiver() as receiver, worker(config, (NOTICES,)):
        await family(client, elder, "webhook", receiver.url)
        order = await client.place_order("k", **ORDER, elder_id=elder.id, now=NOW)
        told = order.notices[0].id
        notice = await eventually(lambda: client.notice(told), lambda n: n.status == "delivered")
    assert notice.deliveries[0].receipt == "r-1"
    body, headers = receiver.bodies[0], receiver.headers[0]
    assert headers["x-anban-signature"] == signature("hook", headers["x-anban-timestamp"], body)
    assert headers["idempotency-key"] == told
    said = json.loads(body)
    assert said["order_number"] == order.number
    for word in ("林秀英", "送餐", "3月5日星期四中午", "和平路18号302", order.number):
        assert word in said["text"]


async def test_a_receiver_that_fails_is_tried_again(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    async with webhook_receiver() as receiver, worker(config, (NOTICES,)):
        receiver.plan = [503]
        await family(client, elder, "webhook", receiver.url)
        order = await client.place_order("k", **ORDER, elder_id=elder.id, now=NOW)
        notice = await eventually(
            lambda: client.notice(order.notices[0].id), lambda n: n.status == "delivered"
        )
    assert [bool(one.receipt) for one in notice.deliveries] == [False, True]
    assert notice.deliveries[0].error == "webhook answered 503"


@pytest.mark.parametrize("status", [400, 404, 410])
async def test_a_receiver_that_refuses_is_not_tried_again(
    client: BackendClient, config: BackendConfig, elder: Elder, status: int
):
    async with webhook_receiver() as receiver, worker(config, (NOTICES,)):
        receiver.plan = [status]
        await family(client, elder, "webhook", receiver.url)
        order = await client.place_order("k", **ORDER, elder_id=elder.id, now=NOW)
        notice = await eventually(
            lambda: client.notice(order.notices[0].id), lambda n: n.status == "failed"
        )
    assert len(receiver.bodies) == 1
    assert notice.deliveries[0].receipt is None


async def test_a_notice_is_given_up_after_the_last_try(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    impatient = replace(config, delivery_attempts=1)
    async with worker(impatient, (NOTICES,)):
        await family(client, elder, "webhook", "http://127.0.0.1:9/hook")
        order = await client.place_order("k", **ORDER, elder_id=elder.id, now=NOW)
        notice = await eventually(
            lambda: client.notice(order.notices[0].id), lambda n: n.status == "failed"
        )
    assert [one.error for one in notice.deliveries] == ["webhook: ConnectError"] * 2


@pytest.mark.parametrize(
    ("reply", "status"), [("250 queued as 42", "delivered"), ("554 no such mailbox", "failed")]
)
async def test_mail_is_handed_to_a_real_server_and_its_answer_kept(
    config: BackendConfig, reply: str, status: str
):
    mailbox = Mailbox(reply)
    async with smtp_server(mailbox) as port:
        with_mail = replace(config, smtp=SmtpConfig("127.0.0.1", port, "anban@example.org"))
        app = create_app(with_mail)
        transport = httpx.ASGITransport(app=app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://anban") as http,
            worker(with_mail, (NOTICES,)),
        ):
            client = BackendClient("http://anban", TOKEN, http=http)
            elder = await client.create_elder("林秀英", address="和平路18号302")
            await family(client, elder, "email", "daughter@example.org")
            order = await client.place_order("k", **ORDER, elder_id=elder.id, now=NOW)
            notice = await eventually(
                lambda: client.notice(order.notices[0].id), lambda n: n.status != "pending"
            )
    assert notice.status == status
    if status == "delivered":
        assert "queued as 42" in (notice.deliveries[0].receipt or "")
        assert mailbox.mails[0]["To"] == "daughter@example.org"
        assert order.number in mailbox.mails[0].get_content()


async def test_an_emergency_reaches_all_family_contacts_at_once(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    async with webhook_receiver() as receiver, worker(config, (EMERGENCIES,)):
        for relation in ("女儿", "邻居"):
            role = "neighbour" if relation == "邻居" else "family"
            member = await client.create_family_member(elder.id, relation=relation, role=role)
            await client.create_contact("webhook", receiver.url, family_member_id=member.id)
        raised = await client.raise_emergency(
            "e1",
            channel="phone",
            kind="fall",
            certainty="certain",
            text="我摔了起不来",
            phone=elder.phone,
            now=NOW,
        )
        family_notices = [notice for notice in raised.notices if notice.post is None]
        assert {notice.recipient for notice in family_notices} == {"女儿", "邻居"}
        for notice in family_notices:
            await eventually(
                lambda told=notice.id: client.notice(told), lambda n: n.status == "delivered"
            )
    assert len(receiver.bodies) == 2
    assert "我摔了起不来" in json.loads(receiver.bodies[0])["text"]


async def test_a_possible_emergency_that_nobody_settles_is_told_after_a_while(
    config: BackendConfig,
):
    quick = replace(config, possible_wait=timedelta(milliseconds=200))
    app = create_app(quick)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://anban") as http,
        webhook_receiver() as receiver,
        worker(quick, (EMERGENCIES,)),
    ):
        client = BackendClient("http://anban", TOKEN, http=http)
        elder = await client.create_elder("林秀英", phone="13800001001")
        await family(client, elder, "webhook", receiver.url)
        raised = await client.raise_emergency(
            "e1",
            channel="phone",
            kind="unwell",
            certainty="possible",
            text="有点难受",
            elder_id=elder.id,
        )
        assert raised.notices == ()
        async with asyncio.timeout(20):
            await receiver.arrived.wait()


async def test_the_job_of_a_killed_worker_is_taken_over(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    database = Database(config)
    async with webhook_receiver() as receiver:
        await family(client, elder, "webhook", receiver.url)
        await client.place_order("k", **ORDER, elder_id=elder.id, now=NOW)
        async with database.transaction() as session:  # as a worker leaves it that is killed
            await session.execute(
                text(
                    "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) "
                    "VALUES (now() - interval '1 minute') RETURNING id) "
                    "UPDATE procrastinate_jobs SET status = 'doing', "
                    "worker_id = (SELECT id FROM dead)"
                )
            )
        async with worker(config, (NOTICES,)), asyncio.timeout(20):
            await receiver.arrived.wait()
    await database.close()


class FakeNotifier:
    """Counts what it is given."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    async def send(self, message: Message) -> Receipt:
        self.sent.append(message)
        return Receipt("fake")


async def test_a_delivered_notice_is_not_sent_again(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    database, notifier = Database(config), FakeNotifier()
    await family(client, elder, "webhook", "http://127.0.0.1:9/")
    order = await client.place_order("k", **ORDER, elder_id=elder.id, now=NOW)
    told = order.notices[0].id
    first = await deliver(database, {"webhook": notifier}, told, config=config, last_try=False)
    second = await deliver(database, {"webhook": notifier}, told, config=config, last_try=False)
    await database.close()
    assert (first, second, len(notifier.sent)) == (True, False, 1)


class Troubled(FakeNotifier):
    """Takes what it is given, and then its answer is lost, or the process ends."""

    def __init__(self, trouble: BaseException) -> None:
        super().__init__()
        self.trouble = trouble

    async def send(self, message: Message) -> Receipt:
        self.sent.append(message)
        raise self.trouble


LOST = [Unsure("the connection broke"), asyncio.CancelledError()]


@pytest.fixture
def with_sms(config: BackendConfig) -> BackendConfig:
    return replace(config, more_channels=config.more_channels | {"sms"})


async def tried(config: BackendConfig, told: str, notifier: FakeNotifier, channel: str) -> None:
    """Two tries: the job is repeated after whatever happened to the first."""
    database = Database(config)
    for _ in range(2):
        with suppress(NotNow, asyncio.CancelledError):
            await deliver(database, {channel: notifier}, told, config=config, last_try=False)
    await database.close()


@pytest.mark.parametrize("trouble", LOST, ids=["answer lost", "process ended"])
async def test_a_message_that_may_have_gone_out_is_not_sent_again_the_next_way_takes_over(
    with_sms: BackendConfig, trouble: BaseException
):
    async with api(with_sms) as client:
        elder = await client.create_elder("林秀英", address="和平路18号")
        member = await client.create_family_member(elder.id, name="小妹", relation="女儿")
        ways = (("sms", "13800002001"), ("webhook", "http://127.0.0.1:9/"))
        for priority, (channel, address) in enumerate(ways, 1):
            values = {"family_member_id": member.id, "priority": priority}
            await client.create_contact(channel, address, **values)
        order = await client.place_order("k", **ORDER, elder_id=elder.id, now=NOW)
        notifier = Troubled(trouble)
        await tried(with_sms, order.notices[0].id, notifier, "sms")
        assert len(notifier.sent) == 1
        found = await client.notices(order_id=order.id)
        assert {(one.channel, one.status) for one in found} == {
            ("sms", "failed"),
            ("webhook", "pending"),
        }


@pytest.mark.parametrize("trouble", LOST, ids=["answer lost", "process ended"])
async def test_an_alarm_that_may_have_gone_out_is_sent_again(
    with_sms: BackendConfig, trouble: BaseException
):
    async with api(with_sms) as client:
        elder = await client.create_elder("林秀英", address="和平路18号")
        await family(client, elder, "sms", "13800002001")
        cry = await client.raise_emergency(
            "k", channel="phone", kind="fall", certainty="certain", text="救命", elder_id=elder.id
        )
        (told,) = [one.id for one in cry.notices if one.channel == "sms"]
        notifier = Troubled(trouble)
        await tried(with_sms, told, notifier, "sms")
        assert [one.id for one in notifier.sent] == [told, told]


async def test_what_its_receiver_tells_apart_by_its_id_is_sent_again(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    await family(client, elder, "webhook", "http://127.0.0.1:9/")
    order = await client.place_order("k", **ORDER, elder_id=elder.id, now=NOW)
    notifier = Troubled(Unsure("the connection broke"))
    await tried(config, order.notices[0].id, notifier, "webhook")
    assert len(notifier.sent) == 2


async def test_what_was_not_taken_is_tried_again(with_sms: BackendConfig):
    async with api(with_sms) as client:
        elder = await client.create_elder("林秀英", address="和平路18号")
        await family(client, elder, "sms", "13800002001")
        order = await client.place_order("k", **ORDER, elder_id=elder.id, now=NOW)
        notifier = Troubled(NotNow("the carrier is busy"))
        await tried(with_sms, order.notices[0].id, notifier, "sms")
        assert len(notifier.sent) == 2
