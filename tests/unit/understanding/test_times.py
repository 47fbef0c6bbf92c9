"""When something is wanted, as elders say it: one behaviour a test."""

from datetime import date, datetime

import pytest

from bot.understanding.times import clock_times, parse_when
from tests.unit.understanding.whens import (
    BEFORE_NEW_YEAR,
    MONDAY_NOON,
    WEDNESDAY_EVENING,
    asked,
    day_of,
    time_of,
)

pytestmark = pytest.mark.unit

# --- nothing is made up ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "喂听得到吗",
        "我要打扫卫生",
        "我八十三了一个人住",
        "和平路十八号三零二",
        "我住三号楼二单元",
        "电话一三八零零零零一零四五",
        "你大声一点",
        "早一点来快一点",
        "我有两点意见",
        "一天三次",
        "躺了三天没吃饭",
        "水龙头漏哩两日",
        "住上十来天",
        "补贴一个月一百五",
        "礼拜几有空",
        "你们几点上班",
        "网上能不能订",
        "我现在腿疼",
        "外面下大雪",
        "啥时候都行",
    ],
)
def test_no_time_said_gives_none(text):
    assert parse_when(text, WEDNESDAY_EVENING) is None


@pytest.mark.parametrize(
    ("text", "context"),
    [("十八号三零二", "address"), ("十五号", "address"), ("一三八零零零零一零四五", "phone")],
)
def test_a_house_or_telephone_number_that_was_asked_for_is_no_date(text, context):
    assert parse_when(text, WEDNESDAY_EVENING, context) is None


# --- what must be asked back -------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "昨天",
        "大前天",
        "上礼拜五",
        "今天下午三点",
        "今天早上",
        "这个月三号",
        "这礼拜一",
        "去年三月",
    ],
)
def test_what_is_past_is_asked_about(text):
    assert asked(text) == "past"


@pytest.mark.parametrize(
    "text",
    ["明天礼拜五", "二十号礼拜三", "下礼拜一十八号", "明天早上三点", "今天礼拜五那后天来"],
)
def test_what_contradicts_itself_is_asked_about(text):
    assert asked(text) == "conflict"


@pytest.mark.parametrize("text", ["过几天", "十来天以后", "月底", "初五以后", "十号左右", "改天"])
def test_what_is_vague_is_asked_about(text):
    assert asked(text) == "vague"


def test_a_vague_stretch_still_gives_its_days():
    when = parse_when("再等十来天", datetime(2026, 5, 29, 7, 45))
    assert (when.start, when.end, when.date) == (date(2026, 6, 8), date(2026, 6, 10), None)


@pytest.mark.parametrize("text", ["明天六点", "明天七点半", "明天八点"])
def test_an_hour_that_may_be_morning_or_evening_is_asked_about(text):
    assert asked(text) == "half-of-day"


def test_the_only_hour_still_ahead_today_is_not_asked_about():
    assert time_of("今天八点", datetime(2025, 9, 18, 8, 45)) == "20:00"


@pytest.mark.parametrize(
    "text",
    ["明天或者后天", "明后天", "明天还是后天", "礼拜六不是礼拜天", "明天下雨的话就后天"],
)
def test_a_choice_of_days_is_asked_about(text):
    assert asked(text) == "two-days"


def test_a_date_without_号_may_be_of_either_calendar():
    assert asked("三月二十") == "calendar"


def test_the_leap_month_of_the_same_number_is_asked_about():
    assert asked("六月初十", MONDAY_NOON) == "calendar"


@pytest.mark.parametrize("text", ["二月三十号", "下个月三十一号"])
def test_a_day_that_does_not_exist_is_asked_about(text):
    assert asked(text) == "no-such-day"


def test_a_holiday_not_yet_announced_is_asked_about():
    assert asked("国庆放完假头一天上班", datetime(2031, 9, 1, 9, 0)) == "holiday-unknown"


def test_tomorrow_said_after_midnight_is_asked_about():
    assert asked("明天早上", datetime(2025, 3, 13, 1, 30)) == "after-midnight"


def test_what_was_only_turned_down_is_asked_about():
    assert asked("别礼拜三来") == "refused"


