"""Days that were left loose are asked about, however they are counted."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.understanding.times import parse_when

WEDNESDAY = datetime(2025, 3, 12, 9, 30)


@pytest.mark.parametrize(
    "text",
    ["三五天没来了", "两三天了还没人来", "迟一点来", "缓一缓再讲一遍"],
)
def test_how_long_something_lasted_is_no_day(text):
    when = parse_when(text, WEDNESDAY)
    assert when is None or when.start is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("过三四天来", "2025-03-15", "2025-03-16"),
        ("再过四五六天来", "2025-03-16", "2025-03-18"),
        ("过两天", "2025-03-14", "2025-03-15"),
        ("免急过两工才来", "2025-03-14", "2025-03-15"),
        ("过三四日子", "2025-03-15", "2025-03-16"),
        ("迟两日先", "2025-03-14", "2025-03-15"),
        ("晚几天再来", "2025-03-15", "2025-03-17"),
        ("三五天吧等我闺女信儿", "2025-03-15", "2025-03-17"),
        ("再等个把礼拜嘛", "2025-03-19", "2025-03-26"),
        ("一半天就来", "2025-03-12", "2025-03-13"),
    ],
)
def test_a_loose_count_is_a_stretch_to_be_asked_about(text, first, last):
    when = parse_when(text, WEDNESDAY)
    assert when is not None
    assert when.ask
    assert (str(when.start), str(when.end)) == (first, last)


@pytest.mark.parametrize("text", ["等麦子割完", "等谷子收完了", "翻了年头一个赶场天"])
def test_what_no_calendar_knows_is_asked_about(text):
    when = parse_when(text, WEDNESDAY)
    assert when is not None
    assert when.ask
