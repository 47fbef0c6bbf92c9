"""Calls that we place and callers handed to an agent; a part of `BackendClient`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from backend.client.transport import Transport
from backend.client.values import CallOut, CheckIn, Summary, Talk, Transferred


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

    async def inbound_told(
        self, call_id: str, what: str, *, agent: str = "", why: str = "", ago: float = 0.0
    ) -> None:
        """Say what became of a call that came in (`arrived` …), so many seconds `ago`."""
        path = f"/v1/inbound-calls/{quote(call_id, safe='')}"
        await self._post(path, what=what, agent=agent, why=why, ago=ago)

    async def check_in_talk(self, call_id: str) -> Talk:
        """Return what is to be asked on a call that we have placed."""
        return Talk.from_json(await self._transport.send("GET", _call(call_id, "talk")))

    async def check_in_answer(
        self, call_id: str, question: str, text: str, finding: str
    ) -> CheckIn:
        """Bring an answer; what worries is a case, or an emergency, once this returns."""
        body = {"question": question, "text": text, "finding": finding}
        path = _call(call_id, "answers")
        found = await self._transport.send("POST", path, json=body, repeatable=False)
        return CheckIn.from_json(found)

    async def check_in_refused(self, call_id: str) -> None:
        """Say that whoever was called is not to be called any more."""
        await self._post(_call(call_id, "refusal"))

    async def check_ins(
        self, *, elder_id: str | None = None, kind: str | None = None, status: str | None = None
    ) -> list[CheckIn]:
        """List calls on which Anban asks, the latest due first."""
        params = {"elder_id": elder_id, "kind": kind, "status": status}
        found = await self._transport.send("GET", "/v1/check-ins", params=params)
        return [CheckIn.from_json(one) for one in found["items"]]

    async def agree_to_care_calls(
        self,
        elder_id: str,
        *,
        every_days: int,
        at: str,
        agreed_by: str,
        now: datetime | None = None,
    ) -> None:
        """Write down that an elder has agreed to be called regularly at a time of day (09:30)."""
        path = f"/v1/elders/{quote(elder_id, safe='')}/care-plan"
        body = {"every_days": every_days, "at": at, "agreed_by": agreed_by}
        await self._transport.send("PUT", path, json=body, now=now)

    async def do_not_call(self, phone: str, reason: str = "") -> None:
        """Put a number on the list of those that nobody in no danger is called at."""
        await self._post("/v1/do-not-call", phone=phone, reason=reason)

    async def _post(self, path: str, **body: Any) -> Any:
        return await self._transport.send("POST", path, json=body)


def _call(call_id: str, action: str) -> str:
    return f"/v1/call-outs/{quote(call_id, safe='')}/{action}"


def _script(found: Any) -> Script:
    return Script(tuple(found["lines"]), found["keys"])