# --- days --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("今天 今儿个 今仔日 今晡日 今日", "2025-03-12"),
        ("明天 明儿 明儿个 明个 明仔载 天光日 听日 明朝", "2025-03-13"),
        ("后天 后儿 后儿个 后日", "2025-03-14"),
        ("大后天 大后儿 大后日 外后天 外后儿", "2025-03-15"),
        ("大大后天 大外后天", "2025-03-16"),
    ],
)
def test_days_counted_from_today_in_every_variety(words, expected):
    assert {word: day_of(word) for word in words.split()} == dict.fromkeys(words.split(), expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("礼拜三", "2025-03-12"),  # today, not yet past
        ("礼拜二", "2025-03-18"),
        ("这礼拜五", "2025-03-14"),
        ("礼拜天", "2025-03-16"),
        ("拜五", "2025-03-14"),
        ("下礼拜一", "2025-03-17"),
        ("下个礼拜天", "2025-03-23"),
        ("下下个星期二", "2025-03-25"),
        ("再下下个礼拜五", "2025-03-28"),
        ("下个礼拜的礼拜三", "2025-03-19"),
        ("隔两个礼拜的那个礼拜一", "2025-03-24"),
    ],
)
def test_weeks_begin_on_monday(text, expected):
    assert day_of(text) == expected


def test_the_weekday_of_the_call_whose_hour_is_over_is_asked_about():
    when = parse_when("礼拜三早上", WEDNESDAY_EVENING)
    assert (str(when.date), when.reason) == ("2025-03-19", "past")


def test_the_next_but_one_is_counted_from_what_was_said_before():
    now = datetime(2026, 3, 1, 9, 30)  # a Sunday
    assert day_of("今儿个不算，要再下一个礼拜天", now) == "2026-03-08"
    assert day_of("下个礼拜不中再下个礼拜一吧", now) == "2026-03-09"
    assert asked("再下个礼拜天", now) == "vague"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("十五号", "2025-03-15"),
        ("十二号", "2025-03-12"),
        ("十号", "2025-04-10"),
        ("三十一号", "2025-03-31"),
        ("下个月三号", "2025-04-03"),
        ("四月五号", "2025-04-05"),
        ("明年三月五号", "2026-03-05"),
        ("二零二六年九月一号", "2026-09-01"),
        ("这个月最后一天", "2025-03-31"),
        ("下个月头一个礼拜一", "2025-04-07"),
        ("月当中阳历十五号", "2025-03-15"),
        ("下周二二十五号", None),
    ],
)
def test_dates_of_the_solar_calendar(text, expected):
    if expected is None:  # the 18th and the 25th of the same words
        assert parse_when(text, WEDNESDAY_EVENING).ask
    else:
        assert day_of(text) == expected


def test_a_weekday_and_a_date_run_together_are_read_as_what_agrees():
    now = datetime(2025, 9, 18, 8, 45)
    assert day_of("下礼拜二十五号", now) == "2025-09-25"
    assert day_of("礼拜五十九号", now) == "2025-09-19"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("初一", "2025-07-25"),
        ("闰六月十五", "2025-08-08"),
        ("闰月初三", "2025-07-27"),
        ("七月十五", "2025-09-06"),
        ("八月十五", "2025-10-06"),
        ("八月十五号", "2025-08-15"),
        ("农历八月初五", "2025-09-26"),
        ("冬月十五", "2026-01-03"),
        ("十一月月亮圆那天冬月十五", "2026-01-03"),
        ("腊月二十八", "2026-02-15"),
        ("大年二十九", "2026-02-16"),
        ("正月初五接财神", "2026-02-21"),
    ],
)
def test_dates_of_the_lunar_calendar(text, expected):
    assert day_of(text, MONDAY_NOON) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("除夕", "2026-02-16"),
        ("大年三十", "2026-02-16"),
        ("三十晚上", "2026-02-16"),
        ("破五那天", "2026-02-21"),
        ("元宵", "2026-03-03"),
        ("雨水那天", "2026-02-18"),
        ("除夕头一天", "2026-02-15"),
        ("正月十五吃完汤圆第二天", "2026-03-04"),
        ("龙抬头", "2026-03-20"),
        ("清明前三天", "2026-04-02"),
        ("端午节", "2026-06-19"),
        ("入伏", "2026-07-15"),
        ("重阳", "2026-10-18"),
        ("立冬", "2026-11-07"),
        ("春节放完假头一天上班", "2026-02-24"),
        ("五一放假前一天", "2026-04-30"),
        ("国庆节后第一个工作日", "2026-10-08"),
        ("国庆放完假头一个礼拜六", "2026-10-10"),
    ],
)
def test_feasts_terms_and_holidays(text, expected):
    assert day_of(text, BEFORE_NEW_YEAR) == expected


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("礼拜二到礼拜四", "2025-03-18", "2025-03-20"),
        ("十八号到二十号", "2025-03-18", "2025-03-20"),
        ("周一到五", "2025-03-17", "2025-03-21"),
        ("下礼拜", "2025-03-17", "2025-03-23"),
        ("这个周末", "2025-03-15", "2025-03-16"),
        ("下个月中旬", "2025-04-11", "2025-04-20"),
    ],
)
def test_a_stretch_of_days_has_both_ends(text, first, last):
    when = parse_when(text, WEDNESDAY_EVENING)
    assert (str(when.start), str(when.end), when.date, when.ask) == (first, last, None, False)


