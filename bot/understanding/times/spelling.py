"""Numbers and units of dates and hours in the wrong characters (五月舞号, 下粥三, 三点一课)."""

from __future__ import annotations

import re
from functools import cache

from bot.understanding import lexicon, pinyin
from bot.understanding.times import words

_COMMON = "".join(
    bytes((high, low)).decode("gb2312", "ignore")
    for high in range(0xB0, 0xF8)
    for low in range(0xA1, 0xFF)
)
"""The 6763 characters of GB 2312; a recogniser writes no others."""
_SOUNDS = {
    "一": "yi",
    "二": "er",
    "三": "san shan sa",
    "四": "si shi",
    "五": "wu",
    "六": "liu niu",
    "七": "qi",
    "八": "ba",
    "九": "jiu",
    "十": "shi",
    "两": "liang",
    "日": "ri",
    "天": "tian",
    "初": "chu cu",
}
"""What numbers, the names of Sunday and 初 sound like."""
_DAYS = "一二三五六七八九十四"
_TEENS = "一二三四五六七八九"
_WEEKDAYS = "一二三四五六日天"
_HOURS = "一两二三四五六七八九十"
_KEPT = frozenset("零一二三四五六七八九十两廿卅百千万亿点号月日天年半分刻初上下")
"""Characters that are always believed."""
_WEAK = "是时事使而儿就起其吧把无亮意以已也有唔"
"""Homophones that are words on their own: believed unless a time must stand there."""
CLOCK = re.compile(r"[零一二三四五六七八九十两0-9]{1,3}(?:点|时半|:)|差[一二三四五六七八九十两0-9]")
"""An hour of the clock."""


def same_sound(syllable: str) -> str:
    """A syllable without what nearly every accent lets fall together (zh/z, ing/in)."""
    plain = syllable.replace("zh", "z").replace("ch", "c").replace("sh", "s")
    return plain[:-1] if plain.endswith(("ing", "eng")) else plain


@cache
def _characters() -> dict[str, str]:
    """The common characters of every toneless syllable."""
    found: dict[str, str] = {}
    for character in _COMMON:
        sound = pinyin.syllables(character)[0]
        found[sound] = found.get(sound, "") + character
    return found


@cache
def alike(written: str) -> str:
    """The characters that a recogniser may write for any of these, and they themselves."""
    return written + "".join(map(_homophones, written))


def _own_sound(written: str) -> str:
    """Of its homophones those that sound like it without an accent."""
    return "".join(c for c in _characters()[pinyin.syllables(written)[0]] if c not in _KEPT)


def _homophones(written: str) -> str:
    """The characters that sound like one, except those always believed."""
    sounds = _SOUNDS.get(written, pinyin.syllables(written)[0]).split()
    return "".join(c for s in sounds for c in _characters()[s] if c not in _KEPT)


def _kinds(*kinds: str) -> str:
    """The words of some kinds as alternatives of a regular expression, longest first."""
    found = [word for word, parts in words.table().items() if parts[0][0] in kinds]
    return "|".join(map(re.escape, sorted(found, key=len, reverse=True)))


