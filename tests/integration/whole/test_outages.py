"""A part dies in the middle: what is said stays true, nothing is half written, all goes on."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest

from anban import wiring
from backend.store.database import libpq_url
from bot.dialogue import Dialogue

from .helpers import Family, House, until

pytestmark = [
    pytest.mark.integration,
    pytest.mark.rasa,
    pytest.mark.asyncio(loop_scope="session"),
]

CRY = "救命啊，我摔倒了起不来"
RESTART_SECONDS = 90
"""Rasa loads its model anew."""


async def test_without_the_database_nothing_is_called_booked_and_the_same_call_can_finish(
    house: House, family: Family
):
    elder = house.call(family.phone)
    assert (await elder.say("我要订明天上午九点打扫卫生")).ask == "confirm"
    async with house.without_postgres():
        refused = await elder.say("对")
    assert refused.order is None
    assert "订好" not in refused.text
    assert "记不进去" in refused.text
    assert await house.orders(family.phone) == []
    assert await house.backend.notices(elder_id=family.elder.id) == []

    again = await elder.say("我要订明天上午九点打扫卫生")
    assert again.ask == "confirm"
    assert (await elder.say("对")).order
    assert len(await house.orders(family.phone)) == 1
    assert len(await house.delivered(family.elder, "order_booked")) == 1


async def test_a_database_gone_between_two_questions_loses_no_answer_given_before(
    house: House, family: Family
):
    elder = house.call(family.phone)
    assert (await elder.says("我想找人打扫卫生", "明天")).ask == "time"
    async with house.without_postgres():
        assert (await elder.say("上午九点")).ask == "confirm"
        assert (await elder.say("我订了什么")).order is None
    assert (await elder.say("对")).order
    (order,) = await house.orders(family.phone)
    assert (order.service, order.time) == ("cleaning", "09:00")


async def test_a_call_that_comes_in_without_the_database_can_book_once_it_is_back(
    house: House, family: Family
):
    elder = house.call(family.phone)
    async with house.without_postgres():
        await elder.say("")
        refused = await elder.say("我要订明天上午九点打扫卫生")
        assert "订好" not in refused.text
    assert (await elder.say("我要订明天上午九点打扫卫生")).ask == "confirm"
    assert (await elder.say("对")).order
    (order,) = await house.orders(family.phone)
    assert order.elder_id == family.elder.id


async def test_a_new_call_after_the_database_is_back_can_book(house: House, family: Family):
    async with house.without_postgres():
        assert (await house.call(family.phone).say("我要订明天上午九点打扫卫生")).order is None
    elder = house.call(family.phone)
    assert "林秀英" in (await elder.say("")).text
    assert (await elder.says("我要订明天上午九点打扫卫生", "对")).order


@pytest.mark.parametrize("begun", ["before", "meanwhile"])
async def test_a_cry_while_the_database_is_stopped_is_written_once_it_is_back(
    house: House, family: Family, begun: str
):
    elder = house.call(family.phone)
    if begun == "before":
        await elder.say("")
    async with house.without_postgres():
        said = await elder.say(CRY)
        assert "叫人" in said.text
        assert "女儿" not in said.text, "nobody has been told yet"
        await elder.say("我站不起来")
    await arrived_once(house, family)
    (emergency,) = await house.emergencies(family.phone)
    assert (emergency.kind, emergency.status) == ("fall", "open")


async def alarms(house: House, family: Family) -> int:
    """How often the daughter was told that there is an emergency; updates are not counted."""
    received = await house.received(family.elder)
    return sum(kept["notice"]["event"] == "emergency_raised" for kept in received)


def rows(house: House, elder_id: str) -> int:
    """Emergencies of an elder, counted in the table itself."""
    with psycopg.connect(libpq_url(house.stage.database_url)) as connection:
        found = connection.execute(
            "SELECT count(*) FROM emergencies WHERE elder_id = %s", (elder_id,)
        ).fetchone()
    assert found
    return int(found[0])


async def test_rasa_killed_is_said_a_cry_is_still_told_once_and_it_comes_back(
    house: House, family: Family
):
    other, third = await house.family(), await house.family()
    elder, patient = house.call(family.phone), house.call(third.phone)
    assert (await elder.says("我想找人打扫卫生", "明天")).ask == "time"
    assert (await patient.says("我想找人打扫卫生", "明天")).ask == "time"
    restarts = house.process("rasa").restarts
    house.kill("rasa")

    broken = await elder.say("上午九点")
    assert broken.order is None
    assert "出了点问题" in broken.text
    assert broken.handoff
    (ticket,) = await house.backend.handoffs(elder_id=family.elder.id)
    assert ticket.reason == "mind_down"

    cry = await house.call(other.phone).say(CRY)
    assert "叫人" in cry.text
    assert "女儿" in cry.text
    await arrived_once(house, other)

    await house.ready("rasa", seconds=RESTART_SECONDS)
    assert house.process("rasa").restarts == restarts + 1
    again = house.call(family.phone)
    assert "还没订完" in (await again.say("")).text, "what was said before it died is kept"
    assert (await again.says("好", "上午九点")).ask == "confirm"
    assert (await again.say("对")).order
    assert len(await house.orders(family.phone)) == 1
    assert (await patient.say("我要订明天上午九点打扫卫生")).ask == "confirm"
    assert (await patient.say("对")).order, "whoever stayed on the line can finish too"


async def test_the_action_server_killed_is_said_and_it_comes_back(house: House, family: Family):
    elder = house.call(family.phone)
    assert (await elder.say("我要订明天上午九点打扫卫生")).ask == "confirm"
    restarts = house.process("actions").restarts
    house.kill("actions")
    broken = await elder.say("对")
    assert broken.order is None
    assert "订好" not in broken.text
    assert "出了点问题" in broken.text or "记不进去" in broken.text
    assert await house.orders(family.phone) == []

    crier = await house.family()
    assert "叫人" in (await house.call(crier.phone).say(CRY)).text
    await arrived_once(house, crier)

    await house.ready("actions", seconds=30)
    assert house.process("actions").restarts == restarts + 1
    goes_on = await elder.say("我要订明天上午九点打扫卫生")
    if goes_on.ask == "confirm":  # else saying the same again was taken for the yes
        goes_on = await elder.say("对")
    assert goes_on.order
    assert len(await house.orders(family.phone)) == 1


async def test_a_worker_killed_delivers_late_but_delivers_once(house: House, family: Family):
    elder = house.call(family.phone)
    await elder.say("我要订明天上午九点打扫卫生")
    house.kill("worker")
    assert (await elder.say("对")).order
    (notice,) = await house.delivered(family.elder, "order_booked")
    assert notice.status == "delivered"
    assert len(await house.received(family.elder)) == 1


async def test_the_inbox_away_for_a_while_gets_the_notice_later(house: House, family: Family):
    elder = house.call(family.phone)
    await elder.say("我要订明天上午九点打扫卫生")
    house.kill("inbox")
    assert (await elder.say("对")).order

    async def told() -> bool:
        notices = await house.backend.notices(elder_id=family.elder.id)
        return any(notice.status == "delivered" for notice in notices)

    await until(told, 60, "the notice was delivered after all")
    assert len(await house.received(family.elder)) == 1


@asynccontextmanager
async def line(house: House) -> AsyncIterator[Dialogue]:
    """The dialogue outside the backend, as the voice process holds it."""
    mind = wiring.dialogue(house.stage.settings)
    try:
        yield mind
    finally:
        await mind.close()


async def cry(mind: Dialogue, phone: str) -> tuple[str, float]:
    """Cries for help; gives what was answered, and how long that took."""
    began = time.monotonic()
    replies = await mind.say(f"line-{phone}", CRY, channel="phone", phone=phone)
    return "".join(reply.text for reply in replies), time.monotonic() - began


async def arrived_once(house: House, family: Family) -> None:
    """One row, told once, and nothing left behind."""
    await until(lambda: house.emergencies(family.phone), 30, "the emergency was written")
    (notice,) = await house.delivered(family.elder, "emergency_raised")
    assert notice.status == "delivered"
    assert rows(house, family.elder.id) == 1
    assert await alarms(house, family) == 1

    async def drained() -> bool:
        return not wiring.spool(house.stage.settings).waiting()

    await until(drained, 30, "the spool is empty")


async def test_a_cry_while_the_backend_is_killed_waits_on_disk_and_arrives_once(
    house: House, family: Family
):
    async with line(house) as mind:
        house.kill("backend")
        said, seconds = await cry(mind, family.phone)
        assert "我听到了" in said
        assert "女儿" not in said
        assert seconds < 3
        assert len(wiring.spool(house.stage.settings).waiting()) == 1
    await house.ready("database", seconds=60)
    await arrived_once(house, family)


async def test_a_cry_while_the_backend_hangs_is_answered_and_arrives_once(
    house: House, family: Family
):
    child = house.process("backend").child
    assert child is not None
    os.kill(child.pid, signal.SIGSTOP)
    try:
        async with line(house) as mind:
            said, seconds = await cry(mind, family.phone)
            assert "我听到了" in said
            assert seconds < 3
            again, _ = await cry(mind, family.phone)
            assert again, "the second cry is heard as well"
    finally:
        os.kill(child.pid, signal.SIGCONT)
    await arrived_once(house, family)


@pytest.mark.parametrize("part", ["rasa", "actions", "emergency-worker"])
async def test_a_cry_while_another_part_hangs_arrives_at_once_and_once(
    house: House, family: Family, part: str
):
    child = house.process(part).child
    assert child is not None
    os.kill(child.pid, signal.SIGSTOP)
    try:
        elder = house.call(family.phone)
        talking = asyncio.create_task(elder.say("我要订明天上午九点打扫卫生"))
        async with asyncio.timeout(3):
            said = await house.call(family.phone, conversation=elder.conversation).say(CRY)
        assert "我听到了" in said.text
        assert "女儿" in said.text
        assert len(await house.emergencies(family.phone)) == 1
        await talking
    finally:
        os.kill(child.pid, signal.SIGCONT)
    await arrived_once(house, family)


async def test_two_lines_at_once_in_an_outage_are_both_answered(house: House, family: Family):
    elder = house.call(family.phone)
    async with house.without_postgres():
        answers = await asyncio.gather(elder.say("我想找人打扫卫生"), elder.say("对"))
    assert all(said.order is None for said in answers)
    assert await house.orders(family.phone) == []
