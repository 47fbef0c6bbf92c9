"""The JSON of accounts and bindings: what may be sent and what comes back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from backend.api.schemas import Key, Moment, Name, Phone, clean, words
from backend.domain.consents import CONSENTS
from backend.domain.words import ACCOUNT_CHANNELS, CODE_WAYS, FAMILY_ROLES
from backend.services.accounts import AccountName

Consents = Annotated[list[str], Field(max_length=len(CONSENTS), description=words(CONSENTS))]
Role = Literal[FAMILY_ROLES]  # type: ignore[valid-type]
Relation = Annotated[str, Field(max_length=32), AfterValidator(clean)]


class AccountBody(BaseModel):
    """An account as its channel names it."""

    model_config = ConfigDict(extra="forbid")

    channel: Literal[ACCOUNT_CHANNELS]  # type: ignore[valid-type]
    address: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean)]

    def who(self) -> AccountName:
        """Return the account."""
        return AccountName(self.channel, self.address)


class Arriving(AccountBody):
    """A message has come in."""

    key: Annotated[
        str,
        Field(min_length=1, max_length=200, description="the same message has the same key"),
        AfterValidator(clean),
    ]
    conversation: Key


class ArrivalOut(BaseModel):
    """Whose account it is, and whether the message was answered already."""

    model_config = ConfigDict(from_attributes=True)

    repeated: bool
    role: str
    elder_ids: list[str]
    alarms: list[str] = Field(description="live emergencies the person was told of, open first")


class Answered(BaseModel):
    """A message has been answered."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean)]


class Credit(AccountBody):
    """Subscription messages that the person has allowed."""

    template: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(clean)]
    count: Annotated[int, Field(ge=0, le=100)] = Field(
        1, description="0: the person allows none any more"
    )
    key: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean)] | None = Field(
        None, description="the same key adds once"
    )


class CreditOut(BaseModel):
    """How many there are now."""

    left: int


class Report(BaseModel):
    """What a carrier says later of a message it took."""

    model_config = ConfigDict(extra="forbid")

    channel: Annotated[str, Field(min_length=1, max_length=32), AfterValidator(clean)]
    receipt: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean)]
    reached: bool
    detail: Annotated[str, Field(max_length=100), AfterValidator(clean)] = ""


class Reported(BaseModel):
    """Whether there is such a message."""

    known: bool


class Going(AccountBody):
    """The account's person goes to help."""

    emergency_id: Key | None = None


class Binding(AccountBody):
    """A number that an elder gave."""

    code: Annotated[str, Field(min_length=1, max_length=16), AfterValidator(clean)]
    name: Name = ""
    relation: Relation = Field("", description="of the person to the elder; 本人 is the elder")


class BoundOut(BaseModel):
    """What became of it; a wrong number is no error, so that it counts."""

    status: str = Field(description="bound, wrong or too_many")
    elder_id: str | None = None
    elder: str | None = None
    role: str | None = None
    consents: list[str] = []
    family_member_id: str | None = None


class UnboundOut(BaseModel):
    """The elders it was bound to."""

    elders: list[str]


class CodeNew(BaseModel):
    """A number is wanted for an elder to pass on."""

    model_config = ConfigDict(extra="forbid")

    elder_id: Key
    way: Literal[CODE_WAYS] = "call"  # type: ignore[valid-type]
    role: Role = "family"
    consents: Consents | None = Field(None, description="null: what a number opens by itself")


class CodeOut(BaseModel):
    """The number; it is shown once and works once."""

    code: str
    expires_at: Moment


class RequestNew(AccountBody):
    """Somebody says they belong to an elder."""

    elder_phone: Phone
    name: Name = ""
    relation: Relation = ""


class RequestOut(BaseModel):
    """A request and what became of it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    elder_id: str | None
    elder_phone: str
    name: str
    relation: str
    role: str
    status: str
    created_at: Moment
    decided_at: Moment | None
    decided_by: str | None


class RequestTaken(BaseModel):
    """It was written down; whether there is such an elder is not said."""

    id: str
    status: str


class Deciding(BaseModel):
    """The community's word."""

    model_config = ConfigDict(extra="forbid")

    approve: bool
    by: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(clean)]
    role: Role = "family"
    consents: Consents | None = Field(None, description="null: what the community may open")


class ConsentChange(BaseModel):
    """What the elder lets a family member know."""

    model_config = ConfigDict(extra="forbid")

    consents: Consents
    way: Annotated[str, Field(max_length=32, pattern="^[a-z_]+$")] = Field(
        "desk", description="the channel the elder said it by, or desk"
    )
    by: Annotated[str, Field(max_length=64), AfterValidator(clean)] = Field(
        "", description="who wrote it down: 本人, or a name at the desk"
    )


class ConsentChanged(BaseModel):
    """That what somebody may know was set."""

    model_config = ConfigDict(from_attributes=True)

    consents: list[str] = Field(description="what they may know from then on")
    way: str = Field(description="number, community, register, revoked, desk, or a channel")
    by: str
    at: Moment


class ConsentHistory(BaseModel):
    """All of them, the latest first."""

    items: list[ConsentChanged]
