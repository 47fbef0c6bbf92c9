"""The JSON of the mini-program's door: what the elder's and the family's pages show."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from backend.api.account_schemas import Consents, Relation
from backend.api.schemas import Key, Line, Moment, Name, Phone, Text, clean


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PersonOut(BaseModel):
    """Somebody one can call."""

    name: str
    relation: str
    phone: str


class CardOut(BaseModel):
    """An elder one belongs to."""

    elder_id: str
    name: str
    relation: str
    role: str
    phone: str | None
    consents: list[str]


class WorkerBrief(BaseModel):
    """The worker whose account it is."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    places: bool | None = Field(
        description="whether they let us note where they check in; null until they were asked"
    )


class MeOut(BaseModel):
    """Whose pass it is, and what belongs to them."""

    role: str = Field(description="elder, family, worker or unknown")
    name: str = ""
    hotline: str
    people: list[PersonOut] = Field(description="whom an elder calls")
    elders: list[CardOut]
    token: str = Field(description="a fresh pass, to take the place of the one that was shown")
    reached_by: list[str] = Field(description="ways a family is told of a cry, as called")
    templates: dict[str, str] = Field(description="subscription messages to ask for, by event")
    credits: dict[str, int] = Field(description="those that may still be sent, by event")
    work: WorkerBrief | None = Field(description="who goes to the elders' homes by this account")


class TodayOut(BaseModel):
    """Signs of an elder's day; null where there is none."""

    spoke_at: Moment | None
    device_at: Moment | None


class VisitOut(BaseModel):
    """An order as a family reads it."""

    id: str
    number: str
    service: str
    name: str
    date: str
    time: str | None
    when: str = Field(description="for people: 3月5日上午九点")
    recurring: bool
    status: str
    by_whom: str | None = Field(description="who comes")
    address: str | None
    note: str | None
    price: int | None = Field(description="fen")


class AlarmOut(BaseModel):
    """An emergency as a family reads it."""

    id: str
    elder_id: str
    elder: str
    phone: str | None
    kind: str
    status: str
    text: str
    address: str | None
    location: str | None
    latitude: float | None
    longitude: float | None
    system: str | None
    map_url: str | None
    raised_at: Moment
    held_by: str | None
    held_at: Moment | None
    mine: bool = Field(description="whether whoever asks holds it")


class LastPlaceOut(BaseModel):
    """Where a device of the elder's was last."""

    latitude: float
    longitude: float
    system: str
    map_url: str | None
    at: Moment


class ElderPageOut(BaseModel):
    """An elder's page; what the elder did not agree to is null."""

    card: CardOut
    today: TodayOut | None
    last_place: LastPlaceOut | None = Field(
        description="null where the elder did not agree, or no device tells"
    )
    visits: list[VisitOut] | None
    alarms: list[AlarmOut]


class AlarmsOut(BaseModel):
    """Emergencies of all elders one belongs to."""

    items: list[AlarmOut]


class OfferedOut(BaseModel):
    """A service that can be ordered, at the nearest provider's price."""

    service: str
    name: str
    price: int | None = Field(description="fen; null where nobody has named one")
    unit: str | None
    provider: str | None


class CatalogueOut(BaseModel):
    """What can be ordered for an elder."""

    items: list[OfferedOut]


class WishNew(_Sent):
    """A service ordered by a family on its page."""

    elder_id: Key
    service: Annotated[str, Field(max_length=32)]
    date: Annotated[str, Field(max_length=32)]
    time: Annotated[str, Field(max_length=32)]
    address: Text | None = None
    hospital: Line | None = None
    note: Text | None = None


class RelativeOut(BaseModel):
    """Somebody who belongs to the elder who asks, and what they may know."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    relation: str
    role: str
    bound: bool
    consents: list[str]


class OwnAccountOut(BaseModel):
    """An account that is the elder's own."""

    id: str
    channel: str
    here: bool = Field(description="whether it is the one that asks")
    since: Moment


class RelativesOut(BaseModel):
    """All of them, and the elder's own accounts."""

    items: list[RelativeOut]
    own: list[OwnAccountOut]


class ConsentsNew(_Sent):
    """What the elder lets a family member know."""

    consents: Consents


class CodeWish(_Sent):
    """What a number is to let its bearer know."""

    consents: Consents | None = Field(None, description="null: what a number opens by itself")


class CodeShown(BaseModel):
    """The number an elder passes on."""

    code: str
    expires_at: Moment


class BindingNew(_Sent):
    """A number an elder gave."""

    code: Annotated[str, Field(min_length=1, max_length=16), AfterValidator(clean)]
    name: Name = ""
    relation: Relation = ""
    phone: Phone | None = None


class BindingOut(BaseModel):
    """What became of it."""

    status: str = Field(description="bound, wrong or too_many")
    elder: str | None
    role: str | None


class AskingNew(_Sent):
    """Somebody without a number says they belong to an elder."""

    elder_phone: Phone
    name: Name = ""
    relation: Relation = ""


class CreditNew(_Sent):
    """A subscription message that was just allowed."""

    event: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(clean)]


class WhereNew(_Sent):
    """Where whoever cried is, known later than the cry."""

    place: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean)]


class HeldOut(BaseModel):
    """What became of a cry for help, for whoever cried."""

    arrived: bool = Field(description="false: it is still on its way")
    status: str | None = None
    held_by: str | None = None
    told: list[str] = Field(default_factory=list, description="who is being told, as called")
