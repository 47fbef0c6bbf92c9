"""Hearing one call: guesses while the caller still speaks, and the transcript that counts.

Whole-utterance engines need about a second, so the words are recognised at the first short pause
already; if the caller goes on, that guess only served as a partial text, else it is the transcript
and nobody waits for it again. Long speech without a pause, and speech over ours, is recognised in a
growing window, so that a cry for help or an objection is noticed before the end of the turn.

Guesses are the first thing to go when there is more to do than the engine can take; then a turn's
words are asked for when its silence is nearly over, and it is kept open until they are known.
"""

from __future__ import annotations

import asyncio
import functools
import statistics
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import structlog

from anban.errors import SpeechError
from voice.answers import Answer, Sounding, settle
from voice.asr.base import Hearings, Hesitant, Reading, Recognizer, Transcript
from voice.asr.stream import Stream, Streaming
from voice.audio import PcmF
from voice.config import TurnConfig
from voice.ports import Familiar
from voice.turn import TurnContext, TurnDetector, TurnEnded
from voice.turn.words import ANSWERS, is_no, is_yes, is_yes_or_no

log = structlog.get_logger(__name__)


SLOW_S = 1.5
"""An engine that lately took longer than this for an utterance is left to those who wait for it;
Whisper base takes about one second on two quiet cores."""


CLEAR_ANSWER, CLEAR_OTHER, CLEAR_NAME = 0.2, 0.75, 0.6
"""Confidence from which a yes or no, and anything else, counts as it was heard first in answer to a
yes-or-no question; else it is heard once more with the usual answers in mind. Hints alone would
turn 要 into 没有 now and then; of 44 spoken answers none was turned round this way. The last is
that of names and places."""
SURE_ANSWER = 0.4
"""And from which what is heard then counts."""
PROPER = frozenset({"address", "person", "name", "hospital"})
"""Asks that are answered with names and places."""
FEWEST_PAUSES = 4
"""Pauses of a caller that must be known to judge by them."""


Follow: TypeAlias = Callable[[PcmF], Coroutine[Any, Any, Transcript]]
"""Takes all of a turn until now, and tells what is understood of it."""


