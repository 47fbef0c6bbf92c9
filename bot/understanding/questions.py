"""A question on what the state gives, told as a story: whether a line asks one, and which one.

隔壁王婶领了啥服务券，我八十三了，咋没我的份 orders nothing, whatever services it names; and of
我老伴上个月没的，听收音机说有个一键通，给啥样人安 only the end is the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.understanding.normalise import normalise, simplify

_ME = "(?:[我俺涯阮咱侬]|自己)"
_GIVEN = re.compile(
    r"政府|国家|公家|官府|民政|政策|文件|规定|补贴|补助|津贴|(?:服务|养老|助老|消费|代金|助餐)券|低保|五保|特困|"
    r"(?:高龄|长寿|养老|护理|老龄)(?:钱|费|金|险|补)|长护险|一[键件]通|享受|待遇|名额|资格|够格|条件|"
    rf"报销|双份|评上|评级|优待|免费|(?<![用再])[不毋唔免](?:要|使|用|爱)?钱|{_ME}(?:的|个|嘅)?份"
)
"""What the state gives, and the words it gives it by."""
_PLACE = (
    r"(?:照料|托养|服务|活动|养老|日照)(?:中心|站)|"
    r"(?:长者|老年|老人|社区)(?:食堂|饭堂|灶)|[养敬]老院|幸福院"
)
_OFFERS = re.compile(
    rf"(?:问|打听|晓得|知道|知影|了解)[^，。]{{0,12}}(?:{_PLACE})[^，。]{{0,8}}"
    r"(?:有(?:没有|冇|无)?|能|可以|做|干|管|提供|会)[^，。]{0,3}(?:啥|什么|么个|乜|咩|哪些|哪样|啥物)"
)
"""What a house of the state's offers (问下日间照料中心有啲咩做)."""
_WHO_MAY = (
    r"算不算|算唔算|符不符合|合不合|够[不唔毋]够|[够能][^，。]{0,2}上[不没无]|能不能|可不可以|做得无|有得无|"
    rf"轮[得不唔毋]?[得唔不]?[到着倒]|[有没无冇]有?{_ME}的?份|"
    r"(?:[啥哪乜咩]|什么|么个|么样|啥物|哪些|哪样|哪种|何等)(?:样|子|款|号|种)?(?:的|个|嘅)?(?:人|老人|老头)|"
    rf"(?:[像如]|跟)?(?:{_ME}|伊|佢|他|她)(?:们)?(?:这|咁|恁|安呢|迭)(?:样|款|种|号|个|情况)"
)
_IS_IT_SO = (
    r"是不是|系唔系|系咪|是毋是|真的假的|是真(?:的)?[吗么嘛个]|真个冇|当真|有影|敢有|敢会|有没有|有冇|有无|"
    r"[能会][给领拿享]|给不给|有这[回个码]?事|还是派|定系"
)
_HOW_MUCH = r"多少|好多钱|几多|若[济多]|偌[济多]|几[块钱箍元百]|[没冇未无毋]说清|几岁|多大|上了?几"
_WANTS_TO_KNOW = (
    r"问[你您下一个声哈]|问问|打听|请教|查[查下]|(?:想|欲|要)(?:晓得|知道|知影|了解)|"
    r"[搞弄][不唔毋][清明懂]|咋个?|怎么|按怎|点样|点解|哪会|到底|[吗么呢]$|[没冇无不唔]$"
)
_ASKS = re.compile("|".join((_WHO_MAY, _IS_IT_SO, _HOW_MUCH, _WANTS_TO_KNOW)))
_TOLD = re.compile(
    r"(?:听|有人|人家|他们|伊们|收音机|广播|电视|手机上|报纸|村里|社区|街道|小区|楼[上下里]|隔壁|邻居|老[^，。]|[^，。]的人|"
    r"[哥姐嫂婶姨叔伯嬷嬢娘妈爸爷奶婆公佬姑舅友事他她佢伊])[^，。？！]{0,9}?(?:[上里]头?)?(?:[说讲话港写]|摆起)"
    r"(?:[的得起着道过咗了是]|(?![话说费]))"
)
"""Who told of it: what follows is what they told (隔壁刘婶说…)."""
_OPENS = re.compile(
    r"(?:我?(?:[就只]是|来|想|要|欲|爱|先)*(?:问问?|打听|请教|咨询)(?:[你您下一个声哈件项点]|们|事儿?情?|代志|件事|清楚|看看)*)|"
    rf"{_ME}(?:就|只)?(?:想|要|欲)(?:晓得|知道|知影|了解)(?:一下|下)?|{_ME}?(?:就|也)?(?:寻思|琢磨|谂住|想着)"
)
"""Words that open a question."""
_CLOSES = re.compile(
    r"(?:[你您恁]们?)?(?:给|帮|替|同|共|甲)?(?:[我俺涯阮]们?)?(?:查[查下]|问[问下]|看[看下]|说说|讲讲)[^，。]{0,3}$"
)
"""Words that only ask for an answer."""
_IN_A_PAPER = re.compile(
    r"^(?:(?!20\d\d|[二两][零〇])[^，。]){0,24}?(?:方案|文件|办法|意见|通知|条例|细则|规划)"
    r"(?:里[头面边]|上[头面]|内底|入面|内头|[里上中内头])(?:写|说|讲|规定)?(?:的|是)?"
)
"""Words that only name the paper it stands in (市里那个三年行动方案里头); a year tells which."""
_BESIDES = re.compile(r"(?:另外|还有就?是?|顺便|顺带|同埋|仲有)[^？?]*?(?=[订约送派叫喊买]).*$")
"""An errand behind the question."""
SHORT = 24
"""Characters up to which a line is its question."""
FEW = 5
"""Characters that are no question of their own."""
MOST = 6
"""Readings of a line: each is looked up in turn, and somebody waits."""
BEFORE, AFTER = 6, 14
"""Characters around a word of what the state gives that tell what is meant."""


