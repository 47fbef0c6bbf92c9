"""Bring a database up to date: our tables by Alembic, the job tables by Procrastinate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, NullPool, create_engine

from anban.errors import Unavailable
from backend.store.database import driver_url, libpq_url

_LOCK = 4_207_001
"""advisory lock: of two processes that upgrade at once one waits"""


def upgrade(database_url: str) -> None:
    """Make or change the tables of a database so that they fit this version; idempotent.

    Raises:
        Unavailable: the database cannot be reached.
    """
    try:
        with psycopg.connect(libpq_url(database_url), connect_timeout=5) as lock:
            lock.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            with migrations(database_url) as config:
                command.upgrade(config, "head")
            _ensure_jobs(lock)
    except psycopg.OperationalError as error:
        raise Unavailable("数据库暂时连不上") from error


@contextmanager
def migrations(database_url: str) -> Iterator[Config]:
    """Give Alembic's configuration with an open connection to the database."""
    engine = create_engine(driver_url(database_url), poolclass=NullPool)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        yield config


def head() -> str | None:
    """Return the revision this version needs."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return ScriptDirectory.from_config(config).get_current_head()


def current(connection: Connection) -> str | None:
    """Return the revision a database is at."""
    return MigrationContext.configure(connection).get_current_revision()


def _ensure_jobs(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    found = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
    if found is not None and found[0] is None:
        connection.execute(SchemaManager.get_schema())
