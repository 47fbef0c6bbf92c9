"""What is said behind a day and changes it: its leap month, that it is over, that it was a slip."""

from datetime import date, datetime

import pytest

from bot.understanding.times import parse_when

pytestmark = pytest.mark.unit

LEAP_SUMMER = datetime(2025, 7, 20, 9, 10)
"""A Sunday; five days later the leap sixth month begins."""
BEFORE_HOLIDAYS = datetime(2026, 9, 23, 15, 40)
"""A Wednesday, two days before Mid-Autumn."""
NEW_YEARS_EVE = datetime(2026, 12, 31, 23, 10)


def read(text, now):
    when = parse_when(text, now)
    assert when is not None
    return when


@pytest.mark.parametrize(
    "text",
    [
        "元旦头一天给我擦擦玻璃",
        "阳历年头一天来给我剃个头",
        "国庆收假那天给我送饭",
        "放完国庆假第二天给我送饭",
    ],
)
def test_a_first_or_last_day_that_may_be_another_is_asked_about(text):
    assert read(text, BEFORE_HOLIDAYS).ask


@pytest.mark.parametrize(
    "text",
    [
        "大前天后晌就该来修水管了",
        "昨儿上午就说派人来",
        "礼拜一就该来了嘛",
        "前天下昼就话嚟",
    ],
)
def test_a_visit_that_is_overdue_is_asked_about(text):
    when = read(text, BEFORE_HOLIDAYS)
    assert when.ask
    assert when.reason == "past"


def test_who_says_that_nobody_came_today_is_asked():
    assert read("前天讲好今天来今天又没来", BEFORE_HOLIDAYS).ask


@pytest.mark.parametrize("text", ["后天除夕了吧就后天来", "明儿国庆是吧明儿来"])
def test_a_feast_believed_to_be_on_another_day_is_asked_about(text):
    assert read(text, BEFORE_HOLIDAYS).reason == "conflict"


def test_a_month_in_which_anything_may_happen_is_asked_about():
    assert read("下个月忙完秋收看吧", BEFORE_HOLIDAYS).ask


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("六月二十闰的那个", date(2025, 8, 13)),
        ("六月初九，我说的是闰月", date(2025, 8, 2)),
        ("六月廿二后头那个六月", date(2025, 8, 15)),
        ("后尾该只六月初七来", date(2025, 7, 31)),
        ("闰六月初十拜神十一你来", date(2025, 8, 4)),
    ],
)
def test_a_leap_month_may_be_told_behind_its_day(text, day):
    when = read(text, LEAP_SUMMER)
    assert (when.date, when.ask) == (day, False)


def test_the_regular_of_two_months_is_past():
    assert read("六月二十不是闰的那个来给我送药", LEAP_SUMMER).ask


