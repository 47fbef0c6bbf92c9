"""The desk's agents: accounts, passwords, who is logged in."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from anban.errors import Conflict, NotFound, Rejected
from backend.services.work import Work, audit
from backend.store.desk import DeskAgent

DESK = "desk"
"""the post of who answers emergencies"""
ASSESSOR = "assessor"
"""the post of who assesses what old people need"""
NARROW = frozenset(("community", "street"))
"""posts that serve a part of a county"""
_HASHER = PasswordHash((Argon2Hasher(),))
_NOBODYS = _HASHER.hash(secrets.token_urlsafe(16))
"""checked where there is no such agent, so that the time it takes tells nothing"""


async def create_agent(
    work: Work, login: str, name: str, post: str = DESK, area: str = ""
) -> tuple[DeskAgent, str]:
    """Add an agent; return it with its random password, which is kept nowhere.

    Args:
        work: the transaction.
        login: what they log in by.
        name: what families and colleagues are told.
        post: desk; community, street or county, who decide on applications; or assessor.
        area: the place the post serves: 福康县, 福康县西城街道; "" is everywhere.

    Raises:
        Conflict: the login is taken.
        Rejected: a community or a street without its place.
    """
    _ensure_area(post, area)
    if await _agent(work, login) is not None:
        raise Conflict("这个登录名已经有人用了")
    password, hashed = await _fresh_password()
    row = DeskAgent(
        login=login, name=name, post=post, area=area, password_hash=hashed, created_at=work.now
    )
    work.session.add(row)
    await work.session.flush()
    await audit(work, "create", [f"agent:{login}"])
    return row, password


async def renew_password(work: Work, login: str) -> str:
    """Give an agent another random password; whoever is logged in as them is logged out.

    Raises:
        NotFound: there is no such agent.
    """
    row = await agent(work, login)
    password, row.password_hash = await _fresh_password()
    await audit(work, "renew_password", [f"agent:{login}"])
    return password


async def set_active(work: Work, login: str, active: bool) -> DeskAgent:
    """Let an agent in again, or out for good; it takes effect at once.

    Raises:
        NotFound: there is no such agent.
    """
    row = await agent(work, login)
    row.active = active
    await audit(work, "activate" if active else "deactivate", [f"agent:{login}"])
    return row


async def move(work: Work, login: str, post: str, area: str) -> DeskAgent:
    """Give an agent another post or place; it takes effect at once.

    Raises:
        NotFound: there is no such agent.
        Rejected: a community or a street without its place.
    """
    row = await agent(work, login)
    _ensure_area(post, area)
    row.post, row.area = post, area
    await audit(work, "move", [f"agent:{login}"])
    return row


def _ensure_area(post: str, area: str) -> None:
    if post in NARROW and not area:
        raise Rejected("社区和街道的同事要写明是哪里的，例如福康县西城街道", "area")


async def agents(work: Work) -> Sequence[DeskAgent]:
    """List all agents by login."""
    return (await work.session.scalars(select(DeskAgent).order_by(DeskAgent.login))).all()


async def agent(work: Work, login: str) -> DeskAgent:
    """Return an agent.

    Raises:
        NotFound: there is none with this login.
    """
    row = await _agent(work, login)
    if row is None:
        raise NotFound("没有这位值班员")
    return row


async def known_agent(work: Work, login: str, password: str) -> DeskAgent | None:
    """Return the agent who has this password, or None; it takes the same time either way."""
    row = await _agent(work, login)
    hashed = row.password_hash if row is not None else _NOBODYS
    fits = await asyncio.to_thread(_HASHER.verify, password, hashed)
    return row if fits and row is not None and row.active else None


async def _agent(work: Work, login: str) -> DeskAgent | None:
    return await work.session.scalar(select(DeskAgent).where(DeskAgent.login == login))


async def _fresh_password() -> tuple[str, str]:
    password = secrets.token_urlsafe(12)
    return password, await asyncio.to_thread(_HASHER.hash, password)
