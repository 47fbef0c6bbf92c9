"""Questions on policy: answered from a document, asked on by the rules of entitlement, or declined.

A question of the rules comes with the offer ``policy``; the line after it, whatever act it looks
like, is read as the answer (`interviewed`).
"""

from __future__ import annotations

import logging
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.assessment import asks_how_it_stands, wants_assessment
from actions.booking import forgotten
from actions.draft import Draft
from actions.open_questions import ASSESSMENT, POLICY, SLOT, interviewed
from actions.turn import ASSESSMENT_FORM, FORM, Turn, say
from anban.errors import BackendError
from backend.client import BackendClient
from bot.policy.answer import Answer, Topic
from bot.policy.answers import NOT_WRITTEN, TO_VERIFY, PolicyDesk
from bot.understanding.questions import SHORT, asks, readings

logger = logging.getLogger(__name__)

_OWN_ACTS = ("ask_policy", "check_eligibility")
"""The acts whose rules come here; others are led here by their own action."""
_UNSURE = "不知道"
_NO_PAPERS = "没有当地的文件"
_OF_CARE = frozenset(("disabled", "disabled_moderate"))
"""what a rule asks about that an assessment tells"""


class AskPolicy(Action):
    """Answers a question on policy for the elder's place.

    Args:
        desk: knows the documents.
        backend: where declined questions are written down.
        locality: the place of a caller whose own is not known.
        name: the action's name in domain.yml; a question on entitlement comes to the same desk.
    """

    def __init__(
        self, desk: PolicyDesk, backend: BackendClient, locality: str, name: str = POLICY
    ) -> None:
        self._desk, self._backend = desk, backend
        self._locality, self._name = locality, name

    def name(self) -> str:
        """The name in domain.yml."""
        return self._name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        turn = Turn.of(tracker)
        if asks_how_it_stands(turn.text):
            return [FollowupAction(ASSESSMENT)]
        if wants_assessment(turn.text):
            return [FollowupAction(ASSESSMENT_FORM)]
        leaves = turn.form == FORM and Draft.of(tracker.slots).service is None
        topic = Topic.of(tracker.get_slot(SLOT))
        place = (turn.elder.locality if turn.elder else None) or self._locality
        answer = self._answered(turn.text, place, topic)
        if answer.decided == "declined":
            answer = await self._quoted(turn.text, place, answer) or answer
        if answer.decided == "needs_facts" and answer.ask:
            self._ask(dispatcher, answer)
        elif answer.decided == "declined" and _only_nods(turn):
            say(dispatcher, "utter_nothing_to_confirm", "utter_anything_else")
        elif answer.decided == "declined":
            await self._decline(dispatcher, turn, answer)
        else:
            _tell(dispatcher, answer)
            if not turn.form or leaves:
                say(dispatcher, _closing(turn, answer))
        kept = SlotSet(SLOT, answer.topic.as_dict() if answer.topic else None)
        if leaves:
            return [*forgotten(), kept]  # nothing was booked yet: a story led to a question
        if turn.act in _OWN_ACTS and not interviewed(turn, tracker):
            return [kept]
        # no rule goes on from an answer to a line that looked like another act
        return [kept, FollowupAction(turn.form or "action_listen")]

    def _answered(self, text: str, place: str, topic: Topic | None) -> Answer:
        """The answer to a line, however long a story the question is told in.

        What says nothing to a question of the rules, and asks nothing, leaves it unanswered.
        """
        answer = self._desk.answer(text, place, topic)
        if answer.decided != "declined" or answer.elsewhere:
            return answer
        if topic and not asks(text):
            return self._told(text, place, topic) or answer
        known_gap = answer.about != NOT_WRITTEN and len(text) <= SHORT
        others = () if known_gap else readings(text)[1:]
        found = (self._desk.answer(other, place, topic) for other in others)
        return next((one for one in found if one.decided != "declined"), answer)

    def _told(self, text: str, place: str, topic: Topic) -> Answer | None:
        """What follows where somebody tells of themselves, and asks nothing.

        After a question of the rules it leaves that one open; after an answer it belongs to the
        question that was answered, and where it changes nothing the community has to say. Nothing
        where that question was declined, and still is.
        """
        if topic.asked:
            return self._desk.answer(_UNSURE, place, topic)
        before = self._desk.answer(topic.question, place, None)
        after = self._desk.answer(f"{topic.question}，{text}", place, None)
        if after.decided != "declined" and after.facts != before.facts:
            return after
        declined = before.decided == "declined"
        return None if declined else Answer(TO_VERIFY, "answered", topic=topic)

    async def _quoted(self, text: str, place: str, declined: Answer) -> Answer | None:
        """What the operator's own documents say where no checked fact answers."""
        quoter = self._desk.quoter
        if quoter is None or declined.elsewhere or not text.strip():
            return None
        known = declined.topic.locality if declined.topic else ""
        try:
            there = await self._backend.document_places()
            places = self._desk.covering((known, place), there)
            if not places:
                return None
            found = await self._backend.passages(places, **quoter.tokens(text).as_dict())
        except BackendError as error:
            logger.warning("own documents not searched: %s", type(error).__name__)
            return None
        return quoter.answer(text, found)

    def _ask(self, dispatcher: CollectingDispatcher, answer: Answer) -> None:
        if answer.brief:
            say(
                dispatcher,
                "utter_policy_answer",
                answer=answer.brief,
                json_message={"citations": list(answer.citations)},
            )
        say(dispatcher, "utter_policy_question", question=answer.ask)

    async def _decline(self, dispatcher: CollectingDispatcher, turn: Turn, answer: Answer) -> None:
        """Says so and offers a person; that the county is not told does not stop the talk."""
        say(dispatcher, "utter_policy_declined", answer=answer.text)
        try:
            await self._backend.report_gap(
                conversation=turn.conversation,
                question=turn.text[:1000],
                about=_NO_PAPERS if answer.elsewhere else answer.about[:64],
                locality=_asked_of(answer)[:64],
                now=turn.now,
            )
        except BackendError as error:
            logger.warning("policy gap not written down: %s", type(error).__name__)
        say(dispatcher, "utter_offer_person")


def _only_nods(turn: Turn) -> bool:
    """Whether a line after a declined question asks nothing and takes up no offer (噢听明白了)."""
    return turn.offer == "person" and turn.heard.get("yes_no") is None and not asks(turn.text)


def _asked_of(answer: Answer) -> str:
    """The place a question was about."""
    return answer.about if answer.elsewhere else answer.topic.locality if answer.topic else ""


def _closing(turn: Turn, answer: Answer) -> str:
    """What is asked last: who does not know how much care it takes may tell it, item by item."""
    unknown = _OF_CARE & set(answer.topic.unknowable if answer.topic else ())
    open_yet = answer.decided == "needs_facts" and unknown and turn.elder is not None
    return "utter_assessment_offer" if open_yet else "utter_anything_else"


def _tell(dispatcher: CollectingDispatcher, answer: Answer) -> None:
    say(
        dispatcher,
        "utter_policy_answer",
        answer=answer.text,
        json_message={"citations": list(answer.citations)},
    )
