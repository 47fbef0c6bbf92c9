"""A cry for help in a conversation: every kind, every state, and with every part broken."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

import bot.danger
from backend.client import CALLER_SILENT, LINE_DEAD, Conversation, Notice
from backend.domain.words import EMERGENCIES
from bot.dialogue import Dialogue
from bot.sentences import Reply, Sentences
from bot.understanding.emergency import LIKE, Emergency
from tests.unit.bot.fakes import CRIES, NOW, FakeAlarms, FakeBackend, FakeRasa

pytestmark = pytest.mark.unit

SENTENCES = Sentences(Path(__file__).parents[3] / "domain.yml")
CRY = "救命啊我摔倒了起不来"


class House:
    """A dialogue with its parts."""

    def __init__(self, transfers: bool = False) -> None:
        self.rasa, self.backend = FakeRasa(), FakeBackend()
        self.alarms = FakeAlarms(self.backend)
        self.mind = Dialogue(
            self.rasa,  # type: ignore[arg-type]
            self.backend,  # type: ignore[arg-type]
            SENTENCES,
            lambda: NOW,
            self.alarms,  # type: ignore[arg-type]
            transfers=transfers,
        )

    async def say(self, text: str, **values: object) -> list[Reply]:
        given = {"channel": "phone", "phone": "13800001001", "now": NOW, **values}
        return await self.mind.say("c", text, **given)  # type: ignore[arg-type]

    @property
    def raised(self) -> list[dict[str, object]]:
        return self.backend.emergencies_raised


@pytest.fixture
def house() -> House:
    return House()


def keys(replies: list[Reply]) -> list[str]:
    return [reply.key for reply in replies]


def advice(replies: list[Reply]) -> list[str]:
    return [reply.text for reply in replies if reply.key.startswith("first_aid")]


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


async def test_it_is_called_off_only_after_a_second_question(house: House) -> None:
    await house.say(CRY)
    assert keys(await house.say("哎呀搞错了没事")) == ["utter_emergency_check_mistake"]
    assert house.backend.closed == []
    assert keys(await house.say("真的没事")) == ["utter_emergency_called_off"]
    assert house.backend.closed == [("em1", "false_alarm")]
    await house.say("我要订饭")
    assert house.rasa.heard[-1][1] == "我要订饭"


@pytest.mark.parametrize("text", ["不是，要来看看", "不是没事", "我没弄错", "还没来人呢", "不是"])
async def test_who_insists_on_help_after_the_second_question_is_not_called_off(
    house: House, text: str
) -> None:
    await house.say(CRY)
    await house.say("搞错了没事")
    await house.say(text)
    assert house.backend.closed == []


@pytest.mark.parametrize("text", ["还没来人呢", "孙子搞不醒", "你也不叫人来"])
async def test_a_bare_cry_is_not_explained_away_by_who_goes_on_crying(
    house: House, text: str
) -> None:
    await house.say("救命啊快来人")
    assert "utter_emergency_check_mistake" not in keys(await house.say(text))


@pytest.mark.parametrize("text", ["不是的，是我妈", "哪里没事啊", "不是，我要人来"])
async def test_a_doubt_is_not_ended_by_who_insists_on_help(house: House, text: str) -> None:
    assert keys(await house.say(DOUBTFUL)) == ["utter_emergency_check"]
    await house.say(text)
    assert len(house.raised) == 1


async def test_a_new_cry_beats_the_question_whether_it_was_a_mistake(house: House) -> None:
    await house.say(CRY)
    await house.say("没事了")
    await house.say("不是误会，厨房着火了救命")
    assert house.backend.closed == []
    assert house.raised[-1]["kind"] == "fire_gas"


async def test_the_same_words_after_a_false_alarm_are_a_new_cry(house: House) -> None:
    await house.say(CRY)
    await house.say("搞错了没事")
    await house.say("没事")
    replies = await house.say(CRY)
    assert replies[0].key == "utter_emergency_heard"
    assert house.raised[0]["key"] != house.raised[1]["key"]
    assert house.backend.statuses == {"em1": "false_alarm", "em2": "open"}


async def test_what_cannot_be_called_off_is_not_said_to_be(house: House) -> None:
    await house.say(CRY)
    house.backend.down = True
    await house.say("搞错了没事")
    assert keys(await house.say("没事")) == ["utter_emergency_not_called_off"]
    house.backend.down = False
    assert house.backend.statuses == {"em1": "open"}


async def test_silence_after_a_cry_is_asked_about_once_and_then_told_to_people(
    house: House,
) -> None:
    await house.say(CRY)
    met = [keys(await house.say("")) for _ in range(4)]
    assert met[0] == ["utter_emergency_hear_me"]
    assert met[1] == ["utter_emergency_silent"]
    assert met[2] == met[3] == ["utter_emergency_still_here"]
    assert len(house.raised) == 2
    assert "不再出声" in str(house.raised[1]["text"])
    assert house.raised[1]["sign"] == CALLER_SILENT
    assert [ticket["reason"] for ticket in house.backend.handoffs] == ["emergency_silent"]
    await house.say("我在")
    assert keys(await house.say("")) == ["utter_emergency_hear_me"]
    await house.say("")
    assert [raised["sign"] for raised in house.raised].count(CALLER_SILENT) == 2


async def test_once_a_person_has_closed_it_the_talk_goes_on_as_before(house: House) -> None:
    await house.say(CRY)
    house.backend.statuses["em1"] = "closed"
    await house.say("谢谢你们人来了")
    assert len(house.raised) == 1
    assert house.rasa.heard[-1][1] == "谢谢你们人来了"


async def test_a_cry_after_a_person_has_closed_it_is_answered_like_a_first_one(
    house: House,
) -> None:
    await house.say(CRY)
    house.backend.statuses["em1"] = "closed"
    replies = await house.say(CRY)
    assert keys(replies)[0] == "utter_emergency_heard"
    assert advice(replies)
    assert "utter_emergency_told" in keys(replies)
    assert {reply.emergency for reply in replies} == {"em2"}


async def test_the_caller_hears_once_who_has_taken_it_over(house: House) -> None:
    await house.say(CRY)
    house.backend.statuses["em1"], house.backend.holder = "acknowledged", "王站长"
    replies = await house.say("有人来吗")
    assert "王站长已经接手了。" in [reply.text for reply in replies]
    assert "utter_emergency_held" not in keys(await house.say("好"))


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


async def test_a_doubt_is_asked_about_and_acted_on_at_silence(house: House) -> None:
    house.rasa.replies = [[SENTENCES.reply("utter_emergency_check")]]
    await house.say("这个不大对头")
    assert house.raised == []
    await house.say("")
    assert house.raised[0]["certainty"] == "certain"
    assert house.raised[0]["text"] == "这个不大对头"


async def test_a_clear_no_to_the_check_goes_back_to_the_question_before(house: House) -> None:
    question = Reply("您想哪一天？", key="utter_ask_booking_form_date", ask="date")
    house.rasa.replies = [[question], [SENTENCES.reply("utter_emergency_check")]]
    await house.say("我要打扫")
    await house.say("这个不大对头")
    replies = await house.say("不要")
    assert keys(replies) == ["utter_emergency_not", "utter_ask_booking_form_date"]
    assert house.raised == []


async def test_hanging_up_on_the_check_question_is_a_possible_emergency(house: House) -> None:
    house.rasa.replies = [[SENTENCES.reply("utter_emergency_check")]]
    await house.say("这个不大对头")
    await house.mind.end("c", "hangup")
    assert house.raised[0]["certainty"] == "possible"


async def test_a_dead_line_is_told_to_those_who_come(house: House) -> None:
    await house.say(CRY)
    await house.mind.end("c", "broken")
    assert "断" in str(house.raised[-1]["text"])
    assert house.raised[-1]["sign"] == LINE_DEAD


async def test_a_call_that_was_put_through_is_not_called_broken(house: House) -> None:
    await house.say(CRY)
    await house.mind.end("c", "transferred")
    assert house.raised[-1]["sign"] == ""


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
    def broken(text: str, context: str | None = None) -> None:
        raise RecursionError

    monkeypatch.setattr(bot.danger, "assess", broken)
    replies = await house.say(text)
    assert bool(house.raised) is certain
    asked = "utter_emergency_check_errand"  # it orders something, too
    assert keys(replies)[0] == ("utter_emergency_heard" if certain else asked)
    assert house.mind.in_danger(text)


DOUBTFUL = "试一下这个按钮灵不灵"


async def test_a_wish_after_a_mere_doubt_is_answered_and_nobody_is_sent(house: House) -> None:
    house.rasa.replies = [[SENTENCES.reply("utter_emergency_check")]]
    await house.say("这个不大对头")
    assert keys(await house.say("明天给我送份饭"))[0] == "utter_emergency_not"
    assert (house.raised, house.rasa.heard[-1][1]) == ([], "明天给我送份饭")


@pytest.mark.parametrize(
    ("doubt", "wish"),
    [
        (DOUBTFUL, "给我送份饭"),
        (DOUBTFUL, "对明天上午"),
    ],
)
async def test_a_sign_is_not_talked_away_by_a_wish(house: House, doubt: str, wish: str) -> None:
    assert keys(await house.say(doubt)) == ["utter_emergency_check"]
    await house.say(wish)
    assert len(house.raised) == 1


LONELY, QUIET = "屋头静悄悄的，门口好像有人", "utter_emergency_check_errand"


@pytest.fixture
def likeness(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recogniser finds no sign in LONELY, but that it sounds like a cry."""
    heard = bot.danger.assess
    like = Emergency("possible", "unspecified", "sounds like one", None, LIKE)
    monkeypatch.setattr(
        bot.danger,
        "assess",
        lambda text, context=None: like if text == LONELY else heard(text, context),
    )


