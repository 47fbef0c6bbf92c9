"""Cries for help on this machine's disk, until the backend has taken them.

One file a cry: written aside, fsynced, renamed, and the folder fsynced, so that after a crash or a
power cut a file is there whole or not at all. Its name sorts by time and carries the idempotency
key. The content is personal (a number, where somebody lies) and may wait for hours, so it is
encrypted with the keys of the personal columns; file and folder belong to their owner alone.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from anban.errors import SettingsError

SUFFIX = ".cry"
UNREADABLE = ".unreadable"
"""What a cry is renamed to that no key opens; it is kept for whoever finds the key."""


CALLER_SILENT = "caller_silent"
"""as ``Cry.sign``: whoever cried for help no longer answers; the next people are told at once"""
LINE_DEAD = "line_dead"
"""as ``Cry.sign``: the call broke off while the emergency was open"""


class Unreadable(ValueError):
    """No key opens this cry, or what is in it is not one."""


@dataclass(frozen=True)
class Cry:
    """What ``BackendClient.raise_emergency`` needs, made before the first try and never changed."""

    key: str
    """idempotency key: however often it is sent, it is one sign"""
    channel: str
    kind: str
    certainty: str
    text: str
    sign: str = ""
    span: str = ""
    conversation: str | None = None
    elder_id: str | None = None
    phone: str | None = None
    location: str | None = None
    now: datetime | None = None
    """the clock of the conversation when it was heard"""

    @classmethod
    def new(cls, **values: Any) -> Self:
        """A cry with a key of its own."""
        return cls(key=uuid4().hex, **values)

    def to_bytes(self) -> bytes:
        """As it is stored, not yet encrypted."""
        values = asdict(self) | {"now": self.now.isoformat() if self.now else None}
        return json.dumps(values, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The opposite; members that this version does not know are left out.

        Raises:
            ValueError, TypeError, KeyError: these bytes are no cry.
        """
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in json.loads(data).items() if name in known}
        now = values.pop("now", None)
        return cls(**values, now=datetime.fromisoformat(now) if now else None)


class Spool:
    """The folder of waiting cries. Several processes may use one at once.

    Args:
        folder: made, for its owner alone, where it is missing.
        keys: Fernet keys, the newest first; older ones only decrypt.

    Raises:
        SettingsError: there is no key, or one is no Fernet key.
    """

    def __init__(self, folder: Path, keys: Sequence[str]) -> None:
        if not keys:
            raise SettingsError("encryption_keys are needed: cries for help wait encrypted")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise SettingsError(
                "encryption_keys: each must be 32 bytes in url-safe base64, as Fernet makes them"
            ) from error
        self.folder = folder

    def put(self, cry: Cry) -> None:
        """Keep a cry; when this returns it outlives a crash of the process and of the machine.

        Raises:
            OSError: the disk does not take it.
        """
        self._make_folder()
        path = self.folder / f"{time.time_ns():020d}-{cry.key}{SUFFIX}"
        aside = path.with_suffix(".tmp")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(self._fernet.encrypt(cry.to_bytes()))
            out.flush()
            os.fsync(out.fileno())
        aside.rename(path)
        self._sync_folder()

    def waiting(self, older_than: float = 0.0) -> list[Path]:
        """The cries that wait, the oldest first.

        Args:
            older_than: seconds since they were put.
        """
        latest = time.time_ns() - int(older_than * 1e9)
        return sorted(path for path in self.folder.glob(f"*{SUFFIX}") if _put_at(path) <= latest)

    def read(self, path: Path) -> Cry:
        """What waits in a file.

        Raises:
            Unreadable: no key opens it, or it is no cry.
            FileNotFoundError: another process has brought it to the backend.
        """
        try:
            return Cry.from_bytes(self._fernet.decrypt(path.read_bytes()))
        except (InvalidToken, ValueError, TypeError, AttributeError) as error:
            raise Unreadable(f"{path.name}: {type(error).__name__}") from error

    def remove(self, key: str) -> None:
        """The backend has it. Harmless where it is not there."""
        for path in self.folder.glob(f"*-{key}{SUFFIX}"):
            path.unlink(missing_ok=True)

    def set_aside(self, path: Path) -> None:
        """Keep an unreadable one, and try it no more."""
        path.rename(path.with_suffix(UNREADABLE))

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether nobody else works the spool off; true for one process at a time.

        The lock goes with the process, however it ends.
        """
        try:
            self._make_folder()
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

    def _make_folder(self) -> None:
        if not self.folder.is_dir():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._sync(self.folder.parent)

    def _sync_folder(self) -> None:
        self._sync(self.folder)

    @staticmethod
    def _sync(folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _put_at(path: Path) -> int:
    digits = path.name.partition("-")[0]
    return int(digits) if digits.isdigit() else 0
