"""What a long line asks, and the story told around it.

On the telephone a question comes with what happened before and with thanks after: whose mother
fell, which neighbour has one, and then what it costs. Facts are looked for with what is asked; the
story says whom it is about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.policy import cues

LONG = 20
"""Characters from which a line may hold a story beside its question."""
THIN = 14.0
"""Weight of words below which a question needs one more clause to be understood."""
FOUND = 0.4
"""How well a question fits what is known from which it needs no other clause."""
NEAR = 6
"""Clauses nearest to a question that may say what it is about."""
ADDED = 2
"""Such clauses at most."""
ASKING = 0.15
"""What it counts that such a clause asks as well."""

_CLAUSE = re.compile(r"[^，,。.；;！!？?…\s]+")
_COURTESY = re.compile(
    r"(?:喂|哎呀?|唉|嗯|诶|好的?|啊|哦|呀|嘛|哈|了|吧|呢|你们?|您|我|来|去|就|再|先|这|个|的|那个|"
    r"[你您]好|(?:谢|多谢|麻烦|辛苦|拜托|打扰|不好意思)(?:谢|一下|[你您们])*|老师|师傅|同志|小?妹子?|阿妹|姑娘|"
    r"闺女|小伙子?|大?兄弟|大?妹子|先生|小姐|领导|大夫|医生|老妹儿?|帮[我忙]?|给我?|查+(?:一)?查?看?|"
    r"[问说讲看听]|(?:一)?(?:下|声|句|嘴)|文件|随便|慢点?|急死人?|真是|是这样)+"
)
_THANKS = re.compile(r"(?:谢谢|多谢|感谢|承蒙|打扰|辛苦|麻烦|拜托|祝你)[^，]{0,9}$")
_LEAD = re.compile(
    r"(?:我|咱|俺|阮)?(?:们)?(?:今天|这回|打电话)?(?:就是|就|只|是|也)?(?:想|要|来)?(?:跟[你您]|向[你您])?"
    r"(?:请问|问+(?:一)?[下嘴声]|打听(?:一)?下?|想(?:要)?(?:问+|知道|了解|核实|咨询|请教|弄清楚|打听|查)(?:一)?[下嘴声]?|"
    r"请教(?:一)?下?|咨询(?:一)?下?|问一问|(?:想|要)(?:知道|晓得|知)|(?:你|您)?(?:给|帮|跟|同|替)(?:我|咱|他|她)+(?:查|看|说|讲|念|问|念叨)+(?:一)?下?(?:看)?)"
    r"(?:个事儿?|件事|[你您]们?)?|"
    r"^(?:我|咱|俺|阮)?们?(?:家|那个?)?(?:人家|别人|他们|村里|社区|街道|[女儿]儿?子?|孙[子女]|[弟哥姐妹妈爸]{1,2}|大[姐哥]|老伴|隔壁|邻居|"
    r"医生|电视上?|广播里?|报纸上?|网上|手机上|文件上|通知上|报上)[^，]{0,3}?(?:说|讲|告诉我|看到|写)(?:的)?(?:是)?|"
    r"^(?:我)?(?:也|就)?听(?:人家?|[^，]{1,3})?(?:说|讲)"
)
_ASKS = re.compile(
    r"多少|好多钱|[^好十这那儿们弟妹]几(?:个|次|回|种|样|岁|块|元|点|号|份|张|所|家|人|项|步|条|天|年|趟|百|千|万|月|级|类|分钟|平|名|位|支|户|间|台|套|座|辆|层|批|队)(?![^，]{0,4}都)"
    r"|^几|(?:^|，)还是|(?<![没无])什么|(?<![没无])啥|(?<!可)怎[么样]|(?<!可)咋|如何|哪|谁(?![也都])|多[大久长远快高]|几时|为何|[吗么][啊呀哦]?(?=$|，)"
    r"|([\u4e00-\u9fff])[不没]\1|有没|是否|"
    r"可不可以|(?:没有|不[啊呀嘞啦了]?|[没无][啊呀]?|来着)(?=$|，)|(?<!我)呢(?=$|，)|真的[假吗]|多会儿|百分之几"
)

_OR = re.compile(r"还是|或者|要么")
"""Begins the second of two things to choose from; the first stands before."""
_FRAME = re.compile(r"(?:以后|之后|的时候|的话)$|^[^，]{0,5}(?:想|打算|准备)[^，]{2,6}$")
"""A clause that says when, in which case or to what end what comes next is asked."""
_REFERS = re.compile(r"[这那](?:项|个|件|块)?(?:工作|事|东西|玩意)|^它")
"""Names what was told before."""
_DATED = re.compile(r"20\d\d|[二两][零〇]|[12]\d年")
_NOTHING = re.compile(
    r"[那这](?:个|种|些|样|项)|它|工作|全[市省区县]|市里|省里|区里|县里|文件上?|规定|政府|公家|国家|上[面头]|"
    r"[每一](?:个)?(?:月|年)|\d+年?|[一二三四五六七八九零〇]{2,4}年|给|发|补|看+一?下?|怎么[写办说]的?|[行对]不[行对]|哪个对|告诉|真的|能不能|条件|到底"
)
"""What a question may name and still leave open what it is about."""


@dataclass(frozen=True)
class Core:
    """A line on policy, taken apart."""

    question: str
    """the clauses that ask, as far back as they need to be understood"""
    story: str = ""
    """all else that was told; empty where the whole line is the question"""


def core(
    text: str, heard: str, weight: Callable[[str], float], fit: Callable[[str], float]
) -> Core:
    """Takes a line apart.

    Args:
        text: the line in simplified characters.
        heard: the same line with misheard characters put right; as long.
        weight: how much the words of a text tell together.
        fit: how well a question fits the best that is known.
    """
    if len(text) <= LONG:
        return Core(text)
    spans = [found.span() for found in _CLAUSE.finditer(heard)]
    spans = [(a, b) for a, b in spans if not _courtesy(text[a:b], heard[a:b])]
    spans = [(a + _lead(heard[a:b]), b) for a, b in spans]
    clauses = [heard[a:b] for a, b in spans]
    asked = _asking([f"{text[a:b]}，{heard[a:b]}" for a, b in spans])
    if not asked:
        return Core(text)
    if asked[0] and _needs_the_one_before(text, heard, spans, asked[0]):
        asked = [asked[0] - 1, *asked]
    if (
        asked[0]
        and not _DATED.search(_joined(clauses, asked))
        and _DATED.search(clauses[asked[0] - 1])
    ):
        asked = [asked[0] - 1, *asked]
    for _ in range(ADDED):
        told = [at for at in range(len(clauses)) if at not in asked]
        thin = _thin([clauses[at] for at in asked], weight)
        if not told or not (thin or fit(_joined(clauses, asked)) < FOUND):
            break
        near = sorted(told, key=lambda at: abs(at - asked[-1]))[:NEAR]
        best = max(near, key=lambda at: _worth(clauses, at, asked, fit))
        more = sorted([best, *asked])
        if not thin and fit(_joined(clauses, more)) < FOUND:
            break
        asked = more
    said = [text[a:b] for a, b in spans]
    told = [at for at in range(len(said)) if at not in asked]
    return Core(_joined(said, asked), _joined(said, told))


def _needs_the_one_before(text: str, heard: str, spans: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether a clause is one question with the clause before it."""
    (a, b), (c, d) = spans[at - 1], spans[at]
    if _OR.match(heard[c:d]) or _FRAME.search(heard[a:b]):
        return True
    return bool(_REFERS.search(text[c:d]) or _REFERS.search(heard[c:d]))


