"""Yes, no, or "yes, but": answers to a question or to slots that were read back."""

from __future__ import annotations

import re
from typing import Literal

from bot.understanding.normalise import simplify

Answer = Literal["yes", "no", "change"]

_ASIDE = re.compile(
    r"不好意思|唔好意思|歹势|对不起|对唔住|对面|对门|反对|绝对|没对象|对象|不要紧|唔紧要|无要紧|不客气|没关系|莫来头|不着急|不急|"
    r"是不是|行不行|好不好|对不对|可不可以|可唔可以|系唔系|好唔好|要不要|得唔得|能不能|中不中|好无|着无(?!毋?[着错])|成不成|要得不|"
    r"(?:对|好|行|是|可以|要得|中|成)(?:吗|么|吧？|？|不？)|好像|好多|好几|好久|好人|好说|好看|好吃|好听|好大|你好|您好|恁好|"
    r"还行|是谁|是哪|是什么|是啥|对了(?=我|你|还|那|，我)|好了没(?!问题|事|错)|行李|行路|一行|银行|中午|中昼|中饭|中山|中医|中心|中国|中街|中路|家中|中风|成都|成天|成日|对联|"
    r"系统|关系|联系|睡着|等着|看着|坐着|躺着|跟着|拿着|听着|忙着|记着|留着|放着|着急|着火|不得了|了不得|舍不得|记不得|怪不得|"
    r"就是(?:说|想|要|在|有|那|我|不|没|问)|好(?:闷|门|冷|热|痛|疼|累|难|高|贵|慢|快|想|怕|惊|晕|辛苦|凄|孤|忙|黑|远|丑)|"
    r"(?<![没冇无有得])别(?:的|个|样|项)|没事找|不怎么|不大|不太清楚|不清楚|不知道|不晓得|唔知|毋知"
)
"""Words that look like an answer and are none, or that only soften one."""
_WRONG = "[错挫措锉]"
"""As it is said, and as it is misheard."""
_YES_PHRASE = re.compile(
    rf"(?:没有?|冇|无|莫得)(?:问题|毛病|{_WRONG}|意见)|没得问题|无毋着|没得错|没得事|没意见|不错|差不多|可不是|可不咋的|错不了|不会错|不用改|不改了|不变|不用问|"
    r"免阁问|免再问|就这样|就这么|就按这|按这个|就这个|就那个|就系咁|就恁样|就按|照办|照这|按呢好|确认|同意|必须的|那必须|当然|肯定|正是|就是"
)
_NO_PHRASE = re.compile(
    r"不是|不对|不行|不要|不用|不可以|不可|不好|不成|不同意|不想|不去了|不订|不约|不能|不得行|不中|不妥|不消(?!化|失|停|毒|耗|极|息|气|费|除|灭|炎|肿)|别|甭|莫要|莫|要不得|"
    r"免(?:约|来|送|订|啦|了|啊|$)|毋是|毋着|毋好|毋通|毋免|毋爱|毋|唔系|唔对|唔好|唔得|唔要|唔使|唔爱|唔着|唔|袂使|袂当|做唔得|使唔得|错了|错啦|错咗|错哩|搞错|弄错|听错|"
    r"算了|(?:无|那)?就煞|煞煞去|准煞|取消|拉倒|退了|冇要|没有|冇|没说|没要|没那个|没得|没有|^没|^不"
)
_YES_WORD = re.compile(
    r"啱晒|啱喇|啱啦|啱呀|啱|是的|是滴|是啊|是呀|是呢|是嘞|是咧|是哩|是哇|系呀|系啊|系欸|系嘅|系|着啦|着着|着哩|着|对头|对的|对啊|对呀|对哇|对咧|对|好的|好嘅|好嘞|好咧|好哇|好啊|好呀|"
    r"好吧|好滴|好|行哇|行啊|行吧|行呗|行嘞|行咧|行|要得|中|成|能行|能成|做得|使得|会使|会用得|会当|可以|得喇|得|嗯呐|嗯哪|嗯|欸|唉|诶|妥了|妥|噢|哦|喔|OK|ok|Ok|啊对|是"
)
_YES_AT_END = re.compile(
    rf"(?<![不唔毋太大])(?:对头|对|着|系|[没冇]{_WRONG}|无毋着)(?:[了啦嘞咧哩喇呀啊哇的着嘅])*$"
)
"""What ends a line that says yes by saying it all again (十四号下午三点对着咧)."""
_WANTED = re.compile(
    "(?:我|俺|阮|涯|咱)?(?:就|是|系|肯定|当然)?(?:要|欲|爱){1,3}[的呀啊嘛啦哩咧嘞哇呢嘅]*"
)
"""我要: who wants it agrees."""
_PHRASE_START = re.compile(r"(?:[，。！,、 啊呀哦嗯欸诶唉噢喂那就都也哎]|^[对好行是系着嗯])$")
_FILLERS = re.compile(r"^[，。！,、 啊呃喂哎那个]+")
A_FEW, SHORT = 8, 24
"""Lengths up to which an answer may stand anywhere, and a correction is one without being asked."""
AT_START = 3
"""How far into a longer line its answer may begin."""
_CHANGES = re.compile(
    r"改成|改为|改到|改在|改做|改一下|改个|改下|改成|换成|换到|换个|换一|换做|改|应该是|我说的是|我讲的是|我要的是|要的是|应系|而是|挪到|推到|推迟|提前|提早|往后|往前|调到|调成"
)
_CONTENT = re.compile(
    r"[0-9零一二三四五六七八九十两半]+(?:点|号|栋|楼|单元|月|日|室|块|份|次|个)|"
    r"上午|下午|早上|晚上|中午|明天|后天|今天|大后天|礼拜|星期|周[一二三四五六日天]|下晡|下昼|朝早|后晌|前晌|明仔载|听日|天光日|今晡|"
    r"打扫|洗澡|送饭|陪诊|理发|我妈|我爸|老伴|路|街|小区|村"
)
"""What somebody who corrects brings along."""
_CONTRAST = re.compile(r"(?:不是|毋是|唔系|不要|唔要|莫要).{1,10}?(?:是|系|要)(?!不)")


