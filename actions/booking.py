"""Booking a service: slots in, one order out."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.draft import (
    Draft,
    Heard,
    begun_ahead,
    finer,
    heard,
    missing,
    named_field,
    with_profile,
)
from actions.just_said import change_of_told, repeats_change
from actions.lines import of_part, without_more, without_others, without_refused_day
from actions.open_questions import BINDING, asks_about_another, tells_on
from actions.phrases import (
    CALLED_OFF,
    HAS_ORDERED,
    MOVES,
    ORDERS,
    RATHER,
    SOONER_OR_LATER,
    SPEAKS_OF_ONE,
    WISHES,
    asks_its_day,
    asks_who_may,
    calls_off,
    refuses,
)
from actions.placed import (
    OPEN_STATUSES,
    one_more,
    only_keeps,
    only_remarks,
    placed_here,
    standing_orders,
    takes_back,
)
from actions.turn import FORM, SURE, Turn, ask_which_elder, say
from anban.errors import BackendError
from backend.client import BackendClient, Order
from bot.errands import takes_its_end
from bot.understanding.services import find_service, segments, turned_away
from bot.understanding.several import ALSO

logger = logging.getLogger(__name__)

CHANGE_FORM = "change_form"
A_FEW = 10
"""Characters up to which a no is nothing but a no; a longer line may refuse something else."""
MAX_RETRIES = 2
"""A question is put again in other words once; after that a person takes over."""

# Acts that are never an answer to the form's question: their own rule answers them, and the form
# asks again afterwards. Any other act is read for what the form can use.
INTERRUPTIONS = frozenset(
    [
        "cancel_order",
        "reschedule_order",
        "order_status",
        "ask_policy",
        "check_eligibility",
        "apply_subsidy",
        "emergency",
        "medication_reminder",
        "complain",
        "rate_service",
        "talk_to_human",
        "repeat",
        "slower_or_louder",
        "help_menu",
        "goodbye",
        "bind_elder",
        "elder_status",
    ]
)
# These interrupt only where the line says nothing that the form can use.
_SOFT_INTERRUPTIONS = frozenset(
    ["greet", "thanks", "smalltalk", "feeling_lonely_or_sad", "report_feeling_ok", "out_of_scope"]
)


_ASK_ON = frozenset(("elder_status", "help_menu", "order_status"))
"""Acts that may follow a yes to a read-back: the yes is served first."""
_OF_POLICY = frozenset(("ask_policy", "check_eligibility", "apply_subsidy"))
_QUESTIONS = frozenset(("ask_policy", "check_eligibility", "apply_subsidy", "goodbye", "repeat"))
_NEVER_AN_ANSWER = frozenset(("talk_to_human", "emergency", "cancel_order"))


def interrupts(turn: Turn, change: Heard) -> bool:
    """True where the line is something else than an answer."""
    useful = bool(change.changed or change.problem)
    if not useful and _ends_it(turn):
        return False
    if turn.heard.get("yes_no") == "no" and CALLED_OFF.match(turn.text):
        return turn.act in _NEVER_AN_ANSWER  # 不消了，邻居送饭来了 is no complaint
    if useful and turn.asked == "confirm" and MOVES.search(turn.text):
        return turn.act in _NEVER_AN_ANSWER - {"cancel_order"}  # 改七点 corrects what was read back
    if useful and turn.act == "cancel_order":
        return calls_off(turn.text)  # 不去县医院了去中医院 is a correction
    if turn.asked == "confirm" and turn.act in _ASK_ON and turn.heard.get("yes_no") == "yes":
        return False  # 对，还有打扫呢
    if useful and turn.asked == "confirm" and turn.act not in _NEVER_AN_ANSWER | _QUESTIONS:
        return False  # 七点四十，我单子上写的不是八点 corrects, whatever act it looks like
    if turn.act in INTERRUPTIONS:
        told = turn.asked in change.changed or (turn.asked == "date" and bool(change.problem))
        asks = turn.asked == "service" and turn.act in _OF_POLICY and turn.confidence >= SURE
        answers = told and not asks and turn.act not in _NEVER_AN_ANSWER
        return not (answers or (useful and turn.act == "reschedule_order"))
    return turn.act in _SOFT_INTERRUPTIONS and not useful and turn.heard.get("yes_no") is None


class ValidateBookingForm(Action):
    """Reads one line into the draft, keeps the draft in the backend, and says what to ask next.

    Contract: sets every slot of the form in one go; sets ``requested_slot`` itself, so that the
    order of questions is in ``actions.draft.missing``; rejects where the line is another act.
    """

    def __init__(self, backend: BackendClient) -> None:
        self._backend = backend

    def name(self) -> str:
        """The name that Rasa's booking_form looks for."""
        return f"validate_{FORM}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        said = Turn.of(tracker)
        asked = tracker.get_slot("requested_slot")
        old = Draft.of(tracker.slots) if asked else resumed(said, tracker)
        turn = without_refused_day(old, without_more(old, without_others(old, said)))
        if asked is None:
            turn = await self._without_told(turn)
        if turn.form and turn.interrupted:
            if old.service in turned_away(said.text):
                return forgotten()  # 先不打扫了，我问问洗澡多少钱
            return asking(with_profile(old, turn), asked)
        change = heard(old, turn)
        if asked and interrupts(turn, change):
            raise ActionExecutionRejection(self.name())
        if asked is None:
            led = await self._leads_elsewhere(said, turn, change, tracker, dispatcher)
            if led is not None:
                return led
        moves = turn.act == "reschedule_order" and MOVES.search(turn.text)
        if asked in ("service", "date") and moves and await self._means_order(turn, old.service):
            return start_change("move")  # 下回那次本来是礼拜六的，改到礼拜天
        if asked and moves and await self._stands_there(turn, old):
            return start_change("move")  # what was taken for a new booking was told of
        draft = begun_ahead(with_profile(change.draft, turn), turn.now)
        if asked in ("date", "time") and await self._is_there(turn, draft):
            return [*forgotten(), FollowupAction("action_order_status")]
        if asked and not change.changed and not change.problem:
            settled = await self._settled(turn, draft, tracker, dispatcher)
            if settled is not None:
                return settled
        await keep_draft(self._backend, turn, draft)
        return self._next(turn, draft, change, tracker)

    async def _leads_elsewhere(
        self,
        said: Turn,
        turn: Turn,
        change: Heard,
        tracker: Tracker,
        dispatcher: CollectingDispatcher,
    ) -> list[EventType] | None:
        """What a line leads to that seemed to begin a booking and is none; None where it is one."""
        if turn.for_several:
            ask_which_elder(dispatcher, turn)
            return forgotten()
        if asks_about_another(turn):
            return [*forgotten(), FollowupAction(BINDING)]
        if events := tells_on(turn, tracker):
            return [*forgotten(), *events]
        if asks_who_may(turn):
            return [*forgotten(), FollowupAction("action_check_eligibility")]
        if await self._only_calls_off(said, turn):
            return start_change("cancel")
        if (meant := _change_meant(turn)) and await self._means_order(turn):
            return start_change(meant)
        if changed := change_of_told(turn, tracker):
            return start_change(changed)
        if repeats_change(turn, tracker):
            say(dispatcher, "utter_nothing_to_confirm", "utter_order_done")
            return forgotten()
        if _only_names_one(turn) and await self._means_order(turn):
            return [*forgotten(), FollowupAction("action_order_status")]
        if _stays_as_it_is(turn) and await self._means_order(turn):
            say(dispatcher, "utter_nothing_to_confirm", "utter_anything_else")
            return forgotten()
        if asks_its_day(turn.text) and await self._means_order(turn):
            return [*forgotten(), FollowupAction("action_order_status")]
        if await self._other_hour(turn, change.draft):
            return start_change("move")
        told = has_ordered(turn) and await self._stands_there(turn, change.draft)
        if told or await self._is_there(turn, change.draft):
            return [*forgotten(), FollowupAction("action_order_status")]
        if turn.asked == "other" and (placed := await placed_here(self._backend, turn)):
            if takes_back(turn):
                return start_change("move")
            if only_remarks(turn, placed):
                say(dispatcher, "utter_nothing_to_confirm", "utter_order_done")
                return forgotten()
        return None

    async def _only_calls_off(self, said: Turn, rest: Turn) -> bool:
        """Whether a line calls off an order that stands, and else only names what is ordered.

        我有约一个剃头一个洗身躯，剃头彼个毋免 orders no bath.
        """
        off = {one for one, words in segments(said.text) if calls_off(words)}
        if said.elder is None or not off or ORDERS.search(HAS_ORDERED.sub("", said.text)):
            return False
        wanted = (rest.heard.get("service") or {}).get("service")
        try:
            orders = await self._backend.orders(elder_id=said.elder.id, now=said.now)
        except BackendError:
            return False
        standing = {one.service for one in orders if one.status in OPEN_STATUSES}
        return bool(off & standing) and wanted in (standing | {None})

    async def _means_order(self, turn: Turn, spoken_of: str | None = None) -> bool:
        """Whether a line speaks of an order that stands (礼拜五那餐不用送)."""
        return bool(await standing_orders(self._backend, turn, spoken_of))

    async def _stands_there(self, turn: Turn, draft: Draft) -> bool:
        """Whether an order of the same service stands on the very day of a booking.

        One that is spoken of without a day (不是订了个陪诊么) is the one that stands.
        """
        if draft.date is None and not has_ordered(turn):
            return False
        standing = await standing_orders(self._backend, turn, draft.service)
        return any(
            one.service == draft.service and draft.date in (None, one.date) for one in standing
        )

    async def _without_told(self, turn: Turn) -> Turn:
        """A line of several wishes without an order that stands and is only spoken of.

        礼拜四不上日间照料嘛，你再给整个打扫 orders a cleaning.
        """
        parts = turn.heard.get("parts") or ()
        for told in parts:
            rest = [part for part in parts if part is not told]
            wished = ORDERS.search(told["text"]) or WISHES.search(told["text"])
            if not wished and _REMINDS.search(told["text"]) and await self._stands(turn, told):
                return of_part(turn, rest)
        return turn

    async def _stands(self, turn: Turn, part: Mapping[str, Any]) -> bool:
        """Whether what a part of a line speaks of is ordered for its day."""
        day = (part["when"] or {}).get("date")
        standing = await standing_orders(self._backend, turn, part["service"])
        return any((one.service, one.date) == (part["service"], day) for one in standing)

    async def _is_there(self, turn: Turn, draft: Draft) -> bool:
        """Whether the very order that a line would place stands already, and no other is wished."""
        if draft.date is None or ALSO.search(turn.text) or one_more(turn):
            return False
        standing = await standing_orders(self._backend, turn, draft.service)
        return any(_same(draft, one, turn) for one in standing)

    async def _other_hour(self, turn: Turn, draft: Draft) -> bool:
        """Whether a line speaks of an order that stands, and of another hour on its day.

        后日坐车个张，下昼佢等唔开门，爱朝晨来 moves the car, and orders no second one.
        """
        asked_for = ORDERS.search(turn.text) or ALSO.search(turn.text) or one_more(turn)
        if asked_for or not draft.time or not SPEAKS_OF_ONE.search(turn.text):
            return False
        return await self._stands_there(turn, draft)

    async def _settled(
        self, turn: Turn, draft: Draft, tracker: Tracker, dispatcher: CollectingDispatcher
    ) -> list[EventType] | None:
        """What an answer that changed nothing leads to; None where the form goes on asking."""
        asked, doubt = tracker.get_slot("requested_slot"), tracker.get_slot("doubt")
        if asked == "confirmed" and turn.asked != "confirm" and doubt != "change":
            return asking(draft, asked)  # the read-back was never heard: it comes (again) first
        meant = outcome(turn, asked, doubt)
        if meant == "placed":
            return [*slots(draft), SlotSet("confirmed", True), SlotSet("requested_slot", None)]
        if meant == "dropped" and await self._stands_there(turn, draft):
            return start_change("cancel")  # it was never a booking: 着，毋免送 is of that order
        if meant == "dropped":
            await keep_draft(self._backend, turn, None)
            say(dispatcher, "utter_booking_dropped", "utter_order_done")
            return forgotten()
        if meant == "change":
            return asking(draft, "confirmed", doubt="change")
        if meant is not None:
            return asking(Draft.of({**draft.as_dict(), meant: None}), meant)
        return None

    def _next(self, turn: Turn, draft: Draft, change: Heard, tracker: Tracker) -> list[EventType]:
        asked = tracker.get_slot("requested_slot")
        wanted = missing(draft, turn) or "confirmed"
        said_hour = (turn.heard.get("when") or {}).get("time")
        if change.problem:
            wanted = "time" if change.problem == "half_of_day" else "date"
        elif asked == "time" and draft.vague and not (said_hour or tracker.get_slot("retry")):
            wanted = "time"
        stuck = asked and wanted == asked and not change.changed
        retry = float(tracker.get_slot("retry") or 0) + 1 if stuck else 0.0
        if (
            retry >= MAX_RETRIES
            and (turn.heard.get("service") or {}).get("service") == draft.service
        ):
            retry = 1.0  # who says again what they want has not given up
        if retry >= MAX_RETRIES:
            return [*slots(draft), SlotSet("confirmed", None), SlotSet("requested_slot", None)]
        return asking(draft, wanted, retry, change.problem, change.hour)


