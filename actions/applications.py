"""Applying for what the government pays: filed after a yes, and where it stands.

Which scheme is meant stands in what the talk on policy is about (the slot ``policy_topic``), or is
named; what the elder told in the interview goes into the form. Nothing is filed for somebody who is
not in the register, and nothing without a yes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.assessment import asks_how_it_stands, wants_assessment
from actions.handoff import write_ticket
from actions.open_questions import ASSESSMENT, POLICY, SLOT
from actions.turn import ASSESSMENT_FORM, Turn, ask_which_elder, say
from anban.errors import BackendError, Conflict, Rejected
from backend.client import Application, BackendClient
from bot.policy.answer import Topic
from bot.policy.answers import PolicyDesk
from bot.understanding.answers import yes_no

CORRECTION = "correction"
"""the slot that holds what is to be put right: the application's id, and fields of its form"""

_STANDING = re.compile(
    r"哪一?步|进度|进展|批(?:了|下来|准)(?:没|吗|了没)|有没有(?:消息|结果|批)|审(?:到哪|完|了没|核到)|"
    r"办(?:到哪|得怎么样|好没|下来没)|怎么(?:还没|样了)"
)
_READY = re.compile(r"(?:补|弄|写|备|办|改|交)[好齐全]了?|再交|交上去|交吧")
_NOT_YET = re.compile(r"还没|没[补弄写备办改]|等[等一]|先不")
_FIELDS = {"address": "住址", "phone": "电话"}
"""what a line tells -> the field of the form"""
_NOTE = "补正说明"
_LONGEST = 200
"""characters of a note"""
_REFUSED = {"elder_id": "utter_application_not_yours", "scheme": "utter_application_not_here"}
"""the field the backend refuses -> what is said"""
_HOW = re.compile(
    r"怎么(?:申请|办|弄|填)|咋(?:申请|办|弄)|如何申请|(?:去|到|在)哪|找谁|手续|流程|材料|证明|几份|什么表|哪些表"
)

_FOR_ONE = re.compile(
    r"[不毋唔]识字|[不毋唔]会写|看[不毋唔]懂|睇唔明|"
    r"[帮替代同共给甲][^，。]{0,3}(?:填|写)|[要爱欲]人[^，。]{0,4}(?:填|写)"
)
"""Words of who cannot fill in a form, or wants somebody to do it."""
_GOES_THERE = re.compile(
    r"^(?:[好行中成嗯哦噢得系着对要][的啊吧嘛呀喔了哩啦，]*)*(?:那|就|等)?[我俺涯阮](?:就|先|自己|明天|明儿|改天|等下|得空|回头)*"
    r"[去上到找](?:社区|街道|村[里委部]|居委会?|民政|镇[上里]|乡[上里])[^，。？?吗]{0,6}[问办填报申交看查][^，。？?吗]{0,4}$"
)
"""Somebody who goes to the community themselves."""
_APPLIES = re.compile(
    r"[申请报登领享评批]|认定|[补贴津]|低保|特困|五保|高龄|[残险]|失能|护理|养老|待遇|名额|资格|"
    r"[证券卡钱费表金]|政策|政府|国家|公家|民政|一[键件]通|手[续环]|呼叫|材料"
)
"""Words without which nobody applies for anything."""


