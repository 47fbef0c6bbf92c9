"""Several bookings in one breath, each with its own day and hour."""

from datetime import datetime

import pytest

from bot.understanding.several import adds_another, several

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 4, 9, 10)  # a Wednesday


def told(text: str) -> list[tuple[str, str | None, str | None]]:
    return [
        (
            part.service,
            part.when.date.isoformat() if part.when and part.when.date else None,
            part.when.time if part.when else None,
        )
        for part in several(text, NOW)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "明天下午打扫",
        "吃完饭下午两点来打扫",
        "打扫的时候顺便把窗帘取下来",
        "上次送饭的师傅说明天能来打扫",
        "明天下午打扫，不要洗澡",
    ],
)
def test_one_booking_is_not_cut(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "明天上午十点来剃头礼拜六下午三点来洗澡",
            [("haircut", "2026-03-05", "10:00"), ("bathing", "2026-03-07", "15:00")],
        ),
        (
            "理发就后天洗衣服就礼拜一吧",
            [("haircut", "2026-03-06", None), ("laundry", "2026-03-09", None)],
        ),
        (
            "打扫要早上九点送饭要中午十二点",
            [("cleaning", None, "09:00"), ("meals", None, "12:00")],
        ),
        ("给我订个打扫，另外还要送餐", [("cleaning", None, None), ("meals", None, None)]),
    ],
)
def test_each_booking_keeps_its_own_time(
    text: str, expected: list[tuple[str, str | None, str | None]]
) -> None:
    assert told(text) == expected


def test_a_correction_or_a_way_to_market_is_no_second_booking() -> None:
    assert several("礼拜四来收拾屋子，不对，礼拜四我去赶集，礼拜五", NOW) == ()


def test_an_hour_alone_is_of_the_day_named_for_the_booking_before() -> None:
    parts = several("明天上午九点陪我去看病中午十二点送份饭", NOW)
    assert [part.service for part in parts] == ["escort", "meals"]
    assert [part.when.date for part in parts if part.when] == [parts[0].when.date] * 2


def test_a_word_for_something_more_cuts_where_each_side_has_its_own_time() -> None:
    parts = several("礼拜五洗澡那个挪到下礼拜二还有就是明天帮我买点菜", NOW)
    assert [part.text.startswith("还有") for part in parts] == [False, True]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("礼拜四和礼拜六中午给我送饭", ["2026-03-05", "2026-03-07"]),
        ("拜四佮拜六的中昼共我送饭", ["2026-03-05", "2026-03-07"]),
        ("明天跟后天都送饭来", ["2026-03-05", "2026-03-06"]),
        ("六号同九号来打扫", ["2026-03-06", "2026-03-09"]),
        ("星期四星期六各送一顿饭", ["2026-03-05", "2026-03-07"]),
    ],
)
def test_one_service_on_two_days_is_two_bookings(text: str, days: list[str]) -> None:
    assert [day for _, day, _ in told(text)] == days


@pytest.mark.parametrize(
    "text",
    [
        "每个礼拜四和礼拜六送饭",
        "礼拜四到礼拜六送饭",
        "礼拜四或者礼拜六打扫",
        "礼拜四跟礼拜六打扫都行",
        "明天和后天我不在家礼拜六来打扫",
    ],
)
def test_days_to_choose_from_or_to_repeat_are_one_booking(text: str) -> None:
    assert told(text) == []


def test_why_something_is_ordered_is_no_second_booking() -> None:
    assert told("我这电话欠费了，想订后天晌午的饭") == []


@pytest.mark.parametrize(
    ("text", "booking", "rest"),
    [
        ("对，另外后天替我买米", "bills", "对，"),
        ("第二件后天帮我交水费", "meals", ""),
        ("对，还有打扫呢", "cleaning", None),
        ("然后我就睡觉了", "cleaning", None),
        ("另外后天替我买米", None, None),
    ],
)
def test_where_a_line_begins_to_want_something_else(
    text: str, booking: str | None, rest: str | None
) -> None:
    cut = adds_another(text, booking)
    assert (None if cut is None else text[:cut]) == rest


@pytest.mark.parametrize(
    "text", ["二一桩后日前晌来人给俺扫家", "第二宗礼拜六替俺剃个头", "另一桩明天买袋盐"]
)
def test_whoever_counts_their_errands_begins_another(text: str) -> None:
    assert adds_another(text, "bills") == 0


def test_what_was_done_before_is_no_booking_beside_the_one_that_is_wished() -> None:
    assert several("我刚才跟老李下棋输了，明早七点给我送份早饭", NOW) == ()


def test_no_booking_ends_between_a_service_and_the_day_it_is_moved_to() -> None:
    found = several("星期五下午她要排练保洁改到星期六上午十点陪诊改到星期天", NOW)
    assert [(part.service, part.text[-2:]) for part in found] == [
        ("cleaning", "十点"),
        ("escort", "期天"),
    ]
