"""One message from an account, whatever the channel: who it is, what is answered, only once.

WeChat and Telegram translate their wire formats to `Incoming` and `Said`; everything between is
here, so that both have the same abilities and the same answers.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from anban.errors import BackendError, ChannelError, Conflict, NotFound, Rejected, SpeechError
from bot.dialogue import Dialogue, Reply
from channels import commands
from channels.ports import Arrival, Ears, Household
from channels.recent import Recent
from channels.sentences import sentence
from channels.web.sources import PATH as SOURCES

logger = logging.getLogger(__name__)

ARRIVAL_SECONDS = 0.8
"""so long the backend may take to say who it is (a stranger is served meanwhile), and to note that
a message was answered"""
REMEMBERED = 2000
"""answers kept for repeats that come while, or just after, the first is answered; people who wrote
last, and numbers whose bearers have not said yet who they are"""
GO = "go:"
"""what the button of an alarm sends: this and the emergency's id"""


@dataclass(frozen=True)
class Place:
    """A position that was sent."""

    latitude: float
    longitude: float
    label: str = ""

    def __str__(self) -> str:
        """How it is written into an emergency: the address, and the figures for a map."""
        figures = f"纬度{self.latitude:.5f}，经度{self.longitude:.5f}"
        return f"{self.label}（{figures}）" if self.label else figures


@dataclass(frozen=True)
class Incoming:
    """Something an account sent."""

    channel: str
    account: str
    key: str
    """the same message has the same key, however often it is sent"""
    text: str = ""
    voice: Callable[[], Awaitable[bytes]] | None = None
    """fetches the recording of a voice note"""
    place: Place | None = None
    pressed: str | None = None
    """what a button sends"""
    unreadable: bool = False
    """a picture, a film, a card"""


@dataclass(frozen=True)
class Said:
    """One thing to answer; `choices` are what a screen offers as buttons."""

    text: str
    choices: tuple[str, ...] = ()


