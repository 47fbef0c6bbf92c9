"""Orders that stand already: asking after them, moving them, cancelling them."""

from __future__ import annotations

import hashlib
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from actions import wording
from actions.booking import (
    CHANGE_FORM,
    MAX_RETRIES,
    OPEN_STATUSES,
    answered,
    asking,
    forgotten,
    interrupts,
    keep_draft,
    slots,
    start_change,
    tell_family,
)
from actions.draft import Draft, Heard, heard, named_field
from actions.handoff import write_ticket
from actions.turn import Turn, say
from anban.errors import BackendError, Conflict, Rejected
from backend.client import BackendClient, Order
from bot.words import service_name

_DAY = frozenset(("date", "time"))
_OWN_ACT = {"cancel": "cancel_order", "move": "reschedule_order"}


async def open_orders(backend: BackendClient, turn: Turn) -> list[Order]:
    """Orders of the elder in question that are still to come, the earliest first.

    Raises:
        BackendError: the list cannot be had.
    """
    if turn.elder is None and turn.phone is None:
        return []
    found = await backend.orders(
        elder_id=turn.elder.id if turn.elder else None,
        phone=None if turn.elder else turn.phone,
        now=turn.now,
    )
    coming = [order for order in found if order.status in OPEN_STATUSES]
    return sorted(coming, key=lambda order: (order.date, order.time or ""))


def matching(orders: list[Order], turn: Turn) -> list[Order]:
    """The orders that a line can mean: by number, then by service, then by day."""
    by_number = [order for order in orders if order.number in turn.text]
    if by_number:
        return by_number
    service = (turn.heard.get("service") or {}).get("service")
    day = (turn.heard.get("when") or {}).get("date")
    named = [order for order in orders if service is None or order.service == service] or orders
    return [order for order in named if day is None or order.date == day] or named


class OrderStatus(Action):
    """Says what is booked."""

    def __init__(self, backend: BackendClient) -> None:
        self._backend = backend

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_order_status"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """At most three orders, with their number where there is only one."""
        turn = Turn.of(tracker)
        try:
            orders = await open_orders(self._backend, turn)
        except BackendError:
            say(dispatcher, "utter_orders_unavailable")
            await write_ticket(self._backend, dispatcher, turn, "order_status")
            return []
        meant = matching(orders, turn) if orders else []
        if not meant:
            say(dispatcher, "utter_no_orders")
        if len(meant) > 1:
            say(dispatcher, "utter_orders_count", count=len(meant))
        for order in meant[:3]:
            _describe(dispatcher, order, turn)
        if len(meant) == 1:
            say(dispatcher, "utter_order_number", number=meant[0].number)
        if not turn.form:
            say(dispatcher, "utter_anything_else")
        return []


def _describe(dispatcher: CollectingDispatcher, order: Order, turn: Turn) -> None:
    say(
        dispatcher,
        "utter_order_line",
        when=wording.when(order.date, order.time, turn.now.date(), order.recurring),
        service=service_name(order.service),
        status=wording.STATUSES[order.status],
    )


class ElderStatus(OrderStatus):
    """A family asks after the elder: what is booked for them is what Anban knows."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_elder_status"


class Cancel(Action):
    """``不要了``: drops the booking in hand, or starts cancelling an order that stands."""

    def __init__(self, backend: BackendClient) -> None:
        self._backend = backend

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_cancel"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """A draft is dropped at once: nothing was written yet."""
        turn = Turn.of(tracker)
        if turn.form:
            await keep_draft(self._backend, turn, None)
            said = "utter_booking_dropped" if turn.form != CHANGE_FORM else "utter_order_kept"
            say(dispatcher, said, "utter_order_done")
            return forgotten()
        return start_change("cancel")


class Reschedule(Action):
    """Starts moving an order to another day or time."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_reschedule"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """In the middle of a form it only corrects the draft: the form asks again."""
        turn = Turn.of(tracker)
        return [] if turn.form else start_change("move")


class ValidateChangeForm(Action):
    """Finds which order is meant and, for a move, the new day and time; then asks for a yes."""

    def __init__(self, backend: BackendClient) -> None:
        self._backend = backend

    def name(self) -> str:
        """The name that Rasa's change_form looks for."""
        return f"validate_{CHANGE_FORM}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Ends the form at once where there is nothing to change."""
        turn = Turn.of(tracker)
        asked = tracker.get_slot("requested_slot")
        old = Draft.of(tracker.slots)
        if turn.form and turn.interrupted:
            return [*asking(old, asked), _kept(tracker)]
        change = heard(old, turn)
        if asked and turn.act != _OWN_ACT[tracker.get_slot("change")] and interrupts(turn, change):
            raise ActionExecutionRejection(self.name())
        try:
            orders = await open_orders(self._backend, turn)
        except BackendError:
            say(dispatcher, "utter_orders_unavailable")
            await write_ticket(self._backend, dispatcher, turn, "change_order")
            return forgotten()
        if not orders:
            say(dispatcher, "utter_no_orders", "utter_anything_else")
            return forgotten()
        return self._next(turn, tracker, orders, change)

    def _next(
        self,
        turn: Turn,
        tracker: Tracker,
        orders: list[Order],
        change: Heard,
    ) -> list[EventType]:
        draft, problem, changed = change.draft, change.problem, change.changed
        asked, chosen = tracker.get_slot("requested_slot"), tracker.get_slot("order")
        moving = tracker.get_slot("change") == "move" or (
            asked is not None and bool(changed & _DAY)
        )
        order = _chosen(orders, chosen, turn, moving)
        if order is None:
            wanted = "order"
        elif moving and draft.date is None and draft.time is None:
            wanted = named_field(turn.text) or "date"
        else:
            wanted = "confirmed"
        if wanted == "confirmed" and asked == "confirmed" and not changed:
            settled = _settled(turn)
            if settled:
                return [*slots(draft), *settled, SlotSet("order", order and order.number)]
        retry = float(tracker.get_slot("retry") or 0) + 1 if wanted == asked else 0.0
        if retry >= MAX_RETRIES:
            return [SlotSet("confirmed", None), SlotSet("requested_slot", None)]
        number = order.number if order else None
        kind = SlotSet("change", "move" if moving else "cancel")
        return [*asking(draft, wanted, retry, problem), SlotSet("order", number), kind]


