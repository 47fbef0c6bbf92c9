"""From a text to `When`: scan, match, join, choose, resolve, check."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from bot.understanding.normalise import simplify
from bot.understanding.times import (
    accounting,
    answer,
    choose,
    clock_rules,
    date_rules,
    doubts,
    feast_rules,
    grammar,
    hearing,
    model,
    moment,
    relative_rules,
    repeat_rules,
    scanner,
    wishing,
)
from bot.understanding.times.joining import join
from bot.understanding.times.model import Mention, Said, Says, When

RULES = (
    *repeat_rules.RULES,
    *relative_rules.RULES,
    *date_rules.RULES,
    *clock_rules.RULES,
    *feast_rules.RULES,
)
"""Every way of saying a time that is known."""
_NO_DATES_IN = frozenset({"address", "phone", "name"})
"""What was asked, where a number with 号 is none of ours."""
_OF_WHAT_IS_TOLD = frozenset({"past", "half-of-day", "unclear", "refused", "two-days", "two-times"})
"""Reasons to ask that lines have which wish for nothing (昨天打电话没人听今天又没人听)."""
_ASKS_DAY = re.compile("[哪边佗]一?[天日]|(?:什么|啥|几)时|底时|[天日].*上班吗$")
"""到底哪天啊, 后天你们是八点上班吗: a day is wanted, though none is chosen."""
_LAST_COMMON = "\u9fff"
"""Beyond it lie simplified characters that nobody writes (𠮶 for 嗰)."""
_PAUSES = str.maketrans("（）()", "，，，，")
"""What families type in brackets is said between pauses."""


def parse_when(text: str, now: datetime, context: str | None = None) -> When | None:
    """When something is wanted, as `text` says it, or None where it says no time.

    Args:
        text: one thing the caller said, in any of the varieties that times.tsv knows.
        now: the local time of the call.
        context: what was asked last ("date", "time", "address" and the like), if anything. A bare
            number then means what was asked.

    Returns:
        The answer; its `ask` is true where it is past, contradictory, open between two readings or
        cannot be interpreted.
    """
    text = _read(text)
    now = now.replace(tzinfo=None)
    found = scanner.tokens(text)
    said = join(text, grammar.mentions(found, RULES), now, context)
    if context in _NO_DATES_IN:
        said = [m for m in said if not _may_be_number(m)]
    wish = choose.wish(text, said, now)
    if wish is None:
        return doubts.left_open(text)
    if doubts.is_story(text, wish, now) or doubts.is_told_only(text, wish):
        return None
    when = answer.Answer(text, wish, now).when()
    if not when.ask and not accounting.is_complete(text, found, said, wish.used, when.date):
        when = replace(when, ask=True, reason="unclear")
    told = when.reason in _OF_WHAT_IS_TOLD and context is None and wish.repeat is None
    told = told and not doubts.is_all(text, found, wish)
    told = told and not (doubts.is_ordered(text, wish) or doubts.is_overdue(text, wish))
    if told and not _ASKS_DAY.search(text):
        unlikely = wishing.PAST_UNLIKELY if when.reason == "past" else wishing.UNLIKELY
        if wishing.likelihood(text, said, now) < unlikely:
            return None
    if context is None and doubts.asks_nothing(text, wish):
        return None if wishing.likelihood(text, said, now) < wishing.CHAT else when
    return when


def mentions(text: str, now: datetime) -> tuple[str, Said]:
    """A line as it is read, and everything it says about time, wished or not."""
    text = _read(text)
    return text, join(text, grammar.mentions(scanner.tokens(text), RULES), now, None)


def clock_times(text: str, now: datetime) -> tuple[str, ...]:
    """Every time of day in `text`, in the order said (早七点晚八点 -> 07:00, 20:00).

    For reminders that ring several times a day. Times that are open between two readings are left
    out.
    """
    text = _read(text)
    found: list[str] = []
    part: str | None = None
    mentions = grammar.mentions(scanner.tokens(text), RULES)
    for mention in join(text, mentions, now.replace(tzinfo=None), "time"):
        if isinstance(mention.says, model.Part):
            part = mention.says.name
        elif isinstance(mention.says, model.Clock):
            part = mention.says.part or part
            made = moment.of_clock(mention.says, part, None, now)
            if made.doubt is None:
                found.append(made.time)
    return tuple(dict.fromkeys(found))


def _read(text: str) -> str:
    """Simplified, with misheard words of time put right; 嗰 stays, whose like no list writes."""
    plain = zip(text, simplify(text), strict=True)
    return hearing.heard("".join(a if b > _LAST_COMMON else b for a, b in plain).translate(_PAUSES))


def _may_be_number(mention: Mention[Says]) -> bool:
    says = mention.says
    return isinstance(says, model.BareDay) or (isinstance(says, model.MonthDay) and says.bare)
