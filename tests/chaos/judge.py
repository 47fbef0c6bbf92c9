"""What the rows say: nothing lost, nothing counted twice, everything held or on its last rung."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from backend.store.database import libpq_url
from tests.bench.figures import Samples
from tests.chaos.callers import Cry

_ROWS = """
SELECT e.conversation_id, e.status,
       (SELECT min(r.begun_at) FROM rungs r WHERE r.emergency_id = e.id),
       (SELECT bool_or(r.begun_at IS NOT NULL) FROM rungs r WHERE r.emergency_id = e.id
        AND r.number = (SELECT max(number) FROM rungs WHERE emergency_id = e.id)),
       EXISTS (SELECT 1 FROM notices n WHERE n.emergency_id = e.id AND n.status = 'delivered')
FROM emergencies e
"""

_DOUBLES = """
SELECT conversation_id, array_agg(kind ORDER BY raised_at) FROM emergencies
GROUP BY conversation_id HAVING count(*) > 1 ORDER BY 1
"""

_SILENT = "SELECT count(DISTINCT emergency_id) FROM emergency_events WHERE event = 'silent'"

_TWICE = """
SELECT count(*) FROM (SELECT 1 FROM notices WHERE rung_id IS NOT NULL
                      GROUP BY rung_id, contact_id HAVING count(*) > 1) AS twice
"""


@dataclass(frozen=True)
class Row:
    """One emergency as the database has it."""

    conversation: str | None
    status: str
    alarmed_at: float | None
    on_last_rung: bool
    told: bool

    @property
    def settled(self) -> bool:
        """A person holds it, or everybody there is has been told."""
        return self.status != "open" or self.on_last_rung


@dataclass(frozen=True)
class Verdict:
    """What a run left.

    Attributes:
        lost: cries that left no row.
        twice: cries with more than one row, and rows nobody cried for.
        told_twice: times that a contact has two alarms of one rung.
        unsettled: emergencies neither acknowledged nor on their last rung.
        untold: emergencies nobody was told of.
        acknowledged: emergencies that a person holds.
        last_rung: emergencies nobody holds that have reached their last rung.
        silent: emergencies whose caller fell silent.
        to_alarm: from the first cry to the row and its first rung, in seconds.
    """

    lost: int
    twice: int
    told_twice: int
    unsettled: int
    untold: int
    acknowledged: int
    last_rung: int
    silent: int
    to_alarm: Samples

    @property
    def good(self) -> bool:
        """Nothing lost, nothing twice, nothing left lying."""
        return not (self.lost or self.twice or self.told_twice or self.unsettled or self.untold)


def rows(database_url: str) -> list[Row]:
    """All emergencies of a database."""
    with psycopg.connect(libpq_url(database_url)) as connection:
        found = connection.execute(_ROWS).fetchall()
    return [
        Row(talk, status, at.timestamp() if at else None, bool(last), told)
        for talk, status, at, last, told in found
    ]


def doubles(database_url: str) -> list[tuple[str, list[str]]]:
    """The conversations with more than one emergency, and the kinds of those."""
    with psycopg.connect(libpq_url(database_url)) as connection:
        return connection.execute(_DOUBLES).fetchall()


def judge(database_url: str, cries: Sequence[Cry]) -> Verdict:
    """Compares what was cried with what was written."""
    found = rows(database_url)
    with psycopg.connect(libpq_url(database_url)) as connection:
        told_twice = connection.execute(_TWICE).fetchone()
        silent = connection.execute(_SILENT).fetchone()
    by_talk: dict[str | None, list[Row]] = {}
    for row in found:
        by_talk.setdefault(row.conversation, []).append(row)
    cried = {cry.conversation: cry for cry in cries}
    waits = [
        row.alarmed_at - cried[talk].cried_at
        for talk, of_talk in by_talk.items()
        for row in of_talk
        if talk in cried and row.alarmed_at is not None
    ]
    return Verdict(
        lost=sum(talk not in by_talk for talk in cried),
        twice=sum(len(of_talk) - (talk in cried) for talk, of_talk in by_talk.items()),
        told_twice=told_twice[0] if told_twice else 0,
        unsettled=sum(not row.settled for row in found),
        untold=sum(not row.told for row in found),
        acknowledged=sum(row.status == "acknowledged" for row in found),
        last_rung=sum(row.status == "open" and row.on_last_rung for row in found),
        silent=silent[0] if silent else 0,
        to_alarm=Samples(waits),
    )
