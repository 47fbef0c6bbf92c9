"""Policy in a conversation: answers with citations, interviews, and gaps the county learns of."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import Affirm, BareAnswer, Deny
from actions.open_questions import POLICY
from actions.policy import AskPolicy
from actions.talk import Goodbye, NotUnderstood
from anban.errors import Unavailable
from anban.policy import LOCALITIES, policy_desk

pytestmark = pytest.mark.unit
DESK = policy_desk(LOCALITIES)


class FakeBackend:
    """Remembers the gaps it was told of; ``down`` refuses them."""

    def __init__(self, down: bool = False) -> None:
        self.down, self.gaps = down, []

    async def document_places(self) -> list[str]:
        if self.down:
            raise Unavailable("no answer")
        return ["龙岩", "龙岩新罗", "呼和浩特玉泉"]

    async def passages(self, *_: Any, **__: Any) -> list[Any]:
        if self.down:
            raise Unavailable("no answer")
        return []

    async def report_gap(self, **values: Any) -> None:
        if self.down:
            raise Unavailable("no answer")
        self.gaps.append(values)


def line(text: str, *, offer: str | None = None, place: str | None = None, **slots: Any) -> Tracker:
    elder = {"id": "e1", "name": "林秀英", "locality": place} if place else None
    metadata = {"now": "2026-03-09T09:10:00+08:00", "elder": elder, "offer": offer, "ask": None}
    message = {"text": text, "intent": {"name": "ask_policy"}, "metadata": metadata}
    return Tracker("c", slots, message, [], False, None, {}, None)


def run(action: Any, tracker: Tracker) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, tracker, {}))
    return dispatcher.messages, events


def keys(messages: list[dict[str, Any]]) -> list[str]:
    return [message["response"] for message in messages]


def test_an_answer_carries_its_citation():
    action = AskPolicy(DESK, FakeBackend(), "龙岩")
    (answer, more), _ = run(action, line("线下服务政府每月给多少"))
    assert "100元" in answer["answer"]
    assert answer["custom"]["citations"][0]["number"] == "龙政办〔2016〕267号"
    assert more["response"] == "utter_anything_else"


def test_the_elders_own_place_counts_before_the_default():
    action = AskPolicy(DESK, FakeBackend(), "龙岩")
    (answer, _), _ = run(action, line("审批表要几份", place="呼和浩特玉泉"))
    assert "玉泉" in answer["answer"]


def test_who_only_nods_after_a_declined_question_is_not_declined_again():
    backend = FakeBackend()
    action = AskPolicy(DESK, backend, "龙岩")
    messages, _ = run(action, line("噢听机明了", offer="person", place="龙岩"))
    assert keys(messages) == ["utter_nothing_to_confirm", "utter_anything_else"]
    messages, _ = run(action, line("那殡葬补贴多少钱", offer="person", place="沈阳和平"))
    assert "utter_nothing_to_confirm" not in keys(messages)


def test_what_is_declined_is_written_down_and_a_person_is_offered():
    backend = FakeBackend()
    messages, _ = run(AskPolicy(DESK, backend, "龙岩"), line("高龄津贴一个月多少"))
    assert keys(messages) == ["utter_policy_declined", "utter_offer_person"]
    (gap,) = backend.gaps
    assert (gap["about"], gap["locality"]) == ("高龄津贴", "龙岩")
    assert gap["question"] == "高龄津贴一个月多少"


def test_a_backend_that_is_down_does_not_stop_a_decline():
    messages, _ = run(AskPolicy(DESK, FakeBackend(down=True), "龙岩"), line("高龄津贴多少"))
    assert keys(messages)[-1] == "utter_offer_person"


def test_an_interview_asks_the_next_question_and_remembers():
    action = AskPolicy(DESK, FakeBackend(), "呼和浩特玉泉")
    messages, events = run(action, line("我妈能申请助餐吗"))
    assert keys(messages) == ["utter_policy_answer", "utter_policy_question"]
    topic = events[0]["value"]
    messages, _ = run(action, line("七十二", offer="policy", policy_topic=topic))
    assert keys(messages) == ["utter_policy_question"]
    assert messages[0]["question"] == "户口在不在玉泉区？"


@pytest.mark.parametrize(
    "action", [Affirm(None), Deny(None), BareAnswer(None), NotUnderstood(None)]
)
def test_the_answer_to_a_question_of_the_rules_comes_back_to_them(action):
    messages, events = run(action, line("是的", offer="policy"))
    assert messages == []
    assert (events[0]["event"], events[0]["name"]) == ("followup", POLICY)


@pytest.mark.parametrize("action", [Affirm(FakeBackend()), Deny(FakeBackend()), Goodbye()])
def test_a_line_that_goes_on_from_an_answer_is_no_farewell(action):
    topic = DESK.answer("线上服务政府每月给多少", "龙岩").topic.as_dict()
    _, events = run(action, line("那线下呢", policy_topic=topic))
    assert events[0]["name"] == POLICY


def test_without_a_topic_a_farewell_is_a_farewell():
    messages, _ = run(Goodbye(), line("那就这样再见啊"))
    assert keys(messages)[-1] != "utter_policy_answer"


def test_a_question_that_another_act_led_here_is_waited_for_once_answered():
    asked = line("要填几份表", place="龙岩")
    asked.latest_message["intent"]["name"] = "apply_subsidy"
    _, events = run(AskPolicy(DESK, FakeBackend(), "龙岩"), asked)
    assert [event["name"] for event in events if event["event"] == "followup"] == ["action_listen"]
    _, own = run(AskPolicy(DESK, FakeBackend(), "龙岩"), line("要填几份表", place="龙岩"))
    assert [event for event in own if event["event"] == "followup"] == []


STORY = "隔壁陈婶到处跟人讲她家里装了个东西我听收音机里也说过那个一键通到底都给啥样人装啊"


def test_a_question_is_found_in_the_story_before_it():
    (answer, _), _ = run(AskPolicy(DESK, FakeBackend(), "辽宁"), line(STORY))
    assert "孤寡" in answer["answer"]
    assert answer["custom"]["citations"]


def test_who_tells_of_themselves_after_an_answer_is_not_declined():
    action, backend = AskPolicy(DESK, FakeBackend(), "辽宁"), FakeBackend()
    _, events = run(action, line(STORY))
    topic = events[0]["value"]
    messages, _ = run(action, line("俺就刚剩一个人孩子都在外头", policy_topic=topic))
    assert keys(messages) == ["utter_policy_answer", "utter_anything_else"]
    assert "社区" in messages[0]["answer"]
    assert backend.gaps == []


def test_what_says_nothing_to_a_question_of_the_rules_leaves_it_open():
    action = AskPolicy(DESK, FakeBackend(), "呼和浩特玉泉")
    _, events = run(action, line("我妈能申请助餐吗"))
    topic = events[0]["value"]
    messages, _ = run(
        action, line("身子骨倒还硬朗就是血压有点高", offer="policy", policy_topic=topic)
    )
    assert "utter_policy_declined" not in keys(messages)
