"""Whether what a line names is said to be so: claimed, denied, asked, past, or hoped for."""

from __future__ import annotations

from enum import Enum

from bot.policy import speech


class Mood(Enum):
    """How a thing is spoken of."""

    SO = "so"
    NOT_SO = "not so"
    OPEN = "open"
    """under way, past or not known: nobody but the community can tell"""
    UNSAID = "unsaid"
    """asked about, supposed, or beside the point"""


_SAID = speech.patterns("moods")
_FALSE_NO = _SAID["false_no"]
_SOMETHING = _SAID["something"]
_WHATEVER = _SAID["whatever"]
_ASKED = _SAID["asked"]
_SUPPOSED = _SAID["supposed"]
_UNKNOWN = _SAID["unknown"]
_PENDING = _SAID["pending"]
_CEASED = _SAID["ceased"]
_PAST = _SAID["past"]
_NEVER = _SAID["never"]
_DENIED = _SAID["denied"]
_DENIED_AFTER = _SAID["denied_after"]
_NEITHER = _SAID["neither"]
_FAR_NO = _SAID["far_no"]
_CLAIM = _SAID["claim"]
_MANNER = _SAID["manner"]
"""How something is reckoned: a question of what it is."""
_GENERAL = _SAID["general"]
_KIND = _SAID["kind"]
_AFTERTHOUGHT = _SAID["afterthought"]


def asks(text: str) -> bool:
    """Whether a stretch asks, or supposes."""
    plain = _cleared(text)
    return bool(_ASKED.search(plain) or _SUPPOSED.search(plain))


def is_open(text: str) -> bool:
    """Whether a stretch tells of what is under way or over, or not known."""
    plain = _cleared(text)
    return any(words.search(plain) for words in (_UNKNOWN, _PENDING, _CEASED, _PAST))


def takes_back(text: str) -> bool:
    """Whether a stretch says of what was named before that it is not so, or not so yet."""
    plain = _cleared(text)
    return bool(_AFTERTHOUGHT.match(plain))


def denies(text: str) -> bool:
    """Whether a stretch says nothing but that what was named before is not so."""
    return bool(_NEITHER.match(text))


def mood(before: str, after: str, rest: str, *, lasting: bool, subject: bool) -> Mood:
    """How a thing is spoken of.

    Args:
        before: the stretch up to where it is named.
        after: the stretch from there on.
        rest: the stretch without anything that is named in it.
        lasting: once so, it stays so, like having lost one's only child.
        subject: the stretch says of whom it speaks.
    """
    before, after, rest = _cleared(before), _cleared(after), _cleared(rest)
    claim = _CLAIM.search(after)
    head = before + (after[: claim.start()] if claim else after)
    if _MANNER.search(after):
        return Mood.UNSAID
    if _UNKNOWN.search(rest):
        return Mood.OPEN
    if _ASKED.search(head) or _SUPPOSED.search(head):
        return Mood.UNSAID
    if claim and not subject and not before and _ASKED.search(after):
        return Mood.UNSAID
    named = after[: claim.start()] if claim else ""
    if _KIND.search(named) and _GENERAL.match(named) and not subject:
        return Mood.UNSAID
    if _PENDING.search(rest):
        return Mood.OPEN
    if _NEVER.search(before):
        return Mood.NOT_SO
    if not lasting and _CEASED.search(rest):
        return Mood.NOT_SO
    if not lasting and _PAST.search(rest):
        return Mood.OPEN
    if _DENIED.search(before) or _DENIED_AFTER.match(after):
        return Mood.NOT_SO
    cut = rest[: found.start()] if (found := _CLAIM.search(rest)) else rest
    return Mood.UNSAID if _FAR_NO.search(cut) else Mood.SO


def _cleared(text: str) -> str:
    """Without words that only look like a denial or a question."""
    plain = _SOMETHING.sub(r"\1", _FALSE_NO.sub("", text))
    return _WHATEVER.sub("", plain)
