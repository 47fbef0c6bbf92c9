"""A phone line without ears: the dialogue in a process of its own, as the voice process holds it.

It stands for the voice process where only the dialogue matters, so that a cry can come in while
the backend is dead, and can be killed like any other.
"""

from __future__ import annotations

import asyncio
import sys

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from anban import logs, settings, wiring


class Line(BaseModel):
    """What a caller says."""

    conversation: str
    phone: str
    text: str


def main(port: int) -> None:
    """Serves ``POST /say`` until it is stopped."""
    logs.configure("line")
    mind = wiring.dialogue(settings.load())
    app = FastAPI()

    @app.post("/say")
    async def say(line: Line) -> list[str]:
        replies = await mind.say(line.conversation, line.text, channel="phone", phone=line.phone)
        return [reply.key for reply in replies]

    async def serve() -> None:
        delivery = asyncio.create_task(mind.deliver_alarms())
        config = uvicorn.Config(app, port=port, log_config=None, access_log=False)
        await uvicorn.Server(config).serve()
        delivery.cancel()

    asyncio.run(serve())


if __name__ == "__main__":
    main(int(sys.argv[1]))
