"""Addresses as people say them: 和平路十八号三零二, 五号楼二单元, 就我家, 还是老地方.

What was said is laid beside the addresses that are known (the profile's, the county's estates): the
place by its sound, the figures by their order. A place that fits with a figure that does not is
another house and matches nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.understanding import numbers
from bot.understanding.normalise import simplify
from bot.understanding.pinyin import best_match

_FIGURE = r"[0-9０-９零一二三四五六七八九十百千两幺〇]+"
_UNIT = (
    r"(?:号大院|号院|号楼(?![下上道])|号房|号屋|号|弄|栋楼|栋|幢|座|楼(?![下上道])|"
    r"单元|门洞|门|层|室|房间|房|户|组|队|社|巷|胡同|米|支路)"
)
_NUMBERED = (
    rf"(?:第?{_FIGURE}{_UNIT}(?:之{_FIGURE})?(?:附{_FIGURE}号)?|"
    rf"(?<=[号栋幢座楼元门层院弄巷])[的那个啊哦嗯，, ]{{0,3}}{_FIGURE}(?![下哈吓点些个回次遍]))"
)
_PAUSE = r"[的那个啊哦呃嗯呢，,、 ]{0,3}"
_SUFFIX = (
    r"(?:街道|大道|大街|公路|路|街|巷|弄|胡同|小区|社区|花园|新村|公寓|大厦|家园|"
    r"小镇|广场|宿舍|家属院|大院|农场|林场|村|屯|庄|寨|坪|苑|坊|里|城|府|湾|园|庭|院|"
    r"道|镇|乡|苏木|嘎查|旗|县|区|市|组|楼|厝|围|寮|排|墟|圩)"
)
_STRONG = r"(?:街道|大道|大街|路|街|巷|胡同|小区|社区|花园|新村|公寓|大厦|家园|家属院|村|屯|苑|镇)"
_PLACE = r"[\u4e00-\u9fff]"
_LEAD_IN = re.compile(
    r"^.*(?:地址是|地址在|地址系|地址|住址是|住址|门牌号是|门牌是|门牌|家住在|住在|住佇|住喺|住到|住|家在|屋在|厝在|"
    r"(?:今|明|后)[天儿]|听日|天光日|明仔载|(?:礼拜|星期|周)[一二三四五六日天]|[上下][午昼]|[前后]晌|对头|"
    r"家里头|家里|屋里|屋头|厝里|厝内|屋企|屋下|屋家|就是|就在|就到|就送|还是|还在|仍是|送到|送去|送来|来到|派到|搬到|上我|来我|到我|我家在|我家|我们家|"
    r"在|是|系|喺|佇|到|来|去|就|嘛|啊|哦|呃|嗯|喂|那个|这个|那边的|那边|这边的|这边|女度|仔度|嗰度|呢度|的|我|俺|涯|阮|家|了|叫|往|从|个)"
)
_NO_PLACE = re.compile(
    r"(?:走|马|半|迷|修|道|一|问|带|认|让|开|铁|公|赶|上|逛|顺|过|的|这条|那条|哪条|什么|小|有)(?:路|街|道)$|"
    r"(?:医|法|学|剧|电影|养老|敬老|福利|卫生|住|出|入|戏|饭|后|前|当)院$|(?:家|屋|这|那|哪|心|夜|城|乡|村|手|"
    r"眼|嘴|水|肚子)里$|(?:知|味|说|频|管|下水|楼|街)道$|(?:公|校|菜|果|幼儿|动物)园$|(?:农|我们|咱们|那个|隔壁)村$|"
    r"(?:楼|上|下|几|哪|高)楼$|(?:全|我|咱|本|这|那)(?:市|县|区|镇|乡|村)$|(?:超|城|菜|门)市$|(?:社|小|地|山)区$|"
    r"小组$|(?:进|出|一|县|省)城$|(?:安|一|前|后|整)排$"
)
_HOME = re.compile(
    r"老地方|老地址|原来的?地[址方]|原地址|登记的?(?:地址|地方)|上(?:次|回)那个(?:地址|地方)|"
    r"我住的(?:地方|那)|我住那|地址(?:不变|没变|一样|照旧)|一样的?地址|同一个(?:地址|地方)|"
    r"还是(?:那里|那儿|这里|这儿|原来|老样子)|(?<!不)(?:来|到|上|送|去)(?:我|我们|俺|咱|阮|涯)?"
    r"(?:家里?|屋里|屋头|屋下|屋企|厝里|厝内)|就(?:在|是|送|来|到)?(?:我|俺|咱|阮|涯)?(?:家里?|屋头|屋下|屋企|厝里)"
)
"""Words for the registered address wherever they stand."""
_HOME_ANSWER = re.compile(
    r"(?<!不在)家里?|我屋|我妈家|我爸家|我这[儿里]|涯屋|阮厝|阮兜|厝里|厝内|屋下|屋家|屋企|屋头|屋里|就这里|就这儿|楼下等|老样子"
)
"""Words for it in an answer to the question for the address, or in a line of a few words."""
A_FEW = 8
"""Characters up to which a line is a few words."""
_PLACE_LIMIT = 0.22
"""Greatest distance per syllable at which a place's name is taken for a known one."""
NO_NUMBER = 0.9
"""Factor on the score of a match that has the street but no house number."""
ONLY_NUMBER = 0.7
"""Score of a match by house numbers alone."""


