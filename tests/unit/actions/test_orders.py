"""Changing orders that stand: which ones a line means, and what counts as a yes."""

import asyncio
from datetime import datetime
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.booking import ValidateBookingForm
from actions.orders import ChangeOrder, ValidateChangeForm
from anban.errors import Conflict
from backend.client import Handoff, Order

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 9, 9, 10)
CLEANING = ("111111", "cleaning", "2026-03-10", "09:00")
SECOND_CLEANING = ("222222", "cleaning", "2026-03-17", "09:00")
MEALS = ("333333", "meals", "2026-03-11", "noon")


class FakeBackend:
    """Orders in memory; ``stuck`` is the number of one that cannot be changed any more."""

    def __init__(self, *orders: tuple[str, str, str, str], stuck: str | None = None) -> None:
        self.rows = {row[0]: _order(*row) for row in orders}
        self.stuck = stuck
        self.cancelled: list[str] = []
        self.tickets: list[str] = []

    async def orders(self, **_: Any) -> list[Order]:
        return list(self.rows.values())

    async def change_order(self, key: str, number: str, **values: Any) -> Order:
        if number == self.stuck:
            raise Conflict("已经在路上了")
        self.cancelled.append(number)
        return self.rows[number]

    async def create_handoff(self, *, reason: str, **_: Any) -> Handoff:
        self.tickets.append(reason)
        return Handoff("h1", "246810", reason, "open", NOW)

    async def update_conversation(self, *_: Any, **__: Any) -> None:
        pass


def _order(number: str, service: str, day: str, time: str) -> Order:
    return Order.from_json(
        {
            "id": number,
            "number": number,
            "elder_id": "e1",
            "service": service,
            "date": day,
            "time": time,
            "status": "confirmed",
            "address": "和平路18号302",
            "notices": [],
        }
    )


def tracker(text: str, act: str, asked: str | None = None, **slots: Any) -> Tracker:
    """One line to a form that asks for the slot ``asked``; ``heard_*`` slots are entities."""
    heard = {name[6:]: slots.pop(name) for name in list(slots) if name.startswith("heard_")}
    return Tracker(
        sender_id="c",
        slots={"requested_slot": asked, "retry": 0.0, **slots},
        latest_message={
            "text": text,
            "intent": {"name": act},
            "entities": [{"entity": kind, "value": value} for kind, value in heard.items()],
            "metadata": {
                "now": NOW.isoformat(),
                "role": "elder",
                "elder": {"id": "e1", "name": "林秀英", "address": "和平路18号302"},
                "ask": "confirm" if asked == "confirmed" else asked,
            },
        },
        events=[],
        paused=False,
        followup_action=None,
        active_loop={"name": "change_form"} if asked else {},
        latest_action_name=None,
    )


def slots_after(backend: FakeBackend, line: Tracker) -> dict[str, Any]:
    events = asyncio.run(ValidateChangeForm(backend).run(CollectingDispatcher(), line, {}))
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}


def day(iso: str) -> dict[str, Any]:
    return {"date": iso, "time": None, "start": None, "recurring": None, "ask": False}


def test_who_corrects_the_new_day_twice_has_not_given_up() -> None:
    line = tracker(
        "礼拜四下午三点",
        "give_time",
        "confirmed",
        change="move",
        order=["111111"],
        date="2026-03-11",
        heard_when={"date": "2026-03-12", "time": "15:00", "ask": False},
    )
    line.active_loop = {"name": "change_form"}
    line.slots["retry"] = 1.0
    backend = FakeBackend(CLEANING)
    events = asyncio.run(ValidateChangeForm(backend).run(CollectingDispatcher(), line, {}))
    slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    assert (slots["requested_slot"], slots["retry"], slots["time"]) == ("confirmed", 0.0, "15:00")


def test_an_order_that_is_not_clear_is_asked_for() -> None:
    after = slots_after(
        FakeBackend(CLEANING, MEALS), tracker("有一单不要了", "cancel_order", change="cancel")
    )
    assert (after["requested_slot"], after["order"]) == ("order", [])


