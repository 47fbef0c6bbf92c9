"""Both speak at once: nods and our own echo change nothing, words and cries do."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace

import numpy as np
import pytest

from bot.sentences import Reply
from tests.unit.voice.fakes import (
    LOUD,
    SENTENCES,
    FakeLeg,
    FakeMind,
    FakeSpeaker,
    GrowingRecognizer,
    LoudnessVad,
    WavySpeaker,
)
from tests.unit.voice.test_session import CONFIG, names
from voice.hearing import Ears
from voice.playback import DUCKED
from voice.session import CallSession
from voice.speaking import Speaking
from voice.tts import Ahead
from voice.turn import Echo
from voice.turn.echo import likeness

pytestmark = pytest.mark.unit
LONG = "明天上午九点有人到您家里打扫卫生，大概要两个小时，费用是六十元，请您在家里等着。"
SOFT = round(DUCKED, 2)


@asynccontextmanager
async def answering(words, *replies, slow=False, echo=0.0):
    """A call in which Anban has begun to say the replies."""
    parts = SimpleNamespace(
        leg=FakeLeg(),
        mind=FakeMind(),
        ears=GrowingRecognizer(words),
        voice=WavySpeaker(),
        events=[],
    )
    parts.mind.greeting = replies
    parts.leg.echo = echo
    session = CallSession(
        parts.leg, parts.mind, Ears(parts.ears), parts.voice, SENTENCES.__getitem__, CONFIG,
        watcher=parts.events.append, urgent=lambda text, *_: "救命" in text, vad=LoudnessVad(),
    )  # fmt: skip
    if slow:
        parts.ears.gate.clear()
    parts.task = asyncio.create_task(session.run())
    await parts.leg.settle()
    await parts.leg.pass_time(0.5)
    try:
        yield parts
    finally:
        parts.ears.gate.set()
        parts.leg.close("hangup")
        await asyncio.wait_for(parts.task, 5)


def told(call, name):
    return next(event.data for event in call.events if event.event == name)


async def test_a_nod_lowers_our_voice_for_a_moment_and_is_not_taken_for_an_answer():
    async with answering({0.1: "嗯嗯"}, Reply(LONG)) as call:
        await call.leg.speak(0.4)
        assert call.leg.loudness == [SOFT]
        await call.leg.pass_time(1.3)
        assert call.leg.playing
        assert call.leg.loudness == [SOFT, 1.0]
        assert call.mind.heard == []
        assert "nod" in names(call)
        assert "barge_in" not in names(call)


async def test_words_stop_us_as_soon_as_they_are_known():
    async with answering({0.1: "", 0.6: "不是明天"}, Reply(LONG, ask="date")) as call:
        await call.leg.speak(0.7)
        assert "barge_in" not in names(call)
        await call.leg.speak(0.2)
        assert "barge_in" in names(call)
        await call.leg.pass_time(1.4)
        assert call.mind.heard == ["不是明天"]


async def test_speech_that_is_too_long_for_a_nod_stops_us_while_its_words_are_not_known():
    async with answering({0.1: "我想改时间"}, Reply(LONG), slow=True) as call:
        await call.leg.speak(0.9)
        assert "barge_in" not in names(call)
        await call.leg.speak(0.2)
        assert "barge_in" in names(call)


async def heard_before(call, seconds):
    """Let Anban be heard for a while, so that it is known that the line returns no echo."""
    await call.leg.pass_time(seconds)
    assert call.leg.playing


async def test_speech_longer_than_a_nod_silences_us_before_any_of_its_words_are_known():
    async with answering({0.1: "我想改时间"}, Reply(LONG), slow=True) as call:
        await heard_before(call, 1.0)
        await call.leg.speak(0.2)
        assert call.leg.playing
        await call.leg.speak(0.2)
        assert not call.leg.playing
        assert "barge_in" not in names(call), "it may have been a nod"
        call.ears.gate.set()
        await call.leg.speak(0.4)
        await call.leg.pass_time(1.4)
        assert call.mind.heard == ["我想改时间"]
        assert call.mind.unheard == [LONG]


async def test_after_a_long_nod_we_go_on_a_few_words_before_where_we_fell_silent():
    async with answering({0.1: "对对对"}, Reply(LONG), slow=True) as call:
        await heard_before(call, 1.0)
        before = call.leg.played_s
        await call.leg.speak(0.5)
        assert not call.leg.playing
        call.ears.gate.set()
        await call.leg.pass_time(1.3)
        assert call.leg.playing
        await call.leg.until_quiet()
        whole_s = len(LONG) * 0.1
        assert before < whole_s < call.leg.played_s <= whole_s + 1.0
        assert call.voice.said == [LONG]
        assert call.mind.heard == []
        assert names(call).count("reply_audio_end") == 1


async def test_after_a_short_sound_we_go_on_softly_before_its_words_are_known():
    async with answering({0.1: "嗯"}, Reply(LONG), slow=True) as call:
        await heard_before(call, 1.0)
        await call.leg.speak(0.4)
        assert not call.leg.playing
        await call.leg.pass_time(0.6)
        assert call.leg.playing
        assert call.leg.loudness == [SOFT]


async def test_a_short_objection_stops_us_though_we_went_on_before_its_words_were_known():
    async with answering({0.1: "不是"}, Reply(LONG), slow=True) as call:
        await heard_before(call, 1.0)
        await call.leg.speak(0.4)
        await call.leg.pass_time(0.6)
        call.ears.gate.set()
        await call.leg.pass_time(1.0)
        assert "barge_in" in names(call)
        assert call.mind.heard == ["不是"]


async def test_a_hold_whose_words_are_never_known_ends_by_itself():
    async with answering({0.1: "对"}, Reply(LONG), slow=True) as call:
        await heard_before(call, 1.0)
        await call.leg.speak(0.8)
        assert not call.leg.playing
        await call.leg.pass_time(6.2)
        assert call.leg.playing


async def test_an_engine_that_fails_in_a_hold_leaves_nobody_in_silence():
    async with answering({0.1: "对"}, Reply(LONG), slow=True) as call:
        await heard_before(call, 1.0)
        await call.leg.speak(0.5)
        call.ears.broken = True
        call.ears.gate.set()
        await call.leg.pass_time(1.5)
        await call.leg.until_quiet()
        assert call.voice.said == [LONG, SENTENCES["utter_say_again_1"]]


async def test_a_key_in_a_hold_ends_the_sentence():
    async with answering({0.1: "对"}, Reply(LONG), slow=True) as call:
        await heard_before(call, 1.0)
        await call.leg.speak(0.5)
        await call.leg.press("*")
        await call.leg.pass_time(7)
        assert not call.leg.playing
        assert names(call).count("reply_audio_end") == 1
        assert call.voice.said == [LONG]


async def test_a_no_stops_us_however_short_it_is():
    async with answering({0.1: "不"}, Reply(LONG)) as call:
        await call.leg.speak(0.2)
        await call.leg.pass_time(1.3)
        assert "barge_in" in names(call)
        assert call.mind.heard == ["不"]


async def test_a_yes_over_the_question_itself_is_an_answer():
    async with answering({0.1: "对"}, Reply("好的。"), Reply(LONG, ask="confirm")) as call:
        await call.leg.pass_time(0.4)
        await call.leg.speak(0.2)
        await call.leg.pass_time(1.0)
        assert call.mind.heard == ["对"]


async def test_a_nod_over_an_open_question_is_none_to_answer_it():
    async with answering({0.1: "嗯"}, Reply(LONG, ask="service")) as call:
        await call.leg.speak(0.2)
        await call.leg.pass_time(1.4)
        assert call.leg.playing
        assert call.mind.heard == []


async def test_a_short_answer_while_we_are_still_silent_is_not_taken_for_a_nod():
    async with answering({0.1: "对"}) as call:
        call.voice.gate = asyncio.Event()
        await call.leg.speak(0.2)
        await call.leg.pass_time(1.4)
        assert call.mind.heard == ["对"]


async def test_in_an_emergency_a_nod_is_a_sign_of_life():
    question = Reply("您还能听见我吗？" * 4, ask="other", urgent=True, interruptible=False)
    async with answering({0.1: "嗯"}, question) as call:
        await call.leg.speak(0.3)
        await call.leg.until_quiet()
        assert call.mind.heard == ["嗯"]


async def test_a_cough_is_let_pass():
    async with answering({}, Reply(LONG)) as call:
        await call.leg.speak(0.2)
        await call.leg.pass_time(1.4)
        assert call.leg.playing
        assert call.mind.heard == []
        assert "unclear" not in names(call)


async def test_what_was_stopped_for_a_long_nod_is_said_again():
    async with answering({0.1: "嗯嗯嗯"}, Reply(LONG), slow=True) as call:
        await call.leg.speak(1.1)
        assert not call.leg.playing
        call.ears.gate.set()
        await call.leg.pass_time(1.5)
        assert call.voice.said == [LONG, LONG]
        assert call.mind.heard == []


async def test_the_mind_learns_what_was_not_heard_and_the_watcher_what_was():
    last = Reply("对不对？", ask="confirm")
    async with answering({0.5: "我要改时间"}, Reply("好的。"), Reply(LONG), last) as call:
        await call.leg.speak(0.6)
        await call.leg.pass_time(1.4)
        assert call.mind.unheard == [LONG, "对不对？"]
        said = told(call, "barge_in")["said"]
        assert said.startswith("好的。明天")
        assert len(said) < 16


async def test_a_safety_sentence_is_not_lowered_nor_stopped_by_words():
    safe = Reply(LONG, ask="person", interruptible=False)
    async with answering({0.1: "我在厨房里面"}, safe) as call:
        await call.leg.speak(1.5)
        await call.leg.pass_time(1.4)
        assert call.leg.playing
        assert call.leg.loudness == []
        await call.leg.until_quiet()
        assert call.mind.heard == ["我在厨房里面"]


async def test_a_cry_for_help_stops_a_safety_sentence_but_the_same_cry_again_does_not():
    answer = Reply("我马上叫人。" * 5, interruptible=False, urgent=True)
    async with answering({0.1: "救命啊"}, Reply(LONG, interruptible=False)) as call:
        call.mind.answers["救命啊"] = [answer]
        await call.leg.speak(0.6)
        await call.leg.pass_time(0.6)
        assert call.mind.heard == ["救命啊"]
        assert call.voice.said[-1] == answer.text
        await call.leg.speak(0.6)
        await call.leg.pass_time(1.0)
        assert call.leg.playing
        assert call.voice.said.count(answer.text) == 1


async def test_our_own_echo_is_no_speech():
    async with answering({0.3: LONG[:12]}, Reply(LONG), echo=0.3) as call:
        await call.leg.until_quiet()
        await call.leg.pass_time(2)
        assert "barge_in" not in names(call)
        assert call.mind.heard == []


async def test_our_own_echo_that_nobody_recognises_is_no_speech():
    async with answering({0.3: LONG[:12]}, Reply(LONG), echo=0.3, slow=True) as call:
        await call.leg.pass_time(3)
        assert call.leg.playing
        assert "barge_in" not in names(call)


async def test_a_line_that_returns_our_voice_is_learned_and_we_do_not_speak_low_on_it():
    async with answering({}, Reply(LONG), Reply(LONG), echo=0.3, slow=True) as call:
        await call.leg.pass_time(7)
        assert call.leg.loudness == [SOFT, 1.0], "lowered until the echo was told, and no more"


async def test_an_elder_who_says_after_us_is_heard():
    async with answering({0.3: "明天上午九点"}, Reply(LONG, ask="time")) as call:
        await call.leg.pass_time(1.0)
        await call.leg.speak(0.7)
        await call.leg.pass_time(1.4)
        assert call.mind.heard == ["明天上午九点"]


async def test_a_cry_in_the_very_words_that_we_are_saying_is_heard():
    warning = Reply("您要是不舒服就喊救命，我马上叫人来。" * 2, interruptible=False)
    async with answering({0.1: "就喊救命"}, warning) as call:
        await call.leg.pass_time(0.8)
        await call.leg.speak(0.7)
        await call.leg.pass_time(1.4)
        assert call.mind.heard == ["就喊救命"]


async def test_our_own_warning_that_comes_back_is_no_cry():
    warning = Reply("您要是不舒服就喊救命，我马上叫人来。" * 2, interruptible=False)
    async with answering({1.5: "要是不舒服就喊救命"}, warning, echo=0.3) as call:
        await call.leg.until_quiet()
        await call.leg.pass_time(2)
        assert call.mind.heard == []


async def test_words_that_the_caller_ends_with_a_key_are_never_taken_for_our_echo():
    async with answering({0.3: "明天上午九点"}, Reply(LONG)) as call:
        await call.leg.speak(0.7)
        await call.leg.press("#")
        await call.leg.pass_time(1)
        assert call.mind.heard == ["明天上午九点"]


async def interrupted(*waiting):
    """What was not heard where the caller stops a reply behind which others wait, and what is said
    after all."""
    leg, voice = FakeLeg(), FakeSpeaker()
    sentence = SENTENCES.__getitem__
    speech = Speaking(leg, voice, Ahead(voice), sentence, CONFIG, lambda event, **data: None)
    saying = []
    for reply in (Reply(LONG), *waiting):
        saying.append(asyncio.create_task(speech.say([reply])))
        await leg.settle()
    unheard = [reply.text for reply in await speech.give_way()]
    await leg.settle()
    for task in saying:
        task.cancel()
    return unheard, voice.said[1:]


async def test_a_reply_that_waits_does_not_hide_what_was_not_heard_and_is_dropped_with_it():
    assert await interrupted(Reply("饭送到了。")) == ([LONG, "饭送到了。"], [])


async def test_a_safety_sentence_that_waits_is_said_though_the_caller_speaks():
    assert await interrupted(Reply("别动。", interruptible=False)) == ([LONG], ["别动。"])


def test_words_are_ours_where_most_of_them_stand_in_what_we_say():
    assert likeness("明天上午九点", LONG) == 1.0
    assert likeness("明天上午久点", LONG) > 0.7
    assert likeness("我要改时间", LONG) < 0.5


def test_two_voices_at_once_are_not_alike_and_an_echo_in_noise_is():
    noise = np.random.default_rng(3)
    ours, theirs = (noise.uniform(0, 1, 40).repeat(4) for _ in range(2))
    echo, other = Echo(), Echo()
    for at in range(len(ours)):
        frame = (LOUD * ours[at]).astype(np.int16)
        back = LOUD * ours[max(0, at - 7)] * 0.2 + noise.normal(0, 20, len(LOUD))
        echo.feed(back.astype(np.int16), frame)
        other.feed((LOUD * theirs[at]).astype(np.int16), frame)
    assert echo.correlation() > Echo.ALIKE
    assert other.correlation() < Echo.RATHER
