"""Serving the application on a port."""

from __future__ import annotations

import socket

import uvicorn

from backend.feed import Feed


class Server(uvicorn.Server):
    """A server that ends its feeds when it is told to stop; else it would wait for who watches.

    Args:
        config: of an application that `backend.api.create_app` made.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._feed: Feed = config.app.state.surroundings.feed  # type: ignore[union-attr]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let the feeds run out, then do as any server does."""
        self._feed.end()
        await super().shutdown(sockets)
