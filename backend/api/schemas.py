"""The JSON of the API: what may be sent and what comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

from backend.domain.consents import CONSENTS
from backend.domain.times import CHINA
from backend.domain.words import (
    CONTACT_CHANNELS,
    FAMILY_ROLES,
    POSTS,
    SERVICES,
)


def clean(text: str) -> str:
    """Return a text without space around it; refuse what no database keeps."""
    if "\x00" in text:
        raise ValueError("不能有空字符")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("不能有半个字符")
    return text.strip()


def words(*groups: Any) -> str:
    """Return a description that lists fixed words."""
    return "one of " + ", ".join(word for group in groups for word in group)


def _local(moment: datetime) -> str:
    return moment.astimezone(CHINA).isoformat()


Moment = Annotated[datetime, PlainSerializer(_local, return_type=str)]
"""shown in Chinese time"""

Name = Annotated[str, Field(max_length=64), AfterValidator(clean)]
Line = Annotated[str, Field(max_length=200), AfterValidator(clean)]
Text = Annotated[str, Field(max_length=2000), AfterValidator(clean)]
Long = Annotated[str, Field(max_length=20_000), AfterValidator(clean)]
Phone = Annotated[str, Field(max_length=32), AfterValidator(clean)]
Key = Annotated[str, Field(min_length=1, max_length=128), AfterValidator(clean)]
Channel = Annotated[str, Field(min_length=1, max_length=32), AfterValidator(clean)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """A part of a list."""

    items: list[Item]
    limit: int
    offset: int


class Speaking(BaseModel):
    """How somebody likes to be spoken to; 1.0 is normal."""

    rate: Annotated[float, Field(ge=0.5, le=2.0)] = 1.0
    volume: Annotated[float, Field(ge=0.2, le=4.0)] = 1.0


# people


class ElderChange(_Sent):
    """Fields of an elder; those left out stay as they are."""

    name: Name = ""
    phone: Phone | None = None
    address: Line | None = None
    locality: Name | None = None
    estate: Name | None = None
    birth_year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    gender: Annotated[str, Field(max_length=16), AfterValidator(clean)] | None = None
    dialect: Annotated[str, Field(max_length=32), AfterValidator(clean)] | None = None
    hearing: Annotated[str, Field(max_length=32), AfterValidator(clean)] | None = None
    lives_alone: bool = False
    low_income: bool = False
    disabled: bool = False
    disabled_level: Annotated[str, Field(max_length=32), AfterValidator(clean)] | None = None
    verified: bool = True
    recording_consent: Annotated[bool, Field(description="calls may be recorded")] = False


class ElderNew(ElderChange):
    """A new elder."""

    name: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(clean)]


class ElderOut(_Shown):
    """An elder."""

    id: str
    name: str
    phone: str | None
    address: str | None
    locality: str | None
    estate: str | None
    birth_year: int | None
    gender: str | None
    dialect: str | None
    hearing: str | None
    lives_alone: bool
    low_income: bool
    disabled: bool
    disabled_level: str | None
    verified: bool
    recording_consent: bool


class ElderKnown(ElderOut):
    """An elder who is speaking, with the estates of the neighbourhood."""

    estates: list[str] = Field(default_factory=list)


class ElderBound(ElderOut):
    """An elder whom a relative speaks for."""

    bond: str = Field("", description="what the relative is to them, for example 女儿")
    consents: list[str] = Field(default_factory=list, description="what the relative may know")


class FamilyMemberNew(_Sent):
    """Somebody who belongs to an elder."""

    elder_id: Key
    name: Name = ""
    relation: Annotated[str, Field(max_length=32), AfterValidator(clean)] = ""
    phone: Phone | None = None
    role: Literal[FAMILY_ROLES] = "family"  # type: ignore[valid-type]
    bound: bool = True
    consents: list[Literal[tuple(CONSENTS)]] | None = Field(  # type: ignore[valid-type]
        None, max_length=4, description="asked of the elder; null: what the register may open"
    )


class FamilyMemberOut(_Shown):
    """Somebody who belongs to an elder."""

    id: str
    elder_id: str
    name: str
    relation: str
    phone: str | None
    role: str
    bound: bool
    consents: list[str]


class ContactNew(_Sent):
    """One way of telling somebody something; of a family member, the elder, or a post on duty."""

    channel: Literal[CONTACT_CHANNELS]  # type: ignore[valid-type]
    address: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(clean)]
    family_member_id: Key | None = None
    elder_id: Key | None = None
    post: Literal[tuple(POSTS)] | None = None  # type: ignore[valid-type]
    area: Annotated[
        str,
        Field(max_length=128, description="places a post serves: 福康县, 福康县和平小区, or all"),
        AfterValidator(clean),
    ] = ""
    name: Name | None = None
    priority: Annotated[
        int, Field(ge=1, le=1000, description="a person's ways are tried in this order")
    ] = 1
    enabled: bool = True
    quiet_hours: Annotated[
        str | None,
        Field(max_length=11, description='22:00-07:00, "" for none, null for the usual ones'),
    ] = None
    alarms_only: bool = False


class ContactOut(_Shown):
    """One way of telling somebody something."""

    id: str
    channel: str
    address: str
    family_member_id: str | None
    elder_id: str | None
    post: str | None
    area: str
    name: str | None
    priority: int
    enabled: bool
    quiet_hours: str | None
    alarms_only: bool


# notices and orders


class DeliveryOut(_Shown):
    """One attempt to deliver; only with a receipt was it delivered."""

    at: Moment
    channel: str
    receipt: str | None
    error: str | None


class NoticeBrief(_Shown):
    """Something one contact is told."""

    id: str
    event: str
    status: str
    contact_id: str
    post: str | None = Field(description="desk, community_worker … on duty; null for family")
    channel: str
    recipient: str
    text: str
    order_id: str | None
    emergency_id: str | None
    rung_id: str | None
    created_at: Moment
    tried_at: Moment | None = Field(description="when it was first handed to a sender")


class NoticeOut(NoticeBrief):
    """Something one contact is told, with every attempt to deliver it."""

    deliveries: list[DeliveryOut]


class OrderNew(_Sent):
    """A service to be ordered."""

    conversation: Key
    service: Annotated[str, Field(max_length=32, description=words(SERVICES))]
    date: Annotated[str, Field(max_length=32, description="YYYY-MM-DD", examples=["2026-03-05"])]
    time: Annotated[
        str, Field(max_length=32, description="HH:MM or morning|noon|afternoon|evening")
    ]
    elder_id: Key | None = None
    phone: Phone | None = None
    name: Name | None = None
    ordered_by: Key | None = None
    recurring: Line | None = None
    address: Text | None = None
    person: Name | None = None
    hospital: Line | None = None
    note: Text | None = None


class OrderChange(_Sent):
    """What is to become of an order."""

    status: Annotated[str, Field(max_length=32)] | None = None
    date: Annotated[str, Field(max_length=32)] | None = None
    time: Annotated[str, Field(max_length=32)] | None = None
    address: Text | None = None
    reason: Line | None = None
    conversation: Key | None = None


class OrderOut(_Shown):
    """An order."""

    id: str
    number: str
    elder_id: str
    conversation_id: str | None
    ordered_by: str
    service: str
    date: str
    time: str | None
    recurring: str | None
    address: str | None
    person: str | None
    hospital: str | None
    note: str | None
    worker: str | None = Field(description="who comes, once the provider has said so")
    price: int | None = Field(description="fen")
    status: str
    provider_id: str | None
    provider: str | None
    created_at: Moment
    notices: list[NoticeBrief] = Field(default_factory=list)


# conversations


class ConversationOpen(_Sent):
    """Somebody is speaking."""

    channel: Channel
    phone: Annotated[str, Field(max_length=200)] | None = None
    elder_id: Key | None = None
    now: Annotated[str, Field(max_length=40)] | None = None


class CallerOut(BaseModel):
    """Who is speaking."""

    role: str
    relation: str | None = None
    name: str | None = None
    family_member_id: str | None = None


class DraftOut(BaseModel):
    """What an earlier conversation left unfinished."""

    conversation_id: str
    data: dict[str, Any]
    updated_at: Moment
    last_ask: str | None = None


class ConversationOut(BaseModel):
    """A conversation and what is known of the person."""

    id: str
    caller: CallerOut
    elder: ElderKnown | None
    elders: list[ElderBound]
    draft: DraftOut | None
    open_orders: list[OrderOut]
    speaking: Speaking


class SignsOfDay(BaseModel):
    """Signs of an elder's day; null where there is none today."""

    spoke_at: Moment | None
    device_at: Moment | None


