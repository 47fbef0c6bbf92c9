"""Which service a line asks for, and which it turns away."""

import pytest

from bot.understanding.services import (
    SERVICES,
    find_service,
    names_only_a_service,
    orders_something,
    segments,
    settled,
    turned_away,
)

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("text", ["", "今天天气好", "就那个", "喂你好", "我姓王", "明天下午三点"])
def test_no_service_is_made_up(text: str) -> None:
    assert find_service(text) is None


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("不要洗澡要打扫", "cleaning"),
        ("不是理发是洗澡", "bathing"),
        ("把送饭改成打扫", "cleaning"),
        ("洗衫唔要喇要打扫", "cleaning"),
        ("打扫不用了给我送饭", "meals"),
        ("我要洗澡不要打扫", "bathing"),
        ("要理发也要送饭理发不急先送饭", "meals"),
        ("洗澡唔急先打扫", "cleaning"),
    ],
)
def test_what_is_turned_away_does_not_count(text: str, service: str) -> None:
    found = find_service(text)
    assert found is not None
    assert found.service == service


def test_only_a_refusal_asks_for_nothing() -> None:
    assert find_service("不要洗澡") is None


def test_of_several_wishes_the_first_wins() -> None:
    found = find_service("先洗澡再打扫")
    assert found is not None
    assert found.service == "bathing"


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("叫人来扫厝", "cleaning"),
        ("屋里埋汰得下不去脚", "cleaning"),
        ("窗户脏了来擦玻璃", "cleaning"),
        ("涯爱洗身", "bathing"),
        ("来给我妈搓搓背", "bathing"),
        ("今暗送一份饭来", "meals"),
        ("陪我去医院复查", "escort"),
        ("马桶堵了", "repair"),
        ("帮我买两斤鸡蛋", "shopping"),
        ("电费帮我交一下交电费", "bills"),
        ("来给我剃个头", "haircut"),
        ("被子该拆洗了洗被子", "laundry"),
        ("想去日间照料中心", "daycare"),
        ("想在养老院短期住半个月", "respite"),
        ("请护士上门换药", "nursing"),
        ("找个人陪我聊聊天", "companionship"),
        ("派个车送我去火车站", "transport"),
    ],
)
def test_every_service_is_found_by_its_words(text: str, service: str) -> None:
    found = find_service(text)
    assert found is not None
    assert found.service == service
    assert found.service in SERVICES
    assert 0 < found.score <= 1


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("想约个祝愈", "bathing"),
        ("叫个培枕的", "escort"),
        ("给我约个宝洁", "cleaning"),
        ("灰发", "haircut"),
    ],
)
def test_a_garbled_name_is_known_by_its_sound(text: str, service: str) -> None:
    found = find_service(text)
    assert found is not None
    assert found.service == service
    assert found.score < 1


def test_the_span_lies_in_what_was_said() -> None:
    text = "明仔载叫人来摒扫一下"
    found = find_service(text)
    assert found is not None
    assert text[slice(*found.span)] == "摒扫"
    assert found.as_dict()["service"] == "cleaning"


def test_the_refused_service_is_known_as_such() -> None:
    assert turned_away("不要洗澡要打扫") == {"bathing"}
    assert turned_away("我要洗澡不要打扫") == {"cleaning"}
    assert turned_away("明天来洗澡") == frozenset()


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("理发那单不要打扫照来", {"haircut"}),
        ("修灯嗰张唔爱剃头照样来", {"repair"}),
        ("我要洗澡不要打扫", {"cleaning"}),
    ],
)
def test_a_refusal_belongs_to_what_was_just_named(text: str, refused: set[str]) -> None:
    assert turned_away(text) == refused


def test_what_is_ordered_goes_before_what_is_told() -> None:
    found = find_service("电话费欠了，想订明天晌午的饭")
    assert found is not None
    assert (found.service, found.ordered) == ("meals", True)
    told = find_service("没人交电费也没人做饭")
    assert told is not None
    assert not told.ordered


