"""Of whom each part of a line speaks, and for whom something is asked.

我55，我妈82住城里，她能享受吗 says 55 of the caller and 82 of the mother, and asks for the mother.
Nothing that is said of a neighbour or a child counts for the person that is asked for. Recognisers
write no punctuation, so a part ends where another person is named as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.understanding.people import is_surname, relations

SELF = "本人"
OTHER = "别人"
ELDERS = frozenset(
    ("母亲", "父亲", "父母", "老伴", "岳母", "岳父", "婆婆", "公公", "外婆", "外公", "奶奶", "爷爷")
)
"""Relations that somebody calls for."""
CHILDREN = frozenset(("儿子", "女儿", "儿媳", "女婿", "孙子", "孙女", "子女"))
_BOTH = frozenset(("父母", "母亲", "父亲"))

_CLAUSE = re.compile(r"[^，,。.；;！!、\s？?]+[？?]?")
_I = re.compile(
    r"(?:我|俺|咱|阮|涯|侬|本人)(?!们?(?:[家这那村区县市镇]|小区|社区|国|问|想问|听说?))们?"
)
_THEY = re.compile(r"[他她]们?(?!家)|伊|佢|渠")
_THE_ELDER = re.compile(r"(?<!的)老人家?|老太太|老爷子|她老人家|他老人家")
_SOMEBODY_ELSE = re.compile(
    r"隔[壁离篱]|邻[居家舍]|厝边|街坊|(?<![让被给叫由])人家|别人|别个|有人|有的人|同事|朋友|战友|老乡|亲家|工友|同学|熟人|"
    r"(?:[村楼][上下里]|对门|院里|社区里?)的?(?=有|那|老|[一1]个|[张王李刘陈])|[他她]家"
)
_CHILD = re.compile(
    r"(?:独[苗生]|唯一的?|就这?一个)(?:儿子|女儿|孩子|子女|闺女|子|女)|子女|儿女|孩子|小孩|娃娃?|后生|[大小老]儿|闺女"
)
_NAMED = re.compile(
    r"[老小]([\u4e00-\u9fff])|([\u4e00-\u9fff])(?:大[爷妈娘伯叔]|奶奶|爷爷|婶|叔|嫂|姨|伯)"
)
_NO_NAME = "年师人伴家头太婆公爸妈实病样早是在了来说想问大二幺母父爹娘汉弟姐妹哥时区孩路平花"
_OBJECT = re.compile(
    r"(?:跟|和|同|与|照顾|伺候|服侍|问|告诉|陪|教|管|养|带|靠|随|住|在|到|去|从|有个|没有|生了?个?|拜托|麻烦|是)(?:着|了)?$"
)
"""Right before somebody who is not the one spoken of (跟儿子住, 住我家)."""
_I_AS_OBJECT = re.compile(r"(?:[给帮替为跟和同与让叫教问陪对把被]|告诉|照顾|伺候)$")
_CALLED = re.compile(
    r"(?:妹子|大姐|大哥|姑娘|闺女|兄弟|叔叔|先生|太太|师傅|阿姨|同志)(?:啊|呀|哎|诶)?"
)
"""How a stranger is addressed."""
_REPORTS = re.compile(r"^[^，]{0,3}(?:说|讲|告诉|话|港)(?!不)")
_RELATED = re.compile(
    r"(?:我|俺|这边|阮|涯)(?:就)?(?:是|系)(?:[他她]|老人家?|[^，。]{0,4}的)?(?:的)?"
    r"(?:女儿|儿子|闺女|媳妇|女婿|孙|侄|外甥|家属|护工|保姆|邻居|社区|居委)"
)
_CLAIM = re.compile(r"能|可以|享受|申请|领|够|符合|轮|资格|份|给不给|算|行不行|行[吗不]|买|办")


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
        if (
            re.search(r"[他她伊佢](?:们)?(?:也|都|还|到底)?(?:能|可以|享|申|够|符|轮|有)", text)
            and elders
        ):
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
