"""Asking about daily life: whom nobody knows, what fails, stopping, and the way to the end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.answers import Affirm, Deny
from actions.assessment import (
    ANSWER,
    SLOT,
    AskAssessment,
    AssessmentStanding,
    ValidateAssessmentForm,
    asks_how_it_stands,
    wants_assessment,
)
from actions.turn import ASSESSMENT_FORM
from anban.errors import BackendError, Conflict, Rejected, Unavailable
from anban.policy import LOCALITIES
from backend.client import Assessment
from bot.questionnaire import Questionnaire

pytestmark = pytest.mark.unit
ASKED = Questionnaire.read(LOCALITIES / "assessment.toml")
BEGUN = Assessment("s1", "e1", "open", {}, 0)


class FakeBackend:
    """Keeps one assessment; `fault` is raised instead."""

    def __init__(self, kept: Assessment | None = BEGUN, fault: BackendError | None = None) -> None:
        self.kept, self.fault = kept, fault
        self.told: list[tuple[dict[str, int | None], bool]] = []
        self.tickets: list[str] = []

    async def tell_assessment(
        self, elder_id: str, answers: Any = None, *, done: bool = False, **_: Any
    ) -> Assessment:
        if self.fault:
            raise self.fault
        assert self.kept
        if answers:
            self.told.append((dict(answers), done))
        return replace(self.kept, answers={**self.kept.answers, **(answers or {})})

    async def assessments(self, elder_id: str) -> list[Assessment]:
        if self.fault:
            raise self.fault
        return [self.kept] if self.kept else []

    async def create_handoff(self, *, reason: str, **_: Any) -> Any:
        self.tickets.append(reason)
        raise Unavailable("no answer")


def line(text: str, act: str = "affirm", *, known: bool = True, **slots: Any) -> Tracker:
    elder = {"id": "e1", "name": "那顺", "locality": "呼和浩特玉泉"} if known else None
    metadata = {"now": "2026-03-09T09:10:00+08:00", "elder": elder, "ask": "other"}
    offer = slots.pop("offer", None)
    message = {"text": text, "intent": {"name": act}, "metadata": {**metadata, "offer": offer}}
    loop = {"name": ASSESSMENT_FORM} if SLOT in slots else {}
    return Tracker("c", slots, message, [], False, None, loop, None)


def run(action: Any, tracker: Tracker):
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, tracker, {}))
    keys = [message["response"] for message in dispatcher.messages]
    return keys, {event["name"]: event.get("value") for event in events}


def asked(item: str = "eating", tries: int = 0, **answers: int | None) -> dict[str, Any]:
    return {SLOT: {"answers": answers, "item": item, "tries": tries}, "requested_slot": ANSWER}


def form(backend: FakeBackend | None = None) -> ValidateAssessmentForm:
    return ValidateAssessmentForm(backend or FakeBackend(), ASKED)


def test_whom_nobody_knows_a_person_calls_back():
    backend = FakeBackend()
    keys, slots = run(form(backend), line("给我做个评估", known=False))
    assert keys[0] == "utter_assessment_unknown_elder"
    assert (slots["requested_slot"], backend.tickets) == (None, ["assessment"])


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (Unavailable("no answer"), "utter_assessment_not_kept"),
        (Rejected("不行", "elder_id"), "utter_assessment_refused"),
        (Conflict("问完了"), "utter_assessment_waiting"),
    ],
)
def test_what_cannot_be_kept_is_not_asked_on(fault, key):
    for tracker in (line("给我做个评估"), line("自己能吃", **asked())):
        keys, slots = run(form(FakeBackend(fault=fault)), tracker)
        assert keys[0] == key
        assert slots["requested_slot"] is None


def test_what_waits_for_an_assessor_is_not_asked_again():
    backend = FakeBackend(replace(BEGUN, status="waiting"))
    keys, slots = run(form(backend), line("给我做个评估"))
    assert keys[0] == "utter_assessment_waiting"
    assert slots["requested_slot"] is None


@pytest.mark.parametrize(("text", "act"), [("转人工", "talk_to_human"), ("再说一遍", "repeat")])
def test_other_wishes_are_served_in_between(text, act):
    with pytest.raises(ActionExecutionRejection):
        run(form(), line(text, act, **asked()))


def test_an_answer_is_one_whatever_act_it_looks_like():
    """要人帮忙洗澡 looks like a booking."""
    backend = FakeBackend()
    _, slots = run(form(backend), line("洗澡要人帮忙", "book", **asked("bathing")))
    assert backend.told == [({"bathing": 0}, False)]
    assert slots[SLOT]["item"] == "eating"


def test_what_is_not_understood_is_asked_once_more_and_then_left_to_the_assessor():
    backend = FakeBackend()
    keys, slots = run(form(backend), line("今天天好", **asked()))
    assert (keys, slots[SLOT]["tries"], backend.told) == ([], 1, [])
    keys, slots = run(form(backend), line("今天天好", **asked(tries=1)))
    assert keys == ["utter_assessment_left_open"]
    assert backend.told == [({"eating": None}, False)]
    assert slots[SLOT]["item"] == "bathing"


def test_a_no_asks_how_much_help_it_takes():
    _, slots = run(form(), line("不行", "deny", **asked()))
    assert slots[SLOT]["tries"] == 1


def test_left_it_stays_and_is_taken_up_where_it_was():
    keys, slots = run(form(), line("累了，下次再说", "goodbye", **asked("bathing", eating=10)))
    assert keys == ["utter_assessment_kept", "utter_anything_else"]
    assert slots["requested_slot"] is None
    backend = FakeBackend(replace(BEGUN, answers={"eating": 10, "bathing": None}))
    keys, slots = run(form(backend), line("接着做评估"))
    assert keys == ["utter_assessment_goes_on"]
    assert slots[SLOT]["item"] == "grooming"


def test_after_the_last_answer_it_is_handed_over_and_no_points_are_told():
    told = {one.id: one.levels[0].points for one in ASKED.items[:-1]}
    backend = FakeBackend()
    keys, slots = run(form(backend), line("拉着栏杆上", **asked("stairs", **told)))
    assert backend.told == [({"stairs": 5}, True)]
    assert keys == ["utter_assessment_done", "utter_anything_else"]
    assert slots["requested_slot"] is None


def test_each_question_offers_its_answers():
    dispatcher = CollectingDispatcher()
    asyncio.run(AskAssessment(ASKED).run(dispatcher, line("好", **asked("toilet", 1)), {}))
    (message,) = dispatcher.messages
    assert message["question"] == ASKED.item("toilet").more
    assert message["custom"]["quick_replies"] == ["自己能行", "要扶一把", "全靠人"]


@pytest.mark.parametrize(
    ("kept", "key"),
    [
        (None, "utter_assessment_none"),
        (BEGUN, "utter_assessment_unfinished"),
        (replace(BEGUN, status="waiting"), "utter_assessment_waiting"),
        (replace(BEGUN, status="changed", band="重度受损"), "utter_assessment_seen"),
    ],
)
def test_how_it_stands_is_told_without_a_result(kept, key):
    keys, _ = run(AssessmentStanding(FakeBackend(kept)), line("我的评估怎么样了"))
    assert keys[0] == key


def test_a_yes_to_the_offer_begins_and_a_no_does_not():
    _, events = run(Affirm(FakeBackend()), line("好", offer="assessment"))
    assert ASSESSMENT_FORM in events
    keys, _ = run(Deny(FakeBackend()), line("不用", offer="assessment"))
    assert keys[0] == "utter_not_wanted_now"


@pytest.mark.parametrize(
    "text",
    ["评估暂行办法是哪个文号", "评估要多少钱", "漳州要建立养老服务评估机制吗", "我要申请上门服务"],
)
def test_a_question_about_assessments_begins_none(text):
    assert not wants_assessment(text)
    assert not asks_how_it_stands(text)


@pytest.mark.parametrize(
    "text",
    ["给我妈做个能力评估", "我想做个评估", "接着做评估吧", "上回评估没问完", "给我整个评估呗"],
)
def test_who_wants_one_is_heard(text):
    assert wants_assessment(text)


@pytest.mark.parametrize(
    "text", ["我的评估怎么样了", "我妈的评估有消息没", "老伴的评估结果出来了吗"]
)
def test_who_asks_how_it_stands_is_heard(text):
    assert asks_how_it_stands(text)
