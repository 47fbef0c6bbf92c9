"""Cries for help on this machine's disk, until the backend has taken them: one file a cry."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from backend.client.sealed_folder import SealedFolder, Unreadable

SUFFIX = ".cry"

CALLER_SILENT = "caller_silent"
"""as ``Cry.sign``: whoever cried for help no longer answers; the next people are told at once"""
LINE_DEAD = "line_dead"
"""as ``Cry.sign``: the call broke off while the emergency was open"""


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
        self._files = SealedFolder(folder, keys, SUFFIX)
        self.folder = folder

    def put(self, cry: Cry) -> None:
        """Keep a cry; when this returns it outlives a crash of the process and of the machine.

        Raises:
            OSError: the disk does not take it.
        """
        self._files.put(cry.key, cry.to_bytes()).let_go()

    def waiting(self, older_than: float = 0.0) -> list[Path]:
        """The cries that wait, the oldest first.

        Args:
            older_than: seconds since they were put.
        """
        return self._files.waiting(older_than)

    def read(self, path: Path) -> Cry:
        """What waits in a file.

        Raises:
            Unreadable: no key opens it, or it is no cry.
            FileNotFoundError: another process has brought it to the backend.
        """
        try:
            return Cry.from_bytes(self._files.read(path))
        except (ValueError, TypeError, AttributeError) as error:
            raise Unreadable(f"{path.name}: {type(error).__name__}") from error

    def remove(self, key: str) -> None:
        """The backend has it. Harmless where it is not there."""
        self._files.remove(key)

    def set_aside(self, path: Path) -> None:
        """Keep an unreadable one, and try it no more."""
        self._files.set_aside(path)

    def alone(self) -> AbstractContextManager[bool]:
        """Whether nobody else works the spool off; true for one process at a time."""
        return self._files.alone()
