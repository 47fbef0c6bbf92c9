"""Elders, those who belong to them, and how one is told something."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.domain.consents import BY_COMMUNITY
from backend.domain.words import CONTACT_CHANNELS, FAMILY_ROLES, POSTS
from backend.store.base import Base, Id, Moment, Word, one_of
from backend.store.vault import BlindIndex, Sealed


class Elder(Base):
    """An old person in the register."""

    __tablename__ = "elders"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(Sealed, default="")
    name_index: Mapped[str] = mapped_column(BlindIndex, index=True, default="")
    phone: Mapped[str | None] = mapped_column(Sealed)
    phone_index: Mapped[str | None] = mapped_column(BlindIndex, unique=True)
    address: Mapped[str | None] = mapped_column(Sealed)
    locality: Mapped[str | None] = mapped_column(String(64), index=True)
    estate: Mapped[str | None] = mapped_column(String(64))
    position: Mapped[str | None] = mapped_column(Sealed)
    """where the home is on a map, as `backend.domain.places.written` writes it"""
    birth_year: Mapped[int | None]
    gender: Mapped[str | None] = mapped_column(String(16))
    dialect: Mapped[str | None] = mapped_column(String(32))
    hearing: Mapped[str | None] = mapped_column(String(32))
    lives_alone: Mapped[bool] = mapped_column(default=False)
    low_income: Mapped[bool] = mapped_column(default=False)
    disabled: Mapped[bool] = mapped_column(default=False)
    disabled_level: Mapped[str | None] = mapped_column(String(32))
    verified: Mapped[bool] = mapped_column(default=True)
    recording_consent: Mapped[bool] = mapped_column(default=False)
    speaking: Mapped[dict[str, float]] = mapped_column(JSONB, default=dict)
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]

    family: Mapped[list[FamilyMember]] = relationship(back_populates="elder", lazy="raise")


class FamilyMember(Base):
    """Somebody who belongs to an elder."""

    __tablename__ = "family_members"
    __table_args__ = (one_of("role", FAMILY_ROLES),)

    id: Mapped[Id]
    elder_id: Mapped[str] = mapped_column(ForeignKey("elders.id"), index=True)
    name: Mapped[str] = mapped_column(Sealed, default="")
    relation: Mapped[str] = mapped_column(String(32), default="")
    phone: Mapped[str | None] = mapped_column(Sealed)
    phone_index: Mapped[str | None] = mapped_column(BlindIndex, index=True)
    role: Mapped[Word]
    bound: Mapped[bool] = mapped_column(default=True)
    consents: Mapped[list[str]] = mapped_column(ARRAY(String(32)), default=lambda: [*BY_COMMUNITY])
    """kinds of data the elder has agreed to let this person know (`backend.domain.consents`)"""
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """when the elder, or the person, ended the binding"""
    created_at: Mapped[Moment]

    elder: Mapped[Elder] = relationship(back_populates="family", lazy="raise")
    contacts: Mapped[list[Contact]] = relationship(back_populates="member", lazy="raise")


class ConsentChange(Base):
    """That what a family member may know was set, by whom and how; never changed afterwards."""

    __tablename__ = "consent_changes"

    id: Mapped[Id]
    family_member_id: Mapped[str] = mapped_column(ForeignKey("family_members.id"), index=True)
    consents: Mapped[list[str]] = mapped_column(ARRAY(String(32)))
    """what they may know from then on"""
    way: Mapped[Word]
    """number, community, register, or the channel the elder said it by"""
    by: Mapped[str] = mapped_column(Sealed, default="")
    """who: 本人, or a name at the desk"""
    at: Mapped[Moment]


class Contact(Base):
    """One way of telling somebody something: of a family member, an elder, or a post on duty."""

    __tablename__ = "contacts"
    __table_args__ = (
        one_of("channel", CONTACT_CHANNELS),
        one_of("post", POSTS),
        CheckConstraint("num_nonnulls(family_member_id, elder_id, post) = 1", name="owner"),
    )

    id: Mapped[Id]
    family_member_id: Mapped[str | None] = mapped_column(
        ForeignKey("family_members.id"), index=True
    )
    elder_id: Mapped[str | None] = mapped_column(ForeignKey("elders.id"), index=True)
    post: Mapped[str | None] = mapped_column(String(32), index=True)
    area: Mapped[str] = mapped_column(String(128), default="")
    """the places a post serves: a locality, or a locality and an estate; "" is everywhere"""
    name: Mapped[str | None] = mapped_column(Sealed)
    """who sits there; a family member's name stands with the member"""
    channel: Mapped[Word]
    address: Mapped[str] = mapped_column(Sealed)
    address_index: Mapped[str | None] = mapped_column(BlindIndex, index=True)
    """of an account (`ACCOUNT_CHANNELS`): finds whose it is"""
    priority: Mapped[int] = mapped_column(default=1)
    enabled: Mapped[bool] = mapped_column(default=True)
    quiet_hours: Mapped[str | None] = mapped_column(String(11))
    """22:00-07:00; "" for none, None for those of the installation"""
    alarms_only: Mapped[bool] = mapped_column(default=False)
    """whether it is used in emergencies only"""
    created_at: Mapped[Moment]

    member: Mapped[FamilyMember | None] = relationship(back_populates="contacts", lazy="raise")