def yes_no(text: str, context: str | None = None) -> Answer | None:
    """What an answer says to a question or a read-back.

    Args:
        text: what was said.
        context: what Anban asked; at "confirm" a correction with its content is a change.

    Returns:
        "yes", "no", "change" (not so, but thus: 不是下午是上午), or None where the line
        says neither.
    """
    plain = simplify(text).strip()
    bare = _FILLERS.sub("", _ASIDE.sub("，", plain))
    asked = context == "confirm"
    content = bool(_CONTENT.search(plain))
    if asked and _WANTED.fullmatch(bare):
        return "yes"
    if (asked or len(plain) <= SHORT) and _changes(plain, bare, content):
        return "change"
    reach = len(bare) if len(plain) <= A_FEW else AT_START
    no, yes = _first(_NO_PHRASE, _YES_PHRASE.sub("，", bare), reach), _first_yes(bare, reach)
    if no is not None and (yes is None or no <= yes):
        return "change" if asked and content and not _denies_only(bare) else "no"
    if yes is None and no is None and len(plain) <= SHORT and _YES_AT_END.search(bare):
        return "yes"
    if yes is None or (no is not None and no <= yes + 1):
        return None
    return "yes"


def _changes(plain: str, bare: str, content: bool) -> bool:
    """Whether something else is put in the place of what was read back."""
    if re.search(r"不用改|不改|唔使改|毋免改|免改|没改", plain):
        return False
    return content and bool(_CHANGES.search(bare) or _CONTRAST.search(bare))


def _first(pattern: re.Pattern[str], text: str, reach: int) -> int | None:
    found = pattern.search(text)
    return found.start() if found and found.start() <= reach else None


def _first_yes(text: str, reach: int) -> int | None:
    """Where the first word of assent stands; short ones count only at the start of a phrase."""
    phrase = _first(_YES_PHRASE, text, reach)
    for found in _YES_WORD.finditer(text[: reach + 4]):
        before = text[: found.start()]
        if found.start() <= reach and (not before or _PHRASE_START.search(before)):
            return min(found.start(), phrase) if phrase is not None else found.start()
    return phrase


def _denies_only(text: str) -> bool:
    """Whether the content belongs to what is refused (那天不行) rather than to something new."""
    end = max((found.end() for found in _NO_PHRASE.finditer(text)), default=0)
    return not _CONTENT.search(text[end:])
