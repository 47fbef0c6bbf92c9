"""Words of time that are part of a name: 端午路, 初一街, a granddaughter called 端午."""

from __future__ import annotations

from bot.understanding.times.grammar import Matched

_PLACES = (
    *("路", "街", "小区", "社区", "村", "巷", "弄", "苑", "花园", "公园", "广场", "大桥", "桥"),
    *("大厦", "超市", "医院", "饭店", "酒楼", "新村", "木", "上河"),
)
_PEOPLE = ("阿姨", "师傅", "大姐", "大哥", "奶奶", "爷爷", "婆婆", "老师")
_CALLED = ("叫", "名叫", "叫做", "叫作", "名字是", "小名")
_WANTED = tuple("来去过送到接帮上那的")
"""Behind the word it is a time all the same: 叫端午来."""


def is_name(m: Matched) -> bool:
    """Whether a feast or a lunar day names a place or a person."""
    return _behind(m).startswith((*_PLACES, *_PEOPLE)) or is_called(m)


def is_called(m: Matched) -> bool:
    """Whether somebody is called so: 周一平, 端午."""
    if not m.before or not m.before[-1].text.endswith(_CALLED):
        return False
    behind = _behind(m)
    return not m.after or (bool(behind) and not behind.startswith(_WANTED))


def _behind(m: Matched) -> str:
    after = m.after[0] if m.after else None
    return after.text if after and after.start == m.tokens[-1].end else ""
