"""Lines that only speak on of what was just told or done, and those that only look so."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import Affirm, BareAnswer
from actions.booking import resumed
from actions.draft import Draft, heard
from actions.handoff import TalkToHuman
from actions.just_said import day_unsuited, repeats_change, said_before
from actions.moves import moved_to
from actions.orders import Cancel
from actions.spoken_of import has_ordered
from actions.told import hour_first
from actions.turn import Turn
from bot.policy.cues import standard
from bot.understanding.reminding import asks_dose
from bot.understanding.times import parse_when
from tests.unit.actions.test_bare_answers import FakeBackend, after, followed
from tests.unit.actions.test_placed import turn

pytestmark = pytest.mark.unit


def spoken(*keys: str, slots: dict[str, Any] | None = None) -> Tracker:
    """A conversation in which these sentences were said to the line before this one."""
    said = [{"event": "bot", "metadata": {"utter_action": key}} for key in keys]
    events = [{"event": "user"}, *said, {"event": "user"}]
    return Tracker("c1", slots or {}, {}, events, False, None, {}, "action_listen")


TOLD = spoken("utter_order_line", "utter_order_number", "utter_anything_else")
MOVED = spoken("utter_order_moved", "utter_anything_else")
CANCELLED = spoken("utter_order_cancelled", "utter_anything_else")


def test_only_the_turn_before_counts() -> None:
    events = [{"event": "user"}, {"event": "bot", "metadata": {"utter_action": "utter_order_line"}}]
    old = [*events, {"event": "user"}, {"event": "bot"}, {"event": "user"}]
    tracker = Tracker("c1", {}, {}, old, False, None, {}, "action_listen")
    assert said_before(tracker) == {""}


@pytest.mark.parametrize(
    "text",
    [
        "那天我要去喝喜酒家里没人",
        "该日涯爱去墟市屋下冇人",
        "彼日阮囝欲转来厝内无人",
        "嗰日我唔得闲喎",
        "换个日子吧",
        "同涯盖过一日",
        "礼拜三不行啊我得去医院",
    ],
)
def test_whom_the_day_just_told_does_not_suit_wants_to_move_it(text: str) -> None:
    assert day_unsuited(turn(text), TOLD)
    assert not day_unsuited(turn(text), spoken("utter_order_placed", "utter_anything_else"))


@pytest.mark.parametrize(
    "text",
    [
        "那天不要来了",
        "那天照旧来",
        "那天没空另外订一个打扫",
        "没别的事了",
        "那天谢谢你们",
        "那天我有空",
    ],
)
def test_a_day_that_is_kept_called_off_or_only_named_is_not_moved(text: str) -> None:
    assert not day_unsuited(turn(text), TOLD)


@pytest.mark.parametrize("text", ["就推扫家的", "只改打扫那个", "对就挪剪头的", "净换送饭的"])
def test_what_only_says_a_move_over_does_nothing(text: str) -> None:
    assert repeats_change(turn(text), MOVED)
    assert not repeats_change(turn(text), TOLD)


@pytest.mark.parametrize("text", ["就退送饭的", "只取消打扫"])
def test_what_only_says_a_cancellation_over_does_nothing(text: str) -> None:
    assert repeats_change(turn(text), CANCELLED)
    assert not repeats_change(turn(text), MOVED)


@pytest.mark.parametrize(
    "text", ["推到礼拜天", "就取消算了", "就不要来了", "还有剪头的也推一下", "打扫的取消"]
)
def test_what_changes_an_order_anew_is_no_repetition(text: str) -> None:
    assert not repeats_change(turn(text), MOVED)


def test_after_a_change_its_words_cancel_nothing() -> None:
    dispatcher = CollectingDispatcher()
    line = spoken("utter_order_moved", "utter_anything_else")
    line.latest_message = {
        "text": "就推扫家的",
        "intent": {"name": "cancel_order", "confidence": 0.9},
        "metadata": {"ask": "other"},
    }
    assert asyncio.run(Cancel(FakeBackend()).run(dispatcher, line, {})) == []  # type: ignore[arg-type]
    assert dispatcher.messages[0]["response"] == "utter_nothing_to_confirm"


def asked_for_a_person(act: str, text: str, ask: str | None = None) -> Tracker:
    line = spoken("utter_handoff_ticket", slots={"service": "meals", "date": "2026-03-10"})
    line.latest_message = {"text": text, "intent": {"name": act}, "metadata": {"ask": ask}}
    return line


def test_a_form_rests_once_a_person_was_asked_for() -> None:
    backend = FakeBackend()
    line = asked_for_a_person("talk_to_human", "叫真人来听", "confirm")
    line.active_loop = {"name": "booking_form"}
    said, events = after(TalkToHuman(backend), line)  # type: ignore[arg-type]
    assert said == ["utter_handoff_ticket"]
    assert {"event": "active_loop", "timestamp": None, "name": None} in events


def test_a_booking_that_rests_is_gone_on_with_by_a_yes_or_an_hour() -> None:
    for action in (Affirm, BareAnswer):
        _, events = after(action(FakeBackend()), asked_for_a_person("affirm", "着"))  # type: ignore[arg-type]
        assert followed(events) == ["booking_form"]


def test_a_booking_that_rests_is_forgotten_for_another() -> None:
    line = asked_for_a_person("book", "给我订个明天的打扫")
    assert resumed(Turn.of(line), line) == Draft()
    line = asked_for_a_person("book", "饭还是要的")
    assert resumed(Turn.of(line), line).date == "2026-03-10"
    line = asked_for_a_person("book", "饭还是要的", "other")
    assert resumed(Turn.of(line), line) == Draft()


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("早起九点半啦我八点外才食早顿", "09:30"),
        ("上午十点吧我九点去散步", "10:00"),
        ("下昼三点涯两点正睡醒", "15:00"),
        ("朝早十点啦我八点先起身", "10:00"),
    ],
)
def test_the_hour_of_a_reason_is_no_answer(text: str, hour: str) -> None:
    line = _asked_hour(text)
    assert hour_first(line, line.heard["when"])["time"] == hour
    assert heard(Draft(service="haircut", date="2026-03-14"), line).draft.time == hour


@pytest.mark.parametrize("text", ["九点不行我八点要去医院", "我八点吃早饭"])
def test_an_hour_that_is_taken_back_or_stands_alone_is_left(text: str) -> None:
    line = _asked_hour(text)
    assert hour_first(line, line.heard["when"]) is line.heard["when"]


def _asked_hour(text: str) -> Turn:
    plain = turn(text)
    when = parse_when(text, plain.now, "time")
    told = {**when.as_dict(), "reason": when.reason, "said": when.span} if when else {}
    return replace(plain, asked="time", heard={"when": told})


@pytest.mark.parametrize("text", ["同涯盖过一日", "帮我改过一日", "换过一天吧"])
def test_another_day_is_no_day(text: str) -> None:
    told = {"date": "2026-03-10", "time": None, "ask": False}
    assert "when" not in moved_to(turn(text, when=told)).heard


@pytest.mark.parametrize(
    "text", ["给我妈约过周六早上去透析的车", "我订了明天的饭", "上礼拜约好的剪头后天来"]
)
def test_what_was_ordered_before_is_told_of(text: str) -> None:
    assert has_ordered(turn(text))


@pytest.mark.parametrize(
    "text", ["约过一次，再帮我订一个", "订了饭的还想剪个头", "约了医生帮我叫个车", "帮我订饭"]
)
def test_what_is_wished_behind_it_is_ordered(text: str) -> None:
    assert not has_ordered(turn(text))


@pytest.mark.parametrize("text", ["忘了一顿下一顿能不能吃双份", "漏吃了能不能吃双倍"])
def test_a_double_dose_is_for_the_doctor_to_say(text: str) -> None:
    assert asks_dose(text)


@pytest.mark.parametrize("who_pays", ["政府花钱买的那个", "国家掏钱的", "公家出钱请的那种"])
def test_who_pays_only_tells_which_service_is_meant(who_pays: str) -> None:
    assert standard(f"{who_pays}上门服务几岁能要") == standard("上门服务几岁能要")
    assert "花钱" in standard("政府花钱买的是哪些服务")
