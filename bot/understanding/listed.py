"""Errands that a line counts up, each to be served on its own (两件事，一件是…，还有一件…)."""

from __future__ import annotations

import re
from datetime import datetime

from bot.understanding.services import find_service
from bot.understanding.several import several
from bot.understanding.times import parse_when

_COUNTED = re.compile(
    r"(?:[两俩二三四几][个件样宗桩条项]?|好几[个件样宗桩])(?:事情?儿?|代志|码事儿?)[啊呀呢嘛哈咧哦喔哩，]*"
)
"""How a line says that it has several errands."""
_SAYS = r"(?:事情?儿?|代志)?(?:就?[是系]|呢|嘛|啊|欸|，)*"
_BEGINS = re.compile(
    rf"(?:第[一二三四]|(?<![剃剪理洗铰])头一?|[再另]一?|二一|还有?一|另外一|仲有?一|阁有?一|犹有?一|又一)[个件样宗桩项]{_SAYS}|"
    rf"一[件样宗桩项]{_SAYS}|一个[是系]|还有(?!没|无|冇)|另外|仲有|阁有|犹有|其次|同埋|"
    r"再(?=[给帮替同共请叫喊派订约寻揾搵问])"
)
"""How the next errand begins in a line that counts them."""
_FIRST = re.compile(r"(?:第一|(?<![剃剪理洗铰])头一?)[个件样宗桩项]|一[件桩项宗][是系]")
_NEXT = re.compile(r"(?:第二|再一|二一|还有?一|另一|另外一|仲有?一|阁有?一)[个件样宗桩项]")
"""The first and the next of errands whose number is not told beforehand."""
_BLAMES = re.compile(r"投诉|反映|意见|毛病|不满|告状|问题")
"""Words of a complaint: its points (第一饭凉，第二人迟到) are one errand."""
_MIN = 2
"""Characters from which words between two beginnings can be an errand (剃头)."""
_PREAMBLE = 8
"""Characters below which words before the first beginning may only announce what follows."""


def errands(text: str, now: datetime) -> tuple[str, ...]:
    """The errands a line counts up, in their order and without the words that count them.

    Only a line that says it counts is cut: 两件事 …, or 头一个 … 再一个 …. Bookings that can be
    told apart by their days are left to ``several``.

    Args:
        text: what was said.
        now: the clock of the conversation.

    Returns:
        Two or more; the line alone where it counts none.
    """
    counted = _COUNTED.search(text)
    if _BLAMES.search(text) or not (counted or (_FIRST.search(text) and _NEXT.search(text))):
        return (text,)
    if several(text, now):
        return (text,)
    lead, told = (text[: counted.start()], text[counted.end() :]) if counted else ("", text)
    first, *others = (part.strip("，。 ") for part in _BEGINS.split(told))
    if len(first) < _PREAMBLE and not (find_service(first) or parse_when(first, now)):
        first = ""  # 要麻烦你们
    found = [part for part in (first, *others) if len(part) >= _MIN]
    if len(found) < 2:
        return (text,)
    found[0] = f"{lead}，{found[0]}" if parse_when(lead, now) else found[0]
    return tuple(found)