@pytest.mark.parametrize(
    ("text", "first", "rule"),
    [
        ("从明天起隔一个礼拜来一趟", date(2026, 9, 24), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"),
        ("一礼拜扫一回大后天开始", date(2026, 9, 26), "FREQ=WEEKLY;BYDAY=SA"),
        ("打明儿天天送饭", date(2026, 9, 24), "FREQ=DAILY"),
        ("明儿起添天早上八点喊我", date(2026, 9, 24), "FREQ=DAILY"),
    ],
)
def test_the_day_on_which_a_recurrence_begins_comes_again(text, first, rule):
    when = read(text, BEFORE_HOLIDAYS)
    assert (when.date, when.recurring, when.ask) == (first, rule, False)


@pytest.mark.parametrize(
    ("text", "day", "time"),
    [
        ("后天要过节大后天吧", date(2026, 9, 26), None),
        ("明天过节后天来", date(2026, 9, 25), None),
        ("拜五早起毋是拜六早起", date(2026, 9, 26), "morning"),
        ("明天两点诶三点来", date(2026, 9, 24), "15:00"),
        ("国庆头两日去嬲国庆当天不对国庆第二天", date(2026, 10, 2), None),
        ("一早就打来了明天晌午", date(2026, 9, 24), "noon"),
        ("礼拜六礼拜天我在家这两天来都行", None, None),
        ("中秋那天不是吃月饼嘛", date(2026, 9, 25), None),
        ("中秋嗰日唔使去街市", date(2026, 9, 25), None),
    ],
)
def test_slips_and_asides_leave_the_day_that_is_meant(text, day, time):
    when = read(text, BEFORE_HOLIDAYS)
    assert (when.date, when.time, when.ask) == (day, time, False)


@pytest.mark.parametrize("text", ["初二十六食斋莫来", "每个礼拜天我去做礼拜不送饭"])
def test_a_recurrence_on_which_nobody_is_to_come_is_asked_about(text):
    assert read(text, BEFORE_HOLIDAYS).ask


@pytest.mark.parametrize("text", ["国庆中间随便哪天来", "国庆当中挑一天来"])
def test_one_of_the_days_that_begin_with_a_feast_is_asked_about(text):
    assert read(text, BEFORE_HOLIDAYS).ask


def test_a_feast_kept_once_more_is_that_of_the_leap_month():
    when = read("闰端午前一天来", datetime(2028, 6, 20, 12, 0))
    assert (when.date, when.ask) == (date(2028, 6, 26), False)
    assert read("闰端午来", LEAP_SUMMER).ask


def test_how_long_half_a_month_is_may_be_open():
    assert read("个半月后来", BEFORE_HOLIDAYS).ask


@pytest.mark.parametrize("text", ["不是后天就是大后天", "毋是拜五就是拜六来"])
def test_one_of_two_days_is_asked_about(text):
    assert read(text, BEFORE_HOLIDAYS).reason == "two-days"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("连送四天打后天起", date(2026, 9, 25), date(2026, 9, 28)),
        ("一连做三天从明天开始", date(2026, 9, 24), date(2026, 9, 26)),
        ("下个月中旬稻子还没收", date(2026, 10, 11), date(2026, 10, 20)),
    ],
)
def test_how_many_days_may_be_told_before_the_first(text, first, last):
    when = read(text, BEFORE_HOLIDAYS)
    assert (when.start, when.end, when.ask) == (first, last, False)


def test_days_apart_from_those_of_somebody_elses_recurrence_come_again():
    when = read("礼拜一三五我去透析礼拜二礼拜六你来", BEFORE_HOLIDAYS)
    assert (when.date, when.recurring) == (date(2026, 9, 26), "FREQ=WEEKLY;BYDAY=TU,SA")


def test_the_day_that_is_not_meant_is_told_behind():
    when = read("下个礼拜四不是明天那个啊", BEFORE_HOLIDAYS)
    assert (when.date, when.ask) == (date(2026, 10, 1), False)


def test_midnight_only_divides_the_days():
    when = read("过了十二点就新年了我讲的是三号", NEW_YEARS_EVE)
    assert (when.date, when.time, when.ask) == (date(2027, 1, 3), None, False)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("霜降迄工来洗被单", date(2026, 10, 23)),
        ("八月月半那日来", date(2026, 9, 25)),
        ("冬至大过年那天来包饺子", date(2026, 12, 22)),
        ("九九重阳来看看我", date(2026, 10, 18)),
        ("年弟最后一天来", date(2026, 12, 31)),
        ("厚礼拜二来扫厝", date(2026, 9, 29)),
    ],
)
def test_misheard_and_local_words_of_days(text, day):
    when = read(text, BEFORE_HOLIDAYS)
    assert (when.date, when.ask) == (day, False)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("明天临暗头来", "evening"),
        ("后日暗头仔来", "evening"),
        ("拜五暝来", "evening"),
        ("下周三挨黑来", "evening"),
        ("大后日朝早狗点来", "09:00"),
        ("后天八点上学送囝仔", "08:00"),
    ],
)
def test_misheard_and_local_words_of_hours(text, time):
    when = read(text, BEFORE_HOLIDAYS)
    assert (when.time, when.ask) == (time, False)