@pytest.mark.parametrize("text", ["全部退了", "两样都退", "都不要了", "拢总毋免"])
def test_all_orders_can_be_cancelled_at_once(text: str) -> None:
    after = slots_after(
        FakeBackend(CLEANING, MEALS), tracker(text, "cancel_order", change="cancel")
    )
    assert after["order"] == ["111111", "333333"]


def test_all_of_one_service_leaves_the_others() -> None:
    line = tracker(
        "打扫的都不要了", "cancel_order", change="cancel", heard_service={"service": "cleaning"}
    )
    after = slots_after(FakeBackend(CLEANING, SECOND_CLEANING, MEALS), line)
    assert after["order"] == ["111111", "222222"]


@pytest.mark.parametrize(("text", "number"), [("后一次的", "222222"), ("头一趟的", "111111")])
def test_the_place_in_the_row_names_an_order(text: str, number: str) -> None:
    line = tracker(text, "book", "order", change="cancel", heard_service={"service": "cleaning"})
    after = slots_after(FakeBackend(CLEANING, SECOND_CLEANING), line)
    assert after["order"] == [number]


def test_a_move_finds_the_order_by_its_old_day() -> None:
    line = tracker(
        "十七号的改到十八号",
        "reschedule_order",
        change="move",
        heard_when=day("2026-03-18"),
        heard_service={"service": "cleaning"},
    )
    after = slots_after(FakeBackend(CLEANING, SECOND_CLEANING), line)
    assert (after["order"], after["date"]) == (["222222"], "2026-03-18")


@pytest.mark.parametrize("text", ["对，不要了", "不用来了", "取消", "剃头的不要咧饭照送"])
def test_not_wanting_it_is_a_yes_to_cancelling(text: str) -> None:
    line = tracker(text, "deny", "confirmed", change="cancel", order=["111111"], heard_yes_no="no")
    assert slots_after(FakeBackend(CLEANING), line)["confirmed"] is True


@pytest.mark.parametrize("text", ["不取消", "没说要退", "别退，留着"])
def test_wanting_to_keep_it_is_a_no_to_cancelling(text: str) -> None:
    line = tracker(
        text, "cancel_order", "confirmed", change="cancel", order=["111111"], heard_yes_no="no"
    )
    assert slots_after(FakeBackend(CLEANING), line)["confirmed"] is False


def test_one_that_cannot_be_cancelled_is_named_and_the_earlier_ones_stay_cancelled() -> None:
    backend = FakeBackend(CLEANING, MEALS, stuck="333333")
    line = tracker(
        "对", "affirm", None, change="cancel", confirmed=True, order=["111111", "333333"]
    )
    dispatcher = CollectingDispatcher()
    asyncio.run(ChangeOrder(backend).run(dispatcher, line, {}))
    said = [message["response"] for message in dispatcher.messages]
    assert backend.cancelled == ["111111"]
    assert said == ["utter_order_cancelled", "utter_order_refused"]


def test_words_of_a_change_to_an_order_that_stands_are_no_new_booking() -> None:
    line = tracker("打扫的往后推两天", "book", heard_service={"service": "cleaning", "score": 1.0})
    events = asyncio.run(ValidateBookingForm(FakeBackend(CLEANING)).run(None, line, {}))
    assert [event["name"] for event in events if event["event"] == "followup"] == ["change_form"]


def test_a_read_back_that_was_never_heard_is_not_confirmed_by_repeating() -> None:
    line = tracker(
        "明天打扫",
        "book",
        "confirmed",
        service="cleaning",
        date="2026-03-10",
        time="09:00",
        heard_service={"service": "cleaning", "score": 1.0},
    )
    line.latest_message["metadata"]["ask"] = None
    events = asyncio.run(ValidateBookingForm(FakeBackend()).run(None, line, {}))
    after = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    assert (after["requested_slot"], after["confirmed"]) == ("confirmed", None)


