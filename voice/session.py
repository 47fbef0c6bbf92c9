"""One call from answer to hang-up: hear, ask the mind, speak, wait, and never leave anyone hanging.

Time is counted in the frames of the line (20 ms each), so that a test can run a call as fast as it
can push frames. Three things go on at once: frames are read (``run``), jobs are worked off one
after the other (``_converse``), and sound is rendered and played (``Playback``).
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import structlog

from anban.errors import AnbanError, SpeechError
from channels.phone.leg import FRAME_S, AudioIn, CallLeg, Closed, KeyPressed, MarkReached
from voice.asr.base import Recognizer, Transcript
from voice.audio import PcmF
from voice.config import SessionConfig
from voice.playback import Line, Playback
from voice.ports import CallEvent, Mind, Sentences, Watcher
from voice.tts.speaker import Speaker
from voice.turn import (
    BargeIn,
    EndOfTurn,
    SilenceLadder,
    SileroVad,
    SpeechGoesOn,
    TurnContext,
    TurnDetector,
    TurnEnded,
    Vad,
)

if TYPE_CHECKING:
    from bot.dialogue import Reply

log = structlog.get_logger(__name__)

CHANNEL = "phone"
NOISE_S = 0.25
"""A sound shorter than this in which nothing was recognised is taken for noise."""
MOST_UNCLEAR = 2
"""So often the caller is asked to say it again; then the mind gets what was heard."""
LAST_WORDS_S = 15.0
"""Time for what the caller said last to reach the mind after a hang-up."""

Job = Callable[[], Awaitable[None]]


class CallSession:
    """Leads one call.

    Args:
        leg: the line.
        mind: the dialogue.
        recognizer: hears.
        speaker: speaks.
        sentences: fixed sentences by key.
        config: budgets, thresholds, waits.
        watcher: is told what happens.
        urgent: whether a text may be a cry for help. Where it is None every text goes to the mind,
            however unsure; with it, unsure texts that are not urgent are asked for again.
        vad: judges the line; silero where None.
    """

    def __init__(
        self,
        leg: CallLeg,
        mind: Mind,
        recognizer: Recognizer,
        speaker: Speaker,
        sentences: Sentences,
        config: SessionConfig,
        *,
        watcher: Watcher | None = None,
        urgent: Callable[[str], bool] | None = None,
        vad: Vad | None = None,
    ) -> None:
        self._leg = leg
        self._mind = mind
        self._recognizer = recognizer
        self._sentences = sentences
        self._config = config
        self._watcher = watcher
        self._urgent = urgent
        turn = config.turn
        self._detector = TurnDetector(vad or SileroVad(), EndOfTurn.of(turn), turn)
        self._barge_in = BargeIn(turn.barge_in_s)
        self._ladder = SilenceLadder(turn.silence_ladder_s)
        self._playback = Playback(
            leg,
            speaker,
            started=lambda: self._tell("reply_audio_start"),
            ended=lambda: self._tell("reply_audio_end"),
        )
        self._jobs: asyncio.Queue[Job] = asyncio.Queue()
        self._working = False
        self._frames = 0
        self._turn = 0
        self._asked: str | None = None
        self._unclear = 0
        self._deaf = 0
        self._last: list[Reply] = []
        self._emergency = False
        self._over = False
        self._idle = False
        self._thinking_since: float | None = None
        self._held = False
        self._patience: asyncio.Event = asyncio.Event()
        self._told: set[str] = set()
        self._aside: set[asyncio.Task[None]] = set()
        self._overheard: set[asyncio.Task[None]] = set()

    @property
    def conversation(self) -> str:
        """The conversation's id: that of the call."""
        return self._leg.info.call_id

    @property
    def now(self) -> float:
        """Seconds of audio since the call was answered."""
        return self._frames * FRAME_S

    async def run(self) -> str:
        """Lead the call to its end; returns the reason it ended."""
        self._tell("answered")
        self._jobs.put_nowait(self._greet)
        work = asyncio.create_task(self._converse())
        reason = "lost"
        try:
            async for event in self._leg.events():
                if isinstance(event, AudioIn):
                    await self._on_audio(event)
                elif isinstance(event, KeyPressed):
                    await self._on_key(event.digit)
                elif isinstance(event, MarkReached):
                    self._playback.on_mark(event)
                elif isinstance(event, Closed):
                    reason = event.reason
        finally:
            await self._wind_up(work, reason)
        return reason

    async def _wind_up(self, work: asyncio.Task[None], reason: str) -> None:
        """Let the caller's last words reach the mind, then close the conversation."""
        self._over = True
        last = self._detector.finish()
        if last is not None:
            self._jobs.put_nowait(self._speech_job(last))
        await self._playback.stop()
        try:
            await asyncio.wait_for(self._all_heard(), LAST_WORDS_S)
        except TimeoutError:
            log.error("last_words_lost", conversation=self.conversation)
        work.cancel()
        for task in self._aside:
            task.cancel()
        self._tell("hangup", reason=reason)
        try:
            await self._mind.end(self.conversation, reason)
        except AnbanError as trouble:
            log.error("end_not_told", why=type(trouble).__name__)

    async def _all_heard(self) -> None:
        if self._overheard:
            await asyncio.wait(self._overheard)
        await self._jobs.join()

    # The line

    async def _on_audio(self, event: AudioIn) -> None:
        self._frames += 1
        context = TurnContext(asked=self._asked)
        playing = self._playback.active
        for found in self._detector.feed(event.pcm, context, playing=playing):
            if isinstance(found, TurnEnded):
                self._turn += 1
                self._tell("speech_end", silence_ms=round(found.silence_s * 1000))
                self._ladder.heard()
                self._take(found)
            elif isinstance(found, SpeechGoesOn) and self._playback.active:
                await self._maybe_stop(found.speech_s)
        self._mind_patience()
        self._mind_silence()

    def _take(self, turn: TurnEnded) -> None:
        """Work on a turn after those before it, unless the mind is busy: it may be a cry."""
        if self._thinking_since is None or self._urgent is None:
            self._jobs.put_nowait(self._speech_job(turn))
            return
        task = asyncio.create_task(self._overhear(turn))
        self._overheard.add(task)
        task.add_done_callback(lambda done: self._was_overheard(done, turn))

    def _was_overheard(self, task: asyncio.Task[None], turn: TurnEnded) -> None:
        """What could not be overheard is worked on like any other turn."""
        self._overheard.discard(task)
        if not task.cancelled() and (trouble := task.exception()) is not None:
            log.error("not_overheard", why=type(trouble).__name__)
            self._jobs.put_nowait(self._speech_job(turn))

    async def _maybe_stop(self, speech_s: float) -> None:
        free = self._playback.interruptible
        if self._barge_in.stops(speech_s, interruptible=free):
            await self._playback.stop()
            self._tell("barge_in")

    async def _on_key(self, digit: str) -> None:
        self._tell("key", digit=digit)
        self._ladder.heard()
        await self._playback.stop()
        if digit == "9" and self._last:
            self._jobs.put_nowait(lambda: self._say(self._last))
        elif digit == "#":
            turn = self._detector.finish()
            if turn is not None:
                self._turn += 1
                self._tell("speech_end", silence_ms=0)
                self._jobs.put_nowait(self._speech_job(turn))
        elif digit != "*":
            self._jobs.put_nowait(lambda: self._key(digit))

    def _mind_patience(self) -> None:
        """The holding sentence after the mind's budget, and an end to waiting after the second."""
        if self._thinking_since is None or self._over:
            return
        waited = self.now - self._thinking_since
        if waited >= self._config.hold_on_s and not self._held:
            self._held = True
            self._say_aside("utter_hold_on")
        if waited >= self._config.give_up_s:
            self._patience.set()

    def _mind_silence(self) -> None:
        """Climb the silence ladder while nobody speaks and nothing is being worked on."""
        busy = self._working or not self._jobs.empty()
        if busy or self._playback.active or self._detector.speaking or self._over:
            self._ladder.busy()
            self._idle = False
            return
        if not self._idle:
            self._idle = True
            self._tell("listening")
        self._ladder.quiet_from(self.now)
        rung = self._ladder.due(self.now)
        if rung is not None:
            self._jobs.put_nowait(lambda: self._silence(rung))

    # Jobs

    async def _converse(self) -> None:
        while True:
            job = await self._jobs.get()
            self._working = True
            try:
                await job()
            except Exception as trouble:  # noqa: BLE001 - the outer edge: a call is never dropped
                # The message may hold what the caller said; the place is enough to find it.
                where = traceback.extract_tb(trouble.__traceback__)[-1]
                at = f"{where.filename}:{where.lineno}"
                log.error("turn_failed", why=type(trouble).__name__, at=at)
                await self._say_fixed("utter_mind_down")
            finally:
                self._working = False
                self._jobs.task_done()

    def _speech_job(self, turn: TurnEnded) -> Job:
        return lambda: self._speech(turn)

    async def _greet(self) -> None:
        info = self._leg.info
        await self._say(
            await self._ask(
                self._mind.begin(
                    self.conversation, channel=CHANNEL, phone=info.caller, now=info.now
                )
            )
        )

    async def _speech(self, turn: TurnEnded) -> None:
        heard = await self._hear(turn)
        if heard is not None:
            await self._answer(turn, heard)

    async def _overhear(self, turn: TurnEnded) -> None:
        """The mind is busy with something else: a cry for help goes past it, the rest waits."""
        heard = await self._hear(turn)
        if heard is None:
            return
        if self._urgent is None or not self._urgent(heard.text):
            self._jobs.put_nowait(lambda: self._answer(turn, heard))
            return
        replies = await self._say_to_mind(heard.text, heard.confidence)
        await self._playback.stop()
        await self._say(replies)

    async def _hear(self, turn: TurnEnded) -> Transcript | None:
        heard = await self._recognise(turn.pcm)
        if heard is not None:
            self._tell(
                "transcript",
                text=heard.text,
                confidence=round(heard.confidence, 3),
                engine=heard.engine,
                seconds=round(heard.seconds, 3),
            )
        return heard

    async def _answer(self, turn: TurnEnded, heard: Transcript) -> None:
        if not heard.text and turn.speech_s < NOISE_S:
            return
        if self._is_unclear(heard):
            self._unclear += 1
            self._tell("unclear", doubts=list(heard.doubts))
            await self._say_fixed(f"utter_say_again_{min(self._unclear, 2)}")
            return
        self._unclear = 0
        await self._say(await self._think(heard.text, heard.confidence))

    def _is_unclear(self, heard: Transcript) -> bool:
        if self._unclear >= MOST_UNCLEAR:
            return False
        if not heard.text:
            return True
        if self._emergency or self._urgent is None or self._urgent(heard.text):
            return False
        return heard.confidence < self._config.asr.min_confidence

    async def _recognise(self, pcm: PcmF) -> Transcript | None:
        try:
            heard = await self._recognizer.transcribe(pcm)
        except SpeechError as trouble:
            self._deaf += 1
            log.error("not_recognised", why=str(trouble), times=self._deaf)
            if self._deaf < 2:
                await self._say_fixed("utter_say_again_1")
            else:
                await self._say_fixed("utter_mind_down")
                await self._key("0")
            return None
        self._deaf = 0
        return heard

    async def _key(self, digit: str) -> None:
        info = self._leg.info
        await self._say(
            await self._ask(
                self._mind.key(
                    self.conversation, digit, channel=CHANNEL, phone=info.caller, now=info.now
                )
            )
        )

    async def _silence(self, rung: int) -> None:
        if rung >= self._ladder.last and not self._emergency:
            await self._say_fixed("utter_goodbye")
            await self._leg.hangup()
            return
        await self._say(await self._think("", None))

    async def _think(self, text: str, confidence: float | None) -> Sequence[Reply]:
        return await self._ask(self._say_to_mind(text, confidence))

    def _say_to_mind(self, text: str, confidence: float | None) -> Awaitable[Sequence[Reply]]:
        return self._mind.say(
            self.conversation,
            text,
            channel=CHANNEL,
            phone=self._leg.info.caller,
            now=self._leg.info.now,
            confidence=confidence,
        )

    async def _ask(self, question: Awaitable[Sequence[Reply]]) -> Sequence[Reply]:
        """The mind's answer; nothing where it failed or took too long (the caller was told)."""
        task = asyncio.ensure_future(question)
        self._thinking_since, self._held = self.now, False
        self._patience.clear()
        patience = asyncio.ensure_future(self._patience.wait())
        try:
            await asyncio.wait({task, patience}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            patience.cancel()
            self._thinking_since = None
        if not task.done():
            log.error("mind_too_slow", conversation=self.conversation)
            task.add_done_callback(self._late)
            if not self._emergency:  # nobody in danger is told to call again later
                await self._say_fixed("utter_mind_down")
                await self._say_fixed("utter_handoff_not_recorded")
            return ()
        try:
            return task.result()
        except AnbanError as trouble:
            log.error("mind_failed", why=type(trouble).__name__)
            await self._say_fixed("utter_mind_down")
            return ()

    def _late(self, task: asyncio.Future[Sequence[Reply]]) -> None:
        """An answer that came after we gave up is still said: something may have been booked."""
        if task.cancelled() or task.exception() is not None or self._over:
            return
        replies = task.result()
        self._jobs.put_nowait(lambda: self._say(replies))

    # Speaking

    async def _say(self, replies: Sequence[Reply]) -> None:
        lines = []
        if replies:
            self._emergency = any(reply.urgent for reply in replies)
        for reply in replies:
            if reply.text:
                lines.append(Line(reply.text, reply.interruptible))
                self._tell("reply_text", **_told(reply))
            self._note(reply)
        if not lines or self._over:
            return
        self._last = list(replies)
        whole = await self._playback.say(lines)
        if not whole or self._over:
            return
        if any(reply.ends for reply in replies):
            await self._leg.hangup()
        elif any(reply.handoff for reply in replies):
            await self._transfer()

    async def _transfer(self) -> None:
        """Put the caller through to a person, where the exchange has been told to whom."""
        config = self._config
        target = (config.emergency_to if self._emergency else None) or config.transfer_to
        if target:
            await self._say_fixed("utter_transfer")
            await self._leg.transfer(target)

    def _note(self, reply: Reply) -> None:
        """What a reply brings along: a question, an order, an emergency, a wish about the voice."""
        self._asked = reply.ask or self._asked
        if reply.order:
            self._tell_once("order", reply.order)
        if reply.emergency:
            self._tell_once("emergency", reply.emergency)
        speaking = getattr(reply, "speaking", None)
        if speaking:
            self._playback.adjust(speaking)

    def _tell_once(self, event: str, number: str) -> None:
        if number not in self._told:
            self._told.add(number)
            self._tell(event, number=number)

    async def _say_fixed(self, key: str) -> None:
        text = self._sentences(key)
        self._tell("reply_text", text=text, ask=None, key=key)
        if not self._over:
            await self._playback.say([Line(text)])

    def _say_aside(self, key: str) -> None:
        """Say a fixed sentence while a job goes on."""
        task = asyncio.create_task(self._say_fixed(key))
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    def _tell(self, event: str, **data: object) -> None:
        if self._watcher is not None:
            ms = round(self.now * 1000)
            self._watcher(CallEvent(event, ms, self._turn, dict(data)))


def _told(reply: Reply) -> dict[str, object]:
    """What a watcher learns of a reply."""
    return {
        "text": reply.text,
        "ask": reply.ask,
        "key": reply.key,
        "handoff": reply.handoff,
        "citations": [asdict(citation) for citation in reply.citations],
    }
