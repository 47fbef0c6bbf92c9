"""Whether what a line names is said to be so: claimed, denied, asked, past, or hoped for."""

from __future__ import annotations

import re
from enum import Enum


class Mood(Enum):
    """How a thing is spoken of."""

    SO = "so"
    NOT_SO = "not so"
    OPEN = "open"
    """under way, past or not known: nobody but the community can tell"""
    UNSAID = "unsaid"
    """asked about, supposed, or beside the point"""


_FALSE_NO = re.compile(
    r"不(?:过|好意思|瞒[你您]?|但|光|仅|错|是说|用说|怕[你您]笑)|没(?:错|事)|差不多|无论|非常|除非"
)
_SOMETHING = re.compile(r"(没有?|不是)(?:什么|啥)")
_WHATEVER = re.compile(r"(?:什么|啥)(?:都|也)(?=不|没)")
_ASKED = re.compile(
    r"[？?]|什么|啥|怎么|咋|如何|哪|谁|咩|乜|么个|多少|吗|(?:呢|么)$|(?<=..)[不没冇无]$|([是有算要够能行]|可以|符合)[不没冇唔毋]\1|是否|"
    r"有没有|指的|意思|请问|想知道|问(?:一)?[下问声]|关系|要紧"
)
_SUPPOSED = re.compile(
    r"要是|如果|假如|假使|倘若|若是?|万一|比如|譬如|比方|只要|只有|必须|一定[要得]|需要|非得?要?(?=是|有|办)|[要得](?=是|有|办|满|到)|"
    r"的话|才(?=$|能|可以|给|有|行|算|享受)|(?:那|这)(?:些|种|样)|凡是|属于哪|优先|包括"
)
_UNKNOWN = re.compile(
    r"不(?:知道|清楚|晓得|太清楚|记得|确定|明白|懂|了解)|说不[好准清定]|没(?:评|查|鉴定)过|搞不清|记不|弄不[清懂]|"
    r"可能|也许|大概|好像|应该|估计|差不多|似乎|听不懂|唔知|唔清楚|毋知|没听"
)
_PENDING = re.compile(
    r"[想要准](?:备)?(?:申?办|申请|评|报|弄|领|吃|搞)|打算|正?在(?:申?办|申请|评|审|等|走|跑|弄|报|排)|"
    r"(?:还|都|一直|老)?(?:没|未|冇|不曾)(?:有)?(?:申?办|批|审|评(?!上)|弄|定|下|公示|通过)[^，。没不]{0,5}(?:下来|好|完|成|过|到|出来|手)?|"
    r"审(?:核|批|查)|还在|等(?:着|批|结果|通知|消息|公示)|公示|报上去|递(?:了|上)|交(?:了|上)[^，]{0,3}(?:材料|表)|刚(?:刚)?(?:申请|交|递|报|填)|"
    r"申请(?:了|过|中|着)|填了?表|明年|后年|下个?[月周]|以后|将来|快要?(?:办|批|评|下|有|是|成)|马上|就要|过(?:几|两)[天个]|"
    r"差(?:一)?点|争取|材料|被(?:拒|驳|退)|驳回|退回|没(?:通过|过审)"
)
_CEASED = re.compile(
    r"取消|停了|注销|退(?:了|出|掉)|没了|不再|到期|摘帽|脱贫|作废|收回|拿掉|刷下|(?:不是|不算|没有|没得|不吃|不领|领不到|吃不到|不享受)了|去掉"
)
_PAST = re.compile(
    r"以前|从前|过去|原来|原先|早先|早些年|先前|曾经|曾|当年|那(?:时候?|会儿|阵|几年)|年轻(?:时|的时候)|"
    r"(?:前几|去|前|上|那)年(?:还|都|就)?(?:是|有|吃|领|拿)|(?:吃|当|领|拿|有|享受|是)过|到(?:去|前)年"
)
_NEVER = re.compile(r"(?:从来?|压根|根本|一次|一回|一天)(?:都|就|也)?(?:没有?|不是|不)[^，]{0,3}$")
_NO_WORD = (
    r"(?:不是|没有|没得|不算|不属于|算不上|评不上|够不上|沾不上|轮不上|哪有|哪是|并非|不曾|从没|"
    r"唔系|毋是|莫得|冇|没|不|未|非|无)"
)
_DENIED = re.compile(
    rf"{_NO_WORD}(?:是|有|什么|啥|算|属于|办|评上?|领过?|吃|享受|上|过|到|得|个|这个|那个|任何|城乡|农村|城市|国家|政府|的|住|跟|拿|叫|做|食)*$"
)
_DENIED_AFTER = re.compile(
    r"^(?:户|证|家庭|人员|对象|供养|保障|老人|人)*(?:这个|那个|那些|这些|这|那)?(?:我|我家|家里|咱)?"
    r"(?:还|都|也|就|又|嘛|啊|呢|更|肯定|是)*(?:没有?(?!批|办|下|审|评|弄|通)|不是|不算|没得|冇|莫得|算不上|够不上|评不上|没份|轮不[上到]|不够|谈不上|不沾)"
)
_NEITHER = re.compile(
    r"^(?:们)?(?:却|倒|可|自己|就|都|也|又|还)?(?:不是|没有|没得|不算|没|算不上|够不上|轮不上)(?:的|啊|呀|嘞|哩)?$"
)
_FAR_NO = re.compile(r"不|没|冇|未|唔|毋|莫|无|非")
_CLAIM = re.compile(
    r"能不能|能|可不可以|可以|够|行不行|行[吗么不]|享受|轮|符合|有资格|给不给|给(?=办|发|我)|咋|怎么|线上|线下|上门|助餐|服务|券|政府|算(?!不上)|对不对|成不|中不|有没有我|有份"
)
_MANNER = re.compile(r"(?:怎么|咋|如何|怎样|按怎|点样)(?:个|样)*(?:算|定|评|认|分|界定)")
"""How something is reckoned: a question of what it is."""
_GENERAL = re.compile(r"^(?:户|家庭|人员|对象|供养|的|老人|人|老年人|、|和|或)*$")
_AFTERTHOUGHT = re.compile(
    r"^(?:但是?|可是?|不过|现在|如今|后来|去年|今年|前年|就是|只是|也|还|都|已经|早|又)*(?:给|被|让)?(?:人|他们|社区)?(?:不是|没有|没得|没|不|冇|未|取消|停|退|注销|在审|在办|还在|正在|等|审|批不|办不|拖|卡|收回|作废|申请|材料|是说|那是|是以前|是从前|过期|到期)"
)


