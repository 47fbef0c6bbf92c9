"""The synthesiser port: what every voice takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from voice.audio import PcmF


@dataclass(frozen=True)
class Speech:
    """One synthesised piece."""

    pcm: PcmF
    """Mono floats."""
    sample_rate: int
    """Hz."""
    engine: str
    """Name of the engine that spoke it."""
    cached: bool = False
    """Whether it came out of the sentence cache."""
    text: str = ""
    """The words it speaks, as they are read aloud, where the speaker says so."""

    @property
    def seconds(self) -> float:
        """Length."""
        return len(self.pcm) / self.sample_rate


class Synthesizer(Protocol):
    """Turns spoken text (no figures left) into sound."""

    @property
    def name(self) -> str:
        """Name of the engine, as settings spell it."""

    @property
    def default_voice(self) -> str:
        """The voice used where none is asked for."""

    async def start(self) -> None:
        """Load what it needs now.

        Raises:
            EngineUnavailable: weights, package or network are missing; the text gives the remedy.
        """

    async def synthesize(self, text: str, rate: float, voice: str) -> Speech:
        """Speak one clause.

        Args:
            text: spoken form.
            rate: 1.0 is the voice's own pace, smaller is slower.
            voice: the engine's own name of a voice; one it does not know means its default.

        Raises:
            EngineUnavailable: the engine cannot be used now.
            SpeechError: it cannot speak this text.
        """

    async def close(self) -> None:
        """Release processes and memory."""
