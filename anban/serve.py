"""``anban serve NAME``: one process of Anban, in the foreground.

``python -m anban.serve NAME`` is the same without the command line's own imports; ``anban up``
starts its processes so. Each builder imports its own rooms: five small processes that loaded
everything took 500 MB and ten seconds of a processor more.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from anban import doors, logs, wiring
from anban.errors import AnbanError, SettingsError, Unavailable
from anban.settings import Settings, load

if TYPE_CHECKING:
    import httpx
    import uvicorn
    from fastapi import FastAPI

    from bot.dialogue import Dialogue

_CHAT_LIMIT = "60/minute"
"""Lines one browser session may send."""
_START_SECONDS = 600.0
"""So long the parts of the house may take to be there after a start."""


def _serving(app: FastAPI, host: str, port: int) -> uvicorn.Config:
    import uvicorn

    return uvicorn.Config(
        app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=10
    )


def _run(app: FastAPI, port: int) -> None:
    """Serves an application on loopback."""
    import uvicorn

    uvicorn.Server(_serving(app, "127.0.0.1", port)).run()


async def _with_alarms(serving: Coroutine[None, None, None], mind: Dialogue) -> None:
    """Serves, and brings cries for help that wait on this machine to the backend meanwhile."""
    delivery = asyncio.create_task(mind.deliver_alarms())
    try:
        await serving
    finally:
        delivery.cancel()


def _database(settings: Settings) -> str:
    if not settings.database_url:
        raise SettingsError(
            "ANBAN_DATABASE_URL is not set: `anban up` sets it for the processes it starts; "
            "to run one process by hand, name a PostgreSQL server"
        )
    return settings.database_url


def backend(settings: Settings) -> None:
    """Service API, chat page, desk and door."""
    import httpx
    from limits import parse
    from limits.storage import MemoryStorage
    from limits.strategies import MovingWindowRateLimiter

    from anban.policy import LOCALITIES
    from anban.sources import Sources
    from backend import desk
    from backend.api import create_app
    from backend.api.server import Server
    from channels.cloud import callbacks, completions
    from channels.web import chat, pages, sources

    mind = wiring.dialogue(settings)
    http = httpx.AsyncClient(timeout=2)
    checks = {
        # /status answers 409 until a model is loaded; /version would answer without one.
        "rasa": answers(http, f"{settings.rasa_url}/status", token=settings.rasa_token),
        "actions": answers(http, f"http://127.0.0.1:{settings.actions_port}/healthz"),
        "voice": answers(http, f"{settings.voice_url}/readyz"),
    }
    opened = doors.doors(settings, mind, lambda: _all_there(checks.values()))
    known = Sources(LOCALITIES, wiring.backend_client(settings))
    limiter, limit = MovingWindowRateLimiter(MemoryStorage()), parse(_CHAT_LIMIT)
    app = create_app(
        wiring.backend_config(settings, _database(settings)),
        checks=checks,
        extra_routers=[
            chat.router(
                mind,
                service_token=settings.service_token,
                session_secret=settings.session_secret,
                test_clock=settings.test_clock,
                allow=lambda session: limiter.hit(limit, session),
            ),
            pages.router(settings.mini_page),
            sources.router(known),
            completions.router(mind, token=settings.cloud_token),
            callbacks.router(mind, secret=settings.cloud_token),
            *(door.routes() for door in opened),
        ],
    )
    desk.install(app, wiring.desk_config(settings))
    server = Server(_serving(app, settings.host, settings.backend_port))
    asyncio.run(_with_alarms(_with_doors(server.serve(), [*opened, known]), mind))


class _Closing(Protocol):
    async def close(self) -> None: ...


async def _with_doors(serving: Coroutine[None, None, None], opened: Sequence[_Closing]) -> None:
    """Serves, and lets answers that are still under way go out before it ends."""
    for door in opened:
        if isinstance(door, doors.Resuming):
            door.resume()
    try:
        await serving
    finally:
        for door in opened:
            await door.close()


async def _all_there(checks: Iterable[Callable[[], Awaitable[None]]]) -> None:
    """Waits until no check fails any more, for ten minutes at most."""
    waiting = list(checks)
    with suppress(TimeoutError):
        async with asyncio.timeout(_START_SECONDS):
            while waiting:
                try:
                    await waiting[0]()
                    waiting.pop(0)
                except Unavailable:
                    await asyncio.sleep(1)


def answers(http: httpx.AsyncClient, url: str, **query: str) -> Callable[[], Awaitable[None]]:
    """A check that fails with Unavailable unless ``url`` answers that all is well."""
    from httpx import HTTPError

    async def check() -> None:
        try:
            answer = await http.get(url, params=query)
        except HTTPError as error:
            raise Unavailable(f"no answer ({type(error).__name__})") from None
        if not answer.is_success:
            raise Unavailable(f"not ready (answered {answer.status_code})")

    return check


def worker(settings: Settings) -> None:
    """Durable jobs: notices, reminders, call-backs."""
    from backend.store.outbox import CALLS, NOTICES

    asyncio.run(_work(settings, NOTICES, CALLS))


def emergency_worker(settings: Settings) -> None:
    """Durable jobs of emergencies, on a queue of their own; two processes, one can die."""
    from backend.store.outbox import EMERGENCIES

    asyncio.run(_work(settings, EMERGENCIES))


def alarm_caller(settings: Settings) -> None:
    """Alarms by telephone: calls last minutes, and must hold up no other alarm."""
    from backend.store.outbox import ALARM_CALLS

    asyncio.run(_work(settings, ALARM_CALLS))


async def _work(settings: Settings, *queues: str) -> None:
    """Works on queues, each for itself, so that calls that last minutes hold up nothing else."""
    from backend.jobs.worker import run_worker

    config, stop = wiring.backend_config(settings, _database(settings)), _stop_on_signal()
    async with doors.senders(settings, config) as senders, asyncio.TaskGroup() as group:
        for queue in queues:
            group.create_task(run_worker(config, (queue,), stop, senders))


def _stop_on_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def devices(settings: Settings) -> None:
    """What devices report over MQTT."""
    asyncio.run(_bridge(settings))


async def _bridge(settings: Settings) -> None:
    from backend.mqtt import run_bridge

    config = wiring.backend_config(settings, _database(settings))
    await run_bridge(config, wiring.mqtt_config(settings), _stop_on_signal())


def watchdog(settings: Settings) -> None:
    """Sees that no emergency lies unheld; shares no code with the job engine."""
    asyncio.run(_watch(settings))


async def _watch(settings: Settings) -> None:
    from backend.watchdog import watch

    config = wiring.backend_config(settings, _database(settings))
    async with doors.senders(settings, config) as senders:
        await watch(config, senders=senders)


def actions(settings: Settings) -> None:
    """Rasa's custom actions."""
    from actions.server import create_app
    from anban.policy import LOCALITIES, served_desk
    from bot.questionnaire import Questionnaire

    app = create_app(
        wiring.backend_client(settings),
        served_desk(),
        Questionnaire.read(LOCALITIES / "assessment.toml"),
        settings.locality,
        settings.rasa_token,
    )
    _run(app, settings.actions_port)


