"""What was asked about policy and no document answered, and an operator's own documents."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from backend.store.base import Base, Id, Moment
from backend.store.vault import Sealed

DIMENSIONS = 512
"""Length of the vector of a line's meaning."""


class Meaning(UserDefinedType[str]):
    """A vector of the extension ``vector``, written as ``[0.1,…]``."""

    cache_ok = True

    def __init__(self, dimensions: int | str = DIMENSIONS) -> None:
        self.dimensions = int(dimensions)

    def get_col_spec(self, **_: object) -> str:
        """The type as PostgreSQL names it."""
        return f"vector({self.dimensions})"


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


class PolicyDocument(Base):
    """A document that the operator took in."""

    __tablename__ = "policy_documents"
    __table_args__ = (UniqueConstraint("locality", "title"),)

    id: Mapped[Id]
    locality: Mapped[str] = mapped_column(String(64))
    """the place it holds for"""
    title: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(64))
    year: Mapped[int | None]
    damaged: Mapped[int]
    """places of the copy that were damaged"""
    taken_in_at: Mapped[Moment]


class PolicyPassage(Base):
    """A piece of a document that can be found and cited."""

    __tablename__ = "policy_passages"
    __table_args__ = (
        Index("ix_policy_passages_words", "words", postgresql_using="gin"),
        Index("ix_policy_passages_sounds", "sounds", postgresql_using="gin"),
    )

    id: Mapped[Id]
    document_id: Mapped[str] = mapped_column(
        ForeignKey("policy_documents.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[int]
    """its place in the document, from 0"""
    section: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(TSVECTOR)
    sounds: Mapped[str] = mapped_column(TSVECTOR)
    meaning: Mapped[str | None] = mapped_column(Meaning)
    """null where no sentence encoder was at hand"""
