"""What channels with accounts need from the rest of the house; wired by the command.

`backend.client.BackendClient` is a `Household`. Channels know no more of it than this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol


class Arrival(Protocol):
    """Whose account a message came by."""

    @property
    def repeated(self) -> bool:
        """Whether it was answered already."""
        ...

    @property
    def role(self) -> str:
        """The word elder, family or unknown."""
        ...

    @property
    def elder_ids(self) -> tuple[str, ...]:
        """Whom the account may speak for."""
        ...

    @property
    def alarms(self) -> tuple[str, ...]:
        """Ids of live emergencies the person was told of, those nobody holds first."""
        ...


class Bound(Protocol):
    """What became of a binding number."""

    @property
    def status(self) -> str:
        """The word bound, wrong or too_many."""
        ...

    @property
    def elder(self) -> str | None:
        """The elder's name."""
        ...

    @property
    def consents(self) -> tuple[str, ...]:
        """Kinds of data the elder lets the person know: orders, state, location, health."""
        ...


class Household(Protocol):
    """The service backend, as far as accounts go. Methods raise `anban.errors.BackendError`."""

    async def arrive(self, channel: str, address: str, key: str, conversation: str) -> Arrival:
        """Say that a message came in, and learn whose account it is."""
        ...

    async def answered(self, key: str) -> None:
        """Say that a message has been answered."""
        ...

    async def left(self, channel: str, address: str) -> None:
        """Say that somebody unfollowed or blocked us."""
        ...

    async def top_up(
        self, channel: str, address: str, template: str, count: int = 1, key: str | None = None
    ) -> int:
        """Add subscription messages that the person has allowed, once for each key; 0: none."""
        ...

    async def report(self, channel: str, receipt: str, *, reached: bool, detail: str) -> bool:
        """Say what a carrier reports later of a message it took."""
        ...

    async def go(self, channel: str, address: str, emergency_id: str | None = None) -> object:
        """Let the account's person hold an emergency they were told of."""
        ...

    async def bind(
        self, channel: str, address: str, code: str, *, name: str = "", relation: str = ""
    ) -> Bound:
        """Bind an account to the elder who gave it a number."""
        ...

    async def unbind(self, channel: str, address: str) -> Sequence[str]:
        """End the bindings of an account; returns the elders' names."""
        ...

    async def request_binding(
        self, channel: str, address: str, *, elder_phone: str, name: str = "", relation: str = ""
    ) -> None:
        """Ask the community to confirm that the account's person belongs to an elder."""
        ...


@dataclass(frozen=True)
class Heard:
    """What a voice note says."""

    text: str
    confidence: float
    """0 to 1"""


class Ears(Protocol):
    """Recognises voice notes."""

    async def hear(self, recording: bytes) -> Heard:
        """Return what a recording in any container says.

        Raises:
            SpeechError: it cannot be heard.
        """
        ...


class Voice(Ears, Protocol):
    """Hears and speaks."""

    async def speak(self, text: str) -> bytes:
        """Return a text as spoken, an MP3.

        Raises:
            SpeechError: it cannot be spoken now.
        """
        ...


@dataclass(frozen=True)
class Letter:
    """A notice on its way to one account."""

    id: str
    """the notice's id"""
    event: str
    address: str = field(repr=False)
    """the account"""
    subject: str = field(repr=False)
    text: str = field(repr=False)
    at: datetime
    """when it was written, in local time"""
    emergency_id: str | None = None
    """the emergency that its reader can say to go to; None where there is none to hold"""
    number: str = ""
    """of the order"""
    url: str = field(default="", repr=False)
    """the page that acknowledges"""


class Kept(Protocol):
    """Something kept on disk, which nobody else takes up while this process lives."""

    def done(self) -> None:
        """It need not be kept any more."""
        ...

    def let_go(self) -> None:
        """Leave it to whoever takes it up next."""
        ...


class Shelf(Protocol):
    """Keeps things on disk over a crash, encrypted; `backend.client.SealedFolder` is one."""

    def put(self, key: str, data: bytes) -> Kept:
        """Keep something; raises OSError where the disk does not take it."""
        ...

    def waiting(self) -> Sequence[Path]:
        """What is kept, the oldest first."""
        ...

    def take(self, path: Path) -> Kept | None:
        """Take up what nobody else works on; None where somebody does."""
        ...

    def read(self, path: Path) -> bytes:
        """Return what was kept; raises ValueError where it cannot be read."""
        ...

    def set_aside(self, path: Path) -> None:
        """Keep what cannot be read, and try it no more."""
        ...
