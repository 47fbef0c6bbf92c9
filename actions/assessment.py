"""Asking what an old person can do in daily life, one plain question at a time.

Every answer is kept at once, so that the talk can be left and taken up in another, by telephone or
chat. The caller hears what happens next, and no points: what is told is no result.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.handoff import write_ticket
from actions.open_questions import ASSESSMENT
from actions.turn import ASSESSMENT_FORM, Turn, ask_which_elder, say
from anban.errors import BackendError, Conflict, Rejected
from backend.client import Assessment, BackendClient
from bot.questionnaire import Questionnaire

SLOT = "assessment"
"""what was answered, and what is asked about: answers, item, tries"""
ANSWER = "assessment_answer"
"""the slot that the form asks for"""
TRIES = 2
"""times an item is asked about before it is left to the assessor"""

_INTERRUPTS = frozenset(
    (
        "emergency",
        "talk_to_human",
        "repeat",
        "slower_or_louder",
        "goodbye",
        "complain",
        "bind_elder",
    )
)
"""acts that are served in between, where a line is no answer"""
_PERSON = re.compile(r"人工|真人|活人|客服|转[人接]")
_WANTS = re.compile(
    r"[做来搞弄测整][一个次下]{0,2}[^，。？做]{0,8}(?:评估|问询|评定|测评)|想要?评估|申请[^，。]{0,4}(?:评估|评定)|"
    r"(?:接着|继续|接上)[^，。]{0,8}(?:评估|问询)|(?:评估|问询)[^，。]{0,4}(?:没做完|没完|没问完|接着|继续)"
)
_ABOUT = re.compile(r"办法|机制|制度|系统|标准|费|机构|文[号件]|谁|哪|怎么|咋|多少|几|钱|什么时候")
"""words of a question about assessments, which is one on policy"""
_STANDING = re.compile(
    r"(?:我|他|她|[爸妈爷奶]|老[人伴])[^，。]{0,6}(?:评估|问询)[^，。]{0,8}"
    r"(?:怎么样|咋样|结果|好了没|有消息|来没来|到哪|通过|出来)"
)


def wants_assessment(text: str) -> bool:
    """Whether somebody wants to be asked about daily life (给我妈做个能力评估), or to go on."""
    return bool(_WANTS.search(text)) and not _ABOUT.search(text)


def asks_how_it_stands(text: str) -> bool:
    """Whether somebody asks what became of what was told (我的评估怎么样了)."""
    return bool(_STANDING.search(text))


class ValidateAssessmentForm(Action):
    """Reads a line as the answer to the item that was asked about, keeps it, chooses the next.

    Contract: sets ``requested_slot`` itself; rejects where the line is another act and no answer.

    Args:
        backend: where answers are kept.
        questions: what is asked.
    """

    def __init__(self, backend: BackendClient, questions: Questionnaire) -> None:
        self._backend, self._questions = backend, questions

    def name(self) -> str:
        """The name that Rasa's assessment_form looks for."""
        return f"validate_{ASSESSMENT_FORM}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        turn = Turn.of(tracker)
        state = dict(tracker.get_slot(SLOT) or {})
        if tracker.get_slot("requested_slot") != ANSWER or not state:
            return await self._begun(dispatcher, turn)
        if turn.form and turn.interrupted:
            return _asking(state)
        heard = self._questions.hear(self._questions.item(state["item"]), turn.text)
        leaves = heard.meant in ("unclear", "help") and turn.act in _INTERRUPTS
        if _PERSON.search(turn.text) or leaves:
            raise ActionExecutionRejection(self.name())
        if heard.meant == "leave":
            say(dispatcher, "utter_assessment_kept", "utter_anything_else")
            return _ended()
        if heard.meant in ("unclear", "help") and state["tries"] + 1 < TRIES:
            return _asking({**state, "tries": state["tries"] + 1})
        points = heard.points if heard.meant == "level" else None
        if points is None and state["tries"] + 1 >= TRIES:
            say(dispatcher, "utter_assessment_left_open")
        return await self._kept(dispatcher, turn, state, points)

    async def _begun(self, dispatcher: CollectingDispatcher, turn: Turn) -> list[EventType]:
        """The first question, or where it was left; whom nobody knows a person calls back."""
        if turn.for_several:
            ask_which_elder(dispatcher, turn)
            return _ended()
        if turn.elder is None:
            say(dispatcher, "utter_assessment_unknown_elder")
            await write_ticket(self._backend, dispatcher, turn, "assessment")
            return _ended()
        try:
            known = await self._backend.tell_assessment(
                turn.elder.id, conversation=turn.conversation, now=turn.now
            )
        except BackendError as error:
            return await self._failed(dispatcher, turn, error)
        if known.status == "waiting":
            say(dispatcher, "utter_assessment_waiting", "utter_anything_else")
            return _ended()
        say(dispatcher, "utter_assessment_goes_on" if known.answers else "utter_assessment_begins")
        return self._next(dispatcher, dict(known.answers))

    async def _kept(
        self,
        dispatcher: CollectingDispatcher,
        turn: Turn,
        state: dict[str, Any],
        points: int | None,
    ) -> list[EventType]:
        assert turn.elder is not None
        told = {state["item"]: points}
        answers = {**state["answers"], **told}
        done = self._questions.following(answers) is None
        try:
            await self._backend.tell_assessment(
                turn.elder.id, told, done=done, conversation=turn.conversation, now=turn.now
            )
        except BackendError as error:
            return await self._failed(dispatcher, turn, error)
        return self._next(dispatcher, answers)

    def _next(
        self, dispatcher: CollectingDispatcher, answers: dict[str, int | None]
    ) -> list[EventType]:
        item = self._questions.following(answers)
        if item is not None:
            return _asking({"answers": answers, "item": item.id, "tries": 0})
        say(dispatcher, "utter_assessment_done", "utter_anything_else")
        return _ended()

    async def _failed(
        self, dispatcher: CollectingDispatcher, turn: Turn, error: BackendError
    ) -> list[EventType]:
        """What cannot be kept is not asked on: a person calls back."""
        if isinstance(error, Conflict):
            say(dispatcher, "utter_assessment_waiting", "utter_anything_else")
            return _ended()
        refused = isinstance(error, Rejected) and error.field == "elder_id"
        say(dispatcher, "utter_assessment_refused" if refused else "utter_assessment_not_kept")
        await write_ticket(self._backend, dispatcher, turn, "assessment")
        return _ended()


