"""Questions on what the state gives, told as stories."""

import pytest

from bot.understanding.questions import asks, asks_policy, readings

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "我二女婿在厂里看大门他说他们镇上八十往上的国家给发钱我八十二了咋没人跟我提是不是真的",
        "阮后头厝的阿菊姆有领政府的服务券伊讲会使叫人来摒扫我嘛七十九矣敢有我的份",
        "俺对门老任家装了个救急的按钮不要钱人家说是民政给的俺这号一个人住的算不算",
        "涯听细叔话国家有津贴分老人家涯八十一哩做得有冇",
        "昨日饮茶听阿珍讲低保嘅有人上门帮手唔使钱我咁样嘅够唔够资格",
        "茶铺头都在摆那个养老补贴我也没搞明白到底好多钱一个月嘛",
        "我想打听一下社区食堂里头都有些啥我家离得近",
        "我就问问日照中心能干点啥",
        "他又残又独居两样都沾能领双份吧",
    ],
)
def test_a_story_that_asks_what_the_state_gives_is_a_question(text: str) -> None:
    assert asks_policy(text)


@pytest.mark.parametrize(
    "text",
    [
        "我腿脚不好想找人来家里打扫打扫礼拜三上午行不行",
        "国家政策好啊我这日子过得舒坦",
        "明天中午送份饭来多少都行",
        "你们那个师傅几点到我等半天了",
        "日照中心我明天想去坐坐早上八点",
    ],
)
def test_an_order_or_a_chat_is_none(text: str) -> None:
    assert not asks_policy(text)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (
            "我跟老姐妹在公园晒太阳聊起来了她孙女在外地听广播里说有个一键通都给什么人装啊",
            "有个一键通都给什么人装啊",
        ),
        (
            "我一个人在家闷得慌电视也看腻了我想打听一下高龄津贴一个月给多少钱你给查查",
            "高龄津贴一个月给多少钱",
        ),
        (
            "楼下阿婆成日同我倾偈佢个仔喺深圳做嘢佢话政府有服务券派我都想知要几多岁先有",
            "政府有服务券派我都想知要几多岁先有",
        ),
    ],
)
def test_the_story_before_a_question_is_left_out(text: str, question: str) -> None:
    assert readings(text)[0] == text
    assert question in readings(text)


def test_an_errand_behind_a_question_is_left_out() -> None:
    found = readings("我想问下日间照料中心里头都有些什么可以做另外明天中午给我送个饭")
    assert any("日间照料中心" in one and "送个饭" not in one for one in found)


def test_a_question_far_from_its_matter_is_drawn_together() -> None:
    text = "社区讲有养老补贴可以领我本来想拿去配副老花镜再买双棉鞋结果又听人讲不是发钱到底怎么发的"
    assert any(len(one) < len(text) and "补贴" in one and "到底" in one for one in readings(text))


def test_a_short_line_is_its_question() -> None:
    assert readings("高龄补贴多少钱") == ("高龄补贴多少钱",)


def test_what_asks_nothing_is_no_question() -> None:
    assert not asks("我血压有点高别的没啥")
    assert asks("那要多少钱呢")
