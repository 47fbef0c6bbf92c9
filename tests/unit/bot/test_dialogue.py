"""The one door: emergencies first, honest words when a part is down."""

from datetime import timedelta
from pathlib import Path

import pytest

from backend.client import Caller, Conversation, Draft
from bot.dialogue import MAX_TEXT, Dialogue, clean
from bot.sentences import Reply, Sentences
from tests.unit.bot.fakes import ELDER, NOW, FakeAlarms, FakeBackend, FakeRasa

pytestmark = pytest.mark.unit

SENTENCES = Sentences(Path(__file__).parents[3] / "domain.yml")


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend()


@pytest.fixture
def dialogue(rasa: FakeRasa, backend: FakeBackend) -> Dialogue:
    alarms = FakeAlarms(backend)
    return Dialogue(rasa, backend, SENTENCES, lambda: NOW, alarms)  # type: ignore[arg-type]


async def say(dialogue: Dialogue, text: str, **values: object) -> list[Reply]:
    return await dialogue.say("c", text, channel="phone", phone="13800001001", now=NOW, **values)


def keys(replies: list[Reply]) -> list[str]:
    return [reply.key for reply in replies]


async def test_rasa_down_is_said_and_a_person_is_sent_for(
    dialogue: Dialogue, rasa: FakeRasa, backend: FakeBackend
) -> None:
    rasa.down = True
    replies = await say(dialogue, "我要订午饭")
    assert keys(replies) == ["utter_mind_down", "utter_handoff"]
    assert backend.handoffs[0]["reason"] == "mind_down"
    assert any(reply.handoff for reply in replies)


async def test_everything_down_still_answers_and_promises_nothing(
    dialogue: Dialogue, rasa: FakeRasa, backend: FakeBackend
) -> None:
    rasa.down = backend.down = True
    assert keys(await say(dialogue, "我要订午饭")) == [
        "utter_mind_down",
        "utter_handoff_not_recorded",
    ]


async def test_silence_is_met_softly_and_then_with_a_person(
    dialogue: Dialogue, backend: FakeBackend
) -> None:
    await say(dialogue, "你好")
    met = [keys(await say(dialogue, "")) for _ in range(4)]
    assert met == [[f"utter_silence_{number}"] for number in (1, 2, 3, 4)]
    assert backend.handoffs[0]["reason"] == "silence"


async def test_silence_keeps_the_question_open(dialogue: Dialogue, rasa: FakeRasa) -> None:
    rasa.replies = [[Reply("您想哪一天？", key="q", ask="date")]]
    await say(dialogue, "我要打扫")
    assert (await say(dialogue, ""))[0].ask == "date"
    await say(dialogue, "明天")
    assert rasa.heard[-1][2]["ask"] == "date"


async def test_a_moan_after_silences_is_asked_about_and_acted_on(
    dialogue: Dialogue, rasa: FakeRasa, backend: FakeBackend
) -> None:
    await say(dialogue, "你好")
    await say(dialogue, "")
    await say(dialogue, "")
    assert keys(await say(dialogue, "唔…呃")) == ["utter_emergency_check"]
    await say(dialogue, "唔")
    assert len(backend.emergencies_raised) == 1


async def test_a_murmur_to_a_read_back_is_an_answer_even_after_silences(
    dialogue: Dialogue, rasa: FakeRasa
) -> None:
    rasa.replies = [[Reply("对不对？", key="q", ask="confirm")]]
    await say(dialogue, "我要打扫")
    await say(dialogue, "")
    await say(dialogue, "")
    await say(dialogue, "嗯")
    assert rasa.heard[-1][1] == "嗯"


async def test_empty_text_to_begin_with_is_a_greeting_by_name(dialogue: Dialogue) -> None:
    replies = await say(dialogue, "")
    assert replies[0].text == "您好，林秀英，我是安伴。"


async def test_an_unfinished_booking_is_offered_and_travels_to_rasa(
    dialogue: Dialogue, rasa: FakeRasa, backend: FakeBackend
) -> None:
    draft = Draft("old", {"service": "bathing", "date": "2026-03-06"}, NOW - timedelta(days=1))
    backend.opened = Conversation("c", caller=Caller("elder"), elder=ELDER, draft=draft)
    greeting = await dialogue.begin("c", channel="phone", phone="13800001001", now=NOW)
    assert greeting[1].text == "上回您想订上门助浴，还没订完。"
    assert greeting[-1].offer == "draft"
    await say(dialogue, "好的")
    assert rasa.heard[-1][2]["offer"] == "draft"
    assert rasa.heard[-1][2]["draft"]["service"] == "bathing"


