"""The draft of a booking: filling, correcting, and knowing what to ask."""

from dataclasses import replace
from datetime import datetime

import pytest

from actions.draft import (
    Draft,
    begun_ahead,
    heard,
    missing,
    named_field,
    with_profile,
)
from actions.lines import without_more, without_others
from actions.turn import Person, Turn

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 4, 9, 10)
ELDER = Person("e1", "林秀英", "和平路18号302", "13800001001")


def turn(
    text: str = "", act: str = "give_time", asked: str | None = None, **heard_: object
) -> Turn:
    return Turn(
        conversation="c",
        channel="phone",
        now=NOW,
        text=text,
        act=act,
        heard=heard_,
        asked=asked,
        offer=None,
        phone="13800001001",
        role="elder",
        elder=ELDER,
        elders=(),
        draft=None,
        form="booking_form",
    )


def when(**values: object) -> dict[str, object]:
    empty = {"date": None, "start": None, "end": None, "time": None, "recurring": None}
    return {**empty, "ask": False, "reason": None, "said": "", **values}


def test_a_past_day_is_not_taken() -> None:
    change = heard(
        Draft(service="meals"), turn(when=when(date="2026-03-01", ask=True, reason="past"))
    )
    assert change.draft.date is None
    assert change.problem == "past"


def test_a_range_of_days_is_asked_about() -> None:
    change = heard(Draft(), turn(when=when(start="2026-03-06", end="2026-03-08")))
    assert change.problem == "which_day"
    assert change.draft.date is None


def test_an_hour_without_its_half_of_the_day_keeps_the_date() -> None:
    said = when(date="2026-03-05", ask=True, reason="half-of-day", said="明天八点")
    change = heard(Draft(), turn(when=said))
    assert (change.problem, change.hour, change.draft.date) == ("half_of_day", "八点", "2026-03-05")


def test_one_line_fills_several_fields() -> None:
    said = turn(
        act="book",
        service={"service": "cleaning", "score": 0.9},
        when=when(date="2026-03-05", time="14:00"),
    )
    change = heard(Draft(), said)
    assert change.draft == Draft(service="cleaning", date="2026-03-05", time="14:00")
    assert change.changed == {"service", "date", "time"}


def test_a_correction_changes_only_what_it_names() -> None:
    old = Draft(service="cleaning", date="2026-03-05", time="14:00")
    change = heard(old, turn(asked="confirm", when=when(time="15:00")))
    assert change.draft == replace(old, time="15:00")
    assert change.changed == {"time"}


def test_a_vaguer_word_does_not_undo_an_exact_time() -> None:
    old = Draft(time="08:00")
    assert heard(old, turn(when=when(time="morning"))).draft.time == "08:00"
    assert heard(old, turn(when=when(time="evening"))).draft.time == "evening"


def test_a_service_named_in_passing_does_not_replace_the_chosen_one() -> None:
    old = Draft(service="cleaning")
    said = turn(act="give_time", asked="date", service={"service": "meals", "score": 0.6})
    assert heard(old, said).draft.service == "cleaning"


def test_home_means_the_registered_address() -> None:
    change = heard(Draft(), turn(asked="address", address={"text": "我家", "refers_home": True}))
    assert change.draft.address == ELDER.address


def test_an_overlong_address_is_cut_to_what_the_backend_takes() -> None:
    said = turn("路" * 500, act="give_address", asked="address")
    assert len(heard(Draft(), said).draft.address or "") == 200


def test_what_is_registered_is_not_asked() -> None:
    known = with_profile(Draft(service="meals", date="2026-03-05", time="noon"), turn())
    assert known.address == ELDER.address
    assert missing(known, turn()) is None


def test_an_unknown_caller_is_asked_for_place_person_and_phone() -> None:
    stranger = replace(turn(), elder=None, phone=None)
    draft = Draft(service="meals", date="2026-03-05", time="noon")
    asked = []
    for field, value in (("address", "和平路18号"), ("person", "王桂花"), ("phone", "13800009999")):
        asked.append(missing(with_profile(draft, stranger), stranger))
        draft = replace(draft, **{field: value})
    assert asked == ["address", "person", "phone"]
    assert missing(draft, stranger) is None


def test_only_an_escort_needs_a_hospital() -> None:
    draft = Draft(service="escort", date="2026-03-05", time="08:00", address="x")
    assert missing(draft, turn()) == "hospital"
    assert missing(replace(draft, service="meals"), turn()) is None