@dataclass(frozen=True)
class Address:
    """An address in a line."""

    text: str
    """What was said of it, in the speaker's words; empty where only home is referred to."""
    matched: str | None
    """The known address it is, if any."""
    score: float
    """0 to 1: how well it fits the known one; 0 without a match."""
    span: tuple[int, int]
    """Where it stands in the text."""
    refers_home: bool = False
    """The speaker means the address that is registered (我家, 老地方)."""

    def as_dict(self) -> dict[str, object]:
        """The same as plain data."""
        return {
            "text": self.text,
            "matched": self.matched,
            "score": round(self.score, 3),
            "span": list(self.span),
            "refers_home": self.refers_home,
        }


@dataclass(frozen=True)
class _Said:
    """An address cut out of a text, by its parts."""

    place: str
    """The part that names a street, an estate or a village."""
    figures: tuple[int, ...]
    start: int
    end: int


_CHAIN = re.compile(
    rf"(?P<place>{_PLACE}{{0,24}}?){_PAUSE}(?P<rest>{_NUMBERED}(?:{_PAUSE}{_NUMBERED})*)"
)
_WEEKDAY = re.compile(
    "[，, ]?(?:那天)?(?:是|系)?(?:礼拜|星期|拜[一二三四五六日天]|周[一二三四五六日天])"
)
_HOUSE_UNIT = re.compile(r"栋|幢|单元|号楼|号院|室|弄|座|门牌")
_BARE = re.compile(rf"^[是就在啊嗯哦呃， ]*({_FIGURE})[啊吧呀的。 ]*$")
_NAMED = re.compile(rf"(?:{_PLACE}{{1,12}}?{_STRONG})+(?!的?人|口|上走|灯)")


def find_address(text: str, known: Sequence[str] = (), asked: bool = False) -> Address | None:
    """The address in a line, matched against the known ones.

    Args:
        text: what was said.
        known: addresses it may be: the registered one first, then estates of the county.
        asked: Anban has just asked for the address, so that a bare 七零三 is one too.
    """
    plain = simplify(text)
    said = _cut(plain, asked)
    home = _HOME.search(plain) or (
        _HOME_ANSWER.search(plain) if asked or len(plain) <= A_FEW else None
    )
    if said is None:
        heard = _by_sound(plain, known)
        if heard is not None:
            return heard
        if home is None:
            return None
        return Address("", known[0] if known else None, 1.0, home.span(), True)
    matched, score = _match(said, tuple(known))
    registered = matched is not None and matched == known[0]
    refers = registered and (home is not None or "还是" in plain)
    return Address(text[said.start : said.end], matched, score, (said.start, said.end), refers)