class ConversationChange(_Sent):
    """What must outlive the process; `draft` null clears the draft."""

    draft: dict[str, Any] | None = None
    last_ask: Annotated[str, Field(max_length=32)] | None = None
    ended: bool = False
    end_reason: Annotated[str, Field(max_length=64), AfterValidator(clean)] | None = None
    summary: Long | None = None
    speaking: Speaking | None = None


class ConversationState(_Shown):
    """What is kept of a conversation."""

    id: str
    channel: str
    elder_id: str | None
    caller_role: str
    started_at: Moment
    updated_at: Moment
    ended_at: Moment | None
    end_reason: str | None
    draft: dict[str, Any] | None
    last_ask: str | None
    summary: str | None


# hand-overs, providers


class HandoffNew(_Sent):
    """Somebody wants to speak with a person."""

    conversation: Key
    reason: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(clean)]
    summary: Long = ""
    elder_id: Annotated[str, Field(max_length=128)] | None = None
    phone: Annotated[str, Field(max_length=200)] | None = None


class HandoffOut(_Shown):
    """A ticket: a person will call back by `promised_at`."""

    id: str
    ticket: str
    conversation_id: str
    elder_id: str | None
    reason: str
    summary: str
    status: str
    promised_at: Moment


class OfferOut(_Shown):
    """One service with its price."""

    service: str
    name: str
    price: int = Field(description="fen")
    unit: str


class ProviderOut(_Shown):
    """A provider of services in a locality."""

    id: str
    name: str
    locality: str
    phone: str | None
    catalogue: list[OfferOut]


class Problem(BaseModel):
    """What is wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    field: str | None = None
