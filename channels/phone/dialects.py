"""What exchanges and clouds say over a WebSocket that carries a call; pure, no line in sight.

Each dialect reads messages into what they mean and writes what we mean into messages. Whatever
makes no sense is a ChannelError, which ends the call.
"""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np

from anban.errors import ChannelError
from channels.phone import g711
from channels.phone.leg import RATE, CallInfo, Pcm16

Message: TypeAlias = str | bytes
LONGEST = 65_536
"""Characters or bytes of one message; exchanges send 20 ms, Asterisk at most 65,500 bytes."""
_SAME = uuid.UUID("8f1d6a2e-6a57-4d0f-9c86-2b0c2c1f7a11")
"""Under it ids that are no UUIDs become ones, always the same."""


@dataclass(frozen=True)
class Sound:
    """Sound has come."""

    pcm: Pcm16
    rate: int = RATE


@dataclass(frozen=True)
class Key:
    """A key has come."""

    digit: str


@dataclass(frozen=True)
class Over:
    """The other side has ended the call."""


Said: TypeAlias = Sound | Key | Over | CallInfo
"""A CallInfo is the beginning of the call."""


class Dialect(Protocol):
    """One way of carrying a call."""

    def read(self, message: Message) -> Said | None:
        """What a message means; None where it means nothing to us.

        Raises:
            ChannelError: it makes no sense.
        """

    def sound(self, frame: Pcm16) -> Message:
        """A frame as it is sent."""

    def flush(self) -> Message | None:
        """What makes the other side forget what it has not played; None where nothing does."""

    def hang_up(self) -> Message | None:
        """What ends the call; None where closing the connection does."""

    def refer(self, target: str) -> Message | None:
        """What says where the call goes next; None where the exchange knows it."""


def call_uuid(text: str | None) -> str:
    """The UUID of a call whose other side names it by some text of its own."""
    try:
        return str(uuid.UUID(text or ""))
    except ValueError:
        return str(uuid.uuid5(_SAME, text)) if text else str(uuid.uuid4())


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ChannelError("a message that is no JSON") from error
    if not isinstance(found, dict):
        raise ChannelError("a message that is no JSON object")
    return found


def _part(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name)
    if not isinstance(found, dict):
        raise ChannelError(f"a message without {name}")
    return found


def _word(data: Mapping[str, Any], name: str) -> str | None:
    found = data.get(name)
    return found[:128] if isinstance(found, str) and found else None


def _linear(data: bytes) -> Pcm16:
    if len(data) % 2:
        raise ChannelError("half a sample")
    return np.frombuffer(data, "<i2").astype(np.int16)


class ChanWebSocket:
    """Asterisk's chan_websocket (20.16, 21.11, 22.6 and later): raw codec bytes, text for control.

    Control comes as ``NAME key:value …`` or, from 20.18, 22.8 and 23.2 on where so configured, as
    JSON; we answer in the form the exchange began with. Asterisk times what we send.
    """

    def __init__(self, known: CallInfo | None = None) -> None:
        self._known = known
        self._format = "ulaw"
        self._json = False

    def read(self, message: Message) -> Said | None:
        """See ``Dialect``."""
        if isinstance(message, bytes):
            return Sound(self._decoded(message))
        name, values = self._control(message)
        if name == "MEDIA_START":
            wanted = values.get("format", "ulaw")
            if wanted not in ("alaw", "ulaw", "slin"):
                raise ChannelError("chan_websocket: use c(alaw), c(ulaw) or c(slin)")
            self._format = wanted
            own = call_uuid(values.get("connection_id"))
            return self._known or CallInfo(own, values.get("caller"), values.get("called"))
        return Key(values.get("digit", "")) if name == "DTMF_END" else None

    def _control(self, text: str) -> tuple[str, dict[str, str]]:
        if text.lstrip().startswith("{"):
            self._json = True
            found = _object(text)
            values = {key: value for key, value in found.items() if isinstance(value, str)}
            return values.get("event", ""), values
        name, *rest = text.split() or [""]
        return name, dict(part.split(":", 1) for part in rest if ":" in part)

    def _decoded(self, data: bytes) -> Pcm16:
        return _linear(data) if self._format == "slin" else g711.decode(data, self._format)

    def sound(self, frame: Pcm16) -> Message:
        """See ``Dialect``."""
        if self._format == "slin":
            return frame.astype("<i2").tobytes()
        return g711.encode(frame, self._format)

    def flush(self) -> Message | None:
        """See ``Dialect``."""
        return self._command("FLUSH_MEDIA")

    def hang_up(self) -> Message | None:
        """See ``Dialect``."""
        return self._command("HANGUP")

    def refer(self, target: str) -> Message | None:
        """The dialplan goes on behind Dial()."""
        return None

    def _command(self, name: str) -> str:
        return json.dumps({"command": name}) if self._json else name