def test_a_correction_of_the_read_back_goes_before_what_the_line_seems_to_be() -> None:
    line = tracker(
        "改七点",
        "medication_reminder",
        "confirmed",
        service="companionship",
        date="2026-03-10",
        time="06:00",
        heard_when={**day("2026-03-10"), "time": "07:00"},
    )
    events = asyncio.run(ValidateBookingForm(FakeBackend()).run(None, line, {}))
    after = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    assert (after["time"], after["requested_slot"]) == ("07:00", "confirmed")


def test_a_plain_wish_taken_for_a_move_is_booked_where_nothing_like_it_stands() -> None:
    line = tracker(
        "我们家打扫打扫礼拜三来",
        "reschedule_order",
        change="move",
        heard_service={"service": "cleaning"},
    )
    events = asyncio.run(ValidateChangeForm(FakeBackend(MEALS)).run(None, line, {}))
    assert [event["name"] for event in events if event["event"] == "followup"] == ["booking_form"]


DRAFT = {"service": "cleaning", "date": "2026-03-10", "time": "09:00"}


def booked_after(line: Tracker) -> tuple[dict[str, Any], list[str]]:
    dispatcher = CollectingDispatcher()
    line.active_loop = {"name": "booking_form"}
    events = asyncio.run(ValidateBookingForm(FakeBackend()).run(dispatcher, line, {}))
    said = [message["response"] for message in dispatcher.messages]
    return {e["name"]: e["value"] for e in events if e["event"] == "slot"}, said


def test_a_grumble_that_sounds_like_a_no_drops_nothing() -> None:
    after, said = booked_after(tracker("你们这记性真差", "deny", "date", service="cleaning"))
    assert (after["service"], after["requested_slot"], said) == ("cleaning", "date", [])


@pytest.mark.parametrize("text", ["不消了邻居送饭来了", "算嘞算嘞俺闺女来"])
def test_calling_it_off_is_no_complaint(text: str) -> None:
    after, said = booked_after(tracker(text, "complain", "date", heard_yes_no="no", **DRAFT))
    assert after["service"] is None
    assert said == ["utter_booking_dropped", "utter_order_done"]


def test_giving_up_at_the_read_back_is_not_asked_what_to_change() -> None:
    _, said = booked_after(
        tracker("对，不送了", "affirm", "confirmed", heard_yes_no="yes", **DRAFT)
    )
    assert said == ["utter_booking_dropped", "utter_order_done"]


def test_the_hour_is_asked_for_again_where_only_the_day_was_corrected() -> None:
    line = tracker("我礼拜四下棋", "give_time", "time", **{**DRAFT, "time": "afternoon"})
    after, _ = booked_after(line)
    assert (after["requested_slot"], after["retry"]) == ("time", 1.0)


@pytest.mark.parametrize("asked", [None, "confirmed"])
def test_the_order_that_is_turned_away_goes_and_the_wanted_one_stays(asked: str | None) -> None:
    line = tracker(
        "送饭不要了打扫照来",
        "cancel_order",
        asked,
        change="cancel",
        order=["111111"] if asked else None,
        heard_service={"service": "cleaning"},
        heard_yes_no="yes",
    )
    after = slots_after(FakeBackend(CLEANING, MEALS), line)
    assert (after["order"], after["confirmed"]) == (["333333"], None)


def test_the_day_before_the_refusal_is_the_one_that_goes() -> None:
    line = tracker("十七号那次不要了十号的照来", "cancel_order", change="cancel")
    after = slots_after(FakeBackend(CLEANING, SECOND_CLEANING), line)
    assert after["order"] == ["222222"]


def test_the_day_in_a_yes_to_cancelling_moves_nothing() -> None:
    line = tracker(
        "对只退十号的",
        "affirm",
        "confirmed",
        change="cancel",
        order=["111111"],
        heard_yes_no="yes",
        heard_when=day("2026-03-10"),
    )
    after = slots_after(FakeBackend(CLEANING, MEALS), line)
    assert (after["confirmed"], after["order"]) == (True, ["111111"])


