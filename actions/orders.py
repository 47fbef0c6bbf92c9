"""Orders that stand already: asking after them, moving them, cancelling them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
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
from actions.draft import Draft, Heard, finer, heard, named_field
from actions.handoff import write_ticket
from actions.just_said import repeats_change
from actions.moves import moved_to, of_the_move
from actions.open_questions import POLICY, interviewed
from actions.phrases import (
    AGAIN_THEN,
    ANOTHER_HOUR,
    KEEPS,
    LETS_BE,
    MOVES,
    MOVES_PLAINLY,
    NO_COMPLAINT,
    NOT_THEN,
    ONE_MORE_TIME,
    RATHER,
    SOONER_OR_LATER,
    books_perhaps,
    calls_off,
    calls_off_plainly,
    only_asks,
    ordered_now,
    refuses,
)
from actions.placed import only_keeps, stays_there
from actions.placing import tell_family
from actions.shift import shifted
from actions.turn import FORM, SURE, Turn, say
from actions.which_order import ALL_MEANT, chosen, matching, named_day, never_ordered
from actions.whose import of_all, open_orders, whose
from anban.errors import BackendError, Conflict, Rejected
from backend.client import BackendClient, Order
from bot import wording
from bot.understanding.questions import asks_whom_to_ring
from bot.understanding.several import ADDS
from bot.words import service_name

_DAY = frozenset(("date", "time"))
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
        own = own or (asked in _BEFORE_READ and _cancels_instead(turn, asked))
        own = own or (asked == "confirmed" and (only_keeps(turn) or _rather_off(turn, tracker)))
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
        moving = tracker.get_slot("change") == "move" and not _cancels_instead(turn, asked)
        named = asked in (None, "order")  # 礼拜五那个 tells which order, and moves none
        moving = moving or (not named and bool(changed & _DAY) and not _leaves_it(turn))
        if not moving and tracker.get_slot("change") == "move":
            draft, problem = Draft(), None
        # 对，只退后天 names the order, and no new day for it; nothing else of an order is changed
        changed = changed & _DAY if moving else frozenset()
        meant = chosen(orders, tracker.get_slot("order") or [], turn, moving)
        if moving and len(meant) == 1:
            draft, problem, changed = _stepped(meant[0], change, turn)
            if asked == "confirmed" and draft.date is None and stays_there(turn):
                return [SlotSet("confirmed", False), SlotSet("requested_slot", None)]
        if not meant:
            wanted = "order"
        elif moving and draft.date is None and draft.time is None:
            wanted = "time" if _another_hour(turn) else "date"
        elif moving and (_stays(draft, meant[0]) or _vague(draft, meant[0], asked)):
            wanted = "time"  # 日子不改，还是礼拜四
        elif moving and turn.asked == "date" and _hour_open(draft, meant, turn):
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


def _stepped(order: Order, change: Heard, turn: Turn) -> tuple[Draft, str | None, frozenset[str]]:
    """Where an order is moved to, told by a step from where it stands (早一天) or by a new day.

    To move it to the day and hour that it has is to have said no new one.
    """
    draft, problem, changed = change.draft, change.problem, change.changed
    if draft.time and order.time:
        draft = replace(draft, time=finer(order.time, draft.time))  # 早一天 tells no morning
    step = shifted(turn.text, draft.date or order.date, draft.time or order.time)
    named = (turn.heard.get("when") or {}).get("date")
    if step and (named is None or named in (order.date, step[0])):
        at = replace(draft, date=step[0], time=step[1])
        return at, None, changed | {"date", "time"}
    if draft.date is not None and _stays(draft, order):
        again = turn.asked == "date"  # then the day is to stay, and the hour to change
        return (
            replace(draft, date=order.date if again else None, time=None),
            problem,
            changed - _DAY,
        )
    return draft, problem, changed


def _stays(draft: Draft, order: Order) -> bool:
    """Whether what is known of a move leaves the order where it stands."""
    return draft.date in (None, order.date) and draft.time in (None, order.time)


def _hour_open(draft: Draft, meant: list[Order], turn: Turn) -> bool:
    """Whether "to which day?" was answered by a day alone: another hour may be meant with it.

    It is asked for once; whoever says nothing of an hour keeps the one that stands.
    """
    exact = any(":" in (order.time or "") for order in meant)
    keeps = KEEPS.search(turn.text) or _SAME_HOUR.search(turn.text)
    return exact and draft.date is not None and draft.time is None and not keeps


_SAME_HOUR = re.compile(
    r"不变|唔变|无变|[原同一仝]样|仝款|(?:[那这彼嗰][个]?|原来的?)(?:点|时间|钟头?|时辰)"
)
"""Words for the hour at which an order stands already."""


def _vague(draft: Draft, order: Order, asked: str | None) -> bool:
    """Whether an order is moved to a part of the day, whose hour was not asked for yet."""
    return asked in (None, "order", "date") and replace(draft, service=order.service).vague


def _another_hour(turn: Turn) -> bool:
    """Whether a line wants another hour without saying which (晚点送来，时间换一下)."""
    if _day_is_out(turn):
        return False
    return named_field(turn.text) == "time" or SOONER_OR_LATER.search(turn.text) is not None


def _day_is_out(turn: Turn) -> bool:
    """Whether a line tells that somebody is busy all of a day (礼拜六走唔开，推迟啲)."""
    when = turn.heard.get("when") or {}
    behind = turn.text.partition(when.get("said") or "\n")[2]
    return bool(when.get("date") and not when.get("time")) and _BUSY.match(behind) is not None


_BUSY = re.compile(
    r"[^，。个嗰那张单]{0,10}?(?:走[唔不毋袂]了?[开脱]|脱[唔不]开|[没冇无][空闲]|[不唔]得[闲空]|有事|"
    r"[没冇无]人在|不在(?:家|屋)|唔喺|出门|忙[得到不])"
)
"""Behind a day: nobody is free on it."""


def _leaves_it(turn: Turn) -> bool:
    """Whether the day in a line does not move the order: it is called off, or more is wanted."""
    return _calls_off(turn) or ADDS.match(turn.text) is not None


def _cancels_instead(turn: Turn, asked: str | None) -> bool:
    """Whether a line taken for a move calls the order off, and names no day to move it to.

    算了 and 不改了 only leave it where it is.
    """
    text = LETS_BE.sub("", turn.text)
    surely = asked in (None, "order") and turn.act == "cancel_order" and turn.confidence >= SURE
    off = calls_off(text) or surely
    said_no = turn.heard.get("yes_no") == "no" and not calls_off_plainly(text)
    then = turn.act == "reschedule_order" and AGAIN_THEN.search(text)
    stays = MOVES.search(text) or then or said_no or (asked and KEEPS.search(text))
    return off and not stays


def _rather_off(turn: Turn, tracker: Tracker) -> bool:
    """Whether "move it there?" is answered by calling the order off (那天也不行，还是退了吧)."""
    moving = tracker.get_slot("change") == "move"
    return moving and calls_off_plainly(turn.text) and _cancels_instead(turn, "confirmed")


def _calls_off(turn: Turn) -> bool:
    """Whether a line with a day in it says yes to cancelling rather than moving the order there."""
    said_yes = turn.heard.get("yes_no") == "yes" or calls_off(turn.text)
    return said_yes and MOVES.search(turn.text) is None


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
