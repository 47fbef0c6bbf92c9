"""The one door that every channel uses: text in, replies out.

Order of things in a turn: signs of an emergency first, without Rasa and without waiting for a turn
that is still being answered; then Rasa and its actions. Whatever breaks, the caller hears something
true, and a person is sent for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from anban.errors import BackendError, DialogueError
from backend.client import AlarmLine, BackendClient, Conversation, Cry
from bot.breath import given_up, open_question, over, without_closing
from bot.consents import ConsentDesk
from bot.danger import may_be_danger, warm_up
from bot.emergencies import Case, EmergencyDesk, Urgent
from bot.errands import asks_to_wait, closes, gives_way, groans, puts_off
from bot.familiar import STRANGER, Familiar, familiar, mind_language
from bot.greeting import greeting
from bot.manner import (
    Manner,
    do_not_record,
    keep,
    refuses_recording,
    sentences,
    wants_again,
    wishes,
)
from bot.rasa import RasaClient
from bot.ratings import RatingDesk
from bot.reminders import ReminderDesk
from bot.sentences import Citation, Reply, Sentences
from bot.state import State
from bot.transfers import Arrival, TransferDesk
from bot.understanding.answers import yes_no
from bot.understanding.listed import errands
from bot.whom import which_elder
from bot.words import also, clean, named_in, new_conversation, only_names, still_wanted

__all__ = ["Citation", "Cry", "Dialogue", "Reply", "clean", "new_conversation"]

logger = logging.getLogger(__name__)

MAX_TEXT = 1000
"""Characters of one message that Rasa reads; the rest is only searched for emergencies."""

IDLE_MINUTES = 60.0
"""After so long without a word a chat begins anew: a short tracker keeps Rasa fast."""

_IDLE = (None, "menu", "other")
"""What is asked where a line answers nothing, and may count up what is wanted."""

_SOFT_SILENCES = 2
"""Silences met with softer words before a person is offered; the one after that sends for one."""

OPENING_SECONDS = 2.0
"""So long the backend may take to say who it is; an unknown caller is served meanwhile."""

HANDOFF_SECONDS = 2.0
"""So long the backend may take to write a ticket."""

MAX_CONVERSATIONS = 5000
"""Conversations held in memory; older ones are read again from the backend."""


class Dialogue:
    """Conversations in progress.

    Args:
        rasa: the dialogue engine.
        backend: the service backend.
        sentences: the sentences of domain.yml.
        clock: what time it is, for conversations that do not bring their own.
        alarms: how cries for help reach the backend.
        transfers: whether the hotline may put a caller in danger through to somebody.
    """

    def __init__(
        self,
        rasa: RasaClient,
        backend: BackendClient,
        sentences: Sentences,
        clock: Callable[[], datetime],
        alarms: AlarmLine,
        *,
        transfers: bool = False,
        recordings: bool = False,
    ) -> None:
        self._rasa = rasa
        self._backend = backend
        self._say = sentences
        self._clock = clock
        self._alarms = alarms
        self._transfers = TransferDesk(backend, sentences)
        self._consents = ConsentDesk(backend, sentences)
        self._reminders = ReminderDesk(backend, sentences)
        self._ratings = RatingDesk(backend, sentences)
        self._desk = EmergencyDesk(backend, alarms, sentences, transfers=transfers)
        self._recordings = recordings
        self._states: dict[str, State] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        warm_up()

    async def close(self) -> None:
        """Closes the connections to Rasa and the backend; nobody is asked for any more."""
        asked = [state.meeting for state in self._states.values() if state.meeting]
        for meeting in asked:
            meeting.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        await self._rasa.close()
        await self._backend.close()

    async def deliver_alarms(self) -> None:
        """Bring cries that the backend has not taken yet to it, until cancelled."""
        await self._alarms.run()

    def in_danger(self, text: str, confidence: float | None = None) -> bool:
        """Whether a line may be a cry for help, which no limit of a channel may turn away.

        Args:
            text: what was said, as typed or recognised.
            confidence: of the recognition, 0 to 1; None for typed text.
        """
        return may_be_danger(text, confidence)

    async def begin(
        self,
        conversation: str,
        *,
        channel: str,
        phone: str | None = None,
        elder_id: str | None = None,
        now: datetime | None = None,
    ) -> list[Reply]:
        """Greets: by name where the number is known, with an unfinished booking where there is one.

        Args:
            conversation: an id of the channel's choice, new for each call.
            channel: phone, web, wechat, telegram …
            phone: the caller's number, where the channel knows it.
            elder_id: the elder, where the channel has logged them in.
            now: the clock of the conversation; the real one where None.

        Returns:
            What to say, in order.
        """
        now = self._local(now)
        state = self._state(conversation, channel, phone, elder_id, now)
        state.begun = True
        async with self._lock(conversation):
            await self._meet(conversation, state, now)
            first, *rest = self._greet(state)
            known = state.manner if state.manner != Manner() else None
            return state.remember([replace(first, manner=known), *rest], now)

    async def say(
        self,
        conversation: str,
        text: str,
        *,
        channel: str,
        phone: str | None = None,
        elder_id: str | None = None,
        now: datetime | None = None,
        confidence: float | None = None,
        place: str | None = None,
    ) -> list[Reply]:
        """One turn. Empty text is silence. Never raises for what a caller can do or a part breaks.

        Args:
            conversation: as in ``begin``; a conversation nobody began begins here.
            text: what was said, as typed or recognised.
            channel: phone, web, wechat, telegram …
            phone: the caller's number, where the channel knows it.
            elder_id: the elder, where the channel has logged them in.
            now: the clock of the conversation.
            confidence: of the recognition, 0 to 1; None for typed text.
            place: where the person is, where the channel was sent a position; a cry for help in
                this conversation, also a later one, tells it.

        Returns:
            What to say, in order; at least one reply.
        """
        now = self._local(now)
        cleaned = clean(text)
        state = self._state(conversation, channel, phone, elder_id, now)
        state.place = place or state.place
        urgent = await self._urgent(conversation, state, cleaned, now, confidence)
        if urgent is not None and not urgent.serve:
            return state.remember(urgent.replies, now)
        async with self._lock(conversation):
            await self._meet(conversation, state, now)
            state.note_said(cleaned)
            if urgent is not None:
                replies = await self._after_doubt(conversation, state, urgent, now)
            else:
                replies = await self._turn(conversation, state, cleaned, now)
            return state.remember(replies, now)

    async def cry(self, cry: Cry) -> bool:
        """A cry without words: a button was pressed. Whether it arrived; else it is being sent."""
        return await self._alarms.send(replace(cry, now=cry.now or self._clock())) is not None

    async def key(
        self,
        conversation: str,
        digit: str,
        *,
        channel: str,
        phone: str | None = None,
        now: datetime | None = None,
    ) -> list[Reply]:
        """A key pressed on the phone: 0 asks for a person, 9 repeats; others answer nothing."""
        spoken = {"0": "转人工", "9": "再说一遍"}.get(digit)
        if spoken is None:
            return []
        return await self.say(conversation, spoken, channel=channel, phone=phone, now=now)

    def likely(self, conversation: str) -> list[str]:
        """What may well be said soon and holds what is known of the caller, as it will be said."""
        state = self._states.get(conversation)
        elder = state.elder if state else None
        return self._say.about(elder, by_family=state.role == "family") if state and elder else []

    def familiar(self, conversation: str) -> Familiar:
        """What is known of the caller that helps to hear them."""
        state = self._states.get(conversation)
        return STRANGER if state is None else familiar(state.opened, state.language)

    def meet_again(self, conversation: str) -> None:
        """Somebody was bound to an elder, or is no more: who speaks here is asked anew."""
        if state := self._states.get(conversation):
            state.known, state.opened = False, Conversation(id=conversation)

    def cut_short(self, conversation: str, unheard: Sequence[Reply]) -> None:
        """The caller spoke over these replies; a yes to a question that nobody heard is none."""
        if state := self._states.get(conversation):
            state.unheard = any(reply.ask == "confirm" for reply in unheard)

    async def colleague(
        self, conversation: str, agent: str, *, now: datetime | None = None
    ) -> Arrival:
        """An agent (by the name on the exchange) is free for the caller: what to say to both."""
        now = self._local(now)
        state = self._state(conversation, "phone", None, None, now)
        async with self._lock(conversation):
            return await self._transfers.arrive(conversation, state, agent, now)

    async def colleague_gone(self, conversation: str) -> list[Reply]:
        """The agent left before the caller could be put through; what to ask the caller again."""
        state = self._states.get(conversation)
        return await self._transfers.left(state) if state else []

    async def end(self, conversation: str, reason: str) -> None:
        """The channel hung up or closed; an unfinished draft stays for the next conversation."""
        self._locks.pop(conversation, None)
        state = self._states.pop(conversation, None)
        if state is None:
            return
        await self._transfers.over(state.transfer, reason)
        await self._desk.left(state.signs, self._case(conversation, state, self._clock()), reason)
        try:
            await self._backend.end_conversation(conversation, reason)
        except BackendError as error:
            logger.warning("conversation end not recorded: %s", type(error).__name__)

    # one turn

    async def _urgent(
        self,
        conversation: str,
        state: State,
        text: str,
        now: datetime,
        confidence: float | None = None,
    ) -> Urgent | None:
        """What to say to a line that has to do with an emergency; it waits for no other turn."""
        if not state.known and (state.signs.checking or may_be_danger(text, confidence)):
            state.meeting = asyncio.create_task(self._meet(conversation, state, now))
        case = replace(self._case(conversation, state, now, text), confidence=confidence)
        urgent = await self._desk.hear(state.signs, text, case, state.ask)
        if urgent is None:
            return None
        replies = list(urgent.replies)
        if urgent.person:  # nobody in danger is told to call again later, or to wait for a call
            await self._call_back(conversation, state, text, urgent.person, now)
            replies[-1] = replace(replies[-1], handoff=True)
        if urgent.resume and state.asked:
            replies.append(state.asked)
        elif urgent.resume and replies[-1].key == "utter_emergency_not":
            replies.append(self._say.reply("utter_what_do_you_need"))
        if state.transfer is not None and state.signs.raised is not None:
            replies.append(self._say.reply("utter_connect_colleague"))
        return replace(urgent, replies=replies)

    async def _after_doubt(
        self, conversation: str, state: State, urgent: Urgent, now: datetime
    ) -> list[Reply]:
        """Nothing was wrong: the words that were doubted are answered, and not doubted again."""
        state.ask, state.offer = urgent.ask, None
        replies: list[Reply] = []
        first = urgent.serve[0]
        for line in urgent.serve:  # the second answers what the first one is asked back
            if line is not first and only_names(line, first):
                continue
            if line is not urgent.serve[-1] and gives_way(line, urgent.serve[-1]):
                continue
            replies = await self._settled(conversation, state, line, now)
            replies = replies or await self._served(conversation, state, line[:MAX_TEXT], now)
            state.note_question(replies)
        if any(reply.key == "utter_emergency_check" for reply in replies):
            replies = [state.asked or self._say.reply("utter_what_do_you_need")]
        done = await self._finished(conversation, state, replies, urgent.serve[-1], now)
        return [*urgent.replies, *done]

    def _case(self, conversation: str, state: State, now: datetime, text: str = "") -> Case:
        return Case(
            conversation=conversation,
            channel=state.channel,
            elder=lambda: state.about(text),
            of_several=lambda: state.about(text) is not None and state.chosen is not None,
            elder_id=state.elder_id,
            phone=state.phone,
            now=now,
            meeting=state.meeting,
            place=state.place,
            before="" if state.opened.elder else "，".join(state.said),
            asked=state.question.key if state.question else None,
            interviewed=state.offer == "policy",
            said=tuple(state.said),
        )

    async def _turn(self, conversation: str, state: State, text: str, now: datetime) -> list[Reply]:
        if not state.begun and await self._desk.restore(state.signs, conversation):
            state.begun = True
            if urgent := await self._urgent(conversation, state, text, now):
                return urgent.replies
        state.begun = True
        if not text:
            return await self._silence(conversation, state, now)
        faint = state.silences >= _SOFT_SILENCES and state.ask != "confirm" and groans(text)
        state.silences = 0
        if faint:  # who only moans after long silences has not answered
            state.signs.check("unspecified", plainly=True)
            return [self._say.reply("utter_emergency_check")]
        if settled := await self._settled(conversation, state, text, now):
            return settled
        if state.asked and state.ask and asks_to_wait(text):
            return [self._say.reply("utter_nothing_to_confirm"), state.asked]
        unheard, state.unheard = state.unheard, False
        if wants_again(text) or (unheard and yes_no(text, state.ask) == "yes"):
            return state.last or [self._say.reply("utter_nothing_to_repeat")]
        if refuses_recording(text):
            kept = await do_not_record(self._backend, state.opened)
            key = "utter_not_recorded" if kept else "utter_not_recorded_this_time"
            return [self._say.reply(key), *state.last]
        if wished := wishes(text):
            promises = await self._follow(conversation, state, wished, sentences(wished), now)
            return [*promises, *(reply for reply in state.last if not reply.manner)]
        text = await mind_language(self._backend, state, text)
        notes = [self._say.reply("utter_too_long")] if len(text) > MAX_TEXT else []
        replies = await self._served(conversation, state, text[:MAX_TEXT], now)
        return notes + await self._finished(conversation, state, replies, text, now)

    async def _settled(
        self, conversation: str, state: State, text: str, now: datetime
    ) -> list[Reply]:
        """What is said to a line that the mind need not hear; nothing where it must."""
        return (
            await self._transfers.answered(state, text)
            or await self._consents.answered(state, text, now)
            or await self._reminders.answered(conversation, state, text, now)
            or await self._ratings.answered(conversation, state, text, now)
        )

    async def _finished(
        self, conversation: str, state: State, replies: list[Reply], text: str, now: datetime
    ) -> list[Reply]:
        """What is said of what the mind answered."""
        if state.signs.raised is not None:  # cried for help while this was being answered
            return [replace(self._say.reply("utter_emergency_stay_with_me"), urgent=True)]
        found = self._resolved(state, replies, text)
        for at, reply in enumerate(found):
            if reply.speaking:
                said = await self._follow(conversation, state, reply.speaking, [reply.key], now)
                found[at] = said[0]
        return found

    async def _follow(
        self,
        conversation: str,
        state: State,
        wished: dict[str, str],
        keys: list[str],
        now: datetime,
    ) -> list[Reply]:
        """Promises to, and speaks otherwise from now on and next time this caller calls."""
        state.manner = state.manner.follow(wished)
        await keep(self._backend, conversation, state.manner, now)
        return [replace(self._say.reply(key), manner=state.manner) for key in keys]

    async def _served(
        self, conversation: str, state: State, text: str, now: datetime
    ) -> list[Reply]:
        """The answer to a line; once that is finished, also to what else was wanted with it."""
        waited, text = state.taken_up(text)
        state.later = still_wanted(state.later, text)
        listed = errands(text, now.replace(tzinfo=None)) if state.ask in _IDLE else (text,)
        replies = await self._ask_rasa(conversation, state, listed[0], now)
        state.later = also(state.later, listed[1:])
        if state.waits({reply.key for reply in replies}, text, waited):
            return [which_elder(self._say, state.opened.elders)]
        if over(replies):
            state.later = named_in(state.later, text) if given_up(replies) else []
        while state.later and not open_question(replies):
            words = state.later.pop(0)
            state.ask = state.offer = None
            more = await self._ask_rasa(conversation, state, words, now)
            done = without_closing(replies, self._say)
            replies = [*done, self._say.reply("utter_also_wanted"), *more]
        return replies

    async def _ask_rasa(
        self, conversation: str, state: State, text: str, now: datetime
    ) -> list[Reply]:
        sender = f"{conversation}.{state.session}"
        try:
            answer = await self._rasa.say(sender, text, state.metadata(conversation, now))
        except DialogueError as error:
            logger.error("the mind did not answer: %s", error)
            state.later = []
            return [
                self._say.reply("utter_mind_down"),
                await self._call_back(conversation, state, text, "mind_down", now),
            ]
        state.later = also(state.later, answer.later)
        found = await self._reminders.begun(state, answer.replies, text, now)
        return await self._ratings.begun(conversation, state, found, text, now)

    async def _silence(self, conversation: str, state: State, now: datetime) -> list[Reply]:
        """Softer words each time, then a person; the question stays open."""
        if not state.turns:
            return self._greet(state)
        state.silences += 1
        if state.silences > _SOFT_SILENCES + 1:
            state.silences = 0
            return [await self._call_back(conversation, state, "", "silence", now)]
        reply = self._say.reply(f"utter_silence_{state.silences}")
        if state.silences > _SOFT_SILENCES:
            return [reply]
        return [replace(reply, ask=state.ask, offer=state.offer)]

    async def _call_back(
        self, conversation: str, state: State, text: str, reason: str, now: datetime
    ) -> Reply:
        try:
            async with asyncio.timeout(HANDOFF_SECONDS):
                await self._backend.create_handoff(
                    conversation=conversation,
                    reason=reason,
                    summary=text[:MAX_TEXT],
                    elder_id=state.elder.id if state.elder else None,
                    phone=state.phone,
                    now=now,
                )
        except (BackendError, TimeoutError):
            return self._say.reply("utter_handoff_not_recorded")
        return self._say.reply("utter_silence_4" if reason == "silence" else "utter_handoff")

    def _resolved(self, state: State, replies: list[Reply], text: str) -> list[Reply]:
        """Puts in what only the dialogue knows: the words to repeat, the check of an emergency."""
        keys = [reply.key for reply in replies]
        if "utter_repeat" in keys:
            return state.last or [self._say.reply("utter_nothing_to_repeat")]
        if "utter_emergency_check" in keys and puts_off(text):
            return [self._say.reply("utter_goodbye")]
        if "utter_emergency_check" in keys and state.ask == "other" and closes(text):
            return [
                self._say.reply("utter_nothing_to_confirm"),
                self._say.reply("utter_order_done"),
            ]
        if "utter_emergency_check" in keys:
            state.signs.check("unspecified", text)
            return [self._say.reply("utter_emergency_check_errand")]
        return replies

    # what is known

    def _state(
        self,
        conversation: str,
        channel: str,
        phone: str | None,
        elder_id: str | None,
        now: datetime,
    ) -> State:
        state = self._states.get(conversation)
        if state is None:
            unknown = Conversation(id=conversation)
            state = self._states[conversation] = State(unknown, channel, phone, elder_id)
            self._forget_oldest()
        elif state.spoke_at and (now - state.spoke_at).total_seconds() > IDLE_MINUTES * 60:
            state.begin_anew()
        return state

    async def _meet(self, conversation: str, state: State, now: datetime) -> None:
        """Learns who it is, if that is not known; while the backend is down it stays unknown."""
        if state.known:
            return
        try:
            async with asyncio.timeout(OPENING_SECONDS):
                opened = await self._backend.open_conversation(
                    conversation,
                    state.channel,
                    phone=state.phone,
                    elder_id=state.elder_id,
                    now=now,
                )
        except (BackendError, TimeoutError) as error:
            logger.error("conversation not opened: %s", type(error).__name__)
            return
        state.opened, state.known = opened, True
        state.manner = Manner(opened.speaking.rate, opened.speaking.volume)

    def _forget_oldest(self) -> None:
        if len(self._states) > MAX_CONVERSATIONS:
            oldest = next(iter(self._states))
            del self._states[oldest]
            self._locks.pop(oldest, None)

    def _greet(self, state: State) -> list[Reply]:
        may_record = self._recordings and state.channel == "phone"
        return greeting(state.opened, self._say, may_record=may_record)

    def _local(self, now: datetime | None) -> datetime:
        """The conversation's clock; one without a zone is read as the callers' own."""
        real = self._clock()
        if now is None:
            return real
        return now if now.tzinfo else now.replace(tzinfo=real.tzinfo)

    def _lock(self, conversation: str) -> asyncio.Lock:
        return self._locks.setdefault(conversation, asyncio.Lock())
