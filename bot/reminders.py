"""Medicines that somebody wants to be reminded of: asked for, read back, told and ended by a word.

Three things are asked at most (the times, the first day, and a yes), whatever is said already is
not asked again. What to take, how much, or what to do after a dose that was missed is never said:
that is the doctor's.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from anban.errors import BackendError
from backend.client import BackendClient, Reminder
from bot import wording
from bot.errands import SLOTS, orders
from bot.sentences import Reply, Sentences
from bot.understanding.answers import yes_no
from bot.understanding.negation import DENIED
from bot.understanding.normalise import simplify
from bot.understanding.reminding import DAILY, ONCE, Reminding, asks_dose, reminding

if TYPE_CHECKING:
    from bot.state import State

logger = logging.getLogger(__name__)

BEGIN = "utter_reminder_begin"
"""what the mind says where a reminder is wanted"""
SECONDS = 2.0
"""so long the backend may take"""
ONCE_MORE = 1
"""so often a question is asked again that was not answered"""
MOST_TOLD = 3
"""reminders that are told one after the other"""
LONGEST = 30
"""characters of a line that tells or ends reminders; longer ones tell a story"""

_ABOUT = r"(?:提醒|[喊叫][我俺涯阮佢他她]?[吃食]药|[吃食]药的?电话)"
_NOT = r"(?:取消|不要|不用|不需要|别再?|甭|莫|停了?|免|毋免|唔使|唔要|唔好|删|退)"
_ENDS = re.compile(
    rf"{_ABOUT}[^，。]{{0,6}}{_NOT}(?!忘|漏)|{_NOT}[^，。忘漏]{{0,4}}{_ABOUT}|{_NOT}再?打[^，。]{{0,6}}[吃食]药"
)
_STAYS = re.compile(rf"{DENIED}(?:取消|停|删|退|断)了?")
"""Words that let reminders go on: 莫取消, 毋通停."""
_LISTS = re.compile(
    rf"(?:几点|几时|啥时|什么|哪些|哪几个|有没有|有冇|设了|还有|查)[^，。]{{0,8}}{_ABOUT}(?!我)|"
    rf"{_ABOUT}[^，。]{{0,6}}(?:几点|几时|啥时|哪些|哪几个|还在|在不在|有没有|有冇|设了没)"
)
_REMINDS = re.compile(r"[提喊叫吼]|打电话")
_DROPS = re.compile(
    r"算了|不用(?:提醒|打|喊|叫)|不要(?:提醒|打|喊|叫)了|唔使(?:提|打)|毋免(?:敲|叫)"
)
_LEAVES = re.compile(r"人工|真人|转接|投诉|挂了|拜拜|再见")


@dataclass(frozen=True)
class Wish:
    """A reminder that is being agreed on.

    Attributes:
        said: the words it was asked for in.
        told: what is known of it.
        again: how often the open question was not answered.
        resume: the question that was open before, put again afterwards.
    """

    said: str
    told: Reminding
    again: int = 0
    resume: Reply | None = None


class ReminderDesk:
    """Agrees on reminders, tells them and ends them.

    Args:
        backend: where they are kept, and carried out.
        say: the sentences.
    """

    def __init__(self, backend: BackendClient, say: Sentences) -> None:
        self._backend = backend
        self._say = say

    async def begun(
        self, state: State, replies: list[Reply], text: str, now: datetime
    ) -> list[Reply]:
        """What to say where the mind has understood that a reminder is wanted."""
        if not any(reply.key == BEGIN for reply in replies):
            return replies
        before = [reply for reply in replies if reply.key != BEGIN and not reply.ask]
        if state.elder is None:
            keys = ("utter_reminder_stranger", "utter_offer_person")
            return [*before, *(self._say.reply(key) for key in keys)]
        if asks_dose(text) and not _REMINDS.search(simplify(text)):
            return [*before, self._say.reply("utter_reminder_dose"), self._else()]
        wish = Wish(text, reminding(text, now), resume=_form_question(state))
        return [*before, *self._asks(state, wish, now)]

    async def answered(
        self, conversation: str, state: State, text: str, now: datetime
    ) -> list[Reply]:
        """What to say to a line about reminders; nothing where it is none."""
        wish, state.reminder = state.reminder, None
        plain = simplify(text)
        try:
            async with asyncio.timeout(SECONDS):
                if wish is not None:
                    return await self._further(conversation, state, wish, plain, now)
                if state.elder is None or len(plain) > LONGEST:
                    return []
                if state.offer == "reminder_end":
                    return await self._ended(state, plain, now)
                if _calls_off(plain):
                    return await self._ends(state)
                return await self._lists(state) if _LISTS.search(plain) else []
        except (BackendError, TimeoutError) as error:
            logger.warning("reminders: %s", type(error).__name__)
            return [
                self._say.reply(key) for key in ("utter_reminder_not_kept", "utter_offer_person")
            ]

    # agreeing on one

    async def _further(
        self, conversation: str, state: State, wish: Wish, text: str, now: datetime
    ) -> list[Reply]:
        """Take an answer; one that is none is asked for once more, then left to the mind."""
        if asks_dose(text):
            return [self._say.reply("utter_reminder_dose"), *self._asks(state, wish, now)]
        told, answer = reminding(text, now, state.ask), yes_no(text, state.ask)
        if _DROPS.search(text) or (state.ask == "confirm" and answer == "no" and not told):
            return [self._say.reply("utter_reminder_dropped"), *self._after(wish)]
        known = wish.told
        merged = _merged(known, told, state.ask)
        if state.ask == "date" and merged.first is None and (answer == "yes" or _ANY.search(text)):
            merged = replace(merged, first=_tomorrow(now))
        if state.ask == "confirm" and merged == known and (answer == "yes" or told):
            return await self._set(conversation, state, wish, now)
        if merged != known:
            return self._asks(state, replace(wish, told=merged, again=0), now)
        if _LEAVES.search(text) or orders(text) or wish.again >= ONCE_MORE:
            return []
        return self._asks(state, replace(wish, again=wish.again + 1), now)

    def _asks(self, state: State, wish: Wish, now: datetime) -> list[Reply]:
        """The next thing that is lacking, else the read-back."""
        wish = replace(wish, told=_ahead(wish.told, now))
        state.reminder = wish
        if not wish.told.times:
            return [self._say.reply("utter_reminder_time")]
        if wish.told.first is None:
            return [self._say.reply("utter_reminder_first")]
        return [
            self._say.reply("utter_reminder_read_back", **_spoken(wish.told, now.date())),
            self._say.reply("utter_ask_confirm"),
        ]

    async def _set(self, conversation: str, state: State, wish: Wish, now: datetime) -> list[Reply]:
        assert state.elder is not None
        assert wish.told.first is not None
        await self._backend.set_reminder(
            state.elder.id,
            conversation=conversation,
            first=wish.told.first.isoformat(),
            rule=wish.told.rule or DAILY,
            times=wish.told.times,
            said=wish.said,
            now=now,
        )
        done = self._say.reply("utter_reminder_set", **_spoken(wish.told, now.date()))
        return [done, *self._after(wish)]

    def _after(self, wish: Wish) -> list[Reply]:
        return [wish.resume] if wish.resume is not None else [self._else()]

    def _else(self) -> Reply:
        return self._say.reply("utter_anything_else")

    # those that stand

    async def _lists(self, state: State) -> list[Reply]:
        standing = await self._standing(state)
        if not standing:
            return [self._say.reply("utter_reminder_none"), self._else()]
        lines = [
            self._say.reply("utter_reminder_line", **_when(one.rule, one.times))
            for one in standing[:MOST_TOLD]
        ]
        return [*lines, self._else()]

    async def _ends(self, state: State) -> list[Reply]:
        """A word misheard must not end one: it is asked about first."""
        standing = await self._standing(state)
        return [self._say.reply("utter_reminder_end_ask")] if standing else []

    async def _ended(self, state: State, text: str, now: datetime) -> list[Reply]:
        if _STAYS.search(text) or not (yes_no(text, state.ask) == "yes" or _calls_off(text)):
            return []
        for one in await self._standing(state):
            await self._backend.end_reminder(one.id, now=now)
        return [self._say.reply("utter_reminder_ended"), self._else()]

    async def _standing(self, state: State) -> Sequence[Reminder]:
        assert state.elder is not None
        return await self._backend.reminders(elder_id=state.elder.id)


def _calls_off(text: str) -> bool:
    """Whether a line ends reminders: 不用提醒了 does, 毋通停了提醒 does not."""
    return _ENDS.search(_STAYS.sub("，", text)) is not None


_ANY = re.compile(r"都行|随便|都可以|是但|凊彩|无要紧|早些|越快|马上|尽快")


def _tomorrow(now: datetime) -> date:
    return now.date() + timedelta(days=1)


def _merged(known: Reminding, told: Reminding, ask: str | None) -> Reminding:
    """What is known after an answer; a part of the day counts where the hour was asked for."""
    times = told.times or (told.parts if ask == "time" else ())
    if ask == "confirm" and len(times) < len(known.times):
        times = _corrected(known.times, times)
    daily = told.rule == DAILY and known.rule not in ("", ONCE)  # 日日 beside 每个星期天
    return Reminding(
        times=times or known.times,
        rule=known.rule if daily else told.rule or known.rule,
        first=told.first or known.first,
    )


def _corrected(known: Sequence[str], said: Sequence[str]) -> tuple[str, ...]:
    """Several hours that were read back, with each one said of them in the place of the nearest."""
    kept = list(known)
    for at in said:
        nearest = min(kept, key=lambda one: abs(_minutes(one) - _minutes(at)))
        if abs(_minutes(nearest) - _minutes(at)) <= _OF_THE_SAME_PART:
            kept[kept.index(nearest)] = at
    return tuple(sorted(kept)) if set(said) <= set(kept) else tuple(said)


_OF_THE_SAME_PART = 180
"""Minutes by which an hour may be corrected and still be the same one of several."""


def _minutes(at: str) -> int:
    hours, minutes = at.split(":")
    return int(hours) * 60 + int(minutes)


def _ahead(told: Reminding, now: datetime) -> Reminding:
    """The same; today, once its last time has passed, means from tomorrow on."""
    late = told.first == now.date() and told.times and told.times[-1] <= f"{now:%H:%M}"
    return replace(told, first=_tomorrow(now)) if late else told


def _form_question(state: State) -> Reply | None:
    """The question of something begun before that waits for its answer."""
    question = state.question
    waits = question is not None and question.ask in SLOTS and question.offer is None
    return question if waits else None


def _spoken(told: Reminding, today: date) -> dict[str, str]:
    assert told.first is not None
    first = wording.day(told.first.isoformat(), today)
    return {"first": first, **_when(told.rule or DAILY, told.times)}


def _when(rule: str, times: Sequence[str]) -> dict[str, str]:
    days = "只这一次，" if rule == ONCE else wording.recurrence(rule)
    return {"days": days, "times": "、".join(wording.clock(at) for at in times)}
