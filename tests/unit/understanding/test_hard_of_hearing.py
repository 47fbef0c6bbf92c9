"""Who does not hear us, and who has lived with a stroke for years, is in no danger by that."""

import pytest

from bot.understanding.emergency import assess

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "他说话我听不清楚了，嘴也歪了",
        "老伴突然说话听不清了",
        "阮尪拄才中风了后袂讲话",
        "刚中风了，后来人就不动了，快来",
        "我妈中风了快来人",
        "听不清你说啥，我老头子嘴歪了讲不出话",
    ],
)
def test_a_stroke_is_heard_whatever_is_not(text: str) -> None:
    assert assess(text).level != "no"


@pytest.mark.parametrize(
    "text",
    [
        "喂喂你说什么我听不清楚你是不是机器",
        "你讲话我听唔清，大声啲",
        "听不见你说的啥，再说一遍",
        "我爸中风以后腿脚不好，想叫人来给他洗澡",
        "阮尪中风了后袂家己洗身躯",
    ],
)
def test_a_bad_line_and_an_old_illness_are_no_cry(text: str) -> None:
    assert assess(text).level == "no"
