"""The end of a booking: the draft is read back, and written as one order."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.booking import forgotten, keep_draft, slots
from actions.draft import Draft
from actions.handoff import write_ticket
from actions.turn import FORM, Turn, say
from anban.errors import BackendError, Rejected
from backend.client import BackendClient, Order
from bot import wording
from bot.words import service_name


class AskConfirmed(Action):
    """Reads the draft back and asks whether it is right."""

    def name(self) -> str:
        """The name that Rasa's booking_form looks for."""
        return f"action_ask_{FORM}_confirmed"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Whole read-back first; only the question where it is asked again."""
        turn = Turn.of(tracker)
        if tracker.get_slot("doubt") == "change":
            say(dispatcher, "utter_ask_change")
            return []
        if not tracker.get_slot("retry"):
            read_back(dispatcher, Draft.of(tracker.slots), turn)
        say(dispatcher, "utter_ask_confirm")
        return []


def read_back(dispatcher: CollectingDispatcher, draft: Draft, turn: Turn) -> None:
    """Says every value that will be written, one short sentence each."""
    when = wording.when(draft.date, draft.time, turn.now.date(), draft.recurring)
    say(dispatcher, "utter_read_back", when=when, service=service_name(draft.service))
    if draft.hospital:
        say(dispatcher, "utter_read_back_hospital", hospital=draft.hospital)
    if draft.address:
        say(dispatcher, "utter_read_back_place", address=draft.address)
    if draft.person and (turn.role != "elder"):
        say(dispatcher, "utter_read_back_person", person=draft.person)


class PlaceOrder(Action):
    """Writes the confirmed draft as one order; says the number only after it is committed."""

    def __init__(self, backend: BackendClient) -> None:
        self._backend = backend

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_place_order"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Without a confirmation the form has given up: then a person takes over."""
        turn, draft = Turn.of(tracker), Draft.of(tracker.slots)
        if draft.empty:
            return []  # the form was left, and has said so
        if tracker.get_slot("confirmed") is not True:
            await write_ticket(self._backend, dispatcher, turn, "booking_unclear")
            return forgotten()
        try:
            order = await self._place(turn, draft)
        except Rejected as refusal:
            say(dispatcher, "utter_order_refused", reason=str(refusal))
            field = refusal.field if refusal.field in draft.as_dict() else None
            return [*forgotten(), *_asked_again(draft, field)]
        except BackendError:
            say(dispatcher, "utter_order_not_placed")
            await write_ticket(self._backend, dispatcher, turn, "booking_not_written")
            return forgotten()
        self._tell(dispatcher, order, turn)
        return forgotten()

    async def _place(self, turn: Turn, draft: Draft) -> Order:
        assert draft.service
        assert draft.date
        assert draft.time
        unknown = turn.elder is None
        order = await self._backend.place_order(
            idempotency_key(turn.conversation, draft),
            conversation=turn.conversation,
            service=draft.service,
            date=draft.date,
            time=draft.time,
            elder_id=turn.elder.id if turn.elder else None,
            phone=draft.phone if unknown else None,
            name=draft.person if unknown else None,
            recurring=draft.recurring,
            address=draft.address,
            person=draft.person,
            hospital=draft.hospital,
            now=turn.now,
        )
        await keep_draft(self._backend, turn, None)
        return order

    def _tell(self, dispatcher: CollectingDispatcher, order: Order, turn: Turn) -> None:
        when = wording.when(order.date, order.time, turn.now.date(), order.recurring)
        say(dispatcher, "utter_order_placed", when=when, service=service_name(order.service))
        say(
            dispatcher,
            "utter_order_number",
            number=order.number,
            json_message={"order": order.number},
        )
        tell_family(dispatcher, order)
        say(dispatcher, "utter_anything_else")


def tell_family(dispatcher: CollectingDispatcher, order: Order) -> None:
    """Names who will be told; says nothing where nobody is told."""
    family = "、".join(dict.fromkeys(n.recipient for n in order.notices if n.recipient))
    if family:
        say(dispatcher, "utter_family_told", family=family)


def _asked_again(draft: Draft, field: str | None) -> list[EventType]:
    """A refused field is asked for again with everything else kept."""
    if field is None:
        return []
    kept = Draft.of({**draft.as_dict(), field: None})
    return [*slots(kept), FollowupAction(FORM)]


def idempotency_key(conversation: str, draft: Draft) -> str:
    """The same content in the same conversation is the same order, however often it is sent."""
    content = json.dumps([conversation, draft.as_dict()], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]
