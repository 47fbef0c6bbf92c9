"""What the dialogue goes on with by itself, and who only wants somebody to talk to."""

import pytest

from actions.handoff import Begin, TalkToHuman
from actions.phrases import wants_company
from actions.talk import EmergencyDoubt
from tests.unit.actions.standing import tracker
from tests.unit.actions.test_bare_answers import FakeBackend, after, followed

pytestmark = pytest.mark.unit


def test_a_wish_that_is_understood_is_handed_to_the_dialogue() -> None:
    line = tracker("到点提醒我吃药", "medication_reminder")
    begin = Begin("action_medication_reminder", "utter_reminder_begin")
    assert after(begin, line)[0] == ["utter_reminder_begin"]


def test_one_that_is_not_sure_is_offered_a_person_instead() -> None:
    line = tracker("药那个", "medication_reminder")
    line.latest_message["intent"]["confidence"] = 0.3
    begin = Begin("action_medication_reminder", "utter_reminder_begin")
    assert after(begin, line)[0] == ["utter_not_sure", "utter_offer_person"]


@pytest.mark.parametrize(
    ("text", "lonely"),
    [
        ("这么晚了，就是想跟人说说话", True),
        ("想找人唠唠嗑", True),
        ("我要找人工说话", False),
        ("想跟你们领导说几句话", False),
        ("想找人说说我的单子", False),
        ("", False),
    ],
)
def test_who_wants_company_wants_no_agent(text: str, lonely: bool) -> None:
    assert wants_company(text) == lonely


def test_who_wants_company_is_not_put_off_with_a_ticket() -> None:
    backend = FakeBackend()
    said, events = after(TalkToHuman(backend), tracker("就是想跟人说说话", "talk_to_human"))
    assert followed(events) == ["action_feeling_lonely_or_sad"]
    assert (said, backend.reasons) == ([], [])


@pytest.mark.parametrize(
    ("text", "sent_for"), [("我再等等，不用转人", False), ("不用转了，我要找真人", True)]
)
def test_nobody_is_sent_for_who_is_refused(text: str, sent_for: bool) -> None:
    backend = FakeBackend()
    _, events = after(TalkToHuman(backend), tracker(text, "talk_to_human"))
    assert bool(backend.reasons) == sent_for
    assert followed(events) == ([] if sent_for else ["action_deny"])


def test_a_likeness_of_danger_is_asked_about_unless_it_answers_how_somebody_lives() -> None:
    line = tracker("腿瘫了半边，一个人住", "emergency")
    assert after(EmergencyDoubt(), line)[0] == ["utter_emergency_check"]
    line.latest_message["metadata"]["offer"] = "policy"
    said, events = after(EmergencyDoubt(), line)
    assert (said, followed(events)) == ([], ["action_ask_policy"])
    cry = tracker("起不来了，一个人", "emergency")
    cry.latest_message["metadata"]["offer"] = "policy"
    assert after(EmergencyDoubt(), cry)[0] == ["utter_emergency_check"]
