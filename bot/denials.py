"""What answers "are you in danger?" with a clear no, in the words of every region.

A no is a bare refusal (毋免), a denial (没危险), an explanation of why it sounded like danger
(讲笑而已, 电视里的, 按错了, 试一试的, 孙子按的), or a no before a wish. What insists on help or
leaves it open (不知道, 不是玩笑), be there a no in it, is none.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from bot.errands import HURRIES, IN_PASSING, SOFT, WAITS, chooses_errand, hurries, orders, wishes
from bot.understanding import relief
from bot.understanding.answers import yes_no
from bot.understanding.wear import without_wear

_NOT = "(?:不是|毋是|唔系|不系)"
_NO = "|".join(
    (
        r"(?:不是|毋是|唔系|没有?|不用)(?:要|来)?(?:救急|急事|危险)|不危险|没有?的事|没那?个?事儿?",
        r"没[得啥什么甚子多大]*事儿?|没[啦有]?甚事|[啥甚]事儿?[都也]?(?:没有?|莫得)|不得事|冇[嘢野]",
        r"[冇无没莫][脉么得]?个?(?:事|代志)|[不毋唔无]要紧|唔紧要|没关系|没得|莫得|误会",
        r"(?:[不毋唔冇](?:爱|要|用|使|消|需|必)+|[莫别甭免]要?)(?:喊|叫|揾|寻|找|派|来)(?:人|救护车)来?",
        r"人?好好儿?的?|好地地|好着呢|好得很|挺好|很好|都好|很?安全|一切|正常|不至于|自己能行",
        r"[没不冇无]?那么严重|[没不]严重|不用来(?:看看?)?|毋免来|唔使来|[别莫]叫人?|办?别的事",
        r"不是|没有|不用|不要|不必|不需要|不消|毋是|毋免|毋使|毋爱|唔系|唔使|唔要|冇|无|甭|免|拉倒",
        r"没|不|别",
    )
)
_DENIES = re.compile(rf"(?:{_NO}|{SOFT})+")
_CORRECTS = re.compile(
    rf"(?:{SOFT})*{_NOT}(?:{SOFT})*(?:(?:是|想|要|欲|说|讲|来|救急|急事)(?:{SOFT})*)*"
    r"(?:问|试|教|闹|玩|查|办|订|退)"
)
"""A no, and what the call is about (不是，我问问价钱)."""
_SOMEBODY = re.compile(
    rf"{_NOT}.*?(?:是|系)(?:{SOFT})*(?:家里?|屋里)?"
    r"(?:老|妈|娘|姆|爸|爹|爷|奶|公|婆|儿|仔|囡|女|孙|娃|孩|哥|弟|姐|妹|嫂|媳|邻|对门|隔壁|别人|人家|他|她|佢|伊)"
    r"(?!.{0,6}(?:[按摁揿撳捏揤]|玩|耍|搞))"
)
"""Not the caller, but somebody else (不是我，是我老伴), is no denial."""
_NOTHING = re.compile(r"没事|没得事|莫得事|冇事|无事|[冇无]代志|没代志|毋要紧|误会|[搞按弄]错")

_PRESSED = "[按摁揿撳捏揤安]"
_BUTTON = "(?:按钮|钮|键|掣|铃|报警|警报|呼叫|求救|求助|一键)"
_WRONGLY = "(?:错|差|拐|毋着|唔着|唔啱|袂对|不对|劈)"
_MISTAKE = (
    rf"(?:{_PRESSED}|[搞弄碰整打拨拍揤点听])(?:差|到)?{_WRONGLY}|误触|误按|手滑|"
    rf"不小心(?:{_PRESSED}|碰到?[的了嘅个]*$|[碰压].{{0,3}}{_BUTTON})|[碰按摁压揿]着了?{_BUTTON}|"
    r"[坐压踩挨撞][到着倒在住]了?(?:电话|手机|座机|话筒|听筒)|"
    r"手(?:碰|滑|抖|贱|欠|误)(?:了一下|着了?|到了?)?$"
)
_MISTAKEN = (
    r"(?:[看睇瞅瞧望听认][得到着]?|眼)(?:[错差岔劈拐]|毋着|唔啱|走眼|花(?:了|咗|哩)?眼)(?:了|咗|哩|喇|啦|咧)*"
    r"(?![^，。]{0,3}(?:药|瓶|台阶|楼梯|路|车|灯|脚|步|量))"
)
"""What was seen or heard wrongly (看差了，是棉被), other than what harms who mistakes it."""
_CHILD = "(?:孙|娃|囝|囡|仔|崽|孩|小鬼|小子|细人|细路|细佬)"
_AT_PLAY = (
    rf"[乱瞎胡]咁?{_PRESSED}|{_CHILD}.{{0,10}}?(?:{_PRESSED}.{{0,4}}{_BUTTON}|"
    rf"{_BUTTON}.{{0,6}}(?:{_PRESSED}|玩|耍)|(?:玩|耍).{{0,3}}{_BUTTON}|"
    rf"{_PRESSED}[着起]?(?:玩|耍)|[闹搞][着起]?(?:玩|耍)|{_PRESSED}(?:到了?|的|个|嘅|咧|嗰)[啊呢嘛呀。，]*$|"
    r"(?:玩|耍|搞)(?:手机|电话|嘢|的|个|嘅|咧|呢|啊|呀)*$)|"
    r"(?:[莫别甭]|毋通|唔好)[听理](?:他|她|佢|伊|它)|(?:自己|自个儿?|自家|家己|乱)就?(?:响|叫唤|叫起|哇|吱)"
)
_TELLS = "[讲说话开港]"
_IN_JEST = (
    rf"(?:{_TELLS}|闹)(?:个|下|一下|着|起|来)?(?:玩?笑话?|耍笑?|搞|玩|爽)|耍笑|玩笑|[闹说讲耍]着玩|"
    r"逗[你您恁].{0,2}(?:玩|乐|笑|耍)|耍起[的玩]|闹[着起]耍|[别莫]当真|(?:毋通|唔好)当真|摆龙门阵"
)
_SET = "(?:电视|收音机|广播|戏匣子|手机|喇叭|剧|戏)"
_SET_ON = (
    rf"(?:是|系|{_TELLS}|看|听|放)(?:的|着|紧|咗|咧)?(?:电视|收音机|广播|戏)|{_SET}剧|"
    rf"{_SET}机?(?:[里头肚上内]|入面|度|咧|佇咧|在|正)*"
    r"(?:[的嘅个咧](?:声|话)?[音气]?[啊呢嘛呀啦。，]*$|[放讲说演播搬做唱响叫喊]|嚟|声|个声)"
)
_TRIAL = (
    r"(?:[我俺涯阮]|[就只净][是系]?|想|寻思|来|要|欲|爱)*试(?:一)?(?:试|下|看|哈|吓|验|觅|机)|测试|试(?:按钮|掣|铃|警铃|机器|电话|灵|响|通)|"
    r"(?:[我俺涯阮]|就|只是|来)试(?:[的个咧嘅]|$)"
)
_LONG_AGO = (
    r"(?:去年|前年|以前|从前|过去|早先|旧年|旧底|头年|往年|老早|上回|上次|上个?月|小时候|年轻)"
    r"(?:时)?(?:的|个|嘅|那)?(?:事|时候|代志)"
)
_GOT_WET = r"(?:让|叫|给|予|畀)?(?:水|雨)[^，。]{0,2}(?:冲|淋|浇|泡|溅)(?:响|湿|着|到|倒)"
_EXCUSES = "|".join((_MISTAKE, _MISTAKEN, _AT_PLAY, _IN_JEST, _SET_ON, _TRIAL, _LONG_AGO, _GOT_WET))
"""Why it sounded like danger and is none."""
_EXCUSE = re.compile(_EXCUSES)
_DENIED = (
    r"(?:不是|毋是|唔系|不系|不算|没有?|冇|未|吂|[别莫甭]以为|不像|哪里?|哪儿|边度|怎么会?|咋会?(?![你您我])|咋个|敢是)"
    r"(?:[就真都的是叫在咧正跟和同甲你您恁咱]|我[们家]?|俺|阮|涯|一个|什么|为了|因为|来)*"
)
_CONTRADICTS = re.compile(
    rf"{_DENIED}(?:没得?事|冇事|无事|误会|[搞按弄碰]错|{_SET}|{_EXCUSES})|也不是没|是真的|(?:真系|系真|真个)(?![冇无没毋])|真出|真的[有出是难疼痛]"
)
"""A denial or an excuse that is itself denied (不是没事, 我没按错, 不是讲笑)."""
_NO_TROUBLE = (
    "(?:没得?事儿?|莫得事|冇事|[没冇无]有?(?:啥|什么|脉个?|甚|代)?(?:事|志)|[冇无没]代志|[不毋唔无]要紧|"
    "[好安]好儿?的?)"
)
_ONES = (
    r"老[伴头公婆人]|妈|娘|姆|爸|爹|爷|奶|公|婆|嫲|儿|仔|囡|女|孙|娃|孩|哥|弟|姐|妹|嫂|媳|叔|伯|婶|姨|舅|"
    r"邻居?|对门|隔壁|楼[上下]|别人|人家|他|她|佢|伊|渠|医生|大夫|先生|郎中|护士|保姆|护工"
)
_HEARSAY = re.compile(
    rf"(?<![同跟和对给向共甲与帮])(?:你|您|恁|侬|汝|侪|们|家|{_ONES})"
    rf"(?:[们子儿家亲爷奶]|老|总|就|都|才|还|又|也|自己|家己|净|成日|一直|硬|偏|非|是|嘴上)*(?:说|讲|话|港|喊|觉得|以为)"
    rf"(?:他|她|佢|伊|自己|我|俺|是|的|都|就|有点){{0,3}}{_NO_TROUBLE}"
)
"""That there is no trouble, in somebody else's words (儿子说没事, 你说没事就没事啊)."""
_THEN = re.compile(
    r"(?:[上头前](?:一)?[回次趟摆遭]|上个?月|那[回次阵]|前[天日几儿]|昨[天日晚儿]|去年|旧年|早先|头先|原先|原来|本来|"
    r"白天|早上|早起|先前|刚[才先刚]|先头|平时|平常|往常)(?:我|俺|阮|涯)?(?:是|还|都|也|倒|犹|仲|好好的?)*"
    rf"{_NO_TROUBLE}(?![了啦喇矣嘞哩咧])|{_NO_TROUBLE}[的嘅个](?:时候|话)"
)
"""That there was no trouble before, or if there were none."""
_SET_WARNS = re.compile(
    rf"{_SET}机?(?:里|上|头|肚){{0,2}}(?:[头面边度])?{_TELLS}的?(?:这|我|涯|俺|阮|跟我|同我)(?!是?(?:电视|广播|开玩笑))"
)
"""What a programme says of the caller (电视里说这是心梗)."""
_ANEW = re.compile(
    r"又(?:来|犯|发|出|开始|这样|这么|系咁|按|复)|(?:[这今][回次下趟摆遭]|这阵|呢次|而家|今日|今[天儿])"
    r".{0,4}(?:不是|毋是|唔系|[不唔毋]一样|[不毋唔]同|两样|真|厉害|唔对|[不毋]对)"
)
"""What was over, or a jest, and is come again."""
_SO_CALLED = re.compile(
    rf"{_NO_TROUBLE}(?:[都就那]?是)?(?:假|骗|哄|才怪|就怪|就好|就不|[我俺阮涯](?:会|能|还|就不)|你?[信当]?(?:吗|么(?!就是|就系|只是)))|"
    rf"{_NO_TROUBLE}.{{0,12}}(?:干|做|创|作|搞)(?:什么|啥|甚|脉个|乜|咩)|唔通|难道|吃饱撑|吃饱了撑|"
    rf"(?:装|当|假装|看着|看起来|嘴上|嘴硬|好像|兴许|也许|可能|以为)(?:是|说)?{_NO_TROUBLE}"
)
"""No trouble in name only."""
_TROUBLE = re.compile(
    r"(?<![没莫无冇未毋唔不])(?:有(?:事|代志|危险|急事)(?![我俺阮涯再就会找问想要求叫跟同揾请办呢告和])|出事)|[不毋唔]对劲|[不毋唔]行[了咧啦哩喇矣]|"
    r"起[不毋唔袂]来|[爬站]?[不毋唔]起来|动[不毋唔]得"
)
"""Trouble that is named all the same (我没事，我老伴有事)."""
_ONLY = re.compile(rf"{_NO_TROUBLE}(?:{SOFT})*(?:就是|只是|净系|就系|不过是?|独独|就)(?=.)")
"""No trouble but for what follows (没事，就是头晕)."""
_BUT = re.compile(
    r"可是|但是|不过|毋过|但系|不知道|不晓得|不清楚|唔知|毋知|唔晓|说不[准好清上]|讲不[准好清]"
)
"""Words after which a no is not clear any more."""
_BODY = (
    r"(?:头|脑|额|脸|眼|鼻|嘴|牙|脖|颈|胸|心口|腰|背|肩|胳膊|手|肘|肚|屁股|胯|腿|脚|膝|骨)"
    r"(?![机表套帕巾环边头盆柜凳踏杖电带包刷膏杯镜])"
)
_STRUCK = "[碰撞磕砸压夹烫割扎踩跌摔]"
_HURT = re.compile(
    rf"{_STRUCK}(?:到|着|倒|了|伤|破)+(?:[我俺涯阮]的?)?{_BODY}|{_STRUCK}[伤破肿]|"
    rf"(?:脑壳|脑袋|额头?|脸|眼睛|眼(?!镜)|胸口?|腰|(?<![里外床上下前后灶枕木砖石案插屋墙])头)[^，。]{{0,3}}?"
    rf"{_STRUCK}(?:到|着|倒|了)|(?<![推轮儿小])车[^，。]{{0,2}}?[碰撞蹭刮轧压](?:到|着|倒|了)|"
    r"[碰扫蹭划](?:到|着|倒)了?(?:菜?刀|剪|开水|玻璃|火(?!警))|"
    r"(?<![没冇无未毋唔不])(?:流血|出血|肿|破皮|起[^，。]{0,3}包|[摔跌]了?一?跤|跋倒)"
)
"""What was struck, by what, or what came of it: the body and no button (没事碰到了头)."""
_THIS_TIME = re.compile(
    r"(?:头|上|前|顶|早前)一?(?:摆|次|回|趟|遭|转)[^。]{2,24}?"
    r"(?:今|这一?|呢|即|个|嗰)(?:摆|次|回|趟|遭|转)(?!也|又|阁|犹|还|亦|嘛|同|一样|都)"
)
"""What was a mistake the last time, and is none now (头摆系细人子揿个，今摆冇细人子)."""
_NOT_CLEAR = (
    HURRIES,
    _THIS_TIME,
    WAITS,
    _CONTRADICTS,
    _SOMEBODY,
    _HEARSAY,
    _THEN,
    _SET_WARNS,
    _ANEW,
    _SO_CALLED,
    _TROUBLE,
    _HURT,
    _BUT,
)
"""What makes a no unclear, wherever it stands in the line."""
_SENDS_NOBODY = re.compile(
    r"(?:[不毋唔冇](?:爱|要|用|使|消|需|必|得)+|[莫别甭免]要?)"
    r"(?:再|你|您|们)*(?:喊|叫|揾|寻|找|派|请)?(?:救护车|来人|人来|人|来|的)?(?:来|看)*"
)
_SENDS = re.compile(r"来人|来看(?![病医诊])|来个|人来|过来|要来|要人|要的(?!是)|[喊叫揾寻找派]人")
"""Words that ask for people; `_SENDS_NOBODY` is taken out before they are looked for."""
_SOUND = re.compile(
    r"(?:(?:没有|没得|[没无冇未毋唔])(?:跌|摔|跋|绊|磕|碰|撞|伤|病|疼|痛|难受|烫|着火|[唔不]舒服)|"
    r"(?<![能会疼痛晕咋怎])[不唔毋](?:疼|痛|难受|晕|慌)(?!了|[不唔毋]))(?:[倒着到亲哩咧了]|(?=[没无冇，]))*"
)
"""A trouble of the body that is denied in so many words (没跌倒, 无病无疼)."""
_IDLES = re.compile(
    r"(?:想|要|欲|爱|来|试|问|教)(?:试|找|跟|和|同|与|人|你|您|说|讲|聊|问|话|天|事|个|下|一|点|嘛|啊)+"
)
"""A wish to talk or to ask, and nothing else."""
_CHORE = re.compile(
    r"(?:是|想|要|欲|爱|来|打|电话|打电话|过来)*(?:问|查|打听|订|约|退|改|试|看看|找|聊|说说|讲|倾|唠|办|看|听)"
)
"""An errand that begins (问下几时来)."""
_OVER = (
    "没事",
    "没得事",
    "冇事",
    "无事",
    "毋要紧",
    "误会",
    "搞错",
    "按错",
    "弄错",
    "不用来",
    "不用了",
    "不要了",
    "毋使",
    "毋免",
    "唔使",
)


