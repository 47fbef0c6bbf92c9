"""Speaking before it is needed: into the cache, and never in anybody's way."""

import asyncio

import numpy as np
import pytest

from bot.manner import Manner
from bot.sentences import Reply
from tests.unit.voice.fakes import FakeLeg, FakeSpeaker
from tests.unit.voice.test_session import running, say
from tests.unit.voice.test_speaking import Voice
from voice.playback import Line, Playback
from voice.tts import Ahead, Speaker, Speech
from voice.tts.cache import SpeechCache

pytestmark = pytest.mark.unit


async def test_what_is_spoken_ahead_sounds_from_the_cache(tmp_path):
    speaker = Speaker([Voice()], SpeechCache(tmp_path, 5), 0.85)
    await Ahead(speaker).prepare(["地址是和平路。"], 0.7)
    assert (await speaker.say("地址是和平路。", rate=0.7)).cached
    await speaker.close()


async def test_nothing_is_spoken_ahead_in_a_crowd(tmp_path):
    voice = Voice()
    speaker = Speaker([voice], SpeechCache(tmp_path, 5), 0.85)
    await Ahead(speaker, lambda: True).prepare(["地址是和平路。"], 0.7)
    assert voice.spoke == []
    await speaker.close()


async def test_it_stops_as_soon_as_there_is_a_crowd(tmp_path):
    voice = Voice()
    speaker = Speaker([voice], SpeechCache(tmp_path, 5), 0.85)
    await Ahead(speaker, lambda: bool(voice.spoke)).prepare(["您好。", "再见。"], 0.7)
    assert len(voice.spoke) == 1
    await speaker.close()


async def test_a_voice_that_fails_ahead_disturbs_nobody(tmp_path):
    class Broken(FakeSpeaker):
        broken = True

    speaker = Broken()
    speaker.broken = True
    await Ahead(speaker).prepare(["您好。"], 0.7)


async def test_what_the_mind_expects_to_say_is_spoken_while_the_caller_listens():
    async with running("打扫", greeted=False) as call:
        call.mind.next_lines = ["地址是和平路18号。"]
        await call.leg.until_quiet()
        await say(call)
        assert call.voice.said.count("地址是和平路18号。") == 1


async def test_a_caller_with_a_pace_of_their_own_gets_the_usual_sentences_in_it():
    async with running("慢一点") as call:
        call.mind.answers["慢一点"] = [Reply("好的。", manner=Manner(0.8, 1.0))]
        await say(call)
        prepared = dict(zip(call.voice.said, call.voice.rates, strict=True))
        assert prepared["您还在吗？"] == pytest.approx(0.68)


class Slow(FakeSpeaker):
    """The second clause takes until the test lets it."""

    def __init__(self):
        super().__init__()
        self.gate = asyncio.Event()

    async def stream(self, text, rate=None, voice=None):
        for number, clause in enumerate(text.split("，")):
            if number:
                await self.gate.wait()
            yield Speech(np.full(4000, 0.1, np.float32), 8000, "slow", text=clause)


async def test_the_first_clause_sounds_while_the_rest_is_rendered():
    leg, speaker, started = FakeLeg(), Slow(), []
    playback = Playback(leg, speaker, lambda: started.append(True), lambda: None)
    saying = asyncio.create_task(playback.say([Line("好的，明天上午九点")]))
    await leg.settle()
    assert started
    assert leg.playing
    speaker.gate.set()
    await playback.close()
    await saying


async def test_what_was_heard_is_known_to_the_character():
    leg = FakeLeg()
    playback = Playback(leg, FakeSpeaker(), lambda: None, lambda: None)
    first, second = Line("好的好的好的"), Line("明天上午九点有人上门")
    saying = asyncio.create_task(playback.say([first, second]))
    await leg.settle()
    for _ in range(45):
        playback.tick()
    assert playback.heard(first)
    assert not playback.heard(second)
    assert playback.said_so_far() in ("好的好的好的", "好的好的好的明天上")
    await playback.close()
    await saying
