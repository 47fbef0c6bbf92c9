"""Read-backs of which only a part is refused, and answers that say them over in other words."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.change_answers import cancels
from actions.draft import Draft, heard, missing
from actions.handoff import PassOn
from actions.lines import without_others, without_refused_day
from actions.moves import cancels_instead, of_the_move
from actions.phrases import ANOTHER_HOUR, SOONER_OR_LATER, only_asks
from actions.which_order import never_ordered
from bot.components.later import not_served
from bot.understanding.addresses import find_address
from bot.understanding.services import find_service
from bot.understanding.several import several
from bot.understanding.times import parse_when
from tests.unit.actions.standing import CLEANING, FakeBackend, tracker
from tests.unit.actions.test_placed import order, turn
from tests.unit.bot.test_later import parsed

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 9, 9, 10)
MEAL = Draft(service="meals", date="2026-03-10", time="12:00")


def answer(text: str, draft: Draft = MEAL) -> str | None:
    """Yes or no, as far as the line is about what was read back."""
    line = replace(turn(text), asked="confirm")
    return without_refused_day(draft, without_others(draft, line)).heard.get("yes_no")


@pytest.mark.parametrize("text", ["饭也不要了", "不用了", "明天的饭唔使喇"])
def test_who_refuses_what_was_read_has_not_said_yes(text: str) -> None:
    assert answer(text) != "yes"


@pytest.mark.parametrize("text", ["煤气单唔使喇净系送饭", "那个灰的不要了就送饭"])
def test_what_alone_is_wanted_is_a_yes(text: str) -> None:
    assert answer(text) == "yes"


def test_a_meal_of_another_day_that_is_refused_leaves_the_one_that_was_read() -> None:
    line = replace(turn("后天那顿不要了明天中午十二点那顿要"), asked="confirm")
    kept = without_refused_day(MEAL, line)
    assert "后天" not in kept.text
    assert "明天" in kept.text


def test_two_hours_that_are_told_are_both_asked_about() -> None:
    when = {"time": "03:00", "ask": True, "reason": "two-times"}
    read = heard(Draft(service="escort"), turn("下午三点哦早上三点", when=when))
    assert read.draft.time is None


def test_an_hour_told_beside_another_is_asked_for_and_the_day_stands():
    when = {"date": None, "time": "11:00", "ask": True, "reason": "two-times"}
    before = Draft(service="bathing", date="2026-03-12", time="09:00")
    read = heard(before, turn("九点暖气还没上来冷哩十一点哇", when=when, asked="confirm"))
    assert (read.draft.date, read.draft.time, read.problem) == ("2026-03-12", None, None)
    assert missing(read.draft, turn("")) == "time"


def test_keeping_another_one_keeps_not_this_one() -> None:
    haircut = [order("haircut", "2026-03-11", "10:00")]
    assert cancels(turn("剃头不要了照来"), haircut) is None
    assert cancels(turn("剃头留着"), haircut) == "no"
    assert cancels(turn("对剃头不要饭留着", yes_no="yes"), haircut) == "yes"


@pytest.mark.parametrize("text", ["对头后天丹霞路十二号", "礼拜五丹霞路十二号"])
def test_a_day_before_an_address_is_no_part_of_it(text: str) -> None:
    found = find_address(text)
    assert found is not None
    assert found.text == "丹霞路十二号"


def test_a_day_of_the_week_is_no_visit_to_church() -> None:
    when = parse_when("改做礼拜三八点半", NOW)
    assert when is not None
    assert (str(when.date), when.time) == ("2026-03-11", "08:30")
    church = parse_when("明天去做礼拜", NOW)
    assert church is not None
    assert str(church.date) == "2026-03-10"


def test_what_cooks_rice_is_no_meal() -> None:
    assert several("约个修电器的明天上午十点，电饭煲不热了", NOW) == ()
    found = find_service("电饭煲不热了")
    assert found is not None
    assert found.service == "repair"


def test_what_is_added_to_two_with_their_days_may_lack_its_own() -> None:
    parts = several("明天上午九点打扫，后天中午送顿饭，还有剃头的也叫一个", NOW)
    assert [part.service for part in parts] == ["cleaning", "meals", "haircut"]
    assert several("打扫一下，还有饭也快没了", NOW) == ()


def test_a_day_told_by_what_was_called_off_on_it_cancels_nothing() -> None:
    line = parsed("book", ("book", "再约个陪诊"), ("cancel_order", "就取消打扫那天"))
    assert not_served(line) == []


def passed_on(text: str) -> list[str]:
    """What a line leads to that the classifier takes for a complaint."""
    found = find_service(text)
    named = {"service": found.service if found else None, "score": 1.0}
    action = PassOn("action_complain", "utter_complaint_heard", "complaint", FakeBackend(CLEANING))  # type: ignore[arg-type]
    events = asyncio.run(
        action.run(CollectingDispatcher(), tracker(text, "complain", heard_service=named), {})
    )
    return [event["name"] for event in events if event["event"] == "followup"]


def test_a_complaint_is_passed_on_be_the_order_not_wanted() -> None:
    assert passed_on("打扫的太差了下次不用叫他来") == []


@pytest.mark.parametrize("text", ["打扫完了别叫人白跑", "打扫那个照旧来"])
def test_who_only_calls_off_or_keeps_an_order_complains_of_nobody(text: str) -> None:
    assert passed_on(text) == ["action_cancel"]


@pytest.mark.parametrize("text", ["今儿那饭还送不送了", "对我就问问几点到", "问下咋，几点嚟"])
def test_who_only_asks_changes_nothing(text):
    assert only_asks(text)


@pytest.mark.parametrize("text", ["不送了", "来不来得及改到礼拜五", "就问问，算了退了吧", "唔送喇"])
def test_who_changes_an_order_does_not_only_ask(text):
    assert not only_asks(text)


def test_what_waits_for_a_later_day_is_moved_there_and_nothing_is_repaired():
    said = "后天那个洗澡的先别来了暖气停了修呢等下礼拜一修好了再来吧钟点不变"
    parts = [
        {"service": "bathing", "text": "后天那个洗澡", "when": {"date": "2026-03-12"}},
        {"service": "repair", "text": said[6:], "when": {"date": "2026-03-16"}},
    ]
    line = replace(turn(said, parts=parts), act="reschedule_order")
    read = of_the_move(line).heard
    assert (read["service"]["service"], read["when"]["date"]) == ("bathing", "2026-03-16")
    assert not cancels_instead(line, None)
    assert cancels_instead(replace(line, text="洗澡的先别来了"), None)


@pytest.mark.parametrize("text", ["会使慢淡薄无", "可以晚点来吗"])
def test_another_hour_may_be_asked_for_without_saying_which(text):
    assert ANOTHER_HOUR.search(text)


def test_who_puts_a_visit_off_is_not_asked_for_an_hour():
    assert not SOONER_OR_LATER.search("嗰张单想推迟啲")


def test_what_stands_on_no_such_day_is_not_called_off_of_another():
    cleaning = [order("cleaning", "2026-03-13", "09:30")]
    line = turn("饭是明天的取消", when={"date": "2026-03-11"})
    assert never_ordered(line, cleaning) == "meals"
    assert never_ordered(turn("后天的打扫取消", when={"date": "2026-03-12"}), cleaning) is None
    fetched = turn("我个仔礼拜六番来食饭改礼拜日", when={"date": "2026-03-15"})
    assert never_ordered(fetched, cleaning) is None
