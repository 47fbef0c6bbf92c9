"""One call, led frame by frame on a line whose time the test makes."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from anban.errors import DialogueError
from bot.manner import Manner
from bot.sentences import Reply
from tests.unit.voice.fakes import (
    SENTENCES,
    FakeLeg,
    FakeMind,
    FakeRecognizer,
    FakeSpeaker,
    LoudnessVad,
)
from voice.config import AsrConfig, SessionConfig, TtsConfig
from voice.hearing import Ears
from voice.session import CallSession

pytestmark = pytest.mark.unit

CONFIG = SessionConfig(
    asr=AsrConfig(models_dir=Path("none")),
    tts=TtsConfig(models_dir=Path("none"), cache_dir=Path("none"), voice="v"),
)


@asynccontextmanager
async def running(*heard, config=CONFIG, urgent=None, greeted=True, guesses=False):
    parts = SimpleNamespace(
        leg=FakeLeg(), mind=FakeMind(), ears=FakeRecognizer(*heard), voice=FakeSpeaker(), events=[]
    )
    session = CallSession(
        parts.leg, parts.mind, Ears(parts.ears, guesses=guesses), parts.voice,
        SENTENCES.__getitem__, config,
        watcher=parts.events.append, urgent=urgent, vad=LoudnessVad(),
    )  # fmt: skip
    parts.task = asyncio.create_task(session.run())
    await parts.leg.settle()
    if greeted:
        await parts.leg.until_quiet()
    try:
        yield parts
    finally:
        parts.leg.close("hangup")
        await asyncio.wait_for(parts.task, 5)


def names(call):
    return [event.event for event in call.events]


async def say(call, seconds=1.0):
    """Speak and be silent long enough for the turn to end."""
    await call.leg.speak(seconds)
    await call.leg.pass_time(1.4)


async def test_the_greeting_is_said_before_anybody_speaks_and_the_mind_knows_who_calls():
    async with running() as call:
        assert call.voice.said == ["您好，请问需要什么帮助？"]
        assert call.mind.phone == "13800001234"


async def test_a_turn_ends_after_the_silence_its_question_gives_and_is_answered():
    async with running("我要打扫") as call:
        await call.leg.speak(1.0)
        await call.leg.pass_time(1.1)
        assert call.mind.heard == []
        await call.leg.pass_time(0.3)
        assert call.mind.heard == ["我要打扫"]
        assert call.voice.said[-1] == "听到了：我要打扫"
        assert 1.0 <= call.ears.heard_s[0] <= 2.7


async def test_a_pause_inside_a_sentence_does_not_cut_it():
    async with running("明天上午") as call:
        await call.leg.speak(0.6)
        await call.leg.pass_time(0.6)
        await call.leg.speak(0.6)
        await call.leg.pass_time(1.4)
        assert call.mind.heard == ["明天上午"]


async def test_a_very_short_answer_is_heard():
    async with running("对") as call:
        await say(call, 0.16)
        assert call.mind.heard == ["对"]


async def test_a_safety_sentence_is_not_stopped_by_speech_but_by_a_key():
    async with running("救命", "哎呀") as call:
        call.mind.answers["救命"] = [Reply("请不要挂电话，我马上叫人。" * 3, interruptible=False)]
        await say(call)
        assert call.leg.playing
        await call.leg.speak(1.0)
        assert call.leg.playing
        await call.leg.press("*")
        assert not call.leg.playing


async def test_what_is_said_during_a_safety_sentence_is_not_lost():
    async with running("救命", "我在厨房") as call:
        call.mind.answers["救命"] = [Reply("请不要挂电话，我马上叫人。", interruptible=False)]
        await say(call)
        await say(call)
        await call.leg.until_quiet()
        assert call.mind.heard == ["救命", "我在厨房"]


async def test_silence_is_told_to_the_mind_at_six_then_ten_seconds_and_ends_politely():
    async with running() as call:
        await call.leg.pass_time(5.8)
        assert call.mind.heard == []
        await call.leg.pass_time(0.4)
        assert call.mind.heard == [""]
        await call.leg.until_quiet()
        await call.leg.pass_time(9.5)
        assert call.mind.heard == [""]
        await call.leg.pass_time(1.0)
        assert call.mind.heard == ["", ""]
        await call.leg.until_quiet()
        await call.leg.pass_time(10.5)
        await call.leg.until_quiet()
        await call.leg.pass_time(16.5)
        await call.leg.until_quiet()
        await call.leg.until_quiet()
        assert call.mind.heard == [""] * 4, "the mind has sent for a person by now"
        assert call.voice.said[-1] == "您多保重，再见。"
        assert call.leg.reason == "ended"


async def test_in_an_emergency_silence_never_ends_the_call():
    async with running("救命") as call:
        call.mind.answers["救命"] = [Reply("我马上叫人。", emergency="e1", urgent=True)]
        call.mind.answers[""] = [Reply("您还能听见我吗？", urgent=True)]
        await say(call)
        for _ in range(8):
            await call.leg.until_quiet()
            await call.leg.pass_time(17)
        assert call.leg.reason is None
        assert call.mind.heard.count("") >= 6
        assert names(call).count("emergency") == 1


async def test_an_emergency_that_is_not_recorded_yet_keeps_the_line_open_too():
    async with running("救命") as call:
        call.mind.answers["救命"] = [Reply("求助我记在这里了。", urgent=True)]
        call.mind.answers[""] = [Reply("您还能听见我吗？", urgent=True)]
        await say(call)
        for _ in range(6):
            await call.leg.until_quiet()
            await call.leg.pass_time(17)
        assert call.leg.reason is None


async def test_a_call_whose_emergency_is_over_ends_as_any_other():
    async with running("救命", "没事") as call:
        call.mind.answers["救命"] = [Reply("我马上叫人。", urgent=True)]
        await say(call)
        await call.leg.until_quiet()
        await say(call)
        for _ in range(6):
            await call.leg.until_quiet()
            await call.leg.pass_time(17)
        assert call.leg.reason == "ended"


async def test_a_cry_for_help_goes_past_a_mind_that_is_busy():
    async with running("查订单", "救命", "哎哟", urgent=lambda text, *_: "救命" in text) as call:
        call.mind.gate = asyncio.Event()
        call.mind.ungated = {"救命"}
        call.mind.answers["救命"] = [Reply("我马上叫人。", interruptible=False, urgent=True)]
        await say(call)
        await say(call)
        assert call.mind.heard == ["查订单", "救命"]
        assert call.voice.said[-1] == "我马上叫人。"
        await say(call)
        assert call.mind.heard == ["查订单", "救命"], "the rest waits for its turn"
        call.mind.gate.set()
        await call.leg.pass_time(0.1)
        await call.leg.until_quiet()
        assert call.mind.heard == ["查订单", "救命", "哎哟"]


async def test_a_cry_spoken_while_hanging_up_on_a_busy_mind_still_reaches_it():
    async with running("查订单", "救命", urgent=lambda text, *_: "救命" in text) as call:
        call.mind.gate = asyncio.Event()
        call.mind.ungated = {"救命"}
        await say(call)
        await call.leg.speak(1.0)
        call.leg.close("hangup")
        call.mind.gate.set()
        await asyncio.wait_for(call.task, 5)
        assert "救命" in call.mind.heard


async def test_a_cry_the_mind_stumbles_over_while_busy_is_tried_again_in_its_turn():
    async with running("查订单", "救命", "救命", urgent=lambda text, *_: "救命" in text) as call:
        call.mind.gate = asyncio.Event()
        call.mind.ungated = {"救命"}
        await say(call)
        call.mind.error = RuntimeError("odd")
        await say(call)
        call.mind.error = None
        call.mind.gate.set()
        await call.leg.pass_time(0.1)
        await call.leg.until_quiet()
        assert call.voice.said[-1] == "听到了：救命"


async def test_in_an_emergency_nothing_unsure_is_asked_for_again():
    async with running("救命", "腿腿", urgent=lambda text, *_: "救命" in text) as call:
        call.mind.answers["救命"] = [Reply("我马上叫人。", urgent=True)]
        await say(call)
        await call.leg.until_quiet()
        call.ears.confidence = 0.1
        await say(call)
        assert call.mind.heard == ["救命", "腿腿"]


async def test_a_caller_in_danger_is_put_through_to_where_the_hotline_may():
    config = SessionConfig(
        asr=CONFIG.asr, tts=CONFIG.tts, transfer_to="agents", emergency_to="duty"
    )
    async with running("救命", config=config) as call:
        call.mind.answers["救命"] = [Reply("我马上叫人。", urgent=True, handoff=True)]
        await say(call)
        await call.leg.until_quiet()
        await call.leg.until_quiet()
        assert call.voice.said[-1] == "我现在帮您转接。"
        assert call.leg.transferred == "duty"


async def test_speaking_puts_the_silence_ladder_back_to_its_foot():
    async with running("嗯") as call:
        await call.leg.pass_time(6.2)
        await call.leg.until_quiet()
        await say(call)
        await call.leg.until_quiet()
        await call.leg.pass_time(6.2)
        assert call.mind.heard == ["", "嗯", ""]


async def test_a_slow_mind_is_bridged_by_a_holding_sentence_and_its_answer_still_comes():
    async with running("查订单") as call:
        call.mind.gate = asyncio.Event()
        await say(call)
        await call.leg.pass_time(4.2)
        assert call.voice.said[-1] == "请稍等。"
        call.mind.gate.set()
        await call.leg.pass_time(0.1)
        assert call.voice.said[-1] == "听到了：查订单"


async def test_a_mind_that_never_answers_is_owned_up_to_and_a_late_answer_is_still_said():
    async with running("订打扫") as call:
        call.mind.gate = asyncio.Event()
        await say(call)
        await call.leg.pass_time(14)
        await call.leg.until_quiet()
        assert call.voice.said[-2:] == ["出了点问题。", "请过一会儿再打来。"]
        call.mind.gate.set()
        await call.leg.pass_time(0.2)
        assert call.voice.said[-1] == "听到了：订打扫"


async def test_a_broken_mind_is_owned_up_to_and_the_call_goes_on():
    async with running("一", "二") as call:
        call.mind.error = DialogueError("down")
        await say(call)
        await call.leg.until_quiet()
        assert call.voice.said[-1] == "出了点问题。"
        call.mind.error = None
        await say(call)
        assert call.voice.said[-1] == "听到了：二"


async def test_a_bug_in_a_turn_does_not_drop_the_call():
    async with running("一", "二") as call:
        call.mind.error = RuntimeError("bug")
        await say(call)
        await call.leg.until_quiet()
        call.mind.error = None
        await say(call)
        assert call.voice.said[-2:] == ["出了点问题。", "听到了：二"]


async def test_unsure_hearing_is_asked_for_again_then_with_choices_then_a_person_comes():
    async with running("甲", "乙", "丙", urgent=lambda text, *_: False) as call:
        call.ears.confidence = 0.2
        for expected in ("请再说一遍。", "订服务还是找人工？"):
            await say(call)
            await call.leg.until_quiet()
            assert call.voice.said[-1] == expected
        await say(call)
        await call.leg.until_quiet()
        await call.leg.until_quiet()
        assert call.voice.said[-2:] == ["我请人来听。", "我请同事给您回电话。"]
        assert call.mind.heard == []
        assert call.mind.keys == ["0"]


async def test_an_unsure_cry_for_help_reaches_the_mind_at_once():
    async with running("救命", urgent=lambda text, *_: "救命" in text) as call:
        call.ears.confidence = 0.1
        await say(call)
        assert call.mind.heard == ["救命"]


async def test_unsure_words_reach_the_mind_where_they_may_be_a_cry_for_being_unsure():
    def faint(text: str, confidence: float | None = None) -> bool:
        return confidence is not None and confidence < 0.3

    async with running("甲", "乙", urgent=faint) as call:
        call.ears.confidence = 0.2
        await say(call)
        assert call.mind.heard == ["甲"]


async def test_a_deaf_recogniser_asks_once_more_and_then_sends_for_a_person():
    async with running() as call:
        call.ears.broken = True
        await say(call)
        await call.leg.until_quiet()
        assert call.voice.said[-1] == "请再说一遍。"
        await say(call)
        await call.leg.until_quiet()
        assert call.mind.keys == ["0"]
        assert call.voice.said[-1] == "我请同事给您回电话。"


async def test_a_short_noise_in_which_nothing_is_heard_is_let_pass():
    async with running("") as call:
        said = len(call.voice.said)
        await say(call, 0.14)
        assert len(call.voice.said) == said
        assert call.mind.heard == []


async def test_keys_zero_a_person_nine_again_hash_done():
    async with running("十五号") as call:
        await call.leg.press("9")
        await call.leg.until_quiet()
        assert call.voice.said == ["您好，请问需要什么帮助？"] * 2
        await call.leg.speak(0.6)
        await call.leg.press("#")
        assert call.mind.heard == ["十五号"]
        await call.leg.press("0")
        await call.leg.until_quiet()
        assert call.mind.keys == ["0"]


async def test_a_person_is_a_transfer_where_the_exchange_can_take_the_call():
    config = SessionConfig(asr=CONFIG.asr, tts=CONFIG.tts, transfer_to="agents")
    async with running(config=config) as call:
        await call.leg.press("0")
        await call.leg.until_quiet()
        await call.leg.until_quiet()
        assert call.leg.transferred == "agents"
    assert call.mind.ended == "transferred"


async def test_who_waits_in_the_queue_for_a_person_is_never_sent_away_for_silence():
    async with running("找人") as call:
        call.leg.info = replace(call.leg.info, place=True)
        call.mind.answers["找人"] = [Reply("记下了。", handoff=True)]
        await say(call)
        await call.leg.until_quiet()
        await call.leg.pass_time(90)
        assert call.leg.reason is None
        assert call.voice.said.count("您的号还排着。") >= 3
        assert "您多保重，再见。" not in call.voice.said


async def test_goodbye_is_heard_to_its_end_before_the_line_is_closed():
    async with running("再见") as call:
        call.mind.answers["再见"] = [Reply("好的，您多保重，再见。", ends=True)]
        await say(call)
        assert call.leg.reason is None
        await call.leg.until_quiet()
        assert call.leg.reason == "ended"
    assert call.mind.ended == "ended"


async def test_hanging_up_in_the_middle_of_a_sentence_still_brings_it_to_the_mind():
    async with running("我摔倒了") as call:
        await call.leg.speak(1.0)
        call.leg.close("hangup")
        await call.task
    assert call.mind.heard == ["我摔倒了"]
    assert call.mind.ended == "hangup"
    assert names(call)[-1] == "hangup"


async def test_a_wish_for_slower_speech_is_followed():
    async with running("慢一点", "好") as call:
        call.mind.answers["慢一点"] = [Reply("好的。", manner=Manner(0.8, 1.6))]
        await say(call)
        await call.leg.until_quiet()
        await say(call)
        assert call.voice.rates[-1] == pytest.approx(0.68)


async def test_a_voice_that_fails_does_not_end_the_call():
    async with running("喂", "喂") as call:
        call.voice.broken = True
        await say(call)
        call.voice.broken = False
        await say(call)
        assert call.voice.said[-1] == "听到了：喂"


async def test_order_numbers_are_told_to_whoever_watches():
    async with running("对") as call:
        call.mind.answers["对"] = [Reply("订好了。", order="20251122")]
        await say(call)
        order = next(event for event in call.events if event.event == "order")
        assert order.as_json() == {
            "event": "order", "ms": order.ms, "turn": 1, "number": "20251122",
        }  # fmt: skip


async def test_choices_fit_the_last_question_and_no_earlier_one():
    async with running("打扫", "对", "甲", "乙", urgent=lambda text, *_: False) as call:
        call.mind.answers["打扫"] = [Reply("对不对？", ask="confirm")]
        call.mind.answers["对"] = [Reply("订好了，您接着说就行。")]
        for _ in range(2):
            await say(call)
            await call.leg.until_quiet()
        call.ears.confidence = 0.1
        for _ in range(2):
            await say(call)
            await call.leg.until_quiet()
        assert call.voice.said[-1] == "订服务还是找人工？"


async def test_an_emergency_stays_one_when_a_part_of_its_words_is_said_again():
    async with running("救命") as call:
        call.mind.answers["救命"] = [Reply("我马上叫人。", urgent=True), Reply("您在哪里？")]
        await say(call)
        await call.leg.until_quiet()
        await call.leg.press("9")
        await call.leg.until_quiet()
        for _ in range(6):
            await call.leg.until_quiet()
            call.mind.answers[""] = []
            await call.leg.pass_time(17)
        assert call.leg.reason is None
