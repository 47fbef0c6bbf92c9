"""What every endpoint needs: who asks, what time it is, and a transaction."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Header, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from anban.errors import Rejected
from backend.config import BackendConfig
from backend.domain.times import CHINA
from backend.feed import Feed
from backend.services.work import Filter, Work
from backend.store.database import Database

Check = Callable[[], Awaitable[object]]
"""a part of /readyz: raises an AnbanError where the part is not ready"""

LARGEST_OFFSET = 1_000_000


class NoToken(Exception):
    """The request carries no service token, or a wrong one."""


@dataclass(frozen=True)
class Surroundings:
    """What an application holds for as long as it runs."""

    config: BackendConfig
    database: Database
    feed: Feed
    checks: Mapping[str, Check] = field(default_factory=dict)
    tries: MovingWindowRateLimiter = field(
        default_factory=lambda: MovingWindowRateLimiter(MemoryStorage())
    )
    """wrong numbers lately"""

    @asynccontextmanager
    async def work(self, now: datetime, actor: str = "service") -> AsyncIterator[Work]:
        """Give a unit of work: one transaction."""
        async with self.database.transaction() as session:
            yield Work(session, now, self.config, actor)


def surroundings_of(request: Request) -> Surroundings:
    """Return the surroundings of the application that serves a request."""
    found = request.app.state.surroundings
    assert isinstance(found, Surroundings)
    return found


Around = Annotated[Surroundings, Depends(surroundings_of)]

_bearer = HTTPBearer(auto_error=False, description="the service token, ANBAN_SERVICE_TOKEN")


async def require_token(
    around: Around,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> None:
    """Let nobody pass without the service token (compared in constant time)."""
    wanted = around.config.service_token.encode()
    token = given.credentials.encode() if given is not None else b""
    if not wanted or not hmac.compare_digest(token, wanted):
        raise NoToken


def moment(text: str) -> datetime:
    """Return the moment an ISO 8601 text names; without an offset it is local time.

    Raises:
        Rejected: it is no such text.
    """
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=CHINA) if found.tzinfo is None else found.astimezone(CHINA)
    except (ValueError, OverflowError) as error:
        raise Rejected("时间不对，应写成 2026-03-04T09:10:00+08:00 这样", "now") from error


async def clock(
    around: Around,
    x_anban_now: Annotated[
        str | None,
        Header(description="the clock of the conversation; honoured only with a test clock"),
    ] = None,
) -> datetime:
    """Return the clock of the conversation: the wall clock, or X-Anban-Now in tests."""
    if around.config.test_clock and x_anban_now:
        return moment(x_anban_now)
    return datetime.now(CHINA)


Now = Annotated[datetime, Depends(clock)]


def actor(
    x_anban_actor: Annotated[
        str | None,
        Header(description="who acts, for the audit; by default 'service'", max_length=64),
    ] = None,
) -> str:
    """Return who acts."""
    return x_anban_actor or "service"


async def work(
    around: Around, now: Now, who: Annotated[str, Depends(actor)]
) -> AsyncIterator[Work]:
    """Give an endpoint its transaction; it is committed before the answer is sent."""
    async with around.work(now, who) as unit:
        yield unit


Unit = Annotated[Work, Depends(work, scope="function")]


def list_filter(
    elder_id: Annotated[str | None, Query(max_length=64)] = None,
    phone: Annotated[str | None, Query(max_length=32)] = None,
    status: Annotated[str | None, Query(max_length=32)] = None,
    since: Annotated[str | None, Query(description="ISO 8601", max_length=40)] = None,
    conversation: Annotated[str | None, Query(max_length=128)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=LARGEST_OFFSET)] = 0,
) -> Filter:
    """Read what a list is narrowed to."""
    try:
        start = moment(since.replace(" ", "+")) if since else None
    except Rejected as error:
        raise Rejected(str(error), "since") from error
    return Filter(elder_id, phone, status, start, conversation, limit, offset)


Wanted = Annotated[Filter, Depends(list_filter)]
