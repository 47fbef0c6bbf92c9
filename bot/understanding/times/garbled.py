"""Time words that recognition wrote with the wrong characters (里拜五, 厚天, 下午量点).

Only words that carry a date or a time are listened for, and only by their toneless sound with the
mergers nearly every accent has (zh/z, ch/c, sh/s, ing/in, eng/en). Real words that sound the same
are left alone.
"""

from __future__ import annotations

import re
from functools import cache

from bot.understanding import lexicon, pinyin
from bot.understanding.times.words import Parts, table

Words = dict[int, tuple[int, Parts]]
"""Start of a word -> its end and its tokens (kind, value)."""

_LAST_OF_WORDS = ("以", "最", "之", "然", "洗")
"""These make a word with what follows, so that 以后填 is no garbled 后天, 洗澡上 no 早上."""
_DAYS = tuple("一二三四五六日天")
_PARTS = ("早", "晚", "上午", "下午", "中午")
_DAY_BEFORE = re.compile(
    r"[天日号]$|[明后今]儿个?$|(?:礼拜|星期|周)[一二三四五六日]$|初[一二三四五六七八九十]$"
)
_HOUR = re.compile(r"[一二三四五六七八九十两0-9]{1,2}点")
_NUMERALS = frozenset("零一二三四五六七八九十两百0123456789")
_UNSURE_HOURS = {"就": 9, "亮": 2, "起": 7, "事": 4, "吧": 8, "把": 8}
"""Heard as hours only where the minutes or 钟 follow (下午亮点半)."""
_AFTER_DAY = re.compile(r"$|[上下中]午|早|晚|来|那天|过来|礼拜|星期|吧$")
_AFTER_HALF = re.compile(r"$|来|左右|过来|到")
_OCLOCK_SOUNDS = frozenset("典店垫殿甸电")
_AFTER_HOUR = ("半", "钟", "终", "整", "一刻", "来", "多", "左右", "到", "之间")


_REPAIRS = tuple(
    (re.compile(pattern), right)
    for pattern, right in (
        (r"(?<=[一二两三四五])[是时石实食事](?=[一二三四五六七八九]?[号日点])", "十"),  # 二是三号
        (r"(?<=[月初][一二])[是石食时实](?=[一二三四五六七八九])", "十"),  # 腊月二是三
        (r"(?<=月)[是时石实食](?=号)", "十"),
        (r"^[出除处](?=[一二三四五六七八九十](?:$|都|那天|[上中下]午|早|晚|十五))", "初"),
        (
            r"(?<=[一二三四五六七八九十月])[出除处](?=[一二三四五六七八九十](?:$|都|那天|早|晚))",
            "初",
        ),
        (r"[没美妹眉](?=个?(?:礼拜|星期|周)[一二三四五六日])", "每"),
        (r"[没美妹眉](?=个?月[初底一二三四五六七八九十])", "每"),
        (r"(?<=[月十])[儿尔耳](?=[号日])", "二"),
        (r"(?<=[月十])[散伞山](?=[号日])", "三"),
        (r"(?<=[月十])[司死](?=[号日])", "四"),
        (r"(?<=[月十])[舞武午吴](?=[号日])", "五"),
        (r"(?<=[月十])[溜留流刘柳](?=[号日])", "六"),
        (r"(?<=[月十])[扒爸](?=[号日])", "八"),
        (r"(?<=[月十])[酒玖](?=[号日])", "九"),
    )
)


def numerals(text: str) -> str:
    """The text with misheard parts of dates put right (二是三号, 五月舞号, 出六); as long."""
    for pattern, right in _REPAIRS:
        text = pattern.sub(right, text)
    return text


def _key(syllable: str) -> str:
    plain = syllable.replace("zh", "z").replace("ch", "c").replace("sh", "s")
    return plain[:-1] if plain.endswith(("ing", "eng")) else plain


@cache
def _sounds(role: str) -> frozenset[str]:
    """The texts of time_sounds.tsv that have a role."""
    return frozenset(r["text"] for r in lexicon.rows("time_sounds.tsv") if r["role"] == role)


@cache
def _numbers(role: str) -> dict[str, int]:
    """Characters heard for a number (weekday or hour)."""
    rows = [(r["text"], r["role"].partition(":")) for r in lexicon.rows("time_sounds.tsv")]
    return {text: int(number) for text, (kind, _, number) in rows if kind == role}


@cache
def _heard() -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for word in sorted(_sounds("listen")):
        found.setdefault(tuple(map(_key, pinyin.syllables(word))), []).append(word)
    return found


def _nearest(said: str, heard: list[str]) -> str:
    """Of words with one sound, the one with most characters as they were written (晌无: 晌午)."""
    return max(heard, key=lambda word: sum(map(str.__eq__, said, word)))


def words(text: str, known: Words) -> Words:
    """Garbled time words in `text`, where no known word of two or more characters begins."""
    keys = tuple(map(_key, pinyin.syllables(text)))
    if len(keys) != len(text):
        return {}
    found: Words = {}
    for length in (2, 3):
        for start in range(len(text) - length + 1):
            end = start + length
            heard = _heard().get(keys[start:end])
            if heard is None:
                continue
            parts = table()[_nearest(text[start:end], heard)]
            if _may_be_garbled(text, start, end, parts[0][0], known):
                found[start] = (end, parts)
    return found


def _may_be_garbled(text: str, start: int, end: int, kind: str, known: Words) -> bool:
    stretch, before = text[start:end], text[:start]
    if any(known.get(at, (at, ()))[0] - at > 1 for at in range(start, end)):
        return False
    if _HOUR.match(text, end):
        return True
    week = kind == "week" and text[end : end + 1] in _DAYS
    behind_day = kind == "part" and _DAY_BEFORE.search(before) is not None
    if stretch in _sounds("real"):
        daily = stretch == "没天" and text.startswith(_PARTS, end)
        return daily or (week and stretch == "李白") or behind_day
    if _NUMERALS & set(stretch):  # 下五 is 下午 only beside other words of time, elsewhere a floor
        return week or (behind_day and not text.startswith(("层", "楼", "号"), end))
    return before[-1:] not in _LAST_OF_WORDS


def weekday_digit(text: str, at: int) -> int | None:
    """The day meant by a character that only sounds like one (礼拜舞), read behind a week word."""
    if text[at : at + 2] in _sounds("real"):
        return None
    return _numbers("weekday").get(text[at : at + 1])


def hour(text: str, at: int) -> int | None:
    """The hour meant by a character that sounds like one, where 点 follows (下午量点)."""
    heard = text[at : at + 1]
    if not text.startswith("点", at + 1):
        return None
    if text.startswith(("半", "钟", "整", "一刻", "三刻"), at + 2):
        return _UNSURE_HOURS.get(heard) or _numbers("hour").get(heard)
    return _numbers("hour").get(heard)


def day_sign(text: str, at: int) -> bool:
    """Whether the character behind a number stands for 号 (二十三好下午)."""
    return text[at] in "好浩耗毫" and _AFTER_DAY.match(text, at + 1) is not None


def half(text: str, at: int) -> bool:
    """Whether the character behind 点 stands for 半 (三点办来)."""
    return text[at] in "办伴拌扮" and _AFTER_HALF.match(text, at + 1) is not None


def oclock(text: str, at: int) -> bool:
    """Whether the character behind an hour stands for 点 (九典半)."""
    rest = text[at + 1 :]
    return text[at : at + 1] in _OCLOCK_SOUNDS and (not rest or rest.startswith(_AFTER_HOUR))
