"""A recogniser on another machine, over a WebSocket.

The protocol is that of vosk-server, which many engines are wrapped in: a JSON ``config``, 16-bit
sound in binary messages, ``{"eof": 1}``; the answers are JSON, partial ones with ``partial``, final
ones with ``text`` and perhaps words with a ``conf`` each. A pause may end a piece, so that several
final answers make one utterance.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import websockets
from websockets.asyncio.client import ClientConnection

from anban.errors import EngineUnavailable
from voice.asr.base import Transcript
from voice.asr.clean import judge
from voice.asr.sherpa import UNSCORED
from voice.audio import SPEECH_RATE, PcmF, normalise, to_int16
from voice.config import AsrConfig

CHUNK = 8_000
"""Bytes of one message, a quarter of a second."""
LONGEST_ANSWER = 1_000_000
CONNECT_S = 3.0
_END = json.dumps({"eof": 1})


class RemoteRecognizer:
    """One connection an utterance; where nobody answers the chain goes on to the next engine.

    Raises:
        EngineUnavailable: no address is set.
    """

    name = "remote"

    def __init__(self, config: AsrConfig) -> None:
        if not config.remote_url.startswith(("ws://", "wss://")):
            raise EngineUnavailable(
                "engine remote needs the address of its server: set ANBAN_ASR_URL to ws:// or wss://"
            )
        self._url = config.remote_url
        self._budget_s = config.budget_s

    async def start(self) -> None:
        """See ``Recognizer.start``."""
        try:
            async with self._connected():
                return
        except (OSError, TimeoutError, websockets.WebSocketException) as down:
            raise EngineUnavailable(
                f"the recogniser at ANBAN_ASR_URL does not answer ({type(down).__name__})"
            ) from down

    async def transcribe(
        self, pcm: PcmF, *, hotwords: Sequence[str] = (), language: str | None = None
    ) -> Transcript:
        """See ``Recognizer.transcribe``."""
        start = time.perf_counter()
        try:
            async with asyncio.timeout(self._budget_s):
                pieces = await self._ask(to_int16(normalise(pcm)).tobytes(), hotwords, language)
        except (OSError, TimeoutError, websockets.WebSocketException, ValueError) as broken:
            raise EngineUnavailable(
                f"the recogniser at ANBAN_ASR_URL gave no answer ({type(broken).__name__})"
            ) from broken
        scores = [word["conf"] for piece in pieces for word in piece.get("result") or ()]
        heard = Transcript(
            text="".join(str(piece.get("text") or "") for piece in pieces),
            confidence=float(np.mean(scores)) if scores else UNSCORED,
            engine=self.name,
            seconds=time.perf_counter() - start,
            audio_seconds=len(pcm) / SPEECH_RATE,
            doubts=() if scores else ("unscored",),
        )
        return judge(heard)

    async def close(self) -> None:
        """Nothing is kept open."""

    def _connected(self) -> websockets.connect:
        return websockets.connect(self._url, open_timeout=CONNECT_S, max_size=LONGEST_ANSWER)

    async def _ask(
        self, sound: bytes, hotwords: Sequence[str], language: str | None
    ) -> list[dict[str, Any]]:
        config: dict[str, Any] = {"sample_rate": SPEECH_RATE, "words": True}
        if hotwords:
            config["phrase_list"] = list(hotwords)
        if language:
            config["language"] = language
        async with self._connected() as socket:
            await socket.send(json.dumps({"config": config}, ensure_ascii=False))
            reading = asyncio.create_task(_finals(socket))
            try:
                for at in range(0, len(sound), CHUNK):
                    await socket.send(sound[at : at + CHUNK])
                await socket.send(_END)
                return await reading
            finally:
                reading.cancel()


async def _finals(socket: ClientConnection) -> list[dict[str, Any]]:
    """Every final answer until the server closes."""
    found = []
    async for message in socket:
        told = json.loads(message)
        if not isinstance(told, dict):
            raise ValueError("an answer is no JSON object")
        if "text" in told:
            found.append(told)
    return found
