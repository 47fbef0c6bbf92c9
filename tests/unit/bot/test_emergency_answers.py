"""Answers to "are you in danger?" in seven ways of speaking: a clear no, and all that is none."""

import pytest

from bot.danger import listen
from bot.emergency_answers import Meaning, meaning
from bot.emergency_signs import Sign
from tests.unit.bot.fakes import NOW

pytestmark = pytest.mark.unit

CLEAR = {
    "cantonese": """
        冇事冇事 唔系啊，我想订饭咋 讲笑咋 讲下笑啫 电视嚟㗎 电视机讲嘅 撳错咗 按错掣啊唔好意思 个孙乱咁撳 唔使唔使，多谢晒 我试下个掣得唔得 冇嘢冇嘢
        唔使惊，我冇事 误会啊误会 你听错啦 我话笑咋 细路仔玩嘢 好地地，冇事
    """,
    "dongbei": """
        没事儿没事儿，我搁家看电视呢 哎呀妈呀不是，我就唠唠嗑 我逗你玩儿呢 整差劈了，按错了 不用不用，啥事儿没有 没那事儿 孩子淘气瞎按的 我就寻思试试灵不灵
        不是，那是电视里演的 拉倒吧，我好着呢 电视剧，演的 小崽子手欠，摁着玩
    """,
    "hakka": """
        冇脉个事 唔系，涯爱订饭 讲笑定定 涯讲搞个 电视肚个声 按差哩 撳错哩 孙子乱按个 唔使唔使，劳烦你 涯试一下定定 毋使喊人 冇啦冇啦 你听差哩 细人仔搞个
        涯好好，冇事
    """,
    "jin": """
        没啦甚事 没事没事，好好儿的 不是，俺是想订饭咧 俺耍笑咧 电视里头说的咧 按错咧 娃娃家胡按的 不用叫人，俺好好的 俺就是试一试 没有的事
        没事哇，俺说的是电视 不用咧不用咧 灰小子瞎按咧 俺逗你耍咧
    """,
    "mandarin": """
        没事没事 没有没有，我好着呢 不是，我是订饭的 不是啊，我就想问问送餐多少钱 我开玩笑的 说着玩呢，别当真 哦那是电视里的声音 电视机里在放呢 按错了按错了
        我试一试这个按钮 试试看好不好用 是我孙子按的 小孩子闹着玩 不用不用，谢谢你啊 不需要叫人 我不危险 不小心碰到的 我说的是去年的事
        那是以前的事了，早好了 哎呀没有，我就是手碰了一下 吓着你了，我说着玩儿的 刚才那是收音机 不是的我家水管坏了要修 哦不是，是孩子拿着手机玩 我很安全 人好好的
        不至于，不至于 没那么严重 你误会了 你听错了 打错电话了 一切正常
    """,
    "minnan": """
        无代志无代志 无啦，我是欲订饭 毋是啦，我问看觅 我讲耍笑的 讲笑而已 电视咧搬的 揤毋着去 按毋着矣 阮孙仔乱按的 毋免毋免，劳力 我试看会用无 无要紧无要紧
        无啦无啦 你听毋着啦 囡仔咧耍 我是讲电视 好好无代志
    """,
    "sichuan": """
        没得事没得事 莫得事，我耍起的 不是哦，我要订饭 说起耍的 电视头在放 按拐了按拐了 是孙娃子按起耍的 不消不消 我试一哈灵不灵 开玩笑的哈 不得事，好得很
        没得没得，摆龙门阵的 你听拐了 娃儿手痒按到了 不是的，我问下送饭 没得啥子事
    """,
}
"""Nobody is in danger, whatever was heard."""