class ApplySubsidy(Action):
    """Says where an application stands, how one applies, or asks whether to file one.

    Args:
        desk: knows the schemes of a place.
        backend: where applications are filed.
        locality: the place of a caller whose own is not known.
    """

    def __init__(self, desk: PolicyDesk, backend: BackendClient, locality: str) -> None:
        self._desk, self._backend, self._locality = desk, backend, locality

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_apply_subsidy"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See the class."""
        turn = Turn.of(tracker)
        if turn.offer == "correction" and not _STANDING.search(turn.text):
            # no rule goes on from an answer that looked like another act: it is waited for
            done = await _put_right(self._backend, dispatcher, tracker)
            return [*done, FollowupAction("action_listen")]
        if asks_how_it_stands(turn.text):
            return [FollowupAction(ASSESSMENT)]
        if wants_assessment(turn.text):
            return [FollowupAction(ASSESSMENT_FORM)]
        if _GOES_THERE.search(turn.text) and not _HOW.search(turn.text):
            say(dispatcher, "utter_anything_else")  # 好，那我去社区填表 asks for nothing
            return []
        if _STANDING.search(turn.text):
            return await self._tell_standing(dispatcher, turn)
        if _HOW.search(turn.text):
            return [FollowupAction(POLICY)]
        topic = Topic.of(tracker.get_slot(SLOT))
        if topic is None and not turn.form and not _APPLIES.search(turn.text):
            say(dispatcher, "utter_what_do_you_need")  # 我要办两件事 applies for nothing yet
            return []
        if turn.for_several:
            ask_which_elder(dispatcher, turn)
            return []
        if turn.elder is None:
            say(dispatcher, "utter_application_unknown_elder")
            await write_ticket(self._backend, dispatcher, turn, "application")
            return []
        place = turn.elder.locality or self._locality
        schemes = self._desk.schemes(turn.text, place, topic)
        if len(schemes) != 1:
            return await self._choose(dispatcher, turn, schemes)
        (scheme,) = schemes
        if refused := self._desk.refused(scheme, topic):
            say(dispatcher, "utter_policy_answer", answer=refused)
            say(dispatcher, "utter_offer_person")
            return []
        say(dispatcher, "utter_application_offer", scheme=scheme.name)
        known = topic.person if topic and topic.locality == scheme.source.locality else {}
        about = Topic(turn.text, scheme.source.locality, (scheme.id,), dict(known))
        return [SlotSet(SLOT, about.as_dict())]

    async def _choose(
        self, dispatcher: CollectingDispatcher, turn: Turn, schemes: Sequence[Any]
    ) -> list[EventType]:
        """Several things could be applied for: which one; none: a person calls back.

        Who cannot read, or wants somebody to fill it in, is asked for no names of schemes.
        """
        if not schemes or _FOR_ONE.search(turn.text):
            say(dispatcher, "utter_apply_not_yet")
            await write_ticket(self._backend, dispatcher, turn, "application")
            return []
        say(
            dispatcher,
            "utter_application_which",
            schemes="，还是".join(one.name for one in schemes),
        )
        return []

    async def _tell_standing(self, dispatcher: CollectingDispatcher, turn: Turn) -> list[EventType]:
        """Where it stands; one that was sent back can be put right and handed in again."""
        if turn.for_several:
            ask_which_elder(dispatcher, turn)
            return []
        if turn.elder is None:
            say(dispatcher, "utter_application_unknown_elder")
            await write_ticket(self._backend, dispatcher, turn, "application")
            return []
        try:
            found = await self._backend.applications(elder_id=turn.elder.id)
        except BackendError:
            say(dispatcher, "utter_application_not_seen", "utter_offer_person")
            return []
        if not found:
            say(dispatcher, "utter_application_none", "utter_offer_person")
            return []
        tell(dispatcher, found[0])
        if found[0].status != "returned":
            say(dispatcher, "utter_anything_else")
            return []
        if found[0].returned_for:
            say(dispatcher, "utter_application_returned_for", reason=found[0].returned_for)
        say(dispatcher, "utter_application_hand_in_again")
        return [SlotSet(CORRECTION, {"id": found[0].id, "fields": {}})]


