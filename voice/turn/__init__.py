"""Turn taking as small strategies: voice activity, end of turn, barge-in, silence."""

from voice.turn.barge_in import BargeIn, Overlap, Verdict
from voice.turn.context import NOTHING_KNOWN, TurnContext
from voice.turn.detector import (
    SpeechDropped,
    SpeechGoesOn,
    TurnDetector,
    TurnEnded,
    TurnEvent,
)
from voice.turn.echo import Echo
from voice.turn.end_of_turn import EndOfTurn, WaitRule
from voice.turn.silence import SilenceLadder
from voice.turn.vad import SileroVad, Vad

__all__ = [
    "NOTHING_KNOWN",
    "BargeIn",
    "Echo",
    "EndOfTurn",
    "Overlap",
    "SilenceLadder",
    "SileroVad",
    "SpeechDropped",
    "SpeechGoesOn",
    "TurnContext",
    "TurnDetector",
    "TurnEnded",
    "TurnEvent",
    "Vad",
    "Verdict",
    "WaitRule",
]
