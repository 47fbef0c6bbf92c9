"""What is told beside a booking: what is on that day, where one stays, what keeps one busy."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from actions.draft import Draft, heard
from actions.moves import another_hour
from actions.phrases import ONE_MORE_TIME
from actions.told import hour_first, of_an_event
from actions.turn import Turn
from bot.understanding.times import parse_when

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 4, 9, 10)


def turn(text: str, asked: str | None = None, **found: Any) -> Turn:
    when = parse_when(text, NOW, asked)
    if when is not None:
        found["when"] = {**when.as_dict(), "reason": when.reason, "said": when.span}
    return Turn(
        conversation="c",
        channel="phone",
        now=NOW,
        text=text,
        act="book",
        heard=found,
        asked=asked,
        offer=None,
        phone=None,
        role="elder",
        elder=None,
        elders=(),
        draft=None,
        form="booking_form" if asked else None,
    )


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("礼拜天要去表弟家饮喜酒，想先剪个头", "礼拜天"),
        ("后天我要登台演出衣服得洗洗", "后天"),
        ("初八同学会，来个人理发", "初八"),
    ],
)
def test_the_day_of_an_event_is_asked_about(text: str, day: str) -> None:
    assert of_an_event(text, day, "haircut")
    assert not of_an_event(text, day, "transport")


@pytest.mark.parametrize(
    ("text", "day"),
    [("礼拜六要来剪发", "礼拜六"), ("礼拜六帮我剪发，礼拜天饮喜酒", "礼拜六"), ("剪发", "")],
)
def test_the_day_of_the_visit_is_taken(text: str, day: str) -> None:
    assert not of_an_event(text, day, "haircut")


def test_an_event_with_its_hour_leaves_the_day_as_said() -> None:
    line = turn("礼拜六上午九点要上台，请人来剪发", service={"service": "haircut", "score": 1.0})
    assert heard(Draft(), line).draft.date == "2026-03-07"
    other = turn("礼拜六要上台，请人来剪发", service={"service": "haircut", "score": 1.0})
    assert heard(Draft(), other).draft.date is None


def test_where_one_stays_just_now_is_no_hour() -> None:
    bath = {"service": "bathing", "score": 1.0}
    assert heard(Draft(), turn("我这阵儿住我闺女家，找人来搓澡", service=bath)).draft.time is None


def test_an_hour_at_which_one_is_busy_is_not_wished() -> None:
    line = turn("十点吧，九点我还在喂鸡", "time")
    assert hour_first(line, line.heard["when"])["time"] == "10:00"
    home = turn("九点我还在家", "time")
    assert hour_first(home, home.heard["when"]) == home.heard["when"]


def test_what_another_service_does_is_no_hospital() -> None:
    draft = Draft(service="escort", date="2026-03-06", time="15:00")
    chess = turn("会下象棋的最好", "hospital", service={"service": "companionship", "score": 1.0})
    after = heard(draft, chess).draft
    assert (after.service, after.hospital) == ("companionship", None)
    town = turn("人民", "hospital")
    assert heard(draft, town).draft == replace(draft, hospital="人民")
    shots = turn("西街打针那个诊所", "hospital", service={"service": "nursing", "score": 1.0})
    assert heard(draft, shots).draft.service == "escort"
    eye = turn("看眼睛那家", "hospital", service={"service": "escort", "score": 1.0})
    assert heard(draft, eye).draft.service == "escort"


def test_a_day_that_is_out_asks_for_the_day_and_not_the_hour() -> None:
    assert not another_hour(turn("礼拜六我走不开，那单能不能推迟啲"))
    assert another_hour(turn("礼拜六那餐晚点送"))
    assert another_hour(turn("礼拜六上午没空，那餐晚点送"))


@pytest.mark.parametrize(
    ("text", "more"), [("阁洗一摆", True), ("再收拾一回", True), ("再说一次", False)]
)
def test_a_thing_done_once_more_is_ordered(text: str, more: bool) -> None:
    assert (ONE_MORE_TIME.search(text) is not None) is more
