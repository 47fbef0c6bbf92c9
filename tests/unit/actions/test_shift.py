"""A new day or hour that is told by a step from the old one."""

import pytest

from actions.shift import shifted

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("能不能早一天来收", ("2026-03-09", "09:00")),
        ("提前两天", ("2026-03-08", "09:00")),
        ("往后推一天行不", ("2026-03-11", "09:00")),
        ("迟一日先啦", ("2026-03-11", "09:00")),
        ("晚半个钟头", ("2026-03-10", "09:30")),
        ("推迟一个半钟头吧", ("2026-03-10", "10:30")),
        ("早一个小时来", ("2026-03-10", "08:00")),
        ("延后一个礼拜嘛", ("2026-03-17", "09:00")),
    ],
)
def test_a_step_is_taken(text: str, to: tuple[str, str]) -> None:
    assert shifted(text, "2026-03-10", "09:00") == to


@pytest.mark.parametrize(
    "text", ["", "早点来", "今晚一点都不想吃", "明早一个人在家", "早半天吧", "改到礼拜三"]
)
def test_what_names_no_step_is_left_alone(text: str) -> None:
    assert shifted(text, "2026-03-10", "09:00") is None


def test_an_hour_cannot_be_moved_where_only_the_part_of_the_day_is_known() -> None:
    assert shifted("晚半个钟头", "2026-03-10", "morning") is None
    assert shifted("早一天", "2026-03-10", "morning") == ("2026-03-09", "morning")
    assert shifted("早一天", None, None) is None
