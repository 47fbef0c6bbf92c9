"""Devices and what they reported."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, DateTime, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.domain.devices import DEVICE_KINDS, REPORT_TYPES
from backend.store.base import Base, Id, Moment, Word, one_of
from backend.store.vault import Sealed, SealedJson


class Device(Base):
    """A device in the register, with the last it told of itself."""

    __tablename__ = "devices"
    __table_args__ = (one_of("kind", DEVICE_KINDS),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """the number on its label, or one of ours"""
    kind: Mapped[Word]
    elder_id: Mapped[str | None] = mapped_column(ForeignKey("elders.id"), index=True)
    place: Mapped[str] = mapped_column(Sealed, default="")
    """where it hangs, for example 卧室床头"""
    secret: Mapped[str] = mapped_column(Sealed)
    """the key of its signatures"""
    location_consent: Mapped[bool] = mapped_column(Boolean, default=False)
    location: Mapped[Any] = mapped_column(SealedJson, nullable=True)
    """the last fix, kept only with consent; there is no history"""
    located_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    battery: Mapped[int | None]
    online: Mapped[bool | None]
    seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[Moment]


class DeviceEvent(Base):
    """A report that was taken. The same id with the same bytes is a repeat and counts once.

    The digest belongs to the key because cheap devices count events from 1 again after a change of
    batteries; an alarm must not be taken for a repeat of last year's.
    """

    __tablename__ = "device_events"
    __table_args__ = (
        UniqueConstraint("device_id", "event_id", "digest"),
        one_of("type", REPORT_TYPES),
    )

    id: Mapped[Id]
    device_id: Mapped[str] = mapped_column(ForeignKey("devices.id"))
    event_id: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the body"""
    type: Mapped[Word]
    late: Mapped[bool]
    """its timestamp was outside the window"""
    readings: Mapped[Any] = mapped_column(SealedJson, nullable=True)
    emergency_id: Mapped[str | None] = mapped_column(ForeignKey("emergencies.id"), index=True)
    at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """by the device's clock"""
    received_at: Mapped[Moment] = mapped_column(index=True)
