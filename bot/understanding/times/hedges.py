"""Days that are named but not fixed: from one on, weather permitting, one or its neighbour.

What is said of such a day (最早也得后天, 后天不下雨就来, 礼拜四或五) leaves it open, however
plainly it is named; the caller is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.understanding.times import model, resolve
from bot.understanding.times.choose import Wish
from bot.understanding.times.grouping import Day

_EARLIEST = re.compile(
    "(?:最早|顶早|至早|最快|顶快|至快|再[早快]|少说|起码|至少|无论如何|再怎么[样着]?)"
    "[也都就]?(?:得|要|爱|着|是|等)?(?:到|过)?$"
)
"""Before a day: any day from that one on."""
_FROM_THEN_ON = re.compile(
    "(?:开始|起|往后)(?:就|你们?)?(?:(?:[哪边佗]一?[天日工])?[都拢]|随便|随时|随[你恁])(?=[行得中成可会要使]|$|[来嚟])"
)
"""Behind a day: the same."""
_PERHAPS = re.compile(
    "[^，,一二三四五六七八九十]{0,4}?(?:(?:不|唔|毋|无|冇)一定(?![要得爱])|不见得|不[好敢]说|难讲|难说|[看睇](?:看)?情况"
    "|[要得爱着]?[看睇][^，,]{1,6}?(?:([得有在来放行])[不唔没毋]\\1|有[没冇无]))"
)
"""Behind a day: whether it will do is not known yet."""
_SKY = "(?:[下落](?:大|小)?[雨雪水]|打风|出(?:太阳|日头)|天?晴|天[气公]?好|好天)"
_IF_THE_SKY = re.compile(
    f"(?:[上下]午|早上|晚上)?(?:要是|如果|若是?|万一|只要|假如)?[不没冇无毋唔]?{_SKY}"
    "[了咯啦]?(?:的话)?[，,]?(?:就|才|再|先)(?:来|嚟|派|去|洗|晒|好|算|不|别|莫|改)"
)
"""Behind a day: wished only in such weather."""
_SO_BE_IT = re.compile("算[了啦哩][吧嘛啊]*$|[吧嘛]?再[说讲看睇][吧嘛呗啦]*$")
"""后天算了, 后天再说: settled on, called off, or to be spoken of then."""
_OR_ANOTHER = re.compile(
    "(?:或者?|抑是?|定系?|还[是系]|要么)[一二三四五六日天](?=$|[，都吧啦嘛来嚟随上下早晚中])"
)
"""礼拜四或五: of a second day only the number is said."""
_SAID_THEN = re.compile(
    "[的嘅]?(?:你们|我们|咱们|恁|你哋|汝等|你|我|俺|阮|涯|师傅)?"
    "(?:(?:跟|同|和|共)(?:你们|我们?|恁|俺|阮|你))?"
    "(?:[说讲话约定订]|答应|商量)[好定过下了咗哩咧得]*[的个嘅]?[说讲是系]?"
)
"""Between a day that is gone and one counted in weeks: from which of the two it is counted."""
_SOME_DAYS_AGO = re.compile(f"(?:[前头]几|头那|[那嗰彼]一?)[天日工]{_SAID_THEN.pattern}$")
_LIKE_THEN = re.compile("(?:那样|一样|[照跟]样|那么)")
"""Behind a day that is gone: a week is to be like it."""
_EXAMS_OVER = re.compile("考[完罢好了过哩]|完")
"""Behind the first day of examinations that last for some days, not everywhere as many."""
_LEFT_OF_IT = re.compile("[就只还仅净]*(?:剩|余)下?(?:最后)?[一两二三四五六七八九十几]来?[天日工]")
"""Behind a month or a week: how much is left of it, so that a day of it is meant."""


def hedges(text: str, wish: Wish, now: datetime) -> Iterator[str]:
    """Reasons to ask about days that are named but left open, as in `When.reason`."""
    for day in wish.dates:
        if _EARLIEST.search(text, 0, day.start) or _is_rest_of(text, day):
            yield "vague"
        if any(open_.match(text, day.end) for open_ in (_FROM_THEN_ON, _PERHAPS, _IF_THE_SKY)):
            yield "vague"
        if _SO_BE_IT.match(text, day.end):
            yield "unclear"
        if isinstance(day.says, model.Weekday) and _OR_ANOTHER.match(text, day.end):
            yield "two-days"
        if _is_counted_from_then(text, day, wish, now):
            yield "two-days"
    if _is_to_be_like_then(text, wish, now):
        yield "vague"


def _is_rest_of(text: str, day: Day) -> bool:
    """这月就剩一天了, 高考考完第二天: the days named are only partly those meant."""
    if isinstance(day.says, model.Month | model.Weeks):
        return _LEFT_OF_IT.match(text, day.end) is not None
    exams = "考" in text[day.start : day.end]
    return exams and _EXAMS_OVER.search(text, day.start + 2, day.end) is not None


def _is_counted_from_then(text: str, day: Day, wish: Wish, now: datetime) -> bool:
    """上礼拜说的下礼拜三: said in another week, it may be the Wednesday of this one."""
    if not isinstance(day.says, model.Weekday | model.Weeks) or not day.says.weeks:
        return False
    if _SOME_DAYS_AGO.search(text, 0, day.start):
        return True
    monday = now.date() - timedelta(days=now.weekday())
    before = [m for m in wish.told if m.end < day.start]
    then = resolve.resolve(before[-1].says, now).last if before else None
    gone = then is not None and then < monday
    return gone and _SAID_THEN.fullmatch(text, before[-1].end, day.start) is not None


def _is_to_be_like_then(text: str, wish: Wish, now: datetime) -> bool:
    """上礼拜三那样这礼拜还来: the week named is to have the day that is gone in the other one."""
    whole = any(isinstance(m.says, model.Weeks) for m in wish.dates)
    like = [m for m in wish.told if m not in wish.dates and _LIKE_THEN.match(text, m.end)]
    days = (resolve.resolve(m.says, now).last for m in like)
    return whole and any(day is not None and day < now.date() for day in days)
