"""The JSON of workers and their visits: for the mini-program and for a city's platform."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from anban.errors import Rejected
from backend.api.schemas import Key, Moment, Phone, clean
from backend.domain.places import Position
from backend.domain.visits import Fix

LONGEST_PHOTO = 2_800_000
"""characters of base64: 2 MB"""
Remark = Annotated[str, Field(max_length=500), AfterValidator(clean)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


# workers


class WorkerNew(_Sent):
    """Somebody who goes to the elders' homes."""

    name: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(clean)]
    phone: Phone | None = None
    provider_id: Key | None = Field(None, description="who sends them")
    area: Annotated[str, Field(max_length=128), AfterValidator(clean)] = Field(
        "", description="the community they belong to, where no provider sends them"
    )


class WorkerChange(_Sent):
    """Fields of a worker; those left out stay as they are."""

    name: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(clean)] = ""
    phone: Phone | None = None
    provider_id: Key | None = None
    area: Annotated[str, Field(max_length=128), AfterValidator(clean)] = ""
    active: bool = True


class WorkerOut(_Shown):
    """A worker."""

    id: str
    name: str
    phone: str | None
    provider_id: str | None
    area: str
    active: bool
    bound_at: Moment | None = Field(
        description="since when their account is bound; null: it is not"
    )
    places: bool | None = Field(description="whether they let us note where they check in")


class WorkerCodeOut(BaseModel):
    """A number that makes an account a worker's, once; it is kept nowhere."""

    code: str
    expires_at: Moment


class AssignedTo(_Sent):
    """Who does an order."""

    worker_id: Key | None = Field(description="null: nobody")


# places


class PlaceNew(_Sent):
    """A point on the earth."""

    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    system: Literal["wgs84", "gcj02"]

    def position(self) -> Position:
        """Return it as the domain knows it."""
        return Position(self.latitude, self.longitude, self.system)


class FixNew(PlaceNew):
    """Where a telephone says it is."""

    accuracy: Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False)] = 0

    def fix(self) -> Fix:
        """Return it as the domain knows it."""
        return Fix(self.position(), self.accuracy)


# visits


class ArrivalNew(_Sent):
    """A check-in, sent now or kept and sent later."""

    at: AwareDatetime = Field(description="when the button was pressed")
    place: FixNew | None = None


class LeavingNew(ArrivalNew):
    """The end of a visit."""

    note: Remark = Field("", description="what was done")
    differs: Remark = Field("", description="what was otherwise than ordered")
    photo: Annotated[str, Field(max_length=LONGEST_PHOTO)] | None = Field(
        None, description="JPEG, PNG or WebP in base64"
    )

    def picture(self) -> bytes | None:
        """Return the picture's bytes.

        Raises:
            Rejected: it is no base64.
        """
        if not self.photo:
            return None
        try:
            return base64.b64decode(self.photo, validate=True)
        except (binascii.Error, ValueError):
            raise Rejected("照片不对，应为 base64", "photo") from None


class BindingByDesk(_Sent):
    """The number the desk gave a worker."""

    code: Annotated[str, Field(min_length=1, max_length=16), AfterValidator(clean)]


class BoundOut(BaseModel):
    """What became of it."""

    status: str = Field(description="bound, wrong, too_many or taken")


class PlacesNew(_Sent):
    """Whether a worker lets us note where they check in."""

    agreed: bool


class StopOut(BaseModel):
    """A visit as its worker reads it; the elder's number and address are gone once it is over."""

    order_id: str
    number: str
    day: date
    service: str
    name: str
    when: str = Field(description="for people: 上午 or 14:30")
    elder: str
    phone: str | None
    address: str | None
    latitude: float | None = Field(description="of the home, as Chinese maps show it (GCJ-02)")
    longitude: float | None
    map_url: str | None
    needs: list[str] = Field(description="what one should know of the elder and the order")
    status: str = Field(description="planned, under_way or finished")
    arrived_at: Moment | None
    left_at: Moment | None
    far: bool = Field(description="the check-in was far from the home, as far as that is known")
    photo_wanted: bool
    note: str
    differs: str


class DayOut(BaseModel):
    """A worker's day."""

    name: str
    places: bool | None
    stops: list[StopOut]


class OutcomeNew(_Sent):
    """What somebody at the desk found out."""

    by: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(clean)]
    outcome: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(clean)]


class EndNew(OutcomeNew):
    """How a visit ended that its worker did not end."""

    done: bool = Field(description="true finishes an order that comes once; false leaves it open")


class MissedVisitOut(_Shown):
    """A visit nobody came to, which nobody has handled yet."""

    id: str
    order_id: str
    day: date
    worker_id: str | None
    noticed_at: Moment


class VisitOut(BaseModel):
    """A visit as a platform reads it."""

    id: str
    order_id: str
    number: str
    elder_id: str
    worker_id: str
    worker: str
    day: date
    status: str
    flags: list[str]
    arrived_at: Moment
    arrival_metres: int | None
    left_at: Moment | None
    leaving_metres: int | None
    note: str | None
    differs: str | None
    photo: bool
    seen_by: str | None
    outcome: str | None
