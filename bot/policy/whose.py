"""Of whom each part of a line speaks, and for whom something is asked.

我55，我妈82住城里，她能享受吗 says 55 of the caller and 82 of the mother, and asks for the mother.
Nothing that is said of a neighbour or a child counts for the person that is asked for. Recognisers
write no punctuation, so a part ends where another person is named as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.policy import speech
from bot.understanding.people import is_surname, relations

SELF = "本人"
OTHER = "别人"
ELDERS = frozenset(
    ("母亲", "父亲", "父母", "老伴", "岳母", "岳父", "婆婆", "公公", "外婆", "外公", "奶奶", "爷爷")
)
"""Relations that somebody calls for."""
CHILDREN = frozenset(("儿子", "女儿", "儿媳", "女婿", "孙子", "孙女", "子女"))
_BOTH = frozenset(("父母", "母亲", "父亲"))

_SAID = speech.patterns("whose")
_CLAUSE = _SAID["clause"]
_I = _SAID["i"]
_WE = _SAID["we"]
"""The caller, and an elder who was named before."""
_THEY = _SAID["they"]
_THE_ELDER = _SAID["the_elder"]
_SOMEBODY_ELSE = _SAID["somebody_else"]
_CHILD = _SAID["child"]
_NAMED = _SAID["named"]
_NO_NAME = "年师人伴家头太婆公爸妈实病样早是在了来说想问大二幺母父爹娘汉弟姐妹哥时区孩路平花"
_OBJECT = _SAID["object"]
"""Right before somebody who is not the one spoken of (跟儿子住, 住我家)."""
_I_AS_OBJECT = _SAID["i_as_object"]
_CALLED = _SAID["called"]
"""How a stranger is addressed."""
_REPORTS = _SAID["reports"]
_RELATED = _SAID["related"]
_CLAIM = _SAID["claim"]
_SHE_MAY = _SAID["she_may"]


@dataclass(frozen=True)
class Part:
    """A stretch of a line that speaks of one person.

    Attributes:
        who: a relation in standard words, 本人, 别人, or empty where nobody was named.
        text: what is said, the word for the person left out.
        named: the person is named here, and not only spoken of still.
    """

    who: str
    text: str
    named: bool
    word: str = ""
    """the word for the person"""


def parts(text: str, who: str = "") -> list[Part]:
    """The stretches of a line, in order.

    Args:
        text: in simplified characters.
        who: whom 她 means where the line names nobody before.
    """
    found: list[Part] = []
    now, last, reported = "", who if who != SELF else "", False
    for clause in _CLAUSE.finditer(text):
        said = clause.group()
        if _CALLED.fullmatch(said.rstrip("？?")):
            continue
        at, named, word = 0, False, ""
        for start, end, whom in _mentions(said):
            found += _part(now, said[at:start], named, word)
            if whom == SELF and last in ELDERS and _WE.fullmatch(said[start:end]):
                whom = last
            if whom == "她":
                whom = now if reported else last or who
            elif whom == "老人":
                whom = who if who != SELF else ""
            elif start == at and named and whom in CHILDREN | ELDERS | {OTHER}:
                whom = OTHER if now not in (SELF, "") and now != who else whom
            if whom not in (SELF, "") and not _REPORTS.match(said[end:]):
                last = whom
            reported = whom != SELF and (
                bool(_REPORTS.match(said[end:])) or (reported and whom == OTHER)
            )
            now, at, named = (OTHER if reported else whom), end, True
            word = said[start:end]
        found += _part(now, said[at:], named, word)
    return found


def asked_for(text: str, before: str = "") -> str:
    """For whom a line asks; empty where it may be the caller or an elder who is not named.

    Args:
        text: in simplified characters.
        before: for whom the talk has asked so far.
    """
    said = parts(text, before)
    spoken = [one.who for one in said if one.who]
    elders = [who for who in spoken if who in ELDERS]
    claims = [one for one in said if _CLAIM.search(one.text)]
    if claims:
        last = claims[-1]
        if last.who == OTHER and not last.named:
            last = next((one for one in reversed(claims) if one.named), last)
        if _SHE_MAY.search(text) and elders:
            return elders[-1]
        if last.named and last.who not in ("", OTHER) and last.who not in CHILDREN:
            return _unless_related(last.who, text)
        if last.who in ELDERS or last.who == SELF:
            return _unless_related(last.who, text)
    if elders:
        return elders[-1]
    if SELF in spoken:
        return _unless_related(SELF, text)
    return before


def _unless_related(who: str, text: str) -> str:
    """The caller is not meant where they say whose relative they are."""
    return "老人" if who == SELF and _RELATED.search(text) else who


def counts_for(who: str, person: str) -> bool:
    """Whether what is said of `who` is said of the person asked for."""
    if who == "":
        return True
    if person == "":
        return who == SELF
    return who == person or (who == "父母" and person in _BOTH)


def _part(who: str, text: str, named: bool, word: str) -> Iterator[Part]:
    if text:
        yield Part(who, text, named, word)


def _mentions(text: str) -> Iterator[tuple[int, int, str]]:
    """Who is named in a clause as the one it speaks of, in order."""
    found = [
        (start, end, "子女" if relation in CHILDREN else relation if relation in ELDERS else OTHER)
        for start, end, relation in relations(text)
        if relation not in (SELF, "邻居") and text[start:end] != "对象"
    ]
    found += [(one.start(), one.end(), SELF) for one in _I.finditer(text)]
    found += [(one.start(), one.end(), "她") for one in _THEY.finditer(text)]
    found += [(one.start(), one.end(), "老人") for one in _THE_ELDER.finditer(text)]
    found += [(one.start(), one.end(), OTHER) for one in _SOMEBODY_ELSE.finditer(text)]
    found += [(one.start(), one.end(), "子女") for one in _CHILD.finditer(text)]
    for one in _NAMED.finditer(text):
        name = one[1] or one[2]
        if is_surname(name) and not (one[1] and name in _NO_NAME):
            found.append((one.start(), one.end(), OTHER))
    covered = 0
    for start, end, whom in sorted(found, key=lambda one: (one[0], -one[1])):
        if start < covered:
            continue
        before = text[:start]
        if (_I_AS_OBJECT if whom == SELF else _OBJECT).search(before) or (
            whom == SELF and _OBJECT.search(before)
        ):
            continue
        covered = end
        yield start, end, whom
