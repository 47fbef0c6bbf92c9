"""Yes, no, and yes-but, in every region's words."""

import pytest

from bot.understanding.answers import yes_no

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "",
        "对面",
        "不好意思",
        "行不行",
        "好不好啊",
        "你好",
        "中午",
        "我在银行",
        "睡着了",
        "是不是明天来",
        "我家对面有个超市",
        "系统坏了",
        "谁呀",
        "你说啥",
        "能不能便宜点",
        "今天天气",
        "关系好不好",
    ],
)
def test_what_only_looks_like_an_answer_is_none(text: str) -> None:
    assert yes_no(text, "confirm") is None


@pytest.mark.parametrize(
    "text",
    [
        "系",
        "着",
        "这次对了",
        "初八后晌三点对着咧",
        "着啦",
        "着无毋着",
        "着着",
        "对头",
        "要得",
        "中",
        "行哇",
        "行",
        "嗯",
        "嗯呐",
        "做得",
        "对",
        "好",
        "好的",
        "是",
        "没问题",
        "没有错麻烦您了",
        "没有问题",
        "没得事",
        "没错",
        "冇错",
        "冇问题",
        "系呀",
        "系欸做得",
        "能行了哇",
        "确认无误",
        "着着按呢好",
        "对就早上八点",
        "好了没问题",
        "嗯那就这么滴吧",
        "着啦免阁问",
        "当然是早上八点",
        "就这样吧",
        "可以",
        "妥了",
        "得喇",
        "就系咁",
        "好啊就明天上午",
        "行那就礼拜四吧",
        "不错就这样",
        "OK",
    ],
)
def test_assent_of_every_region(text: str) -> None:
    assert yes_no(text, "confirm") == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "不",
        "免来",
        "不太对",
        "不是",
        "毋是",
        "唔系",
        "莫",
        "不对",
        "不行",
        "不要",
        "不用了",
        "唔好",
        "不行啊那天真不行",
        "不对不对",
        "不要了",
        "算了",
        "唔要喇",
        "毋好",
        "别",
        "不得行",
        "要不得",
        "唔使",
        "毋免",
        "冇",
        "做唔得",
        "取消吧",
        "错了",
        "没有",
        "不是这个",
    ],
)
def test_refusal_of_every_region(text: str) -> None:
    assert yes_no(text, "confirm") == "no"


@pytest.mark.parametrize(
    "text",
    [
        "不是的改成下午三点",
        "不是下午是上午",
        "不对换成礼拜五",
        "改到后天",
        "不是三号楼是五号楼",
        "不对是十八号",
        "毋是明仔载是后日",
        "不要洗澡要打扫",
        "不行换到周三",
        "好但是改成九点",
        "唔系听日系后日",
        "时间不对是下午两点",
    ],
)
def test_a_correction_with_its_content_is_a_change(text: str) -> None:
    assert yes_no(text, "confirm") == "change"


def test_a_long_line_is_no_answer() -> None:
    assert yes_no("家里柜子顶上的灰积了有一指厚都是他擦现在得求你们来人了") is None


@pytest.mark.parametrize("text", ["我要", "要要", "阮欲啦", "涯爱哩", "就要呀"])
def test_who_wants_what_was_read_back_agrees(text: str) -> None:
    assert yes_no(text, "confirm") == "yes"


@pytest.mark.parametrize("text", ["我要人", "要改", "要不要"])
def test_who_wants_something_has_not_agreed(text: str) -> None:
    assert yes_no(text, "confirm") != "yes"


@pytest.mark.parametrize("text", ["冇挫", "没措", "时间冇锉"])
def test_nothing_wrong_is_a_yes_however_it_is_misheard(text: str) -> None:
    assert yes_no(text, "confirm") == "yes"
