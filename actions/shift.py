"""A day or an hour that is told by how much earlier or later it shall be (早一天，推迟半个钟头)."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

_EARLIER = "提[前早]|往前(?:挪|提|移|改)?|早|提"
_LATER = "推[迟后]|往后(?:挪|推|移|改)?|[晚迟]|延后?|延迟|押后|挪后"
_ONES = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7}
_BY = re.compile(
    rf"(?<![今明后昨当听寻])(?:(?P<earlier>{_EARLIER})|(?P<later>{_LATER}))"
    r"(?:个|它|啲|咗|上|佢|伊|一?下)?(?:(?P<half>半)|(?P<number>[一两二三四五六七1-7]))个?(?P<more>半)?"
    r"(?P<unit>天(?!光)|日(?!头)|工(?!夫)|礼拜|星期|周|钟头|小时|点钟|钟(?!点))"
)


def shifted(text: str, day: str | None, hour: str | None) -> tuple[str | None, str | None] | None:
    """The day and the hour that a line moves to, where it tells by how much.

    Args:
        text: what was said.
        day: the day it stands on (YYYY-MM-DD), or None.
        hour: the hour (HH:MM), a part of the day, or None.

    Returns:
        Day and hour after it; None where the line names no such step, or it cannot be taken.
    """
    found = _BY.search(text)
    if found is None or day is None:
        return None
    sign = -1 if found["earlier"] else 1
    number = 0.5 if found["half"] else float(_ONES.get(found["number"]) or found["number"])
    number += 0.5 if found["more"] else 0.0
    if found["unit"] in ("天", "日", "工", "礼拜", "星期", "周"):
        days = number * (1 if found["unit"] in ("天", "日", "工") else 7)
        if days != int(days):
            return None
        return (date.fromisoformat(day) + timedelta(days=sign * int(days))).isoformat(), hour
    if hour is None or ":" not in hour:
        return None
    moved = datetime.fromisoformat(f"{day}T{hour}") + timedelta(hours=sign * number)
    return moved.date().isoformat(), moved.strftime("%H:%M")
