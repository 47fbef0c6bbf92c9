"""Bare answers, and lines that lead nowhere: never the same words again and again."""

import asyncio
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import Affirm, BareAnswer, Deny
from actions.handoff import PassOn
from actions.talk import NotUnderstood, Say
from backend.client import Handoff
from tests.unit.actions.standing import NOW, tracker

pytestmark = pytest.mark.unit


class FakeBackend:
    """Takes tickets."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    async def create_handoff(self, *, reason: str, **_: Any) -> Handoff:
        self.reasons.append(reason)
        return Handoff("h1", "123456", reason, "open", NOW)


def after(action: Action, line: Tracker) -> tuple[list[str], list[dict[str, Any]]]:
    """What is said, and the events."""
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, line, {}))
    return [message["response"] for message in dispatcher.messages], events


def followed(events: list[dict[str, Any]]) -> list[str]:
    return [event["name"] for event in events if event["event"] == "followup"]


def test_a_yes_in_sound_that_is_a_no_is_answered_once() -> None:
    line = tracker("那算了", "affirm", heard_yes_no="no")
    said, events = after(Affirm(FakeBackend()), line)
    assert said == ["utter_nothing_to_confirm", "utter_anything_else"]
    assert followed(events) == []


@pytest.mark.parametrize(
    ("text", "sent_for"),
    [("好，晓得了，你喊人打来", True), ("中了我记下了", False), ("得喇知道喇", False)],
)
def test_who_only_notes_what_was_said_takes_up_no_offer(text: str, sent_for: bool) -> None:
    backend = FakeBackend()
    line = tracker(text, "affirm", heard_yes_no="yes")
    line.latest_message["metadata"]["offer"] = "person"
    after(Affirm(backend), line)
    assert bool(backend.reasons) == sent_for


def test_a_yes_that_wants_more_is_asked_what() -> None:
    line = tracker("有啊", "affirm", heard_yes_no="yes")
    line.latest_message["metadata"]["ask"] = "other"
    said, _ = after(Affirm(FakeBackend()), line)
    assert "utter_order_done" not in said


def test_a_bare_yes_to_anything_else_still_agrees_to_what_was_done() -> None:
    line = tracker("对", "affirm", heard_yes_no="yes")
    line.latest_message["metadata"]["ask"] = "other"
    said, events = after(Affirm(FakeBackend()), line)
    assert said == ["utter_nothing_to_confirm", "utter_order_done"]
    assert events == []


def test_a_no_to_what_is_needed_ends_kindly() -> None:
    line = tracker("没有", "deny")
    line.latest_message["metadata"]["ask"] = "menu"
    assert after(Deny(FakeBackend()), line)[0] == ["utter_goodbye"]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("没啥事儿就是夜里睡不着想找人唠唠", False),
        ("没有没有谢谢你啊姑娘我先挂了", True),
        ("不用", True),
    ],
)
def test_a_no_that_goes_on_talking_does_not_end_the_talk(text: str, ends: bool) -> None:
    line = tracker(text, "deny")
    line.latest_message["metadata"]["ask"] = "menu"
    said = after(Deny(FakeBackend()), line)[0]
    assert (said == ["utter_goodbye"]) is ends


def test_after_a_wish_that_is_passed_on_the_talk_goes_on() -> None:
    line = tracker("提醒我吃药", "medication_reminder")
    said = after(PassOn("p", "utter_reminder_not_yet", "reminder", FakeBackend()), line)[0]
    assert said[-1] == "utter_anything_else"


def test_yes_to_nothing_gets_other_words_each_time_and_then_a_person() -> None:
    backend = FakeBackend()
    said = [after(Affirm(backend), tracker("嗯", "affirm", missed=n))[0] for n in (0.0, 1.0, 2.0)]
    assert said[0] != said[1] != said[2]
    assert backend.reasons == ["not_understood"]


@pytest.mark.parametrize("text", ["没有就现订一个明天三点", "叫个人来明天三点"])
def test_a_time_with_words_that_order_begins_a_booking(text: str) -> None:
    assert followed(after(BareAnswer(FakeBackend()), tracker(text, "give_time"))[1]) == [
        "booking_form"
    ]


def test_a_bare_time_is_asked_what_it_is_for() -> None:
    said, events = after(BareAnswer(FakeBackend()), tracker("明天三点", "give_time"))
    assert (said[0], followed(events)) == ("utter_heard_bare_answer", [])


def test_a_service_alone_is_understood_well_enough() -> None:
    line = tracker("修灯", "nlu_fallback", heard_service={"service": "repair"})
    assert followed(after(NotUnderstood(FakeBackend()), line)[1]) == ["booking_form"]


def test_what_is_not_understood_is_waited_for_and_not_asked_without_end() -> None:
    backend = FakeBackend()
    said, events = after(NotUnderstood(backend), tracker("呜啦", "nlu_fallback"))
    assert said == ["utter_not_understood_1"]
    assert followed(events) == ["action_listen"]
    after(NotUnderstood(backend), tracker("呜啦", "nlu_fallback", missed=2.0))
    assert backend.reasons == ["not_understood"]


def test_thanks_for_being_asked_is_a_parting() -> None:
    thanks = Say("t", "utter_thanks", outside_form=("utter_anything_else",), parting=("utter_bye",))
    line = tracker("多谢", "thanks")
    assert after(thanks, line)[0] == ["utter_thanks", "utter_anything_else"]
    line.latest_message["metadata"]["ask"] = "other"
    assert after(thanks, line)[0] == ["utter_thanks", "utter_bye"]


def test_a_yes_that_names_a_service_is_a_booking() -> None:
    line = tracker("好吧那给我订明天的打扫", "affirm", heard_service={"service": "cleaning"})
    line.latest_message["metadata"]["offer"] = "person"
    assert followed(after(Affirm(FakeBackend()), line)[1]) == ["booking_form"]


@pytest.mark.parametrize(("confidence", "tickets"), [(0.43, []), (0.8, ["reminder"])])
def test_nobody_is_sent_for_what_was_only_half_heard(confidence: float, tickets: list[str]) -> None:
    backend = FakeBackend()
    line = tracker("明儿十五吃糕", "medication_reminder")
    line.latest_message["intent"]["confidence"] = confidence
    after(PassOn("p", "utter_reminder_not_yet", "reminder", backend), line)
    assert backend.reasons == tickets


def test_a_time_takes_up_an_offer_of_company() -> None:
    line = tracker("要，明天下午三点", "give_time", heard_yes_no="yes")
    line.latest_message["metadata"]["offer"] = "companion"
    events = after(BareAnswer(FakeBackend()), line)[1]
    assert followed(events) == ["booking_form"]
    assert [e["value"] for e in events if e["event"] == "slot"] == ["companionship"]


@pytest.mark.parametrize(
    ("text", "reasons"), [("噢那俺晓得了", []), ("晓得了，要得，叫人打来", ["asked"])]
)
def test_who_has_only_heard_is_not_called_back(text: str, reasons: list[str]) -> None:
    backend = FakeBackend()
    line = tracker(text, "affirm", heard_yes_no="yes")
    line.latest_message["metadata"]["offer"] = "person"
    after(Affirm(backend), line)
    assert backend.reasons == reasons