UNCLEAR = {
    "cantonese": """
        系啊 系啊快啲啦 我唔知啊 唔系讲笑㗎 唔得喇 冇气喇 佢冇反应 救人啊 唔系我，系我老公 冇人理我 唔知做咩 冇错啊 唔好收线 梗系啦
    """,
    "dongbei": """
        嗯呐 赶紧的吧 妈呀咋整啊 我也整不明白咋回事 不是闹着玩儿的 你可别磨叽了 不赶趟了 那啥，腿不听使唤 不是我孙子按的，是我按的 我孙子不醒 不咋地啊 可不咋的
        别磨蹭了
    """,
    "hakka": """
        爱爱爱 快滴来 涯唔知样般讲 唔系讲笑个 郁唔得 喊佢唔应 屋下冇人 涯冇力了 唔得了 冇错 涯惊
    """,
    "jin": """
        就是咧 要咧要咧 俺也说不机明 快些儿来哇 不是耍笑咧 娃娃没气咧 不能动弹 没人管俺 老汉不吭气咧 不中了 没法儿活了
    """,
    "mandarin": """
        是 要 对对对 嗯 快点吧 我也不知道 不知道怎么说 你们来个人看看 不是我，是我老伴 不是玩笑，是真的 不是电视里的，是我家 没按错，真出事了 我没开玩笑
        不是试的，快来 孩子按着肚子打滚 没人在家 没力气 不行了 说不上来 我头里嗡嗡的，天都是斜的 说了你们也不信的
        过年那阵子热热闹闹的，如今都回城里去了 他一直这个样子的我心里没底 不要紧吧，我也说不准 也不是没有 应该是吧 好像有点 我怕 你看着办 不好说 别问了 没用了
        不想说话 别走 不对劲 没错 可不是嘛 那还用问 不叫怎么办 不叫人我就死了 没有别的办法了 电视开着我没力气关 孩子一直哭我喘不上气 去年也这样过一回
        上次也是这样送的医院
    """,
    "minnan": """
        着啦 是啊紧来 我毋知欲按怎讲 毋是讲耍笑的 袂振动 无法度矣 伊拢无应 叫人来 厝内无人 无毋着 毋通挂 我会惊
    """,
    "sichuan": """
        要得嘛 就是就是 搞快点 我不晓得啷个说 不是说起耍的 没得人在屋头 娃儿喊不答应 莫法了 遭不住了 电视都看不清了 莫问了嘛 不晓得哦 莫挂电话
    """,
}
"""A yes, a plea, a shrug, or a no that is none: people are sent."""


SIGN = Sign("unspecified", "possible", "", sign="a test")
LIKENESS = Sign("unspecified", "possible", "", open=True)


def meant(doubt: Sign, answer: str) -> Meaning:
    assessed = listen(answer, "confirm")
    return "danger" if assessed.level == "certain" else meaning(doubt, answer, assessed, NOW)


@pytest.mark.parametrize("doubt", [SIGN, LIKENESS], ids=["after a sign", "after a likeness"])
@pytest.mark.parametrize("variety", CLEAR)
def test_a_clear_no_ends_a_doubt(variety: str, doubt: Sign) -> None:
    answers = CLEAR[variety].split()
    assert [one for one in answers if meant(doubt, one) not in ("no", "errand")] == []


@pytest.mark.parametrize("doubt", [SIGN, LIKENESS], ids=["after a sign", "after a likeness"])
@pytest.mark.parametrize("variety", UNCLEAR)
def test_whatever_is_no_clear_no_sends_people(variety: str, doubt: Sign) -> None:
    answers = UNCLEAR[variety].split()
    assert [one for one in answers if meant(doubt, one) != "danger"] == []


@pytest.mark.parametrize("answer", ["办别的事", "别的事", "不是救急，我查一下订单", "我是问补贴的"])
def test_where_there_was_a_choice_an_errand_is_a_no(answer: str) -> None:
    assert meant(LIKENESS, answer) in ("no", "errand")


@pytest.mark.parametrize("plea", ["再说一遍", "你讲什么", "听不清", "听无", "你话脉个", "慢点说"])
def test_who_has_not_heard_the_question_is_told_it_once_more(plea: str) -> None:
    assert meant(SIGN, plea) == "again"
    assert meant(Sign("unspecified", "possible", "", repeated=True), plea) == "danger"