def test_each_service_has_its_own_words() -> None:
    assert segments("着饭取消剃头照旧") == (("meals", "饭取消"), ("haircut", "剃头照旧"))
    assert segments("打扫要，不要洗澡") == (("cleaning", "打扫要，"), ("bathing", "不要洗澡"))
    assert segments("今天天气好") == ()


def test_what_is_ordered_and_taken_back_is_not_ordered() -> None:
    found = find_service("叫人来打扫，不对，讲错了，是帮我洗澡")
    assert found is not None
    assert not found.ordered


@pytest.mark.parametrize("text", ["饭", "送饭", "洗身", "扫厝", "饭。", "剃头啊"])
def test_a_line_that_is_nothing_but_a_service_is_known(text: str) -> None:
    assert names_only_a_service(text)


@pytest.mark.parametrize("text", ["", "嗯", "吃过饭了", "饭太咸", "饭凉了没法吃"])
def test_a_line_that_says_more_of_it_is_not(text: str) -> None:
    assert not names_only_a_service(text)


@pytest.mark.parametrize(
    "text", ["我想帮阿嫲订两样嘢", "给俺娘订点东西", "我想要个上门服务", "涯爱帮爷哀约几样事"]
)
def test_an_order_of_something_unnamed_is_one(text: str) -> None:
    assert orders_something(text)


@pytest.mark.parametrize("text", ["我没订什么东西", "你们都有啥服务", "我订的东西到了没"])
def test_what_orders_nothing_is_none(text: str) -> None:
    assert not orders_something(text)


@pytest.mark.parametrize(
    "text",
    [
        "要个人帮我洗澡后天上午哦不对不对后天要去银行礼拜五吧",
        "约人洗澡礼拜二哎不是礼拜二我要去银行礼拜三",
    ],
)
def test_a_slip_of_the_day_puts_no_service_in_the_place_of_another(text: str) -> None:
    found = find_service(text)
    assert found is not None
    assert found.service == "bathing"
    assert "bathing" not in turned_away(text)


@pytest.mark.parametrize("text", ["这样打扫不干净", "就订个送饭", "打扫这周五来"])
def test_a_service_that_is_wanted_is_not_settled(text: str) -> None:
    assert not settled(text)


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("要得电费就这么定了再帮我买点菜", "bills"),
        ("洗澡改到礼拜六陪诊不变", "escort"),
        ("送饭那个照旧，剃头换个人", "meals"),
    ],
)
def test_what_is_left_as_it_is_is_settled(text: str, service: str) -> None:
    assert settled(text) == {service}


@pytest.mark.parametrize(
    ("text", "service", "off"),
    [
        ("想订送饭，说错了，是理发", "haircut", "meals"),
        ("搵人打扫唔系唔系系冲凉", "bathing", "cleaning"),
        ("约个剃头毋着毋着欲洗身躯", "bathing", "haircut"),
    ],
)
def test_what_is_said_after_a_slip_stands_in_its_place(text: str, service: str, off: str) -> None:
    found = find_service(text)
    assert found is not None
    assert found.service == service
    assert off in turned_away(text)


@pytest.mark.parametrize("text", ["我开了一辈子火车", "当年赶马车", "在车间做了三十年"])
def test_a_vehicle_of_a_working_life_orders_none(text: str) -> None:
    found = find_service(text)
    assert found is None or found.service != "transport"


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("我以前在澡堂子给人搓澡的，给我家擦擦玻璃拖拖地", "cleaning"),
        ("俺是开出租车的，俺妈礼拜一去医院复查，寻个人陪", "escort"),
        ("我原来是剃头匠，手抖了，叫个人给我洗个澡", "bathing"),
        ("我年轻时候送饭的，现在想找人打扫", "cleaning"),
        ("我年轻时候送饭的", "meals"),  # nothing else is named
        ("我以前订的打扫那个阿姨好，还要打扫", "cleaning"),
        ("我是想洗澡的，别的不要", "bathing"),
    ],
)
def test_a_trade_that_is_told_of_is_not_what_is_wanted(text: str, service: str) -> None:
    found = find_service(text)
    assert found is not None
    assert found.service == service
