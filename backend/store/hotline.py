"""Calls that we place, and callers that are handed to an agent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.domain.call_outs import OUTCOMES, PURPOSES, TRANSFERS
from backend.store.base import Base, Id, Moment, Word, one_of
from backend.store.vault import Sealed


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
