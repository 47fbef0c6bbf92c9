"""What a call leaves behind: memory of the process after many calls that came and went.

The clock is a virtual one: what a call holds depends on what happens in it, not on how fast.
"""

from __future__ import annotations

import asyncio
import gc
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from anban import wiring
from anban.settings import Settings
from tests.bench import virtual
from tests.bench.line import QUESTION, Instant, Script, call
from tests.bench.sessions import LINE, PATIENT_S
from voice.audio import Pcm16, for_phone, silence
from voice.config import SessionConfig
from voice.hearing import Ears
from voice.tts import create_speaker

AT_ONCE = 20
BESIDE = 0.25
"""The first share of the calls fills caches and pools and is not counted."""


@dataclass(frozen=True)
class Slope:
    """What was measured."""

    calls: int
    mb_per_100: float
    """Megabytes that 100 calls leave behind (straight line through the samples)."""


async def measure(settings: Settings, rounds: int = 48) -> Slope:
    """Leads 20 calls at once, so many times; each is answered, spoken into, and hung up."""
    return await asyncio.to_thread(virtual.run, _measure(settings, rounds))


async def _measure(settings: Settings, rounds: int) -> Slope:
    config = wiring.voice_config(settings).session
    speaker = create_speaker(replace(config.tts, budget_s=PATIENT_S))
    spoken = [await speaker.say(text) for text in (LINE, QUESTION)]
    await speaker.close()
    line, question = (for_phone(speech.pcm, speech.sample_rate) for speech in spoken)
    held: list[tuple[int, float]] = []
    for number in range(rounds):
        await asyncio.gather(*(_call(config, line, question) for _ in range(AT_ONCE)))
        gc.collect()
        if number >= rounds * BESIDE:
            held.append(((number + 1) * AT_ONCE, _rss_mb()))
    slope = float(np.polyfit(*zip(*held, strict=True), 1)[0])
    return Slope(rounds * AT_ONCE, 100 * slope)


async def _call(config: SessionConfig, line: Pcm16, question: Pcm16) -> None:
    script = Script(question[: len(question) // 4], "date")
    ears = Ears(Instant(), 100)  # type: ignore[arg-type]
    async with call(ears, script, config) as made:
        await made.until_sounding(0.3)
        await made.speak(np.concatenate([line, silence(1.5)]))


def _rss_mb() -> float:
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * 4096 / 1e6