SURE, UNLIKELY = 0.9, 0.3
"""How likely relief.py must find a no that no rule knows, and a no of the rules."""
BARE = 8
"""Characters up to which the rules alone decide: so little sounds like anything."""
_NEGATES = re.compile(r"[不没冇无唔毋袂别莫甭免]")
"""Without such a word an errand says nothing about danger."""
_QUESTION = re.compile(r"(?<![没冇无不唔毋])([有是系要用好来])[没不冇无唔毋]\1|吗$|[?？]$")
"""A question, which is no answer."""
_ASKS_FOR = re.compile(r"要(?!得)|来|叫|喊|看|派|爱人|人")
"""Words that may take up the offer to send somebody."""
LEFT = 2
"""Characters that may be left of an explanation."""
_TOUCHED = re.compile(
    rf"(?:[碰扫蹭挂勾顶擦抹拂拨](?:到|着|倒|上|响)|[压踩坐挨撞]到)(?:了|哩|咧|咗|啦|喇|矣)?{_BUTTON}?$"
)
"""Words that end with what something brushed against."""
_NO_AHEAD = re.compile(rf"(?:{SOFT}|真?[是系个])*(?:{_NO})(?:{_NO}|{SOFT})*")
_NO_BEHIND = re.compile(rf"(?:{_NO})(?:{_NO}|{SOFT})*$")
_SOFT_END = re.compile(rf"(?:{SOFT}|个|嘅|嗰)+$")


