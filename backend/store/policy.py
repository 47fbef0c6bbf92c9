"""What was asked about policy and no document answered."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from backend.store.base import Base, Id, Moment
from backend.store.vault import Sealed


class PolicyGap(Base):
    """A question that was declined, for the county to see what its documents lack."""

    __tablename__ = "policy_gaps"

    id: Mapped[Id]
    conversation_id: Mapped[str] = mapped_column(String(128), index=True)
    locality: Mapped[str] = mapped_column(String(64), index=True)
    """the place the question was about; empty where that was not known"""
    about: Mapped[str] = mapped_column(String(64))
    """what was missing, in words"""
    question: Mapped[str] = mapped_column(Sealed)
    created_at: Mapped[Moment] = mapped_column(index=True)
