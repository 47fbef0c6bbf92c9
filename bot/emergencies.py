"""A cry for help in a conversation: heard before anything else, without Rasa.

Certain signs act at once. Possible ones are asked about once, and acted on after anything but a
clear no, silence included. An emergency is called off only after a second question.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import datetime

from tenacity import retry, retry_if_exception_type, wait_exponential

from anban.errors import BackendError, Unavailable
from backend.client import BackendClient, Emergency
from bot.sentences import Reply, Sentences
from bot.understanding.answers import yes_no
from bot.understanding.emergency import assess

logger = logging.getLogger(__name__)

# What to do now, by kind: the number that the country gives for it. Fire 119, police 110,
# ambulance 120; whoever has fallen shall not get up alone.
_ADVICE = {
    "fire_gas": ("utter_emergency_call_119",),
    "intruder": ("utter_emergency_call_110",),
    "fall": ("utter_emergency_dont_move", "utter_emergency_call_120"),
    "lost": ("utter_emergency_dont_move",),
    "self_harm": (),
}
_DEFAULT_ADVICE = ("utter_emergency_call_120",)


@dataclass
class Signs:
    """What one conversation has shown so far.

    Attributes:
        checking: the kind that is being asked about, or None.
        raised: id of the emergency raised in this conversation, "" where it is not recorded yet.
        mistake: True while "is it really nothing?" is open.
    """

    checking: str | None = None
    raised: str | None = None
    mistake: bool = False

    def check(self, kind: str) -> None:
        """The next line answers whether this is an emergency."""
        self.checking = kind


@dataclass(frozen=True)
class Urgent:
    """What to say about an emergency.

    Attributes:
        replies: said at once.
        resume: True where the question asked before shall be asked again.
    """

    replies: list[Reply]
    resume: bool = False


class EmergencyDesk:
    """Hears every line first.

    Args:
        backend: where emergencies are written.
        sentences: the fixed sentences.
    """

    def __init__(self, backend: BackendClient, sentences: Sentences) -> None:
        self._backend = backend
        self._say = sentences
        self._pending: set[asyncio.Task[None]] = set()

    async def hear(
        self,
        signs: Signs,
        text: str,
        *,
        ask: str | None,
        conversation: str,
        channel: str,
        elder_id: str | None,
        phone: str | None,
        address: str | None,
        now: datetime,
    ) -> Urgent | None:
        """What to say if this line has to do with an emergency; None where it has not."""
        case = _Case(conversation, channel, elder_id, phone, address, now)
        assessed = assess(text, context=ask) if text else None
        if signs.raised is not None:
            return await self._goes_on(signs, text, case)
        if assessed and assessed.level == "certain":
            kind = assessed.kind or "unspecified"
            found = _Sign(kind, "certain", text, assessed.sign or "", assessed.span or "")
            return await self._raise(signs, found, case)
        if signs.checking:
            kind, signs.checking = signs.checking, None
            if text and (yes_no(text, "confirm") == "no" or _nothing_wrong(text)):
                return Urgent([self._say.reply("utter_emergency_not")], resume=True)
            return await self._raise(signs, _Sign(kind, "certain", text), case)
        if assessed and assessed.level == "possible":
            signs.check(assessed.kind or "unspecified")
            return Urgent([self._say.reply("utter_emergency_check")])
        return None

    async def _raise(self, signs: Signs, found: _Sign, case: _Case) -> Urgent:
        signs.checking, signs.raised = None, ""
        replies = [self._say.reply("utter_emergency_heard")]
        try:
            emergency = await self._write(found, case)
        except BackendError as error:
            logger.critical("emergency not recorded yet: %s", type(error).__name__)
            self._keep_trying(signs, found, case)
            replies.append(self._say.reply("utter_emergency_not_recorded"))
        else:
            signs.raised = emergency.id
            replies.append(self._told(emergency))
        advice = _ADVICE.get(found.kind, _DEFAULT_ADVICE)
        replies += [self._say.reply(key) for key in advice]
        last = "utter_emergency_stay_with_me" if case.address else "utter_emergency_where"
        replies.append(self._say.reply(last))
        return Urgent([replace(reply, emergency=signs.raised or None) for reply in replies])

    async def _goes_on(self, signs: Signs, text: str, case: _Case) -> Urgent:
        """An emergency is open: nothing else is talked about until it is called off."""
        answer = yes_no(text, "confirm") if text else None
        if signs.mistake:
            signs.mistake = False
            if answer == "no" or _nothing_wrong(text):
                return await self._call_off(signs, case)
        elif _nothing_wrong(text):
            signs.mistake = True
            return Urgent([self._say.reply("utter_emergency_check_mistake")])
        if text:
            await self._add(signs, text, case)
        stay = self._say.reply("utter_emergency_stay_with_me")
        return Urgent([replace(stay, emergency=signs.raised or None)])

    async def _call_off(self, signs: Signs, case: _Case) -> Urgent:
        emergency, signs.raised = signs.raised, None
        if emergency:
            try:
                await self._backend.close_emergency(
                    emergency, by="caller", outcome="false_alarm", checked=True, now=case.now
                )
            except BackendError as error:
                logger.error("false alarm not recorded: %s", type(error).__name__)
                signs.raised = emergency
                return Urgent([self._say.reply("utter_emergency_stay_with_me")])
        return Urgent([self._say.reply("utter_emergency_called_off")], resume=True)

    async def _add(self, signs: Signs, text: str, case: _Case) -> None:
        """What is said later (a landmark, a symptom) joins the open emergency."""
        try:
            await self._write(_Sign("unspecified", "certain", text), case)
        except BackendError as error:
            logger.error("detail not recorded: %s", type(error).__name__)

    async def _write(self, found: _Sign, case: _Case) -> Emergency:
        return await self._backend.raise_emergency(
            _key(case.conversation, found),
            channel=case.channel,
            kind=found.kind,
            certainty=found.certainty,
            text=found.text,
            sign=found.sign,
            span=found.span,
            conversation=case.conversation,
            elder_id=case.elder_id,
            phone=case.phone,
            location=case.address,
            now=case.now,
        )

    def _told(self, emergency: Emergency) -> Reply:
        family = "、".join(dict.fromkeys(n.recipient for n in emergency.notices if n.recipient))
        if family:
            return self._say.reply("utter_emergency_told", family=family)
        return self._say.reply("utter_emergency_recorded")

    def _keep_trying(self, signs: Signs, found: _Sign, case: _Case) -> None:
        """Until the backend takes it; the key makes the repetition harmless."""

        @retry(retry=retry_if_exception_type(Unavailable), wait=wait_exponential(0.5, max=5))
        async def deliver() -> None:
            signs.raised = (await self._write(found, case)).id

        task = asyncio.create_task(deliver())
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)


@dataclass(frozen=True)
class _Sign:
    kind: str
    certainty: str
    text: str
    sign: str = ""
    span: str = ""


@dataclass(frozen=True)
class _Case:
    conversation: str
    channel: str
    elder_id: str | None
    phone: str | None
    address: str | None
    now: datetime


_NOTHING_WRONG = (
    "没事",
    "没得事",
    "冇事",
    "无事",
    "毋要紧",
    "误会",
    "搞错",
    "按错",
    "弄错",
    "不用来",
    "不用了",
    "不要了",
    "毋使",
    "毋免",
    "唔使",
)


def _nothing_wrong(text: str) -> bool:
    return any(words in text for words in _NOTHING_WRONG)


def _key(conversation: str, found: _Sign) -> str:
    content = f"{conversation}|{found.kind}|{found.text}"
    return hashlib.sha256(content.encode()).hexdigest()[:32]
