"""The backend client: one method per thing that can be asked of the backend.

Every method takes `now`, the clock of the conversation; a backend without a test clock ignores it.
Methods raise `anban.errors.Rejected` (with `field`), `NotFound`, `Conflict` or `Unavailable`.
"""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import httpx

from backend.client.accounts import Accounts
from backend.client.applications import Applications
from backend.client.assessments import Assessments
from backend.client.escalation import Escalation
from backend.client.hotline import Hotline
from backend.client.policy import Policies
from backend.client.transport import Transport
from backend.client.values import (
    Contact,
    Conversation,
    Elder,
    Emergency,
    FamilyMember,
    Handoff,
    Notice,
    Order,
    Provider,
    Speaking,
)
from backend.client.wishes import Wishes


class _Unset:
    """Marks an argument that was not given, where None has a meaning of its own."""


UNSET: Final = _Unset()


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _path(*parts: str) -> str:
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)


class BackendClient(Escalation, Accounts, Policies, Hotline, Applications, Assessments, Wishes):
    """Talks to the service backend over HTTP.

    Args:
        base_url: for example `http://127.0.0.1:8000`.
        token: the service token.
        timeout: seconds until a call is given up as `Unavailable`.
        http: a client of one's own, for example one bound to an application in a test.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        timeout: float = 5.0,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._transport = Transport(base_url, token, timeout, http)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    # conversations

    async def open_conversation(
        self,
        conversation: str,
        channel: str,
        phone: str | None = None,
        elder_id: str | None = None,
        now: datetime | None = None,
    ) -> Conversation:
        """Say that a conversation has begun (or goes on) and learn who it is; idempotent."""
        body = {"channel": channel, **_given(phone=phone, elder_id=elder_id)}
        path = _path("conversations", conversation)
        return Conversation.from_json(await self._transport.send("PUT", path, json=body, now=now))

    async def update_conversation(
        self,
        conversation: str,
        *,
        draft: dict[str, Any] | _Unset | None = UNSET,
        last_ask: str | _Unset | None = UNSET,
        summary: str | None = None,
        speaking: Speaking | None = None,
        now: datetime | None = None,
    ) -> None:
        """Keep what must outlive this process. `draft=None` clears the draft."""
        body: dict[str, Any] = _given(summary=summary)
        if not isinstance(draft, _Unset):
            body["draft"] = draft
        if not isinstance(last_ask, _Unset):
            body["last_ask"] = last_ask
        if speaking is not None:
            body["speaking"] = {"rate": speaking.rate, "volume": speaking.volume}
        path = _path("conversations", conversation)
        await self._transport.send("PATCH", path, json=body, now=now)

    async def end_conversation(
        self,
        conversation: str,
        reason: str,
        summary: str | None = None,
        now: datetime | None = None,
    ) -> None:
        """Say that a conversation is over; an unfinished draft stays for the next one."""
        body = {"ended": True, "end_reason": reason, **_given(summary=summary)}
        path = _path("conversations", conversation)
        await self._transport.send("PATCH", path, json=body, now=now)

    # orders

    async def place_order(
        self,
        key: str,
        *,
        conversation: str,
        service: str,
        date: str,
        time: str,
        elder_id: str | None = None,
        phone: str | None = None,
        name: str | None = None,
        ordered_by: str | None = None,
        recurring: str | None = None,
        address: str | None = None,
        person: str | None = None,
        hospital: str | None = None,
        note: str | None = None,
        now: datetime | None = None,
    ) -> Order:
        """Order a service; when this returns, the order is committed.

        Args:
            key: the idempotency key; the same key with the same content is the same order.
            conversation: the conversation's id.
            service: one of the 14 services.
            date: YYYY-MM-DD.
            time: HH:MM or morning|noon|afternoon|evening.
            elder_id: the elder; for an unknown caller give `phone` (and `name`) instead.
            phone: the phone of an unknown caller.
            name: the name of an unknown caller.
            ordered_by: elder, family, desk, or a family member's id; by default whoever speaks
                in the conversation.
            recurring: an RRULE.
            address: at most 200 characters; by default the elder's registered address.
            person: for whom.
            hospital: for an escort.
            note: anything the provider should know.
            now: the clock of the conversation.
        """
        body = _given(
            conversation=conversation,
            service=service,
            date=date,
            time=time,
            elder_id=elder_id,
            phone=phone,
            name=name,
            ordered_by=ordered_by,
            recurring=recurring,
            address=address,
            person=person,
            hospital=hospital,
            note=note,
        )
        sent = await self._transport.send("POST", "/v1/orders", json=body, now=now, key=key)
        return Order.from_json(sent)

    async def change_order(
        self,
        key: str,
        order: str,
        *,
        status: str | None = None,
        date: str | None = None,
        time: str | None = None,
        address: str | None = None,
        reason: str | None = None,
        conversation: str | None = None,
        now: datetime | None = None,
    ) -> Order:
        """Move, cancel or finish an order, named by id or number; the family is told.

        Raises:
            Conflict: it is cancelled or finished already.
        """
        body = _given(
            status=status,
            date=date,
            time=time,
            address=address,
            reason=reason,
            conversation=conversation,
        )
        path = _path("orders", order)
        return Order.from_json(
            await self._transport.send("PATCH", path, json=body, now=now, key=key)
        )

    async def orders(
        self,
        *,
        elder_id: str | None = None,
        phone: str | None = None,
        status: str | None = None,
        since: datetime | None = None,
        limit: int = 50,
        offset: int = 0,
        now: datetime | None = None,
    ) -> list[Order]:
        """List orders, the latest first."""
        params = _page(elder_id, phone, status, since, limit, offset)
        found = await self._transport.send("GET", "/v1/orders", params=params, now=now)
        return [Order.from_json(item) for item in found["items"]]

    async def order(self, order: str, now: datetime | None = None) -> Order:
        """Return one order by id or number."""
        return Order.from_json(await self._transport.send("GET", _path("orders", order), now=now))

    # notices

    async def notices(
        self,
        *,
        elder_id: str | None = None,
        order_id: str | None = None,
        emergency_id: str | None = None,
        status: str | None = None,
        since: datetime | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[Notice]:
        """List notices, the latest first."""
        params = {
            **_page(elder_id, None, status, since, limit, offset),
            "order_id": order_id,
            "emergency_id": emergency_id,
        }
        found = await self._transport.send("GET", "/v1/notices", params=params)
        return [Notice.from_json(item) for item in found["items"]]

    async def notice(self, notice: str) -> Notice:
        """Return one notice with every attempt to deliver it."""
        return Notice.from_json(await self._transport.send("GET", _path("notices", notice)))

    # emergencies

    async def raise_emergency(
        self,
        key: str,
        *,
        channel: str,
        kind: str,
        certainty: str,
        text: str,
        sign: str = "",
        span: str = "",
        conversation: str | None = None,
        elder_id: str | None = None,
        phone: str | None = None,
        location: str | None = None,
        now: datetime | None = None,
    ) -> Emergency:
        """Raise an emergency; when this returns, it and the first alarms are committed.

        Args:
            key: makes it idempotent; a further sign of a live emergency joins it.
            channel: phone, web, wechat, telegram or device.
            kind: one of the emergency kinds.
            certainty: certain (the family is told at once) or possible (told shortly, unless it
                is closed or confirmed before).
            text: what was said.
            sign: the sign that was recognised, or CALLER_SILENT or LINE_DEAD of a further sign.
            span: the part of the text it was recognised in.
            conversation: the conversation's id.
            elder_id: the elder, where known.
            phone: the caller's number, where known.
            location: where they are, if said.
            now: the clock of the conversation.
        """
        body = {
            "key": key,
            "channel": channel,
            "kind": kind,
            "certainty": certainty,
            "text": text,
            "sign": sign,
            "span": span,
            **_given(conversation=conversation, elder_id=elder_id, phone=phone, location=location),
        }
        return Emergency.from_json(
            await self._transport.send("POST", "/v1/emergencies", json=body, now=now)
        )

    async def emergencies(
        self,
        *,
        elder_id: str | None = None,
        phone: str | None = None,
        conversation: str | None = None,
        status: str | None = None,
        since: datetime | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[Emergency]:
        """List emergencies, the latest first."""
        params = {
            **_page(elder_id, phone, status, since, limit, offset),
            "conversation": conversation,
        }
        found = await self._transport.send("GET", "/v1/emergencies", params=params)
        return [Emergency.from_json(item) for item in found["items"]]

    async def emergency(self, emergency: str) -> Emergency:
        """Return one emergency with everything told."""
        return Emergency.from_json(
            await self._transport.send("GET", _path("emergencies", emergency))
        )

    # handing over to a person

    async def create_handoff(
        self,
        *,
        conversation: str,
        reason: str,
        summary: str = "",
        elder_id: str | None = None,
        phone: str | None = None,
        now: datetime | None = None,
    ) -> Handoff:
        """Ask for a person; a second one in the same conversation is the same open ticket."""
        body = {
            "conversation": conversation,
            "reason": reason,
            "summary": summary,
            **_given(elder_id=elder_id, phone=phone),
        }
        return Handoff.from_json(
            await self._transport.send("POST", "/v1/handoffs", json=body, now=now)
        )

    async def handoffs(
        self,
        *,
        elder_id: str | None = None,
        phone: str | None = None,
        conversation: str | None = None,
        status: str | None = None,
        since: datetime | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[Handoff]:
        """List hand-overs, the latest first."""
        params = {
            **_page(elder_id, phone, status, since, limit, offset),
            "conversation": conversation,
        }
        found = await self._transport.send("GET", "/v1/handoffs", params=params)
        return [Handoff.from_json(item) for item in found["items"]]

    # people

    async def elders(
        self,
        *,
        phone: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[Elder]:
        """List elders; `phone` finds the one with that number."""
        params = {"phone": phone, "limit": limit, "offset": offset}
        found = await self._transport.send("GET", "/v1/elders", params=params)
        return [Elder.from_json(item) for item in found["items"]]

    async def elder(self, elder_id: str) -> Elder:
        """Return one elder."""
        return Elder.from_json(await self._transport.send("GET", _path("elders", elder_id)))

    async def create_elder(self, name: str, **values: Any) -> Elder:
        """Add an elder; `values` are the fields of `Elder`."""
        body = {"name": name, **values}
        sent = await self._transport.send("POST", "/v1/elders", json=body, repeatable=False)
        return Elder.from_json(sent)

    async def update_elder(self, elder_id: str, **values: Any) -> Elder:
        """Change fields of an elder."""
        path = _path("elders", elder_id)
        return Elder.from_json(await self._transport.send("PATCH", path, json=values))

    async def family_members(
        self, *, elder_id: str | None = None, phone: str | None = None
    ) -> list[FamilyMember]:
        """List family members of an elder, or those with a phone number."""
        params = {"elder_id": elder_id, "phone": phone}
        found = await self._transport.send("GET", "/v1/family-members", params=params)
        return [FamilyMember.from_json(item) for item in found["items"]]

    async def create_family_member(self, elder_id: str, **values: Any) -> FamilyMember:
        """Add somebody to an elder; `values` are the fields of `FamilyMember`."""
        body = {"elder_id": elder_id, **values}
        path = "/v1/family-members"
        return FamilyMember.from_json(
            await self._transport.send("POST", path, json=body, repeatable=False)
        )

    async def contacts(
        self, *, elder_id: str | None = None, family_member_id: str | None = None
    ) -> list[Contact]:
        """List the contacts of an elder and of the family, or of one family member."""
        params = {"elder_id": elder_id, "family_member_id": family_member_id}
        found = await self._transport.send("GET", "/v1/contacts", params=params)
        return [Contact.from_json(item) for item in found["items"]]

    async def create_contact(self, channel: str, address: str, **values: Any) -> Contact:
        """Add a contact; `values` name `family_member_id` or `elder_id`, priority, enabled."""
        body = {"channel": channel, "address": address, **values}
        sent = await self._transport.send("POST", "/v1/contacts", json=body, repeatable=False)
        return Contact.from_json(sent)

    async def providers(
        self, *, locality: str | None = None, service: str | None = None
    ) -> list[Provider]:
        """List who serves a locality (its city and province included) and at what price."""
        params = {"locality": locality, "service": service}
        found = await self._transport.send("GET", "/v1/providers", params=params)
        return [Provider.from_json(item) for item in found["items"]]


def _page(
    elder_id: str | None,
    phone: str | None,
    status: str | None,
    since: datetime | None,
    limit: int,
    offset: int,
) -> dict[str, Any]:
    return {
        "elder_id": elder_id,
        "phone": phone,
        "status": status,
        "since": since.isoformat() if since else None,
        "limit": limit,
        "offset": offset,
    }
