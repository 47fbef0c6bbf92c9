"""Calls on which Anban asks: who may be called, how often, and what becomes of the answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from anban.errors import NotFound, Rejected, Unavailable
from backend.client import BackendClient, CheckIn, Elder
from backend.config import BackendConfig
from backend.domain.call_outs import CallRules
from backend.domain.signatures import signature
from backend.domain.times import CHINA
from backend.services.device_reports import SignedReport, take_report
from backend.services.work import Work
from backend.store.database import Database, utc_now
from backend.telephone.check_ins import place

from ..conftest import NOW
from ..houses import rows
from .conftest import FakeExchange

pytestmark = pytest.mark.integration


@pytest.fixture
def attempts() -> int:
    return 3


async def care(client: BackendClient, elder: Elder) -> CheckIn:
    await client.agree_to_care_calls(
        elder.id, every_days=2, at="09:30", agreed_by="本人，电话里", now=NOW
    )
    (found,) = await client.check_ins(elder_id=elder.id, kind="care", status="waiting")
    return found


async def serve(client: BackendClient, elder: Elder) -> CheckIn:
    placed = await client.place_order(
        "k", elder_id=elder.id, service="cleaning", date="2026-03-05", time="09:00",
        conversation="c", now=NOW,
    )  # fmt: skip
    await client.change_order("done", placed.id, status="finished", now=NOW)
    (found,) = await client.check_ins(elder_id=elder.id, kind="satisfaction")
    return found


async def called(
    config: BackendConfig, database: Database, found: CheckIn, exchange: FakeExchange
) -> None:
    (stored,) = await rows(
        config,
        "SELECT args->>'due' FROM procrastinate_jobs WHERE task_name = 'check_in' "
        f"AND args->>'check_in_id' = '{found.id}' ORDER BY id DESC LIMIT 1",
    )
    await place(config, database, exchange, found.id, stored[0])


def talking(client: BackendClient, *answers: tuple[str, str, str]) -> FakeExchange:
    """A call that is answered and on which this is said."""

    async def on_call(call_id: str) -> None:
        await client.call_answered(call_id, machine=False)
        for question, text, finding in answers:
            await client.check_in_answer(call_id, question, text, finding)

    return FakeExchange(["answered"], on_call=on_call)


async def test_nobody_is_called_who_has_not_agreed(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    found = await care(client, elder)
    await client._transport.send("DELETE", f"/v1/elders/{elder.id}/care-plan")
    exchange = FakeExchange(["answered"])
    await called(config, database, found, exchange)
    assert exchange.placed == []
    (row,) = await client.check_ins(elder_id=elder.id)
    assert row.status == "not_allowed"


async def test_a_number_on_the_list_is_called_for_nothing_but_danger(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    found = await serve(client, elder)
    await client.do_not_call(elder.phone, "不想被打扰")
    await client.do_not_call(elder.phone)
    exchange = FakeExchange(["answered"])
    await called(config, database, found, exchange)
    assert exchange.placed == []
    (row,) = await client.check_ins(elder_id=elder.id)
    assert row.status == "not_allowed"
    with pytest.raises(Rejected):
        await client.do_not_call("12")
    await client._transport.send("DELETE", f"/v1/do-not-call/{elder.phone}")
    with pytest.raises(NotFound):
        await client._transport.send("DELETE", f"/v1/do-not-call/{elder.phone}")


async def test_at_night_it_waits_for_the_morning(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    night = CallRules(time(0), time(0))
    never = replace(config, telephone=replace(config.telephone, rules=night))
    found, exchange = await care(client, elder), FakeExchange()
    await called(never, database, found, exchange)
    assert exchange.placed == []
    (row,) = await client.check_ins(elder_id=elder.id)
    assert row.status == "waiting"


@pytest.mark.parametrize("alone", [True, False])
async def test_a_care_call_nobody_answers_three_times_is_looked_into(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database, alone
):
    await client._transport.send("PATCH", f"/v1/elders/{elder.id}", json={"lives_alone": alone})
    found = await care(client, elder)
    exchange = FakeExchange(["no_answer", Unavailable("away"), "busy", "no_answer"])
    for _ in range(6):
        await called(config, database, found, exchange)
    assert exchange.outcomes == [], "what never rang is not counted, and three are enough"
    done, following = sorted(await client.check_ins(elder_id=elder.id), key=lambda one: one.due_at)
    assert (done.status, following.status) == ("given_up", "waiting")
    (case,) = await client.handoffs(elder_id=elder.id)
    assert (case.id, case.reason) == (done.case_id, "check_in_care")
    raised = await client.emergencies(elder_id=elder.id)
    assert [one.certainty for one in raised] == (["possible"] if alone else [])
    attempts = [one for one in await client.call_outs() if one.purpose == "care"]
    assert [one.attempt for one in reversed(attempts)] == [1, 2, 3, 4]


async def test_who_feels_ill_is_a_case_before_the_call_is_over(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    found = await care(client, elder)
    exchange = talking(
        client, ("health", "头晕没力气", "worry"), ("medicine", "吃了", "ok"),
        ("meals", "吃不下", "worry"),
    )  # fmt: skip
    await called(config, database, found, exchange)
    (case,) = await client.handoffs(elder_id=elder.id)
    assert case.reason == "check_in_care"
    assert "头晕没力气" in case.summary
    assert "吃不下" in case.summary
    done, following = sorted(await client.check_ins(elder_id=elder.id), key=lambda one: one.due_at)
    assert (done.status, done.case_id) == ("done", case.id)
    assert [one["finding"] for one in done.answers] == ["worry", "ok", "worry"]
    assert following.status == "waiting", "the next one is planned"


async def test_who_is_well_is_nobodys_case(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    found = await care(client, elder)
    await called(config, database, found, talking(client, ("health", "挺好", "ok")))
    assert await client.handoffs(elder_id=elder.id) == []
    first, *_ = await client.call_outs()
    assert (first.purpose, first.outcome, first.attempt) == ("care", "answered", 1)


async def test_a_machine_is_not_spoken_with(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    found = await care(client, elder)

    async def on_call(call_id: str) -> None:
        await client.call_answered(call_id, machine=True)

    await called(config, database, found, FakeExchange(["answered"], on_call=on_call))
    (row,) = await client.check_ins(elder_id=elder.id)
    assert row.status == "waiting"


async def test_picking_up_and_hanging_up_again_says_nothing(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    found = await care(client, elder)
    await called(config, database, found, talking(client))
    (row,) = await client.check_ins(elder_id=elder.id)
    assert (row.status, row.answers) == ("waiting", None)


async def test_after_a_service_somebody_is_asked_once_how_it_was(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    found = await serve(client, elder)
    assert found.due_at == NOW + timedelta(hours=1)
    talks = []

    async def on_call(call_id: str) -> None:
        talks.append(await client.check_in_talk(call_id))
        await client.call_answered(call_id, machine=False)
        await client.check_in_answer(call_id, "satisfied", "不满意", "worry")
        await client.check_in_answer(call_id, "wrong", "窗户没擦", "worry")

    await called(config, database, found, FakeExchange(["answered"], on_call=on_call))
    (talk,) = talks
    assert (talk.kind, talk.elder, talk.about) == ("satisfaction", elder.name, "打扫卫生")
    assert talk.questions == ("satisfied",)
    (case,) = await client.handoffs(elder_id=elder.id)
    assert "窗户没擦" in case.summary


async def test_who_says_no_more_calls_gets_none(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    found = await care(client, elder)

    async def on_call(call_id: str) -> None:
        await client.call_answered(call_id, machine=False)
        await client.check_in_refused(call_id)

    await called(config, database, found, FakeExchange(["answered"], on_call=on_call))
    (row,) = await client.check_ins(elder_id=elder.id)
    assert row.status == "done", "and no further one is planned"
    found = await client._transport.send("GET", "/v1/do-not-call")
    assert [one["phone"] for one in found["items"]] == [elder.phone]


async def test_what_cannot_be_agreed_is_named(client: BackendClient, elder: Elder):
    for days, at in ((0, "09:30"), (2, "half past"), (2, "23:59:59")):
        with pytest.raises(Rejected):
            await client.agree_to_care_calls(elder.id, every_days=days, at=at, agreed_by="本人")
    with pytest.raises(NotFound):
        await client.agree_to_care_calls("nobody", every_days=2, at="09:30", agreed_by="本人")
    with pytest.raises(NotFound):
        await client.check_in_talk("nothing")


async def test_a_call_that_was_moved_is_made_at_its_new_time_only(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    found = await care(client, elder)
    await client.agree_to_care_calls(elder.id, every_days=5, at="10:00", agreed_by="本人", now=NOW)
    exchange = FakeExchange(["answered"])
    await place(config, database, exchange, found.id, found.due_at.isoformat())
    assert exchange.placed == []
    (row,) = await client.check_ins(elder_id=elder.id)
    assert row.due_at.day == NOW.day + 5


async def checked(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
) -> CheckIn:
    """A device's doubtful alarm, and the call it brings."""
    device = {"id": "R-1", "kind": "movement", "elder_id": elder.id}
    secret = (await client._transport.send("POST", "/v1/devices", json=device))["secret"]
    body, stamp = b'{"event_id":"e1","type":"no_movement"}', str(int(utc_now().timestamp()))
    sent = SignedReport("R-1", stamp, signature(secret, stamp, body), body)
    async with database.transaction() as session:
        await take_report(Work(session, datetime.now(CHINA), config), sent)
    (found,) = await client.check_ins(elder_id=elder.id, kind="device_check")
    return found


