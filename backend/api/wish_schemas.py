"""The JSON of ratings and of reminders of medicine."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from backend.api.schemas import Key, Long, Moment
from backend.domain.reminders import MOST

_Time = Annotated[str, Field(max_length=5, description="08:00")]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class RatingNew(_Sent):
    """What somebody says of an order that was carried out."""

    conversation: Key
    stars: Annotated[int, Field(ge=1, le=5)] | None = None
    said: Long = ""
    bad: bool = Field(False, description="something was wrong, whatever the stars")


class RatingOut(_Shown):
    """What was said of an order."""

    order_id: str
    stars: int | None
    said: str
    case_id: str | None = Field(description="the ticket that a bad one is looked into by")
    at: Moment


class ReminderNew(_Sent):
    """An elder wants to be reminded of a medicine."""

    conversation: Key
    first: Annotated[str, Field(max_length=10, description="the first day, 2026-03-05")]
    rule: Annotated[str, Field(max_length=200, description="on which days, as an RRULE")]
    times: Annotated[list[_Time], Field(min_length=1, max_length=MOST)]
    said: Long = ""


class ReminderOut(_Shown):
    """A medicine that an elder is reminded of."""

    id: str
    elder_id: str
    first: date
    rule: str
    times: list[str]
    next_at: Moment | None
    created_at: Moment
    ended_at: Moment | None
