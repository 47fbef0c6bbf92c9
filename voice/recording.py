"""Calls that may be kept: both sides and what was said, sealed on disk, and gone after their time.

Nothing is kept of a caller who has not agreed, nor before the announcement was heard to its end. A
call is held in memory while it lasts and written once, encrypted, when it is over.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from anban.errors import SettingsError
from voice.audio import FRAME, Pcm16, alaw_decode, alaw_encode
from voice.config import RecordingConfig

log = structlog.get_logger(__name__)

SUFFIX = ".call"
SAID = {"transcript": "caller", "reply_text": "anban"}
"""Events that hold words, and whose they are."""
_SILENT = np.zeros(FRAME, np.int16)
_CALL_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


@dataclass(frozen=True)
class SaidLine:
    """One line of a transcript."""

    at_s: float
    """Seconds since the recording began."""
    who: str
    """caller or anban."""
    text: str


@dataclass(frozen=True)
class KeptCall:
    """A recording as it was kept."""

    call_id: str
    began: datetime
    lines: tuple[SaidLine, ...]
    caller: Pcm16
    anban: Pcm16
    """The two sides, 8 kHz, of the same length."""


@dataclass
class CallRecorder:
    """Records one call from ``begin`` on, where it may."""

    call_id: str
    archive: Archive
    began: datetime | None = None
    _sides: tuple[bytearray, bytearray] = field(default_factory=lambda: (bytearray(), bytearray()))
    _lines: list[SaidLine] = field(default_factory=list)

    def begin(self, now: datetime) -> None:
        """The caller knows that it is recorded."""
        if self.began is None:
            self.began = now

    def forget(self) -> None:
        """The caller does not want it: what there is goes, and nothing more is recorded."""
        self.began = None
        self._lines.clear()
        for side in self._sides:
            side.clear()

    def frame(self, caller: Pcm16, anban: Pcm16 | None) -> None:
        """20 ms of both sides."""
        if self.began is not None:
            own = _SILENT if anban is None else np.pad(anban, (0, FRAME - len(anban)))
            self._sides[0].extend(alaw_encode(caller))
            self._sides[1].extend(alaw_encode(own))

    def line(self, who: str, text: str) -> None:
        """Something that was said, as text."""
        if self.began is not None:
            self._lines.append(SaidLine(len(self._sides[0]) / 8000, who, text))

    def note(self, event: str, data: Mapping[str, object]) -> None:
        """Something happened on the call; what was said is kept as text."""
        if event in SAID:
            self.line(SAID[event], str(data["text"]))

    async def keep(self) -> None:
        """The call is over: write what there is."""
        if self.began is not None and self._sides[0]:
            caller, anban = (alaw_decode(bytes(side)) for side in self._sides)
            kept = KeptCall(self.call_id, self.began, tuple(self._lines), caller, anban)
            await asyncio.to_thread(self.archive.write, kept)


class Archive:
    """Recordings on disk, one file each in a folder a day.

    Args:
        config: folder, keys, days.

    Raises:
        SettingsError: there is no key, or one is no Fernet key.
    """

    def __init__(self, config: RecordingConfig) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in config.keys])
        except ValueError as broken:
            raise SettingsError(
                "recordings need ANBAN_ENCRYPTION_KEYS to be sealed with"
            ) from broken
        self._folder = config.folder
        self._days = config.days

    def recorder(self, call_id: str) -> CallRecorder:
        """For one call."""
        return CallRecorder(call_id, self)

    def write(self, call: KeptCall) -> None:
        """Seal a call; where the disk refuses, the call is not kept, and the log says so."""
        head = {
            "call_id": call.call_id,
            "began": call.began.isoformat(),
            "lines": [asdict(line) for line in call.lines],
        }
        sides = alaw_encode(call.caller) + alaw_encode(call.anban)
        sealed = self._fernet.encrypt(json.dumps(head, ensure_ascii=False).encode() + b"\n" + sides)
        day = self._folder / call.began.astimezone(UTC).date().isoformat()
        file = day / f"{call.call_id}{SUFFIX}"
        try:
            day.mkdir(parents=True, exist_ok=True, mode=0o700)
            half = file.with_suffix(".half")
            half.touch(mode=0o600)
            half.write_bytes(sealed)
            half.rename(file)
        except OSError as refused:
            log.error("recording_not_kept", call_id=call.call_id, why=type(refused).__name__)

    def read(self, call_id: str) -> KeptCall:
        """A call that was kept.

        Raises:
            SettingsError: there is none (any more), or it was sealed with another key.
        """
        found = (
            list(self._folder.glob(f"*/{call_id}{SUFFIX}")) if _CALL_ID.fullmatch(call_id) else []
        )
        if not found:
            raise SettingsError(f"no recording of call {call_id}: it was never kept, or is past")
        try:
            head, _, sides = self._fernet.decrypt(found[0].read_bytes()).partition(b"\n")
        except InvalidToken:
            raise SettingsError(f"{found[0]} was sealed with another key") from None
        told = json.loads(head)
        half = len(sides) // 2
        return KeptCall(
            call_id=told["call_id"],
            began=datetime.fromisoformat(told["began"]),
            lines=tuple(SaidLine(**line) for line in told["lines"]),
            caller=alaw_decode(sides[:half]),
            anban=alaw_decode(sides[half:]),
        )

    def calls(self) -> Sequence[str]:
        """Ids of the calls that are kept, oldest day first."""
        return [file.stem for file in sorted(self._folder.glob(f"*/*{SUFFIX}"))]

    def prune(self, now: datetime) -> int:
        """Delete what is older than its time; how many calls that were."""
        return prune(self._folder, self._days, now)


def prune(folder: Path, days: int, now: datetime) -> int:
    """Delete what is older than so many days; how many calls that were.

    A folder that cannot be deleted is logged, and keeps no other from it.
    """
    last = (now.astimezone(UTC) - timedelta(days=days)).date().isoformat()
    gone = 0
    for day in folder.glob("????-??-??"):
        if day.name >= last:
            continue
        try:
            gone += _deleted(day)
        except OSError as refused:
            log.error("recordings_not_deleted", day=day.name, why=type(refused).__name__)
    return gone


def _deleted(day: Path) -> int:
    """Delete a day; how many calls that were."""
    gone = 0
    for file in day.iterdir():
        file.unlink(missing_ok=True)
        gone += file.suffix == SUFFIX
    day.rmdir()
    return gone
