"""Which of several elders a relative means."""

from dataclasses import dataclass

import pytest

from bot.understanding.whose import means_oneself, meant

pytestmark = pytest.mark.unit


@dataclass(frozen=True)
class Known:
    name: str
    gender: str | None
    bond: str


MOTHER = Known("林秀英", "女", "女儿")
FATHER = Known("陈大福", "男", "女儿")
GRANDMOTHER = Known("黄阿妹", "女", "孙女")
IN_LAW = Known("赖金水", "男", "儿媳")


@pytest.mark.parametrize(
    ("text", "elders", "expected"),
    [
        ("给我妈订个送餐", (MOTHER, FATHER), MOTHER),
        ("我爸明天要去医院", (MOTHER, FATHER), FATHER),
        ("帮林秀英订打扫", (MOTHER, FATHER), MOTHER),
        ("秀英那边要送饭", (MOTHER, FATHER), MOTHER),
        ("给我奶奶订洗澡", (MOTHER, GRANDMOTHER), GRANDMOTHER),
        ("我妈没空，给我奶奶订洗澡", (MOTHER, GRANDMOTHER), GRANDMOTHER),
        ("不是我妈，是我爸", (MOTHER, FATHER), FATHER),
        ("我公公要理发", (MOTHER, IN_LAW), IN_LAW),
        ("我爸要理发", (MOTHER, IN_LAW), IN_LAW),
        ("我爸要理发", (FATHER, IN_LAW), FATHER),
        ("订个送餐", (MOTHER, FATHER), None),
        ("我爸妈都要送餐", (MOTHER, FATHER), None),
        ("隔壁邻居介绍的", (MOTHER, FATHER), None),
    ],
)
def test_a_line_means_the_elder_it_names(text: str, elders: tuple[Known, ...], expected: object):
    assert meant(text, elders) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("妈", MOTHER),
        ("老爷子", FATHER),
        ("女的那个", MOTHER),
        ("第一个", MOTHER),
        ("第二个", FATHER),
        ("姓陈的", FATHER),
        ("林奶奶", MOTHER),
        ("陈大福", FATHER),
        ("都要", None),
        ("嗯", None),
    ],
)
def test_less_is_enough_where_it_was_asked(answer: str, expected: object):
    assert meant(answer, (MOTHER, FATHER), answering=True) == expected


def test_without_a_written_gender_the_bond_decides():
    unknown = Known("林秀英", None, "女儿")
    assert meant("给我妈订送餐", (unknown, IN_LAW)) == unknown
    assert meant("给我妈订送餐", (unknown, FATHER)) == unknown
    assert meant("给我妈订送餐", (unknown, Known("陈大福", None, "女儿"))) is None


def test_who_wants_it_for_oneself_says_so():
    assert means_oneself("给我自己也订一份")
    assert not means_oneself("给我妈订一份")
