"""The speaker: cache, engines in order, and what is left out."""

import numpy as np
import pytest

from anban.errors import EngineUnavailable, SpeechError
from voice.config import TtsConfig
from voice.tts import Speaker, Speech, create, create_speaker
from voice.tts.cache import SpeechCache

pytestmark = pytest.mark.unit


class Voice:
    default_voice = "v"

    def __init__(self, name="voice"):
        self.name = name
        self.spoke = []
        self.error = None

    async def start(self):
        if self.error:
            raise self.error

    async def synthesize(self, text, rate, voice):
        if self.error:
            raise self.error
        self.spoke.append((text, rate, voice))
        return Speech(np.full(2400, 0.2, np.float32), 24_000, self.name)

    async def close(self):
        pass


async def test_a_sentence_is_rendered_once_and_survives_a_restart(tmp_path):
    voice = Voice()
    speaker = Speaker([voice], SpeechCache(tmp_path, 5), 0.85)
    assert not (await speaker.say("您好。")).cached
    await speaker.close()
    again = Speaker([voice], SpeechCache(tmp_path, 5), 0.85)
    found = await again.say("您好。")
    assert found.cached
    assert len(voice.spoke) == 1
    assert np.abs(found.pcm[:2400] - 0.2).max() < 1e-3
    await again.close()


async def test_another_rate_or_voice_is_another_sentence(tmp_path):
    voice = Voice()
    speaker = Speaker([voice], SpeechCache(tmp_path, 5), 0.85)
    await speaker.say("您好。")
    await speaker.say("您好。", rate=0.7)
    await speaker.say("您好。", voice="w")
    assert voice.spoke == [("您好。", 0.85, "v"), ("您好。", 0.7, "v"), ("您好。", 0.85, "w")]
    await speaker.close()


async def test_the_cache_keeps_to_its_limit(tmp_path):
    cache = SpeechCache(tmp_path, 1)
    noise = np.random.default_rng(1).uniform(-1, 1, 60_000).astype(np.float32)
    for number in range(40):
        await cache.put(Speech(noise, 24_000, "voice"), "v", 0.85, f"第{number}句")
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) < 3_000_000
    assert await cache.get("voice", "v", 0.85, "第39句") is not None
    cache.close()


async def test_an_engine_that_fails_hands_over_to_the_next():
    first, second = Voice("first"), Voice("second")
    first.error = EngineUnavailable("no network")
    assert (await Speaker([first, second], None, 0.85).say("您好。")).engine == "second"


async def test_when_no_voice_can_speak_it_says_so():
    voice = Voice()
    voice.error = EngineUnavailable("no weights")
    with pytest.raises(EngineUnavailable, match="no weights"):
        await Speaker([voice], None, 0.85).say("您好。")


@pytest.mark.parametrize("text", ["", "……", "😀"])
async def test_nothing_to_speak_is_a_clear_error(text):
    with pytest.raises(SpeechError, match="nothing to speak"):
        await Speaker([Voice()], None, 0.85).say(text)


async def test_one_unspeakable_clause_does_not_silence_the_rest():
    class Picky(Voice):
        async def synthesize(self, text, rate, voice):
            if "哼" in text:
                raise SpeechError("nothing to pronounce")
            return await super().synthesize(text, rate, voice)

    voice = Picky()
    await Speaker([voice], None, 0.85).say("哼哼哼哼哼哼。您好。")
    assert [text for text, _, _ in voice.spoke] == ["您好。"]


def test_missing_weights_and_forbidden_network_name_the_remedy(tmp_path):
    config = TtsConfig(models_dir=tmp_path, cache_dir=tmp_path / "c", voice="v")
    with pytest.raises(EngineUnavailable, match="anban models fetch"):
        create_speaker(config)
    with pytest.raises(EngineUnavailable, match="allow it in the settings"):
        create("edge", config)
    with pytest.raises(EngineUnavailable, match="kokoro"):
        create("nonsense", config)
