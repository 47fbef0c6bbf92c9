"""Transcripts made fit for the mind, the engines' factory, and falling back between engines."""

from pathlib import Path

import numpy as np
import pytest
import speech_recognition as sr

from anban.errors import EngineUnavailable
from tests.unit.voice.fakes import FakeRecognizer
from voice.asr import RecognizerChain, Transcript, create, create_chain
from voice.asr.clean import judge, tidy
from voice.asr.hosted import HostedRecognizer
from voice.asr.vosk import grammar_of
from voice.asr.whisper import window_frames
from voice.config import AsrConfig

pytestmark = pytest.mark.unit
CONFIG = AsrConfig(models_dir=Path("/nowhere"))
SOUND = np.zeros(16_000, np.float32)


def heard(text, confidence=0.9, audio_seconds=3.0):
    return Transcript(text, confidence, "fake", 0.1, audio_seconds)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("我要訂陪診服務", "我要订陪诊服务"),
        ("一三八 零零零零 幺二三四", "13800001234"),
        ("138 0000 1234", "13800001234"),
        ("１２３４９", "12349"),
        ("三点 半 来", "三点半来"),
        ("二零二", "二零二"),
        ("十五块", "十五块"),
    ],
)
def test_script_digits_and_gaps_are_the_same_for_every_engine(raw, clean):
    assert tidy(raw) == clean


def test_a_cry_that_is_repeated_keeps_its_words():
    found = judge(heard("救命救命救命救命救命救命"))
    assert found.text == "救命救命"
    assert found.doubts == ("repetition",)
    assert found.confidence < 0.9


def test_an_echo_of_the_prompt_is_dropped():
    found = judge(heard("以下是普通话的句子。"), prompts=("以下是普通话的句子。",))
    assert (found.text, found.confidence) == ("", 0.0)


def test_film_credits_invented_over_noise_are_dropped():
    assert judge(heard("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目")).text == ""


def test_more_characters_than_anybody_can_say_lower_the_confidence():
    found = judge(heard("今天天气真好我们一起去公园散步吧好不好", audio_seconds=1.0))
    assert "too-fast" in found.doubts


def test_punctuation_alone_is_nothing_heard():
    assert judge(heard("……。")).confidence == 0.0


@pytest.mark.parametrize("name", ["whisper", "vosk", "sherpa"])
def test_missing_weights_name_the_command_that_fetches_them(name):
    with pytest.raises(EngineUnavailable, match="anban models fetch"):
        create(name, CONFIG)


def test_an_unknown_engine_or_service_names_those_there_are():
    with pytest.raises(EngineUnavailable, match="whisper"):
        create("nonsense", CONFIG)
    with pytest.raises(EngineUnavailable, match="google"):
        create("hosted:nonsense", CONFIG)
    with pytest.raises(EngineUnavailable, match="anban models fetch"):
        create_chain(CONFIG)


async def test_an_engine_that_cannot_be_used_hands_over_to_the_next():
    first, second = FakeRecognizer(), FakeRecognizer("您好")
    first.broken = True
    assert (await RecognizerChain([first, second]).transcribe(SOUND)).text == "您好"


async def test_a_hosted_service_is_bridged_with_its_score():
    asked = {}

    def service(audio, **options):
        asked.update(options, samples=len(audio.frame_data))
        return "我要訂餐", 0.8

    engine = HostedRecognizer("mine", CONFIG, method=service)
    found = await engine.transcribe(SOUND)
    assert (found.text, found.confidence, found.engine) == ("我要订餐", 0.8, "hosted:mine")
    assert asked["language"] == "zh-CN"


async def test_a_hosted_service_that_is_down_says_what_to_do():
    def service(audio, **options):
        raise sr.RequestError("no network")

    with pytest.raises(EngineUnavailable, match="choose engine whisper"):
        await HostedRecognizer("mine", CONFIG, method=service).transcribe(SOUND)


async def test_a_hosted_service_that_understood_nothing_gives_no_text():
    def service(audio, **options):
        raise sr.UnknownValueError

    found = await HostedRecognizer("mine", CONFIG, method=service).transcribe(SOUND)
    assert (found.text, found.confidence) == ("", 0.0)


def test_an_operators_word_list_becomes_a_grammar(tmp_path):
    assert grammar_of(tmp_path) == ()
    (tmp_path / "words.txt").write_text("救命\n\n 打扫卫生 \n", encoding="utf-8")
    assert grammar_of(tmp_path) == ('["救命", "打扫卫生", "[unk]"]',)


def test_the_window_of_whisper_grows_with_the_utterance_and_never_past_what_it_was_made_for():
    assert [window_frames(seconds) for seconds in (0.4, 13.0, 20.0, 29.5, 60.0)] == [
        1500, 1500, 2200, 3000, 3000,
    ]  # fmt: skip
