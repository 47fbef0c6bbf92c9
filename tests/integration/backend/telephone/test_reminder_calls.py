"""Reminders of medicine by telephone: at their minute, asked, and ended by a refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from backend.client import BackendClient, CheckIn, Elder
from backend.config import BackendConfig
from backend.domain.call_outs import CallRules
from backend.domain.times import CHINA
from backend.services import reminders
from backend.services.work import Work
from backend.store.database import Database
from backend.store.hotline import Reminder

from ..conftest import NOW
from .conftest import FakeExchange
from .test_check_ins import called, talking

pytestmark = pytest.mark.integration


@pytest.fixture
def attempts() -> int:
    return 3


async def rung(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
) -> list[CheckIn]:
    """Sets a reminder and lets its time come; gives the calls that are to be made."""
    kept = await client.set_reminder(
        elder.id,
        conversation="c1",
        first="2026-03-05",
        rule="FREQ=DAILY",
        times=["08:00"],
        now=NOW,
    )
    due = datetime.now(CHINA) - timedelta(seconds=5)
    async with database.transaction() as session:
        (await session.get_one(Reminder, kept.id)).next_at = due
    async with database.transaction() as session:
        work = Work(session, datetime.now(CHINA), config, actor="worker")
        await reminders.ring(work, kept.id, due.isoformat())
    return await client.check_ins(elder_id=elder.id, kind="reminder", status="waiting")


async def test_it_calls_at_its_minute_whatever_the_hours_and_asks_whether_it_is_taken(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
) -> None:
    night = replace(config, telephone=replace(config.telephone, rules=CallRules(time(0), time(0))))
    (found,) = await rung(night, client, elder, database)
    exchange = talking(client, ("taken", "吃过了", "ok"))
    await called(night, database, found, exchange)
    (row,) = await client.check_ins(elder_id=elder.id, kind="reminder")
    assert row.status == "done"
    assert await client.handoffs(elder_id=elder.id) == []
    assert [one.purpose for one in await client.call_outs()] == ["reminder"]


async def test_who_has_no_medicine_left_is_a_case(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
) -> None:
    (found,) = await rung(config, client, elder, database)
    await called(config, database, found, talking(client, ("taken", "没药了", "worry")))
    (case,) = await client.handoffs(elder_id=elder.id)
    assert "没药了" in case.summary


async def test_nobody_answering_is_no_alarm(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
) -> None:
    (found,) = await rung(config, client, elder, database)
    for _ in range(3):
        await called(config, database, found, FakeExchange(["no_answer"]))
    (row,) = await client.check_ins(elder_id=elder.id, kind="reminder")
    assert row.status == "given_up"
    assert await client.emergencies(elder_id=elder.id) == []
    assert await client.handoffs(elder_id=elder.id) == []


async def test_who_wants_no_more_calls_is_reminded_no_more(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
) -> None:
    (found,) = await rung(config, client, elder, database)

    async def refuses(call_id: str) -> None:
        await client.call_answered(call_id, machine=False)
        await client.check_in_refused(call_id)

    await called(config, database, found, FakeExchange(["answered"], on_call=refuses))
    assert await client.reminders(elder_id=elder.id) == []
