"""A cry for help in a conversation: heard before anything else, without Rasa.

Certain signs act at once. Possible ones are asked about, and acted on after anything but a clear
no, silence included. Where no sign was heard, or beside a wish, the question leaves the choice (an
errand, or people?), and a wish is a no, too. Who has not heard the question, or tells on calmly
after a mere likeness, is asked it again, once. After a no, what was doubted is answered as usual.
An emergency is called off only after a second question. Nothing here waits for the backend longer
than a breath: what it has not taken lies
in the spool and goes on being sent (``backend.client.AlarmLine``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from anban.errors import BackendError, Unavailable
from backend.client import (
    AlarmLine,
    BackendClient,
    Cry,
    Elder,
    Emergency,
)
from bot.danger import listen
from bot.denials import (
    denies,
    denies_another,
    denies_fall,
    nods,
    nothing_wrong,
    repeats_no,
    stays,
    takes_back,
)
from bot.emergency_answers import harmless, meaning, minds_other_business, unmeant, wants_person
from bot.emergency_signs import EVEN, FURTHER, LINE_BROKEN, NO_ANSWER, TRANSFERRED, Sign, Signs
from bot.errands import (
    IN_PASSING,
    SLOTS,
    agrees,
    answers,
    asks_when_it_comes,
    awaits,
    binds,
    orders,
    puts_off,
    requests,
    says_no_more,
    tells_of_oneself,
    wishes,
)
from bot.sentences import Reply, Sentences
from bot.understanding.curiosity import pries
from bot.understanding.emergency import LIVED_WITH
from bot.understanding.emergency import Emergency as Assessed
from bot.understanding.people import is_a_name
from bot.understanding.questions import asks_policy
from bot.understanding.reminding import asks_dose
from bot.understanding.services import find_service
from bot.understanding.standing import is_new, is_remembered, wants_care
from bot.understanding.times import parse_when

logger = logging.getLogger(__name__)

BUDGET = 0.8
"""Seconds a look at the backend may take while somebody is in danger."""

TALKING = 8
"""Characters from which on a wish tells something; fewer only make the choice."""

HARDLY, LIKELY = 0.4, 0.75
"""Likelihood of a cry below which what gives a day, and what orders a service, says no more."""

FRAILTIES, FRAIL = "utter_assessment_question", 16
"""Where Anban itself asks how much help somebody needs, a line shorter than this, without any word
of danger, is an answer."""

ASKED_FOR = "emergency"
"""Why a person is sent for beside the people who are told: the caller in danger asks for one."""

ACQUAINTANCE = 0.3
"""Seconds longer than the alarm that learning who it is may take; else they are asked where."""

# The number that the country gives for a kind: fire 119, police 110, ambulance 120. Whoever is
# lost or does not want to live any more is not sent to another number.
_NUMBERS = {
    "fire_gas": "utter_emergency_call_119",
    "intruder": "utter_emergency_call_110",
    "lost": None,
    "self_harm": None,
}
_AMBULANCE = "utter_emergency_call_120"

Found = TypeVar("Found")


@dataclass(frozen=True)
class Case:
    """Whose conversation it is.

    Attributes:
        conversation: its id.
        channel: phone, web …
        elder: who it is, as far as is known when it is asked.
        elder_id: the elder whom the channel has logged in, or None.
        phone: the caller's number, or None.
        now: the clock of the conversation.
        meeting: learns who it is at the same time; None where that is done, or not under way.
        place: where the person is, where the channel was sent a position; None else.
        before: what the caller had said before, which may tell who they are; "" where nothing.
        asked: the question that is open, by the key of its sentence; None where none is.
        interviewed: whether a question about the person is open, of the rules of entitlement.
        said: the last lines of the caller, which may have told an old illness.
        confidence: of the recognition of the line, 0 to 1; None for typed text.
        of_several: whether a relative of several elders has said which one is meant, as far as is
            known when it is asked: the backend cannot tell by who speaks.
    """

    conversation: str
    channel: str
    elder: Callable[[], Elder | None]
    elder_id: str | None
    phone: str | None
    now: datetime
    meeting: asyncio.Task[None] | None = None
    place: str | None = None
    before: str = ""
    asked: str | None = None
    interviewed: bool = False
    said: tuple[str, ...] = ()
    confidence: float | None = None
    of_several: Callable[[], bool] = lambda: False

    @property
    def interviewing(self) -> bool:
        """Whether Anban itself asks how somebody lives."""
        return self.interviewed or self.asked == FRAILTIES


@dataclass(frozen=True)
class Urgent:
    """What to say about an emergency.

    Attributes:
        replies: said at once.
        resume: True where the question asked before shall be asked again.
        person: why a person shall be sent for as well, or None.
        serve: lines that are answered as usual afterwards, one after the other.
        ask: what the first of them answers.
    """

    replies: list[Reply]
    resume: bool = False
    person: str | None = None
    serve: tuple[str, ...] = ()
    ask: str | None = None


class EmergencyDesk:
    """Hears every line first.

    Args:
        backend: where emergencies are looked up and closed.
        alarms: how they get there.
        sentences: the fixed sentences and the first-aid cards.
        transfers: whether the hotline may put a caller in danger through to somebody.
    """

    def __init__(
        self,
        backend: BackendClient,
        alarms: AlarmLine,
        sentences: Sentences,
        *,
        transfers: bool = False,
    ) -> None:
        self._backend = backend
        self._alarms = alarms
        self._say = sentences
        self._transfers = transfers

    async def hear(self, signs: Signs, text: str, case: Case, ask: str | None) -> Urgent | None:
        """What to say if this line has to do with an emergency; None where it has not.

        Args:
            signs: of the conversation; several lines of it may be heard at once.
            text: what was said; empty text is silence.
            case: whose conversation it is.
            ask: what Anban had asked, or None.
        """
        assessed = listen(text, ask, case.confidence)
        doubtful = assessed.likeness or (assessed.kind == "fall" and denies_fall(text))
        taken_back = doubtful and takes_back(text)  # 别来人啊，它自个儿就叫唤上了
        answered = _is_an_answer(text, assessed, ask, case.now)  # 就我自己一个人
        if assessed.level == "certain" and (taken_back or answered):
            assessed = replace(assessed, level="possible")
        if signs.raised is not None:
            return await self._goes_on(signs, text, assessed, case, ask)
        if signs.checking is None or signs.checking.lived_with:
            assessed = _as_told_before(assessed, text, case)
        if assessed.level == "certain":
            found = Sign.of(assessed, text)
            found = signs.checking.joined_by(found) if signs.checking else found
            return await self._raise(signs, found, case, wants_person(text))
        if signs.checking:
            return await self._answered(signs, text, assessed, case)
        if assessed.level == "possible":
            named = not assessed.likeness
            if not named and _tells_calmly(text, case):
                return None
            grave = False
            if not named and _is_grave(assessed) and answers(text, ask, case.now):
                named = grave = True
            elif answered:
                return None
            if asks_policy(text) and (assessed.likeness or harmless(assessed)):
                return None  # 那个一键呼叫政府给啥样的老人装
            if assessed.likeness and (pries(text) or binds(text)):
                return None  # 把她家门牌号发我，再说说她几点一个人在家
            if _is_faint(assessed) and asks_when_it_comes(text):
                return None  # 今晚嗰份饭几点送到呀
            if assessed.likeness and assessed.likelihood < EVEN and awaits(text):
                return None  # 约好两点来扫家的，到这会儿没个人影
            if _is_faint(assessed) and ask in SLOTS and denies(text, case.now):
                return None  # 人好好儿的没事，俺开开窗子散散味儿
            if ask in ("name", "person") and is_a_name(text):
                return None  # 洪水莲
            doubt = Sign.of(assessed, text)
            wish = orders(text, IN_PASSING) or requests(text)
            wish = wish or (doubt.kind == "unspecified" and agrees(text, ask))
            choice = (wish and not grave) or doubt.lived_with
            signs.checking = replace(
                doubt,
                sign=doubt.sign if named and not choice else "",
                ask=ask,
                unread=True,
                open=choice or not named,
            )
            return Urgent([self._question(signs.checking)])
        return None

    async def _answered(self, signs: Signs, text: str, assessed: Assessed, case: Case) -> Urgent:
        """What follows an answer to the question: anything but a clear no sends people."""
        assert signs.checking is not None
        doubt, signs.checking = signs.checking, None
        meant = meaning(doubt, text, assessed, case.now)
        if meant == "again":
            signs.checking = replace(doubt, repeated=True)
            return Urgent([self._question(doubt)])
        if meant == "danger":
            return await self._raise(signs, doubt.believed(text), case, wants_person(text))
        return self._nothing(doubt, text if meant == "errand" else "", case)

    def _question(self, doubt: Sign) -> Reply:
        """Old people say yes to what they have half heard: a mere doubt is put as a choice.

        Where it may be an old weakness, since when it is so is asked.
        """
        key = "utter_emergency_check_errand" if doubt.open else "utter_emergency_check"
        key = "utter_emergency_check_sudden" if doubt.lived_with else key
        return self._say.reply(key)

    def _nothing(self, doubt: Sign, wish: str, case: Case) -> Urgent:
        """No danger: what was doubted was a wish or an answer, and so may be what was said now."""
        told = asks_policy(doubt.text) or orders(doubt.text, IN_PASSING)
        if not (doubt.sign or doubt.told_as_over):
            told = told or wishes(doubt.text, case.now, IN_PASSING)
            told = told or _names_a_day_to_come(doubt.text, case.now)
        meant = doubt.unread and (doubt.ask in SLOTS or told)
        if meant and len(wish) < TALKING and (doubt.ask in SLOTS or find_service(wish) is None):
            wish = ""  # 修水管, said in the middle of booking it, only makes the choice
        lines = tuple(line for line in (doubt.text if meant else "", wish) if line)
        said = [self._say.reply("utter_emergency_not")]
        return Urgent(said, resume=not lines, serve=lines, ask=doubt.ask)

    async def restore(self, signs: Signs, conversation: str) -> bool:
        """Take up an emergency that this conversation raised before we were restarted.

        Returns:
            Whether there is one.
        """
        try:
            live = await self._live(conversation)
        except BackendError:
            return False
        if not live or signs.raised is not None:
            return False
        signs.begin()
        signs.told_on = True
        for row in reversed(live):
            signs.belong_to(row.id)
        signs.kinds.update(row.kind for row in live)
        return True

    async def left(self, signs: Signs, case: Case, reason: str) -> None:
        """The caller is gone: a doubt becomes a possible emergency, an open one learns of it."""
        if signs.checking:
            await self._send(signs.checking, case)
        elif signs.raised is not None and not await self._is_over(signs, case):
            await self._send(TRANSFERRED if reason == "transferred" else LINE_BROKEN, case)

    # one line

    async def _raise(self, signs: Signs, found: Sign, case: Case, person: bool) -> Urgent:
        self._begin(signs, found)
        urgent = await self._begun(signs, found, case, await self._send(found, case))
        return replace(urgent, person=ASKED_FOR) if person else urgent

    def _begin(self, signs: Signs, found: Sign) -> None:
        signs.begin()
        signs.kinds.add(found.kind)
        signs.steps = self._first_aid(found)

    async def _begun(
        self, signs: Signs, found: Sign, case: Case, emergency: Emergency | None
    ) -> Urgent:
        """What is said first: it was heard, what to do now, who is told, whom to ring."""
        if emergency is not None:
            signs.belong_to(emergency.id)
        if case.meeting:
            await asyncio.wait({case.meeting}, timeout=ACQUAINTANCE)
            if emergency is not None and emergency.elder_id is None and case.of_several():
                emergency = await self._send(found, case) or emergency  # now it is known whose
        signs.stranger = emergency is not None and emergency.elder_id is None
        if signs.stranger and case.before:
            await self._send(replace(FURTHER, text=case.before), case)
        put_through = self._puts_through(found.kind, case)
        replies = [
            replace(self._say.reply("utter_emergency_heard"), handoff=put_through),
            *self._next_step(signs),
            self._told(emergency),
        ]
        if not put_through:
            replies += [*self._number(found.kind), self._last(found.kind, case)]
        return Urgent(self._marked(signs, replies))

    async def _goes_on(
        self, signs: Signs, text: str, assessed: Assessed, case: Case, ask: str | None
    ) -> Urgent | None:
        """An emergency is open: nothing else is talked about until it is over."""
        if not text:
            return await self._unanswered(signs, case)
        signs.silences = 0
        in_danger = assessed.level == "certain"
        if not in_danger and (doubted := await self._doubted(signs, text, assessed, case)):
            return doubted
        signs.mistake = 0
        if not in_danger and await self._is_over(signs, case):
            signs.raised = None
            return await self.hear(signs, text, case, ask)
        named = assessed.span is not None  # else nothing was said that names a danger
        where = text if ask == "address" and not named else None
        who = ask == "name" and is_a_name(text)
        # A doubtful sign tells what is wrong with whoever only cried for help; beside a known
        # trouble it is a detail and no second one, which would come with the wrong advice.
        told = named or assessed.level == "certain"  # a mere likeness gives the wrong advice
        vague = signs.kinds <= {"unspecified"} and not where and not who
        tells = (in_danger and named and not who) or (told and vague)
        found = Sign.of(assessed, text) if tells else replace(FURTHER, text=text)
        return await self._further(signs, found, case, where)

    async def _further(self, signs: Signs, found: Sign, case: Case, location: str | None) -> Urgent:
        """A detail, a place, or a second emergency during the first: it joins the open one."""
        replies = []
        person = wants_person(found.text)
        if found.kind != "unspecified" and found.kind not in signs.kinds:
            signs.kinds.add(found.kind)
            signs.steps = self._first_aid(found)
            replies = [self._say.reply("utter_emergency_added"), *self._next_step(signs)]
            replies += self._number(found.kind)
        elif person:
            replies = [self._say.reply("utter_emergency_added")]
        else:
            replies = self._next_step(signs)
        emergency = await self._send(replace(found, certainty="certain"), case, location)
        if emergency is not None and signs.is_strange(emergency):  # what was before is over
            self._begin(signs, found)
            return await self._begun(signs, found, case, emergency)
        if emergency is not None and emergency.id != signs.raised:
            signs.belong_to(emergency.id)
            replies.insert(0, self._told(emergency))
        elif signs.learns(emergency):
            replies.insert(0, self._told(emergency))
        replies += self._held(signs, emergency)
        replies.append(self._asks_on(signs, case))
        return Urgent(self._marked(signs, replies), person=ASKED_FOR if person else None)

    def _asks_on(self, signs: Signs, case: Case) -> Reply:
        """What the caller is asked while help is coming: once who it is, where nobody knows that.

        Whoever hides from somebody is not made to talk.
        """
        known = case.elder() is not None or not signs.stranger
        if not known and not signs.asked_who and "intruder" not in signs.kinds:
            signs.asked_who = True
            return self._say.reply("utter_emergency_who")
        signs.told_on = not signs.told_on
        key = "utter_emergency_tell_on" if signs.told_on else "utter_emergency_stay_with_me"
        return self._say.reply(key)

    async def _unanswered(self, signs: Signs, case: Case) -> Urgent:
        """Silence after a cry: asked once, then people are told; the line stays open."""
        signs.silences += 1
        signs.mistake = 0
        key = "utter_emergency_still_here"
        if signs.silences == 1:
            key = "utter_emergency_hear_me"
        elif signs.silences == 2 and not await self._is_over(signs, case):
            key = "utter_emergency_silent"
            await self._send(NO_ANSWER, case)
        person = "emergency_silent" if key == "utter_emergency_silent" else None
        return Urgent(self._marked(signs, [self._say.reply(key)]), person=person)

    async def _doubted(
        self, signs: Signs, text: str, assessed: Assessed, case: Case
    ) -> Urgent | None:
        """Where the caller says that nothing is wrong: asked first, then believed.

        Who agrees to wait, or denies a danger that nobody told of, has not said so.
        """
        if stays(text) or denies_another(text, signs.kinds):
            return None
        if signs.mistake:
            again = nods(text) or nothing_wrong(text)
            errand = minds_other_business(text)
            over = takes_back(text) or repeats_no(text) or (signs.mistake > 1 and again) or errand
            if over and (harmless(assessed) or (_is_faint(assessed) and errand)):
                signs.mistake = 0
                return await self._call_off(signs, case, text)
            unnamed = harmless(assessed) or (assessed.likeness and nothing_wrong(text))
            if unnamed and again:  # yes, nothing? or yes, come?
                signs.mistake += 1
                check = self._say.reply("utter_emergency_check_over")
                return Urgent(self._marked(signs, [check]))
        elif nothing_wrong(text) or unmeant(signs, assessed, text, case.now):
            signs.mistake = 1
            check = self._say.reply("utter_emergency_check_mistake")
            return Urgent(self._marked(signs, [check]))
        return None

    async def _call_off(self, signs: Signs, case: Case, text: str) -> Urgent:
        """It was none: the family is told so, and a wish in the same breath is answered."""
        try:
            live = await self._live(case.conversation)
            if not live and not signs.raised:
                raise Unavailable("not recorded yet")
            for row in live:
                closing = self._backend.close_emergency(
                    row.id, by="caller", outcome="false_alarm", checked=True, now=case.now
                )
                await _soon(closing)
        except BackendError as error:
            logger.error("false alarm not recorded: %s", type(error).__name__)
            unable = self._say.reply("utter_emergency_not_called_off")
            return Urgent(self._marked(signs, [unable]))
        signs.raised = None
        wish = (text,) if orders(text) else ()
        said = [self._say.reply("utter_emergency_called_off")]
        return Urgent(said, resume=not wish, serve=wish)

    # the backend

    async def _send(self, found: Sign, case: Case, location: str | None = None) -> Emergency | None:
        elder = case.elder()
        cry = Cry.new(
            channel=case.channel,
            kind=found.kind,
            certainty=found.certainty,
            text=found.text,
            sign=found.sign,
            span=found.span,
            conversation=case.conversation,
            elder_id=elder.id if elder else case.elder_id,
            phone=case.phone,
            # what was said or sent; the register's address the backend knows
            location=location or case.place,
            now=case.now,
        )
        return await self._alarms.send(cry)

    async def _is_over(self, signs: Signs, case: Case) -> bool:
        """Whether people have closed it; where the backend does not say, it is not over."""
        if not signs.raised:
            return False
        try:
            return not await self._live(case.conversation)
        except BackendError:
            return False

    async def _live(self, conversation: str) -> list[Emergency]:
        """The emergencies of this conversation that are not over.

        Raises:
            BackendError: the backend does not say.
        """
        rows = await _soon(self._backend.emergencies(conversation=conversation))
        return [row for row in rows if row.status in _LIVE]

    # words

    def _first_aid(self, found: Sign) -> list[Reply]:
        card = self._say.first_aid(found.kind, found.text)
        if card is None:
            return []
        return [
            Reply(step, key=f"first_aid.{card.name}", interruptible=False, citations=(card.source,))
            for step in card.steps
        ]

    @staticmethod
    def _next_step(signs: Signs) -> list[Reply]:
        return [signs.steps.pop(0)] if signs.steps else []

    def _told(self, emergency: Emergency | None) -> Reply:
        if emergency is None:
            return self._say.reply("utter_emergency_not_recorded")
        notices = [one for one in emergency.notices if one.status in _UNDER_WAY]
        people = "、".join(dict.fromkeys(one.recipient for one in notices if one.recipient))
        if people:
            return self._say.reply("utter_emergency_told", people=people)
        return self._say.reply("utter_emergency_recorded")

    def _held(self, signs: Signs, emergency: Emergency | None) -> list[Reply]:
        """Who has said that they take care of it; told once."""
        holder = emergency.acknowledged_by if emergency else None
        if holder is None or holder == signs.holder:
            return []
        signs.holder = holder
        return [self._say.reply("utter_emergency_held", who=holder)]

    def _puts_through(self, kind: str, case: Case) -> bool:
        """Whether the call is transferred instead of the caller being told to ring 120."""
        return self._transfers and case.channel == "phone" and kind not in _NUMBERS

    def _number(self, kind: str) -> list[Reply]:
        key = _NUMBERS.get(kind, _AMBULANCE)
        return [self._say.reply(key)] if key else []

    def _last(self, kind: str, case: Case) -> Reply:
        """The one question: where, where nobody knows; else what, where only help was cried for."""
        elder = case.elder()
        if not (elder and elder.address):
            return self._say.reply("utter_emergency_where")
        if kind == "unspecified":
            return self._say.reply("utter_emergency_what")
        return self._say.reply("utter_emergency_stay_with_me")

    @staticmethod
    def _marked(signs: Signs, replies: list[Reply]) -> list[Reply]:
        return [replace(reply, emergency=signs.raised or None, urgent=True) for reply in replies]


async def _soon(answer: Awaitable[Found]) -> Found:
    """The backend's answer within the budget.

    Raises:
        BackendError: there is none, or it is a refusal.
    """
    try:
        async with asyncio.timeout(BUDGET):
            return await answer
    except TimeoutError as error:
        raise Unavailable("后台没有按时回答") from error


def _as_told_before(assessed: Assessed, text: str, case: Case) -> Assessed:
    """A weak side in the light of what was said before, where nothing of it is told as new.

    It is no news of somebody of whom an old paralysis was told, and an answer where an interview
    asks how somebody lives; beside a wish for care it is asked since when it is so.
    """
    if assessed.kind != "stroke" or assessed.level == "no" or is_new(text):
        return assessed
    if is_remembered(case.said) or (case.interviewing and assessed.lived_with):
        return replace(assessed, level="no", kind=None)
    if case.interviewing or wants_care(case.said):
        return replace(assessed, level="possible", why=f"{assessed.why}, but {LIVED_WITH}")
    return assessed


def _tells_calmly(text: str, case: Case) -> bool:
    """Whether a line that only resembles a cry is an answer, or breaks off, or asks for a dose."""
    frailty = case.asked == FRAILTIES and len(text) < FRAIL  # 拄着拐棍走
    of_the_rules = case.interviewed and tells_of_oneself(text)  # 七十三了，腿瘫了半边
    return frailty or of_the_rules or puts_off(text) or asks_dose(text)


def _is_an_answer(text: str, assessed: Assessed, ask: str | None, now: datetime) -> bool:
    """Whether a line that only resembles a cry gives what was asked for.

    What names somebody says nothing else; beside a day or a service anything may be said (今天早上
    起来嘴就歪了), so that what likely is a cry is none.
    """
    if not assessed.likeness or not answers(text, ask, now):
        return False
    if ask in ("name", "person") or says_no_more(text):
        return True
    return assessed.likelihood < (HARDLY if ask in ("date", "time") else LIKELY)


def _is_faint(assessed: Assessed) -> bool:
    """Whether a line has no word of danger and is hardly likelier a cry than none."""
    return assessed.likeness and assessed.span is None and assessed.likelihood < EVEN


def _names_a_day_to_come(text: str, now: datetime) -> bool:
    """Whether a line names a day or an hour that is not over since yesterday."""
    when = parse_when(text, now.replace(tzinfo=None))
    return when is not None and (when.date is None or when.date >= now.date())


def _is_grave(assessed: Assessed) -> bool:
    """Whether words of a danger that cannot wait stand in a line, be there a wish beside them."""
    return assessed.span is not None and assessed.kind in _GRAVE


_GRAVE = frozenset({"breathing", "choking", "poisoning", "stroke"})
_LIVE = frozenset({"open", "acknowledged"})
_UNDER_WAY = frozenset({"pending", "delivered"})
