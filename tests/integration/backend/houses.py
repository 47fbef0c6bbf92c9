"""The real processes of `anban serve` on a test's database."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg

from backend.config import BackendConfig

ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def process(
    name: str, config: BackendConfig, ladder: Path | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `anban serve NAME` for as long as the block lasts."""
    given = {
        "ANBAN_DATABASE_URL": config.database_url,
        "ANBAN_SERVICE_TOKEN": config.service_token,
        "ANBAN_ENCRYPTION_KEYS": ",".join(config.encryption_keys),
        "ANBAN_INDEX_KEY": config.index_key,
        "ANBAN_WEBHOOK_SECRET": config.webhook_secret,
        "ANBAN_LADDER": str(ladder or ROOT / "localities" / "ladder.toml"),
    }
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "anban.serve", name),
        cwd=ROOT,
        env={**os.environ, **given},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def rows(config: BackendConfig, query: str) -> list[tuple]:
    async with await psycopg.AsyncConnection.connect(config.database_url) as connection:
        return await (await connection.execute(query)).fetchall()


async def until_rows(config: BackendConfig, query: str, count: int) -> list[tuple]:
    """Wait until a query finds so many rows; the test's own limit is the end of patience."""
    async with asyncio.timeout(60):
        while len(found := await rows(config, query)) < count:
            await asyncio.sleep(0.05)
        return found


async def workers_up(config: BackendConfig, count: int) -> None:
    """Wait until so many workers say that they live."""
    lately = "SELECT id FROM procrastinate_workers WHERE last_heartbeat > now() - interval '3 s'"
    await until_rows(config, lately, count)