def _chosen(orders: list[Order], chosen: str | None, turn: Turn, moving: bool) -> Order | None:
    kept = next((order for order in orders if order.number == chosen), None)
    if kept:
        return kept
    if moving:  # the day in the line may be the new one: only the service tells which order
        service = (turn.heard.get("service") or {}).get("service")
        named = [order for order in orders if service is None or order.service == service]
        found = named or orders
    else:
        found = matching(orders, turn)
    return found[0] if len(found) == 1 else None


def _settled(turn: Turn) -> list[EventType] | None:
    answer = answered(turn)
    if answer == "yes" or (turn.act == "cancel_order" and answer != "no"):
        return [SlotSet("confirmed", True), SlotSet("requested_slot", None)]
    if answer == "no":
        return [SlotSet("confirmed", False), SlotSet("requested_slot", None)]
    return None


def _kept(tracker: Tracker) -> EventType:
    return SlotSet("order", tracker.get_slot("order"))


class AskOrder(Action):
    """Asks which order is meant, naming them."""

    def __init__(self, backend: BackendClient) -> None:
        self._backend = backend

    def name(self) -> str:
        """The name that Rasa's change_form looks for."""
        return f"action_ask_{CHANGE_FORM}_order"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        turn = Turn.of(tracker)
        for order in (await open_orders(self._backend, turn))[:3]:
            _describe(dispatcher, order, turn)
        say(dispatcher, "utter_ask_which_order")
        return []


class AskChangeConfirmed(Action):
    """Reads the change back and asks whether it is right."""

    def __init__(self, backend: BackendClient) -> None:
        self._backend = backend

    def name(self) -> str:
        """The name that Rasa's change_form looks for."""
        return f"action_ask_{CHANGE_FORM}_confirmed"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        turn, draft = Turn.of(tracker), Draft.of(tracker.slots)
        order = await self._backend.order(tracker.get_slot("order"), now=turn.now)
        today = turn.now.date()
        if tracker.get_slot("change") == "move":
            when = wording.when(draft.date or order.date, draft.time or order.time, today)
            key = "utter_read_back_move"
        else:
            when = wording.when(order.date, order.time, today)
            key = "utter_read_back_cancel"
        say(dispatcher, key, when=when, service=service_name(order.service))
        say(dispatcher, "utter_ask_confirm")
        return []


class ChangeOrder(Action):
    """Writes the confirmed change; says it only after it is committed."""

    def __init__(self, backend: BackendClient) -> None:
        self._backend = backend

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_change_order"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        turn, draft = Turn.of(tracker), Draft.of(tracker.slots)
        number, confirmed = tracker.get_slot("order"), tracker.get_slot("confirmed")
        if tracker.get_slot("change") is None:
            return []  # the form found nothing to change, and has said so
        if confirmed is False:
            say(dispatcher, "utter_order_kept", "utter_order_done")
            return forgotten()
        if confirmed is not True or number is None:
            await write_ticket(self._backend, dispatcher, turn, "change_unclear")
            return forgotten()
        moving = tracker.get_slot("change") == "move"
        try:
            order = await self._write(turn, number, draft, moving)
        except (Rejected, Conflict) as refusal:
            say(dispatcher, "utter_order_refused", reason=str(refusal))
            return forgotten()
        except BackendError:
            say(dispatcher, "utter_order_not_placed")
            await write_ticket(self._backend, dispatcher, turn, "change_not_written")
            return forgotten()
        key = "utter_order_moved" if moving else "utter_order_cancelled"
        when = wording.when(order.date, order.time, turn.now.date(), order.recurring)
        say(dispatcher, key, when=when, service=service_name(order.service))
        tell_family(dispatcher, order)
        say(dispatcher, "utter_order_done")
        return forgotten()

    async def _write(self, turn: Turn, number: str, draft: Draft, moving: bool) -> Order:
        content = f"{turn.conversation}|{number}|{moving}|{draft.date}|{draft.time}"
        key = hashlib.sha256(content.encode()).hexdigest()[:32]
        return await self._backend.change_order(
            key,
            number,
            status=None if moving else "cancelled",
            date=draft.date if moving else None,
            time=draft.time if moving else None,
            reason=turn.text[:100] or None,
            conversation=turn.conversation,
            now=turn.now,
        )
