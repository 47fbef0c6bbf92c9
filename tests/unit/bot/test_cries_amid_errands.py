"""A cry while something else is being asked, and an errand beside a fright that is over."""

import pytest

from bot.danger import listen
from bot.denials import nothing_wrong
from bot.emergency_answers import meaning
from bot.emergency_signs import Sign
from bot.errands import asks_when_it_comes, chooses_errand
from bot.understanding.curiosity import pries
from tests.unit.bot.fakes import NOW
from tests.unit.bot.house import House, keys

pytestmark = pytest.mark.unit

OVER = Sign("fall", "possible", "昨天摔了一跤", sign="a fall", told_as_over=True)
FAINT = Sign("lost", "possible", "给我喊两份饭", open=True, likelihood=0.5)


@pytest.mark.parametrize("ask", ["date", "time", "service", "menu"])
@pytest.mark.parametrize(
    "line",
    [
        "哎呀一壶滚水全倒俺脚上了皮都粘袜子上了",
        "今儿早起嘴就歪了右手拿不住筷子",
        "有人在门外趴着听半天了我一动他就动我不敢开灯",
    ],
)
async def test_a_cry_in_which_a_day_or_a_number_is_named_is_no_answer(
    house: House, ask: str, line: str
) -> None:
    await house.say("你好")
    next(iter(house.mind._states.values())).ask = ask
    assert any("emergency" in key for key in keys(await house.say(line)))


@pytest.mark.parametrize(
    "answer", ["", "起不来", "昨天就躺地上了", "还没人来", "想叫人来打扫可我走不了", "疼得不行"]
)
def test_what_was_told_as_over_is_not_where_need_is_named(answer: str) -> None:
    assessed = listen(answer, "confirm")
    if assessed.level != "certain":
        assert meaning(OVER, answer, assessed, NOW) == "danger"


@pytest.mark.parametrize("answer", ["昨天就弄好了，现在想找个人来擦玻璃", "想约个人上门洗澡"])
def test_an_errand_ends_what_was_told_as_over(answer: str) -> None:
    assert meaning(OVER, answer, listen(answer, "confirm"), NOW) == "errand"


def test_a_no_beside_a_wish_is_an_errand() -> None:
    said = "没事没事，人好好的，我想约个人陪他去医院"
    assert meaning(OVER, said, listen(said, "confirm"), NOW) == "errand"


@pytest.mark.parametrize("answer", ["叫部车来接我", "我走不了", "还没人来"])
def test_who_is_lost_is_not_served_instead(answer: str) -> None:
    assessed = listen(answer, "menu")
    doubt = Sign("lost", "possible", "给我叫部车", open=True, likelihood=0.5)
    assert assessed.level == "certain" or meaning(doubt, answer, assessed, NOW) != "no"


def test_an_answer_about_the_same_service_goes_on_with_it() -> None:
    answer = "莫放辣椒，饭煮软点"
    assert meaning(FAINT, answer, listen(answer, "menu"), NOW) == "errand"


@pytest.mark.parametrize("line", ["你问我我问哪个", "问俺俺问谁去", "还用问吗", "问来问去有什么用"])
def test_a_question_turned_back_chooses_no_errand(line: str) -> None:
    assert not chooses_errand(line)


@pytest.mark.parametrize("line", ["问下几时来", "我想问我妈那个单", "打听个事儿"])
def test_who_asks_chooses_the_errand(line: str) -> None:
    assert chooses_errand(line)


def test_who_asks_when_a_meal_comes_is_not_asked_whether_they_are_in_danger() -> None:
    assert asks_when_it_comes("喂我想问下我今晚嗰份饭几点送到呀")
    assert not asks_when_it_comes("我跌倒了送饭的几点来啊")


@pytest.mark.parametrize("line", ["看错药了吃了一把", "看差了台阶摔下去了"])
def test_what_was_mistaken_and_harmed_is_no_mistake(line: str) -> None:
    assert not nothing_wrong(line)


async def test_a_cry_that_was_a_mistake_is_called_off_and_the_wish_is_answered(
    house: House,
) -> None:
    await house.say("救命啊快来人我老头子摔地上了")
    check = keys(await house.say("看差了看差了地上那是被子人好好的"))
    assert check == ["utter_emergency_check_mistake"]
    told = keys(await house.say("真没事是我眼神不好我本来想订饭"))
    assert told[0] == "utter_emergency_called_off"
    assert house.rasa.heard[-1][1] == "真没事是我眼神不好我本来想订饭"


def test_somebody_elses_address_is_pried_for_in_the_words_of_the_hakka() -> None:
    assert pries("话涯知佢屋下门牌几多号电话几多")


@pytest.mark.parametrize(
    "said", ["那找个人陪我去医院看看", "叫部车来接我", "叫护士来给我看看", "我要订饭可我起不来"]
)
async def test_who_asks_for_a_doctor_or_a_car_after_a_cry_has_not_taken_it_back(
    house: House, said: str
) -> None:
    await house.say("救命啊快来人我摔倒了")
    assert keys(await house.say("没事没事")) == ["utter_emergency_check_mistake"]
    assert "utter_emergency_called_off" not in keys(await house.say(said))


async def test_who_orders_something_else_when_asked_whether_it_is_nothing_is_served(
    house: House,
) -> None:
    await house.say("救命啊快来人我家着火了")
    assert keys(await house.say("没着火没着火")) == ["utter_emergency_check_mistake"]
    told = keys(await house.say("那这么着后天上午九点给我来个人打扫厨房我想擦擦墙"))
    assert told[0] == "utter_emergency_called_off"


@pytest.mark.parametrize("answer", ["没事看球激动的哪儿也不难受", "没事没事一点不疼"])
def test_pain_that_is_denied_is_none(answer: str) -> None:
    doubt = Sign("chest_pain", "possible", "心脏要蹦出来了", sign="the heart")
    assert meaning(doubt, answer, listen(answer, "confirm"), NOW) == "no"


@pytest.mark.parametrize("answer", ["不疼了没知觉了", "疼不疼都说不上来", "能不难受吗"])
def test_pain_that_is_gone_or_asked_about_is_no_denial(answer: str) -> None:
    doubt = Sign("chest_pain", "possible", "心脏要蹦出来了", sign="the heart")
    assessed = listen(answer, "confirm")
    assert assessed.level == "certain" or meaning(doubt, answer, assessed, NOW) == "danger"
