"""Short lines that tell an errand, a feast or a habit and the day wished in one breath."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.understanding.times import When, parse_when

pytestmark = pytest.mark.unit

MARCH = datetime(2026, 3, 4, 9, 10)
"""A Wednesday, the 16th of the first lunar month."""
LAST_MONTH = datetime(2026, 2, 10, 9, 0)
"""A Tuesday, the 23rd of the last lunar month, which has 29 days."""


def when(text: str, now: datetime = MARCH) -> When:
    found = parse_when(text, now)
    assert found is not None, text
    return found


def said(text: str, now: datetime = MARCH) -> str:
    """The day and hour or the recurrence understood, or `ask`."""
    found = when(text, now)
    if found.ask:
        return "ask"
    parts = [str(found.date), found.time, found.recurring]
    return " ".join(part for part in parts if part)


@pytest.mark.parametrize(
    "text",
    ["一三五学唱礼拜四下午", "每个礼拜二五来唱歌礼拜四", "每月领药那天来", "每个礼拜发米那天来"],
)
def test_a_day_that_the_recurrence_leaves_out_is_asked_about(text: str) -> None:
    assert when(text).ask


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("礼拜二四六洗肾就礼拜五啦", "2026-03-06"),
        ("一三五针灸礼拜四下午", "2026-03-05 afternoon"),
        ("每个礼拜四扎针礼拜五吧", "2026-03-06"),
    ],
)
def test_treatment_that_comes_again_is_no_wish(text: str, day: str) -> None:
    assert said(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("孙女开学六号送她七号", "2026-03-07"),
        ("六号陪老伴七号", "2026-03-07"),
        ("六号复查八号送孙子九号吧", "2026-03-09"),
        ("礼拜六娃儿回来礼拜天耍礼拜一嘛", "2026-03-09"),
        ("住院到六号八号吧", "2026-03-08"),
        ("六号嫁女七号回门八号", "2026-03-08"),
        ("六号送药七号不用", "2026-03-06"),
        ("六号送我去医院", "2026-03-06"),
    ],
)
def test_the_day_behind_the_errands_is_wished(text: str, day: str) -> None:
    assert said(text) == day


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("隔个星期拖一次地礼拜六", "2026-03-07 FREQ=WEEKLY;INTERVAL=2;BYDAY=SA"),
        ("隔拜五来一摆", "2026-03-06 FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
        ("隔一个礼拜的礼拜四来一次", "2026-03-05 FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"),
        ("隔周礼拜五来", "2026-03-06 FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
    ],
)
def test_every_other_week(text: str, rule: str) -> None:
    assert said(text) == rule


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("再过一个礼拜零一天", "2026-03-12"),
        ("过个礼拜零两天", "2026-03-13"),
        ("再过一个礼拜加一天", "2026-03-12"),
        ("过一个月零五天", "2026-04-09"),
    ],
)
def test_weeks_and_days_are_added_up(text: str, day: str) -> None:
    assert said(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("龙抬头剃完头后晌", "2026-03-20 afternoon"),
        ("礼拜六剃头上午", "2026-03-07 morning"),
        ("理完头下午明天", "2026-03-05 afternoon"),
        ("三月初三娘娘庙上香下午", "2026-04-19 afternoon"),
        ("阴历二月半下昼", "2026-04-02 afternoon"),
    ],
)
def test_the_part_of_a_day_of_which_more_is_told(text: str, day: str) -> None:
    assert said(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("下个礼拜三今天就礼拜三那就十一", "2026-03-11"),
        ("四号系今日喎咁就十四", "2026-03-14"),
        ("今天四号那就十四", "2026-03-14"),
    ],
)
def test_a_number_is_of_the_calendar_in_which_the_others_were_told(text: str, day: str) -> None:
    assert said(text) == day


@pytest.mark.parametrize("text", ["那就二十", "正月十五看灯那就四月十八", "我住三号楼那就二十"])
def test_a_number_of_either_calendar_is_asked_about(text: str) -> None:
    assert when(text).ask


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二十八打扬尘二十九才得空", "2026-02-16"),
        ("二十七杀鸡二十八来", "2026-02-15"),
        ("腊月二十五磨豆腐二十六才得空", "2026-02-13"),
        ("腊月二十八上不上班二十八后晌", "2026-02-15 afternoon"),
        ("正月初六开不开门初六上午", "2026-02-22 morning"),
    ],
)
def test_the_days_of_the_last_month_and_what_is_done_on_them(text: str, day: str) -> None:
    assert said(text, LAST_MONTH) == day


def test_whether_you_work_is_a_question_alone() -> None:
    assert parse_when("你们初六开不开门", LAST_MONTH) is None


def test_the_last_evening_named_by_its_number() -> None:
    assert said("年三十你们还干活不三十头晌", datetime(2024, 2, 7, 15, 30)) == "2024-02-09 morning"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("立下称人那天", "2026-05-05"),
        ("每月抹了那天给我剃头", "2026-03-31 FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("每个月阴历出一来", "2026-03-19 RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=1"),
        ("春节收价头一天上班", "2026-02-24"),
    ],
)
def test_misheard_names(text: str, day: str) -> None:
    assert said(text, LAST_MONTH if "春节" in text else MARCH) == day


def test_a_month_that_has_begun_ends_before_a_number() -> None:
    assert said("二十九号完了就三月了二十九", datetime(2028, 2, 28, 12, 30)) == "2028-02-29"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("礼拜天吧哦礼拜天就八号那九号", "2026-03-09"),
        ("礼拜三呗今天就礼拜三啊那明天", "2026-03-05"),
        ("六号嘛六号就是后天嘛那七号", "2026-03-07"),
        ("明天礼拜四那明天吧", "2026-03-05"),
        ("明天后天都行那就后天", "2026-03-06"),
        ("礼拜四明天呗哦不是是礼拜五", "2026-03-06"),
        ("明天呗啊不是后天", "2026-03-06"),
        ("听日太热唔好后日啦", "2026-03-06"),
        ("听日可以唔好后日啦", "2026-03-05"),
        ("四月没有三十一号那三十号", "2026-04-30"),
        ("三十一号这个月没有吗那三十号", "2026-03-30"),
    ],
)
def test_a_day_named_again_gives_way_to_the_one_it_leads_to(text: str, day: str) -> None:
    assert said(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("今年腊月没三十那就二十九上午", "2026-02-16 morning"),
        ("腊月二十九今年没三十", "2026-02-16"),
        ("二月没二十九号就二十八号", "2026-02-28"),
    ],
)
def test_a_day_that_the_month_has_not_is_no_wish(text: str, day: str) -> None:
    assert said(text, LAST_MONTH) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("清明过后隔天下晌", "2026-04-06 afternoon"),
        ("三月初三赶会隔日来", "2026-04-20"),
        ("清明扫完墓隔转工", "2026-04-06"),
    ],
)
def test_the_day_behind_a_feast(text: str, day: str) -> None:
    assert said(text) == day


@pytest.mark.parametrize(
    "text", ["清明的后天", "清明扫完墓后日", "国庆完了第二天", "五一过了第二天"]
)
def test_counted_from_the_feast_or_not_is_asked(text: str) -> None:
    assert when(text).ask


def test_the_day_before_a_feast_that_is_told_of_stands() -> None:
    assert said("清明我要上坟后天来") == "2026-03-06"


APRIL = datetime(2026, 4, 28, 8, 30)
"""A Tuesday before a holiday for which one Saturday, the 9th of May, is worked."""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("五一调休上班那礼拜六", "2026-05-09"),
        ("五一补班那天头晌", "2026-05-09 morning"),
        ("五月九号补班那天", "2026-05-09"),
    ],
)
def test_the_day_worked_for_a_holiday(text: str, day: str) -> None:
    assert said(text, APRIL) == day


@pytest.mark.parametrize("text", ["五一补班那个礼拜天", "五月十六号补班那天", "春节补班那个礼拜六"])
def test_a_day_that_is_not_worked_is_asked_about(text: str) -> None:
    assert when(text, LAST_MONTH if "春节" in text else APRIL).ask


def test_work_for_a_holiday_not_yet_announced_is_asked_about() -> None:
    found = when("国庆补班那天", datetime(2027, 8, 1, 9, 0))
    assert (found.ask, found.reason) == (True, "holiday-unknown")


@pytest.mark.parametrize(
    "text",
    [
        "明天不是后天",
        "明朝唔系今朝",
        "每天我自己做饭礼拜天送",
        "五一那三天",
        "五一中间那天",
    ],
)
def test_what_no_word_settles_is_not_read_silently(text: str) -> None:
    assert when(text, APRIL).ask


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("后天的后天", "2026-03-08"),
        ("下礼拜这个时候", "2026-03-11 09:10"),
        ("每月初三初六", "2026-03-21 RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=3,6"),
        ("隔一工洗一摆", "2026-03-04 FREQ=DAILY;INTERVAL=2"),
        ("八点太早九点吧礼拜五", "2026-03-06 09:00"),
        ("天光热朝早", "2026-03-05 morning"),
        ("明儿个后想", "2026-03-05 afternoon"),
    ],
)
def test_days_counted_on_and_hours_that_come_again(text: str, day: str) -> None:
    assert said(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("农历七月十四烧衣十五", "2026-08-27"),
        ("二月初八赶庙会初九", "2026-03-27"),
        ("四号今天啊那一号", "2026-04-01"),
    ],
)
def test_the_number_with_which_a_line_ends(text: str, day: str) -> None:
    assert said(text) == day


def test_weather_is_no_feast_to_count_from() -> None:
    assert said("外面下大雪明天来吧") == "2026-03-05"


def test_the_last_of_some_days_off() -> None:
    assert said("元旦三天假最后一天", datetime(2025, 12, 31, 19, 0)) == "2026-01-03"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("明天上公园二十号", "2026-03-20"),
        ("礼拜五去赶街二十号来", "2026-03-20"),
        ("礼拜六回村里二十号", "2026-03-20"),
    ],
)
def test_a_day_behind_a_common_place_is_no_house(text: str, day: str) -> None:
    assert said(text) == day


@pytest.mark.parametrize("text", ["我住在王家村二十号", "家住解放路二十号"])
def test_a_house_is_no_day(text: str) -> None:
    assert parse_when(text, MARCH) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("不是这个礼拜三是下个", "2026-03-11"),
        ("每两周周四一次", "2026-03-05 FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"),
    ],
)
def test_the_week_named_apart_from_its_day(text: str, day: str) -> None:
    assert said(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二十三号是星期几星期一啊那就星期一", "2026-03-23"),
        ("后天是礼拜几礼拜五啊那就礼拜六", "2026-03-07"),
        ("二十三号是礼拜几礼拜二啊那就礼拜二", "ask"),
        ("清明是礼拜几礼拜天啊那礼拜六", "ask"),
    ],
)
def test_the_weekday_asked_for_names_the_day(text: str, day: str) -> None:
    assert said(text) == day


def test_whether_you_rest_is_a_question_alone() -> None:
    assert parse_when("你们礼拜天休不休息", MARCH) is None
    assert said("你们礼拜天休不休息那礼拜一来") == "2026-03-09"


@pytest.mark.parametrize(
    ("text", "now", "day"),
    [
        ("今天二十五接玉皇那二十七", datetime(2025, 1, 24, 8, 0), "2025-01-26"),
        ("二十七赶年集二十八头晌", datetime(2025, 1, 24, 8, 0), "2025-01-27 morning"),
        ("立冬礼拜六是吧前一天", datetime(2026, 10, 30, 17, 30), "2026-11-06"),
        ("明儿个三十一月底最后一天", datetime(2026, 10, 30, 17, 30), "2026-10-31"),
        ("三月五号学雷锋日第二天", MARCH, "2026-03-06"),
        ("学雷锋日第二天", datetime(2026, 2, 27, 9, 0), "2026-03-06"),
    ],
)
def test_a_day_told_by_two_names(text: str, now: datetime, day: str) -> None:
    assert said(text, now) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [("清明孩子们都回来礼拜一", "ask"), ("立夏还早哩先说眼前礼拜六", "2026-03-07")],
)
def test_a_weekday_beside_a_feast_that_is_far(text: str, day: str) -> None:
    assert said(text) == day


def test_the_day_before_a_season_is_not_its_first() -> None:
    assert said("入伏前一天", datetime(2025, 6, 27, 19, 20)) == "2025-07-19"
    assert said("三九头一天", datetime(2025, 6, 27, 19, 20)) == "2026-01-08"
