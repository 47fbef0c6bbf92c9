"""Stars, praise, and what was wrong."""

from datetime import datetime

import pytest

from bot.understanding.praise import praises, stars_in, wrong

pytestmark = pytest.mark.unit

NOW = datetime(2026, 5, 11, 16, 30)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "今天天气很好",
        "昨天来打扫的师傅很好，明天再来一次",
        "昨天的师傅手脚很快，给我再订一次",
        "昨天来洗澡的人不好，水是凉的",
        "我身体很好",
        "你们的服务很周到吗",
    ],
)
def test_a_wish_a_complaint_or_small_talk_is_no_praise(text: str) -> None:
    assert not praises(text, NOW)


@pytest.mark.parametrize(
    "text", ["昨天来剪头的小伙子手脚麻利得很", "寻日嚟执屋嗰个好细心", "上回来的那个阿姨勤快得很"]
)
def test_praise_of_who_has_been_there(text: str) -> None:
    assert praises(text, NOW)


@pytest.mark.parametrize(
    ("text", "stars"),
    [
        ("给四颗星", 4),
        ("打三分", 3),
        ("一粒星都嫌多", 1),
        ("五心", 5),
        ("满分", 5),
        ("十分钟就走了", None),
        ("心里不舒服", None),
        ("三个人", None),
    ],
)
def test_stars_are_named_with_their_word(text: str, stars: int | None) -> None:
    assert stars_in(text) == stars


def test_a_bare_number_is_one_only_where_it_was_asked_for() -> None:
    assert stars_in("五个", asked=True) == 5
    assert stars_in("五个") is None


def test_what_was_wrong() -> None:
    assert wrong("迟到了一个钟头")
    assert not wrong("从来不糊弄人")
