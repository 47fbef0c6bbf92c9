"""Ratings and reminders of medicine: kept, refused, and carried out by a worker."""

from datetime import datetime, timedelta

import pytest

from anban.errors import Conflict, NotFound, Rejected
from backend.client import BackendClient, Elder, Order
from backend.config import BackendConfig
from backend.domain.times import CHINA
from backend.services import reminders
from backend.services.work import Work
from backend.store.database import Database
from backend.store.hotline import Reminder as Row

from .conftest import NOW
from .houses import rows

pytestmark = pytest.mark.integration

TOMORROW = "2026-03-05"


async def remind(client: BackendClient, elder: Elder, **changes: object):
    values = {
        "conversation": "c1",
        "first": TOMORROW,
        "rule": "FREQ=DAILY",
        "times": ["20:30", "08:00"],
        "now": NOW,
    }
    return await client.set_reminder(elder.id, **{**values, **changes})


@pytest.fixture
async def finished(client: BackendClient, elder: Elder) -> Order:
    order = await client.place_order(
        "k1",
        service="bathing",
        date="2026-03-04",
        time="14:00",
        conversation="c0",
        elder_id=elder.id,
        now=NOW,
    )
    return await client.change_order("k2", order.number, status="finished", now=NOW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"times": ["26:00"]}, "times"),
        ({"times": ["03:00"]}, "times"),
        ({"rule": "HOURLY"}, "recurring"),
        ({"first": "2026-03-01"}, "date"),
        ({"first": "morgen"}, "date"),
    ],
)
async def test_a_reminder_that_cannot_be_names_the_field(
    client: BackendClient, elder: Elder, changes: dict, field: str
) -> None:
    with pytest.raises(Rejected) as refused:
        await remind(client, elder, **changes)
    assert refused.value.field == field
    assert await client.reminders(elder_id=elder.id) == []


async def test_the_same_wish_in_one_conversation_is_one_reminder(
    client: BackendClient, elder: Elder
) -> None:
    one, again = await remind(client, elder), await remind(client, elder)
    other = await remind(client, elder, times=["12:00"])
    assert one.id == again.id != other.id
    assert one.times == ("08:00", "20:30")
    assert len(await client.reminders(elder_id=elder.id)) == 2


async def test_one_that_was_ended_is_gone_and_stays_so(client: BackendClient, elder: Elder) -> None:
    one = await remind(client, elder)
    await client.end_reminder(one.id, now=NOW)
    await client.end_reminder(one.id, now=NOW)
    assert await client.reminders(elder_id=elder.id) == []
    with pytest.raises(NotFound):
        await client.end_reminder("nobody's")


async def ring(config: BackendConfig, reminder: str, due: datetime) -> None:
    database = Database(config)
    try:
        async with database.transaction() as session:
            row = await session.get_one(Row, reminder)
            row.next_at = due
        async with database.transaction() as session:
            work = Work(session, datetime.now(CHINA), config, actor="worker")
            await reminders.ring(work, reminder, due.isoformat())
    finally:
        await database.close()


async def test_without_a_telephone_the_elder_is_told_by_their_own_way_and_the_next_time_is_planned(
    client: BackendClient, config: BackendConfig, elder: Elder
) -> None:
    one = await remind(client, elder)
    await client.create_contact("webhook", "http://127.0.0.1:9/x", elder_id=elder.id)
    await ring(config, one.id, datetime.now(CHINA) - timedelta(seconds=5))
    told = await client.notices(elder_id=elder.id)
    assert [notice.event for notice in told] == ["reminder"]
    assert "药" in told[0].text
    jobs = await rows(config, "SELECT args FROM procrastinate_jobs WHERE task_name = 'remind'")
    assert len(jobs) == 2, "the first time, and the next"


async def test_one_that_comes_hours_late_is_left_out(
    client: BackendClient, config: BackendConfig, elder: Elder
) -> None:
    one = await remind(client, elder)
    await client.create_contact("webhook", "http://127.0.0.1:9/x", elder_id=elder.id)
    await ring(config, one.id, datetime.now(CHINA) - timedelta(hours=3))
    assert await client.notices(elder_id=elder.id) == []


async def test_whom_nothing_reaches_is_a_case_for_people_once(
    client: BackendClient, config: BackendConfig, elder: Elder
) -> None:
    one = await remind(client, elder)
    for _ in range(2):
        await ring(config, one.id, datetime.now(CHINA) - timedelta(seconds=5))
    assert [case.reason for case in await client.handoffs(elder_id=elder.id)] == ["reminder"]


async def test_only_what_was_carried_out_is_rated(client: BackendClient, elder: Elder) -> None:
    order = await client.place_order(
        "k9",
        service="meals",
        date=TOMORROW,
        time="noon",
        conversation="c0",
        elder_id=elder.id,
        now=NOW,
    )
    with pytest.raises(Conflict):
        await client.rate(order.number, conversation="c1", stars=5, now=NOW)
    with pytest.raises(NotFound):
        await client.rate("000000", conversation="c1", stars=5, now=NOW)
    with pytest.raises(Rejected):
        await client.rate(order.number, conversation="c1", stars=6, now=NOW)


async def test_words_and_stars_of_one_order_are_one_rating(
    client: BackendClient, elder: Elder, finished: Order
) -> None:
    await client.rate(finished.number, conversation="c1", said="手脚轻", now=NOW)
    kept = await client.rate(finished.number, conversation="c1", stars=5, said="五颗星", now=NOW)
    assert (kept.stars, kept.said, kept.case_id) == (5, "手脚轻；五颗星", None)
    assert len(await client.ratings(elder_id=elder.id)) == 1
    assert await client.handoffs(elder_id=elder.id) == []


async def test_a_bad_one_is_looked_into_by_people_with_its_reason(
    client: BackendClient, elder: Elder, finished: Order
) -> None:
    await client.rate(finished.number, conversation="c1", stars=1, said="一颗星", now=NOW)
    await client.rate(finished.number, conversation="c1", said="水是凉的", bad=True, now=NOW)
    (case,) = await client.handoffs(elder_id=elder.id)
    assert case.reason == "complaint"
    assert "水是凉的" in case.summary
