"""``anban up``: what dies is started again, what is stopped leaves nobody behind."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from cryptography.fernet import Fernet

from anban.settings import ROOT
from anban.stage import free_ports, stage
from tests.conftest import data_folder, remove_folder

from .helpers import House, new_number, until

pytestmark = [
    pytest.mark.integration,
    pytest.mark.rasa,
    pytest.mark.asyncio(loop_scope="session"),
]

PORTS = ("BACKEND", "VOICE", "AUDIOSOCKET", "RASA", "ACTIONS", "INBOX")
CHILDREN = ("backend", "worker", "emergency-worker", "watchdog", "actions", "rasa", "voice")


async def test_a_process_killed_is_started_again_and_the_log_says_so(
    house: House, capsys: pytest.CaptureFixture[str]
):
    watched = house.process("emergency-worker")
    before = watched.restarts
    old = house.kill("emergency-worker")

    async def back() -> bool:
        child = watched.child
        return watched.restarts == before + 1 and child is not None and child.pid != old

    await until(back, 20, "it was started again")
    out = capsys.readouterr().out
    assert "emergency-worker ended with code -9" in out
    assert "emergency-worker.log" in out
    await house.ready("worker_emergencies", seconds=20)


@dataclass
class Up:
    """``anban up`` as a process of its own."""

    folder: Path
    ports: dict[str, int]
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> asyncio.subprocess.Process:
        env = {
            **{name: value for name, value in os.environ.items() if "DATABASE_URL" not in name},
            **{f"ANBAN_{name}_PORT": str(port) for name, port in self.ports.items()},
            **{f"ANBAN_{name}": "x" for name in ("SERVICE_TOKEN", "RASA_TOKEN", "INDEX_KEY")},
            **{f"ANBAN_{name}_SECRET": "x" for name in ("WEBHOOK", "SESSION")},
            "ANBAN_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "ANBAN_DATA": str(self.folder),
            "PYTHONUNBUFFERED": "1",
        }
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "anban", "up"),
            cwd=ROOT,
            env=env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        return self.process

    async def output(self, seconds: float = 40) -> str:
        """What it wrote, once it has ended."""
        assert self.process is not None
        out, _ = await asyncio.wait_for(self.process.communicate(), seconds)
        return out.decode()

    def left(self) -> dict[int, str]:
        """Processes that belong to this folder, by id."""
        mark = str(self.folder).encode()
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            with suppress(OSError):
                command = (entry / "cmdline").read_bytes()
                if mark in command or mark in (entry / "environ").read_bytes():
                    found[int(entry.name)] = command.replace(b"\0", b" ").decode()
        return found

    async def is_gone(self) -> bool:
        """Whether none of them is left."""
        return self.left() == {}


@pytest_asyncio.fixture(loop_scope="session")
async def up() -> AsyncIterator[Up]:
    found = Up(data_folder(), dict(zip(PORTS, free_ports(len(PORTS)), strict=True)))
    yield found
    for pid in found.left():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if found.process is not None:
        await found.process.wait()
    remove_folder(found.folder)


async def test_sigterm_ends_every_child_and_the_embedded_database(up: Up):
    process = await up.start()

    async def all_there() -> bool:
        commands = " ".join(up.left().values())
        named = all(f"serve {name} " in commands for name in CHILDREN if name != "rasa")
        return named and "-m rasa run" in commands and "postgres" in commands

    await until(all_there, 60, "every process was started")

    async def backend_answers() -> bool:
        async with httpx.AsyncClient() as http:
            try:
                url = f"http://127.0.0.1:{up.ports['BACKEND']}/healthz"
                return (await http.get(url)).status_code == 200
            except httpx.HTTPError:
                return False

    await until(backend_answers, 60, "the backend answers")
    process.send_signal(signal.SIGTERM)
    out = await up.output()
    await until(up.is_gone, 2, "nobody is left")
    assert process.returncode == 0
    assert "stopped." in out
    assert "Traceback" not in out
    assert not (up.folder / "postgres" / "postmaster.pid").exists()


async def test_sigterm_while_the_database_starts_leaves_nobody_behind(up: Up):
    process = await up.start()

    async def database_begins() -> bool:
        return any("postgres" in command for command in up.left().values())

    await until(database_begins, 30, "the database begins")
    process.send_signal(signal.SIGTERM)
    out = await up.output()
    await until(up.is_gone, 2, "nobody is left")
    assert process.returncode == 0
    assert "stopped." in out


async def test_anban_up_killed_takes_its_children_and_the_database_with_it(up: Up):
    process = await up.start()

    async def some_there() -> bool:
        commands = " ".join(up.left().values())
        return "serve backend " in commands and "-m rasa run" in commands

    await until(some_there, 60, "the processes were started")
    process.kill()
    await up.output()

    await until(up.is_gone, 40, "the children and the database ended too")


@pytest.mark.parametrize("name", ["BACKEND", "RASA", "AUDIOSOCKET"])
async def test_a_taken_port_is_a_clear_error_before_anything_is_started(up: Up, name: str):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", up.ports[name]))
        other.listen()
        process = await up.start()
        out = await up.output()
    assert process.returncode == 1
    assert f"port {up.ports[name]}" in out
    assert f"ANBAN_{name}_PORT" in out
    assert "Traceback" not in out
    assert up.left() == {}
    assert list(up.folder.iterdir()) == [], "nothing was begun"


async def test_two_anbans_run_side_by_side_and_know_nothing_of_each_other(house: House):
    phone = new_number()
    async with stage({"backend", "worker", "emergency-worker"}) as other:
        headers = {"Authorization": f"Bearer {other.settings.service_token}"}
        async with httpx.AsyncClient(
            base_url=other.settings.backend_url, headers=headers
        ) as theirs:
            sent = await theirs.post("/v1/elders", json={"name": "王德福", "phone": phone})
            assert sent.status_code == 201
            assert len((await theirs.get("/v1/elders", params={"phone": phone})).json()["items"])
        assert await house.backend.elders(phone=phone) == []
        assert other.settings.data != house.stage.settings.data
        assert (await house.call(phone).say("我想找人打扫卫生")).ask == "date"
    assert not other.settings.data.exists()
    assert (await house.http.get("/healthz")).status_code == 200