async def file(
    backend: BackendClient, dispatcher: CollectingDispatcher, tracker: Tracker
) -> list[EventType]:
    """After a yes: files what was offered, and says so only once it is written.

    Of one that is there already it is told where it stands.
    """
    turn = Turn.of(tracker)
    topic = Topic.of(tracker.get_slot(SLOT))
    if turn.elder is None or topic is None or not topic.schemes:
        say(dispatcher, "utter_apply_not_yet")
        await write_ticket(backend, dispatcher, turn, "application")
        return []
    try:
        filed = await backend.file_application(
            turn.elder.id,
            topic.schemes[0],
            facts=[fact for fact, told in topic.person.items() if told is True],
            fields=_fields(topic),
            conversation=turn.conversation,
            now=turn.now,
        )
    except Rejected as refusal:
        say(dispatcher, _REFUSED.get(refusal.field or "", "utter_apply_not_yet"))
        await write_ticket(backend, dispatcher, turn, "application")
        return []
    except BackendError:
        say(dispatcher, "utter_application_not_filed", "utter_offer_person")
        return []
    tell(dispatcher, filed, filed=filed.new)
    say(dispatcher, "utter_anything_else")
    return []


async def _put_right(
    backend: BackendClient, dispatcher: CollectingDispatcher, tracker: Tracker
) -> list[EventType]:
    """The answer to whether an application that was sent back goes in again: yes, no, or how."""
    turn = Turn.of(tracker)
    correction = tracker.get_slot(CORRECTION) or {}
    if not correction:
        say(dispatcher, "utter_nothing_to_confirm", "utter_anything_else")
        return []
    said = yes_no(turn.text, "confirm")
    if _NOT_YET.search(turn.text) or said == "no":
        say(dispatcher, "utter_not_wanted_now", "utter_anything_else")
        return [SlotSet(CORRECTION, None)]
    if _READY.search(turn.text) or said == "yes":
        return await _hand_in_again(backend, dispatcher, turn, correction)
    return _noted(dispatcher, turn, correction)


def _noted(
    dispatcher: CollectingDispatcher, turn: Turn, correction: Mapping[str, Any]
) -> list[EventType]:
    """What is to be different in the form, read back; it is handed in after a yes."""
    heard = {_FIELDS[kind]: turn.heard[kind] for kind in _FIELDS if turn.heard.get(kind)}
    told = {name: value for name, value in heard.items() if isinstance(value, str)}
    fields = {**correction["fields"], **(told or {_NOTE: turn.text[:_LONGEST]})}
    words = "，".join(told.values()) or turn.text[:_LONGEST]
    say(dispatcher, "utter_application_noted", words=words)
    say(dispatcher, "utter_application_hand_in_so")
    return [SlotSet(CORRECTION, {**correction, "fields": fields})]


async def _hand_in_again(
    backend: BackendClient,
    dispatcher: CollectingDispatcher,
    turn: Turn,
    correction: Mapping[str, Any],
) -> list[EventType]:
    """After a yes: hands in again what was sent back, and says so only once it is written."""
    try:
        done = await backend.correct_application(
            correction["id"],
            correction["fields"],
            conversation=turn.conversation,
            now=turn.now,
        )
    except (Rejected, Conflict):
        say(dispatcher, "utter_application_not_again")
        await write_ticket(backend, dispatcher, turn, "application")
    except BackendError:
        say(dispatcher, "utter_application_not_filed", "utter_offer_person")
    else:
        tell(dispatcher, done)
        say(dispatcher, "utter_anything_else")
    return [SlotSet(CORRECTION, None)]


def tell(dispatcher: CollectingDispatcher, one: Application, *, filed: bool = False) -> None:
    """Says where an application stands, its number, and what has to be brought."""
    key = "utter_application_filed" if filed else "utter_application_standing"
    say(dispatcher, key, scheme=one.name, standing=one.standing, number=one.number)
    if one.missing_papers and one.status in ("open", "returned"):
        say(dispatcher, "utter_application_papers", papers="和".join(one.missing_papers))


def _fields(topic: Topic) -> dict[str, str]:
    """What was told in the interview, as fields of the form."""
    age = topic.person.get("age")
    return {"年龄": f"{age}周岁"} if isinstance(age, int) and not isinstance(age, bool) else {}
