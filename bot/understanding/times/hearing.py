"""Time words that recognition wrote with other characters of the same sound (处署, 十三豪, 量点).

`heard` gives the line back with its time words in their own characters, as long as it was. What
sounds like a word of times.tsv or festivals.tsv is that word where its place in the line speaks for
it: before 那天, a part of the day or an hour, behind a day, or where little else is said. A word
that means something of its own (time_sounds.tsv) needs more of that, and so does one that only an
accent makes alike (zh/z, n/l, an/ang). Numbers and their units are put right by `spelling`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from bot.understanding import lexicon, pinyin
from bot.understanding.times import cues, spelling, words
from bot.understanding.times.spelling import CLOCK, DAY_BEHIND, same_sound
from bot.understanding.trie import Trie

_LISTENED = frozenset(
    "day span part week weekend lmonth monthpart named weaknamed daily year lunar solar nextday"
    " prevday thismoment".split()
)
"""Kinds of words that are listened for."""
_SMALL_WORDS = frozenset(
    "不没无未有个了的完到也得就是在来去做坐我你他她它们吃洗几把被给和着过要会能好很都还再又这那哪人家"
    "里点时先想说看听叫用让跟同整接送喝睡买拿打请问怎么什从唔屋系扫走量"
)
"""Characters that stand for themselves too often to be believed a slip."""
_NUMERALS = frozenset("零一二三四五六七八九十两百千万亿0123456789")
_BEGINS_WORDS = ("以", "最", "之", "然", "洗")
"""These make a word with what follows, so that 以后填 is no garbled 后天."""
_NOT_BEHIND = ("层", "楼", "号")
_DAY_BEFORE = re.compile(
    r"[天日号]$|[明后今听][儿日朝]个?$|(?:礼拜|星期|周|拜)[一二三四五六日天]$"
    r"|初[一二三四五六七八九十]$|[月廿十][一二三四五六七八九十]$"
)
_HEAD = re.compile(r"(?:^|[，,。、 ]|那|那个|嗯|啊|呃|噢|哦|过|等|到|就|从)$")
_TAIL = re.compile(r"$|[，,。、 吧啊呀哈嘛哇来]|过来|上门|行不|可以|中不|成不|给我|帮我")
_THE_DAY = re.compile(
    r"那[天日]|那一天|当[天日]|个日(?!子)|[彼嗰果]日|彼工|正日|[前后]一[天日]|头一[天日]|第二天|前后"
    r"|[前后](?:[两三][天日]|头|夜|晚)|过了?[一两三]天|过后|以[前后]|节"
)
"""What stands behind a word that must be a day."""
_COUNTED = re.compile(r"[点号日月时个天]")
_WEEKDAY = re.compile(r"(?:礼拜|星期|周)[一二三四五六日天]")
_WEEK_FRONT = re.compile(r"(?:^|[下上这个本每])$")
_DAY_OF_MONTH = re.compile(
    rf"初|[一二三]?十|廿|[二三四五六七八九](?:$|{DAY_BEHIND.pattern})|底|里|最后|尾|三十"
)
_OF_A_MONTH = tuple("这个下上本每的一二三四五六七八九十")
_WISHED = re.compile(cues.words("wish_before") + "$")


@lru_cache(maxsize=4)
def heard(text: str) -> str:
    """The line with misheard words of time put right, each character for one character."""
    for _ in range(2):  # a word put right may speak for the one beside it
        text = _words(spelling.numbers(text))
    return spelling.numbers(text)


def _words(text: str) -> str:
    fixed = _literal(text)
    for start, end, word, near in sorted(_candidates(text), key=_longest_first):
        changed = {at for at, one in enumerate(word, start) if text[at] != one}
        if (
            changed
            and _is_free(start, end, changed, fixed)
            and _may_be(text, start, end, word, near)
        ):
            text = text[:start] + word + text[end:]
            fixed.append((start, end))
    return text


def _is_free(start: int, end: int, changed: set[int], fixed: list[tuple[int, int]]) -> bool:
    """Whether a stretch leaves the known words alone, those that it holds or is apart from."""
    return all(
        e <= start or end <= s or (start <= s and e <= end and changed.isdisjoint(range(s, e)))
        for s, e in fixed
    )


def _longest_first(candidate: tuple[int, int, str, bool]) -> tuple[int, bool, int]:
    start, end, _, near = candidate
    return start - end, near, start


def _literal(text: str) -> list[tuple[int, int]]:
    """The written words of time, and those that only look like it; 月初 leaves 辣月 open, 天黑 名天."""
    spans = [
        (start, end)
        for start, end, parts in _written().all(text)
        if end - start > 1 and parts[0][0] != "monthpart" and not text.startswith("天黑", start)
    ]
    return spans + [found.span() for found in _WEEKDAY.finditer(text)]


@cache
def _written() -> Trie[words.Parts]:
    return Trie(words.table().items())


@cache
def _listened(near: bool) -> Trie[tuple[str, ...]]:
    """The words listened for by their syllables; `near` ones by the classes of accents."""
    found: dict[tuple[str, ...], set[str]] = {}
    for word, parts in words.table().items():
        every = parts[0][0] == "daily" and not word.startswith("每")  # 夜夜 sounds like 爷爷
        if not every and parts[0][0] in _LISTENED and len(word) > 1 and word.isalpha() and not word.isascii():
            for spoken in pinyin.readings(word):
                key = tuple(map(pinyin.fuzzy_class if near else same_sound, spoken))
                found.setdefault(key, set()).add(word)
    return Trie((key, tuple(sorted(those))) for key, those in found.items())


def _candidates(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Stretches that sound like a word: start, end, the word, and whether only nearly."""
    for spoken in pinyin.readings(text):
        if len(spoken) != len(text):
            continue
        for near, key in ((False, same_sound), (True, pinyin.fuzzy_class)):
            for start, end, alike in _listened(near).all(tuple(map(key, spoken))):
                said = text[start:end]
                if said not in alike:
                    yield start, end, max(alike, key=lambda w: _likeness(said, w)), near


