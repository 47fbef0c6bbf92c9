"""What is acted upon, what is asked for again, and how it ends."""

import pytest

from bot.sentences import Sentences
from tests.unit.voice.fakes import FakeRecognizer
from voice.asr import Transcript
from voice.gate import AGAIN, CHOICES, MENU, PERSON, Gate

pytestmark = pytest.mark.unit


def heard(text, confidence=0.9, doubts=()):
    return Transcript(text, confidence, FakeRecognizer.name, 0.1, doubts=doubts)


def judge(gate, text, confidence=0.9, *, asked=None, speech_s=2.0, must_hear=False, doubts=()):
    return gate.judge(heard(text, confidence, doubts), speech_s, asked, must_hear=must_hear)


def test_sure_text_is_accepted_and_unsure_text_is_not():
    assert judge(Gate(0.45, 0.3), "我要打扫").accepted
    refused = judge(Gate(0.45, 0.3), "我要打扫", 0.3)
    assert (refused.accepted, refused.key, refused.doubts) == (False, AGAIN, ("unsure",))


def test_a_short_answer_that_was_asked_for_is_believed_sooner():
    assert judge(Gate(0.45, 0.3), "不要", 0.35, asked="confirm").accepted
    assert not judge(Gate(0.45, 0.3), "不要", 0.35, asked="date").accepted
    assert not judge(Gate(0.45, 0.3), "明天", 0.35, asked="confirm").accepted
    assert not judge(Gate(0.45, 0.3), "不要", 0.2, asked="confirm").accepted


def test_more_words_than_the_speech_can_hold_are_not_believed():
    fluent = "今天天气真好我们一起去公园散步吧"
    assert not judge(Gate(0.5, 0.3), fluent, 0.9, speech_s=0.8).accepted
    assert judge(Gate(0.5, 0.3), fluent, 0.9, speech_s=3.0).accepted
    assert judge(Gate(0.5, 0.3), "好的", 0.9, speech_s=0.12).accepted, "a short word has no rate"


def test_doubts_of_the_recogniser_are_told():
    assert judge(Gate(0.45, 0.3), "吃饭吃饭", 0.4, doubts=("repetition",)).doubts == ("repetition",)


@pytest.mark.parametrize(("asked", "key"), [("confirm", "utter_choose_confirm"),
                                            ("date", "utter_choose_date"),
                                            ("address", "utter_say_again_2"),
                                            ("service", MENU), (None, MENU)])  # fmt: skip
def test_the_second_time_there_are_choices_that_fit_the_question(asked, key):
    gate = Gate(0.45, 0.3)
    judge(gate, "甲", 0.1, asked=asked)
    assert judge(gate, "乙", 0.1, asked=asked).key == key


def test_the_third_time_a_person_comes_and_it_begins_anew():
    gate = Gate(0.45, 0.3)
    found = [judge(gate, "甲", 0.1) for _ in range(4)]
    assert [one.key for one in found] == [AGAIN, MENU, PERSON, AGAIN]
    assert [one.person for one in found] == [False, False, True, False]


def test_a_line_that_is_understood_puts_it_back():
    gate = Gate(0.45, 0.3)
    judge(gate, "甲", 0.1)
    judge(gate, "我要打扫")
    assert judge(gate, "乙", 0.1).key == AGAIN


def test_where_there_may_be_danger_every_text_counts():
    assert judge(Gate(0.45, 0.3), "腿腿", 0.01, must_hear=True).accepted


def test_sounds_without_words_in_danger_are_asked_about_once_and_then_acted_upon():
    gate = Gate(0.45, 0.3)
    assert judge(gate, "", 0.0, must_hear=True).key == AGAIN
    assert judge(gate, "", 0.0, must_hear=True).accepted


def test_every_sentence_of_the_gate_can_be_said():
    from anban.settings import ROOT

    sentences = Sentences(ROOT / "domain.yml")
    for key in {AGAIN, MENU, PERSON, *CHOICES.values()}:
        assert sentences(key)
