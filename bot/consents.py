"""What an elder lets the family know: asked for at binding, told and changed by a word.

An elder says 谁能看我的情况, 别让我儿子知道我的位置, 让女儿也知道我的健康; the same on each
channel. What is taken back is taken back at once; what is given is asked about first, since a word
misheard must not open anything.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from anban.errors import BackendError
from backend.client import BackendClient, FamilyMember
from bot.sentences import Reply, Sentences
from bot.understanding.answers import yes_no
from bot.understanding.normalise import simplify
from bot.understanding.people import find_person

if TYPE_CHECKING:
    from bot.state import State

logger = logging.getLogger(__name__)

AT_BINDING, GRANT = "consents", "consent"
"""offers: what a number is to open; that somebody may know more"""
SECONDS = 2.0
"""so long the backend may take"""
CALLED = {
    "orders": "订的服务",
    "state": "每天的平安",
    "location": "位置",
    "health": "健康情况",
}
"""kinds of data, as they are called to an elder"""
_USUAL = ("orders", "state")
LONGEST = 40
"""characters of a line that says who may know what; longer ones tell a story"""

_SAID = {
    "orders": re.compile(r"订单|单子|服务|订了|订的"),
    "state": re.compile(r"平安|平不平安|过得|每天的|好不好"),
    "location": re.compile(r"位置|定位|在哪|去哪|到哪|哪里|哪儿|地方"),
    "health": re.compile(r"健康|身体|身子|病情|血压|毛病"),
}
_ALL = re.compile(r"什么都|啥都|所有|全部|统统|都不|一概|情况|消息")
_NOT = (
    r"(?:不想|不愿意?|不要|不许|不准|不让|不给|不能|不用|不再|唔好|唔俾|毋通|别再?|莫|甭|"
    r"取消|收回|停止)"
)
_LET = r"(?:让|给|许|准|告诉|叫|俾|同意|允许|答应)"
_KNOW = r"(?:知道|晓得|看(?!病|医生|护)|查|了解|告诉|知)"
_TAKES = re.compile(rf"{_NOT}.{{0,3}}{_LET}?.{{0,12}}{_KNOW}|{_NOT}.{{0,2}}告诉")
_GIVES = re.compile(rf"{_LET}.{{0,12}}{_KNOW}")
_ASKS = re.compile(
    r"(?:谁|哪些人|哪个人?|哪几个).{0,6}(?:知道|晓得|看到|看得到|看见|看我|查).{0,6}我|"
    r"我的?(?:情况|消息|位置|健康|事).{0,6}(?:谁|哪些人|哪个|哪几个).{0,6}(?:知道|晓得|看)|"
    r"(?:谁|哪些人|哪几个|几个人).{0,4}绑定|绑定了?(?:谁|哪些|哪几个)"
)
_ASKS_OWN = re.compile(r"我(?:能|可以|可)(?:看|知道|查).{0,6}(?:什么|哪些|啥)")
_ONLY = re.compile(r"只[要给让看]?")


@dataclass(frozen=True)
class Grant:
    """Something that is given once the elder has said yes."""

    member: FamilyMember
    kinds: tuple[str, ...]


def kinds_in(text: str) -> tuple[str, ...]:
    """Return the kinds of data that a line names; all of them where it says so."""
    named = tuple(kind for kind, words in _SAID.items() if words.search(text))
    return named or (tuple(CALLED) if _ALL.search(text) else ())


def at_binding(text: str, ask: str | None) -> tuple[str, ...] | None:
    """Return what a number is to open, after the question for place and health; None: unclear."""
    plain, answer = simplify(text), yes_no(text, ask)
    named = kinds_in(plain)
    refused = re.search(_NOT, plain) is not None
    if _ONLY.search(plain) and named:
        return named
    if named and len(named) < len(CALLED):
        kept = {*_USUAL} - {*named} if refused else {*_USUAL, *named}
        return tuple(kind for kind in CALLED if kind in kept)
    if answer == "yes" and not refused:
        return tuple(CALLED)
    return _USUAL if answer == "no" or refused else None


class ConsentDesk:
    """Answers what elders say of who may know what.

    Args:
        backend: where it is kept.
        say: the sentences.
    """

    def __init__(self, backend: BackendClient, say: Sentences) -> None:
        self._backend = backend
        self._say = say

    async def answered(self, state: State, text: str, now: datetime) -> list[Reply]:
        """What to say to a line about it; nothing where it is none."""
        plain = simplify(text)
        offer, grant, state.grant = state.offer, state.grant, None
        try:
            async with asyncio.timeout(SECONDS):
                if state.role == "family":
                    return self._own(state) if _ASKS_OWN.search(plain) else []
                if state.opened.elder is None or state.opened.caller.role != "elder":
                    return []
                if offer == AT_BINDING:
                    return await self._number(state, text, now)
                if offer == GRANT and grant is not None:
                    return await self._granted(state, grant, text)
                if len(plain) > LONGEST:
                    return []
                if _ASKS.search(plain):
                    return await self._told(state)
                return await self._changed(state, plain)
        except (BackendError, TimeoutError) as error:
            logger.warning("consents: %s", type(error).__name__)
            if offer == AT_BINDING:
                return [
                    self._say.reply(key) for key in ("utter_bind_not_now", "utter_offer_person")
                ]
            return [self._say.reply("utter_consent_not_kept")]

    async def _number(self, state: State, text: str, now: datetime) -> list[Reply]:
        """The number, once it is said what it opens."""
        kinds = at_binding(text, state.ask)
        if kinds is None or state.opened.elder is None:
            return []
        made = await self._backend.binding_code(state.opened.elder.id, consents=kinds, now=now)
        first = self._say.reply("utter_bind_code", code=made.code)
        return [first, self._say.reply("utter_bind_pass_on")]

    async def _told(self, state: State) -> list[Reply]:
        family = await self._family(state)
        if not family:
            return [self._say.reply("utter_nobody_bound"), self._say.reply("utter_anything_else")]
        told = [self._knows(one) for one in family]
        return [*told, self._say.reply("utter_consents_how")]

    def _knows(self, one: FamilyMember) -> Reply:
        kinds = [] if one.role == "neighbour" else [*one.consents]
        if not kinds:
            return self._say.reply("utter_consents_none", person=_called(one))
        return self._say.reply("utter_consents_of", person=_called(one), kinds=_words(kinds))

    def _own(self, state: State) -> list[Reply]:
        """What a relative who asks may know of each elder."""
        return [
            self._say.reply("utter_consents_yours", elder=one.name, kinds=_words(one.consents))
            for one in state.opened.elders
            if one.consents
        ]

    async def _changed(self, state: State, text: str) -> list[Reply]:
        takes = _TAKES.search(text) is not None
        kinds = kinds_in(text)
        if not kinds or not (takes or _GIVES.search(text)):
            return []
        family = [one for one in await self._family(state) if one.role != "neighbour"]
        person = find_person(text)
        if not family or (person is None and not any(one.name in text for one in family)):
            return []
        meant = _meant(text, person.relation if person else None, family)
        if meant is None:
            people = "、".join(_called(one) for one in family)
            return [self._say.reply("utter_consent_who", people=people)]
        if takes:
            return await self._taken(state, meant, kinds)
        state.grant = Grant(meant, kinds)
        asked = {"person": _called(meant), "kinds": _words(kinds)}
        return [self._say.reply("utter_consent_ask", **asked)]

    async def _taken(self, state: State, member: FamilyMember, kinds: Sequence[str]) -> list[Reply]:
        left = [kind for kind in member.consents if kind not in kinds]
        await self._backend.change_consents(member.id, left, way=state.channel, by="本人")
        said = {"person": _called(member), "kinds": _words(kinds)}
        return [self._say.reply("utter_consent_taken", **said)]

    async def _granted(self, state: State, grant: Grant, text: str) -> list[Reply]:
        answer = yes_no(text, state.ask)
        if answer == "no":
            return [self._say.reply("utter_consent_kept")]
        if answer != "yes":
            return []
        kinds = {*grant.member.consents, *grant.kinds}
        given = [kind for kind in CALLED if kind in kinds]
        await self._backend.change_consents(grant.member.id, given, way=state.channel, by="本人")
        said = {"person": _called(grant.member), "kinds": _words(grant.kinds)}
        return [self._say.reply("utter_consent_given", **said)]

    async def _family(self, state: State) -> list[FamilyMember]:
        assert state.opened.elder is not None
        found = await self._backend.family_members(elder_id=state.opened.elder.id)
        return [one for one in found if one.bound]


def _meant(text: str, relation: str | None, family: Sequence[FamilyMember]) -> FamilyMember | None:
    named = [one for one in family if one.name and one.name in text]
    related = [one for one in family if relation and relation in one.relation]
    found = named or related
    return found[0] if len(found) == 1 else None


def _called(one: FamilyMember) -> str:
    return f"{one.relation}{one.name}" or "家人"


def _words(kinds: Sequence[str]) -> str:
    return "、".join(CALLED[kind] for kind in CALLED if kind in kinds)
