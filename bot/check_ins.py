"""Calls of ours on which somebody is asked: how they are, how a service was, what an alarm means.

A few questions in a fixed order, each answer written down as it comes. Whatever is no answer (a cry
for help, a wish, a person wanted) goes to the dialogue, and the questions wait until that is done.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Unpack

from anban.errors import BackendError
from backend.client import BackendClient, CheckIn, Talk
from bot.breath import CLOSING
from bot.danger import listen
from bot.delegate import Caller, Delegate, Turn
from bot.dialogue import Dialogue
from bot.sentences import Reply, Sentences
from bot.understanding.answers import yes_no
from bot.understanding.normalise import simplify

logger = logging.getLogger(__name__)

OK, WORRY, UNCLEAR, SILENT = "ok", "worry", "unclear", "silent"
DEVICE_CHECK = "device_check"
_EMERGENCY = "utter_emergency"
ONCE_MORE: Final = 1
"""so often a question is asked again that was not understood, or met with silence"""

_ILLS = (
    r"(?:不|唔|毋)(?:太|大|怎么|咋)?(?:舒服|好|得劲|爽快|自在)|难受|疼|痛|晕|昏|没(?:力|劲|精神)|无力|发烧|"
    r"咳|喘|睡不|病|吐|拉肚|摔|跌|肿|麻|闷|心慌|不行|老毛病犯"
)
_NOT_ILL = re.compile(rf"(?:没有?|冇|无|毋|唔|不)(?:什么|啥|哪里?|觉得|再)?(?:{_ILLS}|毛病)")
_ILL = re.compile(_ILLS)
_WELL = re.compile(r"好|行|可以|没事|没啥|没什么|不错|硬朗|老样子|舒服|健康|没有|精神")
_SKIPS = re.compile(r"没吃药|没有?吃|忘|停了|吃完了没|没按时|不想吃|没药了|断了")
_SOON = re.compile(
    r"(?:马上|就|这就|等下|等会儿?|一会儿?|待会儿?|即刻|随)[^，。不没]{0,4}[吃食]|记得了?$"
)
_NO_NEED = re.compile(r"(?:不|唔|毋)(?:用|需要|消|要|使)吃?药|没(?:有)?药(?:要|用)?吃")
_TAKES = re.compile(r"吃了|按时|吃着|都吃|在吃|有吃|吃过|照吃")
_NO_MEAL = re.compile(
    r"吃不(?:下|了|进|好)|没(?:有)?(?:吃|胃口|饭)|不(?:想|爱)吃|没人(?:做|煮|送)|饿"
)
_MEAL = re.compile(r"吃了|好|行|可以|香|正常|照常|不错|有吃|吃得")
_BAD = re.compile(
    r"不(?:太|大|怎么)?(?:满意|好|行|干净|舒服)|差|没(?:人)?来|没做|迟到|骂|凶|乱收|糟|坏|一般"
)
_GOOD = re.compile(r"满意|好|行|可以|不错|干净|周到|挺")
_HELP = re.compile(
    r"(?<![不没唔毋])要(?:的|人|啊|呀|$|，)|来人|来个人|帮(?:帮|我|下)|动不了|起不来|救|快来|叫人"
)
_FINE = re.compile(
    r"(?:不|唔|毋)(?:用|要|使|需要)|没(?:有)?(?:事|什么|啥)|误(?:碰|按|报|触)|碰(?:到|着)|好好|没摔|冇事|无代"
)
_STOP = re.compile(r"(?:别|不要|莫|唔好|不许|甭)(?:再)?(?:打|来)(?:电话|了|来)|骚扰|不想接")
_PERSON = re.compile(r"人工|转接|找(?:个)?(?:人|领导|同事)说|真人")
_WISH = re.compile(
    r"(?:我想|我要|帮我|给我|替我|想要)(?:再)?(?:订|定|约|预约|请|取消|改|问|查|申请|投诉)|取消|改时间|预约"
)


def judged(question: str, text: str) -> str:
    """What an answer means: ok, worry or unclear.

    Args:
        question: which one was asked (`backend.domain.check_ins`).
        text: what was said.
    """
    plain = simplify(text)
    if question == "health":
        rest = _NOT_ILL.sub("", plain)
        if _ILL.search(rest):
            return WORRY
        return OK if rest != plain or _WELL.search(rest) else UNCLEAR
    if question in ("medicine", "taken"):
        soon = ((_SOON, OK),) if question == "taken" else ()
        rules = (*soon, (_NO_NEED, OK), (_SKIPS, WORRY), (_TAKES, OK))
        return _first(plain, rules) or _yes(plain, OK)
    if question == "meals":
        return _first(plain, ((_NO_MEAL, WORRY), (_MEAL, OK))) or _yes(plain, OK)
    if question in ("visit", "satisfied"):
        return _first(plain, ((_BAD, WORRY), (_GOOD, OK))) or _yes(plain, OK)
    if question == "wrong":
        return WORRY
    if _ILL.search(_NOT_ILL.sub("", plain)) or _HELP.search(plain):
        return WORRY
    said = _first(plain, ((_FINE, OK),))
    return said or _yes(plain, WORRY if question == "danger" else OK)


def _first(text: str, rules: Sequence[tuple[re.Pattern[str], str]]) -> str | None:
    return next((finding for pattern, finding in rules if pattern.search(text)), None)


def _yes(text: str, means: str) -> str:
    """What a bare yes or no means, where a yes means this."""
    other = WORRY if means == OK else OK
    return {"yes": means, "no": other}.get(yes_no(text) or "", UNCLEAR)


@dataclass
class _Call:
    """One such call."""

    talk: Talk
    left: list[str] = field(default_factory=list)
    """questions still to be asked"""
    asked: str = ""
    again: int = 0
    """how often the question was not answered"""
    aside: bool = False
    """whether the dialogue leads for now"""
    case: bool = False
    """whether people will look into it"""
    lost: bool = False
    """whether an answer could not be written down"""


class CheckIns(Delegate):
    """Leads such calls; what voice takes for the mind of them.

    Args:
        dialogue: leads whatever is no answer.
        backend: says what is asked, and takes the answers.
        sentences: the sentences of domain.yml.
    """

    def __init__(self, dialogue: Dialogue, backend: BackendClient, sentences: Sentences) -> None:
        super().__init__(dialogue)
        self._backend = backend
        self._say = sentences
        self._calls: dict[str, _Call] = {}

    async def begin(self, conversation: str, **caller: Unpack[Caller]) -> list[Reply]:
        """Say who calls, and ask the first question; without the backend it is a usual greeting."""
        greeting = await super().begin(conversation, **caller)
        try:
            talk = await self._backend.check_in_talk(conversation)
        except BackendError as error:
            logger.error("what to ask is not known: %s", type(error).__name__)
            return greeting
        call = self._calls[conversation] = _Call(talk, list(talk.questions))
        manner = next((reply.manner for reply in greeting if reply.manner), None)
        opening = self._say.reply(f"utter_check_in_{talk.kind}", about=talk.about)
        return [replace(opening, manner=manner), *self._next(call)]

    async def say(self, conversation: str, text: str, **turn: Unpack[Turn]) -> list[Reply]:
        """Take an answer, or whatever else was said."""
        call = self._calls.get(conversation)
        if call is not None and not call.aside:
            if not text:
                return await self._silence(conversation, call)
            danger = listen(text).level != "no"
            if not danger and _STOP.search(simplify(text)):
                return await self._refuse(conversation, call)
            if not danger and not _is_wish(text):
                return await self._answer(conversation, call, text)
        replies = await super().say(conversation, text, **turn)
        return replies if call is None else await self._beside(conversation, call, text, replies)

    def likely(self, conversation: str) -> Sequence[str]:
        """What will be asked next."""
        call = self._calls.get(conversation)
        if call is None:
            return super().likely(conversation)
        return [self._question(call, name).text for name in call.left[:2]]

    async def end(self, conversation: str, reason: str) -> None:
        """See ``Dialogue.end``."""
        self._calls.pop(conversation, None)
        await super().end(conversation, reason)

    # one answer

    async def _answer(self, conversation: str, call: _Call, text: str) -> list[Reply]:
        finding = judged(call.asked, text)
        if finding == UNCLEAR and call.again < ONCE_MORE:
            call.again += 1
            return [self._say.reply("utter_check_in_again"), self._question(call, call.asked)]
        return await self._noted(conversation, call, text, finding)

    async def _silence(self, conversation: str, call: _Call) -> list[Reply]:
        if call.again < ONCE_MORE:
            call.again += 1
            return [self._say.reply("utter_silence_1"), self._question(call, call.asked)]
        call.left = []
        return await self._noted(conversation, call, "", SILENT)

    async def _noted(self, conversation: str, call: _Call, text: str, finding: str) -> list[Reply]:
        """Write an answer down, and go on to the next question, or to the end."""
        written = await self._write(conversation, call, text, finding)
        if call.talk.kind == DEVICE_CHECK:
            return self._after_alarm(call, finding, written)
        if finding == WORRY and call.asked == "satisfied":
            call.left.insert(0, "wrong")
        return self._next(call)

    async def _write(
        self, conversation: str, call: _Call, text: str, finding: str
    ) -> CheckIn | None:
        try:
            written = await self._backend.check_in_answer(conversation, call.asked, text, finding)
        except BackendError as error:
            logger.error("an answer was not written down: %s", type(error).__name__)
            call.lost = True
            return None
        call.case = call.case or written.case_id is not None
        return written

    def _after_alarm(self, call: _Call, finding: str, written: CheckIn | None) -> list[Reply]:
        """An alarm is called off after a second no; else people come, the backend having it."""
        if finding == OK and call.asked == "danger":
            call.left = ["sure"]
            return self._next(call)
        call.aside = True
        if written is None:
            return [self._say.reply("utter_mind_down")]
        if finding == OK:
            return [self._say.reply("utter_check_in_called_off")]
        return [replace(self._say.reply("utter_check_in_help"), urgent=True)]

    async def _beside(
        self, conversation: str, call: _Call, text: str, replies: list[Reply]
    ) -> list[Reply]:
        """What the dialogue said; where that is done, our question is asked again."""
        if not call.aside and call.asked and judged(call.asked, text) == WORRY:
            written = await self._write(conversation, call, text, WORRY)
            if call.talk.kind == DEVICE_CHECK and not any(reply.urgent for reply in replies):
                return self._after_alarm(call, WORRY, written)
            if not any(reply.urgent or reply.key.startswith(_EMERGENCY) for reply in replies):
                return self._next(call)  # no danger after all, and no wish: it was the answer
            call.asked = call.left.pop(0) if call.left else ""
        done = [reply for reply in replies if not (reply.ask and reply.key in CLOSING)]
        call.aside = any(reply.ask or reply.urgent or reply.handoff for reply in done)
        if call.aside or any(reply.ends for reply in replies):
            return replies
        return [*done, *([self._question(call, call.asked)] if call.asked else self._next(call))]

    async def _refuse(self, conversation: str, call: _Call) -> list[Reply]:
        try:
            await self._backend.check_in_refused(conversation)
        except BackendError as error:
            logger.error("a refusal was not written down: %s", type(error).__name__)
            return [self._say.reply("utter_check_in_not_recorded")]
        return [self._say.reply("utter_check_in_refused")]

    def _next(self, call: _Call) -> list[Reply]:
        call.again = 0
        if call.left:
            call.asked = call.left.pop(0)
            return [self._question(call, call.asked)]
        call.asked = ""
        if call.case:
            return [self._say.reply("utter_check_in_case")]
        return [self._say.reply(f"utter_check_in_{'not_recorded' if call.lost else 'done'}")]

    def _question(self, call: _Call, name: str) -> Reply:
        return self._say.reply(f"utter_check_in_{name}", about=call.talk.about)


def _is_wish(text: str) -> bool:
    """Whether a line is no answer but wants something: a service, or a person."""
    plain = simplify(text)
    return bool(_PERSON.search(plain) or _WISH.search(plain))
