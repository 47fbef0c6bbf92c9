"""A short answer is told from what it may have been; what is not certain is none."""

import pytest

from voice.answers import Sounding, settle
from voice.asr.base import Hearings, Reading

pytestmark = pytest.mark.unit


def heard(plain, hinted):
    """Two hearings, each {text: probability}."""
    return Hearings(*(tuple(Reading(*one) for one in found.items()) for found in (plain, hinted)))


def answer(plain, hinted):
    found = settle(heard(plain, hinted))
    return found.text if found else None


@pytest.mark.parametrize(
    ("plain", "hinted"),
    [
        ({"行": 0.2, "不行": 0.2}, {"行": 0.5, "不行": 0.4}),
        ({"有": 0.06, "要": 0.03, "没有": 0.04}, {"没有": 0.5, "要": 0.02}),
        ({"不会": 0.3, "不是": 0.1, "对": 0.05}, {"对": 0.6}),
        ({"要": 0.3}, {"不要": 0.5, "要": 0.05}),
    ],
)
def test_where_one_hearing_gainsays_the_other_nothing_is_answered(plain, hinted):
    assert answer(plain, hinted) is None


@pytest.mark.parametrize("said", ["救命", "我摔了", "洗澡", "听不见", "喂"])
def test_something_else_is_no_answer(said):
    assert answer({said: 0.3, "是": 0.02}, {said: 0.2, "是": 0.1, "行": 0.05}) is None


def test_what_is_hardly_heard_at_all_is_no_answer():
    assert answer({"那": 0.01}, {"行": 0.012}) is None
    assert answer({}, {}) is None


@pytest.mark.parametrize(
    ("plain", "meant"),
    [
        ({"醒": 0.1, "形": 0.05, "行": 0.02}, "行"),
        ({"Yo": 0.2, "yo": 0.1}, "要"),
        ({"n": 0.4, "NN": 0.1, "对": 0.01}, "嗯"),
        ({"對": 0.3, "隊": 0.05}, "对"),
        ({"对对对": 0.4}, "对"),
        ({"部要": 0.2, "不要不要": 0.1}, "不要"),
    ],
)
def test_texts_that_sound_alike_count_together(plain, meant):
    assert answer(plain, {}) == meant


def test_hints_say_what_a_doubtful_hearing_does_not():
    assert answer({"失败": 0.01, "是的": 0.006}, {"是的": 0.07, "行": 0.04}) == "是的"
    assert answer({"美容": 0.45, "没有": 0.01}, {"没有": 0.4}) == "没有"


@pytest.mark.parametrize(("said", "hint"), [("疼", "行"), ("喂", "没有"), ("洗澡", "好")])
def test_hints_alone_are_no_answer(said, hint):
    assert answer({said: 0.1}, {hint: 0.3}) is None


def sounding(**shares):
    return Sounding.of([Reading(*one) for one in shares.items()])


def test_what_sounds_like_an_answer_makes_a_doubtful_hearing_one():
    twice = heard({"行": 0.1, "新": 0.2}, {"行": 0.1, "新": 0.4})
    assert settle(twice) is None
    found = settle(twice, sounding(行=0.85))
    assert found is not None
    assert found.text == "行"


def test_what_sounds_like_the_contrary_is_no_answer():
    assert settle(heard({"要": 0.3}, {"要": 0.4})) is not None
    assert settle(heard({"要": 0.3}, {"要": 0.4}), sounding(不要=0.95)) is None


def test_what_sounds_like_nothing_that_is_answered_is_no_answer():
    assert settle(heard({"啊": 0.1, "好": 0.1}, {"好": 0.3}), sounding(好=0.02)) is None


def test_a_sound_without_doubt_is_an_answer_by_itself():
    sure = sounding(不用=0.6, 不要=0.38).answer
    assert sure is not None
    assert sure.text == "不用"
    assert sounding(要=0.5, 不要=0.5).answer is None
    assert sounding().answer is None


def test_a_written_yes_that_sounds_like_something_else_is_doubted():
    assert sounding(好=0.1).gainsays("对", 0.4)
    assert not sounding(好=0.4).gainsays("对", 0.4)
    assert not sounding(好=0.1).gainsays("对", 0.6)
    assert sounding(好=0.9).gainsays("不好", 0.9)


def test_where_the_sound_is_likely_and_the_hints_agree_nothing_else_need_be_written():
    said = {"去的": 0.01, "雪的": 0.01}
    assert settle(heard(said, {"是的": 0.08, "去的": 0.01})) is None
    found = settle(heard(said, {"是的": 0.08, "去的": 0.01}), sounding(对=0.85))
    assert found is not None
    assert found.text == "是的"


@pytest.mark.parametrize(
    ("plain", "hinted", "sound"),
    [
        ({"疼": 0.02}, {"疼": 0.1, "行": 0.01}, {"对": 0.4}),
        ({"不行": 0.05, "行": 0.01}, {"行": 0.08}, {"对": 0.85}),
        ({"我": 0.07}, {"我": 0.05}, {"不": 0.6}),
        ({"早": 0.1}, {"没有": 0.1, "No": 0.1}, {"没有": 0.1}),
    ],
)
def test_a_sound_that_is_not_likely_enough_or_against_what_was_written_is_no_answer(
    plain, hinted, sound
):
    assert settle(heard(plain, hinted), sounding(**sound)) is None


@pytest.mark.parametrize(
    ("sound", "text"), [({"行": 0.5, "不要": 0.1}, "行"), ({"不用": 0.75}, "不用")]
)
def test_a_likely_sound_that_nothing_written_gainsays_is_an_answer(sound, text):
    found = settle(heard({"去吧": 0.08}, {"去吧": 0.03}), sounding(**sound))
    assert found is not None
    assert found.text == text


WRITTEN = heard({"行": 0.07, "笑": 0.03, "見": 0.01}, {"行，": 0.25, "行": 0.05, "走": 0.01})
"""A 行 as every hearing writes it."""


@pytest.mark.parametrize(
    ("found", "written", "sound"),
    [
        (WRITTEN, "行", {"不要": 0.6}),
        (WRITTEN, "你", {"行": 0.03}),
        (WRITTEN, "", {}),
        (heard({"笑": 0.07, "行": 0.06}, {"行": 0.3}), "行", {"行": 0.03}),
        (heard({"行": 0.3}, {"走": 0.3}), "行", {"行": 0.03}),
        (heard({"洗澡": 0.3}, {"洗澡": 0.3}), "洗澡", {"行": 0.03}),
        (heard({"行": 0.3}, {}), "行", {"行": 0.03}),
    ],
)
def test_what_not_every_hearing_writes_or_sounds_like_the_contrary_is_no_answer(
    found, written, sound
):
    assert settle(found, sounding(**sound), written) is None


def test_what_every_hearing_writes_is_the_answer_though_it_does_not_sound_so():
    assert settle(WRITTEN, sounding(行=0.03)) is None
    found = settle(WRITTEN, sounding(行=0.03), "行")
    assert found is not None
    assert found.text == "行"
