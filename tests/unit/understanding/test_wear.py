"""What age wears out is no cry, and a cry is none the less one for a word of age in it."""

import pytest

from bot.errands import hurries, orders
from bot.understanding.emergency import assess
from bot.understanding.wear import without_wear

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "我腿不行了",
        "我腿不行了快来",
        "老头子腿不行了快叫人",
        "腿不行了站不住了",
        "腿不行了说话也不清楚",
        "右边腿不行了",
        "腿突然不行了",
        "今天早上起来腿不行了",
        "眼睛刚才一下子不行了看不见",
        "雄雄目珠袂行矣",
        "啱啱对脚唔得喇",
        "半边身子不行了",
        "心口不行了",
        "人快不行咧",
        "俺老伴不行咧",
        "我老汉儿不得行了",
        "阿嬷袂行矣",
        "阿公唔得喇",
        "牙不行了吐血了",
        "腰不行了救命啊",
        "我手机不行了快救我",
        "制氧机不行了",
        "煤气灶不行了漏气",
    ],
)
def test_what_fails_of_a_sudden_or_is_a_whole_person_is_heard(text: str) -> None:
    assert assess(text).level != "no"


@pytest.mark.parametrize(
    "text",
    [
        "牙不行了",
        "牙不行咧要绵些的",
        "俺这牙早就不顶用咧饭要绵些",
        "耳朵不行了，你大声点",
        "我耳仔唔得喇你讲大声啲",
        "涯耳公唔得了",
        "记性不得行了，记不到吃药",
        "喙齿袂行矣，饭煮较烂咧",
        "腿脚不行了，想找人打扫",
        "腰杆不得行了弯不下去扫地",
        "膝头哥唔掂想揾人抹窗",
        "波棱盖不行了蹲不下擦地",
        "骹骨袂行矣，欲叫恁来拖土骹",
        "洗衣机不行了找人修",
        "灯不行了",
        "冷气唔得喇师傅几时嚟",
        "水龙头不行咧一直滴",
    ],
)
def test_what_age_wears_out_raises_no_alarm(text: str) -> None:
    assert assess(text).level == "no"


def test_an_order_with_a_worn_part_is_an_order() -> None:
    assert orders("牙不行了，想订一份软和的饭")
    assert not orders("人不行了，想订饭")
    assert not hurries("耳朵不行了")
    assert hurries("腿不行了")


def test_the_part_stays_where_it_was_said() -> None:
    assert without_wear("轮椅不行了摔地上了") == "轮椅，摔地上了"
    assert without_wear("腿不行了去医院") == "腿不行了去医院"


@pytest.mark.parametrize("text", ["你们能给送饭了哇", "会使予阮送饭无", "能来打扫不"])
def test_who_asks_whether_a_service_can_be_given_orders_it(text: str) -> None:
    assert orders(text)