_PART = f"(?:{_kinds('part', 'short')})"
DAY_BEHIND = re.compile(
    f"{_PART}|{CLOCK.pattern}|{_kinds('thatday', 'thismoment')}|[上下中][五舞武物无唔屋]"
)
"""What stands right behind a day only."""
_END = (
    f"$|[，,。、 吧来]|的?(?:{DAY_BEHIND.pattern})|{_kinds('week')}"
    "|过来|上门|给|帮|行不|可以|都[行可成要中]|就[行成可要来]"
)
"""What may follow a day: nothing, its hours, a request."""
_PLACES = {
    "<W>": (
        "(?:(?<=礼拜)|(?<=星期)|(?<=^[周拜])|(?<=[下上这每本夏吓]周)(?<![早晚]上周)"
        "|(?<=[下上这每里逐]拜))"
    ),
    "<N>": "(?<![初拜期周一二三四五六七八九十百0-9])(?:[一二三]?十<D>?|<D>|廿<D>?|[0-9]{1,2})",
    "<L>": "(?:^|[月到在定改约要，])",
    "<P>": _PART,
    "<B>": "(?=$|[，吧来])",
    "<E>": f"(?={_END})",
    "<S>": "(?:[是就]|吧(?!那))",
    "<T>": "[一二三四五六七八九十]",
    "<D>": "[一二三四五六七八九]",
}
"""What the rules call: behind a week word, a day's number, the head of a date, a part of the day,
the end of an hour, the end of a day, words that a sentence goes on with (二月三是礼拜一,
三十吧三点), digits with ten, digits."""
_RULES: tuple[tuple[str, str], ...] = (
    # days of a month
    ("(?<=[月初])#(?=[号日])", _DAYS),  # 五月舞号
    ("(?<=[十廿])(?!<S>好)#(?=[号日]|[好浩豪毫]<E>)", _TEENS),
    ("(?<=初)(?!期|把(?:$|[，啊])|事|<S>)#(?:<E>|(?=[出初]<D>))", _DAYS),  # 月初刘
    ("(?:(?<=月[十廿])|(?<=[月二三]十)|(?<=^十))(?!儿|起[来床]|把(?:$|[，啊])|<S>)#<E>", _TEENS),
    ("(?:(?<=月[初十廿])|(?<=月[二三]十))@", _TEENS),  # 八月十午打早
    ("(?<=年)#(?=<D>)", "二"),  # 年而八
    # 二是三号
    ("(?<![拜周期初十][一二三四五])(?<=[一二两三四五])(?!是<D>点)#(?=<D>?[号日点])", "十"),
    # 腊月二是三
    (
        "(?:(?<=[月初][一二])|(?<=年二)|(?<=点[二三四五]))(?!是(?!<D><E>))#(?=<D>(?![十点号日月]))",
        "十",
    ),
    ("(?<=月)(?!是)#(?=<D>?[号日]|<D><E>)", "十"),
    ("(?<=月)(?!时)#(?=[武舞午司死思留流柳把爸扒期酒久散山])", "十"),  # 七月石武
    ("(?:(?<=年三)|(?<=月[二三]))(?!<S>)#<E>", "十"),
    ("(?<=点[二三四五])(?![是时][不吧吗]|使)#", "十"),  # 三点四是车在楼下等
    ("(?<=点)(?!是)#(?=十)", "四二三五"),  # 七点司十
    ("(?<=点)#(?=分(?!钟))", "十五"),
    ("(?<=点<D>)个?#(?![女孙])", "字"),  # 四点九子
    ("(?:差<T>|差[二三]十)#(?=<T>{1,2}点)", "分"),  # 差十粪十点
    ("(?:再|等)#(?=<D>{1,3}[天日工])", "过"),  # 再果七八日
    ("<L>(?!是)#(?=<D>号)", "十"),  # 师八号; 是八号 is a sentence
    ("<L>#(?=[把爸吧巴坝扒拔散伞山舞武午留流刘酒久旧][号好])", "十"),
    ("<L>#(?=十<D>?号)", "二"),
    ("(?<=月)#(?=十<D>?)", "二三"),  # 腊月耳十四
    ("<N>(?!好(?:$|[，。吧]))#<E>", "号"),  # 十三豪下午
    ("月<T>{1,3}(?=[豪浩毫耗])#", "号"),
    # months
    ("(?:^|[过完年的])#(?=月(?:初|<T>|廿))", _DAYS),  # 期月七
    ("<N>#(?=初|<T>{1,3}[号日])", "月"),  # 三越十五号
    ("(?:<L>|[里的就年行都们逢逐每]|(?<=初<D>))#(?=<T>(?:<E>|(?=[出初]<D>))|一十五)", "初"),  # 出六
    ("(?<=[一二三四五六七八九十正腊]月)#(?=<T>(?![个次趟下块斤]))", "初"),  # 九月出九社区摆桌
    ("(?<=今[儿天日])#(?=<T>(?:<E>|再|了))", "初"),  # 今儿出六再等两天
    ("^#(?=<T>(?![个天块号点元趟次门院来去月日]))", "初"),  # 出七吃面条
    ("(?<=年)#(?=<T>(?![个天块号点元趟次门院月]))", "初"),  # 年粗二开年
    ("(?![出处除])@(?=<T>(?:<E>|日子|天公|[才那彼嗰个请要爱欲我你阮涯]))", "初"),  # 排不上粗三吧
    ("(?<=[下上这]个)#(?=[初底头第末]|中旬|<T>{1,3}[号日])", "月"),  # 下个越头一个礼拜一
    ("(?<=[上下这个]月)#(?=$|[的，吧])", "初"),
    ("#(?=[正二三四五六七八九十冬腊]?月)", "闰"),
    # weeks
    # 礼拜事下午
    ("<W>(?!儿(?:$|[，吧啊])|是(?:礼拜|星期|周|拜))#(?:<E>|(?=.{1,4}<D>点))", _WEEKDAYS),
    ("<W>@", _WEEKDAYS),
    ("(?<=[下上这那])#(?=礼拜|星期|月)", "个"),
    (
        "(?<![立入盛炎仲早晚])"
        "#(?=[下夏吓]?一?个(?:礼拜|星期|月|周)|[下夏吓]?礼拜|星期|拜<D>|周[一二三四五六日天末])",
        "下",
    ),
    ("(?<![早晚])#(?=一?个(?:礼拜|星期)|礼拜[一二三四五六日天])", "上"),
    ("(?:^|[下上这每本到至和跟同])#(?=[一二三四五六日天](?:<E>|[这那]))", "周"),  # 下粥三
    (
        "(?<![涯我阿老小大表堂弟姐俺阮])#(?=个?(?:礼拜|星期|周)[一二三四五六日天]|个?月(?:[初底]|<T>))",
        "每",
    ),
    ("(?<=一)#(?=五(?:<P>|每|天天|来))", "三"),  # 一山五头晌
    ("(?<=一三)#(?=<P>|每|天天|来)", "五"),
    # hours
    ("(?:<P>|^)@(?=点)", _HOURS),  # 下午量点
    ("<P>#(?=点(?:[半钟整正]|<D>|<B>))", _HOURS),  # 下午亮点半
    ("<P>@(?=[典垫殿甸店电](?:$|[，半办钟整来]))", _HOURS),  # 下午散电
    ("(?<=[一二三四五六日天号])@(?=点[半钟整正])", _HOURS),  # 礼拜二食点钟
    ("<P>十#(?=点)", "一二"),
    ("<P>(?=[时是事视式实食]点(?![击心名评头滴]))#", "十"),  # 早起时点
    ("<P>[一二三四五六七八九十两]{1,2}#(?![视话里员家铺门梯饭脑影风器工费表灯池瓶台子])", "点"),
    ("[一二三四五六七八九十两]{1,2}(?=[典垫殿甸])#(?=半|钟|整|$)", "点"),
    ("(?<=点)#(?:<E>|(?=左右|到|钟|[送接叫喊派开出]))", "半"),  # 三点办来
    ("(?<=点)#<B>", "钟"),
    ("(?:(?<=点[一三])|(?<=点钟[一三]))#(?![以能])", "刻"),  # 三点一课
    ("(?<=点)(?=[课克])#<B>", "刻"),
    ("(?<=点)<D>?十?<D>?#<E>", "分"),
)
"""Places where a number or a unit must stand, and what may stand there, by its sound."""


