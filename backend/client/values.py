"""What the backend answers with, as frozen values.

Every value is built by `from_json` from the backend's JSON; keys this version does not know are
left out, so that an older client can talk to a newer backend. Times are aware datetimes; dates of
orders are `YYYY-MM-DD` and times of orders `HH:MM` or morning|noon|afternoon|evening, as the
caller said them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self


def _moment(value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _values(kind: type[Any], data: Any) -> tuple[Any, ...]:
    return tuple(kind.from_json(item) for item in data or ())


@dataclass(frozen=True)
class _Value:
    """Base: picks the known keys out of a JSON object."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build the value from one JSON object of the backend."""
        return cls(**cls._fields(data))

    @classmethod
    def _fields(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        known = {field.name: field for field in fields(cls)}
        out = {}
        for name, value in data.items():
            if name not in known:
                continue
            is_time = "datetime" in str(known[name].type)
            out[name] = _moment(value) if is_time else value
        return out


@dataclass(frozen=True)
class Speaking(_Value):
    """How somebody likes to be spoken to."""

    rate: float = 1.0
    """speed of speech; 1.0 is normal, 0.8 slower"""
    volume: float = 1.0
    """loudness; 1.0 is normal"""


@dataclass(frozen=True)
class Elder(_Value):
    """An old person in the register."""

    id: str
    name: str = ""
    phone: str | None = None
    address: str | None = None
    locality: str | None = None
    """the county or district, for example 龙岩新罗"""
    estate: str | None = None
    """the housing estate or village"""
    birth_year: int | None = None
    gender: str | None = None
    dialect: str | None = None
    hearing: str | None = None
    lives_alone: bool = False
    low_income: bool = False
    disabled: bool = False
    disabled_level: str | None = None
    verified: bool = True
    """False for a record made from a call of an unknown person"""
    recording_consent: bool = False
    """whether calls may be recorded"""
    estates: tuple[str, ...] = ()
    """housing estates known in the same locality (only when a conversation is opened)"""
    bond: str = ""
    """what a relative who speaks is to them (女儿; only when a conversation is opened)"""
    consents: tuple[str, ...] = ()
    """kinds of data that relative may know"""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build the elder; lists become tuples."""
        lists = {name: tuple(data.get(name) or ()) for name in ("estates", "consents")}
        return cls(**{**cls._fields(data), **lists})


@dataclass(frozen=True)
class FamilyMember(_Value):
    """Somebody who belongs to an elder."""

    id: str
    elder_id: str
    name: str = ""
    relation: str = ""
    phone: str | None = None
    role: str = "family"
    """guardian, family or neighbour"""
    bound: bool = True
    """True once the elder has agreed that this person may see and order things"""
    consents: tuple[str, ...] = ()
    """kinds of data the elder lets this person know: orders, state, location, health"""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build the member; lists become tuples."""
        return cls(**{**cls._fields(data), "consents": tuple(data.get("consents") or ())})


@dataclass(frozen=True)
class Contact(_Value):
    """One way of telling somebody something."""

    id: str
    channel: str
    address: str
    family_member_id: str | None = None
    elder_id: str | None = None
    post: str | None = None
    """desk, community_worker, grid_worker, property or duty_phone; None for family"""
    area: str = ""
    """the places a post serves; "" is everywhere"""
    name: str | None = None
    priority: int = 1
    enabled: bool = True


@dataclass(frozen=True)
class Delivery(_Value):
    """One attempt to deliver a notice."""

    at: datetime
    channel: str
    receipt: str | None = None
    """what the receiving server gave back: only then was it delivered"""
    error: str | None = None


@dataclass(frozen=True)
class Notice(_Value):
    """Something one contact is told."""

    id: str
    event: str
    status: str
    """pending, delivered, failed or withdrawn (not sent, since somebody came first)"""
    contact_id: str | None = None
    post: str | None = None
    """whose notice it is when it is not the family's"""
    channel: str = ""
    recipient: str = ""
    """who is told, for example 女儿"""
    text: str = ""
    order_id: str | None = None
    emergency_id: str | None = None
    rung_id: str | None = None
    created_at: datetime | None = None
    tried_at: datetime | None = None
    """when it was first handed to a sender"""
    deliveries: tuple[Delivery, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build the notice with its deliveries."""
        deliveries = _values(Delivery, data.get("deliveries"))
        return cls(**{**cls._fields(data), "deliveries": deliveries})


@dataclass(frozen=True)
class Order(_Value):
    """A service ordered for an elder."""

    id: str
    number: str
    """short and speakable: digits that are not mistaken for one another"""
    elder_id: str
    service: str
    date: str
    status: str
    """placed, confirmed, cancelled or finished"""
    time: str | None = None
    recurring: str | None = None
    address: str | None = None
    person: str | None = None
    hospital: str | None = None
    note: str | None = None
    worker: str | None = None
    """who comes, once the provider has said so"""
    price: int | None = None
    """in fen, where the provider has a fixed price"""
    provider: str | None = None
    provider_id: str | None = None
    conversation_id: str | None = None
    ordered_by: str | None = None
    created_at: datetime | None = None
    notices: tuple[Notice, ...] = ()
    """who is being told about this very change; empty where the elder has no family contacts"""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build the order with the notices that belong to this change."""
        return cls(**{**cls._fields(data), "notices": _values(Notice, data.get("notices"))})


@dataclass(frozen=True)
class Caller(_Value):
    """Who is speaking."""

    role: str = "unknown"
    """elder, family or unknown"""
    relation: str | None = None
    name: str | None = None
    family_member_id: str | None = None


@dataclass(frozen=True)
class Draft(_Value):
    """An order that an earlier conversation did not finish."""

    conversation_id: str
    data: Mapping[str, Any]
    """what `update_conversation(draft=…)` was given"""
    updated_at: datetime
    last_ask: str | None = None


@dataclass(frozen=True)
class Conversation:
    """An opened conversation: who it is and what is known of them."""

    id: str
    caller: Caller = Caller()
    elder: Elder | None = None
    elders: tuple[Elder, ...] = ()
    """those a family caller is bound to"""
    draft: Draft | None = None
    open_orders: tuple[Order, ...] = ()
    speaking: Speaking = Speaking()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Conversation:
        """Build the conversation with everything it carries."""
        elder, draft = data.get("elder"), data.get("draft")
        return cls(
            id=data["id"],
            caller=Caller.from_json(data.get("caller") or {}),
            elder=Elder.from_json(elder) if elder else None,
            elders=_values(Elder, data.get("elders")),
            draft=Draft.from_json(draft) if draft else None,
            open_orders=_values(Order, data.get("open_orders")),
            speaking=Speaking.from_json(data.get("speaking") or {}),
        )


@dataclass(frozen=True)
class Rung(_Value):
    """One rung of an emergency's ladder."""

    id: str
    round: int
    """from 1"""
    number: int
    """from 0"""
    who: tuple[str, ...]
    """family, or posts"""
    loudness: int
    """1 normal … 3 loudest"""
    due_at: datetime
    begun_at: datetime | None = None
    """None: still to come"""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build the rung; lists become tuples."""
        return cls(**{**cls._fields(data), "who": tuple(data["who"])})


@dataclass(frozen=True)
class Happening(_Value):
    """One line of an emergency's timeline."""

    at: datetime
    what: str
    """raised, sign, elder_found, rung, rung_empty, ways_lacking, told, delivered, not_delivered,
    seen, acknowledged, closed, false_alarm, watchdog_…, or next (still to come)"""
    who: str = ""
    text: str = ""
    channel: str | None = None
    receipt: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class Emergency(_Value):
    """A cry for help and who holds it."""

    id: str
    kind: str
    certainty: str
    status: str
    """open, acknowledged, closed or false_alarm"""
    key: str = ""
    elder_id: str | None = None
    phone: str | None = None
    """the number it was raised from"""
    conversation_id: str | None = None
    channel: str = ""
    text: str = ""
    sign: str = ""
    span: str = ""
    location: str | None = None
    earlier_id: str | None = None
    """a live one of the same person that this one was not joined to"""
    raised_at: datetime | None = None
    last_sign_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    acknowledged_channel: str | None = None
    """desk, link, wechat, telegram, call …"""
    closed_by: str | None = None
    closed_at: datetime | None = None
    rungs: tuple[Rung, ...] = ()
    notices: tuple[Notice, ...] = ()
    """everything told about it, with deliveries and receipts"""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build the emergency with its rungs and notices."""
        told = {
            "rungs": _values(Rung, data.get("rungs")),
            "notices": _values(Notice, data.get("notices")),
        }
        return cls(**{**cls._fields(data), **told})


@dataclass(frozen=True)
class Handoff(_Value):
    """A ticket: a person will call back."""

    id: str
    ticket: str
    """short and speakable, as an order number"""
    reason: str
    status: str
    """open or done"""
    promised_at: datetime
    summary: str = ""
    elder_id: str | None = None
    conversation_id: str | None = None


@dataclass(frozen=True)
class Offer(_Value):
    """One service of a provider with its price."""

    service: str
    name: str
    price: int
    """in fen"""
    unit: str


@dataclass(frozen=True)
class Provider(_Value):
    """A provider of services in a locality."""

    id: str
    name: str
    locality: str
    phone: str | None = None
    catalogue: Sequence[Offer] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build the provider with its catalogue."""
        return cls(**{**cls._fields(data), "catalogue": _values(Offer, data.get("catalogue"))})


@dataclass(frozen=True)
class Summary(_Value):
    """What an agent should know of a caller before saying hello."""

    id: str
    """of the transfer"""
    summary: str


@dataclass(frozen=True)
class Transferred(_Value):
    """A caller who was offered, or handed to, an agent."""

    id: str
    conversation_id: str
    agent: str
    summary: str
    outcome: str
    """offered, joining, connected, declined or gone"""
    elder_id: str | None = None
    seconds: float | None = None
    """from being let go by Anban to being joined with the agent"""


@dataclass(frozen=True)
class CallOut(_Value):
    """One attempt to call somebody."""

    id: str
    purpose: str
    outcome: str
    """calling, answered, acknowledged, machine, busy, no_answer, unreachable or no_agent"""
    attempt: int = 1
    emergency_id: str | None = None
    handoff_id: str | None = None
    check_in_id: str | None = None
    contact_id: str | None = None
    agent: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class Talk(_Value):
    """What is asked on a call that we have placed, and of whom."""

    kind: str
    """satisfaction, care, device_check or reminder"""
    elder: str = ""
    about: str = ""
    """the service, or the device that raised the alarm"""
    questions: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build the value; lists become tuples."""
        return cls(**{**cls._fields(data), "questions": tuple(data.get("questions") or ())})


@dataclass(frozen=True)
class CheckIn(_Value):
    """A call on which Anban asks how somebody is, or was served."""

    id: str
    kind: str
    elder_id: str
    status: str
    due_at: datetime
    order_id: str | None = None
    device_id: str | None = None
    emergency_id: str | None = None
    case_id: str | None = None
    """of the ticket that people look into it by"""
    answers: Sequence[Mapping[str, str]] | None = None
    """question, text and finding of each, in order"""
    settled_at: datetime | None = None
