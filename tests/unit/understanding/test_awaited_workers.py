"""Who is missed: somebody of the house, or the worker who was ordered."""

import pytest

from bot.understanding.emergency import assess

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "我妈早上出去买菜到现在没见着人",
        "阿公话去饮茶到而家都未返来人影都冇",
        "我妈不见了，打扫的阿姨也没看见她",
    ],
)
def test_one_of_the_house_who_is_missed_is_a_cry(text: str) -> None:
    assert assess(text).level != "no"


@pytest.mark.parametrize(
    "text",
    ["说好了派人来陪我妈上医院的到现在没见着人", "麻烦问下阿姨去我妈那打扫了吗我妈说她没看到人"],
)
def test_a_worker_who_is_missed_is_at_most_asked_about(text: str) -> None:
    assert assess(text).level != "certain"


@pytest.mark.parametrize("text", ["厨房烧着了快来", "急救车快来啊", "给俺烧伤了一大片"])
def test_words_that_hold_a_harmless_one_are_still_heard(text: str) -> None:
    assert assess(text).level != "no"


@pytest.mark.parametrize(
    "text", ["下不了楼给俺烧上一袋白面二斤鸡蛋", "八十岁政府送一支会敲急救的手机仔"]
)
def test_what_is_brought_along_or_rings_for_help_is_no_danger(text: str) -> None:
    assert assess(text).level == "no"
