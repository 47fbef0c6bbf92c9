"""Whether every fixed sentence is understood through a telephone: the recogniser hears it back.

``python -m tests.eval.fixed`` measures this part alone: some three minutes on two quiet cores where
the sentences were spoken before (they are kept beside those of rehearsals), ten where they were
not. A recogniser is no old ear, but a sentence it does not get through a line is one to word anew.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace

import cn2an
import jiwer
import numpy as np
from pypinyin import lazy_pinyin

from anban import settings as settings_module
from anban import wiring
from anban.stage import speech_folder
from tests.eval.spoken import BUDGET_S, hearing
from tests.eval.tables import table
from voice.asr.clean import bare
from voice.audio import (
    PHONE_RATE,
    SPEECH_RATE,
    alaw_decode,
    alaw_encode,
    for_phone,
    resample,
    silence,
    to_float,
)
from voice.tts import create_speaker
from voice.tts.spoken import digits, spoken

UNCLEAR = 0.25
"""Error rate above which a sentence is to be worded anew."""
AROUND_S = 0.6
"""Silence before and behind a sentence, as there is on a call."""
_NUMBER = re.compile(r"\d+")


def plain(text: str, *, singly: bool = False) -> str:
    """Without punctuation, figures as they are read, 您 and 你 alike (they sound alike).

    Args:
        text: what was said or heard.
        singly: whether a number is read figure by figure, as those of telephones are.
    """
    said = _NUMBER.sub(lambda found: _read(found.group(), singly), bare(text))
    return said.replace("您", "你").replace("幺", "一").replace("两", "二")


def _read(number: str, singly: bool) -> str:
    return digits(number) if singly else cn2an.transform(number, "an2cn")


def errors(text: str, heard: str) -> tuple[float, float]:
    """Rates of wrong characters, and of wrong syllables without their tones.

    A recogniser writes figures for a number however it was said: what it was is left open.
    """
    said = plain(spoken(text))
    read = min((plain(heard, singly=singly) for singly in (False, True)), key=_from(said))
    sounds = (" ".join(lazy_pinyin(one)) for one in (said, read or "-"))
    return jiwer.cer(said, read or "-"), jiwer.wer(*sounds)


def _from(said: str) -> Callable[[str], float]:
    return lambda heard: float(jiwer.cer(said, heard or "-"))


async def measure() -> list[tuple[float, float, str, str]]:
    """For each sentence: errors by character, errors by syllable, the sentence, what was heard."""
    settings = settings_module.load()
    tts = wiring.voice_config(settings).session.tts
    kept = speech_folder(settings) or tts.cache_dir
    speaker = create_speaker(replace(tts, budget_s=BUDGET_S, cache_dir=kept))
    texts = wiring.sentences().fixed()
    found = []
    try:
        async with hearing() as ear:
            for number, text in enumerate(texts, 1):
                speech = await speaker.say(text)
                sound = for_phone(speech.pcm, speech.sample_rate)
                quiet = silence(AROUND_S)
                line = alaw_decode(alaw_encode(np.concatenate([quiet, sound, quiet])))
                sound = resample(to_float(line), PHONE_RATE, SPEECH_RATE)
                heard = (await ear.transcribe(sound)).text
                wrong, sounds = errors(text, heard)
                found.append((wrong, sounds, text, heard))
                print(f"{number}/{len(texts)} {wrong:.0%} {text} → {heard}", flush=True)
    finally:
        await speaker.close()
    return sorted(found, reverse=True)


async def section() -> list[str]:
    """Every fixed sentence through the telephone band."""
    found = await measure()
    wrong = sorted(error for error, *_ in found)
    sounds = sorted(sound for _, sound, *_ in found)
    unclear = [row for row in found if row[0] > UNCLEAR]
    rows = [[f"{error:.0%}", f"{sound:.0%}", text, heard] for error, sound, text, heard in unclear]
    return [
        f"Anban's own {len(found)} fixed sentences in its own voice over a telephone line, heard "
        f"back by the default recogniser: median character error rate "
        f"{wrong[len(wrong) // 2]:.1%} (of syllables {sounds[len(sounds) // 2]:.1%}), "
        f"{len(unclear)} above {UNCLEAR:.0%}.",
        "",
        *table(["characters wrong", "syllables wrong", "said", "heard"], rows),
    ]


if __name__ == "__main__":
    print("\n".join(asyncio.run(section())))