def test_a_move_takes_the_day_behind_the_verb_where_others_are_named() -> None:
    doubtful = {**day("2026-03-11"), "ask": True, "reason": "two-days"}
    line = tracker(
        "后天那个打扫改到礼拜五，后天我要去喝喜酒",
        "reschedule_order",
        change="move",
        heard_when=doubtful,
        heard_service={"service": "cleaning"},
    )
    assert slots_after(FakeBackend(CLEANING, MEALS), line)["date"] == "2026-03-13"


@pytest.mark.parametrize(
    ("text", "confirmed"),
    [("对，取消打扫，送饭照旧", True), ("打扫照旧", False), ("对，送饭照旧", True)],
)
def test_keeping_another_order_is_no_no_to_cancelling(text: str, confirmed: bool) -> None:
    said = "yes" if text.startswith("对") else None
    line = tracker(
        text, "affirm", "confirmed", change="cancel", order=["111111"], heard_yes_no=said
    )
    assert slots_after(FakeBackend(CLEANING, MEALS), line)["confirmed"] is confirmed


@pytest.mark.parametrize(("act", "heard"), [("deny", "no"), ("cancel_order", None)])
def test_keeping_another_order_does_not_cancel_the_one_that_was_asked_about(
    act: str, heard: str | None
) -> None:
    line = tracker(
        "送饭别退了", act, "confirmed", change="cancel", order=["111111"], heard_yes_no=heard
    )
    assert slots_after(FakeBackend(CLEANING, MEALS), line).get("confirmed") is not True


def test_what_was_never_ordered_is_not_cancelled_in_place_of_another() -> None:
    line = tracker("理发的不要了", "cancel_order", change="cancel")
    after = slots_after(FakeBackend(CLEANING), line)
    assert (after["requested_slot"], after["order"]) == (None, None)


def test_a_further_wish_does_not_move_the_order_to_cancel() -> None:
    line = tracker(
        "再一个礼拜五要个车",
        "book",
        "confirmed",
        change="cancel",
        order=["111111"],
        heard_when=day("2026-03-13"),
        heard_service={"service": "transport"},
    )
    after = slots_after(FakeBackend(CLEANING), line)
    assert (after["change"], after["order"]) == ("cancel", ["111111"])


def test_one_of_several_to_cancel_can_be_kept() -> None:
    line = tracker(
        "送饭那单别退",
        "deny",
        "confirmed",
        change="cancel",
        order=["111111", "333333"],
        heard_yes_no="no",
    )
    after = slots_after(FakeBackend(CLEANING, MEALS), line)
    assert (after["order"], after["requested_slot"]) == (["111111"], "confirmed")


@pytest.mark.parametrize(
    "text",
    ["打扫同送饭，打扫莫来啦，送饭猶原", "送饭照旧，打扫撤了", "打扫取消送饭照送"],
)
def test_of_two_orders_the_one_that_stays_is_not_the_one_that_goes(text: str) -> None:
    line = tracker(text, "cancel_order", change="cancel", heard_service={"service": "meals"})
    assert slots_after(FakeBackend(CLEANING, MEALS), line)["order"] == ["111111"]


def test_an_answer_that_names_the_other_order_goes_over_to_it() -> None:
    line = tracker(
        "着，送饭取消打扫照旧", "cancel_order", "confirmed", change="cancel", order=["111111"]
    )
    after = slots_after(FakeBackend(CLEANING, MEALS), line)
    assert (after["order"], after["requested_slot"]) == (["333333"], "confirmed")


def followed(line: Tracker) -> list[str]:
    events = asyncio.run(ValidateBookingForm(FakeBackend()).run(CollectingDispatcher(), line, {}))
    return [event["name"] for event in events if event["event"] == "followup"]


@pytest.mark.parametrize(
    ("text", "confidence", "to"),
    [
        ("人家做饭都不要钱，俺身子硬朗，你看俺能够上不", 0.6, ["action_check_eligibility"]),
        ("我就寻思那个一键通给啥人装", 0.5, ["action_check_eligibility"]),
        ("人家做饭都不要钱，俺身子硬朗，你看俺能够上不", 0.9, []),
        ("俺要做饭的", 0.5, []),
    ],
)
def test_who_may_have_a_service_is_asked_and_books_nothing(
    text: str, confidence: float, to: list[str]
) -> None:
    line = tracker(text, "book", heard_service={"service": "meals"})
    line.latest_message["intent"]["confidence"] = confidence
    assert followed(line) == to