def denies(text: str, now: datetime) -> bool:
    """Whether a line that bears no sign of danger denies that there is any.

    没有 and 不用了谢谢 do, and 不是我问问价钱, and a no with a wish, and 讲笑而已; 没有知觉了 and
    不行了 are no denials, nor is what insists on help (不是，要来看看; 还没来人; 不是讲笑).
    """
    if pleads(text) or (_sends(text) and not orders(text)):
        return False
    likely = relief.likelihood(text, marks(text))
    answers = _NEGATES.search(text) is not None or not _asks(text, now)
    if likely >= SURE and len(text) > BARE and answers and not _QUESTION.search(text):
        return True
    said = _gives_no(text) or _CORRECTS.match(text) is not None
    said = said or (yes_no(text, "confirm") in ("no", "change") and wishes(text, now))
    return brushed(text) or (said and (len(text) <= BARE or likely >= UNLIKELY))


def brushed(text: str) -> bool:
    """Whether a no says beside it what was touched by mistake (真的没事抹帕碰到的)."""
    ahead, behind = _NO_AHEAD.match(text), _NO_BEHIND.search(text)
    if not (ahead or behind) or pleads(text):
        return False
    told = text[: behind.start()] if behind else text
    told = told[ahead.end() :] if ahead else told
    return _TOUCHED.search(_SOFT_END.sub("", told)) is not None


