"""What speech during our own does to it: nothing, softer, or silence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from voice.turn.words import is_nod, is_yes_or_no, weight


class Verdict(Enum):
    """What becomes of the sentence that is sounding."""

    GO_ON = "go on"
    DUCK = "duck"
    """Speak on, lower: perhaps the caller only nods."""
    HOLD = "hold"
    """Be silent, and go on from there where it was a nod after all."""
    STOP = "stop"


@dataclass(frozen=True)
class Overlap:
    """Both speak at once."""

    speech_s: float
    """Speech of the caller in this turn so far, in seconds."""
    sounding_s: float = 0.0
    """Seconds since that speech set in, its soft first sounds included."""
    text: str = ""
    """What of it was recognised; empty where nothing is yet."""
    murmur: bool = False
    """Whether it is rather a nod than what was recognised of it."""
    cry: bool = False
    """Whether the text holds a sign of an emergency that was not heard before."""
    echo: bool = False
    """Whether it is our own voice coming back."""
    theirs: bool = False
    """Whether it is certain that it is not, though no words are known."""
    interruptible: bool = True
    """False for safety sentences."""
    asking: bool = False
    """Whether what sounds is the question itself, so that a short answer belongs to it."""


@dataclass(frozen=True)
class BargeIn:
    """Lower the voice first, stop once it is clear that the caller means it.

    Between the two we fall silent where it is the caller's voice and longer than a single nod:
    words take the recogniser a second, and nobody talks on into somebody's sentence for so long.
    Keys always stop a sentence; that is decided where keys are handled.
    """

    duck_s: float = 0.16
    """Speech in seconds after which we speak lower; a click is shorter."""
    hold_s: float = 0.24
    """Seconds since the caller's first sound after which we are silent until it is known what it
    was."""
    certain_s: float = 0.09
    """Speech in seconds that must be in them."""
    sure_s: float = 1.0
    """Speech in seconds that is no nod, whatever its words; for when none are known yet."""
    weight: int = 2
    """Characters that carry meaning and stop us."""

    def verdict(self, overlap: Overlap) -> Verdict:
        """What to do now."""
        if overlap.echo:
            return Verdict.GO_ON
        if overlap.cry:
            return Verdict.STOP
        if not overlap.interruptible:
            return Verdict.GO_ON
        if not overlap.murmur and self.is_meant(overlap.text, asking=overlap.asking):
            return Verdict.STOP
        if overlap.speech_s >= self.sure_s and not is_nod(overlap.text):
            return Verdict.STOP
        certain = overlap.theirs and overlap.speech_s >= self.certain_s
        if certain and overlap.sounding_s >= self.hold_s:
            return Verdict.HOLD
        return Verdict.DUCK if overlap.speech_s >= self.duck_s else Verdict.GO_ON

    def is_meant(self, text: str, *, asking: bool) -> bool:
        """Whether words said over ours are for us: an answer, not a nod.

        A no counts however short it is, and while the question itself sounds so does a yes.
        """
        if weight(text) >= self.weight:
            return True
        return is_yes_or_no(text) and (asking or not is_nod(text))