@pytest.mark.usefixtures("likeness")
@pytest.mark.parametrize("answer", ["我要订明天的饭", "没摔没碰好好的", "别听他的，我孙子拿着乱按"])
async def test_a_mere_doubt_is_put_as_a_choice_and_an_errand_is_one(
    house: House, answer: str
) -> None:
    assert keys(await house.say(LONELY)) == [QUIET]
    assert keys(await house.say(answer))[0] == "utter_emergency_not"
    assert house.raised == []


@pytest.mark.usefixtures("likeness")
@pytest.mark.parametrize("answer", ["对", "要", "嗯嗯", "", "叫人", "哎哟", "快来"])
async def test_after_the_choice_whatever_may_mean_danger_sends_people(
    house: House, answer: str
) -> None:
    await house.say(LONELY)
    await house.say(answer)
    assert len(house.raised) == 1


@pytest.mark.usefixtures("likeness")
async def test_who_tells_on_after_the_choice_is_asked_plainly_and_then_believed(
    house: House,
) -> None:
    await house.say(LONELY)
    told = "过年那阵子热热闹闹的，如今都回城里去了"
    assert keys(await house.say(told)) == ["utter_emergency_check"]
    await house.say("唉")
    assert [told in str(one["text"]) for one in house.raised] == [True]