class AskAssessment(Action):
    """Asks about one item: plainly, and where that told too little, in other words."""

    def __init__(self, questions: Questionnaire) -> None:
        self._questions = questions

    def name(self) -> str:
        """The name that Rasa's assessment_form looks for."""
        return f"action_ask_{ASSESSMENT_FORM}_{ANSWER}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        state = tracker.get_slot(SLOT) or {}
        item = self._questions.item(state["item"])
        question = item.more if state["tries"] else item.ask
        shown = {"ask": "other", "quick_replies": [one.says for one in item.levels]}
        say(dispatcher, "utter_assessment_question", question=question, json_message=shown)
        return []


class AssessmentStanding(Action):
    """Says what became of what was told: never points, and no result before an assessor's."""

    def __init__(self, backend: BackendClient) -> None:
        self._backend = backend

    def name(self) -> str:
        """The name in domain.yml."""
        return ASSESSMENT

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class; no rule goes on from here, so what comes next is waited for."""
        await self._tell(dispatcher, Turn.of(tracker))
        return [FollowupAction("action_listen")]

    async def _tell(self, dispatcher: CollectingDispatcher, turn: Turn) -> None:
        if turn.for_several:
            ask_which_elder(dispatcher, turn)
            return
        if turn.elder is None:
            say(dispatcher, "utter_assessment_unknown_elder")
            await write_ticket(self._backend, dispatcher, turn, "assessment")
            return
        try:
            found = await self._backend.assessments(elder_id=turn.elder.id)
        except BackendError:
            say(dispatcher, "utter_assessment_not_seen", "utter_offer_person")
            return
        say(dispatcher, *_standing(found))


def _standing(found: list[Assessment]) -> tuple[str, str]:
    if not found:
        return "utter_assessment_none", "utter_assessment_offer"
    if found[0].status == "open":
        return "utter_assessment_unfinished", "utter_assessment_offer"
    told = "utter_assessment_waiting" if found[0].status == "waiting" else "utter_assessment_seen"
    return told, "utter_anything_else"


def _asking(state: dict[str, Any]) -> list[EventType]:
    return [SlotSet(SLOT, state), SlotSet("requested_slot", ANSWER)]


def _ended() -> list[EventType]:
    return [SlotSet(SLOT, None), SlotSet("requested_slot", None)]
