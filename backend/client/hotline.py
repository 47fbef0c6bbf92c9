"""Calls that we place and callers handed to an agent; a part of `BackendClient`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from backend.client.transport import Transport
from backend.client.values import CallOut, Summary, Transferred


@dataclass(frozen=True)
class Script:
    """What is to be said on a call that we have placed."""

    lines: tuple[str, ...]
    keys: str = ""
    """keys that mean something; empty where nothing is asked any more"""


class Hotline:
    """What the calls of a hotline need of the backend."""

    _transport: Transport

    async def call_answered(self, call_id: str, *, machine: bool) -> Script:
        """Say that somebody, or a machine, has picked up; return what is to be said."""
        return _script(await self._post(_call(call_id, "answered"), machine=machine))

    async def call_heard(self, call_id: str) -> None:
        """Say that a person has heard the message to its end."""
        await self._post(_call(call_id, "heard"))

    async def call_key(self, call_id: str, digit: str) -> Script:
        """Bring a key; return what is to be said to it. 1 acknowledges an emergency."""
        return _script(await self._post(_call(call_id, "key"), digit=digit))

    async def call_agent(self, call_id: str, agent: str) -> str:
        """Say that an agent is there for a call-back; return what they should know."""
        found = await self._post(_call(call_id, "agent"), agent=agent)
        return str(found["summary"])

    async def call_outs(
        self,
        *,
        emergency_id: str | None = None,
        handoff_id: str | None = None,
        status: str | None = None,
    ) -> list[CallOut]:
        """List attempts to call somebody, the latest first."""
        params = {"emergency_id": emergency_id, "handoff_id": handoff_id, "status": status}
        found = await self._transport.send("GET", "/v1/call-outs", params=params)
        return [CallOut.from_json(one) for one in found["items"]]

    async def offer_transfer(
        self, conversation: str, agent: str, now: datetime | None = None
    ) -> Summary:
        """Say that an agent is free for a caller; the desk shows what they should know."""
        path = f"/v1/conversations/{quote(conversation, safe='')}/transfers"
        return Summary.from_json(
            await self._transport.send(
                "POST", path, json={"agent": agent}, now=now, repeatable=False
            )
        )

    async def settle_transfer(
        self, transfer: str, outcome: str, now: datetime | None = None
    ) -> None:
        """Say what came of it: connected, declined or gone."""
        path = f"/v1/transfers/{quote(transfer, safe='')}/settle"
        await self._transport.send("POST", path, json={"outcome": outcome}, now=now)

    async def transfers(self, *, conversation: str | None = None) -> list[Transferred]:
        """List transfers, the latest first."""
        params = {"conversation": conversation}
        found = await self._transport.send("GET", "/v1/transfers", params=params)
        return [Transferred.from_json(one) for one in found["items"]]

    async def _post(self, path: str, **body: Any) -> Any:
        return await self._transport.send("POST", path, json=body)


def _call(call_id: str, action: str) -> str:
    return f"/v1/call-outs/{quote(call_id, safe='')}/{action}"


def _script(found: Any) -> Script:
    return Script(tuple(found["lines"]), found["keys"])
