"""A cry for help in a conversation: every kind, every state, and with every part broken."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

import bot.danger
from backend.client import CALLER_SILENT, Conversation, Notice
from backend.domain.words import EMERGENCIES
from bot.sentences import Reply
from bot.understanding import emergency
from bot.understanding.emergency import Emergency
from bot.understanding.hunch import Hunch
from tests.unit.bot.fakes import CRIES, NOW
from tests.unit.bot.house import CRY, SENTENCES, House, advice, keys

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("text", "kind"), CRIES.items(), ids=CRIES.values())
async def test_each_kind_is_written_answered_with_its_card_and_never_reaches_rasa(
    house: House, text: str, kind: str
) -> None:
    replies = await house.say(text)
    if house.raised == []:  # asked first; then taken at its word
        assert keys(replies) == ["utter_emergency_check"]
        replies = await house.say("要")
    assert house.rasa.heard == []
    found = house.raised[0]["kind"]
    assert replies[0].key == "utter_emergency_heard"
    card = SENTENCES.first_aid(str(found), text)
    assert advice(replies) == ([card.steps[0]] if card else [])
    assert (card is None) == (kind == "unspecified"), "who knows no kind gives no advice"
    assert "utter_emergency_told" in keys(replies)
    assert all(reply.urgent and not reply.interruptible for reply in replies)
    assert sum(1 for reply in replies if reply.ask) == 1, "one question"
    assert found == kind


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("fall", "utter_emergency_call_120"),
        ("fire_gas", "utter_emergency_call_119"),
        ("intruder", "utter_emergency_call_110"),
        ("self_harm", None),
    ],
)
async def test_the_number_of_the_country_is_told(
    house: House, kind: str, number: str | None
) -> None:
    text = next(text for text, found in CRIES.items() if found == kind)
    told = [key for key in keys(await house.say(text)) if key.startswith("utter_emergency_call")]
    assert told == ([number] if number else [])


async def test_where_the_hotline_may_the_call_is_put_through_instead() -> None:
    house = House(transfers=True)
    replies = await house.say(CRY)
    assert any(reply.handoff for reply in replies)
    assert "utter_emergency_call_120" not in keys(replies)
    chat = House(transfers=True)
    assert not any(reply.handoff for reply in await chat.say(CRY, channel="web"))


async def test_gas_is_let_out_and_a_fire_is_not_given_air(house: House) -> None:
    gas, fire = (SENTENCES.first_aid("fire_gas", text) for text in ("煤气漏了", "厨房着火了"))
    assert gas is not None
    assert fire is not None
    assert any("窗" in step for step in gas.steps)
    assert "灯" in gas.steps[0]
    assert not any("开窗" in step for step in fire.steps)


def test_there_is_a_cry_of_every_kind() -> None:
    assert set(CRIES.values()) == set(EMERGENCIES)


async def test_first_aid_comes_one_step_at_a_time(house: House) -> None:
    said = [advice(await house.say(text)) for text in (CRY, "腿疼得很", "好冷", "快点")]
    card = SENTENCES.first_aid("fall")
    assert card is not None
    assert said == [[card.steps[0]], [card.steps[1]], [card.steps[2]], []]


async def test_everything_down_the_cry_is_kept_and_nobody_is_said_to_be_told(house: House) -> None:
    house.rasa.down = house.backend.down = True
    replies = await house.say(CRY)
    assert "utter_emergency_not_recorded" in keys(replies)
    assert "utter_emergency_told" not in keys(replies)
    assert advice(replies)
    assert [cry.kind for cry in house.alarms.kept] == ["fall"]
    assert all(reply.urgent for reply in replies), "the line stays open"
    assert any(reply.handoff for reply in replies), "a person, where the exchange has one"


async def test_a_backend_that_hangs_holds_up_neither_the_cry_nor_the_answer(house: House) -> None:
    house.backend.hung = True
    async with asyncio.timeout(2):
        replies = await house.say(CRY)
    assert replies[0].key == "utter_emergency_heard"
    assert "utter_emergency_not_recorded" in keys(replies)
    assert len(house.alarms.kept) == 1


async def test_once_it_is_recorded_the_caller_hears_who_is_told(house: House) -> None:
    house.backend.down = True
    await house.say(CRY)
    house.backend.down = False
    assert keys(await house.say("你们来了吗"))[0] == "utter_emergency_told"


async def test_a_cry_goes_past_a_turn_that_rasa_does_not_answer(house: House) -> None:
    house.rasa.answers = asyncio.Event()
    slow = asyncio.create_task(house.say("我要订明天打扫"))
    while not house.rasa.heard:
        await asyncio.sleep(0)
    assert "utter_emergency_told" in keys(await house.say(CRY))
    house.rasa.answers.set()
    assert keys(await slow) == ["utter_emergency_stay_with_me"], "no booking talk in an emergency"


@pytest.mark.parametrize(
    "before",
    [
        Reply("您想哪一天？", key="utter_ask_booking_form_date", ask="date"),
        Reply("您说对吗？", key="utter_ask_booking_form_confirm", ask="confirm"),
        Reply("有人会给您回电话。", key="utter_handoff", handoff=True),
        Reply("再见。", key="utter_goodbye", ends=True),
    ],
    ids=["in a booking", "at the read-back", "a person was sent for", "after goodbye"],
)
@pytest.mark.parametrize("paused", [timedelta(), timedelta(hours=3)], ids=["at once", "paused"])
async def test_no_state_of_the_dialogue_blocks_a_cry(
    house: House, before: Reply, paused: timedelta
) -> None:
    house.rasa.replies = [[before]]
    await house.say("我要订打扫")
    replies = await house.say(CRY, now=NOW + paused)
    assert keys(replies)[0] == "utter_emergency_heard"
    assert [found["kind"] for found in house.raised] == ["fall"]


@pytest.mark.parametrize(
    "values", [{"phone": None}, {"phone": "unknown"}, {"phone": "+1", "channel": "web"}]
)
async def test_unknown_callers_are_asked_where_and_only_that(
    house: House, values: dict[str, object]
) -> None:
    house.backend.opened = Conversation("c")
    replies = await house.say(CRY, **values)
    assert keys(replies)[-1] == "utter_emergency_where"
    await house.say("和平路十八号", **values)
    assert house.raised[-1]["location"] == "和平路十八号"


async def test_a_second_emergency_during_the_first_is_heard_with_its_own_card(
    house: House,
) -> None:
    await house.say(CRY)
    replies = await house.say("厨房着火了快来人")
    assert [found["kind"] for found in house.raised] == ["fall", "fire_gas"]
    fire = SENTENCES.first_aid("fire_gas", "着火")
    assert fire is not None
    assert advice(replies) == [fire.steps[0]]
    assert "utter_emergency_call_119" in keys(replies)


@pytest.fixture
def sounding(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recogniser that takes 我在厨房 for a fall by its sound alone, and hears the rest well."""
    heard = bot.danger.assess

    def assess(text: str, context: str | None = None) -> Emergency:
        if text == "我在厨房":
            return Emergency("certain", "fall", "sounds like one", None, "")
        return heard(text, context)

    monkeypatch.setattr(bot.danger, "assess", assess)


