"""Those who go to the elders' homes, and what became of each visit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from backend.domain.visits import VISIT_STATUSES
from backend.domain.words import ACCOUNT_CHANNELS
from backend.store.base import Base, Id, Moment, Word, one_of
from backend.store.vault import BlindIndex, Sealed, SealedBytes, SealedJson


class Worker(Base):
    """Somebody who does services in elders' homes, with the account they do it by."""

    __tablename__ = "workers"
    __table_args__ = (
        one_of("channel", ACCOUNT_CHANNELS),
        UniqueConstraint("channel", "address_index"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(Sealed)
    phone: Mapped[str | None] = mapped_column(Sealed)
    phone_index: Mapped[str | None] = mapped_column(BlindIndex, unique=True)
    provider_id: Mapped[str | None] = mapped_column(ForeignKey("providers.id"), index=True)
    area: Mapped[str] = mapped_column(String(128), default="")
    """the community they belong to, where no provider sends them"""
    active: Mapped[bool] = mapped_column(default=True)
    channel: Mapped[str | None] = mapped_column(String(32))
    address: Mapped[str | None] = mapped_column(Sealed)
    """the one account they are bound by; a newer one takes its place"""
    address_index: Mapped[str | None] = mapped_column(BlindIndex)
    bound_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    places: Mapped[bool | None]
    """whether they let us note where they check in; None until they were asked"""
    asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[Moment]


class WorkerCode(Base):
    """A number that makes an account a worker's, once."""

    __tablename__ = "worker_codes"

    id: Mapped[Id]
    worker_id: Mapped[str] = mapped_column(ForeignKey("workers.id"), index=True)
    code_index: Mapped[str] = mapped_column(BlindIndex, unique=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Visit(Base):
    """One coming of a worker for an order; a row from the check-in on."""

    __tablename__ = "visits"
    __table_args__ = (one_of("status", VISIT_STATUSES), UniqueConstraint("order_id", "day"))

    id: Mapped[Id]
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    day: Mapped[date] = mapped_column(index=True)
    """which one it is of an order that comes again and again"""
    worker_id: Mapped[str] = mapped_column(ForeignKey("workers.id"), index=True)
    status: Mapped[Word]
    flags: Mapped[list[str]] = mapped_column(ARRAY(String(32)))
    """what the desk should look at (`backend.domain.visits.FLAGS`)"""

    arrived_at: Mapped[Moment]
    """when the button was pressed, by the worker's telephone"""
    arrival_came_at: Mapped[Moment]
    """when that reached us"""
    arrival_place: Mapped[Any | None] = mapped_column(SealedJson)
    arrival_metres: Mapped[int | None]
    """from the elder's home, where both places are known"""
    arrival_key: Mapped[str] = mapped_column(String(200))

    left_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    leaving_came_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    leaving_place: Mapped[Any | None] = mapped_column(SealedJson)
    leaving_metres: Mapped[int | None]
    leaving_key: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Sealed)
    """what was done"""
    differs: Mapped[str | None] = mapped_column(Sealed)
    """what was otherwise than ordered"""

    seen_by: Mapped[str | None] = mapped_column(Sealed)
    """who at the desk looked into its flags"""
    seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    outcome: Mapped[str | None] = mapped_column(Sealed)
    """and what came of it"""


class MissedVisit(Base):
    """A visit that nobody checked in for; it stays until somebody has handled it."""

    __tablename__ = "missed_visits"
    __table_args__ = (UniqueConstraint("order_id", "day"),)

    id: Mapped[Id]
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    day: Mapped[date]
    worker_id: Mapped[str | None] = mapped_column(ForeignKey("workers.id"))
    """who was to come; None: the order was nobody's"""
    noticed_at: Mapped[Moment]
    handled_by: Mapped[str | None] = mapped_column(Sealed)
    handled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    outcome: Mapped[str | None] = mapped_column(Sealed)


class VisitPhoto(Base):
    """A picture that shows the work that was done; a JPEG without anything else in it."""

    __tablename__ = "visit_photos"

    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    image: Mapped[bytes] = mapped_column(SealedBytes)
    at: Mapped[Moment]
