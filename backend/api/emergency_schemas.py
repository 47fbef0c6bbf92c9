"""The JSON of emergencies: what may be sent and what comes back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from backend.api.schemas import Channel, Key, Moment, NoticeOut, Text, clean, words
from backend.domain.words import CERTAINTIES, EMERGENCIES


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EmergencyNew(_Sent):
    """A sign of an emergency. Long texts are cut, never refused."""

    key: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean)]
    channel: Channel
    kind: Annotated[str, Field(max_length=32, description=words(EMERGENCIES))]
    certainty: Annotated[str, Field(max_length=32, description=words(CERTAINTIES))]
    text: str
    sign: str = Field(
        "",
        description="what was recognised; of a further sign, `caller_silent` (nobody answers any "
        "more: the next rung begins at once, louder) and `line_dead` (the call broke off) have a "
        "meaning of their own",
    )
    span: str = ""
    conversation: Key | None = None
    elder_id: Annotated[str, Field(max_length=128)] | None = None
    phone: Annotated[str, Field(max_length=200)] | None = None
    location: Text | None = None


class RungOut(BaseModel):
    """One rung of the ladder; `begun_at` null is still to come."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    round: int = Field(description="from 1")
    number: int = Field(description="from 0")
    who: list[str]
    loudness: int = Field(description="1 normal … 3 loudest")
    due_at: Moment
    begun_at: Moment | None


class EmergencyOut(BaseModel):
    """A cry for help, who holds it, and who was told when, by what, with which receipt."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    key: str
    kind: str
    certainty: str
    status: str
    elder_id: str | None
    phone: str | None = Field(description="the number it was raised from")
    conversation_id: str | None
    channel: str
    text: str
    sign: str
    span: str
    location: str | None
    earlier_id: str | None = Field(description="a live one of the same person, not joined")
    raised_at: Moment
    last_sign_at: Moment
    acknowledged_by: str | None
    acknowledged_at: Moment | None
    acknowledged_channel: str | None
    closed_by: str | None
    closed_at: Moment | None
    rungs: list[RungOut] = Field(default_factory=list)
    notices: list[NoticeOut] = Field(default_factory=list)


class HappeningOut(BaseModel):
    """One line of an emergency's timeline."""

    model_config = ConfigDict(from_attributes=True)

    at: Moment
    what: str = Field(
        description="raised, sign, elder_found, silent, line_dead, rung, rung_empty, "
        "ways_lacking, told, delivered, not_delivered, seen, acknowledged, closed, false_alarm, "
        "watchdog_…, or next (still to come)"
    )
    who: str
    text: str
    channel: str | None
    receipt: str | None
    error: str | None


_By = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(clean)]


class Acknowledging(_Sent):
    """Who holds it: a person by name, or the contact who answered."""

    by: _By | None = None
    contact_id: Key | None = None
    channel: Channel = "desk"


class Seeing(_Sent):
    """Who has it on the screen."""

    by: _By


class Closing(_Sent):
    """Who closes it, and how it ended."""

    by: _By
    outcome: Literal["closed", "false_alarm"] = "closed"
    checked: bool = Field(
        False, description="somebody asked whether it is really nothing; a false alarm needs it"
    )
