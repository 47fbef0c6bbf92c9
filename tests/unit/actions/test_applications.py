"""Applying by talking: filed only after a yes, told only once it is written."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import Affirm, BareAnswer, Deny
from actions.applications import ApplySubsidy
from actions.open_questions import POLICY
from anban.errors import Rejected, Unavailable
from anban.policy import LOCALITIES, policy_desk
from backend.client import Application

pytestmark = pytest.mark.unit
DESK = policy_desk(LOCALITIES)
FILED = Application(
    id="a1",
    number="248350",
    elder_id="e1",
    scheme="yuquan.visit",
    name="政府购买的居家上门服务",
    status="open",
    stage="community",
    standing="正在社区（村）初审",
    missing_papers=("社区开的独居或空巢证明", "老人写的承诺书"),
    fields={},
    new=True,
)


class FakeBackend:
    """Files applications; `fault` is raised instead."""

    def __init__(self, *known: Application, fault: Exception | None = None) -> None:
        self.known, self.fault = list(known), fault
        self.live: Application | None = None
        self.filed: list[tuple[str, str, dict[str, Any]]] = []
        self.tickets: list[str] = []
        self.corrected: list[tuple[str, dict[str, str]]] = []

    async def file_application(self, elder_id: str, scheme: str, **more: Any) -> Application:
        if self.fault:
            raise self.fault
        self.filed.append((elder_id, scheme, more))
        return self.live or FILED

    async def applications(self, elder_id: str) -> list[Application]:
        if self.fault:
            raise self.fault
        return self.known

    async def correct_application(self, id: str, fields: dict[str, str], **_: Any) -> Application:
        if self.fault:
            raise self.fault
        self.corrected.append((id, fields))
        return FILED

    async def create_handoff(self, *, reason: str, **_: Any) -> Any:
        self.tickets.append(reason)
        raise Unavailable("no answer")


def line(text: str, place: str | None = "呼和浩特玉泉", offer: str | None = None, **slots: Any):
    elder = {"id": "e1", "name": "那顺", "locality": place} if place else None
    metadata = {"now": "2026-03-09T09:10:00+08:00", "elder": elder, "offer": offer, "ask": None}
    message = {"text": text, "intent": {"name": "apply_subsidy"}, "metadata": metadata}
    return Tracker("c", slots, message, [], False, None, {}, None)


def run(action: Any, tracker: Tracker):
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, tracker, {}))
    return dispatcher.messages, events


def keys(messages: list[dict[str, Any]]) -> list[str]:
    return [message["response"] for message in messages]


def offered(text: str = "我要申请上门服务", **slots: Any) -> dict[str, Any]:
    _, events = run(ApplySubsidy(DESK, FakeBackend(), "龙岩"), line(text, **slots))
    return events[0]["value"]


def test_a_caller_who_is_in_no_register_gets_a_person():
    backend = FakeBackend()
    messages, _ = run(ApplySubsidy(DESK, backend, "龙岩"), line("我要申请上门服务", place=None))
    assert keys(messages)[0] == "utter_application_unknown_elder"
    assert (backend.filed, backend.tickets) == ([], ["application"])


def test_where_nothing_can_be_applied_for_a_person_calls_back():
    backend = FakeBackend()
    messages, _ = run(ApplySubsidy(DESK, backend, "龙岩"), line("我要申请补贴", place="辽宁"))
    assert keys(messages)[0] == "utter_apply_not_yet"
    assert backend.tickets == ["application"]


def test_nothing_is_filed_before_the_yes():
    backend = FakeBackend()
    messages, _ = run(ApplySubsidy(DESK, backend, "龙岩"), line("我要申请上门服务"))
    assert keys(messages) == ["utter_application_offer"]
    assert backend.filed == []


def test_a_backend_that_fails_is_not_told_as_filed():
    backend = FakeBackend(fault=Unavailable("no answer"))
    yes = line("好", offer="application", policy_topic=offered())
    messages, _ = run(Affirm(backend), yes)
    assert keys(messages) == ["utter_application_not_filed", "utter_offer_person"]


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("scheme", "utter_application_not_here"),
        ("elder_id", "utter_application_not_yours"),
        ("fields", "utter_apply_not_yet"),
    ],
)
def test_what_is_refused_is_told_as_it_is_and_goes_to_a_person(field, key):
    backend = FakeBackend(fault=Rejected("不行", field))
    yes = line("好", offer="application", policy_topic=offered())
    messages, _ = run(Affirm(backend), yes)
    assert keys(messages)[0] == key
    assert backend.tickets == ["application"]


def test_who_has_told_that_the_rules_exclude_him_is_told_so_and_nothing_is_offered():
    topic = DESK.answer("我71一个人住，腿脚好能自理，能申请上门服务吗", "呼和浩特玉泉").topic
    tracker = line("那给我申请吧", policy_topic=topic.as_dict())
    messages, events = run(ApplySubsidy(DESK, FakeBackend(), ""), tracker)
    assert keys(messages) == ["utter_policy_answer", "utter_offer_person"]
    assert "不在对象里" in messages[0]["answer"]
    assert events == []


def test_after_a_yes_it_is_filed_with_what_was_told_and_the_papers_are_named():
    topic = DESK.answer("我71一个人住，能申请上门服务吗", "呼和浩特玉泉").topic
    backend = FakeBackend()
    told = offered("那给我申请吧", policy_topic=topic.as_dict())
    messages, _ = run(Affirm(backend), line("好", offer="application", policy_topic=told))
    ((elder, scheme, more),) = backend.filed
    assert (elder, scheme, more["facts"]) == ("e1", "yuquan.visit", ["alone"])
    assert more["fields"] == {"年龄": "71周岁"}
    assert keys(messages) == [
        "utter_application_filed",
        "utter_application_papers",
        "utter_anything_else",
    ]


def test_one_that_is_there_already_is_told_with_its_standing_and_not_as_filed():
    backend = FakeBackend()
    backend.live = replace(FILED, new=False, stage="street", standing="正在街道（乡镇）审核")
    yes = line("好", offer="application", policy_topic=offered())
    messages, _ = run(Affirm(backend), yes)
    assert keys(messages)[0] == "utter_application_standing"
    assert messages[0]["standing"] == "正在街道（乡镇）审核"


def test_several_schemes_are_asked_about():
    messages, _ = run(ApplySubsidy(DESK, FakeBackend(), ""), line("我要申请"))
    assert keys(messages) == ["utter_application_which"]


@pytest.mark.parametrize("text", ["我要申请，可我不会写字", "我想申请你们帮我填表吧"])
def test_who_cannot_fill_in_a_form_is_called_back(text: str) -> None:
    messages, _ = run(ApplySubsidy(DESK, FakeBackend(), ""), line(text))
    assert keys(messages)[0] == "utter_apply_not_yet"


def test_how_one_applies_is_a_question_on_policy():
    _, events = run(ApplySubsidy(DESK, FakeBackend(), ""), line("申请上门服务怎么申请"))
    assert events[0]["name"] == POLICY


def test_where_it_stands_is_told_with_what_is_missing():
    back = replace(FILED, status="returned", standing="在街道（乡镇）审核时被退回，要补正")
    messages, _ = run(ApplySubsidy(DESK, FakeBackend(back), ""), line("我的申请到哪一步了"))
    assert keys(messages)[:2] == ["utter_application_standing", "utter_application_papers"]
    assert messages[0]["standing"] == "在街道（乡镇）审核时被退回，要补正"


BACK = replace(FILED, status="returned", returned_for="缺承诺书", missing_papers=())


def returned() -> dict[str, Any]:
    """The slot after somebody has heard why the application came back."""
    messages, events = run(ApplySubsidy(DESK, FakeBackend(BACK), ""), line("批下来没有"))
    assert keys(messages)[-2:] == [
        "utter_application_returned_for",
        "utter_application_hand_in_again",
    ]
    return events[0]["value"]


def test_a_correction_that_is_refused_or_not_written_is_not_told_as_done():
    for fault, key in (
        (Rejected("不行", "elder_id"), "utter_application_not_again"),
        (Unavailable("no answer"), "utter_application_not_filed"),
    ):
        backend = FakeBackend(fault=fault)
        yes = line("补好了", offer="correction", correction=returned())
        messages, _ = run(ApplySubsidy(DESK, backend, ""), yes)
        assert keys(messages)[0] == key


@pytest.mark.parametrize("text", ["还没有", "不用", "还没补好，等两天"])
def test_who_is_not_ready_hands_in_nothing(text):
    backend = FakeBackend()
    tracker = line(text, offer="correction", correction=returned())
    messages, _ = run(ApplySubsidy(DESK, backend, ""), tracker)
    assert keys(messages)[0] == "utter_not_wanted_now"
    assert backend.corrected == []


@pytest.mark.parametrize("action", [Affirm, Deny, BareAnswer])
def test_whatever_it_looks_like_the_answer_goes_to_the_application(action):
    _, (event,) = run(action(FakeBackend()), line("石羊桥东路3号", offer="correction"))
    assert event["name"] == "action_apply_subsidy"


def test_a_yes_with_nothing_sent_back_hands_in_nothing():
    backend = FakeBackend()
    messages, _ = run(ApplySubsidy(DESK, backend, ""), line("好", offer="correction"))
    assert keys(messages)[0] == "utter_nothing_to_confirm"
    assert backend.corrected == []


def test_after_a_yes_it_is_handed_in_again():
    backend = FakeBackend(BACK)
    messages, events = run(
        ApplySubsidy(DESK, backend, ""), line("补好了", offer="correction", correction=returned())
    )
    assert backend.corrected == [("a1", {})]
    assert keys(messages)[0] == "utter_application_standing"
    assert events[-2]["value"] is None
    assert events[-1]["name"] == "action_listen", "what comes next is waited for"


def test_what_is_to_be_different_is_read_back_before_it_is_handed_in():
    told = line("地址写错了，是石羊桥东路3号", offer="correction", correction=returned())
    messages, events = run(ApplySubsidy(DESK, FakeBackend(BACK), ""), told)
    assert keys(messages) == ["utter_application_noted", "utter_application_hand_in_so"]
    backend = FakeBackend(BACK)
    yes = line("好", offer="correction", correction=events[0]["value"])
    run(ApplySubsidy(DESK, backend, ""), yes)
    ((_, fields),) = backend.corrected
    assert fields == {"补正说明": "地址写错了，是石羊桥东路3号"}


def test_a_no_to_an_offer_leaves_things_as_they_are():
    backend = FakeBackend()
    messages, _ = run(Deny(backend), line("不用", offer="application"))
    assert keys(messages) == ["utter_not_wanted_now", "utter_anything_else"]
    assert backend.filed == []


@pytest.mark.parametrize(
    ("backend", "key"),
    [
        (FakeBackend(), "utter_application_none"),
        (FakeBackend(fault=Unavailable("no answer")), "utter_application_not_seen"),
    ],
)
def test_no_application_and_no_answer_are_told_as_they_are(backend, key):
    messages, _ = run(ApplySubsidy(DESK, backend, ""), line("批下来没有"))
    assert keys(messages) == [key, "utter_offer_person"]


def test_who_only_says_that_there_is_something_to_do_is_asked_what():
    backend = FakeBackend()
    messages, events = run(ApplySubsidy(DESK, backend, "龙岩"), line("我有几样事情要办"))
    assert (keys(messages), events, backend.tickets) == (["utter_what_do_you_need"], [], [])
