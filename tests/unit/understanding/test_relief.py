"""Clear noes to "are you in danger?" in whatever words, and answers that only look like one."""

import pytest

from bot import denials
from bot.denials import denies
from bot.understanding import relief
from tests.unit.bot.fakes import NOW

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "answer",
    [
        "没有没有我在屋里头剥毛豆呢好着呢",
        "哪有什么危险我跟老伴看戏看得起劲呢",
        "冇啊我喺厨房煲紧汤咋你听错啦",
        "不消得哦我屋头好好的孙娃子在我边边做作业",
    ],
)
def test_a_no_that_no_rule_knows_is_heard(answer: str) -> None:
    assert denies(answer, NOW)


@pytest.mark.parametrize(
    "answer",
    [
        "你先别问了我也讲不出个所以然",
        "我闺女的号码你那里有没有",
        "不用不用就是这条腿一点知觉也没有",
        "给我送份晌午饭过来吧",
        "",
    ],
)
def test_what_says_nothing_of_the_danger_is_no_no(answer: str) -> None:
    assert not denies(answer, NOW)


@pytest.mark.parametrize("answer", ["没错", "冇错", "对头", "是嘞"])
def test_a_short_yes_is_never_outvoted(answer: str) -> None:
    assert not denies(answer, NOW)


def test_what_rules_find_moves_the_likelihood() -> None:
    answer = "没事的您忙您的吧"
    assert relief.likelihood(answer, denials.marks(answer)) > relief.likelihood(answer, ["@pleads"])
