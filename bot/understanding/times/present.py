"""What tells of the moment of the call: 今儿礼拜三, 现在都五点了, 过了十二点就初一了."""

from __future__ import annotations

import re
from datetime import datetime

from bot.understanding.times import model, resolve
from bot.understanding.times.model import Mention, Said, Says, is_date, is_time

_TODAY_IS = re.compile(r"(?:不就|不|唔|毋|才|都|已经|就)?(?:是|系)?")
_NOW_BEFORE = re.compile(r"(?:现在|而家|这会儿|这阵|都|已经|才|刚|快)是?$")
_TODAY_ALREADY = re.compile(r"(?:现在|而家|都|已经)是?[^，]{2,5}$")
_ASKED_NOW = re.compile("几点[钟了啊哦呀嘛呢，]*$")
_NOW_ONLY = re.compile(r"(?:现在|这会儿?|这阵儿?|这时候?)(?:都|已经|才|刚|快)$")
_TOLD_OF_NOW = re.compile("[^，。来嚟]{0,2}(?:都|已经|才|快)(?!可以|行|好|能)")
"""这阵黑都黑了: what it is like at this moment, no hour wished."""
_IS_MIDNIGHT = re.compile("(?:就|都|也)?算")
"""过了十二点算明天: what the day of the call is, no hour wished."""
_BEGINS_A_DAY = re.compile("(?:一过)?[就都](?:是|系)?[^，,来嚟送派]{1,6}了")
"""过了十二点就元旦了: what day midnight begins."""


def is_time_now(text: str, mention: Mention[Says], now: datetime) -> bool:
    """现在都五点二十了, 五点多了: tells the hour of the call."""
    if isinstance(mention.says, model.SameHour):
        told = _TOLD_OF_NOW.match(text, mention.end) is not None
        return told or text.startswith(("都", "到", "等"), mention.start - 1)
    before = text[: mention.start]
    if isinstance(mention.says, model.Part) and text[mention.end - 1] == "了":
        return before.endswith(("就", "都", "才", "已经"))  # 天就黑了
    if isinstance(mention.says, model.Clock) and _NOW_ONLY.search(before):
        return True
    if isinstance(mention.says, model.Clock) and _is_midnight(text, mention, mention.says.hour):
        return True
    if _ASKED_NOW.search(before) and isinstance(mention.says, model.Clock):
        return mention.says.hour % 12 == now.hour % 12  # 现在几点了哦十点多
    if not text.startswith(("了", "啦", "多了", "咯"), mention.end):
        return False
    if is_date(mention):  # 都九号啦
        today = resolve.resolve(mention.says, now).first == now.date()
        return today and _TODAY_ALREADY.search(text, 0, mention.end) is not None
    if not is_time(mention):
        return False
    if isinstance(mention.says, model.Clock) and mention.says.hour % 12 == now.hour % 12:
        return True
    return _NOW_BEFORE.search(text, 0, mention.start) is not None


def _is_midnight(text: str, mention: Mention[Says], hour: int) -> bool:
    """过了十二点算明天, 过了十二点就元旦了: an hour that only divides the days."""
    if not text.endswith(("过了", "过咗", "过"), 0, mention.start):
        return False
    begins = hour % 12 == 0 and _BEGINS_A_DAY.match(text, mention.end)
    return bool(begins or _IS_MIDNIGHT.match(text, mention.end))


def is_of_a_day(text: str, mention: Mention[Says], later: Said) -> bool:
    """四点左右啦明仔载: the hour of the day behind it, though it is that hour now."""
    beside = bool(later) and is_date(later[0]) and later[0].start - mention.end <= 1
    says = mention.says
    hour = isinstance(says, model.Clock) and not _is_midnight(text, mention, says.hour)
    return beside and hour and _NOW_BEFORE.search(text, 0, mention.start) is None


def names_today(text: str, today: Mention[Says], name: Mention[Says]) -> bool:
    """今儿不是礼拜三嘛: a remark on the day of the call, not a refusal."""
    if today.says != model.Offset(0) or not is_date(name):
        return False
    return _TODAY_IS.fullmatch(text, today.end, name.start) is not None