def asks_policy(text: str) -> bool:
    """Whether a line asks about what the state gives, in words that leave no doubt."""
    plain = simplify(text)
    given = _GIVEN.search(plain) is not None and _ASKS.search(plain) is not None
    return given or asks_of_a_place(text)


def asks_of_a_place(text: str) -> bool:
    """Whether a line asks what a day centre, a canteen or the like offers."""
    return _OFFERS.search(simplify(text)) is not None


def asks_whom_to_ring(text: str) -> bool:
    """Whether a line asks for the number of an office or a line (养老平台打哪个号来着)."""
    return _WHOM_TO_RING.search(simplify(text)) is not None


_WHOM_TO_RING = re.compile(
    r"(?:平台|热线|专线|民政|居委|社区|街道|援助|咨询|举报|监督|服务中心)[^，。]{0,14}?"
    r"(?:[打拨敲挂拍][^，。]{0,3}(?:哪|啥|什么|几|乜|边|佗|么个)[^，。]{0,2}号|(?:哪|啥|什么|几多?|多少|乜|边|佗|么个)个?号(?!来(?!着))|电话(?:是|系)?(?:多少|几)|号码|(?:那个|的)?(?<![几多])号(?:[来是系啊呀呢吗么]|$))"
)
"""Words that ask what number somebody has."""


def asks_where_to_ask(text: str) -> bool:
    """Whether a line wants to know where a matter is asked about (欲佗位问详细，社区乎)."""
    return _WHERE_TO_ASK.search(text) is not None


_WHERE_TO_ASK = re.compile(
    r"(?:哪(?:里|儿|搭|圪|个地方|块儿?)|佗位|叨位|边度|边处|奈位|哪位置|啥地方|什么地方|乜地方|么个地方)"
    r"(?:才|去|能|可以|好)*(?:问|打听|咨询|了解)"
)
"""Words for the place at which one asks."""


def asks_whether_it_comes(text: str) -> bool:
    """Whether a line ends by asking if what is ordered still comes (涯妈天光日个饭还有送冇).

    Or it asks when, as somebody who has forgotten (约了师傅剪头，记不得几时来).
    """
    plain = simplify(text)
    return _STILL_COMES.search(plain) is not None or _FORGOT_WHEN.search(plain) is not None


_STILL_COMES = re.compile(
    r"(?:还|犹|阁|仲)(?:有|会|得|要|爱)?(?:送(?!人)|来(?:送|做|洗|修|剪|剃|打扫))[^，。]{0,2}"
    r"(?:[冇没无未]有?|[吗么]|不[来送]?)[啊呀呢咧个，。？?]*$"
)

_WHEN = (
    r"(?:几时|何时|底时|底当时|当时|啥时候?|什么时[候间]|么个时[候间]|乜嘢?时候|几点钟?|"
    r"[哪佗]一?[天日工]|几[号日])"
)
_FORGOT_WHEN = re.compile(
    r"(?:[唔不毋没袂未冇](?:太|大)?(?:记得|记着)|记[不唔毋袂][得清起着住]|忘[了记掉]+|[想忆][不唔毋袂]起)"
    r"[^，。]{0,6}"
    rf"{_WHEN}(?:要|会|欲|爱|过|再)*(?:来(?!着)|嚟|到|上门)"
)
"""Words of somebody who does not know any more when it is that somebody comes."""


def readings(text: str) -> tuple[str, ...]:
    """A question as it can be looked up: as it was said, in standard words, without its story.

    Args:
        text: what was said.
    """
    plain = normalise(text).text
    alone = (_BESIDES.sub("", simplify(text)), _BESIDES.sub("", plain))
    shorter = (one for whole in alone for one in (whole, *_without_story(whole)))
    return tuple(dict.fromkeys((text, plain, *shorter)))[:MOST]


def asks(text: str) -> bool:
    """Whether a line has the words of a question."""
    return len(text) > FEW and _ASKS.search(text) is not None


def _without_story(text: str) -> Iterator[str]:
    """The end of a long line that still is a question, the longest first; then its two cores.

    What only names the paper that it stands in is no part of the question.
    """
    if len(text) <= SHORT:
        return
    alone = _IN_A_PAPER.sub("", text)
    if alone != text and asks(alone):
        yield alone
    cuts = {found.end() for words in (_TOLD, _OPENS) for found in words.finditer(text)}
    for cut in (0, *sorted(cuts)):
        rest = _CLOSES.sub("", text[cut:])
        if asks(rest):
            yield rest
    given, asked = _GIVEN.search(text), list(_ASKS.finditer(text))
    if given and asked and asked[-1].start() > given.end() + AFTER:
        core = text[max(0, given.start() - BEFORE) : given.end() + AFTER]
        yield core + text[max(given.end() + AFTER, asked[-1].start() - BEFORE) :]
