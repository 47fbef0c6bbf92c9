"""People who talk to a running Anban, and waiting without sleeping blindly."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

import httpx

from anban.processes import as_environment, log_file
from anban.stage import Stage
from anban.up import Watched
from backend.client import BackendClient, Elder, Emergency, Order

NOW = "2026-03-04T09:10:00+08:00"
"""A Wednesday morning; the clock of typed conversations."""
TOMORROW = "2026-03-05"

Found = TypeVar("Found")
_numbers = itertools.count(13800009001)


async def until(look: Callable[[], Awaitable[Found]], seconds: float, what: str) -> Found:
    """The first true value that ``look`` gives; fails with ``what`` after ``seconds``."""
    limit = time.monotonic() + seconds
    while True:
        found = await look()
        if found:
            return found
        assert time.monotonic() < limit, f"not within {seconds:g} s: {what} (last: {found!r})"
        await asyncio.sleep(0.1)


@dataclass(frozen=True)
class Said:
    """What Anban answered to one line."""

    replies: list[dict[str, Any]]

    @property
    def text(self) -> str:
        """All sentences together."""
        return "".join(reply["text"] for reply in self.replies)

    @property
    def ask(self) -> str | None:
        """What it wants to know."""
        return next((r["ask"] for r in reversed(self.replies) if r["ask"]), None)

    @property
    def order(self) -> str | None:
        """Number of the order it has just named."""
        return next((r["order"] for r in self.replies if r["order"]), None)

    @property
    def handoff(self) -> bool:
        """Whether it said that a person will call."""
        return any(reply["handoff"] for reply in self.replies)


@dataclass
class Talker:
    """Somebody in one conversation over ``POST /v1/chat``."""

    http: httpx.AsyncClient
    phone: str | None
    channel: str = "phone"
    now: str = NOW
    conversation: str = field(default_factory=lambda: f"whole-{uuid4().hex[:12]}")

    def body(self, text: str) -> dict[str, Any]:
        """What is posted for one line."""
        return {
            "conversation": self.conversation,
            "text": text,
            "channel": self.channel,
            "now": self.now,
            **({"phone": self.phone} if self.phone else {}),
        }

    async def say(self, text: str) -> Said:
        """One turn; whatever broke, the door itself answers 200 with at least one sentence."""
        answer = await self.http.post("/v1/chat", json=self.body(text))
        assert answer.status_code == 200, answer.text
        said = Said(answer.json()["replies"])
        assert said.text, "nothing was said"
        return said

    async def says(self, *lines: str) -> Said:
        """Several turns; gives the last answer."""
        said = Said([])
        for line in lines:
            said = await self.say(line)
        return said


@dataclass(frozen=True)
class Family:
    """An elder with a daughter whose notices go to the built-in inbox."""

    elder: Elder
    phone: str


@dataclass(frozen=True)
class House:
    """A running Anban with its doors open."""

    stage: Stage
    http: httpx.AsyncClient
    backend: BackendClient

    async def family(self) -> Family:
        """Somebody new in the register."""
        phone = new_number()
        elder = await self.backend.create_elder(
            "林秀英", phone=phone, address="福康县西城街道和平小区18号楼302", locality="福康县"
        )
        member = await self.backend.create_family_member(
            elder.id, name="陈小梅", relation="女儿", phone=new_number()
        )
        url = f"{self.stage.settings.inbox_url}/{elder.id}"
        await self.backend.create_contact("webhook", url, family_member_id=member.id)
        return Family(elder, phone)

    def call(self, phone: str | None, **values: Any) -> Talker:
        """A new conversation from a number."""
        return Talker(self.http, phone, **values)

    async def orders(self, phone: str) -> list[Order]:
        """All orders that a number can mean."""
        return await self.backend.orders(phone=phone)

    async def emergencies(self, phone: str) -> list[Emergency]:
        """All emergencies of a number."""
        return await self.backend.emergencies(phone=phone)

    async def received(self, elder: Elder) -> list[dict[str, Any]]:
        """What this elder's daughter has got."""
        async with httpx.AsyncClient() as http:
            found = (await http.get(self.stage.settings.inbox_url)).json()
        return [kept for kept in found if kept["who"] == elder.id]

    async def delivered(self, elder: Elder, event: str) -> list[Any]:
        """Notices of an event, once none is on its way any more."""

        async def settled() -> list[Any]:
            notices = await self.backend.notices(elder_id=elder.id)
            wanted = [one for one in notices if one.event == event and one.post is None]
            return [] if any(notice.status == "pending" for notice in wanted) else wanted

        return await until(settled, 20, f"notices {event} went out")

    def process(self, name: str) -> Watched:
        """One of its processes."""
        return next(w for w in self.stage.supervisor.watched if w.process.name == name)

    def log(self, name: str) -> str:
        """What a process wrote."""
        return log_file(self.stage.settings, self.process(name).process).read_text()

    def kill(self, name: str) -> int:
        """Ends a process as the kernel would; gives the id it had."""
        child = self.process(name).child
        assert child is not None
        os.kill(child.pid, signal.SIGKILL)
        return child.pid

    async def ready(self, *parts: str, seconds: float = 90) -> None:
        """Waits until /readyz calls these parts ok."""

        async def fine() -> bool:
            try:
                found = (await self.http.get("/readyz")).json()["parts"]
            except httpx.HTTPError:
                return False
            return all(found.get(part) == "ok" for part in parts)

        await until(fine, seconds, f"{parts} ready")

    @asynccontextmanager
    async def without_postgres(self) -> AsyncIterator[None]:
        """The database is stopped inside, and back afterwards whatever happened."""
        await asyncio.to_thread(self.stage.postgres.stop)
        try:
            yield
        finally:
            url = await asyncio.to_thread(self.stage.postgres.start)
            assert url == self.stage.database_url
            await self.ready("database", "migrations", seconds=20)


def new_number() -> str:
    """A telephone number nobody has."""
    return str(next(_numbers))


def command_environment(stage: Stage) -> dict[str, str]:
    """Environment of a command that belongs to this Anban."""
    return {
        **os.environ,
        **as_environment(stage.settings),
        "ANBAN_DATABASE_URL": stage.database_url,
        "PYTHONUNBUFFERED": "1",
    }
