"""What a line tells of the person it asks for: never more than was said, and of nobody else."""

from __future__ import annotations

import pytest

from anban.policy import LOCALITIES
from bot.policy.person import Vocabulary
from bot.policy.whose import asked_for
from bot.understanding.normalise import normalise

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.read(LOCALITIES / "eligibility.toml")


def told(vocabulary: Vocabulary, line: str) -> dict[str, bool | int]:
    plain = normalise(line).text
    return dict(vocabulary.heard(plain, asked_for(plain)).known)


# that tell nothing: questions, of others, under way, over

QUESTIONS = (
    "特困户到底是哪种人",
    "优抚对象是咋个算的",
    "啥子叫失独嘛",
    "建档立卡是啥意思哦",
    "咩叫低保边缘啊",
    "五保户系指乜嘢人",
    "低保是按怎算的",
    "重残要几级才算",
    "独居算不算一个条件",
    "要有低保才能办吗",
    "如果是低保能多给点不",
    "要是我评上重度残疾呢",
    "必须得是特困的吗",
    "只有优抚对象才给吧",
    "低保户能不能享受",
    "贫困户的老人可以申请吗",
    "计生特殊家庭？",
    "重点优抚？",
)
OF_OTHERS = (
    "我侄子吃低保",
    "对门老周是特困户",
    "我同事她爸是残疾军人",
    "我闺女残疾证一级",
    "俺儿是建档立卡户",
    "我大哥是优抚对象我没有",
    "楼下老郑五保",
    "人家说他是低保",
    "我弟媳妇家是贫困户",
    "村里有个老王失独",
    "厝边有一个重度残疾",
    "隔离邻舍食低保",
    "我战友是伤残军人",
    "亲家那边是低保户",
    "我孙子重残二级",
    "我外甥领着低保哩",
    "张大娘是计生特殊家庭",
    "有人是特困供养的",
)
UNDER_WAY = (
    "低保正在申请",
    "我想评特困",
    "打算去办残疾证一级",
    "低保交了材料还没信",
    "低保报上去在公示",
    "特困还没批",
    "低保等着审批呢",
    "低保申请了，一直没下来",
    "优抚的手续还在跑",
    "准备明年办低保",
    "残疾二级还没评下来",
    "低保表刚递上去",
)
OVER = (
    "早先吃过低保",
    "去年还是低保户",
    "前几年是贫困户来着",
    "低保让人家给取消了",
    "原来有低保，后来停了",
    "过去是特困",
    "低保到期没续",
    "建档立卡户早脱贫了",
    "那时候吃低保",
    "低保被退出了",
)
UNKNOWN = (
    "不晓得算不算特困",
    "低保有没有我也说不清",
    "好像是低保吧",
    "可能是优抚对象",
    "残疾二级还是三级记不得了",
    "搞不清是不是计生特殊家庭",
)
DENIED = (
    ("我不是什么低保", "low_income"),
    ("特困轮不上我", "destitute"),
    ("优抚对象算不上", "preferential"),
    ("家里没有建档立卡", "registered_poor"),
    ("低保没有", "low_income"),
    ("我们没吃低保", "low_income"),
    ("我唔系低保户", "low_income"),
    ("从来没领过低保", "low_income"),
    ("特困我不是", "destitute"),
    ("没评上重度残疾", "severe_disability"),
    ("不属于计生特殊家庭", "special_family"),
    ("不能说是没病，就是没有残疾", "severe_disability"),
)
SO = (
    ("我吃着低保", "low_income"),
    ("我妈是五保户", "destitute"),
    ("俺是烈属", "preferential"),
    ("我老伴残疾证一级能申请吗", "severe_disability"),
    ("我爸领低保能享受上门不", "low_income"),
    ("家里是建档立卡户", "registered_poor"),
    ("邻居不是低保，我是低保", "low_income"),
    ("我儿子上班，我是失独家庭", "special_family"),
    ("我妈不能自理", "disabled"),
    ("阮是低保户", "low_income"),
    ("独苗儿子没了", "lost_only_child"),
    ("以前得过省级劳模", "model_worker"),
)


