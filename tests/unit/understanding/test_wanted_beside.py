"""What is refused and what is wanted beside it; words whose end belongs to a day."""

import pytest

from bot.understanding.questions import asks_whom_to_ring
from bot.understanding.services import ENOUGH, find_service, mentions, turned_away

pytestmark = pytest.mark.unit


def test_nothing_is_turned_away_where_nothing_is_named() -> None:
    assert turned_away("", ENOUGH) == frozenset()


@pytest.mark.parametrize(
    ("text", "wanted", "refused"),
    [
        ("饭唔要洗被套就要听日朝早九点", "laundry", "meals"),
        ("餐饭唔好要喇净系洗被套就得", "laundry", "meals"),
        ("不要洗澡要打扫", "cleaning", "bathing"),
    ],
)
def test_a_refusal_is_of_the_service_before_where_the_one_behind_is_wanted(
    text: str, wanted: str, refused: str
) -> None:
    found = find_service(text)
    assert found is not None
    assert found.service == wanted
    assert refused in turned_away(text, ENOUGH)


def test_a_word_whose_end_begins_a_day_is_none() -> None:
    assert all(one.service != "companionship" for one in mentions("能行下周二来收拾厨房"))


@pytest.mark.parametrize("text", ["", "我订的送饭几号来", "我社区六号楼", "平台几号来人打扫"])
def test_a_house_or_a_day_has_a_number_too(text: str) -> None:
    assert not asks_whom_to_ring(text)


@pytest.mark.parametrize(
    "text", ["养老平台打哪个号来着", "民政局的电话是多少", "养老热线系几多号啊"]
)
def test_whom_to_ring_is_asked(text: str) -> None:
    assert asks_whom_to_ring(text)
