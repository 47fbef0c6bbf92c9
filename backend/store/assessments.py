"""Assessments of needs: what was told, and what an assessor found."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.domain.assessments import STATUSES
from backend.store.base import Base, Id, Moment, Word, one_of
from backend.store.vault import Sealed, SealedJson


class Assessment(Base):
    """What an elder can do in daily life; health data, so what was said is sealed."""

    __tablename__ = "assessments"
    __table_args__ = (one_of("status", STATUSES),)

    id: Mapped[Id]
    elder_id: Mapped[str] = mapped_column(ForeignKey("elders.id"), index=True)
    questionnaire: Mapped[Word]
    status: Mapped[Word] = mapped_column(index=True)
    told_by: Mapped[str] = mapped_column(String(32))
    """the elder, the relation of who answered, or the staff member who asked"""
    answers: Mapped[dict[str, int | None]] = mapped_column(SealedJson)
    """item -> points, None where the person could not say; items not asked yet are absent"""
    found: Mapped[dict[str, int]] = mapped_column(SealedJson)
    """what the assessor found; empty until then"""
    comment: Mapped[str] = mapped_column(Sealed, default="")
    assessed_by: Mapped[str | None] = mapped_column(String(64))
    assessed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    conversation_id: Mapped[str | None] = mapped_column(String(128))
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
