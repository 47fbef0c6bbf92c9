"""Whether what was heard may be acted upon, and what to say where it may not.

Engines write fluent sentences over speech they do not understand. What looks invented is not given
to the mind: the caller is asked once more, then given choices a short word answers, then a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from voice.asr.base import Transcript
from voice.turn.words import bare, is_yes_or_no

FASTEST_CHARS_S = 10.0
"""Characters a second of speech; elders speak three to five, a hurried caller seven."""
_SLACK_S = 0.3
"""The detector of speech comes late and leaves early by about so much together."""
_FEWEST_CHARS = 6
"""Shorter texts say nothing about their rate."""

AGAIN = "utter_say_again_1"
CHOICES = {
    "confirm": "utter_choose_confirm",
    "date": "utter_choose_date",
    "time": "utter_choose_time",
    "address": "utter_say_again_2",
    "person": "utter_say_again_2",
    "phone": "utter_say_again_2",
    "name": "utter_say_again_2",
    "hospital": "utter_say_again_2",
}
"""What to say the second time, by what was asked; names and numbers have no choices."""
MENU = "utter_choose_menu"
PERSON = "utter_unclear_person"


@dataclass(frozen=True)
class Judgement:
    """What becomes of a transcript."""

    accepted: bool
    """Whether the mind gets it."""
    key: str = ""
    """The sentence to say where it does not."""
    person: bool = False
    """Whether a person is sent for behind it."""
    doubts: tuple[str, ...] = ()
    """Why the text is not trusted."""


class Gate:
    """Judges the transcripts of one call.

    Args:
        min_confidence: below it a text is not trusted.
        min_answer_confidence: the same for a clear yes or no that was asked for.
    """

    def __init__(self, min_confidence: float, min_answer_confidence: float) -> None:
        self._min_confidence = min_confidence
        self._min_answer_confidence = min_answer_confidence
        self._unclear = 0

    def judge(
        self, heard: Transcript, speech_s: float, asked: str | None, *, must_hear: bool
    ) -> Judgement:
        """Whether to act on a transcript.

        Args:
            heard: what the engine wrote.
            speech_s: speech in the turn, pauses not counted.
            asked: what the last reply asked for.
            must_hear: there may be danger in it or is danger already: every text counts.
        """
        doubts = self._doubts(heard, speech_s, asked)
        if heard.text and (must_hear or not doubts):
            self._unclear = 0
            return Judgement(accepted=True)
        self._unclear += 1
        if self._unclear == 1:
            return Judgement(False, AGAIN, doubts=doubts)
        if must_hear:  # sounds without words: the mind takes them for silence, and acts
            self._unclear = 0
            return Judgement(accepted=True)
        if self._unclear == 2:
            return Judgement(False, CHOICES.get(asked or "", MENU), doubts=doubts)
        self._unclear = 0
        return Judgement(False, PERSON, person=True, doubts=doubts)

    def _doubts(self, heard: Transcript, speech_s: float, asked: str | None) -> tuple[str, ...]:
        found = list(heard.doubts)
        confidence, characters = heard.confidence, len(bare(heard.text))
        if characters >= _FEWEST_CHARS and characters / (speech_s + _SLACK_S) > FASTEST_CHARS_S:
            found.append("too-fast")
            confidence *= 0.5
        answer = asked == "confirm" and is_yes_or_no(heard.text)
        if confidence >= (self._min_answer_confidence if answer else self._min_confidence):
            return ()
        return tuple(found) or ("unsure",)
