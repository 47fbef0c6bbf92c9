"""Who serves whom: providers, their catalogue, orders and what became of them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.domain.words import ORDER_STATUSES, SERVICES
from backend.store.base import Base, Id, Moment, Word, one_of
from backend.store.vault import Sealed


class Provider(Base):
    """A provider of services in a locality."""

    __tablename__ = "providers"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(128))
    locality: Mapped[str] = mapped_column(String(64), index=True)
    phone: Mapped[str | None] = mapped_column(String(32))
    """a business number, no personal data"""

    catalogue: Mapped[list[Offer]] = relationship(
        lazy="selectin", order_by="Offer.price", cascade="all, delete-orphan"
    )


class Offer(Base):
    """One service of a provider with its price: the catalogue."""

    __tablename__ = "catalogue"
    __table_args__ = (one_of("service", SERVICES),)

    id: Mapped[Id]
    provider_id: Mapped[str] = mapped_column(ForeignKey("providers.id"), index=True)
    service: Mapped[Word]
    name: Mapped[str] = mapped_column(String(64))
    price: Mapped[int]
    """fen"""
    unit: Mapped[str] = mapped_column(String(16))


class Order(Base):
    """A service ordered for an elder."""

    __tablename__ = "orders"
    __table_args__ = (
        one_of("status", ORDER_STATUSES),
        one_of("service", SERVICES),
        Index("ix_orders_elder_id_day", "elder_id", "day"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(8), unique=True)
    elder_id: Mapped[str] = mapped_column(ForeignKey("elders.id"))
    conversation_id: Mapped[str | None] = mapped_column(String(128), index=True)
    ordered_by: Mapped[str] = mapped_column(String(64))
    service: Mapped[Word]
    day: Mapped[date]
    time: Mapped[str | None] = mapped_column(String(16))
    recurring: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(Sealed)
    person: Mapped[str | None] = mapped_column(Sealed)
    hospital: Mapped[str | None] = mapped_column(Sealed)
    note: Mapped[str | None] = mapped_column(Sealed)
    worker: Mapped[str | None] = mapped_column(Sealed)
    """who comes, once the provider has said so"""
    worker_id: Mapped[str | None] = mapped_column(ForeignKey("workers.id"), index=True)
    """who comes, where they are known here; their name then stands in `worker`, too"""
    price: Mapped[int | None]
    status: Mapped[Word]
    provider_id: Mapped[str | None] = mapped_column(ForeignKey("providers.id"))
    created_at: Mapped[Moment] = mapped_column(index=True)
    updated_at: Mapped[Moment]

    provider_row: Mapped[Provider | None] = relationship(lazy="joined")


class OrderEvent(Base):
    """Something that happened to an order; never changed afterwards."""

    __tablename__ = "order_events"

    id: Mapped[Id]
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    event: Mapped[Word]
    reason: Mapped[str | None] = mapped_column(Sealed)
    conversation_id: Mapped[str | None] = mapped_column(String(128))
    at: Mapped[Moment]


class Rating(Base):
    """What an elder, or their family, says of an order that was carried out; the last word counts.

    A bad one is followed up: `case_id` is the ticket.
    """

    __tablename__ = "ratings"
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),)

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    stars: Mapped[int | None]
    """1 to 5; None where only words were said"""
    said: Mapped[str] = mapped_column(Sealed, default="")
    case_id: Mapped[str | None] = mapped_column(ForeignKey("handoffs.id"))
    conversation_id: Mapped[str] = mapped_column(String(128))
    at: Mapped[Moment]


class IdempotencyKey(Base):
    """A request that was obeyed: the same one again gets the same answer."""

    __tablename__ = "idempotency_keys"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    order_event_id: Mapped[str | None] = mapped_column(ForeignKey("order_events.id"))
    at: Mapped[Moment]
