"""Days or hours told side by side of which no word chooses one.

That a time is said last makes it no wish by itself (礼拜五嘛礼拜六): it may put the first right,
explain it or be as good. Nor is it one where it is only likely (明天说不定后天) or holds where the
first cannot be had (九点不行的话十点). The caller is asked which one it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.understanding.times import cues, model, resolve, weighing
from bot.understanding.times.model import Mention, Said, Says, is_date, is_time

_PARTICLES = re.compile(
    "[，,嘛呢啊呀哦噢喔那先啦咯哈呗诶吧]+|[，,嘛呢啊呀哦先啦咯哈呗吧]*[我俺阮涯𠊎]"
)
"""Between two days: they put nothing right; 我 begins what the caller does on the second."""
_LIKELY = re.compile(
    "[，,吧啦嘛啊哦]*[那也又还就]?有?"
    "(?:可能|大概|大约|恐怕|怕是|说?不定|备不住|保不[齐准定]|[说讲]不[好准定]|没准|兴许|也许|或许"
    "|好像|好似|像是|敢若|无定着|话唔定|应该(?!是)|唔知系唔系|要么|抑无|比)[是系就要得会在]*"
)
"""Between two days or hours: the second is as good a guess as the first."""
_CANNOT_COME = "(?:[来嚟去派排腾顾忙赶]|安排)[不唔袂](?:过来|[了开上得到赢])"
_NOBODY = "[没冇无]人手?|人手?[不唔毋]够|[排约]?满[了咗]?"
_YOURS = re.compile(
    "[，,吧啦嘛啊哦]*(?:要是|如果|若是?|万一|你们|恁|你哋|汝等|师傅|那天|那边)*"
    f"(?:(?:[不没冇无]得?[行成中得]|[唔毋]得闲?|{_NOBODY}|{_CANNOT_COME})"
    f"(?:[的嘅个]话[，,]*[就再]?|就?再)|(?:{_NOBODY}|{_CANNOT_COME})[了咗]?[，,]*[就再])[是改来]*"
)
"""Between two days or hours: the second holds where nobody can be sent on the first."""
_NEITHER = re.compile("(?:不是|唔系|毋是)$")
_THEN = re.compile("[，,]?就(?:是|系)")
"""Before one day, and between it and another: it is one of the two."""
_WHICH = re.compile("[，,]*(?:你们|恁|你哋|汝等)?[哪边佗]一?(?:[天日工]|个(?:钟头|时间))")
"""Behind two days: 边日得闲."""
_JOINS = re.compile(f"[，,]*{cues.words('or')}[，,]*")
_SHORT_OF_HANDS = re.compile("[，,吧啦嘛啊]*(?:你们|恁|你哋)?人手?[不唔毋]够[，,]*")
_SETTLES = re.compile("[^，,]{0,3}(?:[就算定]|好了|罢了)")
_ENDS = re.compile("[吧嘛啦啊呢呀咯呗哦哈]*$")


def is_wavering(
    text: str, said: Said, refused: Sequence[bool], used: Sequence[Mention[Says]], now: datetime
) -> bool:
    """Whether of two days, or of two hours of one day, the line leaves open which is wished.

    Args:
        text: what was said.
        said: every mention found in it.
        refused: of each mention, whether it is turned down.
        used: the mentions that the wish is made of.
        now: the local time of the call.
    """
    for at, after in _neighbours(said):
        one, other = said[at], said[after]
        if refused[after] or _is_said_again(said, after) or _are_one(one, other, now):
            continue
        end = said[after - 1].end if _touches(said[at:after]) else one.end
        if _NEITHER.search(text, 0, one.start) and _THEN.fullmatch(text, end, other.start):
            return True  # 不是明天就是后天
        if _YOURS.fullmatch(text, end, other.start) or (
            _SHORT_OF_HANDS.fullmatch(text, end, other.start)
        ):
            return True
        if _LIKELY.fullmatch(text, end, other.start) or _is_which(text, said, at, after):
            return True
        if refused[at]:
            continue
        offhand = is_date(one) and _PARTICLES.fullmatch(text, end, other.start)
        if offhand and other in used and not _is_asked_for(text, said, after):
            return True
    return False


def _is_which(text: str, said: Said, at: int, after: int) -> bool:
    """后天同大后天边日得闲: those asked are to name one of the two."""
    joined = _JOINS.fullmatch(text, said[at].end, said[after].start)
    return bool(joined and _WHICH.match(text, said[after].end))


def _neighbours(said: Said) -> Iterator[tuple[int, int]]:
    """Places of two days, or of two hours with no day between them, said one behind the other."""
    for at, mention in enumerate(said):
        for after in range(at + 1, len(said)):
            if is_date(said[after]):
                if is_date(mention):
                    yield at, after
                break
            if isinstance(mention.says, model.Clock) and isinstance(said[after].says, model.Clock):
                yield at, after
                break


def _touches(run: Said) -> bool:
    """Whether a day is followed by nothing but its hours up to the next day."""
    return len(run) > 1 and all(map(is_time, run[1:])) and is_date(run[0])


def _is_said_again(said: Said, after: int) -> bool:
    """初八嘛初九吧还是初八: one of the two is named once more."""
    later = [m.says for m in said[after + 1 :]]
    return said[after].says in later or any(m.says in later for m in said[:after] if is_date(m))


def _are_one(one: Mention[Says], other: Mention[Says], now: datetime) -> bool:
    """Whether both may be names of one day, one frames the other, or one is the day of the call."""
    if one.says == other.says:
        return True
    if isinstance(one.says, model.Clock) and isinstance(other.says, model.Clock):
        hours = (one.says.hour % 12, one.says.minute), (other.says.hour % 12, other.says.minute)
        return hours[0] == hours[1]  # 五点啦下昼五点
    if not (is_date(one) and is_date(other)):
        return False
    first, second = resolve.resolve(one.says, now), resolve.resolve(other.says, now)
    if not (first.single and second.single and first.first and second.first):
        return True
    return (
        first.is_same(second)
        or min(first.first, second.first) <= now.date()
        or resolve.fits(other.says, first.first, now)
        or resolve.fits(one.says, second.first, now)
    )


def _is_asked_for(text: str, said: Said, at: int) -> bool:
    """Whether words behind a day or hour, not its place at the end, ask for it."""
    end = said[at].end
    for following in said[at + 1 :]:
        if not is_time(following) or following.start > end:
            break
        end = following.end
    rest = text[end:]
    if weighing.behind(text, end) > 0 or _SETTLES.match(text, end):
        return True
    return not _ENDS.match(text, end) and cues.anywhere("pleads").search(rest) is not None
