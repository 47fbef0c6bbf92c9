"""Who has the floor: whether a caller's speech over ours stops us, and whether it is for us."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from channels.phone.leg import FRAME_S, Pcm16
from voice.answers import AGAINST, Sounding
from voice.asr.base import Transcript
from voice.config import TurnConfig
from voice.hearing import Partial
from voice.playback import Playback
from voice.turn import BargeIn, Echo, Overlap, TurnDetector, TurnEnded, Verdict
from voice.turn.echo import likeness
from voice.turn.words import bare, is_no, is_nod, sounds_like_nod

if TYPE_CHECKING:
    from bot.dialogue import Reply

SAME_CRY = 0.7
"""Share of a cry's characters that were cried before; then it is the same cry, repeated."""
NOTHING_NEW = 0.9
"""Share of a turn's characters that the mind knows already; then it need not hear them again."""
CRY_LASTS_S = 15.0
"""So long a cry counts as the same."""
BELIEVED = 0.45
"""Confidence below which short words said over ours are taken for a murmur: it would be asked for
again, and who only listens is not to be stopped for that."""
CLEAN_S = 1.0
"""So much of our own sound that came back as no speech says that the line returns none."""


@dataclass
class Encounter:
    """What a turn of the caller has met of our own speech."""

    over_ours: bool = False
    asking: bool = False
    """Whether a question of ours was sounding."""
    saying: str = ""
    """Our words that were sounding."""
    alike: list[float] = field(default_factory=list)
    """How like our own sound it was, again and again."""
    stopped: bool = False
    unheard: list[Reply] = field(default_factory=list)
    """Replies that were stopped before they were heard."""
    cried: str = ""
    """Its words that went to the mind as a cry before it ended."""
    told: bool = False
    """Whether nothing else was in it, so that it was not brought to the mind again."""


@dataclass(frozen=True)
class Spoken:
    """A turn of the caller on its way to the mind."""

    turn: TurnEnded
    transcript: asyncio.Task[Transcript]
    met: Encounter
    by_key: bool = False
    """Whether the caller ended it with a key, and so meant it."""


