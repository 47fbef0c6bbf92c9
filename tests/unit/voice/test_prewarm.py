"""Fixed sentences spoken beforehand: callers first, nothing twice, failures survived."""

import asyncio

import numpy as np
import pytest

from anban.errors import EngineUnavailable
from voice.tts import Activity, Prewarm, Speaker, Speech
from voice.tts.cache import SpeechCache
from voice.tts.prewarm import MOST_FAILURES

pytestmark = pytest.mark.unit

TEXTS = ("求助已经记下。", "您好，请讲吧。", "再见。")


class Voice:
    name = "voice"
    default_voice = "v"

    def __init__(self, *unspeakable):
        self.spoke = []
        self.unspeakable = unspeakable
        self.after = lambda text: None
        self.closed = False

    async def start(self):
        pass

    async def synthesize(self, text, rate, voice):
        if any(word in text for word in self.unspeakable):
            raise EngineUnavailable("too late")
        self.spoke.append(text)
        self.after(text)
        return Speech(np.full(2400, 0.2, np.float32), 24_000, self.name)

    async def close(self):
        self.closed = True


async def settle():
    for _ in range(50):
        await asyncio.sleep(0)


async def test_sentences_are_spoken_in_their_order_and_the_engine_is_let_go():
    voice = Voice()
    work = Prewarm(Speaker([voice], None, 0.85), TEXTS, Activity())
    assert (work.state, work.progress.of) == ("running", 3)
    await work.run()
    assert "".join(voice.spoke) == "".join(TEXTS)
    assert (work.state, work.progress.done) == ("over", 3)
    assert voice.closed


async def test_while_somebody_calls_nothing_is_spoken_and_afterwards_it_goes_on():
    voice, activity = Voice(), Activity()
    work = Prewarm(Speaker([voice], None, 0.85), TEXTS, activity)
    with activity:
        task = asyncio.create_task(work.run())
        with activity:
            await settle()
        await settle()
        assert work.state == "paused"
        assert voice.spoke == []
    await task
    assert work.progress.done == 3


async def test_a_call_that_comes_in_stops_it_after_the_clause_at_hand():
    voice, activity = Voice(), Activity()
    voice.after = lambda text: activity.__enter__() if text == "您好，" else None
    work = Prewarm(Speaker([voice], None, 0.85), TEXTS, activity)
    task = asyncio.create_task(work.run())
    await settle()
    assert voice.spoke[-1] == "您好，"
    activity.__exit__()
    await task
    assert voice.spoke[-1] == "再见。"


async def test_a_sentence_that_fails_is_left_out_and_the_others_are_spoken():
    voice = Voice("您好")
    work = Prewarm(Speaker([voice], None, 0.85), TEXTS, Activity())
    await work.run()
    assert (work.progress.done, work.progress.failed) == (2, 1)


async def test_a_voice_that_only_fails_is_given_up_and_that_is_told():
    voice = Voice("。")
    work = Prewarm(Speaker([voice], None, 0.85), [f"第{n}句。" for n in range(20)], Activity())
    await work.run()
    assert (work.state, work.progress.done) == ("over", 0)
    assert work.progress.failed == MOST_FAILURES
    assert voice.closed


async def test_after_a_restart_nothing_is_spoken_twice(tmp_path):
    first, second = Voice(), Voice()
    interrupted = Prewarm(Speaker([first], SpeechCache(tmp_path, 5), 0.85), TEXTS[:2], Activity())
    await interrupted.run()
    work = Prewarm(Speaker([second], SpeechCache(tmp_path, 5), 0.85), TEXTS, Activity())
    await work.run()
    assert second.spoke == ["再见。"]
    assert work.progress.done == 3


async def test_told_to_stop_in_the_middle_it_lets_the_engine_go():
    voice, activity = Voice(), Activity()
    work = Prewarm(Speaker([voice], None, 0.85), TEXTS, activity)
    with activity:
        task = asyncio.create_task(work.run())
        await settle()
        task.cancel()
        await asyncio.wait({task})
    assert voice.closed
