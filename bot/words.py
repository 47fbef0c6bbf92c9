"""Small things about words: how a service is called, what of a line is text, names of talks."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence

from bot.understanding.services import ENOUGH, find_service, turned_away

SERVICES = {
    "cleaning": "打扫卫生",
    "bathing": "上门助浴",
    "meals": "送餐",
    "escort": "陪诊",
    "repair": "上门维修",
    "shopping": "代购",
    "bills": "代缴费",
    "haircut": "上门理发",
    "laundry": "洗衣",
    "daycare": "日间照料",
    "respite": "短期托养",
    "nursing": "上门护理",
    "companionship": "上门陪伴",
    "transport": "接送用车",
}


def service_name(service: str | None) -> str:
    """What a service is called; 服务 for one that has no name here."""
    return SERVICES.get(service or "", "服务")


def clean(text: str) -> str:
    """What a caller can mean: no control characters, no slash that Rasa would take as a command."""
    visible = "".join(
        " " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co") else c for c in text
    )
    return visible.strip().lstrip("/").strip()


def new_conversation(channel: str, who: str) -> str:
    """A conversation id for channels that have none of their own; the person cannot be read off."""
    return f"{channel}-{hashlib.sha256(who.encode()).hexdigest()[:24]}"


MOST_LATER = 3
"""Wishes kept for later; who has more says them again."""


def also(kept: Sequence[str], said: Sequence[str]) -> list[str]:
    """Wishes still to be served, with what was said of them since put behind each.

    Args:
        kept: words of the wishes so far.
        said: words of further wishes; one for a service that is kept already belongs to it.
    """
    found = list(kept)
    for words in said:
        service = find_service(words)
        same = (at for at, one in enumerate(found) if service and _service(one) == service.service)
        if (at := next(same, None)) is None:
            found.append(words)
        else:
            found[at] = f"{found[at]}，{words}"
    return found[:MOST_LATER]


def still_wanted(kept: Sequence[str], text: str) -> list[str]:
    """Wishes still to be served, without those that a line takes back (饭唔好要喇，净系洗被套)."""
    off = turned_away(text, ENOUGH) if kept else frozenset()
    return [words for words in kept if _service(words) not in off]


def named_in(kept: Sequence[str], text: str) -> list[str]:
    """Of the wishes still to be served those that a line names and wants (被子不洗了，光送饭吧)."""
    wanted = _service(text)
    return [words for words in kept if wanted is not None and _service(words) == wanted]


def _service(text: str) -> str | None:
    found = find_service(text)
    return found.service if found else None


def only_names(text: str, before: str) -> bool:
    """Whether a line only names the service again that the one before it asked for."""
    service = _service(text)
    return len(text) <= _NAMES and service is not None and service == _service(before)


_NAMES = 8
"""Characters up to which a line says no more than the name of a service."""
