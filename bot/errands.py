"""What a line is about where it is not about danger: an answer, a service, a day to come.

The classifier of emergencies asks once too often rather than too seldom. These are the lines that
need no asking, and the ones that are answered as usual once nothing was wrong.
"""

from __future__ import annotations

import re
from datetime import datetime

from bot.understanding.answers import yes_no
from bot.understanding.numbers import phone_number
from bot.understanding.services import find_service
from bot.understanding.times import parse_when

SLOTS = frozenset(("address", "confirm", "date", "hospital", "name", "person", "phone", "time"))
"""What a form asks for: whatever is said next is meant as the answer."""
CLEARLY, IN_PASSING = 1.0, 0.5
"""Scores of a service that is named, and of one that is only alluded to (买瓶酱油)."""
_HURRIES = re.compile(r"快|紧来|救|疼|痛|难受|辛苦|不行|动不")
"""Words that nobody in danger leaves out, and that are looked at twice."""
_SOFT = (
    r"[啊哦嗯呃哎唉呀嘛呢吧啦咧哩哈喔噢了的嘞哇，,。！!、\s]|谢谢|多谢|唔该|劳烦|同志|姑娘|妹子|闺女|你|您|恁|我|俺|阮|涯|"
    r"喇|呢|小|就是|只是|只|问问|问一下|问一声|救护车|来人|叫人|叫|这里|这边|这|就|真|都|也|现在|还|先|那|甚|啥|什么|别的|其他"
)
"""What may stand around a bare no."""
_DECLINES = re.compile(
    rf"(?:{_SOFT})*(?:(?:不|毋|唔|没|冇|无|甭|别|免)(?:订|约|要|用|使|爱|了|有|事)(?:{_SOFT})*)+"
)
"""A line that wants nothing, and says nothing else."""
_BARE = 5
"""Characters up to which the name of a service is a wish by itself."""
_WISHES = re.compile(r"想|要|欲|爱|订|约|请|帮|安排|来人|[叫喊找]个|[叫喊找]人")
"""Words that a service is asked for with."""
_NO = (
    r"不是|没有?危险|不危险|没有|没[得啥什么]*事|冇事|无事|[没无]代志|不要紧|毋要紧|唔紧要|没关系|没得|"
    r"好好的|好着呢|好得很|挺好|很好|不用来|毋免来|唔使来|不用|不要|不必|不需要|毋是|毋免|毋使|毋爱|唔系|唔使|唔要|冇|"
    r"甭|免|[别莫]叫人?|叫人|误会|[搞按弄碰]错|没|不|别"
)
_DENIES = re.compile(rf"(?:{_SOFT}|{_NO})+")
_CORRECTS = re.compile(
    rf"(?:{_SOFT})*(?:不是|毋是|唔系)(?:{_SOFT})*(?:是|想|要|欲|问|说|讲|只|试|教|闹|玩)"
)
_NOTHING = re.compile(r"没事|没得事|冇事|无事|毋要紧|误会|[搞按弄]错")


def answers(text: str, ask: str | None, now: datetime) -> bool:
    """Whether a line gives what was asked for: a yes, a day, an hour, a number, a service or none.

    A bare no is left out: 不能动了 is one too.

    Args:
        text: what was said.
        ask: what Anban had asked (an ask word of the design), or None.
        now: the clock of the conversation.
    """
    if _HURRIES.search(text):
        return False
    if ask == "confirm":
        return yes_no(text, ask) == "yes"
    if ask in ("date", "time"):
        when = parse_when(text, now.replace(tzinfo=None), ask)
        return when is not None and bool(when.date or when.time)
    if ask == "phone":
        return phone_number(text) is not None
    if ask in ("menu", "other", "service"):
        wanted = len(text) <= _BARE or _WISHES.search(text)
        return bool((wanted and _names_service(text, CLEARLY)) or _DECLINES.fullmatch(text))
    return False


def denies(text: str, now: datetime) -> bool:
    """Whether a line that bears no sign of danger denies that there is any.

    没有 and 不用了谢谢 do, and 不是我问问价钱, and a no with a wish; 没有知觉了, 不能动 and 不行了
    are no denials.
    """
    if _HURRIES.search(text.replace("救护车", "")):
        return False
    denied = _DENIES.fullmatch(text) and re.search(_NO, text)
    if denied or _CORRECTS.match(text) or _NOTHING.search(text):
        return True
    return yes_no(text, "confirm") in ("no", "change") and wishes(text, now)


def wishes(text: str, now: datetime, least: float = CLEARLY) -> bool:
    """Whether a line speaks of a service or of a day to come, as nobody does who is in danger.

    Args:
        text: what was said.
        now: the clock of the conversation.
        least: score from which a service counts as spoken of.
    """
    if _names_service(text, least):
        return True
    when = parse_when(text, now.replace(tzinfo=None))
    return when is not None and when.date is not None and when.date > now.date()


def _names_service(text: str, least: float) -> bool:
    found = find_service(text)
    return found is not None and found.score >= least
