"""What is hardly likelier a cry than none: everyday talk ends the doubt, and need never does."""

import pytest

import bot.danger
from bot.danger import listen
from bot.emergency_answers import Meaning, meaning
from bot.emergency_signs import Sign
from bot.errands import awaits, hurries
from bot.sentences import Reply
from bot.understanding.emergency import LIKE, Emergency
from tests.unit.bot.fakes import NOW
from tests.unit.bot.house import House, keys

pytestmark = pytest.mark.unit


def sounds_like_one(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    """The recogniser finds no sign in a line, but that it sounds faintly like a cry."""
    heard = bot.danger.assess
    like = Emergency("possible", "unwell", "sounds like one", None, LIKE, 0.4)
    monkeypatch.setattr(
        bot.danger,
        "assess",
        lambda text, *given: like if text == told else heard(text, *given),
    )


FAINT = Sign("unspecified", "possible", "", open=True, likelihood=0.4)
ASKED_TWICE = Sign("unspecified", "possible", "", open=True, likelihood=0.4, repeated=True)
LIKELY = Sign("unspecified", "possible", "", open=True, likelihood=0.8)
LOST = Sign("lost", "possible", "", open=True, likelihood=0.4)


def meant(doubt: Sign, answer: str) -> Meaning:
    assessed = listen(answer, "menu")
    return "danger" if assessed.level == "certain" else meaning(doubt, answer, assessed, NOW)


@pytest.mark.parametrize(
    "answer",
    ["", "对", "要", "有", "叫来叫来", "要啊怎么不要", "快来", "不能动了", "哎哟", "还没来人"],
)
@pytest.mark.parametrize("doubt", [FAINT, ASKED_TWICE, LIKELY], ids=["faint", "twice", "likely"])
def test_whatever_may_mean_danger_is_no_errand(doubt: Sign, answer: str) -> None:
    assert meant(doubt, answer) not in ("no", "errand")


@pytest.mark.parametrize("answer", ["没危险啊死了就没了", "莫挂莫挂", "我没得力气跟你摆"])
def test_a_faint_doubt_is_not_ended_by_despair(answer: str) -> None:
    assert meant(FAINT, answer) not in ("no", "errand")


@pytest.mark.parametrize("answer", ["钱到时再给师傅", "四点哇别再早了", "今儿后晌四点送来"])
def test_after_a_faint_doubt_everyday_talk_goes_on(answer: str) -> None:
    assert meant(FAINT, answer) == "errand"


def test_after_a_likely_one_the_choice_is_put_once_more() -> None:
    assert meant(LIKELY, "钱到时再给师傅") == "again"


def test_who_may_have_lost_the_way_is_asked_once_more_however_calm() -> None:
    assert meant(LOST, "钱到时再给师傅") == "again"


def test_two_lines_that_hardly_resemble_a_cry_are_asked_about_once_more() -> None:
    alike = Emergency("possible", "unwell", "sounds like one", None, LIKE, 0.3)
    louder = Emergency("possible", "unwell", "sounds like one", None, LIKE, 0.8)
    told = "俺晌午觉睡起来就三点过了"
    assert meaning(FAINT, told, alike, NOW) == "again"
    assert meaning(FAINT, told, louder, NOW) == "danger"
    assert meaning(ASKED_TWICE, told, alike, NOW) == "danger"
    assert meaning(LIKELY, told, alike, NOW) == "danger"


@pytest.mark.parametrize("text", ["我不行了", "三点摔的，不行了", "妈她不行了快来"])
def test_who_is_failing_hurries(text: str) -> None:
    assert hurries(text)


@pytest.mark.parametrize("text", ["三点不行四点吧", "礼拜四不行", "明天不行后天来"])
def test_an_hour_that_does_not_suit_is_no_need(text: str) -> None:
    assert not hurries(text)


@pytest.mark.parametrize(
    "text", ["说好来打扫的，我妈摔了", "约好的人没来，心口疼", "说好没有打扫", "等了半天没个人影"]
)
def test_who_tells_of_danger_or_of_no_appointment_does_not_only_wait(text: str) -> None:
    assert not awaits(text)


@pytest.mark.parametrize("text", ["约好九点来洗澡的人影都没见着", "讲好今晡日来剃头等到断夜都冇人"])
def test_who_waits_for_a_service_is_in_no_danger(text: str) -> None:
    assert awaits(text)


async def test_what_was_doubted_is_served_where_it_named_an_hour(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "睡起来都过了，四点正好"
    sounds_like_one(monkeypatch, told)
    assert keys(await house.say(told)) == ["utter_emergency_check_errand"]
    assert keys(await house.say("四点哇别再早了"))[0] == "utter_emergency_not"
    assert (house.raised, house.rasa.heard[-1][1]) == ([], told)


def test_a_line_that_was_hardly_heard_is_never_faint() -> None:
    told = "话好今日嚟执屋等到而家都冇人"
    assert listen(told, confidence=0.4).likelihood == 1.0
    assert listen(told, confidence=0.9).likelihood < 1.0


@pytest.mark.parametrize(("ask", "asked"), [("menu", True), ("confirm", False)])
async def test_who_answers_a_form_that_nothing_is_wrong_is_not_asked(
    house: House, monkeypatch: pytest.MonkeyPatch, ask: str, asked: bool
) -> None:
    told = "人好好儿的没事俺把窗子开开散味儿了"
    sounds_like_one(monkeypatch, told)
    house.rasa.replies = [[Reply("？", key="utter_x", ask=ask)]]
    await house.say("你好")
    replies = await house.say(told)
    assert (keys(replies) == ["utter_emergency_check_errand"]) is asked
    assert house.raised == []
