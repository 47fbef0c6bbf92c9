"""The agents' desk as one of them sees it, for a hotline that is tried out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx

from anban.errors import Unavailable
from anban.stage import Stage
from backend.demo import AGENT, demo_agent


class Desk:
    """An open desk: what stands on its board now."""

    def __init__(self) -> None:
        self.board = ""
        """The latest markup it was sent."""

    def shows(self, *words: str) -> bool:
        """Whether all of these stand on the board."""
        return all(word in self.board for word in words)

    async def follow(self, http: httpx.AsyncClient) -> None:
        """Take every board that the desk sends (server-sent events), until it ends."""
        event, data = "", list[str]()
        async with http.stream("GET", "/desk/feed", timeout=None) as answer:
            async for line in answer.aiter_lines():
                name, _, value = line.partition(":")
                if name == "event":
                    event = value.strip()
                elif name == "data":
                    data.append(value.removeprefix(" "))
                elif not line:
                    if event == "board":
                        self.board = "\n".join(data)
                    event, data = "", []


@asynccontextmanager
async def watched_desk(staged: Stage) -> AsyncIterator[Desk]:
    """Log in to a running Anban's desk, and look at it for as long as the block lasts.

    Raises:
        Unavailable: the desk does not let us in.
    """
    password = await demo_agent(staged.backend_config)
    desk = Desk()
    async with httpx.AsyncClient(base_url=staged.settings.backend_url, trust_env=False) as http:
        answer = await http.post("/desk/login", data={"login": AGENT, "password": password})
        if answer.is_error:
            raise Unavailable(f"the desk answered {answer.status_code}")
        looking = asyncio.create_task(desk.follow(http))
        try:
            yield desk
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError, httpx.HTTPError):
                await looking
