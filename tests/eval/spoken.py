"""What is understood of spoken lines: other voices, a telephone line, the default recogniser."""

from __future__ import annotations

import random
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import jiwer

from anban import settings as settings_module
from anban.spoken_leg import CALLER_VOICES
from anban.understand import Understanding
from anban.wiring import voice_config
from bot.understanding.emergency import assess
from tests.eval.sets import Line, labels, lines, sets_with
from tests.eval.tables import interval, table
from tests.eval.typed import NOW
from voice import asr
from voice.asr.base import Transcript
from voice.asr.clean import bare
from voice.audio import (
    PHONE_RATE,
    SPEECH_RATE,
    PcmF,
    alaw_decode,
    alaw_encode,
    for_phone,
    resample,
    to_float,
)
from voice.tts import Speaker, create_speaker
from voice.tts.kokoro import VOICES_WEIGHT

SPOKEN = 16
"""Lines and cries of each set that are spoken; each takes some two seconds on two cores."""
BUDGET_S = 120.0


@dataclass
class Telephone:
    """A mouth and an ear with a telephone line between them."""

    mouth: Speaker
    ear: asr.RecognizerChain

    voices: tuple[str, ...]

    async def heard(
        self,
        text: str,
        voice: str,
        *,
        pitch: float = 1.0,
        disturb: Callable[[PcmF], PcmF] = lambda pcm: pcm,
    ) -> Transcript:
        """What the recogniser makes of a spoken text.

        Args:
            text: what is said.
            voice: one of ``voices``.
            pitch: above 1 higher and faster.
            disturb: what happens to the sound on the line, 8 kHz.
        """
        speech = await self.mouth.say(text, 0.95, voice)
        sound = for_phone(speech.pcm, round(speech.sample_rate * pitch))
        line = disturb(to_float(alaw_decode(alaw_encode(sound))))
        return await self.ear.transcribe(resample(line, PHONE_RATE, SPEECH_RATE))


@asynccontextmanager
async def telephone() -> AsyncIterator[Telephone]:
    """The default engines, loaded."""
    session = voice_config(settings_module.load()).session
    with tempfile.TemporaryDirectory() as cache:
        tts = replace(session.tts, cache_dir=Path(cache), budget_s=BUDGET_S, engines=("kokoro",))
        mouth = create_speaker(tts)
        await mouth.start()
        try:
            voices = sorted(file.stem for file in (tts.models_dir / VOICES_WEIGHT).glob("*.bin"))
            async with hearing() as ear:
                yield Telephone(mouth, ear, tuple(voices))
        finally:
            await mouth.close()


@asynccontextmanager
async def hearing() -> AsyncIterator[asr.RecognizerChain]:
    """The default recogniser, loaded and patient."""
    session = voice_config(settings_module.load()).session
    ear = asr.create_chain(replace(session.asr, budget_s=BUDGET_S))
    await ear.start()
    try:
        yield ear
    finally:
        await ear.close()


async def section(understanding: Understanding) -> list[str]:
    """Acts and cries of all sets, spoken by several voices at 8 kHz.

    Dialect lines are read with the sounds of Mandarin: that is no accent, only its words.
    """
    chosen = random.Random(7)
    asked = [
        (group, one)
        for name in ("acts", "emergencies")
        for group in sets_with(name)
        for one in _some(chosen, lines(group, name))
    ]
    tally: dict[str, list[bool]] = defaultdict(list)
    errors = []
    async with telephone() as line:
        for number, (group, one) in enumerate(asked):
            heard = await line.heard(one["text"], CALLER_VOICES[number % len(CALLER_VOICES)])
            errors.append(jiwer.cer(bare(one["text"]), bare(heard.text) or "-"))
            hit = await _understood(understanding, one, heard)
            what = "act" if "act" in one else "cry acted on or asked about"
            variety = "Mandarin" if one["variety"] == "mandarin" else "other varieties"
            for row in ("all", variety, f"{group} set"):
                tally[f"{what}, {row}"].append(hit)
            if number % 20 == 0:
                print(f"spoken: {number} of {len(asked)}", flush=True)
    errors.sort()
    return [
        *table(["spoken lines", "right (95 %)"], [[n, interval(tally[n])] for n in sorted(tally)]),
        f"Median character error rate {errors[len(errors) // 2]:.1%}.",
        "",
    ]


async def _understood(understanding: Understanding, said: Line, heard: Transcript) -> bool:
    """Whether what was heard is understood as what was said: its act, or that it is a cry."""
    if "act" not in said:
        return assess(heard.text, confidence=heard.confidence).level != "no"
    found = await understanding.of(heard.text, NOW, said.get("context"))
    return found["act"] in labels(said, "act")


def _some(chosen: random.Random, asked: list[Line]) -> list[Line]:
    """Some, at random, without false cries and those that were written misheard already."""
    clean = [line for line in asked if line.get("is_emergency", True) and not line["asr_noise"]]
    return chosen.sample(clean, min(SPOKEN, len(clean)))
