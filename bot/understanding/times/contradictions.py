"""Days that hold only where others fail, and names of a day that cannot both be right."""

from __future__ import annotations

import re
from datetime import datetime

from bot.understanding.times import model, resolve
from bot.understanding.times.model import Mention, Said, Says, is_date

_IF_NOT = re.compile(
    r".{0,4}(?:有没有|有冇|能不能|还能|能|[行成中得]不[行成中得]|来得及).{1,6}[不没冇无].{0,4}(?:就|再)(?:是|改)?"
)
_IF_NOT_SO = re.compile(r"([行中成得歇休在来])[不唔毋]\1[啊呢，,]*[不唔毋]\1(?:的话)?就")
"""礼拜天中不中不中就礼拜一."""
_IF_SO = re.compile("(?:要是|若是?|如果|看)?[能会有得].{0,4}就")
"""今天能来就今天…明天一早."""
_IS_IT = re.compile(
    r"(?:那[天日])?(?:不是|不就是|是不是|唔系|毋是|系咪|系唔系|是毋是|是|系)(?:那个)?"
)
_IS_IT_NOT = re.compile(r"(?:那天)?(?:不是|不就是|是不是|唔系|毋是|系咪|系唔系|是毋是)(?:那个)?")
_QUESTION = re.compile(r"[吗嘛吧么啊]|来着")
_ARE_ONE = re.compile(r"那[天日]|(?:那[天日])?(?:也?就是|即系|就系|是|系)")
_BELIEVED_SO = re.compile("[了哩咧啦]?(?:[吧嘛吗]|是吧|对吧|是不是|系咪)")
_NAMED_SO = re.compile(r"[，, ]*(?:就是|是|系|即系)?(?:那个)?")


def is_fallback(text: str, said: Said, refused: list[bool]) -> bool:
    """明天吧明天不行就后天: the second day counts only where the first fails."""
    if _IF_NOT_SO.search(text):
        return True
    for at in range(len(said) - 1):
        again = any(said[at].says == m.says for m in said[:at])
        gap = text[said[at].end : said[at + 1].start]
        others = any(is_date(m) and m.says != said[at].says for m in said[at + 1 :])
        if others and said[at].says == said[at + 1].says and _IF_SO.fullmatch(gap):
            return True
        if _IF_NOT.fullmatch(gap):  # 今晚还能来人不来不了就明天
            return True
        if again and refused[at] and re.fullmatch(r"[^那]{1,4}(?:的话)?就", gap):
            return True
    return False


def _is_another_day(text: str, day: Mention[Says], name: Mention[Says], now: datetime) -> bool:
    """周六清明, of a year in which that feast is on a Sunday."""
    weekday, feast = day.says, name.says
    assert isinstance(weekday, model.Weekday)
    assert isinstance(feast, model.Named)
    if feast.weak or not _NAMED_SO.fullmatch(text, day.end, name.start):
        return False
    found = resolve.resolve(feast, now)
    return found.first is not None and found.first.isoweekday() != weekday.weekday


def are_equated(text: str, day: Mention[Says], name: Mention[Says], now: datetime) -> bool:
    """十七号就是后天, said on any day but the fifteenth: two days are told to be one."""
    if not (is_date(day) and is_date(name)) or not _ARE_ONE.fullmatch(text, day.end, name.start):
        return False
    if isinstance(day.says, model.Shifted | model.Blurred):
        return False  # 端午是礼拜六头天…当天
    one, other = resolve.resolve(day.says, now), resolve.resolve(name.says, now)
    if not (one.single and other.single and one.first and other.first):
        return False
    agree = resolve.fits(name.says, one.first, now) or resolve.fits(day.says, other.first, now)
    return not agree


def is_mistaken(text: str, day: Mention[Says], name: Mention[Says], now: datetime) -> bool:
    """明天除夕了吧, said days before it: the caller believes the day to be another."""
    if not isinstance(name.says, model.Named) or name.says.weak or day.end != name.start:
        return False
    if not isinstance(day.says, model.Offset) or not _BELIEVED_SO.match(text, name.end):
        return False
    found = resolve.resolve(day.says, now).first
    return found is not None and not resolve.fits(name.says, found, now)


def disagree(text: str, day: Mention[Says], name: Mention[Says], now: datetime) -> bool:
    """后天星期六, said on a Wednesday, whatever is wished of it: one of the two is wrong."""
    if isinstance(day.says, model.Weekday) and isinstance(name.says, model.Named):
        return _is_another_day(text, day, name, now)
    named = isinstance(day.says, model.Offset | model.Named | model.MonthDay | model.LunarDay)
    if not named or not isinstance(name.says, model.Weekday):
        return False
    if name.says.weeks is not None and not _IS_IT.fullmatch(text, day.end, name.start):
        return False
    gap = _IS_IT_NOT.fullmatch(text, day.end, name.start)
    asked = gap and (_QUESTION.match(text, name.end) or gap[0][0] in "系是")
    if not asked and not _NAMED_SO.fullmatch(text, day.end, name.start):
        return False
    found = resolve.resolve(day.says, now).first  # type: ignore[arg-type]
    if name.says.weeks is not None and found is not None:
        return found != resolve.resolve(name.says, now).first
    return found is not None and found.isoweekday() != name.says.weekday
