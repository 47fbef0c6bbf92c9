"""Who belongs to an elder: the elder gets a number to pass on; ending it is a person's matter."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.booking import forgotten
from actions.draft import Draft
from actions.handoff import write_ticket
from actions.open_questions import (
    BINDING,
    HOW_TO_BIND,
    asks_about_another,
    does_without_binding,
    speaks_of_binding,
)
from actions.phrases import books_perhaps
from actions.turn import FORM, SURE, Turn, say
from backend.client import BackendClient
from bot.understanding.negation import DENIED

_BREAKS_OFF = "解除|取消|解绑|撤销|退出|删"
_ENDS = re.compile(rf"{_BREAKS_OFF}|(?:不要|别)绑")
"""Words of who wants a binding to end."""
_STAYS = re.compile(rf"{DENIED}(?:{_BREAKS_OFF})")
"""Words of who wants none to end (别解除绑定)."""
_OWN_ACT = "bind_elder"


class BindElder(Action):
    """The elder agrees by giving a number away; so only the elder is given one."""

    def __init__(self, backend: BackendClient) -> None:
        self._backend = backend

    def name(self) -> str:
        """The name in domain.yml."""
        return BINDING

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """An elder is asked what the number is to open, and hears it then (`bot/consents.py`).

        A family member hears who has to ask for one.

        A binding that is to end is a person's matter: whose it is must be right.
        """
        turn = Turn.of(tracker)
        if does_without_binding(turn) and not turn.form:
            return [FollowupAction("action_deny")]
        if speaks_of_binding(turn, tracker) or asks_about_another(turn):
            events = _told_how(dispatcher, turn, Draft.of(tracker.slots))
            # no rule goes on from an answer to a line that looked like another act
            return events if turn.act == _OWN_ACT else [*events, FollowupAction("action_listen")]
        if books_perhaps(turn):
            return [FollowupAction(FORM)]  # a relative who says whose they are, and orders
        if turn.confidence < SURE and not turn.form:
            say(dispatcher, "utter_not_sure", "utter_offer_person")
        elif _ENDS.search(_STAYS.sub("，", turn.text)):
            say(dispatcher, "utter_unbind_heard")
            await write_ticket(self._backend, dispatcher, turn, "unbinding")
        elif turn.role != "elder" or turn.elder is None:
            return _told_how(dispatcher, turn, Draft.of(tracker.slots))
        else:
            say(dispatcher, "utter_bind_consents")
        return []


def _told_how(dispatcher: CollectingDispatcher, turn: Turn, draft: Draft) -> list[EventType]:
    """How one is bound; a booking of which only the service is known was a question, and ends."""
    say(dispatcher, HOW_TO_BIND)
    leaves = turn.form == FORM and draft.date is None
    if leaves or not turn.form:
        say(dispatcher, "utter_anything_else")
    return forgotten() if leaves else []
