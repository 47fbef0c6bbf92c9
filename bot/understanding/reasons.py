"""What keeps somebody away on a day: their own way to the market or to town, told as a reason.

拜三来剃，毋系毋系，拜三涯爱赴墟，拜四来 wants a haircut, and nobody driven to the market.
"""

from __future__ import annotations

import re

from bot.understanding.times.scanner import Token, tokens

Span = tuple[int, int]

_DAYS = frozenset(("chu", "day", "number", "weekday", "weekend"))
"""Kinds of words that name a day; a number does with the word for a date behind it."""
_GOES = re.compile(r"(?:要|爱|欲|愛|得|须|着|想)?(?:去|赴|赶|赶去|转|回|上)(?=[一-鿿])")
"""How one's own way begins (爱赴墟, 要去县里, 赶集)."""
_REFUSED = re.compile(
    r"[不唔毋莫冇袂](?:行|中|成|得|好|可以|合适|得闲|闲|空|方便|使得)|[没无冇莫](?:空|闲|得闲|工夫|时间|有空|有闲)"
)
"""Words for a day that does not suit."""
_SLIP = re.compile(r"不对|不是|[毋唔莫][系是着啱对]|[说讲话][错差重]|错[了咗啦哩喽]|等[下阵哈]")
"""Words that take back what was said."""
_MOVED = re.compile("[改换挪调徙推][到成去至]")
"""Words that take a thing from that day to another (周四那个能改到周六吗，周四她要去打针)."""
_ADDED = re.compile(r"还|另外|仲|阁|犹|顺便|再")
"""Words of a second wish: a way that is added is one."""
_DRIVEN = re.compile(r"车|送|接|拉|载|搭|陪|带|跟[我俺涯阮]|[叫喊派请找寻揾]")
"""Words of a way for which somebody is asked to come along or to drive."""
_LEAD, _WAY = 8, 8
"""Characters between a day and the way that is gone on it, and of that way, at most."""
_PAUSE = re.compile(r"[，。；！？,;!?\s]")


def ways(text: str) -> tuple[Span, ...]:
    """Where a line tells of a way of one's own as the reason why a day does not suit.

    The day was refused just before (礼拜三不行，我要去赶集), or was wished for and is named again
    with the way (礼拜三来剃，不对，礼拜三我要去赶集), after a slip or before another day.
    """
    if _GOES.search(text) is None:
        return ()
    days = _days(text)
    found = (_way(text, day, days) for day in days)
    return tuple(way for way in found if way is not None)


def _way(text: str, day: Token, days: list[Token]) -> Span | None:
    """The way that is gone on a day, as a reason against that day; None where none is."""
    behind = [other.start for other in days if other.start >= day.end]
    stop = min([*behind, len(text)])
    goes = _GOES.search(text, day.end, min(stop, day.end + _LEAD))
    if goes is None:
        return None
    pause = _PAUSE.search(text, goes.end(), stop)
    end = min(pause.start() if pause else stop, goes.end() + _WAY)
    lead = text[day.end : goes.start()]
    if _DRIVEN.search(text, day.end, end) or _ADDED.search(lead):
        return None
    if _REFUSED.search(lead):
        return goes.start(), end
    before = [one for one in days if one.end <= day.start and _same(one, day)]
    if not before or _PAUSE.search(lead):
        return None
    between = text[before[-1].end : day.start]
    given_up = _SLIP.search(between) or _MOVED.search(between)
    again = given_up or (behind and not _ADDED.search(between))
    return (goes.start(), end) if again else None


def _days(text: str) -> list[Token]:
    """The words for days, from left to right."""
    said = tokens(text)
    follows = [*(token.kind for token in said[1:]), ""]
    return [
        token
        for token, behind in zip(said, follows, strict=False)
        if token.kind in _DAYS and (token.kind != "number" or behind in ("dayno", "ri"))
    ]


def _same(one: Token, other: Token) -> bool:
    return (one.kind, one.value) == (other.kind, other.value)
