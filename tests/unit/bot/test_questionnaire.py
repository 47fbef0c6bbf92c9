"""What people answer to questions about daily life, in their own words."""

from __future__ import annotations

import pytest

from anban.errors import SettingsError
from anban.policy import LOCALITIES
from anban.wiring import questionnaire
from bot.questionnaire import Questionnaire

pytestmark = pytest.mark.unit
FILE = LOCALITIES / "assessment.toml"
ASKED = Questionnaire.read(FILE)


def hear(item: str, text: str):
    return ASKED.hear(ASKED.item(item), text)


@pytest.mark.parametrize("text", ["今天天气真好", "", "啊？", "你说什么", "我女儿在上海"])
def test_what_is_no_answer_is_not_taken_for_one(text):
    assert hear("eating", text).meant == "unclear"


def test_the_weather_of_today_is_no_every_day():
    assert hear("bladder", "今天天气好").meant == "unclear"


@pytest.mark.parametrize("text", ["不知道", "说不好", "这个我不想说", "唔知啊", "跳过吧"])
def test_who_cannot_or_will_not_say_is_not_pressed(text):
    assert hear("bladder", text).meant == "skip"


@pytest.mark.parametrize(
    "text", ["累了，下次再说", "先停一下", "不问了吧", "改天再答你", "我有事，回头再说"]
)
def test_who_wants_to_stop_may(text):
    assert hear("stairs", text).meant == "leave"


@pytest.mark.parametrize("text", ["不行", "不能", "不得行", "毋得", "唔得"])
def test_a_bare_no_says_that_help_is_needed_but_not_how_much(text):
    assert hear("toilet", text).meant in ("help", "unclear")
    assert hear("bathing", text) == hear("bathing", "要人帮") or hear("bathing", text).points == 0


@pytest.mark.parametrize(
    ("item", "text", "points"),
    [
        ("eating", "自己能吃，好着呢", 10),
        ("eating", "能", 10),
        ("eating", "不用人喂，自己吃", 10),
        ("eating", "能吃，就是手抖，要人夹菜", 5),
        ("eating", "要闺女喂", 0),
        ("eating", "插着胃管呢", 0),
        ("bathing", "洗得了，没问题", 5),
        ("bathing", "一个人不敢洗，怕滑", 0),
        ("bathing", "要人帮着擦背", 0),
        ("grooming", "自己来", 5),
        ("dressing", "扣子扣不上", 5),
        ("dressing", "全靠老伴给我穿", 0),
        ("dressing", "全靠自己", 10),
        ("bowels", "憋得住", 10),
        ("bowels", "管得住", 10),
        ("bowels", "偶尔有一回", 5),
        ("bowels", "天天用尿不湿", 0),
        ("bladder", "咳嗽就漏一点", 5),
        ("bladder", "插着尿管的", 0),
        ("toilet", "要人扶一把", 5),
        ("toilet", "都在床上解", 0),
        ("transfer", "自己能起", 15),
        ("transfer", "拉我一把就行", 10),
        ("transfer", "两个人架着才行", 5),
        ("transfer", "瘫了，起不来", 0),
        ("walking", "能走，不用拐杖", 15),
        ("walking", "拄着拐棍走", 10),
        ("walking", "坐轮椅，自己摇", 5),
        ("walking", "走不动了", 0),
        ("stairs", "拉着栏杆慢慢上", 5),
        ("stairs", "上不去了", 0),
        ("stairs", "行", 10),
        ("toilet", "毋免人扶", 10),
    ],
)
def test_answers_in_peoples_own_words(item, text, points):
    found = hear(item, text)
    assert (found.meant, found.points) == ("level", points)


def test_the_mind_and_the_backend_read_the_same_items():
    theirs = {one.id: [x.points for x in one.levels] for one in questionnaire(LOCALITIES).items}
    assert theirs == {one.id: [x.points for x in one.levels] for one in ASKED.items}


def test_every_question_is_short_and_one():
    for item in ASKED.items:
        for question in (item.ask, item.more):
            assert len(question) <= 20
            assert question.count("？") == 1


def test_asked_in_order_until_all_are_answered():
    answers = {}
    while item := ASKED.following(answers):
        answers[item.id] = None
    assert len(answers) == 10


def test_a_file_that_cannot_be_asked_is_a_clear_error(tmp_path):
    (tmp_path / "a.toml").write_text("[words]\nable = '('\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"a\.toml"):
        Questionnaire.read(tmp_path / "a.toml")
