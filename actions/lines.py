"""A line as far as it is about the booking in hand, without what it says of other services."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from actions.draft import Draft
from actions.phrases import calls_off
from actions.turn import SURE, Turn
from bot.understanding.answers import yes_no
from bot.understanding.services import segments
from bot.understanding.several import adds_another
from bot.understanding.times import parse_when


def without_others(draft: Draft, turn: Turn) -> Turn:
    """A line without the words that call off another service (理发礼拜四，打扫的取消)."""
    service = draft.service or (turn.heard.get("service") or {}).get("service")
    pieces = segments(turn.text) if service else ()
    off = [words for one, words in pieces if one != service and calls_off(words)]
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
    if when is None:
        return replace(turn, text=rest, heard=kept) if draft.service is None else turn
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


def _ordered(turn: Turn) -> str | None:
    """The service that a line surely orders."""
    sure = turn.act == "book" and turn.confidence >= SURE
    return (turn.heard.get("service") or {}).get("service") if sure else None


def _answering(turn: Turn, rest: str) -> Turn:
    """The answer to a read-back that the rest of a line gives; the line itself where none is."""
    answer = yes_no(rest, "confirm")
    if answer is None:
        return turn
    heard = {kind: value for kind, value in turn.heard.items() if kind != "service"}
    act = {"yes": "affirm", "no": "deny"}.get(answer, turn.act)
    return replace(turn, text=rest, act=act, heard={**heard, "yes_no": answer})
