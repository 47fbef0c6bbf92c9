"""Conversations, and tickets for a person to call back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.domain.words import CALLER_ROLES, HANDOFF_STATUSES
from backend.store.base import Base, Id, Moment, Word, one_of
from backend.store.vault import BlindIndex, Sealed, SealedJson


class Conversation(Base):
    """One call or chat; its id is given by the channel."""

    __tablename__ = "conversations"
    __table_args__ = (one_of("caller_role", CALLER_ROLES),)

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    channel: Mapped[Word]
    phone: Mapped[str | None] = mapped_column(Sealed)
    phone_index: Mapped[str | None] = mapped_column(BlindIndex, index=True)
    account_index: Mapped[str | None] = mapped_column(BlindIndex)
    """of the account on this channel that speaks, where it is one"""
    elder_id: Mapped[str | None] = mapped_column(ForeignKey("elders.id"), index=True)
    caller_role: Mapped[Word]
    family_member_id: Mapped[str | None] = mapped_column(ForeignKey("family_members.id"))
    started_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    end_reason: Mapped[str | None] = mapped_column(String(64))
    draft: Mapped[Any] = mapped_column(SealedJson, nullable=True)
    resumed_from: Mapped[str | None] = mapped_column(String(128))
    """the conversation whose draft was offered here; it is let go once this one has its own"""
    last_ask: Mapped[str | None] = mapped_column(String(32))
    summary: Mapped[str | None] = mapped_column(Sealed)
    speaking: Mapped[dict[str, float]] = mapped_column(JSONB, default=dict)


class Handoff(Base):
    """A ticket: a person will call back."""

    __tablename__ = "handoffs"
    __table_args__ = (one_of("status", HANDOFF_STATUSES),)

    id: Mapped[Id]
    ticket: Mapped[str] = mapped_column(String(8), unique=True)
    conversation_id: Mapped[str] = mapped_column(String(128), index=True)
    elder_id: Mapped[str | None] = mapped_column(ForeignKey("elders.id"), index=True)
    phone: Mapped[str | None] = mapped_column(Sealed)
    phone_index: Mapped[str | None] = mapped_column(BlindIndex, index=True)
    reason: Mapped[str] = mapped_column(String(64))
    summary: Mapped[str] = mapped_column(Sealed, default="")
    status: Mapped[Word]
    promised_at: Mapped[Moment]
    created_at: Mapped[Moment] = mapped_column(index=True)
