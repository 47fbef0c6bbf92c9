"""Which of several elders a relative means: by name, or by what the relative is to them (我妈).

Bonds are what families call themselves when they are bound (女儿, 小儿子, 外孙女); the words for
relations are data in nlu_data/lexicon.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from bot.understanding.normalise import simplify
from bot.understanding.people import find_person


class Known(Protocol):
    """An elder as far as this needs to know them."""

    @property
    def name(self) -> str:
        """Full name."""
        ...

    @property
    def gender(self) -> str | None:
        """男 or 女; None where it is not written down."""
        ...

    @property
    def bond(self) -> str:
        """What the relative is to them, for example 女儿."""
        ...


One = TypeVar("One", bound=Known)

_KINDS = (
    ("grandchild", ("孙",)),
    ("in-law", ("媳", "婿")),
    ("child", ("女儿", "儿子", "闺女", "老大", "老二", "老三", "老幺", "姑娘")),
    ("spouse", ("老伴", "丈夫", "妻子", "爱人", "老公", "老婆", "配偶")),
    ("nephew", ("侄", "外甥")),
    ("sibling", ("弟", "妹", "哥", "姐")),
    ("neighbour", ("邻居",)),
)
"""kinds of bonds and pieces of the words for them; the first that fits counts"""
_WOMAN, _MAN = "女", "男"
_MEANT: dict[str, tuple[str, str | None]] = {
    "母亲": ("child", _WOMAN),
    "父亲": ("child", _MAN),
    "岳母": ("in-law", _WOMAN),
    "岳父": ("in-law", _MAN),
    "婆婆": ("in-law", _WOMAN),
    "公公": ("in-law", _MAN),
    "外婆": ("grandchild", _WOMAN),
    "外公": ("grandchild", _MAN),
    "奶奶": ("grandchild", _WOMAN),
    "爷爷": ("grandchild", _MAN),
    "老伴": ("spouse", None),
    "兄弟": ("sibling", _MAN),
    "姐妹": ("sibling", _WOMAN),
    "亲戚": ("nephew", None),
    "邻居": ("neighbour", None),
}
"""a relation as it is said: what the speaker is to that elder, and whether that is a woman"""
_NOT = re.compile(r"(?:不是|不给|别给|不帮|不替|唔系|毋是|莫给)[^，,。 ]{1,6}?(?:[，,。 ]|$)")
_ONE_WORD = {
    "妈": "母亲",
    "娘": "母亲",
    "爸": "父亲",
    "爹": "父亲",
    "奶": "奶奶",
    "爷": "爷爷",
    "婆": "外婆",
}
_WOMEN, _MEN = re.compile(r"老太|女的|大妈|阿姨|老奶"), re.compile(r"老爷子|老头|男的|大爷|大叔")
_FIRST, _LAST = re.compile(r"第一|头一|前[面头]?[一那]"), re.compile(r"最后|后[面头]?[一那]|末了")
_SECOND = re.compile(r"第二")


def meant(text: str, elders: Sequence[One], *, answering: bool = False) -> One | None:
    """Return the one elder that a line means; None where it names none, or more than one.

    Args:
        text: the line.
        elders: whom it can mean.
        answering: whether it answers the question which of them, so that less is enough.
    """
    plain = _NOT.sub("", simplify(text))
    named = [one for one in elders if _names(one.name, plain)]
    if len(named) == 1:
        return named[0]
    person = find_person(plain)
    related = _related(person.relation, elders) if person and person.relation else None
    if related is not None or not answering:
        return related
    if pointed_at := _pointed_at(plain, elders):
        return pointed_at
    word = next((_ONE_WORD[sign] for sign in plain if sign in _ONE_WORD), None)
    return _related(word, elders) if word else None


def means_oneself(text: str) -> bool:
    """Return whether a line is for the speaker (给我自己)."""
    person = find_person(text)
    return person is not None and person.relation == "本人"


def _names(name: str, text: str) -> bool:
    return bool(name) and (name in text or (len(name) > 2 and name[1:] in text))


def _related(relation: str, elders: Sequence[One]) -> One | None:
    if relation not in _MEANT:
        return None
    kind, gender = _MEANT[relation]
    for kinds in ((kind,), ("child", "in-law") if kind == "child" else (kind,)):
        fitting = [one for one in elders if _kind(one.bond) in kinds]
        sure = [one for one in fitting if gender is None or _gender(one) == gender]
        if len(sure) == 1:
            return sure[0]
        perhaps = [one for one in fitting if gender is None or _gender(one) in (gender, None)]
        if not sure and len(perhaps) == 1:
            return perhaps[0]
    return None


def _pointed_at(text: str, elders: Sequence[One]) -> One | None:
    """The first, the last, the man, 姓林的 — said after they were named one after the other."""
    if _FIRST.search(text):
        return elders[0]
    if _LAST.search(text):
        return elders[-1]
    if _SECOND.search(text):
        return elders[1]
    tests: list[Callable[[One], bool]] = [
        lambda one: one.name[:1] in text if one.name else False,
        lambda one: bool(_WOMEN.search(text)) and _gender(one) == _WOMAN,
        lambda one: bool(_MEN.search(text)) and _gender(one) == _MAN,
    ]
    for fits in tests:
        found = [one for one in elders if fits(one)]
        if len(found) == 1:
            return found[0]
    return None


def _kind(bond: str) -> str | None:
    return next((kind for kind, words in _KINDS if any(word in bond for word in words)), None)


def _gender(one: Known) -> str | None:
    return {"女": _WOMAN, "男": _MAN, "female": _WOMAN, "male": _MAN}.get(one.gender or "")