def test_who_says_again_what_they_want_is_not_given_up_on() -> None:
    again = tracker(
        "就是打扫卫生", "book", "date", service="cleaning", heard_service={"service": "cleaning"}
    )
    again.slots["retry"] = 1.0
    after, _ = booked_after(again)
    assert (after["requested_slot"], after["retry"]) == ("date", 1.0)


@pytest.mark.parametrize(
    ("text", "heard", "moved"),
    [
        ("改去礼拜二，我仔礼拜六先走", "2026-03-14", "2026-03-10"),
        ("改到礼拜四不行礼拜五吧", "2026-03-13", "2026-03-13"),
    ],
)
def test_the_day_right_behind_the_word_for_a_move_is_the_new_one(
    text: str, heard: str, moved: str
) -> None:
    line = tracker(
        text, "reschedule_order", "date", change="move", order=["222222"], heard_when=day(heard)
    )
    assert slots_after(FakeBackend(SECOND_CLEANING), line)["date"] == moved


def test_a_move_to_where_the_order_stands_asks_for_the_new_day() -> None:
    line = tracker(
        "十号那个打扫要改", "reschedule_order", change="move", heard_when=day("2026-03-10")
    )
    after = slots_after(FakeBackend(CLEANING), line)
    assert (after["requested_slot"], after["date"]) == ("date", None)


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("打扫那单早一天来行不", ("2026-03-09", "09:00")),
        ("彼个摒扫的往后推两天", ("2026-03-12", "09:00")),
        ("打扫嗰单迟半个钟头先嚟", ("2026-03-10", "09:30")),
        ("搞卫生的推后一个礼拜嘛", ("2026-03-17", "09:00")),
    ],
)
def test_an_order_is_moved_by_a_step(text: str, to: tuple[str, str]) -> None:
    cleaning = {"service": "cleaning"}
    line = tracker(text, "reschedule_order", change="move", heard_service=cleaning)
    after = slots_after(FakeBackend(CLEANING, MEALS), line)
    assert (after["date"], after["time"], after["requested_slot"]) == (*to, "confirmed")


def test_of_a_line_that_also_books_only_the_move_moves() -> None:
    parts = [
        {"service": "cleaning", "text": "打扫挪到十二号", "when": day("2026-03-12")},
        {"service": "shopping", "text": "还有明天买菜", "when": day("2026-03-03")},
    ]
    line = tracker(
        "打扫挪到十二号还有明天买菜",
        "reschedule_order",
        change="move",
        heard_parts=parts,
        heard_when=day("2026-03-03"),
    )
    after = slots_after(FakeBackend(CLEANING, MEALS), line)
    assert (after["order"], after["date"]) == (["111111"], "2026-03-12")


@pytest.mark.parametrize(
    "text", ["算了算了别退了还是来吧", "哎算啦莫取消了", "那算了唔好取消住", "算咧还是让人家来吧"]
)
def test_to_let_the_cancelling_be_keeps_the_order(text: str) -> None:
    line = tracker(
        text, "cancel_order", "confirmed", change="cancel", order=["111111"], heard_yes_no="no"
    )
    assert slots_after(FakeBackend(CLEANING), line)["confirmed"] is False


@pytest.mark.parametrize(
    "text",
    [
        "打扫那单不用来了，送饭千万唔好取消",
        "打扫的退了吧饭莫退哈",
        "彼个打扫的取消，饭毋通取消",
    ],
)
def test_what_must_not_be_cancelled_stays(text: str) -> None:
    line = tracker(text, "cancel_order", change="cancel")
    assert slots_after(FakeBackend(CLEANING, MEALS), line)["order"] == ["111111"]


