"""A colleague who is free: offered, refused, forgotten, and never lost over a broken backend."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from backend.client import Summary
from bot.dialogue import Dialogue
from bot.sentences import Reply, Sentences
from tests.unit.bot.fakes import NOW, FakeAlarms, FakeBackend, FakeRasa

pytestmark = pytest.mark.unit
SENTENCES = Sentences(Path(__file__).parents[3] / "domain.yml")
ASKED = Reply("您想哪一天？", key="utter_ask_date", ask="date")


@dataclass
class Backend(FakeBackend):
    """Also writes transfers down."""

    offered: list[tuple[str, str]] = field(default_factory=list)
    settled: list[tuple[str, str]] = field(default_factory=list)

    async def offer_transfer(
        self, conversation: str, agent: str, now: datetime | None = None
    ) -> Summary:
        await self._up()
        self.offered.append((conversation, agent))
        return Summary("t1", "林秀英。")

    async def settle_transfer(self, transfer: str, outcome: str, now: object = None) -> None:
        await self._up()
        self.settled.append((transfer, outcome))


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa(replies=[[ASKED]])


@pytest.fixture
def dialogue(rasa: FakeRasa, backend: Backend) -> Dialogue:
    alarms = FakeAlarms(backend)
    return Dialogue(rasa, backend, SENTENCES, lambda: NOW, alarms)  # type: ignore[arg-type]


async def say(dialogue: Dialogue, text: str) -> list[Reply]:
    return await dialogue.say("c", text, channel="phone", phone="13800001001", now=NOW)


def keys(replies: list[Reply]) -> list[str]:
    return [reply.key for reply in replies]


async def test_the_caller_is_asked_and_a_yes_connects(dialogue: Dialogue, backend: Backend):
    await say(dialogue, "我要打扫")
    arrival = await dialogue.colleague("c", "agent1", now=NOW)
    assert keys(arrival.replies) == ["utter_colleague_free"]
    assert arrival.summary == "林秀英。"
    (reply,) = await say(dialogue, "好的")
    assert reply.connect
    assert not reply.interruptible
    await dialogue.end("c", "transferred")
    assert backend.settled == [("t1", "joining")]


async def test_after_a_no_the_question_that_was_open_is_asked_again(
    dialogue: Dialogue, backend: Backend, rasa: FakeRasa
):
    await say(dialogue, "我要打扫")
    await dialogue.colleague("c", "agent1", now=NOW)
    assert keys(await say(dialogue, "不用了")) == ["utter_colleague_declined", "utter_ask_date"]
    assert backend.settled == [("t1", "declined")]
    await say(dialogue, "明天")
    assert rasa.heard[-1][2]["ask"] == "date"


async def test_whoever_goes_on_with_their_matter_stays_with_us(
    dialogue: Dialogue, backend: Backend, rasa: FakeRasa
):
    await say(dialogue, "我要打扫")
    await dialogue.colleague("c", "agent1", now=NOW)
    await say(dialogue, "后天上午九点")
    assert rasa.heard[-1][1] == "后天上午九点"
    assert rasa.heard[-1][2]["ask"] == "date"
    assert backend.settled == [("t1", "declined")]


async def test_silence_after_the_offer_keeps_it_open(dialogue: Dialogue):
    await say(dialogue, "我要打扫")
    await dialogue.colleague("c", "agent1", now=NOW)
    (reply,) = await say(dialogue, "")
    assert reply.offer == "colleague"
    (reply,) = await say(dialogue, "好")
    assert reply.connect


async def test_whoever_asked_for_a_person_is_not_asked_again(dialogue: Dialogue, rasa: FakeRasa):
    rasa.replies = [[Reply("已经记下。", key="utter_handoff_ticket", handoff=True)]]
    await say(dialogue, "我要找人工")
    arrival = await dialogue.colleague("c", "agent1", now=NOW)
    assert arrival.replies[0].connect


async def test_whoever_is_in_danger_is_not_asked(dialogue: Dialogue):
    await say(dialogue, "救命啊我摔倒了起不来")
    arrival = await dialogue.colleague("c", "agent1", now=NOW)
    assert arrival.replies[0].connect


async def test_a_cry_after_the_offer_connects_at_once(dialogue: Dialogue):
    await say(dialogue, "我要打扫")
    await dialogue.colleague("c", "agent1", now=NOW)
    replies = await say(dialogue, "救命啊我摔倒了起不来")
    assert replies[-1].connect


async def test_without_the_backend_the_agent_comes_all_the_same(
    dialogue: Dialogue, backend: Backend
):
    backend.down = True
    arrival = await dialogue.colleague("c", "agent1", now=NOW)
    assert (keys(arrival.replies), arrival.summary) == (["utter_colleague_free"], "")
    backend.down = False
    await dialogue.end("c", "hangup")
    assert backend.settled == []


async def test_a_caller_who_hangs_up_is_gone(dialogue: Dialogue, backend: Backend):
    await dialogue.colleague("c", "agent1", now=NOW)
    await dialogue.end("c", "hangup")
    assert backend.settled == [("t1", "gone")]


async def test_after_an_agent_left_a_cry_is_answered_without_them(
    dialogue: Dialogue, backend: Backend
):
    await say(dialogue, "我要打扫")
    await dialogue.colleague("c", "agent1", now=NOW)
    await dialogue.colleague_gone("c")
    assert backend.settled == [("t1", "gone")]
    replies = await say(dialogue, "救命啊我摔倒了起不来")
    assert replies
    assert not any(reply.connect for reply in replies)


async def test_after_an_agent_left_the_question_that_was_open_is_open_again(
    dialogue: Dialogue, rasa: FakeRasa
):
    await say(dialogue, "我要打扫")
    await dialogue.colleague("c", "agent1", now=NOW)
    await dialogue.colleague_gone("c")
    await say(dialogue, "明天")
    assert rasa.heard[-1][2]["ask"] == "date"
