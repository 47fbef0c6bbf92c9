"""A service is known where its verb is softened before its object (拖下地), in every variety."""

import pytest

from bot.understanding.services import find_service, turned_away

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "坐下来慢慢讲",
        "饮咗茶先",
        "我打咗针喇",
        "阿爷出咗院",
        "水个喉",
        "心里热乎乎的",
    ],
)
def test_what_only_looks_like_it_is_no_service(text: str) -> None:
    assert find_service(text) is None


def test_what_is_turned_away_stays_so() -> None:
    assert find_service("不要拖下地") is None
    assert "cleaning" in turned_away("不要拖下地，要剪下头发")


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("拖下地", "cleaning"),
        ("想揾人执下屋", "cleaning"),
        ("叫人来抹下窗", "cleaning"),
        ("扫一下地", "cleaning"),
        ("拭一下窗", "cleaning"),
        ("拖一拖地", "cleaning"),
        ("同我执执间屋", "cleaning"),
        ("搓个澡呗", "bathing"),
        ("同涯擦下身", "bathing"),
        ("洗一回澡", "bathing"),
        ("推个平头", "haircut"),
        ("来量个血压", "nursing"),
        ("给我打个针", "nursing"),
        ("跟我摆哈龙门阵嘛", "companionship"),
        ("洗洗被罩", "laundry"),
        ("给换个锁芯", "repair"),
        ("叫个车来接", "transport"),
    ],
)
def test_a_softened_verb_and_its_object_name_the_service(text: str, service: str) -> None:
    found = find_service(text)
    assert found is not None
    assert found.service == service


def test_it_stands_where_it_was_said() -> None:
    found = find_service("想揾人拖一下地啦")
    assert found is not None
    assert found.span == (3, 7)


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("请你们派人来替我看护一天，喘息服务那种", "respite"),
        ("派个人来陪我妈，短托这种", "respite"),
        ("叫个人来洗一下，助浴嗰种", "bathing"),
        ("派人来给我爸打针，换药就不用", "nursing"),
    ],
)
def test_the_kind_that_a_line_names_is_the_one_that_is_ordered(text: str, service: str) -> None:
    found = find_service(text)
    assert found is not None
    assert found.service == service
