"""Lines that only resemble a cry: broken off calmly, told of oneself, or asked about a dose."""

import pytest

from bot.check_ins import judged
from bot.errands import is_done, puts_off, tells_of_oneself
from bot.sentences import Reply
from bot.understanding.reminding import asks_dose
from tests.unit.bot.house import House, keys

pytestmark = pytest.mark.unit

CHECK = Reply("要帮忙吗？", key="utter_emergency_check", ask="menu")


@pytest.mark.parametrize(
    "text", ["", "快来人，等下再说", "腿疼，等会儿再打", "有人撬门", "外面有人"]
)
def test_who_hurries_or_promises_no_second_call_breaks_off_nothing(text: str) -> None:
    assert not puts_off(text)


def test_who_will_call_again_breaks_off_calmly() -> None:
    assert puts_off("有人敲门了，我等一下再打给你")


@pytest.mark.parametrize("text", ["", "快来人，我挂了", "我起不来，不用转了", "好的谢谢"])
def test_who_is_in_need_or_only_says_yes_is_not_done(text: str) -> None:
    assert not is_done(text)


async def test_after_a_mere_likeness_hanging_up_is_a_no(house: House) -> None:
    for answer, raised in (("行了麻烦你了，挂了啊", 0), ("", 1)):
        house.rasa.replies.append([CHECK])
        await house.say("外头有点动静")
        await house.say(answer)
        assert len(house.raised) == raised


@pytest.mark.parametrize("text", ["", "救命，我七十三了", "我一个人，腿疼得不行", "起不来了"])
def test_a_cry_is_no_life_that_is_told(text: str) -> None:
    assert not tells_of_oneself(text)


@pytest.mark.parametrize(
    "text", ["我把药一下吃了两片", "多吃了三粒怎么办", "药吃错了", "提醒我吃药"]
)
def test_who_has_swallowed_too_much_does_not_ask_for_a_dose(text: str) -> None:
    assert not asks_dose(text)


def test_what_to_do_after_a_missed_dose_is_asked() -> None:
    assert asks_dose("早上忘了吃，晚上补一粒行吗")
    assert asks_dose("漏了一次怎么办")


async def test_a_caller_who_will_ring_again_is_not_asked_whether_help_is_needed(
    house: House,
) -> None:
    house.rasa.replies.append([CHECK])
    assert keys(await house.say("有人喊我，等会儿再打")) == ["utter_goodbye"]
    house.rasa.replies.append([CHECK])
    assert keys(await house.say("外头有点动静")) == ["utter_emergency_check_errand"]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("吃过了", "ok"),
        ("马上吃", "ok"),
        ("好", "ok"),
        ("没药了", "worry"),
        ("不想吃", "worry"),
        ("你是哪个", "unclear"),
    ],
)
def test_whether_a_medicine_is_taken(text: str, finding: str) -> None:
    assert judged("taken", text) == finding