def _asks(text: str, now: datetime) -> bool:
    """Whether a line is a mere errand, which is no answer to the question."""
    return chooses_errand(text) or wishes(text, now, IN_PASSING)


def takes_back(text: str) -> bool:
    """Whether a line takes a cry back that people have been told of: stricter than `denies`.

    没事 and 孙子乱按的 do, and 不用了，我要订饭; a mere correction (不是，我想问) does not.
    """
    bare = re.fullmatch(rf"(?:{SOFT}|{_NOT})+", text)  # 真的没事吗？不是
    if bare or pleads(text) or _sends(text) or not (_gives_no(text) or denies_cry(text)):
        return False
    return len(text) <= BARE or brushed(text) or relief.likelihood(text, marks(text)) >= UNLIKELY


def denies_fall(text: str) -> bool:
    """Whether somebody says in so many words that nobody fell (只手带自己响，我冇跌呀)."""
    return _NO_FALL.search(text) is not None


_NO_FALL = re.compile(
    r"(?<!有)[没冇未毋无](?:有)?人?(?:跌|摔|跋)(?:着|倒|亲|跤)?(?![伤坏断破出死得疼痛重])(?=[呀啊呢啦，。]|$|我|俺|头先|就|[老阿人他她佢伊是系明今听])"
)
"""Words that deny a fall, not what came of one (没摔断)."""


