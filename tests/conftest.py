"""Fixtures that every category of tests may use."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from anban.postgres import EmbeddedPostgres
from backend.store.upgrade import upgrade


def data_folder() -> Path:
    """Return a fresh folder for a server; root's must not lie under a home or a private folder."""
    parent = Path("/var/lib") if os.geteuid() == 0 else None
    return Path(tempfile.mkdtemp(prefix="anban-test-", dir=parent))


def remove_folder(folder: Path) -> None:
    """Remove what `data_folder` made."""
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """One embedded PostgreSQL for the whole run, with a migrated database `template`."""
    folder = data_folder()
    server = EmbeddedPostgres(folder)
    try:
        url = server.start("template")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        upgrade(url)
        yield server
    finally:
        server.stop()
        remove_folder(folder)


@pytest.fixture
def own_postgres() -> Iterator[EmbeddedPostgres]:
    """A server of this test's own, which it may stop."""
    folder = data_folder()
    server = EmbeddedPostgres(folder)
    try:
        upgrade(server.start())
        yield server
    finally:
        server.stop()
        remove_folder(folder)


@pytest.fixture
def database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A fresh migrated database, dropped after the test."""
    name = f"test_{uuid4().hex[:12]}"
    yield postgres.create_database(name, template="template")
    postgres.drop_database(name)
