"""Two services in one breath, each with its hour, and the day of both."""

import pytest

from tests.unit.understanding.test_several import told

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "礼拜六上午九点洗完澡再来打扫",
        "礼拜六打扫，做完了十点半我要出门",
        "打扫完了没有，都是礼拜五说的",
    ],
)
def test_what_follows_on_one_service_is_no_second_one(text: str) -> None:
    assert told(text) == []


def test_a_day_said_last_of_the_second_alone_is_not_of_the_first() -> None:
    assert told("上午九点洗澡，十点半剃头要礼拜六") == [
        ("bathing", None, "09:00"),
        ("haircut", "2026-03-07", "10:30"),
    ]


def test_a_day_of_the_first_is_kept_where_another_is_said_for_all() -> None:
    first, second = told("明天上午九点洗澡，礼拜六十点半剃头，都是在家里")
    assert first == ("bathing", "2026-03-05", "09:00")
    assert second == ("haircut", "2026-03-07", "10:30")


@pytest.mark.parametrize(
    "text",
    [
        "给我爸约两样，这礼拜六上午九点助浴完了十点半理发",
        "给俺娘约俩活儿，礼拜六头晌儿九点洗澡，洗了以后十点半剃头",
        "礼拜六上昼九点冲凉，跟住十点半剪头发",
        "我欲约两项，拜六早起九点洗身躯了后十点半剃头",
        "拜六上昼九点洗身，十点半剃头",
        "礼拜六前晌九点洗澡，完事儿十点半剃头",
        "礼拜六，洗澡上午九点，理发十点半",
    ],
)
def test_an_hour_that_goes_on_from_the_first_is_of_its_day(text: str) -> None:
    assert told(text) == [("bathing", "2026-03-07", "09:00"), ("haircut", "2026-03-07", "10:30")]


@pytest.mark.parametrize(
    "text",
    [
        "后晌三点打扫四点半剃头都是礼拜五",
        "下昼三点打扫，四点半剪头发，两样都系礼拜五",
        "下午三点打扫，四点半理发，都约在礼拜五",
        "下昼三点打扫，四点半剃头，拢是拜五",
    ],
)
def test_a_day_said_last_and_for_all_is_of_both(text: str) -> None:
    assert told(text) == [("cleaning", "2026-03-06", "15:00"), ("haircut", "2026-03-06", "16:30")]