# --- times of day ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("早上 上午 头晌 前晌 上半晌 清早 朝早 透早 朝晨 天麻麻亮 一早 头午 上昼", "morning"),
        ("中午 晌午 晌午头 昼边 中昼 大中午", "noon"),
        ("下午 后晌 后半晌 下晡 下昼 下半天 过晌 歇完晌", "afternoon"),
        ("晚上 擦黑 黑了 暗时 傍黑 黑夜 夜晡 下晚儿 今晚黑", "evening"),
    ],
)
def test_parts_of_the_day_in_every_variety(words, expected):
    assert {word: time_of(word) for word in words.split()} == dict.fromkeys(words.split(), expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("早上八点", "08:00"),
        ("下午两点半", "14:30"),
        ("两点下晡", "14:00"),
        ("中午十二点半", "12:30"),
        ("晌午一点", "13:00"),
        ("晚上九点三刻", "21:45"),
        ("傍黑六点一刻", "18:15"),
        ("差十分九点", "08:50"),
        ("三点差五分", "14:55"),
        ("上午十点二十", "10:20"),
        ("下午两点来钟", "14:00"),
        ("早上八点多", "08:00"),
        ("晚上七八点", "19:00"),
        ("上午九十点钟", "09:00"),
        ("朝早八点三个字", "08:15"),
        ("早七点", "07:00"),
        ("两点", "14:00"),
        ("九点", "09:00"),
        ("14:00", "14:00"),
        ("下午3点半", "15:30"),
        ("上午九点到十一点", "09:00"),
        ("七点半到八点之间早上", "07:30"),
        ("八点二十得到医院那上午七点五十就出门", "07:50"),
    ],
)
def test_hours_of_the_clock(text, expected):
    assert time_of(text) == expected


def test_hours_counted_from_now():
    now = datetime(2026, 3, 1, 9, 30)
    assert parse_when("两个半小时以后", now).as_dict() == {
        "date": "2026-03-01",
        "start": None,
        "end": None,
        "time": "12:00",
        "recurring": None,
        "ask": False,
    }
    assert parse_when("再过二十分钟", datetime(2026, 3, 1, 23, 50)).date == date(2026, 3, 2)


# --- what was asked ----------------------------------------------------------------------------


def test_a_bare_number_means_what_was_asked():
    assert day_of("十五", context="date") == "2025-03-15"
    assert time_of("十五", context="time") == "15:00"
    assert parse_when("十五", WEDNESDAY_EVENING) is None


def test_an_hour_alone_names_no_day():
    assert parse_when("下午三点", WEDNESDAY_EVENING, "time").date is None


# --- which mention is the wish -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("礼拜四不行礼拜五吧", "2025-03-14"),
        ("昨天不对不对我要说的是明天", "2025-03-13"),
        ("不是明天是后天", "2025-03-14"),
        ("是礼拜六不是礼拜天", "2025-03-15"),
        ("从后天改到下礼拜一", "2025-03-17"),
        ("下礼拜三不行礼拜四吧", "2025-03-20"),
        ("六月三号不行四号吧", "2025-06-04"),
        ("半夜里可莫来啊明早七点", "2025-03-13"),
        ("今儿礼拜三对吧那下礼拜三这钟点太晚要早点", "2025-03-19"),
        ("今天十二号后天早上九点", "2025-03-14"),
        ("后天我儿子回来大后天上午来吧", "2025-03-15"),
        ("昨天你们没来明天上午来", "2025-03-13"),
        ("五号六号都没空七号吧", "2025-04-07"),
        ("小暑同大暑不要弄混就小暑那天", "2025-07-07"),
    ],
)
def test_the_day_that_is_wished_is_told_from_the_others(text, expected):
    assert day_of(text) == expected


def test_a_time_is_told_from_other_times():
    assert time_of("明早八点不八点半") == "08:30"
    assert time_of("不是早上是晚上七点") == "19:00"
    assert time_of("明天上午打针下午来") == "afternoon"
    assert time_of("都五点二十了明天早上吧") == "morning"