def _cut(text: str, asked: bool) -> _Said | None:
    """The stretch that is an address: one with a house number first, else one with a street."""
    for found in _CHAIN.finditer(text):
        place = _LEAD_IN.sub("", found.group("place"))
        named = bool(re.search(rf"{_SUFFIX}$", place)) and not _NO_PLACE.search(place)
        rest = found.group("rest")
        if not (named or _HOUSE_UNIT.search(rest) or (asked and (not place or "号" in rest))):
            continue
        if _is_date(text, found):
            return None
        keeps = named or (len(place) > 1 and bool(_HOUSE_UNIT.search(rest)))
        start = found.end("place") - len(place) if keeps else found.start("rest")
        end = _longer(text, found.end())
        figures = _figures(text[found.start("rest") : end])
        return _Said(place if keeps else "", figures, start, end)
    if asked and (bare := _BARE.match(text)):
        return _Said("", _figures(bare.group(1)), *bare.span(1))
    return _street(text)


def _is_date(text: str, found: re.Match[str]) -> bool:
    """约个陪镇的二十号礼拜五: the day of something that sounds like a place, and its weekday."""
    apart = text[found.end("place") : found.start("rest")]
    return bool(apart) and _WEEKDAY.match(text, found.end()) is not None


def _longer(text: str, end: int) -> int:
    """Take in a second part that follows at once (建设路二十号 + 和平小区五栋)."""
    while (more := _CHAIN.match(text, end)) and re.search(rf"{_SUFFIX}$|^$", more.group("place")):
        if _LEAD_IN.match(more.group("place")):
            break
        end = more.end()
    return end


def _street(text: str) -> _Said | None:
    """A street, estate or village without a house number."""
    for found in _NAMED.finditer(text):
        place = _LEAD_IN.sub("", found.group())
        if len(place) > 2 and not _NO_PLACE.search(place):
            return _Said(place, (), found.end() - len(place), found.end())
        if len(place) == 2 and not _NO_PLACE.search(place) and place[0] not in "一这那哪几条":
            return _Said(place, (), found.end() - 2, found.end())
    return None


@lru_cache(maxsize=1024)
def _figures(text: str) -> tuple[int, ...]:
    return tuple(number.value for number in numbers.scan(text))


def _core(place: str) -> str:
    """The part of a place that tells it from its neighbours: without province, city, district."""
    parts = re.split(r"(?<=[市区县镇乡旗])|(?<=街道)", place)
    named = [part for part in parts if len(part) > 1]
    return named[-1] if named else place


def _house(known: str) -> tuple[int, ...]:
    """The figures of a known address that number a house, not a street (五一路 has none)."""
    found = _CHAIN.search(known)
    return _figures(known[found.start("rest") :]) if found else ()


def _match(said: _Said, known: tuple[str, ...]) -> tuple[str | None, float]:
    best: tuple[str | None, float] = (None, 0.0)
    for address in known:
        score = _score(said, address)
        if score > best[1]:
            best = address, score
    return best


def _score(said: _Said, address: str) -> float:
    """How well what was said fits a known address; 0 where a figure contradicts it."""
    house = _house(address)
    if house and not _in_order(said.figures, house):
        return 0.0
    if not said.place:
        return ONLY_NUMBER if said.figures and house else 0.0
    core = _core(said.place)
    match = best_match(address, (core,), _PLACE_LIMIT) or best_match(
        core, (_core(_CHAIN.sub(r"\g<place>", address)),), _PLACE_LIMIT
    )
    if match is None:
        return 0.0
    return match.score * (1.0 if said.figures else NO_NUMBER)


def _in_order(said: Sequence[int], house: Sequence[int]) -> bool:
    """Whether the figures said occur in the house's in that order."""
    rest = iter(house)
    return all(any(figure == other for other in rest) for figure in said)


def _by_sound(text: str, known: Sequence[str]) -> Address | None:
    """A known street or estate heard with the wrong characters."""
    for address in known:
        found = _CHAIN.search(address)
        core = _core(found.group("place") if found else address)
        match = best_match(text, (core,), _PLACE_LIMIT / 2) if len(core) > 2 else None
        if match is None:
            continue
        start, end = match.span
        tail = re.match(rf"{_PAUSE}{_FIGURE}(?:{_UNIT})?(?:{_PAUSE}{_FIGURE}{_UNIT}?)*", text[end:])
        end += tail.end() if tail else 0
        said = _Said(core, _figures(text[match.span[1] : end]), start, end)
        score = _score(said, address) * match.score
        if score:
            return Address(text[start:end], address, score, (start, end))
    return None
