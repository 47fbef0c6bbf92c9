"""What is known of a caller that helps to hear them: words of their own, and their language."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anban.errors import BackendError
from backend.client import BackendClient, Conversation, Elder

if TYPE_CHECKING:
    from bot.state import State

logger = logging.getLogger(__name__)

PERSON = "转人工"
"""A line that wishes for a person."""
KEEP_SECONDS = 1.0
MOST_WORDS = 24
"""More of them would only distract a recogniser."""
LANGUAGES = {
    "闽南": "nan", "台语": "nan", "潮汕": "nan", "潮州": "nan", "客家": "hak", "广东": "yue",
    "粤": "yue", "白话": "yue", "上海": "wuu", "苏州": "wuu", "温州": "wuu", "福州": "cdo",
    "山西": "cjy", "湖南": "hsn", "江西": "gan",
}  # fmt: skip
"""ISO 639-3 codes of what is no Mandarin, by how profiles and callers call it; the accents of
Mandarin (四川话, 东北话 …) are heard as Mandarin."""
_NAMED = rf"(?P<name>{'|'.join(LANGUAGES)})(?:话|语|腔)"
_SPEAKS = re.compile(rf"(?:讲|说|话|会|用|懂)(?:的)?(?:是)?{_NAMED}")
_CANNOT = re.compile(rf"(?<!会)(?:不会|不懂|不太懂|不大懂)(?:讲|说)?{_NAMED}")
_SMALL = frozenset(
    "我俺阮涯们只就都会能是系讲说话语腔人的得听懂有没冇无请想要给帮找换个一可以吗么呀啊嘛吧呢行好接来跟"
    "你您和这那里边位用同志师傅姑娘服务员工不普通转，。？！,?! "
)
"""Characters of a line that holds no other wish."""
_PLACE = re.compile(r"[省市县区]|街道|[镇乡村路街巷]|小区|花园|新村|社区|\d+[号栋幢座楼室]?|单元")


@dataclass(frozen=True)
class Familiar:
    """What helps to hear a caller."""

    words: tuple[str, ...] = ()
    """Names and places they are likely to say."""
    language: str | None = None
    """What they speak where it is not Mandarin, as an ISO 639-3 code."""


STRANGER = Familiar()


def language_of(elder: Elder | None) -> str | None:
    """The language of a profile; None where it is Mandarin or not known."""
    return code_of(elder.dialect) if elder is not None and elder.dialect else None


def familiar(opened: Conversation, language: str | None = None) -> Familiar:
    """What is known of whoever leads a conversation.

    Args:
        opened: what the backend knows.
        language: what they said they speak, where they did.
    """
    elders = [elder for elder in (opened.elder, *opened.elders) if elder is not None]
    words = [opened.caller.name or "", *(word for elder in elders for word in _words(elder))]
    known = tuple(dict.fromkeys(word for word in words if len(word) > 1))[:MOST_WORDS]
    by_elder = opened.caller.role == "elder"
    return Familiar(known, language or (language_of(opened.elder) if by_elder else None))


def spoken_language(text: str) -> str | None:
    """The name of the language a caller says they speak, or want to be spoken to in."""
    found = None if _CANNOT.search(text) else _SPEAKS.search(text)
    return f"{found['name']}话" if found else None


def wants_speaker(text: str) -> bool:
    """Whether a line holds nothing else, so that somebody is wanted who speaks that language."""
    name = spoken_language(text)
    return name is not None and set(text) - set(name) <= _SMALL


async def mind_language(backend: BackendClient, state: State, text: str) -> str:
    """Note the language a caller names, with the elder where it is the elder who speaks.

    Returns:
        The line to be served: a wish for a person where somebody is wanted who speaks it.
    """
    name = spoken_language(text)
    if name is None:
        return text
    state.language = code_of(name)
    opened = state.opened
    if opened.elder and opened.caller.role == "elder" and opened.elder.dialect != name:
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                await backend.update_elder(opened.elder.id, dialect=name)
        except (BackendError, TimeoutError) as error:
            logger.warning("language not kept: %s", type(error).__name__)
    return PERSON if wants_speaker(text) else text


def code_of(name: str) -> str | None:
    """The code of a language by its name; None where it is Mandarin or not known."""
    return next((code for part, code in LANGUAGES.items() if part in name), None)


def _words(elder: Elder) -> Iterator[str]:
    yield elder.name
    yield elder.estate or ""
    yield from _PLACE.split(elder.address or "")
    yield from elder.estates
