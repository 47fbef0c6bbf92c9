"""Turn taking as small strategies: voice activity, end of turn, barge-in, silence."""

from voice.turn.barge_in import BargeIn
from voice.turn.detector import SpeechDropped, SpeechGoesOn, TurnDetector, TurnEnded, TurnEvent
from voice.turn.end_of_turn import EndOfTurn, TurnContext, WaitRule
from voice.turn.silence import SilenceLadder
from voice.turn.vad import SileroVad, Vad

__all__ = [
    "BargeIn",
    "EndOfTurn",
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
