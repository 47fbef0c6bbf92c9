"""Words of time that are part of a name: 端午路, 初一街, a granddaughter called 端午."""

from __future__ import annotations

import re

from bot.understanding.times.grammar import Matched

_PLACE = re.compile(
    r"花苑|家园|嘉园|小区|(?:社区|超市|医院|饭店)(?![请发开让有管组要搞办放休])|公园|花园|广场|大桥|桥(?!头)|大厦|"
    r"酒楼|新村|巷|苑|木村|村(?![里口])|"
    r"[路街](?:$|[口边上0-9一二三四五六七八九十])"
)
_PLACE_BEHIND = re.compile(
    r"[^去到在来回过要我你他她那的天日晚早吃赶逛看进拜走烧爬串，,]{1,3}(?:公园|广场|[园寺庙巷苑庵]|[路街](?:$|[口边0-9一二三四五六七八九十]))"
)
"""清明上河园: what no verb stands in front of is part of the name."""
_PERSON = re.compile(r"(?:阿姨|师傅|大姐|大哥|老师)(?!.*[来去要过派到上帮做洗理扫接送])")
_CALLED = ("叫", "名叫", "叫做", "叫作", "名字是", "小名")
_SCHOOL = ("读", "念", "考", "讀")
_WANTED = tuple("来去过送到接帮上那的")
"""Behind the word it is a time all the same: 叫端午来."""


def is_name(m: Matched) -> bool:
    """Whether a feast or a lunar day names a place or a person."""
    behind = _behind(m)
    if m.before and m.before[-1].text.endswith(_SCHOOL):
        return True  # 读初三
    place = _PLACE.match(behind) or _PLACE_BEHIND.match(behind)
    return bool(place or _PERSON.match(behind)) or is_called(m)


def is_called(m: Matched) -> bool:
    """Whether somebody is called so: 周一平, 端午."""
    if not m.before or not m.before[-1].text.endswith(_CALLED):
        return False
    behind = _behind(m)
    return not m.after or (bool(behind) and not behind.startswith(_WANTED))


def _behind(m: Matched) -> str:
    """What is said on without a break."""
    text, end = "", m.tokens[-1].end
    for token in m.after:
        if token.start != end:
            break
        text, end = text + token.text, token.end
    return text