@pytest.mark.parametrize("line", [*QUESTIONS, *OF_OTHERS, *UNDER_WAY, *OVER, *UNKNOWN])
def test_what_is_asked_hoped_over_or_somebody_elses_is_never_so(vocabulary, line):
    assert True not in [so for so in told(vocabulary, line).values() if isinstance(so, bool)]


@pytest.mark.parametrize(("line", "fact"), DENIED)
def test_what_is_denied_is_not_so(vocabulary, line, fact):
    assert told(vocabulary, line).get(fact) is False


@pytest.mark.parametrize(("line", "fact"), SO)
def test_what_is_claimed_is_so(vocabulary, line, fact):
    assert told(vocabulary, line).get(fact) is True


@pytest.mark.parametrize("mine", ["我七十六了，住城里，", "我妈84，", "老伴八十一岁，"])
@pytest.mark.parametrize("line", [*QUESTIONS, *OF_OTHERS, *UNDER_WAY, *OVER, *UNKNOWN])
def test_nor_beside_what_is_said_of_the_person(vocabulary, mine, line):
    found = told(vocabulary, f"{mine}{line}")
    assert {fact for fact, so in found.items() if so is True} <= {"urban"}


@pytest.mark.parametrize("asked", ["destitute", "low_income", "severe_disability", "preferential"])
@pytest.mark.parametrize("line", [*QUESTIONS, *OF_OTHERS, *UNDER_WAY, *OVER, *UNKNOWN])
def test_nor_as_an_answer(vocabulary, asked, line):
    assert vocabulary.answered(asked, normalise(line).text) is not True


@pytest.mark.parametrize(
    "line",
    [
        "是啥意思",
        "在办",
        "在审呢",
        "有啥区别",
        "对了我想问下多少钱",
        "要办的",
        "有个邻居有",
        "是以前",
    ],
)
def test_what_begins_like_a_yes_is_none(vocabulary, line):
    assert vocabulary.answered("low_income", line) is not True


@pytest.mark.parametrize(
    ("line", "so"), [("是的", True), ("有哩", True), ("嗯对", True), ("冇", False)]
)
def test_a_yes_and_a_no_answer(vocabulary, line, so):
    assert vocabulary.answered("low_income", line) is so


@pytest.mark.parametrize(
    ("line", "age"),
    [
        ("我五十八，我爸八十六，他能享受吗", 86),
        ("我孙子四十了，我八十三，能申请吗", 83),
        ("我姑娘五十一，替老伴问，老伴七十九", 79),
        ("住城里，83，能享受吗", 83),
        ("邻居九十岁能领，我能领吗", None),
        ("我快八十了", None),
        ("差一岁八十", None),
        ("虚岁八十", None),
        ("八十岁以上能领吗", None),
        ("我妈还没到八十", None),
        ("我老公今年75", 75),
    ],
)
def test_years_belong_to_whom_they_are_said_of(vocabulary, line, age):
    assert told(vocabulary, line).get("age") == age


@pytest.mark.parametrize(
    ("asked", "line", "word"),
    [
        ("destitute", "啥子是特困哦", "五保户"),
        ("preferential", "优抚？", "烈士"),
        ("destitute", "低保是啥", "最低生活保障"),
        ("special_family", "啥意思", "孩子"),
    ],
)
def test_a_word_that_is_asked_back_is_explained(vocabulary, asked, line, word):
    assert word in vocabulary.meaning(asked, line)


@pytest.mark.parametrize("line", ["是的", "没有", "我是特困", "线下服务一个月给多少钱"])
def test_an_answer_asks_for_no_meaning(vocabulary, line):
    assert vocabulary.meaning("destitute", line) == ""


# we, and what somebody can do


@pytest.mark.parametrize(
    ("line", "fact", "so"),
    [
        ("我妈八十二，我们一直住玉泉，她能享受吗", "resident", True),
        ("婆婆九十一了自己什么都能干，她能要上门吗", "disabled", False),
        ("他七十了啥也不会做，卧床，能申请吗", "disabled", True),
    ],
)
def test_we_takes_in_the_elder_that_was_named(vocabulary, line, fact, so):
    assert told(vocabulary, line)[fact] is so
