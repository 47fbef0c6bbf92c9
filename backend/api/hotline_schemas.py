"""The JSON of calls that we place and of callers handed to an agent."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from backend.api.schemas import Long, Moment, Name, words
from backend.domain.call_outs import CHECK_INS, OUTCOMES, PURPOSES, TRANSFERS
from backend.domain.check_ins import ASKED, FINDINGS, STATUSES
from backend.services.inbound import WORDS


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Answering(_Sent):
    """Somebody has answered."""

    machine: bool = Field(False, description="a recorded voice, not a person")


class Pressing(_Sent):
    """A key was pressed."""

    digit: Annotated[str, Field(pattern=r"^[0-9*#]$")]


class Meeting(_Sent):
    """An agent is there."""

    agent: Name


class Settling(_Sent):
    """What came of a transfer."""

    outcome: Annotated[str, Field(max_length=32, description=words(TRANSFERS[1:]))]


class Telling(_Sent):
    """What became of a call that came in."""

    what: Annotated[str, Field(max_length=16, description=words(WORDS))]
    agent: Annotated[str, Field(max_length=64)] = ""
    why: Annotated[str, Field(max_length=16, description="nobody, busy or long")] = ""
    ago: Annotated[float, Field(ge=0, le=86_400, description="seconds since it came true")] = 0


class Answer(_Sent):
    """What somebody said to a question of ours."""

    question: Annotated[str, Field(max_length=32, description=words(sorted(ASKED)))]
    text: Long = ""
    finding: Annotated[str, Field(max_length=16, description=words(FINDINGS))]


class Agreement(_Sent):
    """An elder wants to be called regularly."""

    every_days: Annotated[int, Field(ge=1, le=92)]
    at: Annotated[str, Field(max_length=5, description="the time of day, 09:30")]
    agreed_by: Name


class Refusal(_Sent):
    """A number that is not to be called."""

    phone: Annotated[str, Field(max_length=40)]
    reason: Annotated[str, Field(max_length=200)] = ""


class TalkOut(_Shown):
    """What is asked on a call, and of whom."""

    kind: str = Field(description=words(CHECK_INS))
    elder: str
    about: str
    questions: tuple[str, ...]


class AnswerShown(_Shown):
    """One answer."""

    question: str
    text: str
    finding: str


class CheckInOut(_Shown):
    """A call on which Anban asks how somebody is, or was served."""

    id: str
    kind: str = Field(description=words(CHECK_INS))
    elder_id: str
    order_id: str | None
    device_id: str | None
    emergency_id: str | None
    case_id: str | None
    status: str = Field(description=words(STATUSES))
    answers: list[AnswerShown] | None
    due_at: Moment
    settled_at: Moment | None


class CarePlanOut(_Shown):
    """An elder's regular calls."""

    elder_id: str
    every_days: int
    at: str
    agreed_by: str
    agreed_at: Moment


class NotCalledOut(_Shown):
    """A number that is not called."""

    phone: str
    reason: str
    since: Moment


class ScriptOut(_Shown):
    """What is to be said now, and which keys mean something."""

    lines: tuple[str, ...]
    keys: str


class SummaryOut(BaseModel):
    """What an agent should know before saying hello."""

    id: str
    summary: str


class CallOutOut(_Shown):
    """One attempt to call somebody."""

    id: str
    purpose: str = Field(description=words(PURPOSES))
    notice_id: str | None
    emergency_id: str | None
    handoff_id: str | None
    check_in_id: str | None
    elder_id: str | None
    contact_id: str | None
    attempt: int
    outcome: str = Field(description=words(OUTCOMES))
    agent: str | None
    key: str | None
    placed_at: Moment
    answered_at: Moment | None
    ended_at: Moment | None


class TransferOut(_Shown):
    """A caller who was offered, or handed to, an agent."""

    id: str
    conversation_id: str
    elder_id: str | None
    agent: str
    summary: str
    outcome: str = Field(description=words(TRANSFERS))
    offered_at: Moment
    settled_at: Moment | None
    seconds: float | None = Field(description="from being let go to being joined with the agent")
