"""Words of time in the wrong characters are heard, and ordinary words are left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pytest

from bot.understanding.mishearing import Garbler
from bot.understanding.times import parse_when
from bot.understanding.times.hearing import heard
from bot.understanding.times.words import table
from tests.unit.understanding.whens import asked, day_of, time_of

pytestmark = pytest.mark.unit


def test_a_feast_is_heard_by_how_it_is_kept():
    assert day_of("冬志包饺子那天来") == "2025-12-21"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("立球那天上午", "立秋那天上午"),
        ("双降前一天", "霜降前一天"),
        ("大署个日下昼", "大暑个日下昼"),
        ("惊折那天", "惊蛰那天"),
        ("虫阳节上午来", "重阳节上午来"),
        ("改到大吼天上午", "改到大后天上午"),
        ("名旦日下午三点", "明旦日下午三点"),
        ("名晚上七点", "明晚上七点"),
        ("厚天前上九点", "后天前晌九点"),
        ("辣月二十四", "腊月二十四"),
        ("证月里初三", "正月里初三"),
        ("兴七三下午", "星期三下午"),
    ],
)
def test_a_word_of_time_is_heard_in_other_characters(text, meant):
    assert heard(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("二十四浩下午", "二十四号下午"),
        ("六月无号", "六月五号"),
        ("处六上午", "初六上午"),
        ("九月十舞早上", "九月十五早上"),
        ("五越十一号", "五月十一号"),
        ("腊月二时六上午", "腊月二十六上午"),
        ("润六月初一", "闰六月初一"),
        ("吓礼拜四", "下礼拜四"),
        ("下粥二上午", "下周二上午"),
        ("礼拜伞下午", "礼拜三下午"),
        ("礼拜是上午", "礼拜四上午"),
        ("下午舞点", "下午五点"),
        ("上午十店半", "上午十点半"),
        ("下午两点一客", "下午两点一刻"),
        ("下午四点板", "下午四点半"),
    ],
)
def test_numbers_and_units_are_heard_in_other_characters(text, meant):
    assert heard(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "我想问问大学的事",
        "小树倒在门口了",
        "小数点怎么打",
        "衣服洗完了",
        "爷爷那边不用来",
        "司机师傅在不在",
        "礼拜有空",
        "礼拜四午饭我不要",
        "打扫无法做",
        "五楼下不去",
        "明天也不来",
        "后天下不了床",
        "十九天以后",
        "两点店里有人",
        "初期病",
        "名下的房子",
        "下月初吧",
        "腊月二十吧",
        "年三十儿下午",
    ],
)
def test_ordinary_words_stay_what_they_are(text):
    assert heard(text) == text


@pytest.mark.parametrize(
    "text",
    ["大学下午三点", "那天下午三点", "旺姑日下午三点", "今末天早上八点半"],
)
def test_a_day_that_is_not_understood_is_asked_about(text):
    assert asked(text) == "unclear"


def test_an_hour_without_a_day_is_no_reason_to_ask():
    assert time_of("最好下午三点") == "15:00"
    assert time_of("师傅下午三点来") == "15:00"


NOW = datetime(2026, 3, 4, 9, 10)
FRAMES = {
    "day": ("{}下午三点", "{}上午来", "改到{}", "{}"),
    "named": ("{}那天下午", "{}那天", "{}上午来", "{}前一天"),
    "weaknamed": ("{}那天上午",),
    "part": ("后天{}", "礼拜五{}"),
    "lmonth": ("{}初八上午", "{}二十六"),
}
NUMBERS = (
    *("十三号下午", "五月初八上午", "后天三点半", "明天下午三点一刻", "二十三号来", "腊月二十三"),
    *(
        "下个月初六",
        "礼拜四下午",
        "后天上午九点",
        "初十下午",
        "八月十五上午",
        "三月二十六号上午十点",
    ),
)


def _plain_phrases() -> Iterator[str]:
    for word, parts in table().items():
        if len(word) > 1 and not word.isascii():
            yield from (frame.format(word) for frame in FRAMES.get(parts[0][0], ()))
    yield from NUMBERS


def _names_another_time(garbled: str, said: str) -> bool:
    """上午 and 晌午 sound alike: then another word of time was written, and nothing can tell."""
    places = ((at, at + size) for size in range(2, 6) for at in range(len(garbled) - size + 1))
    return any(garbled[a:b] in table() and garbled[a:b] != said[a:b] for a, b in places)


def test_any_word_of_time_is_read_the_same_or_asked_about_when_it_is_garbled():
    garbler = Garbler([*table(), *_plain_phrases()], seed=3)
    verdicts: Counter[str] = Counter()
    for said in _plain_phrases():
        plain = parse_when(said, NOW)
        garbled = garbler.garble(said, 0.25)
        if plain is None or plain.ask or garbled == said or _names_another_time(garbled, said):
            continue
        found = parse_when(garbled, NOW)
        if found is None:
            verdicts["not read"] += 1
        elif found.ask:
            verdicts["asked"] += 1
        else:
            verdicts["right" if found.as_dict() == plain.as_dict() else "wrong"] += 1
    total = verdicts.total()
    assert total > 1000
    assert verdicts["right"] / total > 0.9
    assert verdicts["wrong"] / total < 0.05


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("下礼败三上午", "下礼拜三上午"),
        ("这州六来", "这周六来"),
        ("正月时六早上", "正月十六早上"),
        ("三点八个自来", "三点八个字来"),
        ("差一课九点", "差一刻九点"),
        ("厚天早上", "后天早上"),
        ("后天中揍食饭", "后天中昼食饭"),
        ("十九下半田来", "十九下半天来"),
        ("洋历八月", "阳历八月"),
    ],
)
def test_words_of_weeks_months_and_minutes_are_heard_beside_what_they_go_with(text, read):
    assert heard(text) == read


@pytest.mark.parametrize("text", ["打败三个对手", "伟大", "心里难受", "哈哈大笑", "侯家的儿子"])
def test_other_words_of_the_same_sound_stay(text):
    assert heard(text) == text