def voice(settings: Settings) -> None:
    """Calls, recognition and synthesis."""
    from bot.check_ins import CheckIns
    from bot.danger import is_cry
    from voice.server import VoiceServer

    mind, backend = wiring.dialogue(settings), wiring.backend_client(settings)
    server = VoiceServer(
        wiring.voice_config(settings),
        mind,
        wiring.sentences(),
        urgent=mind.in_danger,
        cry=is_cry,
        call_outs=backend,
        check_ins=CheckIns(mind, backend, wiring.sentences()),
    )
    asyncio.run(_with_alarms(server.serve(), mind))


def inbox(settings: Settings) -> None:
    """The built-in receiver of notices: what demo families get."""
    from anban.inbox import create_app

    _run(create_app(settings.webhook_secret), settings.inbox_port)


SERVERS: dict[str, Callable[[Settings], None]] = {
    "backend": backend,
    "worker": worker,
    "emergency-worker": emergency_worker,
    "alarm-caller": alarm_caller,
    "devices": devices,
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


def main() -> None:
    """``python -m anban.serve NAME``; a wrong setting is one clear line, not a trace."""
    try:
        serve(" ".join(sys.argv[1:]), load())
    except AnbanError as error:
        sys.exit(f"anban: {error}")


if __name__ == "__main__":
    main()
