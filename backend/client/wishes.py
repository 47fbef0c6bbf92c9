"""Ratings and reminders of medicine as the mind sees them; a part of `BackendClient`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote

from backend.client.transport import Transport
from backend.client.values import _Value


@dataclass(frozen=True)
class Rating(_Value):
    """What was said of an order that was carried out."""

    order_id: str
    stars: int | None = None
    """1 to 5; None where only words were said"""
    said: str = ""
    case_id: str | None = None
    """of the ticket that a bad one is looked into by"""


@dataclass(frozen=True)
class Reminder(_Value):
    """A medicine that an elder is reminded of."""

    id: str
    elder_id: str
    first: str
    """the first day, YYYY-MM-DD"""
    rule: str
    """on which days, as an RRULE"""
    times: tuple[str, ...] = ()
    """HH:MM, in order"""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build the value; lists become tuples."""
        return cls(**{**cls._fields(data), "times": tuple(data.get("times") or ())})


class Wishes:
    """What elders want to be reminded of, and how they were served."""

    _transport: Transport

    async def set_reminder(
        self,
        elder_id: str,
        *,
        conversation: str,
        first: str,
        rule: str,
        times: Sequence[str],
        said: str = "",
        now: datetime | None = None,
    ) -> Reminder:
        """Remind an elder of a medicine; the same wish in one conversation is one reminder.

        Raises:
            Rejected: the day, the rule or a time cannot be.
        """
        body = {
            "conversation": conversation,
            "first": first,
            "rule": rule,
            "times": list(times),
            "said": said,
        }
        path = f"/v1/elders/{quote(elder_id, safe='')}/reminders"
        found = await self._transport.send("POST", path, json=body, now=now, repeatable=True)
        return Reminder.from_json(found)

    async def reminders(self, *, elder_id: str | None = None) -> list[Reminder]:
        """List the reminders that stand, the earliest made first."""
        found = await self._transport.send("GET", "/v1/reminders", params={"elder_id": elder_id})
        return [Reminder.from_json(one) for one in found["items"]]

    async def end_reminder(self, reminder: str, now: datetime | None = None) -> Reminder:
        """End a reminder; one that has ended stays so."""
        path = f"/v1/reminders/{quote(reminder, safe='')}/end"
        return Reminder.from_json(await self._transport.send("POST", path, json={}, now=now))

    async def rate(
        self,
        order: str,
        *,
        conversation: str,
        stars: int | None = None,
        said: str = "",
        bad: bool = False,
        now: datetime | None = None,
    ) -> Rating:
        """Say how an order was carried out; the last stars and all words count.

        Raises:
            Conflict: it was not carried out.
        """
        body = {"conversation": conversation, "stars": stars, "said": said, "bad": bad}
        path = f"/v1/orders/{quote(order, safe='')}/rating"
        found = await self._transport.send("POST", path, json=body, now=now)
        return Rating.from_json(found)

    async def ratings(self, *, elder_id: str | None = None) -> list[Rating]:
        """List what was said of orders, the latest first."""
        found = await self._transport.send("GET", "/v1/ratings", params={"elder_id": elder_id})
        return [Rating.from_json(one) for one in found["items"]]
