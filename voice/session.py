"""One call from answer to hang-up: hear, ask the mind, speak, wait, and never leave anyone hanging.

Time is counted in the frames of the line (20 ms each), so that a test can run a call as fast as it
can push frames. Three things go on at once: frames are read (``run``), jobs are worked off one
after the other (``_converse``), and sound is rendered and played (``Playback``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog

from anban.errors import SpeechError
from channels.phone.leg import FRAME_S, AudioIn, CallLeg, Closed, KeyPressed, MarkReached
from voice.asking import Asker
from voice.asr.base import Transcript
from voice.config import SessionConfig
from voice.floor import Encounter, Floor, Spoken
from voice.gate import Gate
from voice.hearing import Ears, Listener, Partial
from voice.message import Opening
from voice.ports import CallEvent, MayBeCry, Mind, Sentences, Watcher
from voice.recording import CallRecorder
from voice.speaking import Speaking
from voice.tts import Ahead, Speaker
from voice.turn import (
    NOTHING_KNOWN,
    EndOfTurn,
    SilenceLadder,
    SileroVad,
    SpeechDropped,
    TurnDetector,
    TurnEnded,
    Vad,
    Verdict,
)
from voice.whisper import GONE, Meeting
from voice.worklist import Worklist, where

if TYPE_CHECKING:
    from bot.dialogue import Reply

log = structlog.get_logger(__name__)

NOISE_S = 0.25
"""A sound shorter than this in which nothing was recognised is taken for noise."""
LAST_WORDS_S = 15.0
"""Time for what the caller said last to reach the mind after a hang-up."""

Job = Callable[[], Awaitable[None]]


class CallSession:
    """Leads one call.

    Args:
        leg: the line.
        mind: the dialogue.
        ears: hear, for all calls of the process.
        speaker: speaks.
        sentences: fixed sentences by key.
        config: budgets, thresholds, waits.
        watcher: is told what happens.
        urgent: whether a text may be a cry for help. Where it is None every text goes to the mind,
            however unsure; with it, unsure texts that are not urgent are asked for again.
        cry: whether a text is one for certain, so that nobody waits for the end of the line it
            stands in; where it is None, ``urgent`` says so.
        vad: judges the line; silero where None.
        ahead: speaks ahead what may come next.
        recorder: keeps the call where the caller agreed; None: nothing is ever kept.
        opening: waits for the hello of somebody whom we have called; None: they called us.
    """

    def __init__(
        self,
        leg: CallLeg,
        mind: Mind,
        ears: Ears,
        speaker: Speaker,
        sentences: Sentences,
        config: SessionConfig,
        *,
        watcher: Watcher | None = None,
        urgent: MayBeCry | None = None,
        cry: Callable[[str], bool] | None = None,
        vad: Vad | None = None,
        ahead: Ahead | None = None,
        recorder: CallRecorder | None = None,
        opening: Opening | None = None,
    ) -> None:
        self._leg = leg
        self._watcher = watcher
        self._urgent = urgent
        self._recorder = recorder
        self._opening = opening
        turn = config.turn
        self._detector = TurnDetector(vad or SileroVad(), EndOfTurn.of(turn), turn)
        self._listener = Listener(
            ears,
            self._detector,
            turn,
            cry or urgent,
            self._on_partial,
            lambda: self._asker.familiar(),
        )
        self._gate = Gate(config.asr.min_confidence, config.asr.min_answer_confidence)
        self._ladder = SilenceLadder(turn.silence_ladder_s)
        self._speech = Speaking(
            leg, speaker, ahead or Ahead(speaker), sentences, config, self._tell, self._may_record
        )
        self._playback = self._speech.playback
        self._floor = Floor(self._playback, turn)
        self._asker = Asker(
            mind,
            leg.info,
            config,
            hold_on=lambda: self._spawn(self._speech.say_fixed("utter_hold_on")),
            excuse=self._excuse,
            late=self._late,
        )
        self._speech.likely = self._asker.likely
        self._speech.gone = lambda: self._spawn(self._asker.colleague_gone())
        self._turns = Worklist[Spoken](self._attend, self._say_again_please)
        self._jobs = Worklist[Job](lambda job: job(), self._excuse_us)
        self._frames = 0
        self._turn = 0
        self._deaf = 0
        self._over = False
        self._idle = False
        self._aside: set[asyncio.Task[None]] = set()
        self._cries: set[asyncio.Task[None]] = set()

    @property
    def conversation(self) -> str:
        """The conversation's id: that of the call."""
        return self._leg.info.call_id

    @property
    def wants_person(self) -> bool:
        """Whether the caller has asked for a person, or should have one."""
        return self._speech.wants_person

    @property
    def language(self) -> str | None:
        """What the caller speaks where it is not Mandarin, as an ISO 639-3 code."""
        return self._asker.familiar().language

    def colleague(self, meeting: Meeting) -> None:
        """An agent is there for the caller."""
        self._speech.meeting = meeting
        self._jobs.put(lambda: self._meet(meeting))

    @property
    def now(self) -> float:
        """Seconds of audio since the call was answered."""
        return self._frames * FRAME_S

    async def run(self) -> str:
        """Lead the call to its end; returns the reason it ended."""
        self._tell("answered")
        self._jobs.put(self._greet)
        work = [asyncio.create_task(self._jobs.run()), asyncio.create_task(self._turns.run())]
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

    async def _wind_up(self, work: list[asyncio.Task[None]], reason: str) -> None:
        """Let the caller's last words reach the mind, then close the conversation."""
        self._over = True
        last = self._detector.finish()
        if last is not None:
            self._take(last)
        self._listener.drop()
        await self._speech.close()
        try:
            await asyncio.wait_for(self._all_heard(), LAST_WORDS_S)
        except TimeoutError:
            log.error("last_words_lost", conversation=self.conversation)
        for task in (*work, *self._aside, *self._cries):
            task.cancel()
        self._tell("hangup", reason=reason)
        if self._recorder is not None:
            await self._recorder.keep()
        await self._asker.end(reason)

    async def _all_heard(self) -> None:
        await self._turns.done()
        if self._cries:
            await asyncio.wait(self._cries)
        await self._jobs.done()

    # The line

    async def _on_audio(self, event: AudioIn) -> None:
        self._frames += 1
        if self._opening is not None and not self._opening.over(event.pcm):
            return
        speaking = self._detector.speaking
        ours = self._floor.tick(event.pcm, speaking=speaking)
        if self._recorder is not None:
            self._recorder.frame(event.pcm, ours)
        await self._playback.mind_hold(nod=self._floor.seems_nod(self._detector))
        context = self._listener.context(self._speech.asked) if speaking else NOTHING_KNOWN
        eager = self._speech.asked == "confirm"
        playing = self._playback.active and not self._playback.held
        for found in self._detector.feed(event.pcm, context, playing=playing, eager=eager):
            if isinstance(found, TurnEnded):
                self._turn += 1
                self._tell("speech_end", silence_ms=round(found.silence_s * 1000))
                self._ladder.heard()
                self._take(found)
            elif isinstance(found, SpeechDropped):
                self._listener.drop()
                await self._go_on(self._floor.forget())
            elif self._playback.active:
                await self._spoken_over()
        over_ours = self._playback.active and self._detector.speaking
        self._listener.tick(over_ours=over_ours)
        self._asker.tick(self.now)
        self._mind_silence()

    def _take(self, turn: TurnEnded, *, by_key: bool = False) -> None:
        """Have a turn recognised and worked on, behind those before it."""
        transcript = self._listener.take(turn)
        self._turns.put(self._floor.turn_over(turn, transcript, by_key=by_key))

    async def _spoken_over(self) -> None:
        """The caller speaks while we do."""
        verdict = self._floor.spoken_over(self._detector, self._listener.partial)
        if verdict is Verdict.STOP:
            self._floor.gave_way(await self._speech.give_way())
        elif event := await self._playback.meet(verdict):
            self._tell(event)

    def _on_partial(self, partial: Partial) -> None:
        """Words of a turn that goes on: a cry for help does not wait for its end."""
        if self._over:
            return
        if self._floor.is_new_cry(partial):
            met = self._floor.cried_early(partial.text)
            self._spawn(self._cry_early(partial.text, met), self._cries)
        elif self._playback.active:
            self._spawn(self._spoken_over())

    async def _on_key(self, digit: str) -> None:
        self._tell("key", digit=digit)
        self._ladder.heard()
        await self._playback.stop()
        if digit == "9" and self._speech.last:
            self._jobs.put(lambda: self._speech.say(self._speech.last))
        elif digit == "#":
            turn = self._detector.finish()
            if turn is not None:
                self._turn += 1
                self._tell("speech_end", silence_ms=0)
                self._take(turn, by_key=True)
        elif digit != "*":
            self._jobs.put(lambda: self._key(digit))

    def _mind_silence(self) -> None:
        """Climb the silence ladder while nobody speaks and nothing is being worked on."""
        busy = self._jobs.busy or self._turns.busy
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
            self._jobs.put(lambda: self._silence(rung))

    # What was said

    async def _attend(self, spoken: Spoken) -> None:
        """What is not for us is let go, the rest becomes a job."""
        try:
            heard = await spoken.transcript
        except SpeechError as trouble:
            self._deaf += 1
            log.error("not_recognised", why=type(trouble).__name__, times=self._deaf)
            await self._playback.go_on()
            self._jobs.put(self._not_recognised)
            return
        self._deaf = 0
        self._tell(
            "transcript",
            text=heard.text,
            confidence=round(heard.confidence, 3),
            engine=heard.engine,
            seconds=round(heard.seconds, 3),
        )
        urgent = self._urgent is not None and self._urgent(heard.text)
        must_hear = urgent or self._speech.must_hear
        if why := self._floor.not_for_us(spoken, heard, must_hear=must_hear):
            self._tell(why, text=heard.text)
            await self._go_on(() if why == "told" else spoken.met.unheard)
        elif urgent and self._goes_past(spoken, heard):
            self._floor.cried(heard.text)
            self._spawn(self._cry_past(spoken, heard), self._cries)
        else:
            await self._give_way(spoken, heard.text, urgent=urgent)
            self._jobs.put(lambda: self._answer(spoken, heard))

    async def _go_on(self, unheard: Sequence[Reply]) -> None:
        """It was a nod or our own echo: what was stopped for it is said after all."""
        await self._playback.go_on()
        if unheard:
            self._jobs.put(lambda: self._speech.say(unheard))

    async def _give_way(self, spoken: Spoken, text: str, *, urgent: bool) -> None:
        """Words are for us: stop for them where we still speak, and say what was not heard."""
        unheard = spoken.met.unheard
        if self._floor.should_stop(spoken, text, urgent=urgent):
            unheard = await self._speech.give_way()
        await self._playback.go_on()
        if unheard:
            self._asker.cut_short(unheard)
        if urgent:
            self._floor.cried(text)

    def _goes_past(self, spoken: Spoken, heard: Transcript) -> bool:
        """Whether a cry would have to wait behind what is under way."""
        return self._jobs.busy and self._floor.is_other_cry(spoken, heard.text)

    async def _cry_past(self, spoken: Spoken, heard: Transcript) -> None:
        """A cry that waits for nothing; where the mind stumbles, it is tried again in its turn."""
        if not await self._cry(heard.text, heard.confidence):
            self._jobs.put(lambda: self._answer(spoken, heard))

    async def _cry_early(self, text: str, met: Encounter) -> None:
        """A cry in the middle of a turn; where the mind stumbles, the end of the turn brings it."""
        if await self._cry(text):
            return
        met.cried = ""
        if met.told:  # the turn is over, and nobody brings it any more
            self._jobs.put(lambda: self._ask_mind(text, None))

    async def _cry(self, text: str, confidence: float | None = None) -> bool:
        """A cry for help goes past whatever the mind is busy with; False where that failed."""
        try:
            replies = await self._asker.say_at_once(text, confidence)
        except Exception as trouble:  # noqa: BLE001 - an outer edge: it is tried again in its turn
            log.error("cry_stumbled", why=type(trouble).__name__, at=where(trouble))
            self._floor.not_cried()
            return False
        await self._playback.stop()
        self._spawn(self._speech.say(replies))
        return True

    # Jobs

    async def _say_again_please(self) -> None:
        self._jobs.put(self._not_recognised)

    async def _excuse_us(self) -> None:
        await self._speech.say_fixed("utter_mind_down")

    async def _greet(self) -> None:
        if self._opening is not None and not await self._opening.by_person():
            await self._leg.hangup()
            return
        greeting = await self._asker.begin()
        await (self._speech.welcome_back if self._leg.info.back else self._speech.say)(greeting)

    async def _answer(self, spoken: Spoken, heard: Transcript) -> None:
        if not heard.text and spoken.turn.speech_s < NOISE_S:
            return
        judged = self._gate.judge(
            heard, spoken.turn.speech_s, self._speech.asked, must_hear=self._must_hear(heard)
        )
        if judged.accepted:
            await self._ask_mind(heard.text, heard.confidence)
            return
        self._tell("unclear", doubts=list(judged.doubts))
        await self._speech.say_fixed(judged.key)
        if judged.person:
            await self._key("0")

    def _must_hear(self, heard: Transcript) -> bool:
        """Whether the mind has to get a text, however unsure it is."""
        if self._speech.must_hear or self._urgent is None:
            return True
        return self._urgent(heard.text, heard.confidence)

    async def _ask_mind(self, text: str, confidence: float | None) -> None:
        await self._speech.say(await self._asker.say(text, confidence))

    async def _not_recognised(self) -> None:
        if self._deaf < 2:
            await self._speech.say_fixed("utter_say_again_1")
        else:
            await self._speech.say_fixed("utter_mind_down")
            await self._key("0")

    async def _meet(self, meeting: Meeting) -> None:
        """Offer the agent who is there; where the mind does not answer they are put through."""
        arrival = await self._asker.colleague(meeting.agent)
        if arrival is None:
            await self._speech.connect()
            return
        meeting.tell(arrival.summary)
        self._spawn(self._mind_agent(meeting))
        await self._speech.say(arrival.replies)

    async def _mind_agent(self, meeting: Meeting) -> None:
        """An agent who leaves while the caller is being asked is missed at once."""
        if await asyncio.shield(meeting.outcome) == GONE and not self._over:
            self._jobs.put(lambda: self._agent_left(meeting))

    async def _agent_left(self, meeting: Meeting) -> None:
        if not self._speech.forget(meeting):
            return  # the caller has been told already
        question = await self._asker.colleague_gone()
        await self._speech.say_fixed("utter_colleague_gone")
        await self._speech.say(question)

    async def _key(self, digit: str) -> None:
        await self._speech.say(await self._asker.key(digit))

    async def _silence(self, rung: int) -> None:
        if rung >= self._ladder.last and self._leg.info.place and self.wants_person:
            await self._speech.say_fixed("utter_place_kept")  # nobody who waits is sent away
            return
        await self._ask_mind("", None)
        if rung >= self._ladder.last and not self._speech.emergency and not self._over:
            await self._speech.say_fixed("utter_goodbye")
            await self._leg.hangup()

    async def _excuse(self, too_late: bool) -> None:
        if too_late and self._speech.emergency:
            return  # nobody in danger is told to call again later
        await self._speech.say_fixed("utter_mind_down")
        if too_late:
            await self._speech.say_fixed("utter_handoff_not_recorded")

    def _late(self, replies: Sequence[Reply]) -> None:
        if not self._over:
            self._jobs.put(lambda: self._speech.say(replies))

    def _spawn(
        self, work: Coroutine[Any, Any, Any], kept: set[asyncio.Task[None]] | None = None
    ) -> None:
        """Do something while a job goes on."""
        kept = self._aside if kept is None else kept
        task = asyncio.create_task(work)
        kept.add(task)
        task.add_done_callback(kept.discard)

    def _may_record(self, allowed: bool) -> None:
        if self._recorder is not None and allowed:
            self._recorder.begin(datetime.now(UTC))
        elif self._recorder is not None:
            self._recorder.forget()

    def _tell(self, event: str, **data: object) -> None:
        if self._recorder is not None:
            self._recorder.note(event, data)
        if self._watcher is not None:
            ms = round(self.now * 1000)
            self._watcher(CallEvent(event, ms, self._turn, dict(data)))