def _likeness(said: str, word: str) -> tuple[int, bool]:
    """Of words with one sound the one with most characters as written is meant (晌无: 晌午)."""
    return sum(map(str.__eq__, said, word)), _role(word) == "everyday"


@cache
def _roles() -> dict[str, str]:
    return {row["text"]: row["role"] for row in lexicon.rows("time_sounds.tsv")}


def _role(stretch: str) -> str:
    """What time_sounds.tsv says of a stretch: everyday, word, frequent, or nothing."""
    return _roles().get(stretch, "")


def _may_be(text: str, start: int, end: int, word: str, near: bool) -> bool:
    """Whether the place of a stretch speaks for the word of time it sounds like."""
    said, before = text[start:end], text[:start]
    kind = words.table()[word][0][0]
    if before.endswith(_BEGINS_WORDS) or text.startswith(_NOT_BEHIND, end):
        return False
    slips = {a for a, b in zip(said, word, strict=True) if a != b}
    number = not slips.isdisjoint(_NUMERALS)
    if number and kind != "week" and (_COUNTED.match(text, end) or _changes_number(said, word)):
        return False
    small = not slips.isdisjoint(_SMALL_WORDS)
    ordinary = small or _role(said) != "" or number
    unlikely = ordinary or near
    if unlikely and words.table()[word][0][1].startswith("-"):
        return False  # days that are past are seldom wished
    if text == said and not near and not _role(said):
        return True
    behind_day = _DAY_BEFORE.search(before) is not None and not small
    head = _HEAD.search(before) is not None or _WISHED.search(before) is not None
    if kind == "week":
        led = _WEEK_FRONT.search(before) is not None
        return _is_weekday(text, end) and (led or not (near or small or _role(said)))
    if kind in ("part", "thismoment"):
        timed = CLOCK.match(text, end) is not None and (head or behind_day)
        shown = timed or (behind_day and not near)
    elif kind in ("lmonth", "monthpart"):
        shown = _DAY_OF_MONTH.match(text, end) is not None
        shown = shown and (kind == "lmonth" or text[start - 1 : start] in _OF_A_MONTH)
    elif kind == "daily":
        shown = DAY_BEHIND.match(text, end) is not None
    else:
        timed = _role(said) != "frequent" and DAY_BEHIND.match(text, end) is not None
        shown = _THE_DAY.match(text, end) is not None or (timed and head)
    if unlikely:
        return shown and (head or behind_day)
    everyday = _role(word) == "everyday" and kind not in ("lmonth", "monthpart")
    return shown or everyday or (head and _TAIL.match(text, end) is not None)


def _changes_number(said: str, word: str) -> bool:
    return any({a, b} <= _NUMERALS for a, b in zip(said, word, strict=True) if a != b)


def _is_weekday(text: str, at: int) -> bool:
    return text[at : at + 1] in spelling.alike("一二三四五六日天")
