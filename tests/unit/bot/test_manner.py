"""Slower, louder, once more: followed without Rasa, kept for the next call."""

from dataclasses import replace

import pytest

from backend.client import Caller, Conversation, Speaking
from bot.dialogue import Dialogue
from bot.manner import LOUDEST, SLOWEST, Manner, refuses_recording, wants_again, wishes
from bot.sentences import Reply
from tests.unit.bot.fakes import ELDER, NOW, FakeAlarms, FakeBackend, FakeRasa
from tests.unit.bot.test_dialogue import SENTENCES, keys, say

pytestmark = pytest.mark.unit
QUESTION = Reply("您想哪一天？", key="q", ask="date")


def talk(backend: FakeBackend, *replies: list[Reply]) -> Dialogue:
    alarms = FakeAlarms(backend)
    rasa = FakeRasa(replies=list(replies))
    return Dialogue(rasa, backend, SENTENCES, lambda: NOW, alarms)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("慢一点", {"rate": "slower"}),
        ("你说慢点嘛", {"rate": "slower"}),
        ("太快了", {"rate": "slower"}),
        ("说快一点", {"rate": "faster"}),
        ("大声点", {"volume": "louder"}),
        ("大点声", {"volume": "louder"}),
        ("声音太小了", {"volume": "louder"}),
        ("小声一点", {"volume": "softer"}),
        ("慢一点，大声一点", {"rate": "slower", "volume": "louder"}),
        ("慢一点大声点", {"rate": "slower", "volume": "louder"}),
        ("你讲话大声点慢一点好不好", {"rate": "slower", "volume": "louder"}),
        ("声音有点低", {"volume": "louder"}),
        ("声音低一点", {"volume": "softer"}),
    ],
)
def test_a_plain_wish_is_understood(text: str, wish: dict[str, str]) -> None:
    assert wishes(text) == wish


@pytest.mark.parametrize(
    "text",
    ["快点来", "快一点", "你快点派人来", "我要大一点的", "慢性病", "明天早点", "有点低", "高一点"],
)
def test_what_is_not_about_the_voice_is_none(text: str) -> None:
    assert wishes(text) == {}


@pytest.mark.parametrize("text", ["再说一遍", "请再说一遍好吗", "你说什么？", "没听清", "什么"])
def test_asking_again_is_understood(text: str) -> None:
    assert wants_again(text)


@pytest.mark.parametrize("text", ["再说一遍地址", "什么时候来", "再来一份", "说什么都不行"])
def test_asking_for_something_is_not_asking_again(text: str) -> None:
    assert not wants_again(text)


@pytest.mark.parametrize("text", ["不要录音", "你别录音了", "我不想被录音", "不许录"])
def test_a_refusal_to_be_recorded_is_understood(text: str) -> None:
    assert refuses_recording(text)


@pytest.mark.parametrize("text", ["录音机坏了", "不要", "不要录音机", "我没录音"])
def test_what_is_no_such_refusal_is_none(text: str) -> None:
    assert not refuses_recording(text)


@pytest.mark.parametrize(
    ("on", "agreed", "role", "told"),
    [
        (True, True, "elder", True),
        (True, False, "elder", False),
        (True, True, "family", False),
        (False, True, "elder", False),
    ],
)
async def test_a_recording_is_announced_where_the_elder_agreed(
    on: bool, agreed: bool, role: str, told: bool
) -> None:
    elder = replace(ELDER, recording_consent=agreed)
    backend = FakeBackend(Conversation("c", caller=Caller(role), elder=elder))
    dialogue = Dialogue(
        FakeRasa(), backend, SENTENCES, lambda: NOW, FakeAlarms(backend), recordings=on
    )  # type: ignore[arg-type]
    greeting = await dialogue.begin("c", channel="phone", now=NOW)
    assert any(reply.record for reply in greeting) is told
    assert not any(r.record for r in await dialogue.begin("d", channel="web", now=NOW))


async def test_who_refuses_is_not_recorded_from_now_on_and_hears_the_question_again() -> None:
    backend = FakeBackend()
    dialogue = talk(backend, [QUESTION])
    await say(dialogue, "我要打扫")
    replies = await say(dialogue, "不要录音")
    assert keys(replies) == ["utter_not_recorded", "q"]
    assert replies[0].record is False
    assert backend.changed == {"recording_consent": False}


async def test_a_refusal_that_could_not_be_kept_is_not_promised_for_later() -> None:
    backend = FakeBackend()
    dialogue = talk(backend, [QUESTION])
    await say(dialogue, "我要打扫")
    backend.down = True
    replies = await say(dialogue, "不要录音")
    assert keys(replies)[0] == "utter_not_recorded_this_time"
    assert replies[0].record is False


def test_wishes_have_bounds() -> None:
    manner = Manner()
    for _ in range(9):
        manner = manner.follow({"rate": "slower", "volume": "louder"})
    assert manner == Manner(SLOWEST, LOUDEST)


async def test_a_wish_is_followed_at_once_and_the_last_words_come_again() -> None:
    backend = FakeBackend()
    dialogue = talk(backend, [QUESTION])
    await say(dialogue, "我要打扫")
    replies = await say(dialogue, "慢一点")
    assert keys(replies) == ["utter_speak_slower", "q"]
    assert replies[0].manner == Manner(0.88, 1.0)
    assert backend.speaking == Speaking(0.88, 1.0)


async def test_both_of_two_wishes_are_promised() -> None:
    replies = await say(talk(FakeBackend()), "慢一点小声点")
    assert keys(replies) == ["utter_speak_slower", "utter_speak_softer"]
    assert replies[-1].manner == Manner(0.88, 0.69)


async def test_a_wish_in_a_longer_line_is_followed_too() -> None:
    backend = FakeBackend()
    dialogue = talk(backend, [SENTENCES.reply("utter_slower")])
    replies = await say(dialogue, "我耳朵背了你讲话我跟不上")
    assert replies[0].manner == Manner(0.88, 1.45)
    assert backend.speaking == Speaking(0.88, 1.45)


async def test_a_wish_is_followed_though_the_backend_is_down() -> None:
    backend = FakeBackend(down=True)
    assert (await say(talk(backend), "大声点"))[0].manner == Manner(1.0, 1.45)


async def test_the_next_call_begins_as_this_caller_likes_it() -> None:
    caller = Caller("elder")
    known = Conversation("c", caller=caller, elder=ELDER, speaking=Speaking(0.76, 1.45))
    greeting = await talk(FakeBackend(known)).begin("c", channel="phone", now=NOW)
    assert greeting[0].manner == Manner(0.76, 1.45)
    assert (await talk(FakeBackend()).begin("c", channel="phone", now=NOW))[0].manner is None


async def test_a_yes_to_a_question_that_was_not_heard_is_none() -> None:
    question = Reply("明天打扫，对不对？", key="read_back", ask="confirm")
    dialogue = talk(
        FakeBackend(), [Reply("好的。", key="ok"), question], [Reply("订好了。", key="done")]
    )
    await say(dialogue, "明天打扫")
    dialogue.cut_short("c", [question])
    assert keys(await say(dialogue, "对对对")) == ["ok", "read_back"]
    assert keys(await say(dialogue, "对对对")) == ["done"]


async def test_anything_else_said_over_a_question_counts() -> None:
    question = Reply("明天打扫，对不对？", key="read_back", ask="confirm")
    dialogue = talk(FakeBackend(), [question], [Reply("改好了。", key="changed")])
    await say(dialogue, "明天打扫")
    dialogue.cut_short("c", [question])
    assert keys(await say(dialogue, "不对，后天")) == ["changed"]
