"""Applications for what the government pays, and everything that was decided on them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.domain.applications import EVENTS, STATUSES
from backend.store.base import Base, Id, Moment, Word, one_of
from backend.store.vault import Sealed


class Application(Base):
    """An elder's application for one scheme."""

    __tablename__ = "applications"
    __table_args__ = (one_of("status", STATUSES),)

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(16), unique=True)
    """short and speakable"""
    elder_id: Mapped[str] = mapped_column(ForeignKey("elders.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(64), index=True)
    status: Mapped[Word] = mapped_column(index=True)
    stage: Mapped[Word]
    facts: Mapped[list[str]] = mapped_column(JSONB)
    """what is so of the elder, by the elder's word"""
    form: Mapped[str] = mapped_column(Sealed)
    """the form's fields as JSON"""
    papers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """what has to be brought: says, given"""
    conversation_id: Mapped[str | None] = mapped_column(String(128))
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]

    events: Mapped[list[ApplicationEvent]] = relationship(
        lazy="selectin", order_by="ApplicationEvent.place", cascade="all, delete-orphan"
    )


class ApplicationEvent(Base):
    """Something that was done with an application: who, when, at which stage, why."""

    __tablename__ = "application_events"
    __table_args__ = (one_of("event", EVENTS),)

    id: Mapped[Id]
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"), index=True)
    place: Mapped[int]
    """its place in the application's history, from 0"""
    event: Mapped[Word]
    stage: Mapped[Word]
    """the stage it was done at"""
    by: Mapped[str] = mapped_column(String(64))
    """the person who decided, or the elder"""
    post: Mapped[str] = mapped_column(String(32), default="")
    comment: Mapped[str] = mapped_column(Sealed, default="")
    at: Mapped[Moment]
