"""Whether speech during our prompt stops it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BargeIn:
    """Stops a prompt after enough speech, unless the sentence must be heard to its end.

    Keys always stop it; that is decided where keys are handled.
    """

    speech_s: float = 0.3
    """Speech in seconds; shorter sounds (嗯, a cough) do not stop us."""

    def stops(self, heard_s: float, *, interruptible: bool) -> bool:
        """Whether ``heard_s`` seconds of speech stop what is being said."""
        return interruptible and heard_s >= self.speech_s