@pytest.mark.parametrize(
    ("answers", "status", "certainty"),
    [
        ([("danger", "不用", "ok"), ("sure", "没事", "ok")], "false_alarm", "possible"),
        ([("danger", "不用", "ok")], "open", "possible"),
        ([("danger", "不用", "ok"), ("sure", "起不来", "worry")], "open", "certain"),
        ([("danger", "", "silent")], "open", "certain"),
    ],
    ids=["nothing", "hung up too soon", "something after all", "silence"],
)
async def test_an_alarm_is_called_off_only_after_a_second_no(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database,
    answers, status, certainty,
):  # fmt: skip
    await client.do_not_call(elder.phone)
    found = await checked(config, client, elder, database)
    await called(config, database, found, talking(client, *answers))
    (row,) = await client.emergencies(elder_id=elder.id)
    assert (row.id, row.status, row.certainty) == (found.emergency_id, status, certainty)


async def test_an_alarm_whose_call_nobody_answers_is_certain(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    found = await checked(config, client, elder, database)
    exchange = FakeExchange(["no_answer", "busy"])
    for _ in range(3):
        await called(config, database, found, exchange)
    (row,) = await client.emergencies(elder_id=elder.id)
    assert (row.status, row.certainty) == ("open", "certain")
    assert exchange.outcomes == []
