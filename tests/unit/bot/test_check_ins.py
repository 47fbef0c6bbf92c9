"""Calls of ours on which somebody is asked: every answer is written, and danger goes first."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from anban.errors import Unavailable
from backend.client import CheckIn, Talk
from bot.check_ins import CheckIns, judged
from bot.dialogue import Dialogue
from bot.sentences import Reply, Sentences
from tests.unit.bot.fakes import NOW, FakeAlarms, FakeBackend, FakeRasa

pytestmark = pytest.mark.unit
SENTENCES = Sentences(Path(__file__).parents[3] / "domain.yml")
CARE = Talk("care", "林秀英", "助浴", ("health", "medicine", "meals", "visit"))
ALARM = Talk("device_check", "林秀英", "毫米波雷达", ("danger",))
SERVICE = Talk("satisfaction", "林秀英", "打扫卫生", ("satisfied",))


@dataclass
class Backend(FakeBackend):
    """Also says what is asked, and takes answers; what worries is a case."""

    talk: Talk = CARE
    answers: list[tuple[str, str, str]] = field(default_factory=list)
    refused: int = 0
    away: bool = False

    async def check_in_talk(self, call_id: str) -> Talk:
        if self.away:
            raise Unavailable("away")
        return self.talk

    async def check_in_answer(self, call_id: str, question: str, text: str, finding: str):
        if self.away:
            raise Unavailable("away")
        self.answers.append((question, text, finding))
        case = "t" if finding in ("worry", "silent") and self.talk.kind != "device_check" else None
        return CheckIn("i", self.talk.kind, "e", "waiting", NOW, case_id=case)

    async def check_in_refused(self, call_id: str) -> None:
        if self.away:
            raise Unavailable("away")
        self.refused += 1


class Called:
    """Somebody who is being called."""

    def __init__(self, talk: Talk, *replies: list[Reply]) -> None:
        self.backend = Backend(talk=talk)
        self.rasa = FakeRasa(replies=list(replies))
        alarms = FakeAlarms(self.backend)
        dialogue = Dialogue(self.rasa, self.backend, SENTENCES, lambda: NOW, alarms)  # type: ignore[arg-type]
        self.mind = CheckIns(dialogue, self.backend, SENTENCES)  # type: ignore[arg-type]

    async def hears(self) -> list[str]:
        return keys(await self.mind.begin("c", channel="phone", phone="13800001001", now=NOW))

    async def says(self, text: str) -> list[str]:
        said = await self.mind.say("c", text, channel="phone", phone="13800001001", now=NOW)
        self.replies = said
        return keys(said)


def keys(replies: list[Reply]) -> list[str]:
    return [reply.key.removeprefix("utter_check_in_") for reply in replies]


async def test_a_care_call_asks_one_thing_after_the_other():
    called = Called(CARE)
    assert await called.hears() == ["care", "health"]
    assert await called.says("挺好的") == ["medicine"]
    assert await called.says("吃了") == ["meals"]
    assert await called.says("吃得香") == ["visit"]
    assert "助浴" in called.replies[0].text
    assert await called.says("满意") == ["done"]
    assert called.replies[0].ends
    assert [finding for *_, finding in called.backend.answers] == ["ok"] * 4


async def test_what_worries_is_promised_to_people_because_it_was_written():
    called = Called(CARE)
    await called.hears()
    assert await called.says("腿有点酸，晚上睡不好") == ["medicine"]
    for text in ("忘了吃", "吃不下", "还行"):
        await called.says(text)
    assert keys(called.replies) == ["case"]
    assert [finding for *_, finding in called.backend.answers] == ["worry", "worry", "worry", "ok"]


async def test_what_could_not_be_written_is_not_promised():
    called = Called(SERVICE)
    await called.hears()
    called.backend.away = True
    assert await called.says("不满意") == ["wrong"]
    assert await called.says("窗户没擦") == ["not_recorded"]


async def test_without_the_backend_it_is_a_usual_greeting():
    called = Called(CARE)
    called.backend.away = True
    found = await called.mind.begin("c", channel="phone", phone="1", now=NOW)
    assert found
    assert not found[0].key.startswith("utter_check_in")


async def test_a_cry_for_help_goes_before_every_question():
    called = Called(CARE)
    await called.hears()
    await called.says("救命啊我摔倒了起不来")
    assert any(reply.urgent for reply in called.replies)
    assert called.backend.emergencies_raised
    said = await called.says("我在厕所里")
    assert "medicine" not in said, "nobody in danger is asked about meals"


async def test_a_cry_is_heard_though_it_sounds_like_a_refusal_of_calls():
    called = Called(CARE)
    await called.hears()
    await called.says("别再打电话问了快叫人来我摔倒了起不来")
    assert called.backend.refused == 0
    assert called.backend.emergencies_raised


async def test_an_ill_that_is_no_emergency_is_written_and_the_next_question_comes():
    called = Called(CARE)
    await called.hears()
    assert await called.says("有点头晕") == ["medicine"]
    assert called.backend.answers == [("health", "有点头晕", "worry")]


async def test_a_wish_is_served_and_then_the_question_comes_again():
    order = Reply("订好了。", key="utter_order_done")
    called = Called(CARE, [Reply("您想哪一天？", key="utter_ask_date", ask="date")], [order])
    await called.hears()
    assert await called.says("帮我订个打扫") == ["utter_ask_date"]
    assert await called.says("明天") == ["utter_order_done", "health"]


async def test_whether_anything_else_is_wanted_is_not_asked_beside_the_question_that_comes():
    placed = [
        Reply("订好了。", key="utter_order_placed"),
        Reply("还有别的事吗？", key="utter_anything_else", ask="other"),
    ]
    called = Called(CARE, [Reply("您想哪一天？", key="utter_ask_date", ask="date")], placed)
    await called.hears()
    assert await called.says("帮我订个打扫") == ["utter_ask_date"]
    assert await called.says("明天") == ["utter_order_placed", "health"]


async def test_a_line_that_is_not_understood_is_asked_once_more_and_then_let_be():
    called = Called(CARE)
    await called.hears()
    assert await called.says("这个那个的") == ["again", "health"]
    assert await called.says("这个那个的") == ["medicine"]
    assert called.backend.answers == [("health", "这个那个的", "unclear")]


async def test_silence_is_asked_into_once_and_then_for_people():
    called = Called(CARE)
    await called.hears()
    assert await called.says("") == ["utter_silence_1", "health"]
    assert await called.says("") == ["case"]
    assert called.backend.answers == [("health", "", "silent")]


async def test_who_wants_no_calls_gets_none():
    called = Called(CARE)
    await called.hears()
    called.backend.away = True
    assert await called.says("你们不要再打电话了") == ["not_recorded"]
    called.backend.away = False
    assert await called.says("你们不要再打电话了") == ["refused"]
    assert called.backend.refused == 1


async def test_an_alarm_is_called_off_only_after_a_second_no():
    called = Called(ALARM)
    assert await called.hears() == ["device_check", "danger"]
    assert await called.says("不用，我没事") == ["sure"]
    assert await called.says("没事没事") == ["called_off"]
    assert [finding for *_, finding in called.backend.answers] == ["ok", "ok"]


@pytest.mark.parametrize("answer", ["要", "我腿麻动不了", ""])
async def test_an_alarm_that_is_one_keeps_the_line(answer):
    called = Called(ALARM)
    await called.hears()
    found = await called.says(answer)
    if not answer:
        found = await called.says(answer)
    assert found == ["help"]
    assert called.replies[0].urgent
    assert not called.replies[0].ends


async def test_an_alarm_that_could_not_be_written_is_not_called_off():
    called = Called(ALARM)
    await called.hears()
    await called.says("不用")
    called.backend.away = True
    assert await called.says("没事") == ["utter_mind_down"]


@pytest.mark.parametrize(
    ("question", "text", "finding"),
    [
        ("health", "没有不舒服", "ok"),
        ("health", "还是老样子", "ok"),
        ("health", "不太舒服", "worry"),
        ("health", "昨晚睡不着", "worry"),
        ("health", "嗯", "unclear"),
        ("medicine", "我不用吃药", "ok"),
        ("medicine", "没吃", "worry"),
        ("medicine", "按时吃着呢", "ok"),
        ("meals", "没人做饭", "worry"),
        ("meals", "一天三顿都正常", "ok"),
        ("visit", "人没来", "worry"),
        ("satisfied", "挺满意", "ok"),
        ("satisfied", "不太满意", "worry"),
        ("danger", "不要不要，我碰到的", "ok"),
        ("danger", "要，快来人", "worry"),
        ("danger", "什么", "unclear"),
        ("sure", "是的", "ok"),
        ("sure", "还是有点晕", "worry"),
    ],
)
def test_what_answers_mean(question, text, finding):
    assert judged(question, text) == finding
