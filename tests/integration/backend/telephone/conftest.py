"""A backend that may telephone, and an exchange of paper."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import time

import pytest

from anban.errors import Unavailable
from backend.client import BackendClient
from backend.config import BackendConfig, TelephoneConfig
from backend.domain.call_outs import CallRules
from backend.store.database import Database
from backend.telephone.ports import Origin

from ..conftest import api


@dataclass
class FakeExchange:
    """Says what the test says came of a call; `on_call` is what happens on it."""

    outcomes: list[str | Unavailable] = field(default_factory=list)
    placed: list[Origin] = field(default_factory=list)
    on_call: Callable[[str], Awaitable[None]] | None = None

    async def place(self, origin: Origin, purpose: str) -> str:
        self.placed.append(origin)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Unavailable):
            raise outcome
        if self.on_call is not None:
            await self.on_call(origin.call_id)
        return outcome


@pytest.fixture
def attempts() -> int:
    """How often somebody is called in vain."""
    return 2


@pytest.fixture
def config(config: BackendConfig, attempts: int) -> BackendConfig:
    rules = CallRules(time(0), time(23, 59, 59), attempts=attempts)
    telephone = TelephoneConfig("http://127.0.0.1:1", "anban", "p", "http://127.0.0.1:1", rules)
    return replace(config, telephone=telephone)


@pytest.fixture
async def client(config: BackendConfig) -> AsyncIterator[BackendClient]:
    async with api(config) as found:
        yield found


@pytest.fixture
async def database(config: BackendConfig) -> AsyncIterator[Database]:
    found = Database(config)
    yield found
    await found.close()
