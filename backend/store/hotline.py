"""Calls that we place, and callers that are handed to an agent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from backend.domain.call_outs import CHECK_INS, OUTCOMES, PURPOSES, TRANSFERS
from backend.domain.check_ins import STATUSES
from backend.store.base import Base, Id, Moment, Word, one_of
from backend.store.vault import BlindIndex, Sealed, SealedJson


class CallOut(Base):
    """One attempt to call somebody; a further attempt is a further row."""

    __tablename__ = "call_outs"
    __table_args__ = (one_of("purpose", PURPOSES), one_of("outcome", OUTCOMES))

    id: Mapped[Id]
    """also the call's UUID on the exchange"""
    purpose: Mapped[Word]
    notice_id: Mapped[str | None] = mapped_column(ForeignKey("notices.id"), index=True)
    emergency_id: Mapped[str | None] = mapped_column(ForeignKey("emergencies.id"), index=True)
    handoff_id: Mapped[str | None] = mapped_column(ForeignKey("handoffs.id"), index=True)
    check_in_id: Mapped[str | None] = mapped_column(ForeignKey("check_ins.id"), index=True)
    elder_id: Mapped[str | None] = mapped_column(ForeignKey("elders.id"), index=True)
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id"))
    phone: Mapped[str] = mapped_column(Sealed)
    attempt: Mapped[int]
    """from 1"""
    outcome: Mapped[Word]
    """`calling` while it is under way"""
    agent: Mapped[str | None] = mapped_column(String(64))
    """who was connected, of a call-back"""
    key: Mapped[str | None] = mapped_column(String(1))
    """the key that was pressed"""
    placed_at: Mapped[Moment] = mapped_column(index=True)
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Transfer(Base):
    """A caller who was offered, or handed to, an agent, with what the agent was told."""

    __tablename__ = "transfers"
    __table_args__ = (one_of("outcome", TRANSFERS),)

    id: Mapped[Id]
    conversation_id: Mapped[str] = mapped_column(String(128), index=True)
    elder_id: Mapped[str | None] = mapped_column(ForeignKey("elders.id"), index=True)
    phone: Mapped[str | None] = mapped_column(Sealed)
    agent: Mapped[str] = mapped_column(String(64))
    """the agent's name on the exchange"""
    summary: Mapped[str] = mapped_column(Sealed)
    outcome: Mapped[Word]
    """`offered` until it is settled"""
    offered_at: Mapped[Moment] = mapped_column(index=True)
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    agreed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """when Anban let the caller go, by the clock on the wall"""
    joined_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """when they were really joined with the agent, by the same clock"""

    @property
    def seconds(self) -> float | None:
        """Return how long the two waited for each other; None where it is not known."""
        if self.agreed_at is None or self.joined_at is None:
            return None
        return max(0.0, (self.joined_at - self.agreed_at).total_seconds())


class CheckIn(Base):
    """A call on which Anban asks how somebody is, or was served; its attempts are `CallOut`s."""

    __tablename__ = "check_ins"
    __table_args__ = (
        one_of("kind", CHECK_INS),
        one_of("status", STATUSES),
        UniqueConstraint("kind", "order_id"),
    )

    id: Mapped[Id]
    kind: Mapped[Word]
    elder_id: Mapped[str] = mapped_column(ForeignKey("elders.id"), index=True)
    order_id: Mapped[str | None] = mapped_column(ForeignKey("orders.id"))
    """the service that is asked about"""
    device_id: Mapped[str | None] = mapped_column(ForeignKey("devices.id"))
    emergency_id: Mapped[str | None] = mapped_column(ForeignKey("emergencies.id"), index=True)
    """the alarm it is about, or the one it raised"""
    status: Mapped[Word]
    answers: Mapped[Any] = mapped_column(SealedJson, nullable=True)
    """a list of {question, text, finding}, in the order they were given"""
    case_id: Mapped[str | None] = mapped_column(ForeignKey("handoffs.id"))
    """the ticket that people look into it by"""
    due_at: Mapped[Moment] = mapped_column(index=True)
    created_at: Mapped[Moment]
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class CarePlan(Base):
    """An elder has agreed to be called regularly."""

    __tablename__ = "care_plans"

    elder_id: Mapped[str] = mapped_column(ForeignKey("elders.id"), primary_key=True)
    every_days: Mapped[int]
    at: Mapped[str] = mapped_column(String(5))
    """the time of day, 09:30"""
    agreed_by: Mapped[str] = mapped_column(Sealed)
    """who said yes, and to whom"""
    agreed_at: Mapped[Moment]


class Reminder(Base):
    """A medicine that an elder wants to be reminded of; each time is a `CheckIn` or a `Notice`."""

    __tablename__ = "reminders"

    id: Mapped[Id]
    elder_id: Mapped[str] = mapped_column(ForeignKey("elders.id"), index=True)
    conversation_id: Mapped[str] = mapped_column(String(128), index=True)
    first: Mapped[date]
    """the first day"""
    rule: Mapped[str] = mapped_column(String(200))
    """on which days, as an RRULE"""
    times: Mapped[list[str]] = mapped_column(ARRAY(String(5)))
    """at which times of a day, 08:00, in order"""
    said: Mapped[str] = mapped_column(Sealed, default="")
    """the words it was asked for in"""
    next_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """when the elder is reminded next; None: never again"""
    created_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class DoNotCall(Base):
    """A number that nobody in no danger is called at."""

    __tablename__ = "do_not_call"

    phone_index: Mapped[str] = mapped_column(BlindIndex, primary_key=True)
    phone: Mapped[str] = mapped_column(Sealed)
    reason: Mapped[str] = mapped_column(String(200), default="")
    since: Mapped[Moment]


class InboundCall(Base):
    """A call to the hotline, from its arrival at the exchange to its end; no number is kept."""

    __tablename__ = "inbound_calls"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """its UUID on the exchange, and its conversation with Anban where there was one"""
    arrived_at: Mapped[Moment] = mapped_column(index=True)
    overflow_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """when the exchange gave it to Anban"""
    overflow: Mapped[str | None] = mapped_column(String(16))
    """why: nobody, busy or long"""
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    by_anban: Mapped[bool] = mapped_column(default=False)
    """whether Anban answered, not an agent"""
    agent: Mapped[str | None] = mapped_column(String(64))
    """who spoke with the caller, first or at last"""
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
