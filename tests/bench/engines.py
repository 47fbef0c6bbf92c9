"""How well each recogniser that is here hears real speech, and how long it takes.

The recordings and what is said in them are the shared ones (``ANBAN_SHARED``): sentences, and words
on their own, which are harder. The telephone band is 300-3400 Hz at 8 kHz through A-law.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import jiwer

from anban import wiring
from anban.errors import EngineUnavailable
from anban.settings import Settings
from tests.bench.figures import Samples
from voice import asr
from voice.asr.clean import bare, tidy
from voice.audio import (
    PHONE_RATE,
    SPEECH_RATE,
    PcmF,
    alaw_decode,
    alaw_encode,
    for_phone,
    read_audio,
    resample,
    to_float,
)

PATIENT_S = 120.0
LONGEST_S = 25.0
"""Longer recordings are no turns of a call."""


@dataclass
class Heard:
    """How one engine did on one kind of recordings over one line."""

    errors: int = 0
    characters: int = 0
    rates: list[float] = field(default_factory=list)
    took: Samples = field(default_factory=Samples)

    @property
    def rate(self) -> float:
        """Character errors of all characters."""
        return self.errors / self.characters

    @property
    def median(self) -> float:
        """Of the recordings' own error rates."""
        return sorted(self.rates)[len(self.rates) // 2]


Key = tuple[str, str, str]
"""Engine, kind of recordings, line."""


@dataclass(frozen=True)
class Found:
    """What was measured, and why the other engines were not."""

    heard: dict[Key, Heard]
    missing: dict[str, str]


def telephone(pcm: PcmF) -> PcmF:
    """What a recogniser gets of speech at 16 kHz that came over a telephone."""
    line = to_float(alaw_decode(alaw_encode(for_phone(pcm, SPEECH_RATE))))
    return resample(line, PHONE_RATE, SPEECH_RATE)


LINES: dict[str, Callable[[PcmF], PcmF]] = {"16 kHz": lambda pcm: pcm, "telephone": telephone}


async def measure(settings: Settings) -> Found:
    """Every engine of the configuration's room that can be loaded."""
    config = replace(wiring.voice_config(settings).session.asr, budget_s=PATIENT_S)
    recordings = _recordings(settings.shared / "speech")
    found = Found(defaultdict(Heard), {})
    for name in asr.ENGINES if recordings else ():
        try:
            engine = asr.create(name, config)
            await engine.start()
        except EngineUnavailable as lacking:
            found.missing[name] = str(lacking)
            continue
        for kind, text, pcm in recordings:
            for line, through in LINES.items():
                await _hear(engine, text, through(pcm), found.heard[name, kind, line])
        await engine.close()
    return found


async def _hear(engine: asr.Recognizer, text: str, pcm: PcmF, into: Heard) -> None:
    heard = await engine.transcribe(pcm)
    said, got = bare(tidy(text)), bare(heard.text)
    errors = jiwer.cer(said, got or "-") * len(said) if got else len(said)
    into.errors += round(errors)
    into.characters += len(said)
    into.rates.append(errors / len(said))
    into.took.add(heard.seconds)


def _recordings(folder: Path) -> list[tuple[str, str, PcmF]]:
    """Kind, text and sound of each recording that is here."""
    table = folder / "transcripts.tsv"
    if not table.is_file():
        return []
    rows = csv.DictReader(table.open(encoding="utf-8"), delimiter="\t")
    found = []
    for row in rows:
        pcm = read_audio((folder / row["file"]).read_bytes())
        if len(pcm) <= LONGEST_S * SPEECH_RATE:
            kind = "words" if row["variety"].endswith("-word") else "sentences"
            found.append((kind, row["text"], pcm))
    return found
