"""edge-tts: regional Mandarin voices of a service on the network, where the operator allows it."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import edge_tts
from edge_tts.exceptions import EdgeTTSException

from anban.errors import EngineUnavailable, UnreadableAudio
from voice.audio import read_audio
from voice.config import TtsConfig
from voice.tts.base import Speech

SAMPLE_RATE = 24_000
REST_S = 60.0
"""After a failure the service is left alone for this long."""


class EdgeSynthesizer:
    """Sentences leave this machine; ``TtsConfig.allow_network`` must be set."""

    name = "edge"

    def __init__(self, config: TtsConfig) -> None:
        if not config.allow_network:
            raise EngineUnavailable(
                "edge-tts sends sentences to a service outside: allow it in the settings first"
            )
        self.default_voice = config.edge_voice
        self._budget_s = min(config.budget_s, 4.0)
        self._resting_until = 0.0

    async def start(self) -> None:
        """Nothing to load."""

    async def synthesize(self, text: str, rate: float, voice: str) -> Speech:
        """See ``Synthesizer.synthesize``."""
        if time.monotonic() < self._resting_until:
            raise EngineUnavailable("edge-tts failed a moment ago and is left alone for a minute")
        known = voice if voice.startswith("zh-") else self.default_voice
        try:
            data = await asyncio.wait_for(self._download(text, rate, known), self._budget_s)
            pcm = read_audio(data, SAMPLE_RATE)
        except (
            EdgeTTSException,
            aiohttp.ClientError,
            UnreadableAudio,
            OSError,
            TimeoutError,
        ) as broken:
            self._resting_until = time.monotonic() + REST_S
            raise EngineUnavailable(f"edge-tts gave no sound ({type(broken).__name__})") from broken
        return Speech(pcm, SAMPLE_RATE, self.name)

    async def _download(self, text: str, rate: float, voice: str) -> bytes:
        pace = f"{round((rate - 1) * 100):+d}%"
        pieces = []
        async for part in edge_tts.Communicate(text, voice, rate=pace).stream():
            if part["type"] == "audio":
                pieces.append(part["data"])
        return b"".join(pieces)

    async def close(self) -> None:
        """Nothing to release."""
