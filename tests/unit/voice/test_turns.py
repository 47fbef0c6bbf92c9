"""When a turn is over: rules on what is known, and frames through the detector with audio time."""

import pytest

from tests.unit.voice.fakes import LOUD, QUIET, LoudnessVad
from voice.config import TurnConfig
from voice.turn import EndOfTurn, SpeechDropped, TurnContext, TurnDetector, TurnEnded
from voice.turn.words import is_nod, is_unfinished, is_yes_or_no, weight

pytestmark = pytest.mark.unit
CONFIG = TurnConfig()
END = EndOfTurn.of(CONFIG)


class Line:
    """A detector and a clock of frames."""

    def __init__(self, **known):
        self.detector = TurnDetector(LoudnessVad(), END, CONFIG)
        self.known = known
        self.found = []

    def pass_time(self, seconds, frame=QUIET, *, playing=False):
        """Seconds after which a turn ended, or None."""
        for number in range(round(seconds / 0.02)):
            events = self.detector.feed(frame, TurnContext(**self.known), playing=playing)
            self.found += events
            if any(isinstance(event, TurnEnded) for event in events):
                return (number + 1) * 0.02
        return None

    def speak(self, seconds=0.5):
        return self.pass_time(seconds, LOUD)


def wait(partial="", **known):
    return END.wait_s(TurnContext(partial=partial, **known))


@pytest.mark.parametrize("partial", ["那个", "我要那个", "就是", "我要打扫还有", "我家住在", "我想",
                                     "我要打扫，", "下个星期"])  # fmt: skip
def test_a_line_that_ends_in_a_filler_or_a_connector_is_waited_for(partial):
    assert wait(partial, asked="service") == CONFIG.unfinished_silence_s


@pytest.mark.parametrize("partial", ["明天上午", "下周三", "八号下午三点", "我想问一下", "明天"])
def test_half_a_wish_is_waited_for(partial):
    assert wait(partial, asked="service") == CONFIG.unfinished_silence_s


@pytest.mark.parametrize("partial", ["我妈妈她", "昨天来的那位师傅", "我家老头子", "师傅今天"])
def test_words_that_stand_before_others_are_waited_for_where_a_wish_is_told(partial):
    assert wait(partial, asked="service") == CONFIG.unfinished_silence_s
    assert wait(partial, asked="name") == CONFIG.end_silence_s


@pytest.mark.parametrize(
    ("asked", "partial", "whole"),
    [
        ("date", "下个惊奇", "下个星期三"),
        ("time", "大概是", "上午九点"),
        ("address", "提成解到", "建设路"),
        ("hospital", "去哪", "市第一医院"),
    ],
)
def test_an_answer_with_nothing_of_what_was_asked_in_it_is_waited_for(asked, partial, whole):
    assert wait(partial, asked=asked) == CONFIG.unfinished_silence_s
    assert wait(whole, asked=asked) != CONFIG.unfinished_silence_s or asked == "address"
    assert wait("没有", asked=asked) == CONFIG.end_silence_s


def test_a_word_or_two_may_be_all_there_is():
    assert wait("打扫", asked="service") == CONFIG.open_silence_s
    assert wait("没有", asked="service") == CONFIG.end_silence_s


@pytest.mark.parametrize(
    "line", ["我想请人打扫卫生", "我要找人工", "帮我取消明天的送餐", "高龄津贴怎么领"]
)
def test_a_whole_wish_is_answered_after_the_base_silence(line):
    assert wait(line, asked="service") == CONFIG.end_silence_s


@pytest.mark.parametrize("partial", ["明天上午", "下周三", "八号下午三点"])
def test_a_time_is_whole_where_it_was_asked_for(partial):
    assert wait(partial, asked="time") == CONFIG.end_silence_s


def test_text_that_the_recogniser_is_not_sure_of_is_given_more_time_but_a_nod_is_not():
    assert wait("请人来家力", asked="person", confidence=0.55) == CONFIG.open_silence_s
    assert wait("请人来家力", asked="person", confidence=0.4) == CONFIG.unfinished_silence_s
    assert wait("那一", asked="confirm", confidence=0.3) == CONFIG.open_silence_s
    assert wait("不要", asked="confirm", confidence=0.3) == CONFIG.answer_silence_s
    assert wait("请人打扫卫生", confidence=0.7) == CONFIG.end_silence_s
    assert wait("对", asked="confirm", confidence=0.4) == CONFIG.answer_silence_s


@pytest.mark.parametrize("partial", ["138", "138 0000", "一三八零零零零", "0597", "两三"])
def test_a_telephone_number_under_way_is_waited_for(partial):
    assert wait(partial, asked="phone") == CONFIG.number_silence_s


@pytest.mark.parametrize(
    "partial", ["13800001234", "一三八零零零零一二三四", "2298456", "05972298456"]
)
def test_a_whole_telephone_number_is_not(partial):
    assert wait(partial, asked="phone") == CONFIG.end_silence_s


@pytest.mark.parametrize(
    "partial", ["西城街道", "人民路", "人民路12号", "三号楼二单元", "东门社区5栋", "中山路十二"]
)
def test_an_address_that_may_go_on_is_waited_for(partial):
    assert wait(partial, asked="address") == CONFIG.number_silence_s


def test_a_mobile_number_that_nobody_asked_for_is_waited_for_too():
    assert wait("我电话是1380000", asked="service") == CONFIG.number_silence_s