def test_the_same_day_again_leaves_the_hour_to_be_asked() -> None:
    line = tracker(
        "日子不改还是十号",
        "give_time",
        "date",
        change="move",
        order=["111111"],
        heard_when=day("2026-03-10"),
    )
    after = slots_after(FakeBackend(CLEANING), line)
    assert (after["requested_slot"], after["date"]) == ("time", "2026-03-10")


@pytest.mark.parametrize(
    "text",
    [
        "十号那次打扫退了吧十七号的照旧",
        "十七号的照旧哈，十号那次取消",
        "这个礼拜二退了哇下礼拜二照常",
    ],
)
def test_the_day_of_what_stays_is_not_the_one_that_goes(text: str) -> None:
    line = tracker(text, "cancel_order", change="cancel", heard_when=day("2026-03-17"))
    after = slots_after(FakeBackend(CLEANING, SECOND_CLEANING), line)
    assert after["order"] == ["111111"]


@pytest.mark.parametrize(
    "text", ["打扫那个挪到下午三点", "摒扫的改到下晡四点半", "打扫改到三点二十"]
)
def test_the_hour_behind_the_word_for_a_move_is_no_day(text: str) -> None:
    line = tracker(
        text,
        "reschedule_order",
        change="move",
        heard_service={"service": "cleaning"},
        heard_when={**day("2026-03-10"), "date": None, "time": "15:00"},
    )
    after = slots_after(FakeBackend(CLEANING), line)
    assert (after["date"], after["time"]) == (None, "15:00")


def test_an_order_keeps_its_hour_where_a_part_of_the_day_only_repeats_it() -> None:
    line = tracker(
        "打扫可以早一天来不",
        "reschedule_order",
        change="move",
        heard_when={**day("2026-03-10"), "date": None, "time": "morning"},
    )
    after = slots_after(FakeBackend(CLEANING), line)
    assert (after["date"], after["time"]) == ("2026-03-09", "09:00")


def test_how_punctual_somebody_shall_be_moves_no_order() -> None:
    line = tracker(
        "后天上午来修灯，晚一刻钟我就走了",
        "reschedule_order",
        change="move",
        heard_service={"service": "repair"},
        heard_when=day("2026-03-11"),
    )
    events = asyncio.run(ValidateChangeForm(FakeBackend(MEALS)).run(None, line, {}))
    assert [event["name"] for event in events if event["event"] == "followup"] == ["booking_form"]


@pytest.mark.parametrize(
    "text", ["陪诊能不能换个医院，我想去中医院", "打扫的地址改一下", "门牌错了"]
)
def test_another_place_for_an_order_is_a_persons_and_is_never_met_with_silence(text: str) -> None:
    backend = FakeBackend(CLEANING)
    said = CollectingDispatcher()
    line = tracker(text, "reschedule_order", change="move")
    events = asyncio.run(ValidateChangeForm(backend).run(said, line, {}))
    after = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    assert after["requested_slot"] is None
    assert [one["response"] for one in said.messages][-1] == "utter_anything_else"
    assert backend.tickets == ["change_order"]


def test_a_day_tells_which_order_is_called_off_and_moves_none() -> None:
    line = tracker(
        "十一号那个", "give_time", "order", change="cancel", heard_when=day("2026-03-11")
    )
    after = slots_after(FakeBackend(CLEANING, MEALS), line)
    assert (after["change"], after["order"]) == ("cancel", ["333333"])


def test_what_was_taken_for_a_move_is_called_off_once_that_is_said() -> None:
    line = tracker("头一张退了", "cancel_order", "order", change="move")
    after = slots_after(FakeBackend(CLEANING, SECOND_CLEANING), line)
    assert (after["change"], after["order"]) == ("cancel", ["111111"])


def test_all_are_called_off_whatever_the_reason_names() -> None:
    line = tracker(
        "都退了吧，我要去养老院住一阵",
        "cancel_order",
        change="cancel",
        heard_service={"service": "respite"},
    )
    after = slots_after(FakeBackend(CLEANING, MEALS), line)
    assert after["order"] == ["111111", "333333"]