def denies_cry(text: str) -> bool:
    """Whether a fall, a fire or a thief is denied in so many words (没着火, 冇贼)."""
    return denies_fall(text) or _NO_SUCH.search(text) is not None


_NO_SUCH = re.compile(
    r"(?<!有)[没冇未毋无](?:有|人)?(?:着火|失火|起火|火烛|火(?!警|车|锅|柴|腿)|烟(?!抽|囱)|漏|贼|小偷|坏人|歹人)"
)
"""Words that deny a fire or a thief."""


def repeats_no(text: str) -> bool:
    """Whether "really nothing?" is answered by a yes and by what did not happen (系呀真系冇跌).

    A bare yes may as well mean that somebody shall come.
    """
    yes = _YES.match(text)
    return yes is not None and unhurt(text[yes.end() :]) and not pleads(text) and not _sends(text)


_YES = re.compile(r"(?:[系是对着嗯啱][呀啊的了嘅咧，]*)+(?:真(?:的|系|是|个)?)?(?=.)")


def marks(text: str) -> frozenset[str]:
    """What the rules find in an answer, for the classifier of answers (relief.py)."""
    found = {
        "@no": _gives_no(text),
        "@corrects": _CORRECTS.match(text),
        "@excuse": _EXCUSE.search(text),
        "@pleads": pleads(text),
        "@sends": _sends(text),
        "@orders": orders(text),
        "@idles": _IDLES.search(text),
        "@unhurt": _SOUND.search(text),
    }
    return frozenset(name for name, holds in found.items() if holds)