def test_hours_and_sums_are_no_telephone_numbers():
    assert wait("明天下午三点", asked="time") == CONFIG.end_silence_s
    assert wait("一百三", asked="time") == CONFIG.end_silence_s


def test_an_open_question_gives_time_only_while_the_words_are_not_known():
    assert wait(asked="service") == CONFIG.open_silence_s
    assert wait("我要订明天的午饭", asked="service") == CONFIG.end_silence_s
    assert wait(asked="date") == CONFIG.end_silence_s


@pytest.mark.parametrize(
    "partial", ["对", "对对对", "好啊", "嗯", "不要", "不用了", "是的，是的", "没有"]
)
def test_a_clear_yes_or_no_to_a_yes_or_no_question_is_answered_sooner(partial):
    assert wait(partial, asked="confirm") == CONFIG.answer_silence_s
    assert wait(partial, asked="date") == CONFIG.end_silence_s


def test_a_yes_that_goes_on_is_no_clear_yes():
    assert wait("对，但是", asked="confirm") == CONFIG.unfinished_silence_s
    assert wait("对，改到明天", asked="confirm") == CONFIG.end_silence_s


def test_a_cry_for_help_waits_for_next_to_nothing():
    assert wait("救命我在", asked="address", urgent=True) == EndOfTurn.FLOOR_S


def test_no_rule_goes_beyond_the_cap():
    assert EndOfTurn(0.8, 1.0, END._rules).wait_s(TurnContext("phone", "138")) == 1.0


def test_long_pauses_of_ones_own_are_given_and_one_odd_pause_is_not():
    assert wait(asked="date", pauses_s=(1.0, 1.1, 1.2)) == CONFIG.end_silence_s, (
        "too few to judge by"
    )
    assert wait(asked="date", pauses_s=(0.3, 0.3, 0.4, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 1.6)) == 0.8
    assert wait(asked="date", pauses_s=(0.9, 1.0, 0.8, 1.1, 1.0)) == pytest.approx(1.25)
    assert wait(asked="date", pauses_s=(2.5,) * 9) == CONFIG.own_pause_limit_s


def test_the_base_silence_ends_a_turn():
    line = Line(asked="date")
    assert line.speak() is None
    assert line.pass_time(2) == pytest.approx(0.8, abs=0.05)


def test_words_that_are_being_recognised_hold_the_turn_open_but_not_for_ever():
    line = Line(asked="date", pending=True)
    line.speak()
    assert line.pass_time(2.5) is None
    assert line.pass_time(1.0) == pytest.approx(0.5, abs=0.05)


def test_a_caller_who_is_cut_off_again_and_again_gets_a_longer_wait():
    line = Line(asked="date")
    for _ in range(4):
        line.speak()
        assert line.pass_time(0.84) is not None
        line.pass_time(0.3)
    line.speak()
    assert line.pass_time(2) == pytest.approx(1.3, abs=0.08)


def test_an_answer_to_something_we_said_is_no_pause():
    line = Line(asked="date")
    for _ in range(6):
        line.speak()
        line.pass_time(0.84)
        line.pass_time(0.3, playing=True)
    line.speak()
    assert line.pass_time(2) == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize("speech_s", [0.12, 0.16, 0.3])
def test_short_answers_are_never_lost_and_clicks_are(speech_s):
    line = Line(asked="confirm")
    line.speak(speech_s)
    assert line.pass_time(2) is not None
    click = Line(asked="confirm")
    click.speak(0.04)
    assert click.pass_time(2) is None
    assert isinstance(click.found[-1], SpeechDropped)


class Deaf:
    """A detector of speech that hardly ever takes a sound for it."""

    def __init__(self, probability):
        self.probability = probability
        self._loud = LoudnessVad()

    def feed(self, frame):
        heard = self._loud.feed(frame)
        return [(chunk, self.probability if sure > 0.5 else 0.0) for chunk, sure in heard]


def begins(*frames, probability=0.15, eager=True):
    """Whether a turn has begun behind these frames, 0.2 s each."""
    detector = TurnDetector(Deaf(probability), END, CONFIG)
    for frame in frames:
        for _ in range(10):
            detector.feed(frame, TurnContext("confirm"), eager=eager)
    return detector.speaking


def test_a_curt_word_that_stands_out_of_the_quiet_is_speech_where_an_answer_is_waited_for():
    assert begins(QUIET, LOUD)
    assert not begins(QUIET, LOUD, eager=False)
    assert not begins(QUIET, LOUD, probability=0.05), "a bang"
    assert not begins(LOUD), "nothing stands out where no quiet was heard"


@pytest.mark.parametrize("text", ["嗯", "嗯嗯", "好，好好", "哦，知道了", "是的是的", "对对对啊"])
def test_nods_carry_no_weight(text):
    assert is_nod(text)
    assert weight(text) == 0


@pytest.mark.parametrize(
    ("text", "heavy"),
    [("不要", 2), ("不", 1), ("等一下", 3), ("那个我要打扫", 4), ("改明天", 3), ("喂喂", 2)],
)
def test_everything_else_weighs_what_it_has(text, heavy):
    assert weight(text) == heavy


def test_an_answer_of_one_word_is_finished():
    for word in ("嗯", "好的", "打扫"):
        assert not is_unfinished(word)
    assert not is_yes_or_no("好像不是")