_REMINDS = re.compile(r"(?:不|毋|唔)(?:是|系)?[^，。]{1,10}?[嘛吗么咩]")
"""Words that remind of what is known (礼拜四不上日间照料嘛)."""


def _same(draft: Draft, order: Order, turn: Turn) -> bool:
    """Whether a draft is the order that stands, as far as it is known.

    A second meal of a day, or somebody sent for in so many words, needs its hour to be the same.
    """
    if (order.service, order.date) != (draft.service, draft.date):
        return False
    if draft.time is None:
        return order.service != "meals" and not ORDERS.search(turn.text)
    return order.time is not None and finer(order.time, draft.time) == order.time


def _change_meant(turn: Turn) -> str | None:
    """``move`` or ``cancel``, where a line taken for a booking has words of a change."""
    another_hour = SOONER_OR_LATER.search(turn.text) and SPEAKS_OF_ONE.search(turn.text)
    rather = RATHER.search(turn.text) and not calls_off(turn.text)
    if MOVES.search(turn.text) or another_hour or rather:
        return "move"
    off = calls_off(turn.text) and not ORDERS.search(HAS_ORDERED.sub("", turn.text))
    return "cancel" if off or refuses(turn.text) else None


def _only_names_one(turn: Turn) -> bool:
    """Whether a line after "anything else?" only names an order that stands (洗被单彼张)."""
    names = turn.asked == "other" and len(turn.text) <= A_FEW and not turn.heard.get("when")
    return (
        names
        and SPEAKS_OF_ONE.search(turn.text) is not None
        and not (ORDERS.search(turn.text) or ALSO.search(turn.text))
    )


