"""Emergencies, the notices that go out (the outbox), their deliveries, and the audit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.domain.words import CERTAINTIES, EMERGENCIES, EMERGENCY_STATUSES, NOTICE_STATUSES
from backend.store.base import Base, Id, Moment, Word, one_of
from backend.store.vault import BlindIndex, Sealed


class Emergency(Base):
    """A cry for help and who holds it; at most one live one in a conversation."""

    __tablename__ = "emergencies"
    __table_args__ = (
        one_of("status", EMERGENCY_STATUSES),
        one_of("kind", EMERGENCIES),
        one_of("certainty", CERTAINTIES),
        Index(
            "uq_emergencies_live_conversation",
            "conversation_id",
            unique=True,
            postgresql_where=text("status IN ('open', 'acknowledged')"),
        ),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(200), unique=True)
    elder_id: Mapped[str | None] = mapped_column(ForeignKey("elders.id"), index=True)
    phone: Mapped[str | None] = mapped_column(Sealed)
    phone_index: Mapped[str | None] = mapped_column(BlindIndex, index=True)
    conversation_id: Mapped[str | None] = mapped_column(String(128))
    channel: Mapped[Word]
    kind: Mapped[Word]
    certainty: Mapped[Word]
    status: Mapped[Word]
    text: Mapped[str] = mapped_column(Sealed, default="")
    sign: Mapped[str] = mapped_column(Sealed, default="")
    span: Mapped[str] = mapped_column(Sealed, default="")
    location: Mapped[str | None] = mapped_column(Sealed)
    raised_at: Mapped[Moment] = mapped_column(index=True)
    alarmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """when the family's notices were written"""
    acknowledged_by: Mapped[str | None] = mapped_column(Sealed)
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_by: Mapped[str | None] = mapped_column(Sealed)
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class EmergencyEvent(Base):
    """Something that happened to an emergency; its key makes a repeated sign count once."""

    __tablename__ = "emergency_events"

    id: Mapped[Id]
    emergency_id: Mapped[str] = mapped_column(ForeignKey("emergencies.id"), index=True)
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    event: Mapped[Word]
    detail: Mapped[str | None] = mapped_column(Sealed)
    at: Mapped[Moment]


class Notice(Base):
    """Something one contact is to be told, written together with what it is about."""

    __tablename__ = "notices"
    __table_args__ = (one_of("status", NOTICE_STATUSES),)

    id: Mapped[Id]
    event: Mapped[Word]
    elder_id: Mapped[str | None] = mapped_column(ForeignKey("elders.id"), index=True)
    order_id: Mapped[str | None] = mapped_column(ForeignKey("orders.id"), index=True)
    order_event_id: Mapped[str | None] = mapped_column(ForeignKey("order_events.id"), index=True)
    emergency_id: Mapped[str | None] = mapped_column(ForeignKey("emergencies.id"), index=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id"), index=True)
    channel: Mapped[Word]
    recipient: Mapped[str] = mapped_column(String(64), default="")
    """the relation, for example 女儿"""
    subject: Mapped[str] = mapped_column(Sealed, default="")
    text: Mapped[str] = mapped_column(Sealed)
    status: Mapped[Word]
    created_at: Mapped[Moment] = mapped_column(index=True)

    deliveries: Mapped[list[Delivery]] = relationship(
        lazy="raise", order_by="Delivery.at", back_populates="notice"
    )


class Delivery(Base):
    """One attempt to deliver a notice: a receipt or an error."""

    __tablename__ = "deliveries"

    id: Mapped[Id]
    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.id"), index=True)
    at: Mapped[Moment]
    channel: Mapped[Word]
    receipt: Mapped[str | None] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)

    notice: Mapped[Notice] = relationship(lazy="raise", back_populates="deliveries")


class WorkerBeat(Base):
    """When a worker was last seen."""

    __tablename__ = "worker_beats"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    """the queue it works on"""
    seen_at: Mapped[Moment]


class AuditEntry(Base):
    """Who saw or changed whose personal data."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(32))
    object: Mapped[str] = mapped_column(String(128), index=True)
    at: Mapped[Moment]
