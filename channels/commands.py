"""The few lines that a channel with accounts acts on itself: going to help, and binding."""

from __future__ import annotations

import re
from dataclasses import dataclass

_GOING = re.compile(
    r"(好的?|收到)?[，,、 ]*(我|咱)?(这就|马上|现在|立刻|立即|正在)?"
    r"(去|来|过去|过来|赶过去|去处理|来处理|去看看|到|往回赶)(了|啦|啊|吧|的路上)*"
)
_WHO_GOES = re.compile(r"我|咱|这就|马上|现在|立刻|立即|正在")
_BIND = re.compile(r"(?:我要)?绑定[\s:：,，]*([0-9零〇一二两三四五六七八九幺]{6,8})(.*)")
_ASK = re.compile(r"申请绑定[\s:：,，]*([0-9+][0-9\s-]{5,18}[0-9])(.*)")
_RELATIONS = (
    r"女儿|儿子|儿媳|媳妇|女婿|外孙女|外孙|孙子|孙女|老伴|丈夫|妻子|弟弟|妹妹|哥哥|姐姐|侄子|侄女|"
    r"外甥女|外甥|家人|亲戚|邻居|监护人|本人"
)
_PERSON = re.compile(
    rf"[\s，,]*(?:我是)?(?:(?:他|她|老人)的?)?({_RELATIONS})"
    r"[\s，,：:]*(?:我?叫)?\s*((?!的)[\u4e00-\u9fa5·A-Za-z]{0,20})[。.！!]*"
)
_DIGITS = str.maketrans("零〇一二两三四五六七八九幺", "0012234567891")
_ENDS = "。．.！!~～ \n"


@dataclass(frozen=True)
class Person:
    """Who somebody says they are."""

    relation: str
    name: str = ""


@dataclass(frozen=True)
class Bind:
    """A number an elder gave; `person` is None where it was not said."""

    code: str
    person: Person | None


@dataclass(frozen=True)
class Ask:
    """The wish that the community confirms a binding."""

    elder_phone: str
    person: Person | None


def goes(text: str) -> bool:
    """Return whether a whole line says that its writer goes to help: 我去, 我马上到."""
    line = text.strip(_ENDS)
    return _GOING.fullmatch(line) is not None and _WHO_GOES.search(line) is not None


def bind(text: str) -> Bind | None:
    """Return the number in 绑定 345820 女儿 陈小梅, spoken digits too."""
    found = _BIND.fullmatch(text.strip(_ENDS))
    if found is None:
        return None
    return Bind(found[1].translate(_DIGITS), person(found[2]))


def ask(text: str) -> Ask | None:
    """Return whom 申请绑定 13800001001 女儿 陈小梅 names."""
    found = _ASK.fullmatch(text.strip(_ENDS))
    return Ask(found[1], person(found[2])) if found else None


def person(text: str) -> Person | None:
    """Return who somebody is: 女儿 陈小梅, 我是她女儿，我叫陈小梅, 本人."""
    found = _PERSON.fullmatch(text.strip(_ENDS))
    return Person(found[1], found[2]) if found else None


def unbind(text: str) -> bool:
    """Return whether a line wishes to end a binding."""
    return text.strip(_ENDS) in {"解除绑定", "取消绑定", "我要解除绑定"}


def unbind_for_sure(text: str) -> bool:
    """Return whether a line confirms it."""
    return text.strip(_ENDS) in {"确定解除绑定", "确定解除"}
