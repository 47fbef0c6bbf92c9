"""A line as far as it is about the booking in hand, without what it says of other services."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actions.draft import Draft
from actions.phrases import calls_off
from actions.turn import SURE, Turn
from bot.understanding.answers import yes_no
from bot.understanding.negation import OF_THAT_DAY
from bot.understanding.services import find_service, mentions, segments
from bot.understanding.several import adds_another
from bot.understanding.times import parse_when
from bot.understanding.times.parser import mentions as days_and_hours


def without_others(draft: Draft, turn: Turn) -> Turn:
    """A line without the words that call off another service (理发礼拜四，打扫的取消)."""
    if rest := _only_this(draft, turn):
        kept = {kind: value for kind, value in turn.heard.items() if kind != "service"}
        return replace(turn, text=rest, act="affirm", heard={**kept, "yes_no": "yes"})
    service = draft.service or (turn.heard.get("service") or {}).get("service")
    pieces = segments(turn.text) if service else ()
    off = [
        words
        for one, words in pieces
        if one != service and (calls_off(words) or OF_THAT_DAY.search(words))
    ]
    if not off:
        return turn
    rest = turn.text
    for words in off:
        rest = rest.replace(words, "")
    if turn.asked == "confirm":
        return _answering(turn, rest)
    own = next((words for one, words in pieces if one == service), None)
    if draft.service is None and own:
        rest = own  # 明天那餐莫送了，给我喊个人打扫: tomorrow is of the meal
    when = parse_when(rest, turn.now.replace(tzinfo=None), turn.asked)
    kept = {kind: value for kind, value in turn.heard.items() if kind not in ("when", "parts")}
    if when is None and draft.service is not None:
        kept.pop("yes_no", None)  # a no to another service is none to the day that was asked for
        return replace(turn, text=rest, act="book", heard=kept)
    if when is None:
        return replace(turn, text=rest, heard=kept)
    day = {**when.as_dict(), "reason": when.reason, "said": when.span}
    act = turn.act if draft.service is None else "give_time"
    return replace(turn, text=rest, act=act, heard={**kept, "when": day})


def without_more(draft: Draft, turn: Turn) -> Turn:
    """A line without what is wanted besides: another service, behind a word that adds one.

    对，另外后天下午替我买米 leaves the booking in hand as it is; what is added is served after it
    (bot/components/later.py).
    """
    cut = adds_another(turn.text, draft.service, _ordered(turn))
    if cut is None or turn.heard.get("parts"):
        return turn
    rest = turn.text[:cut]
    when = parse_when(rest, turn.now.replace(tzinfo=None), turn.asked) if rest else None
    answer = yes_no(rest, turn.asked) if rest else None
    heard: dict[str, Any] = {}
    if when:
        heard["when"] = {**when.as_dict(), "reason": when.reason, "said": when.span}
    if answer:
        heard["yes_no"] = answer
    return replace(turn, text=rest, act="affirm" if answer == "yes" else "book", heard=heard)


def of_part(turn: Turn, parts: Sequence[dict[str, Any]]) -> Turn:
    """The turn as if only some of its wishes had been said."""
    kept = {kind: value for kind, value in turn.heard.items() if kind not in ("when", "parts")}
    if len(parts) > 1:
        return replace(turn, heard={**turn.heard, "parts": parts})
    when = {"when": parts[0]["when"]} if parts[0]["when"] else {}
    named = {"service": {"service": parts[0]["service"], "score": 1.0}}
    return replace(turn, text=parts[0]["text"], heard={**kept, **named, **when})


def without_refused_day(draft: Draft, turn: Turn) -> Turn:
    """An answer to a read-back without a day it refuses that was not read (系礼拜五，听日唔要)."""
    if turn.asked != "confirm" or draft.date is None:
        return turn
    now = turn.now.replace(tzinfo=None)
    read, said = days_and_hours(turn.text, now)
    for one in said:
        refused = _DAY_REFUSED.match(read, one.end)
        when = parse_when(read[one.start : one.end], now) if refused else None
        if refused and when and when.date and when.date.isoformat() != draft.date:
            return _said_alone(turn, f"{read[: one.start]}，{read[refused.end() :]}")
    return turn


_DAY_REFUSED = re.compile(
    r"(?:[那嗰彼这][天日工个顿餐份次])?[就都是也]{0,2}(?:[不莫毋唔甭别免袂](?:要|来|行|得闲|得|去|送|用|使|好|通|着|当|中|成|啱)|"
    r"(?:没|冇|无)(?:空|闲|人))[了啦喇哩咧矣]?"
)
"""Behind a day: it is not wanted, or does not suit."""


def _said_alone(turn: Turn, rest: str) -> Turn:
    """The turn as if only ``rest`` had been said."""
    when = parse_when(rest, turn.now.replace(tzinfo=None), turn.asked)
    answer = yes_no(rest, turn.asked)
    heard = {kind: value for kind, value in turn.heard.items() if kind not in ("when", "yes_no")}
    if when:
        heard["when"] = {**when.as_dict(), "reason": when.reason, "said": when.span}
    if answer:
        heard["yes_no"] = answer
    return replace(turn, text=rest, act="affirm" if answer == "yes" else "give_time", heard=heard)


def _ordered(turn: Turn) -> str | None:
    """The service that a line surely orders."""
    sure = turn.act == "book" and turn.confidence >= SURE
    return (turn.heard.get("service") or {}).get("service") if sure else None


_WANTED = re.compile(r"(?:就|还|照|仍|净|只)(?:是|系|样)?[要爱欲得来做]")
"""Words that leave a booking as it was read (饭唔使送哩，扫屋就爱)."""


def _only_this(draft: Draft, turn: Turn) -> str | None:
    """The end of an answer to a read-back that wants what was read, and nothing of the rest.

    那个灰的不要了，就送饭 refuses what nobody made out, and no meal.
    """
    if turn.asked != "confirm" or turn.heard.get("when") or not calls_off(turn.text):
        return None
    wanted = (one for one in mentions(turn.text) if one.service == draft.service)
    for one in wanted:
        if only := _ONLY.search(turn.text[: one.start]):
            return turn.text[only.start() :]
    return None


_ONLY = re.compile(r"(?:净|就|只|光|单|独)(?:是|系)?(?:要|爱|欲|来|帮|给)?$")
"""Words right before what alone is wanted."""


def _answering(turn: Turn, rest: str) -> Turn:
    """The answer to a read-back that the rest of a line gives; the line itself where none is."""
    answer = yes_no(rest, "confirm")
    if answer is None:
        answer = "yes" if _WANTED.search(rest) and find_service(rest) else None
    if answer is None:
        return turn
    heard = {kind: value for kind, value in turn.heard.items() if kind != "service"}
    act = {"yes": "affirm", "no": "deny"}.get(answer, turn.act)
    return replace(turn, text=rest, act=act, heard={**heard, "yes_no": answer})