class Ears:
    """The recogniser that all calls of this process share.

    Args:
        recognizer: hears.
        processes: utterances it can recognise at once.
        guesses: whether to guess at all.
        quick: a second engine for partial texts, lighter than the first; None: that does both.
            Whichever gives them follows each turn, if it can, and decodes only what is new of it.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        processes: int = 1,
        *,
        guesses: bool = True,
        quick: Recognizer | None = None,
    ) -> None:
        self._recognizer = recognizer
        self._quick = quick or (recognizer if _follow(recognizer) else None)
        self._processes = processes
        self.guesses = guesses
        """Whether anything is recognised before the end of a turn."""
        self._working = 0
        self._talking: set[object] = set()
        self._took_s: deque[float] = deque(maxlen=5)

    async def transcribe(
        self, pcm: PcmF, hotwords: Sequence[str] = (), language: str | None = None
    ) -> Transcript:
        """What somebody waits for; see ``Recognizer.transcribe``."""
        self._working += 1
        return await self._counted(pcm, hotwords, language)

    @property
    def has_room(self) -> bool:
        """Whether a guess may be made.

        The engine has a free process, and no more callers are in the middle of a turn than it has
        processes: the end of any of those turns must not find it busy. Nor is it slower than usual
        just now, for a guess that turns out wrong makes its own caller wait.
        """
        if not self.guesses or self._working >= self._processes:
            return False
        slow = bool(self._took_s) and statistics.median(self._took_s) > SLOW_S
        return len(self._talking) <= self._processes and not slow

    @property
    def two_passes(self) -> bool:
        """Whether partial texts come from an engine of their own, or from one that follows."""
        return self.guesses and self._quick is not None

    async def hear_twice(
        self, pcm: PcmF, hotwords: Sequence[str], language: str | None = None
    ) -> Hearings | None:
        """All an utterance may be, for somebody who waits; None where one text is all there is."""
        if not isinstance(self._recognizer, Hesitant):
            return None
        self._working += 1
        try:
            found = await self._recognizer.hear_twice(pcm, hotwords=hotwords, language=language)
        finally:
            self._working -= 1
        return found if found.plain else None

    def guess(self, pcm: PcmF, language: str | None = None) -> asyncio.Task[Transcript]:
        """What may never be needed; only to be asked for where there is room, or it is due."""
        self._working += 1
        return asyncio.create_task(self._counted(pcm, (), language))

    def follow(self, language: str | None = None) -> Follow:
        """What tells the partial texts of one turn, where there are two passes."""
        assert self._quick is not None
        stream = _follow(self._quick)
        return (
            stream.hear if stream else functools.partial(self._quick.transcribe, language=language)
        )

    async def _counted(
        self, pcm: PcmF, hotwords: Sequence[str], language: str | None
    ) -> Transcript:
        try:
            heard = await self._recognizer.transcribe(pcm, hotwords=hotwords, language=language)
        finally:
            self._working -= 1
        self._took_s.append(heard.seconds)
        return heard

    def talks(self, who: object, *, now: bool) -> None:
        """A caller is in the middle of a turn, or no more."""
        (self._talking.add if now else self._talking.discard)(who)


@dataclass(frozen=True)
class Partial:
    """What was recognised of a turn that goes on."""

    text: str
    speech_s: float
    """Speech it covers, pauses not counted."""
    signs: int = 0
    """How many partials running are a cry for help, this one included."""
    confidence: float = 1.0
    """How sure the recogniser is, 0..1."""
    sounds: tuple[Reading, ...] | None = None
    """The short answers it may be by its sound alone; see ``Transcript``."""


@dataclass(frozen=True)
class _Guess:
    speech_s: float
    task: asyncio.Task[Transcript]
    partial: bool
    """Whether it is by the quick engine, and so never the transcript."""


class Listener:
    """Recognises the turns of one call.

    Args:
        ears: shared by all calls.
        detector: collects the turn.
        config: when to guess.
        cry: whether a text is a cry for help.
        noticed: is told each partial text.
        familiar: what is known of the caller.
    """

    def __init__(
        self,
        ears: Ears,
        detector: TurnDetector,
        config: TurnConfig,
        cry: Callable[[str], bool] | None,
        noticed: Callable[[Partial], None],
        familiar: Callable[[], Familiar],
    ) -> None:
        self._ears = ears
        self._detector = detector
        self._config = config
        self._cry = cry or (lambda _: False)
        self._noticed = noticed
        self._familiar = familiar
        self._guess: _Guess | None = None
        self._follow: Follow | None = None
        self._asked: str | None = None
        self.partial: Partial | None = None
        """The newest partial text of the turn under way."""

    def context(self, asked: str | None) -> TurnContext:
        """What is known for the end of this turn."""
        self._asked = asked
        known = self.partial if self.partial and self._covers(self.partial) else None
        return TurnContext(
            asked=asked,
            partial=known.text if known else "",
            confidence=known.confidence if known else 1.0,
            pending=self._pending() and self._covered() and not self._is_partial(),
            urgent=known is not None and known.signs > 0,
        )

    def tick(self, *, over_ours: bool) -> None:
        """A frame has passed: guess where it is worth it.

        Args:
            over_ours: whether the caller speaks while we do; then the words are wanted sooner.
        """
        detector, config = self._detector, self._config
        self._ears.talks(self, now=detector.speaking)
        if detector.speech_s < config.shortest_answer_s:
            return
        paused = detector.silence_s >= self._pause_s()
        due = detector.silence_s >= config.due_pause_s
        second_pass = paused and self._is_partial()
        if not second_pass and (self._covered() or (self._pending() and not due)):
            return
        grown_s = detector.speech_s - (self._guess.speech_s if self._guess else 0.0)
        soon = over_ours or self._ears.two_passes
        enough_s = config.overlap_guess_s if soon else config.regrow_s
        if paused or grown_s >= enough_s:
            self._start(partial=self._ears.two_passes and not paused, due=due)

    def take(self, turn: TurnEnded) -> asyncio.Task[Transcript]:
        """The transcript of a turn that has ended; the next turn begins with nothing known."""
        known = self._guess
        whole = known is not None and known.speech_s == turn.speech_s and not known.partial
        self.drop()
        return asyncio.create_task(self._whole(turn, known if whole else None))

    def drop(self) -> None:
        """The turn is over, or was none."""
        self._guess = self.partial = self._follow = None
        self._ears.talks(self, now=False)

    async def _whole(self, turn: TurnEnded, guess: _Guess | None) -> Transcript:
        asked = self._asked
        heard = await self._once(turn, guess)
        if asked in PROPER:
            return await self._with_their_words(turn, heard)
        if asked != "confirm" or turn.speech_s > self._config.answer_s:
            return heard
        return await self._answered(turn, heard)

    async def _answered(self, turn: TurnEnded, heard: Transcript) -> Transcript:
        """A short answer: what was written and how it sounds must agree, or it is heard once more.

        What neither tells is not believed, so that it is asked for again.
        """
        sounding = None if heard.sounds is None else Sounding.of(heard.sounds)
        if self._is_clear(heard, sounding):
            return heard
        if sounding and sounding.answer and not _contrary(heard, sounding.answer):
            return _as(sounding.answer, heard)
        language = self._familiar().language
        try:
            twice = await self._ears.hear_twice(turn.pcm, ANSWERS, language)
            if twice is None:
                again = await self._ears.transcribe(turn.pcm, ANSWERS, language)
                right = is_yes_or_no(again.text) and again.confidence >= SURE_ANSWER
                return again if right else heard
        except SpeechError as trouble:
            log.info("answer_not_heard_again", why=type(trouble).__name__)
            return heard
        if any(self._cry(reading.text) for reading in twice.plain):
            return heard  # it is asked for again: nobody who may be crying has said yes
        answer = settle(twice, sounding, heard.text)
        if answer is not None:
            return _as(answer, heard)
        if sounding and (sounding.is_likely or is_yes_or_no(heard.text)):
            return replace(heard, confidence=0.0, doubts=(*heard.doubts, "sounds-else"))
        return heard

    async def _with_their_words(self, turn: TurnEnded, heard: Transcript) -> Transcript:
        """Names and places that are unclear are heard once more with those of the caller in mind.

        That counts only where one of them was found, for hints are words to stumble over, too.
        """
        known = self._familiar()
        if heard.confidence >= CLEAR_NAME or not known.words or self._cry(heard.text):
            return heard
        again = await self._ears.transcribe(turn.pcm, known.words, known.language)
        found = any(word in again.text for word in known.words)
        return again if found and again.confidence >= heard.confidence else heard

    async def _once(self, turn: TurnEnded, guess: _Guess | None) -> Transcript:
        if guess is not None:
            try:
                return await guess.task
            except SpeechError as trouble:
                log.info("guess_failed", why=type(trouble).__name__)
        return await self._ears.transcribe(turn.pcm, language=self._familiar().language)

    def _is_clear(self, heard: Transcript, sounding: Sounding | None) -> bool:
        """Whether what was heard in answer to a yes-or-no question can stand as it is."""
        if is_yes_or_no(heard.text):
            doubted = sounding is not None and sounding.gainsays(heard.text, heard.confidence)
            return heard.confidence >= CLEAR_ANSWER and not doubted
        return heard.confidence >= CLEAR_OTHER or self._cry(heard.text)

    def _pause_s(self) -> float:
        """A pause longer than those this caller mostly makes inside a sentence."""
        own = self._detector.pauses_s
        usual_s = statistics.median(own) if len(own) >= FEWEST_PAUSES else 0.0
        return min(self._config.late_pause_s, max(self._config.first_pause_s, usual_s + 0.1))

    def _pending(self) -> bool:
        return self._guess is not None and not self._guess.task.done()

    def _is_partial(self) -> bool:
        return self._guess is not None and self._guess.partial

    def _covered(self) -> bool:
        return self._guess is not None and self._covers(self._guess)

    def _covers(self, what: Partial | _Guess) -> bool:
        return what.speech_s == self._detector.speech_s

    def _start(self, *, partial: bool, due: bool) -> None:
        if partial:
            self._follow = self._follow or self._ears.follow(self._familiar().language)
            task = asyncio.create_task(self._follow(self._detector.so_far()))
        elif self._ears.has_room or (due and self._ears.guesses):
            task = self._ears.guess(self._detector.so_far(), self._familiar().language)
        else:
            return
        guess = self._guess = _Guess(self._detector.speech_s, task, partial)
        task.add_done_callback(lambda _: self._guessed(guess))

    def _guessed(self, guess: _Guess) -> None:
        failed = guess.task.cancelled() or guess.task.exception() is not None
        if failed or guess is not self._guess:
            return  # the turn it belongs to is over; whoever took it has it
        heard = guess.task.result()
        text = heard.text
        signs = (self.partial.signs if self.partial else 0) + 1 if self._cry(text) else 0
        self.partial = Partial(text, guess.speech_s, signs, heard.confidence, heard.sounds)
        self._noticed(self.partial)


def _follow(recognizer: Recognizer) -> Stream | None:
    """A new utterance of a recogniser that can follow one."""
    return recognizer.follow() if isinstance(recognizer, Streaming) else None


def _as(answer: Answer, heard: Transcript) -> Transcript:
    """What was heard, with the answer it was found to be."""
    return replace(heard, text=answer.text, confidence=answer.share, doubts=())


def _contrary(heard: Transcript, answer: Answer) -> bool:
    """Whether the contrary of an answer was written."""
    return is_no(heard.text) if is_yes(answer.text) else is_yes(heard.text)