def _stays_as_it_is(turn: Turn) -> bool:
    """Whether a line only says that an order stays (打扫照旧), and tells no day for another."""
    return only_keeps(turn) and not turn.heard.get("when") and not ALSO.search(turn.text)


def has_ordered(turn: Turn) -> bool:
    """Whether a line tells of what was ordered before, and wishes for nothing behind it.

    给我妈约过周六早上去透析的车 does; 约过一次，再帮我订一个 does not.
    """
    told = HAS_ORDERED.search(turn.text)
    rest = turn.text[told.end() :] if told else ""
    return bool(told) and not (WISHES.search(rest) or ORDERS.search(rest) or ALSO.search(rest))


def resumed(turn: Turn, tracker: Tracker) -> Draft:
    """The draft that a form begins with: one that was offered, or rests since a person was asked.

    Who speaks of another service by then, or was asked something else in between, begins anew.
    """
    draft = Draft.of(tracker.slots)
    if turn.offer is None and turn.asked in ("other", "menu"):
        return Draft()
    named = find_service(turn.text) if turn.asked is None else None
    another = named is not None and draft.service not in (None, named.service, *named.others)
    return Draft() if another else draft


async def keep_draft(backend: BackendClient, turn: Turn, draft: Draft | None) -> None:
    """Keeps the draft for the next call, or forgets it; a booking goes on where that fails."""
    try:
        await backend.update_conversation(
            turn.conversation, draft=draft.as_dict() if draft else None, now=turn.now
        )
    except BackendError as error:
        logger.warning("draft not kept: %s", type(error).__name__)


