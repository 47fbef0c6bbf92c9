"""What was wanted besides: added to a change, taken back before it was served."""

import pytest

from actions.which_order import never_ordered
from bot.components.later import not_served
from bot.reminders import _corrected
from bot.understanding.reminding import reminding
from bot.words import still_wanted
from tests.unit.actions.test_placed import CLEANING, turn
from tests.unit.bot.fakes import NOW

pytestmark = pytest.mark.unit


def cancelling(text: str) -> dict[str, object]:
    return {"text": text, "intent": {"name": "cancel_order"}, "acts": [], "entities": []}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "保洁取消吧",
        "保洁取消吧另外陪诊也取消",
        "另外我家的打扫取消",
        "保洁取消吧还有保洁阿姨的钱怎么算",
    ],
)
def test_a_change_alone_books_nothing(text: str) -> None:
    assert not_served(cancelling(text)) == []


def test_what_is_added_to_a_change_is_booked_after_it() -> None:
    line = cancelling("这周六我自己收拾，保洁取消吧另外下周二给我爸约个陪诊")
    assert not_served(line) == ["另外下周二给我爸约个陪诊"]


def test_a_wish_that_is_taken_back_is_not_served() -> None:
    kept = ["晏昼十二点送餐饭嚟"]
    assert still_wanted(kept, "餐饭唔好要喇净系洗被套就得") == []
    assert still_wanted(kept, "系呀") == kept
    assert still_wanted([], "餐饭唔好要喇") == []


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("不对", ()),
        ("不是七点", ()),
        ("晚黑是六点半不是七点", ("18:30",)),
        ("早上八点晌午十二点半晚黑七点哎不对头晚黑六点半", ("08:00", "12:30", "18:30")),
        ("朝早八点夜晚九点唔系夜晚八点", ("08:00", "20:00")),
    ],
)
def test_an_hour_behind_a_slip_replaces_the_one_before_it(
    text: str, times: tuple[str, ...]
) -> None:
    assert reminding(text, NOW, "confirm").times == times


def test_one_hour_of_several_is_corrected_and_the_others_stay() -> None:
    known = ("08:00", "12:30", "19:00")
    assert _corrected(known, ("18:30",)) == ("08:00", "12:30", "18:30")
    assert _corrected(known, ("19:00",)) == known
    assert _corrected(("07:00", "19:00"), ("12:00",)) == ("12:00",)


def test_who_goes_out_to_eat_refuses_no_meal() -> None:
    assert never_ordered(turn("我去吃饭不用来了"), [CLEANING]) is None


@pytest.mark.parametrize("text", ["饭真个唔使", "饭唔使哩净扫屋"])
def test_what_was_never_ordered_is_not_called_off_of_another(text: str) -> None:
    assert never_ordered(turn(text), [CLEANING]) == "meals"