def nods(text: str) -> bool:
    """Whether a line says yes to "nothing is wrong, is it?", and little else but a no.

    Who tells on behind it agrees to something else (行，我靠墙坐下了).
    """
    yes = yes_no(text, "confirm") == "yes" and _ASKS_FOR.search(text) is None
    bare = len(_BESIDE_A_NOD.sub("", text)) <= 1
    return yes and bare and not pleads(text) and not _sends(text)


_BESIDE_A_NOD = re.compile(rf"{_NO}|{SOFT}|[是系对着行好得成中能会使可以要啱冇错毋啥也就]")
"""Words of a yes, and of a no beside it."""


def explains(text: str) -> bool:
    """Whether a line is an explanation of a false alarm and not much else (按毋着矣)."""
    rest = re.sub(rf"{_EXCUSES}|{SOFT}|{_NO}", "", text)
    return _EXCUSE.search(text) is not None and len(rest) <= LEFT and not pleads(text)


def tells_what_fell(text: str) -> bool:
    """Whether a line says that nobody fell, but a thing (人没摔，是锅盖掉地下了)."""
    found = _WHAT_FELL.search(text)
    if found is None or pleads(text):
        return False
    somebody = re.search(rf"{_ONES}|{_BODY}|{_STRUCK}|[我俺阮涯咱人]", found["what"])
    return somebody is None and _HARMED.search(text, found.end()) is None


