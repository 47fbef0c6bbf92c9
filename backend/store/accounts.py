"""WeChat and Telegram accounts, the messages that came by them, and how families are bound."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.domain.words import ACCOUNT_CHANNELS, BINDING_STATUSES, CODE_WAYS, FAMILY_ROLES
from backend.store.base import Base, Id, Moment, Word, one_of
from backend.store.vault import BlindIndex, Sealed


class Account(Base):
    """Somebody's account on a channel; whose it is say the contacts with the same address."""

    __tablename__ = "accounts"
    __table_args__ = (
        one_of("channel", ACCOUNT_CHANNELS),
        UniqueConstraint("channel", "address_index"),
    )

    id: Mapped[Id]
    channel: Mapped[Word]
    address: Mapped[str] = mapped_column(Sealed)
    """the openid or chat id"""
    address_index: Mapped[str] = mapped_column(BlindIndex)
    followed: Mapped[bool] = mapped_column(default=True)
    """False once the person has unfollowed or blocked us"""
    heard_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """when the person last wrote, by this machine's clock"""
    credits: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    """one-time subscription messages that may still be sent, by template"""
    wrong_codes: Mapped[int] = mapped_column(default=0)
    wrong_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[Moment]


class Received(Base):
    """A message that has been answered: the same one again changes nothing."""

    __tablename__ = "received"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    at: Mapped[Moment] = mapped_column(index=True)


class BindingCode(Base):
    """A number that lets who knows it belong to an elder, once."""

    __tablename__ = "binding_codes"
    __table_args__ = (one_of("way", CODE_WAYS), one_of("role", FAMILY_ROLES))

    id: Mapped[Id]
    elder_id: Mapped[str] = mapped_column(ForeignKey("elders.id"), index=True)
    code_index: Mapped[str] = mapped_column(BlindIndex, unique=True)
    way: Mapped[Word]
    role: Mapped[Word]
    consents: Mapped[list[str]] = mapped_column(ARRAY(String(32)))
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class BindingRequest(Base):
    """Somebody says they belong to an elder; the community knows whether it is so."""

    __tablename__ = "binding_requests"
    __table_args__ = (one_of("status", BINDING_STATUSES), one_of("role", FAMILY_ROLES))

    id: Mapped[Id]
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    elder_id: Mapped[str | None] = mapped_column(ForeignKey("elders.id"), index=True)
    """None where nobody in the register fits what was said"""
    elder_phone: Mapped[str] = mapped_column(Sealed)
    name: Mapped[str] = mapped_column(Sealed, default="")
    relation: Mapped[str] = mapped_column(String(32), default="")
    role: Mapped[Word]
    status: Mapped[Word]
    created_at: Mapped[Moment] = mapped_column(index=True)
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[str | None] = mapped_column(Sealed)
