"""An agent hears who is coming, and is joined, sent away or left as the caller decides."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from anban.errors import Unavailable
from bot.sentences import Reply
from tests.unit.voice.fakes import SENTENCES, FakeLeg, FakeMind, FakeRecognizer, FakeSpeaker
from tests.unit.voice.fakes import LoudnessVad as Vad
from tests.unit.voice.test_session import CONFIG
from voice.hearing import Ears
from voice.session import CallSession
from voice.whisper import CONNECTED, DECLINED, GONE, LONGEST_WAIT_S, PATIENCE_S, Meeting, Whisper

pytestmark = pytest.mark.unit
WORDS = {
    "utter_whisper_asking": "正在问",
    "utter_whisper_connected": "接通了",
    "utter_whisper_declined": "不转了",
    "utter_whisper_gone": "挂了",
}
OFFER = Reply("同事有空了，接过去好吗？", ask="confirm", offer="colleague")
CONNECT = Reply("好，这就接过去。", connect=True)


@asynccontextmanager
async def whispering(meeting, **options):
    leg, speaker = FakeLeg(caller=None), FakeSpeaker()
    task = asyncio.create_task(Whisper(leg, meeting, speaker, WORDS.__getitem__, **options).run())
    await leg.settle()
    try:
        yield leg, speaker
    finally:
        leg.close("hangup")
        await task


async def test_the_summary_comes_first_and_then_that_the_caller_is_asked():
    meeting = Meeting("agent1")
    async with whispering(meeting) as (leg, speaker):
        assert speaker.said == []
        meeting.tell("林秀英，订了打扫")
        await leg.until_quiet()
        await leg.until_quiet()
        assert speaker.said == ["林秀英，订了打扫", "正在问"]


@pytest.mark.parametrize(
    ("outcome", "said"), [(CONNECTED, "接通了"), (DECLINED, "不转了"), (GONE, "挂了")]
)
async def test_what_came_of_it_is_said_at_once_and_the_line_given_back(outcome, said):
    meeting = Meeting("agent1")
    meeting.tell("一段很长很长很长的介绍")
    async with whispering(meeting) as (leg, speaker):
        await leg.pass_time(0.2)
        meeting.settle(outcome)
        await leg.until_quiet()
        await leg.settle()
        assert speaker.said[-1] == said
        assert leg.reason == "ended"


async def test_an_agent_who_hangs_up_is_gone():
    meeting = Meeting("agent1")
    async with whispering(meeting):
        pass
    assert meeting.outcome.result() == GONE
    assert not meeting.settle(CONNECTED), "nobody is put through to an agent who is gone"


@pytest.mark.parametrize(("asked", "seconds"), [(True, PATIENCE_S), (False, LONGEST_WAIT_S)])
async def test_an_agent_does_not_wait_for_ever(asked, seconds):
    meeting = Meeting("agent1", asked=asked)
    meeting.tell("")
    async with whispering(meeting) as (leg, _):
        await leg.pass_time(seconds - 1)
        assert not meeting.outcome.done()
        await leg.pass_time(2)
        assert meeting.outcome.result() == DECLINED


async def test_of_a_call_back_nobody_is_asked():
    meeting = Meeting("agent1")
    meeting.tell("回电")
    async with whispering(meeting, at_once=True) as (leg, speaker):
        await leg.until_quiet()
        await leg.until_quiet()
        assert meeting.connected
        assert speaker.said == ["回电", "接通了"]


# the caller's side


def there():
    """An agent whose sound has reached us."""
    meeting = Meeting("agent1")
    meeting.here.set()
    return meeting


class Mind(FakeMind):
    """Offers the agent who is there."""

    def __init__(self):
        super().__init__()
        self.offer = [OFFER]
        self.answers = {"好": [CONNECT], "不": [Reply("好，那我接着帮您。")]}
        self.breaks = None

    async def colleague(self, conversation, agent, *, now=None):
        if self.breaks is not None:
            raise self.breaks
        return type("Arrival", (), {"replies": self.offer, "summary": f"给{agent}的介绍"})


@asynccontextmanager
async def talking(*heard):
    leg, mind, speaker = FakeLeg(), Mind(), FakeSpeaker()
    ears = Ears(FakeRecognizer(*heard), 1, guesses=False)
    words = {**SENTENCES, "utter_connect_colleague": "接过去", "utter_colleague_gone": "断了"}
    session = CallSession(leg, mind, ears, speaker, words.__getitem__, CONFIG, vad=Vad())
    task = asyncio.create_task(session.run())
    await leg.until_quiet()
    try:
        yield leg, session, mind, speaker
    finally:
        leg.close("hangup")
        await task


async def answer(leg):
    await leg.speak(0.5)
    await leg.pass_time(1.5)
    await leg.until_quiet()


async def test_a_yes_puts_the_caller_through_and_the_agent_knows_it_first():
    async with talking("好") as (leg, session, _, _speaker):
        meeting = there()
        session.colleague(meeting)
        await leg.until_quiet()
        assert meeting.summary.result() == "给agent1的介绍"
        assert meeting.asked
        await leg.speak(0.5)
        while leg.reason is None and not leg.playing:
            await leg.pass_time(0.02)
        assert meeting.connected, "the agent is told while the caller is"
        await leg.until_quiet()
        assert leg.transferred == "agent1"


async def test_a_no_sends_the_agent_away_and_the_call_goes_on():
    async with talking("不") as (leg, session, _, speaker):
        meeting = there()
        session.colleague(meeting)
        await leg.until_quiet()
        await answer(leg)
        assert meeting.outcome.result() == DECLINED
        assert leg.transferred is None
        assert speaker.said[-1] == "好，那我接着帮您。"


async def test_whoever_asked_for_a_person_is_put_through_unasked():
    async with talking() as (leg, session, mind, _):
        mind.offer = [CONNECT]
        session.colleague(there())
        await leg.until_quiet()
        assert leg.transferred == "agent1"


async def test_an_agent_who_left_meanwhile_is_not_promised():
    async with talking("好") as (leg, session, _, speaker):
        meeting = there()
        session.colleague(meeting)
        await leg.until_quiet()
        meeting.settle(GONE)
        await leg.settle()
        await leg.until_quiet()
        assert speaker.said[-1] == "断了", "before the caller has said a word"
        await answer(leg)
        assert leg.transferred is None


async def test_a_cry_after_the_agent_left_hears_what_helps_before_that_nobody_comes():
    async with talking("救命") as (leg, session, mind, speaker):
        safety = Reply("别动，救护车已经在路上。", urgent=True, interruptible=False)
        mind.answers = {"救命": [safety, CONNECT]}
        meeting = there()
        session.colleague(meeting)
        await leg.until_quiet()
        meeting.settle(GONE)
        await answer(leg)
        await leg.until_quiet()
        assert speaker.said[-2:] == ["别动，救护车已经在路上。", "断了"]
        assert leg.transferred is None
        assert mind.left


async def test_without_the_mind_a_person_is_better_than_nobody():
    async with talking() as (leg, session, mind, _):
        mind.breaks = Unavailable("away")
        session.colleague(there())
        await leg.until_quiet()
        assert leg.transferred == "agent1"


async def test_a_caller_who_hangs_up_leaves_the_agent_nobody():
    meeting = there()
    async with talking() as (leg, session, _, _speaker):
        session.colleague(meeting)
        await leg.until_quiet()
    assert meeting.outcome.result() == GONE


async def test_an_agent_whose_sound_never_comes_is_not_connected(monkeypatch):
    monkeypatch.setattr("voice.whisper.ARRIVAL_S", 0.01)
    async with talking("好") as (leg, session, _, speaker):
        meeting = Meeting("agent1")
        session.colleague(meeting)
        await leg.until_quiet()
        await answer(leg)
        await asyncio.wait_for(asyncio.shield(meeting.outcome), 10)
        await leg.settle()
        await leg.until_quiet()
        assert meeting.outcome.result() == GONE
        assert leg.transferred is None
        assert "断了" in speaker.said


async def test_an_agent_whose_sound_comes_late_is_connected_all_the_same():
    async with talking("好") as (leg, session, _, _speaker):
        meeting = Meeting("agent1")
        session.colleague(meeting)
        await leg.until_quiet()
        await answer(leg)
        assert leg.transferred is None
        meeting.here.set()
        await leg.settle()
        await leg.until_quiet()
        assert leg.transferred == "agent1"
