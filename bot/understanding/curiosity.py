"""What somebody wants to know of another person: where they live, when they are alone, their code.

It may only be told to who is bound to them; and however urgently it is asked, nobody is in danger.
"""

from __future__ import annotations

import re

from bot.understanding.normalise import simplify

_OTHER = r"[她他佢伊渠]|老人家?|[我俺涯阮](?:妈|爸|娘|爹|婆|公|爷|奶|姑|姨|叔|伯|舅)"
_PLACE = r"地址|住址|门牌|住(?:在)?(?:哪|边|乜|啥|什么)|几号楼|门锁|密码|钥匙|电话|手机号|号码"
_TELL = (
    r"告诉我|[话讲][我涯]知|[话讲]分涯|话俾我|讲给我|说给我|讲予我|发(?:给)?我|报(?:给)?我|"
    r"[给予俾畀]我[讲说发个]"
)
_PARTICULARS = re.compile(
    rf"(?:{_OTHER})[^，。]{{0,8}}(?:{_PLACE})[^，。]{{0,6}}(?:{_TELL})|"
    rf"(?:{_TELL})[^，。]{{0,6}}(?:{_OTHER})[^，。]{{0,6}}(?:{_PLACE})"
)
_STRANGER = (
    r"老(?![人伴头婆公妈爸爷奶家娘汉的是早街城区路屋房楼地])[一-鿿]|隔壁|邻居|厝边|街坊|楼[上下]|对门|"
    r"[那嗰彼]个?(?:老头|老太|阿婆|阿伯|阿公|婆婆|大爷|大妈)|(?:别|其他|别家)的?(?:人|老人)|所有(?:的)?老人"
)
"""Words for people who are no kin of the caller's."""
_THEIRS = rf"{_PLACE}|身份证|[住家](?:在)?(?:哪|边|佗|啥)"
_TOLD_ME = rf"{_TELL}|给我(?:一?[下个份])?(?=[吧嘛呗呀。，]|$)|畀我(?:一?[下个])?(?=[啦吖。，]|$)"
_OF_STRANGERS = re.compile(
    rf"(?:{_STRANGER})[^，。]{{0,18}}(?:{_THEIRS})[^，。]{{0,8}}(?:{_TOLD_ME})|"
    rf"(?:{_TELL}|[查导][一下出]{{0,2}})[^，。]{{0,6}}(?:{_STRANGER})[^，。]{{0,8}}(?:{_THEIRS})"
)
_WHEN = r"几点|几时|何时|什么时候|啥时候|乜时|[边哪]个?(?:钟头|时间|钟点)"
_ALONE = r"一个人|自己[在喺]|自个儿在|[没冇无]人|在家|喺屋企|佇厝|在屋"
_HABITS = re.compile(rf"(?:{_OTHER}).{{0,14}}(?:{_WHEN})[^，。]{{0,4}}(?:{_ALONE})")
_NOW_AT = re.compile(
    rf"(?:{_OTHER})[^，。]{{0,8}}?(?:在|佇|伫|喺|到|跑)(?:了|咧|紧)?(?:哪|佗|边[度处个]|啥地|什么地|么个地|何处)|"
    rf"(?:{_OTHER})(?:的|个|嘅)?[^，。]{{0,3}}(?:定位|位置)"
)
"""Words for where another one is at this moment."""
_CALLS_ITSELF_KIN = re.compile(
    r"[我俺涯阮][是系][^，。]{0,8}(?:[甥侄孙表堂婿媳儿女弟妹哥姐]|亲[戚情]|朋友|邻居|厝边)"
)
"""Somebody who says by which bond they ask (我是伊外甥)."""
_IN_NEED = re.compile(
    r"不见|唔见|毋见|找不|揾唔|搵唔|走丢|走失|没回|冇返|摔|跌|晕|敲门|不接|唔听|冇人听|救|危险"
)
"""Words of who looks for somebody, or fears for them."""


def pries(text: str) -> bool:
    """Whether a line asks where another one lives, how to reach or to get in to them, or when.

    So does who names their bond and asks where the other one is. Who looks for somebody that is
    lost, or does not answer, does not pry.
    """
    plain = simplify(text)
    asked = _PARTICULARS.search(plain) or _HABITS.search(plain)
    asked = asked or (_CALLS_ITSELF_KIN.search(plain) and _NOW_AT.search(plain))
    return asked is not None and _IN_NEED.search(plain) is None


def pries_on_strangers(text: str) -> bool:
    """Whether a line asks for the number or the home of somebody who is no kin of the caller's.

    Whoever asks is told nothing (把老赵的门牌号发我); who fears for a neighbour does not pry.
    """
    plain = simplify(text)
    return _OF_STRANGERS.search(plain) is not None and _IN_NEED.search(plain) is None


def asks_where_now(text: str) -> bool:
    """Whether a line asks where another one is at this moment, whoever asks it."""
    plain = simplify(text)
    return _NOW_AT.search(plain) is not None and _IN_NEED.search(plain) is None