def _words_apart() -> list[str]:
    """Words that begin with a character that sounds like a number."""
    return [row["text"] for row in lexicon.rows("time_sounds.tsv") if row["role"] == "apart"]


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    return tuple(_rule(pattern, right) for pattern, right in _RULES)


def _rule(pattern: str, right: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """`#` is any character that sounds like one of `right`, `@` one that is no word itself."""
    lookup: dict[str, str] = {}
    for sounds in (_own_sound, _homophones):  # 实点 is 十点 first, 四点 only in an accent
        for one in right:
            for character in sounds(one):
                lookup.setdefault(character, one)
    strong = "".join(c for c in lookup if c not in _WEAK)
    apart = f"(?!{'|'.join(_words_apart())})"
    pattern = pattern.replace("#", f"(?P<x>[{''.join(lookup)}])")
    pattern = pattern.replace("@", f"{apart}(?P<x>[{strong}])")
    for name, place in _PLACES.items():
        pattern = pattern.replace(name, place)
    return re.compile(pattern), lookup


def numbers(text: str, kept: frozenset[int] = frozenset()) -> str:
    """The text with misheard numbers and units of dates and hours put right; as long.

    Args:
        text: a line.
        kept: places of characters that are sure.
    """
    for pattern, lookup in _compiled():
        found = pattern.search(text)
        while found is not None:
            at = found.start("x")
            if at not in kept:
                text = text[:at] + lookup[text[at]] + text[at + 1 :]
            found = pattern.search(text, at + 1)
    return text
