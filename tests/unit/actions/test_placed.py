"""What is said of an order once it stands: a remark, a correction, or another one."""

import asyncio
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from actions.moves import moved_to
from actions.placed import only_keeps, only_remarks, placed_here, takes_back
from actions.turn import Person, Turn
from actions.which_order import chosen, day_of_one, never_ordered
from anban.errors import Unavailable
from backend.client import Order

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 9, 9, 10)
ELDER = Person("e1", "林秀英")


def order(service: str, day: str, time: str, conversation: str | None = None) -> Order:
    return Order.from_json(
        {
            "id": f"{service}{day}",
            "number": f"{service}{day}",
            "elder_id": "e1",
            "service": service,
            "date": day,
            "time": time,
            "status": "confirmed",
            "conversation_id": conversation,
            "notices": [],
        }
    )


def turn(text: str, **heard: Any) -> Turn:
    return Turn(
        conversation="c1",
        channel="phone",
        now=NOW,
        text=text,
        act="book",
        heard=heard,
        asked="other",
        offer=None,
        phone=None,
        role="elder",
        elder=ELDER,
        elders=(),
        draft=None,
        form=None,
    )


CLEANING = order("cleaning", "2026-03-10", "09:00", "c1")


@pytest.mark.parametrize("text", ["再订一次打扫", "后天也要打扫", "另外还要打扫一次"])
def test_who_wants_one_more_does_not_only_remark(text: str) -> None:
    assert not only_remarks(turn(text), [CLEANING])


@pytest.mark.parametrize(
    "when", [{"date": "2026-03-12", "time": None}, {"date": None, "time": "15:00"}]
)
def test_another_day_or_hour_is_no_remark(when: dict[str, Any]) -> None:
    assert not only_remarks(turn("打扫", when=when), [CLEANING])


def test_nothing_placed_is_remarked_on_nothing() -> None:
    assert not only_remarks(turn("主要是厨房"), [])


@pytest.mark.parametrize(
    "when", [None, {"date": "2026-03-10", "time": "morning"}, {"date": None, "time": "09:00"}]
)
def test_what_says_the_same_again_is_a_remark(when: dict[str, Any] | None) -> None:
    assert only_remarks(turn("主要擦厨房", **({"when": when} if when else {})), [CLEANING])


STAY = order("respite", "2026-03-10", "09:00", "c1")


@pytest.mark.parametrize("text", ["再住一次五天", "另外住三天", "礼拜五九点", ""])
def test_another_stay_is_no_remark_on_how_long_one_lasts(text: str) -> None:
    assert not only_remarks(turn(text, when={"date": "2026-03-13", "time": None}), [STAY])


@pytest.mark.parametrize("text", ["住三晚", "礼拜五我来把她接走", "礼拜五去接她"])
def test_how_long_a_stay_lasts_orders_no_second_one(text: str) -> None:
    assert only_remarks(turn(text, when={"date": "2026-03-13", "time": None}), [STAY])


@pytest.mark.parametrize("text", ["打扫完再喊我", "对，另外不对的话再说", "等明天再看"])
def test_a_line_that_takes_nothing_back(text: str) -> None:
    assert not takes_back(turn(text))


@pytest.mark.parametrize("text", ["哎不对礼拜五我不在家", "唔系喎改星期日", "等下等下换个日子"])
def test_a_line_that_begins_by_taking_back(text: str) -> None:
    assert takes_back(turn(text))


def test_only_orders_of_this_conversation_were_placed_here() -> None:
    other = order("cleaning", "2026-03-17", "09:00", "c0")

    async def orders(**_: Any) -> list[Order]:
        return [CLEANING, other, order("meals", "2026-03-10", "noon", "c1")]

    line = turn("打扫", service={"service": "cleaning", "score": 1.0})
    assert asyncio.run(placed_here(SimpleNamespace(orders=orders), line)) == [CLEANING]


def test_where_the_backend_is_away_nothing_was_placed() -> None:
    async def orders(**_: Any) -> list[Order]:
        raise Unavailable("away")

    line = turn("打扫", service={"service": "cleaning", "score": 1.0})
    assert asyncio.run(placed_here(SimpleNamespace(orders=orders), line)) == []


MEALS = order("meals", "2026-03-10", "11:30")
LATER_MEALS = order("meals", "2026-03-13", "11:30")
HAIRCUT = order("haircut", "2026-03-10", "16:00")


def test_days_without_an_order_tell_no_order() -> None:
    assert day_of_one(turn("后天崽回来，大后天也在"), [MEALS, LATER_MEALS]) is None


def test_the_day_an_order_stands_on_tells_which_is_meant() -> None:
    line = turn(
        "我崽今晚上回来明天晌午的饭不消送了", when={"date": "2026-03-09", "time": "evening"}
    )
    assert chosen([MEALS, LATER_MEALS], [], line, moving=False) == [MEALS]


def test_how_somebody_travels_is_no_order_that_was_never_made() -> None:
    line = turn("女儿开车来接我去她家明天那个饭莫送了")
    assert never_ordered(line, [MEALS, order("cleaning", "2026-03-13", "09:00")]) is None


def test_of_two_services_the_one_is_moved_whose_words_say_so() -> None:
    line = turn("送饭还是十一点半理发改到上午十点", service={"service": "meals", "score": 1.0})
    assert chosen([MEALS, HAIRCUT], [], line, moving=True) == [HAIRCUT]


def test_who_wants_another_day_and_names_none_has_named_the_old_one() -> None:
    old = {"date": "2026-03-11", "time": None, "ask": False}
    assert "when" not in moved_to(turn("礼拜三那个停水换个日子吧", when=old)).heard


def test_a_day_behind_the_word_for_another_day_is_the_new_one() -> None:
    told = {"date": "2026-03-13", "time": None, "ask": False}
    line = moved_to(turn("换个日子礼拜五来吧", when=told))
    assert line.heard["when"]["date"] == "2026-03-13"


def test_the_day_that_is_rather_wanted_is_the_new_one() -> None:
    told = {"date": "2026-03-12", "time": None, "ask": False}
    line = moved_to(turn("礼拜四我儿子来，要不礼拜五上午吧", when=told))
    assert line.heard["when"]["date"] == "2026-03-13"


@pytest.mark.parametrize("text", ["洗澡不取消改到后天", "打扫照旧送饭不要了", "后天的取消吧"])
def test_who_changes_anything_does_not_only_keep(text: str) -> None:
    assert not only_keeps(turn(text))


@pytest.mark.parametrize("text", ["理发不取消照原来的来", "送饭个照送冇改", "打扫那个不变"])
def test_who_leaves_all_as_it_is_only_keeps(text: str) -> None:
    assert only_keeps(turn(text))
