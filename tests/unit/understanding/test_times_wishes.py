"""What tells, complains or names a place is no wish; what is left open is asked about."""

from datetime import datetime

import pytest

from bot.understanding.times import parse_when
from tests.unit.understanding.whens import (
    BEFORE_NEW_YEAR,
    WEDNESDAY_EVENING,
    asked,
    day_of,
    time_of,
)

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "上礼拜五修的那个水龙头又滴水了",
        "我昨天来的那个师傅姓啥",
        "中秋花苑三栋的灯坏了",
        "清明河边公园的厕所锁了",
        "每天吃三片药还是不见好",
    ],
)
def test_the_past_and_the_names_of_places_are_no_wishes(text):
    assert parse_when(text, WEDNESDAY_EVENING) is None


@pytest.mark.parametrize(
    "text",
    [
        "隔三差五来看看我就行",
        "逢集日来帮我提菜",
        "你们啥时候有空啥时候来",
        "随便哪天",
        "等雨停了再来",
        "等我女儿国庆回来再商量",  # the day is another's
        "怎么又改到礼拜五了",
        "端午发的那袋米生虫了",  # nothing is asked for
        "今天晚上能不能来人要是来不了就明天上午",
    ],
)
def test_a_wish_that_is_left_open_is_asked_about(text):
    asked(text)


@pytest.mark.parametrize(
    "text",
    [
        "后天星期一女儿在家你们后天来",  # it is a Friday
        "二十号不是礼拜一吗就二十号来",
        "清明回老家十五号到家十六号你们来",  # April or March?
        "元旦住女儿家三天第三天来",
    ],
)
def test_days_that_do_not_agree_are_asked_about(text):
    asked(text)


@pytest.mark.parametrize(
    "text",
    [
        "礼拜五是点来",  # an hour nobody understood
        "礼拜五下午四点缺五分",
        "每顿都送从明天起",
    ],
)
def test_a_word_of_time_beside_the_wish_is_never_passed_over(text):
    asked(text)


def test_the_hour_of_the_call_makes_it_today():
    when = parse_when("现在都七点半了八点一刻能到不", WEDNESDAY_EVENING)
    assert (str(when.date), when.time) == ("2025-03-12", "20:15")


def test_the_day_after_is_counted_over_what_is_told_of_a_day():
    told = "妇女节社区请我们老太太看戏吃席第二天来打扫"
    assert day_of(told, BEFORE_NEW_YEAR) == "2026-03-09"


def test_who_goes_by_a_feast_or_learns_in_the_third_form_names_no_day():
    assert parse_when("我孙子读初三", WEDNESDAY_EVENING) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("后天上午给俺理个发俺闺女二十号才从青岛回来", "2025-03-14"),  # a journey of hers
        ("下礼拜五吧这周都快完了今天都礼拜三了", "2025-03-21"),
        ("下礼拜二嘛这礼拜雨大", "2025-03-18"),
        ("后天日昼冇人煮放送一份来", "2025-03-14"),  # why somebody is needed
        ("过了二十号二十二号来", "2025-03-22"),
        ("下个礼拜四就是春分之前那个礼拜四来", "2025-03-20"),
        ("讲错了我是说后天", "2025-03-14"),
        ("三月二十啊阳历三月二十号来", "2025-03-20"),
        ("从明儿个一开始每天送饭", "2025-03-13"),
    ],
)
def test_what_only_explains_the_day_does_not_compete_with_it(text, day):
    assert day_of(text) == day


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("我爷爷后天早上八点一刻要去打针", "08:15"),
        ("后天七点半要抽血空腹你们派车接", "07:30"),
        ("后天下昼三点九个字嚟", "15:45"),
        ("后天朝早差十分九点来", "08:50"),
        ("后天上午九点不对是上午九点不是十九点", "09:00"),
    ],
)
def test_the_hour_one_must_be_somewhere_is_the_hour_wished(text, time):
    assert time_of(text) == time


def test_an_hour_of_the_service_itself_is_asked_about():
    asked("后天你们是八点上班吗")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("这个礼拜六日我不在家你们来陪我娘", "2025-03-15", "2025-03-16"),
        ("下周四到粥六这三天送饭", "2025-03-20", "2025-03-22"),
        ("明儿个起三天送饭", "2025-03-13", "2025-03-15"),
    ],
)
def test_a_stretch_whose_ends_are_told_is_given_as_one(text, first, last):
    when = parse_when(text, WEDNESDAY_EVENING)
    assert when is not None
    assert not when.ask, when
    assert (str(when.start), str(when.end)) == (first, last)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("一到五早上八点半送饭", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("一礼拜来两摆拜二佮拜五", "FREQ=WEEKLY;BYDAY=TU,FR"),
        ("两只礼拜一摆下礼拜三头一摆", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"),
        ("礼拜一跟礼拜四来扫地从下个礼拜开始", "FREQ=WEEKLY;BYDAY=MO,TH"),
    ],
)
def test_days_of_the_week_told_in_passing_come_again(text, rule):
    when = parse_when(text, WEDNESDAY_EVENING)
    assert when is not None
    assert not when.ask, when
    assert when.recurring == rule


@pytest.mark.parametrize(
    "text", ["后天七点半也不知道早上晚上", "礼拜五礼拜六都行我也闹不清", "后天吧还没定"]
)
def test_who_has_not_decided_is_asked(text):
    asked(text)


