import random
from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anban.errors import Conflict, Rejected
from backend.domain.callers import draft_is_free
from backend.domain.emergencies import (
    ensure_closable,
    ensure_holdable,
    joined_certainty,
    joined_kind,
)
from backend.domain.handoffs import WorkingHours, promised_at
from backend.domain.numbers import speakable_number
from backend.domain.orders import (
    ChangeOrder,
    OrderCancelled,
    OrderFinished,
    OrderMoved,
    PlaceOrder,
    Standing,
    changed,
    checked,
    fingerprint,
)
from backend.domain.phones import caller_phone, masked, normal_phone
from backend.domain.times import CHINA, recurrence, said_day, said_time

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 4, 9, 10, tzinfo=CHINA)
WISH = PlaceOrder(service="cleaning", date="2026-03-05", time="14:00", conversation="c")
STANDING = Standing("confirmed", date(2026, 3, 5), "14:00", "和平路18号")


@pytest.mark.parametrize("text", ["", "12", "anonymous", "abc", "1" * 40, "sip:x@y", "０"])
def test_what_is_no_phone_number_is_refused_and_no_caller(text: str):
    with pytest.raises(Rejected) as refused:
        normal_phone(text)
    assert refused.value.field == "phone"
    assert caller_phone(text) is None


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("13800001001", "13800001001"),
        ("+86 138-0000-1001", "13800001001"),
        ("008613800001001", "13800001001"),
        ("0597 1234567", "05971234567"),
        ("+852 2345 6789", "+85223456789"),
    ],
)
def test_a_phone_number_has_one_form(text: str, normal: str):
    assert normal_phone(text) == normal
    assert normal_phone(normal) == normal


def test_a_masked_phone_shows_only_its_ends():
    assert masked("13800001001") == "138****1001"
    assert masked("12349") == "****"
    assert masked(None) == ""


@given(st.integers(0, 2**32))
def test_a_number_has_only_digits_that_are_heard_right(seed: int):
    number = speakable_number(random.Random(seed).choice)
    assert len(number) == 6
    assert set(number) <= set("0234568")
    assert number[0] != "0"
    assert not any(digit * 3 in number for digit in "0234568")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"service": "sing"}, "service"),
        ({"date": "05.03.2026"}, "date"),
        ({"date": "２０２６-03-05"}, "date"),
        ({"date": "2026-13-01"}, "date"),
        ({"date": "2026-03-03"}, "date"),
        ({"date": "2027-12-01"}, "date"),
        ({"time": "24:00"}, "time"),
        ({"time": "2pm"}, "time"),
        ({"date": "2026-03-04", "time": "09:10"}, "time"),
        ({"address": ""}, "address"),
        ({"address": "长" * 201}, "address"),
        ({"recurring": "FREQ=HOURLY"}, "recurring"),
    ],
)
def test_a_wish_that_breaks_a_rule_names_the_field_and_what_would_be_right(change, field):
    with pytest.raises(Rejected, match=r"应|还缺") as refused:
        checked(PlaceOrder(**{**WISH.__dict__, **change}), NOW)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("day", "at"),
    [("2026-03-04", "09:11"), ("2026-03-04", "morning"), ("2026-03-04", "evening")],
)
def test_later_today_can_be_booked(day: str, at: str):
    assert checked(PlaceOrder("meals", day, at, "c"), NOW).time == at


@pytest.mark.parametrize(
    "rule",
    ["FREQ=DAILY", "RRULE:FREQ=WEEKLY;BYDAY=MO", "RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=1,15"],
)
def test_rules_of_repetition_are_kept(rule: str):
    assert recurrence(rule) == rule.removeprefix("RRULE:")


@given(st.text(max_size=40))
def test_any_other_text_as_a_rule_is_refused_cleanly(text: str):
    with suppress(Rejected):
        assert recurrence(text).isascii()


def test_the_same_content_has_the_same_fingerprint_and_other_content_another():
    assert fingerprint(WISH) == fingerprint(PlaceOrder(**WISH.__dict__))
    assert fingerprint(WISH) != fingerprint(PlaceOrder(**{**WISH.__dict__, "note": "x"}))
    assert fingerprint(ChangeOrder(), "a") != fingerprint(ChangeOrder(), "b")


