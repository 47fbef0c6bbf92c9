"""What needs no asking, and what answers "are you in danger?" with a clear no."""

import pytest

from bot.denials import denies, takes_back, unhurt
from bot.errands import answers, chooses_errand, closes, groans, requests, wishes
from tests.unit.bot.fakes import NOW

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "不能动",
        "没有力气",
        "没有知觉了",
        "不行了",
        "不好，难受",
        "别挂电话",
        "叫人",
        "要，叫人来",
        "没有应我",
        "不晓得",
        "没人在家",
        "好",
        "",
    ],
)
def test_a_line_that_only_begins_like_a_no_is_none(text):
    assert not denies(text, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "没有",
        "没有没有",
        "不用了谢谢",
        "不是的小同志",
        "没有我就是问问",
        "不是我是想订饭",
        "唔使喇",
        "毋免啦多谢",
        "没危险好着呢",
        "不用叫救护车",
        "没有我要订明天的送饭",
        "莫听他的，娃儿拿着乱按",
        "是它自己响起来的",
        "没甚事",
        "冇爱寻人来",
        "不用喊人来",
    ],
)
def test_a_clear_no_is_one(text):
    assert denies(text, NOW)


INSISTS = [
    "不是，要来看看",
    "不是，我要人来",
    "不是，要的",
    "不是没事",
    "哪里没事啊",
    "不是误会",
    "我没弄错",
    "不是按错了",
    "不是我，是我老伴",
    "不是的，是我妈",
    "不是我要死了",
    "还没来人呢",
    "没来人",
    "现在还没来人",
    "还不叫人来",
    "你也不叫人来",
    "娃儿咋整啊",
    "孙子搞不醒",
    "孩子按着胸口",
    "小孩玩着玩着没声了",
    "不小心碰到头了",
]


@pytest.mark.parametrize("text", INSISTS)
def test_who_insists_on_help_neither_denies_nor_takes_back(text: str) -> None:
    assert not denies(text, NOW)
    assert not takes_back(text)


@pytest.mark.parametrize("text", ["不是", "不是，我想问问价钱", "不是，明天再说"])
def test_what_is_told_to_people_is_not_taken_back_by_a_mere_correction(text: str) -> None:
    assert not takes_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "真的没事，不用来了",
        "不用来看看",
        "不要叫人来",
        "不用叫救护车",
        "莫喊人来",
        "不是，是按错了",
        "没事没事，孙子乱按的",
        "小孩玩那个报警按钮",
        "不用了，我要订饭",
    ],
)
def test_what_is_taken_back_in_so_many_words_is(text: str) -> None:
    assert takes_back(text)


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("没跌倒，好好的", True),
        ("无病无痛，就是想说话", True),
        ("冇跌倒冇唔舒服", True),
        ("没摔着就是动不了", False),
        ("没伤到，可是站不起来快来", False),
        ("好好的一个人", False),
        ("没病没痛的，人突然就", False),
        ("没跌没磕，就是试试", True),
    ],
)
def test_who_denies_each_hurt_is_sound(text: str, sound: bool) -> None:
    assert unhurt(text) is sound


@pytest.mark.parametrize(
    ("text", "ask", "answer"),
    [
        ("这下对头了", "confirm", True),
        ("不能动了", "confirm", False),
        ("对快点来", "confirm", False),
        ("下午三点", "time", True),
        ("动不得了", "time", False),
        ("一三八零零零零一零零一", "phone", True),
        ("啥也不订", "menu", True),
        ("打扫", "service", True),
        ("妈礼拜五的打扫要改一天", None, True),
        ("妈昨天起一句话不说", None, False),
        ("老伴没有知觉了", "menu", False),
        ("阿公没有应我", "other", False),
        ("他不用叫也不答应", "menu", False),
        ("洗澡叫她没有应", "service", False),
        ("好怪啊", "menu", False),
        ("我家", "address", False),
    ],
)
def test_only_what_was_asked_for_is_an_answer(text: str, ask: str, answer: bool) -> None:
    assert answers(text, ask, NOW) is answer


@pytest.mark.parametrize(
    "text",
    [
        "查订单",
        "修冷气",
        "问下补贴",
        "办别的事",
        "不是救急，要打扫",
        "投诉",
        "提醒吃药",
        "唔使改我问下咋",
    ],
)
def test_an_errand_is_chosen_in_few_words(text: str) -> None:
    assert chooses_errand(text)


@pytest.mark.parametrize(
    "text",
    [
        "叫人",
        "快叫人",
        "对",
        "要",
        "我也不知道",
        "救急",
        "办不了事了快来",
        "咋不是急事",
        "怎么不是急事",
        "大约吃了半瓶",
        "我问你人呢",
        "退烧药吃多了",
        "唔使问快啲嚟",
    ],
)
def test_whatever_may_mean_danger_chooses_no_errand(text: str) -> None:
    assert not chooses_errand(text)


def test_a_moan_has_no_words() -> None:
    assert groans("唔唔…")
    assert not groans("哎哟我的腿")


@pytest.mark.parametrize(
    "text",
    [
        "绑定我妈",
        "修灯",
        "申请补贴",
        "听说独居的老人政府出钱装呼叫器是真的吗",
        "问低保",
        "装扶手",
        "登记一下",
        "换灯泡",
    ],
)
def test_an_errand_that_is_chosen_is_one(text):
    assert chooses_errand(text)


@pytest.mark.parametrize("text", ["叫人", "快修我动不了", "换气换不上来救命", "要人来"])
def test_who_chooses_people_chooses_no_errand(text):
    assert not chooses_errand(text)


def test_what_answers_a_read_back_with_a_service_in_it_needs_no_asking():
    assert answers("你等等啊老伴说还是叫人照旧来洗衣裳", "confirm", NOW)
    assert not answers("我不能动了", "confirm", NOW)


@pytest.mark.parametrize(
    "text", ["就我自己", "就我一个人切", "净系我本人", "就俺家的", "就我一人儿"]
)
def test_who_it_is_for_needs_no_asking(text):
    assert answers(text, "person", NOW)
    assert not answers("就我一个人躺着起不来", "person", NOW)


def test_whether_a_service_can_be_had_asks_for_it():
    assert requests("手起泡了，明天送餐做得么")
    assert not requests("快送饭来行不行")
    assert not requests("手起泡了做得么")


def test_what_is_wanted_again_and_again_is_a_wish():
    assert wishes("就每天中午十二点半", NOW)


@pytest.mark.parametrize(
    "text",
    ["不行了", "我不好了", "得了病", "中风了", "好痛", "那个", "没人知道", "妥了再给我订个饭"],
)
def test_who_says_anything_more_does_not_close(text: str) -> None:
    assert not closes(text)


@pytest.mark.parametrize("text", ["就恁样", "哦知道了妥了", "好就咁啦", "就按呢", "行了谢谢"])
def test_who_says_that_all_is_settled_closes(text: str) -> None:
    assert closes(text)
