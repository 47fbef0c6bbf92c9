"""A database with open emergencies is brought up to date, and back."""

import psycopg
import pytest
from alembic import command

from backend.store.upgrade import migrations, upgrade

pytestmark = pytest.mark.integration

OLD = """
INSERT INTO emergencies (id, key, conversation_id, channel, kind, certainty, status, text, sign,
                         span, raised_at)
VALUES ('e', 'k', 'c', 'phone', 'fall', 'certain', 'open', '', '', '', '2026-03-04T09:10+08');
INSERT INTO emergency_events (id, emergency_id, key, event, at)
VALUES ('v', 'e', 'k', 'raised', now());
"""


def test_an_emergency_from_before_the_ladder_is_alarming_at_once(database_url: str):
    with migrations(database_url) as config:
        command.downgrade(config, "0001")
    with psycopg.connect(database_url) as connection:
        connection.execute(OLD)
    upgrade(database_url)
    with psycopg.connect(database_url) as connection:
        found = connection.execute(
            "SELECT unheld_at <= now(), last_sign_at = raised_at, v.conversation_id, v.kind "
            "FROM emergencies e JOIN emergency_events v ON v.emergency_id = e.id"
        ).fetchone()
    assert found == (True, True, "c", "fall")
    with migrations(database_url) as config:
        command.downgrade(config, "0001")
    upgrade(database_url)
    with migrations(database_url) as config:
        command.check(config)
