"""Calls of ours: the hello is heard out, a key settles it, a recorded voice is told once."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from anban.errors import Unavailable
from tests.unit.voice.fakes import SENTENCES as FIXED
from tests.unit.voice.fakes import FakeLeg, FakeMind, FakeRecognizer, FakeSpeaker, LoudnessVad
from tests.unit.voice.test_session import CONFIG
from voice.hearing import Ears
from voice.message import KEY_WAIT_S, ROUNDS, MessageCall, Opening
from voice.session import CallSession

pytestmark = pytest.mark.unit
SENTENCES = {"utter_key_not_recorded": "没记上"}


@dataclass
class Script:
    lines: tuple[str, ...]
    keys: str = ""


class FakeCallOuts:
    """An alarm that key 1 settles and key 2 has said again."""

    def __init__(self):
        self.told = None
        self.heard = 0
        self.keys = []
        self.inbound = []
        self.agos = []
        self.down = 0
        self.gate = asyncio.Event()
        """The backend answers no key before it is set."""
        self.gate.set()

    async def inbound_told(self, call_id, what, *, agent="", why="", ago=0.0):
        self.inbound.append((what, agent, why))
        self.agos.append(ago)

    async def call_answered(self, call_id, *, machine):
        self.told = machine
        return Script(("出事了", "请按一"), "12")

    async def call_heard(self, call_id):
        self.heard += 1

    async def call_key(self, call_id, digit):
        if self.down:
            self.down -= 1
            raise Unavailable("away")
        await self.gate.wait()
        self.keys.append(digit)
        return Script(("记下了",)) if digit == "1" else Script(("再说一遍", "请按一"), "12")


@asynccontextmanager
async def calling():
    leg, speaker, desk = FakeLeg(), FakeSpeaker(), FakeCallOuts()
    call = MessageCall(leg, desk, speaker, SENTENCES.__getitem__, LoudnessVad())
    task = asyncio.create_task(call.run())
    await leg.settle()
    try:
        yield leg, speaker, desk
    finally:
        leg.close("hangup")
        await task


async def test_we_speak_when_the_hello_is_over():
    async with calling() as (leg, speaker, desk):
        await leg.speak(1.0)
        assert speaker.said == []
        await leg.pass_time(1.0)
        assert speaker.said == ["出事了", "请按一"]
        assert desk.told is False


async def test_whoever_answers_without_a_word_is_spoken_to():
    async with calling() as (leg, speaker, _):
        await leg.pass_time(2.5)
        assert "出事了" in speaker.said


async def test_a_recorded_voice_is_told_once_and_known_as_one():
    async with calling() as (leg, speaker, desk):
        await leg.speak(5.5)
        await leg.until_quiet()
        await leg.pass_time(KEY_WAIT_S * 2)
        assert desk.told is True
        assert desk.heard == 0
        assert speaker.said.count("出事了") == 1
        assert leg.reason == "ended"


async def test_key_1_stops_the_message_and_ends_the_call():
    async with calling() as (leg, speaker, desk):
        await leg.pass_time(2.2)
        assert leg.playing
        await leg.press("1")
        await leg.until_quiet()
        assert desk.keys == ["1"]
        assert speaker.said[-1] == "记下了"
        assert leg.reason == "ended"


async def test_a_message_that_was_said_to_its_end_is_heard_once():
    async with calling() as (leg, _, desk):
        await leg.pass_time(2.2)
        assert desk.heard == 0
        await leg.until_quiet()
        await leg.settle()
        assert desk.heard == 1
        await leg.pass_time(KEY_WAIT_S * 2)
    assert desk.heard == 1


async def test_whoever_hangs_up_amid_the_message_has_not_heard_it():
    async with calling() as (leg, _, desk):
        await leg.pass_time(2.2)
        assert leg.playing
    assert desk.heard == 0


async def test_a_key_amid_the_message_is_no_hearing():
    async with calling() as (leg, _, desk):
        await leg.pass_time(2.2)
        await leg.press("1")
        await leg.until_quiet()
    assert (desk.keys, desk.heard) == (["1"], 0)


async def test_key_1_during_the_hello_counts():
    async with calling() as (leg, _, desk):
        await leg.press("1")
        await leg.until_quiet()
        await leg.settle()
        assert desk.keys == ["1"]


async def test_key_1_and_hanging_up_at_once_counts():
    async with calling() as (leg, _, desk):
        await leg.pass_time(2.2)
        await leg.press("1")
        leg.close("hangup")
        await leg.settle()
    assert desk.keys == ["1"]


async def test_key_1_and_hanging_up_while_the_backend_writes_it_down_counts():
    async with calling() as (leg, _, desk):
        await leg.pass_time(2.2)
        desk.gate.clear()
        await leg.press("1")
        leg.close("hangup")
        await leg.settle()
        assert desk.keys == []
        desk.gate.set()
    assert desk.keys == ["1"]


async def test_every_key_pressed_before_hanging_up_counts():
    async with calling() as (leg, _, desk):
        await leg.pass_time(2.2)
        desk.gate.clear()
        await leg.press("2")
        await leg.press("1")
        leg.close("hangup")
        await leg.settle()
        desk.gate.set()
    assert desk.keys == ["2", "1"]


async def test_key_2_says_it_again_and_other_keys_mean_nothing():
    async with calling() as (leg, speaker, desk):
        await leg.pass_time(2.2)
        await leg.press("7")
        await leg.press("2")
        await leg.until_quiet()
        assert desk.keys == ["2"]
        assert speaker.said[-2:] == ["再说一遍", "请按一"]


async def test_a_key_that_could_not_be_written_down_is_asked_for_again():
    async with calling() as (leg, speaker, desk):
        desk.down = 1
        await leg.pass_time(2.2)
        await leg.press("1")
        await leg.until_quiet()
        assert "没记上" in speaker.said
        await leg.press("1")
        await leg.until_quiet()
        assert desk.keys == ["1"]
        assert leg.reason == "ended"


async def test_without_a_key_it_is_said_a_few_times_and_then_ended():
    async with calling() as (leg, speaker, _):
        for _ in range(ROUNDS + 1):
            await leg.pass_time(KEY_WAIT_S + 1)
            await leg.until_quiet()
        assert speaker.said.count("出事了") == ROUNDS
        assert leg.reason == "ended"


@asynccontextmanager
async def asking(mind):
    """A call of ours on which somebody is asked something."""
    leg, speaker, desk = FakeLeg(), FakeSpeaker(), FakeCallOuts()
    opening = Opening(leg.info.call_id, desk, LoudnessVad())
    ears = Ears(FakeRecognizer(), 1, guesses=False)
    session = CallSession(
        leg, mind, ears, speaker, FIXED.__getitem__, CONFIG, vad=LoudnessVad(), opening=opening
    )
    task = asyncio.create_task(session.run())
    await leg.settle()
    try:
        yield leg, speaker, desk
    finally:
        leg.close("hangup")
        await task


async def test_whoever_is_asked_something_says_hello_first():
    mind = FakeMind()
    async with asking(mind) as (leg, speaker, desk):
        await leg.speak(0.6)
        assert speaker.said == []
        await leg.pass_time(1.0)
        await leg.until_quiet()
        assert desk.told is False
        assert speaker.said == ["您好，请问需要什么帮助？"]
        assert mind.heard == [], "the hello was no answer"


async def test_a_recorded_voice_is_asked_nothing():
    mind = FakeMind()
    async with asking(mind) as (leg, speaker, desk):
        await leg.speak(8.0)
        await leg.settle()
        assert desk.told is True
        assert speaker.said == []
        assert leg.reason == "ended"


async def test_without_the_backend_somebody_who_has_answered_is_spoken_with_all_the_same():
    mind = FakeMind()
    async with asking(mind) as (leg, speaker, desk):

        async def away(call_id, *, machine):
            raise Unavailable("away")

        desk.call_answered = away
        await leg.pass_time(3.0)
        await leg.until_quiet()
        assert speaker.said
