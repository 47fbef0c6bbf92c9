"""The agents who work at the desk."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from backend.store.base import Base, Id, Moment


class DeskAgent(Base):
    """Somebody who may log in to the desk."""

    __tablename__ = "desk_agents"

    id: Mapped[Id]
    login: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(32))
    """what families and colleagues are told"""
    password_hash: Mapped[str] = mapped_column(String(255))
    post: Mapped[str] = mapped_column(String(32), default="desk", server_default="desk")
    """desk; community, street or county, who decide on applications; or assessor"""
    area: Mapped[str] = mapped_column(String(128), default="", server_default="")
    """the place the post serves: a locality, or one with what is narrower; "" is everywhere"""
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]