def _worth(
    clauses: Sequence[str], at: int, asked: Sequence[int], fit: Callable[[str], float]
) -> float:
    """How well a question fits with one more clause; one that asks is likelier to be a part."""
    asks = ASKING if _ASKS.search(clauses[at]) else 0.0
    return asks + fit(_joined(clauses, sorted([at, *asked])))


def _courtesy(said: str, heard: str) -> bool:
    """Whether a clause only greets, calls somebody or thanks."""
    if _COURTESY.fullmatch(said) or _COURTESY.fullmatch(heard):
        return True
    return bool(_THANKS.match(said)) and not _ASKS.search(said)


def _joined(clauses: Sequence[str], places: Iterable[int]) -> str:
    return "，".join(clauses[at] for at in places)


def _asking(clauses: Sequence[str]) -> list[int]:
    """The last clauses in a row that ask."""
    asking = [at for at, clause in enumerate(clauses) if _ASKS.search(clause)]
    last = asking[-1:]
    while last and last[0] - 1 in asking:
        last = [last[0] - 1, *last]
    return last


def _lead(clause: str) -> int:
    """Where a clause begins to ask, after what leads into it."""
    led = list(_LEAD.finditer(clause))
    end = led[-1].end() if led else 0
    return end if end < len(clause) else 0


def _thin(clauses: Sequence[str], weight: Callable[[str], float]) -> bool:
    asked = "，".join(clauses)
    asked = _NOTHING.sub("，", cues.without(asked, cues.read(asked).kinds))
    return weight(asked) < THIN