class L16:
    """FreeSWITCH's mod_audio_fork and mod_audio_stream: linear samples, JSON beside them.

    The first text is the metadata given to ``uuid_audio_fork … start``: ``{"call_id", "caller",
    "called", "rate"}``, of which every one may be missing.
    """

    def __init__(self, known: CallInfo | None = None) -> None:
        self._known = known
        self._rate = RATE
        self._begun = False

    def read(self, message: Message) -> Said | None:
        """See ``Dialect``."""
        if isinstance(message, bytes):
            if not self._begun:
                raise ChannelError("L16: sound before the metadata")
            return Sound(_linear(message), self._rate)
        data = _object(message)
        if not self._begun:
            rate = data.get("rate", RATE)
            if rate not in (8_000, 16_000):
                raise ChannelError("L16: 8 or 16 kHz")
            self._begun, self._rate = True, int(rate)
            own = call_uuid(_word(data, "call_id"))
            return self._known or CallInfo(own, _word(data, "caller"), _word(data, "called"))
        kind = data.get("type") or data.get("event")
        if kind == "dtmf":
            return Key(_word(data, "digit") or _word(data, "dtmf") or "")
        return Over() if kind in ("hangup", "stop") else None

    def sound(self, frame: Pcm16) -> Message:
        """See ``Dialect``; at 16 kHz each sample is sent twice, which a telephone line forgives."""
        wide = frame if self._rate == RATE else np.repeat(frame, 2)
        return wide.astype("<i2").tobytes()

    def flush(self) -> Message | None:
        """See ``Dialect``."""
        return json.dumps({"type": "killAudio"})

    def hang_up(self) -> Message | None:
        """See ``Dialect``."""
        return json.dumps({"type": "disconnect"})

    def refer(self, target: str) -> Message | None:
        """See ``Dialect``."""
        return json.dumps({"type": "transfer", "data": {"target": target}})


class MediaStream:
    """Twilio's media streams, which many clouds speak: mu-law in base64 in JSON."""

    def __init__(self, known: CallInfo | None = None) -> None:
        self._known = known
        self._stream = ""

    def read(self, message: Message) -> Said | None:
        """See ``Dialect``."""
        if isinstance(message, bytes):
            raise ChannelError("media stream: bytes where JSON belongs")
        data = _object(message)
        event = data.get("event")
        if event == "start":
            return self._start(data)
        if event == "media":
            return self._media(_part(data, "media"))
        if event == "dtmf":
            return Key(_word(_part(data, "dtmf"), "digit") or "")
        return Over() if event == "stop" else None

    def _start(self, data: Mapping[str, Any]) -> CallInfo:
        start = _part(data, "start")
        self._stream = _word(data, "streamSid") or _word(start, "streamSid") or ""
        wanted = start.get("mediaFormat") or {}
        if not isinstance(wanted, dict) or wanted.get("encoding", "audio/x-mulaw") != (
            "audio/x-mulaw"
        ):
            raise ChannelError("media stream: only audio/x-mulaw")
        own = start.get("customParameters")
        given = own if isinstance(own, dict) else {}
        call_id = call_uuid(_word(given, "call_id") or _word(start, "callSid"))
        return self._known or CallInfo(call_id, _word(given, "caller"), _word(given, "called"))

    @staticmethod
    def _media(media: Mapping[str, Any]) -> Sound | None:
        if media.get("track", "inbound") != "inbound":
            return None
        try:
            data = base64.b64decode(_word_of_any_length(media, "payload"), validate=True)
        except binascii.Error as error:
            raise ChannelError("media stream: a payload that is no base64") from error
        return Sound(g711.decode(data, "ulaw"))

    def sound(self, frame: Pcm16) -> Message:
        """See ``Dialect``."""
        payload = base64.b64encode(g711.encode(frame, "ulaw")).decode()
        return self._said("media", media={"payload": payload})

    def flush(self) -> Message | None:
        """See ``Dialect``."""
        return self._said("clear")

    def hang_up(self) -> Message | None:
        """The cloud ends the call, or goes on with it, when the stream is closed."""
        return None

    def refer(self, target: str) -> Message | None:
        """See ``hang_up``."""
        return None

    def _said(self, event: str, **more: object) -> str:
        return json.dumps({"event": event, "streamSid": self._stream, **more})


def _word_of_any_length(data: Mapping[str, Any], name: str) -> str:
    found = data.get(name)
    if not isinstance(found, str) or not found.isascii():
        raise ChannelError(f"a message without {name}")
    return found


DIALECTS: Mapping[str, type[ChanWebSocket] | type[L16] | type[MediaStream]] = {
    "asterisk": ChanWebSocket,
    "l16": L16,
    "media": MediaStream,
}
"""By the name in the address: ``/legs/NAME``."""
