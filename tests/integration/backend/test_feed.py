"""The live feed of emergencies, over a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import psycopg
import pytest
import uvicorn
from fastapi import FastAPI

from anban.errors import Unavailable
from anban.postgres import EmbeddedPostgres
from backend import desk
from backend.api import create_app
from backend.api.server import Server
from backend.client import BackendClient, Elder
from backend.config import BackendConfig, DeskConfig
from backend.feed import RESYNC, Change, Feed

from .conftest import TOKEN
from .test_escalation import cry

pytestmark = pytest.mark.integration


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[tuple[str, Server]]:
    """Where an application is served, and its server."""
    server = Server(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=30))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", server
    server.should_exit = True
    await task


@pytest.fixture
async def url(config: BackendConfig) -> AsyncIterator[str]:
    async with serving(create_app(config)) as (found, _):
        yield found


async def said(lines: AsyncIterator[str]) -> tuple[str, object]:
    """The next event and its data."""
    event = ""
    async for line in lines:
        if line.startswith("event: "):
            event = line.removeprefix("event: ")
        if line.startswith("data: "):
            return event, json.loads(line.removeprefix("data: "))
    raise AssertionError("the feed ended")


async def test_the_desk_sees_what_there_is_and_then_each_change(
    url: str, client: BackendClient, config: BackendConfig, elder: Elder
):
    first = await cry(client)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        httpx.AsyncClient(base_url=url, headers=headers, timeout=20) as http,
        http.stream("GET", "/v1/emergencies/events") as feed,
        asyncio.timeout(30),
    ):
        assert feed.headers["content-type"].startswith("text/event-stream")
        lines = feed.aiter_lines()
        event, snapshot = await said(lines)
        assert event == "snapshot"
        assert [one["id"] for one in snapshot] == [first.id]
        await client.acknowledge(first.id, "小王")
        found: dict[str, dict] = {}
        while "acknowledged" not in found:
            event, data = await said(lines)
            found[event] = data
        assert found["acknowledged"]["acknowledged_by"] == "小王"
        second = await cry(client, "e2", kind="fire_gas", conversation="c2")
        while "rung" not in found:
            event, data = await said(lines)
            found[event] = data
        assert found["raised"]["id"] == second.id
        assert found["raised"]["rungs"][0]["who"] == ["family", "desk"]


async def test_nobody_watches_without_the_token(url: str):
    async with httpx.AsyncClient(base_url=url) as http:
        assert (await http.get("/v1/emergencies/events")).status_code == 401


async def test_a_feed_that_lost_the_database_says_that_all_must_be_read_anew(
    config: BackendConfig, client: BackendClient, elder: Elder
):
    feed = Feed(config.database_url)
    async with feed.subscription() as changes, asyncio.timeout(20):
        with psycopg.connect(config.database_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
            )
        assert await anext(changes) == RESYNC
        raised = await cry(client)
        assert await anext(changes) == Change(raised.id, "raised")


async def to_the_end(http: httpx.AsyncClient, path: str, begun: asyncio.Event) -> None:
    async with http.stream("GET", path, headers={"Authorization": f"Bearer {TOKEN}"}) as feed:
        async for _ in feed.aiter_lines():
            begun.set()


@pytest.mark.parametrize("database", ["there", "away"])
async def test_an_open_feed_does_not_hold_up_a_shutdown(
    own_postgres: EmbeddedPostgres, config: BackendConfig, database: str
):
    app = create_app(replace(config, database_url=own_postgres.url()))
    desk.install(app, DeskConfig("secret"))
    async with serving(app) as (url, server), httpx.AsyncClient(base_url=url, timeout=20) as http:
        token = {"Authorization": f"Bearer {TOKEN}"}
        agent = {"login": "wang", "name": "小王"}
        made = await http.post("/v1/agents", json=agent, headers=token)
        await http.post("/desk/login", data={**agent, "password": made.json()["password"]})
        if database == "away":
            await asyncio.to_thread(own_postgres.stop)
        paths = ("/desk/feed", "/v1/emergencies/events") if database == "there" else ("/desk/feed",)
        begun = {path: asyncio.Event() for path in paths}
        async with asyncio.timeout(30), asyncio.TaskGroup() as watching:
            for path in paths:
                watching.create_task(to_the_end(http, path, begun[path]))
            for one in begun.values():
                await one.wait()
            server.should_exit = True
            stopping = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - stopping < 2


async def test_a_feed_that_ends_takes_nobody_any_more(config: BackendConfig):
    feed = Feed(config.database_url)
    async with feed.subscription() as changes:
        feed.end()
        assert [change async for change in changes] == []
    with pytest.raises(Unavailable):
        async with feed.subscription():
            pass


async def test_a_feed_without_a_database_is_unavailable(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("backend.feed.START_SECONDS", 0.2)
    feed = Feed("postgresql://postgres@127.0.0.1:1/none")
    with pytest.raises(Unavailable):
        async with feed.subscription():
            pass