@pytest.mark.usefixtures("sounding")
async def test_what_only_sounds_like_danger_is_a_detail_beside_a_known_trouble(
    house: House,
) -> None:
    await house.say("厨房着火了快来人")
    replies = await house.say("我在厨房")
    assert [found["kind"] for found in house.raised] == ["fire_gas", "unspecified"]
    assert house.raised[1]["text"] == "我在厨房"
    fall = SENTENCES.first_aid("fall")
    assert fall is not None
    assert not set(advice(replies)) & set(fall.steps), "nobody is told to lie still in a fire"


@pytest.mark.usefixtures("sounding")
async def test_what_is_answered_to_where_is_a_place_whatever_it_sounds_like(house: House) -> None:
    house.backend.opened = Conversation("c")
    assert keys(await house.say("救命啊快来人"))[-1] == "utter_emergency_where"
    await house.say("我在厨房")
    assert house.raised[1]["location"] == "我在厨房"
    assert house.raised[1]["kind"] == "unspecified"


async def test_a_bare_cry_is_asked_what_happened_and_gets_the_card_once_it_is_told(
    house: House,
) -> None:
    replies = await house.say("救命")
    if not house.raised:
        replies = await house.say("要")
    assert keys(replies)[-1] == "utter_emergency_what"
    assert advice(replies) == []
    assert advice(await house.say(CRY))


async def test_only_those_are_named_who_can_be_told(house: House) -> None:
    told = [
        Notice("n1", "emergency_raised", "failed", recipient="儿子"),
        Notice("n2", "emergency_raised", "pending", recipient="值班员"),
    ]
    house.backend.notices = told
    assert "我正在通知值班员。" in [reply.text for reply in await house.say(CRY)]


async def test_a_person_is_one_word_away_in_an_emergency_too(house: House) -> None:
    await house.say(CRY)
    replies = await house.say("转人工")
    assert any(reply.handoff for reply in replies)
    assert house.backend.handoffs[0]["reason"] == "emergency"


async def test_silence_while_the_backend_is_away_is_kept_like_the_cry(house: House) -> None:
    house.backend.down = True
    await house.say(CRY)
    await house.say("")
    await house.say("")
    assert [cry.sign for cry in house.alarms.kept][1:] == [CALLER_SILENT]


async def test_an_emergency_outlives_a_restart_of_the_process(house: House) -> None:
    await house.say(CRY)
    restarted = House()
    restarted.backend.statuses = dict(house.backend.statuses)
    assert "utter_emergency_stay_with_me" in keys(await restarted.say("我腿疼"))
    assert restarted.rasa.heard == []


@pytest.mark.parametrize(("text", "certain"), [("哎哟我跌了一跤", True), ("明天来打扫", False)])
async def test_a_fault_of_the_recogniser_swallows_no_cry(
    house: House, monkeypatch: pytest.MonkeyPatch, text: str, certain: bool
) -> None:
    def broken(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(bot.danger, "assess", broken)
    replies = await house.say(text)
    assert bool(house.raised) is certain
    asked = "utter_emergency_check_errand"  # it orders something, too
    assert keys(replies)[0] == ("utter_emergency_heard" if certain else asked)
    assert house.mind.in_danger(text)


@pytest.mark.parametrize(("confidence", "asked"), [(0.55, True), (0.95, False), (None, False)])
async def test_words_that_were_hardly_said_are_asked_about_sooner(
    house: House, monkeypatch: pytest.MonkeyPatch, confidence: float | None, asked: bool
) -> None:
    faint = Hunch(0.17, {"fall": -1.0})
    monkeypatch.setattr(emergency, "hear", lambda text, marks=(): faint)
    replies = await house.say("我煮早就把它的焦骨腾", confidence=confidence)
    assert ("utter_emergency_check" in keys(replies)[0]) is asked
    assert house.mind.in_danger("我煮早就把它的焦骨腾，准备", confidence) is asked


async def test_words_of_comfort_change(house: House) -> None:
    await house.say(CRY)
    said = [keys(await house.say(text))[-1] for text in ("腿疼", "好冷", "快点", "哎哟")]
    assert all(one != other for one, other in pairwise(said))