@pytest.mark.parametrize(
    ("text", "field"),
    [("改个日子", "date"), ("换个时间吧", "time"), ("地址不对", "address"), ("算了", None)],
)
def test_the_field_to_change_can_be_named_alone(text: str, field: str | None) -> None:
    assert named_field(text) == field


def test_a_part_of_the_day_is_asked_about_once() -> None:
    draft = Draft("cleaning", "2026-03-05", "afternoon", address="x", person="y", phone="z")
    assert missing(draft, turn(asked=None)) == "time"
    assert missing(draft, turn(asked="date")) == "time"
    assert missing(draft, turn(asked="time")) is None, "who stays with the afternoon gets it"
    assert missing(replace(draft, service="meals", time="noon"), turn(asked=None)) is None


def test_thanks_are_no_hospital() -> None:
    draft = Draft(service="escort", date="2026-03-05", time="09:00")
    assert heard(draft, turn("劳烦你", "thanks", "hospital")).draft.hospital is None
    assert heard(draft, turn("城关那家", "give_address", "hospital")).draft.hospital == "城关那家"


def test_a_doubtful_day_does_not_change_the_service_in_passing() -> None:
    said = when(start="2026-03-11", end="2026-03-12", ask=True, reason="two-days")
    change = heard(
        Draft(service="cleaning"),
        turn("礼拜三下棋礼拜四", asked="confirm", when=said, service={"service": "companionship"}),
    )
    assert change.draft.service == "cleaning"


def test_a_service_that_is_turned_away_makes_room_for_another() -> None:
    change = heard(
        Draft(service="laundry"),
        turn("不是洗衣服是打扫", asked="date", service={"service": "cleaning"}),
    )
    assert change.draft.service == "cleaning"


def test_of_several_bookings_in_a_line_only_its_own_time_is_taken() -> None:
    parts = [
        {"service": "haircut", "text": "剃头后天", "when": when(date="2026-03-06")},
        {"service": "laundry", "text": "洗衣服礼拜一", "when": when(date="2026-03-09")},
    ]
    both = when(start="2026-03-06", end="2026-03-09", ask=True, reason="two-days")
    line = turn("剃头后天洗衣服礼拜一", asked="date", when=both, parts=parts)
    assert heard(Draft(service="laundry"), line).draft.date == "2026-03-09"
    assert heard(Draft(service="haircut"), line).draft.date == "2026-03-06"
    assert heard(Draft(service="meals"), line).problem == "which_day"


def test_an_unsure_day_that_was_asked_for_is_read_back() -> None:
    unsure = when(date="2026-03-07", ask=True, reason="unclear")
    assert heard(Draft(service="meals"), turn(asked="date", when=unsure)).draft.date
    assert heard(Draft(service="meals"), turn(asked="menu", when=unsure)).draft.date is None


@pytest.mark.parametrize(
    ("rule", "time", "first"),
    [
        ("FREQ=DAILY", "08:00", "2026-03-05"),
        ("FREQ=DAILY", "11:30", "2026-03-04"),
        ("FREQ=WEEKLY;BYDAY=MO,WE", "08:00", "2026-03-09"),
        ("FREQ=MONTHLY;BYMONTHDAY=4", "08:00", "2026-03-04"),
        (None, "08:00", "2026-03-04"),
    ],
)
def test_what_is_repeated_begins_at_its_next_hour(rule: str | None, time: str, first: str) -> None:
    draft = Draft(service="meals", date="2026-03-04", time=time, recurring=rule)
    assert begun_ahead(draft, NOW).date == first


def test_saying_the_read_back_again_is_no_doubt_about_it() -> None:
    draft = Draft(service="meals", date="2026-03-06", time="14:30")
    unsure = when(date="2026-03-06", time="14:30", ask=True, reason="unclear")
    assert heard(draft, turn(asked="confirm", when=unsure)).problem is None
    other = when(date="2026-03-09", ask=True, reason="past")
    assert heard(draft, turn(asked="confirm", when=other)).problem == "past"


def test_a_yes_that_names_another_service_exchanges_nothing() -> None:
    line = turn("对，还有送饭呢", asked="confirm", yes_no="yes", service={"service": "meals"})
    assert heard(Draft(service="cleaning"), line).draft.service == "cleaning"
    line = turn("不是，是送饭", asked="confirm", yes_no="change", service={"service": "meals"})
    assert heard(Draft(service="cleaning"), line).draft.service == "meals"