_HARMED = re.compile(r"[压砸夹烫割扎伤血疼痛我俺阮涯咱人]")


_WHAT_FELL = re.compile(
    r"(?:没有?|冇|无|未|毋|唔|不)(?:是|系)?人?(?:摔|跌|跋|绊|跘|掼|倒|出事)(?:倒|着|到|了)?[，。]?"
    r"(?:就?是|系)(?P<what>[^，。]{1,8}?)(?:掉|摔|跌|落|倒|打(?![哆颤抖战摆晃转冷寒])|碎|响|绊|翻|炸)"
)


def says_no(text: str) -> bool:
    """Whether a line has a no in plain words, and neither need nor doubt beside it."""
    return _gives_no(text) and not pleads(text) and not _sends(text)


def _gives_no(text: str) -> bool:
    """Whether a line is a no, alone or before a wish, or explains why there was no danger."""
    said = _DENIES.match(text)
    if said and re.search(_NO, said.group()):
        rest = text[said.end() :]
        if not rest or orders(rest.lstrip("是系")):
            return True
    return bool(_NOTHING.search(text) or _EXCUSE.search(text))


def pleads(text: str) -> bool:
    """Whether a line is about need, or leaves it open, be there a no in it."""
    said = _SOUND.sub("", without_wear(text).replace("救护车", "").replace("救急", ""))
    return any(words.search(said) for words in _NOT_CLEAR) or _all_but(said)


def _all_but(text: str) -> bool:
    """Whether a line plays down a trouble that it names (没事，就是头晕)."""
    said = _ONLY.search(text)
    if said is None:
        return False
    rest = text[said.end() :]
    return not (
        _IDLES.match(rest) or _EXCUSE.match(rest) or _CHORE.match(rest) or orders(rest, IN_PASSING)
    )


def _sends(text: str) -> bool:
    """Whether a line asks for people."""
    return _SENDS.search(_SENDS_NOBODY.sub("", _EXCUSE.sub("", text))) is not None


def nothing_wrong(text: str) -> bool:
    """Whether a line may mean that nobody needs to come after all; it is asked about."""
    told = any(words in text for words in _OVER) or denies_cry(text)
    told = told or explains(text) or (_UNMEANT.search(text) is not None and not pleads(text))
    return told or _NOTHING_AFTER_ALL.search(text) is not None


_UNMEANT = re.compile(rf"{_MISTAKE}|{_IN_JEST}")
"""Words of a push by mistake, or a jest."""
_NEEDLESS = r"(?:[不毋唔无](?:要|用|使|必|免|消|需要?)|[莫别甭免])(?:再|要)?"
_MINE = "[我俺涯阮](?![儿女老爱囝细崽家妈爸])"
_ENDED = "[了咧哩喇矣啦]"
_NOTHING_AFTER_ALL = re.compile(
    rf"[啥甚乜]事儿?[都也]?(?:没有?|莫得|冇)|[没冇无]有?(?:啥|什么|甚|脉个)事|[冇没]代志|{_MISTAKEN}|"
    rf"{_NEEDLESS}(?:(?:喊|叫|派|揾|寻|找)(?:人|{_MINE})|麻烦|劳烦|折腾|费事|等[你您恁]|(?:过?来|嚟){_ENDED})|"
    rf"(?:[找寻揣搵揾摸认][到着见得倒]|看[到见])[了咗哩咧]?(?:回[去家]的?|转去个|返屋企嘅?)?"
    rf"(?:路|[我俺涯阮]家|屋企|厝)[^，。]{{0,2}}{_ENDED}|"
    rf"[到返回转][到返转]?(?:家|屋企|屋下|厝)[里头]?{_ENDED}|[不唔毋]需要{_ENDED}|"
    r"(?:结果|原来|其实|[闹搞]了半天)(?:就|净|都)?[是系]"
)
"""That nothing is the matter, that the way is found, or what else it was (结果是查水表的)."""


