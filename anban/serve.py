"""``anban serve NAME``: one process of Anban, in the foreground."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable

import httpx
import uvicorn
from fastapi import FastAPI
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from anban import logs, wiring
from anban.errors import SettingsError, Unavailable
from anban.settings import Settings
from backend.store.outbox import EMERGENCIES, NOTICES
from bot.understanding.emergency import assess

_CHAT_LIMIT = parse("60/minute")
"""Lines one browser session may send."""


def _run(app: FastAPI, host: str, port: int) -> None:
    uvicorn.run(
        app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=10
    )


def _database(settings: Settings) -> str:
    if not settings.database_url:
        raise SettingsError(
            "ANBAN_DATABASE_URL is not set: `anban up` sets it for the processes it starts; "
            "to run one process by hand, name a PostgreSQL server"
        )
    return settings.database_url


def backend(settings: Settings) -> None:
    """Service API, chat page and door."""
    from backend.api import create_app
    from channels.web import chat

    mind = wiring.dialogue(settings)
    limiter = MovingWindowRateLimiter(MemoryStorage())
    app = create_app(
        wiring.backend_config(settings, _database(settings)),
        checks={
            "rasa": _answers(f"{settings.rasa_url}/version"),
            "actions": _answers(f"http://127.0.0.1:{settings.actions_port}/healthz"),
            "voice": _answers(f"{settings.voice_url}/readyz"),
        },
        extra_routers=[
            chat.router(
                mind,
                service_token=settings.service_token,
                session_secret=settings.session_secret,
                test_clock=settings.test_clock,
                allow=lambda session: limiter.hit(_CHAT_LIMIT, session),
            )
        ],
    )
    _run(app, settings.host, settings.backend_port)


def _answers(url: str) -> Callable[[], Awaitable[None]]:
    async def check() -> None:
        async with httpx.AsyncClient(timeout=2) as http:
            try:
                (await http.get(url)).raise_for_status()
            except httpx.HTTPError as error:
                raise Unavailable(f"no answer ({type(error).__name__})") from None

    return check


def worker(settings: Settings) -> None:
    """Durable jobs: notices, reminders, call-backs."""
    asyncio.run(_work(settings, NOTICES))


def emergency_worker(settings: Settings) -> None:
    """Durable jobs of emergencies, on a queue of their own."""
    asyncio.run(_work(settings, EMERGENCIES))


async def _work(settings: Settings, queue: str) -> None:
    from backend.jobs.worker import run_worker

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run_worker(wiring.backend_config(settings, _database(settings)), (queue,), stop)


def watchdog(settings: Settings) -> None:
    """Sees that no emergency lies unheld; shares no code with the job engine."""
    from backend.watchdog import watch

    asyncio.run(watch(_database(settings)))


def actions(settings: Settings) -> None:
    """Rasa's custom actions."""
    from actions.server import create_app

    app = create_app(wiring.backend_client(settings), settings.rasa_token)
    _run(app, "127.0.0.1", settings.actions_port)


def voice(settings: Settings) -> None:
    """Calls, recognition and synthesis."""
    from voice.server import VoiceServer

    server = VoiceServer(
        wiring.voice_config(settings),
        wiring.dialogue(settings),
        wiring.sentences(),
        urgent=lambda text: assess(text).level != "no",
    )
    asyncio.run(server.serve())


def inbox(settings: Settings) -> None:
    """The built-in receiver of notices: what demo families get."""
    from anban.inbox import create_app

    _run(create_app(settings.webhook_secret), "127.0.0.1", settings.inbox_port)


SERVERS: dict[str, Callable[[Settings], None]] = {
    "backend": backend,
    "worker": worker,
    "emergency-worker": emergency_worker,
    "watchdog": watchdog,
    "actions": actions,
    "voice": voice,
    "inbox": inbox,
}


def serve(name: str, settings: Settings) -> None:
    """Runs one process.

    Raises:
        SettingsError: there is no such process, or it lacks a setting.
    """
    if name not in SERVERS:
        raise SettingsError(f"no process {name!r}; there are: {', '.join(SERVERS)}")
    logs.configure(name)
    SERVERS[name](settings)
