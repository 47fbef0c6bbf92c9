"""Placing calls over Asterisk's REST interface (ARI), and learning what came of them.

The calls themselves are the dialplan's (deploy/asterisk/extensions.conf): we say which number is to
be called and where the answered call goes, and listen to the exchange's events until it is over.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import websockets

from anban.errors import Unavailable
from backend.config import TelephoneConfig
from backend.domain.call_outs import ANSWERED, BUSY, NO_AGENT, NO_ANSWER, UNREACHABLE
from backend.telephone.ports import Origin

CONNECT_SECONDS = 3.0
RING = timedelta(seconds=45)
AGENT_WAIT = timedelta(seconds=90)
"""longer than the dialplan's own patience, so that the dialplan decides"""
LONGEST_SECONDS = 600.0
"""a call that lasts longer is no longer followed"""
_OF_DIAL = {
    "BUSY": BUSY,
    "NOANSWER": NO_ANSWER,
    "CANCEL": NO_ANSWER,
    "DONTCALL": BUSY,
    "ANSWER": ANSWERED,
}
"""DIALSTATUS of the exchange; whatever else it is, the number was called in vain"""
ASK_SECONDS = 1.0
"""between two looks at a call whose events are lost"""
_WATCHED = ("ChannelVarset", "ChannelDestroyed")


@dataclass(frozen=True)
class _Dialled:
    """A call as the exchange is asked for it."""

    endpoint: str
    """what is called first"""
    context: str
    extension: str
    """where the call goes once that is answered"""
    dials: str
    """id of the channel whose DIALSTATUS says what came of the number"""
    patience: timedelta
    """until a call that nobody takes is given up"""


def _dialled(origin: Origin) -> _Dialled:
    call_id, number = origin.call_id, origin.number
    if origin.agent_first:
        return _Dialled(f"Local/{call_id}@call-back/n", "dial", number, call_id, AGENT_WAIT)
    return _Dialled(f"Local/{number}@dial/n", "call-out", call_id, f"{call_id}-2", RING)


class Exchange:
    """Places calls.

    Args:
        config: where the exchange and voice are.
        token: the service token, which voice demands.
        http: a client of one's own, for a test.
    """

    def __init__(
        self, config: TelephoneConfig, token: str, http: httpx.AsyncClient | None = None
    ) -> None:
        self._config = config
        self._token = token
        self._http = http or httpx.AsyncClient(timeout=CONNECT_SECONDS, trust_env=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def place(self, origin: Origin, purpose: str) -> str:
        """See ``Line.place``."""
        await self._announce(origin, purpose)
        async with self._events() as events:
            await self._originate(origin)
            return await self.followed(events, origin)

    async def followed(self, events: AsyncIterator[dict[str, Any]], origin: Origin) -> str:
        """Return what came of a call; where its events are lost, the exchange is asked."""
        outcome: str | None = None
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                outcome, over = await _followed(events, origin)
                while not over and (status := await self._status(origin)) is not None:
                    outcome = _outcome(status) or outcome
                    await asyncio.sleep(ASK_SECONDS)
        except TimeoutError:
            pass
        except httpx.HTTPError:
            return outcome or UNREACHABLE
        return outcome or (NO_AGENT if origin.agent_first else NO_ANSWER)

    async def _status(self, origin: Origin) -> str | None:
        """DIALSTATUS of a call as it stands, empty where there is none; None: it is over."""
        url = f"{self._config.ari_url}/ari/channels"
        auth = httpx.BasicAuth(self._config.username, self._config.password)
        if (await self._http.get(f"{url}/{origin.call_id}", auth=auth)).status_code == 404:
            return None
        wanted = {"variable": "DIALSTATUS"}
        answer = await self._http.get(
            f"{url}/{_dialled(origin).dials}/variable", params=wanted, auth=auth
        )
        return str(answer.json()["value"]) if answer.is_success else ""

    async def _announce(self, origin: Origin, purpose: str) -> None:
        """Tell voice that a call it is to lead will come."""
        headers = {"Authorization": f"Bearer {self._token}"}
        body = {"call_id": origin.call_id, "purpose": purpose, "caller": origin.caller}
        await self._post(f"{self._config.voice_url}/calls", "voice", json=body, headers=headers)

    async def _originate(self, origin: Origin) -> None:
        dialled = _dialled(origin)
        wanted: dict[str, str | int] = {
            "endpoint": dialled.endpoint,
            "context": dialled.context,
            "extension": dialled.extension,
            "priority": 1,
            "timeout": round(dialled.patience.total_seconds()),
            "channelId": origin.call_id,
            "otherChannelId": f"{origin.call_id}-2",
            "formats": "slin",
        }
        url = f"{self._config.ari_url}/ari/channels"
        auth = httpx.BasicAuth(self._config.username, self._config.password)
        await self._post(url, "the exchange", params=wanted, auth=auth)

    async def _post(self, url: str, whom: str, **values: Any) -> None:
        try:
            answer = await self._http.post(url, **values)
        except httpx.HTTPError as error:
            raise Unavailable(f"{whom}: {type(error).__name__}") from None
        if answer.is_error:
            raise Unavailable(f"{whom} answered {answer.status_code}")

    @asynccontextmanager
    async def _events(self) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """Listen to the exchange; each listener is an application of its own name to it."""
        app = f"anban-{uuid4().hex[:12]}"
        who = f"{self._config.username}:{self._config.password}"
        query = urlencode({"app": app, "subscribeAll": "true", "api_key": who})
        address = self._config.ari_url.replace("http", "ws", 1)
        try:
            async with websockets.connect(
                f"{address}/ari/events?{query}", open_timeout=CONNECT_SECONDS, proxy=None
            ) as socket:
                yield _wanted(socket)
        except (OSError, TimeoutError, websockets.InvalidHandshake) as error:
            raise Unavailable(f"the exchange: {type(error).__name__}") from None


async def _wanted(socket: websockets.ClientConnection) -> AsyncIterator[dict[str, Any]]:
    try:
        async for text in socket:
            event = json.loads(text)
            if event.get("type") in _WATCHED and "channel" in event:
                yield event
    except websockets.ConnectionClosed:
        return


async def _followed(
    events: AsyncIterator[dict[str, Any]], origin: Origin
) -> tuple[str | None, bool]:
    """Return what the events of a call say came of it, and whether they say that it is over."""
    outcome, dials = None, _dialled(origin).dials
    async for event in events:
        channel = event["channel"]["id"]
        if event.get("variable") == "DIALSTATUS" and channel == dials:
            outcome = _outcome(event["value"])
        elif event["type"] == "ChannelDestroyed" and channel == origin.call_id:
            return outcome, True
    return outcome, False


def _outcome(status: str) -> str | None:
    """Return what a DIALSTATUS means; none while it is not known."""
    return _OF_DIAL.get(status, NO_ANSWER) if status else None
