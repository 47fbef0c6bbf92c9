"""A backend on a fresh database, and real receivers on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import pytest
from cryptography.fernet import Fernet

from backend.api import create_app
from backend.client import BackendClient, Elder
from backend.config import BackendConfig
from backend.jobs.worker import run_worker

TOKEN = "test-token"
NOW = datetime(2026, 3, 4, 9, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def config(database_url: str) -> BackendConfig:
    return BackendConfig(
        database_url=database_url,
        service_token=TOKEN,
        encryption_keys=(Fernet.generate_key().decode(),),
        index_key="index",
        webhook_secret="hook",
        test_clock=True,
        delivery_attempts=3,
        delivery_backoff=1,
        alarm_attempts=3,
        alarm_wait=1,
        pool_size=5,
    )


@pytest.fixture
async def http(config: BackendConfig) -> AsyncIterator[httpx.AsyncClient]:
    """The application without a socket; carries the token and the test's clock."""
    app = create_app(config)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Anban-Now": NOW.isoformat()}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://anban", headers=headers) as client,
    ):
        yield client


@asynccontextmanager
async def api(config: BackendConfig) -> AsyncIterator[BackendClient]:
    """A client of a backend with another configuration, without a socket."""
    app = create_app(config)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://anban") as http,
    ):
        yield BackendClient("http://anban", TOKEN, http=http)


@pytest.fixture
def client(http: httpx.AsyncClient) -> BackendClient:
    return BackendClient("http://anban", TOKEN, http=http)


@pytest.fixture
async def elder(client: BackendClient) -> Elder:
    return await client.create_elder(
        "林秀英", phone="13800001001", address="福康县西城街道和平路18号302", locality="福康县"
    )


@asynccontextmanager
async def worker(config: BackendConfig, queues: tuple[str, ...]) -> AsyncIterator[None]:
    """Run a worker in this loop for as long as the block lasts."""
    stop = asyncio.Event()
    task = asyncio.create_task(run_worker(replace(config, pool_size=2), queues, stop))
    try:
        yield
    finally:
        stop.set()
        await task
