"""What can be asked of a raised emergency; a part of `BackendClient`."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from backend.client.transport import Transport
from backend.client.values import Emergency, Happening


class Escalation:
    """Holding and ending emergencies, and reading their story."""

    _transport: Transport

    async def timeline(self, emergency: str) -> list[Happening]:
        """Return what happened to an emergency, in order, and what comes next."""
        found = await self._transport.send("GET", _path(emergency, "timeline"))
        return [Happening.from_json(one) for one in found]

    async def acknowledge(
        self,
        emergency: str,
        by: str | None = None,
        *,
        contact_id: str | None = None,
        channel: str = "desk",
        now: datetime | None = None,
    ) -> Emergency:
        """Say that a person holds it: `by` name, or the contact who answered on a channel.

        Raises:
            Conflict: somebody else holds it, or it is over.
        """
        named = {"by": by, "contact_id": contact_id, "channel": channel}
        return await self._changed(emergency, "acknowledge", named, now)

    async def seen(self, emergency: str, by: str, now: datetime | None = None) -> Emergency:
        """Say that the desk has it on its screen: the receipt of the desk's notices."""
        return await self._changed(emergency, "seen", {"by": by}, now)

    async def close_emergency(
        self,
        emergency: str,
        by: str,
        outcome: str = "closed",
        *,
        checked: bool = False,
        now: datetime | None = None,
    ) -> Emergency:
        """Close it as `closed` or `false_alarm`; those who were told are told this too.

        Raises:
            Rejected: a false alarm without `checked`, the question "is it really nothing?".
        """
        body = {"by": by, "outcome": outcome, "checked": checked}
        return await self._changed(emergency, "close", body, now)

    async def _changed(
        self, emergency: str, action: str, body: dict[str, Any], now: datetime | None
    ) -> Emergency:
        sent = await self._transport.send("POST", _path(emergency, action), json=body, now=now)
        return Emergency.from_json(sent)


def _path(emergency: str, action: str) -> str:
    return f"/v1/emergencies/{quote(emergency, safe='')}/{action}"
