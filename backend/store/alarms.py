"""Emergencies, the rungs of their ladder, the notices that go out, deliveries, and the audit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.domain.words import CERTAINTIES, EMERGENCIES, EMERGENCY_STATUSES, NOTICE_STATUSES
from backend.store.base import Base, Id, Moment, Word, one_of
from backend.store.vault import BlindIndex, Sealed


class Emergency(Base):
    """A cry for help and who holds it."""

    __tablename__ = "emergencies"
    __table_args__ = (
        one_of("status", EMERGENCY_STATUSES),
        one_of("kind", EMERGENCIES),
        one_of("certainty", CERTAINTIES),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(200), unique=True)
    elder_id: Mapped[str | None] = mapped_column(ForeignKey("elders.id"), index=True)
    phone: Mapped[str | None] = mapped_column(Sealed)
    phone_index: Mapped[str | None] = mapped_column(BlindIndex, index=True)
    conversation_id: Mapped[str | None] = mapped_column(String(128), index=True)
    channel: Mapped[Word]
    kind: Mapped[Word]
    certainty: Mapped[Word]
    status: Mapped[Word]
    text: Mapped[str] = mapped_column(Sealed, default="")
    sign: Mapped[str] = mapped_column(Sealed, default="")
    span: Mapped[str] = mapped_column(Sealed, default="")
    location: Mapped[str | None] = mapped_column(Sealed)
    earlier_id: Mapped[str | None] = mapped_column(ForeignKey("emergencies.id"))
    """a live one of the same person that this one was not joined to"""
    raised_at: Mapped[Moment] = mapped_column(index=True)
    last_sign_at: Mapped[Moment]
    alarmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """when the first rung was begun"""
    unheld_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """from then on, by this machine's clock, it is alarming that nobody holds it"""
    acknowledged_by: Mapped[str | None] = mapped_column(Sealed)
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    acknowledged_channel: Mapped[str | None] = mapped_column(String(32))
    """desk, link, wechat, telegram, call …"""
    acknowledged_contact_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id"))
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
    kind: Mapped[str | None] = mapped_column(String(32))
    """of a sign: what it was taken for"""
    conversation_id: Mapped[str | None] = mapped_column(String(128), index=True)
    at: Mapped[Moment]


class LadderRung(Base):
    """One rung of an emergency's ladder: who is told when, and whether they have been."""

    __tablename__ = "rungs"
    __table_args__ = (UniqueConstraint("emergency_id", "round", "number"),)

    id: Mapped[Id]
    emergency_id: Mapped[str] = mapped_column(ForeignKey("emergencies.id"))
    round: Mapped[int]
    """from 1"""
    number: Mapped[int]
    """from 0"""
    who: Mapped[list[str]] = mapped_column(ARRAY(String(32)))
    loudness: Mapped[int]
    due_at: Mapped[Moment]
    """by this machine's clock, as are all times here"""
    overdue_at: Mapped[Moment]
    begun_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Notice(Base):
    """Something one contact is to be told, written together with what it is about."""

    __tablename__ = "notices"
    __table_args__ = (
        one_of("status", NOTICE_STATUSES),
        UniqueConstraint("rung_id", "contact_id"),
    )

    id: Mapped[Id]
    event: Mapped[Word]
    elder_id: Mapped[str | None] = mapped_column(ForeignKey("elders.id"), index=True)
    order_id: Mapped[str | None] = mapped_column(ForeignKey("orders.id"), index=True)
    order_event_id: Mapped[str | None] = mapped_column(ForeignKey("order_events.id"), index=True)
    emergency_id: Mapped[str | None] = mapped_column(ForeignKey("emergencies.id"), index=True)
    rung_id: Mapped[str | None] = mapped_column(ForeignKey("rungs.id"))
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id"), index=True)
    post: Mapped[str | None] = mapped_column(String(32))
    """of the contact; None for family"""
    channel: Mapped[Word]
    recipient: Mapped[str] = mapped_column(String(64), default="")
    """the relation, for example 女儿, or what the post is called"""
    subject: Mapped[str] = mapped_column(Sealed, default="")
    text: Mapped[str] = mapped_column(Sealed)
    status: Mapped[Word]
    created_at: Mapped[Moment] = mapped_column(index=True)
    tried_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """when it was first handed to a sender, by this machine's clock"""
    claimed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """when it was last handed to one whose answer is not known yet"""

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
    receipt: Mapped[str | None] = mapped_column(Text, index=True)
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
