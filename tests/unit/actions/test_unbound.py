"""Callers who are bound to nobody: what they say after they were told how one is bound."""

import pytest
from rasa_sdk import Tracker

from actions.answers import Deny
from actions.binding import BindElder
from actions.handoff import Begin, TalkToHuman
from actions.talk import NotUnderstood
from tests.unit.actions.standing import tracker
from tests.unit.actions.test_bare_answers import FakeBackend, after, followed

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


@pytest.mark.parametrize(
    "text", ["伊有答应啊，恁挂电话问伊", "她知道，你们打给她问", "她点头了的", "那个码是三三八一"]
)
def test_consent_that_is_only_told_of_is_answered_by_how_it_is_done(text: str) -> None:
    backend = FakeBackend()
    rated = Begin("action_rate_service", "utter_rating_begin")
    for action in (TalkToHuman(backend), NotUnderstood(backend), rated):
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


@pytest.mark.parametrize(
    "text",
    [
        "我是伊的外甥仔，伊今马人佇佗位",
        "我系佢个侄仔，佢而家喺边度呀",
        "涯系佢外甥，渠今下在哪位",
        "她这会儿在哪儿，你们手环能看到吧",
        "他现在跑到哪去了嘛",
    ],
)
def test_where_another_is_now_is_not_told_to_who_is_bound_to_nobody(text: str) -> None:
    _, events = after(NotUnderstood(FakeBackend()), unbound(text, "nlu_fallback", told=False))
    assert followed(events) == ["action_bind_elder"]


@pytest.mark.parametrize(
    "text", ["阮是亲情，你共我讲一下有啥要紧", "都是一家人，跟我说一声嘛", "我又不是外人"]
)
def test_who_insists_is_told_how_one_is_bound(text: str) -> None:
    _, events = after(NotUnderstood(FakeBackend()), unbound(text, "help_menu"))
    assert followed(events) == ["action_bind_elder"]


@pytest.mark.parametrize(
    "text", ["毋免绑啦，我家己敲予伊", "别绑了", "唔使绑喇我自己打俾佢", "不用绑我打电话给她问"]
)
def test_who_will_not_be_bound_is_let_go(text: str) -> None:
    backend = FakeBackend()
    _, events = after(BindElder(backend), unbound(text, "bind_elder"))
    assert followed(events) == ["action_deny"]
    said, _ = after(Deny(backend), unbound(text, "deny"))
    assert said == ["utter_goodbye"]
    assert backend.reasons == []


def test_a_bond_that_is_to_end_is_a_matter_for_a_person() -> None:
    backend = FakeBackend()
    line = unbound("别绑了", "bind_elder", told=False)
    line.latest_message["metadata"]["elders"] = [{"id": "e1", "name": "林秀英"}]
    said, _ = after(BindElder(backend), line)
    assert said[0] == "utter_unbind_heard"
    assert backend.reasons == ["unbinding"]
