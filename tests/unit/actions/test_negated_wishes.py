"""What is forbidden or denied is not done: no agent, no complaint, no end of a bond or reminder."""

from typing import Any

import pytest

from actions.binding import BindElder
from actions.catalogue import _passed_on
from actions.handoff import TalkToHuman
from actions.orders import Cancel
from actions.phrases import NO_COMPLAINT
from bot.reminders import _STAYS, _calls_off
from bot.understanding.negation import NO_PERSON
from tests.unit.actions.standing import tracker
from tests.unit.actions.test_bare_answers import FakeBackend, after, followed

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "转人工",
        "你们怎么没给我转人工",
        "要不要转人工",
        "能不能叫个人来说",
        "好不好叫人听",
        "别叫机器跟我讲，转人工",
        "莫啰嗦，喊个人来讲",
    ],
)
def test_who_wants_a_person_gets_one(text: str) -> None:
    backend = FakeBackend()
    after(TalkToHuman(backend), tracker(text, "talk_to_human"))
    assert backend.reasons == ["asked"]


@pytest.mark.parametrize(
    "text",
    [
        "不用转人工",
        "别给我转人工",
        "不要叫人打电话来",
        "甭叫人",
        "甭给俺打电话咧",
        "唔使转人工喇",
        "唔好帮我搵人",
        "唔使覆电话喇",
        "毋免叫真人啦",
        "毋通换人",
        "免共我转人工",
        "毋使喊人打电话",
        "莫转人工，我跟你说就行",
        "莫给我回电话了",
        "别换人了还是他来",
    ],
)
def test_who_forbids_it_gets_nobody(text: str) -> None:
    backend = FakeBackend()
    _, events = after(TalkToHuman(backend), tracker(text, "talk_to_human"))
    assert NO_PERSON.search(text)
    assert followed(events) == ["action_deny"]
    assert backend.reasons == []


@pytest.mark.parametrize(
    "text",
    [
        "莫投诉他，师傅蛮好",
        "别投诉了算了",
        "我不是要投诉",
        "我唔系投诉啊",
        "唔好投诉佢",
        "毋是欲投诉啦",
        "毋免投诉",
        "毋使投诉人家",
        "甭投诉咧算咧",
        "不想投诉谁",
    ],
)
def test_a_complaint_that_is_denied_is_not_written_down(text: str) -> None:
    backend = FakeBackend()
    for action in (*_passed_on(backend), Cancel(backend)):
        _, events = after(action, tracker(text, "complain"))
        assert followed(events) == ["action_deny"]
    assert backend.reasons == []


@pytest.mark.parametrize(
    "text", ["我要投诉", "投诉了没人理", "要不要投诉你们说", "不说了我要告你们"]
)
def test_a_complaint_is_one(text: str) -> None:
    assert not NO_COMPLAINT.search(text)


@pytest.mark.parametrize(("text", "reasons"), [("别解除绑定", []), ("解除绑定", ["unbinding"])])
def test_a_bond_that_shall_stay_is_not_ended(text: str, reasons: list[Any]) -> None:
    backend = FakeBackend()
    after(BindElder(backend), tracker(text, "bind_elder"))
    assert backend.reasons == reasons


@pytest.mark.parametrize(
    "text",
    [
        "别取消吃药提醒",
        "毋通停了提醒",
        "唔好停个提醒",
        "莫把提醒停了",
        "提醒莫取消",
        "不要删吃药提醒",
    ],
)
def test_a_reminder_that_shall_stay_is_not_ended(text: str) -> None:
    assert _STAYS.search(text)
    assert not _calls_off(text)


@pytest.mark.parametrize(
    "text", ["不用提醒了", "取消吃药提醒", "提醒停了吧", "毋免喊我吃药", "莫提醒我了"]
)
def test_a_reminder_that_is_not_wanted_ends(text: str) -> None:
    assert _calls_off(text)
