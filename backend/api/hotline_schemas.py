"""The JSON of calls that we place and of callers handed to an agent."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from backend.api.schemas import Moment, Name, words
from backend.domain.call_outs import OUTCOMES, PURPOSES, TRANSFERS


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