@pytest.mark.parametrize("status", ["cancelled", "finished"])
def test_what_is_over_is_not_moved(status: str):
    over = Standing(status, STANDING.day, STANDING.time, STANDING.address)
    with pytest.raises(Conflict, match="已经"):
        changed(over, ChangeOrder(time="15:00"), NOW)


def test_an_order_moved_becomes_confirmed():
    placed = Standing("placed", STANDING.day, STANDING.time, STANDING.address)
    after, event = changed(placed, ChangeOrder(date="2026-03-06"), NOW)
    assert (after.status, after.day, event) == ("confirmed", date(2026, 3, 6), OrderMoved())


def test_nothing_changed_is_nothing_to_tell():
    assert changed(STANDING, ChangeOrder(time="14:00"), NOW) == (STANDING, None)
    cancelled, event = changed(STANDING, ChangeOrder(status="cancelled"), NOW)
    assert event == OrderCancelled()
    assert changed(cancelled, ChangeOrder(status="cancelled"), NOW) == (cancelled, None)


def test_cancelling_and_moving_at_once_is_refused():
    with pytest.raises(Rejected):
        changed(STANDING, ChangeOrder(status="cancelled", time="15:00"), NOW)


def test_a_finished_order_is_not_cancelled():
    finished, event = changed(STANDING, ChangeOrder(status="finished"), NOW)
    assert event == OrderFinished()
    with pytest.raises(Conflict):
        changed(finished, ChangeOrder(status="cancelled"), NOW)


def test_a_moved_order_may_not_go_into_the_past():
    with pytest.raises(Rejected):
        changed(STANDING, ChangeOrder(date="2026-03-01"), NOW)


@pytest.mark.parametrize(
    ("now", "promised"),
    [
        ("2026-03-04T10:10", "2026-03-04T11:00"),
        ("2026-03-04T10:00", "2026-03-04T10:30"),
        ("2026-03-04T05:00", "2026-03-04T09:00"),
        ("2026-03-04T17:01", "2026-03-05T09:00"),
        ("2026-03-06T17:20", "2026-03-09T09:00"),
        ("2026-03-07T12:00", "2026-03-09T09:00"),
    ],
)
def test_a_call_back_is_promised_for_the_next_working_half_hour(now: str, promised: str):
    moment = datetime.fromisoformat(now).replace(tzinfo=CHINA)
    assert promised_at(moment, WorkingHours()).isoformat()[:16] == promised


def test_a_named_kind_replaces_an_unnamed_one_and_certainty_only_grows():
    assert joined_kind("unspecified", "fall") == "fall"
    assert joined_kind("fall", "unspecified") == "fall"
    assert joined_kind("fall", "burn") == "fall"
    assert joined_kind("unwell", "stroke") == "stroke"
    assert joined_kind("unwell", "fall") == "unwell"
    assert joined_certainty("certain", "possible") == "certain"


def test_only_one_person_holds_an_emergency():
    assert ensure_holdable("open", None, "王")
    assert not ensure_holdable("acknowledged", "王", "王")
    with pytest.raises(Conflict, match="王"):
        ensure_holdable("acknowledged", "王", "李")
    with pytest.raises(Conflict):
        ensure_holdable("closed", None, "李")


def test_an_emergency_ends_once():
    assert ensure_closable("open", "false_alarm", checked=True)
    assert not ensure_closable("closed", "closed", checked=False)
    with pytest.raises(Conflict):
        ensure_closable("closed", "false_alarm", checked=True)
    with pytest.raises(Rejected):
        ensure_closable("open", "forgotten", checked=True)


def test_a_false_alarm_is_believed_only_after_a_check_question():
    with pytest.raises(Rejected) as refused:
        ensure_closable("open", "false_alarm", checked=False)
    assert refused.value.field == "checked"


def test_a_draft_is_offered_after_hanging_up_and_not_while_a_chat_goes_on():
    assert draft_is_free("phone", "phone", False, NOW, NOW)
    assert not draft_is_free("phone", "wechat", False, NOW, NOW)
    assert draft_is_free("phone", "wechat", True, NOW, NOW)
    assert not draft_is_free("phone", "phone", True, NOW.replace(month=2), NOW)


def test_days_and_times_are_said_in_chinese():
    assert said_day(date(2026, 3, 5)) == "3月5日星期四"
    assert [said_time("noon"), said_time("14:00"), said_time(None)] == ["中午", "14:00", ""]
