"""``anban up``: starts every process, watches them, restarts what dies, stops all cleanly."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
from rich.console import Console
from rich.live import Live
from rich.text import Text

from anban.errors import AnbanError
from anban.postgres import EmbeddedPostgres
from anban.processes import Process, all_processes, check_ports, environment_of, log_file
from anban.settings import Settings
from backend.store.upgrade import upgrade

MAX_LOG_BYTES = 20_000_000
"""A log longer than this is put aside as .old when its process starts."""

_STABLE_SECONDS = 30.0
"""After running so long a process counts as well: its next death is restarted without delay."""

_BACKOFF_SECONDS = (0.2, 1.0, 2.0, 5.0, 10.0, 30.0)

# What /readyz calls by the name of a queue is a process of another name here.
_PROCESS_OF = {
    "worker_notices": "worker",
    "worker_emergencies": "emergency-worker",
    "worker_alarm_calls": "alarm-caller",
}

console = Console(highlight=False, soft_wrap=True)


@dataclass
class Watched:
    """A process and how it fares.

    Attributes:
        process: what is run.
        state: starting, running, waiting (before a restart) or stopped.
        restarts: times it had to be started again.
        child: the running child, or None.
    """

    process: Process
    state: str = "stopped"
    restarts: int = 0
    child: asyncio.subprocess.Process | None = None


class Supervisor:
    """Keeps processes running until it is told to stop.

    Args:
        settings: where logs go.
        processes: what to run.
    """

    def __init__(self, settings: Settings, processes: list[Process]) -> None:
        self._settings = settings
        self.watched = [Watched(process) for process in processes]
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Starts watching every process."""
        self._tasks = [asyncio.create_task(self._keep(watched)) for watched in self.watched]

    async def stop(self, patience: float = 15.0) -> None:
        """Asks all to stop, and kills those that have not after ``patience`` seconds."""
        self._stopping.set()
        for watched in self.watched:
            if watched.child and watched.child.returncode is None:
                watched.child.terminate()
        _, late = await asyncio.wait(self._tasks, timeout=patience) if self._tasks else ((), ())
        for watched in self.watched:
            if watched.child and watched.child.returncode is None:
                watched.child.kill()
        if late:
            await asyncio.wait(late, timeout=5)

    async def _keep(self, watched: Watched) -> None:
        failures = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                ended = f"ended with code {await self._run(watched)}"
            except OSError as error:  # its program is not there, or no more can be started
                ended = f"cannot be started ({error.strerror}: {error.filename})"
            if self._stopping.is_set():
                break
            lived = time.monotonic() - began
            failures = 0 if lived > _STABLE_SECONDS else failures + 1
            wait = _BACKOFF_SECONDS[min(failures, len(_BACKOFF_SECONDS) - 1)]
            watched.restarts += 1
            watched.state = "waiting"
            console.print(
                f"[yellow]{watched.process.name} {ended}; starting it again in "
                f"{wait:g} s (log: {log_file(self._settings, watched.process)})"
            )
            with_stop = asyncio.create_task(self._stopping.wait())
            await asyncio.wait({with_stop}, timeout=wait)
            with_stop.cancel()
        watched.state = "stopped"

    async def _run(self, watched: Watched) -> int:
        path = log_file(self._settings, watched.process)
        _put_aside(path)
        watched.state = "starting"
        with path.open("ab") as log:
            watched.child = await asyncio.create_subprocess_exec(
                *watched.process.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                env=environment_of(watched.process),
                start_new_session=True,  # Ctrl-C reaches us, and we stop them in order
                preexec_fn=_end_with_parent,
            )
        watched.state = "running"
        if self._stopping.is_set():  # told to stop while it was being started
            watched.child.terminate()
        code = await watched.child.wait()
        _end_group(watched.child.pid)
        return code


_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1  # prctl(2)


def _end_with_parent() -> None:
    """In a child: SIGTERM as soon as we are gone, so that nobody keeps our ports after a crash."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _end_group(leader: int) -> None:
    """Ends what a child that is gone started and could not end itself, engines that still load."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _put_aside(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists() and path.stat().st_size > MAX_LOG_BYTES:
        path.replace(path.with_suffix(".log.old"))


def probe() -> httpx.AsyncClient:
    """A client to look at parts with, again and again: making one takes 30 ms of a processor."""
    return httpx.AsyncClient(timeout=5)


async def readiness(settings: Settings, http: httpx.AsyncClient) -> dict[str, str]:
    """What ``/readyz`` says of each part; empty where the backend does not answer."""
    try:
        answer = await http.get(f"{settings.backend_url}/readyz")
        parts = answer.json().get("parts", {})
    except (httpx.HTTPError, ValueError):
        return {}
    return {_PROCESS_OF.get(part, part): str(state) for part, state in parts.items()}


