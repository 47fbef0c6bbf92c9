"""What the exchange itself says: its sentences (deploy/asterisk/sounds.toml) as sound files.

Asterisk plays 8 kHz WAVs that lie under a folder of the language, and puts numbers together of
files called `digits/N`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from anban.settings import ROOT
from voice.audio import PHONE_RATE, Pcm16, for_phone, ringing, wav_bytes
from voice.config import TtsConfig
from voice.tts import create_speaker

LIST = ROOT / "deploy" / "asterisk" / "sounds.toml"
LANGUAGE = "zh"
RINGING = "anban/ringing"
Speak = Callable[[str], Awaitable[Pcm16]]
"""Makes a sentence sound, 8 kHz."""


def sentences() -> dict[str, str]:
    """Every sentence by the name that the exchange plays it by, `anban/greeting` for example."""
    listed = tomllib.loads(LIST.read_text())
    return {f"{group}/{name}": text for group, of in listed.items() for name, text in of.items()}


async def write(folder: Path, speak: Speak) -> list[Path]:
    """Write every sound below a folder; return the files.

    Args:
        folder: Asterisk's folder of sounds.
        speak: the voice.

    Raises:
        SpeechError: a sentence could not be spoken.
    """
    sounds = {RINGING: ringing()}
    for name, text in sentences().items():
        sounds[name] = await speak(text)
    return _written(folder / LANGUAGE, sounds)


def _written(folder: Path, sounds: Mapping[str, Pcm16]) -> list[Path]:
    files = []
    for name, pcm in sounds.items():
        file = folder / f"{name}.wav"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(wav_bytes(pcm, PHONE_RATE))
        files.append(file)
    return files


async def make(folder: Path, config: TtsConfig) -> list[Path]:
    """Write every sound with the configured voice; see ``write``.

    Raises:
        EngineUnavailable: no voice can be had; the text says what to do.
    """
    speaker = create_speaker(config)
    try:
        await speaker.start()

        async def speak(text: str) -> Pcm16:
            speech = await speaker.say(text)
            return for_phone(speech.pcm, speech.sample_rate)

        return await write(folder, speak)
    finally:
        await speaker.close()
