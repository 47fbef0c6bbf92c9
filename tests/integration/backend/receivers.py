"""Real servers on loopback that notices go to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default

import uvicorn
from aiosmtpd.smtp import SMTP
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse


@dataclass
class WebhookReceiver:
    """Keeps what arrives; answers with the next planned status, else a receipt.

    While `holding` is set, every answer waits for `released`.
    """

    url: str = ""
    plan: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    holding: bool = False
    released: asyncio.Event = field(default_factory=asyncio.Event)
    times: list[float] = field(default_factory=list)
    """when each arrived, by the wall clock"""

    async def take(self, request: Request) -> JSONResponse:
        self.bodies.append(await request.body())
        self.headers.append(dict(request.headers))
        self.times.append(time.time())
        if self.holding:
            await self.released.wait()
        status = self.plan.pop(0) if self.plan else 200
        if status == 200:
            self.arrived.set()
        return JSONResponse({"receipt": f"r-{len(self.bodies)}"} if status == 200 else {}, status)


@asynccontextmanager
async def webhook_receiver() -> AsyncIterator[WebhookReceiver]:
    receiver = WebhookReceiver()
    app = FastAPI()
    app.post("/hook")(receiver.take)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup()
    receiver.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/hook"
    serving = asyncio.create_task(server.main_loop())
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.should_exit = True
        await serving
        await server.shutdown()


class Mailbox:
    """An SMTP handler that keeps mails, or refuses them with a reply."""

    def __init__(self, reply: str = "250 queued as 42") -> None:
        self.reply = reply
        self.mails: list[Message] = []

    async def handle_DATA(self, server: object, session: object, envelope) -> str:
        if self.reply.startswith("2"):
            self.mails.append(message_from_bytes(envelope.content, policy=default))
        return self.reply


@asynccontextmanager
async def smtp_server(mailbox: Mailbox) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, loop=loop), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
