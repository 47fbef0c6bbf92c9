"""Calls that Anban places and callers handed over, on a real database with an exchange of paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import httpx
import pytest

from anban.errors import NotFound, Rejected, Unavailable
from backend.client import BackendClient, Elder
from backend.config import BackendConfig
from backend.domain.call_outs import CallRules
from backend.jobs.delivery import deliver
from backend.notices.ports import Message, NotNow, Refused
from backend.store.database import Database
from backend.telephone.call_backs import keep_promise
from backend.telephone.notifier import VoiceCallNotifier

from ..conftest import NOW
from ..houses import rows
from .conftest import FakeExchange

pytestmark = pytest.mark.integration


async def alarm(client: BackendClient, elder: Elder) -> Message:
    """A daughter's alarm that is to be telephoned."""
    member = await client.create_family_member(
        elder.id, name="陈小梅", relation="女儿", phone="13900002001"
    )
    await client.create_contact("voice_call", "13900002001", family_member_id=member.id)
    emergency = await client.raise_emergency(
        "k", kind="fall", certainty="certain", conversation="c", channel="phone", text="我摔倒了",
        sign="摔倒", span="摔倒", elder_id=elder.id,
    )  # fmt: skip
    found = await client.notices(elder_id=elder.id)
    notice = next(one for one in found if one.channel == "voice_call")
    assert notice.status == "pending", "there is a sender for it"
    return Message(
        notice.id, "emergency_raised", "13900002001", "", "", NOW,
        {"emergency_id": emergency.id}, urgent=True,
    )  # fmt: skip


