"""A whole Anban for a while: own ports, own database, own clock. For scenarios and tests."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from cryptography.fernet import Fernet

from anban import wiring
from anban.errors import Unavailable
from anban.postgres import EmbeddedPostgres
from anban.processes import all_processes
from anban.settings import Settings
from anban.up import Supervisor, probe, readiness
from backend.config import BackendConfig
from backend.store.upgrade import upgrade

CHAT_PROCESSES = frozenset({"backend", "worker", "emergency-worker", "actions", "rasa", "inbox"})
"""What typed conversations need."""
CALL_PROCESSES = CHAT_PROCESSES | {"voice", "alarm-caller"}
"""What spoken ones need."""

START_SECONDS = 600


@dataclass(frozen=True)
class Stage:
    """A running Anban.

    Attributes:
        settings: its ports, tokens and folders.
        database_url: its database.
        supervisor: its processes, for tests that stop one.
        postgres: its database server, for tests that stop it.
    """

    settings: Settings
    database_url: str
    supervisor: Supervisor
    postgres: EmbeddedPostgres

    @property
    def backend_config(self) -> BackendConfig:
        """For code that works on the database itself."""
        return wiring.backend_config(self.settings, self.database_url)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on just now."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _settings(folder: Path, changes: Mapping[str, Any], *, own_speech: bool) -> Settings:
    backend, voice, audiosocket, rasa, actions, inbox = free_ports(6)
    given = Settings()
    return given.model_copy(
        update={
            "data": folder,
            "speech_dir": folder / "speech" if own_speech else speech_folder(given),
            "host": "127.0.0.1",
            "backend_port": backend,
            "voice_port": voice,
            "audiosocket_port": audiosocket,
            "rasa_port": rasa,
            "actions_port": actions,
            "inbox_port": inbox,
            "sip_listen": "off",
            "database_url": None,
            "service_token": "stage-service",
            "rasa_token": "stage-rasa",
            "encryption_keys": Fernet.generate_key().decode(),
            "index_key": "stage-index",
            "webhook_secret": "stage-webhook",
            "session_secret": "stage-session",
            "smtp_host": None,
            "demo": True,
            "test_clock": True,
            **changes,
        }
    )


def speech_folder(given: Settings) -> Path | None:
    """Sentences take minutes to speak and are the same each time: stages share them if they can."""
    if given.speech_dir or not os.access(given.models_dir, os.W_OK):
        return given.speech_dir
    return given.models_dir / "speech-of-stages"


@asynccontextmanager
async def stage(
    processes: Collection[str] = CHAT_PROCESSES, *, own_speech: bool = False, **changes: Any
) -> AsyncIterator[Stage]:
    """Starts the named processes on an empty database, and removes everything afterwards.

    Args:
        processes: their names.
        own_speech: whether every sentence is spoken anew, as on a first start; otherwise the cache
            of spoken sentences is one that stages share.
        changes: settings that differ from those of every stage.

    Raises:
        Unavailable: a part did not become ready; names it and what it wrote last.
    """
    parent = "/var/lib" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="anban-stage-", dir=parent))
    settings = _settings(folder, changes, own_speech=own_speech)
    postgres = EmbeddedPostgres(folder / "postgres")
    supervisor = None
    try:
        database_url = await asyncio.to_thread(postgres.start)
        await asyncio.to_thread(upgrade, database_url)
        wanted = [p for p in all_processes(settings, database_url) if p.name in processes]
        supervisor = Supervisor(settings, wanted)
        supervisor.start()
        await _ready(settings, processes)
        yield Stage(settings, database_url, supervisor, postgres)
    finally:
        if supervisor is not None:
            await supervisor.stop()
        await asyncio.to_thread(postgres.stop)
        shutil.rmtree(folder, ignore_errors=True)


async def _ready(settings: Settings, processes: Collection[str]) -> None:
    limit = time.monotonic() + START_SECONDS
    async with probe() as http:
        while lacking := await _lacking(settings, processes, http):
            if time.monotonic() > limit:
                words = (_last_words(settings, part) for part in sorted(lacking))
                raise Unavailable("; ".join(words))
            await asyncio.sleep(0.3)


async def _lacking(
    settings: Settings, processes: Collection[str], http: httpx.AsyncClient
) -> set[str]:
    """Names of the parts that are wanted and not ready."""
    parts = await readiness(settings, http)
    if not parts:
        return {"backend"}
    wanted = {*processes, "database", "migrations"}
    lacking = {name for name, state in parts.items() if state != "ok" and name in wanted}
    if "inbox" in processes and not _listens(settings.inbox_port):
        lacking.add("inbox")
    return lacking


def _last_words(settings: Settings, part: str) -> str:
    """That a part is not ready, with the last line of its log: the log goes with the stage."""
    log = settings.data / "logs" / f"{part}.log"
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    said = f": {lines[-1][:300]}" if lines else ""
    return f"{part} was not ready after {START_SECONDS} s{said}"


def _listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0