def test_what_is_called_off_of_another_service_does_not_drop_this_one() -> None:
    said = turn("对车要洗被的撤了", "cancel_order", "confirm", yes_no="yes")
    own = without_others(Draft(service="transport"), said)
    assert (own.act, own.text) == ("affirm", "对车要")
    assert without_others(Draft(service="laundry"), said).text != "对"


def test_how_often_a_neighbour_goes_is_not_how_often_i_do() -> None:
    daily = when(date="2026-03-04", recurring="FREQ=DAILY")
    once = heard(Draft(), turn("隔壁老周天天去，我也想试一下", "book", when=daily)).draft
    assert (once.date, once.recurring) == (None, None)
    assert heard(Draft(), turn("天天去", "book", when=daily)).draft.recurring == "FREQ=DAILY"


@pytest.mark.parametrize("asked", ["date", None])
def test_tomorrow_said_in_the_small_hours_is_taken_and_read_back(asked: str | None) -> None:
    said = when(date="2026-11-24", ask=True, reason="after-midnight")
    change = heard(Draft(service="meals"), turn("明天", asked=asked, when=said))
    assert change.draft.date == "2026-11-24"
    assert change.problem is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("剃头礼拜五打扫的退了", "2026-03-06"),
        ("打扫嗰张取消剪发要礼拜五", "2026-03-06"),
        ("理发订礼拜五那个打扫的不要了", "2026-03-06"),
    ],
)
def test_an_answer_that_also_calls_off_another_order_is_an_answer(text: str, day: str) -> None:
    said = turn(text, "cancel_order", "date", service={"service": "haircut"})
    own = without_others(Draft(service="haircut"), said)
    assert own.act == "give_time"
    assert heard(Draft(service="haircut"), own).draft.date == day


def test_the_day_of_an_order_that_is_called_off_is_not_that_of_the_booking() -> None:
    said = turn(
        "明天中午那餐饭莫送了再给我喊个人打扫卫生",
        "book",
        service={"service": "cleaning"},
        when=when(time="noon", date="2026-03-05"),
    )
    begun = heard(Draft(), without_others(Draft(), said)).draft
    assert (begun.service, begun.date, begun.time) == ("cleaning", None, None)


@pytest.mark.parametrize(
    ("text", "to"),
    [("早一天吧", ("2026-03-05", "09:00")), ("迟半个钟头先啦", ("2026-03-06", "09:30"))],
)
def test_what_was_read_back_is_corrected_by_a_step(text: str, to: tuple[str, str]) -> None:
    draft = Draft(service="cleaning", date="2026-03-06", time="09:00")
    change = heard(draft, turn(text, "deny", "confirm"))
    assert (change.draft.date, change.draft.time) == to


@pytest.mark.parametrize(
    ("text", "sure", "service"),
    [
        ("我闺女白天忙得很", 0.5, None),
        ("我闺女白天忙得很", 0.9, "daycare"),
        ("日托我想去", 0.5, "daycare"),
    ],
)
def test_a_service_that_no_word_names_is_asked_for(
    text: str, sure: float, service: str | None
) -> None:
    guess = {"service": "daycare", "score": 0.9, "by": "classifier"}
    line = replace(turn(text, "book", "menu", service=guess), confidence=sure)
    assert heard(Draft(), line).draft.service == service


def test_the_answer_to_which_service_is_believed() -> None:
    guess = {"service": "daycare", "score": 0.9, "by": "classifier"}
    line = replace(turn("白天来那种", "book", "service", service=guess), confidence=0.5)
    assert heard(Draft(), line).draft.service == "daycare"


def test_a_day_that_is_told_of_somebody_else_is_asked_for_and_the_hour_kept() -> None:
    said = when(date="2026-03-07", time="14:00", said="礼拜六")
    line = turn("屋子下午两点打扫，我表妹礼拜六来住", "book", "menu", when=said)
    change = heard(Draft(service="cleaning"), line)
    assert (change.draft.date, change.draft.time, change.problem) == (None, "14:00", "which_day")


