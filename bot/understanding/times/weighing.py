"""How much the words around a time ask for it, and whether they only tell of it.

The words are those of time_cues.tsv.
"""

from __future__ import annotations

import re

from bot.understanding.times import cues

_TRAVELS = re.compile(
    r"[就才先正都要得欲爱刚又]*(?:(?:从|由|去|到)[^，,]{1,4}?[回返转翻](?:[来去嚟屋]|$)|转去|返去|飞)"
)
"""才从太原回来, 就转去厦门: a journey of somebody's on that day."""
_ORDERED = re.compile(
    "(?:医生|大夫|先生|护士)(?:又|就)?(?:说|讲|话|叫|让|喊|要|嘱咐|交代)(?:是|我|伊|佢)?$"
)
"""医生说下礼拜三: whose word is kept."""
_SOMEBODY_SAYS = re.compile("[^我，,]的(?:人)?(?:说|讲|话)(?:是)?$")
"""供暖的说七号来: whose trade is named, not the person."""
_DONE_SO = re.compile(
    "(?:给|帮|替|同|共|为)(?:[他她佢伊]们?|人家|楼下|隔壁)[^，,]{1,2}(?:[的得嘅](?!话|时候|那)|个(?!话|时候|那|[头澡脚脸门]$|[头澡脚脸门][吧嘛，,]))"
)
"""礼拜二给他擦的玻璃: what was done for somebody else."""
_DONE_BY_YOU = re.compile(
    "(?:那天|那日|彼日|嗰日|该日)?(?:你们|恁|你哋|你地|汝等)[送做煮修擦理剪](?:来)?[的嘅个](?!时候|话|人)[^，,]{2}"
)
"""冬至那天你们送的饺子: what was brought."""
_TAKEN = re.compile("[送陪接带领][个我俺的]?$")
"""Before somebody: 一号送他二号 tells of the first day, and the second is nobody's."""
_LASTS_UNTIL = re.compile("(?:住院?|陪[床护]?|[耍玩待忙放休歇]假?|出差|值班)[^，,]{0,2}[到至]$")
"""住院到六号: the last day of something else."""
_LOOK_BACK = 8
"""How many characters before a mention are looked at."""


def is_told(text: str, start: int, end: int) -> bool:
    """Whether the words around a stretch tell of the past (上次是十号, 十号修的)."""
    before = cues.in_front("told_before", r"(?:那次|是|在|的|就|都|还|个|啊|，)*")
    behind = cues.behind("told_behind", through="before_event")
    told = before.search(text, max(0, start - _LOOK_BACK), start) or behind.match(text, end)
    return bool(told or _DONE_SO.match(text, end) or _DONE_BY_YOU.match(text, end))


def is_journey(text: str, end: int) -> bool:
    """Whether somebody travels on the day that ends there."""
    return _TRAVELS.match(text, end) is not None


def weight(text: str, start: int, end: int) -> int:
    """How much the words around a stretch ask for it, less what only tells of it."""
    before = text[max(0, start - _LOOK_BACK) : start]
    weight = 0
    if cues.in_front("wish_before", "(?:在|喺|到|是|个|下|的)?").search(before):
        weight += 2
    person = cues.in_front("person", f"{cues.words('after_person')}*").search(before)
    theirs = person is not None and not _TAKEN.search(before, 0, person.start())
    if (theirs or _SOMEBODY_SAYS.search(before)) and not _ORDERED.search(before):
        weight -= 2
    if _LASTS_UNTIL.search(before):
        weight -= 2
    if is_told(text, start, end):
        weight -= 3
    return weight + behind(text, end)


def behind(text: str, end: int) -> int:
    """How much the words behind a stretch ask for it, less what they tell of it."""
    weight = 0
    wished = cues.behind("wish_behind", through="before_wish").match(text, end)
    if wished or cues.behind("either").match(text, end):
        weight += 1
    if cues.behind("wish_strong").match(text, end):
        weight += 1
    event = cues.behind("person", "event", through="before_event").match(text, end)
    if event or is_journey(text, end):
        weight -= 2
    return weight
