"""Days that are told of, and not wished."""

import pytest

from actions.told import of_a_habit, of_somebody_else

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("我大女儿礼拜六要回来了想请人扫扫屋子", "礼拜六"),
        ("阮查某囝拜日欲转来请人来摒扫", "拜日"),
        ("战友清明来看我，头毛要剪一剪", "清明"),
        ("五一我带孙子回去，想先把屋子打扫了", "五一"),
        ("后天我儿子出差，来个人做饭", "后天"),
        ("打扫一下，我表妹礼拜六来住", "礼拜六"),
    ],
)
def test_a_day_on_which_somebody_comes_or_leaves_is_asked_about(text: str, day: str) -> None:
    assert of_somebody_else(text, day, "cleaning")
    assert not of_somebody_else(text, day, "transport")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("给我妈礼拜六上午打扫", "礼拜六上午"),
        ("师傅礼拜六来看看水管", "礼拜六"),
        ("我女儿说礼拜六送饭", "礼拜六"),
        ("明天给我爸送饭", "明天"),
        ("我妈明天一个人在家送顿饭", "明天"),
        ("女儿礼拜天回来，就礼拜天吧", "礼拜天"),
        ("打扫", ""),
    ],
)
def test_the_day_of_the_order_is_taken(text: str, day: str) -> None:
    assert not of_somebody_else(text, day, "cleaning")


@pytest.mark.parametrize(
    ("text", "said", "habit"),
    [
        ("天天落雨铺盖晒不干", "天天", True),
        ("我日日自己煮饭煮厌了", "日日", True),
        ("每天头晕", "每天", True),
        ("天天中午送一份饭", "天天", False),
        ("每天来陪我说说话", "每天", False),
    ],
)
def test_what_happens_every_day_anyhow_is_no_order_for_every_day(
    text: str, said: str, habit: bool
) -> None:
    assert of_a_habit(text, said) is habit