def outcome(turn: Turn, asked: str | None, doubt: str | None) -> str | None:
    """What an answer means that changed nothing in the draft.

    Returns:
        ``placed`` for a yes to the read-back (and for saying the same again), ``dropped`` for a no
        to any other question, ``change`` for a bare no to the read-back, the name of a field that
        is to be asked anew, or None where it was none of these.
    """
    changing = doubt == "change"
    if asked != "confirmed":
        return "dropped" if _refuses(turn) or _ends_it(turn) else None
    answer, field = answered(turn), named_field(turn.text)
    if answer == "no" and calls_off(turn.text):
        return "dropped"  # 对，不送了
    if answer == "no" and only_keeps(turn):
        return None  # 莫取消: the read-back comes again
    if answer == "yes" and not changing:
        return "placed"
    if field:
        return field
    if answer == "no":
        return "dropped" if changing else "change"
    return None


def _ends_it(turn: Turn) -> bool:
    """Whether a line ends the talk where a day, an hour or a service was asked for."""
    return turn.asked in ("date", "time", "service") and takes_its_end(turn.text)


def _refuses(turn: Turn) -> bool:
    """Whether a line says no in so many words: a grumble that sounds like one drops nothing."""
    said = turn.heard.get("yes_no")
    if said == "no" and len(turn.text) <= A_FEW:
        return True
    in_words = refuses(turn.text) or calls_off(turn.text)
    return in_words and (said in ("yes", "no") or turn.act == "deny")


