"""What channels with accounts ask of the backend; a part of `BackendClient`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from backend.client.transport import Transport
from backend.client.values import Emergency, FamilyMember, _Value


@dataclass(frozen=True)
class Arrival(_Value):
    """Whose account a message came by."""

    repeated: bool = False
    """it was answered already"""
    role: str = "unknown"
    """elder, family or unknown"""
    elder_ids: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    """live emergencies the person was told of, those nobody holds first"""


@dataclass(frozen=True)
class Bound(_Value):
    """What became of a binding number."""

    status: str
    """bound, wrong or too_many"""
    elder: str | None = None
    """the elder's name"""
    elder_id: str | None = None
    role: str | None = None
    family_member_id: str | None = None
    consents: tuple[str, ...] = ()
    """kinds of data the elder lets the person know"""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build it; lists become tuples."""
        return cls(**{**cls._fields(data), "consents": tuple(data.get("consents") or ())})


@dataclass(frozen=True)
class Code(_Value):
    """A number for an elder to pass on."""

    code: str
    expires_at: datetime


@dataclass(frozen=True)
class Day(_Value):
    """Signs of an elder's day; None where there is none today."""

    spoke_at: datetime | None = None
    device_at: datetime | None = None


class Accounts:
    """Accounts of WeChat and Telegram, and whom they belong to."""

    _transport: Transport

    async def arrive(
        self,
        channel: str,
        address: str,
        key: str,
        conversation: str,
        now: datetime | None = None,
    ) -> Arrival:
        """Say that a message came in, and learn whose account it is; opens the conversation."""
        body = {"channel": channel, "address": address, "key": key, "conversation": conversation}
        found = await self._transport.send("POST", "/v1/accounts/arrivals", json=body, now=now)
        return Arrival(
            found["repeated"], found["role"], tuple(found["elder_ids"]), tuple(found["alarms"])
        )

    async def answered(self, key: str) -> None:
        """Say that a message has been answered: from now on it is a repeat."""
        await self._transport.send("POST", "/v1/accounts/answered", json={"key": key})

    async def left(self, channel: str, address: str) -> None:
        """Say that somebody unfollowed or blocked us."""
        body = {"channel": channel, "address": address}
        await self._transport.send("POST", "/v1/accounts/left", json=body)

    async def top_up(
        self, channel: str, address: str, template: str, count: int = 1, key: str | None = None
    ) -> int:
        """Add subscription messages that the person has allowed; returns how many there are.

        The same key adds once. A count of 0 says that the person allows none any more.
        """
        body = {"channel": channel, "address": address, "template": template, "count": count}
        sent = await self._transport.send(
            "POST",
            "/v1/accounts/credits",
            json=body | {"key": key},
            repeatable=key is not None or not count,
        )
        return int(sent["left"])

    async def report(self, channel: str, receipt: str, *, reached: bool, detail: str) -> bool:
        """Say what a carrier reports later of a message; returns whether there is such a one."""
        body = {"channel": channel, "receipt": receipt, "reached": reached, "detail": detail[:100]}
        sent = await self._transport.send("POST", "/v1/notices/reports", json=body)
        return bool(sent["known"])

    async def go(
        self,
        channel: str,
        address: str,
        emergency_id: str | None = None,
        now: datetime | None = None,
    ) -> Emergency:
        """Let the account's person hold an emergency they were told of.

        Raises:
            NotFound: they were told of none that is live.
            Conflict: somebody else holds it.
        """
        body = {"channel": channel, "address": address, "emergency_id": emergency_id}
        path = "/v1/accounts/acknowledgements"
        return Emergency.from_json(await self._transport.send("POST", path, json=body, now=now))

    async def bind(
        self, channel: str, address: str, code: str, *, name: str = "", relation: str = ""
    ) -> Bound:
        """Bind an account to the elder who gave it a number."""
        body = {
            "channel": channel,
            "address": address,
            "code": code,
            "name": name,
            "relation": relation,
        }
        sent = await self._transport.send(
            "POST", "/v1/accounts/bindings", json=body, repeatable=False
        )
        return Bound.from_json(sent)

    async def unbind(self, channel: str, address: str) -> list[str]:
        """End the bindings of an account; returns the elders' names."""
        body = {"channel": channel, "address": address}
        found = await self._transport.send("POST", "/v1/accounts/unbindings", json=body)
        return list(found["elders"])

    async def request_binding(
        self, channel: str, address: str, *, elder_phone: str, name: str = "", relation: str = ""
    ) -> None:
        """Ask the community to confirm that the account's person belongs to an elder.

        Raises:
            Rejected: the phone is no phone.
        """
        body: dict[str, Any] = {
            "channel": channel,
            "address": address,
            "elder_phone": elder_phone,
            "name": name,
            "relation": relation,
        }
        await self._transport.send("POST", "/v1/binding-requests", json=body)

    async def binding_code(
        self,
        elder_id: str,
        way: str = "call",
        *,
        consents: Sequence[str] | None = None,
        now: datetime | None = None,
    ) -> Code:
        """Make a number for an elder to pass on; `consents` are what it lets its bearer know."""
        kinds = None if consents is None else list(consents)
        body = {"elder_id": elder_id, "way": way, "consents": kinds}
        sent = await self._transport.send("POST", "/v1/binding-codes", json=body, now=now)
        return Code.from_json(sent)

    async def change_consents(
        self, family_member_id: str, consents: Sequence[str], *, way: str, by: str
    ) -> FamilyMember:
        """Set what the elder lets a family member know: orders, state, location, health.

        `way` is the channel it was said by, `by` who said so (本人).
        """
        body = {"consents": list(consents), "way": way, "by": by}
        path = f"/v1/family-members/{family_member_id}/consents"
        return FamilyMember.from_json(await self._transport.send("PUT", path, json=body))

    async def day(self, conversation: str, elder_id: str, now: datetime | None = None) -> Day:
        """Return signs of an elder's day, for the relative who speaks in a conversation.

        Raises:
            NotFound: the elder did not agree to it.
        """
        path = f"/v1/conversations/{conversation}/elders/{elder_id}/day"
        return Day.from_json(await self._transport.send("GET", path, now=now))

    async def revoke(self, family_member_id: str) -> None:
        """End a binding for the elder."""
        path = f"/v1/family-members/{family_member_id}/binding"
        await self._transport.send("DELETE", path)
