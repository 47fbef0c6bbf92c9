"""Time words that recognition wrote with the wrong characters (里拜五, 厚天, 下午量点).

Only words that carry a date or a time are listened for, and only by their toneless sound with the
mergers nearly every accent has (zh/z, ch/c, sh/s, ing/in, eng/en). Real words that sound the same
are left alone.
"""

from __future__ import annotations

import re
from functools import cache

from bot.understanding import pinyin

Words = dict[int, tuple[int, tuple[tuple[str, str], ...]]]
"""Start of a word -> its end and its tokens (kind, value)."""

_HEARD: dict[str, tuple[tuple[str, str], ...]] = {
    "礼拜": (("week", "7"),),
    "星期": (("week", "7"),),
    "今天": (("day", "0"),),
    "明天": (("day", "1"),),
    "后天": (("day", "2"),),
    "大后天": (("day", "3"),),
    "昨天": (("day", "-1"),),
    "早上": (("part", "morning"),),
    "上午": (("part", "morning"),),
    "中午": (("part", "noon"),),
    "下午": (("part", "afternoon"),),
    "后晌": (("part", "afternoon"),),
    "晚上": (("part", "evening"),),
    "傍晚": (("part", "evening"),),
    "擦黑": (("part", "evening"),),
    "每天": (("daily", ""),),
    "每个月": (("every", ""), ("month", "")),
    "腊月": (("lmonth", "12"),),
    "冬月": (("lmonth", "11"),),
    "国庆": (("named", "solar:10-1"),),
    "中秋": (("named", "lunar:8-15"),),
    "端午": (("named", "lunar:5-5"),),
    "月底": (("monthpart", "end"),),
    "农历": (("lunar", ""),),
}
_REAL_WORDS = frozenset(
    (
        "李白",
        "立白",
        "兴起",
        "刑期",
        "心气",
        "行乞",
        "行气",
        "新奇",
        "腥气",
        "惊天",
        "井田",
        "景天",
        "民田",
        "招商",
        "照上",
        "找上",
        "商务",
        "尚无",
        "尚武",
        "晌午",
        "总务",
        "肿物",
        "重物",
        "玩赏",
        "腕上",
        "国情",
        "院校",
        "煤田",
        "没填",
        "没天",
        "名填",
        "请找",
        "青枣",
        "引力",
        "盈利",
        "东岳",
        "仲秋",
        "种球",
        "后上",
        "上物",
        "下物",
        "进店",
        "擦嘿",
        "玉底",
        "厚填",
        "能力",
        "弄里",
        "弄丽",
        "还后",
        "猴田",
        "断无",
        "月第",
    )
)
_LAST_OF_WORDS = ("以", "最", "之", "然")
"""Before 后 these make a word, so that 以后填 is no garbled 后天."""
_HOUR = re.compile(r"[一二三四五六七八九十两0-9]{1,2}点")
_NUMERALS = frozenset("零一二三四五六七八九十两百0123456789")
_DIGIT_SOUNDS = {
    **dict.fromkeys("衣医依亿", 1),
    **dict.fromkeys("尔耳而", 2),
    **dict.fromkeys("山散伞删", 3),
    **dict.fromkeys("司思丝寺私", 4),
    **dict.fromkeys("舞午武伍吴", 5),
    **dict.fromkeys("溜刘流留", 6),
    **dict.fromkeys("田填", 7),
}
_HOUR_SOUNDS = {
    **dict.fromkeys("量俩凉", 2),
    **dict.fromkeys("山散伞", 3),
    **dict.fromkeys("事寺", 4),
    **dict.fromkeys("舞午武伍", 5),
    **dict.fromkeys("溜刘流留", 6),
    **dict.fromkeys("期妻骑奇", 7),
    **dict.fromkeys("吧把爸巴", 8),
    **dict.fromkeys("久酒旧救", 9),
    **dict.fromkeys("石时实食拾", 10),
}
_OCLOCK_SOUNDS = frozenset("典店垫殿甸电")
_AFTER_HOUR = ("半", "钟", "终", "整", "一刻", "来", "多", "左右", "到", "之间")


def _key(syllable: str) -> str:
    plain = syllable.replace("zh", "z").replace("ch", "c").replace("sh", "s")
    return plain[:-1] if plain.endswith(("ing", "eng")) else plain


@cache
def _heard() -> dict[tuple[str, ...], tuple[tuple[str, str], ...]]:
    return {tuple(map(_key, pinyin.syllables(word))): token for word, token in _HEARD.items()}


def words(text: str, known: Words) -> Words:
    """Garbled time words in `text`, where no known word of two or more characters begins."""
    keys = tuple(map(_key, pinyin.syllables(text)))
    if len(keys) != len(text):
        return {}
    found: Words = {}
    for length in (2, 3):
        for start in range(len(text) - length + 1):
            token = _heard().get(keys[start : start + length])
            if token is not None and _may_be_garbled(text, start, start + length, known):
                found[start] = (start + length, token)
    return found


def _may_be_garbled(text: str, start: int, end: int, known: Words) -> bool:
    stretch = text[start:end]
    if known.get(start, (start, ()))[0] - start > 1:
        return False
    if stretch in _REAL_WORDS and not _HOUR.match(text, end):
        return False
    if any(known.get(at, (at, ()))[0] - at > 1 for at in range(start + 1, end)):
        return False
    if _NUMERALS & set(stretch):  # 下五 is 下午 only before an hour, elsewhere a floor
        return _HOUR.match(text, end) is not None
    return text[start - 1 : start] not in _LAST_OF_WORDS


def weekday_digit(text: str, at: int) -> int | None:
    """The day meant by a character that only sounds like one (礼拜舞), read behind a week word."""
    if text[at : at + 2] in {"午饭", "午后", "午觉", "医院", "医生", "衣服", "司机", "散步"}:
        return None
    return _DIGIT_SOUNDS.get(text[at : at + 1])


def hour(text: str, at: int) -> int | None:
    """The hour meant by a character that sounds like one, where 点 follows (下午量点)."""
    return _HOUR_SOUNDS.get(text[at : at + 1]) if text[at + 1 : at + 2] == "点" else None


def oclock(text: str, at: int) -> bool:
    """Whether the character behind an hour stands for 点 (九典半)."""
    rest = text[at + 1 :]
    return text[at : at + 1] in _OCLOCK_SOUNDS and (not rest or rest.startswith(_AFTER_HOUR))
