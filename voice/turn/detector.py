"""From frames to turns: where speech begins, goes on, and ends."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from voice.audio import PHONE_RATE, SPEECH_RATE, Pcm16, PcmF, resample
from voice.config import TurnConfig
from voice.turn.context import NOTHING_KNOWN, TurnContext
from voice.turn.end_of_turn import EndOfTurn
from voice.turn.vad import CHUNK_S, Vad


@dataclass(frozen=True)
class SpeechGoesOn:
    """The caller speaks; reported with every chunk of speech."""

    speech_s: float
    """Speech in this turn so far, pauses not counted."""


@dataclass(frozen=True)
class TurnEnded:
    """The caller has finished."""

    pcm: PcmF
    """The whole turn at 16 kHz, with a little sound before it."""
    speech_s: float
    """Speech in it, pauses not counted."""
    silence_s: float
    """Silence behind the last word that it took to decide."""


@dataclass(frozen=True)
class SpeechDropped:
    """What began was too short to be speech (a click)."""


TurnEvent = SpeechGoesOn | TurnEnded | SpeechDropped

CUT_OFF_S = 1.5
"""A caller who goes on within this time after the end of a turn, while we are still silent, had
only paused."""


BREAK_S = 0.1
"""A silence longer than this is no closed consonant."""
SOFT_S = 0.2
"""Speech sets in at most so long before the detector of speech is sure of it (sh, j, q)."""
STANDS_OUT = 10.0
"""Amplitude over that of the quiet before it of a sound that nobody overhears (20 dB)."""
QUIETEST = 0.001
"""Amplitude of the quietest line that counts: digital silence is no measure."""
RISE = 2.0
"""Amplitude over that of the quiet before it from which a sound belongs to the speech behind."""


class TurnDetector:
    """Collects one turn at a time; driven by frames alone, so that time is audio time."""

    def __init__(self, vad: Vad, end_of_turn: EndOfTurn, config: TurnConfig) -> None:
        self._vad = vad
        self._end = end_of_turn
        self._config = config
        self._before: deque[PcmF] = deque(maxlen=max(1, round(config.preroll_s / CHUNK_S)))
        self._levels: deque[float] = deque(maxlen=self._before.maxlen)
        """Amplitudes of ``_before``."""
        self._quiet = math.inf
        """Amplitude of the quiet before a turn; nothing stands out where none was heard."""
        self._chunks: list[PcmF] = []
        self.speech_s = 0.0
        """Speech in the turn so far, pauses not counted."""
        self.silence_s = 0.0
        """Silence since the last speech of the turn."""
        self.sounding_s = 0.0
        """Seconds since speech set in, its soft first sounds included; anew behind a pause."""
        self._pauses: deque[float] = deque(maxlen=40)
        self._since_end_s: float | None = None
        self._shortest_s = config.shortest_speech_s

    @property
    def speaking(self) -> bool:
        """Whether a turn has begun and not ended."""
        return bool(self._chunks)

    @property
    def pauses_s(self) -> tuple[float, ...]:
        """Pauses inside this caller's turns, newest last."""
        return tuple(self._pauses)

    def so_far(self) -> PcmF:
        """The turn until now at 16 kHz; empty where none has begun."""
        if not self._chunks:
            return np.zeros(0, np.float32)
        return resample(np.concatenate(self._chunks), PHONE_RATE, SPEECH_RATE)

    def feed(
        self,
        frame: Pcm16,
        context: TurnContext = NOTHING_KNOWN,
        *,
        playing: bool = False,
        eager: bool = False,
    ) -> list[TurnEvent]:
        """Take one 20 ms frame.

        Args:
            frame: of the caller.
            context: what is known of the turn.
            playing: whether we speak: then speech must be clearer to count (our own echo).
            eager: whether a single syllable is waited for: then little counts, if we are silent.
        """
        eager = eager and not playing
        config = self._config
        threshold = config.answer_threshold if eager else config.speech_threshold
        self._shortest_s = config.shortest_answer_s if eager else config.shortest_speech_s
        if playing:
            self._since_end_s = None
        found: list[TurnEvent] = []
        for chunk, probability in self._vad.feed(frame):
            # Only to begin must speech be clearer while we speak: what goes on is softer at times.
            extra = config.playing_extra if playing and not self._chunks else 0.0
            speech = probability >= threshold + extra
            if eager and probability >= config.loud_threshold:
                speech |= _level(chunk) >= STANDS_OUT * self._quiet
            event = self._judge(chunk, speech, context)
            if event is not None:
                found.append(event)
        return found

    def finish(self) -> TurnEnded | None:
        """End the turn at once (the caller pressed # or hung up); None where none had begun."""
        if not self._chunks or self.speech_s < self._shortest_s:
            self._reset()
            return None
        return self._ended()

    def _judge(self, chunk: PcmF, speech: bool, context: TurnContext) -> TurnEvent | None:
        if not self._chunks and not speech:
            self._wait_with(chunk)
            self._quiet = max(QUIETEST, min(self._levels))
            if self._since_end_s is not None:
                self._since_end_s += CHUNK_S
            return None
        if not self._chunks:
            self._begin()
        self._chunks.append(chunk)
        if speech:
            return self._spoke()
        return self._waited(context)

    def _wait_with(self, chunk: PcmF) -> None:
        self._before.append(chunk)
        self._levels.append(_level(chunk))

    def _begin(self) -> None:
        self._chunks = list(self._before)
        self.sounding_s = _set_in(self._levels) * CHUNK_S
        self._before.clear()
        self._levels.clear()
        if self._since_end_s is not None and self._since_end_s <= CUT_OFF_S:
            self._pauses.append(self._since_end_s)
        self._since_end_s = None

    def _waited(self, context: TurnContext) -> TurnEvent | None:
        self.silence_s += CHUNK_S
        self.sounding_s = self.sounding_s + CHUNK_S if self.silence_s <= BREAK_S else 0.0
        if self.silence_s < self._end.wait_s(replace(context, pauses_s=self.pauses_s)):
            return None
        if self.speech_s < self._shortest_s:
            self._reset()
            return SpeechDropped()
        return self._ended()

    def _spoke(self) -> TurnEvent:
        if self.silence_s > 2 * CHUNK_S:
            self._pauses.append(self.silence_s)
        self.silence_s = 0.0
        self.speech_s += CHUNK_S
        self.sounding_s += CHUNK_S
        if len(self._chunks) * CHUNK_S >= self._config.longest_turn_s:
            return self._ended()
        return SpeechGoesOn(self.speech_s)

    def _ended(self) -> TurnEnded:
        ended = TurnEnded(self.so_far(), self.speech_s, self.silence_s)
        self._reset()
        self._since_end_s = ended.silence_s
        return ended

    def _reset(self) -> None:
        # The tail goes on as pre-roll: a caller who starts again at once loses nothing.
        for chunk in self._chunks[-(self._before.maxlen or 1) :]:
            self._wait_with(chunk)
        self._chunks = []
        self.speech_s = 0.0
        self.silence_s = 0.0
        self.sounding_s = 0.0


def _set_in(levels: Sequence[float]) -> int:
    """How many of the last chunks before speech was certain were its soft beginning already."""
    quiet, count = min(levels, default=0.0), 0
    for level in reversed(list(levels)[-round(SOFT_S / CHUNK_S) :]):
        if level <= RISE * quiet:
            break
        count += 1
    return count


def _level(chunk: PcmF) -> float:
    return math.sqrt(float(np.dot(chunk, chunk)) / len(chunk))
