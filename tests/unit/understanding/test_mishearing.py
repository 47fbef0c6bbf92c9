"""Misheard characters are restored by what people say, and nothing else is touched."""

import pytest

from bot.understanding.mishearing import Garbler, Restorer

pytestmark = pytest.mark.unit

SAID = ["找个人来打扫卫生", "家里要打扫卫生", "明天来打扫", "卫生间要扫", "扫一扫", "打扫卫生的人"]


def test_an_empty_line_and_an_untrained_restorer_change_nothing() -> None:
    assert Restorer(SAID).restore("") == ""
    assert Restorer(()).restore("打嫂卫生") == "打嫂卫生"


@pytest.mark.parametrize("text", ["……", "𠮷 ok 12\x1f3\t！", "🙂打扫", "龘靐"])
def test_what_has_no_known_sound_stays(text: str) -> None:
    assert Restorer(SAID).restore(text) == text


def test_a_misheard_word_becomes_what_people_say() -> None:
    assert Restorer(SAID).restore("找个人来打嫂卫生") == "找个人来打扫卫生"


def test_an_accent_is_heard_through() -> None:
    assert Restorer([*SAID, "城市很大", "城市好"]).restore("打扫卫森") == "打扫卫生"


def test_a_restored_line_is_as_long_as_before() -> None:
    line = "那啥,打嫂 卫声 brt 3号"
    assert len(Restorer(SAID).restore(line)) == len(line)


def test_kept_counts_restore_alike() -> None:
    restorer = Restorer(SAID)
    again = Restorer.of(restorer.counts())
    assert again.restore("打嫂卫声") == restorer.restore("打嫂卫声")


def test_a_garbled_line_sounds_as_before_and_looks_different() -> None:
    garbler = Garbler(["打扫大嫂", "达到嫂子"])
    garbled = garbler.garble("打扫，ok", 1.0)
    assert garbled != "打扫，ok"
    assert garbled.endswith("，ok")
    assert garbler.garble("打扫", 0.0) == "打扫"
