"""Turn taking as small strategies: voice activity, end of turn, barge-in, silence."""

from voice.turn.barge_in import BargeIn
from voice.turn.context import TurnContext
from voice.turn.detector import (
    Paused,
    SpeechDropped,
    SpeechGoesOn,
    TurnDetector,
    TurnEnded,
    TurnEvent,
)
from voice.turn.end_of_turn import EndOfTurn, WaitRule
from voice.turn.silence import SilenceLadder
from voice.turn.vad import SileroVad, Vad

__all__ = [
    "BargeIn",
    "EndOfTurn",
    "Paused",
    "SilenceLadder",
    "SileroVad",
    "SpeechDropped",
    "SpeechGoesOn",
    "TurnContext",
    "TurnDetector",
    "TurnEnded",
    "TurnEvent",
    "Vad",
    "WaitRule",
]
