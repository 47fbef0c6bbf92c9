"""Placing calls with no exchange: voice dials them itself, over direct SIP.

Voice is told whom to call, and asked until the call is over.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from anban.errors import Unavailable
from backend.config import TelephoneConfig
from backend.domain.call_outs import UNREACHABLE
from backend.telephone.ports import Origin

ASK_SECONDS = 1.0
"""between two looks at a call"""
MISSED = 15
"""looks in a row that voice does not answer, after which the call is taken for lost"""
LONGEST_SECONDS = 900.0
"""a call that lasts longer is no longer followed"""


class DirectLine:
    """Places calls through voice.

    Args:
        config: where voice is.
        token: the service token, which voice demands.
        http: a client of one's own, for a test.
    """

    def __init__(self, config: TelephoneConfig, token: str, http: httpx.AsyncClient) -> None:
        self._url = config.voice_url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._http = http

    async def place(self, origin: Origin, purpose: str) -> str:
        """See ``Line.place``."""
        wanted = {
            "call_id": origin.call_id,
            "number": origin.number,
            "purpose": purpose,
            "caller": origin.caller,
        }
        answer = await self._asked("POST", "/calls/out", json=wanted)
        if answer.is_error:
            raise Unavailable(f"voice answered {answer.status_code}")
        return await self._followed(origin.call_id)

    async def _followed(self, call_id: str) -> str:
        """Return what came of a call; one that voice knows nothing of any more is lost."""
        missed = 0
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                while missed < MISSED:
                    try:
                        answer = await self._asked("GET", f"/calls/{call_id}/outcome")
                    except Unavailable:
                        missed += 1
                    else:
                        missed = 0
                        if answer.is_error:
                            return UNREACHABLE
                        if (found := answer.json())["over"]:
                            return str(found["outcome"] or UNREACHABLE)
                    await asyncio.sleep(ASK_SECONDS)
        except TimeoutError:
            pass
        return UNREACHABLE

    async def _asked(self, method: str, path: str, **values: Any) -> httpx.Response:
        try:
            return await self._http.request(
                method, f"{self._url}{path}", headers=self._headers, **values
            )
        except httpx.HTTPError as error:
            raise Unavailable(f"voice: {type(error).__name__}") from None
