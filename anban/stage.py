"""A whole Anban for a while: own ports, own database, own clock. For scenarios and tests."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet

from anban import wiring
from anban.postgres import EmbeddedPostgres
from anban.processes import all_processes
from anban.settings import Settings
from anban.up import Supervisor, readiness
from backend.config import BackendConfig
from backend.store.upgrade import upgrade

CHAT_PROCESSES = frozenset({"backend", "worker", "emergency-worker", "actions", "rasa", "inbox"})
"""What typed conversations need."""
CALL_PROCESSES = CHAT_PROCESSES | {"voice"}
"""What spoken ones need."""

START_SECONDS = 180


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


def _settings(folder: Path) -> Settings:
    backend, voice, audiosocket, rasa, actions, inbox = free_ports(6)
    return Settings().model_copy(
        update={
            "data": folder,
            "host": "127.0.0.1",
            "backend_port": backend,
            "voice_port": voice,
            "audiosocket_port": audiosocket,
            "rasa_port": rasa,
            "actions_port": actions,
            "inbox_port": inbox,
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
        }
    )


@asynccontextmanager
async def stage(processes: Collection[str] = CHAT_PROCESSES) -> AsyncIterator[Stage]:
    """Starts the named processes on an empty database, and removes everything afterwards.

    Raises:
        AnbanError: a part did not become ready; names it and where its log was.
    """
    parent = "/var/lib" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="anban-stage-", dir=parent))
    settings = _settings(folder)
    postgres = EmbeddedPostgres(folder / "postgres")
    database_url = await asyncio.to_thread(postgres.start)
    supervisor = None
    try:
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
    async with asyncio.timeout(START_SECONDS):
        while True:
            parts = await readiness(settings)
            lacking = [
                name
                for name, state in parts.items()
                if state != "ok" and (name in processes or name in ("database", "migrations"))
            ]
            if parts and not lacking and await _inbox_up(settings):
                return
            await asyncio.sleep(0.3)


async def _inbox_up(settings: Settings) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", settings.inbox_port)) == 0
