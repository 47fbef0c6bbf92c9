"""Recognising before the end of a turn: what is gained, thrown away, and shed under load."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from anban.errors import SpeechError
from bot.sentences import Reply
from tests.unit.voice.fakes import (
    SENTENCES,
    FakeLeg,
    FakeMind,
    FakeRecognizer,
    FakeSpeaker,
    GrowingRecognizer,
    LoudnessVad,
)
from tests.unit.voice.test_session import CONFIG, names
from voice.asr import RecognizerChain, Transcript
from voice.asr.base import Hearings, Reading
from voice.hearing import Ears
from voice.session import CallSession

pytestmark = pytest.mark.unit
SOUND = np.zeros(16_000, np.float32)


@asynccontextmanager
async def running(words, *, ask="date", slow=False, quick=None, ears=None):
    ears = ears or GrowingRecognizer(words, slow=slow)
    shared = Ears(ears, quick=quick)
    call = SimpleNamespace(
        leg=FakeLeg(), mind=FakeMind(), ears=ears, voice=FakeSpeaker(), events=[], shared=shared
    )
    call.mind.greeting = [Reply("您好。", ask=ask)]
    session = CallSession(
        call.leg, call.mind, call.shared, call.voice, SENTENCES.__getitem__, CONFIG,
        watcher=call.events.append, urgent=lambda text, *_: "救命" in text or "摔" in text,
        cry=lambda text: "救命" in text, vad=LoudnessVad(),
    )  # fmt: skip
    call.task = asyncio.create_task(session.run())
    await call.leg.settle()
    await call.leg.until_quiet()
    try:
        yield call
    finally:
        ears.gate.set()
        call.leg.close("hangup")
        await asyncio.wait_for(call.task, 5)


async def test_a_turn_is_recognised_at_its_first_pause_and_not_again_at_its_end():
    async with running({0.1: "明天上午"}) as call:
        await call.leg.speak(0.8)
        await call.leg.pass_time(0.4)
        assert call.ears.heard_s == [0.8]
        await call.leg.pass_time(1.0)
        assert call.mind.heard == ["明天上午"]
        assert call.ears.heard_s == [0.8]


class Hinted(FakeRecognizer):
    """Hears an answer only where it has the usual ones in mind."""

    def __init__(self, plain, hinted, *, plain_s=0.4, hinted_s=0.7):
        super().__init__()
        self.of = {False: (plain, plain_s), True: (hinted, hinted_s)}
        self.hints = []
        self.languages = []

    async def transcribe(self, pcm, *, hotwords=(), language=None):
        self.hints.append(bool(hotwords))
        self.languages.append(language)
        text, confidence = self.of[bool(hotwords)]
        return Transcript(text, confidence, self.name, 0.01)


def is_cry(text, *_):
    return "救命" in text


async def answered(
    recognizer, *, asked="confirm", speech_s=0.3, words=(), language=None, urgent=None
):
    """What reaches the mind of an answer of a caller of whom something is known."""
    leg, mind = FakeLeg(), FakeMind()
    mind.known = SimpleNamespace(words=words, language=language)
    mind.greeting = [Reply("要不要？", ask=asked)]
    session = CallSession(
        leg, mind, Ears(recognizer, guesses=False), FakeSpeaker(), SENTENCES.__getitem__, CONFIG,
        cry=is_cry, urgent=urgent, vad=LoudnessVad(),
    )  # fmt: skip
    task = asyncio.create_task(session.run())
    await leg.settle()
    await leg.until_quiet()
    await leg.speak(speech_s)
    await leg.pass_time(2)
    leg.close("hangup")
    await asyncio.wait_for(task, 5)
    return mind.heard


async def test_an_answer_that_was_not_understood_is_heard_again_with_the_usual_ones_in_mind():
    assert await answered(Hinted("母亲", "不是")) == ["不是"]


@pytest.mark.parametrize(
    ("recognizer", "kept"),
    [
        (Hinted("要", "没有", plain_s=0.3), "要"),
        (Hinted("改明天", "不是", plain_s=0.8), "改明天"),
        (Hinted("母亲", "不是", hinted_s=0.3), "母亲"),
        (Hinted("母亲", "不移"), "母亲"),
    ],
)
async def test_hints_do_not_turn_round_what_was_heard(recognizer, kept):
    assert await answered(recognizer) == [kept]


class Doubtful(Hinted):
    """Says what else it may have been, too; or cannot."""

    def __init__(self, plain, readings, *, plain_s=0.4, trouble=None):
        super().__init__(plain, "不行", plain_s=plain_s)
        self.readings = tuple(Reading(*one) for one in readings.items())
        self.trouble = trouble

    async def hear_twice(self, pcm, *, hotwords, language=None):
        if self.trouble:
            raise self.trouble
        return Hearings(self.readings, self.readings)


async def test_what_an_answer_may_also_have_been_decides_where_it_was_not_understood():
    assert await answered(Doubtful("醒", {"醒": 0.2, "行": 0.1})) == ["行"]
    assert await answered(Doubtful("母亲", {"母亲": 0.2, "不是": 0.01})) == ["母亲"]


async def test_a_cry_among_what_was_perhaps_said_is_never_taken_for_a_yes():
    assert await answered(Doubtful("洗", {"行": 0.4, "救命": 0.01}), speech_s=0.4) == ["洗"]


async def test_where_it_cannot_be_heard_again_the_first_hearing_counts():
    broken = Doubtful("醒", {"行": 0.4}, trouble=SpeechError("too late"))
    assert await answered(broken) == ["醒"]


async def test_who_cannot_say_what_else_it_may_have_been_is_asked_with_hints():
    assert await answered(Doubtful("母亲", {})) == ["不行"]


class Discerning(Doubtful):
    """Tells answers by their sound, too."""

    def __init__(self, plain, sounds, readings, *, plain_s=0.4):
        super().__init__(plain, readings, plain_s=plain_s)
        self.sounds = tuple(Reading(*one) for one in sounds.items())
        self.twice = 0

    async def transcribe(self, pcm, *, hotwords=(), language=None):
        found = await super().transcribe(pcm, hotwords=hotwords, language=language)
        return replace(found, sounds=self.sounds)

    async def hear_twice(self, pcm, *, hotwords, language=None):
        self.twice += 1
        return await super().hear_twice(pcm, hotwords=hotwords, language=language)


async def test_an_answer_that_is_written_otherwise_is_told_by_its_sound_at_once():
    recognizer = Discerning("醒", {"行": 0.97}, {})
    assert await answered(recognizer) == ["行"]
    assert recognizer.twice == 0


async def test_a_written_no_that_sounds_like_a_yes_is_heard_once_more():
    recognizer = Discerning("不要", {"要": 0.97}, {"不要": 0.3, "要": 0.2})
    assert await answered(recognizer, urgent=is_cry) == []
    assert recognizer.twice == 1


async def test_a_written_yes_that_sounds_like_no_answer_is_asked_for_again():
    recognizer = Discerning("对", {"对": 0.05}, {"对": 0.2, "喂": 0.3})
    assert await answered(recognizer, urgent=is_cry) == []


async def test_a_yes_that_every_hearing_writes_first_is_one_whatever_it_sounds_like():
    recognizer = Discerning("行", {"行": 0.05}, {"行": 0.3, "笑": 0.05})
    assert await answered(recognizer) == ["行"]
    assert recognizer.twice == 1


async def test_doubtful_words_that_sound_like_an_answer_are_asked_for_again_and_not_told():
    readings = {"走": 0.3, "沟": 0.1}
    assert await answered(Discerning("走", {"不": 0.6}, readings, plain_s=0.6), urgent=is_cry) == []
    assert await answered(Discerning("走", {"对": 0.05}, readings, plain_s=0.6), urgent=is_cry) == [
        "走"
    ]


async def test_a_cry_that_sounds_like_a_yes_stays_a_cry():
    assert await answered(Discerning("救命", {"行": 0.99}, {}), speech_s=0.4) == ["救命"]
    perhaps = Discerning("就", {"行": 0.8}, {"就": 0.2, "救命": 0.01})
    assert await answered(perhaps, speech_s=0.4) == ["就"]


async def test_what_rather_sounds_like_a_yes_is_heard_once_more_before_it_is_one():
    recognizer = Discerning("去吧", {"行": 0.6}, {"去吧": 0.1})
    assert await answered(recognizer) == ["行"]
    assert recognizer.twice == 1


async def test_the_first_engine_of_a_chain_says_what_else_it_may_have_been():
    found = await RecognizerChain([Doubtful("醒", {"行": 0.4})]).hear_twice(SOUND, hotwords=())
    assert [reading.text for reading in found.plain] == ["行"]
    nothing = await RecognizerChain([FakeRecognizer()]).hear_twice(SOUND, hotwords=())
    assert nothing == Hearings((), ())


@pytest.mark.parametrize(
    ("recognizer", "kept"),
    [
        (Hinted("住在何平小去", "住在和平小区", plain_s=0.5), "住在和平小区"),
        (Hinted("住在何平小去", "住在河边", plain_s=0.5), "住在何平小去"),
        (Hinted("住在西门", "和平小区", plain_s=0.8), "住在西门"),
        (Hinted("住在西门", "和平小区", plain_s=0.55, hinted_s=0.5), "住在西门"),
    ],
)
async def test_unclear_places_are_heard_again_with_those_of_the_caller_in_mind(recognizer, kept):
    words = ("林秀英", "和平小区")
    assert await answered(recognizer, asked="address", speech_s=1.0, words=words) == [kept]


async def test_a_caller_of_whom_nothing_is_known_and_other_questions_get_no_such_hints():
    for known in ({"asked": "address"}, {"asked": "date", "words": ("和平小区",)}):
        recognizer = Hinted("何平小去", "和平小区", plain_s=0.5)
        await answered(recognizer, **known)
        assert recognizer.hints == [False]


async def test_the_recogniser_is_told_what_the_caller_speaks():
    recognizer = Hinted("阮欲去病院", "", plain_s=0.8)
    await answered(recognizer, asked="service", speech_s=1.0, language="nan")
    assert recognizer.languages == ["nan"]


async def test_only_short_answers_to_a_yes_or_no_question_are_heard_again():
    for known in ({"asked": "date"}, {"speech_s": 1.5}):
        recognizer = Hinted("母亲", "不是")
        await answered(recognizer, **known)
        assert recognizer.hints == [False]


async def test_with_two_engines_the_quick_one_gives_partials_and_the_other_the_transcript():
    quick = GrowingRecognizer({0.1: "明天商务"})
    async with running({0.1: "明天上午"}, quick=quick) as call:
        await call.leg.speak(1.0)
        assert len(quick.heard_s) == 2
        assert call.ears.heard_s == []
        await call.leg.pass_time(1.4)
        assert call.mind.heard == ["明天上午"]
        assert call.ears.heard_s == [1.0]


async def test_a_cry_that_the_quick_engine_hears_twice_waits_for_no_pause():
    quick = GrowingRecognizer({0.1: "救命"})
    async with running({0.1: "救命啊来人"}, quick=quick, slow=True) as call:
        await call.leg.speak(1.2)
        assert call.mind.heard == ["救命"]


async def test_a_quick_engine_that_fails_costs_no_turn():
    quick = GrowingRecognizer({})
    quick.broken = True
    async with running({0.1: "明天上午"}, quick=quick) as call:
        await call.leg.speak(1.0)
        await call.leg.pass_time(1.4)
        assert call.mind.heard == ["明天上午"]


async def test_a_guess_is_thrown_away_when_speech_goes_on():
    async with running({0.1: "明天", 1.0: "明天下午三点"}) as call:
        await call.leg.speak(0.6)
        await call.leg.pass_time(0.5)
        await call.leg.speak(0.6)
        await call.leg.pass_time(1.2)
        assert call.mind.heard == ["明天下午三点"]
        assert call.ears.heard_s == [0.6, 1.2]


async def test_a_line_that_breaks_off_in_a_filler_is_heard_to_its_end():
    async with running({0.1: "我要那个", 1.0: "我要那个后天的"}) as call:
        await call.leg.speak(0.6)
        await call.leg.pass_time(1.4)
        assert call.mind.heard == []
        await call.leg.speak(0.6)
        await call.leg.pass_time(1.2)
        assert call.mind.heard == ["我要那个后天的"]


async def test_a_clear_yes_is_answered_after_half_a_second():
    async with running({0.1: "对"}, ask="confirm") as call:
        await call.leg.speak(0.2)
        await call.leg.pass_time(0.6)
        assert call.mind.heard == ["对"]


async def test_a_slow_engine_holds_the_turn_open_so_that_nobody_is_cut_off():
    async with running({0.1: "明天", 1.0: "明天下午三点"}, slow=True) as call:
        await call.leg.speak(0.6)
        await call.leg.pass_time(1.5)
        await call.leg.speak(0.6)
        call.ears.gate.set()
        await call.leg.pass_time(1.3)
        assert call.mind.heard == ["明天下午三点"]


async def test_an_engine_that_never_answers_does_not_hold_it_open_for_ever():
    async with running({0.1: "明天"}, slow=True) as call:
        await call.leg.speak(0.6)
        await call.leg.pass_time(3.2)
        assert "speech_end" in names(call)


async def test_a_guess_that_fails_costs_nothing():
    async with running({0.1: "明天"}) as call:
        call.ears.broken = True
        await call.leg.speak(0.6)
        await call.leg.pass_time(0.4)
        call.ears.broken = False
        await call.leg.pass_time(1.0)
        assert call.mind.heard == ["明天"]
        assert len(call.ears.heard_s) == 2


async def test_a_cry_in_the_middle_of_long_speech_does_not_wait_for_its_end():
    words = {1.0: "我在厨房", 2.9: "我在厨房摔倒了救命", 7.8: "我在厨房摔倒了救命快来人啊"}
    async with running(words) as call:
        await call.leg.speak(5.0)
        assert call.mind.heard == [], "one partial may be misheard"
        await call.leg.speak(1.5)
        assert call.mind.heard == ["我在厨房摔倒了救命"]
        await call.leg.speak(1.5)
        await call.leg.pass_time(1.2)
        assert call.mind.heard == ["我在厨房摔倒了救命", "我在厨房摔倒了救命快来人啊"]


async def test_a_story_that_may_tell_of_danger_is_heard_to_its_end():
    async with running({0.1: "上个月我摔了一跤", 8.0: "上个月我摔了一跤现在好了"}) as call:
        await call.leg.speak(8.2)
        assert call.mind.heard == []
        await call.leg.pass_time(1.2)
        assert call.mind.heard == ["上个月我摔了一跤现在好了"]


async def test_a_cry_before_a_pause_ends_the_turn_at_once():
    async with running({0.1: "救命"}, ask="address") as call:
        await call.leg.speak(0.5)
        await call.leg.pass_time(0.5)
        assert call.mind.heard == ["救命"]


async def test_a_cry_that_was_told_is_not_told_twice():
    async with running({0.1: "救命快来人"}) as call:
        await call.leg.speak(6.6)
        await call.leg.pass_time(1.5)
        assert call.mind.heard == ["救命快来人"]
        assert "told" in names(call)


async def test_an_early_cry_the_mind_stumbles_over_is_told_at_the_end_of_the_turn():
    async with running({0.1: "救命快来人"}) as call:
        call.mind.error = RuntimeError("odd")
        await call.leg.speak(6.3)
        call.mind.error = None
        await call.leg.speak(0.3)
        await call.leg.pass_time(1.5)
        assert call.voice.said[-1] == "听到了：救命快来人"


async def test_an_early_cry_the_mind_stumbles_over_late_is_told_all_the_same():
    async with running({0.1: "救命快来人"}) as call:
        call.mind.gate = asyncio.Event()
        await call.leg.speak(6.5)
        await call.leg.pass_time(1.5)
        assert "told" in names(call)
        call.mind.late_error = RuntimeError("odd")
        call.mind.gate.set()
        await call.leg.pass_time(0.5)
        assert call.voice.said[-1] == "听到了：救命快来人"


async def test_an_early_cry_reaches_the_mind_though_the_caller_hangs_up():
    async with running({0.1: "救命快来人"}) as call:
        call.mind.gate = asyncio.Event()
        await call.leg.speak(6.5)
        call.leg.close("hangup")
        await call.leg.settle()
        assert not call.task.done()
        call.mind.gate.set()
        await asyncio.wait_for(call.task, 5)
        assert call.mind.heard[0] == "救命快来人"


async def test_nothing_is_guessed_while_the_engine_works_for_somebody_who_waits():
    engine = GrowingRecognizer({}, slow=True)
    ears = Ears(engine)
    assert ears.has_room
    waiting = asyncio.create_task(ears.transcribe(SOUND))
    await asyncio.sleep(0)
    assert not ears.has_room
    engine.gate.set()
    await waiting
    assert ears.has_room


async def test_nothing_is_guessed_while_more_callers_speak_than_the_engine_can_take():
    ears = Ears(FakeRecognizer(), processes=1)
    ears.talks("one", now=True)
    assert ears.has_room
    ears.talks("another", now=True)
    assert not ears.has_room
    ears.talks("another", now=False)
    assert ears.has_room


async def test_nothing_is_guessed_while_the_engine_is_slower_than_usual():
    engine = FakeRecognizer()
    ears = Ears(engine)
    engine.seconds = 3.5
    for _ in range(3):
        await ears.transcribe(SOUND)
    assert not ears.has_room
    engine.seconds = 0.8
    for _ in range(4):
        await ears.transcribe(SOUND)
    assert ears.has_room


async def test_a_caller_who_pauses_inside_sentences_is_not_guessed_at_each_of_them():
    async with running({0.1: "明天"}) as call:
        for _ in range(5):
            await call.leg.speak(0.3)
            await call.leg.pass_time(0.4)
        before = len(call.ears.heard_s)
        await call.leg.speak(0.3)
        await call.leg.pass_time(0.4)
        assert len(call.ears.heard_s) == before
        await call.leg.pass_time(0.2)
        assert len(call.ears.heard_s) == before + 1


async def test_on_a_crowded_machine_words_are_recognised_when_the_turn_is_nearly_over():
    async with running({0.1: "明天"}) as call:
        call.shared.talks("another", now=True)
        await call.leg.speak(0.6)
        await call.leg.pass_time(0.55)
        assert call.ears.heard_s == []
        await call.leg.pass_time(0.45)
        assert call.ears.heard_s == [0.6]
        assert call.mind.heard == ["明天"]


async def test_on_a_crowded_machine_nobody_is_cut_off_before_the_words_are_known():
    async with running({0.1: "我要那个", 1.0: "我要那个后天的"}) as call:
        call.shared.talks("another", now=True)
        await call.leg.speak(0.6)
        await call.leg.pass_time(1.5)
        await call.leg.speak(0.6)
        await call.leg.pass_time(1.2)
        assert call.mind.heard == ["我要那个后天的"]


async def test_a_turn_does_not_end_unknown_because_an_older_guess_is_still_under_way():
    async with running({0.1: "我要那个", 1.0: "我要那个后天的"}, slow=True) as call:
        call.shared._processes = 2
        await call.leg.speak(3.1)
        await call.leg.pass_time(1.5)
        assert len(call.ears.heard_s) == 2
        assert "speech_end" not in names(call)


async def test_an_operator_may_switch_guessing_off():
    assert not Ears(FakeRecognizer(), guesses=False).has_room
