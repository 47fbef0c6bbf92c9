"""Short words over ours that are rather a nod than what was written do not stop us."""

from dataclasses import replace

import pytest

from bot.sentences import Reply
from tests.unit.voice.test_overlap import LONG, answering
from tests.unit.voice.test_session import names
from voice.asr.base import Reading
from voice.config import TurnConfig
from voice.floor import Floor
from voice.turn import BargeIn, Overlap, Verdict
from voice.turn.words import sounds_like_nod

pytestmark = pytest.mark.unit


def hears(call, confidence, **sounds):
    """How sure the recogniser is from now on, and what it says an utterance sounds like."""
    once = call.ears.transcribe
    told = tuple(Reading({"yes": "对", "no": "不"}[side], share) for side, share in sounds.items())

    async def transcribe(pcm, **hints):
        return replace(await once(pcm, **hints), confidence=confidence, sounds=told)

    call.ears.transcribe = transcribe


async def over_ours(call, speech_s=0.4):
    """What becomes of our sentence when so much is said into it."""
    await call.leg.speak(speech_s)
    await call.leg.pass_time(2.5)
    return {"barge_in", "nod", "unclear"} & set(names(call))


async def test_what_is_hardly_believed_is_no_reason_to_stop():
    async with answering({0.1: "室长"}, Reply(LONG, ask="date")) as call:
        hears(call, 0.3)
        assert await over_ours(call) == {"nod"}
        assert call.leg.playing
        assert call.mind.heard == []


async def test_what_sounds_like_a_yes_is_not_stopped_for_but_one_that_is_written_clearly_is():
    async with answering({0.1: "靠近"}, Reply(LONG, ask="date")) as call:
        hears(call, 0.5, yes=0.9)
        assert await over_ours(call) == {"nod"}
    async with answering({0.1: "靠近"}, Reply(LONG, ask="date")) as call:
        hears(call, 0.8, yes=0.9)
        assert await over_ours(call) == {"barge_in"}


def test_what_was_stopped_for_a_sound_that_was_no_speech_is_said_again():
    floor = Floor(None, TurnConfig())
    floor.gave_way([Reply(LONG)])
    assert floor.forget() == [Reply(LONG)]
    assert floor.forget() == []


@pytest.mark.parametrize(("text", "sounds"), [("不要", {}), ("拨车", {"no": 0.9})])
async def test_a_no_stops_us_however_badly_it_is_heard(text, sounds):
    async with answering({0.1: text}, Reply(LONG, ask="date")) as call:
        hears(call, 0.3, **sounds)
        assert "barge_in" in await over_ours(call)


async def test_what_is_said_over_a_yes_or_no_question_is_an_answer_to_it():
    async with answering({0.1: "室长"}, Reply(LONG, ask="confirm")) as call:
        hears(call, 0.3)
        assert await over_ours(call) == {"barge_in", "unclear"}


async def test_a_long_drawn_yes_is_a_nod_however_it_is_written():
    async with answering({0.1: "你呀你呀"}, Reply(LONG, ask="date")) as call:
        hears(call, 0.3, yes=0.9)
        assert await over_ours(call, 0.8) == {"nod"}


async def test_who_talks_on_is_no_listener():
    async with answering({0.1: "我想该时间"}, Reply(LONG, ask="date")) as call:
        hears(call, 0.3)
        assert "barge_in" in await over_ours(call, 0.9)


async def test_words_of_a_second_are_heard_though_they_sound_like_a_yes():
    async with answering({0.1: "我想该时间"}, Reply(LONG, ask="date")) as call:
        hears(call, 0.5, yes=0.9)
        assert await over_ours(call, 1.3) == {"barge_in"}
        assert call.mind.heard == ["我想该时间"]


async def test_a_cry_is_heard_however_badly():
    async with answering({0.1: "救命"}, Reply(LONG, ask="date")) as call:
        hears(call, 0.2, yes=0.9)
        await over_ours(call)
        assert call.mind.heard == ["救命"]
    overlap = Overlap(0.4, text="救命", murmur=True, cry=True)
    assert BargeIn().verdict(overlap) is Verdict.STOP


@pytest.mark.parametrize(
    ("text", "nod"),
    [
        ("笑的", True),
        ("小德了", True),
        ("直到的", True),
        ("吃到了", True),
        ("吃到饭了", False),
        ("疼的", False),
        ("死了", False),
        ("形", False),
        ("消防", False),
        ("", False),
    ],
)
def test_nods_are_told_by_their_sound_but_single_syllables_are_not(text, nod):
    assert sounds_like_nod(text) is nod