class Messenger:
    """Answers accounts.

    Args:
        mind: the dialogue.
        household: the backend.
        ears: recognises voice notes.
        app: whose accounts they are (an app id, a bot's id); part of conversations' ids.
        public_url: where people reach our pages, for links to what an answer rests on; None: none.
    """

    def __init__(
        self,
        mind: Dialogue,
        household: Household,
        ears: Ears,
        app: str,
        public_url: str | None = None,
    ) -> None:
        self._mind = mind
        self._household = household
        self._ears = ears
        self._app = app
        self._pages = (public_url or "").rstrip("/")
        self._answers: Recent[str, asyncio.Task[list[Said] | None]] = Recent(REMEMBERED)
        self._known: Recent[str, tuple[str, tuple[str, ...]]] = Recent(REMEMBERED)
        self._codes: Recent[str, str] = Recent(REMEMBERED)

    async def hear(self, said: Incoming) -> list[Said] | None:
        """Answer a message.

        A repeat waits for the first one's answer and gets the same.

        Returns:
            What to answer; None where it was answered before this process began.

        Raises:
            BackendError: that somebody goes to help could not be recorded.
        """
        task = self._answers.get(said.key)
        if task is None or (task.done() and not task.cancelled() and task.exception()):
            task = asyncio.create_task(self._answer(said))
            self._answers[said.key] = task
        return await asyncio.shield(task)

    def in_danger(self, text: str) -> bool:
        """Whether a line may be a cry for help, which waits for nothing."""
        return self._mind.in_danger(text)

    def welcome(self) -> list[Said]:
        """What is said to who follows us."""
        return [Said(sentence("welcome")), Said(sentence("how_to_bind"))]

    async def scanned(self, channel: str, account: str, code: str) -> list[Said]:
        """Take up the number of a code that was scanned from a letter."""
        return await self._bind(channel, account, commands.Bind(code, None))

    async def leave(self, channel: str, account: str) -> None:
        """Note that somebody unfollowed or blocked us."""
        try:
            await self._household.left(channel, account)
        except BackendError as error:
            logger.warning("a leave is not recorded: %s", type(error).__name__)

    async def top_up(self, channel: str, account: str, template: str, key: str) -> None:
        """Note that somebody allowed one more subscription message; once for each key."""
        try:
            await self._household.top_up(channel, account, template, key=key)
        except BackendError as error:
            logger.warning("a credit is not recorded: %s", type(error).__name__)

    async def use_up(self, channel: str, account: str, template: str) -> None:
        """Note that somebody allows no subscription message any more."""
        try:
            await self._household.top_up(channel, account, template, 0)
        except BackendError as error:
            logger.warning("a refusal is not recorded: %s", type(error).__name__)

    async def report(self, channel: str, receipt: str, *, reached: bool, detail: str) -> None:
        """Pass on what the channel reports later of a notice it took."""
        try:
            await self._household.report(channel, receipt, reached=reached, detail=detail)
        except BackendError as error:
            logger.warning("a report is not recorded: %s", type(error).__name__)

    # one message

    async def _answer(self, said: Incoming) -> list[Said] | None:
        conversation = self._conversation(said)
        arrival = await self._arrived(said, conversation)
        if arrival is not None and arrival.repeated:
            return None
        answer = await self._acted(said, arrival)
        if answer is None:
            answer = await self._spoken(said, conversation, arrival)
        await self._note_answered(said.key)
        return answer

    def _conversation(self, said: Incoming) -> str:
        digest = hashlib.sha256(f"{self._app}:{said.account}".encode()).hexdigest()[:24]
        return f"{said.channel}-{digest}"

    async def _arrived(self, said: Incoming, conversation: str) -> Arrival | None:
        """Learn who it is; None where the backend does not say."""
        try:
            async with asyncio.timeout(ARRIVAL_SECONDS):
                found = await self._household.arrive(
                    said.channel, said.account, said.key, conversation
                )
        except (BackendError, TimeoutError) as error:
            logger.warning("an account is not known for now: %s", type(error).__name__)
            return None
        known = (found.role, found.elder_ids)
        if self._known.get(conversation, known) != known:
            self._mind.meet_again(conversation)
        self._known[conversation] = known
        return found

    async def _acted(self, said: Incoming, arrival: Arrival | None) -> list[Said] | None:
        """Do what needs no dialogue: go to help, bind, unbind."""
        if said.pressed and said.pressed.startswith(GO):
            going = await self._go(said, said.pressed.removeprefix(GO) or None)
            return going or [Said(sentence("going_not_needed"))]
        text = said.pressed or said.text
        if not text:
            return None
        if commands.goes(text) and (arrival is None or arrival.alarms):
            going = await self._go(said, None)
            if going is not None or arrival is not None:
                return going or [Said(sentence("going_not_needed"))]
        return await self._binding(said.channel, said.account, text)

    async def _go(self, said: Incoming, emergency_id: str | None) -> list[Said] | None:
        """Let the account's person hold an emergency; None where there is none for them."""
        try:
            await self._household.go(said.channel, said.account, emergency_id)
        except (NotFound, Rejected):
            return None
        except Conflict as error:
            return [Said(sentence("going_late", why=str(error)))]
        return [Said(sentence("going"))]

    async def _spoken(
        self, said: Incoming, conversation: str, arrival: Arrival | None
    ) -> list[Said]:
        text, confidence = said.pressed or said.text, None
        if said.unreadable:
            return [Said(sentence("nothing_to_hear"))]
        if said.voice is not None:
            try:
                heard = await self._ears.hear(await said.voice())
            except (SpeechError, ChannelError) as error:
                logger.warning("a voice note was not heard: %s", type(error).__name__)
                return [Said(sentence("not_heard"))]
            if not heard.text.strip():
                return [Said(sentence("not_heard"))]
            text, confidence = heard.text, heard.confidence
            spoken = Incoming(said.channel, said.account, said.key, text=text)
            if acted := await self._acted(spoken, arrival):
                return acted
        place = str(said.place) if said.place else None
        replies = await self._mind.say(
            conversation,
            self._words_of(said.place) if said.place else text,
            channel=said.channel,
            confidence=confidence,
            place=place,
        )
        answer = [self._said(reply) for reply in replies]
        return [Said(sentence("place_noted")), *answer] if said.place else answer

    def _said(self, reply: Reply) -> Said:
        """Return a reply as it is written, with where what it rests on can be read."""
        lines = [reply.text]
        if self._pages and reply.interruptible:  # first aid is read, not looked up
            ids = dict.fromkeys(cited.id for cited in reply.citations)
            lines += [sentence("source", url=f"{self._pages}{SOURCES}/{id}") for id in ids]
        return Said("\n".join(lines), tuple(reply.quick_replies))

    def _words_of(self, place: Place) -> str:
        """What a position says: it may be the answer to a question for the address."""
        return place.label or str(place)

    async def _note_answered(self, key: str) -> None:
        try:
            async with asyncio.timeout(ARRIVAL_SECONDS):
                await self._household.answered(key)
        except (BackendError, TimeoutError) as error:  # after a restart it is answered again
            logger.warning("an answer is not recorded: %s", type(error).__name__)

    # binding

    async def _binding(self, channel: str, account: str, text: str) -> list[Said] | None:
        try:
            if wished := commands.bind(text):
                return await self._bind(channel, account, wished)
            if asked := commands.ask(text):
                return await self._ask(channel, account, asked)
            if commands.unbind(text):
                return [Said(sentence("unbind_sure"), (sentence("unbind_button"),))]
            if commands.unbind_for_sure(text):
                return await self._unbind(channel, account)
            code = self._codes.get(account)
            person = commands.person(text) if code else None
            if code and person:
                return await self._bind(channel, account, commands.Bind(code, person))
        except BackendError as error:
            logger.warning("binding: %s", type(error).__name__)
            return [Said(sentence("bind_failed"))]
        return None

    async def _bind(self, channel: str, account: str, wished: commands.Bind) -> list[Said]:
        if wished.person is None:
            self._codes[account] = wished.code
            return [Said(sentence("bind_relation"))]
        self._codes.pop(account, None)
        done = await self._household.bind(
            channel,
            account,
            wished.code,
            name=wished.person.name,
            relation=wished.person.relation,
        )
        if done.status != "bound":
            return [Said(sentence(f"bind_{done.status}"))]
        key = "bound_self" if wished.person.relation == "本人" else _bound(done.consents)
        return [Said(sentence(key, elder=done.elder or "老人"))]

    async def _ask(self, channel: str, account: str, asked: commands.Ask) -> list[Said]:
        person = asked.person or commands.Person("家人")
        try:
            await self._household.request_binding(
                channel,
                account,
                elder_phone=asked.elder_phone,
                name=person.name,
                relation=person.relation,
            )
        except Rejected:
            return [Said(sentence("bind_phone_wrong"))]
        return [Said(sentence("bind_asked"))]

    async def _unbind(self, channel: str, account: str) -> list[Said]:
        elders = await self._household.unbind(channel, account)
        if not elders:
            return [Said(sentence("not_bound"))]
        return [Said(sentence("unbound", elders="、".join(elders)))]


def _bound(consents: Sequence[str]) -> str:
    """The sentence for who was bound: what the elder agreed to, and no more."""
    if "orders" not in consents:
        return "bound_alarms"
    return "bound" if "state" in consents else "bound_orders"


def joined(answers: Sequence[Said]) -> Said:
    """Return several answers as one, with the choices of the last that has any."""
    choices = next((one.choices for one in reversed(answers) if one.choices), ())
    return Said("\n".join(one.text for one in answers), choices)
