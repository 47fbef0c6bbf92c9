"""Databases of earlier versions: what is missing is added, once."""

from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from procrastinate.schema import SchemaManager

from anban.postgres import EmbeddedPostgres
from backend.store.upgrade import upgrade

pytestmark = pytest.mark.integration

MIGRATIONS = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
OLD = "02.08"
"""A version of Procrastinate that lacks indexes, heartbeats and batches."""

RECORD_TABLE = "CREATE TABLE procrastinate_schema (one boolean PRIMARY KEY, newest text NOT NULL)"

SHAPE = """
SELECT 'column', table_name || '.' || column_name || ' ' || data_type
FROM information_schema.columns
WHERE table_schema = 'public' AND table_name LIKE 'procrastinate%'
UNION ALL
SELECT 'function', proname || '(' || pg_get_function_identity_arguments(oid) || ')'
FROM pg_proc WHERE proname LIKE 'procrastinate%'
UNION ALL
SELECT 'trigger', tgname FROM pg_trigger WHERE tgname LIKE 'procrastinate%'
UNION ALL
SELECT 'index', indexname FROM pg_indexes WHERE tablename LIKE 'procrastinate%'
ORDER BY 1, 2
"""


def shape(url: str) -> list[tuple[str, str]]:
    with psycopg.connect(url) as connection:
        return connection.execute(SHAPE).fetchall()


def newest(url: str) -> str:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT newest FROM procrastinate_schema").fetchone()[0]


@pytest.fixture
def empty_url(postgres: EmbeddedPostgres):
    name = f"old_{uuid4().hex[:12]}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


def test_job_tables_of_an_old_version_become_those_of_a_new_database(
    empty_url: str, database_url: str
):
    with psycopg.connect(empty_url) as connection:
        seen = [path for path in MIGRATIONS if path.stem < OLD]
        for path in seen:
            connection.execute(path.read_bytes())
        connection.execute(RECORD_TABLE)
        connection.execute("INSERT INTO procrastinate_schema VALUES (true, %s)", (seen[-1].stem,))
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('q', 't', '{}')"
        )
    before = shape(empty_url)
    upgrade(empty_url)
    assert shape(empty_url) == shape(database_url) != before
    assert newest(empty_url) == MIGRATIONS[-1].stem
    with psycopg.connect(empty_url) as connection:
        kept = connection.execute("SELECT task_name, status FROM procrastinate_jobs").fetchall()
    assert kept == [("t", "todo")]


def test_job_tables_without_a_record_are_those_of_the_version_that_kept_none(database_url: str):
    with psycopg.connect(database_url) as connection:
        connection.execute("DROP TABLE procrastinate_schema")
    upgrade(database_url)
    assert newest(database_url) == MIGRATIONS[-1].stem


def test_a_second_upgrade_changes_nothing(database_url: str):
    before = shape(database_url)
    upgrade(database_url)
    upgrade(database_url)
    assert shape(database_url) == before


def test_tables_newer_than_this_version_are_left_alone(database_url: str):
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE procrastinate_schema SET newest = '99.00.00_01_later'")
    upgrade(database_url)
    assert newest(database_url) == "99.00.00_01_later"
