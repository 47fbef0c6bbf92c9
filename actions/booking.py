"""Booking a service: slots in, one order out."""

from __future__ import annotations

import logging
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.draft import (
    Draft,
    Heard,
    begun_ahead,
    heard,
    missing,
    named_field,
    with_profile,
)
from actions.just_said import change_of_told, repeats_change
from actions.lines import without_more, without_others, without_refused_day
from actions.open_questions import (
    BINDING,
    PRIVATE,
    asks_about_another,
    keeps_private,
    tells_on,
)
from actions.phrases import (
    CALLED_OFF,
    MOVES,
    asks_its_day,
    asks_who_may,
    calls_off,
    puts_it_off,
    refuses,
)
from actions.placed import (
    only_keeps,
    only_remarks,
    placed_here,
    takes_back,
)
from actions.spoken_of import (
    A_FEW,
    change_meant,
    has_ordered,
    is_there,
    means_order,
    names_standing,
    only_calls_off,
    only_names_one,
    other_hour,
    speaks_of_order,
    stands_there,
    stays_as_it_is,
    without_told,
)
from actions.turn import FORM, SURE, Turn, ask_which_elder, say
from anban.errors import BackendError
from backend.client import BackendClient
from bot.errands import takes_its_end
from bot.understanding.services import find_service, turned_away

logger = logging.getLogger(__name__)

CHANGE_FORM = "change_form"
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
            turn = await without_told(self._backend, turn)
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
        if asked and await self._moves_one(turn, asked, old):
            return start_change("move")
        if asked and puts_it_off(turn.text) and not change.changed & {"date", "time"}:
            return await self._dropped(turn, dispatcher)
        draft = begun_ahead(with_profile(change.draft, turn), turn.now)
        if asked in ("date", "time") and await is_there(self._backend, turn, draft):
            return [*forgotten(), FollowupAction("action_order_status")]
        if asked and not change.changed and not change.problem:
            settled = await self._settled(turn, draft, tracker, dispatcher)
            if settled is not None:
                return settled
        await keep_draft(self._backend, turn, draft)
        return self._next(turn, draft, change, tracker)

    async def _moves_one(self, turn: Turn, asked: str, old: Draft) -> bool:
        """Whether an answer moves an order (下回那次本来是礼拜六的，改到礼拜天).

        One on the very day of a booking was told of, when it was taken for one to place.
        """
        if turn.act != "reschedule_order" or not MOVES.search(turn.text):
            return False
        early = asked in ("service", "date")
        return (early and await means_order(self._backend, turn, old.service)) or (
            await stands_there(self._backend, turn, old)
        )

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
        if keeps_private(turn, tracker):
            return [*forgotten(), FollowupAction(PRIVATE)]
        if events := tells_on(turn, tracker):
            return [*forgotten(), *events]
        if asks_who_may(turn):
            return [*forgotten(), FollowupAction("action_check_eligibility")]
        if await only_calls_off(self._backend, said, turn):
            return start_change("cancel")
        if (meant := change_meant(turn)) and await speaks_of_order(self._backend, turn):
            return start_change(meant)
        if changed := change_of_told(turn, tracker):
            return start_change(changed)
        if repeats_change(turn, tracker):
            say(dispatcher, "utter_nothing_to_confirm", "utter_order_done")
            return forgotten()
        if only_names_one(turn) and await names_standing(self._backend, turn, change.draft):
            return [*forgotten(), FollowupAction("action_order_status")]
        if stays_as_it_is(turn) and await names_standing(self._backend, turn, change.draft):
            say(dispatcher, "utter_nothing_to_confirm", "utter_anything_else")
            return forgotten()
        if asks_its_day(turn.text) and await means_order(self._backend, turn):
            return [*forgotten(), FollowupAction("action_order_status")]
        if await other_hour(self._backend, turn, change.draft):
            return start_change("move")
        if has_ordered(turn) and await stands_there(self._backend, turn, change.draft):
            return [*forgotten(), FollowupAction("action_order_status")]
        if turn.asked == "other" and (placed := await placed_here(self._backend, turn)):
            if takes_back(turn):
                return start_change("move")
            if only_remarks(turn, placed):
                say(dispatcher, "utter_nothing_to_confirm", "utter_order_done")
                return forgotten()
        if await is_there(self._backend, turn, change.draft):
            return [*forgotten(), FollowupAction("action_order_status")]
        return None

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
        if meant == "dropped" and await stands_there(self._backend, turn, draft):
            return start_change("cancel")  # it was never a booking: 着，莫来哩 is of that order
        if meant == "dropped":
            return await self._dropped(turn, dispatcher)
        if meant == "change":
            return asking(draft, "confirmed", doubt="change")
        if meant is not None:
            return asking(Draft.of({**draft.as_dict(), meant: None}), meant)
        return None

    async def _dropped(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        await keep_draft(self._backend, turn, None)
        say(dispatcher, "utter_booking_dropped", "utter_order_done")
        return forgotten()

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
        return "no"  # 对，不要了; 行，退了
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
