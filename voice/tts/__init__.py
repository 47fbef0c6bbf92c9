"""Speaking: the synthesiser port, its engines, the sentence cache, and the joining speaker."""

from __future__ import annotations

from voice.tts.ahead import Ahead
from voice.tts.base import Speech, Synthesizer
from voice.tts.prewarm import Activity, Prewarm, background_speaker
from voice.tts.speaker import Speaker, create, create_speaker

__all__ = [
    "Activity",
    "Ahead",
    "Prewarm",
    "Speaker",
    "Speech",
    "Synthesizer",
    "background_speaker",
    "create",
    "create_speaker",
]
