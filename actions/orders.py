"""Orders that stand already: asking after them, moving them, cancelling them."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.booking import (
    CHANGE_FORM,
    MAX_RETRIES,
    asking,
    forgotten,
    interrupts,
    keep_draft,
    slots,
    start_change,
)
from actions.change_answers import cancels, moves
from actions.draft import Draft, Heard, heard
from actions.handoff import write_ticket
from actions.just_said import repeats_change
from actions.moves import (
    DAY,
    another_hour,
    cancels_instead,
    hour_open,
    leaves_it,
    moved_to,
    of_the_move,
    rather_off,
    stays_put,
    stepped,
    vague_hour,
)
from actions.open_questions import POLICY, interviewed
from actions.phrases import (
    ANOTHER_HOUR,
    MOVES,
    MOVES_PLAINLY,
    NO_COMPLAINT,
    NOT_THEN,
    ONE_MORE_TIME,
    RATHER,
    books_perhaps,
    calls_off,
    only_asks,
    ordered_now,
    refuses,
)
from actions.placed import only_keeps, stays_there
from actions.placing import tell_family
from actions.turn import FORM, SURE, Turn, say
from actions.which_order import ALL_MEANT, chosen, matching, named_day, never_ordered
from actions.whose import of_all, open_orders, whose
from anban.errors import BackendError, Conflict, Rejected
from backend.client import BackendClient, Order
from bot import wording
from bot.understanding.questions import asks_whom_to_ring
from bot.words import service_name

_ELSEWHERE = re.compile(
    r"(?:换|改)(?:一?[个家下]|成|到|去){0,2}(?:地址|地方|门牌|医院)|"
    r"(?:地址|地方|门牌)[^，。]{0,3}(?:换|改|错|[不毋唔]对)"
)
"""Words that change where an order takes place: an agent does that, nothing else of it is lost."""
_BEFORE_READ = ("order", "date", "time")
"""What a change asks for before it is read back."""
_OWN_ACT = {"cancel": "cancel_order", "move": "reschedule_order"}


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
        turn = of_all(Turn.of(tracker))
        if events := interviewed(turn, tracker):
            return events
        try:
            orders = await open_orders(self._backend, turn)
        except BackendError:
            say(dispatcher, "utter_orders_unavailable")
            await write_ticket(self._backend, dispatcher, turn, "order_status")
            return []
        meant = matching(orders, turn, named_day(turn)) if orders else []
        if not meant and asks_whom_to_ring(turn.text):
            return [FollowupAction(POLICY)]
        if meant and not turn.form and ANOTHER_HOUR.search(turn.text):
            return start_change("move")
        if not meant and (turn.heard.get("parts") or books_perhaps(turn) or ordered_now(turn)):
            return [FollowupAction(FORM)]
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
        if turn.act == "order_status":
            return []
        # no rule goes on from an answer to a line that looked like another act
        return [FollowupAction(turn.form or "action_listen")]


def _describe(dispatcher: CollectingDispatcher, order: Order, turn: Turn) -> None:
    named = whose(order, turn)
    say(
        dispatcher,
        "utter_order_line_of" if named else "utter_order_line",
        **named,
        when=wording.when(order.date, order.time, turn.now.date(), order.recurring),
        service=service_name(order.service),
        status=wording.STATUSES[order.status],
    )


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
        if turn.form == FORM and only_keeps(turn):
            return []  # 莫取消矣: the form asks again
        if not turn.form and NO_COMPLAINT.search(turn.text):
            return [FollowupAction("action_deny")]  # 别投诉了算了
        if repeats_change(turn, tracker):
            say(dispatcher, "utter_nothing_to_confirm", "utter_order_done")
            return []
        if turn.confidence < SURE and ordered_now(turn):
            return [FollowupAction(FORM)]  # 那算了，先给我订个饭吧
        if turn.form == FORM and tracker.get_slot("service") is None:
            return start_change("cancel")  # nothing was begun yet: 我那些单子都退了吧
        moves = MOVES_PLAINLY.search(turn.text) or RATHER.search(turn.text)
        if not turn.form and moves and named_day(turn):
            return start_change("move")  # 取消听日嘅，转做后日
        if not turn.form and _cannot_then(turn):
            return start_change("move")
        if turn.form:
            await keep_draft(self._backend, turn, None)
            said = "utter_booking_dropped" if turn.form != CHANGE_FORM else "utter_order_kept"
            say(dispatcher, said, "utter_order_done")
            return forgotten()
        return start_change("cancel")


def _cannot_then(turn: Turn) -> bool:
    """Whether a line only says that a day does not suit (礼拜五那个整不了): another is asked for.

    Who wants it no more says so to that question.
    """
    off = calls_off(turn.text) or refuses(turn.text)
    return turn.confidence < SURE and not off and NOT_THEN.search(turn.text) is not None


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
        if repeats_change(turn, tracker):
            say(dispatcher, "utter_nothing_to_confirm", "utter_order_done")
            return []
        if not turn.form and ONE_MORE_TIME.search(turn.text) and not MOVES.search(turn.text):
            return [FollowupAction(FORM)]
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
        if turn.form and turn.interrupted and asked:
            return [*asking(old, asked), _kept(tracker)]
        if asked in (None, "confirmed") and only_asks(turn.text):
            return [*forgotten(), FollowupAction("action_order_status")]
        if tracker.get_slot("change") == "move":
            turn = moved_to(of_the_move(turn))
        change = heard(old, turn)
        own = turn.act == _OWN_ACT[tracker.get_slot("change")]
        own = own or (asked in _BEFORE_READ and cancels_instead(turn, asked))
        own = own or (asked == "confirmed" and (only_keeps(turn) or rather_off(turn, tracker)))
        if asked and not own and interrupts(turn, change):
            raise ActionExecutionRejection(self.name())
        try:
            orders = await open_orders(self._backend, turn)
        except BackendError:
            say(dispatcher, "utter_orders_unavailable")
            await write_ticket(self._backend, dispatcher, turn, "change_order")
            return forgotten()
        if asked is None and only_keeps(turn):
            say(dispatcher, "utter_order_kept", "utter_order_done")
            return forgotten()
        if asked is None and _is_booking(turn, tracker, orders):
            return [*forgotten(), FollowupAction(FORM)]
        if asked is None and not orders and ordered_now(turn):
            return [*forgotten(), FollowupAction(FORM)]
        if not orders:
            say(dispatcher, "utter_no_orders", "utter_anything_else")
            return forgotten()
        all_of_them = ALL_MEANT.search(turn.text)
        if asked is None and not all_of_them and (service := never_ordered(turn, orders)):
            say(dispatcher, "utter_no_such_order", service=service_name(service))
            say(dispatcher, "utter_anything_else")
            return forgotten()
        if tracker.get_slot("change") == "move" and _ELSEWHERE.search(turn.text):
            await write_ticket(self._backend, dispatcher, turn, "change_order")
            say(dispatcher, "utter_anything_else")
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
        asked = tracker.get_slot("requested_slot")
        moving = tracker.get_slot("change") == "move" and not cancels_instead(turn, asked)
        named = asked in (None, "order")  # 礼拜五那个 tells which order, and moves none
        moving = moving or (not named and bool(changed & DAY) and not leaves_it(turn))
        if not moving and tracker.get_slot("change") == "move":
            draft, problem = Draft(), None
        # 对，只退后天 names the order, and no new day for it; nothing else of an order is changed
        changed = changed & DAY if moving else frozenset()
        meant = chosen(orders, tracker.get_slot("order") or [], turn, moving)
        if moving and len(meant) == 1:
            draft, problem, changed = stepped(meant[0], change, turn)
            if asked == "confirmed" and draft.date is None and stays_there(turn):
                return [SlotSet("confirmed", False), SlotSet("requested_slot", None)]
        if not meant:
            wanted = "order"
        elif moving and draft.date is None and draft.time is None:
            wanted = "time" if another_hour(turn) else "date"
        elif moving and (stays_put(draft, meant[0]) or vague_hour(draft, meant[0], asked)):
            wanted = "time"  # 日子不改，还是礼拜四
        elif moving and turn.asked == "date" and hour_open(draft, meant, turn):
            wanted = "time"
        else:
            wanted = "confirmed"
        numbers = [order.number for order in meant]
        widened = numbers != (tracker.get_slot("order") or [])
        turned = moving != (tracker.get_slot("change") == "move")
        if wanted == asked == "confirmed" and not (changed or widened or turned):
            settled = _settled(turn, moving, meant)
            if settled:
                return [*slots(draft), *settled, SlotSet("order", numbers)]
        stuck = wanted == asked and not changed
        retry = float(tracker.get_slot("retry") or 0) + 1 if stuck else 0.0
        if retry >= MAX_RETRIES:
            return [SlotSet("confirmed", None), SlotSet("requested_slot", None)]
        kind = SlotSet("change", "move" if moving else "cancel")
        return [*asking(draft, wanted, retry, problem), SlotSet("order", numbers), kind]


def _is_booking(turn: Turn, tracker: Tracker, orders: list[Order]) -> bool:
    """Whether a line taken for a move names a service that nobody ordered, and moves nothing."""
    if tracker.get_slot("change") != "move" or MOVES_PLAINLY.search(turn.text):
        return False
    if MOVES.search(turn.text) and named_day(turn) is None:
        return False
    service = (turn.heard.get("service") or {}).get("service")
    return service is not None and all(order.service != service for order in orders)


def _settled(turn: Turn, moving: bool, chosen: list[Order]) -> list[EventType] | None:
    answer = moves(turn) if moving else cancels(turn, chosen)
    if answer is None:
        return None
    return [SlotSet("confirmed", answer == "yes"), SlotSet("requested_slot", None)]


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
        today = turn.now.date()
        for number in tracker.get_slot("order"):
            order = await self._backend.order(number, now=turn.now)
            named = whose(order, turn)
            if tracker.get_slot("change") == "move":
                when = wording.when(draft.date or order.date, draft.time or order.time, today)
                key = "utter_read_back_move"
            else:
                when = wording.when(order.date, order.time, today)
                key = "utter_read_back_cancel"
            key = f"{key}_of" if named else key
            say(dispatcher, key, when=when, service=service_name(order.service), **named)
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
        """Several are changed one after another; the first that cannot be ends it, and is named."""
        turn = Turn.of(tracker)
        numbers, confirmed = tracker.get_slot("order"), tracker.get_slot("confirmed")
        if tracker.get_slot("change") is None:
            return []  # the form found nothing to change, and has said so
        if confirmed is False:
            say(dispatcher, "utter_order_kept", "utter_order_done")
            return forgotten()
        if confirmed is not True or not numbers:
            await write_ticket(self._backend, dispatcher, turn, "change_unclear")
            return forgotten()
        for number in numbers:
            if not await self._changed(dispatcher, tracker, turn, number):
                return forgotten()
        say(dispatcher, "utter_anything_else")
        return forgotten()

    async def _changed(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, number: str
    ) -> bool:
        """Changes one order and says so; False where it could not be, which is said as well."""
        moving = tracker.get_slot("change") == "move"
        try:
            order = await self._write(turn, number, Draft.of(tracker.slots), moving)
        except (Rejected, Conflict) as refusal:
            say(dispatcher, "utter_order_refused", reason=str(refusal))
            return False
        except BackendError:
            say(dispatcher, "utter_order_not_placed")
            await write_ticket(self._backend, dispatcher, turn, "change_not_written")
            return False
        key = "utter_order_moved" if moving else "utter_order_cancelled"
        when = wording.when(order.date, order.time, turn.now.date(), order.recurring)
        say(dispatcher, key, when=when, service=service_name(order.service))
        tell_family(dispatcher, order)
        return True

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
