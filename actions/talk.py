"""Talk that needs no backend: greetings, thanks, a kind word, help, and not having understood."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.booking import start_change
from actions.handoff import write_ticket
from actions.just_said import change_of_told
from actions.open_questions import (
    KEPT_PRIVATE,
    KEPT_STILL,
    PRIVATE,
    goes_on_binding,
    interviewed,
    kept_private,
)
from actions.phrases import LEAVES, books_perhaps
from actions.turn import ASSESSMENT_FORM, FORM, SURE, Turn, say
from backend.client import BackendClient
from bot.errands import tells_of_oneself
from bot.understanding.curiosity import pries


class Say(Action):
    """Says fixed sentences; outside a form one more may follow, for example a question.

    Args:
        name: the action's name in domain.yml.
        sentences: said always.
        outside_form: said only where no form will ask its own question next.
        parting: said instead of that where it answers "anything else?", which is not asked again.
    """

    def __init__(
        self,
        name: str,
        *sentences: str,
        outside_form: tuple[str, ...] = (),
        parting: tuple[str, ...] | None = None,
    ) -> None:
        self._name, self._sentences, self._outside_form = name, sentences, outside_form
        self._parting = outside_form if parting is None else parting

    def name(self) -> str:
        """The name in domain.yml."""
        return self._name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        turn = Turn.of(tracker)
        if self._outside_form and (events := interviewed(turn) or goes_on_binding(turn, tracker)):
            return events
        say(dispatcher, *self._sentences)
        if not turn.form:
            say(dispatcher, *(self._parting if turn.asked == "other" else self._outside_form))
        return []


class Greet(Say):
    """Greets back; after "anything else?" words that greet nobody only note it (好我知啊)."""

    def __init__(self) -> None:
        super().__init__("action_greet", "utter_greet", outside_form=("utter_what_do_you_need",))

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        turn = Turn.of(tracker)
        calm = interviewed(turn, tracker) == []
        if calm and turn.asked == "other" and not (turn.form or _GREETS.search(turn.text)):
            say(dispatcher, "utter_nothing_to_confirm", "utter_order_done")
            return []
        return await super().run(dispatcher, tracker, domain)


_GREETS = re.compile(
    r"[你您恁汝][们哋]?好|喂|哈[喽啰罗]|早[上晨安啊]|[晚下][上午]好|在[吗么不没]|有人|请问|食[饱飽]"
)
"""Words that greet somebody, or call for them."""


class Goodbye(Action):
    """Parts; a form in progress ends here, its draft waits in the backend for the next call."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_goodbye"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        turn = Turn.of(tracker)
        if events := interviewed(turn, tracker):
            return events
        if turn.confidence < SURE and not turn.form and not LEAVES.search(turn.text):
            say(dispatcher, "utter_smalltalk", "utter_what_do_you_need")
            return []  # 没啥事儿，就是睡不着跟你唠会儿
        if turn.form:
            assessed = turn.form == ASSESSMENT_FORM
            say(dispatcher, "utter_assessment_kept" if assessed else "utter_draft_kept")
        say(dispatcher, "utter_goodbye")
        return [ActiveLoop(None), SlotSet("requested_slot", None)]


class KeepPrivate(Action):
    """Tells nobody where somebody else lives, or how to reach them, however they plead."""

    def name(self) -> str:
        """The name in domain.yml."""
        return PRIVATE

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        turn = Turn.of(tracker)
        say(dispatcher, KEPT_STILL if kept_private(tracker) else KEPT_PRIVATE)
        if not turn.form:
            say(dispatcher, "utter_anything_else")
        return [FollowupAction(turn.form or "action_listen")]


class EmergencyDoubt(Action):
    """Has the dialogue ask whether somebody is in danger; the signs have been heard before.

    Who answers a question of the rules by how they live (腿瘫了半边，一个人住) is in none.
    """

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_emergency"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        turn = Turn.of(tracker)
        calm = tells_of_oneself(turn.text) or pries(turn.text)
        if calm and (events := interviewed(turn)):
            return events
        if turn.asked == "other" and turn.confidence < SURE:
            say(dispatcher, "utter_nothing_to_confirm", "utter_anything_else")
            return []  # 老齐来最好: all was done, and no sign was heard
        say(dispatcher, "utter_emergency_check")
        return []


class NotUnderstood(Action):
    """One rephrased question, then choices in plain words, then a person.

    ``missed`` counts the lines in a row that were not understood. A service that is named alone
    (修灯) is understood well enough to begin a booking. Rasa calls this action as well where no
    rule goes on, and would again and again: what it asks is always waited for.
    """

    def __init__(self, backend: BackendClient) -> None:
        self._backend = backend

    def name(self) -> str:
        """Rasa's own name for the action of last resort."""
        return "action_default_fallback"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        turn = Turn.of(tracker)
        if events := interviewed(turn, tracker):
            return events
        if change := change_of_told(turn, tracker):
            return start_change(change)
        named = turn.heard.get("service") and not turn.form and turn.act == "nlu_fallback"
        if named or books_perhaps(turn):
            return [FollowupAction(FORM)]
        missed = int(tracker.get_slot("missed") or 0) + 1
        if missed >= 3:
            await write_ticket(self._backend, dispatcher, turn, "not_understood")
            return [SlotSet("missed", 0.0), _WAIT]
        say(dispatcher, f"utter_not_understood_{missed}")
        return [SlotSet("missed", float(missed)), _WAIT]


_WAIT = FollowupAction("action_listen")
