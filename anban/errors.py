"""Every error Anban raises on purpose, in one tree.

AnbanError
├── SettingsError          a setting is missing or unusable; says which and what would be right
├── SpeechError            hearing or speaking failed
│   ├── UnreadableAudio    the bytes are no audio we can read
│   ├── EngineUnavailable  an engine cannot be used here (weights, package, network)
│   └── WeightsError       model weights are missing, incomplete or fail their checksum
├── DialogueError          the mind gave no usable answer in time
├── BackendError           the service backend
│   ├── Rejected           it refused the request; names the field and what would be right
│   ├── NotFound           there is no such row
│   ├── Unproven           who sends it has not proved who they are
│   ├── Conflict           the request contradicts what is stored
│   └── Unavailable        it cannot be reached, or its database cannot
├── ChannelError           a channel broke its protocol or is down
│   ├── Refused            the other side will never take this message
│   └── NotNow             it cannot take this message now
│       └── Unsure         it may have taken it: the connection broke before it said so
└── PolicyUnknown          no document here supports an answer

This module imports nothing of ours, so that every room may use it.
"""

from __future__ import annotations


class AnbanError(Exception):
    """Base of every error Anban raises on purpose."""


class SettingsError(AnbanError):
    """A setting is missing or cannot be used; the text says which and what would be right."""


class SpeechError(AnbanError):
    """Hearing or speaking failed."""


class UnreadableAudio(SpeechError):
    """The bytes are no audio we can read."""


class EngineUnavailable(SpeechError):
    """An ASR or TTS engine cannot be used here: weights, package or network are missing."""


class WeightsError(SpeechError):
    """Model weights are missing, incomplete, or do not match their checksum."""


class DialogueError(AnbanError):
    """The mind gave no usable answer in time."""


class BackendError(AnbanError):
    """The service backend could not do what was asked."""


class Rejected(BackendError):
    """The backend refused the request.

    Attributes:
        field: the name of the field that was wrong, or None where it is not one field.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotFound(BackendError):
    """There is no such row."""


class Unproven(BackendError):
    """Who sends it has not proved who they are: a signature is missing or wrong."""


class Conflict(BackendError):
    """The request contradicts what is stored."""


class Unavailable(BackendError):
    """The backend, or its database, cannot be reached."""


class ChannelError(AnbanError):
    """A channel broke its protocol or is down."""


class Refused(ChannelError):
    """The other side will never take this message: trying again is of no use."""


class NotNow(ChannelError):
    """The other side cannot take this message now: try again later."""


class Unsure(NotNow):
    """Whether the other side has taken this message is not known."""


class PolicyUnknown(AnbanError):
    """No document here supports an answer."""