def test_in_a_short_answer_to_which_day_the_day_is_taken() -> None:
    line = turn(
        "礼拜六我闺女回来", "give_time", "date", when=when(date="2026-03-07", said="礼拜六")
    )
    assert heard(Draft(service="cleaning"), line).draft.date == "2026-03-07"


@pytest.mark.parametrize(("part", "hour"), [("evening", "18:00"), ("afternoon", "18:00")])
def test_the_part_of_the_day_told_before_settles_the_half_of_a_bare_hour(
    part: str, hour: str
) -> None:
    bare = when(time="06:00", ask=True, reason="half-of-day", said="六点")
    draft = Draft(service="meals", date="2026-03-05", time=part)
    change = heard(draft, turn("六点", asked="time", when=bare))
    assert (change.draft.time, change.problem) == (hour, None)


def test_what_is_wanted_besides_leaves_the_booking_as_it_was_read_back() -> None:
    draft = Draft(service="bills", date="2026-03-05", time="10:00")
    line = turn(
        "对，第二件后天下午三点替我买米",
        act="book",
        asked="confirm",
        when=when(date="2026-03-06", time="15:00"),
        service={"service": "shopping", "score": 1.0},
    )
    rest = without_more(draft, line)
    assert rest.heard == {"yes_no": "yes"}
    assert heard(draft, rest).draft == draft


def test_another_service_in_the_answer_to_a_read_back_stands_in_its_place() -> None:
    draft = Draft(service="cleaning", date="2026-03-05", time="10:00")
    said = {"service": "bathing", "score": 1.0, "by": "lexicon"}
    change = heard(draft, turn("系冲凉呀冇错", asked="confirm", yes_no="yes", service=said))
    assert change.draft == replace(draft, service="bathing")


def test_the_meal_somebody_goes_to_is_no_hour_to_be_fetched() -> None:
    said = when(date="2026-03-10", time="noon", said="十号去镇上食昼")
    line = turn("十号去镇上食昼爱喊张车", when=said, service={"service": "transport", "score": 1.0})
    assert heard(Draft(), line).draft.time is None


def test_a_stay_begins_on_the_first_of_its_days() -> None:
    said = when(date="2026-03-12", ask=True, reason="two-days", said="十二号")
    line = turn("三月六号去，住到十二号", when=said, service={"service": "respite", "score": 1.0})
    assert heard(Draft(), line).draft.date == "2026-03-06"


def test_what_happens_every_day_is_no_wish_for_every_day() -> None:
    said = when(date="2026-03-04", recurring="FREQ=DAILY", said="天天")
    line = turn("天天落雨铺盖潮得很", when=said, service={"service": "laundry", "score": 1.0})
    assert heard(Draft(), line).draft.recurring is None


@pytest.mark.parametrize(
    "text", ["不行礼拜四不行", "不行礼拜四医保的人来家", "不行不行我得想想哪天有人"]
)
def test_a_day_that_is_refused_without_another_one_stays_to_be_asked(text: str) -> None:
    said = {"date": "2026-03-05", "time": None, "ask": True, "reason": "unclear"}
    known = Draft(service="bathing", date="2026-03-05")
    found = heard(known, turn(text, asked="time", when=said, yes_no="no"))
    assert found.draft.date in (None, "2026-03-05")


def test_the_other_day_of_a_line_that_refuses_the_one_taken_is_meant() -> None:
    said = {"date": "2026-03-05", "time": None, "ask": True, "reason": "unclear"}
    known = Draft(service="bathing", date="2026-03-05")
    text = "不行不行礼拜四医保的人来家看他礼拜五吧上午十点那会儿暖和"
    found = heard(known, turn(text, asked="time", when=said, yes_no="no"))
    assert (found.draft.date, found.draft.time) == ("2026-03-06", "10:00")


def test_a_yes_with_another_weekday_is_another_day() -> None:
    known = Draft(service="bathing", date="2026-03-11", time="10:00")
    said = when(date="2026-03-05", said="星期四")
    found = heard(known, turn("对星期四", asked="confirm", when=said, yes_no="yes"))
    assert found.draft.date == "2026-03-05"


def test_a_yes_that_names_the_weekday_again_means_the_day_read_back() -> None:
    known = Draft(service="bathing", date="2026-03-11", time="10:00")
    said = when(date="2026-03-04", said="星期三")
    found = heard(known, turn("对星期三", asked="confirm", when=said, yes_no="yes"))
    assert found.draft == known
    assert not found.changed
