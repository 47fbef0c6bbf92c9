"""Callers who are bound to nobody: what they say after they were told how one is bound."""

import pytest
from rasa_sdk import Tracker

from actions.binding import BindElder
from actions.handoff import TalkToHuman
from actions.talk import NotUnderstood
from tests.unit.actions.test_bare_answers import FakeBackend, after, followed
from tests.unit.actions.test_orders import tracker

pytestmark = pytest.mark.unit


def unbound(text: str, act: str, *, told: bool = True, **slots: object) -> Tracker:
    """A line of somebody who is bound to nobody, after they were told how that is done, or not."""
    line = tracker(text, act, **slots)
    line.latest_message["metadata"].update(role="family", elder=None, ask="other")
    said = {"event": "bot", "metadata": {"utter_action": "utter_bind_how"}}
    line.events = [said] if told else []
    return line


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("她同意了的，你打电话问她", False),  # nobody has told them how
        ("转人工", True),
        ("她同意的，你叫个人来说", True),
        ("", True),
    ],
)
def test_who_wants_a_person_gets_one(text: str, told: bool) -> None:
    backend = FakeBackend()
    _, events = after(TalkToHuman(backend), unbound(text, "talk_to_human", told=told))
    assert followed(events) == []
    assert backend.reasons == ["asked"]


@pytest.mark.parametrize("text", ["伊有答应啊，恁挂电话问伊", "她点头了的", "那个码是三三八一"])
def test_consent_that_is_only_told_of_is_answered_by_how_it_is_done(text: str) -> None:
    backend = FakeBackend()
    for action in (TalkToHuman(backend), NotUnderstood(backend)):
        _, events = after(action, unbound(text, "talk_to_human"))
        assert followed(events) == ["action_bind_elder"]
    said, events = after(BindElder(backend), unbound(text, "talk_to_human"))
    assert said == ["utter_bind_how", "utter_anything_else"]
    assert followed(events) == ["action_listen"]
    assert backend.reasons == []


def test_a_phone_number_is_no_code() -> None:
    _, events = after(NotUnderstood(FakeBackend()), unbound("13800138000", "give_phone"))
    assert "action_bind_elder" not in followed(events)


def test_where_another_lives_is_not_told_and_no_cry() -> None:
    line = unbound("把她家的住址发给我", "emergency", told=False)
    _, events = after(NotUnderstood(FakeBackend()), line)
    assert followed(events) == ["action_bind_elder"]


def test_an_elder_who_is_known_is_never_sent_there() -> None:
    line = unbound("把她家的住址发给我", "out_of_scope")
    line.latest_message["metadata"].update(role="elder", elder={"id": "e1", "name": "林秀英"})
    _, events = after(NotUnderstood(FakeBackend()), line)
    assert "action_bind_elder" not in followed(events)


def test_a_question_taken_for_a_booking_ends_once_it_is_told_how_to_be_bound() -> None:
    line = unbound("那我要绑定她", "bind_elder", told=False, service="nursing")
    line.active_loop = {"name": "booking_form"}
    said, events = after(BindElder(FakeBackend()), line)
    assert said == ["utter_bind_how", "utter_anything_else"]
    assert {"event": "active_loop", "timestamp": None, "name": None} in events