async def test_key_1_acknowledges_in_the_name_of_whoever_was_called(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    message = await alarm(client, elder)
    said = []

    async def on_call(call_id: str) -> None:
        said.append(await client.call_answered(call_id, machine=False))
        said.append(await client.call_key(call_id, "2"))
        said.append(await client.call_key(call_id, "1"))

    exchange = FakeExchange(["answered"], on_call=on_call)
    receipt = await VoiceCallNotifier(config, database, exchange).send(message)
    told, again, thanks = said
    assert "摔倒" in told.lines[1]
    assert told.keys == again.keys == "12"
    assert thanks.keys == ""
    (emergency,) = await client.emergencies(elder_id=elder.id)
    assert (emergency.status, emergency.acknowledged_by) == ("acknowledged", "女儿陈小梅")
    assert emergency.acknowledged_channel == "call"
    (row,) = await client.call_outs(emergency_id=emergency.id)
    assert (row.outcome, row.key, row.attempt) == ("acknowledged", "1", 1)
    assert receipt.id == f"{row.id} acknowledged"
    assert (exchange.placed[0].number, exchange.placed[0].agent_first) == ("13900002001", False)


async def sign(client: BackendClient, elder: Elder, key: str, text: str, **more: str) -> None:
    """Something more that the elder says on the same call."""
    told = {"kind": "unwell", "certainty": "certain", **more}
    await client.raise_emergency(
        key, conversation="c", channel="phone", text=text, elder_id=elder.id, **told
    )


async def news(client: BackendClient, elder: Elder) -> list[tuple[str, str]]:
    """What became of what the daughter was to be telephoned for besides the alarm."""
    found = await client.notices(elder_id=elder.id)
    return [
        (one.event, one.status)
        for one in reversed(found)
        if one.channel == "voice_call" and one.rung_id is None
    ]


async def test_what_came_up_while_it_rang_is_told_in_the_same_call(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    message = await alarm(client, elder)
    await sign(client, elder, "k2", "在卫生间", location="卫生间")
    jobs = await rows(
        config,
        "SELECT lock FROM procrastinate_jobs WHERE task_name = 'deliver_alarm' "
        "AND queue_name = 'alarm_calls' ORDER BY id",
    )
    assert jobs == [(f"notice:{message.id}",)] * 2, "it waits for the call that is under way"
    said = []

    async def on_call(call_id: str) -> None:
        said.append(await client.call_answered(call_id, machine=False))
        await client.call_heard(call_id)
        await sign(client, elder, "k3", "", sign="caller_silent")
        assert await news(client, elder) == [
            ("emergency_update", "delivered"),
            ("emergency_silent", "pending"),
        ]
        said.append(await client.call_key(call_id, "1"))

    exchange = FakeExchange(["answered"], on_call=on_call)
    await VoiceCallNotifier(config, database, exchange).send(message)
    told, thanks = said
    assert any("新情况" in line and "卫生间" in line for line in told.lines)
    assert [one for one in thanks.lines if "叫不应" in one] == [thanks.lines[1]]
    assert not any("新情况" in line for line in thanks.lines), "that was said already"
    assert {status for _, status in await news(client, elder)} == {"delivered"}


async def test_who_presses_the_key_before_the_news_came_hears_it_all_the_same(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    message = await alarm(client, elder)
    await sign(client, elder, "k2", "在卫生间", location="卫生间")
    said = []

    async def on_call(call_id: str) -> None:
        await client.call_answered(call_id, machine=False)
        said.append(await client.call_key(call_id, "1"))

    exchange = FakeExchange(["answered"], on_call=on_call)
    await VoiceCallNotifier(config, database, exchange).send(message)
    assert any("卫生间" in line for line in said[0].lines[1:])


async def test_news_that_nobody_heard_to_its_end_is_called_for_again(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    message = await alarm(client, elder)
    await sign(client, elder, "k2", "在卫生间", location="卫生间")

    async def on_call(call_id: str) -> None:
        await client.call_answered(call_id, machine=False)

    notifier = VoiceCallNotifier(config, database, FakeExchange(["answered"], on_call=on_call))
    with pytest.raises(NotNow, match="no_answer"):
        await notifier.send(message)
    assert await news(client, elder) == [("emergency_update", "pending")]


async def test_who_went_is_called_for_news_and_not_to_hear_that_they_went(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    message = await alarm(client, elder)
    said = []

    async def on_call(call_id: str) -> None:
        said.append(await client.call_answered(call_id, machine=False))
        if len(said) == 1:
            await client.call_key(call_id, "1")
        else:
            await client.call_heard(call_id)

    notifier = VoiceCallNotifier(config, database, FakeExchange(["answered"] * 2, on_call=on_call))
    ways = {"voice_call": notifier}
    await deliver(database, ways, message.id, config=config, last_try=False)
    await sign(client, elder, "k2", "", sign="caller_silent")
    found = await client.notices(elder_id=elder.id)
    (silent,) = [
        one for one in found if (one.event, one.channel) == ("emergency_silent", "voice_call")
    ]
    assert await deliver(database, ways, silent.id, config=config, last_try=False)
    assert "叫不应" in said[1].lines[1]
    assert "女儿陈小梅" in said[1].lines[2]
    assert not said[1].keys


async def test_an_alarm_by_telephone_waits_in_a_queue_of_its_own(
    config: BackendConfig, client: BackendClient, elder: Elder
):
    message = await alarm(client, elder)
    found = await rows(
        config,
        "SELECT queue_name FROM procrastinate_jobs "
        f"WHERE task_name = 'deliver_alarm' AND args->>'notice_id' = '{message.id}'",
    )
    assert found == [("alarm_calls",)]


async def test_whoever_is_too_late_hears_who_went(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    message = await alarm(client, elder)
    said = []

    async def on_call(call_id: str) -> None:
        (emergency,) = await client.emergencies(elder_id=elder.id)
        await client.acknowledge(emergency.id, "小王")
        said.append(await client.call_key(call_id, "1"))
        said.append(await client.call_answered(call_id, machine=False))
        await client.call_heard(call_id)

    await VoiceCallNotifier(config, database, FakeExchange(["answered"], on_call=on_call)).send(
        message
    )
    assert all("小王" in script.lines[0] and not script.keys for script in said)


async def test_nobody_answering_is_tried_again_until_it_is_enough(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    message = await alarm(client, elder)
    outcomes = ["busy", Unavailable("the exchange"), "no_answer"]
    notifier = VoiceCallNotifier(config, database, FakeExchange(outcomes))
    with pytest.raises(NotNow, match="busy"):
        await notifier.send(message)
    with pytest.raises(NotNow, match="exchange"):
        await notifier.send(message)
    with pytest.raises(Refused, match="called 2 times"):
        await notifier.send(message)
    found = [one.outcome for one in await client.call_outs()]
    assert sorted(found) == ["busy", "no_answer", "unreachable"]


async def test_a_machine_is_not_a_person(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    message = await alarm(client, elder)

    async def on_call(call_id: str) -> None:
        await client.call_answered(call_id, machine=True)

    notifier = VoiceCallNotifier(config, database, FakeExchange(["answered"], on_call=on_call))
    with pytest.raises(NotNow, match="machine"):
        await notifier.send(message)


async def test_a_call_that_was_picked_up_and_heard_nothing_counts_as_unanswered(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    message = await alarm(client, elder)
    with pytest.raises(NotNow, match="no_answer"):
        await VoiceCallNotifier(config, database, FakeExchange(["answered"])).send(message)


async def test_only_a_message_that_was_heard_to_its_end_is_delivered(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    message = await alarm(client, elder)

    async def cut_short(call_id: str) -> None:
        await client.call_answered(call_id, machine=False)

    async def whole(call_id: str) -> None:
        await client.call_answered(call_id, machine=False)
        await client.call_heard(call_id)

    with pytest.raises(NotNow, match="no_answer"):
        await VoiceCallNotifier(
            config, database, FakeExchange(["answered"], on_call=cut_short)
        ).send(message)
    receipt = await VoiceCallNotifier(
        config, database, FakeExchange(["answered"], on_call=whole)
    ).send(message)
    assert receipt.id.endswith(" answered")


async def test_a_call_nobody_placed_is_not_found(client: BackendClient):
    with pytest.raises(NotFound):
        await client.call_answered("nothing", machine=False)
    with pytest.raises(NotFound):
        await client.call_agent("nothing", "agent1")


async def ticket(client: BackendClient, elder: Elder) -> str:
    found = await client.create_handoff(
        conversation="c", reason="asked", summary="我想问问助餐", elder_id=elder.id,
        phone=elder.phone, now=NOW,
    )  # fmt: skip
    return found.id


async def jobs(config: BackendConfig) -> list[tuple]:
    return await rows(
        config,
        "SELECT scheduled_at FROM procrastinate_jobs WHERE task_name = 'call_back' ORDER BY id",
    )


async def test_a_promise_is_written_with_the_job_that_keeps_it(
    config: BackendConfig, client: BackendClient, elder: Elder
):
    await ticket(client, elder)
    ((due,),) = await jobs(config)
    assert due == NOW + timedelta(minutes=20), "in the last half hour before 10:00"


async def test_a_kept_promise_is_done_and_the_agent_knew_what_it_was_about(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    handoff = await ticket(client, elder)
    summaries = []

    async def on_call(call_id: str) -> None:
        summaries.append(await client.call_agent(call_id, "agent1"))

    exchange = FakeExchange(["answered"], on_call=on_call)
    await keep_promise(config, database, exchange, handoff)
    assert "林秀英" in summaries[0]
    assert "我想问问助餐" in summaries[0]
    (row,) = await client.handoffs(elder_id=elder.id)
    assert row.status == "done"
    (call,) = await client.call_outs(handoff_id=handoff)
    assert (call.outcome, call.agent, call.purpose) == ("answered", "agent1", "call_back")
    assert (exchange.placed[0].number, exchange.placed[0].agent_first) == (elder.phone, True)
    await keep_promise(config, database, exchange, handoff)
    assert len(exchange.placed) == 1, "nobody is called twice"


@pytest.mark.parametrize("outcome", ["no_agent", "busy", Unavailable("away")])
async def test_a_call_in_vain_is_tried_again(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database, outcome
):
    handoff = await ticket(client, elder)
    await keep_promise(config, database, FakeExchange([outcome]), handoff)
    assert len(await jobs(config)) == 2
    (row,) = await client.handoffs(elder_id=elder.id)
    assert row.status == "open"


async def test_after_enough_calls_in_vain_it_is_left_to_people(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    handoff = await ticket(client, elder)
    exchange = FakeExchange(["no_answer", "no_agent", "busy"])
    for _ in range(5):
        await keep_promise(config, database, exchange, handoff)
    assert len(exchange.placed) == 3


async def test_where_nobody_is_free_the_next_look_comes_later_each_time(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    handoff = await ticket(client, elder)
    exchange = FakeExchange(["no_agent", "no_agent", Unavailable("away"), "no_agent"])
    for _ in range(4):
        await keep_promise(config, database, exchange, handoff)
    placed = [at for (at,) in await rows(config, "SELECT placed_at FROM call_outs ORDER BY 1")]
    due = [at for (at,) in await jobs(config)][1:]
    waits = [round((at - begun).total_seconds()) for at, begun in zip(due, placed, strict=True)]
    assert waits == [30, 60, 60, 240]


async def test_nobody_is_called_at_night(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    night = CallRules(time(0), time(0))
    never = replace(config, telephone=replace(config.telephone, rules=night))
    handoff, exchange = await ticket(client, elder), FakeExchange()
    await keep_promise(never, database, exchange, handoff)
    assert exchange.placed == []
    assert len(await jobs(config)) == 2


async def test_a_transfer_tells_the_agent_and_ends_the_ticket(client: BackendClient, elder: Elder):
    await client.open_conversation("c", "phone", phone=elder.phone)
    await ticket(client, elder)
    offered = await client.offer_transfer("c", "agent1")
    assert offered.summary.startswith("林秀英")
    assert "我想问问助餐" in offered.summary
    await client.settle_transfer(offered.id, "connected")
    await client.settle_transfer(offered.id, "gone")
    (row,) = await client.transfers(conversation="c")
    assert (row.outcome, row.agent) == ("connected", "agent1"), "the first word counts"
    assert (await client.handoffs(elder_id=elder.id))[0].status == "done"


async def test_who_is_let_go_to_an_agent_is_nobodys_before_the_two_are_joined(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database
):
    await client.open_conversation("c", "phone", phone=elder.phone)
    handoff = await ticket(client, elder)
    offered = await client.offer_transfer("c", "agent1")
    await client.settle_transfer(offered.id, "joining")
    exchange = FakeExchange(["answered"])
    await keep_promise(config, database, exchange, handoff)
    assert exchange.placed == [], "nobody is called who is being put through"
    assert len(await jobs(config)) == 2
    (row,) = await client.handoffs(elder_id=elder.id)
    assert row.status == "open"
    await client.settle_transfer(offered.id, "gone")
    assert (await client.handoffs(elder_id=elder.id))[0].status == "open"


CALL = "6b1f0d3a-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("word", "outcome", "status"), [("joined", "connected", "done"), ("parted", "gone", "open")]
)
async def test_the_exchange_says_whether_two_were_joined(
    client: BackendClient, elder: Elder, word, outcome, status
):
    await client.open_conversation(CALL, "phone", phone=elder.phone)
    await client.create_handoff(conversation=CALL, reason="asked", phone=elder.phone, now=NOW)
    offered = await client.offer_transfer(CALL, "agent1")
    await client.settle_transfer(offered.id, "joining")
    await client.inbound_told(CALL, word)
    (row,) = await client.transfers(conversation=CALL)
    assert row.outcome == outcome
    assert (row.seconds is not None) == (outcome == "connected")
    assert (await client.handoffs(elder_id=elder.id))[0].status == status


async def test_how_long_callers_wait_to_be_joined_is_counted(
    config: BackendConfig, client: BackendClient, http: httpx.AsyncClient
):
    calls = [f"{CALL[:-1]}{number}" for number in range(3)]
    for call in calls:
        await client.settle_transfer((await client.offer_transfer(call, "agent1")).id, "joining")
        await client.inbound_told(call, "joined")
    slow = "UPDATE transfers SET agreed_at = joined_at - interval '5 seconds' WHERE"
    await rows(config, f"{slow} conversation_id = '{calls[0]}' RETURNING id")
    quick = "UPDATE transfers SET agreed_at = joined_at - interval '1500 ms' WHERE"
    await rows(config, f"{quick} conversation_id <> '{calls[0]}' RETURNING id")
    assert [row.seconds for row in await client.transfers(conversation=calls[0])] == [5.0]
    shown = (await http.get("/metrics")).text
    assert "anban_hotline_transfer_seconds 1.5" in shown
    assert 'anban_hotline_share{of="transferred_in_3s"} 0.666' in shown


async def test_what_becomes_of_calls_is_counted(client: BackendClient, http: httpx.AsyncClient):
    calls = [f"{CALL[:-1]}{number}" for number in range(5)]
    for call in calls:
        await client.inbound_told(call, "arrived")
    await client.inbound_told(calls[0], "answered", agent="agent1")
    await client.inbound_told(calls[1], "overflow", why="busy")
    await client.inbound_told(calls[1], "served")
    await client.inbound_told(calls[1], "answered", agent="late")
    await client.inbound_told(calls[2], "ended")
    await client.inbound_told(calls[3], "served")
    for call in calls[:2]:
        await client.inbound_told(call, "ended")
    with pytest.raises(Rejected):
        await client.inbound_told(calls[0], "nonsense")
    shown = (await http.get("/metrics")).text
    for what, count in {"calls": 5, "answered": 3, "prompt": 3, "overflow": 1, "by_anban": 2,
                        "abandoned": 1}.items():  # fmt: skip
        assert f'anban_hotline_inbound_calls{{what="{what}"}} {count}.0' in shown
    assert "anban_hotline_waiting 1.0" in shown
    for of, share in {"answered_in_15s": "0.75", "connected": "0.75", "overflow": "0.2",
                      "transferred": "NaN"}.items():  # fmt: skip
        assert f'anban_hotline_share{{of="{of}"}} {share}' in shown


async def test_words_that_come_late_twice_and_out_of_order_count_by_when_they_came_true(
    client: BackendClient, http: httpx.AsyncClient
):
    await client.inbound_told(CALL, "ended", ago=1)
    await client.inbound_told(CALL, "answered", agent="agent1", ago=5)
    await client.inbound_told(CALL, "served", ago=10)
    await client.inbound_told(CALL, "overflow", why="busy", ago=11)
    await client.inbound_told(CALL, "overflow", why="long", ago=3)
    for _ in range(2):
        await client.inbound_told(CALL, "arrived", ago=40)
    shown = (await http.get("/metrics")).text
    for what, count in {"calls": 1, "answered": 1, "prompt": 0, "overflow": 1, "by_anban": 1,
                        "abandoned": 0}.items():  # fmt: skip
        assert f'anban_hotline_inbound_calls{{what="{what}"}} {count}.0' in shown


async def test_a_late_word_on_one_agent_says_nothing_of_the_next(client: BackendClient):
    for agent in ("agent1", "agent2"):
        offered = await client.offer_transfer(CALL, agent)
        await client.settle_transfer(offered.id, "joining")
        await client.inbound_told(CALL, "parted" if agent == "agent1" else "joined")
    await client.inbound_told(CALL, "parted", ago=3600)
    rows = await client.transfers(conversation=CALL)
    assert {row.agent: row.outcome for row in rows} == {"agent1": "gone", "agent2": "connected"}


async def test_what_is_urgent_comes_first_in_what_an_agent_hears(
    client: BackendClient, elder: Elder
):
    await client.open_conversation("c", "phone", phone=elder.phone)
    await client.raise_emergency(
        "k", kind="fall", certainty="certain", conversation="c", channel="phone", text="我摔倒了",
        sign="摔倒", span="摔倒",
    )  # fmt: skip
    offered = await client.offer_transfer("c", "agent1")
    assert offered.summary.startswith("紧急：摔倒，还没有人接手")


async def test_an_unknown_caller_is_transferred_too(client: BackendClient):
    offered = await client.offer_transfer("nobody-opened-it", "agent1")
    assert offered.summary == "没登记的来电人。还没说要办什么。"
    with pytest.raises(Rejected):
        await client.settle_transfer(offered.id, "nonsense")
    with pytest.raises(NotFound):
        await client.settle_transfer("nothing", "gone")


async def test_the_doors_want_the_token(config: BackendConfig, http: httpx.AsyncClient):
    for path in ("/v1/call-outs", "/v1/transfers"):
        assert (await http.get(path, headers={"Authorization": ""})).status_code == 401


async def test_the_hotlines_figures_are_for_machines_too(
    config: BackendConfig, client: BackendClient, elder: Elder, database: Database, http
):
    handoff = await ticket(client, elder)
    await keep_promise(config, database, FakeExchange(["no_agent"]), handoff)
    offered = await client.offer_transfer("other", "agent1")
    await client.settle_transfer(offered.id, "declined")
    shown = (await http.get("/metrics")).text
    call_outs = 'anban_hotline_call_outs{outcome="no_agent",purpose="call_back"} 1.0'
    assert call_outs in shown
    assert 'anban_hotline_transfers{outcome="declined"} 1.0' in shown
    assert 'anban_hotline_promised_calls{due="overdue"} 1.0' in shown
