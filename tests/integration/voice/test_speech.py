"""The real engines: what Kokoro says through a telephone line, Whisper understands."""

import asyncio
import os
import signal
import statistics
from difflib import SequenceMatcher

import cn2an
import jiwer
import numpy as np
import pytest
import pytest_asyncio

from anban import models
from anban.call import CallPlan, Recordings, place_call
from anban.settings import load
from bot.sentences import Reply
from tests.integration.voice.test_server import TOKEN, free_port
from tests.unit.voice.fakes import SENTENCES, FakeMind
from tests.waiting import until
from voice import asr
from voice.asr.clean import bare
from voice.audio import (
    alaw_decode,
    alaw_encode,
    for_phone,
    resample,
    to_float,
)
from voice.config import AsrConfig, SessionConfig, TtsConfig, TurnConfig, VoiceConfig
from voice.server import VoiceServer
from voice.tts import create_speaker
from voice.turn import EndOfTurn, SileroVad, TurnDetector, TurnEnded

pytestmark = [
    pytest.mark.speech,
    pytest.mark.integration,
    pytest.mark.asyncio(loop_scope="module"),
]

VOICE = "zf_xiaoxiao"
PATIENT_S = 120.0
"""Budget of the engines here: a busy machine must not look like a deaf one."""

SPOKEN = (
    "您好，这里是养老服务热线。",
    "您需要什么帮助？",
    "您想订在哪一天？",
    "好的，明天下午两点给您打扫卫生。",
    "您家住在哪里？",
    "您别着急，我马上通知您的家人。",
    "订单已经订好了。",
    "我没有听清楚，您再说一遍好吗？",
    "您在家里等着，我们的人马上就到。",
    "今天的送餐已经取消了。",
    "您女儿会收到通知。",
    "您多保重，再见。",
)


@pytest.fixture(scope="module")
def models_dir():
    folder = load().models_dir
    lacking = [s.weight.name for s in models.states(folder) if s.weight.default and
               s.state != "ready"]  # fmt: skip
    if lacking:
        pytest.skip(f"weights are missing: run `bin/anban models fetch` ({', '.join(lacking)})")
    return folder


@pytest.fixture(scope="module")
def cache_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("speech")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ears(models_dir):
    chain = asr.create_chain(AsrConfig(models_dir=models_dir, budget_s=PATIENT_S))
    await chain.start()
    yield chain
    await chain.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def voice(models_dir, cache_dir):
    speaker = create_speaker(
        TtsConfig(models_dir=models_dir, cache_dir=cache_dir, voice=VOICE, budget_s=PATIENT_S)
    )
    await speaker.start()
    yield speaker
    await speaker.close()


def line(speech):
    """Speech as it arrives behind a telephone line (8 kHz, A-law)."""
    return alaw_decode(alaw_encode(for_phone(speech.pcm, speech.sample_rate)))


def plain(text):
    """Without punctuation, figures as characters, 您 and 你 alike (they sound alike)."""
    return cn2an.transform(bare(text), "an2cn").replace("您", "你")


async def test_what_is_said_through_a_telephone_line_is_understood(ears, voice, record_property):
    errors, characters, took = 0, 0, []
    for sentence in SPOKEN:
        pcm = resample(to_float(line(await voice.say(sentence))), 8000, 16_000)
        heard = await ears.transcribe(pcm)
        found = jiwer.process_characters(plain(sentence), plain(heard.text) or "-")
        errors += found.substitutions + found.deletions + found.insertions
        characters += len(plain(sentence))
        took.append(heard.seconds)
        if "再见" not in sentence:
            assert heard.confidence > 0.45, (sentence, heard)
    record_property("cer_percent", round(100 * errors / characters, 1))
    record_property("asr_median_s", round(statistics.median(took), 2))
    print(f"CER {100 * errors / characters:.1f} %, recogniser median {statistics.median(took):.2f}")
    assert errors / characters < 0.20


async def test_a_recogniser_killed_in_its_work_answers_all_the_same(ears):
    worker = ears.engines[0].pool.workers[0]
    before = worker.restarts
    sound = np.random.default_rng(1).normal(0, 0.01, 48_000).astype(np.float32)
    first = asyncio.create_task(ears.transcribe(sound))
    await asyncio.wait({first}, timeout=0.1)
    os.kill(worker.pid, signal.SIGKILL)
    heard = await first
    assert heard.engine == "whisper"
    assert worker.restarts == before + 1


async def test_noise_is_not_taken_for_words(ears):
    noise = np.random.default_rng(2).normal(0, 0.02, 32_000).astype(np.float32)
    heard = await ears.transcribe(noise)
    assert not heard.text or heard.confidence < 0.6


async def test_silero_finds_the_turns_of_real_speech(voice):
    pause = np.zeros(12_000, np.int16)
    first, second = line(await voice.say("我想请人打扫卫生。")), line(await voice.say("对。"))
    stream = np.concatenate([pause, first, pause, second, pause])
    detector = TurnDetector(SileroVad(), EndOfTurn(), TurnConfig())
    found = []
    for at in range(0, len(stream) - 160, 160):
        found += [e for e in detector.feed(stream[at : at + 160]) if isinstance(e, TurnEnded)]
    assert len(found) == 2
    assert found[0].speech_s > 1.0
    assert 0.09 <= found[1].speech_s < 1.0


async def test_a_whole_call_with_real_ears_and_a_real_voice(models_dir, cache_dir, voice):
    config = VoiceConfig(
        SessionConfig(
            AsrConfig(models_dir, budget_s=PATIENT_S),
            TtsConfig(models_dir=models_dir, cache_dir=cache_dir, voice=VOICE, budget_s=PATIENT_S),
        ),
        token=TOKEN,
        http_port=free_port(),
        audiosocket_host="127.0.0.1",
        audiosocket_port=0,
    )
    mind = FakeMind()
    answers = iter([
        [Reply("好的，您想订在哪一天？", ask="date")],
        [Reply("订好了，再见。", order="234568", ends=True)],
    ])  # fmt: skip

    async def say(conversation, text, **_):
        mind.heard.append(text)
        return next(answers) if text else [Reply("您还在吗？")]

    mind.say = say
    turns = [
        line(await voice.say(text, 1.0, VOICE)) for text in ("我想请人来打扫。", "明天上午九点。")
    ]
    server = VoiceServer(config, mind, SENTENCES.__getitem__)
    task = asyncio.create_task(server.serve())
    try:
        await until(
            "the engines are loaded",
            lambda: "loading" not in server.ready.values(),
            lambda: server.ready,
            PATIENT_S,
        )
        url = f"http://127.0.0.1:{config.http_port}"
        plan = CallPlan(Recordings(turns), "13800001234", url, TOKEN, port=server.audiosocket_port)
        events = [event async for event in place_call(plan)]
    finally:
        task.cancel()
        await asyncio.wait({task})
    spoken = [text for text in mind.heard if text]
    assert (
        SequenceMatcher(None, spoken[0], "我想请人来打扫").ratio() > 0.4
    )  # heard, if not perfectly
    assert "明天" in spoken[1] or "九点" in spoken[1]
    assert [event["number"] for event in events if event["event"] == "order"] == ["234568"]
    for turn in (1, 2):
        ends = next(e["ms"] for e in events if (e["event"], e["turn"]) == ("speech_end", turn))
        starts = next(
            e["ms"] for e in events if (e["event"], e["turn"]) == ("reply_audio_start", turn)
        )
        print(f"turn {turn}: speech end to first audio {starts - ends} ms")
        assert starts > ends
