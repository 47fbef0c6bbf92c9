"""The embedded database when whoever started it is killed, and when two use it at once."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from anban.postgres import EmbeddedPostgres
from tests.conftest import data_folder, remove_folder

pytestmark = pytest.mark.integration

HOLDER = """
import sys
from pathlib import Path
import psycopg
from anban.postgres import EmbeddedPostgres
url = EmbeddedPostgres(Path(sys.argv[1])).start()
with psycopg.connect(url) as connection:
    connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    found = data_folder()
    yield found
    remove_folder(found)


@pytest.fixture
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that started a server there, and is killed in the end."""
    found = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert found.stdout is not None
    assert found.stdout.readline() == "ready\n"
    yield found
    found.kill()
    found.communicate()


def postmaster(folder: Path) -> int:
    return int((folder / "postmaster.pid").read_text().splitlines()[0])


def ends(pid: int) -> None:
    """Waits until a process is gone."""
    with suppress(ProcessLookupError):
        assert select.select([os.pidfd_open(pid)], [], [], 30)[0]


def test_a_server_shuts_down_by_itself_once_its_holder_was_killed(
    folder: Path, holder: subprocess.Popen[str]
):
    server = postmaster(folder)
    holder.kill()
    holder.wait()
    ends(server)
    assert "database system is shut down" in (folder / "log").read_text()
    assert not (folder / "postmaster.pid").exists()


def test_the_guard_goes_with_a_server_that_is_stopped(folder: Path):
    server = EmbeddedPostgres(folder)
    for _ in range(2):
        server.start()
        guard = server._guard
        assert guard is not None
        server.stop()
        assert guard.returncode is not None


@pytest.mark.parametrize("guard", ["at work", "dead as well"])
def test_a_server_whose_holder_was_killed_is_replaced_and_ends_with_the_next_one(
    folder: Path, holder: subprocess.Popen[str], guard: str
):
    orphan = postmaster(folder)
    if guard == "dead as well":
        (child,) = Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text().split()
        os.kill(int(child), signal.SIGKILL)
    holder.kill()
    holder.wait()
    server = EmbeddedPostgres(folder)
    with psycopg.connect(server.start()) as connection:
        assert connection.execute("SELECT one FROM kept").fetchall() == [(1,)]
    assert postmaster(folder) != orphan
    log = (folder / "log").read_text()
    assert "database system is shut down" in log
    assert "not properly shut down" not in log
    server.stop()
    assert not (folder / "postmaster.pid").exists()


def test_a_server_somebody_holds_is_joined_and_left_running(
    folder: Path, holder: subprocess.Popen[str]
):
    theirs = postmaster(folder)
    guest = EmbeddedPostgres(folder)
    url = guest.start()
    guest.stop()
    assert postmaster(folder) == theirs
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchall() == [(1,)]
    holder.kill()
    holder.wait()
    last = EmbeddedPostgres(folder)
    last.start()
    last.stop()


def test_stopped_and_started_again_by_the_same_holder(folder: Path):
    server = EmbeddedPostgres(folder)
    url = server.start()
    server.stop()
    assert server.start() == url
    server.stop()
    server.stop()
    assert not (folder / "postmaster.pid").exists()
