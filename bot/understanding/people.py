"""Whom a line speaks of: the speaker, a relative, a neighbour; and people's names.

Relations, regional words for them and surnames are data in nlu_data/lexicon. Names are personal
data: nothing here logs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.understanding import lexicon
from bot.understanding.normalise import simplify
from bot.understanding.trie import Trie

_HAN = r"[\u4e00-\u9fff]"
_NOT_IN_NAME = frozenset(
    "的了是在有不没要想去来到给和跟也都就还才又再很太会能可把被让叫请问说讲打看吃喝睡住今后昨上下前几多少"
    "这那哪什么怎啊呀哦呃嗯吗呢吧嘛哈咧哩啦咯喔欸您你我他她它们个位岁年日号点钟电话地址身份属姓名一二三"
    "四五六七八九十两零百千万摔跌病痛疼晕血压糖脚手腿腰头眼耳心肝胃肺够够行从得对做约订送接陪洗扫帮咱俺涯阮佢伊剃"
)
"""Characters that end a name: they belong to what is said next."""
_TIME = re.compile(r"明[天年早晚儿仔个日白]|月[份底初中]")
"""Words of time that begin with a character of many names."""
_TITLES = (
    r"(?:奶奶|爷爷|大爷|大妈|大娘|阿姨|叔叔|伯伯|婆婆|公公|阿婆|阿公|师傅|老师|大姐|大哥|"
    r"嫂|嬢嬢|孃孃|老太太|老爷子|老太|老头)"
)
_NO_NAME = frozenset(
    lexicon.pieces(
        "高血|高烧|高龄|高兴|周一|周二|周三|周四|周五|周六|周日|周末|周围|周岁|"
        "马上|马桶|方便|安排|安装|时间|时候|全身|全家|明天|明年|明早|明晚|连着|"
        "连续|向来|关节|关门|任何|单子|单独|应该|成天|白天|白内|万一|温度|何时|"
        "于是|和我|路上|车子|解手|边上|管理|南边|原来|商量|房子|冷得|修理|师傅|"
        "米饭|金额|石头|易怒|文件|平时|包子|党员|乐意|麻烦|麻木|游泳|简单|席子|"
        "封闭|班车|费用|黄昏|牛奶|毛病|龙头|项目|尚未|左边|左腿|左手|尤其|古稀|"
        "吉利|胡说|梅毒|康复|解决|甘油|江边|雷雨|汤药|汤圆|施工|严重|严格|武汉|"
        "童年|游玩|池塘|查体|查血|华侨|凌晨|常年|常常|程度|段时|章程|管用|房间|"
        "金属|花钱|水果|水管|沙发|席梦|荣幸|储物|原因|劳驾|劳动|衣服|官方|南方|"
        "应酬"
    )
)
"""Surname and next character that make an everyday word, not a name."""
_SAYS_NAME = re.compile(
    r"(?:(?:我|俺|涯|阮|本人|她|他|佢|伊|老人|老人家|我妈|我爸|名字|姓名|名|大名|全名|的名|户主)"
    r"(?:的?名字|名)?(?:就|是|系|叫做?|喊做?|做|呢|嘛|啊|，)*(?:叫做|叫作|叫|喊|是|系|名)|"
    rf"姓{_HAN}{{1,2}}[，, ]?(?:名字?)?(?:叫|名|是)|名叫|名字是|姓名是|姓名|喊做|叫做)"
)
_FAMILY = re.compile(
    rf"{_HAN}家的?(?:老[大二三四五六七八幺]|大|小|儿子|闺女|媳妇|姑娘|媳妇儿)?({_HAN}{{2,3}})$"
)
_OF_SOMEONE = re.compile(
    r"^的?(?:女儿|儿子|闺女|妈|爸|老伴|家属|媳妇|女婿|孙|侄|邻居|老公|老婆|母亲|父亲|"
    r"亲戚|护工|姐|妹|哥|弟)"
)
_FOR = re.compile(r"(?:给|帮|替|为|带|陪|同|跟|接|送|畀|予|共|伺候|照顾|照看|把|和|是)$")
"""Words right before the person whom something is done for."""
_FOR_NAMED = re.compile(r"(?:给|帮|替|为|同|畀|共)(?=[一-鿿]{2})")
"""Right before the name of whom something is done for (给耿仁贵剃头)."""
_INTRODUCES = re.compile(r"(?:我|俺|涯|阮|这里|这边)(?:就)?(?:是|系).{1,8}的$")
"""Right before a relation: the caller says who they are (我是吴秀珍的女儿)."""
_ABSENT = re.compile(
    r"^(?:们)?(?:都|也|又|今天|现在)?(?:不在|不管|没空|忙|在外|去|走了|来了|没人|出差|"
    r"出门|上班|回来|明天|叫我|让我|给我|帮我|不让|生意|打工|闲)"
)
"""Right after a relation: that person is not the one in need."""
_FILLER = re.compile(
    r"^(?:嗯|呃|啊|哦|喂|就|是|我|那个|姓名|名字|叫|我是|系|，|。| )+|"
    r"(?:啊|呀|哦|呢|的|嘛|哈|咧|啦|，|。|！| )+$"
)


@dataclass(frozen=True)
class PersonMention:
    """Someone a line speaks of."""

    relation: str | None
    """In standard words (母亲, 老伴, 邻居 …); 本人 for the speaker; None with only a name."""
    name: str | None
    """The name or form of address, if one was said (吴秀珍, 王奶奶)."""
    span: tuple[int, int]
    """Where it stands in the text."""

    def as_dict(self) -> dict[str, object]:
        """The same as plain data."""
        return {"relation": self.relation, "name": self.name, "span": list(self.span)}


@cache
def _relations() -> Trie[str]:
    trie: Trie[str] = Trie()
    for row in lexicon.rows("relations.tsv"):
        for word in lexicon.pieces(row["words"]):
            if trie.get(word) is None:
                trie.add(word, row["relation"])
    return trie


@cache
def _surnames() -> tuple[frozenset[str], frozenset[str]]:
    groups = {
        row["group"]: frozenset(lexicon.pieces(row["words"]))
        for row in lexicon.rows("surnames.tsv")
    }
    return groups["single"] | groups["double"], groups["careful"]


def find_person(text: str) -> PersonMention | None:
    """The person a service or a question is about.

    One for whom something is wanted (给我妈) goes before one who is only named, anyone before the
    speaker (我自己), and one who is away or busy comes last; else the first one counts.
    """
    plain = simplify(text)
    ranked = sorted(_mentions(plain), key=lambda one: one[0])
    return ranked[0][1] if ranked else _someone_by_name(plain)


def _mentions(text: str) -> Iterator[tuple[int, PersonMention]]:
    """Relations in a text: 0 for whom something is done, 1 others, 2 the speaker, 3 the absent."""
    for start, end, relation in _relations().longest(text):
        if end - start == 1 and text[max(0, start - 1) : start] not in tuple("我俺阮涯他她"):
            continue
        before, after = text[:start], text[end:]
        if _INTRODUCES.search(before):
            continue
        name, length = _name_after(text, end)
        rank = 1
        if _ABSENT.match(after):
            rank = 3
        elif relation == "本人":
            rank = 2
        elif _FOR.search(before):
            rank = 0
        yield rank, PersonMention(relation, name, (start, end + length))


def _name_after(text: str, at: int) -> tuple[str | None, int]:
    """A name right after a relation (我妈吴秀珍, 隔壁王奶奶) and how many characters it takes."""
    skipped = len(text[at:]) - len(text[at:].lstrip("的叫是，, "))
    titled = re.match(rf"(老?{_HAN}{{1,2}}?){_TITLES}", text[at + skipped :])
    if titled and titled.group(1).lstrip("老")[:2] in _surnames()[0]:
        return titled.group(), skipped + titled.end()
    if re.match(r"老[\u4e00-\u9fff](?!的)", text[at:]) and text[at + 1] in _surnames()[0]:
        return text[at : at + 2], 2
    name = _name_at(text, at + skipped)
    return (name, skipped + len(name)) if name else (None, 0)


def _name_at(text: str, at: int) -> str | None:
    """A full name that begins at `at`: a surname and one or two characters."""
    surnames, careful = _surnames()
    size = 2 if text[at : at + 2] in surnames else 1
    surname = text[at : at + size]
    if surname not in surnames or text[at : at + 2] in _NO_NAME:
        return None
    given = ""
    for character in text[at + size : at + size + 2]:
        if character in _NOT_IN_NAME or not re.match(_HAN, character):
            break
        if _TIME.match(text, at + size + len(given)):
            break
        given += character
    if given in ("", "家") or (surname in careful and len(given) < 2 and at + size + 1 < len(text)):
        return None
    return surname + given


def _someone_by_name(text: str) -> PersonMention | None:
    """A relative who introduces herself by the elder (我是吴秀珍的女儿)."""
    for found in re.finditer(r"我是|俺是|我系|涯系|我就是|阮是", text):
        name = _name_at(text, found.end())
        if name and _OF_SOMEONE.match(text[found.end() + len(name) :]):
            return PersonMention(None, name, (found.end(), found.end() + len(name)))
    return None


def find_name(text: str, context: str | None = None) -> str | None:
    """The name a person gives: 我叫钟细妹, 涯姓钟叫钟细妹, 我是聂家的老三聂友福.

    Args:
        text: what was said.
        context: "name" where Anban has just asked for it, then a bare name is taken too; "person"
            where it asked for whom, then a name after 给 is.
    """
    plain = simplify(text)
    for found in reversed(list(_SAYS_NAME.finditer(plain))):
        name = _name_at(plain, found.end())
        if name and not _OF_SOMEONE.match(plain[found.end() + len(name) :]):
            return name
    family = _FAMILY.search(_FILLER.sub("", plain))
    if family:
        name = _name_at(family.group(1), 0)
        if name:
            return name
    if context == "person" and (asked_for := _FOR_NAMED.search(plain)):
        return _name_at(plain, asked_for.end())
    return _bare_name(plain) if context == "name" else None


def is_a_name(text: str) -> bool:
    """Whether a line is nothing but a full name of three characters or more (洪水莲)."""
    plain = simplify(text).strip("，。 ")
    return len(plain) > 2 and _name_at(plain, 0) == plain


def _bare_name(text: str) -> str | None:
    """An answer that is a name and little else."""
    bare = text
    while (shorter := _FILLER.sub("", bare)) != bare:
        bare = shorter
    name = _name_at(bare, 0)
    return name if name and len(bare) - len(name) <= 2 else None


def relations(text: str) -> Iterator[tuple[int, int, str]]:
    """Every word for a relation in a text: where it begins and ends, and the standard word."""
    for start, end, relation in _relations().longest(text):
        if end - start > 1 or text[max(0, start - 1) : start] in tuple("我俺阮涯他她"):
            yield start, end, relation


def is_surname(character: str) -> bool:
    """Whether a character is a family name."""
    return character in _surnames()[0]
