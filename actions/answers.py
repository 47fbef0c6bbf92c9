"""Bare answers outside a form: a yes, a no, a name or a time that no form asked for."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.applications import file
from actions.booking import keep_draft, slots, start_change
from actions.draft import Draft
from actions.handoff import write_ticket
from actions.just_said import change_of_told, rests
from actions.open_questions import POLICY, does_without_binding, interviewed
from actions.phrases import ONE_MORE_TIME, ORDERS, settles_it_at_home
from actions.spoken_of import A_FEW
from actions.turn import ASSESSMENT_FORM, FORM, Turn, say
from backend.client import BackendClient
from bot.understanding.questions import asks_whom_to_ring


class Affirm(Action):
    """A yes accepts what was offered last: the old draft, a person, company; else it is heard."""

    def __init__(self, backend: BackendClient) -> None:
        self._backend = backend
        self._deny = Deny(backend)

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_affirm"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        turn = Turn.of(tracker)
        if events := interviewed(turn, tracker):
            return events
        if turn.heard.get("yes_no") == "no":  # 那算了, whatever it looks like as a whole
            return await self._deny.run(dispatcher, tracker, domain)
        if turn.heard.get("service") and turn.offer in (None, "person"):
            return [FollowupAction(FORM)]  # 好吧，那给我订明天的打扫
        if turn.offer == "draft" and turn.draft:
            return [*slots(Draft.of(turn.draft)), FollowupAction(FORM)]
        if turn.offer == "companion":
            return [SlotSet("service", "companionship"), FollowupAction(FORM)]
        if turn.offer == "application":
            return await file(self._backend, dispatcher, tracker)
        if turn.offer == "assessment":
            return [FollowupAction(ASSESSMENT_FORM)]
        if turn.offer == "person" and _only_notes(turn.text):
            say(dispatcher, "utter_anything_else")  # 噢那俺晓得了 wants nobody
            return []
        if turn.offer == "person":
            await write_ticket(self._backend, dispatcher, turn, "asked")
            return []
        if change := change_of_told(turn, tracker):
            return start_change(change)
        if rests(turn, tracker):
            return [FollowupAction(FORM)]
        if turn.asked == "other" and not _HAS_MORE.search(turn.text):
            say(dispatcher, "utter_nothing_to_confirm", "utter_order_done")
            return []
        return await ask_again(self._backend, dispatcher, tracker)


_HAS_MORE = re.compile(r"有|还|要|欲|爱|想|再")
"""Words that say yes to "anything else?"; a bare one still answers what was said before it."""


def _only_notes(text: str) -> bool:
    """Whether a yes to the offer of a person only says that all is understood (行了俺知道了)."""
    return _NOTED.search(text) is not None and not _ASKS_FOR.search(_DONE.sub("", text))


_DONE = re.compile(r"[行好中得成妥可][了啦喇嘞咧哩咯]")
"""Words that close a matter."""
_NOTED = re.compile(
    r"(?:晓得|知道|知影|明白|清楚|了解|记下|记住)[了啦哩咧喇嘞矣]|^[啊哦噢嗯]*(?:知|明)[了哩喇嘞]"
)
"""Words that only say that one has heard."""
_ASKS_FOR = re.compile(r"要|好|打|叫|喊|请|行|中|得[嘛哇]|爱|使得")
"""Words that take an offer up."""


class Deny(Action):
    """A no refuses what was offered; to "what do you need?" it ends the conversation kindly."""

    def __init__(self, backend: BackendClient) -> None:
        self._backend = backend

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_deny"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        turn = Turn.of(tracker)
        if events := interviewed(turn, tracker):
            return events
        if change := change_of_told(turn, tracker):
            return start_change(change)  # 不行，那天屋头没人
        if turn.offer == "draft":
            await keep_draft(self._backend, turn, None)
            say(dispatcher, "utter_draft_dropped", "utter_what_do_you_need")
        elif turn.offer in ("application", "assessment"):
            say(dispatcher, "utter_not_wanted_now", "utter_anything_else")
        elif turn.asked in ("other", "menu") and _talks_on(turn):
            say(dispatcher, "utter_smalltalk", "utter_what_do_you_need")
        elif turn.asked in ("other", "menu"):
            say(dispatcher, "utter_goodbye")
        else:
            say(dispatcher, "utter_nothing_to_confirm", "utter_anything_else")
        return []


def _talks_on(turn: Turn) -> bool:
    """Whether a no is only how somebody begins who wants to talk (没啥事儿，就是睡不着)."""
    ends = _PARTS.search(turn.text) or settles_it_at_home(turn.text) or does_without_binding(turn)
    return len(turn.text) > A_FEW and not ends


_PARTS = re.compile(
    r"谢|再[见会]|拜|挂|唔该|劳烦|麻烦|别[的项样]|就这|行了|没了|[冇无毋][喇啦哩咧]|清楚|晓得|知道|记[住到得]"
)
"""Words of somebody who is done."""


class BareAnswer(Action):
    """A time, place, name or number without a question to it: asks what it is for.

    Where the words order something with it (现订上一个，明天三点), it begins a booking; so it does
    where it takes up an offer.
    """

    def __init__(self, backend: BackendClient) -> None:
        self._affirm = Affirm(backend)

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_bare_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        turn = Turn.of(tracker)
        if events := interviewed(turn, tracker):
            return events
        if turn.offer in ("companion", "draft") and turn.heard.get("yes_no") != "no":
            return await self._affirm.run(dispatcher, tracker, domain)  # 要，明天下午三点
        if change := change_of_told(turn, tracker):
            return start_change(change)
        if rests(turn, tracker):
            return [FollowupAction(FORM)]
        if not turn.form and asks_whom_to_ring(turn.text):
            return [FollowupAction(POLICY)]
        orders = ORDERS.search(turn.text) or ONE_MORE_TIME.search(turn.text)
        if not turn.form and (turn.heard.get("service") or orders):
            return [FollowupAction(FORM)]
        say(dispatcher, "utter_heard_bare_answer", "utter_what_do_you_need")
        return []


async def ask_again(
    backend: BackendClient, dispatcher: CollectingDispatcher, tracker: Tracker
) -> list[EventType]:
    """After a yes to nothing (嗯 … 嗯 …): what is wanted, then examples, then a person.

    ``missed`` counts the lines in a row that led nowhere.
    """
    missed = int(tracker.get_slot("missed") or 0) + 1
    if missed >= 3:
        await write_ticket(backend, dispatcher, Turn.of(tracker), "not_understood")
        return [SlotSet("missed", 0.0)]
    if missed == 1:
        say(dispatcher, "utter_nothing_to_confirm", "utter_what_do_you_need")
    else:
        say(dispatcher, "utter_help_menu", "utter_not_understood_2")
    return [SlotSet("missed", float(missed))]
