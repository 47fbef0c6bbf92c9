"""Bring a database up to date: our tables by Alembic, the job tables by Procrastinate."""

from __future__ import annotations

import logging
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

logger = logging.getLogger(__name__)

_LOCK = 4_207_001
"""advisory lock: of two processes that upgrade at once one waits"""

_UNRECORDED = "03.04.00_50_post_add_retry_failed_job_procedure"
"""the newest migration of Procrastinate 3.10, which made the tables before a record was kept"""
_RECORD_TABLE = """
CREATE TABLE IF NOT EXISTS procrastinate_schema (
    one boolean PRIMARY KEY CHECK (one),
    newest text NOT NULL
)
"""
_RECORD = """
INSERT INTO procrastinate_schema (one, newest) VALUES (true, %s)
ON CONFLICT (one) DO UPDATE SET newest = excluded.newest
WHERE procrastinate_schema.newest < excluded.newest
"""


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
            _upgrade_jobs(lock)
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


def _upgrade_jobs(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Make Procrastinate's tables, or run those of its migrations that are newer than they are.

    Procrastinate leaves the choice to whoever installs it: its migrations are files named
    ``<version>_<number>_<what>.sql``, so their names sort by age, and it records none. The newest
    one that a database has seen is written down here, in the same transaction.
    """
    folder = Path(SchemaManager.get_migrations_path())
    known = sorted(path.stem for path in folder.glob("*.sql"))
    if not _exists(connection, "procrastinate_jobs"):
        connection.execute(SchemaManager.get_schema())
    else:
        seen = _newest_seen(connection)
        for name in (name for name in known if name > seen):
            logger.info("job tables: %s", name)
            connection.execute((folder / f"{name}.sql").read_bytes())
    connection.execute(_RECORD_TABLE)
    connection.execute(_RECORD, (known[-1],))


def _newest_seen(connection: psycopg.Connection[tuple[object, ...]]) -> str:
    if _exists(connection, "procrastinate_schema"):
        found = connection.execute("SELECT newest FROM procrastinate_schema").fetchone()
        if found is not None:
            return str(found[0])
    return _UNRECORDED


def _exists(connection: psycopg.Connection[tuple[object, ...]], table: str) -> bool:
    found = connection.execute("SELECT to_regclass(%s)", (table,)).fetchone()
    return found is not None and found[0] is not None
