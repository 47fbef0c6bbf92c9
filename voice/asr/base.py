"""The recogniser port: what every engine takes and gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from voice.audio import PcmF


@dataclass(frozen=True)
class Reading:
    """One text that an utterance may be."""

    text: str
    probability: float
    """Of the whole text, 0..1; those of all readings of an utterance add up to less than one."""


@dataclass(frozen=True)
class Transcript:
    """What an engine heard in one utterance."""

    text: str
    """Simplified characters, digits normalised; empty where nothing was understood."""
    confidence: float
    """0..1; the mean probability of a token where the engine gives one."""
    engine: str
    """Name of the engine that heard it."""
    seconds: float
    """Wall time of the recognition."""
    audio_seconds: float = 0.0
    """Length of the utterance."""
    avg_logprob: float | None = None
    """Mean log-probability of the tokens, where the engine gives it."""
    no_speech: float | None = None
    """Probability that there was no speech, where the engine gives it."""
    doubts: tuple[str, ...] = ()
    """Why the text is not to be trusted: repetition, prompt-echo, phantom, too-fast, unscored."""
    sounds: tuple[Reading, ...] | None = None
    """The short answers it may be by its sound alone, the likeliest first; None where the engine
    does not tell, or the utterance is too long to be one."""


@dataclass(frozen=True)
class Hearings:
    """An utterance heard twice, each time with its likeliest texts, the likeliest first."""

    plain: tuple[Reading, ...]
    """Without hints."""
    hinted: tuple[Reading, ...]
    """With hints."""


@runtime_checkable
class Hesitant(Protocol):
    """A recogniser that can say what else an utterance may have been."""

    async def hear_twice(
        self, pcm: PcmF, *, hotwords: Sequence[str], language: str | None = None
    ) -> Hearings:
        """The likeliest texts of one utterance; see ``Recognizer.transcribe``."""


class Recognizer(Protocol):
    """Turns one utterance into text."""

    @property
    def name(self) -> str:
        """Name of the engine, as settings spell it."""

    async def start(self) -> None:
        """Load what it needs now, so that the first caller does not wait.

        Raises:
            EngineUnavailable: weights, package or network are missing; the text gives the remedy.
        """

    async def transcribe(
        self, pcm: PcmF, *, hotwords: Sequence[str] = (), language: str | None = None
    ) -> Transcript:
        """Recognise one utterance (mono floats, 16 kHz).

        Args:
            pcm: the utterance.
            hotwords: words likely to be said (names, streets); engines that cannot use them do not.
            language: a language the caller is known to speak, as an ISO 639 code (en, nan, hak).

        Raises:
            EngineUnavailable: the engine cannot be used now.
            SpeechError: the engine refused this utterance.
        """

    async def close(self) -> None:
        """Release processes and memory."""