def test_what_somebody_used_to_do_is_no_wish():
    assert parse_when("我以前在厂里夜里十二点接班都不困", WEDNESDAY_EVENING) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二十一号上午九点好无二十号阮欲去做客", "2025-03-21"),
        ("十七十八号都得行定喺十八号啦", "2025-03-18"),
        ("涯妹仔天光日来尞后日正来打扫", "2025-03-14"),
        ("圣诞节是啥我不懂就二十四号来", "2025-12-24"),
        ("我那年摔过后天来看看", "2025-03-14"),
        ("国庆七天长假过完第一天来", "2025-10-09"),  # 1 to 8 October
    ],
)
def test_a_day_told_of_something_else_is_not_taken(text, day):
    assert day_of(text) == day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("从十五号送到二十号", "2025-03-15", "2025-03-20"),
        ("从后天开始连送五天", "2025-03-14", "2025-03-18"),
    ],
)
def test_a_stretch_may_be_told_with_what_is_done_in_it(text, first, last):
    when = parse_when(text, WEDNESDAY_EVENING)
    assert when is not None
    assert not when.ask, when
    assert (str(when.start), str(when.end)) == (first, last)


def test_an_end_without_a_beginning_is_asked_about():
    assert asked("一天三顿送到礼拜五") == "vague"


def test_days_told_apart_from_the_rest_of_the_week_come_again():
    when = parse_when("礼拜一到礼拜五中午送饭周末不用", WEDNESDAY_EVENING)
    assert when is not None
    assert when.recurring == "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    assert day_of("礼拜一到礼拜五我闺女在家礼拜六来") == "2025-03-15"


@pytest.mark.parametrize("text", ["我那低保每个月十五号发", "我每个月退休金三千二"])
def test_when_money_is_paid_is_no_wish(text):
    assert parse_when(text, WEDNESDAY_EVENING) is None


def test_a_feast_in_the_name_of_a_shop_is_no_wish():
    assert parse_when("我家出门往左拐有个三八百货大楼", WEDNESDAY_EVENING) is None


@pytest.mark.parametrize(
    ("text", "time"), [("后天早上七点司十", "07:40"), ("后天下午三点是分", "15:10")]
)
def test_misheard_minutes_are_put_right(text, time):
    assert time_of(text) == time


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("上回那个小伙子不错这回叫他二十八号来", "2025-03-28"),
        ("国庆放到八号八号人多九号来", "2025-10-09"),
    ],
)
def test_who_is_sent_for_and_how_long_a_holiday_lasts_do_not_turn_the_day(text, day):
    now = datetime(2025, 9, 30, 9, 0) if text.startswith("国庆") else WEDNESDAY_EVENING
    assert day_of(text, now) == day


def test_the_hour_of_another_person_leaves_the_part_of_the_day_that_is_wished():
    assert time_of("后天十点我孙子打疫苗下午来") == "afternoon"


@pytest.mark.parametrize(
    ("text", "now", "day"),
    [
        ("九月十九庙里吃斋，二十再来", datetime(2026, 10, 20, 9), "2026-10-29"),
        ("十月十五搭台做戏我不在屋，十四早起来", datetime(2026, 11, 5, 10), "2026-11-22"),
    ],
)
def test_a_number_right_beside_a_date_of_either_calendar_is_of_its_month(text, now, day):
    found = parse_when(text, now)
    assert found is not None
    assert str(found.date) == day


def test_a_number_far_from_the_date_before_it_is_not_of_its_month():
    found = parse_when("六月初二我生日，二十八号来打扫", datetime(2026, 7, 2, 9))
    assert found is not None
    assert str(found.date) == "2026-07-28"


@pytest.mark.parametrize(
    "text", ["明天要今晚不用", "听日先要今晚唔使", "今日毋免明仔载要", "明天来不用太早"]
)
def test_a_day_that_is_turned_down_with_a_bare_no_is_not_the_wish(text):
    assert day_of(text, WEDNESDAY_EVENING, "date") == "2025-03-13"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("大后天上午十点要得不要得嘛就这么定", "2025-03-15"),  # asked, not refused
        ("后天下午两点方便不方便", "2025-03-14"),
        ("十六号诶不是十八号上午来", "2025-03-18"),  # a slip of the tongue
        ("四月初八啊四月初八来", "2025-05-05"),
        ("阴历三月初一离清明还差六日该日来", "2025-03-29"),  # how far the feast is
        ("清明那天出门前来帮我洗头", "2025-04-04"),
        ("洋历三月二十上午来", "2025-03-20"),
    ],
)
def test_what_is_said_beside_a_day_neither_refuses_nor_clouds_it(text, day):
    assert day_of(text) == day


def test_a_moment_that_is_too_soon_is_not_the_wish():
    assert time_of("这会儿赶不赢了明天上午十点来", WEDNESDAY_EVENING) == "10:00"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("四月初三孙子满月摆酒没空初四来", "2025-05-01"),  # busy with what stands before it
        ("毋是拜五是拜六早起拜五阮欲去割香", "2025-03-15"),
        ("国庆二号到四号送饭", None),
    ],
)
def test_a_day_that_is_taken_is_not_wished(text, day):
    assert day_of(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "闰八月初五来剪头发",  # 2025 has a leap sixth month, none of the eighth
        "哪天方便我现在说不准等我孙女来了再定日子",
        "清明回老家收拾屋子二十六下午再来",
    ],
)
def test_days_that_nobody_can_name_yet_are_asked_about(text):
    asked(text)
