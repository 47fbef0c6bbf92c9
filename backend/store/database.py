"""The connection to PostgreSQL: one engine, sessions, and quick honest failure."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import sqlalchemy.exc
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from anban.errors import Unavailable
from backend.config import BackendConfig
from backend.store.vault import Vault

STATEMENT_TIMEOUT_MS = 10_000

BROKEN = (
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.InterfaceError,
    sqlalchemy.exc.TimeoutError,
    ConnectionError,
)
"""what SQLAlchemy and the driver raise when the database is gone"""


def driver_url(url: str) -> str:
    """Return the URL as SQLAlchemy wants it, with psycopg named as the driver."""
    made = make_url(url).set(drivername="postgresql+psycopg")
    return made.render_as_string(hide_password=False)


def libpq_url(url: str) -> str:
    """Return the URL as libpq, psycopg and Procrastinate want it."""
    made = make_url(url).set(drivername="postgresql")
    return made.render_as_string(hide_password=False)


class Database:
    """Sessions on one PostgreSQL database; made without connecting."""

    def __init__(self, config: BackendConfig) -> None:
        self.engine: AsyncEngine = create_async_engine(
            driver_url(config.database_url),
            pool_pre_ping=True,
            hide_parameters=True,
            pool_size=config.pool_size,
            max_overflow=config.pool_size,
            pool_timeout=config.connect_timeout,
            connect_args={
                "connect_timeout": config.connect_timeout,
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC",
            },
        )
        Vault(config.encryption_keys, config.index_key).guard(self.engine.sync_engine)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Give a session; commit at the end, roll back on any error.

        Raises:
            Unavailable: the database cannot be reached or went away.
        """
        try:
            async with (
                AsyncSession(self.engine, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session
        except BROKEN as error:
            raise Unavailable("数据库暂时连不上，请稍后再试") from error

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[bool]:
        """Hold `name` for as long as the block lasts; False where another process holds it.

        It is held by a connection, so a process that is killed lets go of it at once.

        Raises:
            Unavailable: the database cannot be reached.
        """
        key = func.hashtextextended(name, 0)
        async with self._autocommit() as connection:
            try:
                got = bool(await connection.scalar(select(func.pg_try_advisory_lock(key))))
            except BROKEN as error:
                raise Unavailable("数据库暂时连不上，请稍后再试") from error
            try:
                yield got
            finally:
                if got:
                    with suppress(*BROKEN):  # a lost connection has let go by itself
                        await connection.execute(select(func.pg_advisory_unlock(key)))

    @asynccontextmanager
    async def _autocommit(self) -> AsyncIterator[AsyncConnection]:
        try:
            connection = await self.engine.connect()
        except BROKEN as error:
            raise Unavailable("数据库暂时连不上，请稍后再试") from error
        try:
            yield await connection.execution_options(isolation_level="AUTOCOMMIT")
        finally:
            with suppress(*BROKEN):
                await connection.close()

    async def ping(self) -> None:
        """Ask the database something.

        Raises:
            Unavailable: it does not answer.
        """
        async with self.transaction() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def utc_now() -> datetime:
    """Return the time of this machine, aware."""
    return datetime.now(UTC)