async def test_a_yes_to_a_read_back_that_hurries_is_put_as_a_choice(house: House) -> None:
    house.rasa.replies = [[Reply("对不对？", key="q", ask="confirm")]]
    await house.say("我要修水管")
    assert keys(await house.say("对，紧来")) == [QUIET]
    await house.say("修水管")
    assert house.raised == []


@pytest.mark.parametrize("answer", ["不行了", "不能动", "没有知觉了", "没事就是心口闷得慌"])
async def test_a_cry_that_begins_like_a_no_is_no_answer_to_the_check(
    house: House, answer: str
) -> None:
    assert keys(await house.say(DOUBTFUL)) == ["utter_emergency_check"]
    await house.say(answer)
    assert len(house.raised) == 1


async def test_a_cry_that_begins_like_a_no_calls_nobody_off(house: House) -> None:
    await house.say(CRY)
    assert keys(await house.say("没事了")) == ["utter_emergency_check_mistake"]
    await house.say("不能动")
    assert house.backend.closed == []


async def test_a_doubted_answer_is_not_lost(house: House) -> None:
    question = Reply("几点钟合适？", key="utter_ask_booking_form_time", ask="time")
    house.rasa.replies = [[question], [Reply("对不对？", key="utter_ask_confirm", ask="confirm")]]
    await house.say("我要打扫")
    assert keys(await house.say(DOUBTFUL)) == ["utter_emergency_check"]
    replies = await house.say("没事")
    assert keys(replies) == ["utter_emergency_not", "utter_ask_confirm"]
    _, text, metadata = house.rasa.heard[-1]
    assert (text, metadata["ask"]) == (DOUBTFUL, "time")


async def test_a_yes_after_a_doubt_still_sends_people(house: House) -> None:
    await house.say(DOUBTFUL)
    await house.say("对")
    assert len(house.raised) == 1


async def test_who_takes_leave_in_an_emergency_is_asked_whether_all_is_well(house: House) -> None:
    await house.say(CRY)
    assert keys(await house.say("好多了我挂啦再见")) == ["utter_emergency_check_mistake"]


async def test_who_wants_to_die_and_takes_leave_is_not(house: House) -> None:
    await house.say("我不想活了")
    assert "utter_emergency_check_mistake" not in keys(await house.say("再见了"))


async def test_words_of_comfort_change(house: House) -> None:
    await house.say(CRY)
    said = [keys(await house.say(text))[-1] for text in ("腿疼", "好冷", "快点", "哎哟")]
    assert all(one != other for one, other in pairwise(said))