def stays(text: str) -> bool:
    """Whether a line agrees to wait where one is, or to do as told, until people come.

    能行，俺就站在这等 says yes to help, 没事，我就在这等着 too; 不用来了，我等儿子就行 does not.
    """
    return _STAYS.search(text) is not None and _CALLS_OFF.search(text) is None


_STAYS = re.compile(
    r"(?<![不没唔毋])[站企徛坐蹲蹴躺瞓靠待呆停扶]得?"
    r"(?:在|着|到|咧|佇|伫|喺|低|下|住|稳|好|墙|[这呢遮那]|原)|"
    r"等(?:[你您恁汝]|人|着|到|紧|咧|得|等$|$)|[我俺涯阮](?:能|会|就|都)?(?:等|听[你您恁汝])|"
    r"[不毋唔莫未](?:敢|会|得)?(?:走|动|郁|徙|振动)(?:[动弹开咧了哩啦喇]|$|，)|"
    r"哪[也里儿]?[也都]?[不毋]去|快(?:来|点|些|啲|滴|嚟)|紧来|来吧|"
    r"[按压捂揿擎捏](?:[紧住牢]|着(?!玩|耍|了))|接[你您恁汝]|门[^，。]{0,3}[开敞]"
)
"""Words of who stays where they are, hastens those who come, or does what helps."""
_CALLS_OFF = re.compile(
    r"(?:[不毋唔冇无](?:爱|要|用|使|消|需|必|免)+|[莫别甭免]要?|唔好)"
    r"(?:再|你|您|恁|们|叫|派|喊|等|麻烦)*(?:来|嚟|人|了|喇|哩|咧|啦|麻烦)|"
    rf"误会|[搞按摁揿撳弄看听说讲]错|{_NO_TROUBLE}[了喇哩咧啦矣嘞]"
)
"""Words that let nobody come, or that it is over."""


def denies_another(text: str, kinds: Collection[str]) -> bool:
    """Whether a line denies no danger but one that nobody told of, or tells another beside it.

    没跌倒 of who has lost the way, and 没摔，就是腿冻得打颤, say nothing of what is the matter.

    Args:
        text: what was said.
        kinds: the kinds of emergency that were named.
    """
    if tells_what_fell(text):
        return False
    if _ALL_BUT.search(text):
        return True
    said = any(words in text for words in _OVER) or _NOTHING_AFTER_ALL.search(text)
    denied = {"fall"} if denies_fall(text) else {"fire_gas", "intruder"}
    return not said and denies_cry(text) and denied.isdisjoint(kinds) and "unspecified" not in kinds


_ALL_BUT = re.compile(
    rf"{_SOUND.pattern}(?:{SOFT})*(?:就是|就系|就|只是|净系|不过)"
    rf"(?!(?:{SOFT})*(?:{_EXCUSES}|{_IDLES.pattern}|{_CHORE.pattern}))"
    r"[^，。]{0,8}[冷冻疼痛晕抖颤嗦慌软麻闷怕惊累乏困喘烧吐迷渴饿肿僵酸袂]"
)
"""One trouble of the body denied, and another told (没跌倒，就是腿冻得打颤)."""


def takes_leave(text: str) -> bool:
    """Whether somebody says goodbye, or that it has passed."""
    return any(words in text for words in ("再见", "拜拜", "再会", "好多了"))


def unhurt(text: str) -> bool:
    """Whether a line says that nothing has happened to anybody (没跌倒好好的, 无病无疼)."""
    said = _SOUND.sub("没有", text)
    if said == text or hurries(said):
        return False
    denied = _DENIES.match(said)
    rest = said[denied.end() :] if denied else said
    return not rest or _IDLES.fullmatch(rest) is not None or orders(rest)
