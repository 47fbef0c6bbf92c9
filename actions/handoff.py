"""A person: the ticket that makes somebody call back, with what was said so far."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.open_questions import (
    BINDING,
    POLICY,
    PRIVATE,
    interviewed,
    keeps_private,
    speaks_of_binding,
)
from actions.phrases import (
    PERSON,
    books_perhaps,
    calls_off_one,
    orders_and_finds_no_fault,
    settles_it_at_home,
    wants_company,
)
from actions.placed import only_keeps, standing_orders
from actions.turn import FORM, SURE, Turn, ask_which_elder, say
from anban.errors import BackendError
from backend.client import BackendClient
from bot import wording
from bot.understanding.negation import NO_PERSON
from bot.understanding.praise import wrong
from bot.understanding.questions import asks_where_to_ask


async def write_ticket(
    backend: BackendClient, dispatcher: CollectingDispatcher, turn: Turn, reason: str
) -> bool:
    """Writes a hand-off ticket and says when somebody will call; says so where it failed.

    Args:
        backend: where the ticket goes.
        dispatcher: says the sentence.
        turn: who is asking, and their words as the summary.
        reason: a short key that agents sort by, for example ``asked``.

    Returns:
        True once the ticket is committed.
    """
    try:
        ticket = await backend.create_handoff(
            conversation=turn.conversation,
            reason=reason,
            summary=turn.text,
            elder_id=turn.elder.id if turn.elder else None,
            phone=turn.phone,
            now=turn.now,
        )
    except BackendError:
        say(dispatcher, "utter_handoff_not_recorded")
        return False
    promise = _promise(ticket.promised_at, turn.now)
    say(dispatcher, "utter_handoff_ticket", promise=promise, number=ticket.ticket)
    return True


def _promise(at: datetime, now: datetime) -> str:
    local = at.astimezone(now.tzinfo) if now.tzinfo else at.replace(tzinfo=None)
    day = "" if local.date() == now.date() else wording.day(local.date().isoformat(), now.date())
    return f"{day}{wording.clock(local.strftime('%H:%M'))}前"


class TalkToHuman(Action):
    """Hands over at once: no "are you sure", no menu."""

    def __init__(self, backend: BackendClient) -> None:
        self._backend = backend

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_talk_to_human"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """A form in progress rests: it asks no more until the caller goes on with it.

        Where neither the words nor the classifier are sure of it, nobody is sent for unasked.
        """
        turn = Turn.of(tracker)
        if books_perhaps(turn):
            return [FollowupAction(FORM)]
        if NO_PERSON.search(turn.text) and not PERSON.search(NO_PERSON.sub("", turn.text)):
            return [FollowupAction("action_deny")]
        if settles_it_at_home(turn.text):
            return [FollowupAction("action_deny")]
        if keeps_private(turn, tracker):
            return [FollowupAction(PRIVATE)]  # 我是你们主任的老同学 asks for no 主任
        if speaks_of_binding(turn, tracker) and not PERSON.search(turn.text):
            return [FollowupAction(BINDING)]
        if asks_where_to_ask(turn.text) and not (turn.form or PERSON.search(turn.text)):
            return [FollowupAction(POLICY)]
        if wants_company(turn.text) and not turn.form:
            return [FollowupAction("action_feeling_lonely_or_sad")]
        if turn.confidence < SURE and not turn.form and not PERSON.search(turn.text):
            return [FollowupAction("action_default_fallback")]
        await write_ticket(self._backend, dispatcher, turn, "asked")
        return [ActiveLoop(None), SlotSet("requested_slot", None)]


class PassOn(Action):
    """Something that a person has to look into: says so, and has somebody call back about it.

    Where it is not sure that this was wanted, nobody is sent unasked.

    Args:
        name: the action's name in domain.yml.
        sentence: what is said first.
        reason: the ticket's reason.
        backend: where the ticket goes.
        unwanted: words that refuse it (莫投诉他), if any do.
    """

    def __init__(
        self,
        name: str,
        sentence: str,
        reason: str,
        backend: BackendClient,
        unwanted: re.Pattern[str] | None = None,
    ) -> None:
        self._name, self._sentence, self._reason = name, sentence, reason
        self._backend, self._unwanted = backend, unwanted

    def name(self) -> str:
        """The name in domain.yml."""
        return self._name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        turn = Turn.of(tracker)
        if books_perhaps(turn) or orders_and_finds_no_fault(turn):
            return [FollowupAction(FORM)]
        if not turn.form and await self._of_an_order(turn):
            return [FollowupAction("action_cancel")]  # 灯亮了，别叫人白跑
        if self._unwanted and self._unwanted.search(turn.text):
            return [FollowupAction("action_deny")]
        if turn.confidence < SURE:
            if not turn.form:
                say(dispatcher, "utter_not_sure", "utter_offer_person")
            return []  # in a form its question is asked again
        say(dispatcher, self._sentence)
        written = await write_ticket(self._backend, dispatcher, turn, self._reason)
        if written and not turn.form:
            say(dispatcher, "utter_anything_else")
        return []

    async def _of_an_order(self, turn: Turn) -> bool:
        """Whether a line only calls off or keeps an order that stands, and blames nobody."""
        said = calls_off_one(turn.text) or only_keeps(turn)
        return said and not wrong(turn.text) and bool(await standing_orders(self._backend, turn))


class Begin(Action):
    """Something the dialogue goes on with by itself once the mind has understood the wish.

    Args:
        name: the action's name in domain.yml.
        sentence: the key that the dialogue takes it up by; it is never said.
    """

    def __init__(self, name: str, sentence: str) -> None:
        self._name, self._sentence = name, sentence

    def name(self) -> str:
        """The name in domain.yml."""
        return self._name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Where it is not sure that this was wanted, a person is offered instead."""
        turn = Turn.of(tracker)
        if events := interviewed(turn, tracker):
            return events
        if books_perhaps(turn):
            return [FollowupAction(FORM)]
        if speaks_of_binding(turn, tracker):
            return [FollowupAction(BINDING)]
        if turn.confidence < SURE and not turn.form:
            say(dispatcher, "utter_not_sure", "utter_offer_person")
        elif turn.for_several:
            ask_which_elder(dispatcher, turn)
        else:
            say(dispatcher, self._sentence)
        return []
