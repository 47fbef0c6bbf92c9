"""A folder of small encrypted files that outlive a crash of the process and of the machine.

Each is written aside, fsynced, renamed, and the folder fsynced, so that after a crash or a power
cut a file is there whole or not at all. Its name sorts by time and carries its key. What is in it
is personal, so it is encrypted with the keys of the personal columns; file and folder belong to
their owner alone.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from anban.errors import SettingsError

UNREADABLE = ".unreadable"
"""What a file is renamed to that no key opens; it is kept for whoever finds the key."""


class Unreadable(ValueError):
    """No key opens this file, or what is in it is not what it should be."""


class Held:
    """A file that nobody else takes up while this process lives and does not let go of it."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    def let_go(self) -> None:
        """Leave it to whoever takes it up next."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def done(self) -> None:
        """Remove it: what was in it is done."""
        self.path.unlink(missing_ok=True)
        self.let_go()


class SealedFolder:
    """The folder. Several processes may use one at once.

    Args:
        folder: made, for its owner alone, where it is missing.
        keys: Fernet keys, the newest first; older ones only decrypt.
        suffix: of its files' names.

    Raises:
        SettingsError: there is no key, or one is no Fernet key.
    """

    def __init__(self, folder: Path, keys: Sequence[str], suffix: str) -> None:
        if not keys:
            raise SettingsError("encryption_keys are needed: what waits on disk is encrypted")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise SettingsError(
                "encryption_keys: each must be 32 bytes in url-safe base64, as Fernet makes them"
            ) from error
        self.folder = folder
        self._suffix = suffix

    def put(self, key: str, data: bytes) -> Held:
        """Keep something; when this returns it outlives a crash.

        Args:
            key: letters, digits, - and _.
            data: what to keep.

        Returns:
            The file, held.

        Raises:
            OSError: the disk does not take it.
        """
        self._make()
        path = self.folder / f"{time.time_ns():020d}-{key}{self._suffix}"
        aside = path.with_suffix(".tmp")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            with os.fdopen(descriptor, "wb", closefd=False) as out:
                out.write(self._fernet.encrypt(data))
                out.flush()
                os.fsync(descriptor)
            aside.rename(path)
            _sync(self.folder)
        except OSError:
            os.close(descriptor)
            raise
        return Held(path, descriptor)

    def waiting(self, older_than: float = 0.0) -> list[Path]:
        """What waits, the oldest first.

        Args:
            older_than: seconds since it was put.
        """
        latest = time.time_ns() - int(older_than * 1e9)
        found = self.folder.glob(f"*{self._suffix}")
        return sorted(path for path in found if put_at(path) <= latest)

    def take(self, path: Path) -> Held | None:
        """Hold a file that waits; None where somebody else holds it, or it is done."""
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        if os.fstat(descriptor).st_nlink == 0:  # done between the opening and the lock
            os.close(descriptor)
            return None
        return Held(path, descriptor)

    def read(self, path: Path) -> bytes:
        """What waits in a file.

        Raises:
            Unreadable: no key opens it.
            FileNotFoundError: it is done.
        """
        try:
            return self._fernet.decrypt(path.read_bytes())
        except InvalidToken as error:
            raise Unreadable(f"{path.name}: {type(error).__name__}") from error

    def remove(self, key: str) -> None:
        """It is done. Harmless where it is not there."""
        for path in self.folder.glob(f"*-{key}{self._suffix}"):
            path.unlink(missing_ok=True)

    def set_aside(self, path: Path) -> None:
        """Keep an unreadable one, and try it no more."""
        path.rename(path.with_suffix(UNREADABLE))

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether nobody else works the folder off; true for one process at a time.

        The lock goes with the process, however it ends.
        """
        try:
            self._make()
            descriptor = os.open(self.folder / ".drain.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            yield False
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mine = True
        except BlockingIOError:
            mine = False
        try:
            yield mine
        finally:
            os.close(descriptor)

    def _make(self) -> None:
        if not self.folder.is_dir():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _sync(self.folder.parent)


def put_at(path: Path) -> int:
    """Return when a file was put, in nanoseconds since 1970."""
    digits = path.name.partition("-")[0]
    return int(digits) if digits.isdigit() else 0


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