async def test_a_repetition_says_the_last_words_again(dialogue: Dialogue, rasa: FakeRasa) -> None:
    rasa.replies = [
        [Reply("您想哪一天？", key="q", ask="date")],
        [SENTENCES.reply("utter_repeat")],
    ]
    await say(dialogue, "我要打扫")
    assert [r.text for r in await say(dialogue, "再说一遍")] == ["您想哪一天？"]


async def test_an_endless_text_is_cut_and_said_so(dialogue: Dialogue, rasa: FakeRasa) -> None:
    replies = await say(dialogue, "我要订饭" * 2500)
    assert replies[0].key == "utter_too_long"
    assert len(rasa.heard[0][1]) == MAX_TEXT


async def test_a_cry_for_help_at_the_end_of_an_endless_text_is_heard(
    dialogue: Dialogue, backend: FakeBackend
) -> None:
    await say(dialogue, "我要订饭" * 2500 + "救命啊我摔倒了起不来")
    assert backend.emergencies_raised


async def test_two_calls_never_share_a_session(dialogue: Dialogue, rasa: FakeRasa) -> None:
    await dialogue.say("a", "你好", channel="phone", now=NOW)
    await dialogue.say("b", "你好", channel="phone", now=NOW)
    assert len({sender for sender, _, _ in rasa.heard}) == 2


async def test_a_chat_gone_quiet_for_long_begins_anew(dialogue: Dialogue, rasa: FakeRasa) -> None:
    await say(dialogue, "你好")
    await dialogue.say("c", "你好", channel="web", now=NOW + timedelta(hours=2))
    assert rasa.heard[0][0] != rasa.heard[1][0]


async def test_hanging_up_is_recorded_once(dialogue: Dialogue, backend: FakeBackend) -> None:
    await say(dialogue, "你好")
    await dialogue.end("c", "hangup")
    await dialogue.end("c", "hangup")
    assert backend.ended == [("c", "hangup")]


async def test_keys_ask_for_a_person_and_a_repetition(dialogue: Dialogue, rasa: FakeRasa) -> None:
    await dialogue.key("c", "0", channel="phone", now=NOW)
    assert rasa.heard[-1][1] == "转人工"
    assert await dialogue.key("c", "5", channel="phone", now=NOW) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/restart", "restart"),
        ("//session_start", "session_start"),
        (" 你好\x00\x1b[2J ", "你好  [2J"),
        ("\u200b", ""),
        ("   ", ""),
    ],
)
def test_commands_and_control_characters_are_only_text(typed: str, meant: str) -> None:
    assert clean(typed) == meant


async def test_a_family_caller_is_greeted_as_such(dialogue: Dialogue, backend: FakeBackend) -> None:
    backend.opened = Conversation("c", caller=Caller("family", relation="女儿"), elder=ELDER)
    greeting = await dialogue.begin("c", channel="phone", now=NOW)
    assert greeting[0].text == "您好，我是安伴，您是林秀英的女儿吧。"


async def test_what_else_was_wanted_is_served_once_the_first_matter_is_finished(
    dialogue: Dialogue, rasa: FakeRasa
) -> None:
    rasa.later["先别订了我问下低保"] = ("我问下低保",)
    rasa.replies = [
        [Reply("取消哪一单？", key="utter_ask_which_order", ask="service")],
        [
            Reply("取消好了。", key="utter_order_cancelled"),
            Reply("还有事吗？", key="utter_order_done"),
        ],
        [Reply("低保是这样的。", key="utter_policy")],
    ]
    assert keys(await say(dialogue, "先别订了我问下低保")) == ["utter_ask_which_order"]
    assert keys(await say(dialogue, "打扫的那单")) == [
        "utter_order_cancelled",
        "utter_also_wanted",
        "utter_policy",
    ]
    assert [text for _, text, _ in rasa.heard][-1] == "我问下低保"


async def test_errands_that_are_counted_up_are_served_one_by_one(
    dialogue: Dialogue, rasa: FakeRasa
) -> None:
    rasa.replies = [
        [Reply("取消哪一单？", key="utter_ask_which_order", ask="service")],
        [Reply("取消好了。", key="utter_order_cancelled")],
        [Reply("低保是这样的。", key="utter_policy")],
    ]
    said = "两件事头一个明天那单给我退了再一个我问下低保"
    assert keys(await say(dialogue, said)) == ["utter_ask_which_order"]
    assert keys(await say(dialogue, "两件事一个送饭一个打扫")) == [
        "utter_order_cancelled",
        "utter_also_wanted",
        "utter_policy",
    ]  # an answer counts up nothing
    assert [text for _, text, _ in rasa.heard] == [
        "明天那单给我退了",
        "两件事一个送饭一个打扫",
        "我问下低保",
    ]


