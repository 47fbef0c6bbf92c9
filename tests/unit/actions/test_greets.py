"""Greetings, and what only sounds like one; where a matter is asked about."""

import pytest
from rasa_sdk import Tracker

from actions.handoff import TalkToHuman
from actions.talk import Greet
from tests.unit.actions.standing import tracker
from tests.unit.actions.test_bare_answers import FakeBackend, after, followed

pytestmark = pytest.mark.unit


def line(text: str, act: str, asked: str = "other") -> Tracker:
    """What an elder says to "anything else?", or to what was asked then."""
    found = tracker(text, act)
    found.latest_message["metadata"]["ask"] = asked
    return found


@pytest.mark.parametrize("text", ["好我知啊", "好啊", "噢"])
def test_what_only_notes_is_not_greeted(text: str) -> None:
    said, events = after(Greet(), line(text, "greet"))
    assert said == ["utter_nothing_to_confirm", "utter_order_done"]
    assert followed(events) == []


@pytest.mark.parametrize(
    ("text", "asked"), [("喂你好", "other"), ("好啊", "menu"), ("在吗", "other")]
)
def test_a_greeting_is_greeted(text: str, asked: str) -> None:
    said, _ = after(Greet(), line(text, "greet", asked))
    assert said == ["utter_greet", "utter_what_do_you_need"]


def test_who_asks_where_to_ask_is_told_and_no_person_is_sent() -> None:
    backend = FakeBackend()
    _, events = after(TalkToHuman(backend), line("欲佗位问详细社区乎", "talk_to_human"))
    assert followed(events) == ["action_ask_policy"]
    assert backend.reasons == []
    _, events = after(TalkToHuman(backend), line("去哪里问啊给我转人工", "talk_to_human"))
    assert backend.reasons == ["asked"]