class Floor:
    """Weighs the caller's speech against ours.

    Args:
        playback: what we are saying.
        config: when to give way.
    """

    def __init__(self, playback: Playback, config: TurnConfig) -> None:
        self._playback = playback
        self._config = config
        self._barge_in = BargeIn(config.duck_s, config.hold_s, sure_s=config.barge_in_s)
        self._echo = Echo()
        self._echoing = False
        """Whether this line was found to return our voice: then a prompt does not begin ducked."""
        self._clean_s = 0.0
        self._met = Encounter()
        self._cry = ""
        self._cry_age_s = CRY_LASTS_S

    def tick(self, incoming: Pcm16, *, speaking: bool) -> Pcm16 | None:
        """A frame has passed on the line; what of ours was in it.

        Args:
            incoming: the caller's side.
            speaking: whether the caller is in the middle of a turn.
        """
        ours = self._playback.tick()
        if ours is not None and not speaking:
            self._clean_s += FRAME_S
        self._echo.feed(incoming, ours)
        self._cry_age_s += FRAME_S
        return ours

    def spoken_over(self, turn: TurnDetector, partial: Partial | None) -> Verdict:
        """The caller speaks while we do: what becomes of our sentence."""
        met, line = self._met, self._playback.line
        if line is None:  # it is being rendered: to the caller the line is silent
            return Verdict.GO_ON
        met.over_ours = True
        met.asking = met.asking or line.asks
        met.saying = self._playback.sounding()
        alike = self._echo.correlation()
        if alike is not None:
            met.alike.append(alike)
        text = partial.text if partial else ""
        cry = partial is not None and partial.signs > 0 and not self._is_same_cry(text)
        echo = self._echo.is_ours(text, met.saying, alike, danger=cry)
        self._echoing = self._echoing or echo
        overlap = Overlap(
            speech_s=turn.speech_s,
            sounding_s=turn.sounding_s,
            text=text,
            murmur=partial is not None
            and not met.asking
            and self._is_murmur(partial, turn.speech_s),
            cry=cry,
            echo=echo or (self._echoing and not text and alike is None),
            theirs=self._is_theirs(alike),
            interruptible=line.interruptible,
            asking=met.asking,
        )
        return self._barge_in.verdict(overlap)

    def seems_nod(self, turn: TurnDetector) -> bool:
        """Whether what we fell silent for was short enough for a nod, and nothing follows it."""
        brief = 0.0 < turn.speech_s <= self._config.nod_s
        return brief and turn.silence_s >= self._config.nod_silence_s

    def _is_theirs(self, alike: float | None) -> bool:
        """Whether what comes is certainly not our own voice, by its sound alone."""
        if self._echoing:
            return False
        return self._clean_s >= CLEAN_S if alike is None else alike < Echo.RATHER

    def gave_way(self, unheard: Sequence[Reply]) -> None:
        """Our sentence was stopped for the turn under way."""
        self._met.stopped = True
        self._met.unheard += unheard

    def turn_over(
        self, turn: TurnEnded, transcript: asyncio.Task[Transcript], *, by_key: bool
    ) -> Spoken:
        """The turn has ended; the next one has met nothing yet."""
        met, self._met = self._met, Encounter()
        return Spoken(turn, transcript, met, by_key)

    def forget(self) -> list[Reply]:
        """What seemed a turn was none; the replies that were stopped for it."""
        met, self._met = self._met, Encounter()
        return met.unheard

    def not_for_us(self, spoken: Spoken, heard: Transcript, *, must_hear: bool) -> str:
        """Why a turn is let go: told, echo, nod or noise; empty where it is for us.

        Args:
            spoken: the turn.
            heard: its words.
            must_hear: there may be danger in it or is danger already: a nod is a sign of life.
        """
        text = heard.text
        met, must_hear = spoken.met, must_hear or spoken.by_key
        if met.cried and likeness(text, met.cried) >= NOTHING_NEW:
            met.told = True
            return "told"
        if self._is_ours(met, text, danger=must_hear):
            return "echo"
        if must_hear or not met.over_ours:
            return ""
        if not bare(text):
            return "" if met.stopped else "noise"
        nod = is_nod(text) or self._is_murmur(heard, spoken.turn.speech_s)
        return "nod" if nod and not met.asking else ""

    def _is_murmur(self, heard: Partial | Transcript, speech_s: float) -> bool:
        """Whether what was said over ours is rather a nod than the words that were written.

        Nods are recognised badly (是的 as 室长): what is not sure and sounds like a yes is one, and
        what is short and hardly believed is nothing to stop for. A no is none, written or by its
        sound.
        """
        sounding = Sounding.of(heard.sounds or ())
        long = speech_s >= self._config.barge_in_s
        if long or is_no(heard.text) or sounding.no > AGAINST:
            return False
        affirms = sounding.yes > AGAINST and heard.confidence < self._config.sure
        hardly_said = speech_s <= self._config.nod_s and heard.confidence < BELIEVED
        return sounds_like_nod(heard.text) or affirms or hardly_said

    def should_stop(self, spoken: Spoken, text: str, *, urgent: bool) -> bool:
        """Whether words that are known only now stop what is sounding."""
        if urgent and self._playback.active:
            return self.is_other_cry(spoken, text)
        line = self._playback.line
        if line is None or not spoken.met.over_ours or spoken.met.stopped:
            return False
        return line.interruptible and self._barge_in.is_meant(text, asking=spoken.met.asking)

    # Cries

    def is_new_cry(self, partial: Partial) -> bool:
        """Whether two partials running hold a sign of danger that the mind does not know yet."""
        new = not self._met.cried and not self._is_same_cry(partial.text)
        return partial.signs > 1 and new and not self._is_ours(self._met, partial.text, danger=True)

    def is_other_cry(self, spoken: Spoken, text: str) -> bool:
        """Whether a finished turn cries for something that was not cried a moment ago."""
        return not spoken.met.cried and not self._is_same_cry(text)

    def cried(self, text: str) -> None:
        """A cry is on its way to the mind."""
        self._cry, self._cry_age_s = text, 0.0

    def not_cried(self) -> None:
        """It did not get there: the next cry is a new one, whatever its words."""
        self._cry_age_s = CRY_LASTS_S

    def cried_early(self, text: str) -> Encounter:
        """The same, before the end of the turn it is heard in."""
        self._met.cried = text
        self.cried(text)
        return self._met

    def _is_same_cry(self, text: str) -> bool:
        return self._cry_age_s < CRY_LASTS_S and likeness(text, self._cry) >= SAME_CRY

    def _is_ours(self, met: Encounter, text: str, *, danger: bool) -> bool:
        alike = statistics.median(met.alike) if met.alike else None
        return met.over_ours and self._echo.is_ours(text, met.saying, alike, danger=danger)
