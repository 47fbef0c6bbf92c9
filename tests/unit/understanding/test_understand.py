"""One line in, everything it says out."""

import json
import time
from dataclasses import FrozenInstanceError
from datetime import datetime

import pytest

from bot.understanding import understand

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 4, 9, 10)
HOME = "龙岩市新罗区西城街道和平路十八号三零二"


def test_silence_says_nothing() -> None:
    found = understand("", NOW)
    assert found.normal == ""
    assert (found.service, found.when, found.address, found.person) == (None, None, None, None)
    assert (found.name, found.phone, found.yes_no) == (None, None, None)
    assert found.emergency.level == "no"


def test_a_very_long_text_is_read_quickly_and_a_cry_in_its_middle_is_heard() -> None:
    filler = "今天想约个人来打扫卫生顺便买点菜"
    text = (filler * 300 + "救命啊我摔倒了起不来" + filler * 300)[:10_000]
    understand("先来一句", NOW)
    started = time.perf_counter()
    found = understand(text, NOW)
    assert time.perf_counter() - started < 3
    assert found.original == text
    assert found.emergency.level == "certain"


def test_garbage_does_no_harm() -> None:
    for text in ("\x00\x01", "😀" * 50, "<script>alert(1)</script>", "ａｂｃ", " \n\t", "，。！？"):
        assert understand(text, NOW).emergency.level == "no"


def test_one_line_gives_every_slot() -> None:
    text = "我妈吴秀珍想明天下午两点约个陪诊地址和平路十八号三零二电话一三八零零零零一零二二"
    found = understand(text, NOW, known_addresses=[HOME])
    assert found.service is not None
    assert found.service.service == "escort"
    assert found.when is not None
    assert found.when.as_dict()["date"] == "2026-03-05"
    assert found.address is not None
    assert found.address.matched == HOME
    assert found.person is not None
    assert found.person.name == "吴秀珍"
    assert found.phone == "13800001022"
    assert found.emergency.level == "no"


def test_context_decides_what_a_short_answer_is() -> None:
    assert understand("三零二", NOW, "address", [HOME]).address is not None
    assert understand("三零二", NOW, None, [HOME]).address is None
    assert understand("林秀英", NOW, "name").name == "林秀英"
    assert understand("不是下午是上午", NOW, "confirm").yes_no == "change"


def test_the_whole_can_be_written_as_json() -> None:
    plain = understand("俺跌倒了起不来", NOW).as_dict()
    assert json.loads(json.dumps(plain, ensure_ascii=False)) == plain


def test_what_was_understood_cannot_be_changed() -> None:
    found = understand("你好", NOW)
    with pytest.raises(FrozenInstanceError):
        found.phone = "1"  # type: ignore[misc]