# --- recurrences -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rule", "first"),
    [
        ("天天晌午送饭", "FREQ=DAILY", "2025-03-13"),
        ("隔天来一次", "FREQ=DAILY;INTERVAL=2", "2025-03-13"),
        ("每隔两天", "FREQ=DAILY;INTERVAL=3", "2025-03-13"),
        ("每个礼拜二和五", "FREQ=WEEKLY;BYDAY=TU,FR", "2025-03-14"),
        ("每周一三五上午", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "2025-03-14"),
        ("礼拜一到礼拜五每天中午", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2025-03-13"),
        ("每两个礼拜的礼拜四", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "2025-03-13"),
        ("每礼拜一次", "FREQ=WEEKLY", None),
        ("每月十号", "FREQ=MONTHLY;BYMONTHDAY=10", "2025-04-10"),
        ("每月初一十五", "RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=1,15", "2025-03-14"),
        ("初一十五都要", "RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=1,15", "2025-03-14"),
        ("每个月最后一天", "FREQ=MONTHLY;BYMONTHDAY=-1", "2025-03-31"),
        ("每个月头一个礼拜一", "FREQ=MONTHLY;BYDAY=1MO", "2025-04-07"),
        ("每年重阳", "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=9", "2025-10-29"),
        ("从下礼拜一开始每天上午九点", "FREQ=DAILY", "2025-03-17"),
    ],
)
def test_recurrences_are_rules_with_their_first_day(text, rule, first):
    when = parse_when(text, WEDNESDAY_EVENING)
    assert (when.recurring, when.date and str(when.date), when.ask) == (rule, first, False)


def test_a_reminder_hears_every_hour():
    assert clock_times("早起七点同晚黑八点两回", WEDNESDAY_EVENING) == ("07:00", "20:00")
    assert clock_times("八点", WEDNESDAY_EVENING) == ()


# --- garbled by recognition, and other scripts -------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("里拜五下午", ("2025-03-14", "afternoon")),
        ("下个行期二早上", ("2025-03-18", "morning")),
        ("厚天上午九点", ("2025-03-14", "09:00")),
        ("明天下午量点", ("2025-03-13", "14:00")),
        ("明天早上九典半", ("2025-03-13", "09:30")),
        ("下周舞上午", ("2025-03-21", "morning")),
        ("聽日下晝兩點半", ("2025-03-13", "14:30")),
        ("後日禮拜五", ("2025-03-14", None)),
    ],
)
def test_garbled_and_traditional_words_are_understood(text, expected):
    assert (day_of(text), time_of(text)) == expected


def test_the_span_shows_what_was_understood():
    assert parse_when("那个我想想后天上午来打扫", WEDNESDAY_EVENING).span == "后天上午"


# --- days counted from others, stretches, and numbers that are no time ---------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("清明过完第二天", "2025-04-05"),
        ("清明过三天", "2025-04-07"),
        ("清明前的最后一天", "2025-04-03"),
        ("清明后头那天", "2025-04-05"),
        ("二十六号就是孙子满月前一天", "2025-03-26"),
        ("下礼拜一头一天上班就来", "2025-03-17"),
        ("闰六月初五烧香初六来", "2025-07-30"),
        ("后天有客大后天吧", "2025-03-15"),
    ],
)
def test_a_day_is_counted_from_the_one_before_it(text, expected):
    assert day_of(text) == expected


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("从明儿起三天", "2025-03-13", "2025-03-15"),
        ("从下礼拜一起两天", "2025-03-17", "2025-03-18"),
        ("下礼拜二三四哪天都行", "2025-03-18", "2025-03-20"),
    ],
)
def test_a_stretch_of_days_is_told_by_its_length_or_its_days(text, first, last):
    when = parse_when(text, WEDNESDAY_EVENING)
    assert (str(when.start), str(when.end), when.ask) == (first, last, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("听日下昏", ("2025-03-13", "evening")),
        ("后日下暗八点", ("2025-03-14", "20:00")),
        ("天光朝晨十点", ("2025-03-13", "10:00")),
        ("今个礼拜日上昼", ("2025-03-16", "morning")),
        ("听日上昼九点二", ("2025-03-13", "09:10")),
        ("听日下昼三点唔系四点", ("2025-03-13", "16:00")),
    ],
)
def test_southern_ways_of_saying_hours_and_days(text, expected):
    assert (day_of(text), time_of(text)) == expected


def test_a_part_of_the_day_wished_after_another_hour_is_asked_about():
    assert asked("后天上午九点下午才有空") == "two-times"


def test_a_number_of_things_behind_an_hour_is_no_minute():
    when = parse_when("礼拜五早起九点一项叫师傅来剃头", WEDNESDAY_EVENING)
    assert (when.date.isoformat(), when.time) == ("2025-03-14", "09:00")