async def test_a_second_wish_is_forgotten_when_the_mind_is_down(
    dialogue: Dialogue, rasa: FakeRasa
) -> None:
    rasa.later["查订单再订个饭"] = ("再订个饭",)
    rasa.replies = [[Reply("哪一单？", key="utter_ask_which_order", ask="service")]]
    await say(dialogue, "查订单再订个饭")
    rasa.down = True
    await say(dialogue, "打扫那单")
    rasa.down = False
    assert keys(await say(dialogue, "你好")) == ["utter_x"]


async def test_a_person_who_was_sent_for_serves_the_rest(
    dialogue: Dialogue, rasa: FakeRasa
) -> None:
    rasa.later["转人工再订个饭"] = ("再订个饭",)
    rasa.replies = [[Reply("已经记下。", key="utter_handoff", handoff=True)]]
    assert keys(await say(dialogue, "转人工再订个饭")) == ["utter_handoff"]
    assert keys(await say(dialogue, "好")) == ["utter_x"]


async def test_a_ticket_about_one_matter_leaves_the_other_one_to_us(
    dialogue: Dialogue, rasa: FakeRasa
) -> None:
    rasa.later["提醒我吃药，再订个饭"] = ("再订个饭",)
    rasa.replies = [
        [
            Reply("已经记下。", key="utter_handoff_ticket", handoff=True),
            Reply("还有别的事吗？", key="utter_anything_else", ask="other"),
        ],
        [Reply("您想哪一天？", key="utter_ask_date", ask="date")],
    ]
    assert keys(await say(dialogue, "提醒我吃药，再订个饭")) == [
        "utter_handoff_ticket",
        "utter_also_wanted",
        "utter_ask_date",
    ]


async def test_the_offer_of_a_person_gives_way_to_the_second_wish(
    dialogue: Dialogue, rasa: FakeRasa
) -> None:
    rasa.later["护理费多少，再订个饭"] = ("再订个饭",)
    rasa.replies = [
        [
            Reply("文件里没有写。", key="utter_policy_declined"),
            Reply("要不要回电话？", key="utter_offer_person", ask="confirm", offer="person"),
        ],
        [Reply("您想哪一天？", key="utter_ask_date", ask="date")],
    ]
    assert keys(await say(dialogue, "护理费多少，再订个饭")) == [
        "utter_policy_declined",
        "utter_person_any_time",
        "utter_also_wanted",
        "utter_ask_date",
    ]


async def test_what_is_known_of_a_caller_can_be_spoken_before_it_is_needed(
    dialogue: Dialogue, backend: FakeBackend
) -> None:
    assert dialogue.likely("c") == []
    await dialogue.begin("c", channel="phone", now=NOW)
    assert dialogue.likely("c") == ["地址是和平路18号302。"]
    backend.opened = Conversation("d", caller=Caller("family", relation="女儿"), elder=ELDER)
    await dialogue.begin("d", channel="phone", now=NOW)
    assert dialogue.likely("d") == ["给林秀英。", "地址是和平路18号302。"]


async def test_a_place_that_was_sent_goes_with_a_later_cry(
    dialogue: Dialogue, backend: FakeBackend
) -> None:
    await say(dialogue, "和平路18号", place="和平路18号（纬度25.1，经度117.0）")
    assert backend.emergencies_raised == []
    await say(dialogue, "救命啊我摔倒了起不来")
    assert backend.emergencies_raised[0]["location"] == "和平路18号（纬度25.1，经度117.0）"


async def test_who_is_bound_meanwhile_is_met_again(
    dialogue: Dialogue, rasa: FakeRasa, backend: FakeBackend
) -> None:
    backend.opened = Conversation("c")
    await say(dialogue, "你好")
    backend.opened = Conversation("c", caller=Caller("family"), elder=ELDER)
    await say(dialogue, "我要订午饭")
    assert rasa.heard[-1][2]["elder"] is None
    dialogue.meet_again("c")
    await say(dialogue, "我要订午饭")
    assert rasa.heard[-1][2]["elder"]["name"] == "林秀英"


async def test_what_is_answered_at_once_lets_the_next_matter_follow(
    dialogue: Dialogue, rasa: FakeRasa
) -> None:
    said = "查订单，再问下补贴，再订个饭"
    rasa.later[said] = ("再问下补贴", "再订个饭")
    rasa.replies = [[Reply("还有别的事吗？", key="utter_anything_else", ask="other")]] * 2
    await say(dialogue, said)
    assert [text for _, text, _ in rasa.heard] == [said, "再问下补贴", "再订个饭"]
