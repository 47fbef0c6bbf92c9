import time
from pathlib import Path

import httpx
import psycopg
import pytest
from alembic import command
from cryptography.fernet import Fernet

from anban.errors import Unavailable
from anban.postgres import EmbeddedPostgres
from backend.api import create_app
from backend.client import BackendClient, Elder
from backend.config import BackendConfig
from backend.jobs.worker import beat
from backend.store.database import Database
from backend.store.outbox import EMERGENCIES, QUEUES
from backend.store.upgrade import migrations, upgrade
from backend.watchdog import BEAT

from .conftest import NOW, TOKEN, worker
from .receivers import webhook_receiver

pytestmark = pytest.mark.integration

AUTH = {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic dGVzdA=="}]
)
async def test_nobody_passes_without_the_token(http: httpx.AsyncClient, headers: dict):
    del http.headers["Authorization"]
    answer = await http.get("/v1/elders", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await http.get("/healthz")).status_code == 200


async def test_no_database_is_said_quickly_and_without_a_trace(config: BackendConfig):
    nowhere = BackendConfig(
        "postgresql://postgres@127.0.0.1:1/none", TOKEN, config.encryption_keys, "index"
    )
    app = create_app(nowhere)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://anban") as http,
    ):
        start = time.perf_counter()
        answer = await http.get("/v1/orders", headers=AUTH)
        ready = await http.get("/readyz")
        metrics = await http.get("/metrics")
        assert time.perf_counter() - start < 6
        client = BackendClient("http://anban", TOKEN, http=http)
        with pytest.raises(Unavailable):
            await client.orders()
    assert answer.status_code == 503
    assert answer.json()["title"] == "unavailable"
    assert "Traceback" not in answer.text
    assert "127.0.0.1" not in answer.text
    assert ready.status_code == 503
    assert "anban_database_up 0.0" in metrics.text


async def test_after_the_database_was_stopped_everything_goes_on_and_nothing_is_lost(
    own_postgres: EmbeddedPostgres,
):
    config = BackendConfig(
        own_postgres.url(), TOKEN, (Fernet.generate_key().decode(),), "index", webhook_secret="s"
    )
    app = create_app(config)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://anban") as http,
        webhook_receiver() as receiver,
        worker(config, (EMERGENCIES,)),
    ):
        client = BackendClient("http://anban", TOKEN, http=http)
        elder = await client.create_elder("林秀英", phone="13800001001")
        member = await client.create_family_member(elder.id, relation="女儿")
        await client.create_contact("webhook", receiver.url, family_member_id=member.id)
        own_postgres.stop()
        with pytest.raises(Unavailable):
            await client.elder(elder.id)
        own_postgres.start()
        assert (await client.elder(elder.id)).name == "林秀英"
        await client.raise_emergency(
            "e1", channel="phone", kind="fall", certainty="certain", text="摔", elder_id=elder.id
        )
        await receiver.arrived.wait()


async def test_readyz_names_every_part(http: httpx.AsyncClient, config: BackendConfig):
    before = await http.get("/readyz")
    assert before.status_code == 503
    assert before.json()["parts"] == {
        "database": "ok",
        "migrations": "ok",
        "worker_notices": "not seen yet",
        "worker_emergencies": "not seen yet",
        "worker_alarm_calls": "not seen yet",
        "watchdog": "not seen yet",
    }
    database = Database(config)
    await beat(database, (*QUEUES, BEAT))
    await database.close()
    assert (await http.get("/readyz")).status_code == 200


async def test_what_is_not_there_yet_says_so(http: httpx.AsyncClient):
    answer = await http.post("/v1/vouchers", json={})
    assert answer.status_code == 501
    assert "还没有开通" in answer.json()["detail"]
    described = (await http.get("/openapi.json")).json()
    assert "501" in described["paths"]["/v1/vouchers"]["get"]["responses"]


async def test_personal_data_lie_encrypted_and_an_old_key_still_opens_them(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    with psycopg.connect(config.database_url) as connection:
        row = connection.execute("SELECT * FROM elders").fetchone()
    stored = str(row)
    for secret in (elder.name, elder.phone, elder.address):
        assert secret
        assert secret not in stored
    rotated = (Fernet.generate_key().decode(), *config.encryption_keys)
    app = create_app(
        BackendConfig(config.database_url, TOKEN, rotated, config.index_key, test_clock=True)
    )
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://anban") as http,
    ):
        newer = BackendClient("http://anban", TOKEN, http=http)
        assert (await newer.elders(phone=elder.phone))[0] == elder


async def test_reading_personal_data_is_audited(
    http: httpx.AsyncClient, config: BackendConfig, elder: Elder
):
    await http.get(f"/v1/elders/{elder.id}", headers={"X-Anban-Actor": "desk:wang"})
    with psycopg.connect(config.database_url) as connection:
        found = connection.execute(
            "SELECT action, object FROM audit WHERE actor = 'desk:wang'"
        ).fetchall()
    assert found == [("read", f"elder:{elder.id}")]


def test_the_migrations_make_exactly_the_tables_of_the_code(database_url: str):
    with migrations(database_url) as config:
        command.check(config)


def test_upgrading_twice_changes_nothing(database_url: str):
    upgrade(database_url)


def test_a_database_folder_under_a_home_is_refused_for_root(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("os.geteuid", lambda: 0)
    with pytest.raises(Exception, match="home"):
        EmbeddedPostgres(Path("/home/somebody/data"))


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"name": "\\u0000"}', b'{"name": "a", "phone": "1"}', b'"x"']
)
async def test_unreadable_bodies_are_answered_as_problems(http: httpx.AsyncClient, body: bytes):
    answer = await http.post(
        "/v1/elders", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in {400, 422}
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/elders/%00",
        "/v1/orders?since=yesterday",
        "/v1/orders?limit=0",
        "/v1/orders?phone=12",
        "/v1/orders?status=%00",
        "/v1/orders?status=lost",
        "/v1/emergencies?status=lost",
        "/v1/notices?status=lost",
        "/v1/nothing",
        "/v1/providers?service=karaoke",
    ],
)
async def test_wrong_questions_are_answered_as_problems(http: httpx.AsyncClient, path: str):
    answer = await http.get(path)
    assert answer.status_code in {404, 422}
    assert answer.json()["detail"]


async def test_the_clock_is_ignored_without_a_test_clock(
    config: BackendConfig, client: BackendClient, elder: Elder
):
    app = create_app(
        BackendConfig(config.database_url, TOKEN, config.encryption_keys, config.index_key)
    )
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://anban") as http,
    ):
        real = BackendClient("http://anban", TOKEN, http=http)
        ticket = await real.create_handoff(conversation="c9", reason="asked", now=NOW)
    assert ticket.promised_at > NOW
