"""The JSON of devices: what may be sent and what comes back."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from backend.api.schemas import Moment, Name, words
from backend.domain.devices import DEVICE_KINDS, Location


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class DeviceChange(_Sent):
    """Fields of a device; those left out stay as they are."""

    elder_id: Annotated[str, Field(max_length=36)] | None = None
    place: Name = ""
    location_consent: Annotated[
        bool, Field(description="the elder agreed that the last position is kept")
    ] = False


class DeviceNew(DeviceChange):
    """A new device; without an id it gets one."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")] | None = None
    kind: Annotated[str, Field(max_length=32, description=words(DEVICE_KINDS))]


class DeviceOut(_Shown):
    """A device and how it fares; without its secret and its position."""

    id: str
    kind: str
    elder_id: str | None
    place: str
    location_consent: bool
    battery: int | None
    online: bool | None
    seen_at: Moment | None
    troubles: list[str] = Field(default_factory=list)


class DeviceSecret(BaseModel):
    """The key a device signs with; shown once."""

    id: str
    secret: str


class DeviceLocation(BaseModel):
    """Where a device was last."""

    location: Location | None
    located_at: Moment | None


class DeviceEventOut(_Shown):
    """A report that was taken."""

    id: str
    device_id: str
    event_id: str
    type: str
    late: bool
    readings: dict[str, float] | None
    emergency_id: str | None
    at: Moment | None
    received_at: Moment


class ReportTaken(BaseModel):
    """The answer to a device."""

    id: str
    event_id: str
    duplicate: bool
    emergency_id: str | None
    ignored: Annotated[
        list[str], Field(description="fields of an alarm that could not be read")
    ] = []
