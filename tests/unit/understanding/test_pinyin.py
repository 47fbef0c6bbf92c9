"""Words that sound alike are found, words that do not are left alone."""

import pytest

from bot.understanding.pinyin import best_match, distance, fuzzy_class, readings, syllables

pytestmark = pytest.mark.unit

SERVICES = ("助浴", "助餐", "助洁", "陪诊", "低保")


def test_nothing_matches_in_silence() -> None:
    assert best_match("", SERVICES) is None
    assert best_match("想约个助浴", ()) is None


def test_names_of_one_syllable_are_passed_over() -> None:
    assert best_match("浴", ("浴",)) is None


def test_different_words_are_far_apart() -> None:
    assert distance("洗澡", "扫地") > 0.7
    assert distance("助餐", "住院") >= 0.5
    assert distance("", "助浴") == 1.0
    assert distance("", "") == 0.0


def test_text_without_the_name_matches_nothing() -> None:
    assert best_match("今天天气真好", SERVICES, 0.2) is None


@pytest.mark.parametrize(
    ("heard", "meant"),
    [("祝愈", "助浴"), ("陪枕", "陪诊"), ("底保", "低保"), ("培正", "陪诊"), ("组参", "助餐")],
)
def test_garbled_service_is_recognised(heard: str, meant: str) -> None:
    found = best_match(f"我想约个{heard}明天下午", SERVICES)
    assert found is not None
    assert found.name == meant
    assert found.span == (4, 6)


def test_accents_are_closer_than_other_sounds() -> None:
    assert distance("奶奶", "来来") < distance("奶奶", "拜拜")
    assert distance("飞机", "灰鸡") < 0.1


def test_a_region_makes_its_own_merger_cheaper_and_others_dearer() -> None:
    assert distance("奶", "来", "sichuan") < distance("奶", "来") < distance("奶", "来", "jin")


def test_fuzzy_classes_join_what_accents_join() -> None:
    assert fuzzy_class("zhen") == fuzzy_class("zeng")
    assert fuzzy_class("fan") == fuzzy_class("huan")
    assert fuzzy_class("ba") != fuzzy_class("ma")
    assert fuzzy_class("3") == "3"


def test_every_character_has_one_syllable() -> None:
    text = "女儿abc12，绿"
    assert len(syllables(text)) == len(text)
    assert all(len(reading) == len(text) for reading in readings(text))


def test_the_name_with_its_own_characters_wins_a_tie() -> None:
    found = best_match("去附院看病", ("父愿", "附院"))
    assert found is not None
    assert found.name == "附院"