def answered(turn: Turn) -> str | None:
    """``yes`` or ``no`` to a read-back, where the line changed nothing; else None.

    Saying the same day, place or service again counts as a yes.
    """
    said = turn.heard.get("yes_no") or {"affirm": "yes", "deny": "no"}.get(turn.act)
    same = any(turn.heard.get(kind) for kind in ("when", "address", "service"))
    if said == "yes" and (refuses(turn.text) or calls_off(turn.text)):
        return "no"  # 对，不要了; 要得退嘛
    if said in (None, "change"):
        return "yes" if same else "no" if said else None
    return str(said)


def start_change(change: str) -> list[EventType]:
    """Leaves a booking and opens the change form for ``cancel`` or ``move``."""
    return [*forgotten(), SlotSet("change", change), FollowupAction(CHANGE_FORM)]


def asking(
    draft: Draft,
    wanted: str | None,
    retry: float = 0.0,
    doubt: str | None = None,
    hour: str | None = None,
) -> list[EventType]:
    """The draft as slots, and the slot the form shall ask for with the reason for asking."""
    return [
        *slots(draft),
        SlotSet("confirmed", None),
        SlotSet("retry", retry),
        SlotSet("doubt", doubt),
        SlotSet("hour", hour),
        SlotSet("missed", 0.0),
        SlotSet("requested_slot", wanted),
    ]


def slots(draft: Draft) -> list[EventType]:
    """One slot a field."""
    return [SlotSet(name, value) for name, value in draft.as_dict().items()]


def forgotten() -> list[EventType]:
    """Ends the form and forgets the draft in the dialogue."""
    return [
        ActiveLoop(None),
        *asking(Draft(), None),
        SlotSet("order", None),
        SlotSet("change", None),
    ]
