"""Our own hearing and speaking, over the voice process's `/transcribe` and `/synthesize`."""

from __future__ import annotations

import httpx

from anban.errors import EngineUnavailable, UnreadableAudio
from channels.ports import Heard

SECONDS = 30.0
"""so long a recording of a minute may take"""


class VoiceProcess:
    """Asks the voice process.

    Args:
        url: for example `http://127.0.0.1:8090`.
        token: the service token.
        http: a client of one's own, in tests.
    """

    def __init__(self, url: str, token: str, http: httpx.AsyncClient | None = None) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._http = http or httpx.AsyncClient(timeout=SECONDS, trust_env=False)

    async def hear(self, recording: bytes) -> Heard:
        """Return what a recording says.

        Raises:
            UnreadableAudio: it is no sound we can read.
            EngineUnavailable: voice cannot be reached, or cannot recognise now.
        """
        try:
            answer = await self._http.post(
                f"{self._url}/transcribe", content=recording, headers=self._headers
            )
        except httpx.HTTPError as error:
            raise EngineUnavailable(f"voice: {type(error).__name__}") from None
        if answer.status_code in (413, 415, 422):
            raise UnreadableAudio(f"voice answered {answer.status_code}")
        if not answer.is_success:
            raise EngineUnavailable(f"voice answered {answer.status_code}")
        found = answer.json()
        return Heard(str(found["text"]), float(found["confidence"]))

    async def speak(self, text: str) -> bytes:
        """Return a text as spoken, an MP3.

        Raises:
            EngineUnavailable: voice cannot be reached, or cannot speak now.
        """
        order = {"text": text, "form": "mp3"}
        try:
            answer = await self._http.post(
                f"{self._url}/synthesize", json=order, headers=self._headers
            )
        except httpx.HTTPError as error:
            raise EngineUnavailable(f"voice: {type(error).__name__}") from None
        if not answer.is_success:
            raise EngineUnavailable(f"voice answered {answer.status_code}")
        return answer.content