def asks(text: str) -> bool:
    """Whether a stretch asks, or supposes."""
    plain = _cleared(text)
    return bool(_ASKED.search(plain) or _SUPPOSED.search(plain))


def is_open(text: str) -> bool:
    """Whether a stretch tells of what is under way or over, or not known."""
    plain = _cleared(text)
    return any(words.search(plain) for words in (_UNKNOWN, _PENDING, _CEASED, _PAST))


def takes_back(text: str) -> bool:
    """Whether a stretch says of what was named before that it is not so, or not so yet."""
    plain = _cleared(text)
    return bool(_AFTERTHOUGHT.match(plain))


def denies(text: str) -> bool:
    """Whether a stretch says nothing but that what was named before is not so."""
    return bool(_NEITHER.match(text))


def mood(before: str, after: str, rest: str, *, lasting: bool, subject: bool) -> Mood:
    """How a thing is spoken of.

    Args:
        before: the stretch up to where it is named.
        after: the stretch from there on.
        rest: the stretch without anything that is named in it.
        lasting: once so, it stays so, like having lost one's only child.
        subject: the stretch says of whom it speaks.
    """
    before, after, rest = _cleared(before), _cleared(after), _cleared(rest)
    claim = _CLAIM.search(after)
    head = before + (after[: claim.start()] if claim else after)
    if _MANNER.search(after):
        return Mood.UNSAID
    if _UNKNOWN.search(rest):
        return Mood.OPEN
    if _ASKED.search(head) or _SUPPOSED.search(head):
        return Mood.UNSAID
    if claim and not subject and not before and _ASKED.search(after):
        return Mood.UNSAID
    named = after[: claim.start()] if claim else ""
    if re.search(r"的(?:老?人|老年人|家庭)?$", named) and _GENERAL.match(named) and not subject:
        return Mood.UNSAID
    if _PENDING.search(rest):
        return Mood.OPEN
    if _NEVER.search(before):
        return Mood.NOT_SO
    if not lasting and _CEASED.search(rest):
        return Mood.NOT_SO
    if not lasting and _PAST.search(rest):
        return Mood.OPEN
    if _DENIED.search(before) or _DENIED_AFTER.match(after):
        return Mood.NOT_SO
    cut = rest[: found.start()] if (found := _CLAIM.search(rest)) else rest
    return Mood.UNSAID if _FAR_NO.search(cut) else Mood.SO


def _cleared(text: str) -> str:
    """Without words that only look like a denial or a question."""
    plain = _SOMETHING.sub(r"\1", _FALSE_NO.sub("", text))
    return _WHATEVER.sub("", plain)