async def sentences(settings: Settings, http: httpx.AsyncClient) -> str:
    """How far voice is with speaking the fixed sentences beforehand; empty where it is done."""
    try:
        found = (await http.get(f"{settings.voice_url}/readyz")).json()["sentences"]
    except (httpx.HTTPError, ValueError, KeyError):
        return ""
    if found["state"] == "over":
        return ""
    return f"sentences {found['done']}/{found['of']} ({found['state']})"


async def how_to_call(settings: Settings, http: httpx.AsyncClient) -> str:
    """How Anban is called with a softphone, and what guards that; why not, where it is not."""
    try:
        at = str((await http.get(f"{settings.voice_url}/readyz")).json()["sip"]["at"])
    except (httpx.HTTPError, ValueError, KeyError):
        return "direct SIP: voice does not say"
    if at == "off":
        return "direct SIP: off (ANBAN_SIP_LISTEN)"
    if not at.startswith("sip:"):
        return f"direct SIP: {at}; another address with ANBAN_SIP_LISTEN=host:port"
    guard = "from this machine" if "@127." in at else "from your own network"
    return f"dial {at} with any softphone, {guard} (ANBAN_SIP_LISTEN=off closes it)"


def status_line(supervisor: Supervisor, parts: dict[str, str], note: str = "") -> Text:
    """One readable line: time, each process with its state, and a note where there is one."""
    line = Text(datetime.now().strftime("%H:%M:%S "), style="dim")
    for watched in supervisor.watched:
        name = watched.process.name
        well = watched.state == "running" and parts.get(name, "ok") == "ok"
        mark, style = ("●", "green") if well else ("○", "yellow")
        again = f"×{watched.restarts}" if watched.restarts else ""
        line.append(f"{mark} {name}{again}  ", style=style)
    return line.append(note, style="dim")


WhenReady = Callable[[str], Awaitable[None]]
"""Awaited with the database's URL once every part is ready, for example the rehearsal."""


async def up(
    settings: Settings, when_ready: WhenReady | None = None, *, serve_on: bool = True
) -> int:
    """Runs Anban until it is interrupted.

    Args:
        settings: ports, data folder, secrets.
        when_ready: see there; its AnbanError is shown and becomes the exit status.
        serve_on: False stops after ``when_ready``.

    Returns:
        The exit status: 0, or 1 where ``when_ready`` failed.

    Raises:
        SettingsError: a port is taken.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    processes = all_processes(settings, "")
    check_ports(processes)
    stop = _stop_on_signal()  # before anything is started, so that nothing is left behind
    postgres = None
    database_url = settings.database_url
    try:
        if not database_url:
            console.print("starting the embedded PostgreSQL …")
            postgres = EmbeddedPostgres(settings.data / "postgres")
            database_url = await asyncio.to_thread(postgres.start)
        if stop.is_set():
            return 0
        return await _run(settings, database_url, when_ready, serve_on, stop)
    finally:
        if postgres is not None:
            await asyncio.to_thread(postgres.stop)
        console.print("stopped.")


def _stop_on_signal() -> asyncio.Event:
    """An event that Ctrl-C and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


async def _run(
    settings: Settings,
    database_url: str,
    when_ready: WhenReady | None,
    serve_on: bool,
    stop: asyncio.Event,
) -> int:
    console.print("bringing the database up to date …")
    await asyncio.to_thread(upgrade, database_url)
    if stop.is_set():
        return 0
    supervisor = Supervisor(settings, all_processes(settings, database_url))
    supervisor.start()
    status = 0
    try:
        ready = await _wait_until_ready(settings, supervisor, stop)
        if ready and when_ready is not None:
            try:
                await when_ready(database_url)
            except AnbanError:  # it has said why
                status = 1
        if serve_on:
            await _watch(settings, supervisor, stop)
    finally:
        console.print("stopping …")
        await supervisor.stop()
    return status


async def _wait_until_ready(
    settings: Settings, supervisor: Supervisor, stop: asyncio.Event
) -> bool:
    began = time.monotonic()
    async with probe() as http:
        with Live(console=console, refresh_per_second=2, transient=True) as live:
            while not stop.is_set():
                parts = await readiness(settings, http)
                live.update(status_line(supervisor, parts))
                if parts and all(state == "ok" for state in parts.values()):
                    console.print(f"ready after {time.monotonic() - began:.0f} s")
                    console.print(await how_to_call(settings, http))
                    return True
                await _pause(stop, 0.5)
    return False


async def _watch(settings: Settings, supervisor: Supervisor, stop: asyncio.Event) -> None:
    async with probe() as http:
        with Live(console=console, refresh_per_second=1, transient=False) as live:
            while not stop.is_set():
                parts, note = await readiness(settings, http), await sentences(settings, http)
                live.update(status_line(supervisor, parts, note))
                await _pause(stop, 5)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait({waiting}, timeout=seconds)
    waiting.cancel()
