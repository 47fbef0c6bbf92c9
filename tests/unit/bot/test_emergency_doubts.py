"""What may be a cry: asked about once, and acted on at anything but a clear no."""

import pytest

import bot.danger
from bot.sentences import Reply
from bot.understanding.emergency import LIKE, Emergency
from tests.unit.bot.house import SENTENCES, House, keys

pytestmark = pytest.mark.unit


DOUBTFUL = "试一下这个按钮灵不灵"


LONELY, QUIET = "屋头静悄悄的，门口好像有人", "utter_emergency_check_errand"


@pytest.fixture
def likeness(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recogniser finds no sign in LONELY, but that it sounds like a cry."""
    heard = bot.danger.assess
    like = Emergency("possible", "unspecified", "sounds like one", None, LIKE)
    monkeypatch.setattr(
        bot.danger,
        "assess",
        lambda text, *more: like if text == LONELY else heard(text, *more),
    )


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


@pytest.mark.usefixtures("likeness")
@pytest.mark.parametrize("answer", ["我要订明天的饭", "没摔没碰好好的", "别听他的，我孙子拿着乱按"])
async def test_a_mere_doubt_is_put_as_a_choice_and_an_errand_is_one(
    house: House, answer: str
) -> None:
    assert keys(await house.say(LONELY)) == [QUIET]
    assert keys(await house.say(answer))[0] == "utter_emergency_not"
    assert house.raised == []


@pytest.mark.usefixtures("likeness")
@pytest.mark.parametrize("answer", ["得嘞", "钱到时再给", "那个豆腐两块就够"])
async def test_what_chooses_neither_the_errand_nor_the_people_has_the_choice_put_once_more(
    house: House, answer: str
) -> None:
    await house.say(LONELY)
    assert keys(await house.say(answer)) == [QUIET]
    assert house.raised == []
    await house.say(answer)
    assert len(house.raised) == 1


@pytest.mark.usefixtures("likeness")
@pytest.mark.parametrize(
    "answer",
    ["对", "要", "嗯嗯", "", "叫人", "哎哟", "快来", "说不准你们来看哇", "麻烦你等先去看一下"],
)
async def test_after_the_choice_whatever_may_mean_danger_sends_people(
    house: House, answer: str
) -> None:
    await house.say(LONELY)
    await house.say(answer)
    assert len(house.raised) == 1


@pytest.mark.usefixtures("likeness")
async def test_who_tells_on_after_the_choice_is_asked_once_more_and_then_believed(
    house: House,
) -> None:
    await house.say(LONELY)
    told = "过年那阵子热热闹闹的，如今都回城里去了"
    assert keys(await house.say(told)) == [QUIET]
    assert house.raised == []
    await house.say(told)
    assert [told in str(one["text"]) for one in house.raised] == [True]


@pytest.mark.usefixtures("likeness")
async def test_a_reminder_is_an_errand(house: House) -> None:
    await house.say(LONELY)
    assert keys(await house.say("吃药提醒"))[0] == "utter_emergency_not"
    assert house.raised == []


async def test_who_says_twice_that_nothing_is_wrong_is_believed_in_whatever_words(
    house: House,
) -> None:
    await house.say("救命啊快来人")
    assert keys(await house.say("没事没事")) == ["utter_emergency_check_mistake"]
    assert keys(await house.say("真没事我身体没事也没人不舒服")) == ["utter_emergency_check_over"]
    assert "utter_emergency_called_off" in keys(await house.say("真没事我身体没事也没人不舒服"))


@pytest.mark.parametrize("plea", ["再说一遍", "你讲什么", "听不清", "听唔清", "听无", "大声点"])
@pytest.mark.parametrize("answer", ["再说一遍", "嗯", ""])
async def test_the_question_is_said_again_once_and_then_people_are_sent(
    house: House, plea: str, answer: str
) -> None:
    asked = keys(await house.say(DOUBTFUL))
    assert keys(await house.say(plea)) == asked
    assert house.raised == []
    await house.say(answer)
    assert len(house.raised) == 1


async def test_after_the_question_said_again_a_no_is_still_a_no(house: House) -> None:
    await house.say(DOUBTFUL)
    await house.say("你讲什么")
    assert keys(await house.say("没事没事"))[0] == "utter_emergency_not"
    assert house.raised == []


@pytest.mark.parametrize("answer", ["人工", "我要找人", "转人工"])
async def test_who_asks_for_a_person_at_the_question_is_sent_people_and_put_through(
    house: House, answer: str
) -> None:
    await house.say(DOUBTFUL)
    replies = await house.say(answer)
    assert len(house.raised) == 1
    assert any(reply.handoff for reply in replies)
    assert [one["reason"] for one in house.backend.handoffs] == ["emergency"]


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


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("洪水莲", "name"),
        ("就我自己一个人", "person"),
        ("就我老伴", "person"),
        ("就我妈呗", "person"),
        ("哎我打听打听那个一键呼叫的物件政府都给啥样的老人装啊", "menu"),
        ("没甚了", "other"),
        ("再没甚要的了", "other"),
        ("没得其他的了", "other"),
        ("打我儿子的电话就行", "phone"),
        ("辛苦了", "other"),
        ("户号在电表箱上贴着呢", "other"),
    ],
)
async def test_an_answer_that_only_sounds_like_danger_is_not_asked_about(
    house: House, text: str, ask: str
) -> None:
    house.rasa.replies = [[Reply("？", key="utter_x", ask=ask)]]
    await house.say("你好")
    assert "utter_emergency_check" not in " ".join(keys(await house.say(text)))
    assert house.raised == []


async def test_a_wish_does_not_hide_a_danger_that_cannot_wait(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "给我约后天的陪诊，我把药当成糖吃了好几颗"
    doubt = Emergency("possible", "poisoning", "wrong medicine", "药当成", LIKE)
    monkeypatch.setattr(bot.danger, "assess", lambda text, *_: doubt)
    assert keys(await house.say(told)) == ["utter_emergency_check"]


async def test_a_wish_to_be_reminded_chooses_the_errand(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "吃没吃药我老搞不清，能不能每天打个电话提醒我"
    heard = bot.danger.assess
    doubt = Emergency("possible", "lost", "lost", "搞不清", "a sign")
    monkeypatch.setattr(
        bot.danger,
        "assess",
        lambda text, *more: doubt if text == told else heard(text, *more),
    )
    assert keys(await house.say(told)) == ["utter_emergency_check_errand"]
    assert "utter_emergency_heard" not in keys(await house.say("对，每天中午十二点半"))


@pytest.mark.usefixtures("likeness")
@pytest.mark.parametrize(
    ("asked", "doubted"), [("utter_assessment_question", False), ("utter_check_in_health", True)]
)
async def test_how_much_help_somebody_needs_is_no_cry_where_just_that_was_asked(
    house: House, asked: str, doubted: bool
) -> None:
    question = Reply("您走路要人扶吗？", key=asked, ask="other")
    house.rasa.replies = [[question], [question]]
    await house.say("给我做个能力评估")
    assert (keys(await house.say(LONELY)) == [QUIET]) is doubted


async def test_words_of_danger_count_there_too(house: House) -> None:
    question = Reply("您走路要人扶吗？", key="utter_assessment_question", ask="other")
    house.rasa.replies = [[question]]
    await house.say("给我做个能力评估")
    await house.say("哎哟我摔倒了起不来")
    assert len(house.raised) == 1


@pytest.mark.parametrize(
    ("answer", "raised"), [("对，没摔着", 0), ("系呀真系冇跌冇嘢", 0), ("系呀", 1), ("对，快来", 1)]
)
async def test_a_button_that_rings_by_itself_is_asked_about(
    house: House, answer: str, raised: int
) -> None:
    await house.say("手表自己叫起来说我摔倒，我没摔，好好的")
    await house.say(answer)
    assert len(house.raised) == raised
