"""The spool against the real backend and its PostgreSQL: however often a cry comes, one row."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import httpx
import psycopg
import pytest

from anban.postgres import EmbeddedPostgres
from backend.api import create_app
from backend.client import AlarmLine, BackendClient, Cry, Elder, Spool
from backend.config import BackendConfig
from backend.store.database import libpq_url
from backend.store.upgrade import upgrade
from tests.conftest import data_folder, remove_folder

from .conftest import NOW, TOKEN

pytestmark = pytest.mark.integration


def cry(elder: Elder | None = None, **values) -> Cry:
    given = {
        "channel": "phone",
        "kind": "fall",
        "certainty": "certain",
        "text": "救命啊我摔倒了起不来",
        "conversation": "c",
        "elder_id": elder.id if elder else None,
        "phone": "13800001001",
        "now": NOW,
    }
    return Cry.new(**{**given, **values})


@pytest.fixture
def spool(tmp_path: Path, config: BackendConfig) -> Spool:
    return Spool(tmp_path / "spool", config.encryption_keys)


def counted(config: BackendConfig) -> tuple[int, int]:
    """Emergencies and signs in the tables themselves."""
    with psycopg.connect(libpq_url(config.database_url)) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM emergencies),"
            " (SELECT count(*) FROM emergency_events WHERE key IS NOT NULL)"
        ).fetchone()
    assert row
    return int(row[0]), int(row[1])


async def test_one_cry_sent_by_many_at_once_is_one_sign_of_one_emergency(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    one = cry(elder)
    await asyncio.gather(*(client.raise_emergency(**vars(one)) for _ in range(8)))
    assert counted(config) == (1, 1)


async def test_a_cry_whose_answer_was_lost_is_one_row(
    client: BackendClient, config: BackendConfig, spool: Spool, elder: Elder
):
    one = cry(elder)
    spool.put(one)
    await client.raise_emergency(**vars(one))
    assert await AlarmLine(client, spool).drain() == 0
    assert counted(config) == (1, 1)
    assert spool.waiting() == []


async def test_what_the_backend_refuses_in_one_field_arrives_without_it(
    client: BackendClient, spool: Spool
):
    odd = cry(kind="no such kind", conversation="c" * 300, phone="1" * 300, channel="x" * 99)
    emergency = await AlarmLine(client, spool, patience=10).send(odd)
    assert emergency is not None
    assert emergency.kind == "unspecified"
    assert "救命" in emergency.text
    assert spool.waiting() == []


async def test_a_wrong_token_loses_no_cry(http: httpx.AsyncClient, spool: Spool, elder: Elder):
    wrong = BackendClient("http://anban", "wrong", http=http)
    assert await AlarmLine(wrong, spool, patience=10).send(cry(elder)) is None
    assert len(spool.waiting()) == 1
    right = BackendClient("http://anban", TOKEN, http=http)
    assert await AlarmLine(right, spool).drain() == 0


async def test_two_processes_with_one_folder_leave_one_row_each(
    client: BackendClient, config: BackendConfig, spool: Spool
):
    for number in range(20):
        spool.put(cry(conversation=f"c{number}", phone=f"138000090{number:02d}"))
    lines = [AlarmLine(client, spool) for _ in range(2)]
    await asyncio.gather(*(line.drain() for line in lines))
    await lines[0].drain()
    assert counted(config) == (20, 20)
    assert spool.waiting() == []


async def test_a_stopped_database_gets_the_cry_once_it_is_back(spool: Spool, config: BackendConfig):
    folder = data_folder()
    server = EmbeddedPostgres(folder)
    try:
        upgrade(server.start())
        own = replace(config, database_url=server.url())
        app = create_app(own)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://anban") as http,
        ):
            line = AlarmLine(BackendClient("http://anban", TOKEN, http=http), spool)
            server.stop()
            began = time.monotonic()
            assert await line.send(cry()) is None
            assert time.monotonic() - began < 2
            assert len(spool.waiting()) == 1
            assert await line.drain() == 1
            server.start()
            assert await line.drain() == 0
            assert counted(own) == (1, 1)
    finally:
        server.stop()
        remove_folder(folder)
